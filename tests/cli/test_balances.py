"""`provider-balance`, against vendors on loopback sockets."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from cli.answers import Answer
from cli.answers import Ask
from cli.answers import contents
from cli.providers_at_hand import ROOT
from cli.providers_at_hand import process
from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers import KeyState
from fake_providers import faults
from fake_providers.deepseek import Wallet
from fake_providers.kimi import CHINA as KIMI_CHINA
from fake_providers.minimax import Plan
from fake_providers.vendor import Fault
from published_shapes import complaints

DEEPSEEK = "https://api.deepseek.com"
KEY = "sk-canaryKey7f3a91c2d4e5"
CANARY = "canaryKey7f3a"
NOBODY = "http://127.0.0.1:9"
"""Where nothing listens."""

pytestmark = pytest.mark.usefixtures("home", "no_proxies")


class Clock:
    """The moment that the program believes in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.set("2026-11-20T12:00:00+00:00")

    def set(self, moment: str) -> None:
        self._monkeypatch.setenv("TOKEN_TRACKER_NOW", moment)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, fake: FakeProviders) -> Clock:
    return Clock(monkeypatch)


def configure(ask: Ask, name: str, key: str, url: str, *more: str) -> None:
    """Configure a provider at an address of the fake."""
    answer = ask(
        "configure-provider", "--name", name, "--api-key", key, "--base-url", url, "--no-validate", *more
    )
    assert answer.exit_code == 0, answer.err


@pytest.fixture
def deepseek(ask: Ask, fake: FakeProviders, clock: Clock) -> FakeProviders:
    """Configure DeepSeek; its account holds 8.20 granted and 80.00 paid in, in yuan."""
    fake.deepseek.accept(KEY)
    configure(ask, "deepseek", KEY, fake.at(DEEPSEEK))
    return fake


def balance(ask: Ask, *more: str) -> Answer:
    return ask("provider-balance", "--name", "deepseek", "--tz", "Asia/Shanghai", *more)


# What is left


def test_a_balance_is_told_with_its_parts_and_that_nothing_more_is_known(
    ask: Ask, deepseek: FakeProviders
) -> None:
    answer = balance(ask, "--lang", "en")

    assert (answer.exit_code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "DeepSeek: CN¥88.20 left.",
        "- Made up of: granted CN¥8.20, topped up CN¥80.00.",
        "- How long it lasts is unknown: the last 7 days have no two balances a day or more apart yet.",
        "",
        "Data: DeepSeek asked at 20:00 (Asia/Shanghai).",
    ]


def test_balances_of_several_days_tell_the_pace_and_the_top_ups(
    ask: Ask, deepseek: FakeProviders, clock: Clock
) -> None:
    for moment, granted, topped_up in (
        ("2026-11-16T15:59:00+00:00", "8.20", "3.00"),
        ("2026-11-16T16:01:00+00:00", "8.20", "52.00"),
        ("2026-11-18T16:01:00+00:00", "0.20", "52.00"),
    ):
        clock.set(moment)
        deepseek.deepseek.wallets = [Wallet("CNY", granted, topped_up)]
        balance(ask)
    clock.set("2026-11-20T15:59:00+00:00")
    deepseek.deepseek.wallets = [Wallet("CNY", "0", "49.00")]

    answer = balance(ask, "--json")

    [found] = answer.document["data"]["providers"][0]["balances"]
    spent = Decimal(8) + Decimal("0.20") + Decimal(3)
    assert complaints("provider-balance", answer.document) == []
    assert Decimal(found["pace"]["per_day"]) == spent / 4
    assert found["days_left"] == round(float(Decimal(49) / (spent / 4)), 1)
    assert [
        (row["day"], Decimal(row["total"]), row["spent"] and Decimal(row["spent"]), row["topped_up"])
        for row in found["history"]
    ] == [
        ("2026-11-16", Decimal("11.20"), None, None),
        ("2026-11-17", Decimal("60.20"), Decimal(0), "49.000000"),
        ("2026-11-19", Decimal("52.20"), Decimal(8), "0"),
        ("2026-11-20", Decimal(49), Decimal("3.20"), "0"),
    ]


def test_two_currencies_are_never_added_and_converted_only_by_a_rate_that_is_named(
    ask: Ask, deepseek: FakeProviders
) -> None:
    deepseek.deepseek.wallets = [Wallet("CNY", "0", "71.20"), Wallet("USD", "0", "5.50")]
    ask("rates", "set", "USD", "CNY", "7.12")

    answer = balance(ask, "--json", "--currency", "USD")

    [found] = answer.document["data"]["providers"]
    assert [(one["currency"], one["total"]) for one in found["balances"]] == [
        ("CNY", "71.200000"),
        ("USD", "5.500000"),
    ]
    assert Decimal(found["converted"]["amount"]) == Decimal("71.20") / Decimal("7.12") + Decimal("5.50")


