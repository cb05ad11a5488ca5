"""The options that commands share, each defined once.

A command takes one object of options; `takes` gives it the signature that typer reads.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from typing import Any
from typing import TypeVar
from typing import get_type_hints

import typer

Options = TypeVar("Options")


@dataclass(frozen=True, slots=True)
class Common:
    """What every command takes."""

    lang: Annotated[str | None, typer.Option("--lang", help="Language of the answer: zh or en.")] = None
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False
    home: Annotated[str | None, typer.Option("--home", help="Directory that holds everything kept.")] = None


@dataclass(frozen=True, slots=True)
class Days(Common):
    """Which time, and whose bill."""

    date: Annotated[
        str | None,
        typer.Option(
            "--date", help="A day or span: 2026-10-05, yesterday, last week, October, 昨天, 最近7天."
        ),
    ] = None
    since: Annotated[str | None, typer.Option("--since", help="First day; ends today without --until.")] = (
        None
    )
    until: Annotated[str | None, typer.Option("--until", help="Last day, inclusive.")] = None
    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of the days, such as Asia/Shanghai.")] = (
        None
    )
    provider: Annotated[list[str] | None, typer.Option("--provider", help="Only this provider.")] = None


@dataclass(frozen=True, slots=True)
class Scope(Days):
    """What every report takes: which time, which usage."""

    model: Annotated[list[str] | None, typer.Option("--model", help="Only this model, as logged.")] = None
    project: Annotated[list[str] | None, typer.Option("--project", help="Only this project.")] = None
    source: Annotated[list[str] | None, typer.Option("--source", help="Only this source.")] = None
    session: Annotated[list[str] | None, typer.Option("--session", help="Only this session.")] = None
    skill: Annotated[list[str] | None, typer.Option("--skill", help="Only this skill.")] = None
    agent: Annotated[list[str] | None, typer.Option("--agent", help="Only this sub-agent.")] = None
    initiator: Annotated[list[str] | None, typer.Option("--initiator", help="Only this initiator.")] = None
    task: Annotated[list[str] | None, typer.Option("--task", help="Only this task, as recorded.")] = None
    currency: Annotated[
        str | None, typer.Option("--currency", help="Currency to show first, and totals in.")
    ] = None
    no_sync: Annotated[bool, typer.Option("--no-sync", help="Do not read new log lines first.")] = False


def takes(options: type[Options], **positional: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make typer see the fields of `options` as the parameters of a command.

    `positional`: annotated positional arguments that come before, by name, each with its
    default.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(**given: Any) -> Any:
            leading = {name: given.pop(name) for name in positional}
            return command(options(**given), **leading)

        hints = get_type_hints(options, include_extras=True)
        keyword = inspect.Parameter.KEYWORD_ONLY
        parameters = [
            inspect.Parameter(name, keyword, annotation=annotation, default=default)
            for name, (annotation, default) in positional.items()
        ] + [
            inspect.Parameter(field.name, keyword, annotation=hints[field.name], default=_default(field))
            for field in dataclasses.fields(options)  # type: ignore[arg-type]  # every use is a dataclass
        ]
        wrapped.__name__ = command.__name__
        wrapped.__doc__ = help_text(command)
        wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what inspect reads
        wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return wrapped

    return decorate


def help_text(command: Callable[..., Any]) -> str:
    """Give what `--help` prints of a command; the lines of its examples stay lines."""
    return inspect.cleandoc(command.__doc__ or "").replace("\nExamples:\n", "\n\b\nExamples:\n")


def _default(field: dataclasses.Field[Any]) -> Any:
    """Give the default of a field; typer asks for what has none."""
    return ... if field.default is dataclasses.MISSING else field.default
