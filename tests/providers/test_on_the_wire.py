"""OpenAI and Anthropic on a real socket: their keys, projects, long answers, and what passes or does not."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers import KeyState
from fake_providers import faults
from fake_providers.asked import Asked
from fake_providers.asked import Reply
from fake_providers.vendor import Fault
from fake_providers.vendor import Vendor
from provider_cases import exact_sum
from provider_cases import provider_of
from token_tracker.errors import CredentialError
from token_tracker.errors import TrackerError
from token_tracker.provider_api import BoundApi
from token_tracker.provider_api import explained
from token_tracker.providers import AnswerError
from token_tracker.providers import BillUnit
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import ProviderError

pytestmark = pytest.mark.usefixtures("no_proxies")

FIRST, SECOND, LAST = (date(2026, 11, day) for day in (18, 19, 20))
DAYS = Days(FIRST, LAST)
NAMES = ("openai", "anthropic")
KEYS = {"openai": "sk-admin-canary-0123456789abcdef", "anthropic": "sk-ant-admin01-canary-0123456789abcdef"}
ORDINARY = {"openai": "sk-proj-canary-0123456789abcdef", "anthropic": "sk-ant-api03-canary-0123456789abcdef"}
ITEMS = {"openai": "gpt-6.1-sol, output_tokens", "anthropic": "Claude Opus 5.5 Usage - Output Tokens"}
MODELS = {"openai": "gpt-6.1-sol", "anthropic": "claude-opus-5-5"}
NAMED_FIRST = "page_cm93IDA"
USAGE = {"openai": "usage/completions", "anthropic": "analytics/usage"}


class Asking(NamedTuple):
    """A vendor of the fake, and what asks it."""

    name: str
    fakes: FakeProviders
    vendor: Vendor
    waited: list[float]

    def api(self, key: str = "", only: tuple[str, str] | None = None, kind: str = "") -> BoundApi:
        provider = provider_of(self.name)
        region = provider.regions[0]
        address = region._replace(base_url=self.fakes.at(region.base_url))
        return BoundApi(
            provider,
            address,
            key or KEYS[self.name],
            now=self.fakes.now,
            only=only,
            key_kind=kind,
            sleep=self.waited.append,
        )

    def check(self, key: str = "") -> KeyCheck:
        provider = provider_of(self.name)
        with self.api(key, kind=provider.key_kind(key or KEYS[self.name])) as api:
            return provider.check(api)

    def units(self, days: Days = DAYS, only: tuple[str, str] | None = None) -> list[BillUnit]:
        fetch = provider_of(self.name).fetch
        assert fetch is not None
        with self.api(only=only) as api:
            return list(fetch(api, days))

    def refusal(self, ask: Callable[[], object]) -> TrackerError:
        with pytest.raises(AnswerError) as raised:
            ask()
        return explained(raised.value, provider_of(self.name))


@pytest.fixture(params=NAMES)
def asking(request: pytest.FixtureRequest) -> Iterator[Asking]:
    name = request.param
    with FakeProviders(now=datetime(2026, 11, 22, 2, tzinfo=UTC)) as fakes:
        vendor = {"openai": fakes.openai, "anthropic": fakes.anthropic}[name]
        vendor.accept(KEYS[name])
        vendor.accept(ORDINARY[name])
        for hour in (0, 7, 23):
            at = datetime(2026, 11, 18, hour, 59, 59, tzinfo=UTC)
            item, model = ITEMS[name], MODELS[name]
            vendor.put(
                used(at, model, project="one"),
                used(at, model, project="two"),
                Event(at, None if name == "openai" else model, amount="0.0123", item=item, project="one"),
            )
        late = datetime(2026, 11, 20, 12, tzinfo=UTC)
        vendor.put(Event(late, amount="-1.5", item="credit", project="two"), used(late, None, project="one"))
        yield Asking(name, fakes, vendor, [])


def used(at: datetime, model: str | None, project: str) -> Event:
    return Event(
        at, model, 300, 500, cache_write=70, cache_write_1h=30, output=210, requests=7, project=project
    )


def money(units: list[BillUnit]) -> dict[date, Decimal]:
    return {
        unit.day: exact_sum(*(record.amount for record in unit.billed))
        for unit in units
        if unit.billed is not None
    }


def tokens(units: list[BillUnit]) -> int:
    return sum(used.tokens.total for unit in units for used in unit.usage or ())


def reports(units: list[BillUnit]) -> set[tuple[str, date]]:
    return {(unit.report, unit.day) for unit in units}


def repeated_page(_vendor: Vendor, asked: Asked, reply: Reply) -> Reply:
    """Name the page that was asked for as the next one, or a first page that has a name."""
    page = {**reply.body, "has_more": True, "next_page": asked.one("page") or NAMED_FIRST}
    return replace(reply, body=page)


def test_bills_and_tokens_come_as_the_vendor_has_them(asking: Asking) -> None:
    units = asking.units()
    assert money(units) == {
        FIRST: exact_sum("0.0123", "0.0123", "0.0123"),
        SECOND: Decimal(0),
        LAST: Decimal("-1.5"),
    }
    assert tokens(units) == 7 * (300 + 500 + 100 + 210)
    assert {used.hour for unit in units for used in unit.usage or ()} == {0, 7, 12, 23}
    billed = {record.model for unit in units for record in unit.billed or ()}
    assert billed == {MODELS[asking.name], ""}


def test_a_second_page_that_fails_gives_no_unit_of_its_report(asking: Asking) -> None:
    fetch = provider_of(asking.name).fetch
    assert fetch is not None
    whole = asking.units()
    asking.vendor.page_size = 2
    asking.vendor.fail(faults.answers(503), USAGE[asking.name], page=2)
    given: list[BillUnit] = []
    with asking.api() as api, pytest.raises(AnswerError):
        given.extend(fetch(api, DAYS))
    assert given == [unit for unit in whole if unit.report == "costs"]


@pytest.mark.parametrize(
    "fault",
    [
        faults.unknown_fields(),
        faults.limited(faults.Hint.SECONDS),
        faults.limited(faults.Hint.ANTHROPIC_RESET),
        faults.answers(500),
        faults.cut_off(),
    ],
)
def test_what_passes_or_does_no_harm_changes_nothing(asking: Asking, fault: Fault) -> None:
    before = asking.units()
    asking.vendor.fail(fault, times=2)
    assert asking.units() == before


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (repeated_page, "paging_broken"),
        (faults.loses_cursor(), "paging_broken"),
        (faults.body({"data": []}), "answer_not_understood"),
        (faults.body([]), "answer_not_understood"),
        (faults.with_value("amount", "NaN"), "answer_not_understood"),
        (faults.with_value("amount", {"value": "many", "currency": "usd"}), "answer_not_understood"),
        (faults.with_value("currency", "dollars"), "answer_not_understood"),
    ],
)
def test_an_answer_that_is_none_is_an_error_and_no_zero(asking: Asking, fault: Fault, code: str) -> None:
    asking.vendor.fail(fault)
    with pytest.raises(ProviderError) as raised:
        asking.units()
    assert raised.value.code == code


def test_limited_to_one_project_nothing_of_another_comes(asking: Asking) -> None:
    (kind,) = provider_of(asking.name).only
    units = asking.units(only=(kind, "two"))
    assert money(units) == {FIRST: Decimal(0), SECOND: Decimal(0), LAST: Decimal("-1.5")}
    assert tokens(units) == 3 * (300 + 500 + 100 + 210)
    assert {record.project for unit in units for record in unit.billed or ()} == {"two"}


def test_an_admin_key_is_known_with_its_organisation(asking: Asking) -> None:
    found = asking.check()
    assert found == KeyCheck("admin", ("usage", "cost"), account=asking.vendor.account)  # type: ignore[attr-defined]  # both have one
    assert asking.vendor.calls() == 1


def test_an_ordinary_key_is_told_that_an_admin_key_is_needed(asking: Asking) -> None:
    kind = provider_of(asking.name).key_kind(ORDINARY[asking.name])
    assert asking.check(ORDINARY[asking.name]) == KeyCheck(kind, (), needs="admin")


@pytest.mark.parametrize(
    ("state", "code"), [(KeyState.EXPIRED, "key_expired"), (KeyState.EXHAUSTED, "credit_exhausted")]
)
def test_a_key_that_ran_out_and_an_account_that_did_are_told_apart(
    asking: Asking, state: KeyState, code: str
) -> None:
    asking.vendor.accept(KEYS[asking.name], state=state)
    assert asking.refusal(asking.check).code == code
    assert asking.refusal(asking.units).code == code
    assert asking.waited == []


def test_a_wrong_key_is_refused_once_and_nowhere_in_the_error(asking: Asking) -> None:
    wrong = KEYS[asking.name] + "-wrong"
    error = asking.refusal(lambda: asking.check(wrong))
    assert (type(error), error.code) == (CredentialError, "key_refused")
    assert "canary" not in f"{error!r} {error.facts}"
    assert asking.vendor.calls() == 1


def test_more_rows_than_a_page_of_anthropic_holds_are_all_there() -> None:
    with FakeProviders(now=datetime(2026, 11, 22, 2, tzinfo=UTC)) as fakes:
        asking = Asking("anthropic", fakes, fakes.anthropic, [])
        fakes.anthropic.accept(KEYS["anthropic"])
        amounts = [f"0.{number:06d}1" for number in range(2400)]
        fakes.anthropic.put(
            *(
                Event(datetime(2026, 11, 18, number % 24, tzinfo=UTC), f"model-{number}", amount=amount)
                for number, amount in enumerate(amounts)
            )
        )
        units = asking.units(Days(FIRST, FIRST))
        assert money(units) == {FIRST: exact_sum(*amounts)}
        assert fakes.anthropic.calls("analytics/cost") == 3


@pytest.mark.parametrize("status", [400, 403, 404])
def test_without_analytics_the_older_pair_tells_the_same_days(status: int) -> None:
    with FakeProviders(now=datetime(2026, 11, 22, 2, tzinfo=UTC)) as fakes:
        asking = Asking("anthropic", fakes, fakes.anthropic, [])
        fakes.anthropic.accept(KEYS["anthropic"])
        at = datetime(2026, 11, 20, 23, tzinfo=UTC)
        fakes.anthropic.put(
            used(at, "claude-opus-5-5", "one"),
            Event(at, "claude-opus-5-5", amount="0.0123", item=ITEMS["anthropic"], project="one"),
        )
        newer = asking.units()
        fakes.anthropic.analytics_refusal = status
        older = asking.units()
        assert (money(older), tokens(older), reports(older)) == (money(newer), tokens(newer), reports(newer))
        assert asking.check() == KeyCheck("admin", ("usage", "cost"), account=fakes.anthropic.account)
        assert money(asking.units(Days(date(2026, 11, 22), date(2026, 11, 22)))) == {
            date(2026, 11, 22): Decimal(0)
        }
