"""What a person sees when something goes wrong: one line each for what, why, and the fix."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler

from token_tracker.cli.language import language_of
from token_tracker.errors import EXIT_BUG
from token_tracker.errors import TrackerError
from token_tracker.paths import tracker_home

LOG_BYTES = 1_000_000
LOG_FILES = 3


def report_error(error: TrackerError, arguments: Sequence[str]) -> int:
    """Print an error in the person's language, or as JSON; give its exit code."""
    from token_tracker.render.documents import error_document
    from token_tracker.render.errors import error_text

    text = error_text(error, language_of(arguments, os.environ))
    if "--json" in arguments:
        print(json.dumps(error_document(error.code, text), ensure_ascii=False, indent=2))
    else:
        print(text.what, text.why, text.fix, sep="\n", file=sys.stderr)
    return error.exit_code


def report_bug(error: Exception, arguments: Sequence[str]) -> int:
    """Keep the traceback in the log and print one line: a bug is ours, not the person's."""

    class BugError(TrackerError):
        exit_code = EXIT_BUG

    return report_error(BugError("bug", log=_write_log(error)), arguments)


def _write_log(error: Exception) -> str:
    """Append a traceback without any values to the log; give the log's path, "" if none."""
    lines = traceback.format_list(traceback.extract_tb(error.__traceback__))
    try:
        home = tracker_home(os.environ)
        folder = home / "log"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "token-tracker.log"
        handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        # The message of an exception can hold text from a log or a key: only its type is kept.
        handler.emit(
            logging.LogRecord(
                "token-tracker", logging.ERROR, "", 0, "".join(lines) + type(error).__name__, None, None
            )
        )
        handler.close()
        path.chmod(0o600)
    except (OSError, TrackerError):
        return ""
    return str(path)
