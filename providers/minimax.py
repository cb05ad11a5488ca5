"""MiniMax: what is left on a pay-as-you-go account, or of a token plan.

The look of a key says which of the two it belongs to, and each region has keys of its own.
Most refusals come with HTTP 200 and a number inside. None of the answers tells usage by day:
what was spent is inferred from successive balances, elsewhere.
Source: MiniMax-AI/cli (mmx-cli 1.0.27: selection of the address, reading of the counts, status
numbers), platform.minimax.io/docs (error codes, token plan), checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from typing import Literal
from typing import NamedTuple
from typing import TypeVar

from token_tracker.providers import Amount
from token_tracker.providers import AnswerError
from token_tracker.providers import Api
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import Count
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.providers import Quota
from token_tracker.providers import Region
from token_tracker.providers import Shape
from token_tracker.providers import understood

PAYG, PLAN = "pay-as-you-go", "plan"
HOUR_MS = 3_600_000
WINDOWS = {5 * HOUR_MS: "5h", 24 * HOUR_MS: "day", 7 * 24 * HOUR_MS: "week"}
UNLIMITED = 3
"""Of 1 normal, 2 used up, 3 without a limit."""
REFUSALS = {
    "1000": "provider_failing",
    "1001": "provider_failing",
    "1002": "provider_limited",
    "1004": "key_refused",
    "1008": "credit_exhausted",
    "1024": "provider_failing",
    "1028": "provider_limited",
    "1030": "provider_limited",
    "1033": "provider_failing",
    "2049": "key_refused",
}
"""What the numbers inside an answer mean; 1004 and 2049 also come for a key of the other region."""


class Outcome(Shape):
    """How a call went, 0 for well."""

    status_code: int
    status_msg: str = ""


class Answered(Shape):
    """Any answer."""

    base_resp: Outcome


Accepted = TypeVar("Accepted", bound=Answered)


Part = Amount | Literal[""] | None
"""A part of the balance; what was never set is an empty text."""


class Wallet(Answered):
    """The answer of `/account/query_balance`; its currency is that of the region."""

    available_amount: Amount
    cash_balance: Part = None
    voucher_balance: Part = None
    credit_balance: Part = None
    owed_amount: Part = None


class Left(NamedTuple):
    """What is left in one window, as it is told."""

    window: str
    ends_at_ms: int | None
    status: int | None
    total: int
    counted: int
    percent: Decimal | None


class Remains(Shape):
    """What one kind of model has left in the present interval and week; times are milliseconds.

    `*_usage_count` meant what remains before May 2026 and what was used since, for some accounts.
    """

    model_name: str
    start_time: Count | None = None
    end_time: Count | None = None
    current_interval_total_count: Count = 0
    current_interval_usage_count: Count = 0
    current_interval_remaining_percent: Amount | None = None
    current_interval_status: int | None = None
    weekly_end_time: Count | None = None
    current_weekly_total_count: Count = 0
    current_weekly_usage_count: Count = 0
    current_weekly_remaining_percent: Amount | None = None
    current_weekly_status: int | None = None

    @property
    def interval(self) -> Left:
        """What is left of the present hours or day."""
        return Left(
            WINDOWS.get((self.end_time or 0) - (self.start_time or 0), ""),
            self.end_time,
            self.current_interval_status,
            self.current_interval_total_count,
            self.current_interval_usage_count,
            self.current_interval_remaining_percent,
        )

    @property
    def week(self) -> Left:
        """What is left of the present week."""
        return Left(
            "week",
            self.weekly_end_time,
            self.current_weekly_status,
            self.current_weekly_total_count,
            self.current_weekly_usage_count,
            self.current_weekly_remaining_percent,
        )


class PlanAnswer(Answered):
    """The answer of `/v1/token_plan/remains`."""

    model_remains: tuple[Remains, ...]


def key_kind(key: str) -> str:
    """Tell what a key belongs to by its first letters, as the vendor's own program does."""
    return PAYG if key.startswith("sk-api-") else PLAN


