"""One place of a JSON text changes, and no other character."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.hosts._json_text import DEEPEST
from token_tracker.hosts._json_text import JsonTextError
from token_tracker.hosts._json_text import ShapeError
from token_tracker.hosts._json_text import insert
from token_tracker.hosts._json_text import read
from token_tracker.hosts._json_text import remove

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=4).filter(lambda one: "hooks" not in one)
LAYOUTS = st.sampled_from(
    [
        {"indent": 2},
        {"indent": "\t"},
        {"indent": 0},
        {"separators": (",", ":")},
        {"separators": (", ", ": ")},
        {"indent": 4, "ensure_ascii": False},
    ]
)
OURS = {"matcher": "startup", "hooks": [{"type": "command", "timeout": 5}]}


@given(OBJECTS, LAYOUTS)
def test_what_is_put_in_and_taken_out_again_leaves_the_text_as_it_was(
    value: dict[str, Any], layout: dict[str, Any]
) -> None:
    text = json.dumps(value, **layout)

    changed = insert(text, ["hooks", "SessionStart"], OURS, item=True)

    assert json.loads(changed) == {**value, "hooks": {"SessionStart": [OURS]}}
    assert remove(changed, ["hooks"]) == text


@given(st.lists(VALUES, min_size=1, max_size=4), LAYOUTS)
def test_an_item_is_added_at_the_end_and_taken_out_again(value: list[Any], layout: dict[str, Any]) -> None:
    text = json.dumps({"a": value}, **layout)

    changed = insert(text, ["a"], OURS, item=True)

    assert json.loads(changed) == {"a": [*value, OURS]}
    assert remove(changed, ["a", len(value)]) == text


@given(st.lists(VALUES, min_size=2, max_size=5), LAYOUTS, st.integers(0, 4))
def test_any_item_can_be_taken_out(value: list[Any], layout: dict[str, Any], place: int) -> None:
    at = place % len(value)

    left = remove(json.dumps(value, **layout), [at])

    assert json.loads(left) == value[:at] + value[at + 1 :]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("{}", '{\n  "a": [\n    1\n  ]\n}'),
        ("{}\n", '{\n  "a": [\n    1\n  ]\n}\n'),
        ('{"b":1}', '{"b":1,"a":[1]}'),
        ('{"b": 1}', '{"b": 1, "a": [1]}'),
        ('{ "b" : 1 }', '{ "b" : 1, "a" : [1] }'),
        ('{\n\t"b": 1\n}', '{\n\t"b": 1,\n\t"a": [\n\t\t1\n\t]\n}'),
        ('{\r\n    "b": 1\r\n}', '{\r\n    "b": 1,\r\n    "a": [\r\n        1\r\n    ]\r\n}'),
        ('{\n"b": 1\n}', '{\n"b": 1,\n"a": [\n1\n]\n}'),
    ],
)
def test_a_value_is_written_in_the_style_of_the_text(text: str, changed: str) -> None:
    assert insert(text, ["a"], 1, item=True) == changed


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("{ // mine\n  b: 1, // one\n}\n", '{ // mine\n  b: 1, // one\n  "a": true,\n}\n'),
        ("{b: 1,}", '{b: 1, "a": true,}'),
        ("{\n  b: 1 // one, two\n}", '{\n  b: 1, // one, two\n  "a": true\n}'),
        ("{\n  b: 1 /* } */\n}", '{\n  b: 1, /* } */\n  "a": true\n}'),
        ("{\n  // nothing yet\n}", '{\n  "a": true\n  // nothing yet\n}'),
        ("{'b': '\\'', $c: .5}", "{'b': '\\'', $c: .5, \"a\": true}"),
    ],
)
def test_comments_and_trailing_commas_of_json5_stay_where_they_are(text: str, changed: str) -> None:
    assert insert(text, ["a"], True, json5=True) == changed
    assert remove(changed, ["a"], json5=True) == text


def test_json5_is_read_as_it_is_meant() -> None:
    text = r"""{a: 'it\'s', "b": "\u4e2d\x41\
c", c: +.5e1, d: 0xFF, e: [Infinity, -1,], f: null /* , */, g: true}"""

    assert read(text, json5=True).root.plain() == {
        "a": "it's",
        "b": "中Ac",
        "c": "+.5e1",
        "d": "0xFF",
        "e": ["Infinity", "-1"],
        "f": None,
        "g": True,
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("{", 1),
        ('{"a": 1,}', 1),
        ('{"a": 1 "b": 2}', 1),
        ("{'a': 1}", 1),
        ("{a: 1}", 1),
        ('{"a": 01}', 1),
        ('{"a": tru}', 1),
        ('{"a": "\n"}', 1),
        ('{\n"a": 1,\n"a": 2}', 3),
        ('{"a": 1} x', 1),
        ("{} // no", 1),
        ("[,]", 1),
        ("[1,,2]", 1),
        ("[" * (DEEPEST + 2), 1),
    ],
)
def test_a_text_that_is_not_json_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(JsonTextError) as raised:
        read(text)

    assert raised.value.line == line


@pytest.mark.parametrize("text", ["{a: 'x}", "{/* }", "{a b: 1}", "[1 2]", "{,}", "{a: \\u0041}"])
def test_a_text_that_is_not_json5_is_refused(text: str) -> None:
    with pytest.raises(JsonTextError):
        read(text, json5=True)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"hooks": []}', "hooks"),
        ('{"hooks": {"a": {}}}', "hooks.a"),
        ("[]", "{}"),
        ('{"hooks": null}', "hooks"),
    ],
)
def test_another_kind_of_value_on_the_way_is_refused(text: str, key: str) -> None:
    with pytest.raises(ShapeError) as raised:
        insert(text, ["hooks", "a"], 1, item=True)

    assert raised.value.key == key


def test_a_key_that_is_there_is_not_written_again() -> None:
    with pytest.raises(ShapeError):
        insert('{"a": 1}', ["a"], 2)
