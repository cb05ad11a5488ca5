"""`hooks/hooks.json`, which Claude Code and Codex read: its lines stay as they are.

Codex asks for trust again when a command, a matcher, a timeout or any other file of the plug-in
changes, so a change here is a decision. It warns where a session's end may take more than 3 s, and
drops the whole file where a timeout is not a whole number.

Source: @openai/codex 0.169.0, run with such files, checked 2026-11-22.
"""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOOR = 'python3 "${CLAUDE_PLUGIN_ROOT}/scripts/token-tracker.py"'


def test_the_lines_that_people_gave_their_trust_to_stay_the_same() -> None:
    look = f"{DOOR} session-check --format hook --host auto --update-state"
    read_on = f"{DOOR} sync --quiet --detach"
    assert json.loads((ROOT / "hooks" / "hooks.json").read_text(encoding="utf-8")) == {
        "hooks": {
            "SessionStart": [
                {
                    # Not after a compaction: the person is in the middle of something.
                    "matcher": "startup|resume|clear",
                    "hooks": [{"type": "command", "command": look, "timeout": 5}],
                }
            ],
            "SessionEnd": [{"hooks": [{"type": "command", "command": read_on, "timeout": 2}]}],
        }
    }
