"""Two copies of the program share one ledger: the newest prices stay in force."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest

from token_tracker.ledger.posting import Poster
from token_tracker.ledger.priced import price_reading
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.pricer import CardPricer
from token_tracker.pricing import card as card_module
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import set_override
from token_tracker.pricing.section import DATA
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading

from .expected_money import at
from .expected_money import pico

NOON = at("2026-11-20T12:00:00")
OPUS, HAIKU = "claude-opus-4-8", "claude-haiku-4-5"
OPUS_ROW = '"id":"claude-opus-4-8","name":"Claude Opus 4.8"'


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path, datetime(2026, 11, 20, 12, tzinfo=UTC), busy_s=5)
    yield opened
    opened.close()


class Program:
    """One copy of the program; every copy has its own price files, and all share the user's."""

    def __init__(self, ledger: Ledger, home: Path, name: str, edition: str, card: RateCard) -> None:
        self.pricer = CardPricer(home)
        self.pricer.__dict__.update(signature=name, edition=edition, card=card)
        self._ledger = ledger

    @property
    def poster(self) -> Poster:
        """A poster as a new run of the program has it."""
        return Poster(self._ledger, self.pricer, lambda cwd: cwd, NOON)

    def sync(self, *models: str, number: int = 0) -> int:
        """Re-price what has to be, then post an event of each model; give how many were re-priced."""
        poster = self.poster
        changed = poster.reprice()
        events = [event(model, number) for model in models]
        path = f"/log-{number}"
        reading = Reading(Cursor(FileState(path, 1, 2, 3, 4), 3, b""), True, 3, events, [], {})
        poster.post([price_reading("agent", "anthropic", reading, self.pricer)])
        return changed


def event(model: str, number: int) -> UsageEvent:
    """Give an event of one million tokens."""
    identity = f"{model}{number}".encode()[-16:].rjust(16)
    tokens = Tokens(input=10**6)
    service = Service("anthropic", model)
    return UsageEvent(
        identity, NOON, NOON, service, Origin("agent"), tokens, 0, False, False, None,
        Place(f"/log-{number}", 0),
    )  # fmt: skip


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    return tmp_path / "prices"


@pytest.fixture
def older(ledger: Ledger, prices: Path) -> Program:
    return Program(ledger, prices, "older", "2026-11-22 0.9.0", RateCard.load())


@pytest.fixture
def newer(ledger: Ledger, prices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Give a program whose table has another price of Opus."""
    return Program(ledger, prices, "newer", "2026-12-01 0.8.0", dearer_opus(tmp_path, monkeypatch))


def dearer_opus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: Path | None = None) -> RateCard:
    """Load a card on which a million tokens of Opus cost 6 dollars, not 5."""
    folder = tmp_path / "newer"
    folder.mkdir(exist_ok=True)
    text = (DATA / "genai_prices.json").read_text(encoding="utf-8")
    before, after = text.split(OPUS_ROW)
    changed = before + OPUS_ROW + after.replace('"input":"5"', '"input":"6"', 1)
    (folder / "genai_prices.json").write_text(changed, encoding="utf-8")
    for name in ("vendor_prices.json", "overlay.json"):
        (folder / name).write_bytes((DATA / name).read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(card_module, "DATA", folder)
        return RateCard.load(own)


def costs(ledger: Ledger) -> Sequence[int]:
    """Give every amount, in the order of posting."""
    return [row[0] for row in ledger.connection.execute("SELECT cost_pico FROM event ORDER BY number")]


FIVE, SIX, ONE = (pico((10**6, price)) for price in ("5", "6", "1"))


def test_a_newer_program_prices_the_figures_of_an_older_one_again(
    ledger: Ledger, older: Program, newer: Program
) -> None:
    older.sync(OPUS, HAIKU)
    changed = newer.sync()
    assert (changed, costs(ledger)) == (1, [SIX, ONE])


def test_an_older_program_leaves_the_figures_of_a_newer_one_alone(
    ledger: Ledger, older: Program, newer: Program
) -> None:
    newer.sync(OPUS, HAIKU)
    older_saw = older.poster.prices_changed()
    changed = older.sync()
    assert (older_saw, changed, costs(ledger)) == (False, 0, [SIX, ONE])


def test_what_an_older_program_reads_is_priced_again_by_the_newer_one(
    ledger: Ledger, older: Program, newer: Program
) -> None:
    newer.sync(OPUS)
    older.sync(OPUS, HAIKU, number=1)
    meanwhile = costs(ledger)
    newer_saw = newer.poster.prices_changed()
    changed = newer.sync()
    assert (meanwhile, newer_saw, changed, costs(ledger)) == ([SIX, FIVE, ONE], True, 1, [SIX, SIX, ONE])


def test_two_programs_that_run_in_turn_come_to_rest(ledger: Ledger, older: Program, newer: Program) -> None:
    older.sync(OPUS)
    newer.sync(OPUS, number=1)
    seen = [program.poster.prices_changed() for program in (older, newer, older, newer)]
    assert (seen, costs(ledger)) == ([False, False, False, False], [SIX, SIX])


def test_a_service_that_only_the_older_program_has_read_is_priced_again_too(
    ledger: Ledger, older: Program, newer: Program
) -> None:
    newer.sync(HAIKU)
    older.sync(OPUS, number=1)
    newer.sync()
    assert costs(ledger) == [ONE, SIX]


def test_an_own_price_counts_in_an_older_program_too(
    ledger: Ledger, newer: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = tmp_path / "prices"
    newer.sync(OPUS, HAIKU)
    set_override(prices, Override("anthropic", HAIKU, {"input": "0.5"}))
    again = Program(ledger, prices, "older", "2026-11-22 0.9.0", RateCard.load(prices))
    changed = again.sync()
    meanwhile = costs(ledger)
    newest = Program(
        ledger, prices, "newer", "2026-12-01 0.8.0", dearer_opus(tmp_path, monkeypatch, own=prices)
    )
    newest.sync()
    rest = [program.poster.prices_changed() for program in (again, newest)]
    half = pico((10**6, "0.5"))
    assert (changed, meanwhile, costs(ledger)) == (2, [FIVE, half], [SIX, half])
    assert rest == [False, False]


@pytest.mark.parametrize(
    ("edition", "is_used"),
    [
        ("2026-11-22 0.8.9", False),
        ("2026-11-22 0.9.0", True),
        ("2026-11-22 0.10.0", True),
        ("2026-11-21 1.0.0", False),
        ("2026-11-23 0.1.0", True),
    ],
)
def test_of_two_tables_of_one_day_that_of_the_newer_version_is_used(
    ledger: Ledger, older: Program, prices: Path, edition: str, is_used: bool
) -> None:
    older.sync(OPUS)
    other = Program(ledger, prices, "other", edition, RateCard.load())
    assert other.poster.prices_changed() is is_used


def test_the_same_files_are_not_compared_again(ledger: Ledger, older: Program) -> None:
    older.sync(OPUS)
    assert older.poster.prices_changed() is False


def test_a_new_ledger_is_by_no_prices_yet(older: Program) -> None:
    assert older.poster.prices_changed() is True
