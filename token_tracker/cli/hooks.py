"""Commands about the session-start hook in other programs: `setup-hook …`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from typing import Any

import typer

from token_tracker import hooking
from token_tracker.cli.hook_changes import Hooks
from token_tracker.cli.hook_changes import first_failure
from token_tracker.cli.hook_changes import plan_hooks
from token_tracker.cli.hook_changes import scene_of
from token_tracker.cli.key_options import agrees
from token_tracker.cli.key_options import can_ask
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.output import tell
from token_tracker.cli.output import write
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import EXIT_OK
from token_tracker.errors import CommandLineError
from token_tracker.hosts import all_hosts
from token_tracker.hosts.contract import Host
from token_tracker.paths import STATE_FILE
from token_tracker.render.words import words
from token_tracker.reports.hooks import HookChange
from token_tracker.reports.hooks import HookChanges
from token_tracker.reports.hooks import HookState
from token_tracker.settings import change_settings

DECLINED = "hooks_declined"
"""The key of `state.json` that lists the hosts whose hook the person does not want."""


@dataclass(frozen=True, slots=True)
class OfHosts(Common):
    """What every command about hooks takes."""

    host: Annotated[list[str] | None, typer.Option("--host", help="Only this host, such as claude-code.")] = (
        None
    )
    all: Annotated[bool, typer.Option("--all", help="Every host of this machine.")] = False


@dataclass(frozen=True, slots=True)
class ChangeOptions(OfHosts):
    """What installs and uninstalls."""

    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False
    yes: Annotated[bool, typer.Option("--yes", help="Change it without asking.")] = False


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    group = typer.Typer(help="The hook that gives reports at the start of a session.", rich_markup_mode=None)
    for command in (check, status, install, uninstall, decline):
        group.command(command.__name__)(command)
    app.add_typer(group, name=name)


@takes(OfHosts)
def check(options: OfHosts) -> int:
    """Whether the hook is installed, host by host; changes nothing.

    Examples:
      token-tracker setup-hook check --json
    """
    session = start(options)
    states = _states(session, options)
    if options.json:
        from token_tracker.render.documents.hooks import check_document

        write(json.dumps(check_document(states), ensure_ascii=False))
        return EXIT_OK
    return reply(session, options, "setup-hook status", states, None, [])


@takes(OfHosts)
def status(options: OfHosts) -> int:
    """The same for people: what is wrong, and what only you can do.

    Examples:
      token-tracker setup-hook status
    """
    session = start(options)
    return reply(session, options, "setup-hook status", _states(session, options), None, [])


@takes(ChangeOptions)
def install(options: ChangeOptions) -> int:
    """Put the hook into the settings of a host.

    Shows the exact change first. Without a terminal to ask on, and without --yes, nothing is
    changed. Without --host it is for every host that is found and was not declined.

    Examples:
      token-tracker setup-hook install --dry-run
      token-tracker setup-hook install --host claude-code --yes
    """
    session = start(options)
    done = _changed(session, options, remove=False)
    installed = [one.host for one in done.changes if one.outcome in ("installed", "already")]
    if session.settings.hooks_declined & {*installed}:
        _remember(session, lambda declined: declined - {*installed})
    return _answer(session, options, "setup-hook install", done)


@takes(ChangeOptions)
def uninstall(options: ChangeOptions) -> int:
    """Take the hook out of the settings of a host again.

    Where nothing else changed, the file gets its bytes of before back.

    Examples:
      token-tracker setup-hook uninstall --all --yes
    """
    session = start(options)
    done = _changed(session, options, remove=True)
    return _answer(session, options, "setup-hook uninstall", done)


@takes(OfHosts)
def decline(options: OfHosts) -> int:
    """Remember that the hook is not wanted, so that no agent asks again.

    `setup-hook install --host HOST` forgets it.

    Examples:
      token-tracker setup-hook decline --host codex
      token-tracker setup-hook decline --all
    """
    session = start(options)
    if not options.host and not options.all:
        raise CommandLineError("host_needed", known=", ".join(host.id for host in all_hosts()))
    hosts = _hosts(options)
    _remember(session, lambda declined: declined | {host.id for host in hosts})
    changes = tuple(HookChange(host.id, host.name, "declined") for host in hosts)
    return _answer(session, options, "setup-hook decline", HookChanges(changes, True))


def _hosts(options: OfHosts) -> list[Host]:
    """Give the hosts that were asked for, all of them without a name.

    Raises:
        CommandLineError: a name is of no host.
    """
    known = {host.id: host for host in all_hosts()}
    for name in options.host or ():
        if name not in known:
            raise CommandLineError("host_unknown", given=name, known=", ".join(known))
    return [known[name] for name in options.host] if options.host else list(known.values())


def _states(session: Session, options: OfHosts) -> tuple[HookState, ...]:
    scene, declined = scene_of(session), session.settings.hooks_declined
    return tuple(hooking.state_of(host, scene, declined) for host in _hosts(options))


def _changed(session: Session, options: ChangeOptions, *, remove: bool) -> HookChanges:
    """Plan for each host, show, ask, and do what was agreed to."""
    hooks = plan_hooks(session, _hosts(options) if options.host else None, remove=remove)
    if not hooks.plans or (not options.dry_run and (options.yes or _agreed(session, hooks))):
        return HookChanges(hooks.carried_out(), True)
    return HookChanges(hooks.shown(), False)


def _agreed(session: Session, hooks: Hooks) -> bool:
    """Show every change on the terminal and ask once."""
    if not can_ask(session):
        return False
    for change in hooks.shown():
        tell("".join(f"{line}\n" for line in (change.diff, *change.files) if line))
    sentences = words(session.language, "hooks")
    question: Callable[..., str] = sentences.ask_to_remove if hooks.remove else sentences.ask_to_install
    names = words(session.language).COMMA.join(plan.host.name for plan in hooks.plans)
    return agrees(session, question(hosts=names))


def _remember(session: Session, change: Callable[[frozenset[str]], frozenset[str] | set[str]]) -> None:
    def changed(there: Any) -> dict[str, Any]:
        return {DECLINED: sorted(change(frozenset(there.get(DECLINED) or ()))) or None}

    change_settings(session.home, STATE_FILE, changed)


def _answer(session: Session, options: Common, command: str, done: HookChanges) -> int:
    reply(session, options, command, done, None, [])
    return first_failure(done.changes)
