"""Build, note the use of, and remove the private environments in the cache.

An environment is built under a temporary name while a lock of the operating system is
held, then renamed: it is there whole or not at all. Which one a command needs is decided
in `token-tracker.py`.
"""

import contextlib
import errno
import glob
import importlib.util
import os
import re
import shutil
import sys
import tempfile
import time

from _door import programs
from _door import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

WAIT_S = 900
POLL_S = 0.1
UNUSED_S = 30 * 86400
LEFT_OVER_S = 86400
# Where pip installs is ours to say; everything else in PIP_* and pip.conf is the user's.
_OURS = """
    PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_PYTHON PIP_DRY_RUN PIP_REQUIRE_VIRTUALENV PIP_REQUIREMENT
    PIP_CONSTRAINT PIP_EDITABLE PIP_REPORT PIP_NO_COMPILE PIP_QUIET PIP_VERBOSE
    UV_SYSTEM_PYTHON UV_PROJECT UV_CONSTRAINT UV_OVERRIDE UV_PYTHON VIRTUAL_ENV PYTHONHOME
""".split()
_ENVIRONMENT = re.compile("venv-[0-9a-f]{16}")
# Whole names: in a folder that the person chose, ".venv" or ".old" is somebody else's.
_LEFT_OVER = re.compile(r"\.venv-[0-9a-f]{16}-\w+|\.old-venv-\w+")
_BYTECODE = "bytecode"
_HASHES = re.compile("DO NOT MATCH THE HASHES|Hash mismatch", re.IGNORECASE)
_FULL = re.compile("No space left on device|Errno 28|Disk quota exceeded")
_OFFLINE = re.compile(
    "connection|resolution|timed out|proxy|SSL|certificate|Could not fetch URL"
    "|Failed to fetch|error sending request|Network is unreachable|ReadTimeout",
    re.IGNORECASE,
)
_ABSENT = re.compile("No matching distribution|not found in the (package )?(registry|cache)", re.IGNORECASE)


def provide(root: str, environment: str, inside: str, locks: "tuple[str, ...]") -> None:
    """Build the environment unless somebody has.

    `inside`: the place of the packages in it; `locks`: files below `root`: the first must
    install, the others (binary only) may fail.

    Raises:
        SetUpFailed: it cannot be built; nothing is left behind.
    """
    if not environment:
        raise words.SetUpFailed("cache_unknown")
    for lock in locks:
        if not os.path.isfile(os.path.join(root, lock)):
            raise words.SetUpFailed("incomplete_checkout", path=os.path.join(root, lock))
    cache = os.path.dirname(environment)
    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        with alone(environment + ".lock"):
            if not os.path.isdir(environment):
                _remove_left_overs(environment)
                _build(environment, inside, [os.path.join(root, lock) for lock in locks])
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise words.SetUpFailed("disk_full", cache=cache) from error
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise words.SetUpFailed("cache_not_writable", cache=cache, reason=reason) from error
    sweep(environment)


