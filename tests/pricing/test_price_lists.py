"""In which currency a provider is paid: what the log says, else dollars, else what the user chose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from token_tracker.errors import SettingsError
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import OWN_FILE
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import choose_currency
from token_tracker.pricing.overrides import read_overrides
from token_tracker.pricing.overrides import set_override
from token_tracker.pricing.section import DATA
from token_tracker.sources._providers import OUR_NAMES

from .expected_money import at
from .expected_money import pico

NOON = at("2026-11-20T12:00:00")
FLASH = Service("deepseek", "deepseek-flash")
OVERLAY = json.loads((DATA / "overlay.json").read_bytes())


def priced(card: RateCard, provider: str, model: str) -> tuple[int | None, str | None]:
    """Give what a thousand tokens of input cost at an off-peak hour, and in which currency."""
    quote = card.quote(Service(provider, model), NOON, Tokens(input=1000), 0)
    return quote.amount_pico, quote.rate and quote.rate.currency


def test_a_provider_with_two_price_lists_is_priced_in_dollars_until_the_user_chooses(
    card: RateCard, tmp_path: Path
) -> None:
    choose_currency(tmp_path, "deepseek", "CNY")
    found = [priced(one, "deepseek", "deepseek-flash") for one in (card, RateCard.load(tmp_path))]
    assert found == [(pico((1000, "0.15")), "USD"), (pico((1000, "1")), "CNY")]


def test_a_choice_is_taken_back_by_choosing_again(card: RateCard, tmp_path: Path) -> None:
    choose_currency(tmp_path, "deepseek", "CNY")
    choose_currency(tmp_path, "deepseek", "USD")
    again = RateCard.load(tmp_path)
    assert (again.quote(FLASH, NOON, Tokens(1), 0), again.fingerprint(FLASH)) == (
        card.quote(FLASH, NOON, Tokens(1), 0),
        card.fingerprint(FLASH),
    )


def test_a_choice_changes_the_fingerprint_of_that_provider_alone(card: RateCard, tmp_path: Path) -> None:
    choose_currency(tmp_path, "deepseek", "CNY")
    chosen = RateCard.load(tmp_path)
    services = [FLASH, Service("", "deepseek-v4-pro"), Service("minimax", "MiniMax-M2.7")]
    changed = [chosen.fingerprint(one) != card.fingerprint(one) for one in services]
    assert (changed, chosen.version == card.version) == ([True, True, False], False)


def test_a_platform_in_china_that_the_log_names_is_priced_in_yuan_unless_the_user_pays_dollars(
    card: RateCard, tmp_path: Path
) -> None:
    choose_currency(tmp_path, "zhipu", "USD")
    found = [priced(one, "zhipuai", "glm-5.3") for one in (card, RateCard.load(tmp_path))]
    assert found == [(pico((1000, "8")), "CNY"), (pico((1000, "1.4")), "USD")]


def test_the_list_price_behind_a_gateway_is_in_the_chosen_currency_too(tmp_path: Path) -> None:
    choose_currency(tmp_path, "deepseek", "CNY")
    found = priced(RateCard.load(tmp_path), "litellm", "deepseek-flash")
    assert found == (pico((1000, "1")), "CNY")


def test_a_model_that_the_chosen_list_lacks_is_unpriced_and_not_converted(tmp_path: Path) -> None:
    choose_currency(tmp_path, "zai", "CNY")
    chosen = RateCard.load(tmp_path)
    found = [priced(chosen, "zai", model) for model in ("glm-5.3", "glm-4.6")]
    assert found == [(pico((1000, "8")), "CNY"), (None, None)]


def test_an_own_price_wins_over_both_lists(tmp_path: Path) -> None:
    choose_currency(tmp_path, "deepseek", "CNY")
    set_override(tmp_path, Override("deepseek", "deepseek-flash", {"input": "0.9"}, currency="CNY"))
    assert priced(RateCard.load(tmp_path), "deepseek", "deepseek-flash") == (pico((1000, "0.9")), "CNY")


def test_choices_and_own_prices_stand_in_one_file_and_leave_each_other_alone(tmp_path: Path) -> None:
    first, second = Override("acme", "m", {"input": "1"}), Override("acme", "n", {"input": "2"})
    set_override(tmp_path, first)
    choose_currency(tmp_path, "deepseek", "CNY")
    set_override(tmp_path, second)
    choose_currency(tmp_path, "minimax", "CNY")
    own = read_overrides(tmp_path)
    assert (own.rows, own.currencies) == ([first, second], {"deepseek": "CNY", "minimax": "CNY"})
    assert [path.name for path in tmp_path.iterdir()] == [OWN_FILE]


def test_the_last_file_that_names_a_provider_decides(tmp_path: Path) -> None:
    for name, currency in (("a.json", "USD"), ("b.json", "CNY")):
        text = json.dumps({"schema": 1, "currencies": {"deepseek": currency}, "rows": []})
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert priced(RateCard.load(tmp_path), "deepseek", "deepseek-flash") == (pico((1000, "1")), "CNY")


@pytest.mark.parametrize("currencies", ["CNY", ["CNY"], {"deepseek": "yuan"}, {"deepseek": 1}, None])
def test_a_choice_that_is_no_currency_is_refused_and_not_skipped(tmp_path: Path, currencies: object) -> None:
    text = json.dumps({"schema": 1, "currencies": currencies, "rows": []})
    (tmp_path / "own.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        RateCard.load(tmp_path)
    assert caught.value.facts["reason"] == 'currencies is not {"provider": "three-letter code"}'


@pytest.mark.parametrize(
    ("provider", "lists"),
    [
        ("deepseek", {"USD": "deepseek", "CNY": "deepseek-cn"}),
        ("zhipuai", {"CNY": "zhipu", "USD": "zai"}),
        ("moonshot", {"USD": "kimi", "CNY": "kimi-cn"}),
        ("dashscope", {"USD": "qwen", "CNY": "qwen-cn"}),
        ("anthropic", {}),
        ("nobody", {}),
    ],
)
def test_only_lists_that_have_prices_can_be_chosen(
    card: RateCard, provider: str, lists: dict[str, str]
) -> None:
    assert card.price_lists(provider) == lists


def test_every_list_is_in_the_currency_it_is_named_by(card: RateCard) -> None:
    wrong = [
        (provider, currency, row.rate.key)
        for provider in OVERLAY["price_lists"]
        for currency, name in card.price_lists(provider).items()
        for row in card.rows(name)
        if row.rate.currency != currency
    ]
    assert wrong == []


def test_every_provider_that_a_source_names_is_known_to_the_card() -> None:
    known = {*OVERLAY["provider_ids"], *OVERLAY["provider_ids"].values()}
    assert set(OUR_NAMES.values()) - known == set()
