"""Asking providers: what is asked, by whom, and what is kept of an answer that breaks off."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import closing
from contextlib import nullcontext
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from token_tracker.bills import Asked
from token_tracker.bills import days_to_fetch
from token_tracker.bills import error_of
from token_tracker.bills import fetch_balances
from token_tracker.bills import fetch_usage
from token_tracker.errors import AnswerError
from token_tracker.errors import CredentialError
from token_tracker.errors import NetworkError
from token_tracker.errors import ProviderError
from token_tracker.ledger.bills import balances
from token_tracker.ledger.bills import fetches
from token_tracker.ledger.bills import units
from token_tracker.ledger.care import purge
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import Quota
from token_tracker.model import ReportedUsage
from token_tracker.model import Spent
from token_tracker.model import Tokens
from token_tracker.providers import Api
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.providers import Region

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
TODAY = NOW.date()
MINUTE_MS = 60_000
NO_TOKENS = Tokens()
READING = BalanceReading((Balance("CNY", Decimal("88.20")),), (Quota("general", "5h", Decimal("0.5")),))


class Vendor:
    """A provider that is asked without a network, and counts how often."""

    def __init__(self, name: str = "vendor", amount: str = "1.5", **changes: Any) -> None:
        self.amount = Decimal(amount)
        self.fails: Exception | None = None
        self.fails_after = 0
        self.calls = 0
        made: dict[str, Any] = {"fetch": self._fetch, "balance": None, **changes}
        self.provider = Provider(
            name,
            name.title(),
            (Region("", "https://vendor.test"),),
            "https://vendor.test/keys",
            lambda key: {"Authorization": key},
            lambda _api: KeyCheck("admin", ("usage",)),
            **made,
        )

    def _fetch(self, _api: Api, days: Days) -> Iterator[BillUnit]:
        self.calls += 1
        for number in range((days.last - days.first).days + 1):
            if self.fails is not None and number >= self.fails_after:
                raise self.fails
            day = date.fromordinal(days.first.toordinal() + number)
            yield BillUnit("costs", day, (BilledRecord("model-a", "", self.amount, "USD"),))

    def told(self, _api: Api) -> BalanceReading:
        self.calls += 1
        return READING

    def asked(self, where: str = "admin ****abcd", connect: Callable[[], Any] | None = None) -> Asked:
        return Asked(self.provider, "", "", where, connect or (lambda: nullcontext(object())), explained)


def explained(error: AnswerError, provider: Provider) -> ProviderError:
    return ProviderError("provider_failing", provider=provider.name, status=str(error.status))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(tmp_path, NOW)) as ledger:
        yield ledger


def amounts(ledger: Ledger) -> Mapping[str, Decimal]:
    return {
        one.unit.day.isoformat(): record.amount for one in units(ledger) for record in one.unit.billed or ()
    }


def test_a_fetch_that_is_repeated_gives_the_same_bill(ledger: Ledger) -> None:
    vendor = Vendor()
    fetch_usage(ledger, [vendor.asked()], NOW_MS, Days(date(2026, 11, 16), TODAY))
    once = units(ledger)
    fetch_usage(ledger, [vendor.asked()], NOW_MS + MINUTE_MS, Days(date(2026, 11, 16), TODAY))

    assert [one._replace(fetched_at_ms=NOW_MS) for one in units(ledger)] == once
    assert amounts(ledger) == dict.fromkeys(("2026-11-16", "2026-11-17", "2026-11-18"), Decimal("1.5"))
    assert vendor.calls == 2


@pytest.mark.parametrize(
    ("days", "calls"),
    [
        (Days(date(2026, 11, 15), TODAY), 1),
        (Days(date(2026, 11, 16), date(2026, 11, 17)), 1),
        (Days(date(2026, 11, 14), TODAY), 2),
    ],
)
def test_a_fetch_of_the_same_or_of_more_a_moment_ago_is_the_answer(
    ledger: Ledger, days: Days, calls: int
) -> None:
    vendor = Vendor()
    fetch_usage(ledger, [vendor.asked()], NOW_MS, Days(date(2026, 11, 15), TODAY))

    [outcome] = fetch_usage(ledger, [vendor.asked()], NOW_MS + MINUTE_MS - 1, days)

    assert (vendor.calls, outcome.is_recent) == (calls, calls == 1)


def test_another_key_is_asked_at_once(ledger: Ledger) -> None:
    vendor = Vendor()
    for where in ("admin ****abcd", "admin ****wxyz"):
        fetch_usage(ledger, [vendor.asked(where)], NOW_MS)

    assert vendor.calls == 2


def test_a_failure_a_moment_ago_is_the_answer_too(ledger: Ledger) -> None:
    vendor = Vendor()
    vendor.fails = CredentialError("key_refused", provider="Vendor", status="401", page="p")
    fetch_usage(ledger, [vendor.asked()], NOW_MS)

    [outcome] = fetch_usage(ledger, [vendor.asked()], NOW_MS + 1)

    assert vendor.calls == 1
    assert isinstance(outcome.error, CredentialError)
    assert (outcome.error.code, outcome.error.facts) == (
        "key_refused",
        {"provider": "Vendor", "status": "401", "page": "p"},
    )


def test_what_arrived_before_a_failure_is_kept_and_the_rest_is_as_it_was(ledger: Ledger) -> None:
    vendor = Vendor()
    fetch_usage(ledger, [vendor.asked()], NOW_MS, Days(date(2026, 11, 16), TODAY))
    vendor.amount, vendor.fails, vendor.fails_after = Decimal(9), AnswerError(502), 1

    [outcome] = fetch_usage(ledger, [vendor.asked()], NOW_MS + MINUTE_MS, Days(date(2026, 11, 16), TODAY))

    assert amounts(ledger) == {
        "2026-11-16": Decimal(9),
        "2026-11-17": Decimal("1.5"),
        "2026-11-18": Decimal("1.5"),
    }
    assert [one.day for one in outcome.changes] == [date(2026, 11, 16)]
    assert outcome.error is not None
    assert outcome.error.code == "provider_failing"


def test_one_providers_failure_does_not_touch_another(ledger: Ledger) -> None:
    broken, whole = Vendor("broken"), Vendor("whole")
    broken.fails = NetworkError("no_network", reason="refused")

    first, second = fetch_usage(ledger, [broken.asked(), whole.asked()], NOW_MS, Days(TODAY, TODAY))

    assert first.error is not None
    assert first.error.facts == {"reason": "refused", "provider": "Broken"}
    assert second.error is None
    assert {one.provider for one in units(ledger)} == {"whole"}


def test_a_provider_file_that_fails_says_only_how(ledger: Ledger) -> None:
    vendor = Vendor()
    vendor.fails = KeyError("sk-secret")

    [outcome] = fetch_usage(ledger, [vendor.asked()], NOW_MS)

    assert outcome.error is not None
    assert outcome.error.facts == {"provider": "Vendor", "reason": "KeyError"}
    assert "sk-secret" not in repr(fetches(ledger))


def of_money(amount: Any = Decimal(1), **changes: Any) -> BillUnit:
    record = BilledRecord("model-a", "", amount, "USD")
    return BillUnit("costs", date(2026, 11, 17), (record._replace(**changes),))


def of_tokens(tokens: Any = NO_TOKENS, **changes: Any) -> BillUnit:
    return BillUnit(
        "usage", date(2026, 11, 17), None, (ReportedUsage("model-a", tokens, 1)._replace(**changes),)
    )


@pytest.mark.parametrize(
    "junk",
    [
        5,
        BillUnit("costs", datetime(2026, 11, 17, tzinfo=UTC), ()),
        BillUnit("costs", date(2026, 11, 17), (), refreshed_at_ms="soon"),  # type: ignore[arg-type]  # junk
        BillUnit("\ud800", date(2026, 11, 17), ()),
        of_money(0.1),
        of_money("1"),
        of_money(None),
        of_money(Decimal("NaN")),
        of_money(Decimal("1e9999")),
        of_money(model=None),
        of_money(model="\ud800"),
        of_money(item=5),
        of_money(currency="usd\n"),
        of_money(currency=[]),
        of_money(hour=24),
        of_money(hour="1"),
        of_money(project=None),
        of_tokens(NO_TOKENS._replace(input=-1)),
        of_tokens(Tokens(1.5, 0, 0, 0, 0, 0)),  # type: ignore[arg-type]  # junk
        of_tokens(NO_TOKENS._replace(output=2**63)),
        of_tokens(Tokens(None, 0, 0, 0, 0, 0)),  # type: ignore[arg-type]  # junk
        of_tokens((1, 2)),
        of_tokens(requests=True),
        BillUnit("costs", date(2026, 11, 17), 10 * (BilledRecord("a", "", Decimal(10**9), "USD"),)),
        BillUnit(
            "usage",
            date(2026, 11, 17),
            None,
            10 * (ReportedUsage("a", NO_TOKENS._replace(input=10**14), 1),),
        ),
    ],
)
def test_junk_of_a_provider_file_is_not_kept_and_stops_nobody_else(ledger: Ledger, junk: Any) -> None:
    broken = Vendor("broken", fetch=lambda _api, _days: iter([junk]))

    outcomes = fetch_usage(ledger, [broken.asked(), Vendor("vendor").asked()], NOW_MS)

    assert [one.error and one.error.code for one in outcomes] == ["answer_not_understood", None]
    assert {one.provider for one in units(ledger)} == {"vendor"}


@pytest.mark.parametrize(
    "junk",
    [
        None,
        BalanceReading((Balance("USD", 0.5),)),  # type: ignore[arg-type]  # junk
        BalanceReading((Balance("USD", Decimal("NaN")),)),
        BalanceReading((Balance("x\x1b[31m", Decimal(1)),)),
        BalanceReading((Balance("USD", Decimal(1), (("granted", "1"),)),)),  # type: ignore[arg-type]  # junk
        BalanceReading(quotas=(Quota("general", "5h", Decimal("NaN")),)),
        BalanceReading(spent=(Spent("today", "1", "USD"),)),  # type: ignore[arg-type]  # junk
    ],
)
def test_a_balance_that_is_none_is_not_kept(ledger: Ledger, junk: Any) -> None:
    vendor = Vendor(fetch=None, balance=lambda _api: junk)

    [outcome] = fetch_usage(ledger, [vendor.asked()], NOW_MS)

    assert outcome.error is not None
    assert outcome.error.code == "answer_not_understood"
    assert balances(ledger) == []


def test_the_largest_bill_and_a_long_name_can_be_kept(ledger: Ledger) -> None:
    record = BilledRecord("m" * 201, "", Decimal(10**10) - 1, "USD")
    vendor = Vendor(fetch=lambda _api, _days: iter([BillUnit("costs", date(2026, 11, 17), (record,))]))

    [outcome] = fetch_usage(ledger, [vendor.asked()], NOW_MS)

    assert outcome.error is None
    assert [one.unit.billed for one in units(ledger)] == [(record._replace(model="m" * 200),)]


def test_a_provider_file_can_neither_end_the_program_nor_write_into_its_answer(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    def ending(_api: Api, _days: Days) -> Iterator[BillUnit]:
        print("not the answer")  # noqa: T201 - what is tested
        raise SystemExit(0)

    [outcome] = fetch_usage(ledger, [Vendor(fetch=ending).asked()], NOW_MS)

    assert outcome.error is not None
    assert outcome.error.facts["reason"] == "SystemExit"
    assert capsys.readouterr() == ("", "not the answer\n")


def test_an_error_of_a_provider_file_is_kept_as_text(ledger: Ledger) -> None:
    vendor = Vendor()
    vendor.fails = ProviderError("credit_exhausted", provider="Vendor", status=402, page=Path("/"))  # type: ignore[arg-type]  # junk

    fetch_usage(ledger, [vendor.asked()], NOW_MS)

    [fetch] = fetches(ledger).values()
    assert fetch.error is not None
    assert fetch.error["facts"] == {"provider": "Vendor", "status": "402", "page": "/"}


def test_a_key_that_cannot_be_had_is_the_error(ledger: Ledger) -> None:
    def connect() -> Any:
        raise CredentialError("key_missing", provider="vendor")

    [outcome] = fetch_usage(ledger, [Vendor().asked(connect=connect)], NOW_MS)

    assert outcome.error is not None
    assert outcome.error.code == "key_missing"


def test_a_provider_without_bills_is_asked_for_its_balance(ledger: Ledger) -> None:
    vendor = Vendor(fetch=None)
    told = Vendor(fetch=None, balance=vendor.told)

    [outcome] = fetch_usage(ledger, [told.asked()], NOW_MS)
    [recent] = fetch_balances(ledger, [told.asked()], NOW_MS + 1)

    assert (outcome.days, outcome.reading) == (None, READING)
    assert (recent.reading, recent.is_recent, vendor.calls) == (READING, True, 1)
    assert [one.balance for one in balances(ledger)] == list(READING.balances)


def test_a_provider_without_a_balance_says_so(ledger: Ledger) -> None:
    vendor = Vendor(credit_page="https://vendor.test/billing")

    [outcome] = fetch_balances(ledger, [vendor.asked()], NOW_MS)

    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.facts) == (
        "balance_not_offered",
        {"provider": "Vendor", "page": "https://vendor.test/billing"},
    )


def test_days_that_nobody_asked_for_are_left_out(ledger: Ledger) -> None:
    def too_many(_api: Api, _days: Days) -> Iterator[BillUnit]:
        for day in (date(2026, 11, 1), TODAY):
            yield BillUnit("costs", day, ())

    fetch_usage(ledger, [Vendor(fetch=too_many).asked()], NOW_MS, Days(TODAY, TODAY))

    assert [one.unit.day for one in units(ledger)] == [TODAY]


@pytest.mark.parametrize(
    ("fetched_on", "today", "expected"),
    [
        (None, TODAY, Days(date(2026, 10, 19), TODAY)),
        (date(2026, 11, 18), TODAY, Days(date(2026, 11, 15), TODAY)),
        (date(2026, 11, 10), TODAY, Days(date(2026, 11, 10), TODAY)),
        (date(2026, 11, 23), date(2026, 11, 23), Days(date(2026, 11, 16), date(2026, 11, 23))),
    ],
    ids=["first", "trailing", "gap", "monday"],
)
def test_the_days_that_are_open_and_the_last_ones_are_asked_for(
    ledger: Ledger, fetched_on: date | None, today: date, expected: Days
) -> None:
    vendor = Vendor()
    for day in [fetched_on] if fetched_on else []:
        at_ms = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() * 1000)
        fetch_usage(ledger, [vendor.asked()], at_ms)

    assert days_to_fetch(ledger, vendor.asked(), today) == expected


def test_a_day_that_was_fetched_by_itself_does_not_stand_for_those_before_it(ledger: Ledger) -> None:
    vendor = Vendor()
    fetch_usage(ledger, [vendor.asked()], NOW_MS, Days(date(2026, 11, 12), date(2026, 11, 13)))

    assert days_to_fetch(ledger, vendor.asked(), TODAY) == Days(date(2026, 10, 19), TODAY)


def test_days_that_were_purged_are_not_asked_for_again(ledger: Ledger) -> None:
    vendor = Vendor()
    fetch_usage(ledger, [vendor.asked()], NOW_MS)
    purge(ledger, int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000), dry_run=False)

    assert days_to_fetch(ledger, vendor.asked(), TODAY) == Days(date(2026, 11, 15), TODAY)


def test_another_limit_than_before_is_a_first_time(ledger: Ledger) -> None:
    vendor = Vendor()
    fetch_usage(ledger, [vendor.asked()], NOW_MS)

    limited = vendor.asked()._replace(reach="project=proj_1")

    assert days_to_fetch(ledger, limited, TODAY) == Days(date(2026, 10, 19), TODAY)


def test_no_more_is_asked_for_than_a_provider_keeps(ledger: Ledger) -> None:
    asked = Vendor(history_days=30).asked()
    wanted = Days(date(2025, 1, 1), date(2026, 12, 31))

    assert days_to_fetch(ledger, asked, TODAY, wanted) == Days(date(2026, 10, 19), TODAY)


def test_an_error_that_was_kept_is_never_taken_for_another_kind() -> None:
    kept = error_of({"kind": "TrackerErrorX", "code": "key_refused", "facts": {}})

    assert (type(kept), kept.code) == (ProviderError, "key_refused")
