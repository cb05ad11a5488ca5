"""OpenClaw's hook in Node, with a stub in the place of the program."""

from __future__ import annotations

import hashlib
import json
import os
import re
from statistics import median

import pytest

from hooks.stub_program import HOOK
from hooks.stub_program import IDLE
from hooks.stub_program import MAIN
from hooks.stub_program import PYTHON
from hooks.stub_program import Skill
from hooks.stub_program import added
from hooks.stub_program import at
from hooks.stub_program import item
from hooks.stub_program import message
from hooks.stub_program import milliseconds
from hooks.stub_program import names
from hooks.stub_program import passed
from hooks.stub_program import prints_items
from hooks.stub_program import turn
from token_tracker.render.text.delivered import TOKENS_OF_HOST
from token_tracker.render.text.digest import estimated_tokens

DAILY = item("daily:2026-10-05", "昨日 $0.45。\nTwo lines.", name="TOKEN_TRACKER_DAILY_2026-10-05.md")
DAILY_FILE = {
    "name": "TOKEN_TRACKER_DAILY_2026-10-05.md",
    "path": "/shop/TOKEN_TRACKER_DAILY_2026-10-05.md",
    "content": "Show the user this once, word for word:\n\n昨日 $0.45。\nTwo lines.",
    "missing": False,
}
NOTHING: list[object] = []


