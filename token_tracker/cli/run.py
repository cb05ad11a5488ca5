"""Run one command line: load its group, and turn whatever happens into an exit code."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from token_tracker.cli.commands import CHANGE_WHAT_IS_DUE
from token_tracker.cli.commands import GROUPS
from token_tracker.cli.commands import HELP
from token_tracker.cli.commands import full_command_line
from token_tracker.cli.faults import is_of_a_library
from token_tracker.cli.faults import report_bug
from token_tracker.cli.faults import report_error
from token_tracker.cli.language import language_of
from token_tracker.cli.language import value_of
from token_tracker.cli.options import help_text
from token_tracker.cli.output import open_closed_streams
from token_tracker.cli.output import speak_utf8
from token_tracker.due import begin
from token_tracker.due import look_again
from token_tracker.errors import EXIT_INTERRUPTED
from token_tracker.errors import EXIT_OK
from token_tracker.errors import CommandLineError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.paths import LEDGER_FILE
from token_tracker.paths import tracker_home
from token_tracker.quiet import DUE_FILE
from token_tracker.quiet import instant

# Typer does not export the root of its own errors about a command line.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


class InOrder(TyperGroup):
    """The commands, listed by `--help` in the order of `GROUPS`."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer calls it so
        """Give the names of the commands that are loaded."""
        return [name for name in GROUPS if name in self.commands]


def run(arguments: Sequence[str]) -> int:
    """Run a command line and give its exit code.

    Raises:
        ImportError: a library, or a part of one, is missing: the environment is damaged, and the door
            says so.
    """
    exit_code = EXIT_OK
    try:
        open_closed_streams()
        speak_utf8()
        exit_code = _run(full_command_line(arguments))
        _tell_hooks(full_command_line(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _silence()
        return EXIT_OK
    except OSError:  # stdout takes nothing, not even the error that says so
        _silence()
        return exit_code or StorageError.exit_code
    return exit_code


def _run(arguments: Sequence[str]) -> int:
    try:
        return _invoke(arguments)
    except TrackerError as error:
        return report_error(error, arguments)
    except BrokenPipeError:
        raise
    except ImportError as error:
        if is_of_a_library(error):
            raise
        return report_bug(error, arguments)
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug of ours
        return report_bug(error, arguments)


def _tell_hooks(arguments: Sequence[str]) -> None:
    """Tell hooks where we are, and to look again where the command may have changed what is due."""
    with suppress(TrackerError, OSError):
        home = tracker_home(os.environ, value_of("--home", arguments))
        if os.path.exists(home / LEDGER_FILE) and not os.path.lexists(home / DUE_FILE):
            begin(str(home), instant(time.time()), language_of(arguments, os.environ))
        if arguments[0] in CHANGE_WHAT_IS_DUE:
            look_again(str(home), True if arguments[0] == "set-budget" else None)


def _invoke(arguments: Sequence[str]) -> int:
    command = arguments[0]
    if command not in GROUPS and command not in HELP:
        raise _unknown_command(command, list(GROUPS))
    app = _app(command)
    words = [command]
    for group in app.registered_groups:
        known = [one.name or "" for one in group.typer_instance.registered_commands]  # type: ignore[union-attr]  # ours have one
        if command == group.name and arguments[1] not in (*known, *HELP):
            raise _unknown_command(arguments[1], known, command)
        words = [command, *[word for word in arguments[1:2] if word in known]]
    try:
        result = app(args=list(arguments), prog_name="token-tracker", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit:  # what typer makes of a closed pipe
        raise BrokenPipeError from None
    except UsageError as error:
        reason = str(getattr(error, "format_message", error.__str__)())
        for word in filter(_may_be_a_key, arguments):
            reason = reason.replace(word, "…")
        raise CommandLineError("usage", reason=reason, command=" ".join(words)) from None
    return result if isinstance(result, int) else EXIT_OK


def _app(command: str) -> typer.Typer:
    """Build the app with the asked command only: reading every signature costs time."""
    app = typer.Typer(
        name="token-tracker",
        cls=InOrder,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": list(reversed(HELP))},
    )
    app.callback(help=help_text(_root))(_root)
    for name in [command] if command in GROUPS else list(GROUPS):
        import_module(f"token_tracker.cli.{GROUPS[name]}").add(app, name)
    return app


def _root() -> None:
    """What coding agents cost, read from their own logs.

    Without a command it gives the summary of today. `token-tracker COMMAND --help` shows
    the options and examples of a command.

    Examples:
      token-tracker
      token-tracker bill --date yesterday --by project
      token-tracker explain today --json
      token-tracker --lang zh
    """


def _unknown_command(given: str, known: Sequence[str], group: str = "") -> CommandLineError:
    from difflib import get_close_matches

    near = get_close_matches(given, known, 3)
    return CommandLineError(
        "command_unknown",
        given=f"{group} {'…' if _may_be_a_key(given) else given}".strip(),
        nearest=", ".join(near),
        known=", ".join(known),
    )


def _may_be_a_key(word: str) -> bool:
    """Say whether a word is as long as a key of a provider, and no path: one that was put in the wrong place.

    >>> [_may_be_a_key(word) for word in ("sk-admin-0123456789a", "configure-provider", "/srv/li/code/a.jl")]
    [True, False, False]
    """
    return len(word) >= 20 and not set(word) & set(" ./\\=")


def _silence() -> None:
    """Let the interpreter end without a word about output that nobody takes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
