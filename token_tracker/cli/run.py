"""Run one command line: load its group, and turn whatever happens into an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from token_tracker.cli.faults import report_bug
from token_tracker.cli.faults import report_error
from token_tracker.errors import EXIT_INTERRUPTED
from token_tracker.errors import EXIT_OK
from token_tracker.errors import CommandLineError
from token_tracker.errors import TrackerError

GROUPS = {
    "summary": "ask",
    "bill": "ask",
    "explain": "ask",
    "sync": "collect",
    "sources": "collect",
    "config": "care",
    "prices": "prices",
    "doctor": "care",
    "verify": "upkeep",
    "purge": "upkeep",
    "backup": "upkeep",
    "restore": "upkeep",
    "schema": "care",
    "version": "care",
}
"""Every command, in the order of `--help`, with the file that defines it."""

DEFAULT_COMMAND = "summary"
GROUPS_WITH_LIST = ("sources", "config", "prices")
"""Groups of commands in which no command means `list`."""

OPTIONS_OF_LIST = ("--json", "--lang", "--home")

UsageError: type[Exception] = typer.BadParameter.__bases__[0]


def run(arguments: Sequence[str]) -> int:
    """Run a command line and give its exit code; no exception leaves this function."""
    arguments = list(arguments)
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("--help", "-h")):
        arguments.insert(0, DEFAULT_COMMAND)
    if arguments[0] in GROUPS_WITH_LIST and (not arguments[1:] or arguments[1] in OPTIONS_OF_LIST):
        arguments.insert(1, "list")
    try:
        return _invoke(arguments)
    except TrackerError as error:
        return report_error(error, arguments)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("token_tracker"):
            return report_bug(error, arguments)
        raise  # the environment is damaged: the door says so
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug of ours
        return report_bug(error, arguments)


def _invoke(arguments: Sequence[str]) -> int:
    app = _app(arguments[0])
    try:
        result = app(args=arguments, prog_name="token-tracker", standalone_mode=False)
        sys.stdout.flush()
    except UsageError as error:
        reason = str(getattr(error, "message", error))
        raise CommandLineError("usage", reason=reason, command=arguments[0]) from None
    except typer.Abort:
        return EXIT_INTERRUPTED
    return result if isinstance(result, int) else EXIT_OK


def _app(command: str) -> typer.Typer:
    """Build the app with the asked command only: reading every signature costs time."""
    app = typer.Typer(
        name="token-tracker",
        help="What coding agents cost, read from their own logs.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["--help", "-h"]},
    )

    @app.callback()
    def root() -> None:
        """What coding agents cost, read from their own logs. No command means `summary`."""

    wanted = [command] if command in GROUPS else list(GROUPS)
    for name in wanted:
        import_module(f"token_tracker.cli.{GROUPS[name]}").add(app, name)
    return app


def _closed_pipe() -> int:
    """Whoever read our output has gone: say nothing, and let the interpreter say nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_OK
