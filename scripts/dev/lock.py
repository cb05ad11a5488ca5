"""Regenerate the lock files from pyproject.toml: `python3 scripts/dev/lock.py [--upgrade]`.

With them those of the scanners of `check.py --scan`, each alone: several install modules of the same name.

Needs uv for this Python; the development environment of check.py has it. The files hold
names, versions and hashes, and no address of an index: whoever installs uses the index that
is configured there (docs/decisions/0002).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPILE = [
    *(
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ),
    *("--no-header", "--no-emit-index-url", "--no-emit-find-links"),
]
SCANNERS = ("cisco-ai-skill-scanner==2.3.2", "agentscan-cli==1.2.2", "bastionskill==0.11.0", "agnix==0.59.3")
ADDRESS = re.compile(r"://|^--(index|extra|find|trusted)", re.MULTILINE)


def main() -> int:
    """Write the locks; 1 when one of them would hold an address."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    fast = "\n".join(project["project"]["optional-dependencies"]["fast"])
    run = ROOT / "requirements.lock"
    native = ROOT / "requirements-fast.lock"
    dev = ROOT / "requirements-dev.lock"
    lock(run, ["pyproject.toml", *upgrade])
    lock(
        native, ["-", "--only-binary", ":all:", "--no-annotate", "-c", run.name, *upgrade], requirements=fast
    )
    lock(
        dev,
        ["pyproject.toml", "--extra", "fast", "--group", "dev", "-c", run.name, "-c", native.name, *upgrade],
    )
    scanners = [ROOT / "tests" / "scan" / "locks" / f"{one.partition('==')[0]}.lock" for one in SCANNERS]
    for one, file in zip(SCANNERS, scanners, strict=True):
        lock(file, ["-", "--no-annotate", *upgrade], requirements=one)
    with_address = [
        file.name
        for file in (run, native, dev, *scanners)
        if ADDRESS.search(file.read_text(encoding="utf-8"))
    ]
    for name in with_address:
        print(f"{name}: holds an address", file=sys.stderr)
    return 1 if with_address else 0


def lock(file: Path, arguments: list[str], requirements: str = "") -> None:
    """Let uv resolve into `file`; without `--upgrade` the versions in it are kept."""
    command = [*COMPILE, *arguments, "--output-file", str(file.relative_to(ROOT))]
    subprocess.run(command, cwd=ROOT, input=requirements, text=True, check=True)
    print(f"{file.name}: {file.read_text(encoding='utf-8').count('==')} packages")


if __name__ == "__main__":
    sys.exit(main())
