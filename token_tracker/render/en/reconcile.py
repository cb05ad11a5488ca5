"""The sentences of `reconcile` in English, as functions with named arguments.

Amounts, shares, counts and days come in already written. Chinese: `zh/reconcile.py`.
"""

from __future__ import annotations

from collections.abc import Sequence


def share(*, ratio: str, amount: str) -> str:
    """How much of an amount logs explain."""
    return f"{ratio} of the {amount}"


def explained(*, when: str, shares: Sequence[str], providers: Sequence[str]) -> str:
    """The first line, with bills."""
    return f"{when}: logs explain {_listed(shares)} billed by {_listed(providers)}."


def nothing_billed(*, when: str, providers: Sequence[str], computed: str) -> str:
    """The first line, where the bills are empty."""
    return f"{when}: {_listed(providers)} billed nothing; the logs of the same days come to {computed}."


def balances_explained(*, when: str, shares: Sequence[str], providers: Sequence[str]) -> str:
    """The first line, with balances but no bill."""
    left = "the balance of" if len(providers) == 1 else "the balances of"
    return f"{when}: logs explain {_listed(shares)} that left {left} {_listed(providers)}."


def no_balance_left(*, when: str, providers: Sequence[str], computed: str) -> str:
    """The first line, where nothing left the balances."""
    left = "the balance of" if len(providers) == 1 else "the balances of"
    return f"{when}: nothing left {left} {_listed(providers)}; the logs of that time come to {computed}."


def only_logs(*, when: str, computed: str) -> str:
    """The first line, where no provider has a whole bill or a balance."""
    return f"{when}: no bill to hold the logs against; they come to {computed}."


def nothing(*, when: str) -> str:
    """The first line, where there is nothing at all."""
    return f"{when}: nothing to reconcile: no bill, no balance, no usage in any log."


def how_to_have_bills() -> str:
    """What to run, where there are no bills."""
    return (
        "Bills come from `token-tracker fetch-usage`, once a provider has been added with"
        " `token-tracker configure-provider`."
    )


def widened(*, asked: str, zone: str, days: str) -> str:
    """Bills are of UTC days, and other days were asked for."""
    return (
        f"Bills are of UTC days: {asked} in {zone} touches {days} in UTC, and these days are compared whole."
    )


def days(*, first: str, last: str) -> str:
    """Days that follow each other."""
    return f"{first}–{last}"


def with_bill(*, provider: str, sides: Sequence[str], days: int) -> str:
    """The row of a provider with a bill."""
    return f"{provider} ({_days(days)}): {'; '.join(sides)}"


def billed_side(*, billed: str, computed: str, ratio: str) -> str:
    """Both sides in one currency; `ratio` is "" where nothing was charged."""
    return f"billed {billed}, {computed} computed from logs{f', {ratio} explained' if ratio else ''}"


def no_charge() -> str:
    """Instead of both sides: nothing was billed, and no log has any usage."""
    return "nothing billed, nothing in the logs"


def with_balance(*, provider: str, sides: Sequence[str], since: str, until: str) -> str:
    """The row of a provider with balances only."""
    return f"{provider}, by its balance from {since} to {until}: {'; '.join(sides)}"


def spent_side(*, spent: str, computed: str, ratio: str) -> str:
    """Both sides in one currency; `ratio` is "" where nothing was spent."""
    return f"{spent} spent, {computed} computed from logs{f', {ratio} explained' if ratio else ''}"


def with_nothing(*, provider: str, computed: str, requests: int) -> str:
    """The row of a provider with neither."""
    return f"{provider}: no whole bill and no balance; {computed} computed from logs in {_requests(requests)}"


def only_in_bill(*, amount: str) -> str:
    """What no log explains."""
    return f"Only the bill knows {amount}: other machines, other tools, fees, prices above list."


def only_in_balance(*, amount: str) -> str:
    """What no log explains of what left a balance."""
    return f"Only the balance knows {amount}: other machines, other tools, fees, prices above list."


def only_in_logs(*, amount: str) -> str:
    """What no bill has."""
    return f"Only the logs know {amount}: more than was billed for the model that day."


def only_in_logs_of_balance(*, amount: str) -> str:
    """More in the logs than left a balance."""
    return f"Only the logs know {amount}: more than left the balance."


def credits_given(*, amount: str) -> str:
    """Credits; they are below zero."""
    return f"The bill has credits of {amount}; the share is of the charges before them."


def shared_by_tokens(*, amount: str) -> str:
    """Explained without a price."""
    return f"{amount} of what is explained has no price here; it is the logs' share of the provider's tokens."


def other_currency(*, amount: str) -> str:
    """Computed in a currency that nothing is billed in."""
    return (
        f"{amount} is the list price of usage that is billed in another currency; it is held against nothing."
    )


def counted(*, days: int, told: str, in_logs: str) -> str:
    """Tokens on both sides, where the provider counts no requests."""
    return f"Tokens ({_days(days)}): {told} by the provider's count, {in_logs} in the logs."


def counted_with_requests(
    *, days: int, told: str, in_logs: str, told_requests: int, requests_in_logs: int
) -> str:
    """Tokens and requests on both sides."""
    return (
        f"By the provider's count ({_days(days)}): {told} tokens, {_requests(told_requests)};"
        f" in the logs: {in_logs} tokens, {_requests(requests_in_logs)}."
    )


def open_days(*, days: Sequence[str], more: int, computed: str) -> str:
    """Days of which there is no whole bill."""
    others = f" and on {_days(more)} more" if more else ""
    return f"No whole bill on {', '.join(days)}{others}: {computed} in the logs, in no share."


def outside_balances(*, computed: str) -> str:
    """Usage before the first balance and after the last."""
    return f"Before the first balance or after the last: {computed} in the logs, in no share."


def by_plan(*, amount: str) -> str:
    """What a plan pays."""
    return f"Paid by plan, on no side: worth {amount} at API list price."


def largest() -> str:
    """Heading."""
    return "Largest differences by model:"


def more_billed(*, name: str, billed: str, computed: str, amount: str) -> str:
    """More was billed for a model than the logs come to."""
    return f"{name}: billed {billed}, computed {computed}: {amount} more in the bill"


def more_in_logs(*, name: str, billed: str, computed: str, amount: str) -> str:
    """The logs come to more than was billed for a model."""
    return f"{name}: billed {billed}, computed {computed}: {amount} more in the logs"


def cannot_tell(*, name: str, billed: str) -> str:
    """The logs have no price for the model, or one in another currency."""
    return f"{name}: billed {billed}; the logs have no price to compare"


def without_model() -> str:
    """What is no model's."""
    return "fees and whatever is no model's"


def hosts() -> str:
    """Heading."""
    return "What programs themselves say that responses would cost, beside our price of the same responses:"


def host(*, name: str, host: str, own: str, requests: int) -> str:
    """The row of a program."""
    return f"{name}: {host} by its own estimate, {own} by ours, {_requests(requests)}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count:,} requests"