def test_without_a_rate_nothing_is_converted_and_the_answer_says_so(
    ask: Ask, deepseek: FakeProviders
) -> None:
    answer = balance(ask, "--json", "--currency", "EUR")

    assert answer.document["data"]["providers"][0]["converted"] is None
    assert answer.problem_codes == ["exchange-rate-missing"]


def test_an_account_whose_calls_are_refused_says_so(ask: Ask, deepseek: FakeProviders) -> None:
    deepseek.deepseek.is_available = False

    assert "服务商仍拒绝调用" in balance(ask, "--lang", "zh").out.splitlines()[0]


def test_the_currency_is_that_of_the_region_and_never_of_the_language(
    ask: Ask, fake: FakeProviders, clock: Clock
) -> None:
    fake.kimi.accept(KEY, origin=KIMI_CHINA)
    configure(ask, "kimi", KEY, fake.at(f"{KIMI_CHINA}/v1"), "--region", "cn")

    answer = ask("provider-balance", "--name", "kimi", "--json", "--lang", "en")

    assert [one["currency"] for one in answer.document["data"]["providers"][0]["balances"]] == ["CNY"]


def test_a_plan_tells_its_windows_and_when_they_start_anew_in_the_persons_zone(
    ask: Ask, fake: FakeProviders, clock: Clock
) -> None:
    fake.minimax.accept("sk-cp-canaryKey7f3a91c2")
    fake.minimax.plans = [Plan(percent=85, total=1500, counted=225)]
    url = fake.at("https://api.minimax.io")
    configure(ask, "minimax", "sk-cp-canaryKey7f3a91c2", url, "--region", "intl")

    answer = ask("provider-balance", "--name", "minimax", "--json", "--tz", "Asia/Shanghai")

    [hours, week] = answer.document["data"]["providers"][0]["quotas"]
    assert (hours["window"], hours["used_ratio"], hours["used"], hours["limit"]) == ("5h", 0.15, 225, 1500)
    assert hours["resets_at"].endswith("+08:00")
    assert week["window"] == "week"


def test_what_one_key_spent_is_called_that(ask: Ask, fake: FakeProviders, clock: Clock) -> None:
    fake.openrouter.accept(KEY, "inference")
    fake.openrouter.put(Event(fake.now, "brew/one", uncached=1, output=1, requests=1, amount="1.25"))
    configure(ask, "openrouter", KEY, fake.at("https://openrouter.ai/api/v1"))

    said = ask("provider-balance", "--name", "openrouter", "--lang", "en").out

    assert "Spent, as the provider says (this key only, UTC days): $1.25 today" in said


# What cannot be told


def test_a_provider_without_a_balance_says_where_it_shows_credit_and_needs_no_key(
    ask: Ask, clock: Clock
) -> None:
    answer = ask("provider-balance", "--name", "openai", "--json")

    assert (answer.exit_code, answer.error_code) == (5, "balance-not-offered")
    assert "https://platform.openai.com/settings/organization/billing" in answer.out


def test_keys_of_providers_without_balances_are_not_asked(
    ask: Ask, fake: FakeProviders, clock: Clock
) -> None:
    fake.openai.accept("sk-admin-canaryKey7f3a91c2")
    configure(ask, "openai", "sk-admin-canaryKey7f3a91c2", fake.at("https://api.openai.com/v1"))

    answer = ask("provider-balance", "--json")

    assert (answer.exit_code, answer.error_code, fake.openai.asked) == (5, "no-balance-offered", [])


@pytest.mark.parametrize("more", [[], ["--name", "deepseek"]])
def test_without_a_key_it_says_how_to_give_one(more: list[str], ask: Ask, clock: Clock) -> None:
    answer = ask("provider-balance", *more, "--lang", "en")

    assert (answer.exit_code, answer.out) == (4, "")
    assert "configure-provider" in answer.err


def test_what_succeeded_is_kept_where_another_fails(ask: Ask, deepseek: FakeProviders) -> None:
    deepseek.kimi.accept(KEY)
    deepseek.kimi.fail(faults.answers(401))
    configure(ask, "kimi", KEY, deepseek.at("https://api.moonshot.ai/v1"), "--region", "intl")

    answer = ask("provider-balance", "--json")

    assert (answer.exit_code, complaints("provider-balance", answer.document)) == (5, [])
    assert [
        (one["provider"], one["state"], [left["total"] for left in one["balances"]])
        for one in answer.document["data"]["providers"]
    ] == [("deepseek", "fetched", ["88.200000"]), ("kimi", "failed", [])]


