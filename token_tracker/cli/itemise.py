"""Commands that take a figure apart: `bill`, `explain`."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from typing import Annotated

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import in_period
from token_tracker.cli.account import open_account
from token_tracker.cli.bill_notes import bill_problems
from token_tracker.cli.conversion import with_conversion
from token_tracker.cli.options import Scope
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.ledger import queries
from token_tracker.ledger.bills import day_of_number
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.records import records_by_id
from token_tracker.ledger.records import service_of
from token_tracker.ledger.records import shadowed_records
from token_tracker.ledger.settling import facts_of
from token_tracker.ledger.settling import model_key
from token_tracker.model import CostBasis
from token_tracker.model import Service
from token_tracker.period import DAY_MS
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.period import local_day
from token_tracker.pricer import CardPricer
from token_tracker.reports import bill as bills
from token_tracker.reports import explain as explanations
from token_tracker.reports.bill_addends import BILL_GRAIN
from token_tracker.reports.bill_addends import BillAddend
from token_tracker.reports.bill_addends import BilledItem
from token_tracker.reports.bill_addends import bill_addends

Where = Mapping[str, list[str]]
SUBJECT = Annotated[
    str,
    typer.Argument(
        metavar="[EVENT|DATE|MODEL]", help="An event's id, a day or span, or a model; without it, today."
    ),
]


@dataclass(frozen=True, slots=True)
class BillScope(Scope):
    """What `bill` takes."""

    by: Annotated[
        str,
        typer.Option(
            "--by",
            help="Rows by model, provider, project, session, skill, agent, source, initiator, task or hour;"
            " several with commas.",
        ),
    ] = "model"


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    app.command(name)({"bill": bill, "explain": explain}[name])


@takes(BillScope)
def bill(options: BillScope) -> int:
    """The itemised bill; its rows add up to the total.

    Examples:
      token-tracker bill --by model,project
      token-tracker bill --date last-week --by hour
    """
    session = start(options, options.tz, options.currency)
    by = bill_dimensions(options.by)
    with open_account(session, not options.no_sync) as account:
        report = build_bill(account, account.period(options), by, account.filters(options))
        return reply(session, options, "bill", report, report.period, report.problems)


@takes(Scope, subject=(SUBJECT, ""))
def explain(options: Scope, subject: str) -> int:
    """Where a figure comes from: addends, prices, log lines.

    The lines that begin with a number add up with `bc`.

    Examples:
      token-tracker explain 2026-10-05
      token-tracker explain claude-sonnet-4-5 --date yesterday
    """
    session = start(options, options.tz, options.currency)
    with open_account(session, not options.no_sync) as account:
        report = build_explanation(account, options, subject)
        return reply(session, options, "explain", report, report.period, report.problems)


def build_bill(account: Account, period: Period, by: list[str], where: Mapping[str, list[str]]) -> bills.Bill:
    """Ask the ledger for a bill of `period`."""
    usage = account.usage(period, bills.grain_of(by), where)
    used = sorted({int(key[0]) for key in usage.grouped("rate")})
    rates = queries.rates(account.ledger, used)
    report = bills.build_bill(
        period, by, usage, rates, account.names(), account.problems_of(period, where), account.freshness()
    )
    return with_conversion(account, report, report.total.cost)


def build_explanation(account: Account, options: Scope, subject: str) -> explanations.Explanation:
    """Ask the ledger for the events behind an id, a day or a model.

    Raises:
        CommandLineError: nothing of this name exists.
    """
    where = account.filters(options)
    if _is_event_id(subject):
        return _explain_event(account, subject.lower(), where)
    if subject and (models := account.models_named(subject)):
        period = account.period(options)
        return _explanation(account, period, ("model", subject), {**where, "model": models})
    period = _period_of_subject(account, options, subject)
    days = [period.first.isoformat(), period.last.isoformat()]
    return _explanation(account, period, ("date", "..".join(dict.fromkeys(days))), where)


def bill_dimensions(text: str) -> list[str]:
    """Read `--by`.

    Raises:
        CommandLineError: a name that is no dimension.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in bills.DIMENSIONS:
            raise CommandLineError("by_unknown", given=name, known=", ".join(bills.DIMENSIONS))
    return list(dict.fromkeys(names)) or ["model"]


