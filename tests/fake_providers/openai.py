"""OpenAI: costs and usage of an organisation, in UTC buckets and pages of buckets.

Source: openai/openai-openapi `openapi.json` 2.3.0 (2026-08-21); PyPI openai 3.54.0
`types/admin/organization`; checked 2026-11-22. Where live traffic was seen to differ: README.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from typing import Any
from typing import NamedTuple

from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.asked import plain
from fake_providers.ledger import DAY
from fake_providers.ledger import WIDTHS
from fake_providers.ledger import Event
from fake_providers.ledger import Group
from fake_providers.ledger import between
from fake_providers.ledger import buckets
from fake_providers.ledger import groups
from fake_providers.ledger import sums
from fake_providers.vendor import Key
from fake_providers.vendor import Vendor
from fake_providers.vendor import page_of

BASE = "/v1/organization/"
EARLIEST_BY_KEY = 1764979200
NAMES = {"project_id": "project", "model": "model", "line_item": "item"}
FILTERS = {"project_ids": "project_id", "user_ids": "user_id", "api_key_ids": "api_key_id", "models": "model"}
LIMITS = {"1d": (7, 31), "1h": (24, 168), "1m": (60, 1440)}
COST_DIMENSIONS = ("project_id", "line_item", "api_key_id", "user_id", "api_source")
WHO = ("project_id", "user_id", "api_key_id", "model", "api_source")


class Kind(NamedTuple):
    """A usage report: the object its rows say to be, the name of its count, and what groups it."""

    row: str
    counted: str
    dimensions: Sequence[str]
    has_requests: bool = True


KINDS = {
    "completions": Kind("completions", "", (*WHO, "batch", "service_tier")),
    "embeddings": Kind("embeddings", "input_tokens", WHO),
    "moderations": Kind("moderations", "input_tokens", WHO),
    "images": Kind("images", "images", (*WHO, "size", "source")),
    "audio_speeches": Kind("audio_speeches", "characters", WHO),
    "audio_transcriptions": Kind("audio_transcriptions", "seconds", WHO),
    "vector_stores": Kind("vector_stores", "usage_bytes", ("project_id",), has_requests=False),
    "code_interpreter_sessions": Kind(
        "code_interpreter_sessions", "num_sessions", ("project_id",), has_requests=False
    ),
    "file_search_calls": Kind(
        "file_searches",
        "num_requests",
        ("project_id", "user_id", "api_key_id", "vector_store_id"),
        has_requests=False,
    ),
    "web_search_calls": Kind("web_searches", "num_requests", (*WHO, "context_level")),
}


class OpenAI(Vendor):
    """An organisation. `money_as`: "string", as live traffic has it, or "number", as the spec says."""

    origins = ("https://api.openai.com",)
    account = "org-fake-one"
    money_as = "string"

    def kind_of(self, text: str) -> str:
        """Tell the kind of a key by its look."""
        if text.startswith("sk-admin-"):
            return "admin"
        return "service account" if text.startswith("sk-svcacct-") else "project"

    def needs(self, report: str) -> Sequence[str]:
        """Only an organisation's admin key may read reports; every key may list models."""
        return () if report == "models" else ("admin",)

    def report_of(self, asked: Asked) -> str:
        """Name the report: "costs", "usage/completions" and so on, or "models"."""
        if asked.path == "/v1/models":
            return "models"
        report = asked.path.removeprefix(BASE)
        is_usage = report.startswith("usage/") and report.removeprefix("usage/") in KINDS
        return report if asked.path.startswith(BASE) and (report == "costs" or is_usage) else ""

    def refuse_key(self, state: str, key: str) -> Refused:
        """Say why a key is refused."""
        return {
            "missing": Refused(401, "Missing bearer authentication in header"),
            "expired": Refused(401, f"The API key {key} has expired.", "expired_api_key"),
            "exhausted": Refused(429, "You exceeded your current quota.", "insufficient_quota"),
            "kind": Refused(
                403,
                f"You have insufficient permissions for this operation. {key} misses scopes: api.usage.read.",
            ),
        }.get(state, Refused(401, f"Incorrect API key provided: {key}.", "invalid_api_key"))

    def error(self, refused: Refused) -> Reply:
        """Say no as OpenAI does."""
        error = {
            "message": refused.message,
            "type": "insufficient_quota" if refused.status == 429 else "invalid_request_error",
            "param": refused.param or None,
            "code": refused.code or None,
        }
        return Reply(refused.status, {"error": error})

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give one page of a report."""
        if report == "models":
            return Reply(body={"object": "list", "data": []})
        width = asked.one("bucket_width", "1d")
        if width not in (("1d",) if report == "costs" else tuple(WIDTHS)):
            raise Refused(400, f"{width} is no bucket width of this report.", param="bucket_width")
        usual, most = (7, 180) if report == "costs" else LIMITS[width]
        size = min(asked.number("limit", usual, most), self.page_size or most)
        by = asked.many("group_by")
        start, end = self._span(asked)
        self._check_dimensions(report, by, start)
        events = self._chosen(report, asked)
        rows = [
            {
                "object": "bucket",
                "start_time": int(first.timestamp()),
                "end_time": int(last.timestamp()),
                "results": [
                    self._row(report, group, by) for group in groups(between(events, first, last), by, NAMES)
                ],
            }
            for first, last in buckets(start, end, WIDTHS[width])
        ]
        page, number, following = page_of(rows, asked.one("page"), size)
        body = {"object": "page", "data": page, "has_more": following is not None, "next_page": following}
        return Reply(body=body, headers={"openai-organization": self.account}, page=number)

    def _span(self, asked: Asked) -> tuple[datetime, datetime]:
        if not asked.one("start_time"):
            raise Refused(400, "Missing required parameter: 'start_time'.", param="start_time")
        start = datetime.fromtimestamp(asked.number("start_time", 0, 10**11), UTC)
        end = asked.one("end_time")
        last = datetime.fromtimestamp(int(end), UTC) if end else self.now + DAY
        if last <= start:
            raise Refused(400, "end_time must be after start_time.", param="end_time")
        return start, last

    def _check_dimensions(self, report: str, by: Sequence[str], start: datetime) -> None:
        known = COST_DIMENSIONS if report == "costs" else KINDS[report.removeprefix("usage/")].dimensions
        for name in by:
            if name not in known:
                raise Refused(400, f"{name} is no dimension of this report.", param="group_by")
        if report == "costs" and "api_key_id" in by and start.timestamp() < EARLIEST_BY_KEY:
            raise Refused(400, f"start_time must be {EARLIEST_BY_KEY} or later.", param="start_time")

    def _chosen(self, report: str, asked: Asked) -> list[Event]:
        kind = report.removeprefix("usage/")
        events = [
            event
            for event in self.events
            if (event.amount is not None if report == "costs" else event.is_usage and event.kind == kind)
        ]
        for name, field in FILTERS.items():
            if wanted := asked.many(name):
                value = NAMES.get(field, "")
                events = [
                    event
                    for event in events
                    if (getattr(event, value) if value else event.labels.get(field)) in wanted
                ]
        return events

    def _row(self, report: str, group: Group, by: Sequence[str]) -> dict[str, Any]:
        if report == "costs":
            return self._cost_row(group, by)
        kind = KINDS[report.removeprefix("usage/")]
        nulls = dict.fromkeys(kind.dimensions)
        counted = {"num_model_requests": sums(group.events).requests} if kind.has_requests else {}
        amounts = _tokens(group) if not kind.counted else {kind.counted: _quantity(kind, group)}
        return {"object": f"organization.usage.{kind.row}.result", **amounts, **counted, **nulls, **group.by}

    def _cost_row(self, group: Group, by: Sequence[str]) -> dict[str, Any]:
        total = sums(group.events)
        quantity = total.quantity if "line_item" in by and total.quantity else None
        return {
            "object": "organization.costs.result",
            "amount": {
                "value": plain(total.amount) if self.money_as == "string" else total.amount,
                "currency": "usd",
            },
            **dict.fromkeys(COST_DIMENSIONS),
            **group.by,
            "quantity": quantity,
            "quantity_unit": None if quantity is None else "tokens",
        }


def _tokens(group: Group) -> dict[str, int]:
    total = sums(group.events)
    return {
        "input_tokens": total.input,
        "input_cached_tokens": total.cache_read,
        "input_cache_write_tokens": total.cache_write + total.cache_write_1h,
        "input_uncached_tokens": total.uncached,
        "output_tokens": total.output,
    }


def _quantity(kind: Kind, group: Group) -> int:
    total = sums(group.events)
    return total.input if kind.counted == "input_tokens" else total.quantity
