"""Lines that are broken, hostile or merely odd, through both readers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from sources.claude_lines import READERS
from sources.claude_lines import line
from sources.claude_lines import read
from sources.claude_lines import read_text
from sources.claude_lines import text_of
from token_tracker.model import Origin
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._native import Toolset
from token_tracker.sources.claude_code.copies import response_id
from token_tracker.sources.contract import LineProblem

each_reader = pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])

GOOD = line()
COUNTED = Tokens(11, 500, 40, 30, 90, 20)


def outcome(text: bytes, place: Path, reader: Toolset) -> tuple[list[UsageEvent], list[str]]:
    reading = read_text(place, text, reader)
    return list(reading.events), [problem.code for problem in reading.problems]


def only(text: bytes, place: Path, reader: Toolset) -> UsageEvent:
    events, problems = outcome(text, place, reader)
    assert (len(events), problems) == (1, [])
    return events[0]


@each_reader
def test_a_good_line_is_an_event(reader: Toolset, tmp_path: Path) -> None:
    event = only(text_of(GOOD), tmp_path, reader)
    assert event.tokens == COUNTED
    assert (event.at_ms, event.own_at_ms) == (1795248000250, 1795248000250)
    assert event.service == ("", "claude-sonnet-4-5", "standard", "standard", "")
    assert event.origin == Origin(
        "claude-code", "/home/dev/shop", "5e551000-0099-4000-8000-000000000001", "main"
    )
    assert (event.web_searches, event.sidechain, event.stopped, event.host_cost_pico) == (
        1,
        False,
        True,
        None,
    )
    assert (event.passes, event.place) == ((), (str(tmp_path / "session.jsonl"), 0))


@each_reader
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (b"9223372036854775808", "count-out-of-range"),
        (b"18446744073709551616", "count-out-of-range"),
        (b"1000000000001", "count-out-of-range"),
        (b"-1", "count-out-of-range"),
        (b"9" * 5000, "count-out-of-range"),
        (b"1e999", "usage-invalid"),
        (b"1e99999999999999999999", "usage-invalid"),
        (b"-Infinity", "usage-invalid"),
        (b"NaN", "usage-invalid"),
        (b'"12x"', "usage-invalid"),
        (b'"12"', "usage-invalid"),
        (b"12.5", "usage-invalid"),
        (b"12.0", "usage-invalid"),
        (b"true", "usage-invalid"),
        (b"[]", "usage-invalid"),
        (b"{}", "usage-invalid"),
    ],
)
@pytest.mark.parametrize("count", ["input_tokens", "output_tokens", "cache_read_input_tokens"])
def test_a_count_that_is_no_token_count_spoils_its_line_only(
    reader: Toolset, number: bytes, code: str, count: str, tmp_path: Path
) -> None:
    bad = text_of(line(**{f"usage__{count}": 7070707, "message__id": "msg_01Counter0002"}))
    text = bad.replace(b"7070707", number) + text_of(GOOD)

    events, problems = outcome(text, tmp_path, reader)

    assert ([event.tokens for event in events], problems) == ([COUNTED], [code])


@each_reader
@pytest.mark.parametrize("count", [0, 10**12])
def test_the_bounds_of_a_count_are_counts(reader: Toolset, count: int, tmp_path: Path) -> None:
    text = text_of(line(usage__input_tokens=count))
    assert only(text, tmp_path, reader).tokens == COUNTED._replace(input=count)


@each_reader
def test_missing_and_null_counts_are_zero(reader: Toolset, tmp_path: Path) -> None:
    nulls = {f"usage__{name}": None for name in line()["message"]["usage"]}
    missing = line(message__usage={}, message__id="msg_01Counter0002")
    events, problems = outcome(text_of(line(**nulls), missing), tmp_path, reader)
    assert ([event.tokens for event in events], problems) == ([Tokens()] * 2, [])
    assert [event.web_searches for event in events] == [0, 0]


@each_reader
@pytest.mark.parametrize("usage", ["abc", 5, [1], True])
def test_usage_that_is_no_object_is_a_problem(reader: Toolset, usage: object, tmp_path: Path) -> None:
    assert outcome(text_of(line(message__usage=usage)), tmp_path, reader) == ([], ["usage-invalid"])


@each_reader
def test_null_usage_is_none(reader: Toolset, tmp_path: Path) -> None:
    assert outcome(text_of(line(message__usage=None)), tmp_path, reader) == ([], [])


@each_reader
@pytest.mark.parametrize(
    "changes",
    [
        {"timestamp": None},
        {"timestamp": "yesterday"},
        {"timestamp": 1795248000250},
        {"timestamp": "1969-12-31T23:59:59.999Z"},
        {"message__id": None, "requestId": None, "uuid": None},
        {"message__id": "", "requestId": "", "uuid": ""},
    ],
)
def test_a_response_without_time_or_name_is_a_problem(
    reader: Toolset, changes: dict[str, Any], tmp_path: Path
) -> None:
    assert outcome(text_of(line(**changes)), tmp_path, reader) == ([], ["usage-invalid"])


@each_reader
@pytest.mark.parametrize("kind", ["user", "progress", "attachment", None, 5, ["assistant"]])
def test_other_lines_hold_no_usage(reader: Toolset, kind: object, tmp_path: Path) -> None:
    assert outcome(text_of(line(type=kind)), tmp_path, reader) == ([], [])


@each_reader
@pytest.mark.parametrize("text", [b'["usage"]', b'"usage"', b'{"message": [{"usage": {}}]}'])
def test_json_of_another_shape_holds_no_usage(reader: Toolset, text: bytes, tmp_path: Path) -> None:
    assert outcome(text + b"\n", tmp_path, reader) == ([], [])


@each_reader
def test_what_the_host_made_up_itself_is_no_usage(reader: Toolset, tmp_path: Path) -> None:
    assert outcome(text_of(line(message__model="<synthetic>")), tmp_path, reader) == ([], [])


@each_reader
@pytest.mark.parametrize(
    "text",
    [
        b'{"type":"assistant","usage":',
        b'{"usage": "\x01"}',
        b'{"usage":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        text_of(GOOD)[:-1] + text_of(GOOD)[:-1],
        text_of(GOOD)[:-2],
    ],
)
def test_a_line_that_is_not_json_is_a_problem_and_the_rest_is_read(
    reader: Toolset, text: bytes, tmp_path: Path
) -> None:
    reading = read_text(tmp_path, b"{}\n" + text + b"\n" + text_of(GOOD), reader)
    assert [event.tokens for event in reading.events] == [COUNTED]
    assert reading.problems == [LineProblem("line-not-json", 3, 2)]


@each_reader
@pytest.mark.parametrize(
    "odd",
    [
        b"\xff\xfe broken",
        b"\xed\xa0\x80",
        rb"\ud800 alone",
        rb"\u0000",
    ],
)
def test_broken_text_beside_the_counts_loses_no_token(reader: Toolset, odd: bytes, tmp_path: Path) -> None:
    text = text_of(GOOD).replace(b"Sencha", odd)
    assert only(text, tmp_path, reader).tokens == COUNTED


@each_reader
def test_a_number_too_long_for_python_beside_the_counts_loses_no_token(
    reader: Toolset, tmp_path: Path
) -> None:
    text = text_of(line(planted=7070707)).replace(b"7070707", b"7" * 5000)
    assert only(text, tmp_path, reader).tokens == COUNTED


@each_reader
@pytest.mark.parametrize("number", [b"1e99999999999999999999", b"1e-99999999999999999999", b"NaN", b"1e999"])
@pytest.mark.parametrize("field", ["planted", "costUSD"])
def test_an_absurd_number_beside_the_counts_loses_no_token(
    reader: Toolset, number: bytes, field: str, tmp_path: Path
) -> None:
    text = text_of(line(**{field: 7070707})).replace(b"7070707", number)
    event = only(text, tmp_path, reader)
    assert (event.tokens, event.host_cost_pico) == (COUNTED, None)


@each_reader
@pytest.mark.parametrize(
    ("logged", "pico"),
    [
        ("0.0123", 12_300_000_000),
        ("0", 0),
        ("3", 3 * 10**12),
        ("0.0000000000019", 1),
        ("-1", None),
        ("true", None),
        ('"1"', None),
        ("null", None),
        ("999999999999", 999999999999 * 10**12),
        ("1000000000000", None),
    ],
)
def test_the_hosts_own_cost_is_kept_apart(
    reader: Toolset, logged: str, pico: int | None, tmp_path: Path
) -> None:
    text = text_of(line(costUSD=7070707)).replace(b"7070707", logged.encode())
    assert only(text, tmp_path, reader).host_cost_pico == pico


@each_reader
def test_names_from_a_log_are_made_storable(reader: Toolset, tmp_path: Path) -> None:
    text = text_of(line(cwd="/tmp/a\u0000b\u202e\n" + "c" * 500, gitBranch="\ud800x"))
    event = only(text, tmp_path, reader)
    assert event.origin.branch == "x"
    assert event.origin.cwd == "/tmp/ab" + "c" * 390
    assert event.place.offset == 0


@each_reader
def test_the_last_of_doubled_keys_counts(reader: Toolset, tmp_path: Path) -> None:
    text = text_of(GOOD).replace(b'"output_tokens": 90', b'"output_tokens": "x", "output_tokens": 90')
    assert only(text, tmp_path, reader).tokens == COUNTED


@each_reader
def test_the_owner_of_a_copy_is_the_session_that_asked(reader: Toolset, tmp_path: Path) -> None:
    owners = [
        only(text_of(line(**changes)), tmp_path, reader).origin.session
        for changes in (
            {"requestSessionId": "asked", "forkedFrom": {"sessionId": "forked"}},
            {"forkedFrom": {"sessionId": "forked"}},
            {"requestSessionId": "", "forkedFrom": {"sessionId": ""}, "sessionId": "own"},
            {"requestSessionId": 5, "forkedFrom": "x", "sessionId": "own"},
            {"sessionId": None},
        )
    ]
    assert owners == ["asked", "forked", "own", "own", ""]


@each_reader
def test_agents_and_skills_are_initiators(reader: Toolset, tmp_path: Path) -> None:
    origins = [
        only(text_of(line(**changes)), tmp_path, reader).origin
        for changes in (
            {"attributionSkill": "tags"},
            {"attributionSkill": "tags", "isSidechain": True, "agentId": "a1", "attributionAgent": "Explore"},
            {"isSidechain": "true", "agentId": "a1"},
        )
    ]
    assert [(one.agent, one.agent_id, one.skill, one.initiator) for one in origins] == [
        ("", "", "tags", "skill"),
        ("Explore", "a1", "tags", "agent"),
        ("", "a1", "", ""),
    ]


@each_reader
def test_terms_are_kept_as_logged(reader: Toolset, tmp_path: Path) -> None:
    terms = [
        only(text_of(line(**changes)), tmp_path, reader).service[2:]
        for changes in (
            {"usage__service_tier": "batch", "usage__speed": "fast", "usage__inference_geo": "us"},
            {"usage__service_tier": None, "usage__speed": None, "usage__inference_geo": None},
            {"usage__inference_geo": "not_available"},
            {"usage__inference_geo": "global", "usage__service_tier": "", "usage__speed": ""},
        )
    ]
    assert terms == [("batch", "fast", "us"), *[("standard", "standard", "")] * 3]


ADVICE = {"type": "advisor_message", "model": "claude-opus-4-6", "input_tokens": 1000, "output_tokens": 40}


@each_reader
def test_an_advisor_is_a_response_of_its_own(reader: Toolset, tmp_path: Path) -> None:
    text = text_of(
        line(usage__iterations=[ADVICE], usage__speed="fast", usage__inference_geo="us", costUSD=0.5)
    )
    response, advice = sorted(
        outcome(text, tmp_path, reader)[0], key=lambda event: event.service.model != "claude-sonnet-4-5"
    )
    assert (response.tokens, response.host_cost_pico, response.web_searches) == (COUNTED, 5 * 10**11, 1)
    assert response.service.speed == "fast"
    assert advice.service == ("", "claude-opus-4-6", "standard", "standard", "us")
    assert advice.tokens == Tokens(input=1000, output=40)
    assert (advice.host_cost_pico, advice.web_searches, advice.passes) == (None, 0, ())
    assert (advice.origin, advice.at_ms, advice.place) == (response.origin, response.at_ms, response.place)


@each_reader
def test_passes_are_counted_by_the_same_rules(reader: Toolset, tmp_path: Path) -> None:
    first = {
        "type": "message",
        "input_tokens": 10,
        "cache_read_input_tokens": 200,
        "cache_creation_input_tokens": 70,
        "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 30},
        "output_tokens": 50,
    }
    second = {
        "type": "fallback_message",
        "input_tokens": 1,
        "cache_read_input_tokens": 300,
        "output_tokens": 40,
    }
    advice = {**first, "type": "advisor_message", "model": "claude-opus-4-6"}
    changes = {"isSidechain": True, "message__stop_reason": None, "usage__service_tier": "batch"}
    text = text_of(line(usage__iterations=[first, advice, second], **changes))

    (response, advised), problems = outcome(text, tmp_path, reader)

    counted = Tokens(10, 200, 40, 30, 50)
    assert response.passes == (counted, Tokens(1, 300, 0, 0, 40))
    assert (advised.tokens, advised.service.model) == (counted, "claude-opus-4-6")
    assert advised.id == response_id("msg_01Counter0001/advisor/1")
    assert (advised.sidechain, advised.stopped, advised.service.tier) == (True, False, "batch")
    assert problems == []


@each_reader
@pytest.mark.parametrize("count", ["x", -1, 10**12 + 1, 2.5])
def test_an_advisor_that_cannot_be_counted_leaves_its_response(
    reader: Toolset, count: object, tmp_path: Path
) -> None:
    text = text_of(line(usage__iterations=[{**ADVICE, "input_tokens": count}, "junk"]))
    events, problems = outcome(text, tmp_path, reader)
    assert ([event.tokens for event in events], problems) == ([COUNTED], ["usage-invalid"])


@each_reader
def test_a_pass_that_cannot_be_counted_leaves_its_response_whole(reader: Toolset, tmp_path: Path) -> None:
    passes = [{"type": "message", "input_tokens": "x"}, {"type": "message", "input_tokens": 11}]
    event = only(text_of(line(usage__iterations=passes)), tmp_path, reader)
    assert (event.tokens, event.passes) == (COUNTED, ())


@each_reader
def test_a_torn_line_is_a_problem_once_and_only_when_it_ended(reader: Toolset, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    good = text_of(GOOD)
    path.write_bytes(good + b'{"usage":')
    first = read(path, None, reader)
    again = read(path, first.cursor, reader)
    path.write_bytes(good + b'{"usage":\n' + good)
    ended = read(path, again.cursor, reader)
    after = read(path, ended.cursor, reader)
    path.write_bytes(good)
    shrunk = read(path, after.cursor, reader)

    assert [one.problems for one in (first, again, after)] == [[], [], []]
    assert ended.problems == [LineProblem("line-not-json", len(good), 2)]
    # Problems of a file that is read from its start replace those that were known.
    assert (ended.from_start, shrunk.from_start, shrunk.problems) == (False, True, [])


# Both readers must agree on anything: the native one only where it is sure, and fast.

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 200)
    | st.sampled_from([2**63, 2**64, 10**12, 10**12 + 1, -1, 10**30])
    | st.floats(allow_nan=True)
    | st.sampled_from(
        [
            "",
            "msg_0",
            "msg_01Counter0001",
            "12x",
            "assistant",
            "user",
            "<synthetic>",
            "fast",
            "us",
            "a1",
            "advisor_message",
            "message",
            "\ud800",
            "2026-11-21T08:00:00.1239999999Z",
            "2026-11-21t08:00:00z",
            "2026-11-21T08:00:00",
            "2026-11-21T08:00:00.9999996+05:30",
            "9999-12-31T23:59:59.9999999Z",
            "1969-12-31T23:59:59Z",
        ]
    )
    | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "id",
                    "sessionId",
                    "input_tokens",
                    "output_tokens",
                    "model",
                    "tool_use_id",
                    "agentId",
                ]
            )
            | st.text(max_size=2),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
PLACES = [
    ("type",),
    ("timestamp",),
    ("sessionId",),
    ("requestSessionId",),
    ("forkedFrom",),
    ("uuid",),
    ("requestId",),
    ("isSidechain",),
    ("agentId",),
    ("attributionAgent",),
    ("attributionSkill",),
    ("cwd",),
    ("gitBranch",),
    ("costUSD",),
    ("toolUseResult",),
    ("message",),
    ("message", "id"),
    ("message", "model"),
    ("message", "content"),
    ("message", "stop_reason"),
    ("message", "usage"),
    *[("message", "usage", name) for name in line()["message"]["usage"]],
    ("message", "usage", "cache_creation", "ephemeral_5m_input_tokens"),
    ("message", "usage", "cache_creation", "ephemeral_1h_input_tokens"),
    ("message", "usage", "output_tokens_details", "thinking_tokens"),
    ("message", "usage", "server_tool_use", "web_search_requests"),
]
ABSENT = object()


def changed(record: dict[str, Any], place: tuple[str, ...], value: object) -> dict[str, Any]:
    name, *inner = place
    others = {key: one for key, one in record.items() if key != name}
    if inner:
        held = record.get(name)
        return others | {name: changed(held if isinstance(held, dict) else {}, tuple(inner), value)}
    return others if value is ABSENT else others | {name: value}


def assert_readers_agree(text: bytes) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / "session.jsonl"
        path.write_bytes(text)
        first, *others = [read(path, None, reader) for reader in READERS]
    for other in others:
        assert set(other.events) == set(first.events)
        assert len(other.events) == len(first.events)
        assert other._replace(events=()) == first._replace(events=())


changes = st.lists(st.tuples(st.sampled_from(PLACES), json_values | st.just(ABSENT)), max_size=3)


@settings(deadline=None, max_examples=300)
@given(lines=st.lists(changes, min_size=1, max_size=4))
@example(lines=[[(("timestamp",), "2026-11-21T08:00:00.1239999999Z")], []])
@example(lines=[[(("message", "usage", "iterations"), [ADVICE, {"type": "message"}])], []])
@example(lines=[[(("isSidechain",), True)], [(("message", "stop_reason"), None)], []])
def test_both_readers_agree_on_any_value_of_any_field(
    lines: list[list[tuple[tuple[str, ...], object]]],
) -> None:
    records = []
    for one in lines:
        record = line()
        for place, value in one:
            record = changed(record, place, value)
        records.append(record)
    assert_readers_agree(text_of(*records))


@settings(deadline=None, max_examples=200)
@given(
    at=st.integers(0, len(text_of(GOOD)) - 1),
    size=st.integers(0, 4),
    put=st.binary(max_size=4) | st.sampled_from([b'"', b"\\", b"{", b"}", b"\xff", b"\0", b"e9", b"\r"]),
)
def test_both_readers_agree_on_any_broken_byte(at: int, size: int, put: bytes) -> None:
    text = text_of(GOOD)
    text = text[:at] + put + text[at + size :] + text_of(line(message__id="msg_01Counter0002"))
    assert_readers_agree(text)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel for the peak of memory")
@each_reader
def test_a_line_of_a_hundred_megabytes_is_passed_over_in_little_memory(
    reader: Toolset, tmp_path: Path
) -> None:
    path = tmp_path / "session.jsonl"
    before, after = text_of(GOOD), text_of(line(message__id="msg_01Counter0002"))
    with path.open("wb") as file:
        file.write(before + b'{"planted": "')
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b'", "usage": 1}\n' + after)

    done = subprocess.run(
        [sys.executable, "-c", PEAK_OF_READING, str(path), reader.name],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(str(Path(__file__).resolve().parents[up]) for up in (1, 2))},
    )

    events, problems, peak_kb = json.loads(done.stdout)
    assert (events, problems) == (2, [["line-too-long", len(before), 2]])
    assert peak_kb * 1024 < 150_000_000


# `ru_maxrss` would include the parent's memory before the new program was loaded.
PEAK_OF_READING = """
import json, re, sys
from pathlib import Path
from sources.claude_lines import READERS, read
reader = next(one for one in READERS if one.name == sys.argv[2])
reading = read(Path(sys.argv[1]), None, reader)
peak_kb = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(json.dumps([len(reading.events), reading.problems, int(peak_kb)]))
"""
