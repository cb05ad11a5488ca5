"""A provider file of somebody's own, which is also the example of the guide."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from provider_cases import Asked
from provider_cases import ReplayedApi
from token_tracker.errors import AnswerError
from token_tracker.provider_api import explained
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.providers import RefusedFile
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Tokens
from token_tracker.providers import content_hash
from token_tracker.providers import find_providers

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "tests" / "fixtures" / "providers" / "example_vendor.py"
GUIDE = ROOT / "providers" / "README.md"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST, UNUSED, LAST = (date(2026, 11, day) for day in (18, 19, 20))


def answer(asked: Asked) -> Any:
    if asked.path == "/wallet":
        return {"left": "12.50", "currency": "EUR"}
    rows = [
        {"day": day, "model": "brew-1", "cost": cost, "requests": 2, "sent": 10, "cached": 4, "answered": 3}
        for day, cost in (("2026-11-20", "0.5"), ("2026-11-18", Decimal("0.25")))
    ]
    number = int(asked.one("cursor") or 0)
    return {"rows": rows[number : number + 1], "next": None if number else "1"}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a folder of provider files that holds the example."""
    shutil.copy(EXAMPLE, tmp_path)
    return tmp_path


@pytest.fixture
def example(own: Path) -> Provider:
    return (
        find_providers(own, {EXAMPLE.name: content_hash(EXAMPLE.read_bytes())})
        .providers[EXAMPLE.stem]
        .provider
    )


def test_the_example_of_the_guide_is_the_file_that_is_tested() -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)

    assert shown == EXAMPLE.read_text("utf-8")


def test_the_guide_names_every_code_that_a_file_may_give(example: Provider) -> None:
    named = re.findall(r"`((?:key|credit|provider)_[a-z_]+)`", GUIDE.read_text("utf-8"))

    assert len(set(named)) == 8
    assert [explained_as(example, code) for code in named] == named


def explained_as(example: Provider, code: str) -> str:
    return explained(AnswerError(200), replace(example, explain=lambda _error: code)).code


def test_the_example_tells_every_day_and_what_is_left(example: Provider) -> None:
    api = ReplayedApi(example, answer, NOW)
    tokens = Tokens(input=10 - 4, cache_read=4, output=3)
    assert example.fetch is not None
    assert example.balance is not None

    assert list(example.fetch(api, Days(FIRST, LAST))) == [
        BillUnit(
            "costs",
            day,
            billed=tuple(BilledRecord("brew-1", "brew-1", Decimal(cost), "USD") for cost in costs),
            usage=tuple(ReportedUsage("brew-1", tokens, 2) for _ in costs),
        )
        for day, costs in ((FIRST, ["0.25"]), (UNUSED, []), (LAST, ["0.5"]))
    ]
    assert example.balance(api) == BalanceReading((Balance("EUR", Decimal("12.50")),))
    assert example.check(api) == KeyCheck("team", ("usage", "cost", "balance"))


@pytest.mark.parametrize(("code", "more_precise"), [("wallet_empty", "credit_exhausted"), ("busy", "")])
def test_the_example_tells_an_empty_account_from_too_many_questions(
    example: Provider, code: str, more_precise: str
) -> None:
    assert example.explain(AnswerError(429, code)) == more_precise


def test_a_file_that_nobody_trusted_is_left_alone(own: Path) -> None:
    found = find_providers(own, {})

    assert (EXAMPLE.stem in found.providers, found.refused) == (
        False,
        (RefusedFile(own / EXAMPLE.name, "untrusted"),),
    )


def test_a_file_that_changed_after_it_was_trusted_is_left_alone(own: Path) -> None:
    trusted = {EXAMPLE.name: content_hash(EXAMPLE.read_bytes())}
    with (own / EXAMPLE.name).open("a", encoding="utf-8") as file:
        file.write("# one more line\n")

    found = find_providers(own, trusted)

    assert (EXAMPLE.stem in found.providers, found.refused) == (
        False,
        (RefusedFile(own / EXAMPLE.name, "changed"),),
    )


def test_a_trusted_file_goes_before_the_bundled_one_of_its_name(tmp_path: Path) -> None:
    mine = tmp_path / "deepseek.py"
    mine.write_text(EXAMPLE.read_text("utf-8").replace('"example_vendor"', '"deepseek"'), "utf-8")

    found = find_providers(tmp_path, {mine.name: content_hash(mine.read_bytes())}).providers["deepseek"]

    assert (found.provider.name, found.path, found.trusted) == ("Example Vendor", mine, True)
