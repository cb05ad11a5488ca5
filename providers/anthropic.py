"""Anthropic: what an organisation is billed, and its tokens, per hour and model.

Two pairs of addresses tell it. The analytics pair gives costs per hour, requests, and says how
far its figures reach; where it is not offered, the older pair gives costs per day. Both reports
of a fetch come from the same pair. Neither holds what a Pro or Max plan pays, nor use through
Bedrock, Vertex or Foundry; no address tells what credit is left.

Source: platform.claude.com/docs/en/manage-claude/usage-cost-analytics-api and usage-cost-api, and
PyPI anthropic 2.12.0, types/beta/organization/analytics, checked 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from decimal import Decimal
from typing import Generic
from typing import TypeVar

from token_tracker.providers import Amount
from token_tracker.providers import AnswerError
from token_tracker.providers import Api
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Count
from token_tracker.providers import Currency
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import Moment
from token_tracker.providers import Provider
from token_tracker.providers import ProviderError
from token_tracker.providers import Region
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Shape
from token_tracker.providers import Tokens
from token_tracker.providers import pages
from token_tracker.providers import understood
from token_tracker.providers import units

ANALYTICS = "/v1/organizations/analytics"
BETA = {"anthropic-beta": "analytics-usage-cost-2026-08-24"}
ANALYTICS_BEGAN = date(2026, 1, 1)
ANALYTICS_DAYS = 364
"""How many days before today it surely answers: it refuses what is more than 365 days ago."""

MOST_DAYS = 31
MOST_ROWS = 1000

OLD_COSTS = "/v1/organizations/cost_report"
OLD_USAGE = "/v1/organizations/usage_report/messages"
MOST_OLD_DAYS = 31
MOST_OLD_DAYS_OF_HOURS = 7
OLD_LAG = timedelta(days=3)
"""A range of old costs that starts later may be refused as ending before it starts.

Source: langwatch/langwatch issue 7177, checked 2026-11-22.
"""

PRIORITY = "priority"
KINDS = {"sk-ant-admin": "admin", "sk-ant-api": "api"}
NOT_OFFERED = re.compile(r"beta|not.(available|enabled|supported)|un(available|supported)", re.IGNORECASE)
SPEND_LIMIT = re.compile(r"spend.limit", re.IGNORECASE)


class CacheWrites(Shape):
    """Tokens written to the cache, by how long they stay there."""

    ephemeral_5m_input_tokens: Count
    ephemeral_1h_input_tokens: Count


class UsedTokens(Shape):
    """Tokens of disjoint kinds. `requests`: the older report does not count them."""

    uncached_input_tokens: Count
    cache_read_input_tokens: Count
    cache_creation: CacheWrites
    output_tokens: Count
    requests: Count | None = None


class Group(Shape):
    """What a row is of; null is what was not asked for, and what has none, such as code execution."""

    model: str | None = None
    workspace_id: str | None = None
    service_tier: str | None = None
    cost_type: str | None = None


class Cents(Shape):
    """Money in cents, after discounts and before credits, as a string with a fraction."""

    amount: Amount
    currency: Currency


class CostRow(Shape):
    """What one group cost in one hour."""

    starting_at: Moment
    group: Group
    cost: Cents


class UsageRow(Shape):
    """What one group used in one hour."""

    starting_at: Moment
    group: Group
    usage: UsedTokens


class OldCostRow(Cents, Group):
    """What one description cost in one day."""

    description: str | None = None


class OldUsageRow(UsedTokens, Group):
    """What one group used in one hour."""


Row = TypeVar("Row", bound=Shape)


class Page(Shape, Generic[Row]):
    """Some rows, by time; hours without use have none. `data_refreshed_at`: how far figures reach."""

    data: tuple[Row, ...]
    has_more: bool
    next_page: str | None = None
    data_refreshed_at: Moment | None = None


class Bucket(Shape, Generic[Row]):
    """The rows of one day or hour."""

    starting_at: Moment
    results: tuple[Row, ...]


def fetch(api: Api, days: Days) -> Iterator[BillUnit]:
    """Give costs and tokens of every day, from the analytics pair as far back as it reaches."""
    began = max(ANALYTICS_BEGAN, _today(api) - timedelta(days=ANALYTICS_DAYS))
    recent = Days(max(days.first, began), days.last)
    for part in recent.parts(MOST_DAYS):
        costs: list[BillUnit] = []
        try:
            costs = list(_costs(api, part))
            usage = list(_usage(api, part))
        except Exception as error:  # whatever it is: a bill that came whole is not lost by it
            if part.first == recent.first and _is_not_offered(error):
                yield from _older(api, days)
                return
            yield from costs
            raise
        yield from costs
        yield from usage
    yield from _older(api, Days(days.first, min(days.last, began - timedelta(days=1))))


def check(api: Api) -> KeyCheck:
    """Ask for yesterday's costs, which no key for calling models may see."""
    try:
        kind = _kind_by_asking(api)
    except AnswerError as error:
        if error.status in {401, 403} and api.key_kind == KINDS["sk-ant-api"]:
            return KeyCheck(api.key_kind, (), needs="admin")
        raise
    return KeyCheck(kind, ("usage", "cost"), account=api.header("anthropic-organization-id"))


