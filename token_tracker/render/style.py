"""How an answer is written: its language, currency, moment and zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from typing import ParamSpec
from typing import TypeVar

from token_tracker.period import Zone
from token_tracker.render.words import say

Named = ParamSpec("Named")
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Style:
    """One way of writing.

    `lang`: "zh" or "en". `currency`: shown first where there are several. `now`: the
    moment of this run, aware. `zone`: for what has no period of its own.
    """

    lang: str
    currency: str
    now: datetime
    zone: Zone

    def say(self, sentence: Callable[Named, Said], /, *args: Named.args, **named: Named.kwargs) -> Said:
        """Say a sentence, given as its English function, in the language of this style."""
        return say(self.lang, sentence, *args, **named)

    @property
    def today(self) -> date:
        """The local day of `now` in the style's own zone."""
        return self.now.astimezone(self.zone.zone).date()
