"""What a report's total comes to in the currency that is shown first, by a dated rate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from typing import TypeVar

from token_tracker.cli.account import Account
from token_tracker.period import day_of
from token_tracker.reports.figures import Cost

if TYPE_CHECKING:
    from token_tracker.exchange import Conversion
    from token_tracker.reports.bill import Bill
    from token_tracker.reports.digest import Digest
    from token_tracker.reports.overview import Overview
    from token_tracker.reports.spans import Span
    from token_tracker.reports.summary import Summary

Report = TypeVar("Report", "Summary", "Bill", "Span", "Overview", "Digest")


def with_conversion(account: Account, report: Report, cost: Cost) -> Report:
    """Add to a report what its cost comes to in one currency, or which rate is missing for that.

    Nothing is added where all of it is in that currency; nor where it is all in another and
    nobody asked for this one. The rates are those of the last day of the report's period, or of
    today where that is still to come.
    """
    session = account.session
    amounts = {currency: amount for currency in cost.amounts if (amount := cost.amount(currency))}
    if not amounts.keys() - {session.currency}:
        return report
    if len(amounts) == 1 and not session.currency_is_asked:
        return report
    from token_tracker.exchange import conversion_on
    from token_tracker.exchange import exchange_problems

    day = min(report.period.last, day_of(session.clock.now_ms, report.period.zone))
    conversion: Conversion = conversion_on(account.ledger, amounts, session.currency, day)
    return replace(
        report,
        converted=None if conversion.missing else conversion,
        problems=[*exchange_problems(conversion), *report.problems],
    )
