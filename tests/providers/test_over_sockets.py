"""OpenRouter, DeepSeek, Kimi, MiniMax and a LiteLLM proxy, asked by the real client over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal

import pytest

from fake_providers import FakeProviders
from fake_providers.kimi import CHINA as KIMI_CHINA
from fake_providers.kimi import CODE as KIMI_CODE
from fake_providers.ledger import Event
from fake_providers.minimax import ABROAD as MINIMAX_ABROAD
from fake_providers.minimax import CHINA as MINIMAX_CHINA
from fake_providers.minimax import Plan
from fake_providers.minimax import refuses_inside
from fake_providers.vendor import KeyState
from provider_cases import provider_of
from token_tracker.errors import AnswerError
from token_tracker.errors import TrackerError
from token_tracker.provider_api import BoundApi
from token_tracker.provider_api import explained
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import Quota
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Spent
from token_tracker.providers import Tokens

pytestmark = pytest.mark.usefixtures("no_proxies")

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
KEY = "sk-canary-0123456789abcdef"
OPUS = "anthropic/claude-opus-5.5"
PROXY = "http://localhost:4000"


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with FakeProviders(NOW) as fakes:
        yield fakes


class Asker:
    """One provider with a key, at the fake's address of a region."""

    def __init__(self, fake: FakeProviders, name: str, key: str = KEY, region: int = 0, at: str = "") -> None:
        self._provider = provider_of(name)
        real = self._provider.regions[region]
        self._region = real._replace(base_url=fake.at(real.base_url or at))
        self._key = key

    @contextmanager
    def api(self) -> Iterator[BoundApi]:
        kind = self._provider.key_kind(self._key)
        with BoundApi(
            self._provider, self._region, self._key, now=NOW, key_kind=kind, sleep=lambda _seconds: None
        ) as api:
            yield api

    def check(self) -> KeyCheck:
        with self.api() as api:
            return self._provider.check(api)

    def balance(self) -> BalanceReading:
        assert self._provider.balance is not None
        with self.api() as api:
            return self._provider.balance(api)

    def units(self, first: date, last: date) -> list[BillUnit]:
        assert self._provider.fetch is not None
        with self.api() as api:
            return list(self._provider.fetch(api, Days(first, last)))

    def refusal(self) -> TrackerError:
        with pytest.raises(AnswerError) as raised:
            self.check()
        return explained(raised.value, self._provider)


def opus(back: int, amount: str, **more: object) -> Event:
    """What one model cost some days ago, at one in the morning UTC."""
    at = NOW.replace(hour=1) - back * DAY
    tokens = {"uncached": 300, "cache_read": 600, "output": 80, "reasoning": 20, "requests": 4}
    return Event(at, OPUS, amount=amount, **{**tokens, **more})  # type: ignore[arg-type]  # a test's own


def spent(units: list[BillUnit]) -> dict[date, Decimal]:
    return {unit.day: sum((record.amount for record in unit.billed or ()), Decimal(0)) for unit in units}


# OpenRouter


def test_openrouter_bills_what_happened_on_completed_days(fake: FakeProviders) -> None:
    fake.openrouter.accept(KEY, "management")
    fake.openrouter.put(opus(0, "9"), opus(1, "0.0123"), opus(3, "2"), opus(31, "4"))

    units = Asker(fake, "openrouter").units(TODAY - 40 * DAY, TODAY)

    assert spent(units) == {TODAY - back * DAY: Decimal(0) for back in range(1, 31)} | {
        TODAY - DAY: Decimal("0.0123"),
        TODAY - 3 * DAY: Decimal(2),
    }
    assert units[-1] == BillUnit(
        "costs",
        TODAY - DAY,
        billed=(
            BilledRecord(OPUS, f"Fake Cloud/endpoint of {OPUS} at Fake Cloud", Decimal("0.0123"), "USD"),
        ),
        usage=(ReportedUsage(OPUS, Tokens(input=300, cache_read=600, output=80, reasoning=20), 4),),
    )
    assert [(asked.path, asked.query) for asked in fake.openrouter.asked] == [("/api/v1/activity", ())]


