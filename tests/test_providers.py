"""What every provider file is given: pages, units, amounts, and the answer that is not understood."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from token_tracker.errors import SettingsError
from token_tracker.paths import bundled_folder
from token_tracker.providers import MOST_PAGES
from token_tracker.providers import Amount
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Count
from token_tracker.providers import Currency
from token_tracker.providers import Days
from token_tracker.providers import Moment
from token_tracker.providers import ProviderError
from token_tracker.providers import RefusedFile
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Shape
from token_tracker.providers import Tokens
from token_tracker.providers import content_hash
from token_tracker.providers import find_providers
from token_tracker.providers import load_provider
from token_tracker.providers import pages
from token_tracker.providers import understood
from token_tracker.providers import units

FIRST, SECOND, THIRD = (date(2026, 11, day) for day in (18, 19, 20))
RECORD = BilledRecord("brew-1", "brew-1, output", Decimal("0.5"), "USD")
USED = ReportedUsage("brew-1", Tokens(input=3), requests=1)

OWN = """
from token_tracker.providers import KeyCheck, Provider, Region
PROVIDER = Provider(
    id="brewery", name="{name}", regions=(Region("global", "https://api.brewery.example"),),
    key_page="https://brewery.example/keys", headers=lambda key: {{"Authorization": key}},
    check=lambda api: KeyCheck("api", ()),
)
"""


class Page(Shape):
    """A page of some vendor."""

    rows: tuple[int, ...]
    following: str | None


class Money(Shape):
    """Every kind of field that a vendor's answer may hold."""

    amount: Amount = Decimal(0)
    tokens: Count = 0
    currency: Currency = "USD"
    at: Moment = datetime(2026, 11, 22, tzinfo=UTC)


def walk(book: dict[str, Page]) -> Iterator[Page]:
    return pages(lambda cursor: book[cursor], lambda page: (page.following is not None, page.following))


