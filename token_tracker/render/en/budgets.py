"""The sentences about budgets in English, as functions with named arguments.

Amounts, dates, names and percentages come in already written. Chinese: `zh/budgets.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

_EVERY = {"daily": "Daily", "weekly": "Weekly", "monthly": "Monthly"}
_NOW = {"daily": "Today's", "weekly": "This week's", "monthly": "This month's"}
_PERIODS = {"daily": "today", "weekly": "this week", "monthly": "this month"}
_SCOPES = {
    "provider": "",
    "model": "",
    "project": "project ",
    "source": "",
    "skill": "skill ",
    "agent": "sub-agent ",
}
_ANY = {
    "provider": "a provider",
    "model": "a model",
    "project": "a project",
    "source": "a coding agent",
    "skill": "a skill",
    "agent": "a sub-agent",
}


# What a budget is called.


def current(*, period: str, kind: str, value: str, hard: bool, with_plans: bool) -> str:
    """A budget in the period that is running.

    `kind`, `value`: its scope, both "" for all usage; `value` alone where it is not to be named.
    """
    return f"{_NOW[period]} {_budget(hard)}{_scope(kind, value)}{_plans(with_plans)}"


def past(*, when: str, kind: str, value: str, hard: bool, with_plans: bool) -> str:
    """A budget in another period. `when`: its day, days or month."""
    return f"The {_budget(hard)}{_scope(kind, value)} of {when}{_plans(with_plans)}"


def every(*, period: str, kind: str, value: str, hard: bool, with_plans: bool) -> str:
    """A budget as it is set, for every period."""
    return f"{_EVERY[period]} {_budget(hard)}{_scope(kind, value)}{_plans(with_plans)}"


def week(*, first: str, last: str) -> str:
    """A week that is not this one."""
    return f"{first} to {last}"


# How it stands, in one line.


def left(*, name: str, left: str, limit: str, used: str) -> str:
    """There is enough left."""
    return f"{name}: {left} left of {limit} ({used} used)."


def nearly_used(*, name: str, left: str, limit: str, used: str, partial: bool) -> str:
    """It warns. `partial`: some usage could not be counted."""
    if partial:
        return f"{name} is nearly used up: at most {left} left of {limit} (at least {used} used)."
    return f"{name} is nearly used up: {left} left of {limit} ({used} used)."


def exceeded(*, name: str, over: str, limit: str, used: str, partial: bool) -> str:
    """More than all of it is used. `partial`: some usage could not be counted."""
    if partial:
        return f"{name} is exceeded by at least {over} (limit {limit}, at least {used} used)."
    return f"{name} is exceeded by {over} (limit {limit}, {used} used)."


def used_up(*, name: str, limit: str, partial: bool) -> str:
    """Exactly all of it is used. `partial`: some usage could not be counted."""
    return f"{name} of {limit} is used up{', and maybe more than that' if partial else ' exactly'}."


def not_judged(*, name: str, spent: str, limit: str, unknown: Sequence[str]) -> str:
    """Part of what it counts is not known."""
    return f"{name} cannot be judged: {spent} of {limit} is known to be used, but {' and '.join(unknown)}."


def nothing_known(*, name: str, limit: str, unknown: Sequence[str]) -> str:
    """Nothing of what it counts is known."""
    return f"{name} cannot be judged: {' and '.join(unknown)} (limit {limit})."


def unpriced_tokens(*, tokens: str) -> str:
    """Part of a sentence: tokens without a price."""
    return "1 token has no known price" if tokens == "1" else f"{tokens} tokens have no known price"


def unpriced_searches() -> str:
    """Part of a sentence: usage without tokens that has no price."""
    return "web searches have no known price"


def unconverted(*, amount: str) -> str:
    """Part of a sentence: an amount of another currency."""
    return f"{amount} has no exchange rate"


# Details.


def spent(*, amount: str, partial: bool, with_plan: bool, warn: str, warn_amount: str) -> str:
    """What was spent, and from when on it warns. `with_plan`: plan usage counts at list price."""
    spent = f"{'Known to be used' if partial else 'Used'}, with plan usage at list price: {amount}"
    if not with_plan:
        spent = f"{'Known to be spent' if partial else 'Spent'}: {amount}"
    return f"{spent}; it warns at {warn} ({warn_amount})."


def warns(*, warn: str, warn_amount: str) -> str:
    """From when on it warns, where nothing is known of what was spent."""
    return f"It warns at {warn} ({warn_amount})."


def exchanged(*, amount: str, rate: str) -> str:
    """What of it was in another currency."""
    return f"In it: {amount}, converted at {rate}."


def forecast(*, period: str, amount: str, over: str) -> str:
    """Where it is heading; `over`: by how much beyond the limit, "" when within it."""
    end = f"{over} over the budget" if over else "within the budget"
    return f"Forecast for {_PERIODS[period]}: about {amount}, {end} (from the average of the 7 days before)."


def which_unpriced(*, models: Sequence[str], more: int) -> str:
    """The models without a price, and what to do. `more`: models that are not named."""
    named = ", ".join(models) + (f" and {more} more" if more else "")
    return f"Without a known price: {named}; set one with `token-tracker prices set`."


def why_unconverted(*, currencies: Sequence[str], currency: str) -> str:
    """Why an amount does not count."""
    return (
        f"Not counted: no exchange rate from {', '.join(currencies)} to {currency} is known;"
        " `token-tracker rates update` fetches rates."
    )


def plan_not_counted(*, amount: str) -> str:
    """What a plan pays is outside a budget that does not count it."""
    return (
        f"Plan usage worth {amount} at list price is not counted; `set-budget` with `--count api_equivalent`"
        " counts it."
    )


def scope_unused(*, kind: str, value: str) -> str:
    """Nobody ever used what it is limited to."""
    return f"No usage{_scope(kind, value)} has been seen yet; if the name is wrong, set it again."


def more_budgets(*, count: int) -> str:
    """Budgets that are not told here."""
    return f"{count:,} more: `token-tracker budget-status`."


# Alerts.


def no_alerts(*, unjudged: int) -> str:
    """No budget is in warning or exceeded. `unjudged`: how many nobody can judge."""
    if not unjudged:
        return "No budget alerts."
    return (
        f"No budget alerts, but {'a budget' if unjudged == 1 else f'{unjudged:,} budgets'} cannot be judged."
    )


def several_alerts(*, count: int, unjudged: int) -> str:
    """The first line where there are several. `unjudged`: how many more nobody can judge."""
    if not unjudged:
        return f"{count:,} budget alerts:"
    rest = "1 budget" if unjudged == 1 else f"{unjudged:,} budgets"
    return f"{count:,} budget alerts, and {rest} that cannot be judged:"


# Settings.


def no_budget() -> str:
    """Nothing is set."""
    return "No budget is set."


def how_to_set() -> str:
    """What to run."""
    return "Set a daily one with `token-tracker set-budget --amount 15`; add `--period monthly` for a month."


def was_set(*, name: str, limit: str, warn: str) -> str:
    """A budget that was not there before."""
    return f"{name} set: {limit}; it warns at {warn}."


def was_changed(*, name: str, limit: str, previous: str, warn: str) -> str:
    """A budget with another limit than before."""
    return f"{name} changed from {previous} to {limit}; it warns at {warn}."


def stays(*, name: str, limit: str, warn: str) -> str:
    """A budget with the same limit as before."""
    return f"{name} stays {limit}; it warns at {warn}."


def was_before(*, name: str, limit: str, warn: str) -> str:
    """What it was, where more than the limit changed."""
    return f"Before: {name[0].lower()}{name[1:]}, {limit}, warning at {warn}."


def foreign(*, currencies: Sequence[str], currency: str) -> str:
    """Nothing is priced in a budget's currency."""
    return (
        f"Usage is priced in {' and '.join(currencies)}, and no exchange rate to {currency} is known:"
        " with any usage this budget cannot be judged."
    )


def was_removed(*, name: str, limit: str) -> str:
    """A budget that is no more."""
    return f"{name} of {limit} removed."


def budgets_listed(*, count: int) -> str:
    """The first line of a list."""
    return "1 budget:" if count == 1 else f"{count:,} budgets:"


def listed(*, name: str, limit: str, warn: str, budget: str) -> str:
    """One budget as it is set. `budget`: its id."""
    return f"{name}: {limit}, warns at {warn} (`{budget}`)"


def _scope(kind: str, value: str) -> str:
    if not kind:
        return ""
    return f" for {_SCOPES[kind]}{value}" if value else f" for {_ANY[kind]}"


def _budget(hard: bool) -> str:
    return "hard budget" if hard else "budget"


def _plans(with_plans: bool) -> str:
    return " (plan usage counted)" if with_plans else ""
