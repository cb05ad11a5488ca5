"""Commands that look after the installation: `doctor`, `schema`, `version`."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Annotated

import typer

from token_tracker.cli.diagnosis import diagnose
from token_tracker.cli.diagnosis import version_of
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.output import write
from token_tracker.cli.session import start
from token_tracker.errors import EXIT_FINDINGS
from token_tracker.errors import EXIT_OK
from token_tracker.errors import CommandLineError

NAME = Annotated[str, typer.Argument(metavar="[COMMAND]", help="One schema, as it is published.")]


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    app.command(name)({"doctor": doctor, "schema": schema, "version": version}[name])


@takes(Common)
def doctor(options: Common) -> int:
    """Health: what is wrong, and how to fix it.

    The exit code is 1 when anything is wrong.

    Examples:
      token-tracker doctor
      token-tracker doctor --json
    """
    session = start(options)
    diagnosis = diagnose(session)
    reply(session, options, "doctor", diagnosis, None, [])
    return EXIT_OK if diagnosis.is_healthy else EXIT_FINDINGS


@takes(Common, name=(NAME, ""))
def schema(options: Common, name: str) -> int:
    """The JSON Schemas of what `--json` prints.

    Examples:
      token-tracker schema
      token-tracker schema summary
    """
    from token_tracker import schemas

    session = start(options)
    if name and name not in schemas.names():
        near = get_close_matches(name, schemas.names(), 3, 0.3) or schemas.names()
        raise CommandLineError("schema_unknown", given=name, known=", ".join(near))
    if name and not options.json:
        write(json.dumps(schemas.load(name), ensure_ascii=False, indent=2))
        return EXIT_OK
    wanted = {one: schemas.load(one) for one in ([name] if name else schemas.names())}
    return reply(session, options, "schema", (wanted, bool(name)), None, [])


@takes(Common)
def version(options: Common) -> int:
    """Versions of program, ledger and price table.

    Examples:
      token-tracker version --json
    """
    session = start(options)
    return reply(session, options, "version", version_of(session), None, [])
