"""Reports as text: what a chat or a terminal shows, the answer in the first line."""

from __future__ import annotations

from typing import Final

from token_tracker.render.text.summary import summary

TEXTS: Final = {"summary": summary}
"""What writes a report, by command."""
