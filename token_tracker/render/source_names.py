"""What sources and projects are called: a program by its own name, our own kinds in words."""

from __future__ import annotations

from collections.abc import Callable

from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.rows import ELSEWHERE
from token_tracker.render.en import messages as messages_en
from token_tracker.render.en import records as records_en
from token_tracker.render.format import clean_name
from token_tracker.render.style import Style
from token_tracker.sources import all_sources


def source_name(source: str, style: Style) -> str:
    """Give the name of a source; one that this version does not know is called by its id."""
    if source == MANUAL:
        return style.say(records_en.manual_records)
    if source == ELSEWHERE:
        return style.say(messages_en.elsewhere)
    return {one.id: one.name for one in all_sources()}.get(source) or clean_name(source)


def shown_name(name: str, unnamed: Callable[[], str], style: Style) -> str:
    """Give a name as logged, without what cannot be shown; `unnamed` says that there is none."""
    if not name:
        return style.say(unnamed)
    if name == ELSEWHERE:
        return style.say(messages_en.elsewhere)
    return clean_name(name) or style.say(messages_en.unprintable_name)
