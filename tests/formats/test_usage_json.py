"""Every shape of the original skill's usage file, and what is no row of one."""

from __future__ import annotations

import json
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker import schemas
from token_tracker.errors import SettingsError
from token_tracker.formats.usage_json import read_usage
from token_tracker.formats.usage_rows import BadRow
from token_tracker.formats.usage_rows import UsageRow
from token_tracker.model import PICO
from token_tracker.model import Charge

DAY = date(2026, 3, 18)
ROW: dict[str, Any] = {"date": "2026-03-18", "model": "m", "tokens_in": 10, "tokens_out": 2, "cost": "0.5"}
READ = UsageRow(1, DAY, "", "m", "", "", "", "", 10, 2, True, Charge(PICO // 2, "USD"))


def rows(document: object) -> list[UsageRow]:
    return list(read_usage(json.dumps(document).encode(), "usage.json").rows)


def without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}


def bad(*found: dict[str, Any]) -> list[BadRow]:
    return list(read_usage(json.dumps([ROW, *found]).encode(), "usage.json").bad)


@pytest.mark.parametrize("name", ["records", "sessions", "usage", "days"])
def test_an_object_may_hold_its_rows_as_an_array_or_keyed_by_day(name: str) -> None:
    assert rows({name: [ROW]}) == [READ]
    assert rows({name: {"2026-03-18": without(ROW, "date")}}) == [READ]
    assert rows({name: {"2026-03-18": [without(ROW, "date")]}}) == [READ]


def test_days_may_be_keyed_by_model_and_sessions_by_their_names() -> None:
    assert rows({"usage": {"2026-03-18": {"m": without(ROW, "date", "model")}}}) == [READ]
    assert rows({"sessions": {"s1": ROW}}) == [READ._replace(session="s1")]
    assert rows({"sessions": {"s1": [ROW]}}) == [READ._replace(session="s1")]
    assert rows({"sessions": {"s1": {"2026-03-18": without(ROW, "date")}}}) == [READ._replace(session="s1")]


def test_an_array_json_lines_and_a_single_row_are_read() -> None:
    line = json.dumps(ROW)

    assert rows([ROW]) == [READ]
    assert rows(ROW) == [READ]
    assert list(read_usage(f"\ufeff{line}\r\n\n{line}\n".encode(), "u").rows) == [
        READ,
        READ._replace(number=3),
    ]


def test_our_own_export_is_read() -> None:
    [example] = schemas.load("usage-json")["examples"]

    [row] = rows(example)

    assert (row.source, row.provider, row.tokens_in, row.charge) == (
        "claude-code",
        "anthropic",
        9881710,
        Charge(int(Decimal("6.284855") * PICO), "USD"),
    )


@pytest.mark.parametrize("key", ["date", "day", "timestamp", "time", "at", "created_at", "createdAt", "ts"])
def test_a_day_may_be_under_any_of_its_names(key: str) -> None:
    assert rows([{**without(ROW, "date"), key: "2026-03-18"}]) == [READ]


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("2026-03-18", DAY),
        ("20260318", DAY),
        ("2026-03-18T09:30:00Z", datetime(2026, 3, 18, 9, 30, tzinfo=UTC)),
        ("2026-03-18T09:30:00+08:00", datetime(2026, 3, 18, 1, 30, tzinfo=UTC)),
        ("2026-03-18 09:30:00", datetime(2026, 3, 18, 9, 30)),  # noqa: DTZ001 - a local time
        (1773826200, datetime(2026, 3, 18, 9, 30, tzinfo=UTC)),
        (1773826200.5, datetime(2026, 3, 18, 9, 30, 0, 500_000, tzinfo=UTC)),
        (1773826200500, datetime(2026, 3, 18, 9, 30, 0, 500_000, tzinfo=UTC)),
        ("1773826200", datetime(2026, 3, 18, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_time_may_be_a_day_an_instant_or_an_epoch(said: object, when: object) -> None:
    assert [row.when for row in rows([{**ROW, "date": said}])] == [when]


def test_a_timestamp_says_more_than_a_day_beside_it() -> None:
    assert [row.when for row in rows([{**ROW, "ts": 1773826200}])] == [
        datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
    ]


@pytest.mark.parametrize(
    ("tokens_in", "tokens_out", "cost", "model"),
    [
        ("tokensIn", "tokensOut", "cost_usd", "model_id"),
        ("input", "output", "costUSD", "modelName"),
        ("input_tokens", "output_tokens", "total_cost", "model"),
        ("prompt_tokens", "completion_tokens", "amount", "model"),
    ],
)
def test_numbers_may_have_other_names(tokens_in: str, tokens_out: str, cost: str, model: str) -> None:
    row = {"date": "2026-03-18", model: "m", tokens_in: 10, tokens_out: "2", cost: 0.5}

    assert rows([row]) == [READ]


@pytest.mark.parametrize("key", ["tokens_used", "total_tokens", "tokens"])
def test_a_total_alone_is_not_split(key: str) -> None:
    [row] = rows([{"date": "2026-03-18", key: 12}])

    assert (row.tokens_in, row.tokens_out, row.is_split) == (12, 0, False)


def test_a_total_gives_the_part_that_is_missing() -> None:
    assert rows([{**without(ROW, "tokens_out"), "tokens": 12}]) == [READ]


@pytest.mark.parametrize(
    ("cost", "pico"),
    [
        (0.1, PICO // 10),
        ("$0.10", PICO // 10),
        (0.30000000000000004, 3 * PICO // 10),
        (1e-12, 1),
        ("2", 2 * PICO),
    ],
)
def test_a_cost_is_exact_to_the_twelfth_decimal(cost: object, pico: int) -> None:
    assert [row.charge for row in rows([{**ROW, "cost": cost}])] == [Charge(pico, "USD")]


@pytest.mark.parametrize("cost", [0, 0.0, "0", "0.00", None, ""])
def test_a_cost_of_zero_is_not_known(cost: object) -> None:
    assert [row.charge for row in rows([{**ROW, "cost": cost}])] == [None]


def test_a_currency_may_stand_in_the_row_or_above_all_rows() -> None:
    assert [row.charge for row in rows({"currency": "cny", "days": [ROW, {**ROW, "currency": "EUR"}]})] == [
        Charge(PICO // 2, "CNY"),
        Charge(PICO // 2, "EUR"),
    ]


def test_names_come_on_one_line_without_control_characters() -> None:
    [row] = rows([{**ROW, "session": "a\x1b[31m", "notes": "two\nlines", "task": " t ", "model": "\ud800"}])

    assert (row.session, row.notes, row.task, row.model) == ("a\ufffd[31m", "two lines", "t", "\ufffd")


def test_of_several_lists_the_finest_is_read_and_the_others_are_named() -> None:
    document = {"days": [ROW], "usage": [], "sessions": [ROW, ROW], "records": []}

    found = read_usage(json.dumps(document).encode(), "u")

    assert (len(found.rows), found.left_out) == (2, ("days",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"date": None}, "no-date"),
        ({"date": "yesterday"}, "date-invalid"),
        ({"date": "2026-02-30"}, "date-invalid"),
        ({"date": "1999-12-31"}, "date-invalid"),
        ({"date": "2100-01-01"}, "date-invalid"),
        ({"date": "0001-01-01T00:00:00+14:00"}, "date-invalid"),
        ({"date": 12}, "date-invalid"),
        ({"date": -1773826200}, "date-invalid"),
        ({"date": 10**40}, "date-invalid"),
        ({"date": True}, "date-invalid"),
        ({"date": []}, "date-invalid"),
        ({"date": float("nan")}, "date-invalid"),
        ({"tokens_in": -1}, "tokens-invalid"),
        ({"tokens_in": 1.5}, "tokens-invalid"),
        ({"tokens_in": "many"}, "tokens-invalid"),
        ({"tokens_in": True}, "tokens-invalid"),
        ({"tokens_in": float("nan")}, "tokens-invalid"),
        ({"tokens_in": float("inf")}, "tokens-invalid"),
        ({"tokens_in": 10**12 + 1}, "tokens-invalid"),
        ({"tokens_in": {}}, "tokens-invalid"),
        ({"cost": -0.01}, "cost-invalid"),
        ({"cost": "free"}, "cost-invalid"),
        ({"cost": 10**8}, "cost-invalid"),
        ({"cost": float("nan")}, "cost-invalid"),
        ({"currency": "dollars"}, "currency-invalid"),
        ({"model": ["m"]}, "name-invalid"),
        ({"tokens_in": None, "tokens_out": None, "cost": None}, "no-numbers"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_named_with_its_place(change: dict[str, Any], reason: str) -> None:
    assert bad({**ROW, **change}) == [BadRow(2, reason)]


def test_what_is_no_object_among_rows_is_named_with_its_place() -> None:
    assert bad(3, None, "x") == [BadRow(place, "not-an-object") for place in (2, 3, 4)]  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("number", ["1e999999", "1e99999999999999999999", "1e-99999999999999999999"])
def test_a_number_that_no_computer_holds_is_skipped(number: str) -> None:
    text = f'[{json.dumps(ROW)}, {{"date": "2026-03-18", "tokens_in": {number}}}]'

    assert list(read_usage(text.encode(), "u").bad) == [BadRow(2, "tokens-invalid")]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{\n "records": [\n  {"date" "2026"}\n]}', "3", "Expecting ':' delimiter"),
        ('{"date": "2026-03-18"}\n{"date": \n', "2", "Expecting value"),
        ('{"date": "2026-03-18"}\n{"a": 1, "a": 2}\n', "2", "the key is there twice"),
        ('{"days": {"2026-03-18": {}, "2026-03-18": {}}}', "1", "the key is there twice"),
        ("", "1", "Expecting value"),
        ("[" * 100_000, "1", "nested too deeply"),
        (f"[{'9' * 5000}]", "1", "a number has too many digits"),
    ],
)
def test_broken_json_is_named_with_its_line(text: str, line: str, reason: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_usage(text.encode(), "/x/usage.json")

    assert (caught.value.code, caught.value.facts) == (
        "settings_not_json",
        {"path": "/x/usage.json", "line": line, "reason": reason},
    )


def test_a_file_that_is_not_utf8_is_named_with_its_line() -> None:
    with pytest.raises(SettingsError) as caught:
        read_usage(b'{"days":\n "\xff"}', "u")

    assert caught.value.facts == {"path": "u", "line": "2", "reason": "not UTF-8"}


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        ({"foo": 1, "bar": 2}, "foo, bar"),
        ([{"foo": 1}], "foo"),
        ({"days": {"a": 1}}, "days"),
        ({"records": 5}, "records"),
        ({"records": [{"foo": 1}]}, "foo"),
        ({f"k{number}": 1 for number in range(13)}, "k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, …"),
        (5, ""),
        ([5], ""),
    ],
)
def test_another_shape_names_the_keys_that_were_found(document: object, keys: str) -> None:
    with pytest.raises(SettingsError) as caught:
        rows(document)

    assert (caught.value.code, caught.value.facts) == (
        "import_shape_unknown",
        {"path": "usage.json", "keys": keys},
    )


def test_lists_without_rows_are_no_error() -> None:
    assert rows({"records": [], "days": {}}) == rows([]) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["days", "records", "date", "2026-03-18", "tokens", "cost", "s1", "model"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_json_holds_every_row_is_read_or_named(document: object) -> None:
    try_to = read_or_refuse(document)

    assert try_to in ("read", "import_shape_unknown")


def read_or_refuse(document: object) -> str:
    try:
        rows(document)
    except SettingsError as error:
        return error.code
    return "read"