def test_openrouter_tells_another_story_when_a_day_was_restated(fake: FakeProviders) -> None:
    fake.openrouter.accept(KEY, "management")
    fake.openrouter.put(opus(1, "1"), opus(2, "2"))
    before = Asker(fake, "openrouter").units(TODAY - 2 * DAY, TODAY - DAY)

    fake.openrouter.restate(TODAY - DAY, opus(1, "1.5"))
    fake.openrouter.drop(lambda event: event.amount == "2")

    assert spent(before) == {TODAY - 2 * DAY: Decimal(2), TODAY - DAY: Decimal(1)}
    assert spent(Asker(fake, "openrouter").units(TODAY - 2 * DAY, TODAY - DAY)) == {
        TODAY - 2 * DAY: Decimal(0),
        TODAY - DAY: Decimal("1.5"),
    }


def test_openrouter_says_what_each_kind_of_key_has_left(fake: FakeProviders) -> None:
    fake.openrouter.accept(KEY, "management")
    fake.openrouter.accept("sk-inference", "inference")
    fake.openrouter.limit = "20"
    fake.openrouter.put(opus(0, "1.25"), opus(9, "2"))
    one_key = Asker(fake, "openrouter", "sk-inference")

    assert Asker(fake, "openrouter").balance() == BalanceReading(
        (Balance("USD", Decimal(100) - Decimal("3.25")),)
    )
    assert one_key.balance() == BalanceReading(
        quotas=(Quota("key limit 20 USD", "", Decimal("3.25") / 20),),
        spent=(
            Spent("today", Decimal("1.25"), "USD", "key"),
            Spent("week", Decimal("1.25"), "USD", "key"),
            Spent("month", Decimal("3.25"), "USD", "key"),
        ),
    )
    assert one_key.check() == KeyCheck("inference", ("balance",), needs="management")


@pytest.mark.parametrize(
    ("state", "code"), [(KeyState.EXPIRED, "key_expired"), (KeyState.EXHAUSTED, "credit_exhausted")]
)
def test_openrouter_refuses_a_key_and_says_why(fake: FakeProviders, state: KeyState, code: str) -> None:
    fake.openrouter.accept(KEY, "management", state)

    assert Asker(fake, "openrouter").refusal().code == code


# DeepSeek


def test_deepseek_has_a_balance_in_each_currency(fake: FakeProviders) -> None:
    fake.deepseek.accept(KEY)
    parts = (("granted", Decimal("8.20")), ("topped_up", Decimal("80.00")))

    assert Asker(fake, "deepseek").balance() == BalanceReading((Balance("CNY", Decimal("88.20"), parts),))


@pytest.mark.parametrize(
    ("state", "code"), [(KeyState.EXPIRED, "key_expired"), (KeyState.EXHAUSTED, "credit_exhausted")]
)
def test_deepseek_refuses_a_key_and_says_why(fake: FakeProviders, state: KeyState, code: str) -> None:
    fake.deepseek.accept(KEY, state=state)

    assert Asker(fake, "deepseek").refusal().code == code


# Kimi


@pytest.mark.parametrize(("region", "origin"), [(1, KIMI_CHINA), (2, KIMI_CODE)])
def test_a_key_of_kimi_is_shown_to_its_own_address_alone(
    fake: FakeProviders, region: int, origin: str
) -> None:
    fake.kimi.accept(KEY, origin=origin)

    Asker(fake, "kimi", region=region).balance()

    assert fake.seen_by(KEY) == {(origin, "headers")}


def test_a_key_of_kimis_other_region_is_refused_and_tried_nowhere_else(fake: FakeProviders) -> None:
    fake.kimi.accept(KEY, origin=KIMI_CHINA)

    assert Asker(fake, "kimi").refusal().code == "key_refused"
    assert fake.seen_by(KEY) == {("https://api.moonshot.ai", "headers")}


def test_an_empty_account_of_kimi_is_no_missing_right(fake: FakeProviders) -> None:
    fake.kimi.accept(KEY, state=KeyState.EXHAUSTED)

    assert Asker(fake, "kimi").refusal().code == "credit_exhausted"


def test_both_forms_of_kimis_plan_are_read(fake: FakeProviders) -> None:
    fake.kimi.accept(KEY, origin=KIMI_CODE)
    older = Asker(fake, "kimi", region=2).balance().quotas

    fake.kimi.pools = {"limit_5h": "0.274", "limit_month_total": "0.041"}
    newer = Asker(fake, "kimi", region=2).balance().quotas

    assert [(quota.name, quota.window, quota.used_ratio, quota.used) for quota in (*older, *newer)] == [
        ("usage", "week", Decimal("0.26"), 26),
        ("limit", "5h", Decimal("0.27"), 27),
        ("limit_5h", "5h", Decimal("0.274"), None),
        ("limit_month_total", "month", Decimal("0.041"), None),
    ]