def test_what_is_due_becomes_a_virtual_file_of_the_prompt(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    played = skill.play(turn())
    assert added(played) == [[[DAILY_FILE]]]
    assert list(skill.folder.rglob("TOKEN_TRACKER_*")) == []


def test_what_the_model_is_asked_to_do_is_said_in_the_language_of_the_text(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items({**DAILY, "lang": "zh"}))
    [[[file]]] = added(skill.play(turn()))
    assert file["content"] == f"请原样告诉用户一次：\n\n{DAILY['content']}"


def test_a_report_and_what_the_model_is_asked_to_do_are_120_tokens_together_at_most() -> None:
    asks = re.findall('(?:en|zh): "([^"]+)"', HOOK.joinpath("handler.js").read_text(encoding="utf-8"))
    assert [estimated_tokens(f"{ask}\n\n") <= TOKENS_OF_HOST for ask in asks] == [True, True]


def test_the_program_is_told_of_the_session_by_a_name_that_tells_nobody_who_it_is(skill: Skill) -> None:
    key = "agent:main:whatsapp:direct:+15550100"
    skill.is_due()
    skill.play(turn(key))
    assert skill.sessions() == ["openclaw:" + hashlib.sha256(key.encode()).hexdigest()[:32]]


def test_a_session_gets_the_same_bytes_at_every_turn_from_one_question(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    played = skill.play(turn(), IDLE, turn(), passed(61), turn())
    assert added(played) == [[[DAILY_FILE]]] * 3
    assert skill.calls() == [["--claim"], ["--ack", "daily:2026-10-05"]]


def test_a_file_that_the_prompt_already_has_is_not_added_again(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    assert added(skill.play(turn(files=[DAILY_FILE]))) == [[NOTHING]]


def test_a_session_of_a_restarted_gateway_is_asked_for_again_and_gets_the_same_bytes(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    assert added(skill.play(turn())) == added(skill.play(turn()))


def test_the_text_is_dropped_when_the_local_day_of_the_programs_zone_ends(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    before, after = at("2026-10-06T23:59:59+08:00"), at("2026-10-07T00:00:00+08:00")
    skill.is_due(not_before="2026-10-07T15:00:00Z")
    played = skill.play(before, turn(), after, turn())
    assert added(played) == [[[DAILY_FILE]], [NOTHING]]


def test_an_unknown_zone_is_taken_for_the_systems(skill: Skill) -> None:
    skill.is_due(zone="Nowhere/Else", not_before="2026-10-09T15:00:00Z")
    skill.answers(prints_items(DAILY))
    before, after = at("2026-10-06T23:59:59Z"), at("2026-10-07T00:00:00Z")
    assert added(skill.play(before, turn(), after, turn())) == [[[DAILY_FILE]], [NOTHING]]


def test_before_the_moment_of_due_json_nothing_is_started_for_a_known_session(skill: Skill) -> None:
    skill.is_due()
    skill.play(at("2026-10-06T22:59:59+08:00"), turn(), passed(3600), turn())
    assert skill.calls() == [["--claim"]]


def test_from_the_moment_of_due_json_the_program_is_asked_at_the_next_turn(skill: Skill) -> None:
    skill.is_due()
    skill.play(at("2026-10-06T22:59:59+08:00"), turn(), at("2026-10-06T23:00:00+08:00"), turn())
    assert skill.calls() == [["--claim"], ["--claim"]]


def test_the_same_moment_is_asked_for_again_only_after_a_minute(skill: Skill) -> None:
    skill.is_due(not_before="2026-10-05T15:00:00Z")
    skill.play(turn(), passed(59), turn(), passed(2), turn())
    assert skill.calls() == [["--claim"], ["--claim"]]


def test_a_clock_that_was_set_back_makes_the_program_look(skill: Skill) -> None:
    skill.is_due(written_at="2027-10-05T16:00:00Z", not_before="2027-10-06T15:00:00Z")
    skill.play(turn(), passed(61), turn())
    assert skill.calls() == [["--claim"], ["--claim"]]


def test_a_next_look_that_is_years_ahead_makes_the_program_look(skill: Skill) -> None:
    skill.is_due(not_before="9999-12-31T23:59:59Z")
    skill.play(turn(), passed(61), turn())
    assert skill.calls() == [["--claim"], ["--claim"]]


def test_with_a_budget_the_program_looks_once_a_minute(skill: Skill) -> None:
    skill.is_due(has_budgets=True)
    skill.play(turn(), passed(59), turn(), passed(2), turn(), turn())
    assert skill.calls() == [["--claim"], ["--claim"]]


@pytest.mark.parametrize("content", ["{", '{"schema": 2}', '{"schema": 1, "not_before": "soon"}'])
def test_without_a_due_json_that_can_be_read_python3_looks_once_a_minute(skill: Skill, content: str) -> None:
    skill.home.mkdir()
    (skill.home / "due.json").write_text(content)
    skill.play(turn(), passed(59), turn(), passed(2), turn())
    assert skill.calls() == [["--claim"], ["--claim"]]


def test_where_nothing_was_ever_set_up_the_program_says_so(skill: Skill) -> None:
    skill.answers(prints_items(item("set-up:2026-10-06", "Not set up.", "set-up")))
    played = skill.play(turn())
    assert names(played) == [[["TOKEN_TRACKER_SET-UP_2026-10-06.md"]]]


@pytest.mark.parametrize("python", ["python-of-a-folder", "/gone/python3"])
def test_an_interpreter_that_is_not_there_is_replaced_by_python3(skill: Skill, python: str) -> None:
    skill.is_due(python=python)
    skill.answers(prints_items(DAILY))
    assert added(skill.play(turn())) == [[[DAILY_FILE]]]


def test_elsewhere_than_in_the_skill_the_program_is_found_by_launch_json(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    moved = skill.folder / "elsewhere" / "token-tracker.py"
    moved.parent.mkdir()
    (skill.folder / "scripts" / "token-tracker.py").rename(moved)
    launch = {"schema": 1, "argv": [PYTHON, "-I", str(moved)]}
    (skill.handler.parent / "launch.json").write_text(json.dumps(launch))
    assert added(skill.play(turn())) == [[[DAILY_FILE]]]


WITHOUT_READER = (
    "agent:main:subagent:7f",
    "agent:main:main:subagent:7f",
    "agent:main:cron:job1",
    "agent:main:cron:job1:run:7f",
    "agent:main:main:heartbeat",
    "agent:main:heartbeat",
    "agent:main:boot:boot-2026-10-06_01-02-03-004-7f",
    "agent:main:hook:gmail:17",
    "agent:codex:acp:7f",
    "agent:main:node:phone",
    "agent:main:dreaming-narrative-light-7f",
    "agent:main:telegram:group:-100:topic:3",
    "agent:main:slack:acme:channel:c01",
    "agent:main:whatsapp:120363@g.us",
    "agent:main:discord:guild-1:channel-2",
    "AGENT:MAIN:CRON:JOB1",
    "cron:job1",
    "subagent:7f",
    "unknown",
    "",
)
WITH_READER = (
    MAIN,
    "global",
    "agent:main:telegram:direct:17",
    "agent:main:explicit:teas",
    "agent:w:dashboard:7f",
)


def test_sessions_that_nobody_reads_or_that_many_read_use_nothing_up(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    assert added(skill.play(turn(*WITHOUT_READER))) == [[NOTHING] * len(WITHOUT_READER)]
    assert skill.calls() == []


def test_sessions_of_one_person_are_asked_for(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    assert added(skill.play(turn(*WITH_READER))) == [[[DAILY_FILE]] * len(WITH_READER)]


def test_a_run_with_light_context_which_has_no_files_uses_nothing_up(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    assert added(skill.play(turn(files=[]))) == [[NOTHING]]
    assert skill.calls() == []


def test_a_heartbeat_in_the_persons_own_session_uses_nothing_up_and_the_next_turn_does(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    played = skill.play(message(), turn(), message(provider="telegram"), turn())
    assert added(played) == [[NOTHING], [[DAILY_FILE]]]


def test_a_heartbeat_leaves_the_prompt_of_its_session_as_it_is(skill: Skill) -> None:
    skill.is_due(has_budgets=True)
    skill.answers(prints_items(DAILY))
    played = skill.play(turn(), IDLE, passed(61), message(), turn(), IDLE)
    assert added(played) == [[[DAILY_FILE]]] * 2
    assert skill.calls() == [["--claim"], ["--ack", "daily:2026-10-05"]]


def test_a_turn_from_the_command_line_half_a_minute_after_a_heartbeat_is_a_persons(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    assert added(skill.play(message(), passed(31), turn())) == [[[DAILY_FILE]]]


def test_another_event_is_left_alone(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY))
    assert added(skill.play(turn(action="other"))) == [[NOTHING]]
    assert skill.calls() == []


def test_turns_of_one_session_at_once_share_one_question(skill: Skill) -> None:
    skill.is_due()
    skill.answers({**prints_items(DAILY), "sleeps_s": 0.1})
    played = skill.play(turn(MAIN, MAIN, MAIN), IDLE)
    assert added(played) == [[[DAILY_FILE]] * 3]
    assert skill.calls() == [["--claim"], ["--ack", "daily:2026-10-05"]]


def test_turns_of_two_sessions_at_once_are_two_questions(skill: Skill) -> None:
    skill.is_due()
    skill.play(turn(MAIN, "agent:main:other"))
    assert skill.calls() == [["--claim"], ["--claim"]]


def test_what_comes_later_on_a_day_stands_behind_what_the_session_has(skill: Skill) -> None:
    skill.is_due(has_budgets=True)
    first, second = (item(f"alert:{key}:warning:2026-10-06", key, "budget-alert") for key in ("a", "b"))
    skill.answers(prints_items(first))
    skill.play(turn())
    skill.answers(prints_items(first, second))
    assert names(skill.play(turn())) == [
        [["TOKEN_TRACKER_BUDGET-ALERT_2026-10-06.md", "TOKEN_TRACKER_BUDGET-ALERT_2026-10-06_2.md"]]
    ]


def test_no_word_of_a_budgets_id_is_in_a_files_name(skill: Skill) -> None:
    skill.is_due()
    hostile = "alert:daily:project=../../rent for Ann\\:exceeded:2026-10-06"
    skill.answers(prints_items(item(hostile, "Over.", "budget-alert")))
    assert names(skill.play(turn())) == [[["TOKEN_TRACKER_BUDGET-ALERT_2026-10-06.md"]]]


def test_items_that_are_not_as_agreed_are_left_out_and_the_others_are_not(skill: Skill) -> None:
    skill.is_due()
    wrong: list[object] = [
        item(""),
        item("--help"),
        item("daily:2026\n10"),
        item("d" * 301),
        item("daily:2026-10-05", kind="../daily"),
        item("daily:2026-10-05", kind="D" * 40),
        item("daily:2026-10-05", content=""),
        item("daily:2026-10-05", content=" \n"),
        item("daily:2026-10-05", content="red \x1b[31m"),
        item("daily:2026-10-05", content="x" * 4097),
        {"id": 1, "kind": "daily-report", "content": "x"},
        {"id": "daily:2026-10-05", "kind": "daily-report"},
        "an item",
        None,
    ]
    skill.answers(prints_items(*wrong, DAILY))
    assert added(skill.play(turn())) == [[[DAILY_FILE]]]


def test_no_more_than_eight_items_are_taken(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(*(item(f"daily:2026-10-{day:02}") for day in range(1, 10))))
    assert [len(one) for one in added(skill.play(turn()))[0]] == [8]


@pytest.mark.parametrize(
    "answer",
    [
        {"prints": "Traceback (most recent call last):\n"},
        {"prints": '{"schema": 2, "items": []}'},
        {"prints": '{"schema": 1, "items": 7}'},
        {"prints": "x" * 1024, "times": 1024},
        {**prints_items(DAILY), "exits": 1},
    ],
    ids=["junk", "other schema", "no items", "1 MB", "exit 1"],
)
def test_a_program_that_fails_leaves_the_turn_alone_and_is_left_alone_for_a_minute(
    skill: Skill, answer: dict[str, object]
) -> None:
    skill.is_due(has_budgets=True)
    skill.answers(answer)
    played = skill.play(turn(), turn("agent:main:other"), passed(59), turn(), passed(2), turn())
    assert added(played) == [[NOTHING]] * 4
    assert [one["thrown"] for step in played["told"] for one in step] == [None] * 4
    assert skill.calls() == [["--claim"], ["--claim"]]


def test_a_program_that_prints_nothing_has_nothing_due(skill: Skill) -> None:
    skill.is_due()
    skill.answers({"prints": ""})
    skill.play(turn(), passed(61), turn())
    assert skill.calls() == [["--claim"]]


def test_a_program_that_cannot_be_started_leaves_the_turn_alone(skill: Skill) -> None:
    played = skill.play(turn(), PATH="/nowhere")
    assert (added(played), played["told"][0][0]["thrown"]) == ([[NOTHING]], None)


def test_pauses_after_failures_grow_and_the_third_is_worth_one_word(skill: Skill) -> None:
    skill.is_due()
    skill.answers({"exits": 1})
    minutes = (0, 1, 1, 1, 1, 1, 1, 1)
    played = skill.play(*(step for minute in minutes for step in (passed(60 * minute + 1), turn())))
    assert len(skill.calls()) == 4  # after 0, 1, 3 and 7 minutes
    assert played["warnings"] == [
        "token-tracker: the session check keeps failing; `token-tracker doctor` tells why."
    ]


@pytest.mark.parametrize(
    "answer", [{"sleeps_s": 30}, {"leaves_open_s": 5}], ids=["sleeps", "output left open"]
)
def test_a_program_that_does_not_end_is_waited_for_no_longer_than_three_seconds(
    skill: Skill, answer: dict[str, object]
) -> None:
    skill.waits("3_000")
    skill.is_due()
    skill.answers(answer)
    played = skill.play(turn(), turn())
    first, second = milliseconds(played)
    assert added(played) == [[NOTHING]] * 2
    assert 2900 < first < 6000
    assert second < 500


def test_what_was_not_acknowledged_is_tried_again_at_the_next_turn(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY), ack={"exits": 1})
    skill.play(turn(), IDLE, turn(), IDLE)
    assert skill.calls() == [["--claim"], *[["--ack", "daily:2026-10-05"]] * 2]


def test_after_ten_minutes_nothing_is_acknowledged_any_more(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY), ack={"exits": 1})
    skill.play(turn(), IDLE, passed(601), turn(), IDLE)
    assert skill.calls() == [["--claim"], ["--ack", "daily:2026-10-05"]]


def test_a_turn_does_not_wait_for_the_acknowledgement(skill: Skill) -> None:
    skill.is_due()
    skill.answers(prints_items(DAILY), ack={"sleeps_s": 0.3})
    played = skill.play(turn(), turn())
    assert [one["finished"] for (one,) in played["told"]] == [1, 1]
    assert played["processes"] == 2


def test_a_usual_turn_takes_less_than_five_milliseconds_and_starts_nothing(skill: Skill) -> None:
    skill.is_due(has_budgets=True)
    skill.answers(prints_items(DAILY))
    measured = skill.play(turn(), IDLE, {"measure": 500, "key": MAIN})["told"][1]
    assert measured["processes"] == 0
    assert median(measured["ms"]) < 5


def test_a_session_without_reader_takes_less_than_five_milliseconds(skill: Skill) -> None:
    measured = skill.play({"measure": 500, "key": "agent:main:cron:job1"})["told"][0]
    assert measured["processes"] == 0
    assert median(measured["ms"]) < 5


def test_the_hook_names_its_event_and_comes_without_dependencies() -> None:
    assert sorted(path.name for path in HOOK.iterdir()) == ["HOOK.md", "handler.js"]
    assert "- agent:bootstrap" in (HOOK / "HOOK.md").read_text("utf-8")
    imported = [line for line in (HOOK / "handler.js").read_text("utf-8").splitlines() if " from " in line]
    assert [line for line in imported if line.startswith("import") and '"node:' not in line] == []


def test_a_pipe_in_the_place_of_due_json_does_not_hold_the_turn(skill: Skill) -> None:
    skill.home.mkdir()
    os.mkfifo(skill.home / "due.json")
    skill.answers(prints_items(DAILY))
    assert added(skill.play(turn())) == [[[DAILY_FILE]]]
