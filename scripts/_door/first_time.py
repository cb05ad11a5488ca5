"""What the door calls when something is built, missing or old; each call says what is wrong.

Finding Python is in `interpreter.py`, building in `building.py`, sentences in
`words.py`. Parses on Python 3.6.
"""

import sys

from _door import interpreter
from _door import words


def hand_over(root: str, door: str, never_builds: bool, cache: str) -> int:
    """Run the same command with a Python that is new enough; returns only if there is none."""
    try:
        return interpreter.run_with_newer(door, may_fetch=not never_builds)
    except words.SetUpFailed as failure:
        if not never_builds:
            return words.fail(failure)
        # What uv has or gets comes with the first question, so then nothing is for the person to install.
        return tell_not_set_up(root, cache, None if interpreter.has_uv() else failure)
    except KeyboardInterrupt:
        return 130


def set_up(root: str, environment: str, inside: str, locks: "tuple[str, ...]") -> "tuple[int, str]":
    """Build the environment; give an exit code (0: go on) and its folder.

    `inside`: the place of the packages in it. The folder is "" when nothing can be built
    and the packages are there already.
    """
    from _door import building

    try:
        building.provide(root, environment, inside, locks)
    except words.SetUpFailed as failure:
        cannot_keep = failure.code in ("cache_not_writable", "cache_unknown", "disk_full")
        if cannot_keep and building.is_importable(root, locks[0]):
            return 0, ""
        return words.fail(failure), ""
    except KeyboardInterrupt:
        return words.fail(words.SetUpFailed("interrupted"), exit_code=130), ""
    return 0, environment


def tell_not_set_up(root: str, cache: str, failure: "words.SetUpFailed | None" = None) -> int:
    """Say once a day, to a session that a person reads, that nothing is set up; give an exit code.

    `failure`: why asking the agent will not set it up either.
    """
    from _door import not_set_up

    return not_set_up.tell(sys.argv[1:], root, cache, failure)


def note_use(environment: str) -> None:
    """Note that the environment was used today, and remove those not used for a month."""
    from _door import building

    building.note_use(environment)
    building.sweep(environment)


def report_lack(environment: str, error: ImportError) -> int:
    """Say what cannot be imported, and what mends that.

    `environment`: "" where the packages are this Python's own: then no folder is ours to be deleted.
    """
    package = str(error.name)
    if isinstance(error, ModuleNotFoundError) and package.partition(".")[0] in sys.stdlib_module_names:
        failure = words.SetUpFailed("python_incomplete", package=package, python=sys.executable)
    elif environment:
        failure = words.SetUpFailed("damaged", package=package, environment=environment)
    else:
        failure = words.SetUpFailed("packages_incomplete", package=package, prefix=sys.prefix)
    return words.fail(failure)


def report_incomplete(path: str) -> int:
    """Say that a file of the checkout is missing."""
    return words.fail(words.SetUpFailed("incomplete_checkout", path=path))
