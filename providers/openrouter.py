"""OpenRouter: what 30 completed UTC days cost, the credits left, and what one key spent and may spend.

A management key reads the activity and the credits of the account; any other key only reads
itself. Both look alike, so the key is asked what it is.
Source: OpenRouter's OpenAPI description (repository OpenRouterTeam/typescript-sdk, 2026-08-22) and
openrouter.ai/docs/api/api-reference, checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from decimal import Decimal

from token_tracker.providers import Amount
from token_tracker.providers import AnswerError
from token_tracker.providers import Api
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Count
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import Moment
from token_tracker.providers import Provider
from token_tracker.providers import ProviderError
from token_tracker.providers import Quota
from token_tracker.providers import Region
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Shape
from token_tracker.providers import Spent
from token_tracker.providers import Tokens
from token_tracker.providers import understood
from token_tracker.providers import units

HISTORY_DAYS = 30
DAY = timedelta(days=1)
EXPIRED = "key_expired"
WINDOWS = {"daily": "day", "weekly": "week", "monthly": "month"}


class Use(Shape):
    """A row of the activity: one model at one endpoint on one UTC day.

    `usage`: credits charged, which are US dollars. `byok_usage_inference`: dollars that the
    upstream vendor charges to a key of the user's own. `cached_tokens`: part of the prompt; not
    in every release of the address. Cache writes are not told. `workspace_id`: only where rows
    are grouped by it.
    """

    date: date
    model: str | None
    endpoint_id: str = ""
    provider_name: str = ""
    requests: Count
    prompt_tokens: Count
    cached_tokens: Count | None = None
    completion_tokens: Count
    reasoning_tokens: Count
    usage: Amount
    byok_usage_inference: Amount = Decimal(0)
    workspace_id: str | None = None


class Activity(Shape):
    """The answer of `/activity`; a day without a row is a day without use."""

    data: tuple[Use, ...]


class Key(Shape):
    """What a key says of itself, of the present UTC day, week from Monday, and month."""

    usage: Amount
    usage_daily: Amount
    usage_weekly: Amount
    usage_monthly: Amount
    limit: Amount | None = None
    limit_remaining: Amount | None = None
    limit_reset: str | None = None
    is_management_key: bool | None = None
    is_provisioning_key: bool | None = None
    expires_at: Moment | None = None

    @property
    def is_management(self) -> bool:
        """Whether the key reads the account; older answers know only the former name of it."""
        told = self.is_provisioning_key if self.is_management_key is None else self.is_management_key
        return bool(told)


class KeyAnswer(Shape):
    """The answer of `/key`."""

    data: Key


class Credits(Shape):
    """What was ever paid in and used up, in US dollars."""

    total_credits: Amount
    total_usage: Amount


class CreditsAnswer(Shape):
    """The answer of `/credits`; up to a minute old."""

    data: Credits


def check(api: Api) -> KeyCheck:
    """Ask the key what it is.

    It names the member who made it, which is no account: members of an organisation share its figures.
    """
    if _key(api).is_management:
        return KeyCheck("management", ("usage", "cost", "balance"))
    return KeyCheck("inference", ("balance",), needs="management")


def fetch(api: Api, days: Days) -> Iterator[BillUnit]:
    """Read all completed days at once; older ones stay as they were stored.

    Asking for today by `date` is refused with 400 and would lose the rest, so no date is named.
    """
    today = api.now.date()
    first = max(days.first, today - HISTORY_DAYS * DAY)
    last = min(days.last, today - DAY)
    if first > last:
        return
    rows = _everywhere(api) if api.only is None else _in_workspace(api, api.only[1])
    charged = [row for row in rows if row.usage or not row.byok_usage_inference]
    yield from units(
        "costs",
        Days(first, last),
        billed=[(row.date, _billed(row)) for row in charged],
        usage=[(row.date, _reported(row)) for row in charged],
    )


def _everywhere(api: Api) -> Sequence[Use]:
    return understood(Activity, api.get("/activity")).data


def _in_workspace(api: Api, workspace: str) -> Sequence[Use]:
    """Read the rows of one workspace; they are grouped by it so that they name it."""
    params = [("workspace_id", workspace), ("group_by", "workspace")]
    rows = understood(Activity, api.get("/activity", params)).data
    if any(not row.workspace_id for row in rows):
        raise ProviderError("answer_not_understood", place="data.workspace_id", reason="missing")
    return [row for row in rows if row.workspace_id == workspace]


def balance(api: Api) -> BalanceReading:
    """Read the credits with a management key, else what this key spent and may still spend."""
    key = _key(api)
    if not key.is_management:
        return BalanceReading(quotas=_limit(key, api.now), spent=_spent(key))
    paid = understood(CreditsAnswer, api.get("/credits")).data
    # A management key calls no model: its own zeros would look like those of the account.
    return BalanceReading((Balance("USD", paid.total_credits - paid.total_usage),))


def _key(api: Api) -> Key:
    key = understood(KeyAnswer, api.get("/key")).data
    if key.expires_at and key.expires_at <= api.now:
        raise AnswerError(401, EXPIRED)
    return key


def _billed(row: Use) -> BilledRecord:
    item = "/".join(filter(None, (row.provider_name, row.endpoint_id)))
    return BilledRecord(row.model or "", item, row.usage, "USD", project=row.workspace_id or "")


def _reported(row: Use) -> ReportedUsage:
    # A replayed answer counts more tokens as read from the cache than its prompt had.
    cached = min(row.cached_tokens or 0, row.prompt_tokens)
    counts = Tokens(
        input=row.prompt_tokens - cached,
        cache_read=cached,
        output=row.completion_tokens,
        reasoning=min(row.reasoning_tokens, row.completion_tokens),
    )
    return ReportedUsage(row.model or "", counts, row.requests, project=row.workspace_id or "")


def _limit(key: Key, now: datetime) -> tuple[Quota, ...]:
    if key.limit is None or key.limit_remaining is None:
        return ()
    ratio = (key.limit - key.limit_remaining) / key.limit if key.limit else Decimal(1)
    window = WINDOWS.get(key.limit_reset or "", "")
    return (
        Quota(f"key limit {key.limit.normalize():f} USD", window, ratio, resets_at_ms=_reset(window, now)),
    )


def _reset(window: str, now: datetime) -> int | None:
    """Give when a limit starts anew: at midnight UTC, on Mondays, on the first of a month."""
    today = now.date()
    following = {
        "day": today + DAY,
        "week": today + (7 - today.weekday()) * DAY,
        "month": (today.replace(day=1) + 31 * DAY).replace(day=1),
    }
    if window not in following:
        return None
    return int(datetime.combine(following[window], time(), UTC).timestamp()) * 1000


def _spent(key: Key) -> tuple[Spent, ...]:
    return (
        Spent("today", key.usage_daily, "USD", "key"),
        Spent("week", key.usage_weekly, "USD", "key"),
        Spent("month", key.usage_monthly, "USD", "key"),
    )


PROVIDER = Provider(
    id="openrouter",
    name="OpenRouter",
    regions=(Region("global", "https://openrouter.ai/api/v1"),),
    key_page="https://openrouter.ai/settings/management-keys",
    key_variables=("OPENROUTER_MANAGEMENT_KEY", "OPENROUTER_MANAGEMENT_API_KEY", "OPENROUTER_API_KEY"),
    headers=lambda key: {"Authorization": f"Bearer {key}"},
    check=check,
    fetch=fetch,
    balance=balance,
    only=("workspace",),
    settled_after_h=2,
    history_days=HISTORY_DAYS,
    explain=lambda error: EXPIRED if error.vendor_code == EXPIRED else "",
)
