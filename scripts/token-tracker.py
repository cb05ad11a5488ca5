#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""The door: find Python and the private environment, then start token_tracker.

Standard library only, and few of its modules: this file is compiled at every start. What
happens once (looking for Python, building the environment, every sentence) lives in
`_door/`. Both must parse on Python 3.6, hence the quoted annotations.
"""

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.abc import PathEntryFinder
    from types import CodeType
    from types import ModuleType

OLDEST = (3, 11)
LOCKS = ("requirements.lock", "requirements-fast.lock")
# A hook or a status bar calls these at every turn: they never wait for a set-up.
NEVER_BUILDS = ("session-check", "statusline")
DETACH = "--detach"
DAY_S = 86400


def run() -> int:
    """Run the command of `sys.argv`; give its exit code."""
    scripts = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != scripts]
    # The folder of a skill belongs to its host: no import may leave a __pycache__ in it.
    sys.dont_write_bytecode = True
    cache = cache_home(os.environ)
    root = os.path.dirname(scripts)
    never_builds = DETACH in sys.argv[1:] or sys.argv[1:2] in ([command] for command in NEVER_BUILDS)
    if sys.version_info < OLDEST:
        return int(_first_time(scripts).hand_over(root, os.path.realpath(__file__), never_builds, cache))
    if cache:
        keep_bytecode(root, os.path.join(cache, "bytecode"))
    sys.path.insert(0, root)
    environment = _environment(scripts, root, cache, never_builds)
    if never_builds:
        code = _run_quickly(root) if environment else int(_first_time(scripts).tell_not_set_up(root, cache))
        if code is not None:
            return code
    if environment:
        sys.path.insert(1, os.path.join(environment, packages_inside()))
    try:
        from token_tracker.cli import main

        return int(main() or 0)
    except ImportError as error:
        if never_builds:
            return 0
        if error.name in ("token_tracker", "token_tracker.cli"):
            return int(_first_time(scripts).report_incomplete(os.path.join(root, "token_tracker", "cli")))
        if not error.name or error.name.startswith("token_tracker"):
            raise
        return int(_first_time(scripts).report_lack(environment, error))


def cache_home(environ: "Mapping[str, str]") -> str:
    """Give the directory of what can be rebuilt; "" when there is no home to put it in."""
    chosen = environ.get("TOKEN_TRACKER_CACHE")
    if not chosen:
        base = environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
        chosen = os.path.join(base, "token-tracker")
    place = os.path.expanduser(chosen)
    try:
        return "" if place.startswith("~") else os.path.abspath(place)
    except OSError:  # a relative place in a directory that was removed
        return ""


def environment_name(root: str, locks: "tuple[str, ...]") -> str:
    """Give `venv-<16 hex>`: one name per content of the locks, interpreter and platform."""
    # hashlib costs milliseconds to load; the 64 bits that importlib uses for .pyc files
    # come with the interpreter. It names a directory and protects nothing.
    from _imp import source_hash

    parts = [sys.implementation.cache_tag or "", sys.base_prefix, sys.platform]
    parts.append(getattr(sys, "abiflags", "") or getattr(sys, "winver", ""))
    parts.append(getattr(sys.implementation, "_multiarch", ""))
    if hasattr(os, "uname"):
        parts.append(os.uname().machine)
    key = "\0".join(parts).encode("utf-8", "surrogateescape")
    for lock in locks:
        with open(os.path.join(root, lock), "rb") as file:
            key += b"\0" + file.read()
    return "venv-" + source_hash(1, key).hex()


def packages_inside() -> str:
    """Give the place of the packages inside an environment of this interpreter."""
    if os.name == "nt":
        return os.path.join("Lib", "site-packages")
    free_threaded = "t" if "t" in sys.abiflags else ""
    version = "python%d.%d%s" % (sys.version_info[0], sys.version_info[1], free_threaded)
    return os.path.join("lib", version, "site-packages")


def keep_bytecode(root: str, folder: str) -> None:
    """Make everything imported from below `root` keep its bytecode in `folder`."""
    # Where importlib.machinery has them from; that takes milliseconds to load.
    from _frozen_importlib_external import FileFinder
    from _frozen_importlib_external import SourceFileLoader

    usual_prefix = sys.pycache_prefix

    class Loader(SourceFileLoader):
        """Reads and writes bytecode in the cache, even where Python was told to write none."""

        def get_code(self, fullname: str) -> "CodeType | None":
            sys.pycache_prefix, sys.dont_write_bytecode = folder, False
            try:
                return super().get_code(fullname)
            finally:
                sys.pycache_prefix, sys.dont_write_bytecode = usual_prefix, True

    of_the_checkout = FileFinder.path_hook((Loader, [".py"]))

    def hook(path: str) -> "PathEntryFinder":
        if path != root and not path.startswith(root + os.sep):
            raise ImportError("not of the checkout", path=path)
        return of_the_checkout(path)

    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.pop(root, None)


def _run_quickly(root: str) -> "int | None":
    """Run the quick path, which needs no packages; None when the full program must run."""
    if not os.path.exists(os.path.join(root, "token_tracker", "quick.py")):
        return None
    from token_tracker import quick

    code = quick.main(sys.argv[1:])
    return None if code is None else int(code)


def _environment(scripts: str, root: str, cache: str, never_builds: bool) -> str:
    """Give the environment, built if that is allowed, else ""; ends the process where it cannot be had."""
    try:
        environment = os.path.join(cache, environment_name(root, LOCKS)) if cache else ""
    except OSError as error:
        sys.exit(0 if never_builds else _first_time(scripts).report_incomplete(str(error.filename)))
    try:
        used_at = os.stat(environment).st_mtime
    except OSError:
        if never_builds:
            return ""
        exit_code, environment = _first_time(scripts).set_up(root, environment, packages_inside(), LOCKS)
        if exit_code:
            sys.exit(exit_code)
    else:
        if time.time() - used_at > DAY_S:
            _first_time(scripts).note_use(environment)
    return environment


def _first_time(scripts: str) -> "ModuleType":
    """Load what is needed only when something is built, missing or old."""
    sys.path.insert(0, scripts)
    try:
        from _door import first_time
    finally:
        sys.path.remove(scripts)
    return first_time


if __name__ == "__main__":
    try:
        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(130)
