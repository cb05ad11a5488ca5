"""What sources are called: a program by its own name, our own records in words."""

from __future__ import annotations

from token_tracker.ledger.records import MANUAL
from token_tracker.render import records_en
from token_tracker.render.format import clean_name
from token_tracker.render.style import Style
from token_tracker.sources import all_sources


def source_name(source: str, style: Style) -> str:
    """Give the name of a source; one that this version does not know is called by its id."""
    if source == MANUAL:
        return style.say(records_en.manual_records)
    return {one.id: one.name for one in all_sources()}.get(source) or clean_name(source)
