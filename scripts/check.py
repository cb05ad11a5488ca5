"""Set up what development needs and run every check: `python3 scripts/check.py`.

Standard library only. The tools come from requirements-dev.lock and live in the cache, as
the program's own environment does. Slow lanes are run by name: --faults, --bench, --e2e,
--scan. The last line is pytest's own, for programs that read it.
"""

from __future__ import annotations

import argparse
import importlib.machinery
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from types import ModuleType
from typing import NamedTuple

from shipped import ROOT
from shipped import copy_skill
from shipped import files

LANES = ("faults", "e2e", "scan")
BENCHMARKS = (("benchmarks/run.py",), ("-m", "benchmarks.session_start"))
COVERED_PERCENT = 90
SPACE_FOR_TESTS = 2 * 1024**3
# Written in pieces, so that this file passes its own check.
REGISTRIES = tuple(".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")))


class Outcome(NamedTuple):
    """What a check found: `output` is shown when it failed."""

    passed: bool
    output: str


class Tools(NamedTuple):
    """How to run the tools of the development environment."""

    python: str
    environ: dict[str, str]

    def run(
        self, *arguments: str, cwd: Path = ROOT, environ: Mapping[str, str] = MappingProxyType({})
    ) -> Outcome:
        """Run `python -m <arguments>`; `environ` is added to the environment."""
        ended = subprocess.run(
            [self.python, "-m", *arguments],
            cwd=cwd,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        return Outcome(ended.returncode == 0, ended.stdout)


def main() -> int:
    """Run the checks asked for; 1 when one failed."""
    options = _options()
    door = _load_door()
    from _door import words

    try:
        tools = _tools(door)
    except words.SetUpFailed as failure:
        return words.fail(failure)
    if options.bench:
        return _run_benchmarks(tools)
    lanes = [lane for lane in LANES if getattr(options, lane)]
    if lanes:
        return subprocess.call(
            [tools.python, "-m", "pytest", "-m", " or ".join(lanes), "--timeout=1800"],
            cwd=ROOT,
            env=tools.environ,
        )
    return _run_all(tools, options.only)


def check_format(tools: Tools) -> Outcome:
    """Every file is formatted."""
    return tools.run("ruff", "format", "--check", ".")


def check_lint(tools: Tools) -> Outcome:
    """No rule of ruff is broken."""
    return tools.run("ruff", "check", ".")


def check_types(tools: Tools) -> Outcome:
    """Types agree, strictly."""
    return tools.run("mypy")


def check_tests(tools: Tools) -> Outcome:
    """Every test of the default lane passes."""
    # Neighbours stay in one worker, which makes what a module shares once.
    workers = ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "worksteal"]
    arguments = ["-q", *workers, "--cov=token_tracker", "--cov-report="]
    return tools.run("pytest", *arguments, environ=_in_memory())


def check_coverage(tools: Tools) -> Outcome:
    """Tests run most lines of the package."""
    return tools.run("coverage", "report", f"--fail-under={COVERED_PERCENT}")


def check_skill(tools: Tools) -> Outcome:
    """What is shipped is a valid skill, whatever the checkout is called."""
    with tempfile.TemporaryDirectory() as place:
        skill = copy_skill(Path(place))
        return tools.run("skills_ref.cli", "validate", str(skill))


def check_versions(_: Tools) -> Outcome:
    """Manifests and CHANGELOG name the version of the package."""
    version = _found(r'__version__ = "([^"]+)"', ROOT / "token_tracker" / "__init__.py")
    named = {
        "CHANGELOG.md": _found(r"^## \[?(\d[^\]\s]*)", ROOT / "CHANGELOG.md"),
        ".claude-plugin/plugin.json": _found(
            r'"version": "([^"]+)"', ROOT / ".claude-plugin" / "plugin.json"
        ),
        ".codex-plugin/plugin.json": _found(r'"version": "([^"]+)"', ROOT / ".codex-plugin" / "plugin.json"),
    }
    wrong = [
        f"{file}: {found or 'no version'}, not {version}" for file, found in named.items() if found != version
    ]
    return Outcome(not wrong, "\n".join(wrong))