def as_it_is() -> Fault:
    """Let the vendor answer as it would."""
    return lambda _vendor, _asked, reply: reply


REFUSALS = {
    "refused": (KeyState.VALID, faults.answers(401), 4, "key-refused"),
    "expired": (KeyState.EXPIRED, as_it_is(), 4, "key-expired"),
    "exhausted": (KeyState.EXHAUSTED, as_it_is(), 5, "credit-exhausted"),
}


@pytest.mark.parametrize(("state", "fault", "exit_code", "code"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_names_the_last_balance_and_its_age(
    state: KeyState,
    fault: Fault,
    exit_code: int,
    code: str,
    ask: Ask,
    deepseek: FakeProviders,
    clock: Clock,
) -> None:
    balance(ask)
    clock.set("2026-11-20T15:00:00+00:00")
    deepseek.deepseek.accept(KEY, state=state)
    deepseek.deepseek.fail(fault)

    english, chinese = (balance(ask, "--lang", lang) for lang in ("en", "zh"))
    [found] = balance(ask, "--json").document["data"]["providers"]

    assert {english.exit_code, chinese.exit_code} == {exit_code}
    assert (found["error"]["code"], found["as_of"]) == (code, "2026-11-20T20:00:00+08:00")
    assert english.out.splitlines()[0] == (
        "DeepSeek could not be asked; 3 h ago (20:00) it had CN¥88.20 left."
    )
    assert chinese.out.splitlines()[0] == "DeepSeek：这次没有查到，3 小时前（20:00）的余额是 ¥88.20。"


@pytest.mark.parametrize(("state", "fault", "exit_code", "code"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_before_any_balance_is_the_error(
    state: KeyState, fault: Fault, exit_code: int, code: str, ask: Ask, deepseek: FakeProviders
) -> None:
    deepseek.deepseek.accept(KEY, state=state)
    deepseek.deepseek.fail(fault)

    answer = balance(ask, "--json")

    assert (answer.exit_code, answer.error_code) == (exit_code, code)


# As processes


@pytest.mark.parametrize(
    ("lang", "first"),
    [
        ("en", "DeepSeek could not be asked; 24 h ago (Nov 20 20:00) it had CN¥88.20 left."),
        ("zh", "DeepSeek：这次没有查到，24 小时前（11月20日 20:00）的余额是 ¥88.20。"),
    ],
)
def test_without_a_network_the_last_balance_is_told(
    lang: str, first: str, ask: Ask, deepseek: FakeProviders
) -> None:
    balance(ask)
    configure(ask, "deepseek", KEY, NOBODY)

    words = ["provider-balance", "--name", "deepseek", "--tz", "Asia/Shanghai", "--lang", lang]
    ended = process(*words, TOKEN_TRACKER_NOW="2026-11-21T12:00:00+00:00")

    assert (ended.exit_code, ended.err) == (6, "")
    assert ended.out.splitlines()[0] == first


def test_without_a_network_and_a_balance_it_is_the_error(ask: Ask, clock: Clock) -> None:
    configure(ask, "deepseek", KEY, NOBODY)

    ended = process("provider-balance", "--name", "deepseek", "--lang", "en")

    assert (ended.exit_code, ended.out) == (6, "")
    assert "cannot be reached" in ended.err


def test_of_several_processes_at_once_one_asks(ask: Ask, deepseek: FakeProviders) -> None:
    command = [sys.executable, "-m", "token_tracker", "provider-balance", "--name", "deepseek", "--json"]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    ended = [(one.communicate()[0], one.returncode) for one in running]

    assert [code for _, code in ended] == [0, 0, 0]
    assert all('"88.200000"' in out for out, _ in ended)
    assert deepseek.deepseek.calls("balance") == 1


def test_no_answer_holds_the_key(ask: Ask, deepseek: FakeProviders, isolated_home: Path) -> None:
    fine = process("provider-balance")
    deepseek.deepseek.fail(faults.answers(401, f"bad key {KEY}", KEY))
    refused = process("provider-balance", "--json", TOKEN_TRACKER_NOW="2026-11-21T12:00:00+00:00")

    kept = {name for name, content in contents(isolated_home).items() if CANARY.encode() in content}
    assert (fine.exit_code, refused.exit_code) == (0, 4)
    assert CANARY not in fine.out + fine.err + refused.out + refused.err
    assert kept == {".token-tracker/providers.json"}