def check(api: Api) -> KeyCheck:
    """Ask for what is left: a key can do nothing cheaper."""
    balance(api)
    return KeyCheck(PAYG, ("balance",)) if api.key_kind == PAYG else KeyCheck(PLAN, ("quota",))


def balance(api: Api) -> BalanceReading:
    """Read the money of an account, or the quotas of a plan."""
    if api.key_kind == PAYG:
        wallet = _accepted(Wallet, api.get("/account/query_balance"))
        return BalanceReading((Balance(api.region.currency, wallet.available_amount, _parts(wallet)),))
    answer = _accepted(PlanAnswer, _plan(api))
    return BalanceReading(quotas=tuple(quota for one in answer.model_remains for quota in _quotas(one)))


def explain(error: AnswerError) -> str:
    """Tell what the number inside an answer means."""
    return REFUSALS.get(error.vendor_code, "")


def _plan(api: Api) -> Any:
    try:
        return api.get("/v1/token_plan/remains")
    except AnswerError as error:
        if error.status != 404:
            raise
    return api.get("/v1/api/openplatform/coding_plan/remains")


def _accepted(shape: type[Accepted], answer: Any) -> Accepted:
    outcome = understood(Answered, answer).base_resp
    if outcome.status_code:
        raise AnswerError(200, str(outcome.status_code))
    return understood(shape, answer)


def _parts(wallet: Wallet) -> tuple[tuple[str, Decimal], ...]:
    told = {
        "cash": wallet.cash_balance,
        "voucher": wallet.voucher_balance,
        "credit": wallet.credit_balance,
        "owed": -wallet.owed_amount if wallet.owed_amount else None,
    }
    return tuple((name, amount) for name, amount in told.items() if isinstance(amount, Decimal))


def _quotas(one: Remains) -> Iterator[Quota]:
    interval, week = one.interval, one.week
    if (interval.status, interval.total) == (week.status, week.total) == (UNLIMITED, 0):
        return  # the plan does not hold this kind of model
    yield _quota(one.model_name, interval)
    if (week.status, week.total, week.percent) != (None, 0, None):
        yield _quota(one.model_name, week)


def _quota(name: str, left: Left) -> Quota:
    """Read one window: by its percentage, since the count has meant two things."""
    if left.status == UNLIMITED:
        return Quota(name, left.window, None, resets_at_ms=left.ends_at_ms, is_unlimited=True)
    if left.percent is None:
        return Quota(name, left.window, None, limit=left.total or None, resets_at_ms=left.ends_at_ms)
    used = _used(left.total, left.counted, left.percent)
    limit = None if used is None else left.total
    return Quota(name, left.window, max(1 - left.percent / 100, Decimal(0)), used, limit, left.ends_at_ms)


def _used(total: int, count: int, percent_left: Decimal) -> int | None:
    """Read the count as used or as left, whichever agrees with the percentage to a point.

    >>> _used(1500, 300, Decimal(80)), _used(1500, 1200, Decimal(80)), _used(1500, 700, Decimal(80))
    (300, 300, None)
    """
    if not total:
        return None
    readings = {
        used for used in (count, total - count) if abs(100 - 100 * Decimal(used) / total - percent_left) <= 1
    }
    return readings.pop() if len(readings) == 1 else None


PROVIDER = Provider(
    id="minimax",
    name="MiniMax",
    regions=(
        Region("intl", "https://api.minimax.io", "USD"),
        Region(
            "cn",
            "https://api.minimax.cn",
            "CNY",
            "https://platform.minimaxi.com/user-center/basic-information/interface-key",
        ),
    ),
    key_page="https://platform.minimax.io/user-center/basic-information/interface-key",
    key_variables=("MINIMAX_API_KEY", "MINIMAX_CN_API_KEY"),
    headers=lambda key: {"Authorization": f"Bearer {key}"},
    key_kind=key_kind,
    check=check,
    balance=balance,
    explain=explain,
)
