"""Kimi: the balance of two platforms that share no keys, and the quota of the coding plan.

Source: platform.moonshot.ai and platform.moonshot.cn `docs/api/balance`; answers of
`/coding/v1/usages` posted in akitaonrails/ai-usagebar issue 199 (newer form) and getpaseo/paseo
issue 3024 (older form); checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.vendor import Key
from fake_providers.vendor import Vendor

ABROAD = "https://api.moonshot.ai"
CHINA = "https://api.moonshot.cn"
CODE = "https://api.kimi.com"


class Wallet(NamedTuple):
    """What is left on a platform, in the currency of its address; cash below 0 is a debt."""

    voucher: str
    cash: str


class Window(NamedTuple):
    """What a plan allows within some minutes, in requests."""

    minutes: int
    limit: int
    used: int


class Kimi(Vendor):
    """Three addresses; say with `accept(key, origin=CHINA)` which of them a key belongs to.

    `wallets` by address; `week` and `windows` of the coding plan; `pools`: used ratios by name,
    which the newer form of the answer has in place of the week.
    """

    origins = (ABROAD, CHINA, CODE)

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.wallets = {ABROAD: Wallet("20", "1.5"), CHINA: Wallet("46.58893", "0")}
        self.week = Window(7 * 24 * 60, 100, 26)
        self.windows = [Window(300, 100, 27)]
        self.pools: dict[str, str] | None = None

    def report_of(self, asked: Asked) -> str:
        """Name the report: "balance" of a platform, "usages" of the coding plan."""
        if asked.origin == CODE:
            return "usages" if asked.path == "/coding/v1/usages" else ""
        return "balance" if asked.path == "/v1/users/me/balance" else ""

    def refuse_key(self, state: str, key: str) -> Refused:
        """Say why a key is refused."""
        return {
            "exhausted": Refused(
                403, "Your account is suspended, please check your plan and billing details"
            ),
            "expired": Refused(401, f"The API Key {key} appears to have expired"),
        }.get(state, Refused(401, f"Invalid Authentication: {key}"))

    def error(self, refused: Refused) -> Reply:
        """Say no as the platform does."""
        kind = {401: "invalid_authentication_error", 403: "exceeded_current_quota_error"}.get(
            refused.status, "invalid_request_error"
        )
        return Reply(refused.status, {"error": {"message": refused.message, "type": kind, "code": None}})

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give the balance, or what is left of the plan."""
        return Reply(body=self._plan() if report == "usages" else _balance(self.wallets[asked.origin]))

    def _plan(self) -> dict[str, Any]:
        limits = [
            {
                "window": {"duration": window.minutes, "timeUnit": "TIME_UNIT_MINUTE"},
                "detail": self._detail(window),
            }
            for window in self.windows
        ]
        if self.pools is None:
            return {"usage": self._detail(self.week), "limits": limits, "parallel": {"limit": "30"}}
        reset = f"{self.now + timedelta(days=20):%Y-%m-%dT%H:%M:%SZ}"
        pools = {
            name: {"used_ratio": Decimal(ratio), "reset_time": reset} for name, ratio in self.pools.items()
        }
        return {"limits": limits, "usages": pools}

    def _detail(self, window: Window) -> dict[str, str]:
        return {
            "limit": str(window.limit),
            "used": str(window.used),
            "remaining": str(window.limit - window.used),
            "resetTime": f"{self.now + timedelta(minutes=window.minutes):%Y-%m-%dT%H:%M:%S.000519Z}",
        }


def _balance(wallet: Wallet) -> dict[str, Any]:
    voucher, cash = Decimal(wallet.voucher), Decimal(wallet.cash)
    data = {
        "available_balance": voucher + max(cash, Decimal(0)),
        "voucher_balance": voucher,
        "cash_balance": cash,
    }
    return {"code": 0, "data": data, "scode": "0x0", "status": True}
