"""What is special to Kimi Code and Kimi CLI: forks, sub-agents told twice, names of models."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sources.samples import FIXTURES
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import readings_of
from token_tracker.model import UsageEvent
from token_tracker.sources.contract import Root
from token_tracker.sources.kimi import SOURCE

KIMI = FIXTURES / "kimi"


def copied(case: str, place: Path) -> Path:
    return Path(shutil.copytree(KIMI / case, place / case))


def events_in(place: Path) -> list[UsageEvent]:
    return sorted(events_of(readings_of(SOURCE, place)).values(), key=lambda event: event.at_ms)


def record(at_ms: int, **fields: Any) -> str:
    usage = {"inputOther": 10, "output": 1, "inputCacheRead": 0, "inputCacheCreation": 0}
    return json.dumps(
        {"type": "usage.record", "agentId": "main", "model": "m", "usage": usage, "time": at_ms} | fields
    )


def log_in(place: Path, *lines: str, session: str = "session_1") -> Path:
    path = place / "sessions/wd_shop_0/" / session / "agents/main/wire.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    return path


def test_what_a_fork_copied_belongs_to_the_session_that_asked_for_it() -> None:
    states = [json.loads(path.read_text()) for path in (KIMI / "recorded-fork").rglob("state.json")]
    first, fork, fork_of_fork = (
        state["id"] for state in sorted(states, key=lambda state: state["createdAt"])
    )

    found = Counter(
        (event.origin.session, event.origin.parent) for event in events_in(KIMI / "recorded-fork")
    )

    assert found == {(first, ""): 2, (fork, first): 1, (fork_of_fork, fork): 1}


def test_forks_that_name_each_other_end(tmp_path: Path) -> None:
    for session, origin in (("session_1", "session_2"), ("session_2", "session_1")):
        log = log_in(tmp_path, record(1795154400000), session=session)
        state = {"id": session, "forkedFrom": origin, "createdAt": 1795154500000, "cwd": "/shop"}
        (log.parents[2] / "state.json").write_text(json.dumps(state))

    assert [event.origin.cwd for event in events_in(tmp_path)] == ["/shop"]


def test_the_name_of_a_model_is_what_was_asked_for_last(tmp_path: Path) -> None:
    ask = '{"type":"llm.request","modelAlias":"m","model":"%s"}'
    log_in(tmp_path, record(1795154400000), ask % "kimi-k2.5", record(1795154400001))
    first = SOURCE.read(files_in(SOURCE, tmp_path)[0], None)
    log_in(tmp_path, record(1795154400002), ask % "kimi-k3", record(1795154400003))
    second = SOURCE.read(files_in(SOURCE, tmp_path)[0], first.cursor)

    assert [event.service.model for event in [*first.events, *second.events]] == [
        "m",
        "kimi-k2.5",
        "kimi-k2.5",
        "kimi-k3",
    ]


@pytest.mark.parametrize(
    ("kind", "initiator"), [("user", "manual"), ("cron_job", "scheduled"), ("system_trigger", ""), ("", "")]
)
def test_the_prompt_tells_who_asked(kind: str, initiator: str, tmp_path: Path) -> None:
    prompt = json.dumps({"type": "turn.prompt", "agentId": "main", "origin": {"kind": kind}})
    log_in(tmp_path, prompt, record(1795154400000))

    assert [event.origin.initiator for event in events_in(tmp_path)] == [initiator]


def test_work_of_a_skill_ends_with_the_next_prompt(tmp_path: Path) -> None:
    folder = copied("recorded-skill", tmp_path)
    log = next(folder.rglob("wire.jsonl"))
    prompt = next(line for line in log.read_text().splitlines() if '"turn.prompt"' in line)
    with log.open("a") as file:
        file.write(f"{prompt}\n{record(1895154400000)}\n")

    assert [(event.origin.skill, event.origin.initiator) for event in events_in(folder)] == [
        ("", "manual"),
        ("price-tags", "skill"),
        ("", "manual"),
    ]


def test_a_sub_agent_of_kimi_cli_counts_once_with_and_without_its_own_log(tmp_path: Path) -> None:
    folder = copied("recorded-cli-sub-agent", tmp_path)
    whole = {(event.id, event.tokens, event.origin) for event in events_in(folder)}
    shutil.rmtree(next(folder.rglob("subagents")))

    assert {(event.id, event.tokens, event.origin) for event in events_in(folder)} == whole


def test_sessions_that_kimi_code_took_over_count_in_the_home_they_came_from() -> None:
    logs = {Path(state.path).parts for state in files_in(SOURCE, KIMI / "recorded-cli-migrated")}
    found = events_in(KIMI / "recorded-cli-migrated")

    assert {".kimi", ".kimi-code"} <= {part for parts in logs for part in parts}
    assert {Path(event.place.path).parents[3].name for event in found} == {".kimi"}


def test_the_homes_of_both_programs_are_where_their_variables_say(tmp_path: Path) -> None:
    (tmp_path / ".kimi").mkdir()

    assert SOURCE.roots({"HOME": str(tmp_path)}, []) == [
        Root(f"{tmp_path}/.kimi-code", False),
        Root(f"{tmp_path}/.kimi", True),
    ]
    environ = {"HOME": "/", "KIMI_CODE_HOME": "/code", "KIMI_SHARE_DIR": "/share"}
    assert [root.path for root in SOURCE.roots(environ, ["/more"])] == ["/code", "/share", "/more"]
