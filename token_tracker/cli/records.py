"""Commands that record usage by hand: `record-session`, `log`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from typing import Annotated
from typing import NamedTuple

import typer

from token_tracker.cli.account import read_new_lines
from token_tracker.cli.account import running_session
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.ledger import queries
from token_tracker.ledger.posting import horizon_ms
from token_tracker.ledger.records import Record
from token_tracker.ledger.records import RecordBook
from token_tracker.ledger.records import RecordKind
from token_tracker.ledger.records import record_id
from token_tracker.ledger.records import service_of
from token_tracker.ledger.records import totals_of_session
from token_tracker.ledger.rows import LARGEST_PICO
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_to_write
from token_tracker.model import PICO
from token_tracker.model import Charge
from token_tracker.model import Money
from token_tracker.model import Tokens
from token_tracker.period import day_of
from token_tracker.period import day_start
from token_tracker.period import to_ms
from token_tracker.pricer import CardPricer
from token_tracker.recording import book_on
from token_tracker.reports.explain import figures_of
from token_tracker.reports.records import Recorded
from token_tracker.sources import all_sources

LARGEST_COUNT = 10**10
"""At $900 for a million of them the amount still fits into a row of the ledger."""
LONGEST_NAME = 200
LONGEST_NOTES = 2000
_COUNT = r"-?(\d+|\d{1,3}(,\d{3})+|\d{1,3}(_\d{3})+)"
"""A whole number; a comma or a low line only before each three digits: 1,5 may mean one and a half."""


@dataclass(frozen=True, slots=True)
class When(Common):
    """What every record takes."""

    date: Annotated[str | None, typer.Option("--date", help="The day it was used on; without it, now.")] = (
        None
    )
    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of the day.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals(When):
    """What `record-session` takes."""

    model: Annotated[str, typer.Option("--model", help="Id of the model.")]
    tokens_in: Annotated[str, typer.Option("--tokens-in", help="Input tokens of the session so far.")]
    tokens_out: Annotated[str, typer.Option("--tokens-out", help="Output tokens of the session so far.")]
    cost: Annotated[
        str | None,
        typer.Option("--cost", help="What it cost so far; without it, it is computed from list prices."),
    ] = None
    session: Annotated[
        str | None, typer.Option("--session", help="Its name; without it, the session the host names.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(When):
    """What `log` takes."""

    session: Annotated[str, typer.Option("--session", help="Name of the session.")]
    model: Annotated[str, typer.Option("--model", help="Id of the model.")]
    input_tokens: Annotated[str, typer.Option("--input-tokens", help="Input tokens to add.")]
    output_tokens: Annotated[str, typer.Option("--output-tokens", help="Output tokens to add.")] = "0"
    notes: Annotated[str, typer.Option("--notes", help="A remark, kept beside the entry.")] = ""
    task: Annotated[str, typer.Option("--task", help="Kind of work, for `bill --by task`.")] = ""
    replace: Annotated[
        bool, typer.Option("--replace", help="Instead of this session's entries of the day.")
    ] = False


class Day(NamedTuple):
    """The local day that a record is for, in UTC milliseconds; `at_ms` dates the record."""

    day: date
    from_ms: int
    to_ms: int
    at_ms: int


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    app.command(name)({"record-session": record_session, "log": log}[name])


@takes(Totals)
def record_session(options: Totals) -> int:
    """Record what a session used so far, where no log does.

    A later call replaces it. It does not count where the agent's own log covers the session.

    Examples:
      token-tracker record-session --model claude-sonnet-4-5 --tokens-in 12000 --tokens-out 3000
      token-tracker record-session --model gpt-5 --tokens-in 900 --tokens-out 80 --cost 0.02 --session shop
    """
    session = start(options, options.tz)
    model = checked_name("--model", options.model)
    counts = Tokens(
        input=checked_count("--tokens-in", options.tokens_in),
        output=checked_count("--tokens-out", options.tokens_out),
    )
    charge = checked_charge(options.cost, session.currency)
    day = day_of_record(session, options.date)
    host, running = running_session(session)
    name = checked_name("--session", running if options.session is None else options.session, empty=True)
    name = name or f"unnamed:{day.day.isoformat()}:{model}"
    record = Record(
        record_id("session", name, day.day.isoformat()),
        RecordKind.SESSION,
        name,
        day.day.isoformat(),
        *day[1:],
        host if options.session in (None, running) else "",
        "",
        model,
        "",
        "",
        counts,
        charge,
    )
    with open_book(session) as (ledger, book, pricer):
        refuse_purged(ledger, day, session)
        had = bool(totals_of_session(ledger, name))
        kept = book.replace_session(record)
        report = recorded(ledger, pricer, kept._replace(tokens=counts), session, had)
        return reply(session, options, "record-session", report, None, [])


@takes(Entry)
def log(options: Entry) -> int:
    """Add usage that no log holds; it always counts.

    Examples:
      token-tracker log --session refactor --model claude-sonnet-4-5 --input-tokens 12000 --output-tokens 3000
      token-tracker log --session refactor --model gpt-5 --input-tokens 500 --task review --replace
    """
    session = start(options, options.tz)
    day = day_of_record(session, options.date)
    record = Record(
        os.urandom(16),
        RecordKind.ENTRY,
        checked_name("--session", options.session),
        day.day.isoformat(),
        *day[1:],
        "",
        "",
        checked_name("--model", options.model),
        checked_name("--task", options.task, empty=True),
        checked_notes(options.notes),
        Tokens(
            input=checked_count("--input-tokens", options.input_tokens),
            output=checked_count("--output-tokens", options.output_tokens),
        ),
        None,
    )
    with open_book(session) as (ledger, book, pricer):
        refuse_purged(ledger, day, session)
        had = options.replace and book.has_entry(record.session, record.day)
        [kept] = book.add([record], replacing=options.replace)
        report = recorded(ledger, pricer, kept, session, had)
        return reply(session, options, "log", report, None, [])


@contextmanager
def open_book(session: Session) -> Iterator[tuple[Ledger, RecordBook, CardPricer]]:
    """Open the ledger to record into it, after reading new log lines: they may cover a record.

    Raises:
        StorageError, LedgerBusyError, LedgerDamagedError: as for `open_to_write`.
    """
    ledger = open_to_write(session.home, session.clock.now)
    try:
        read_new_lines(session, ledger)
        yield (ledger, *book_on(ledger, session.prices, session.clock.now_ms))
    finally:
        ledger.close()


def refuse_purged(ledger: Ledger, day: Day, session: Session) -> None:
    """Refuse a day whose usage is gone for ever: a record of it would count nowhere.

    Raises:
        CommandLineError: it was purged.
    """
    horizon = horizon_ms(ledger.connection)
    if horizon is not None and day.at_ms < horizon:
        before = day_of(horizon, session.zone.zone)
        raise CommandLineError("day_purged", day=day.day.isoformat(), before=before.isoformat())


def recorded(
    ledger: Ledger, pricer: CardPricer, record: Record, session: Session, replaced: bool
) -> Recorded:
    """Say what a record costs and whether it counts."""
    plans = session.settings.plans
    where = {"session": [record.session], "source": ["manual"]}
    figures = figures_of(queries.events(ledger, 0, 0, None, record.id), plans)
    events = queries.events(ledger, 0, _ALWAYS_MS, where)
    if record.kind == RecordKind.SESSION:
        totals = {one.id for one in totals_of_session(ledger, record.session)}
        figures = figures_of([stored for stored in events if stored.event.id in totals], plans)
    names = {source.id: source.name for source in all_sources()}
    facts = pricer.describe(service_of(record), "")
    return Recorded(
        record,
        facts.name,
        facts.provider,
        figures,
        figures_of(events, plans),
        names.get(record.covered_by, record.covered_by),
        pricer.card.nearest(record.model) if figures.cost.unpriced_models else [],
        replaced,
    )


def day_of_record(session: Session, text: str | None) -> Day:
    """Give the day to record for: now is on today, another day is dated at its noon.

    Raises:
        CommandLineError: no day, or one in the future.
    """
    zone = session.zone.zone
    today = day_of(session.clock.now_ms, zone)
    if text is None:
        day = today
    else:
        from token_tracker.cli.dates import parse_day

        day = parse_day(text, today)
    from_ms = to_ms(day_start(day, zone))
    end_ms = to_ms(day_start(day + timedelta(days=1), zone)) - 1
    if day == today:
        return Day(day, from_ms, session.clock.now_ms, session.clock.now_ms)
    return Day(day, from_ms, end_ms, (from_ms + end_ms) // 2)


def checked_name(option: str, text: str, empty: bool = False) -> str:
    """Give a name that fits on one line.

    Raises:
        CommandLineError: empty where that is not allowed, too long, or with control characters.
    """
    name = text.strip()
    if (not name and not empty) or len(name) > LONGEST_NAME or not name.isprintable():
        raise CommandLineError("name_invalid", option=option, given=_shown(text), longest=str(LONGEST_NAME))
    return name


def checked_notes(text: str) -> str:
    """Give notes as one line.

    Raises:
        CommandLineError: too long, or with control characters other than line ends.
    """
    notes = " ".join(text.split())
    if len(notes) > LONGEST_NOTES or not notes.isprintable():
        raise CommandLineError(
            "name_invalid", option="--notes", given=_shown(text), longest=str(LONGEST_NOTES)
        )
    return notes


def checked_count(option: str, text: str) -> int:
    """Read a number of tokens, such as 12000 or 12,000.

    Raises:
        CommandLineError: negative, too large, or no whole number.
    """
    given = text.strip()
    digits = given.replace(",", "").replace("_", "")
    number = digits.removeprefix("-")
    if re.fullmatch(_COUNT, given, re.ASCII) is None:
        raise CommandLineError("count_not_understood", option=option, given=_shown(text))
    if digits.startswith("-") and number.strip("0"):
        raise CommandLineError("count_negative", option=option, given=_shown(text))
    if len(number.lstrip("0")) > len(str(LARGEST_COUNT)) or int(number) > LARGEST_COUNT:
        raise CommandLineError(
            "count_too_large", option=option, given=_shown(text), largest=f"{LARGEST_COUNT:,}"
        )
    return int(number)


def checked_charge(text: str | None, currency: str) -> Charge | None:
    """Read what something cost; None where that is not said.

    Raises:
        CommandLineError: as for `parse_cost`.
    """
    if text is None:
        return None
    from token_tracker.cli.amounts import parse_cost

    return charge_of(parse_cost(text, currency))


def charge_of(money: Money) -> Charge:
    """Turn an amount of at most 12 decimals into a charge.

    Raises:
        CommandLineError: more than one row of the ledger holds.
    """
    pico = int(money.amount * PICO)
    if pico > LARGEST_PICO:
        raise CommandLineError(
            "amount_too_large", given=str(money.amount), largest=f"{LARGEST_PICO // PICO:,}"
        )
    return Charge(pico, money.currency)


_ALWAYS_MS = 1 << 49


def _shown(text: str) -> str:
    """Show what was given without what no terminal should get, and not all of something long."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"
