"""Commands about prices: `prices list`, `show`, `set`, `currency` and `update`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Annotated
from typing import Any
from urllib.parse import urlsplit

import typer

from token_tracker.cli.dates import parse_any_day
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.errors import ProviderError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.paths import refuse_foreign_home
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import choose_currency
from token_tracker.pricing.overrides import set_override
from token_tracker.pricing.rate import PRICE_KINDS
from token_tracker.reports.prices import current_prices
from token_tracker.reports.prices import dated_prices
from token_tracker.reports.prices import own_prices
from token_tracker.reports.prices import price_update

MODEL = Annotated[str, typer.Argument(metavar="MODEL", help="Id of the model.")]
PROVIDER = Annotated[str, typer.Argument(metavar="PROVIDER", help="Who bills you.")]
CURRENCY = Annotated[str, typer.Argument(metavar="CURRENCY", help="What you pay them in.")]


@dataclass(frozen=True, slots=True)
class Listing(Common):
    """What `prices list` takes."""

    provider: Annotated[str | None, typer.Option("--provider", help="Only this provider.")] = None
    model: Annotated[str | None, typer.Option("--model", help="Only this model.")] = None


@dataclass(frozen=True, slots=True)
class Price(Common):
    """What `prices set` takes; prices are decimal numbers per million tokens."""

    provider: Annotated[str | None, typer.Option("--provider", help="Who bills the model.")] = None
    input: Annotated[str | None, typer.Option("--input", help="Uncached input.")] = None
    cache_read: Annotated[str | None, typer.Option("--cache-read")] = None
    cache_write_5m: Annotated[str | None, typer.Option("--cache-write-5m")] = None
    cache_write_1h: Annotated[str | None, typer.Option("--cache-write-1h")] = None
    output: Annotated[str | None, typer.Option("--output", help="Output, reasoning included.")] = None
    web_search: Annotated[str | None, typer.Option("--web-search", help="Per web search.")] = None
    valid_from: Annotated[str | None, typer.Option("--from", help="First day (UTC) on which it holds.")] = (
        None
    )
    currency: Annotated[str, typer.Option("--currency", help="Currency of these prices.")] = "USD"


@dataclass(frozen=True, slots=True)
class Update(Common):
    """What `prices update` takes."""

    source: Annotated[
        str | None,
        typer.Option("--from", metavar="URL|FILE", help="Another address, or a file that was downloaded."),
    ] = None


def add(app: typer.Typer, name: str) -> None:
    """Add the group to the app."""
    group = typer.Typer(help="The price table and prices of your own.")
    group.command("list")(list_prices)
    group.command("show")(show)
    group.command("set")(set_price)
    group.command("currency")(choose)
    group.command("update")(update)
    app.add_typer(group, name=name)


@takes(Listing)
def list_prices(options: Listing) -> int:
    """The current price table.

    Examples:
      token-tracker prices list --provider anthropic
    """
    session = start(options)
    card = RateCard.load(session.prices)
    _refuse_unknown(card, options.provider or "", options.model or "")
    prices = current_prices(card, options.provider or "", options.model or "", session.clock.now_ms)
    return reply(session, options, "prices list", prices, None, [])


@takes(Common, model=(MODEL, ...))
def show(options: Common, model: str) -> int:
    """Every dated price of one model.

    Examples:
      token-tracker prices show claude-sonnet-4-5
    """
    session = start(options)
    card = RateCard.load(session.prices)
    _refuse_unknown(card, "", model)
    return reply(session, options, "prices show", dated_prices(card, model), None, [])


@takes(Price, model=(MODEL, ...))
def set_price(options: Price, model: str) -> int:
    """Set a price of your own; past days before `--from` keep theirs.

    Examples:
      token-tracker prices set my-model --provider openrouter --input 0.5 --output 1.5
    """
    session = start(options)
    refuse_foreign_home(session.home)
    prices = {kind: value for kind in PRICE_KINDS if (value := getattr(options, kind)) is not None}
    provider = options.provider or RateCard.load(session.prices).provider_of(model, "")
    if not provider:
        raise CommandLineError("provider_needed", model=model)
    first = parse_any_day(options.valid_from).isoformat() if options.valid_from else ""
    _save(session.prices, Override(provider, model, prices, first, options.currency.upper()))
    added = own_prices(RateCard.load(session.prices), provider, model, first)
    return reply(session, options, "prices set", added, None, [])


@takes(Common, provider=(PROVIDER, ...), currency=(CURRENCY, ...))
def choose(options: Common, provider: str, currency: str) -> int:
    """Say in which currency a provider bills you, where it has a price list in each.

    Examples:
      token-tracker prices currency deepseek CNY
    """
    session = start(options)
    refuse_foreign_home(session.home)
    card = RateCard.load(session.prices)
    lists = card.price_lists(provider)
    if currency.upper() not in lists:
        raise CommandLineError("currency_not_listed", given=provider, known=", ".join(lists))
    choose_currency(session.prices, card.provider_id(provider), currency.upper())
    prices = current_prices(RateCard.load(session.prices), lists[currency.upper()], "", session.clock.now_ms)
    return reply(session, options, "prices currency", prices, None, [])


@takes(Update)
def update(options: Update) -> int:
    """Fetch the prices that genai-prices publishes; past days keep theirs.

    Examples:
      token-tracker prices update
      token-tracker prices update --from ~/Downloads/data.json
    """
    from token_tracker.pricing.refreshing import ADDRESS
    from token_tracker.pricing.refreshing import refresh

    session = start(options)
    refuse_foreign_home(session.home)
    before = _card_before(session.prices)
    source, parsed = _published(ADDRESS if options.source is None else options.source)
    today = session.clock.now.astimezone(UTC).date().isoformat()
    unreadable = refresh(session.prices, parsed, source, today)
    done = price_update(before, RateCard.load(session.prices), source, today, unreadable)
    return reply(session, options, "prices update", done, None, [])


def _published(source: str) -> tuple[str, Any]:
    """Give a name of the source, and the JSON that is there.

    Raises:
        NetworkError: the address cannot be reached.
        ProviderError: it is not answered, or not with JSON.
        StorageError: the file cannot be read.
    """
    from token_tracker.http import Answer
    from token_tracker.http import Http
    from token_tracker.http import Limits
    from token_tracker.http import Request

    limits = Limits(total_s=60)
    if "://" in source:
        with Http([urlsplit(source).netloc], limits=limits) as http:
            answer = http.send(Request("GET", source))
        return answer.host, answer.json()
    place = Path(source).expanduser()
    try:
        with place.open("rb") as file:
            content = file.read(limits.answer_bytes + 1)
    except OSError as error:
        raise StorageError("file_unusable", path=source, reason=error.strerror or str(error)) from error
    if len(content) > limits.answer_bytes:
        raise ProviderError("answer_too_large", host=place.name)
    return place.name, Answer(200, {}, content, place.name).json()


def _card_before(directory: Path) -> RateCard:
    """Load the card in use; a damaged table is what the update replaces."""
    try:
        return RateCard.load(directory)
    except SettingsError as error:
        if error.code != "price_table_damaged":
            raise
        return RateCard.load()


def _save(directory: Path, price: Override) -> None:
    try:
        set_override(directory, price)
    except SettingsError as error:
        if error.facts["line"] != "0":
            raise
        raise CommandLineError(error.code, **error.facts) from None  # not the file: what was typed


def _refuse_unknown(card: RateCard, provider: str, model: str) -> None:
    if next(card.rows(provider, model), None) is None:
        text = model or provider
        raise CommandLineError("price_unknown", given=text, known=", ".join(card.nearest(text, 5)))
