"""Reconciliations with invented figures, for the goldens and the documents."""

from __future__ import annotations

from datetime import UTC
from datetime import date
from decimal import Decimal

from token_tracker.ledger.bills import day_number
from token_tracker.ledger.reconciling import Counted
from token_tracker.ledger.reconciling import HostTotal
from token_tracker.model import PICO
from token_tracker.model import CostBasis
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.model import Tokens
from token_tracker.period import Period
from token_tracker.period import to_ms
from token_tracker.reports.figures import Cost
from token_tracker.reports.reconcile import BALANCE
from token_tracker.reports.reconcile import BILL
from token_tracker.reports.reconcile import NOTHING as BESIDE_NOTHING
from token_tracker.reports.reconcile import Counts
from token_tracker.reports.reconcile import Difference
from token_tracker.reports.reconcile import Reconciled
from token_tracker.reports.reconcile import Reconciliation
from token_tracker.reports.reconcile import Sides
from token_tracker.reports.reconcile import totals_of

from .reports import NOTHING
from .reports import NOW
from .reports import READ_NOW
from .reports import SHANGHAI
from .reports import figures
from .reports import plan
from .reports import usd

DAYS = Period(date(2026, 10, 23), date(2026, 11, 22), UTC, "UTC")
ASKED = Period(date(2026, 10, 24), date(2026, 11, 22), SHANGHAI, "Asia/Shanghai")
FIRST, LAST = day_number(DAYS.first), day_number(DAYS.last)


def sides(currency: str, *amounts: str) -> Sides:
    return Sides(currency, *map(Decimal, amounts))


def provider(name: str, beside: str, *both: Sides, **changed: object) -> Reconciled:
    values: dict[str, object] = {
        "days": 28 * (beside == BILL),
        "first_ms": to_ms(NOW) - 20 * 86_400_000 if beside == BALANCE else 0,
        "end_ms": to_ms(NOW) if beside == BALANCE else 0,
        "open_days": [(LAST - 2, LAST)] if beside == BILL else (),
        "counts": None,
        "logs": NOTHING,
        "outside": NOTHING,
        "plan": NOTHING,
        **changed,
    }
    return Reconciled(name, beside, sides=both, **values)  # type: ignore[arg-type]  # the fields of a dataclass


def reconciliation(*providers: Reconciled, **changed: object) -> Reconciliation:
    values: dict[str, object] = {
        "period": DAYS,
        "asked": ASKED,
        "differences": [],
        "hosts": [],
        "problems": [],
        "freshness": [READ_NOW],
        **changed,
    }
    totals = totals_of([one for one in providers if one.beside == BILL])
    return Reconciliation(totals=totals, providers=providers, **values)  # type: ignore[arg-type]  # as above


def difference(name: str, model: str, billed: str, computed: str | None, currency: str = "USD") -> Difference:
    own = None if computed is None else Decimal(computed)
    return Difference("openai" if currency == "USD" else "kimi", model, name, currency, Decimal(billed), own)


YUAN = figures(
    57,
    Tokens(120_000, 1_900_000, 0, 0, 42_000),
    Cost({"CNY": {CostBasis.COMPUTED: Decimal(8)}}, {}, 0, ()),
)
LOGS = figures(96, Tokens(610_000, 1_900_000, 0, 0, 70_500, 33_000), usd("61.255"))

BUSY = reconciliation(
    provider(
        "openai",
        BILL,
        sides("USD", "80.20", "58.004", "24.696", "-2.5", "61.255", "4.251", "1"),
        counts=Counts(28, Counted(Tokens(820_000, 2_400_000, 0, 0, 91_000, 40_000), 131), LOGS),
        logs=LOGS,
        outside=figures(4, Tokens(21_000, 60_000, 0, 0, 2_200), usd("0.27")),
        plan=figures(7, Tokens(9_000, 0, 0, 0, 300), plan("1.5")),
    ),
    provider(
        "anthropic",
        BILL,
        sides("USD", "43.25", "43.25", "0", "0", "43.25", "0"),
        counts=Counts(28, Counted(Tokens(9_000, 800_000, 0, 0, 9_100), None), LOGS),
        logs=LOGS,
        open_days=[(FIRST, FIRST), (FIRST + 3, FIRST + 3), (FIRST + 5, FIRST + 6), (LAST, LAST)],
    ),
    provider(
        "deepseek",
        BALANCE,
        sides("CNY", "12", "11.1", "0.9", "0", "11.1", "0"),
        logs=YUAN,
        outside=YUAN,
    ),
    provider("xai", BESIDE_NOTHING, outside=figures(3, Tokens(9_000, 0, 0, 0, 900), usd("0.0405"))),
    differences=[
        difference("GPT-5 Codex", "gpt-5-codex", "60.2", "42"),
        difference("GPT-5", "gpt-5", "14.75", "19.001"),
        difference("", "in-house", "3.5", None),
        difference("", "", "2.75", "0"),
    ],
    hosts=[HostTotal("opencode", 40, 331 * PICO // 100, 33 * PICO // 10)],
    problems=[Problem("bill-whole-organisation", Severity.NOTE, "", 1, "openai")],
)
EMPTY_BILLS = reconciliation(
    provider("openai", BILL, sides("USD", "0", "0", "0", "0", "0.45", "0.45"), open_days=()),
    provider("anthropic", BILL, open_days=()),
    asked=None,
)
ONLY_LOGS = reconciliation(
    provider("anthropic", BESIDE_NOTHING, outside=LOGS),
    provider("", BESIDE_NOTHING, outside=YUAN),
    asked=None,
)
CURRENCIES = reconciliation(
    provider("openai", BILL, sides("USD", "80.20", "58", "22.2", "0", "58", "0"), open_days=()),
    provider(
        "kimi",
        BILL,
        sides("CNY", "50", "20", "30", "0", "20.004", "0.004"),
        sides("USD", "0", "0", "0", "0", "3", "0", "0", "3"),
        open_days=(),
    ),
    asked=None,
    differences=[
        difference("Kimi K2", "kimi-k2", "50", "20.004", "CNY"),
        difference("GPT-5 Codex", "gpt-5-codex", "80.2", "58"),
    ],
)
BALANCES = reconciliation(
    provider("deepseek", BALANCE, sides("CNY", "12", "11.1", "0.9", "0", "11.1", "0")),
    provider(
        "kimi",
        BALANCE,
        sides("CNY", "3", "3", "0", "0", "4", "1"),
        sides("USD", "1", "0", "1", "0", "0", "0"),
    ),
)
UNTOUCHED_BALANCE = reconciliation(
    provider("deepseek", BALANCE, sides("CNY", "0", "0", "0", "0", "11.1", "11.1"))
)
NO_USAGE = reconciliation(asked=None, freshness=[])

RECONCILIATIONS = {
    "busy": BUSY,
    "nothing-billed": EMPTY_BILLS,
    "only-logs": ONLY_LOGS,
    "currencies": CURRENCIES,
    "balances": BALANCES,
    "untouched-balance": UNTOUCHED_BALANCE,
    "nothing": NO_USAGE,
}
