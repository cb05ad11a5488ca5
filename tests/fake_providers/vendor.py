"""What all vendors of the fake have in common: keys, events, counted requests, faults."""

from __future__ import annotations

import base64
import threading
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from enum import StrEnum
from typing import Any
from typing import ClassVar

from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.ledger import Event
from fake_providers.ledger import day_of

ALWAYS = 10**9


class KeyState(StrEnum):
    """What has become of a key."""

    VALID = "valid"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Key:
    """A key that the vendor knows. `origin`: the only address that takes it, "" for any of the vendor's."""

    text: str
    kind: str
    state: KeyState = KeyState.VALID
    origin: str = ""


Fault = Callable[["Vendor", Asked, Reply], Reply]
"""Turns what would be answered into something worse."""


@dataclass(slots=True)
class Failing:
    """A fault and when it happens: `report` "" is every one, `page` 0 every one; `left`: how often yet."""

    fault: Fault
    report: str
    page: int
    left: int

    def is_due(self, report: str, page: int) -> bool:
        """Say whether this reply is one that goes wrong."""
        return self.left > 0 and self.report in {"", report} and self.page in {0, page}


class Vendor:
    """A vendor with its own little ledger.

    Set `page_size` to make pages shorter than the client asked for. Change `events` through
    `put`, `restate` and `drop`; make it misbehave through `fail`; look at `asked` and `calls`.
    """

    origins: ClassVar[tuple[str, ...]] = ()
    """Its real addresses, such as `https://api.openai.com`; the first is the usual one."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failing: list[Failing] = []
        self.events: list[Event] = []
        self.keys: dict[str, Key] = {}
        self.asked: list[Asked] = []
        self.reports: Counter[str] = Counter()
        self.page_size: int | None = None

    # What a test does with it.

    def accept(self, text: str, kind: str = "", state: KeyState = KeyState.VALID, origin: str = "") -> str:
        """Know a key; without a kind its look tells it, where the vendor's keys have one."""
        self.keys[text] = Key(text, kind or self.kind_of(text), state, origin)
        return text

    def put(self, *events: Event) -> None:
        """Let something happen."""
        self.events.extend(events)

    def restate(self, day: date, *events: Event) -> None:
        """Tell another story of one UTC day from now on."""
        self.events = [event for event in self.events if day_of(event.at) != day]
        self.put(*events)

    def drop(self, is_dropped: Callable[[Event], bool]) -> None:
        """Forget events."""
        self.events = [event for event in self.events if not is_dropped(event)]

    def fail(self, fault: Fault, report: str = "", page: int = 0, times: int = ALWAYS) -> None:
        """Go wrong: in one report or all, on one page or all, so many times."""
        self._failing.append(Failing(fault, report, page, times))

    def mend(self) -> None:
        """Stop going wrong."""
        self._failing.clear()

    def calls(self, report: str = "") -> int:
        """Say how often a report was asked for, or everything together."""
        return self.reports[report] if report else self.reports.total()

    @property
    def now(self) -> datetime:
        """The moment that the test set."""
        return self._clock()

    # What a vendor is made of.

    def kind_of(self, text: str) -> str:
        """Tell the kind of a key by its look."""
        return "ordinary"

    def key_in(self, asked: Asked) -> str:
        """Give the key that a request carries."""
        return asked.bearer

    def report_of(self, asked: Asked) -> str:
        """Name the report that a request is for; "" when there is none."""
        raise NotImplementedError

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Answer a request that carries a key which may have the report."""
        raise NotImplementedError

    def needs(self, report: str) -> Sequence[str]:
        """Give the kinds of keys that may have a report; empty: every kind."""
        return ()

    def error(self, refused: Refused) -> Reply:
        """Say no in the vendor's own shape."""
        return Reply(refused.status, {"error": {"message": refused.message, "code": refused.code or None}})

    def refuse_key(self, state: str, key: str) -> Refused:
        """Say why a key is refused: `state` is "missing", "unknown", "expired", "exhausted" or "kind".

        The answer repeats the whole key: the worst that a vendor could do.
        """
        status = {"exhausted": 402, "kind": 403}.get(state, 401)
        return Refused(status, f"The key {key} is {state}.", f"key_{state}")

    # How a request is answered.

    def answer(self, asked: Asked) -> Reply:
        """Answer one request, faults with it."""
        with self._lock:
            self.asked.append(asked)
            report = self.report_of(asked)
            self.reports[report or asked.path] += 1
            reply = self._ordinary(report, asked)
            for failing in self._failing:
                if failing.is_due(report, reply.page):
                    failing.left -= 1
                    reply = failing.fault(self, asked, reply)
            return reply

    def _ordinary(self, report: str, asked: Asked) -> Reply:
        try:
            return self._read(report, asked)
        except Refused as refused:
            return self.error(refused)

    def _read(self, report: str, asked: Asked) -> Reply:
        if not report:
            raise Refused(404, f"Nothing is at {asked.path}.", "not_found")
        return self.read(report, asked, self.key_for(report, asked))

    def key_for(self, report: str, asked: Asked) -> Key:
        """Give the key of a request, when it may have the report."""
        text = self.key_in(asked)
        key = self.keys.get(text)
        if not text:
            raise self.refuse_key("missing", text)
        if key is None or key.origin not in {"", asked.origin}:
            raise self.refuse_key("unknown", text)
        if key.state is not KeyState.VALID:
            raise self.refuse_key(key.state.value, text)
        if self.needs(report) and key.kind not in self.needs(report):
            raise self.refuse_key("kind", text)
        return key


def page_of(rows: Iterable[Any], cursor: str, size: int) -> tuple[list[Any], int, str | None]:
    """Cut a page out of rows: its rows, its number from 1, and the cursor of the next or None."""
    everything = list(rows)
    at = _place(cursor) if cursor else 0
    following = at + size
    return (
        everything[at:following],
        at // size + 1,
        _cursor(following) if following < len(everything) else None,
    )


def _cursor(place: int) -> str:
    return "page_" + base64.urlsafe_b64encode(f"row {place}".encode()).decode().rstrip("=")


def _place(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor.removeprefix("page_") + "==").decode()
        return int(text.removeprefix("row "))
    except ValueError:
        raise Refused(400, f"There is no page {cursor}.", param="page") from None


def with_headers(reply: Reply, **headers: str) -> Reply:
    """Add headers to a reply; `_` in a name stands for `-`."""
    return replace(reply, headers={**reply.headers, **{n.replace("_", "-"): v for n, v in headers.items()}})
