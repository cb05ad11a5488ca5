"""Texts for agents that a person schedules: `automation list`, `automation render`."""

from __future__ import annotations

from typing import Annotated

import typer

from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.prompts import NAMES
from token_tracker.prompts import listed_prompts
from token_tracker.prompts import load_prompt

NAME = Annotated[str, typer.Argument(metavar="[NAME]", help="One text; all of them unless named.")]


def add(app: typer.Typer, name: str) -> None:
    """Add the group to the app."""
    group = typer.Typer(help="Texts for an agent that you schedule yourself.")
    group.command("list")(list_prompts)
    group.command("render")(render)
    app.add_typer(group, name=name)


@takes(Common)
def list_prompts(options: Common) -> int:
    """The texts that there are, and what each makes an agent do.

    Examples:
      token-tracker automation
      token-tracker automation list --lang zh
    """
    return reply(start(options), options, "automation list", listed_prompts(), None, [])


@takes(Common, name=(NAME, ""))
def render(options: Common, name: str) -> int:
    """A text, ready to be given to a scheduled agent.

    It names where this program is. Nothing is scheduled: that is yours to do.

    Examples:
      token-tracker automation render daily-report
      token-tracker automation render budget-alert --lang zh
    """
    session = start(options)
    if name and name not in NAMES:
        raise CommandLineError("prompt_unknown", given=name, known=", ".join(NAMES))
    prompts = [load_prompt(one, session.language) for one in ([name] if name else NAMES)]
    return reply(session, options, "automation render", prompts, None, [])
