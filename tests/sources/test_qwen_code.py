"""What is special to Qwen Code: two records of each response, and forks that copy chats."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from sources.samples import FIXTURES
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import readings_of
from sources.samples import totals_of
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources.contract import Root
from token_tracker.sources.qwen_code import SOURCE

QWEN = FIXTURES / "qwen_code"
FIRST = "11111111-1111-4111-8111-111111111111"
FORK = "22222222-2222-4222-8222-222222222222"
FORK_OF_FORK = "33333333-3333-4333-8333-333333333333"
CASES = sorted(case.name for case in QWEN.glob("recorded-*"))


def copied(case: str, place: Path) -> Path:
    return Path(shutil.copytree(QWEN / case, place / case))


def events_in(place: Path) -> list[UsageEvent]:
    return sorted(events_of(readings_of(SOURCE, place)).values(), key=lambda event: event.at_ms)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("lost", ["usage", "projects"])
def test_the_ledger_alone_and_the_chats_alone_tell_the_same_responses(
    case: str, lost: str, tmp_path: Path
) -> None:
    whole = events_in(QWEN / case)
    folder = copied(case, tmp_path)
    shutil.rmtree(folder / lost, ignore_errors=True)
    kept = events_in(folder)

    alone = {"recorded-no-ledger": "projects", "recorded-no-chat": "usage"}.get(case)
    expected = [] if alone == lost else whole
    assert [(event.id, event.tokens, event.service) for event in kept] == [
        (event.id, event.tokens, event.service) for event in expected
    ]


def test_of_both_records_the_one_that_knows_more_is_kept() -> None:
    readings = readings_of(SOURCE, QWEN / "recorded-sub-agent")
    ledger = [one.origin for reading in readings for one in reading.events if "/usage/" in one.place.path]
    kept = [event.origin for event in events_of(readings).values()]

    assert Counter((one.agent, one.agent_id, one.branch) for one in ledger) == {
        ("", "", ""): 2,
        ("general-purpose", "", ""): 2,
    }
    assert Counter((one.agent, one.agent_id, one.branch) for one in kept) == {
        ("", "", "main"): 2,
        ("general-purpose", "general-purpose-c1", "main"): 2,
    }
    assert {one.cwd for one in [*ledger, *kept]} == {"/home/dev/shop"}


def test_a_copy_in_a_fork_of_a_fork_belongs_to_the_session_that_wrote_it_first() -> None:
    found = Counter(
        (event.origin.session, event.origin.parent) for event in events_in(QWEN / "recorded-fork")
    )

    assert found == {(FIRST, ""): 2, (FORK, FIRST): 2, (FORK_OF_FORK, FORK): 2}


def test_a_fork_whose_origin_is_gone_still_brings_what_it_copied(tmp_path: Path) -> None:
    folder = copied("recorded-fork", tmp_path)
    shutil.rmtree(folder / "usage")
    before = totals_of(events_in(folder))
    (folder / f"projects/-home-dev-shop/chats/{FIRST}.jsonl").unlink()

    assert totals_of(events_in(folder)) == before


def test_an_archived_chat_still_tells_the_folder_of_its_session(tmp_path: Path) -> None:
    folder = copied("sample-both", tmp_path)
    chat = folder / "projects/-home-dev-shop/chats/q2.jsonl"
    chat.parent.joinpath("archive").mkdir()
    chat.rename(chat.parent / "archive/q2.jsonl")

    assert [event.origin.cwd for event in events_in(folder)] == ["/home/dev/shop"] * 3


def test_a_folder_of_projects_that_is_not_the_hosts_is_left_alone(tmp_path: Path) -> None:
    folder = copied("recorded-no-chat", tmp_path / "home/.qwen").parent
    theirs = copied("recorded-main", tmp_path) / "projects"
    theirs.rename(tmp_path / "home/projects")

    assert {event.origin.cwd for event in events_in(folder / "recorded-no-chat")} == {""}


def test_work_of_a_skill_ends_with_the_next_prompt(tmp_path: Path) -> None:
    folder = copied("recorded-skill", tmp_path)
    chat = next(folder.glob("projects/*/chats/*.jsonl"))
    lines = chat.read_text().splitlines()
    answered = next(line for line in reversed(lines) if "api_response" in line)
    later = answered.replace('"duration_ms":', '"duration_ms":1')
    chat.write_text("\n".join([*lines, lines[0], later, ""]))

    assert [event.origin.skill for event in events_in(folder)] == ["", "price-tags", ""]


def test_a_skill_and_a_fork_are_remembered_between_two_readings(tmp_path: Path) -> None:
    folder = copied("recorded-fork", tmp_path)
    chat = folder / f"projects/-home-dev-shop/chats/{FORK}.jsonl"
    lines = chat.read_text().splitlines(keepends=True)
    chat.write_text("".join(lines[:8]))
    first = SOURCE.read(next(one for one in files_in(SOURCE, folder) if FORK in one.path), None)
    with chat.open("a") as file:
        file.writelines(lines[8:])

    second = SOURCE.read(next(one for one in files_in(SOURCE, folder) if FORK in one.path), first.cursor)

    assert {event.origin.parent for event in second.events} == {FIRST}


def test_thoughts_of_neither_sum_follow_the_way_of_asking(tmp_path: Path) -> None:
    line = {
        "timestamp": "2026-11-20T09:00:00Z",
        "sessionId": "q1",
        "model": "m",
        "inputTokens": 100,
        "outputTokens": 50,
        "thoughtsTokens": 20,
        "totalTokens": 177,
        "apiDurationMs": 1,
    }
    (tmp_path / "usage").mkdir()
    text = "".join(json.dumps({**line, "authType": kind}) + "\n" for kind in ("openai", "gemini"))
    (tmp_path / "usage/token-usage-2026-11.jsonl").write_text(text.replace("177", "178", 1))

    assert [event.tokens for event in events_in(tmp_path)] == [
        Tokens(input=100, output=50, reasoning=20),
        Tokens(input=100, output=70, reasoning=20),
    ]


def test_only_ledgers_and_chats_are_listed_and_one_folder_of_them_will_do(tmp_path: Path) -> None:
    folder = copied("recorded-sub-agent", tmp_path)
    found = [Path(state.path).relative_to(folder).parts[:3:2] for state in files_in(SOURCE, folder)]
    chats = next(folder.glob("projects/*/chats"))

    assert found == [("projects", "chats"), ("usage",)]
    assert len(files_in(SOURCE, chats)) == 1


def test_a_home_without_chats_is_not_searched_for_other_logs(tmp_path: Path) -> None:
    home = tmp_path / ".qwen"
    (home / "debug").mkdir(parents=True)
    (home / "debug/requests.jsonl").write_text("{}\n")

    assert SOURCE.files([Root(str(home), True)]) == []


def test_the_homes_of_the_host_are_where_its_variables_say(tmp_path: Path) -> None:
    assert [root.path for root in SOURCE.roots({"HOME": str(tmp_path)}, [])] == [f"{tmp_path}/.qwen"]
    environ = {"HOME": "/", "QWEN_HOME": f"{tmp_path}/q", "QWEN_RUNTIME_DIR": str(tmp_path)}
    assert SOURCE.roots(environ, ["/more"]) == [
        Root(f"{tmp_path}/q", False),
        Root(str(tmp_path), True),
        Root("/more", False),
    ]
