"""Which copy of a response counts, what makes two lines copies, and how tokens are split."""

from __future__ import annotations

import itertools
import random
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from sources.claude_lines import READERS
from sources.claude_lines import line
from sources.claude_lines import read_text
from sources.claude_lines import text_of
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._native import Toolset
from token_tracker.sources.claude_code.copies import response_id
from token_tracker.sources.claude_code.copies import response_key
from token_tracker.sources.claude_code.lines import CacheSplit
from token_tracker.sources.claude_code.lines import Line
from token_tracker.sources.claude_code.lines import Pass
from token_tracker.sources.claude_code.lines import Usage
from token_tracker.sources.claude_code.responses import own_passes
from token_tracker.sources.claude_code.responses import token_counts

each_reader = pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])
LARGEST = 10**12


# Keys


def test_a_response_is_named_by_the_vendors_id_alone() -> None:
    one = Line(Usage(), message_id="msg_01Counter", request_id="req_1", session="a", model="m")
    other = one._replace(request_id="req_2", session="b", model="n", uuid="u")
    assert response_key(one) == response_key(other) == "msg_01Counter"


@pytest.mark.parametrize(
    ("line_", "key"),
    [
        (Line(Usage(), message_id="m" * 12, request_id="r" * 12, uuid="u" * 12), "m" * 12),
        (Line(Usage(), message_id="", request_id="r" * 12, uuid="u" * 12), "r" * 12),
        (Line(Usage(), request_id=None, uuid="u" * 12), "u" * 12),
        (Line(Usage()), None),
        (Line(Usage(), message_id="", request_id="", uuid=""), None),
    ],
)
def test_without_the_vendors_id_the_request_then_the_line_names_it(line_: Line, key: str | None) -> None:
    assert response_key(line_) == key


def test_a_short_id_counts_together_with_session_model_and_prompt() -> None:
    one = Line(Usage(1, 2, 3, None, 4), message_id="m" * 11, session="s", model="claude")
    assert response_key(one) == "\x1f".join(("m" * 11, "s", "claude", "1", "2", "3"))
    assert response_key(Line(Usage(), message_id="msg_0")) == "\x1f".join(("msg_0", "", "", *["None"] * 3))
    assert response_key(one._replace(timestamp="later", usage=one.usage._replace(output_tokens=9))) == (
        response_key(one)
    )


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("msg_01Counter", b"anthropic:msg_01Counter"),
        ("chatcmpl-Counter", b"claude-code:chatcmpl-Counter"),
        ("a msg_01", b"claude-code:a msg_01"),
        ("\ud800", b"claude-code:\xed\xa0\x80"),
    ],
)
def test_an_id_is_a_hash_of_who_minted_the_name_and_the_name(key: str, name: bytes) -> None:
    assert response_id(key) == blake2b(name, digest_size=16).digest()


def test_ids_never_change() -> None:
    """They are compared with other machines and with older ledgers."""
    assert response_id("msg_01Counter0001").hex() == "3dd493c87b95fa490ec588547583c53f"
    assert response_id("req_01Counter0001").hex() == "edbc52028d83a655218f03bc116ffa9f"


# Tokens


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(), Tokens()),
        (Usage(1, 2, 7, CacheSplit(4, 3), 9, 5), Tokens(1, 2, 4, 3, 9, 5)),
        # The rest of the creation is 5-minute, whatever the split says of it.
        (Usage(cache_creation_input_tokens=10, cache_creation=CacheSplit(1, 3)), Tokens(0, 0, 7, 3)),
        (Usage(cache_creation_input_tokens=10, cache_creation=CacheSplit(None, None)), Tokens(0, 0, 10)),
        (Usage(cache_creation_input_tokens=10), Tokens(0, 0, 10)),
        # Never more 1-hour writes than writes.
        (Usage(cache_creation_input_tokens=2, cache_creation=CacheSplit(0, 3)), Tokens(0, 0, 0, 2)),
        (Usage(cache_creation_input_tokens=0, cache_creation=CacheSplit(5, 3)), Tokens()),
        # Without a creation count the split is all there is.
        (Usage(cache_creation=CacheSplit(4, 3)), Tokens(0, 0, 4, 3)),
        (Usage(cache_creation=CacheSplit(4, None)), Tokens(0, 0, 4)),
        (Usage(cache_creation=CacheSplit(None, 3)), Tokens(0, 0, 0, 3)),
        (Usage(cache_creation=CacheSplit(LARGEST, LARGEST)), Tokens(0, 0, LARGEST, LARGEST)),
        (Usage(cache_creation_input_tokens=5, cache_creation=CacheSplit(-1, 0)), Tokens(0, 0, 5)),
        # Reasoning is inside output.
        (Usage(output_tokens=4, thinking_tokens=9), Tokens(output=4, reasoning=4)),
        (Usage(output_tokens=4, thinking_tokens=3), Tokens(output=4, reasoning=3)),
        (Usage(thinking_tokens=3), Tokens()),
        (
            Usage(LARGEST, LARGEST, LARGEST, None, LARGEST, LARGEST),
            Tokens(LARGEST, LARGEST, LARGEST, 0, LARGEST, LARGEST),
        ),
    ],
)
def test_counts_become_disjoint(usage: Usage, expected: Tokens) -> None:
    assert token_counts(usage) == expected


