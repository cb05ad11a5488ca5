"""Exchange rates as a person meets them: set, listed, refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cli.answers import NOW
from cli.answers import Ask
from cli.answers import contents
from ecb_files import FRIDAY
from ecb_files import ecb_file
from fake_providers import FakeProviders
from loopback import reply
from loopback import serving
from published_shapes import complaints
from token_tracker import http

ROOT = Path(__file__).resolve().parents[2]
NOW_IN_JSON = "2026-10-05T12:00:00+00:00"


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with FakeProviders() as fakes:
        yield fakes


@pytest.fixture(autouse=True)
def moment(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)


def document(ask: Ask, *words: str) -> dict[str, Any]:
    answer = ask("rates", *words, "--json")
    assert (answer.exit_code, answer.err) == (0, "")
    assert complaints("rates", answer.document) == []
    return answer.document


def rate(base: str, quote: str, number: str, day: str = "2026-10-05") -> dict[str, str]:
    return {
        "base": base,
        "quote": quote,
        "rate": number,
        "day": day,
        "source": "user",
        "noted_at": NOW_IN_JSON,
    }


def test_a_rate_is_set_from_today_on(ask: Ask) -> None:
    answer = ask("rates", "set", "USD", "CNY", "7.1200", "--lang", "en")

    assert answer.out == "Set: 1 USD = 7.1200 CNY from 2026-10-05 on, until a rate of a later day is known.\n"
    assert document(ask)["data"] == {
        "rates": [rate("USD", "CNY", "7.1200")],
        "ecb": None,
        "in_use": {"currency": "USD", "rates": [], "missing": []},
        "written": None,
    }


def test_a_rate_is_set_for_a_day_and_by_the_names_that_people_use(ask: Ask) -> None:
    set_now = document(ask, "set", "人民币", "美元", "０.１４", "--date", "10月1日")

    assert set_now["data"]["rates"] == [rate("CNY", "USD", "0.14", "2026-10-01")]
    assert set_now["data"]["written"] == {"added": 1, "replaced": 0, "unchanged": 0}


def test_setting_it_again_changes_it_or_says_that_nothing_did(ask: Ask) -> None:
    words = ("rates", "set", "usd", "cny")
    answers = [ask(*words, number, "--lang", "zh").out.partition("：")[0] for number in ("7", "7", "7.1")]

    assert answers == ["已设置", "没有变化", "已设置"]
    assert document(ask)["data"]["rates"] == [rate("USD", "CNY", "7.1")]


def test_the_other_way_round_takes_the_place_of_the_first(ask: Ask) -> None:
    ask("rates", "set", "USD", "CNY", "7")
    ask("rates", "set", "CNY", "USD", "0.14")

    assert document(ask, "list")["data"]["rates"] == [rate("CNY", "USD", "0.14")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("USD", "CNY", "0"), "exchange-rate-invalid"),
        (("USD", "CNY", "7,12"), "exchange-rate-invalid"),
        (("USD", "CNY", "1e3"), "exchange-rate-invalid"),
        (("USD", "CNY", "NaN"), "exchange-rate-invalid"),
        (("USD", "CNY", "1000000000"), "exchange-rate-invalid"),
        (("USD", "CNY", "0.0000000000001"), "exchange-rate-invalid"),
        (("USD", "美元", "1"), "exchange-rate-of-itself"),
        (("USD", "毛", "70"), "currency-invalid"),
        (("USDT", "CNY", "7"), "currency-invalid"),
        (("USD", "CNY", "7", "--date", "2026-10-06"), "exchange-rate-in-future"),
        (("USD", "CNY", "7", "--date", "last week"), "date-not-understood"),
    ],
)
def test_what_is_no_rate_is_refused_and_nothing_is_kept(words: tuple[str, ...], code: str, ask: Ask) -> None:
    answer = ask("rates", "set", *words, "--json")

    assert (answer.exit_code, answer.error_code) == (2, code)
    assert document(ask)["data"]["rates"] == []


def test_today_is_that_of_the_zone(ask: Ask) -> None:
    found = document(ask, "set", "USD", "CNY", "7", "--tz", "Pacific/Kiritimati")

    assert found["data"]["rates"][0]["day"] == "2026-10-06"


def test_without_any_rate_the_list_says_what_to_do(ask: Ask) -> None:
    english, chinese = (ask("rates", "--lang", lang).out for lang in ("en", "zh"))

    assert english.splitlines()[0] == "No exchange rates are known, so nothing is converted."
    assert chinese.splitlines()[0] == "还没有任何汇率，所以什么也不换算。"
    assert ["`token-tracker rates update`" in text for text in (english, chinese)] == [True, True]
    assert ["`token-tracker rates set USD CNY 7.12`" in text for text in (english, chinese)] == [True, True]


def test_a_home_that_cannot_be_written_still_tells_its_rates_and_takes_none(
    ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("rates", "set", "USD", "CNY", "7.12")
    before = contents(home)
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    listed = ask("rates", "list", "--json")
    refused = ask("rates", "set", "USD", "CNY", "8", "--json")

    assert [Decimal(one["rate"]) for one in listed.document["data"]["rates"]] == [Decimal("7.12")]
    assert (refused.exit_code, refused.error_code) == (9, "ledger-read-only")
    assert contents(home) == before


# What is fetched


def test_the_rates_of_the_central_bank_are_fetched_and_once_more_changes_nothing(ask: Ask) -> None:
    with serving(reply(200, ecb_file())) as bank:
        first = document(ask, "update", "--from", f"{bank.url}/rates.xml")
        second = ask("rates", "update", "--from", f"{bank.url}/rates.xml", "--lang", "en")

    assert first["data"]["written"] == {"added": 6, "replaced": 0, "unchanged": 0}
    assert first["data"]["ecb"] == {"first_day": "2026-10-01", "last_day": "2026-10-02", "days": 2}
    assert {one["quote"]: one["rate"] for one in first["data"]["rates"]} == FRIDAY
    assert second.out.splitlines() == [
        "The European Central Bank's rates up to 2026-10-02 were known already; nothing is new.",
        "Its rates of 2 days are known, 2026-10-01 to 2026-10-02.",
    ]
    assert [one.line for one in bank.asked] == ["GET /rates.xml HTTP/1.1"] * 2
    assert [one.headers["accept-encoding"] for one in bank.asked] == ["identity"] * 2


def test_the_own_rate_stays_where_others_are_fetched(ask: Ask) -> None:
    ask("rates", "set", "USD", "CNY", "7")
    with serving(reply(200, ecb_file())) as bank:
        ask("rates", "update", "--from", bank.url)

    assert [(one["source"], one["rate"]) for one in document(ask)["data"]["rates"]] == [
        ("user", "7"),
        *(("ecb", FRIDAY[code]) for code in sorted(FRIDAY)),
    ]


@pytest.mark.parametrize(
    ("answer", "exit_code", "code"),
    [
        (reply(200, b"<html>"), 5, "rates-not-understood"),
        (reply(200, ecb_file().replace(b"162.53", b"oops")), 5, "rates-not-understood"),
        (reply(200, b"<!-- " + b"x" * (2 << 20) + b" -->" + ecb_file()), 5, "answer-too-large"),
        (reply(302, b"", {"Location": "https://elsewhere.example/"}), 5, "redirect-refused"),
        (reply(404, b"not here"), 5, "provider-answered"),
        (b"", 6, "no-network"),
    ],
    ids=["a page", "one wrong rate", "too much", "a redirect", "nothing there", "silence"],
)
def test_what_is_no_list_of_rates_changes_nothing(
    answer: bytes, exit_code: int, code: str, ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "Limits", partial(http.Limits, attempts=1))
    ask("rates", "set", "USD", "CNY", "7")
    before = document(ask)["data"]
    with serving(answer) as bank:
        refused = ask("rates", "update", "--from", bank.url, "--json")

    assert (refused.exit_code, refused.error_code) == (exit_code, code)
    assert document(ask)["data"] == before


@pytest.mark.parametrize(
    ("address", "exit_code", "code"),
    [
        ("http://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml", 5, "address-refused"),
        ("ftp://127.0.0.1/rates.xml", 5, "address-refused"),
        ("https://someone:secret@127.0.0.1/rates.xml", 5, "address-refused"),
        ("file:///etc/passwd", 2, "rates-address-invalid"),
        ("https://[::1/rates.xml", 2, "rates-address-invalid"),
        ("rates.xml", 2, "rates-address-invalid"),
        ("", 2, "rates-address-invalid"),
    ],
)
def test_an_address_that_is_not_safe_is_not_asked(address: str, exit_code: int, code: str, ask: Ask) -> None:
    refused = ask("rates", "update", "--from", address, "--json")

    assert (refused.exit_code, refused.error_code) == (exit_code, code)


def test_without_a_word_it_is_the_file_of_the_central_bank(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[http.Request] = []

    def send(_self: http.Http, request: http.Request) -> http.Answer:
        asked.append(request)
        return http.Answer(200, {}, ecb_file())

    monkeypatch.setattr(http.Http, "send", send)
    answer = ask("rates", "update", "--lang", "zh")

    assert answer.out.splitlines()[0] == "已取回欧洲央行截至 2026-10-02 的汇率：新增 6 个。"
    assert [one.url for one in asked] == ["https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml"]


def test_a_home_that_cannot_be_written_asks_nobody(
    ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    with serving(reply(200, ecb_file())) as bank:
        refused = ask("rates", "update", "--from", bank.url, "--json")

    assert (refused.exit_code, refused.error_code, bank.asked) == (9, "ledger-read-only", [])


def test_what_the_central_bank_corrects_is_replaced_also_by_another_process(
    fake: FakeProviders, isolated_home: Path
) -> None:
    place = fake.at("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml")
    last = max(fake.ecb.rates)
    words = [sys.executable, "-m", "token_tracker", "rates", "update", "--from", place, "--json"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TOKEN_TRACKER_NOW": "2026-11-22T12:00:00+00:00"}
    written = []
    for rates in (fake.ecb.rates[last], {**fake.ecb.rates[last], "USD": "1.1613"}):
        fake.ecb.rates[last] = rates
        ended = subprocess.run(words, env=environ, capture_output=True, text=True, check=True)
        written.append(json.loads(ended.stdout)["data"]["written"])

    assert written == [
        {"added": 4, "replaced": 0, "unchanged": 0},
        {"added": 0, "replaced": 1, "unchanged": 3},
    ]