# MiniMax


def test_each_key_of_minimax_reads_what_it_belongs_to(fake: FakeProviders) -> None:
    plan = fake.minimax.accept("sk-cp-0123456789abcdef", origin=MINIMAX_ABROAD)
    money = fake.minimax.accept("sk-api-0123456789abcdef", origin=MINIMAX_CHINA)
    fake.minimax.plans = [Plan(percent=85, total=1500, counted=225)]

    quotas = Asker(fake, "minimax", plan).balance().quotas
    (balance,) = Asker(fake, "minimax", money, region=1).balance().balances

    assert [(quota.window, quota.used_ratio, quota.used, quota.limit) for quota in quotas] == [
        ("5h", 1 - Decimal(85) / 100, 225, 1500),
        ("week", 1 - Decimal(97) / 100, None, None),
    ]
    assert (balance.currency, balance.total) == ("CNY", Decimal("15.00"))


def test_minimax_is_asked_at_its_former_path_where_the_present_one_is_gone(fake: FakeProviders) -> None:
    fake.minimax.accept(KEY)
    fake.minimax.has_token_plan_path = False

    assert len(Asker(fake, "minimax").balance().quotas) == 2


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (1002, "provider_limited"),
        (1004, "key_refused"),
        (1008, "credit_exhausted"),
        (1033, "provider_failing"),
        (4711, "provider_rejected"),
    ],
)
def test_a_refusal_of_minimax_is_understood_though_http_says_200(
    fake: FakeProviders, number: int, code: str
) -> None:
    fake.minimax.accept(KEY)
    fake.minimax.fail(refuses_inside(number))

    assert Asker(fake, "minimax").refusal().code == code


def test_a_key_of_minimaxs_other_region_is_refused_and_tried_nowhere_else(fake: FakeProviders) -> None:
    fake.minimax.accept(KEY, origin=MINIMAX_CHINA)

    assert Asker(fake, "minimax").refusal().code == "key_refused"
    assert fake.seen_by(KEY) == {(MINIMAX_ABROAD, "headers")}


# A LiteLLM proxy


@pytest.mark.parametrize("page_size", [1, 2, None])
def test_a_proxys_days_are_the_same_with_any_size_of_pages(
    fake: FakeProviders, page_size: int | None
) -> None:
    fake.litellm.accept(KEY)
    fake.litellm.put(
        opus(1, "0.5", labels={"api_key": "a"}), opus(1, "0.25", labels={"api_key": "b"}), opus(3, "1")
    )
    fake.litellm.page_size = page_size

    units = Asker(fake, "litellm", at=PROXY).units(TODAY - 3 * DAY, TODAY)

    tokens = Tokens(input=300, cache_read=600, output=80)
    assert units == [
        BillUnit(
            "costs",
            TODAY - 3 * DAY,
            billed=(BilledRecord(OPUS, OPUS, Decimal(1), "USD"),),
            usage=(ReportedUsage(OPUS, tokens, 4),),
        ),
        BillUnit("costs", TODAY - 2 * DAY, billed=(), usage=()),
        BillUnit(
            "costs",
            TODAY - DAY,
            billed=(BilledRecord(OPUS, OPUS, Decimal("0.75"), "USD"),),
            usage=(ReportedUsage(OPUS, Tokens(*(2 * count for count in tokens)), 8),),
        ),
    ]


def test_a_user_of_a_proxy_reads_their_own_use(fake: FakeProviders) -> None:
    fake.litellm.accept(KEY, "user")
    fake.litellm.put(opus(1, "0.5"))

    assert spent(Asker(fake, "litellm", at=PROXY).units(TODAY - DAY, TODAY - DAY)) == {
        TODAY - DAY: Decimal("0.5")
    }


def test_an_expired_key_of_a_proxy_is_told_so(fake: FakeProviders) -> None:
    fake.litellm.accept(KEY, state=KeyState.EXPIRED)

    assert Asker(fake, "litellm", at=PROXY).refusal().code == "key_expired"


def test_a_proxy_without_a_database_does_not_offer_its_spend(fake: FakeProviders) -> None:
    fake.litellm.accept(KEY)
    said = {"detail": {"error": "DB not connected. See the documentation"}}
    fake.litellm.fail(lambda _vendor, _asked, reply: replace(reply, status=500, body=said))

    assert Asker(fake, "litellm", at=PROXY).refusal().code == "provider_lacks_it"
    assert fake.litellm.calls("activity") == 1