def python_of(environment: str) -> str:
    """Give the environment's own interpreter, or "" where no venv could be made."""
    place = os.path.join(environment, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    return place if os.path.exists(place) else ""


def is_importable(root: str, lock: str) -> bool:
    """Tell whether this interpreter already has every package of the lock, same major version."""
    import importlib.metadata

    with open(os.path.join(root, lock), encoding="utf-8") as file:
        pins = re.findall(r"^([A-Za-z0-9._-]+)==(\d+)[^;\n]*$", file.read(), re.MULTILINE)
    try:
        return all(importlib.metadata.version(name).split(".")[0] == major for name, major in pins)
    except importlib.metadata.PackageNotFoundError:
        return False


def note_use(environment: str) -> None:
    """Set the time of the last use; a cache that cannot be written keeps the old one."""
    with contextlib.suppress(OSError):
        os.utime(environment)


def sweep(keep: str) -> None:
    """Remove what of ours lies beside the environment `keep` and was not used for 30 days."""
    cache = os.path.dirname(keep)
    with contextlib.suppress(OSError):
        for entry in os.listdir(cache):
            place = os.path.join(cache, entry)
            if place != keep and _is_unused(place, entry):
                _remove(place, place + ".lock")


def _remove(*places: str) -> None:
    """Remove what lies in the cache, as far as it is there and the system lets us.

    Moved away first: half of an environment must never look like a whole one.
    """
    with contextlib.suppress(OSError), _beside(places[0], ".old-venv-") as doomed:
        for place in places:
            os.rename(place, os.path.join(doomed, os.path.basename(place)))


def _beside(place: str, prefix: str) -> "tempfile.TemporaryDirectory[str]":
    """Give a folder on the same disk that is gone in the end; `sweep` takes what a killed process left."""
    return tempfile.TemporaryDirectory(prefix=prefix, dir=os.path.dirname(place), ignore_cleanup_errors=True)


def _is_unused(place: str, name: str) -> bool:
    """Say whether something is ours, and nobody needs it any more."""
    if _ENVIRONMENT.fullmatch(name):
        return _is_older(place, UNUSED_S)
    if _LEFT_OVER.fullmatch(name):
        return _is_older(place, LEFT_OVER_S)
    return name == _BYTECODE and _is_older(place, UNUSED_S) and _is_bytecode(place)


def _is_older(place: str, age_s: float) -> bool:
    return time.time() - os.stat(place).st_mtime > age_s


def _is_bytecode(folder: str) -> bool:
    """Say whether a folder holds what Python compiled, and nothing else."""
    return all(".pyc" in name for _, _, names in os.walk(folder) for name in names)


@contextlib.contextmanager
def alone(lock: str) -> "Iterator[None]":
    """Hold the lock, and say so while waiting for another process that has it."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        started = time.monotonic()
        said = False
        while not _try_lock(descriptor):
            if not said:
                words.say("waiting")
                said = True
            if time.monotonic() - started > WAIT_S:
                raise words.SetUpFailed("still_setting_up", minutes=str(WAIT_S // 60))
            time.sleep(POLL_S)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    """Take the lock; False when another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Any other answer means that this file system has no locks, which is no reason to
        # stop: renaming keeps two builders apart even then.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def _remove_left_overs(environment: str) -> None:
    """Remove what a killed builder of the same environment left; the lock says it is gone."""
    cache, name = os.path.split(environment)
    for entry in glob.glob(os.path.join(glob.escape(cache), "." + name + "-*")):
        _remove(entry)


def _build(environment: str, inside: str, locks: "list[str]") -> None:
    words.say("building")
    cache, name = os.path.split(environment)
    log = os.path.join(cache, "setup.log")
    with _beside(environment, "." + name + "-") as unfinished:
        install = _installer(unfinished, os.path.join(unfinished, inside))
        os.makedirs(os.path.join(unfinished, inside), exist_ok=True)
        # All at once is fastest. Where one has no wheel, the native ones are left out and the
        # rest may be built from source.
        everything = ["--only-binary", ":all:", *_required(locks)]
        if not _install(install + everything, log) and (
            _is_hopeless(log) or not _install(install + _required(locks[:1]), log)
        ):
            raise failure_of(log)
        _rename(unfinished, environment)


def _required(locks: "list[str]") -> "list[str]":
    return ["--require-hashes", *(part for lock in locks for part in ("-r", lock))]


def _install(command: "list[str]", log: str) -> bool:
    with open(log, "wb") as output:
        return _run(command, output) == 0


def _rename(building: str, target: str) -> None:
    for attempt in range(5):
        try:
            os.rename(building, target)
        except OSError:
            if os.path.isdir(target):
                return
            # A virus scanner on Windows may hold a new file for a moment.
            if os.name != "nt" or attempt == 4:
                raise
            time.sleep(0.2)
        else:
            return


def _installer(environment: str, packages: str) -> "list[str]":
    """Make the environment; give the command that installs into it, up to its options.

    Raises:
        SetUpFailed: there is no ensurepip, uv or pip.
    """
    base = getattr(sys, "_base_executable", "") or sys.executable
    with open(os.devnull, "wb") as nowhere:
        _run([base, "-I", "-m", "venv", "--without-pip", environment], nowhere)
        python = python_of(environment)
        into = [] if python else ["--target", packages]
        python = python or base
        options = ["--no-input", "--no-deps", "--compile"]
        wheel = bundled_pip()
        if wheel:
            return [python, "-I", os.path.join(wheel, "pip"), "install", *options, *into]
        uv = shutil.which("uv")
        if uv:
            offline = ["--no-index"] if os.environ.get("PIP_NO_INDEX") else []
            command = [uv, "pip", "install", "--quiet", "--no-deps", "--compile-bytecode"]
            return [*command, "--python", python, *offline, *into]
        # -P, not -I: this pip may live in the user's own packages.
        if _run([base, "-P", "-m", "pip", "--version"], nowhere) == 0:
            return [base, "-P", "-m", "pip", "install", *options, "--no-user", "--target", packages]
    manager = "apt-get"
    if shutil.which(manager):
        raise words.SetUpFailed("no_installer", command="sudo {} install python3-venv".format(manager))
    raise words.SetUpFailed("no_installer", command="python3 -m ensurepip")


def bundled_pip() -> str:
    """Give the pip wheel that ensurepip would install, or "".

    Running it where it is saves the 5 s that ensurepip takes to unpack and compile it.
    Source: pip's documentation on running pip from its wheel; PEP 453; checked 2026-11-22.
    """
    found = importlib.util.find_spec("ensurepip")
    if found is None or not found.origin:
        return ""
    import sysconfig

    # Debian and Fedora keep the wheels of ensurepip in a folder of their own.
    places = [os.path.join(os.path.dirname(found.origin), "_bundled"), "/usr/share/python-wheels"]
    places.append(sysconfig.get_config_var("WHEEL_PKG_DIR") or "")
    for place in places:
        wheels = sorted(glob.glob(os.path.join(glob.escape(place), "pip-*.whl"))) if place else []
        if wheels:
            return wheels[-1]
    return ""


def _run(command: "list[str]", output: "IO[bytes]") -> int:
    environ = {name: value for name, value in os.environ.items() if name not in _OURS}
    environ.setdefault("PIP_RETRIES", "2")
    environ.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    # uv does not read pip's variables; those that say where packages come from are handed on.
    for theirs, ours in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("UV_FIND_LINKS", "PIP_FIND_LINKS")):
        if environ.get(ours):
            environ.setdefault(theirs, environ[ours])
    try:
        return programs.run(
            command, stdin=programs.DEVNULL, stdout=output, stderr=programs.STDOUT, env=environ
        ).returncode
    except OSError:
        return 127


def _is_hopeless(log: str) -> bool:
    """Tell whether fewer packages would fail for the same reason."""
    text = _text_of(log)
    return any(pattern.search(text) for pattern in (_OFFLINE, _HASHES, _FULL))


def failure_of(log: str) -> words.SetUpFailed:
    """Tell from the installer's output what went wrong."""
    text = _text_of(log)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "×"))]
    reason = (errors or lines or ["no output"])[-1].rstrip(".")[:200]
    if _FULL.search(text):
        return words.SetUpFailed("disk_full", cache=os.path.dirname(log))
    if _HASHES.search(text):
        return words.SetUpFailed("wrong_hash", reason=reason, log=log)
    if _OFFLINE.search(text):
        return words.SetUpFailed("network", log=log)
    if _ABSENT.search(text):
        return words.SetUpFailed("not_on_index", reason=reason)
    return words.SetUpFailed("install_failed", reason=reason, log=log)


def _text_of(log: str) -> str:
    with open(log, encoding="utf-8", errors="replace") as file:
        return file.read()
