"""Reports as text: what a chat or a terminal shows, the answer in the first line."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any
from typing import Final

from token_tracker.render.style import Style
from token_tracker.render.text.bill import bill
from token_tracker.render.text.explanation import explanation
from token_tracker.render.text.summary import summary

TEXTS: Final[Mapping[str, Callable[[Any, Style], str]]] = {
    "summary": summary,
    "bill": bill,
    "explain": explanation,
}
"""What writes a report, by command."""
