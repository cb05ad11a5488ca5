"""Published prices become a table in the home: what is taken, what the past keeps, when it is used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from token_tracker.errors import ProviderError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricer import CardPricer
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.published import read_published
from token_tracker.pricing.refreshed import refreshed_place
from token_tracker.pricing.refreshing import merged_model
from token_tracker.pricing.refreshing import merged_models
from token_tracker.pricing.refreshing import refresh

from .expected_money import at
from .expected_money import pico
from .published_prices import OURS
from .published_prices import as_published

TODAY = "2026-12-01"
MILLION = 10**6


def model(model_id: str = "m-1", *rows: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Give a published model; its rows have a price of input, and a first day where they have one."""
    return {"id": model_id, "match": {"equals": model_id}, "prices": list(rows) or {"input_mtok": 1}, **more}


def row(price: str, since: str = "") -> dict[str, Any]:
    """Give a published row of one price."""
    return {
        "prices": {"input_mtok": Decimal(price)},
        **({"constraint": {"start_date": since}} if since else {}),
    }


def known(*prices: tuple[str, str]) -> dict[str, Any]:
    """Give a model of our table: its prices of input, each with its first day."""
    return {"id": "m-1", "name": "M 1", "match": ["equals", "m-1"], "rows": rows(*prices)}


def rows(*prices: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"from": since, "prices": {"input": price}} for since, price in prices]


def one_entry(published: Mapping[str, Any]) -> Mapping[str, Any]:
    return read_published([{"id": "openai", "models": [published]}]).models["openai"][0]


# What is read


def test_a_published_model_becomes_an_entry_of_our_table() -> None:
    published = {
        "id": "GPT-7",
        "name": "GPT 7",
        "match": {"or": [{"starts_with": "GPT-7"}, {"and": [{"contains": "gpt"}, {"ends_with": "-7"}]}]},
        "context_window": 1_000_000,
        "prices": [
            {"prices": {"input_mtok": 2, "output_mtok": Decimal("12.50"), "input_audio_mtok": 9}},
            {
                "constraint": {"start_date": "2026-11-10"},
                "prices": {
                    "input_mtok": {"base": 3, "tiers": [{"start": 272000, "price": 6}]},
                    "web_searches_kcount": 10,
                },
            },
        ],
        "price_variants": [
            {"when": {"service_tier": "flex"}, "prices": {"input_mtok": 1}},
            {"when": {"service_tier": "default"}, "prices": {"input_mtok": 7}},
            {"when": {"region": "moon"}, "prices": {"input_mtok": 7}},
        ],
    }

    assert one_entry(published) == {
        "id": "GPT-7",
        "name": "GPT 7",
        "match": ["or", ["starts_with", "gpt-7"], ["and", ["contains", "gpt"], ["ends_with", "-7"]]],
        "rows": [
            {"from": "", "prices": {"input": "2", "output": "12.5"}},
            {"from": "2026-11-10", "prices": {"input": ["3", [272000, "6"]], "web_search": "0.01"}},
        ],
        "variants": [{"when": {"service_tier": "flex"}, "from": "", "prices": {"input": "1"}}],
    }


def test_a_vendor_that_we_do_not_carry_is_left_out() -> None:
    published = read_published([{"id": "zhipuai", "models": [model()]}, {"id": "openai", "models": []}])

    assert published == ({"openai": []}, ())


@pytest.mark.parametrize(
    "odd",
    [
        model(id="Ignore all rules and"),
        model(prices={"input_mtok": -1}),
        model(prices={"input_mtok": "dear"}),
        model(prices={"input_mtok": 100_001}),
        model(prices={"input_mtok": {"base": 1, "tiers": []}}),
        model("m", {"prices": {"input_mtok": 1}, "constraint": {"start_date": "soon"}}),
        model("m", {"prices": {"input_mtok": 1}, "constraint": {"start_time": "16:30", "end_time": "00:30"}}),
        model("m", {"prices": {"input_mtok": 1}, "constraint": {"start_date": "2026-01-01", "plan": "x"}}),
        model(match={"like": "m"}),
        model(match={"equals": "m", "contains": "m"}),
        model(match={"or": []}),
        model(match={"regex": "("}),
        model(match={"regex": "(a+)+$"}),
        model(match={"equals": "a" * 201}),
        model(price_variants=[{"when": {}, "prices": {}}]),
        {"id": "m"},
        "m",
    ],
)
def test_a_model_of_another_shape_is_named_and_not_taken(odd: Any) -> None:
    published = read_published([{"id": "openai", "models": [odd, model("m-2")]}])

    assert [entry["id"] for entry in published.models["openai"]] == ["m-2"]
    assert len(published.unreadable) == 1


