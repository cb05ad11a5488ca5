"""The fakes of Kimi, MiniMax, a LiteLLM proxy and the ECB answer as their documents say."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers import KeyState
from fake_providers.asking import ask
from fake_providers.kimi import ABROAD
from fake_providers.kimi import CHINA
from fake_providers.kimi import CODE
from fake_providers.kimi import Wallet
from fake_providers.minimax import CHINA as MINIMAX_CHINA
from fake_providers.minimax import Plan
from fake_providers.minimax import refuses_inside

KEY = "sk-" + "k" * 24
PAYG, PLAN = "sk-api-" + "m" * 24, "sk-cp-" + "m" * 24
LITELLM = "http://localhost:4000/user/daily/activity?start_date=2026-11-18&end_date=2026-11-19"


def test_a_debt_of_kimi_leaves_the_vouchers(fake: FakeProviders) -> None:
    fake.kimi.accept(KEY, origin=ABROAD)
    fake.kimi.wallets[ABROAD] = Wallet("20", "-1.5")

    assert ask(fake.at(f"{ABROAD}/v1/users/me/balance"), KEY).json == {
        "code": 0,
        "data": {"available_balance": 20, "voucher_balance": 20, "cash_balance": Decimal("-1.5")},
        "scode": "0x0",
        "status": True,
    }


def test_a_key_of_kimi_belongs_to_one_address(fake: FakeProviders) -> None:
    fake.kimi.accept(KEY, origin=CHINA)

    assert [ask(fake.at(f"{place}/v1/users/me/balance"), KEY).status for place in (CHINA, ABROAD)] == [
        200,
        401,
    ]


def test_the_coding_plan_of_kimi_has_two_forms(fake: FakeProviders) -> None:
    fake.kimi.accept(KEY, origin=CODE)
    older = ask(fake.at(f"{CODE}/coding/v1/usages"), KEY).json
    fake.kimi.pools = {"limit_5h": "0", "limit_month_total": "0.0338"}
    newer = ask(fake.at(f"{CODE}/coding/v1/usages"), KEY).json

    assert (older["usage"], older["limits"][0]["window"]) == (
        {"limit": "100", "used": "26", "remaining": "74", "resetTime": "2026-11-27T12:00:00.000519Z"},
        {"duration": 300, "timeUnit": "TIME_UNIT_MINUTE"},
    )
    assert newer["usages"]["limit_month_total"] == {
        "used_ratio": Decimal("0.0338"),
        "reset_time": "2026-12-10T12:00:00Z",
    }


def test_minimax_tells_a_balance_in_strings(fake: FakeProviders) -> None:
    fake.minimax.accept(PAYG)

    assert ask(fake.at("https://api.minimax.io/account/query_balance"), PAYG).json == {
        "available_amount": "15.00",
        "cash_balance": "10.00",
        "voucher_balance": "5.00",
        "credit_balance": "0.00",
        "owed_amount": "0.00",
        "balance_alert_switch": False,
        "balance_alert_threshold": "",
        "base_resp": {"status_code": 0, "status_msg": "success"},
    }


def test_a_plan_of_minimax_may_tell_percents_or_only_counts(fake: FakeProviders) -> None:
    fake.minimax.accept(PLAN)
    fake.minimax.plans = [
        Plan(),
        Plan("video", hours=24, percent=None, weekly_percent=None, total=10, counted=3),
    ]

    [general, video] = ask(fake.at("https://api.minimax.io/v1/token_plan/remains"), PLAN).json[
        "model_remains"
    ]

    assert general["current_interval_remaining_percent"] == 85
    assert general["end_time"] - general["start_time"] == 5 * 3600 * 1000
    assert "current_interval_remaining_percent" not in video
    assert (video["current_interval_total_count"], video["current_interval_usage_count"]) == (10, 3)


@pytest.mark.parametrize(
    ("host", "path", "key", "code"),
    [
        ("https://api.minimax.cn", "/v1/token_plan/remains", PLAN, 0),
        ("https://api.minimaxi.com", "/v1/token_plan/remains", PLAN, 2049),
        ("https://api.minimax.io", "/v1/token_plan/remains", PLAN, 2049),
        ("https://api.minimax.cn", "/account/query_balance", PLAN, 1004),
        ("https://api.minimax.cn", "/v1/token_plan/remains", "nobody", 2049),
        ("https://api.minimax.cn", "/v1/token_plan/remains", "", 1004),
        ("https://api.minimax.cn", "/v1/token_plan/remains", "sk-cp-empty", 1008),
    ],
)
def test_minimax_refuses_with_http_200(
    fake: FakeProviders, host: str, path: str, key: str, code: int
) -> None:
    fake.minimax.accept(PLAN, origin=MINIMAX_CHINA)
    fake.minimax.accept("sk-cp-empty", state=KeyState.EXHAUSTED)

    answer = ask(fake.at(host + path), key)

    assert (answer.status, answer.json["base_resp"]["status_code"]) == (200, code)


def test_minimax_may_have_an_error_inside_any_answer(fake: FakeProviders) -> None:
    fake.minimax.accept(PLAN)
    fake.minimax.fail(refuses_inside(1033, "system error"))

    assert ask(fake.at("https://api.minimax.io/v1/token_plan/remains"), PLAN).json == {
        "base_resp": {"status_code": 1033, "status_msg": "system error"}
    }


def test_a_plan_of_minimax_may_be_at_its_former_path_only(fake: FakeProviders) -> None:
    fake.minimax.accept(PLAN)
    fake.minimax.has_token_plan_path = False
    host = "https://api.minimax.io"

    present = ask(fake.at(f"{host}/v1/token_plan/remains"), PLAN)
    former = ask(fake.at(f"{host}/v1/api/openplatform/coding_plan/remains"), PLAN)

    assert (present.status, former.json["base_resp"]["status_code"]) == (404, 0)


@pytest.fixture
def litellm(fake: FakeProviders) -> FakeProviders:
    fake.litellm.accept(KEY)
    fake.litellm.put(*(spent(18, "a"), spent(19, "a"), spent(19, "b"), spent(20, "a")))
    return fake


def spent(day: int, model: str) -> Event:
    at = datetime(2026, 11, day, 5, tzinfo=UTC)
    return Event(
        at, model, uncached=3, cache_read=4, output=5, requests=1, amount="0.01", labels={"failed": 2}
    )


def test_a_page_of_litellm_is_rows_so_a_day_may_be_on_two(litellm: FakeProviders) -> None:
    pages = [ask(litellm.at(f"{LITELLM}&page_size=1&page={page}"), KEY).json for page in (1, 2, 3)]

    assert [
        [(day["date"], list(day["breakdown"]["models"]), day["metrics"]["spend"]) for day in page["results"]]
        for page in pages
    ] == [
        [("2026-11-19", ["a"], Decimal("0.01"))],
        [("2026-11-19", ["b"], Decimal("0.01"))],
        [("2026-11-18", ["a"], Decimal("0.01"))],
    ]
    assert [(page["metadata"]["total_pages"], page["metadata"]["has_more"]) for page in pages] == [
        (3, True),
        (3, True),
        (3, False),
    ]


def test_litellm_counts_cached_tokens_inside_the_prompt(litellm: FakeProviders) -> None:
    [_, day_18] = ask(litellm.at(LITELLM), KEY).json["results"]

    assert day_18["metrics"] == {
        "spend": Decimal("0.01"),
        "prompt_tokens": 7,
        "completion_tokens": 5,
        "cache_read_input_tokens": 4,
        "cache_creation_input_tokens": 0,
        "total_tokens": 12,
        "successful_requests": 1,
        "failed_requests": 2,
        "api_requests": 3,
    }


@pytest.mark.parametrize(("query", "status"), [("", 403), ("&user_id=user-2", 403), ("&user_id=user-1", 200)])
def test_a_user_of_litellm_sees_only_what_is_theirs(litellm: FakeProviders, query: str, status: int) -> None:
    litellm.litellm.accept("sk-user", "user")

    assert ask(litellm.at(LITELLM + query), "sk-user").status == status


def test_the_ecb_tells_its_latest_day_and_those_of_90_days(fake: FakeProviders) -> None:
    [daily, history] = [
        ask(fake.at(f"https://www.ecb.europa.eu/stats/eurofxref/eurofxref-{name}.xml"))
        for name in ("daily", "hist-90d")
    ]

    assert [daily.content.count(b"<Cube time="), history.content.count(b"<Cube time=")] == [1, 2]
    assert b'<Cube time="2026-11-20"><Cube currency="USD" rate="1.1612"/>' in daily.content


def test_a_file_can_be_at_any_address(fake: FakeProviders) -> None:
    url = "https://prices.example/v1/data.json"
    fake.files.serve(url, b"[1]")

    found: list[Any] = [ask(fake.at(url)).json, ask(fake.at(url + "x")).status, fake.files.calls(url)]

    assert found == [[1], 404, 1]


def test_an_address_that_nobody_has_is_a_mistake_in_the_test(fake: FakeProviders) -> None:
    with pytest.raises(LookupError, match=r"nobody is at https://api\.example"):
        fake.at("https://api.example/v1")
