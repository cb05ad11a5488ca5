"""OpenRouter: a key's own figures, credits, activity of completed days, ad-hoc analytics.

Source: OpenRouterTeam/typescript-sdk `.speakeasy/in.openapi.yaml` (2026-08-22); PyPI openrouter
1.3.84 `components/activityitem.py` (cached_tokens); checked 2026-11-22. Money is a JSON number in USD.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any

from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.ledger import DAY
from fake_providers.ledger import Event
from fake_providers.ledger import between
from fake_providers.ledger import buckets
from fake_providers.ledger import day_of
from fake_providers.ledger import groups
from fake_providers.ledger import midnight
from fake_providers.ledger import sums
from fake_providers.vendor import Key
from fake_providers.vendor import Vendor

BASE = "/api/v1/"
REPORTS = ("key", "credits", "activity", "analytics/meta", "analytics/query")
COMPLETED_DAYS = 30
NAMES = {"model": "model", "workspace": "project", "workspace_id": "project"}
METRICS: Mapping[str, Callable[[list[Event]], Any]] = {
    "request_count": lambda rows: sums(rows).requests,
    "total_usage": lambda rows: sums(rows).amount,
    "tokens_prompt": lambda rows: sums(rows).input,
    "tokens_completion": lambda rows: sums(rows).output,
    "cached_tokens": lambda rows: sums(rows).cache_read,
    "reasoning_tokens": lambda rows: sums(rows).reasoning,
}
"""The spec names only `request_count`; the others are invented, as a client must ask `meta` for them."""
DIMENSIONS = ("model", "workspace", "api_key_id", "provider")
GRANULARITIES = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": DAY}


class OpenRouter(Vendor):
    """An account with credits.

    `limit`: of the key, None for none. `has_cached`: whether activity tells the cached tokens.
    """

    origins = ("https://openrouter.ai",)
    credits = "100"
    limit: str | None = None
    has_cached = True

    def kind_of(self, text: str) -> str:
        """Both kinds look alike, so a test that wants a management key says so."""
        return "inference"

    def needs(self, report: str) -> Sequence[str]:
        """Everything but the key's own figures is for management keys."""
        return () if report == "key" else ("management",)

    def report_of(self, asked: Asked) -> str:
        """Name the report: "key", "credits", "activity", "analytics/meta" or "analytics/query"."""
        report = asked.path.removeprefix(BASE)
        method = "POST" if report == "analytics/query" else "GET"
        return report if asked.path.startswith(BASE) and report in REPORTS and asked.method == method else ""

    def refuse_key(self, state: str, key: str) -> Refused:
        """Say why a key is refused."""
        return {
            "missing": Refused(401, "Missing Authentication header"),
            "expired": Refused(401, f"API key {key} has expired"),
            "exhausted": Refused(402, "Insufficient credits"),
            "kind": Refused(403, "Only management keys can perform this operation"),
        }.get(state, Refused(401, f"No auth credentials found for {key}"))

    def error(self, refused: Refused) -> Reply:
        """Say no as OpenRouter does: the code is the status."""
        return Reply(refused.status, {"error": {"code": refused.status, "message": refused.message}})

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give a report; none has pages."""
        reports: Mapping[str, Callable[[], Any]] = {
            "key": lambda: self._key_figures(key),
            "credits": lambda: {"total_credits": Decimal(self.credits), "total_usage": self._spent()},
            "activity": lambda: self._activity(asked),
            "analytics/meta": self._meta,
            "analytics/query": lambda: self._query(json.loads(asked.content)),
        }
        return Reply(body={"data": reports[report]()})

    def _spent(self, since: datetime | None = None) -> Decimal:
        return sums(event for event in self.events if since is None or event.at >= since).amount

    def _key_figures(self, key: Key) -> dict[str, Any]:
        today = midnight(day_of(self.now))
        limit = None if self.limit is None else Decimal(self.limit)
        return {
            "label": f"{key.text[:12]}...{key.text[-3:]}",
            "usage": self._spent(),
            "usage_daily": self._spent(today),
            "usage_weekly": self._spent(today - timedelta(days=today.weekday())),
            "usage_monthly": self._spent(today.replace(day=1)),
            **dict.fromkeys(("byok_usage", "byok_usage_daily", "byok_usage_weekly", "byok_usage_monthly"), 0),
            "limit": limit,
            "limit_remaining": None if limit is None else limit - self._spent(),
            "limit_reset": None,
            "include_byok_in_limit": False,
            "is_free_tier": False,
            "is_management_key": key.kind == "management",
            "is_provisioning_key": key.kind == "management",
            "expires_at": None,
            "creator_user_id": "user_fake",
            "rate_limit": {"requests": -1, "interval": "10s", "note": "Deprecated."},
        }

    def _activity(self, asked: Asked) -> list[dict[str, Any]]:
        today = day_of(self.now)
        first = today - timedelta(days=COMPLETED_DAYS)
        days = [first + timedelta(days=passed) for passed in range(COMPLETED_DAYS)]
        if wanted := asked.one("date"):
            days = [_completed(wanted, days)]
        workspace = asked.one("workspace_id")
        events = [event for event in self.events if workspace in {"", event.project}]
        by = ["model", "provider_name", *(["workspace_id"] if asked.one("group_by") == "workspace" else [])]
        return [
            self._row(day, group.by, group.events)
            for day in reversed(days)
            for group in groups(between(events, midnight(day), midnight(day) + DAY), by, NAMES)
        ]

    def _row(self, day: date, by: dict[str, Any], events: list[Event]) -> dict[str, Any]:
        total = sums(events)
        provider = by["provider_name"] or "Fake Cloud"
        workspace = {"workspace_id": by["workspace_id"] or "default"} if "workspace_id" in by else {}
        byok = sum((Decimal(event.labels.get("byok", "0")) for event in events), Decimal(0))
        return {
            "date": day.isoformat(),
            "model": by["model"],
            "model_permaslug": f"{by['model']}-20261001",
            "endpoint_id": f"endpoint of {by['model']} at {provider}",
            "provider_name": provider,
            "usage": total.amount,
            "byok_usage_inference": byok,
            "requests": total.requests,
            "prompt_tokens": total.input,
            **({"cached_tokens": total.cache_read} if self.has_cached else {}),
            "completion_tokens": total.output,
            "reasoning_tokens": total.reasoning,
            **workspace,
        }

    def _meta(self) -> dict[str, Any]:
        return {
            "metrics": [{"name": name, "display_label": name} for name in METRICS],
            "dimensions": [{"name": name, "display_label": name} for name in DIMENSIONS],
            "granularities": [{"name": name, "display_label": name} for name in GRANULARITIES],
            "operators": [],
        }

    def _query(self, question: dict[str, Any]) -> dict[str, Any]:
        by = question.get("dimensions", [])
        width = question.get("granularity")
        unknown = [
            *{*question["metrics"]} - {*METRICS},
            *{*by} - {*DIMENSIONS},
            *{width} - {*GRANULARITIES, None},
        ]
        if unknown or not question["metrics"] or len(by) > 2:
            raise Refused(400, f"Invalid request parameters: {unknown}")
        span = question["time_range"]
        start, end = datetime.fromisoformat(span["start"]), datetime.fromisoformat(span["end"])
        spans = buckets(start, end, GRANULARITIES[width]) if width else [(start, end)]
        rows = [
            {
                **({f"date__{width}": f"{first:%Y-%m-%dT%H:%M:%S.000Z}"} if width else {}),
                **group.by,
                **_metrics(question["metrics"], group.events),
            }
            for first, last in spans
            for group in groups(between(self.events, first, last), by, NAMES)
        ]
        limit = min(question.get("limit", 1000), self.page_size or 1000)
        about = {"query_time_ms": 1, "row_count": len(rows[:limit]), "truncated": len(rows) > limit}
        return {"data": rows[:limit], "metadata": about}


def _completed(text: str, days: Sequence[date]) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(400, "Invalid date format") from None
    if day not in days:
        raise Refused(400, "Date must be within the last 30 (completed) UTC days")
    return day


def _metrics(names: Iterable[str], events: list[Event]) -> dict[str, Any]:
    return {name: METRICS[name](events) for name in names}
