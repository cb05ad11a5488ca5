"""DeepSeek: the balance of an account in one or two currencies, and nothing else.

Source: api-docs.deepseek.com `api/get-user-balance`, checked 2026-11-22; the error's shape is unverified.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.vendor import Key
from fake_providers.vendor import Vendor


class Wallet(NamedTuple):
    """What is left in one currency; granted credit is spent first."""

    currency: str
    granted: str
    topped_up: str


class DeepSeek(Vendor):
    """An account. Set `wallets` and `is_available`; `money_as` "number" is what older documents show."""

    origins = ("https://api.deepseek.com",)
    money_as = "string"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.wallets = [Wallet("CNY", "8.20", "80.00")]
        self.is_available = True

    def report_of(self, asked: Asked) -> str:
        """Name the only report: "balance"."""
        return "balance" if asked.path == "/user/balance" else ""

    def refuse_key(self, state: str, key: str) -> Refused:
        """Say why a key is refused."""
        return {
            "exhausted": Refused(402, "Insufficient Balance", "invalid_request_error"),
            "expired": Refused(401, f"Authentication Fails, your api key: {key} has expired"),
        }.get(state, Refused(401, f"Authentication Fails, Your api key: {key} is invalid"))

    def error(self, refused: Refused) -> Reply:
        """Say no as the chat route does."""
        error = {
            "message": refused.message,
            "type": "authentication_error" if refused.status == 401 else "unknown_error",
            "param": None,
            "code": refused.code or "invalid_request_error",
        }
        return Reply(refused.status, {"error": error})

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give the balance."""
        return Reply(
            body={
                "is_available": self.is_available,
                "balance_infos": [
                    {
                        "currency": wallet.currency,
                        "total_balance": self._money(Decimal(wallet.granted) + Decimal(wallet.topped_up)),
                        "granted_balance": self._money(Decimal(wallet.granted)),
                        "topped_up_balance": self._money(Decimal(wallet.topped_up)),
                    }
                    for wallet in self.wallets
                ],
            }
        )

    def _money(self, amount: Decimal) -> str | Decimal:
        return f"{amount:f}" if self.money_as == "string" else amount
