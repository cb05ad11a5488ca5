"""Invented balances, for the goldens and the documents; no test lives here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from token_tracker.errors import NetworkError
from token_tracker.errors import ProviderError
from token_tracker.exchange import convert
from token_tracker.ledger.bills import StoredBalance
from token_tracker.model import Balance
from token_tracker.model import ExchangeRate
from token_tracker.model import Quota
from token_tracker.model import Spent
from token_tracker.period import Zone
from token_tracker.period import to_ms
from token_tracker.render.style import Style
from token_tracker.reports.balances import Balances
from token_tracker.reports.balances import ProviderBalance
from token_tracker.reports.balances import currency_balances

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)
NOW_MS = to_ms(NOW)
HOUR_MS = 3_600_000


def style(lang: str) -> Style:
    """Write for somebody in Shanghai."""
    return Style(lang, "USD", NOW, Zone(SHANGHAI, "Asia/Shanghai"))


def yuan(granted: str, topped_up: str, *, is_usable: bool = True) -> Balance:
    """A balance of two parts, as of DeepSeek."""
    parts = (("granted", Decimal(granted)), ("topped_up", Decimal(topped_up)))
    return Balance("CNY", sum((amount for _, amount in parts), Decimal(0)), parts, is_usable)


def dollars(total: str, *parts: tuple[str, str], is_usable: bool = True) -> Balance:
    """A balance in dollars."""
    return Balance("USD", Decimal(total), tuple((name, Decimal(amount)) for name, amount in parts), is_usable)


def snapshots(*told: tuple[float, Balance]) -> list[StoredBalance]:
    """Give what an account told so many hours ago, the longest ago first."""
    return [StoredBalance("deepseek", "", NOW_MS - int(hours * HOUR_MS), balance) for hours, balance in told]


def provider(
    balances: Sequence[Balance],
    before: Sequence[tuple[float, Balance]] = (),
    name: str = "DeepSeek",
    *,
    quotas: Sequence[Quota] = (),
    spent: Sequence[Spent] = (),
) -> ProviderBalance:
    """Give what a provider says now, after what it said before."""
    told = snapshots(*before, *((0, balance) for balance in balances))
    currencies = currency_balances(balances, told, NOW_MS, SHANGHAI)
    return ProviderBalance(name.lower(), name, currencies, quotas, spent, NOW_MS)


GRANTED_AND_PAID = [
    (400, yuan("9", "21.50")),
    (150, yuan("8.20", "19.80")),
    (102, yuan("8.20", "14.20")),
    (99, yuan("8.20", "64.20")),
    (54, yuan("8.20", "61.00")),
    (27, yuan("8.20", "58.10")),
]
DEEPSEEK = provider([yuan("8.20", "55.40")], GRANTED_AND_PAID)
TWO = provider(
    [yuan("0", "80"), dollars("5.50")],
    [(48, yuan("0", "84")), (48, dollars("5.50"))],
)
OFFLINE = replace(
    DEEPSEEK,
    currencies=currency_balances(
        [yuan("8.20", "58.10")], snapshots(*GRANTED_AND_PAID), NOW_MS, SHANGHAI, is_current=False
    ),
    as_of_ms=NOW_MS - 27 * HOUR_MS,
    error=NetworkError("no_network", provider="DeepSeek", host="api.deepseek.com", reason="name"),
)
MINIMAX = provider(
    [],
    name="MiniMax",
    quotas=[
        Quota("general", "5h", Decimal("0.15"), 225, 1500, NOW_MS + 3 * HOUR_MS),
        Quota("general", "week", Decimal("0.42"), resets_at_ms=NOW_MS + 60 * HOUR_MS),
        Quota("video", "day", None, limit=10, resets_at_ms=NOW_MS + 12 * HOUR_MS),
        Quota("music", "week", None, is_unlimited=True),
    ],
)
OPENROUTER = provider(
    [],
    name="OpenRouter",
    quotas=[Quota("key limit 20 USD", "", Decimal("0.1625"))],
    spent=[
        Spent("today", Decimal("1.25"), "USD", "key"),
        Spent("week", Decimal("1.25"), "USD", "key"),
        Spent("month", Decimal("3.25"), "USD", "key"),
    ],
)
KIMI = provider([dollars("20", ("voucher", "20"), ("cash", "-1.50"))], name="Kimi")
NO_BALANCE = replace(
    provider([], name="OpenAI"),
    as_of_ms=None,
    error=ProviderError("balance_not_offered", provider="OpenAI", page="https://platform.openai.com/billing"),
)
OWN_RATE = ExchangeRate("USD", "CNY", Decimal("7.12"), date(2026, 11, 20), "user")

BALANCES = {
    "history": Balances([DEEPSEEK]),
    "several": Balances([DEEPSEEK, KIMI, MINIMAX, NO_BALANCE]),
    "two-currencies": Balances(
        [
            replace(
                TWO,
                converted=convert(
                    {"CNY": Decimal(80), "USD": Decimal("5.50")}, "USD", [OWN_RATE], date(2026, 11, 22)
                ),
            )
        ]
    ),
    "last-known": Balances([OFFLINE]),
    "plan": Balances([MINIMAX]),
    "key-only": Balances([OPENROUTER]),
    "unlimited": Balances([replace(MINIMAX, quotas=MINIMAX.quotas[3:])]),
    "unclear": Balances([replace(MINIMAX, quotas=MINIMAX.quotas[2:3])]),
    "nothing-told": Balances([replace(OPENROUTER, quotas=[], spent=[])]),
    "first-time": Balances([KIMI]),
    "nothing-spent": Balances([provider([dollars("5.50")], [(48, dollars("5.50"))])]),
    "debt": Balances(
        [
            provider(
                [dollars("-2", ("cash", "0"), ("owed", "-2"), is_usable=False)],
                [(48, dollars("10", ("cash", "10")))],
                "MiniMax",
            )
        ]
    ),
    "used-up": Balances([provider([dollars("0", is_usable=False)], [(48, dollars("3"))], "Kimi")]),
    "refused": Balances([provider([yuan("8.20", "0", is_usable=False)])]),
    "hours-left": Balances([provider([yuan("0", "2")], [(36, yuan("0", "20"))])]),
    "years-left": Balances([provider([yuan("0", "2000")], [(36, yuan("0", "2001"))])]),
}
