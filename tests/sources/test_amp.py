"""Amp's threads: the ledger and the messages of one thread are the same calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from token_tracker.sources.amp import SOURCE
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root

USAGE = {"model": "mock", "inputTokens": 10, "outputTokens": 5, "cacheReadInputTokens": 7}
ANSWER = {"role": "assistant", "messageId": 1, "usage": USAGE}


def call(identity: str, tokens_in: int, **more: object) -> dict[str, Any]:
    tokens = {"input": tokens_in, "output": 5}
    return {"id": identity, "timestamp": "2026-11-20T06:00:01Z", "model": "mock", "tokens": tokens, **more}


def read(folder: Path, **thread: object) -> Reading:
    document = {"id": "T-1", "created": 1795154400000, "messages": [ANSWER], **thread}
    (folder / "T-1.json").write_text(json.dumps(document), encoding="utf-8")
    (state,) = SOURCE.files([Root(str(folder), True)])
    return SOURCE.read(state, None)


def test_a_message_is_the_same_call_once_the_ledger_has_it(tmp_path: Path) -> None:
    before = read(tmp_path).events
    after = read(tmp_path, usageLedger={"events": [call("e-1", 10, toMessageId=1)]}).events

    assert [(one.id, one.tokens) for one in after] == [(one.id, one.tokens) for one in before]


def test_two_calls_for_one_message_share_its_cache_only_once(tmp_path: Path) -> None:
    calls = [call("e-1", 10, toMessageId=1), call("e-2", 3, toMessageId=1)]

    events = read(tmp_path, usageLedger={"events": calls}).events

    assert [(one.tokens.input, one.tokens.cache_read) for one in events] == [(10, 7), (3, 0)]
    assert len({one.id for one in events}) == 2


def test_a_message_without_a_time_has_that_of_its_thread(tmp_path: Path) -> None:
    assert [one.at_ms for one in read(tmp_path).events] == [1795154400000]


def test_credits_are_no_money(tmp_path: Path) -> None:
    (event,) = read(tmp_path, usageLedger={"events": [call("e-1", 10, credits=1.5)]}).events

    assert (event.charge, event.host_cost_pico) == (None, None)
