"""What a person sees when something goes wrong: one line each for what, why, and the fix."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from itertools import pairwise

from token_tracker.cli.language import language_of
from token_tracker.cli.output import tell
from token_tracker.errors import EXIT_BUG
from token_tracker.errors import TrackerError

JSON_FLAG = re.compile(r"-[biO]*j[bijO]*")
"""`-j`, alone or among other short options that take no value."""


class BugError(TrackerError):
    """A mistake of ours; `log` is where its traceback is, "" where it could not be kept."""

    exit_code = EXIT_BUG


def is_of_a_library(error: ImportError) -> bool:
    """Say whether what is missing came with a library: the environment is damaged, not the program.

    >>> [is_of_a_library(ImportError(name=name)) for name in ("babel.core", "token_tracker.cli", None)]
    [True, False, False]
    """
    return bool(error.name) and str(error.name).partition(".")[0] != "token_tracker"


def report_error(error: TrackerError, arguments: Sequence[str]) -> int:
    """Print an error in the person's language, or as JSON; give its exit code."""
    from token_tracker.render.errors import error_text

    text = error_text(error, language_of(arguments, os.environ))
    if wants_json(arguments):
        import json

        from token_tracker.render.documents.envelope import error_document

        sys.stdout.write(json.dumps(error_document(error.code, text), ensure_ascii=False, indent=2) + "\n")
    else:
        tell("\n".join(text) + "\n")
    return error.exit_code


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether a command line asks for JSON, also where it could not be understood.

    >>> wants_json(["daily", "-bj"]), wants_json(["daily", "--format", "ccusage"]), wants_json(["daily"])
    (True, True, False)
    """
    words = [part for word in arguments for part in word.split("=", 1)]
    is_ccusage = ("--format", "ccusage") in pairwise(words)
    return is_ccusage or any(word == "--json" or JSON_FLAG.fullmatch(word) for word in arguments)


def report_bug(error: Exception, arguments: Sequence[str]) -> int:
    """Keep the traceback in the log and print one line: a bug is ours, not the person's."""
    from token_tracker.cli.bug_log import log_bug

    log = log_bug(error, arguments)
    try:
        return report_error(BugError("bug", log=log), arguments)
    except Exception:  # noqa: BLE001 - the words themselves are broken: say it without them
        tell(f"token-tracker: {type(error).__name__} {log}\n")
        return EXIT_BUG