@pytest.mark.parametrize("count", [-1, LARGEST + 1])
@pytest.mark.parametrize(
    "usage",
    [
        lambda n: Usage(input_tokens=n),
        lambda n: Usage(cache_read_input_tokens=n),
        lambda n: Usage(cache_creation_input_tokens=n),
        lambda n: Usage(output_tokens=n),
        lambda n: Usage(thinking_tokens=n),
        lambda n: Usage(cache_creation_input_tokens=5, cache_creation=CacheSplit(0, n)),
        lambda n: Usage(cache_creation=CacheSplit(n, 0)),
        lambda n: Usage(cache_creation=CacheSplit(n, 10)),
    ],
)
def test_an_impossible_count_is_refused(usage: Any, count: int) -> None:
    with pytest.raises(UsageInvalidError):
        token_counts(usage(count))


@each_reader
@pytest.mark.parametrize("count", [-1, LARGEST + 1])
def test_an_impossible_split_spoils_the_line(reader: Toolset, count: int, tmp_path: Path) -> None:
    split = {"ephemeral_1h_input_tokens": count}
    reading = read_text(tmp_path, text_of(line(usage__cache_creation=split)), reader)
    assert ([*reading.events], [one.code for one in reading.problems]) == ([], ["count-out-of-range"])


# Passes

WHOLE = Tokens(11, 500, 40, 30, 90, 20)
FIRST = Pass("message", None, 10, 200, 70, CacheSplit(40, 30), 50)
SECOND = Pass("fallback_message", "other", 1, 300, None, None, 40)
COUNTED = (Tokens(10, 200, 40, 30, 50), Tokens(1, 300, 0, 0, 40))
ADVICE = Pass("advisor_message", "claude-opus-4-6", 1000)


@pytest.mark.parametrize(
    ("passes", "expected"),
    [
        ((), ()),
        ((FIRST, SECOND), COUNTED),
        ((SECOND, FIRST), COUNTED[::-1]),
        ((FIRST, ADVICE, SECOND), COUNTED),
        ((FIRST, Pass("compaction", None, 5), SECOND), COUNTED),
        ((FIRST, SECOND, Pass("message")), (*COUNTED, Tokens())),
        # Not adding up, in any kind of token.
        ((FIRST,), ()),
        ((FIRST, ADVICE), ()),
        ((FIRST, SECOND._replace(input_tokens=2)), ()),
        ((FIRST, SECOND._replace(cache_read_input_tokens=299)), ()),
        ((FIRST._replace(cache_creation=CacheSplit(41, 29)), SECOND), ()),
        ((FIRST._replace(cache_creation_input_tokens=71), SECOND), ()),
        ((FIRST, SECOND._replace(output_tokens=41)), ()),
        ((FIRST, SECOND._replace(type=None)), ()),
        ((FIRST, SECOND, Pass("message", None, -1)), ()),
    ],
)
def test_passes_count_where_they_add_up(passes: tuple[Pass, ...], expected: tuple[Tokens, ...]) -> None:
    assert own_passes(Usage(iterations=passes), WHOLE) == expected


