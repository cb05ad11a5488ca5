"""The command `uninstall`: hooks, cache and home go, after the person agreed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from token_tracker.cli.hook_changes import Hooks
from token_tracker.cli.hook_changes import first_failure
from token_tracker.cli.hook_changes import plan_hooks
from token_tracker.cli.key_options import agrees
from token_tracker.cli.key_options import can_ask
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import answer_text
from token_tracker.cli.output import tell
from token_tracker.cli.output import write
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.paths import user_home
from token_tracker.render.words import words
from token_tracker.reports.hooks import HookChanges
from token_tracker.reports.hooks import Ours
from token_tracker.reports.hooks import Uninstalled
from token_tracker.uninstalling import CACHE_NAMES
from token_tracker.uninstalling import HOME_NAMES
from token_tracker.uninstalling import is_own
from token_tracker.uninstalling import ours_in
from token_tracker.uninstalling import remove
from token_tracker.uninstalling import remove_home


@dataclass(frozen=True, slots=True)
class UninstallOptions(Common):
    """What `uninstall` takes."""

    keep_data: Annotated[
        bool, typer.Option("--keep-data", help="Keep the ledger, settings and keys in the home.")
    ] = False
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False


def add(app: typer.Typer, name: str) -> None:
    """Add this file's command to the app."""
    app.command(name)(uninstall)


@takes(UninstallOptions)
def uninstall(options: UninstallOptions) -> int:
    """Remove what token-tracker put on this machine.

    Hooks in other programs, the cache, and the home with the ledger, settings and keys. Without
    a terminal to ask on, and without --yes, it only says what would go. The folder of the skill
    stays; its host removes it.

    Examples:
      token-tracker uninstall --keep-data
      token-tracker uninstall --yes
    """
    session = start(options, is_removal=True)
    hooks = plan_hooks(session, remove=True)
    planned = _planned(session, hooks, options)
    if not (options.yes or _agreed(session, planned, options)):
        write(answer_text(session, options, "uninstall", planned))
        return first_failure(planned.hooks.changes)
    done = planned._replace(hooks=HookChanges(hooks.carried_out(), True))
    failure = first_failure(done.hooks.changes)
    if failure == 0:
        done = _planned(session, hooks, options)._replace(hooks=done.hooks, is_done=True)
        if done.home is not None:
            remove_home(session.home, done.home)
    # The answer is made before the packages that make it go.
    text = answer_text(session, options, "uninstall", done)
    if done.is_done:
        remove(done.cache)
    write(text)
    return failure


def _planned(session: Session, hooks: Hooks, options: UninstallOptions) -> Uninstalled:
    person = user_home(session.environ)
    home = _found(session.home, HOME_NAMES, person, session.skill)
    cache = _found(session.cache, CACHE_NAMES, person, session.skill)
    # One folder may be both: what is ours of the one is nothing of others in the other.
    home, cache = _without_ours(home, cache), _without_ours(cache, home)
    kept = None if options.keep_data else home
    return Uninstalled(HookChanges(hooks.shown(), False), kept, cache, str(session.skill), False)


def _without_ours(found: Ours, other: Ours) -> Ours:
    return found._replace(others=tuple(place for place in found.others if place not in other.ours))


def _found(folder: Path, names: re.Pattern[str], person: Path, skill: Path) -> Ours:
    return ours_in(folder, names, is_own=is_own(folder, person, skill))


def _agreed(session: Session, planned: Uninstalled, options: UninstallOptions) -> bool:
    if not can_ask(session):
        return False
    tell(answer_text(session, Common(options.lang), "uninstall", planned) + "\n")
    return agrees(session, words(session.language, "hooks").ask_to_uninstall())
