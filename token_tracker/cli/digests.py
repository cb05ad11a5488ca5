"""Ask the ledger for a short report, and note what it tells: shared by commands and session starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from token_tracker.cli.account import Account
from token_tracker.cli.account import budgets_of
from token_tracker.cli.conversion import with_conversion
from token_tracker.ledger import queries
from token_tracker.ledger.told import note_told
from token_tracker.period import HOLDERS
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.reports import digest
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Usage

UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}
LOOK_BACK_DAYS = {"daily": 7, "weekly": 28, "monthly": 92}
"""How far back a report looks for earlier ones of its kind whose figures have changed since."""


def build_digest(
    account: Account, kind: str, period: Period, where: Mapping[str, list[str]]
) -> digest.Digest:
    """Ask the ledger for a short report of a whole day, week or month."""
    today = day_of(account.session.clock.now_ms, period.zone)
    read = account.usage_in_each(digest.digest_periods(kind, period, today), digest.GRAIN, where)
    report = digest.build_digest(
        kind,
        period,
        today,
        read,
        account.first_day(where),
        account.session.currency,
        account.problems_of(period, where),
        budgets_of(account, period, where),
    )
    return with_conversion(account, report, report.figures.cost)


def told_and_corrected(
    account: Account, report: digest.Digest, *, is_due: bool, is_kept: bool = True
) -> list[digest.Correction]:
    """Note what a report tells, and give which earlier ones of its kind told something else.

    Of a time that is not over only a report that is due is noted: what one that was asked for
    in between lacks is no correction.
    """
    period = report.period

    def amounts_of(start_ms: int, end_ms: int) -> Mapping[str, Decimal]:
        rows = queries.usage(account.ledger, start_ms, end_ms, ("model", "source"))
        usage = Usage(("model", "source"), tuple(rows), account.session.settings.plans)
        return amounts_by_currency(usage.figures().cost)

    changes = note_told(
        account.ledger,
        report.id,
        (period.start_ms, period.end_ms),
        amounts_by_currency(report.figures.cost) if is_due or report.is_over else None,
        period.before(LOOK_BACK_DAYS[report.kind]).start_ms,
        amounts_of,
        is_kept=is_kept,
    )
    return [
        digest.Correction(_told_period(one.report, period), one.currency, one.before, one.now)
        for one in changes
    ]


def _told_period(report: str, asked: Period) -> Period:
    """Give the day, week or month that a report was about, which may have been told in another zone."""
    kind, _, name = report.partition(":")
    first = date.fromisoformat(name + {"daily": "", "weekly": "-1", "monthly": "-01"}[kind])
    return HOLDERS[UNITS[kind]](first, asked.zone, asked.zone_name)


def amounts_by_currency(cost: Cost) -> dict[str, Decimal]:
    """Give what a cost is in each of its currencies."""
    return {currency: cost.amount(currency) for currency in cost.amounts}