def test_one_pass_that_is_the_whole_response_is_no_pass() -> None:
    only = Pass("message", None, 11, 500, 70, CacheSplit(40, 30), 90)
    assert own_passes(Usage(iterations=(only,)), WHOLE) == ()
    assert own_passes(Usage(iterations=(only, ADVICE)), WHOLE) == ()


# Times


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.001Z", 1),
        ("1970-01-01T00:00:00.0019Z", 1),
        ("1970-01-01T00:00:01", 1000),
        ("1970-01-01 00:00:01Z", 1000),
        ("1970-01-01t00:00:01z", 1000),
        ("1970-01-01T01:00:01+01:00", 1000),
        ("1969-12-31T23:30:00-00:30", 0),
        ("1970-01-01T00:00:00.0009994Z", 0),
        ("1970-01-01T00:00:00.0009995Z", 1),
        ("1970-01-01T00:00:00.00099949Z", 0),
        ("1970-01-01T00:00:59.9999999Z", 60_000),
        ("2026-11-20T23:30:00.100Z", 1795217400100),
        ("1969-12-31T23:59:59.999Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59.9999999Z", None),
        ("2026-13-01T00:00:00Z", None),
        ("now", None),
        ("", None),
    ],
)
def test_an_instant_is_read_as_utc_milliseconds(text: str, at_ms: int | None) -> None:
    assert instant_ms(text) == at_ms


# Preference

BASE = UsageEvent(
    id=b"i" * 16,
    at_ms=1000,
    own_at_ms=1000,
    service=Service("", "m"),
    origin=Origin("claude-code", session="s"),
    tokens=Tokens(5, 5, 5, 5, 5, 5),
    web_searches=1,
    sidechain=False,
    stopped=False,
    host_cost_pico=None,
    place=Place("/f", 0),
)
TOKENS = BASE.tokens

# (better, worse): each rule alone, and each against everything below it.
PAIRS = [
    (BASE, BASE._replace(sidechain=True)),
    (BASE, BASE._replace(sidechain=True, tokens=Tokens(output=99), stopped=True)),
    (BASE._replace(tokens=TOKENS._replace(output=6)), BASE),
    (BASE._replace(tokens=Tokens(output=6)), BASE._replace(stopped=True)),
    (BASE._replace(stopped=True), BASE),
    (BASE._replace(stopped=True, tokens=TOKENS._replace(input=0)), BASE),
    (BASE._replace(tokens=TOKENS._replace(input=6)), BASE),
    (BASE._replace(tokens=TOKENS._replace(input=6), own_at_ms=9000), BASE),
    (BASE._replace(own_at_ms=999), BASE),
    (BASE._replace(own_at_ms=999, web_searches=0), BASE),
    (BASE._replace(tokens=TOKENS._replace(input=6, cache_read=4)), BASE),
    (BASE._replace(web_searches=2), BASE),
    (BASE._replace(service=Service("", "n")), BASE),
    (BASE._replace(origin=Origin("claude-code", session="t")), BASE),
    (BASE._replace(passes=(Tokens(1),)), BASE),
    (BASE._replace(host_cost_pico=0), BASE),
    (BASE._replace(host_cost_pico=7), BASE._replace(host_cost_pico=6)),
    (BASE._replace(place=Place("/f", 1)), BASE),
    (BASE._replace(place=Place("/g", 0)), BASE),
]


@pytest.mark.parametrize(("better", "worse"), PAIRS)
def test_the_better_copy_is_kept_whole(better: UsageEvent, worse: UsageEvent) -> None:
    first = min(better.at_ms, worse.at_ms)
    assert better.preference > worse.preference
    assert better.merged(worse) == better._replace(at_ms=first)
    assert worse.merged(better) == better._replace(at_ms=first)


def test_a_late_copy_does_not_move_a_response_to_another_day() -> None:
    early = BASE._replace(at_ms=10, own_at_ms=10)
    late = BASE._replace(at_ms=20, own_at_ms=20, tokens=TOKENS._replace(output=6))
    assert early.merged(late) == late._replace(at_ms=10)
    assert late.merged(early) == late._replace(at_ms=10)
    assert late.merged(late) == late


