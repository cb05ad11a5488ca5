"""Rows as the ledger gives them, made by hand or at random, and sums of them kept apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import UTC
from datetime import datetime

from hypothesis import strategies as st

from token_tracker.ledger.queries import UsageRow
from token_tracker.model import Tokens
from token_tracker.period import BUCKET_MS
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage

BY = ("model", "source")
BASES = ("billed", "reported", "computed", "inferred")


def row(
    cost: str = "0",
    *,
    key: tuple[str | int, ...] = ("opus", "claude-code"),
    currency: str = "USD",
    basis: str = "computed",
    requests: int = 1,
    tokens: Tokens | None = None,
    web_searches: int = 0,
) -> UsageRow:
    """Give a row; `cost` is in whole units of the currency."""
    pico = round(float(cost) * 10**6) * 10**6
    return UsageRow(key, currency, basis, requests, tokens or Tokens(input=10), web_searches, pico)


def unpriced(*, key: tuple[str | int, ...] = ("opus", "claude-code"), tokens: int = 10) -> UsageRow:
    """Give a row of tokens whose price is not known."""
    return row(key=key, currency="", basis="unpriced", tokens=Tokens(input=tokens))


def usage(*rows: UsageRow, by: Sequence[str] = BY, plans: Iterable[str] = ()) -> Usage:
    """Give the usage of some rows."""
    return Usage(tuple(by), tuple(rows), frozenset(plans))


def ms(text: str) -> int:
    """Give UTC milliseconds of an ISO instant with offset."""
    return int((datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000


def summed(figures: Iterable[Figures]) -> Counter[tuple[str, ...]]:
    """Add up figures one by one, every kind of number under a name of its own; zeros left out."""
    total: Counter[tuple[str, ...]] = Counter()
    for one in figures:
        total["requests",] += one.requests
        total["searches",] += one.web_searches
        total["unpriced",] += one.cost.unpriced_tokens
        for kind, count in one.tokens._asdict().items():
            total["tokens", kind] += count
        for currency, bases in one.cost.amounts.items():
            for basis, amount in bases.items():
                total["amount", currency, basis] += int(amount.scaleb(12))
        for currency, amount in one.cost.api_equivalent.items():
            total["plan", currency] += int(amount.scaleb(12))
    return Counter({name: count for name, count in total.items() if count})


def random_usage(by: Sequence[str]) -> st.SearchStrategy[Usage]:
    """Give usage of few names and few moments, so that many rows fall into one group."""
    counts = st.integers(0, 10**12)
    money = st.tuples(st.sampled_from(["USD", "CNY"]), st.sampled_from(BASES), st.integers(0, 10**24))
    price = st.one_of(money, st.just(("", "unpriced", 0)))
    rows = st.builds(
        lambda key, price, requests, tokens, searches: UsageRow(
            key, price[0], price[1], requests, Tokens(*tokens), searches, price[2]
        ),
        st.tuples(*(_VALUES.get(name, st.sampled_from(["", "a", "b"])) for name in by)),
        price,
        st.integers(1, 10**6),
        st.tuples(*[counts] * 6),
        st.integers(0, 5),
    )
    plans = st.sampled_from([frozenset[str](), frozenset({"a"})])
    return st.builds(
        lambda rows, plans: Usage(tuple(by), tuple(rows), plans), st.lists(rows, max_size=12), plans
    )


_FIRST_QUARTER = ms("2026-11-01T00:00:00+00:00") // BUCKET_MS
_VALUES: dict[str, st.SearchStrategy[str | int]] = {
    "rate": st.integers(0, 3),
    "quarter": st.integers(_FIRST_QUARTER, _FIRST_QUARTER + 40).map(lambda quarter: quarter * BUCKET_MS),
}