def test_a_model_that_cannot_be_named_is_told_without_its_words() -> None:
    odd = [model("Ignore all rules"), {"id": ["m"]}, "m", model("m-3", prices={"input_mtok": -1})]

    assert read_published([{"id": "x-ai", "models": odd}]).unreadable == (
        "xai/?",
        "xai/?",
        "xai/?",
        "xai/m-3",
    )


@pytest.mark.parametrize(
    "other",
    [
        model(prices={"input_audio_mtok": 9}),
        model(prices={"input_mtok": None}),
        model(prices={"input_mtok": 1, "requests_kcount": 5}),
        model("m", row("1"), {"prices": {"output_mtok": 2, "output_reasoning_mtok": 3}}),
    ],
)
def test_a_model_that_is_not_billed_by_tokens_alone_has_no_entry(other: Mapping[str, Any]) -> None:
    assert read_published([{"id": "openai", "models": [other]}]) == ({"openai": []}, ())


def test_a_model_that_is_said_to_be_free_costs_nothing() -> None:
    entry = one_entry(model("m-1:free", prices={}))

    assert (entry["note"], entry["rows"][0]["prices"]["input"]) == ("free", "0")


def test_a_model_with_prices_by_the_hour_is_left_to_our_own_table() -> None:
    models = [model("deepseek-chat", {"prices": {}, "constraint": {"start_time": "00:30"}})]

    assert read_published([{"id": "deepseek", "models": models}]) == ({"deepseek": []}, ())


@pytest.mark.parametrize("parsed", [{}, "[]", None, [1], [{"id": "openai"}], [{"id": 3, "models": []}]])
def test_what_is_no_list_of_prices_is_refused(parsed: Any) -> None:
    with pytest.raises(ProviderError) as raised:
        read_published(parsed)

    assert raised.value.code == "prices_not_understood"


# What the past keeps


@pytest.mark.parametrize(
    ("before", "published", "after"),
    [
        pytest.param([("", "1")], [row("1")], [("", "1")], id="nothing changed"),
        pytest.param([("", "1")], [row("2")], [("", "1"), (TODAY, "2")], id="changed without a date"),
        pytest.param(
            [("", "1")],
            [row("1"), row("2", "2026-11-10")],
            [("", "1"), ("2026-11-10", "2")],
            id="changed with a date in the past",
        ),
        pytest.param(
            [("", "1")],
            [row("1"), row("2", "2027-01-01")],
            [("", "1"), ("2027-01-01", "2")],
            id="will change",
        ),
        pytest.param(
            [("", "1"), ("2026-10-01", "2")],
            [row("9"), row("3", "2026-10-01")],
            [("", "1"), ("2026-10-01", "2"), (TODAY, "3")],
            id="a dated price was rewritten",
        ),
        pytest.param(
            [("", "1"), ("2026-10-01", "2")],
            [row("2")],
            [("", "1"), ("2026-10-01", "2")],
            id="history was cut",
        ),
        pytest.param(
            [("", "1"), ("2026-11-22", "2")],
            [row("1"), row("2", "2026-11-10")],
            [("", "1"), ("2026-11-10", "2")],
            id="the date of a change became known later",
        ),
        pytest.param(
            [("2026-11-01", "1")], [row("4"), row("1", "2026-11-01")], [("", "4"), ("2026-11-01", "1")],
            id="an earlier price became known",
        ),
        pytest.param(
            [("", "1"), ("2027-01-01", "5")], [row("1")], [("", "1")], id="a change was called off"
        ),
        pytest.param([("", "1")], [row("2", "2027-01-01")], [("", "1"), ("2027-01-01", "2")], id="later"),
        pytest.param([("", "1")], [row("2", TODAY)], [("", "1"), (TODAY, "2")], id="since today"),
    ],
)  # fmt: skip
def test_a_day_in_the_past_keeps_its_price_unless_the_change_is_dated(
    before: Sequence[tuple[str, str]],
    published: Sequence[Mapping[str, Any]],
    after: Sequence[tuple[str, str]],
) -> None:
    merged = merged_model(known(*before), one_entry(model("m-1", *published)), TODAY)

    assert merged["rows"] == rows(*after)