def test_the_choice_is_the_same_in_any_order() -> None:
    copies = [event._replace(at_ms=number) for number, event in enumerate(itertools.chain(*PAIRS))]
    best = max(copies, key=lambda event: event.preference)
    for seed in range(50):
        random.Random(seed).shuffle(copies)
        kept = copies[0]
        for one in copies[1:]:
            kept = kept.merged(one)
        assert kept._replace(at_ms=best.at_ms) == best
        assert kept.at_ms == 0


def only_event(text: bytes, place: Path, reader: Toolset) -> UsageEvent:
    (event,) = read_text(place, text, reader).events
    return event


@each_reader
def test_the_final_snapshot_of_a_streamed_response_counts(reader: Toolset, tmp_path: Path) -> None:
    snapshots = [
        line(
            usage__output_tokens=count,
            timestamp=f"2026-11-21T08:00:0{second}.000Z",
            message__stop_reason=stop,
        )
        for second, (count, stop) in enumerate([(9, None), (9, None), (159, "end_turn"), (12, None)])
    ]
    event = only_event(text_of(*snapshots), tmp_path, reader)
    assert (event.tokens.output, event.stopped, event.at_ms, event.own_at_ms) == (
        159,
        True,
        1795248000000,
        1795248002000,
    )
    for seed in range(10):
        random.Random(seed).shuffle(snapshots)
        again = only_event(text_of(*snapshots), tmp_path, reader)
        assert again._replace(place=event.place) == event


@each_reader
def test_a_side_question_does_not_replace_what_it_replays(reader: Toolset, tmp_path: Path) -> None:
    main = line(usage__output_tokens=50)
    replay = line(
        usage__output_tokens=60, usage__cache_read_input_tokens=9999, isSidechain=True, requestId="req_other"
    )
    for lines in ((main, replay), (replay, main)):
        event = only_event(text_of(*lines), tmp_path, reader)
        assert (event.tokens.output, event.tokens.cache_read, event.sidechain) == (50, 500, False)


@each_reader
def test_copies_are_decided_alike_side_by_side_and_apart(reader: Toolset, tmp_path: Path) -> None:
    """Neighbours take a short cut in the native reader: it must decide as the full rule does."""
    other = line(message__id="msg_01Counter0002")
    variants: list[dict[str, Any]] = [
        {},
        {"isSidechain": True},
        {"message__stop_reason": None},
        {"usage__output_tokens": 91},
        {"usage__input_tokens": 12},
        {"usage__speed": "fast"},
        {"timestamp": "2026-11-21T08:00:00.249Z"},
        {"timestamp": "2026-11-21T08:00:00.249Z", "message__stop_reason": None},
        {"timestamp": "2026-11-21T09:00:00.251+01:00", "message__stop_reason": None},
        {"cwd": "/home/dev/other"},
    ]
    for one, two in itertools.product(variants, repeat=2):
        near = read_text(tmp_path, text_of(line(**one), line(**two), other), reader)
        apart = read_text(tmp_path, text_of(line(**one), other, line(**two)), reader)
        name = response_id("msg_01Counter0001")
        (a,), (b,) = ([event for event in each.events if event.id == name] for each in (near, apart))
        assert a._replace(place=b.place) == b


@each_reader
def test_a_fork_adds_only_its_own_responses(reader: Toolset, tmp_path: Path) -> None:
    original = line()
    copy = original | {"sessionId": "fork", "requestSessionId": original["sessionId"]}
    own = line(message__id="msg_01Counter0002") | {"sessionId": "fork", "requestSessionId": "fork"}
    reading = read_text(tmp_path, text_of(original, copy, own), reader)
    assert sorted(event.origin.session for event in reading.events) == [original["sessionId"], "fork"]


@each_reader
def test_a_gateway_that_repeats_short_ids_keeps_its_responses_apart(reader: Toolset, tmp_path: Path) -> None:
    repeated = [
        line(message__id="msg_0", usage__input_tokens=1),
        line(message__id="msg_0", usage__input_tokens=2),
        line(message__id="msg_0", usage__input_tokens=2, message__model="deepseek-chat"),
        line(message__id="msg_0", usage__input_tokens=2, sessionId="other"),
        line(message__id="msg_0", usage__input_tokens=2, usage__output_tokens=95),
    ]
    reading = read_text(tmp_path, text_of(*repeated), reader)
    assert sorted(event.tokens.output for event in reading.events) == [90, 90, 90, 95]
