"""MiniMax: a pay-as-you-go balance or the quota of a token plan; most refusals come with HTTP 200.

Source: npm mmx-cli 1.0.27 `dist/index.d.ts` and MiniMax-AI/cli `test/fixtures/quota-response.json`;
platform.minimax.io error codes; checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from fake_providers import faults
from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.vendor import Fault
from fake_providers.vendor import Key
from fake_providers.vendor import Vendor

ABROAD = "https://api.minimax.io"
CHINA = "https://api.minimax.cn"
CHINA_FORMER = "https://api.minimaxi.com"
REPORTS = {
    "/account/query_balance": "balance",
    "/v1/token_plan/remains": "plan",
    "/v1/api/openplatform/coding_plan/remains": "former plan",
}


class Wallet(NamedTuple):
    """What is left, in the currency of the region."""

    cash: str
    voucher: str = "0.00"
    credit: str = "0.00"
    owed: str = "0.00"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left for one kind of model.

    `percent`, `weekly_percent`: remaining; None leaves the field out, as older answers do.
    `total`, `counted`: of the interval; whether `counted` means used or remaining depends on when
    and whom one asks. `status` 3: no limit.
    """

    name: str = "general"
    hours: int = 5
    percent: int | None = 85
    weekly_percent: int | None = 97
    total: int = 0
    counted: int = 0
    status: int = 1
    boost_permille: int = 1000


def refuses_inside(status_code: int, text: str = "refused") -> Fault:
    """Answer with HTTP 200 and an error inside."""
    return faults.body({"base_resp": {"status_code": status_code, "status_msg": text}})


class MiniMax(Vendor):
    """Two regions, China with two addresses; say with `accept(key, origin=CHINA)` where a key belongs.

    `wallet`, `plans`: what is left. `has_token_plan_path`: whether the present path is there.
    """

    origins = (ABROAD, CHINA, CHINA_FORMER)
    has_token_plan_path = True

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.wallet = Wallet("10.00", "5.00")
        self.plans = [Plan()]

    def kind_of(self, text: str) -> str:
        """Tell the kind of a key by its look."""
        return "pay-as-you-go" if text.startswith("sk-api-") else "plan"

    def key_in(self, asked: Asked) -> str:
        """Give the key of either header."""
        return asked.bearer or asked.headers.get("x-api-key", "")

    def report_of(self, asked: Asked) -> str:
        """Name the report: "balance", "plan" or "former plan"."""
        report = REPORTS.get(asked.path, "")
        return "" if report == "plan" and not self.has_token_plan_path else report

    def needs(self, report: str) -> tuple[str, ...]:
        """Each kind of key has one report."""
        return ("pay-as-you-go",) if report == "balance" else ("plan",)

    def refuse_key(self, state: str, key: str) -> Refused:
        """Say why a key is refused: 2049 is also what a key of the other region gets."""
        code, text = {
            "missing": (1004, "login fail: Please carry the API secret key in the header"),
            "exhausted": (1008, "insufficient balance"),
            "kind": (1004, "token not match group"),
        }.get(state, (2049, f"invalid api key {key}"))
        return Refused(200, text, str(code))

    def error(self, refused: Refused) -> Reply:
        """Say no inside an answer that HTTP calls a success."""
        code = int(refused.code) if refused.code.isdecimal() else 1000
        outcome = {"status_code": code, "status_msg": refused.message}
        return Reply(refused.status, {"base_resp": outcome})

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give the balance, or what is left of the plan."""
        body = _balance(self.wallet) if report == "balance" else self._remains()
        return Reply(body={**body, "base_resp": {"status_code": 0, "status_msg": "success"}})

    def _remains(self) -> dict[str, Any]:
        week = timedelta(days=7)
        monday = self.now - timedelta(days=self.now.weekday(), hours=self.now.hour)
        return {"model_remains": [self._plan(plan, monday, week) for plan in self.plans]}

    def _plan(self, plan: Plan, monday: datetime, week: timedelta) -> dict[str, Any]:
        end = self.now + timedelta(minutes=90)
        percents = {
            "current_interval_remaining_percent": plan.percent,
            "current_weekly_remaining_percent": plan.weekly_percent,
        }
        return {
            "model_name": plan.name,
            "start_time": _ms(end - timedelta(hours=plan.hours)),
            "end_time": _ms(end),
            "remains_time": _ms(end) - _ms(self.now),
            "current_interval_total_count": plan.total,
            "current_interval_usage_count": plan.counted,
            "current_interval_status": plan.status,
            "current_weekly_total_count": 0,
            "current_weekly_usage_count": 0,
            "current_weekly_status": plan.status,
            "weekly_boost_permille": plan.boost_permille,
            "weekly_start_time": _ms(monday),
            "weekly_end_time": _ms(monday + week),
            "weekly_remains_time": _ms(monday + week) - _ms(self.now),
            **{name: percent for name, percent in percents.items() if percent is not None},
        }


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _balance(wallet: Wallet) -> dict[str, Any]:
    available = Decimal(wallet.cash) + Decimal(wallet.voucher) + Decimal(wallet.credit)
    return {
        "available_amount": f"{available:f}",
        "cash_balance": wallet.cash,
        "voucher_balance": wallet.voucher,
        "credit_balance": wallet.credit,
        "owed_amount": wallet.owed,
        "balance_alert_switch": False,
        "balance_alert_threshold": "",
    }
