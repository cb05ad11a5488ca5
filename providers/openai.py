"""OpenAI: what an organisation is billed per day and line item, and its tokens per hour and model.

Costs hold money and no model field, usage holds tokens and no money; what joins them is the UTC
day and the model's name before the comma of a line item. Neither holds what a ChatGPT plan pays.

Source: openai/openai-openapi 2.3.0 (2026-08-21) and PyPI openai 3.54.0, types/admin/organization,
checked 2026-11-22; deviations seen by others are named where they matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
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

# `limit` counts buckets, and one above the cap is refused, not cut. Source: the parameters'
# documentation; the refusal is langwatch/langwatch issue 7579, checked 2026-11-22.
MOST_DAYS_OF_COSTS = 180
MOST_DAYS_OF_HOURS = 7

# Moderations count tokens too and are free; the further reports count images, seconds or bytes.
COMPLETIONS = "/organization/usage/completions"
EMBEDDINGS = "/organization/usage/embeddings"

KINDS = {"sk-admin-": "admin", "sk-proj-": "project", "sk-svcacct-": "service account"}
"""What the start of a key tells. Source: steipete/CodexBar docs/openai.md, checked 2026-11-22."""

NO_CREDIT = (
    "insufficient_quota",
    "credit_balance_exhausted",
    "billing_hard_limit_reached",
    "billing_not_active",
)
OF_TOKENS = re.compile("token|input|output|cache", re.IGNORECASE)
MODEL = re.compile(r"[A-Za-z0-9][\w.:/@-]*")


class Money(Shape):
    """An amount; the schema says number, live answers are strings of up to 30 decimals as well.

    Source: steipete/CodexBar issue 999, mozilla/bigquery-etl pull request 9739, checked 2026-11-22.
    """

    value: Amount
    currency: Currency


class Grouped(Shape):
    """One row; what rows can be grouped by is null unless it was asked for."""

    project_id: str | None = None


class CostRow(Grouped):
    """One line item of one day."""

    amount: Money
    line_item: str | None = None


class EmbeddingRow(Grouped):
    """What was embedded with one model in one hour; there is no output."""

    input_tokens: Count
    num_model_requests: Count
    model: str | None = None


class UsageRow(EmbeddingRow):
    """The tokens of one model in one hour; `input_tokens` holds cached ones and cache writes."""

    output_tokens: Count
    input_cached_tokens: Count | None = None
    input_cache_write_tokens: Count | None = None
    input_cache_write_30m_tokens: Count | None = None
    input_cache_write_12h_tokens: Count | None = None


Row = TypeVar("Row", bound=Grouped)


class Bucket(Shape, Generic[Row]):
    """The rows of one day or hour."""

    start_time: Moment
    results: tuple[Row, ...]


class Page(Shape, Generic[Row]):
    """Some buckets; those of unused hours are there, and empty."""

    data: tuple[Bucket[Row], ...]
    has_more: bool
    next_page: str | None = None


def fetch(api: Api, days: Days) -> Iterator[BillUnit]:
    """Give costs per day, then tokens per hour; the bill is there whatever becomes of the tokens."""
    for part in days.parts(MOST_DAYS_OF_COSTS):
        yield from units("costs", part, billed=_billed(api, part))
    for part in days.parts(MOST_DAYS_OF_HOURS):
        yield from units("usage", part, usage=_completions(api, part))
    try:
        for part in days.parts(MOST_DAYS_OF_HOURS):
            yield from units("usage/embeddings", part, usage=_embeddings(api, part))
    except AnswerError as error:
        # A key may be limited to some reports, and an address that stands in for OpenAI's may
        # lack this one. Nobody's bill depends on it, so the fetch is as good without it.
        if error.status not in {403, 404}:
            raise


def check(api: Api) -> KeyCheck:
    """Ask for yesterday's costs, which an admin key alone may see."""
    yesterday = api.now.astimezone(UTC).date() - timedelta(days=1)
    try:
        understood(Page[CostRow], api.get("/organization/costs", _range(Days(yesterday, yesterday), 1)))
    except AnswerError as error:
        if error.status in {401, 403} and api.key_kind not in {"", "admin"}:
            return KeyCheck(api.key_kind, (), needs="admin")
        raise
    return KeyCheck(api.key_kind or "admin", ("usage", "cost"), account=api.header("openai-organization"))


def key_kind(key: str) -> str:
    """Tell the kind of a key by its start, "" for an old one that looks like any vendor's."""
    return next((kind for start, kind in KINDS.items() if key.startswith(start)), "")


def explain(error: AnswerError) -> str:
    """Tell what the status alone does not: 429 for an empty account, 401 for a key that ran out."""
    said = f"{error.vendor_code} {error.vendor_message}".lower()
    if error.vendor_code in NO_CREDIT:
        return "credit_exhausted"
    if error.status == 401 and "expired" in said:
        return "key_expired"
    if error.status == 401 and ("missing scopes" in said or "insufficient permissions" in said):
        return "key_not_allowed"
    return ""


