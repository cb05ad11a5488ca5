"""What a person in Claude Code sees of due reports, and what the model does not.

The session-start hook of the plug-in is run by the real program, in a terminal or without one.
The table in `docs/hosts.md` is what these tests showed.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import tool_use

from .claude_code import ClaudeCode
from .installed import Installed
from .stage import Stage
from .usage_logs import Used
from .usage_logs import write_usage
from .waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("claude-code")]

TUESDAY = "2026-10-06T09:30:00+08:00"
WEDNESDAY = "2026-10-07T09:30:00+08:00"
MONDAY = "2026-10-12T09:30:00+08:00"
DAILY = "daily:2026-10-05"
WEEKLY = "weekly:2026-W41"
USED = Used(datetime.fromisoformat("2026-10-05T10:00:00+08:00"))
LOOK, READ_ON = "session-check", "sync"


@pytest.fixture
def host(claude_code: Installed, stage: Stage) -> ClaudeCode:
    stage.at(TUESDAY, "en")
    stage.note_hooks()
    write_usage(stage.home, [USED])
    return ClaudeCode(claude_code, stage)


@pytest.mark.parametrize(
    ("lang", "sentence"), [("zh", "昨天（10月5日）花了 $0.45"), ("en", "Yesterday (Oct 5): $0.45")]
)
def test_the_person_sees_the_report_of_yesterday_and_the_model_does_not(
    host: ClaudeCode, lang: str, sentence: str
) -> None:
    host.stage.at(TUESDAY, lang)
    with host.opened() as screen:
        shown = screen.wait_for(sentence)
        host.ask(screen, "Count the teas.")
    assert shown.count(DAILY) == 1
    assert host.stage.delivered()[DAILY]["state"] == "delivered"
    assert host.stage.requested("Count the teas.")
    assert [host.stage.requested(told) for told in (DAILY, "$0.45", "SessionStart hook")] == [[], [], []]


def test_the_next_turn_does_not_bring_the_report_again(host: ClaudeCode) -> None:
    with host.opened() as screen:
        screen.wait_for(DAILY)
        host.ask(screen, "Count the teas.")
        host.ask(screen, "Count them again.")
        assert screen.settle().count(DAILY) == 1
    assert host.stage.hooks()[:1] == [LOOK]
    assert LOOK not in host.stage.hooks()[1:]


def test_a_cleared_session_does_not_bring_the_report_again(host: ClaudeCode) -> None:
    with host.opened() as screen:
        screen.wait_for(DAILY)
        host.ask(screen, "Count the teas.")
        screen.type("/clear")
        host.stage.wait_for_hooks(LOOK, READ_ON, LOOK)
        assert DAILY not in screen.settle()


def test_a_resumed_session_does_not_bring_the_report_again(host: ClaudeCode) -> None:
    with host.opened() as screen:
        screen.wait_for(DAILY)
        host.ask(screen, "Count the teas.")
        host.leave(screen)
    with host.opened("--continue") as screen:
        host.stage.wait_for_hooks(LOOK, READ_ON, LOOK)
        shown = screen.settle(quiet_s=3)
    # The host shows the old session as it was, the report in it included.
    assert (shown.count("SessionStart:startup says"), shown.count("SessionStart:resume says")) == (1, 0)


def test_a_second_session_does_not_bring_the_report_again(host: ClaudeCode) -> None:
    with host.opened() as screen:
        screen.wait_for(DAILY)
        host.leave(screen)
    with host.opened() as screen:
        host.stage.wait_for_hooks(LOOK, READ_ON, LOOK)
        assert DAILY not in screen.settle(quiet_s=3)


def test_a_session_resumed_on_the_next_day_brings_what_is_due_then(host: ClaudeCode) -> None:
    with host.opened() as screen:
        screen.wait_for(DAILY)
        host.ask(screen, "Count the teas.")
        host.leave(screen)
    write_usage(host.stage.home, [USED._replace(at=datetime.fromisoformat("2026-10-06T11:00:00+08:00"))])
    host.stage.at(WEDNESDAY)
    with host.opened("--continue") as screen:
        screen.wait_for("daily:2026-10-06")


def test_monday_brings_the_report_of_the_week(host: ClaudeCode) -> None:
    host.stage.at(MONDAY)
    with host.opened() as screen:
        shown = screen.wait_for(WEEKLY)
        host.leave(screen)
    with host.opened() as screen:
        host.stage.wait_for_hooks(LOOK, READ_ON, LOOK)
        again = screen.settle(quiet_s=3)
    assert "Last week (Oct 5–11): $0.45" in shown
    assert WEEKLY not in again


def test_an_exceeded_budget_is_told_once_and_the_model_gets_one_line(host: ClaudeCode) -> None:
    write_usage(host.stage.home, [USED._replace(at=datetime.fromisoformat("2026-10-06T08:00:00+08:00"))])
    host.stage.tracker("set-budget", "--amount", "0.4")
    alert = "alert:daily:exceeded:2026-10-06"
    with host.opened() as screen:
        screen.wait_for(alert)
        host.ask(screen, "Count the teas.")
        host.leave(screen)
    (request,) = host.stage.requested("Count the teas.")
    said = [line for line in _texts(request) if "SessionStart hook additional context" in line]
    with host.opened() as screen:
        host.stage.wait_for_hooks("set-budget", LOOK, READ_ON, LOOK)
        again = screen.settle(quiet_s=3)
    assert len(said) == 1
    assert "is exceeded: $0.45 spent of $0.40" in said[0]
    assert DAILY not in said[0]
    assert alert not in again


def test_a_sub_agent_does_not_ask_for_reports(host: ClaudeCode) -> None:
    asked = {"description": "count", "prompt": "Count in your own room.", "subagent_type": "general-purpose"}
    delegating = [tool_use("toolu_01E2e", "Agent", **asked)]
    host.stage.model.script([Reply("delegates", Usage(), delegating, when="Have somebody count.")])
    with host.opened() as screen:
        screen.wait_for(DAILY)
        # Were it asked now, the report would be due again.
        (host.stage.tracker_home / "report-state.json").unlink()
        screen.type("Have somebody count.")
        wait_until(lambda: bool(host.stage.requested("Count in your own room.")), lambda: screen.text)
        screen.settle(quiet_s=3)
    assert host.stage.delivered() == {}
    assert host.stage.hooks()[:1] == [LOOK]
    assert LOOK not in host.stage.hooks()[1:]


@pytest.mark.parametrize(
    "words", [[], ["--output-format", "json"], ["--output-format", "stream-json", "--verbose"]]
)
def test_a_run_without_a_terminal_leaves_the_report_to_the_person(host: ClaudeCode, words: list[str]) -> None:
    done = host.print_answer(*words)
    assert (done.returncode, host.stage.hooks()[:1], host.stage.delivered()) == (0, [LOOK], {})
    assert DAILY not in done.stdout
    with host.opened() as screen:
        screen.wait_for(DAILY)


def test_a_terminal_inside_a_run_of_another_host_shows_the_report(host: ClaudeCode) -> None:
    outer = {
        "PLUGIN_ROOT": "/home/dev/.codex/plugins/cache/token-tracker",
        "CLAUDECODE": "1",
        "CLAUDE_CODE_ENTRYPOINT": "sdk-cli",
        "CLAUDE_CODE_SESSION_ATTENDED": "0",
        "CLAUDE_CODE_SESSION_ID": "5e551000-0002-4000-8000-000000000002",
    }
    host.stage.environment.update(outer)
    with host.opened() as screen:
        screen.wait_for(DAILY)


def test_the_plugin_in_the_folder_of_skills_needs_no_command_to_install_it(host: ClaudeCode) -> None:
    host.use_skills_folder()
    with host.opened() as screen:
        screen.wait_for(DAILY)


def test_the_hook_in_the_persons_own_settings_does_the_same_until_it_is_taken_out(host: ClaudeCode) -> None:
    host.plugin = []
    host.stage.tracker("setup-hook", "install", "--host", "claude-code", "--yes")
    with host.opened() as screen:
        screen.wait_for(DAILY)
        host.leave(screen)
    host.stage.tracker("setup-hook", "uninstall", "--host", "claude-code", "--yes")
    (host.stage.tracker_home / "report-state.json").unlink()
    with host.opened() as screen:
        assert DAILY not in screen.settle(quiet_s=3)
    assert host.stage.delivered() == {}


def test_no_second_hook_is_put_beside_that_of_the_folder_of_skills(host: ClaudeCode) -> None:
    host.use_skills_folder()
    host.stage.tracker("setup-hook", "install", "--host", "claude-code", "--yes")
    assert not (host.stage.home / ".claude" / "settings.json").exists()
    with host.opened() as screen:
        shown = screen.wait_for(DAILY)
    assert shown.count(DAILY) == 1


def test_a_run_that_the_model_starts_in_its_shell_leaves_the_report_to_the_person(host: ClaudeCode) -> None:
    inner = f"{host.program} -p 'Count in the shell.' --plugin-dir {host.stage.skill}"
    running = [tool_use("toolu_02E2e", "Bash", command=inner, description="count")]
    host.stage.model.script([Reply("runs itself", Usage(), running, when="Run yourself.")])
    with host.opened("--allowedTools=Bash") as screen:
        screen.wait_for(DAILY)
        (host.stage.tracker_home / "report-state.json").unlink()
        screen.type("Run yourself.")
        wait_until(lambda: host.stage.hooks().count(LOOK) == 2, lambda: screen.text)
        screen.settle(quiet_s=3)
    assert host.stage.requested("Count in the shell.")
    assert host.stage.delivered() == {}


@pytest.mark.parametrize(
    "script",
    ["echo teapot-broke >&2; exit 1", "echo teapot-broke >&2; exit 2", "exit 127", "sleep 600"],
    ids=["fails", "refuses", "is missing", "hangs"],
)
def test_a_hook_that_fails_or_hangs_leaves_the_session_alone(host: ClaudeCode, script: str) -> None:
    host.stage.replace_python(script)
    with host.opened() as screen:
        host.ask(screen, "Count the teas.")
        host.leave(screen)
    assert host.stage.requested("teapot-broke") == []


def test_an_installation_that_was_never_set_up_says_so_once_a_day(host: ClaudeCode) -> None:
    environment = host.stage.tracker_cache
    environment.rename(host.stage.folder / "taken-away")
    said = "token-tracker is installed but not set up"
    shown = []
    for sessions_before, now in enumerate((TUESDAY, TUESDAY, WEDNESDAY)):
        host.stage.at(now)
        with host.opened() as screen:
            host.stage.wait_for_hooks(*(LOOK, READ_ON) * sessions_before, LOOK)
            shown.append(said in screen.settle(quiet_s=3))
            host.leave(screen)
    assert shown == [True, False, True]


def test_the_end_of_a_session_leaves_a_ledger_that_knows_its_usage(host: ClaudeCode) -> None:
    with host.opened() as screen:
        screen.wait_for(DAILY)
        write_usage(host.stage.home, [USED._replace(at=datetime.fromisoformat("2026-10-06T09:00:00+08:00"))])
        host.leave(screen)
    known = ["summary", "--date", "2026-10-06", "--no-sync", "--json"]
    wait_until(lambda: "0.45" in host.stage.tracker(*known), lambda: host.stage.tracker(*known))
    assert host.stage.hooks()[:2] == [LOOK, READ_ON]


def _texts(content: object) -> list[str]:
    """Give every text in a JSON value."""
    match content:
        case str():
            return [content]
        case list():
            return [text for one in content for text in _texts(one)]
        case dict():
            return [text for one in content.values() for text in _texts(one)]
        case _:
            return []
