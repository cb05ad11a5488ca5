"""Print an answer: as text in the person's language, or as JSON in the envelope."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

from token_tracker.cli.session import Session
from token_tracker.errors import EXIT_OK
from token_tracker.errors import StorageError
from token_tracker.model import Problem
from token_tracker.period import Period

if TYPE_CHECKING:  # typer, for the options, costs more than a session start may take
    from token_tracker.cli.options import Common


def reply(
    session: Session,
    options: Common,
    command: str,
    report: Any,
    period: Period | None,
    problems: Sequence[Problem],
) -> int:
    """Print a report and give the exit code of an answer that succeeded."""
    write(answer_text(session, options, command, report, period, problems))
    return EXIT_OK


def answer_text(
    session: Session,
    options: Common,
    command: str,
    report: Any,
    period: Period | None = None,
    problems: Sequence[Problem] = (),
) -> str:
    """Give what `reply` prints: text, or JSON where that was asked for."""
    from token_tracker.render.style import Style

    currency = session.currency
    style = Style(session.language, currency, session.clock.now, session.zone)
    if options.json:
        from token_tracker.render.documents import DATA
        from token_tracker.render.documents.envelope import envelope

        data = _of(DATA, command)(report, style)
        moment = session.clock.now.astimezone(session.zone.zone)
        document = envelope(command, moment, period, data, problems, lang=session.language)
        # Without an indent the encoder in C does it, in a tenth of the time.
        return json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    from token_tracker.render.text import TEXTS

    return str(_of(TEXTS, command)(report, style))


def _of(renderers: Mapping[str, Any], command: str) -> Callable[..., Any]:
    """Give what renders a command's report: each takes its own kind of report."""
    found: Callable[..., Any] = renderers[command]
    return found


def write(text: str) -> None:
    """Write an answer to stdout, all of it.

    Raises:
        BrokenPipeError: nobody reads it any more.
        StorageError: what stdout leads to takes nothing.
    """
    try:
        sys.stdout.write(text.rstrip("\n") + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StorageError("output_unwritable", reason=error.strerror or str(error)) from error


def tell(text: str) -> None:
    """Write progress, a question or an error to stderr, as it is."""
    sys.stderr.write(text)
    sys.stderr.flush()


def open_closed_streams() -> None:
    """Give a stream that the caller closed (`>&-`) something to write to, as cron and daemons need."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - for as long as the process lives


def speak_utf8() -> None:
    """Write in UTF-8 whatever the locale says; a byte of a file name that is no text becomes "?"."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
