"""What the tests with real hosts stand on: the stage itself."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from .stage import Stage
from .usage_logs import Used
from .usage_logs import write_usage

pytestmark = pytest.mark.e2e


def test_our_program_reads_the_usage_that_was_written_into_the_fresh_home(stage: Stage) -> None:
    stage.at("2026-10-06T09:30:00+08:00", "en")
    used = Used(datetime.fromisoformat("2026-10-05T10:00:00+08:00"))
    write_usage(stage.home, [used])
    told = json.loads(stage.tracker("summary", "--date", "yesterday", "--json"))
    assert f"{used.usd}" in json.dumps(told)


def test_a_screen_shows_what_a_program_prints_in_chinese_and_takes_what_is_typed(stage: Stage) -> None:
    asking = "print('昨日花费'); print('got', input())"
    with stage.screen(["python3", "-c", asking]) as screen:
        screen.wait_for("昨日花费")
        screen.type("oolong")
        shown = screen.wait_for_end()
    assert [line for line in shown.splitlines() if line.startswith(("昨", "got"))] == [
        "昨日花费",
        "got oolong",
    ]
