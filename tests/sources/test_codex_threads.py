"""What the lines of a Codex rollout count, and whose they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sources.codex_lines import EARLIER
from sources.codex_lines import OLD_TURN
from sources.codex_lines import OWN_TURN
from sources.codex_lines import SIBLING
from sources.codex_lines import THREAD
from sources.codex_lines import context
from sources.codex_lines import each_reader
from sources.codex_lines import line
from sources.codex_lines import meta
from sources.codex_lines import read
from sources.codex_lines import record
from sources.codex_lines import settings
from sources.codex_lines import totals
from sources.codex_lines import usage
from sources.codex_lines import written
from sources.samples import events_of
from token_tracker.model import Origin
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.sources._ids import event_id
from token_tracker.sources._native import Toolset
from token_tracker.sources.contract import Reading


def prompts(*readings: Reading) -> list[int]:
    return sorted(event.tokens.prompt for event in events_of(readings).values())


@each_reader
def test_the_response_is_known_by_the_id_of_its_vendor(reader: Toolset, tmp_path: Path) -> None:
    path = written(tmp_path, THREAD, meta(), context(), record("resp_0123456789", usage(100, 20)))
    (event,) = read(path, reader).events
    assert event.id == event_id("openai", "resp_0123456789")
    assert event.service == Service("", "gpt-5.4")
    assert event.origin == Origin("codex", cwd="/w/shop", session=THREAD)


@each_reader
def test_cache_and_reasoning_are_inside_and_never_more_than_what_holds_them(
    reader: Toolset, tmp_path: Path
) -> None:
    counts = usage(100, 20, cached_input_tokens=70, cache_write_input_tokens=90, reasoning_output_tokens=50)
    (event,) = read(written(tmp_path, THREAD, meta(), record("resp_0123456789", counts)), reader).events
    assert event.tokens == Tokens(0, 70, 30, 0, 20, 20)


@each_reader
def test_reasoning_that_the_total_holds_beside_the_output_is_added(reader: Toolset, tmp_path: Path) -> None:
    counts = {"input_tokens": 100, "output_tokens": 20, "reasoning_output_tokens": 7, "total_tokens": 127}
    (event,) = read(written(tmp_path, THREAD, meta(), record("resp_0123456789", counts)), reader).events
    assert event.tokens == Tokens(100, 0, 0, 0, 27, 7)


@each_reader
def test_running_totals_behind_records_add_nothing_also_when_they_come_late(
    reader: Toolset, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        THREAD,
        meta(),
        context(),
        record("resp_0000000001", usage(100, 1)),
        record("resp_0000000002", usage(200, 2)),
        totals(usage(100, 1), usage(100, 1)),
        totals(usage(300, 3), usage(200, 2)),
        record("resp_0000000003", usage(400, 4)),
        record("resp_0000000004", usage(500, 5)),
        totals(usage(1200, 12), usage(500, 5)),
    )
    assert prompts(read(path, reader)) == [100, 200, 400, 500]


@each_reader
def test_what_an_older_release_added_to_a_thread_with_records_counts(reader: Toolset, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        THREAD,
        meta(),
        context(),
        record("resp_0000000001", usage(100, 1, cache_write_input_tokens=30)),
        totals(usage(100, 1, cache_write_input_tokens=30), usage(100, 1, cache_write_input_tokens=30)),
        totals(usage(100, 1), usage(100, 1)),
        totals(usage(300, 3), usage(200, 2)),
    )
    assert prompts(read(path, reader)) == [100, 200]


@each_reader
def test_a_total_that_falls_begins_anew(reader: Toolset, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        THREAD,
        meta(),
        context(),
        totals(usage(500, 5)),
        totals(usage(100, 1)),
        totals(usage(300, 3)),
        totals(usage(40, 4), usage(40, 4)),
    )
    assert prompts(read(path, reader)) == [40, 100, 200, 500]


def test_a_total_with_nothing_in_it_is_no_response(tmp_path: Path) -> None:
    path = written(tmp_path, THREAD, meta(), context(), totals(usage(0, 0), usage(0, 0)))
    assert read(path).events == []


@each_reader
def test_the_first_total_of_a_fork_kept_in_pages_is_the_origins(reader: Toolset, tmp_path: Path) -> None:
    fork = meta(forked_from_id=EARLIER, history_base={"thread_id": EARLIER})
    path = written(
        tmp_path, THREAD, fork, context(), totals(usage(500, 5), usage(200, 2)), totals(usage(700, 7))
    )
    assert prompts(read(path, reader)) == [200]


@each_reader
@pytest.mark.parametrize("copied_turn", [OLD_TURN, None], ids=["with turn ids", "before turn ids"])
def test_a_fork_counts_what_it_copied_once_and_leaves_it_to_the_origin(
    reader: Toolset, copied_turn: str | None, tmp_path: Path
) -> None:
    own_turn = copied_turn and OWN_TURN
    first, second = totals(usage(100, 1), usage(100, 1)), totals(usage(300, 3), usage(200, 2))
    origin = written(tmp_path, EARLIER, meta(EARLIER), context(copied_turn), first, second)
    fork = written(
        tmp_path,
        THREAD,
        meta(forked_from_id=EARLIER, second=30),
        meta(EARLIER, second=30),
        context(copied_turn, second=30),
        totals(usage(100, 1), usage(100, 1), second=30),
        totals(usage(300, 3), usage(200, 2), second=31),
        context(own_turn, second=40),
        totals(usage(300, 3), usage(200, 2), second=40),
        totals(usage(700, 7), usage(400, 4), second=41),
    )
    both = events_of([read(fork, reader), read(origin, reader)])
    alone = events_of([read(fork, reader)])

    assert sorted((event.origin.session, event.tokens.prompt) for event in both.values()) == [
        (EARLIER, 100),
        (EARLIER, 200),
        (THREAD, 400),
    ]
    assert {event.at_ms for event in both.values() if event.origin.session == EARLIER} == {1795168805000}
    assert both.keys() == alone.keys()
    assert {event.origin.session for event in alone.values()} == {EARLIER, THREAD}


@each_reader
def test_forks_that_do_equal_work_count_both(reader: Toolset, tmp_path: Path) -> None:
    readings = []
    for thread, turn in ((THREAD, OWN_TURN), (SIBLING, OWN_TURN.replace("1111", "2222"))):
        fork = [meta(thread, forked_from_id=EARLIER), meta(EARLIER), context(OLD_TURN), totals(usage(100, 1))]
        readings.append(read(written(tmp_path, thread, *fork, context(turn), totals(usage(300, 3))), reader))
    assert prompts(*readings) == [100, 200, 200]


@each_reader
def test_a_copied_record_belongs_to_the_thread_that_it_names(reader: Toolset, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        THREAD,
        meta(forked_from_id=EARLIER, second=30),
        meta(EARLIER),
        record("resp_0000000001", usage(100, 1), thread=EARLIER, second=30),
        record("resp_0000000002", usage(200, 2), thread=SIBLING, session_id=EARLIER, second=30),
        record("resp_0000000003", usage(300, 3), second=40),
    )
    here = Origin("codex", cwd="/w/shop")
    assert [(event.origin, event.sidechain) for event in read(path, reader).events] == [
        (here._replace(session=EARLIER), True),
        (here._replace(session=EARLIER, agent_id=SIBLING), True),
        (here._replace(session=THREAD, parent=EARLIER), False),
    ]


def spawned(**more: Any) -> dict[str, Any]:
    spawn = {"parent_thread_id": EARLIER, "depth": 1, **more}
    return {"source": {"subagent": {"thread_spawn": spawn}}}


@each_reader
def test_what_a_sub_agent_copied_of_its_starter_is_left_to_the_starter(
    reader: Toolset, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        THREAD,
        meta(forked_from_id=EARLIER, session_id=EARLIER, **spawned()),
        meta(EARLIER),
        context(OLD_TURN),
        totals(usage(100, 1), usage(100, 1)),
        context(OWN_TURN),
        totals(usage(300, 3), usage(200, 2)),
    )
    (event,) = read(path, reader).events
    assert event.tokens.prompt == 200
    assert event.origin == Origin(
        "codex",
        cwd="/w/shop",
        session=EARLIER,
        agent="default",
        agent_id=THREAD,
        initiator="agent",
        parent=EARLIER,
    )


def test_what_a_sub_agent_copied_before_turns_had_ids_counts_once(tmp_path: Path) -> None:
    counted = [context(None), totals(usage(100, 1)), totals(usage(300, 3))]
    origin = read(written(tmp_path, EARLIER, meta(EARLIER), *counted))
    start = meta(forked_from_id=EARLIER, **spawned())
    sub_agent = read(written(tmp_path, THREAD, start, meta(EARLIER), *counted, totals(usage(700, 7))))

    assert prompts(origin, sub_agent) == [100, 200, 400]


@pytest.mark.parametrize(
    ("said", "session", "agent"),
    [
        ({"session_id": EARLIER, "agent_role": "explorer", **spawned()}, EARLIER, "explorer"),
        (spawned(agent_role="worker"), EARLIER, "worker"),
        ({"session_id": THREAD, **spawned()}, EARLIER, "default"),  # rewritten by migrate-rollouts
        ({"session_id": EARLIER, "source": {"subagent": "review"}}, EARLIER, "review"),
        ({"source": {"subagent": "review"}}, THREAD, "review"),
        ({"source": {"subagent": {"other": "guardian"}}, "session_id": EARLIER}, EARLIER, "guardian"),
        ({"thread_source": "subagent", "parent_thread_id": EARLIER}, EARLIER, ""),
        ({"source": {"internal": "memory_consolidation"}}, THREAD, "memory_consolidation"),
        ({"thread_source": "user", "source": "cli"}, THREAD, ""),
    ],
)
def test_a_sub_agent_is_part_of_the_session_that_started_it(
    said: dict[str, Any], session: str, agent: str, tmp_path: Path
) -> None:
    path = written(tmp_path, THREAD, meta(**said), record("resp_0000000001", usage(1, 1)))
    (event,) = read(path).events
    assert (event.origin.session, event.origin.agent) == (session, agent)


def test_a_role_that_is_no_text_is_unknown(tmp_path: Path) -> None:
    odd = meta(agent_role=7, session_id=["x"], git="main", source={"subagent": {"thread_spawn": "x"}})
    (event,) = read(written(tmp_path, THREAD, odd, record("resp_0000000001", usage(1, 1)))).events
    assert event.origin == Origin("codex", cwd="/w/shop", session=THREAD, agent_id=THREAD, initiator="agent")


@each_reader
def test_settings_say_on_which_terms_and_of_whom_responses_are_asked_for(
    reader: Toolset, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        THREAD,
        meta(model_provider="our-proxy"),
        context(),
        settings(service_tier="priority", model_provider_id="openrouter"),
        record("resp_0000000001", usage(1, 1)),
        settings(service_tier="flex"),
        record("resp_0000000002", usage(2, 1)),
        settings(model_provider_id="our-proxy"),
        record("resp_0000000003", usage(3, 1)),
    )
    assert [event.service for event in read(path, reader).events] == [
        Service("openrouter", "gpt-5.4", "priority"),
        Service("openrouter", "gpt-5.4", "flex"),
        Service("", "gpt-5.4"),
    ]


def said(words: str, role: str = "user") -> dict[str, Any]:
    content = [{"type": "input_text", "text": words}]
    return line("response_item", type="message", role=role, content=content)


def called(words: str, kind: str = "function_call", field: str = "arguments") -> dict[str, Any]:
    item: dict[str, Any] = {"type": kind, "name": "exec_command", field: words}
    return line("response_item", **item)


HANDED = "<skill>\n<name>price-tags</name>\n<path>/home/dev/.agents/skills/price-tags/SKILL.md</path>\n"


@each_reader
@pytest.mark.parametrize(
    ("line_before", "skill"),
    [
        (said(HANDED), "price-tags"),
        (said(HANDED, role="assistant"), ""),
        (said(f"Look: {HANDED}"), ""),
        (said("/skills/price-tags/SKILL.md"), ""),
        (called('{"cmd":"sed -n 1,99p /home/dev/.codex/skills/.system/tea/SKILL.md"}'), "tea"),
        (called('{"cmd":"cat /home/dev/skills/price-tags/SKILL.md.bak"}'), "price-tags"),
        (called('{"cmd":"cat /home/dev/price-tags/SKILL.md"}'), ""),
        (called("cat ~/.agents/skills/price-tags/SKILL.md", "custom_tool_call", "input"), "price-tags"),
        (called("cat ~/.agents/skills/price-tags/SKILL.md", "function_call_output", "output"), ""),
        (line("response_item", type="function_call", arguments=["/skills/tea/SKILL.md"]), ""),
    ],
)
def test_a_skill_is_named_until_the_turn_ends(
    reader: Toolset, line_before: dict[str, Any], skill: str, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        THREAD,
        meta(),
        context(OLD_TURN),
        record("resp_0000000001", usage(1, 1)),
        line_before,
        context(OLD_TURN),
        record("resp_0000000002", usage(2, 1)),
        context(OWN_TURN),
        record("resp_0000000003", usage(3, 1)),
    )
    found = [(event.origin.skill, event.origin.initiator) for event in read(path, reader).events]
    assert found == [("", ""), (skill, "skill" if skill else ""), ("", "")]


def test_no_skill_is_told_where_nothing_says_when_a_turn_ends(tmp_path: Path) -> None:
    path = written(tmp_path, THREAD, meta(), context(None), said(HANDED), totals(usage(1, 1)))
    assert [event.origin.skill for event in read(path).events] == [""]


def test_a_thread_that_names_no_model_is_taken_for_the_one_codex_began_with(tmp_path: Path) -> None:
    (event,) = read(written(tmp_path, THREAD, meta(), totals(usage(1, 1)))).events
    assert event.service == Service("", "gpt-5")


@each_reader
@pytest.mark.parametrize(
    "wrong",
    [
        record("resp_0000000001", usage(1, 1) | {"output_tokens": 1.5}),
        record("resp_0000000001", usage(1, 1) | {"input_tokens": 10**13}),
        record("resp_0000000001", {}) | {"timestamp": None},
        line("token_usage_record", usage=[1]),
        totals(usage(1, 1) | {"cached_input_tokens": "7"}),
        totals(usage(1, 1), usage(-1, 1)),
    ],
)
def test_a_line_that_cannot_be_counted_is_named_and_changes_nothing(
    reader: Toolset, wrong: dict[str, Any], tmp_path: Path
) -> None:
    good = [totals(usage(100, 1)), totals(usage(300, 3))]
    path = written(tmp_path, THREAD, meta(), good[0], wrong, good[1])
    reading = read(path, reader)

    assert prompts(reading) == [100, 200]
    assert [(one.code, one.line) for one in reading.problems] == [("usage-invalid", 3)]


@each_reader
def test_names_of_a_wrong_type_count_as_absent(reader: Toolset, tmp_path: Path) -> None:
    odd = record("resp_0000000001", usage(1, 1), session_id=5, turn_id={})
    path = written(
        tmp_path, THREAD, meta(), line("turn_context", model=["x"], cwd=3), odd, settings(service_tier=2)
    )
    (event,) = read(path, reader).events
    assert event.service == Service("", "gpt-5")
    assert event.origin == Origin("codex", cwd="/w/shop", session=THREAD)


def test_a_record_without_an_id_is_known_by_its_thread_and_totals(tmp_path: Path) -> None:
    one = record("", usage(1, 1), thread_token_usage=usage(1, 1))
    other = record("", usage(1, 1), thread_token_usage=usage(2, 2))
    path = written(tmp_path, THREAD, meta(), one, one, other)
    assert len(read(path).events) == 2


def test_a_thread_whose_first_line_is_lost_is_known_by_its_name(tmp_path: Path) -> None:
    lost = [totals(usage(100, 1)), totals(usage(300, 3), second=6)]
    whole = read(written(tmp_path, THREAD, meta(), *lost))
    cut = read(written(tmp_path, THREAD, *lost))

    assert events_of([whole]).keys() == events_of([cut]).keys()
    assert [event.origin.session for event in cut.events] == [THREAD, THREAD]


def test_a_rollout_under_another_name_is_the_same_thread(tmp_path: Path) -> None:
    path = written(tmp_path, THREAD, meta(), totals(usage(100, 1)))
    before = read(path)
    assert read(path.rename(tmp_path / "other.jsonl")).events[0].id == before.events[0].id


@each_reader
def test_a_first_line_that_is_no_json_costs_only_itself(reader: Toolset, tmp_path: Path) -> None:
    path = written(tmp_path, THREAD, meta(), record("resp_0000000001", usage(100, 1)))
    path.write_bytes(b'"token_usage"]\n' + path.read_bytes())
    reading = read(path, reader)

    assert prompts(reading) == [100]
    assert [(one.code, one.offset, one.line) for one in reading.problems] == [("line-not-json", 0, 1)]


def test_a_thread_that_nothing_names_is_told_apart_by_its_times(tmp_path: Path) -> None:
    path = written(tmp_path, THREAD, totals(usage(100, 1))).rename(tmp_path / "one.jsonl")
    other = written(tmp_path, THREAD, totals(usage(100, 1), second=6)).rename(tmp_path / "other.jsonl")
    readings = [read(path), read(other)]

    assert prompts(*readings, *readings) == [100, 100]
    assert {event.origin.session for event in events_of(readings).values()} == {""}


def test_a_copied_line_that_names_no_thread_is_no_ancestor(tmp_path: Path) -> None:
    fork = [meta(forked_from_id=EARLIER), meta("", second=1), context(None), totals(usage(100, 1))]
    origin = read(written(tmp_path, EARLIER, meta(EARLIER), *fork[2:]))
    assert prompts(origin, read(written(tmp_path, THREAD, *fork))) == [100]


@each_reader
def test_a_thread_is_gone_on_with_wherever_the_last_reading_ended(reader: Toolset, tmp_path: Path) -> None:
    lines = [
        meta(forked_from_id=EARLIER, model_provider="openrouter", git={"branch": "main"}),
        meta(EARLIER),
        context(OLD_TURN, "gpt-5.2"),
        totals(usage(100, 1)),
        context(OWN_TURN),
        settings(service_tier="flex"),
        said(HANDED),
        totals(usage(100, 1), second=6),
        totals(usage(300, 3), second=6),
        record("resp_0000000001", usage(400, 4), second=7),
        totals(usage(700, 7), usage(400, 4), second=7),
        totals(usage(1200, 12), second=8),
    ]
    whole = read(written(tmp_path, THREAD, *lines), reader)
    assert prompts(whole) == [100, 200, 400, 500]
    for number in range(len(lines)):
        first = read(written(tmp_path, THREAD, *lines[:number]), reader)
        with (tmp_path / Path(first.cursor.state.path).name).open("a") as log:
            log.writelines(json.dumps(one) + "\n" for one in lines[number:])
        rest = read(Path(first.cursor.state.path), reader, first.cursor)
        assert [*first.events, *rest.events] == list(whole.events)
        assert rest.cursor.memory == whole.cursor.memory


def test_what_another_version_remembered_is_not_used(tmp_path: Path) -> None:
    path = written(tmp_path, THREAD, meta(), context(), totals(usage(100, 1)))
    cursor = read(path).cursor
    for memory in ("", "{", "[]", json.dumps({"version": 0})):
        again = read(path, cursor=cursor._replace(memory=memory))
        assert (again.from_start, prompts(again)) == (True, [100])


def test_nothing_but_names_and_numbers_is_remembered(tmp_path: Path) -> None:
    path = written(tmp_path, THREAD, meta(instructions="Be kind."), context(), totals(usage(100, 1)))
    assert json.loads(read(path).cursor.memory) == {
        "version": 1,
        "identity": {
            "thread": THREAD,
            "session": THREAD,
            "parent": "",
            "agent": "",
            "is_sub_agent": False,
            "cwd": "/w/shop",
            "branch": "",
            "provider": "",
            "ancestors": [],
            "continues_totals": False,
        },
        "started_ms": 1795168800000,
        "cwd": "/w/shop",
        "model": "gpt-5.4",
        "turn": OWN_TURN,
        "skill": "",
        "tier": "",
        "provider": "",
        "previous": [100, 0, 0, 1, 0, 101],
        "changes": 1,
        "recorded": 0,
    }