def line_finder(events: Sequence[queries.StoredEvent]) -> Callable[[str, int], int | None]:
    """Give a function from file and offset of these events to line number; None where the file is gone."""
    from token_tracker.sources._places import lines_of

    places: dict[str, list[int]] = {}
    for stored in events:
        if stored.event.origin.source == MANUAL:
            continue
        places.setdefault(stored.event.place.path, []).append(stored.event.place.offset)
    lines = {path: lines_of(path, offsets) for path, offsets in places.items()}
    return lambda path, offset: lines.get(path, {}).get(offset)


def _explain_event(account: Account, event_id: str, where: Where) -> explanations.Explanation:
    explanation = _explanation(account, None, (explanations.EVENT, event_id), where, bytes.fromhex(event_id))
    if not explanation.addends:
        raise CommandLineError("event_unknown", given=event_id)
    zone = account.session.zone
    day = day_of(explanation.addends[0].stored.event.at_ms, zone.zone)
    found = replace(explanation, period=local_day(day, zone.zone, zone.name))
    [addend] = found.addends
    if addend.lane == explanations.BILLED:
        found = replace(found, bills=_bills_of_event(account, addend.stored))
    return found


def _bills_of_event(account: Account, stored: queries.StoredEvent) -> list[BillAddend]:
    """Give what was billed for the model of an event on its UTC day."""
    day = stored.event.at_ms // DAY_MS
    period = Period(day_of_number(day), day_of_number(day), UTC, "UTC")
    rows, items = _billed(account, period, {"provider": [stored.provider]})
    key = model_key(stored.name, stored.event.service.model)
    own = [row for row in rows if model_key(str(row.key[3]), str(row.key[2])) == key]
    return bill_addends(own, items)


def _billed(
    account: Account, period: Period, where: Where
) -> tuple[list[queries.UsageRow], list[BilledItem]]:
    """Give what bills and balances add in a period, and the lines of these bills of whole UTC days."""
    bounds = (period.start_ms, period.end_ms)
    rows = [
        in_period(row, period) for row in queries.usage_by_bills(account.ledger, *bounds, BILL_GRAIN, where)
    ]
    if not any(row.basis == CostBasis.BILLED for row in rows):
        return rows, []
    from token_tracker.ledger.reconciling import billed_items

    pricer = CardPricer(account.session.prices)
    days = [int(row.key[0]) for row in rows]
    found = billed_items(account.ledger, min(days), max(days))
    keys = {
        (provider, model): model_key(facts_of(pricer, Service(provider, model)).name, model) if model else ""
        for provider, model in {(one.provider, one.model) for one in found}
    }
    return rows, [
        BilledItem(one.day, one.provider, keys[one.provider, one.model], one.item, one.currency, one.amount)
        for one in found
    ]


def _explanation(
    account: Account,
    period: Period | None,
    subject: tuple[str, str],
    where: Where,
    event_id: bytes | None = None,
) -> explanations.Explanation:
    bounds = (period.start_ms, period.end_ms) if period else (0, 0)
    events = queries.events(account.ledger, *bounds, where, event_id)
    plans = account.session.settings.plans
    by_hand = [stored.event.id for stored in events if stored.event.origin.source == MANUAL]
    found = records_by_id(account.ledger, by_hand) if by_hand else {}
    rows, items = _billed(account, period, where) if period else ([], [])
    return explanations.build_explanation(
        period,
        *subject,
        events,
        plans,
        account.names(),
        line_finder(events),
        [
            *(bill_problems(account.ledger, account.session, period, where) if rows and period else ()),
            *account.problems(),
        ],
        account.freshness(),
        {identity: record.notes for identity, record in found.items()},
        shadowed_records(
            account.ledger,
            *bounds,
            where,
            lambda record: CardPricer(account.session.prices).describe(service_of(record), "").provider,
        ),
        rows,
        items,
    )


def _period_of_subject(account: Account, options: Scope, subject: str) -> Period:
    """Read a subject that is neither an event nor a model: days.

    Raises:
        CommandLineError: it is no date either, or other days were asked for as well.
    """
    if not subject:
        return account.period(options)
    try:
        period = account.period(replace(options, date=subject, since=None, until=None))
    except CommandLineError as error:
        if error.code != "date_not_understood":
            raise
        from difflib import get_close_matches

        known = queries.values_of(account.ledger, "model")
        near = get_close_matches(subject, known, 5, 0.3) or known[:10]
        raise CommandLineError("subject_unknown", given=subject, known=", ".join(near)) from None
    if (options.date, options.since, options.until) != (None, None, None):
        raise CommandLineError("date_conflict")
    return period


def _is_event_id(text: str) -> bool:
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text.lower())
