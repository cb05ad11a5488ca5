"""LiteLLM proxy: what each day cost through a proxy of one's own, by model, with its tokens.

The proxy's address is the user's; there is no other. What it calls spend is what it counts for
its keys by a price list of its own, before or beside what the vendors behind it bill.
Source: BerriAI/litellm, litellm/types/proxy/management_endpoints/common_daily_activity.py and
litellm/proxy/management_endpoints (2026-10), docs.litellm.ai/docs/proxy/metrics, checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from token_tracker.providers import Amount
from token_tracker.providers import AnswerError
from token_tracker.providers import Api
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Count
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.providers import Region
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Shape
from token_tracker.providers import Tokens
from token_tracker.providers import pages
from token_tracker.providers import understood
from token_tracker.providers import units

ACTIVITY = "/user/daily/activity"
MOST_ROWS = "1000"
MOST_DAYS = 31
NOISE = Decimal("1e-9")
"""Spend is a sum of floats; what is left over below this is their rounding and no cost."""


class Metrics(Shape):
    """Sums of a day or of a model. `prompt_tokens`: with what the cache was read and written for."""

    spend: Amount
    prompt_tokens: Count
    completion_tokens: Count
    cache_read_input_tokens: Count = 0
    cache_creation_input_tokens: Count = 0
    successful_requests: Count = 0


class ModelUse(Shape):
    """One model of a day."""

    metrics: Metrics | None = None


class Breakdown(Shape):
    """A day once more, by what it was used for."""

    models: Mapping[str, ModelUse]


class Day(Shape):
    """A UTC day, as far as the rows of this page hold it."""

    date: date
    metrics: Metrics
    breakdown: Breakdown


class Paging(Shape):
    """Where this page is; a page is a number of rows, so a day may go on on the next one."""

    page: Count
    has_more: bool


class Activity(Shape):
    """The answer of `/user/daily/activity`."""

    results: tuple[Day, ...]
    metadata: Paging


class Used(NamedTuple):
    """What days came to, over all pages: the money of each, and the sums of each of its models."""

    spent: Mapping[date, Decimal]
    models: Mapping[tuple[date, str], Metrics]


class User(Shape):
    """The answer of `/user/info`: whose key this is."""

    user_id: str


def check(api: Api) -> KeyCheck:
    """Ask for today: a key of an administrator reads everybody's, any other its user's own."""
    today = api.now.date()
    _page(api, Days(today, today), "1", "1")
    return KeyCheck("proxy", ("usage", "cost"))


def fetch(api: Api, days: Days) -> Iterator[BillUnit]:
    """Read the days until yesterday, a month at a time: today is still being counted."""
    completed = Days(days.first, min(days.last, api.now.date() - timedelta(days=1)))
    for part in completed.parts(MOST_DAYS):
        used = _read(api, part)
        yield from units("costs", part, billed=_billed(used), usage=_reported(used))


def explain(error: AnswerError) -> str:
    """Tell a proxy without a database, which keeps no spend, from one that is failing."""
    return "provider_lacks_it" if "db not connected" in error.vendor_message.lower() else ""


def _page(api: Api, days: Days, page: str, rows: str) -> Activity:
    params = [
        ("start_date", days.first.isoformat()),
        ("end_date", days.last.isoformat()),
        ("timezone", "0"),  # minutes behind UTC
        ("page", page),
        ("page_size", rows),
    ]
    if api.only and api.only[0] == "user":
        return understood(Activity, api.get(ACTIVITY, [*params, ("user_id", api.only[1])]))
    try:
        return understood(Activity, api.get(ACTIVITY, params))
    except AnswerError as error:
        if error.status != 403:
            raise
    # Older releases refuse a key that is no administrator's, unless it names its own user.
    user = understood(User, api.get("/user/info")).user_id
    return understood(Activity, api.get(ACTIVITY, [*params, ("user_id", user)]))


def _read(api: Api, days: Days) -> Used:
    spent: dict[date, Decimal] = {}
    models: dict[tuple[date, str], list[Metrics]] = {}
    for page in pages(lambda cursor: _page(api, days, cursor or "1", MOST_ROWS), _next):
        for day in page.results:
            spent[day.date] = spent.get(day.date, Decimal(0)) + day.metrics.spend
            for model, use in day.breakdown.models.items():
                if use.metrics is not None:
                    models.setdefault((day.date, model), []).append(use.metrics)
    return Used(spent, {place: _sum(models[place]) for place in sorted(models)})


def _sum(parts: Sequence[Metrics]) -> Metrics:
    """Add up what several pages say of one model."""
    return Metrics(**{name: sum(getattr(part, name) for part in parts) for name in Metrics.model_fields})


def _next(page: Activity) -> tuple[bool, str]:
    return page.metadata.has_more, str(page.metadata.page + 1)


def _billed(used: Used) -> Iterator[tuple[date, BilledRecord]]:
    """Give what each model cost, then what a day cost beyond its models, such as tools."""
    rest = dict(used.spent)
    for (day, model), metrics in used.models.items():
        rest[day] -= metrics.spend
        yield day, BilledRecord(model, model, metrics.spend, "USD")
    for day, amount in rest.items():
        if abs(amount) >= NOISE:
            yield day, BilledRecord("", "other", amount, "USD")


def _reported(used: Used) -> Iterator[tuple[date, ReportedUsage]]:
    for (day, model), metrics in used.models.items():
        yield day, ReportedUsage(model, _tokens(metrics), metrics.successful_requests)


def _tokens(metrics: Metrics) -> Tokens:
    """Take the cache out of the prompt, where it is in it.

    Some ways through the proxy have logged a prompt without it: then it is larger than the prompt.
    Source: BerriAI/litellm issue 11364 (within), pull request 23342 (without), checked 2026-11-22.
    """
    read, written = metrics.cache_read_input_tokens, metrics.cache_creation_input_tokens
    uncached = metrics.prompt_tokens - read - written
    return Tokens(
        input=uncached if uncached >= 0 else metrics.prompt_tokens,
        cache_read=read,
        cache_write_5m=written,
        output=metrics.completion_tokens,
    )


PROVIDER = Provider(
    id="litellm",
    name="LiteLLM",
    regions=(Region("own", ""),),
    key_page="https://docs.litellm.ai/docs/proxy/virtual_keys",
    key_variables=("LITELLM_API_KEY", "LITELLM_PROXY_API_KEY"),
    headers=lambda key: {"Authorization": f"Bearer {key}"},
    check=check,
    fetch=fetch,
    only=("user",),
    settled_after_h=1,
    explain=explain,
)
