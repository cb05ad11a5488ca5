"""Commands about exchange rates: `rates list`, `rates set`, `rates update`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from typing import Final

import typer

from token_tracker.cli.account import open_account
from token_tracker.cli.amounts import parse_currency
from token_tracker.cli.amounts import parse_rate
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.exchange import RatesReport
from token_tracker.exchange import contradiction
from token_tracker.exchange import conversion_on
from token_tracker.exchange import exchange_problems
from token_tracker.ledger import exchange_rates as kept
from token_tracker.ledger import queries
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_to_write
from token_tracker.model import ExchangeRate
from token_tracker.model import Problem
from token_tracker.period import day_of

ECB_ADDRESS: Final = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml"
"""Source: "XML (last 90 days only)" of the bank's page on reference rates, checked 2026-11-22."""

LARGEST_BYTES: Final = 2 << 20
"""The file of 90 days has less than a tenth of it."""

BASE = Annotated[str, typer.Argument(metavar="BASE", help="The currency of which there is one, as in 1 USD.")]
QUOTE = Annotated[str, typer.Argument(metavar="QUOTE", help="The currency that it is worth so much of.")]
RATE = Annotated[str, typer.Argument(metavar="RATE", help="How much: a decimal number, as in 7.12.")]


@dataclass(frozen=True, slots=True)
class Stated(Common):
    """What `rates set` takes."""

    date: Annotated[
        str | None, typer.Option("--date", help="The first day on which it holds; today unless set.")
    ] = None
    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of today.")] = None


@dataclass(frozen=True, slots=True)
class Fetching(Common):
    """What `rates update` takes."""

    address: Annotated[
        str, typer.Option("--from", metavar="URL", help="Another address of the same kind of file.")
    ] = ECB_ADDRESS


def add(app: typer.Typer, name: str) -> None:
    """Add the group to the app."""
    group = typer.Typer(help="Dated exchange rates, to show amounts in one currency.")
    group.command("list")(list_rates)
    group.command("set")(set_rate)
    group.command("update")(update)
    app.add_typer(group, name=name)


@takes(Common)
def list_rates(options: Common) -> int:
    """The exchange rates that are known, and which are used today.

    Examples:
      token-tracker rates
      token-tracker rates list --json
    """
    session = start(options)
    with open_account(session, sync=False) as account:
        ledger, days = account.ledger, kept.ecb_days(account.ledger)
        newest = [] if days is None else kept.ecb_rates(ledger, days.last)
        report = _report(session, ledger, [*kept.own_rates(ledger), *newest])
        return reply(session, options, "rates list", report, None, [*report.problems, *account.problems()])


@takes(Stated, base=(BASE, ...), quote=(QUOTE, ...), rate=(RATE, ...))
def set_rate(options: Stated, base: str, quote: str, rate: str) -> int:
    """Set a rate of your own: what 1 BASE is worth in QUOTE.

    It holds from its day on until a later one is known; days before keep theirs.

    Examples:
      token-tracker rates set USD CNY 7.12
      token-tracker rates set EUR USD 1.0872 --date 2026-10-01
    """
    session = start(options, options.tz)
    stated = _stated(session, options, base, quote, rate)
    ledger = open_to_write(session.home, session.clock.now)
    try:
        written = kept.put_rates(ledger, [stated], session.clock.now_ms)
        noted = [one for one in kept.own_rates(ledger) if one.rate == stated]
        others = kept.rates_between(ledger, {stated.base, stated.quote}, stated.day)
        report = _report(session, ledger, noted, written, contradiction(stated, others))
    finally:
        ledger.close()
    return reply(session, options, "rates set", report, None, report.problems)


@takes(Fetching)
def update(options: Fetching) -> int:
    """Fetch the European Central Bank's rates of the last 90 days.

    The only thing that is sent is the question for that file.

    Examples:
      token-tracker rates update
      token-tracker rates update --from https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml
    """
    session = start(options)
    ledger = open_to_write(session.home, session.clock.now)
    try:
        rates = _fetched(options.address)
        written = kept.put_rates(ledger, rates, session.clock.now_ms)
        newest = kept.ecb_rates(ledger, max(rate.day for rate in rates))
        report = _report(session, ledger, newest, written)
    finally:
        ledger.close()
    return reply(session, options, "rates update", report, None, report.problems)


def _fetched(address: str) -> list[ExchangeRate]:
    """Fetch rates from an address.

    Raises:
        CommandLineError: it is no address.
        ProviderError, NetworkError: there is no answer, or another than it should be.
    """
    from urllib.parse import urlsplit

    from token_tracker.formats.ecb_rates import read_ecb_rates
    from token_tracker.http import Http
    from token_tracker.http import Limits
    from token_tracker.http import Request

    try:
        host = urlsplit(address).netloc
    except ValueError:
        host = ""
    if not host:
        raise CommandLineError("rates_address_invalid", given=address)
    with Http([host], limits=Limits(answer_bytes=LARGEST_BYTES)) as http:
        answer = http.send(Request("GET", address, {"Accept": "application/xml, text/xml"}))
    return read_ecb_rates(answer.content)


def _stated(session: Session, options: Stated, base: str, quote: str, rate: str) -> ExchangeRate:
    today = day_of(session.clock.now_ms, session.zone.zone)
    day = today if options.date is None else _day(options.date, today)
    codes = parse_currency(base), parse_currency(quote)
    if codes[0] == codes[1]:
        raise CommandLineError("exchange_rate_of_itself", currency=codes[0])
    return ExchangeRate(*codes, parse_rate(rate), day, kept.OWN)


def _day(text: str, today: date) -> date:
    from token_tracker.cli.dates import parse_day  # its patterns take time to compile

    try:
        return parse_day(text, today)
    except CommandLineError as error:
        if error.code != "date_in_future":
            raise
        raise CommandLineError("exchange_rate_in_future", given=text, today=today.isoformat()) from None


def _report(
    session: Session,
    ledger: Ledger,
    rates: Sequence[kept.NotedRate],
    written: kept.Written | None = None,
    problems: Sequence[Problem] = (),
) -> RatesReport:
    """Tell rates, and what the amounts of the ledger are converted with today."""
    today = day_of(session.clock.now_ms, session.zone.zone)
    used = dict.fromkeys(queries.currencies(ledger), Decimal(1))
    in_use = conversion_on(ledger, used, session.currency, today)
    return RatesReport(rates, kept.ecb_days(ledger), in_use, written, [*problems, *exchange_problems(in_use)])