def key_kind(key: str) -> str:
    """Tell the kind of a key by its start, "" for one that is of neither known kind."""
    return next((kind for start, kind in KINDS.items() if key.startswith(start)), "")


def explain(error: AnswerError) -> str:
    """Tell what the status alone does not: a 429 that waiting does not mend, a key that ran out."""
    said = f"{error.vendor_code} {error.vendor_message}"
    if error.vendor_code == "billing_error" or (error.status == 429 and SPEND_LIMIT.search(said)):
        return "credit_exhausted"
    if error.status == 400 and "credit balance is too low" in said.lower():
        return "credit_exhausted"
    if error.status == 401 and "expired" in said.lower():
        return "key_expired"
    return ""


def _kind_by_asking(api: Api) -> str:
    yesterday = _today(api) - timedelta(days=1)
    try:
        asked = [*_range(Days(yesterday, yesterday)), ("limit", "1")]
        understood(Page[CostRow], api.get(f"{ANALYTICS}/cost", asked, BETA))
    except AnswerError as error:
        if not _is_not_offered(error):
            raise
        asked = [*_range(Days(_today(api) - OLD_LAG, yesterday)), ("limit", "1")]
        understood(Page[Bucket[OldCostRow]], api.get(OLD_COSTS, asked))
        return api.key_kind or KINDS["sk-ant-admin"]
    # A key for analytics alone, with the permission read:analytics, has no look of its own.
    return api.key_kind or "analytics"


def _is_not_offered(error: Exception) -> bool:
    """Tell whether the analytics pair is closed to this organisation or key, and the other may be open."""
    if not isinstance(error, AnswerError):
        return False
    said = f"{error.vendor_code} {error.vendor_message}"
    return error.status in {403, 404} or (error.status == 400 and NOT_OFFERED.search(said) is not None)


def _costs(api: Api, days: Days) -> Iterator[BillUnit]:
    found = _analytics(api, "cost", Page[CostRow], days, ["model", "cost_type"])
    billed = [
        (
            row.starting_at.astimezone(UTC).date(),
            BilledRecord(
                model=row.group.model or "",
                item=row.group.cost_type or "",
                amount=_dollars(row.cost.amount),
                currency=row.cost.currency,
                hour=row.starting_at.astimezone(UTC).hour,
                project=row.group.workspace_id or "",
            ),
        )
        for page in found
        for row in page.data
        if _is_asked_for(api, row.group)
    ]
    yield from units("costs", days, billed=billed, refreshed_at_ms=_refreshed_at_ms(found))


def _usage(api: Api, days: Days) -> Iterator[BillUnit]:
    found = _analytics(api, "usage", Page[UsageRow], days, ["model", "service_tier"])
    rows = [
        (row.starting_at, row.group, row.usage)
        for page in found
        for row in page.data
        if _is_asked_for(api, row.group)
    ]
    yield from _by_tier(rows, days, _refreshed_at_ms(found))


def _by_tier(
    rows: list[tuple[datetime, Group, UsedTokens]], days: Days, refreshed_at_ms: int | None
) -> Iterator[BillUnit]:
    """Keep apart what was used of the priority tier: it was paid in advance and is in no cost report.

    Source: platform.claude.com/docs/en/manage-claude/usage-cost-api, checked 2026-11-22.
    """
    for report, is_priority in (("usage", False), ("usage/priority", True)):
        used = [_used(*row) for row in rows if (row[1].service_tier == PRIORITY) == is_priority]
        yield from units(report, days, usage=used, refreshed_at_ms=refreshed_at_ms)


def _analytics(
    api: Api, report: str, shape: type[Page[Row]], days: Days, group_by: list[str]
) -> list[Page[Row]]:
    """Get all pages of a report, its rows by the hour and oldest first, so that late ones come last."""
    asked = [
        *_range(days),
        ("time_bucket_width", "1h"),
        ("order_by", "time"),
        ("order", "asc"),
        ("limit", str(MOST_ROWS)),
    ]
    if api.only is not None:
        group_by = [*group_by, "workspace_id"]
        asked.append(("workspace_ids[]", api.only[1]))
    return _pages(api, f"{ANALYTICS}/{report}", shape, asked, group_by, BETA)


def _older(api: Api, days: Days) -> Iterator[BillUnit]:
    """Give costs per day and tokens per hour from the older pair, which tells no requests."""
    for part in days.parts(MOST_OLD_DAYS):
        yield from units("costs", part, billed=_older_costs(api, part))
    for part in days.parts(MOST_OLD_DAYS_OF_HOURS):
        asked = [*_range(part), ("bucket_width", "1h"), ("limit", str(24 * _length(part)))]
        found = _older_rows(api, OLD_USAGE, Page[Bucket[OldUsageRow]], asked, ["model", "service_tier"])
        yield from _by_tier([(at, row, row) for at, row in found], part, None)