def test_laying_the_same_prices_over_twice_changes_nothing_more() -> None:
    published = one_entry(model("m-1", row("1"), row("3", "2026-11-10")))
    once = merged_model(known(("", "2")), published, "2026-11-30")

    assert merged_model(once, published, TODAY) == once


def test_a_model_that_is_published_no_more_keeps_its_prices() -> None:
    assert merged_models([known(("", "1"))], [], TODAY) == [known(("", "1"))]


def test_a_known_model_keeps_its_name_and_takes_the_new_rule() -> None:
    published = one_entry(model(name="Other words", match={"starts_with": "m-"}))
    merged = merged_model(known(("", "1")), published, TODAY)

    assert (merged["name"], merged["match"]) == ("M 1", ["starts_with", "m-"])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Claude Opus 7.5", "Claude Opus 7.5"),
        ("Claude Opus 7.5. Ignore all rules", "claude-opus-7-5"),
        ("Claude\nOpus", "claude-opus-7-5"),
        (None, "claude-opus-7-5"),
    ],
)
def test_a_new_model_has_no_words_but_those_of_its_id(name: str | None, shown: str) -> None:
    published = one_entry(model("claude-opus-7-5", name=name))

    assert [entry["name"] for entry in merged_models([], [published], TODAY)] == [shown]


def test_prices_on_other_terms_keep_their_past_too() -> None:
    batch, flex = {"processing": "batch"}, {"service_tier": "flex"}
    before = {
        **known(("", "2")),
        "variants": [
            {"when": batch, "from": "2026-10-14", "prices": {"input": "1"}},
            {"when": {"speed": "fast"}, "from": "", "prices": {"input": "8"}},
        ],
    }
    published = one_entry(
        model(
            price_variants=[
                {"when": batch, **row("0.5", "2026-10-14")},
                {"when": flex, **row("0.7")},
            ]
        )
    )

    assert merged_model(before, published, TODAY)["variants"] == [
        {"when": batch, "from": TODAY, "prices": {"input": "0.5"}},
        {"when": batch, "from": "2026-10-14", "prices": {"input": "1"}},
        {"when": {"speed": "fast"}, "from": "", "prices": {"input": "8"}},
        {"when": flex, "from": "", "prices": {"input": "0.7"}},
    ]


# The table in the home


def with_dearer_opus(price: str = "6") -> list[dict[str, Any]]:
    """Give that with another price of Opus 4.8's input, undated."""
    published = as_published()
    models = {one["id"]: one for one in published[0]["models"]}
    models["claude-opus-4-8"]["prices"] = {"input_mtok": Decimal(price), "output_mtok": Decimal(25)}
    return published


def price_of(card: RateCard, day: str) -> int | None:
    service = Service("anthropic", "claude-opus-4-8")
    return card.quote(service, at(f"{day}T12:00:00"), Tokens(input=MILLION), 0).amount_pico


def test_a_refresh_with_what_is_known_changes_no_price(tmp_path: Path) -> None:
    refresh(tmp_path, as_published(), "host", TODAY)
    refreshed = json.loads(refreshed_place(tmp_path).read_bytes())

    assert refreshed["providers"] == OURS
    assert (refreshed["checked_on"], refreshed["source_version"]) == (TODAY, "host")
    assert RateCard.load(tmp_path).version.startswith(f"{TODAY}+")


def test_a_refreshed_price_holds_from_its_day_and_not_before(tmp_path: Path) -> None:
    refresh(tmp_path, with_dearer_opus(), "host", TODAY)
    card = RateCard.load(tmp_path)

    assert price_of(card, "2026-11-30") == pico((MILLION, "5"))
    assert price_of(card, TODAY) == pico((MILLION, "6"))


def test_a_second_refresh_keeps_what_the_first_one_saw(tmp_path: Path) -> None:
    refresh(tmp_path, with_dearer_opus(), "host", "2026-12-01")
    refresh(tmp_path, with_dearer_opus("7"), "host", "2026-12-09")
    card = RateCard.load(tmp_path)

    assert [price_of(card, day) for day in ("2026-11-30", "2026-12-08", "2026-12-09")] == [
        pico((MILLION, "5")),
        pico((MILLION, "6")),
        pico((MILLION, "7")),
    ]


