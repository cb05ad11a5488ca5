"""Find a Python that is new enough: on PATH, else through uv. Parses on Python 3.6."""

import os
import shutil
import sys

from _door import programs
from _door import words

OLDEST = (3, 11)
NEWEST = (3, 14)
PROBE_S = 30
FETCH_S = 600
# A version manager's shim can exist and fail, and costs 80 ms a start: ask for the real file.
_TELL = (
    "import sys; sys.version_info >= (3, 11) or sys.exit(1);"
    " print(getattr(sys, '_base_executable', '') or sys.executable)"
)


def run_with_newer(door: str, may_fetch: bool) -> int:
    """Replace this process by the same command under a newer Python.

    Raises:
        SetUpFailed: there is none, and uv is missing or cannot get one.
    """
    executable = on_path() or (fetched_by_uv() if may_fetch else "")
    if not executable:
        version = ".".join(str(part) for part in sys.version_info[:3])
        raise words.SetUpFailed("python_too_old", version=version, command=_how_to_get_python())
    command = [executable] + (["-I"] if sys.flags.isolated else []) + [door] + sys.argv[1:]
    sys.stdout.flush()
    if os.name == "nt":
        return programs.run(command).returncode
    os.execv(executable, command)  # noqa: S606  # the point: one process, not two
    raise AssertionError("execv does not return")


def on_path() -> str:
    """Give the real path of the newest suitable Python on PATH, or ""."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        executable = _real_path([found]) if found else ""
        if executable:
            return executable
    if os.name == "nt" and shutil.which("py"):
        return _real_path(["py", "-3"])
    return ""


def has_uv() -> bool:
    """Say whether uv is there to get a Python."""
    return shutil.which("uv") is not None


def fetched_by_uv() -> str:
    """Give a Python that uv has or downloads, or "" without uv.

    Raises:
        SetUpFailed: uv is there and cannot get one.
    """
    uv = shutil.which("uv")
    if not uv:
        return ""
    words.say("python")
    command = [uv, "run", "--no-project", "--python", "3.11", "python", "-I", "-c", _TELL]
    try:
        ended = programs.run(
            command, stdin=programs.DEVNULL, stdout=programs.PIPE, stderr=programs.PIPE, timeout=FETCH_S
        )
    except programs.FAILURES as error:
        raise words.SetUpFailed("python_not_fetched", reason=str(error)) from error
    executable = ended.stdout.decode(errors="replace").strip()
    if ended.returncode or not os.path.exists(executable):
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise words.SetUpFailed(
            "python_not_fetched", reason=said[-1].strip() if said else str(ended.returncode)
        )
    return executable


def _real_path(command: "list[str]") -> str:
    try:
        ended = programs.run(
            [*command, "-I", "-c", _TELL],
            stdin=programs.DEVNULL,
            stdout=programs.PIPE,
            stderr=programs.DEVNULL,
            timeout=PROBE_S,
        )
    except programs.FAILURES:
        return ""
    path = ended.stdout.decode(errors="replace").strip()
    return path if ended.returncode == 0 and os.path.exists(path) else ""


def _how_to_get_python() -> str:
    if sys.platform == "darwin":
        return "brew install python@3.13"
    if os.name == "nt":
        return "winget install Python.Python.3.13"
    for manager in ("apt-get", "dnf"):
        if shutil.which(manager):
            return "sudo {} install python3.11".format(manager)
    return "python3 -m pip install --user uv"