def check_alone(_: Tools) -> Outcome:
    """The program runs from what is shipped: a new home, and none of what development needs."""
    with tempfile.TemporaryDirectory() as place:
        skill = copy_skill(Path(place))
        environ = _without_development(os.environ, home=Path(place) / "home")
        ended = subprocess.run(
            [sys.executable, str(skill / "scripts" / "token-tracker.py"), "summary", "--json"],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if ended.returncode:
            return Outcome(False, f"exit {ended.returncode}\n{ended.stdout}{ended.stderr}")
        answer = json.loads(ended.stdout)
        return Outcome(answer.get("schema") == 1 and answer.get("command") == "summary", ended.stdout)


def check_addresses(_: Tools) -> Outcome:
    """No file names a registry's host, this home, or a folder beside the checkout."""
    near = [place for place in ROOT.parent.iterdir() if place.is_dir()]
    places = {str(place) for place in (*near, Path.home())} - {"/", tempfile.gettempdir()}
    private = [re.escape(f"{place}{os.sep}") for place in sorted(places)]
    hosts = [rf"\b{re.escape(host)}\b" for host in REGISTRIES]
    forbidden = re.compile("|".join([*private, *hosts]))
    found = [
        f"{file}:{number}: {match[0]}"
        for file in files()
        for number, line in enumerate(
            (ROOT / file).read_text(encoding="utf-8", errors="replace").splitlines(), 1
        )
        if (match := forbidden.search(line))
    ]
    return Outcome(not found, "\n".join(found))


CHECKS: dict[str, Callable[[Tools], Outcome]] = {
    "format": check_format,
    "lint": check_lint,
    "types": check_types,
    "addresses": check_addresses,
    "versions": check_versions,
    "skill": check_skill,
    "alone": check_alone,
    "tests": check_tests,
    "coverage": check_coverage,
}


def _run_all(tools: Tools, only: list[str]) -> int:
    rows: list[tuple[str, str, float]] = []
    last_line = ""
    for name, check in CHECKS.items():
        if only and name not in only:
            continue
        started = time.monotonic()
        outcome = check(tools)
        rows.append((name, "ok" if outcome.passed else "FAILED", time.monotonic() - started))
        if not outcome.passed:
            print(f"--- {name}: {check.__doc__}\n{outcome.output}", flush=True)
        if name == "tests":
            last_line = (outcome.output.strip().splitlines() or [""])[-1]
    print(f"\n{'check':<12}{'result':<8}{'seconds':>8}")
    for name, result, seconds in rows:
        print(f"{name:<12}{result:<8}{seconds:>8.1f}")
    print(f"{'all':<20}{sum(row[2] for row in rows):>8.1f}")
    if last_line:
        print(last_line)
    return 1 if any(result != "ok" for _, result, _ in rows) else 0


def _run_benchmarks(tools: Tools) -> int:
    """Run all of them, also after one that missed a target; 1 when one did."""
    codes = [
        subprocess.call([tools.python, *benchmark], cwd=ROOT, env=tools.environ) for benchmark in BENCHMARKS
    ]
    return 1 if any(codes) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    for lane in LANES:
        parser.add_argument(f"--{lane}", action="store_true", help=f"run the tests marked {lane} instead")
    parser.add_argument("--bench", action="store_true", help="run the benchmarks instead")
    parser.add_argument(
        "-k", "--only", action="append", choices=CHECKS, default=[], help="run this check only"
    )
    return parser.parse_args()


def _load_door() -> ModuleType:
    """Load the door as a module: it knows where environments are and what they are called."""
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("door", str(ROOT / "scripts" / "token-tracker.py"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    door = importlib.util.module_from_spec(spec)
    loader.exec_module(door)
    return door


def _tools(door: ModuleType) -> Tools:
    """Give the development environment, built if it is not there.

    Raises:
        SetUpFailed: it cannot be built.
    """
    from _door import building

    lock = ("requirements-dev.lock",)
    cache = door.cache_home(os.environ)
    environment = os.path.join(cache, door.environment_name(str(ROOT), lock)) if cache else ""
    if not environment or not os.path.isdir(environment):
        building.provide(str(ROOT), environment, door.packages_inside(), lock)
    building.note_use(environment)
    environ = {**os.environ, **_keeping_bytecode(os.environ, environment)}
    python = building.python_of(environment)
    if not python:
        packages = os.path.join(environment, door.packages_inside())
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (packages, environ.get("PYTHONPATH"))))
    return Tools(python or sys.executable, environ)


def _in_memory() -> dict[str, str]:
    """Say that tests keep their thousands of small databases in memory, where there is enough of it."""
    place = "/dev/shm"  # noqa: S108 -- pytest makes a folder of this user's in it
    try:
        found = os.statvfs(place)
    except (AttributeError, OSError):
        return {}
    runs_programs = not found.f_flag & getattr(os, "ST_NOEXEC", 0)
    enough = found.f_bavail * found.f_frsize >= SPACE_FOR_TESTS
    return {"PYTEST_DEBUG_TEMPROOT": place} if runs_programs and enough else {}


def _keeping_bytecode(environ: Mapping[str, str], environment: str) -> dict[str, str]:
    """Where Python was told to write no bytecode, keep it with the tools instead.

    Else every program that a test starts would compile the package again.
    """
    if not environ.get("PYTHONDONTWRITEBYTECODE") or not environment:
        return {}
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": os.path.join(environment, "bytecode")}


def _without_development(environ: os._Environ[str], home: Path) -> dict[str, str]:
    """Give the environment of a new user who has the same package index as this one."""
    home.mkdir()
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("PYTHON", "XDG_", "TOKEN_TRACKER_"))
    }
    settings = [Path.home() / place for place in (".config/pip/pip.conf", ".pip/pip.conf", "pip/pip.ini")]
    found = next((str(file) for file in settings if file.exists()), None)
    if found and "PIP_CONFIG_FILE" not in kept:
        kept["PIP_CONFIG_FILE"] = found
    kept.setdefault("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))
    return {**kept, "HOME": str(home), "USERPROFILE": str(home)}


def _found(pattern: str, file: Path) -> str | None:
    if not file.exists():
        return None
    match = re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match else None


if __name__ == "__main__":
    sys.exit(main())