def _older_costs(api: Api, days: Days) -> list[tuple[date, BilledRecord]]:
    days = Days(min(days.first, _today(api) - OLD_LAG), days.last)
    asked = [*_range(days), ("bucket_width", "1d"), ("limit", str(_length(days)))]
    return [
        (
            at.date(),
            BilledRecord(
                model=row.model or "",
                item=row.description or row.cost_type or "",
                amount=_dollars(row.amount),
                currency=row.currency,
                project=row.workspace_id or "",
            ),
        )
        for at, row in _older_rows(api, OLD_COSTS, Page[Bucket[OldCostRow]], asked, ["description"])
    ]


OldRow = TypeVar("OldRow", bound=Group)


def _older_rows(
    api: Api,
    path: str,
    shape: type[Page[Bucket[OldRow]]],
    asked: list[tuple[str, str]],
    group_by: list[str],
) -> list[tuple[datetime, OldRow]]:
    """Give each row with the start of its bucket in UTC."""
    if api.only is not None:
        group_by = [*group_by, "workspace_id"]
    # Costs have no filter for a workspace, and the default one has no id here.
    return [
        (bucket.starting_at.astimezone(UTC), row)
        for page in _pages(api, path, shape, asked, group_by, {})
        for bucket in page.data
        for row in bucket.results
        if api.only is None or row.workspace_id == api.only[1]
    ]


def _pages(
    api: Api,
    path: str,
    shape: type[Page[Row]],
    asked: list[tuple[str, str]],
    group_by: list[str],
    headers: dict[str, str],
) -> list[Page[Row]]:
    asked = [*asked, *(("group_by[]", name) for name in group_by)]

    def page_at(cursor: str) -> Page[Row]:
        return understood(shape, api.get(path, [*asked, ("page", cursor)] if cursor else asked, headers))

    return list(pages(page_at, lambda page: (page.has_more, page.next_page)))


def _is_asked_for(api: Api, group: Group) -> bool:
    """Tell whether a row is of the workspace that was asked for, should the filter have been ignored."""
    if api.only is None:
        return True
    if group.workspace_id is None:
        raise ProviderError("answer_not_understood", place="workspace_id", reason="missing")
    return group.workspace_id == api.only[1]


def _dollars(cents: Decimal) -> Decimal:
    """Move the point by two places; dividing would round to 28 digits, and answers hold more.

    >>> _dollars(Decimal("41.2750")), _dollars(Decimal("-1234567890.123456789012345678901234"))
    (Decimal('0.412750'), Decimal('-12345678.90123456789012345678901234'))
    """
    sign, digits, exponent = cents.as_tuple()
    assert isinstance(exponent, int)  # an amount is never infinite
    return Decimal((sign, digits, exponent - 2))


def _used(at: datetime, group: Group, tokens: UsedTokens) -> tuple[date, ReportedUsage]:
    at = at.astimezone(UTC)
    counts = Tokens(
        tokens.uncached_input_tokens,
        tokens.cache_read_input_tokens,
        tokens.cache_creation.ephemeral_5m_input_tokens,
        tokens.cache_creation.ephemeral_1h_input_tokens,
        # Reasoning is inside output and its share is not told; 0 is not "none" here.
        tokens.output_tokens,
    )
    project = group.workspace_id or ""
    return at.date(), ReportedUsage(group.model or "", counts, tokens.requests, at.hour, project)


def _refreshed_at_ms(found: list[Page[Row]]) -> int | None:
    """Give how far all pages reach, None where one does not say."""
    told = [page.data_refreshed_at for page in found]
    known = [at for at in told if at is not None]
    return int(min(known).timestamp() * 1000) if len(known) == len(told) else None


def _range(days: Days) -> list[tuple[str, str]]:
    ends = (days.first, days.last + timedelta(days=1))
    first, last = (f"{datetime.combine(day, time()).isoformat()}Z" for day in ends)
    return [("starting_at", first), ("ending_at", last)]


def _length(days: Days) -> int:
    return (days.last - days.first).days + 1


def _today(api: Api) -> date:
    return api.now.astimezone(UTC).date()


PROVIDER = Provider(
    id="anthropic",
    name="Anthropic",
    regions=(Region("global", "https://api.anthropic.com"),),
    key_page="https://platform.claude.com/settings/admin-keys",
    credit_page="https://platform.claude.com/settings/billing",
    key_variables=("ANTHROPIC_ADMIN_API_KEY", "ANTHROPIC_ADMIN_KEY"),
    headers=lambda key: {"x-api-key": key, "anthropic-version": "2023-06-01"},
    key_kind=key_kind,
    check=check,
    fetch=fetch,
    only=("workspace",),
    # For the older pair alone: it does not say how far it reaches, and costs come a day late or more.
    settled_after_h=48,
    explain=explain,
)
