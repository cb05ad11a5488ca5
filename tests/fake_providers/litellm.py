"""A LiteLLM proxy: daily activity in pages of rows, so that a day may be on two pages; key and user.

Source: docs.litellm.ai/docs/proxy/metrics (2026-10-14) and proxy/cost_tracking; response models of
BerriAI/litellm `common_daily_activity`; checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.ledger import DAY
from fake_providers.ledger import Event
from fake_providers.ledger import Group
from fake_providers.ledger import day_of
from fake_providers.ledger import groups
from fake_providers.ledger import midnight
from fake_providers.ledger import sums
from fake_providers.vendor import Key
from fake_providers.vendor import Vendor

REPORTS = {"/user/daily/activity": "activity", "/key/info": "key", "/user/info": "user"}
METRICS = (
    ("spend", "total_spend"),
    ("prompt_tokens", "total_prompt_tokens"),
    ("completion_tokens", "total_completion_tokens"),
    ("cache_read_input_tokens", "total_cache_read_input_tokens"),
    ("cache_creation_input_tokens", "total_cache_creation_input_tokens"),
    ("total_tokens", "total_tokens"),
    ("successful_requests", "total_successful_requests"),
    ("failed_requests", "total_failed_requests"),
    ("api_requests", "total_api_requests"),
)


class LiteLLM(Vendor):
    """A proxy of somebody's own.

    `max_budget`: of every key, None for none. `user_id`: whose the keys are that are no admin's.
    """

    origins = ("http://localhost:4000",)
    max_budget: str | None = None
    user_id = "user-1"

    def kind_of(self, text: str) -> str:
        """All keys look alike, so a test that wants a user's key says so."""
        return "admin"

    def report_of(self, asked: Asked) -> str:
        """Name the report: "activity", "key" or "user"."""
        return REPORTS.get(asked.path, "")

    def refuse_key(self, state: str, key: str) -> Refused:
        """Say why a key is refused."""
        return {
            "expired": Refused(401, f"Authentication Error - Expired Key. Key={key}", "expired_key"),
            "exhausted": Refused(400, "Budget has been exceeded!", "budget_exceeded"),
        }.get(state, Refused(401, f"Authentication Error, Invalid proxy server token passed: {key}"))

    def error(self, refused: Refused) -> Reply:
        """Say no as the proxy does: the code is the status in text."""
        error = {
            "message": refused.message,
            "type": refused.code or "auth_error",
            "param": refused.param or "None",
            "code": str(refused.status),
        }
        return Reply(refused.status, {"error": error})

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give one page of the activity, or what a key or user has spent."""
        if report == "activity":
            return self._activity(asked, key)
        budget = None if self.max_budget is None else Decimal(self.max_budget)
        info = {"spend": sums(self.events).amount, "max_budget": budget, "budget_reset_at": None}
        if report == "key":
            return Reply(body={"key": "hash of the key", "info": info})
        return Reply(body={"user_id": self.user_id, "user_info": info, "keys": [], "teams": []})

    def _activity(self, asked: Asked, key: Key) -> Reply:
        if key.kind != "admin" and asked.one("user_id") != self.user_id:
            raise Refused(403, "Non-admin users can only view their own spend data.")
        first, last = _day(asked, "start_date"), _day(asked, "end_date")
        size = min(asked.number("page_size", 50, 1000), self.page_size or 1000)
        number = asked.number("page", 1, 10**6)
        chosen = [
            event
            for event in self.events
            if midnight(first) <= event.at < midnight(last) + DAY and asked.one("model") in {"", event.model}
        ]
        by_day = {day: [e for e in chosen if day_of(e.at) == day] for day in {day_of(e.at) for e in chosen}}
        rows = [
            (day, group)
            for day in sorted(by_day, reverse=True)
            for group in groups(by_day[day], ("model", "provider", "api_key"), {"model": "model"})
        ]
        pages = max(1, -(-len(rows) // size))
        page = rows[(number - 1) * size : number * size]
        days = {day: [group for its_day, group in page if its_day == day] for day, _ in page}
        everything = [event for _, group in page for event in group.events]
        totals = _metrics(everything)
        metadata = {total: totals[name] for name, total in METRICS}
        about = {**metadata, "page": number, "total_pages": pages, "has_more": number < pages}
        results = [_result(day, parts) for day, parts in days.items()]
        return Reply(body={"results": results, "metadata": about}, page=number)


def _day(asked: Asked, name: str) -> date:
    try:
        return date.fromisoformat(asked.one(name))
    except ValueError:
        raise Refused(400, f"Please provide {name} as YYYY-MM-DD.", param=name) from None


def _result(day: date, parts: Sequence[Group]) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "metrics": _metrics([event for part in parts for event in part.events]),
        "breakdown": {
            "models": _broken_down(parts, "model"),
            "model_groups": {},
            "providers": _broken_down(parts, "provider"),
            "api_keys": _broken_down(parts, "api_key"),
            "entities": {},
            "endpoints": {},
            "mcp_servers": {},
        },
    }


def _broken_down(parts: Sequence[Group], name: str) -> dict[str, Any]:
    found: dict[str, list[Event]] = {}
    for part in parts:
        found.setdefault(part.by[name] or "", []).extend(part.events)
    return {
        value: {"metrics": _metrics(events), "metadata": {}, "api_key_breakdown": {}}
        for value, events in found.items()
    }


def _metrics(events: Sequence[Event]) -> dict[str, Any]:
    total = sums(events)
    failed = sum(event.labels.get("failed", 0) for event in events)
    return {
        "spend": total.amount,
        "prompt_tokens": total.input,
        "completion_tokens": total.output,
        "cache_read_input_tokens": total.cache_read,
        "cache_creation_input_tokens": total.cache_write + total.cache_write_1h,
        "total_tokens": total.input + total.output,
        "successful_requests": total.requests,
        "failed_requests": failed,
        "api_requests": total.requests + failed,
    }
