"""Kimi (Moonshot): what is left on a platform account, or of a Kimi Code plan.

Three addresses, each with keys of its own: the platform abroad in US dollars, the one in China
in yuan, and the coding plan, which counts instead of charging. No answer names a currency and
none tells usage by day: what was spent is inferred from successive balances, elsewhere.
Source: platform.moonshot.ai and platform.moonshot.cn, docs/api/balance; kimi.com/help/kimi-api;
public clients of /coding/v1/usages, whose answer has had two forms since; checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from token_tracker.providers import Amount
from token_tracker.providers import AnswerError
from token_tracker.providers import Api
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import Count
from token_tracker.providers import KeyCheck
from token_tracker.providers import Moment
from token_tracker.providers import Provider
from token_tracker.providers import ProviderError
from token_tracker.providers import Quota
from token_tracker.providers import Region
from token_tracker.providers import Shape
from token_tracker.providers import understood

CODE = "code"
NO_MONEY = "exceeded_current_quota_error"
WINDOWS = {timedelta(hours=5): "5h", timedelta(days=1): "day", timedelta(days=7): "week"}
UNITS = {
    "TIME_UNIT_MINUTE": timedelta(minutes=1),
    "TIME_UNIT_HOUR": timedelta(hours=1),
    "TIME_UNIT_DAY": timedelta(days=1),
}
NAMED_WINDOWS = {"5h": "5h", "7d": "week", "30d": "month", "month": "month"}


class Wallet(Shape):
    """An account. `cash_balance`: below 0 for a debt, and then `available_balance` is the vouchers."""

    available_balance: Amount
    voucher_balance: Amount
    cash_balance: Amount


class WalletAnswer(Shape):
    """The answer of `/users/me/balance`: HTTP says 200 also where `code` and `status` say no."""

    code: int
    status: bool
    data: Wallet | None = None


class Counts(Shape):
    """What a plan allows, in strings of digits; one of `used` and `remaining` may be missing."""

    limit: Count
    used: Count | None = None
    remaining: Count | None = None
    resetTime: Moment | None = None  # noqa: N815 - named by the vendor


class Window(Shape):
    """How long a limit lasts, such as 300 of TIME_UNIT_MINUTE."""

    duration: Count
    timeUnit: str  # noqa: N815 - named by the vendor


class Limit(Shape):
    """What is allowed within one window."""

    window: Window
    detail: Counts


class Pool(Shape):
    """What was used of one of the named pools of the newer form, 0..1."""

    used_ratio: Amount
    reset_time: Moment | None = None


class Plan(Shape):
    """The answer of `/usages`. `usage`: of a week, in its older form; `usages`: by name, in its newer."""

    usage: Counts | None = None
    limits: tuple[Limit, ...] = ()
    usages: Mapping[str, Pool] | None = None


def check(api: Api) -> KeyCheck:
    """Ask for what is left: a key can do nothing cheaper."""
    balance(api)
    return KeyCheck("plan", ("quota",)) if api.region.id == CODE else KeyCheck("api", ("balance",))


def balance(api: Api) -> BalanceReading:
    """Read the money of the platform, or the quotas of a coding plan."""
    if api.region.id == CODE:
        return BalanceReading(quotas=tuple(_quotas(understood(Plan, api.get("/usages")))))
    wallet = _wallet(understood(WalletAnswer, api.get("/users/me/balance")))
    parts = (("voucher", wallet.voucher_balance), ("cash", wallet.cash_balance))
    total = wallet.available_balance
    return BalanceReading((Balance(api.region.currency, total, parts, is_usable=total > 0),))


def explain(error: AnswerError) -> str:
    """Tell an empty account, which may be refused like a key without the right."""
    no_money = error.vendor_code == NO_MONEY or "balance" in error.vendor_message.lower()
    return "credit_exhausted" if error.status == 403 and no_money else ""


def _wallet(answer: WalletAnswer) -> Wallet:
    if answer.code or not answer.status:
        raise AnswerError(200, str(answer.code))
    if answer.data is None:
        raise ProviderError("answer_not_understood", place="data", reason="missing")
    return answer.data


def _quotas(plan: Plan) -> Iterator[Quota]:
    if plan.usage is None and plan.usages is None and not plan.limits:
        raise ProviderError("answer_not_understood", place="usage", reason="missing")
    pools = [_pool(name, pool) for name, pool in sorted((plan.usages or {}).items())]
    if plan.usage:
        yield _counted("usage", "week", plan.usage)
    told = {pool.window for pool in pools} - {""}
    for limit in plan.limits:
        window = WINDOWS.get(limit.window.duration * UNITS.get(limit.window.timeUnit, timedelta()), "")
        # The newer form tells a window twice; its pool is the finer figure.
        if window not in told:
            yield _counted("limit", window, limit.detail)
    yield from pools


def _counted(name: str, window: str, counts: Counts) -> Quota:
    used = counts.used
    if used is None and counts.remaining is not None:
        used = max(counts.limit - counts.remaining, 0)
    ratio = Decimal(used) / counts.limit if used is not None and counts.limit else None
    return Quota(name, window, ratio, used, counts.limit, _ms(counts.resetTime))


def _pool(name: str, pool: Pool) -> Quota:
    # limit_5h, limit_month_total, and limit_month_code, which is inside the total
    window = NAMED_WINDOWS.get(name.removeprefix("limit_").partition("_")[0], "")
    return Quota(name, window, pool.used_ratio, resets_at_ms=_ms(pool.reset_time))


def _ms(moment: Moment | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


PROVIDER = Provider(
    id="kimi",
    name="Kimi",
    regions=(
        Region("intl", "https://api.moonshot.ai/v1", "USD"),
        Region("cn", "https://api.moonshot.cn/v1", "CNY", "https://platform.moonshot.cn/console/api-keys"),
        Region(CODE, "https://api.kimi.com/coding/v1", "", "https://www.kimi.com/code/console"),
    ),
    key_page="https://platform.moonshot.ai/console/api-keys",
    key_variables=("MOONSHOT_API_KEY", "KIMI_API_KEY", "KIMI_CODE_API_KEY"),
    headers=lambda key: {"Authorization": f"Bearer {key}"},
    check=check,
    balance=balance,
    explain=explain,
)
