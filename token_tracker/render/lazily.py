"""Renderers by command, each loaded when it is asked for: a summary needs no zip files."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from importlib import import_module
from typing import Any
from typing import TypeVar

from token_tracker.render.style import Style

Result = TypeVar("Result")


class Renderers(Mapping[str, Callable[[Any, Style], Result]]):
    """Give the function that renders a command's report; each takes its own kind of report.

    `places`: by command, the module below this package and the function in it.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, command: str) -> Callable[[Any, Style], Result]:
        """Load what renders a command."""
        module, _, name = self._places[command].rpartition(".")
        found: Callable[[Any, Style], Result] = getattr(import_module(f"{__package__}.{module}"), name)
        return found

    def __iter__(self) -> Iterator[str]:
        """Give every command."""
        return iter(self._places)

    def __len__(self) -> int:
        """Count the commands."""
        return len(self._places)
