"""The command line of `session-check`, for its help and its errors.

A line that begins with the command never comes here: `quick.py` reads it, and
`session_start.py` does the rest without typer.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated

import typer

from token_tracker import quick
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.errors import CommandLineError
from token_tracker.quick import HOOK_FORMAT
from token_tracker.quick import Call

IDS = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="With --ack: what was shown.")]


@dataclass(frozen=True, slots=True)
class Check(Common):
    """What `session-check` takes."""

    update_state: Annotated[
        bool, typer.Option("--update-state", help="Take what is printed as delivered.")
    ] = False
    claim: Annotated[
        bool, typer.Option("--claim", help="Take it for this session; --ack says that it was shown.")
    ] = False
    session: Annotated[str, typer.Option("--session", help="The session that claims.")] = ""
    ack: Annotated[bool, typer.Option("--ack", help="These ids were shown.")] = False
    format: Annotated[str, typer.Option("--format", help="hook: the shape that the host wants.")] = ""
    host: Annotated[str, typer.Option("--host", help="auto, claude-code or codex.")] = "auto"
    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of the days, such as Asia/Shanghai.")] = (
        None
    )
    no_sync: Annotated[bool, typer.Option("--no-sync", help="Do not read new log lines first.")] = False


def add(app: typer.Typer, name: str) -> None:
    """Add the command to the app."""
    app.command(name)(session_check)


@takes(Check, ids=(IDS, None))
def session_check(options: Check, ids: list[str] | None) -> int:
    """What a new session is told, each once.

    Those are due reports and budget alerts. Without options it shows what is due and leaves it
    due. Hooks call it; it exits 0 whatever goes wrong, and `doctor` tells what did.

    Examples:
      token-tracker session-check
      token-tracker session-check --json --update-state
      token-tracker session-check --format hook --host auto --update-state
      token-tracker session-check --claim --session main
      token-tracker session-check --ack daily:2026-10-05
    """
    if options.format not in ("", HOOK_FORMAT):
        reason = f"--format takes no {options.format}, only {HOOK_FORMAT}"
        raise CommandLineError("usage", reason=reason, command="session-check")
    if options.claim and not options.session:
        raise CommandLineError("usage", reason="--claim needs --session", command="session-check")
    if options.ack != bool(ids):
        raise CommandLineError("usage", reason="--ack needs an id, and an id --ack", command="session-check")
    call = Call(**{**dataclasses.asdict(options), "ack": tuple(ids or ())})
    answered = quick.answer(call)
    if answered is None:
        from token_tracker.cli.session_start import finish

        return finish(quick.pending or call)
    return answered
