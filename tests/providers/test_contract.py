"""What every provider file keeps to, whoever wrote it; found by file name."""

from __future__ import annotations

import ast
import doctest
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from provider_cases import Case
from provider_cases import ReplayedApi
from provider_cases import Told
from provider_cases import case_of
from provider_cases import exact_sum
from provider_cases import in_every_object
from provider_cases import names_of_cases
from provider_cases import provider_files
from provider_cases import provider_of
from provider_cases import told
from token_tracker.errors import TrackerError
from token_tracker.providers import AnswerError
from token_tracker.providers import BillUnit
from token_tracker.providers import Provider
from token_tracker.providers import ProviderError

ROOT = Path(__file__).resolve().parents[2]
IDS = [place.stem for place in provider_files()]
CASES = names_of_cases()
WITH_BILLS = [name for name in CASES if provider_of(name).fetch is not None]
NAMING_MODELS = [name for name in CASES if case_of(name).models]
FIELDS = [(name, field) for name in CASES for field in case_of(name).required]

PAGE_SIZE = 20
"""Several pages for a report of hours, where one fails after the other."""

CANARY = "canary-5f0c1d"


def imports_of(place: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def billed_by_day(units: tuple[BillUnit, ...]) -> dict[date, dict[str, Decimal]]:
    days: dict[date, dict[str, Decimal]] = {}
    for unit in units:
        for record in unit.billed or ():
            sums = days.setdefault(unit.day, {})
            sums[record.currency] = exact_sum(sums.get(record.currency, "0"), record.amount)
    return days


def tokens_by_day(units: tuple[BillUnit, ...]) -> dict[date, int]:
    days: Counter[date] = Counter()
    for unit in units:
        days[unit.day] += sum(used.tokens.total for used in unit.usage or ())
    return {day: tokens for day, tokens in days.items() if tokens}


def sizes(everything: Told) -> list[tuple[str, date, int, int]]:
    return [
        (unit.report, unit.day, len(unit.billed or ()), len(unit.usage or ())) for unit in everything.units
    ]


@pytest.fixture
def provider(name: str) -> Provider:
    return provider_of(name)


@pytest.fixture
def case(name: str) -> Case:
    return case_of(name)


@pytest.mark.parametrize("name", IDS)
def test_a_provider_file_imports_the_standard_library_and_the_contract_only(
    name: str, provider: Provider
) -> None:
    place = next(place for place in provider_files() if place.stem == name)
    foreign = [
        imported
        for imported in imports_of(place)
        if imported != "token_tracker.providers" and imported.split(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []


@pytest.mark.parametrize("name", IDS)
def test_the_examples_of_a_provider_file_are_true(name: str, provider: Provider) -> None:
    assert doctest.testmod(sys.modules[f"token_tracker_provider_{name}"]).failed == 0


@pytest.mark.parametrize("name", IDS)
def test_every_address_is_https_and_every_region_has_its_own_name(provider: Provider) -> None:
    addresses = [region.base_url for region in provider.regions if region.base_url]
    pages = [region.key_page for region in provider.regions if region.key_page] + [provider.key_page]
    assert [address for address in addresses + pages if not address.startswith("https://")] == []
    assert [address for address in addresses if address.endswith("/")] == []
    assert len({region.id for region in provider.regions}) == len(provider.regions) > 0


@pytest.mark.parametrize("name", IDS)
def test_the_key_is_in_one_header_and_nowhere_else(provider: Provider, case: Case) -> None:
    headers = provider.headers(CANARY)
    assert [name for name, value in headers.items() if CANARY in value] == [
        name for name in headers if name.lower() in {"authorization", "x-api-key"}
    ]
    assert len([value for value in headers.values() if CANARY in value]) == 1


@pytest.mark.parametrize("name", CASES)
def test_what_a_key_can_do_is_something_the_provider_offers(provider: Provider, case: Case) -> None:
    found = provider.check(ReplayedApi(provider, case.answer, case.now, key_kind=case.key_kind))
    offered = {
        "cost": provider.fetch is not None,
        "usage": provider.fetch is not None,
        "balance": provider.balance is not None,
        "quota": provider.balance is not None,
    }
    assert found.can
    assert [can for can in found.can if not offered[can]] == []
    assert found.needs == ""


@pytest.mark.parametrize("name", WITH_BILLS)
def test_every_report_has_one_unit_for_each_day_also_for_a_day_without_use(
    provider: Provider, case: Case
) -> None:
    assert case.days is not None
    units = told(provider, case).units
    reports = {unit.report for unit in units}
    assert Counter((unit.report, unit.day) for unit in units) == Counter(
        (report, day) for report in reports for day in case.days.each()
    )
    assert [unit for unit in units if unit.billed is None and unit.usage is None] == []
    assert any(not unit.billed and not unit.usage for unit in units)


@pytest.mark.parametrize("name", WITH_BILLS)
def test_each_day_comes_to_what_the_cost_report_says(provider: Provider, case: Case) -> None:
    assert case.days is not None
    units = told(provider, case).units
    assert list(case.billed) == list(case.days.each())
    assert billed_by_day(units) == {day: sums for day, sums in case.billed.items() if sums}
    assert tokens_by_day(units) == {day: tokens for day, tokens in case.tokens.items() if tokens}


@pytest.mark.parametrize("page_size", [1, 2, 3, 7])
@pytest.mark.parametrize("name", WITH_BILLS)
def test_the_size_of_pages_changes_nothing(provider: Provider, case: Case, page_size: int) -> None:
    assert told(provider, case, page_size=page_size) == told(provider, case)


@pytest.mark.parametrize("name", WITH_BILLS)
def test_a_unit_is_given_only_when_all_of_its_pages_came(provider: Provider, case: Case) -> None:
    assert case.days is not None
    whole = told(provider, case, page_size=PAGE_SIZE).units
    questions = ReplayedApi(provider, case.answer, case.now, page_size=PAGE_SIZE, key_kind=case.key_kind)
    assert provider.fetch is not None
    list(provider.fetch(questions, case.days))
    for failing in range(len(questions.asked)):
        given = fetched_until(failing, provider, case)
        assert [unit for unit in given if unit not in whole] == []
        assert len(given) < len(whole)


def fetched_until(failing: int, provider: Provider, case: Case) -> list[BillUnit]:
    """Fetch with an answer 500 to question `failing` and later ones; give the units before it."""
    assert provider.fetch is not None
    assert case.days is not None
    given: list[BillUnit] = []

    def answer(asked: Any) -> Any:
        if len(api.asked) > failing:
            raise AnswerError(500)
        return case.answer(asked)

    api = ReplayedApi(provider, answer, case.now, page_size=PAGE_SIZE, key_kind=case.key_kind)
    with pytest.raises(TrackerError):
        given.extend(provider.fetch(api, case.days))
    return given


@pytest.mark.parametrize("name", CASES)
def test_fields_that_we_do_not_know_are_ignored(provider: Provider, case: Case) -> None:
    more = in_every_object(lambda found: {**found, "new_field": {"of": ["any", 1, None]}})
    assert told(provider, case, change=more) == told(provider, case)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_an_answer_without_a_field_that_must_be_there_is_never_taken_for_zero(
    provider: Provider, case: Case, field: str
) -> None:
    without = in_every_object(lambda found: {key: value for key, value in found.items() if key != field})
    with pytest.raises(ProviderError) as raised:
        told(provider, case, change=without)
    assert raised.value.code == "answer_not_understood"


@pytest.mark.parametrize("name", CASES)
def test_money_is_the_same_as_text_as_a_whole_number_and_as_a_fraction(
    provider: Provider, case: Case
) -> None:
    def with_money(money: object) -> Told:
        change = in_every_object(
            lambda found: {key: money if key in case.money else value for key, value in found.items()}
        )
        return told(provider, case, change=change)

    assert case.money
    assert with_money("3") == with_money(3) == with_money(Decimal(3)) == with_money(Decimal("3.00"))
    assert with_money("3.07") == with_money(Decimal("3.07"))


@pytest.mark.parametrize("name", NAMING_MODELS)
def test_what_names_no_model_is_kept(provider: Provider, case: Case) -> None:
    unnamed = in_every_object(
        lambda found: {key: None if key in case.models else value for key, value in found.items()}
    )
    everything = told(provider, case, change=unnamed)
    assert sizes(everything) == sizes(told(provider, case))
    assert billed_by_day(everything.units) == billed_by_day(told(provider, case).units)
    assert {record.model for unit in everything.units for record in unit.billed or ()} == {""}
    assert {used.model for unit in everything.units for used in unit.usage or ()} <= {""}


@pytest.mark.parametrize("name", IDS)
def test_the_page_on_providers_says_where_a_key_is_made_and_where_it_is_sent(provider: Provider) -> None:
    page = (ROOT / "references/providers.md").read_text("utf-8")
    (section,) = re.findall(
        rf"^## {re.escape(provider.name)}\b[^\n]*\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE
    )
    named = [provider.key_page, *(region.base_url for region in provider.regions if region.base_url)]
    assert [address for address in named if address not in section] == []
