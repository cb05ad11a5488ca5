"""Codex started inside Claude Code, whose variables it then has: each is known as itself."""

from __future__ import annotations

from datetime import datetime

import pytest
from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import tool_use

from .claude_code import ClaudeCode
from .codex import IGNORES_TRUST
from .codex import MODEL
from .codex import Codex
from .installed import Installed
from .stage import Stage
from .usage_logs import Used
from .usage_logs import write_usage
from .waiting import wait_until

pytestmark = pytest.mark.e2e

DAILY = "daily:2026-10-05"


def test_codex_in_the_shell_of_claude_code_leaves_the_report_to_the_person(
    claude_code: Installed, codex: Installed, stage: Stage
) -> None:
    stage.at("2026-10-06T09:30:00+08:00", "en")
    stage.note_hooks()
    write_usage(stage.home, [Used(datetime.fromisoformat("2026-10-05T10:00:00+08:00"))])
    inner, outer = Codex(codex, stage), ClaudeCode(claude_code, stage)
    inner.install_plugin()
    command = f"{codex.program} exec --skip-git-repo-check {IGNORES_TRUST} 'Count in the shell.' < /dev/null"
    running = [tool_use("toolu_03E2e", "Bash", command=command, description="count")]
    stage.model.script([Reply("runs Codex", Usage(), running, when="Run Codex.")])
    with outer.opened("--allowedTools=Bash") as screen:
        screen.wait_for(DAILY)
        # Were it asked now, the report would be due again.
        (stage.tracker_home / "report-state.json").unlink()
        screen.type("Run Codex.")
        wait_until(lambda: stage.hooks().count("session-check") == 2, lambda: screen.text)
        screen.settle(quiet_s=3)
    asked = [one for one in stage.requested("Count in the shell.") if one["model"] == MODEL]
    assert len(asked) == 1
    assert stage.delivered() == {}
