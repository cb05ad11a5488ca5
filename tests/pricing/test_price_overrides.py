"""The user's own prices: what is read, refused, written, and what wins over the card."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import OwnPrices
from token_tracker.pricing.overrides import choose_currency
from token_tracker.pricing.overrides import read_overrides
from token_tracker.pricing.overrides import set_override
from token_tracker.pricing.rate import UNPRICED
from token_tracker.pricing.rate import Rate

from .expected_money import at
from .expected_money import pico

NOON = at("2026-11-20T12:00:00")
OPUS = Service("anthropic", "claude-opus-4-8")


def write(directory: Path, text: str, name: str = "mine.json") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def one_row(**row: object) -> str:
    whole = {"provider": "anthropic", "model": "m", "input": "1", **row}
    return json.dumps(
        {"schema": 1, "rows": [{key: value for key, value in whole.items() if value is not None}]}
    )


def refusal(directory: Path) -> tuple[str, dict[str, str]]:
    with pytest.raises(SettingsError) as caught:
        RateCard.load(directory)
    return caught.value.code, caught.value.facts


def test_an_own_price_wins_from_its_day_on(tmp_path: Path) -> None:
    set_override(
        tmp_path, Override("anthropic", "claude-opus-4-8", {"input": "4.5"}, valid_from="2026-11-20")
    )
    card = RateCard.load(tmp_path)
    amounts = [
        card.quote(OPUS, at(moment), Tokens(input=1000), 0).amount_pico
        for moment in ("2026-11-19T23:59:59", "2026-11-20T00:00:00")
    ]
    assert amounts == [pico((1000, "5")), pico((1000, "4.5"))]


def test_a_kind_that_an_own_price_leaves_out_is_unpriced(tmp_path: Path) -> None:
    set_override(tmp_path, Override("anthropic", "claude-opus-4-8", {"input": "4.5"}))
    assert RateCard.load(tmp_path).quote(OPUS, NOON, Tokens(output=1), 0).amount_pico is None


def test_a_cache_write_that_the_vendor_prices_by_a_rule_follows_an_own_price(tmp_path: Path) -> None:
    set_override(
        tmp_path, Override("anthropic", "claude-opus-4-8", {"input": "4.5", "cache_write_5m": "5.6"})
    )
    set_override(tmp_path, Override("openai", "gpt-5", {"input": "1"}))
    card = RateCard.load(tmp_path)
    hour = card.quote(OPUS, NOON, Tokens(cache_write_1h=1000), 0)
    write = card.quote(Service("openai", "gpt-5"), NOON, Tokens(cache_write_5m=1000), 0)
    assert (hour.amount_pico, write.amount_pico) == (pico((1000, "9")), pico((1000, "1")))


def test_an_own_row_says_where_it_is_from(tmp_path: Path) -> None:
    row = Override(
        "anthropic", "claude-opus-4-8", {"input": "4.50", "web_search": "0.02"}, "2026-11-01", "EUR",
        source_url="https://example.com/contract", checked_on="2026-11-02", note="contract 7",
    )  # fmt: skip
    set_override(tmp_path, row)
    assert RateCard.load(tmp_path).quote(OPUS, NOON, Tokens(), 0).rate == Rate(
        "anthropic/claude-opus-4-8/2026-11-01/standard", "anthropic", "claude-opus-4-8", "Claude Opus 4.8",
        "EUR", "4.5", None, None, None, None, "0.02",
        "2026-11-01", "https://example.com/contract", "2026-11-02", "contract 7", origin="user",
    )  # fmt: skip


def test_an_own_row_without_a_note_is_marked_as_own(tmp_path: Path) -> None:
    set_override(tmp_path, Override("anthropic", "claude-opus-4-8", {"input": "4.5"}))
    rate = RateCard.load(tmp_path).quote(OPUS, NOON, Tokens(), 0).rate
    assert rate is not None
    assert (rate.note, rate.key) == ("own price", "anthropic/claude-opus-4-8/always/standard")


@pytest.mark.parametrize("logged", ["claude-opus-4-8", "claude-opus-4-8-20260528", "Claude-Opus-4-8[1m]"])
def test_an_own_price_holds_for_every_spelling_of_its_model(tmp_path: Path, logged: str) -> None:
    set_override(tmp_path, Override("Anthropic", "Claude-Opus-4-8", {"input": "4.5"}))
    quote = RateCard.load(tmp_path).quote(Service("anthropic", logged), NOON, Tokens(input=1000), 0)
    assert quote.amount_pico == pico((1000, "4.5"))


def test_an_own_price_for_the_cards_id_holds_for_its_other_names(tmp_path: Path) -> None:
    set_override(tmp_path, Override("openai", "gpt-5", {"input": "1"}))
    quote = RateCard.load(tmp_path).quote(Service("openai", "gpt-5-codex"), NOON, Tokens(input=1000), 0)
    assert quote.amount_pico == pico((1000, "1"))


def test_a_model_that_the_card_does_not_know_can_be_given_a_price(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "house-1", {"input": "2"}, valid_from="2026-11-20"))
    card = RateCard.load(tmp_path)
    quotes = [
        card.quote(Service("acme", "house-1"), at(moment), Tokens(input=5), 0)
        for moment in ("2026-11-19T23:59:59", "2026-11-20T00:00:00")
    ]
    assert (quotes[0], quotes[1].amount_pico) == (UNPRICED, pico((5, "2")))
    assert quotes[1].rate == Rate(
        "acme/house-1/2026-11-20/standard", "acme", "house-1", "house-1", "USD",
        "2", None, None, None, None, None, "2026-11-20", "", "", "own price", origin="user",
    )  # fmt: skip


def test_a_later_own_row_takes_over_from_an_earlier_one_in_any_order(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "3"}, valid_from="2026-10-01"))
    set_override(tmp_path, Override("acme", "m", {"input": "2"}, valid_from="2026-09-01"))
    card = RateCard.load(tmp_path)
    amounts = [
        card.quote(Service("acme", "m"), at(moment), Tokens(input=1), 0).amount_pico
        for moment in ("2026-09-30T23:59:59", "2026-10-01T00:00:00")
    ]
    assert amounts == [pico((1, "2")), pico((1, "3"))]


@pytest.mark.parametrize(
    ("service", "terms"),
    [
        (Service("anthropic", "claude-sonnet-4-5", tier="priority"), {"tier": "priority"}),
        (Service("anthropic", "claude-sonnet-4-5", tier="batch"), {"tier": "batch"}),
        (Service("anthropic", "claude-sonnet-4-5", speed="fast"), {"speed": "fast"}),
        (
            Service("anthropic", "claude-sonnet-4-5", tier="flex", speed="fast"),
            {"tier": "flex", "speed": "fast"},
        ),
    ],
)
def test_terms_can_be_given_a_price_which_is_whole(
    tmp_path: Path, service: Service, terms: dict[str, str]
) -> None:
    set_override(tmp_path, Override("anthropic", "claude-sonnet-4-5", {"input": "7"}, **terms))
    card = RateCard.load(tmp_path)
    amounts = [card.quote(service, NOON, tokens, 0).amount_pico for tokens in (Tokens(1), Tokens(output=1))]
    standard = card.quote(Service("anthropic", "claude-sonnet-4-5"), NOON, Tokens(1), 0).amount_pico
    assert (amounts, standard) == ([pico((1, "7")), None], pico((1, "3")))


def test_terms_are_joined_in_the_key_of_their_row_in_quotes_and_lists(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "7"}))
    set_override(tmp_path, Override("acme", "m", {"input": "8"}, tier="flex", speed="fast"))
    set_override(tmp_path, Override("acme", "m", {"input": "9"}, "2026-01-01", tier="flex", speed="fast"))
    card = RateCard.load(tmp_path)
    quoted = card.quote(Service("acme", "m", tier="flex", speed="fast"), NOON, Tokens(), 0).rate
    assert quoted is not None
    assert (quoted.key, [row.rate.key for row in card.rows("acme")]) == (
        "acme/m/2026-01-01/flex+fast",
        ["acme/m/always/standard", "acme/m/always/flex+fast", "acme/m/2026-01-01/flex+fast"],
    )


def test_an_own_variant_row_also_changes_over_on_its_day(tmp_path: Path) -> None:
    fast = Service("acme", "m", speed="fast")
    set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    set_override(tmp_path, Override("acme", "m", {"input": "3"}, "2026-10-01", speed="fast"))
    set_override(tmp_path, Override("acme", "m", {"input": "2"}, "2026-09-01", speed="fast"))
    card = RateCard.load(tmp_path)
    amounts = [
        card.quote(fast, at(moment), Tokens(input=1), 0).amount_pico
        for moment in (
            "2026-08-31T23:59:59",
            "2026-09-01T00:00:00",
            "2026-09-30T23:59:59",
            "2026-10-01T00:00:00",
        )
    ]
    assert amounts == [None, pico((1, "2")), pico((1, "2")), pico((1, "3"))]


def test_a_resold_model_can_be_given_the_resellers_price_without_the_vendors_variants(tmp_path: Path) -> None:
    set_override(tmp_path, Override("azure", "gpt-5", {"input": "9"}))
    card = RateCard.load(tmp_path)
    quotes = [
        card.quote(Service("azure", "gpt-5", tier=tier), NOON, Tokens(1), 0) for tier in ("standard", "flex")
    ]
    direct = card.quote(Service("openai", "gpt-5"), NOON, Tokens(1), 0)
    assert [quote.amount_pico for quote in (*quotes, direct)] == [pico((1, "9")), None, pico((1, "1.25"))]


def test_an_own_standard_price_keeps_the_shipped_prices_of_other_terms(tmp_path: Path) -> None:
    set_override(tmp_path, Override("openai", "gpt-5", {"input": "9"}))
    quote = RateCard.load(tmp_path).quote(Service("openai", "gpt-5", tier="flex"), NOON, Tokens(1), 0)
    assert quote.amount_pico == pico((1, "0.625"))


def test_a_vendors_own_price_does_not_leak_to_resellers(tmp_path: Path) -> None:
    set_override(tmp_path, Override("openai", "gpt-5", {"input": "9"}))
    quote = RateCard.load(tmp_path).quote(Service("azure", "gpt-5"), NOON, Tokens(1), 0)
    assert quote.amount_pico == pico((1, "1.25"))


def test_numbers_without_quotes_are_read_exactly(tmp_path: Path) -> None:
    write(tmp_path, '{"schema": 1, "rows": [{"provider": "acme", "model": "m", "input": 0.1, "output": 3}]}')
    quote = RateCard.load(tmp_path).quote(Service("acme", "m"), NOON, Tokens(input=3, output=1), 0)
    assert quote.amount_pico == pico((3, "0.1"), (1, "3"))


def test_a_number_with_an_exponent_is_read_exactly(tmp_path: Path) -> None:
    write(tmp_path, '{"schema": 1, "rows": [{"provider": "acme", "model": "m", "input": 1.5e-7}]}')
    quote = RateCard.load(tmp_path).quote(Service("acme", "m"), NOON, Tokens(input=10**6), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.input) == (150_000, "0.00000015")


def test_a_null_price_is_a_price_that_is_not_known(tmp_path: Path) -> None:
    write(tmp_path, one_row(output=None))
    assert read_overrides(tmp_path).rows == [Override("anthropic", "m", {"input": "1"})]


def test_files_are_read_in_the_order_of_their_names_and_the_last_row_wins(tmp_path: Path) -> None:
    write(tmp_path, one_row(input="2"), "b.json")
    write(tmp_path, one_row(input="1"), "a.json")
    write(tmp_path, "not json", "notes.txt")
    quote = RateCard.load(tmp_path).quote(Service("anthropic", "m"), NOON, Tokens(input=1), 0)
    assert quote.amount_pico == pico((1, "2"))


def test_no_directory_means_no_own_prices(tmp_path: Path) -> None:
    assert [read_overrides(None), read_overrides(tmp_path / "none")] == [OwnPrices(), OwnPrices()]


def test_broken_json_names_file_line_and_reason(tmp_path: Path) -> None:
    path = write(tmp_path, '{"schema": 1,\n"rows": [\n{]}')
    assert refusal(tmp_path) == (
        "settings_not_json",
        {"path": str(path), "line": "3", "reason": "Expecting property name enclosed in double quotes"},
    )


def test_bytes_that_are_no_utf8_name_their_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(b'{"schema": 1,\n"rows": ["\xff"]}')
    assert refusal(tmp_path) == (
        "settings_not_json",
        {"path": str(path), "line": "2", "reason": "not UTF-8"},
    )


@pytest.mark.parametrize(
    "text", ["[]", "3", '{"schema": 1}', '{"schema": 2, "rows": []}', '{"schema": 1, "rows": [], "x": 1}']
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    assert refusal(tmp_path) == (
        "price_override_invalid",
        {"path": str(path), "line": "1", "reason": 'expected {"schema": 1, "rows": [...]}'},
    )


def test_rows_must_be_a_list(tmp_path: Path) -> None:
    path = write(tmp_path, '{"schema": 1, "rows": {}}')
    assert refusal(tmp_path) == (
        "price_override_invalid",
        {"path": str(path), "line": "1", "reason": "rows is not a list"},
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"provider": None}, "provider is missing"),
        ({"provider": ""}, "provider is missing"),
        ({"model": None}, "model is missing"),
        ({"input": None}, "no price"),
        ({"input": "free"}, "input is not a decimal price"),
        ({"input": "-1"}, "input is not a decimal price"),
        ({"input": "1e3"}, "input is not a decimal price"),
        ({"input": "1."}, "input is not a decimal price"),
        ({"input": ""}, "input is not a decimal price"),
        ({"input": True}, "input is not a decimal price"),
        ({"input": ["1"]}, "input is not a decimal price"),
        ({"input": "1234567890"}, "input is not a decimal price"),
        ({"input": "0.1234567890123"}, "input is not a decimal price"),
        ({"cache_write_1h": "x"}, "cache_write_1h is not a decimal price"),
        ({"web_search": "x"}, "web_search is not a decimal price"),
        ({"currency": "usd"}, "currency is not a three-letter code"),
        ({"currency": "USDT"}, "currency is not a three-letter code"),
        ({"currency": 3}, "currency is not a text"),
        ({"note": 3}, "note is not a text"),
        ({"from": "2026-13-01"}, "from is not a day"),
        ({"from": "20261101"}, "from is not a day"),
        ({"from": "yesterday"}, "from is not a day"),
        ({"checked_on": "2026-1-1"}, "checked_on is not a day"),
        ({"inptu": "1"}, "unknown key inptu"),
        ({"tier": "gold"}, "tier is not one of standard, batch, priority, flex"),
        ({"speed": "slow"}, "speed is not one of standard, fast"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(tmp_path: Path, row: dict[str, object], reason: str) -> None:
    path = write(tmp_path, one_row(**row))
    assert refusal(tmp_path) == ("price_override_invalid", {"path": str(path), "line": "1", "reason": reason})


@pytest.mark.parametrize("price", ["0", "123456789", "0.123456789012"])
def test_prices_of_up_to_nine_whole_and_twelve_decimal_digits_are_read(tmp_path: Path, price: str) -> None:
    write(tmp_path, one_row(input=price))
    quote = RateCard.load(tmp_path).quote(Service("anthropic", "m"), NOON, Tokens(input=10**6), 0)
    assert quote.amount_pico == pico((10**6, price))


def test_the_line_is_where_the_wrong_row_starts(tmp_path: Path) -> None:
    good = '{"provider": "acme",\n "model": "m", "input": 1.5}'
    path = write(tmp_path, f'{{"schema": 1, "rows": [\n{good},\n\n{good} , {{"provider": "acme"}}]\n\n}}')
    assert refusal(tmp_path) == (
        "price_override_invalid",
        {"path": str(path), "line": "6", "reason": "model is missing"},
    )


def test_a_row_that_is_no_object_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, '{"rows": [\n7], "schema": 1}')
    assert refusal(tmp_path) == (
        "price_override_invalid",
        {"path": str(path), "line": "2", "reason": "a row is not an object"},
    )


def test_an_own_price_of_terms_needs_no_standard_price(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "7"}, "2026-09-01", tier="flex"))
    card = RateCard.load(tmp_path)
    flex = Service("acme", "m", tier="flex")
    amounts = [
        card.quote(service, at(moment), Tokens(input=1), 0).amount_pico
        for service in (flex, Service("acme", "m"))
        for moment in ("2026-08-31T23:59:59", "2026-09-01T00:00:00")
    ]
    assert amounts == [None, pico((1, "7")), None, None]


def test_the_shipped_price_of_terms_is_not_mixed_with_an_own_price_in_another_currency(
    tmp_path: Path,
) -> None:
    set_override(tmp_path, Override("anthropic", "claude-opus-4-6", {"web_search": "9"}, currency="EUR"))
    quote = RateCard.load(tmp_path).quote(
        Service("anthropic", "claude-opus-4-6", speed="fast"), NOON, Tokens(input=1), 1
    )
    assert (quote.amount_pico, quote.rate and quote.rate.currency, quote.rate and quote.rate.origin) == (
        pico((1, "30"), searches=(1, "0.01")),
        "USD",
        "overlay",
    )


@pytest.mark.parametrize("word", ["", "standard"])
def test_standard_terms_may_be_written_out_in_a_file(tmp_path: Path, word: str) -> None:
    write(tmp_path, one_row(tier=word, speed=word))
    quote = RateCard.load(tmp_path).quote(Service("anthropic", "m"), NOON, Tokens(input=1), 0)
    assert quote.amount_pico == pico((1, "1"))


def test_setting_a_standard_price_by_its_word_replaces_the_one_without(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    set_override(tmp_path, Override("acme", "m", {"input": "2"}, tier="standard", speed="standard"))
    assert read_overrides(tmp_path).rows == [Override("acme", "m", {"input": "2"})]


def test_a_file_that_cannot_be_read_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "mine.json").mkdir()
    with pytest.raises(StorageError) as caught:
        RateCard.load(tmp_path)
    facts = {"path": str(tmp_path / "mine.json"), "kind": "folder"}
    assert (caught.value.code, caught.value.facts) == ("file_odd", facts)


def test_a_folder_in_place_of_our_own_price_file_takes_no_price(tmp_path: Path) -> None:
    (tmp_path / "own.json").mkdir()

    with pytest.raises(StorageError) as price:
        set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    with pytest.raises(StorageError) as currency:
        choose_currency(tmp_path, "deepseek", "CNY")

    assert [caught.value.code for caught in (price, currency)] == ["file_odd", "file_odd"]


def test_a_file_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "[" * 100_000)
    assert refusal(tmp_path) == (
        "settings_not_json",
        {"path": str(path), "line": "1", "reason": "nested too deeply"},
    )


def test_a_number_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, f'{{"schema": 1, "rows": [{"9" * 5000}]}}')
    code, facts = refusal(tmp_path)
    assert (code, facts["path"], facts["line"], facts["reason"][:18]) == (
        "settings_not_json",
        str(path),
        "1",
        "Exceeds the limit ",
    )


def test_rows_of_several_files_hold_together_and_each_file_is_part_of_the_version(tmp_path: Path) -> None:
    write(tmp_path, one_row(model="a"), "a.json")
    write(tmp_path, one_row(model="b"), "b.json")
    own = read_overrides(tmp_path)
    assert [row.model for row in own.rows] == ["a", "b"]
    assert own.content == (one_row(model="a") + one_row(model="b")).encode()


def test_lines_are_counted_from_the_start_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '\n{"schema": 1, "rows": [7]}')
    facts = {"path": str(path), "line": "2", "reason": "a row is not an object"}
    assert refusal(tmp_path) == ("price_override_invalid", facts)


@pytest.mark.parametrize("tier", ["flex", "batch"])
def test_a_reseller_can_be_given_a_price_of_terms_and_bills_it_itself(tmp_path: Path, tier: str) -> None:
    set_override(tmp_path, Override("azure", "gpt-5", {"input": "9"}, tier=tier))
    quote = RateCard.load(tmp_path).quote(Service("azure", "gpt-5", tier=tier), NOON, Tokens(1), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.provider) == (pico((1, "9")), "azure")


def test_an_own_model_alone_has_no_source_but_the_user(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "1"}, note="contract"))
    rate = RateCard.load(tmp_path).quote(Service("acme", "m"), NOON, Tokens(1), 0).rate
    assert rate is not None
    assert (rate.source_url, rate.checked_on, rate.origin, rate.note) == ("", "", "user", "contract")


def test_setting_a_price_writes_one_row_a_line_and_only_what_was_given(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "1"}, note="合同"))
    path = set_override(
        tmp_path, Override("acme", "n", {"output": "2"}, "2026-01-01", tier="flex", speed="fast")
    )
    assert path.read_text(encoding="utf-8") == (
        '{"schema": 1, "rows": [\n'
        '{"provider": "acme", "model": "m", "currency": "USD", "input": "1", "note": "合同"},\n'
        '{"provider": "acme", "model": "n", "from": "2026-01-01", "currency": "USD", "tier": "flex", '
        '"speed": "fast", "output": "2"}\n'
        "]}\n"
    )


def test_what_is_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    row = Override(
        "acme", "m", {"input": "1", "web_search": "0.5"}, "2026-01-01", "CNY", "batch", "fast",
        "https://a.b", "2026-02-02", "n",
    )  # fmt: skip
    set_override(tmp_path, row)
    assert read_overrides(tmp_path).rows == [row]


def test_setting_the_same_day_and_terms_again_replaces_the_row(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    set_override(tmp_path, Override("acme", "m", {"input": "2"}, speed="fast"))
    set_override(tmp_path, Override("acme", "m", {"input": "3"}, tier="flex"))
    set_override(tmp_path, Override("acme", "m", {"input": "4"}, valid_from="2026-01-01"))
    set_override(tmp_path, Override("acme", "n", {"input": "5"}))
    set_override(tmp_path, Override("bcme", "m", {"input": "6"}))
    set_override(tmp_path, Override("Acme", "M", {"input": "9"}))
    assert [row.prices["input"] for row in read_overrides(tmp_path).rows] == ["2", "3", "4", "5", "6", "9"]


def test_the_file_and_its_directory_are_the_users_alone(tmp_path: Path) -> None:
    path = set_override(tmp_path / "home" / "prices", Override("acme", "m", {"input": "1"}))
    modes = [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent)]
    assert (path.name, modes) == ("own.json", [0o600, 0o700])


def test_no_half_written_file_stays_behind(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    assert [place.name for place in tmp_path.iterdir()] == ["own.json"]


def test_an_invalid_price_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        set_override(tmp_path, Override("acme", "m", {"input": "cheap"}))
    assert (caught.value.code, caught.value.facts, list(tmp_path.iterdir())) == (
        "price_override_invalid",
        {"path": str(tmp_path / "own.json"), "line": "0", "reason": "input is not a decimal price"},
        [],
    )


def test_a_broken_file_is_not_overwritten(tmp_path: Path) -> None:
    path = write(tmp_path, "{", "own.json")
    with pytest.raises(SettingsError) as caught:
        set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    assert (path.read_text(encoding="utf-8"), caught.value.facts["path"]) == ("{", str(path))


def test_the_new_file_is_written_beside_the_old_one_and_never_read_as_prices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[Path] = []
    monkeypatch.setattr(os, "replace", lambda source, _target: replaced.append(Path(source)))
    set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    (fresh,) = replaced
    assert (fresh.parent, fresh.name[:5], fresh.suffix) == (tmp_path, ".own-", ".tmp")
    assert read_overrides(tmp_path) == OwnPrices()


def test_a_directory_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    blocker = write(tmp_path, "", "file")
    with pytest.raises(StorageError) as caught:
        set_override(blocker / "prices", Override("acme", "m", {"input": "1"}))
    assert (caught.value.code, caught.value.facts) == (
        "price_override_unwritable",
        {"path": str(blocker / "prices" / "own.json"), "reason": "Not a directory"},
    )


def test_a_failed_replacement_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    before = path.read_bytes()

    def refuse(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(StorageError) as caught:
        set_override(tmp_path, Override("acme", "m", {"input": "2"}))
    assert (caught.value.facts["reason"], path.read_bytes(), len(list(tmp_path.iterdir()))) == (
        "No space left on device",
        before,
        1,
    )
