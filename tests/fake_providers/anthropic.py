"""Anthropic: the analytics pair (flat rows) and the legacy pair (buckets), both in cents.

Source: PyPI anthropic 2.12.0 `types/beta/organization/analytics`; Claude documentation, Admin API
usage and cost reports; checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Any

from fake_providers.anthropic_rows import FAN_OUT
from fake_providers.anthropic_rows import cost_result
from fake_providers.anthropic_rows import flat_row
from fake_providers.anthropic_rows import moment_text
from fake_providers.anthropic_rows import order
from fake_providers.anthropic_rows import parsed
from fake_providers.anthropic_rows import usage_result
from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.ledger import DAY
from fake_providers.ledger import WIDTHS
from fake_providers.ledger import Event
from fake_providers.ledger import Group
from fake_providers.ledger import between
from fake_providers.ledger import buckets
from fake_providers.ledger import day_of
from fake_providers.ledger import dimension
from fake_providers.ledger import groups
from fake_providers.ledger import midnight
from fake_providers.vendor import Key
from fake_providers.vendor import Vendor
from fake_providers.vendor import page_of

BETA = "analytics-usage-cost-2026-08-24"
FAST_BETA = "fast-mode-2026-02-01"
REPORTS = {
    "/v1/organizations/analytics/usage": "analytics/usage",
    "/v1/organizations/analytics/cost": "analytics/cost",
    "/v1/organizations/usage_report/messages": "usage_report",
    "/v1/organizations/cost_report": "cost_report",
    "/v1/models": "models",
}
NAMES = {"model": "model", "workspace_id": "project", "description": "item"}
OF_BOTH = ("api_key_id", "workspace_id", "model", "service_tier", "context_window", "inference_geo", "speed")
DIMENSIONS = {
    "analytics/usage": (*OF_BOTH, "product", "actor", "actor_type"),
    "analytics/cost": (*OF_BOTH, "product", "actor", "actor_type", "cost_type", "token_type"),
    "usage_report": (*OF_BOTH, "account_id", "service_account_id"),
    "cost_report": ("workspace_id", "description"),
}
FILTERS = {
    "models": "model",
    "workspace_ids": "workspace_id",
    "api_key_ids": "api_key_id",
    "service_tiers": "service_tier",
    "products": "product",
}
LIMITS = {"1d": (7, 31), "1h": (24, 168), "1m": (60, 1440)}
TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


class Anthropic(Vendor):
    """An organisation.

    `analytics_refusal`: the status with which it refuses the analytics pair, None when it does not.
    `data_refreshed_at`: how far it says its figures reach; None: as far as now.
    """

    origins = ("https://api.anthropic.com",)
    account = "org-fake-two"
    analytics_refusal: int | None = None
    data_refreshed_at: datetime | None = None

    def kind_of(self, text: str) -> str:
        """Tell the kind of a key by its look."""
        return "admin" if text.startswith("sk-ant-admin") else "workspace"

    def key_in(self, asked: Asked) -> str:
        """Give the key of `x-api-key`."""
        return asked.headers.get("x-api-key", "")

    def needs(self, report: str) -> Sequence[str]:
        """Only an admin key may read reports; every key may list models."""
        return () if report == "models" else ("admin",)

    def report_of(self, asked: Asked) -> str:
        """Name the report: "analytics/usage", "analytics/cost", "usage_report", "cost_report" or "models"."""
        return REPORTS.get(asked.path, "")

    def refuse_key(self, state: str, key: str) -> Refused:
        """Say why a key is refused."""
        return {
            "missing": Refused(401, "x-api-key header is required"),
            "expired": Refused(401, f"The API key {key} has expired"),
            "exhausted": Refused(402, "Your credit balance is too low to access the API"),
            "kind": Refused(403, f"{key} is no admin key: this endpoint requires an Admin API key"),
        }.get(state, Refused(401, f"invalid x-api-key {key}"))

    def error(self, refused: Refused) -> Reply:
        """Say no as Anthropic does."""
        error = {"type": TYPES.get(refused.status, "api_error"), "message": refused.message}
        return Reply(refused.status, {"type": "error", "error": error, "request_id": "req_fake"})

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give one page of a report."""
        if not asked.headers.get("anthropic-version"):
            raise Refused(400, "anthropic-version: header is required")
        if report == "models":
            return Reply(body={"data": [], "has_more": False})
        by = asked.many("group_by")
        if unknown := [name for name in by if name not in DIMENSIONS[report]]:
            raise Refused(400, f"group_by: {unknown} is not supported")
        if report.startswith("analytics/"):
            return self._answered(*self._analytics(report, asked, by))
        return self._answered(*self._legacy(report, asked, by))

    def _answered(self, body: dict[str, Any], number: int) -> Reply:
        return Reply(body=body, headers={"anthropic-organization-id": self.account}, page=number)

    def _analytics(self, report: str, asked: Asked, by: list[str]) -> tuple[dict[str, Any], int]:
        if self.analytics_refusal is not None:
            raise Refused(self.analytics_refusal, "The usage and cost analytics API is not available.")
        if BETA not in asked.headers.get("anthropic-beta", ""):
            raise Refused(400, f"anthropic-beta: {BETA} is required")
        if len([name for name in by if name not in FAN_OUT]) > 5:
            raise Refused(400, "group_by: at most 5 dimensions")
        size = min(asked.number("limit", 20, 1000), self.page_size or 1000)
        is_cost = report == "analytics/cost"
        kept = [name for name in by if name not in FAN_OUT]
        rows = [
            [
                flat_row(first, last, Group(group.by | part.by, part.events), by, is_cost=is_cost)
                for part in parts
            ]
            for first, last in self._spans(asked)
            for group in groups(between(self._chosen(asked, is_cost=is_cost), first, last), kept, NAMES)
            for parts in [groups(group.events, [name for name in by if name in FAN_OUT], NAMES)]
        ]
        rows.sort(key=order(asked.one("order_by")), reverse=asked.one("order", "desc") == "desc")
        page, number, following = page_of(rows, asked.one("page"), size)
        refreshed = self.data_refreshed_at or self.now
        return {
            "data": [row for parts in page for row in parts],
            "has_more": following is not None,
            "next_page": following,
            "data_refreshed_at": moment_text(refreshed),
        }, number

    def _spans(self, asked: Asked) -> list[tuple[datetime, datetime]]:
        start, width = _moment(asked, "starting_at"), asked.one("time_bucket_width")
        if start is None or start < max(EARLIEST, self.now - timedelta(days=365)):
            raise Refused(400, "starting_at: must be within the last 365 days and not before 2026-01-01")
        end = _moment(asked, "ending_at")
        if (width and end is None) or width not in {"", *WIDTHS}:
            raise Refused(400, "ending_at: required when time_bucket_width is set, which is 1d, 1h or 1m")
        last = end or min(self.now, start + timedelta(days=31))
        if not start < last <= start + (DAY if width == "1m" else timedelta(days=31)):
            raise Refused(400, "ending_at: the range is empty or too long")
        return list(buckets(start, last, WIDTHS[width])) if width else [(start, last)]

    def _legacy(self, report: str, asked: Asked, by: list[str]) -> tuple[dict[str, Any], int]:
        is_cost = report == "cost_report"
        width = asked.one("bucket_width", "1d")
        if width not in (("1d",) if is_cost else tuple(WIDTHS)):
            raise Refused(400, f"bucket_width: {width} is not supported")
        if len(by) > 7 or ("speed" in by and FAST_BETA not in asked.headers.get("anthropic-beta", "")):
            raise Refused(400, "group_by: too many dimensions, or one that needs a beta header")
        usual, most = LIMITS[width]
        size = min(asked.number("limit", usual, most), self.page_size or most)
        start = _moment(asked, "starting_at")
        # Asked for less than a day ago, costs were seen to be refused with this sentence.
        if start is None or (is_cost and start > self.now - DAY):
            raise Refused(400, "ending date must be after starting date")
        end = _moment(asked, "ending_at") or midnight(day_of(self.now)) + DAY
        chosen = self._chosen(asked, is_cost=is_cost)
        shape: Callable[[Group], dict[str, Any]] = cost_result if is_cost else usage_result
        rows = [
            {
                "starting_at": moment_text(first),
                "ending_at": moment_text(last),
                "results": [
                    shape(group)
                    for group in groups(between(chosen, first, last), parsed(by, is_cost=is_cost), NAMES)
                ],
            }
            for first, last in buckets(start, end, WIDTHS[width])
        ]
        page, number, following = page_of(rows, asked.one("page"), size)
        return {"data": page, "has_more": following is not None, "next_page": following}, number

    def _chosen(self, asked: Asked, *, is_cost: bool) -> list[Event]:
        wanted = {field: asked.many(name) for name, field in FILTERS.items() if asked.many(name)}
        return [
            event
            for event in self.events
            if (event.amount is not None if is_cost else event.is_usage)
            and all(dimension(event, field, NAMES) in values for field, values in wanted.items())
        ]


def _moment(asked: Asked, name: str) -> datetime | None:
    text = asked.one(name)
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        at = datetime.min  # noqa: DTZ901 - has no zone, so it is refused below
    if at is not None and at.tzinfo is None:
        raise Refused(400, f"{name}: must be RFC 3339 with a zone")
    return at