def refused(ask: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(ProviderError) as raised:
        ask()
    facts = {name: fact for name, fact in raised.value.facts.items() if name != "provider"}
    return {"code": raised.value.code, **facts}


def test_pages_are_walked_through_to_the_last() -> None:
    book = {"": Page(rows=(1,), following="b"), "b": Page(rows=(2, 3), following=None)}
    assert [page.rows for page in walk(book)] == [(1,), (2, 3)]


def test_a_cursor_that_comes_again_is_not_followed() -> None:
    book = {"": Page(rows=(1,), following="b"), "b": Page(rows=(2,), following="b")}
    assert refused(lambda: list(walk(book))) == {"code": "paging_broken", "reason": "repeated"}


def test_more_without_a_cursor_is_an_error() -> None:
    book = {"": Page(rows=(1,), following="")}
    assert refused(lambda: list(walk(book))) == {"code": "paging_broken", "reason": "missing"}


def test_pages_without_an_end_are_left() -> None:
    asked: list[str] = []

    def page_at(cursor: str) -> Page:
        asked.append(cursor)
        return Page(rows=(), following=str(len(asked)))

    endless = pages(page_at, lambda page: (True, page.following))
    assert refused(lambda: list(endless)) == {"code": "paging_broken", "reason": "endless"}
    assert len(asked) == MOST_PAGES


def test_every_day_has_a_unit_and_other_days_have_none() -> None:
    billed = [(THIRD, RECORD), (FIRST, RECORD), (date(2026, 11, 17), RECORD)]
    usage = [(FIRST, USED)]
    assert list(units("costs", Days(FIRST, THIRD), billed=billed, usage=usage, refreshed_at_ms=7)) == [
        BillUnit("costs", FIRST, (RECORD,), (USED,), 7),
        BillUnit("costs", SECOND, (), (), 7),
        BillUnit("costs", THIRD, (RECORD,), (), 7),
    ]


def test_a_report_without_money_has_none_and_not_zero() -> None:
    assert list(units("usage", Days(FIRST, FIRST), usage=[])) == [BillUnit("usage", FIRST, None, ())]


def test_no_unit_is_given_before_all_records_came() -> None:
    def records() -> Iterator[tuple[date, BilledRecord]]:
        yield FIRST, RECORD
        raise ProviderError("provider_failing")

    given: list[BillUnit] = []
    assert refused(lambda: given.extend(units("costs", Days(FIRST, SECOND), billed=records()))) == {
        "code": "provider_failing"
    }
    assert given == []


@pytest.mark.parametrize(
    "money", ["0.123456789012345678901234567891", "-3", 5, Decimal("0.07"), "1E-30", "999999999999.99", 0]
)
def test_money_stays_as_it_was_sent(money: Any) -> None:
    amount = understood(Money, {"amount": money}).amount
    assert (amount, str(amount)) == (Decimal(money), str(Decimal(money)))


@pytest.mark.parametrize(
    "answer",
    [
        {"amount": "NaN"},
        {"amount": "Infinity"},
        {"amount": "1e12"},
        {"amount": "1e-41"},
        {"amount": "1e999999999"},
        {"amount": "12 USD"},
        {"amount": ""},
        {"amount": None},
        {"tokens": -1},
        {"tokens": "1.5"},
        {"tokens": 10**15 + 1},
        {"tokens": None},
        {"tokens": True},
        {"currency": "usd\n"},
        {"currency": "dollars"},
        {"currency": "U$D"},
        {"currency": "美元"},
        {"at": "2026-11-22"},
        {"at": "2026-11-22T00:00:00"},
        {"at": "soon"},
        [],
        None,
        "text",
    ],
)
def test_what_is_no_amount_count_currency_or_time_is_not_understood(answer: Any) -> None:
    assert refused(lambda: understood(Money, answer))["code"] == "answer_not_understood"


def test_what_was_not_understood_is_named_by_its_place_and_never_repeated() -> None:
    facts = refused(lambda: understood(Page, {"rows": [1, "sk-canary"], "following": None}))
    assert facts == {"code": "answer_not_understood", "place": "rows.1", "reason": "int_parsing"}


def test_a_currency_is_written_in_capitals_and_a_time_knows_its_zone() -> None:
    known = understood(Money, {"currency": "usd", "at": 1795046400})
    assert (known.currency, known.at) == ("USD", datetime(2026, 11, 19, tzinfo=UTC))


def test_the_bundled_providers_are_found_by_their_file_names(tmp_path: Path) -> None:
    found = find_providers(tmp_path / "none", {})
    assert list(found.providers) == sorted(place.stem for place in bundled_folder("providers").glob("*.py"))
    assert {name: one.provider.id for name, one in found.providers.items()} == {
        name: name for name in found.providers
    }


def test_a_file_of_ones_own_is_loaded_as_it_was_when_it_was_trusted(tmp_path: Path) -> None:
    place = tmp_path / "brewery.py"
    place.write_text(OWN.format(name="Brewery"), "utf-8")
    trusted = {"brewery.py": content_hash(place.read_bytes())}
    assert find_providers(tmp_path, {}).refused == (RefusedFile(place, "untrusted"),)
    assert find_providers(tmp_path, trusted).providers["brewery"].trusted

    place.write_text(OWN.format(name="Somebody else"), "utf-8")
    changed = find_providers(tmp_path, trusted)
    assert ("brewery" in changed.providers, changed.refused) == (False, (RefusedFile(place, "changed"),))


def test_a_trusted_file_of_ones_own_goes_before_a_bundled_one(tmp_path: Path) -> None:
    place = tmp_path / "openai.py"
    place.write_text(OWN.format(name="Mine").replace('"brewery"', '"openai"'), "utf-8")
    found = find_providers(tmp_path, {"openai.py": content_hash(place.read_bytes())})
    assert (found.providers["openai"].provider.name, found.providers["openai"].path) == ("Mine", place)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("PROVIDER = 1", "it sets no PROVIDER"),
        ("", "it sets no PROVIDER"),
        (OWN.format(name="Brewery").replace('"brewery"', '"other"'), "its id is other"),
    ],
)
def test_a_broken_file_of_ones_own_says_why_and_harms_no_other(
    tmp_path: Path, content: str, reason: str
) -> None:
    place = tmp_path / "brewery.py"
    place.write_text(content, "utf-8")
    found = find_providers(tmp_path, {"brewery.py": content_hash(place.read_bytes())})
    assert found.refused == (RefusedFile(place, "broken"),)
    assert "openai" in found.providers
    with pytest.raises(SettingsError) as raised:
        load_provider(place)
    assert raised.value.facts == {"path": str(place), "reason": reason}
