"""The nouns of the account: what was used, what it cost, what went wrong.

No verbs live here: nothing in this file reads, prices, stores or prints.
"""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from typing import NamedTuple

PICO = 10**12
"""Money is stored as whole units of 10^-12 of its currency."""


class Tokens(NamedTuple):
    """Disjoint token counts of one or many responses; `reasoning` is inside `output`."""

    input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        """Every billed token once (reasoning is already inside output).

        >>> Tokens(input=10, cache_read=300, output=150, reasoning=40).total
        460
        """
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h + self.output

    @property
    def prompt(self) -> int:
        """Tokens sent to the model: what long-context tiers are measured on."""
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h


SCOPE_KINDS = ("provider", "model", "project", "source", "skill", "agent")
"""What a budget may be limited to, beside everything."""

INCLUDED = "included"
"""Tier of what a plan paid, as its biller said of that very request; priced like "standard"."""


class Service(NamedTuple):
    """What was bought: the model as logged, who bills it, and on which terms.

    `provider`: billing provider id, "" while a source cannot tell.
    `tier`: "standard", "batch", "priority", "flex", or `INCLUDED`; `speed`: "standard" or "fast";
    `geo`: data residency as logged ("us"), "" for none.
    """

    provider: str
    model: str
    tier: str = "standard"
    speed: str = "standard"
    geo: str = ""

    @property
    def is_included(self) -> bool:
        """A plan paid it, whatever its source is set to."""
        return self.tier == INCLUDED


class Origin(NamedTuple):
    """Who asked: the source that logged the response and what the work belonged to.

    Empty strings mean that the log does not say. `cwd` is the directory the agent worked
    in, `session` the owning session, the root of the runs that it started, `agent_id` the
    sub-agent run inside it, and `task` the kind of work that a person named for a manual
    record. `initiator`: "manual", "skill", "agent" or "scheduled". `parent`: the session or
    run that this one was forked from or started by. `wraps`: "<source>/<session>" of the
    program that this one drove, "<source>/" where it does not name the session; its own log
    goes before what the driver says of it.
    """

    source: str
    cwd: str = ""
    session: str = ""
    branch: str = ""
    agent: str = ""
    agent_id: str = ""
    skill: str = ""
    initiator: str = ""
    task: str = ""
    parent: str = ""
    wraps: str = ""


class Place(NamedTuple):
    """Where a record was read: the log file and the byte offset of its line."""

    path: str
    offset: int


class Charge(NamedTuple):
    """A charge that was recorded for one response: 10^-12 of a currency (ISO 4217)."""

    pico: int
    currency: str


class UsageEvent(NamedTuple):
    """One model response.

    `id`: 16 bytes of the vendor's response id. `at_ms`: UTC milliseconds, the earliest of
    all copies. `own_at_ms`: the kept copy's own time. `sidechain`, `stopped`: what the
    choice between two copies looks at. `host_cost_pico`: the host's own estimate in
    10^-12 USD, used only where no price is known. `passes`: the sampling passes inside,
    where the response is priced pass by pass; they add up to `tokens`. `charge`: what it
    really cost, as a host, a gateway or a person recorded it; it goes before any price.
    """

    id: bytes
    at_ms: int
    own_at_ms: int
    service: Service
    origin: Origin
    tokens: Tokens
    web_searches: int
    sidechain: bool
    stopped: bool
    host_cost_pico: int | None
    place: Place
    passes: tuple[Tokens, ...] = ()
    charge: Charge | None = None

    @property
    def preference(self) -> tuple[object, ...]:
        """Order copies of one response: the greatest is kept.

        A main record before a sidechain one, then the most output tokens, then a finished
        one, then the larger total, then the earlier. The rest only makes the choice the
        same in whatever order the copies are read.
        """
        return (
            not self.sidechain,
            self.tokens.output,
            self.stopped,
            self.tokens.total,
            -self.own_at_ms,
            self.tokens,
            self.web_searches,
            self.service,
            self.origin,
            self.passes,
            -1 if self.host_cost_pico is None else self.host_cost_pico,
            self.charge or (),
            self.place,
        )

    def merged(self, other: UsageEvent) -> UsageEvent:
        """Keep the better of two copies, whole, dated by the earlier of both."""
        at_ms = min(self.at_ms, other.at_ms)
        kept = other if _is_better(other, self) else self
        return kept if kept.at_ms == at_ms else kept._replace(at_ms=at_ms)