def _billed(api: Api, days: Days) -> Iterator[tuple[date, BilledRecord]]:
    asked = _range(days, len(list(days.each())))
    for at, row in _rows(api, "/organization/costs", Page[CostRow], asked, "line_item"):
        item = row.line_item or ""
        yield (
            at.date(),
            BilledRecord(
                model=_model_of(item),
                item=item,
                amount=row.amount.value,
                currency=row.amount.currency,
                project=row.project_id or "",
            ),
        )


def _completions(api: Api, days: Days) -> Iterator[tuple[date, ReportedUsage]]:
    for at, row in _rows(api, COMPLETIONS, Page[UsageRow], _hours(days), "model"):
        yield at.date(), _used(at, row, _tokens(row))


def _embeddings(api: Api, days: Days) -> Iterator[tuple[date, ReportedUsage]]:
    for at, row in _rows(api, EMBEDDINGS, Page[EmbeddingRow], _hours(days), "model"):
        yield at.date(), _used(at, row, Tokens(input=row.input_tokens))


def _rows(
    api: Api, path: str, shape: type[Page[Row]], asked: list[tuple[str, str]], group_by: str
) -> Iterator[tuple[datetime, Row]]:
    """Walk through all pages; give each row with the start of its bucket in UTC."""
    # Repeated plain names, as tools that are known to work send them; the vendor's own package
    # writes `group_by[]`. Source: CodexBar OpenAIAPIUsageFetcher.swift, checked 2026-11-22.
    asked = [*asked, ("group_by", group_by)]
    if api.only is not None:
        asked += [("group_by", "project_id"), ("project_ids", api.only[1])]

    def page_at(cursor: str) -> Page[Row]:
        return understood(shape, api.get(path, [*asked, ("page", cursor)] if cursor else asked))

    for page in pages(page_at, lambda page: (page.has_more, page.next_page)):
        for bucket in page.data:
            at = bucket.start_time.astimezone(UTC)
            yield from ((at, row) for row in bucket.results if _is_asked_for(api, row))


def _is_asked_for(api: Api, row: Grouped) -> bool:
    """Tell whether a row is of the project that was asked for, should the filter have been ignored."""
    if api.only is None:
        return True
    if row.project_id is None:
        raise ProviderError("answer_not_understood", place="project_id", reason="missing")
    return row.project_id == api.only[1]


def _range(days: Days, limit: int) -> list[tuple[str, str]]:
    return [
        ("start_time", str(_midnight(days.first))),
        ("end_time", str(_midnight(days.last + timedelta(days=1)))),
        ("limit", str(limit)),
    ]


def _hours(days: Days) -> list[tuple[str, str]]:
    return [*_range(days, 24 * len(list(days.each()))), ("bucket_width", "1h")]


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


def _model_of(item: str) -> str:
    """Give the model of a line item.

    >>> _model_of("gpt-6-astra, input_tokens")
    'gpt-6-astra'
    >>> [_model_of("Web search, calls"), _model_of("Text tokens, input"), _model_of("storage")]
    ['', '', '']
    """
    model, comma, kind = item.partition(",")
    return model if comma and OF_TOKENS.search(kind) and MODEL.fullmatch(model) else ""


def _used(at: datetime, row: EmbeddingRow, tokens: Tokens) -> ReportedUsage:
    return ReportedUsage(
        model=row.model or "",
        tokens=tokens,
        requests=row.num_model_requests,
        hour=at.hour,
        project=row.project_id or "",
    )


def _tokens(row: UsageRow) -> Tokens:
    """Take the counts apart, so that each token is counted once and all come to input and output.

    `input_uncached_tokens` is not read: it is this difference, and should a new kind of input
    appear, the difference still holds it. OpenAI keeps what is cached for 30 minutes or 12 hours
    and we know of 5 minutes and 1 hour: the shorter counts as the shorter, the longer as the
    longer, and what is not split as the shorter. 900 of input, 500 read from a cache, 100 written
    to it, 30 of those for 12 hours: 300 uncached, 500 read, 70 and 30 written.
    """
    read = row.input_cached_tokens or 0
    long = row.input_cache_write_12h_tokens or 0
    short = row.input_cache_write_30m_tokens or 0
    written = row.input_cache_write_tokens
    written = long + short if written is None else written
    uncached = row.input_tokens - read - written
    if uncached < 0 or written < long:
        raise ProviderError("answer_not_understood", place="input_tokens", reason="less_than_its_parts")
    # Reasoning is inside output and its share is not told; 0 is not "none" here.
    return Tokens(uncached, read, written - long, long, row.output_tokens)


PROVIDER = Provider(
    id="openai",
    name="OpenAI",
    regions=(Region("global", "https://api.openai.com/v1"),),
    key_page="https://platform.openai.com/settings/organization/admin-keys",
    credit_page="https://platform.openai.com/settings/organization/billing/overview",
    key_variables=("OPENAI_ADMIN_KEY",),
    headers=lambda key: {"Authorization": f"Bearer {key}"},
    key_kind=key_kind,
    check=check,
    fetch=fetch,
    only=("project",),
    # How late costs are is told nowhere: yesterday is taken as open for a day.
    settled_after_h=24,
    explain=explain,
)
