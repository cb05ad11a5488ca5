"""The sentences of the itemised bill and of an explanation, in English.

Chinese: `zh/bill.py`, the same names with the same arguments.
"""

from __future__ import annotations

from collections.abc import Sequence


def prices_are_per_million() -> str:
    """Said once above the rows of a bill."""
    return "Counts are exact; token prices are per million tokens."


def row(*, name: str, cost: str) -> str:
    """The first line of a row."""
    return f"{name}: {cost}"


def counts(*, requests: int, parts: Sequence[str]) -> str:
    """The second line of a row: what was used, with its prices."""
    return f"{_requests(requests)}: {', '.join(parts)}" if parts else _requests(requests)


def total(*, cost: str, tokens: int, requests: int) -> str:
    """The last row."""
    return f"Total: {cost}, {tokens:,} tokens, {_requests(requests)}"


def plan_total(*, amount: str) -> str:
    """What plans pay, under the total."""
    return f"Paid by plan, not in the total: worth {amount} at API list price"


def several_prices(*, prices: Sequence[str]) -> str:
    """Under a row in which more than one set of prices was applied."""
    return f"Prices that were applied: {'; '.join(prices)}"


def initiator(*, kind: str) -> str:
    """Who or what set the work going."""
    names = {
        "manual": "a person",
        "skill": "a skill",
        "agent": "a sub-agent",
        "scheduled": "a schedule",
    }
    return names.get(kind, kind)


def not_attributed() -> str:
    """The log does not say."""
    return "not attributed"


def uncached_input(*, count: int, price: str) -> str:
    """One kind with its price; `price` is "" when it is not the same everywhere."""
    return _part("uncached input", count, price)


def cache_read(*, count: int, price: str) -> str:
    """One kind with its price."""
    return _part("cache read", count, price)


def cache_write_5m(*, count: int, price: str) -> str:
    """One kind with its price."""
    return _part("cache write (5 min)", count, price)


def cache_write_1h(*, count: int, price: str) -> str:
    """One kind with its price."""
    return _part("cache write (1 h)", count, price)


def output(*, count: int, price: str) -> str:
    """One kind with its price."""
    return _part("output", count, price)


def web_search(*, count: int, price: str) -> str:
    """Searches with the price of one."""
    return _part("web search" if count == 1 else "web searches", count, price)


def price_list(*, prices: Sequence[str]) -> str:
    """The prices of one price row, kind by kind."""
    return ", ".join(prices)


def price_of_input(*, price: str) -> str:
    """One price of a price row."""
    return f"uncached input {price}"


def price_of_cache_read(*, price: str) -> str:
    """One price of a price row."""
    return f"cache read {price}"


def price_of_cache_write_5m(*, price: str) -> str:
    """One price of a price row."""
    return f"cache write (5 min) {price}"


def price_of_cache_write_1h(*, price: str) -> str:
    """One price of a price row."""
    return f"cache write (1 h) {price}"


def price_of_output(*, price: str) -> str:
    """One price of a price row."""
    return f"output {price}"


def price_of_web_search(*, price: str) -> str:
    """One price of a price row."""
    return f"{price} for one web search"


def host_estimate() -> str:
    """Instead of prices: the agent's own figure stands in."""
    return "the agent's own estimate; no price is known"


def recorded_charge() -> str:
    """Instead of prices: the amount itself was recorded."""
    return "the amount was recorded as it is"


def price_row(*, key: str, prices: str, source: str, checked_on: str, list_price_for: str) -> str:
    """A price row in full; `source` and `checked_on` are "" where nothing tells.

    `list_price_for`: who bills without a known price, so that this list price stands in, else "".
    """
    where = f"; from {source}" if source else "; a price of your own"
    when = f", checked {checked_on}" if checked_on else ""
    why = f"; the vendor's list price, because none of {list_price_for} is known" if list_price_for else ""
    return f"{key}: per million tokens {prices}{where}{when}{why}"


# The explanation.


def adds_up_to(*, amount: str, responses: int) -> str:
    """The first line."""
    return f"{amount} is the sum of {_responses(responses)}, one line each."


def nothing_to_add(*, subject: str) -> str:
    """The first line, where there is no usage."""
    return f"No usage of {subject} is recorded, so there is nothing to add up."


def only_plan(*, amount: str, responses: int) -> str:
    """The first line, where a plan pays for all of it."""
    return f"Covered by your plan: {_responses(responses)} worth {amount} at API list price, one line each."


def only_unpriced(*, responses: int) -> str:
    """The first line, where nothing has a price."""
    return f"The cost is unknown: none of {_responses(responses)} has a known price."


def how_to_check(*, command: str) -> str:
    """How to add the lines up with another program; `command` reads this text."""
    return f"To check the sum, pipe this text through `{command}`."


def in_currency(*, currency: str) -> str:
    """Heading above the lines of one currency."""
    return f"In {currency}:"


def paid_by_plan() -> str:
    """Heading above the lines that a plan pays."""
    return "Paid by plan, not in the sum (worth at API list price):"


def without_price() -> str:
    """Heading above the lines without a price."""
    return "No known price, not in the sum:"


def prices_applied() -> str:
    """Heading above the price rows."""
    return "Prices that were applied:"


def log_gone() -> str:
    """Instead of a line number: the log is not there any more."""
    return "log deleted"


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count:,} requests"


def _responses(count: int) -> str:
    return "1 response" if count == 1 else f"{count:,} responses"


def _part(kind: str, count: int, price: str) -> str:
    return f"{count:,} {kind} × {price}" if price else f"{count:,} {kind}"