def _is_better(one: UsageEvent, other: UsageEvent) -> bool:
    # The first rules decide nearly always, and building the whole key is slow.
    if one.sidechain == other.sidechain and one.tokens.output != other.tokens.output:
        return one.tokens.output > other.tokens.output
    return one.preference > other.preference


class CostBasis(enum.StrEnum):
    """Where an amount comes from; the account never mixes two for one response."""

    BILLED = "billed"
    REPORTED = "reported"
    COMPUTED = "computed"
    INFERRED = "inferred"


class Money(NamedTuple):
    """An exact amount with its currency (ISO 4217)."""

    amount: Decimal
    currency: str


class ExchangeRate(NamedTuple):
    """What somebody stated: 1 `base` was worth `rate` `quote` on `day` (ISO 4217).

    `rate`: with the decimals it was stated with. `source`: "ecb", or "user" for the person's own.
    """

    base: str
    quote: str
    rate: Decimal
    day: date
    source: str


class BilledRecord(NamedTuple):
    """One line of a provider's bill, as the provider gives it.

    `model`: "" for what is no model's, such as searches, storage and fees. `item`: the
    provider's own name of the line. `amount`: exact, in `currency` (ISO 4217), below 0 for a
    credit. `hour`: 0..23 UTC; None where only the day is known. `project`: the provider's id
    of a project or workspace, "" for its default one.
    """

    model: str
    item: str
    amount: Decimal
    currency: str
    hour: int | None = None
    project: str = ""


class ReportedUsage(NamedTuple):
    """What a provider says was used on one model; `hour` and `project` as in `BilledRecord`.

    `requests`: None where the report does not count them.
    """

    model: str
    tokens: Tokens
    requests: int | None
    hour: int | None = None
    project: str = ""


class BillUnit(NamedTuple):
    """All that one report says of one UTC day: it is replaced whole, never in part.

    `report`: "costs", "usage", or "usage/" and the kind of a further usage report; two
    addresses that tell the same thing have the same name. `billed`: None where the report
    holds no money; empty where nothing was charged. `usage`: likewise for tokens.
    `refreshed_at_ms`: how far the provider says that its own figures reach, in UTC ms.
    """

    report: str
    day: date
    billed: tuple[BilledRecord, ...] | None = None
    usage: tuple[ReportedUsage, ...] | None = None
    refreshed_at_ms: int | None = None


class Balance(NamedTuple):
    """What is left on an account in one currency (ISO 4217).

    `parts`: what the total is made of, such as ("granted", 8.20), where the provider says so;
    below 0 for a debt. `is_usable`: False when the provider refuses calls all the same.
    """

    currency: str
    total: Decimal
    parts: tuple[tuple[str, Decimal], ...] = ()
    is_usable: bool = True


class Quota(NamedTuple):
    """What is left of a plan in one window.

    `name`: the provider's own. `window`: "5h", "day", "week", "month" or "". `used_ratio`:
    0..1, above 1 where more was used than is allowed; None where the provider's answer can
    be read in two ways. `used`, `limit`: counts where the provider tells them. `resets_at_ms`:
    UTC ms. `is_unlimited`: the plan does not limit this window.
    """

    name: str
    window: str
    used_ratio: Decimal | None
    used: int | None = None
    limit: int | None = None
    resets_at_ms: int | None = None
    is_unlimited: bool = False


class Spent(NamedTuple):
    """What a provider says was spent so far, outside any bill: shown, in no sum.

    `window`: "today", "week" or "month" in UTC, or "" for ever. `reach`: "key" where it is
    of this key only, else "account".
    """

    window: str
    amount: Decimal
    currency: str
    reach: str = "account"


class BalanceReading(NamedTuple):
    """What a provider says of an account at one moment."""

    balances: tuple[Balance, ...] = ()
    quotas: tuple[Quota, ...] = ()
    spent: tuple[Spent, ...] = ()


class Severity(enum.StrEnum):
    """How much a problem matters to the answer."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Problem(NamedTuple):
    """Something that was skipped, guessed around or could not be read.

    `code` is from the closed list of the published schema. `where` is `file:line`, a
    provider or a model; it may hold a path, so reports never print it.
    """

    code: str
    severity: Severity
    where: str = ""
    times: int = 1
    detail: str = ""
