"""What a session-start hook prints, in the one shape that Claude Code and Codex both take."""

from __future__ import annotations

import json

from token_tracker.hosts.answers import session_start_answer


def test_the_person_alone_is_told_where_the_model_need_not_act() -> None:
    assert json.loads(session_start_answer("昨日 $0.45", "")) == {"systemMessage": "昨日 $0.45"}


def test_the_model_gets_its_line_apart_from_what_the_person_reads() -> None:
    assert json.loads(session_start_answer("Budget exceeded: $12 of $10.", "A budget is exceeded.")) == {
        "systemMessage": "Budget exceeded: $12 of $10.",
        "hookSpecificOutput": {
            "hookEventName": "SessionStart",
            "additionalContext": "A budget is exceeded.",
        },
    }


def test_nothing_to_say_prints_nothing() -> None:
    assert session_start_answer("", "") == ""


def test_the_answer_is_one_line_whatever_is_said() -> None:
    assert "\n" not in session_start_answer("first\nsecond", "")