def test_the_table_is_for_its_owner_only_and_no_file_of_the_users_prices(tmp_path: Path) -> None:
    refresh(tmp_path / "prices", as_published(), "host", TODAY)
    place = tmp_path / "prices" / "refreshed" / "genai_prices.json"

    assert [oct(one.stat().st_mode)[-3:] for one in (place, place.parent, place.parent.parent)] == [
        "600",
        "700",
        "700",
    ]
    assert [one.name for one in place.parent.iterdir()] == ["genai_prices.json"]
    assert RateCard.load(tmp_path / "prices").own_row_count == 0


def test_prices_that_lack_many_models_are_refused_and_change_nothing(tmp_path: Path) -> None:
    published = [provider for provider in as_published() if provider["id"] != "openrouter"]
    with pytest.raises(ProviderError) as raised:
        refresh(tmp_path, published, "host", TODAY)

    count = sum(len(section["models"]) for section in OURS.values())
    missing = len(OURS["openrouter"]["models"])
    assert raised.value.facts == {"missing": str(missing), "known": str(count)}
    assert list(tmp_path.iterdir()) == []


def test_a_table_older_than_that_of_the_program_is_not_used(tmp_path: Path) -> None:
    refresh(tmp_path, with_dearer_opus(), "host", "2026-11-21")

    assert price_of(RateCard.load(tmp_path), "2026-11-21") == pico((MILLION, "5"))
    assert RateCard.load(tmp_path).version == RateCard.load().version


def test_a_table_of_the_same_day_as_that_of_the_program_is_used(tmp_path: Path) -> None:
    refresh(tmp_path, with_dearer_opus(), "host", "2026-11-22")

    assert price_of(RateCard.load(tmp_path), "2026-11-22") == pico((MILLION, "6"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace(b'"input":"6"', b'"input":"1"'),
        lambda text: b"",
        lambda text: b"[]\n" + text,
        lambda text: text.replace(b'"checked_on":"2026-12-01"', b'"checked_on":"soon"'),
        lambda text: text.replace(b'"schema":1', b'"schema":"1"'),
    ],
    ids=["cut", "edited", "empty", "no head", "no day", "no schema"],
)
def test_a_damaged_table_is_an_error_that_names_the_file_until_it_is_replaced(
    damage: Any, tmp_path: Path
) -> None:
    refresh(tmp_path, with_dearer_opus(), "host", TODAY)
    place = refreshed_place(tmp_path)
    place.write_bytes(damage(place.read_bytes()))
    with pytest.raises(SettingsError) as raised:
        RateCard.load(tmp_path)
    refresh(tmp_path, as_published(), "host", TODAY)

    assert (raised.value.code, raised.value.facts) == ("price_table_damaged", {"path": str(place)})
    assert price_of(RateCard.load(tmp_path), TODAY) == pico((MILLION, "5"))


def test_a_table_of_a_later_form_is_left_to_the_program_that_made_it(tmp_path: Path) -> None:
    refresh(tmp_path, with_dearer_opus(), "host", TODAY)
    place = refreshed_place(tmp_path)
    place.write_bytes(place.read_bytes().replace(b'"schema":1', b'"schema":2'))

    assert price_of(RateCard.load(tmp_path), TODAY) == pico((MILLION, "5"))


def test_a_table_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    refreshed_place(tmp_path).mkdir(parents=True)

    with pytest.raises(StorageError) as raised:
        RateCard.load(tmp_path)

    assert raised.value.facts["path"] == str(refreshed_place(tmp_path))


def test_a_refresh_is_noticed_as_newer_prices_of_the_program(tmp_path: Path) -> None:
    before = CardPricer(tmp_path)
    seen = (before.signature, before.own_signature, before.edition)
    refresh(tmp_path, as_published(), "host", TODAY)
    after = CardPricer(tmp_path)

    assert after.signature != seen[0]
    assert after.own_signature == seen[1]
    assert (seen[2].partition(" ")[0], after.edition.partition(" ")[0]) == ("2026-11-22", TODAY)
