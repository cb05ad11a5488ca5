"""Tasks of Cline, Roo and Kilo: checkpoints, unfinished requests, models, folders, and sessions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from token_tracker.model import Charge
from token_tracker.model import Service
from token_tracker.sources import all_sources
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

AT = 1795154400000
SOURCES = {source.id: source for source in all_sources()}
EXTENSIONS = {
    "cline": "saoudrizwan.claude-dev",
    "roo": "rooveterinaryinc.roo-cline",
    "kilo": "kilocode.kilo-code",
}


def said(at_ms: int, say: str, model: tuple[str, str] | None = None, **usage: object) -> dict[str, Any]:
    message = {"ts": at_ms, "type": "say", "say": say, "text": json.dumps(usage)}
    info = {"providerId": model[0], "modelId": model[1]} if model else {}
    return {**message, "modelInfo": info} if info else message


def asked(at_ms: int, tokens_in: int, cost: float = 0, **more: Any) -> dict[str, Any]:
    return said(at_ms, "api_req_started", tokensIn=tokens_in, tokensOut=0, cost=cost, **more)


def written(folder: Path, messages: list[dict[str, Any]], **beside: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ui_messages.json").write_text(json.dumps(messages), encoding="utf-8")
    for name, content in beside.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def read(source: Source, folder: Path, cursor: Cursor | None = None) -> Reading:
    (state,) = source.files([Root(str(folder), True)])
    return source.read(state, cursor)


def inputs(*readings: Reading) -> dict[int, int]:
    """Give the input of each event by its time, the last copy of it."""
    return {event.at_ms - AT: event.tokens.input for one in readings for event in one.events}


def test_what_a_checkpoint_took_out_counts_once_when_it_was_read_before(tmp_path: Path) -> None:
    start = {"ts": AT - 1, "type": "say", "say": "task", "text": "Count"}
    cline = SOURCES["cline"]
    task = written(tmp_path / "1", [start, asked(AT, 100), asked(AT + 10, 20)])
    first = read(cline, task)
    written(task, [start, said(AT + 50, "deleted_api_reqs", tokensIn=123, tokensOut=0)])

    second = read(cline, task, first.cursor)

    assert inputs(first) == {0: 100, 10: 20}
    assert inputs(second) == {50: 3}
    assert read(cline, task, second.cursor).events == second.events


def test_a_checkpoint_before_another_one_takes_out_its_sum_as_well(tmp_path: Path) -> None:
    start = {"ts": AT - 1, "type": "say", "say": "task", "text": "Count"}
    cline = SOURCES["cline"]
    task = written(tmp_path / "1", [start, asked(AT, 100), asked(AT + 10, 20)])
    first = read(cline, task)
    written(task, [start, asked(AT, 100), said(AT + 20, "deleted_api_reqs", tokensIn=25), asked(AT + 30, 7)])
    second = read(cline, task, first.cursor)
    written(task, [start, said(AT + 40, "deleted_api_reqs", tokensIn=132)])

    third = read(cline, task, second.cursor)

    assert inputs(second) == {0: 100, 20: 5, 30: 7}
    assert inputs(third) == {}


def test_what_a_checkpoint_took_out_before_the_first_reading_counts_whole(tmp_path: Path) -> None:
    messages = [asked(AT, 100), said(AT + 50, "deleted_api_reqs", tokensIn=123, tokensOut=0)]

    assert inputs(read(SOURCES["cline"], written(tmp_path / "1", messages))) == {0: 100, 50: 123}


def test_a_request_without_counts_is_waited_for(tmp_path: Path) -> None:
    cline = SOURCES["cline"]
    task = written(tmp_path / "1", [said(AT, "api_req_started", request="x")])
    first = read(cline, task)
    written(task, [asked(AT, 100)])

    assert (list(first.events), list(first.problems)) == ([], [])
    assert inputs(read(cline, task, first.cursor)) == {0: 100}


def test_a_gateways_own_cost_is_a_charge_and_any_other_an_estimate(tmp_path: Path) -> None:
    messages = [
        asked(AT, 1, cost=0.002) | {"modelInfo": {"providerId": "openrouter", "modelId": "mock"}},
        asked(AT + 1, 1, cost=0.003) | {"modelInfo": {"providerId": "anthropic", "modelId": "mock"}},
        asked(AT + 2, 1, cost=0) | {"modelInfo": {"providerId": "cline", "modelId": "mock"}},
    ]

    events = read(SOURCES["cline"], written(tmp_path / "1", messages)).events

    assert [event.charge for event in events] == [Charge(2_000_000_000, "USD"), None, None]
    assert [event.host_cost_pico for event in events] == [2_000_000_000, 3_000_000_000, None]


def test_what_claude_code_answered_for_cline_is_left_to_its_own_log(tmp_path: Path) -> None:
    messages = [
        asked(AT, 1) | {"modelInfo": {"providerId": "claude-code", "modelId": "mock"}},
        asked(AT + 1, 1) | {"modelInfo": {"providerId": "anthropic", "modelId": "mock"}},
    ]

    events = read(SOURCES["cline"], written(tmp_path / "1", messages)).events

    assert [event.origin.wraps for event in events] == ["claude-code/", ""]


def test_the_model_is_the_one_named_last_before_the_next_request(tmp_path: Path) -> None:
    usage = [
        {"ts": AT + 700, "model_id": "mock-large", "model_provider_id": "anthropic"},
        {"ts": AT + 9_000, "model_id": "mock-small", "model_provider_id": "openai-native"},
    ]
    messages = [asked(AT, 1), asked(AT + 2_000, 1), asked(AT + 8_000, 1)]
    task = written(tmp_path / "1", messages, task_metadata={"model_usage": usage})

    events = read(SOURCES["cline"], task).events

    large = Service("anthropic", "mock-large")
    assert [event.service for event in events] == [large, large, Service("openai", "mock-small")]


def test_only_the_models_name_is_taken_from_what_is_sent_to_it(tmp_path: Path) -> None:
    details = "<environment_details>\n<name>Code</name>\n<model>mock-large</model>\n</environment_details>"
    turns = [
        {
            "role": "user",
            "ts": AT + 5,
            "content": [
                {"type": "text", "text": "SECRET <model>SECRET</model>"},
                {"type": "text", "text": details},
            ],
        },
        {"role": "assistant", "ts": AT + 9, "content": "SECRET <model>SECRET</model>"},
    ]
    item = {"task": "SECRET", "workspace": "/home/dev/shop"}
    task = written(
        tmp_path / "1", [asked(AT, 1)], api_conversation_history=turns, history_item={**item, "mode": "code"}
    )

    reading = read(SOURCES["roo"], task)

    assert [event.service.model for event in reading.events] == ["mock-large"]
    assert [event.origin.cwd for event in reading.events] == ["/home/dev/shop"]
    assert "SECRET" not in repr(reading)


def test_clines_history_names_the_folder_of_a_task_and_nothing_else_is_taken(tmp_path: Path) -> None:
    task = written(tmp_path / "tasks/1", [asked(AT, 1)])
    history = [{"id": "1", "task": "SECRET", "cwdOnTaskInitialization": "/home/dev/shop"}]
    (tmp_path / "state").mkdir()
    (tmp_path / "state/taskHistory.json").write_text(json.dumps(history), encoding="utf-8")

    reading = read(SOURCES["cline"], task)

    assert [event.origin.cwd for event in reading.events] == ["/home/dev/shop"]
    assert "SECRET" not in repr(reading)


def test_a_damaged_file_beside_a_task_costs_no_token(tmp_path: Path) -> None:
    task = written(tmp_path / "1", [asked(AT, 100)])
    (task / "task_metadata.json").write_text('{"model_usage": [', encoding="utf-8")

    assert [(one.tokens.input, one.service.model) for one in read(SOURCES["cline"], task).events] == [
        (100, "")
    ]


def test_a_session_restored_from_a_checkpoint_adds_only_its_own_answers(tmp_path: Path) -> None:
    def answer(identity: str, at_ms: int) -> dict[str, Any]:
        metrics = {"inputTokens": 10, "outputTokens": 1, "cacheReadTokens": 4, "cacheWriteTokens": 2}
        return {"id": identity, "role": "assistant", "ts": at_ms, "metrics": metrics}

    for session, answers in (
        ("1", [answer("msg_a", AT), answer("msg_b", AT + 1)]),
        ("2", [answer("msg_a", AT), answer("msg_c", AT + 5)]),
    ):
        folder = tmp_path / session
        folder.mkdir()
        document = {"agent": "lead", "sessionId": session, "messages": answers}
        (folder / f"{session}.messages.json").write_text(json.dumps(document), encoding="utf-8")

    cline = SOURCES["cline"]
    events = [
        event
        for state in cline.files([Root(str(tmp_path), True)])
        for event in cline.read(state, None).events
    ]

    assert len({event.id for event in events}) == 3
    assert {event.tokens.input for event in events} == {4}


@pytest.mark.parametrize(
    ("provider", "wraps"),
    [("claude-code", "claude-code/"), ("openai-codex-cli", "codex/"), ("openai-codex", "")],
)
def test_what_another_program_answered_on_the_command_line_is_left_to_its_own_log(
    provider: str, wraps: str, tmp_path: Path
) -> None:
    metrics, model = {"inputTokens": 10, "outputTokens": 1}, {"id": "mock", "provider": provider}
    answer = {"id": "msg_a", "role": "assistant", "ts": AT, "metrics": metrics, "modelInfo": model}
    path = tmp_path / "1" / "1.messages.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"agent": "lead", "sessionId": "1", "messages": [answer]}), encoding="utf-8")

    assert [event.origin.wraps for event in read(SOURCES["cline"], tmp_path).events] == [wraps]


def test_what_another_program_asked_for_does_not_count_in_a_session_that_goes_on_from_it(
    tmp_path: Path,
) -> None:
    metrics = {"inputTokens": 10, "outputTokens": 1}
    answers = [
        {"id": "tGs7gryJqE145pRynNZYX", "role": "assistant", "ts": AT - 5, "metrics": metrics},
        {"id": "msg_Zk3vQ9aB", "role": "assistant", "ts": AT - 3, "metrics": metrics},
        {"id": "Hq7_old0release0id0xy", "role": "assistant", "ts": AT + 5, "metrics": metrics},
    ]
    session = f"{AT}_2byz3"
    (tmp_path / session).mkdir()
    document = {"agent": "lead", "sessionId": session, "origin": {"mode": "user"}, "messages": answers}
    (tmp_path / session / f"{session}.messages.json").write_text(json.dumps(document), encoding="utf-8")

    cline = SOURCES["cline"]
    (state,) = cline.files([Root(str(tmp_path), True)])

    assert [event.at_ms - AT for event in cline.read(state, None).events] == [-3, 5]


@pytest.mark.parametrize("source", ["cline", "roo", "kilo"])
@pytest.mark.parametrize(
    "user",
    [
        ".config/Code/User",
        ".config/VSCodium/User",
        "Library/Application Support/Cursor/User",
        "AppData/Roaming/Windsurf/User",
        ".vscode-server/data/User",
    ],
)
def test_tasks_are_found_in_every_editor(source: str, user: str, tmp_path: Path) -> None:
    tasks = tmp_path / user / "globalStorage" / EXTENSIONS[source] / "tasks"
    written(tasks / "1", [asked(AT, 100)])

    roots = SOURCES[source].roots({"HOME": str(tmp_path)}, [])

    assert [root for root in roots if root.found] == [Root(str(tasks), True)]


def test_clines_own_variables_say_where_sessions_are(tmp_path: Path) -> None:
    def places(**environ: str) -> list[str]:
        roots = SOURCES["cline"].roots({"HOME": str(tmp_path), **environ}, [])
        return [root.path for root in roots if "globalStorage" not in root.path]

    assert places() == [str(tmp_path / ".cline/data/sessions")]
    assert places(CLINE_DIR="/d") == ["/d/data/sessions"]
    assert places(CLINE_DIR="/d", CLINE_DATA_DIR="/e") == ["/e/sessions"]
    assert places(CLINE_DATA_DIR="/e", CLINE_SESSION_DATA_DIR="/s") == ["/s"]
