"""What a person in Codex sees of due reports, and what the model does not.

The session-start hook is run by the real program, in a terminal or without one, from our plug-in
or from the person's own file of hooks. The table in `docs/hosts.md` is what these tests showed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fake_model_server import Reply
from fake_model_server import Usage
from fake_vendors import output_item

from .codex import IGNORES_TRUST
from .codex import REVIEW
from .codex import SAID
from .codex import Codex
from .codex import developer_texts
from .installed import Installed
from .stage import Stage
from .usage_logs import Used
from .usage_logs import write_usage
from .waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("codex")]

TUESDAY = "2026-10-06T09:30:00+08:00"
WEDNESDAY = "2026-10-07T09:30:00+08:00"
MONDAY = "2026-10-12T09:30:00+08:00"
DAILY = "daily:2026-10-05"
WEEKLY = "weekly:2026-W41"
USED = Used(datetime.fromisoformat("2026-10-05T10:00:00+08:00"))
LOOK, READ_ON = "session-check", "sync"


@pytest.fixture
def bare(codex: Installed, stage: Stage) -> Codex:
    """Give a Codex without our hook."""
    stage.at(TUESDAY, "en")
    write_usage(stage.home, [USED])
    return Codex(codex, stage)


@pytest.fixture
def host(bare: Codex) -> Codex:
    """Give a Codex with our plug-in, whose hooks the person has approved."""
    bare.install_plugin()
    bare.trust_hooks()
    bare.stage.note_hooks()
    return bare


@pytest.fixture
def with_daemon(host: Codex) -> Iterator[Codex]:
    """Give a Codex whose screen keeps its sessions in a server, which is stopped in the end."""
    yield host
    host.stop_daemon()


def first_screen(host: Codex, prompt: str = "Count the teas.") -> str:
    """Open it, ask one thing, leave; give what the screen showed."""
    with host.opened() as screen:
        shown = host.ask(screen, prompt)
        host.leave(screen)
    return shown


@pytest.mark.parametrize("install", [Codex.install_plugin, Codex.write_hooks_file], ids=["plug-in", "file"])
@pytest.mark.parametrize(
    ("lang", "sentence"), [("zh", "昨天（10月5日）花了 $0.45"), ("en", "Yesterday (Oct 5): $0.45")]
)
def test_the_person_sees_the_report_of_yesterday_and_the_model_does_not(
    bare: Codex, install: Callable[[Codex], None], lang: str, sentence: str
) -> None:
    install(bare)
    bare.trust_hooks()
    bare.stage.at(TUESDAY, lang)
    shown = first_screen(bare)
    assert (sentence in shown, shown.count(DAILY), shown.count(SAID)) == (True, 1, 1)
    assert bare.stage.delivered()[DAILY]["state"] == "delivered"
    assert bare.stage.requested("Count the teas.")
    assert [bare.stage.requested(told) for told in (DAILY, "$0.45", "token-tracker is")] == [[], [], []]


def test_a_hook_that_was_not_approved_does_not_run_and_the_screen_asks(bare: Codex) -> None:
    bare.install_plugin()
    bare.stage.note_hooks()
    with bare.opened() as screen:
        asked = screen.wait_for(REVIEW)
        screen.press("Escape")
        bare.ask(screen, "Count the teas.")
        bare.leave(screen)
    assert "2 hooks are new or changed." in asked
    assert (bare.stage.hooks(), bare.stage.delivered()) == ([], {})


def test_approved_hooks_are_not_asked_about_again(host: Codex) -> None:
    first_screen(host)
    with host.opened() as screen:
        assert REVIEW not in screen.settle()


def test_a_new_release_of_the_plugin_has_to_be_approved_again(bare: Codex, tmp_path: Path) -> None:
    source = shutil.copytree(bare.stage.skill, tmp_path / "token-tracker")
    bare.install_plugin(source)
    bare.trust_hooks()
    with (source / "SKILL.md").open("a") as skill:
        skill.write("A sentence more.\n")
    bare.install_plugin(source)
    with bare.opened() as screen:
        assert "2 hooks are new or changed." in screen.settle()


def test_a_new_release_behind_the_persons_own_file_stays_approved(bare: Codex, tmp_path: Path) -> None:
    source = shutil.copytree(bare.stage.skill, tmp_path / "token-tracker")
    bare.write_hooks_file(source)
    bare.trust_hooks()
    with (source / "SKILL.md").open("a") as skill:
        skill.write("A sentence more.\n")
    with bare.opened() as screen:
        assert REVIEW not in screen.settle()
        assert DAILY in bare.ask(screen, "Count the teas.")


def test_another_command_in_the_persons_own_file_has_to_be_approved_again(bare: Codex) -> None:
    bare.write_hooks_file()
    bare.trust_hooks()
    hooks = bare.folder / "hooks.json"
    hooks.write_text(hooks.read_text().replace("--host codex", "--host auto"))
    with bare.opened() as screen:
        assert "1 hook is new or changed." in screen.settle()


def test_the_next_turn_does_not_bring_the_report_again(host: Codex) -> None:
    with host.opened() as screen:
        assert host.ask(screen, "Count the teas.").count(DAILY) == 1
        assert host.ask(screen, "Count them again.").count(DAILY) == 1
        host.stage.wait_for_hooks(LOOK)


def test_a_cleared_session_does_not_bring_the_report_again(host: Codex) -> None:
    with host.opened() as screen:
        host.ask(screen, "Count the teas.")
        screen.type("/clear")
        shown = host.ask(screen, "Count them again.")
        wait_until(lambda: host.stage.hooks().count(LOOK) == 2, lambda: str(host.stage.hooks()))
    assert (DAILY in shown, SAID in shown) == (False, False)


def test_a_resumed_session_does_not_bring_the_report_again(host: Codex) -> None:
    first_screen(host)
    with host.opened("resume", "--last") as screen:
        shown = host.ask(screen, "Count them again.")
        host.stage.wait_for_hooks(LOOK, READ_ON, LOOK)
    assert ("Count the teas." in shown, SAID in shown) == (True, False)


def test_a_second_session_does_not_bring_the_report_again(host: Codex) -> None:
    first_screen(host)
    shown = first_screen(host)
    host.stage.wait_for_hooks(LOOK, READ_ON, LOOK, READ_ON)
    assert (DAILY in shown, SAID in shown) == (False, False)


def test_a_session_resumed_on_the_next_day_brings_what_is_due_then(host: Codex) -> None:
    first_screen(host)
    write_usage(host.stage.home, [USED._replace(at=datetime.fromisoformat("2026-10-06T11:00:00+08:00"))])
    host.stage.at(WEDNESDAY)
    with host.opened("resume", "--last") as screen:
        assert "daily:2026-10-06" in host.ask(screen, "Count them again.")


def test_monday_brings_the_report_of_the_week(host: Codex) -> None:
    host.stage.at(MONDAY)
    shown, again = first_screen(host), first_screen(host)
    assert "Last week (Oct 5–11): $0.45" in shown
    assert (shown.count(WEEKLY), again.count(WEEKLY)) == (1, 0)


def test_an_exceeded_budget_is_told_once_and_the_model_gets_one_line(host: Codex) -> None:
    write_usage(host.stage.home, [USED._replace(at=datetime.fromisoformat("2026-10-06T08:00:00+08:00"))])
    host.stage.tracker("set-budget", "--amount", "0.4")
    alert = "alert:daily:exceeded:2026-10-06"
    shown, again = first_screen(host), first_screen(host, "Count them again.")
    # More may follow: the host has its threads named.
    request, *_ = host.stage.requested("Count the teas.")
    next_request, *_ = host.stage.requested("Count them again.")
    said = [text for text in developer_texts(request) if "is exceeded" in text]
    assert (shown.count(alert), again.count(alert)) == (1, 0)
    assert len(said) == 1
    assert "is exceeded: $0.45 spent of $0.40" in said[0]
    assert len(said[0].splitlines()) == 1
    assert [text for text in developer_texts(next_request) if "is exceeded" in text] == []


def test_a_sub_agent_does_not_ask_for_reports(host: Codex) -> None:
    asked = {"task_name": "counter", "message": "Count in your own room."}
    call = {"namespace": "collaboration", "name": "spawn_agent", "call_id": "call_e2e"}
    spawning = output_item(type="function_call", arguments=json.dumps(asked), **call)
    host.stage.model.script([Reply("delegates", Usage(), [spawning], when="Have somebody count.")])
    with host.opened() as screen:
        host.ask(screen, "Count the teas.")
        # Were it asked now, the report would be due again.
        (host.stage.tracker_home / "report-state.json").unlink()
        screen.type("Have somebody count.")
        wait_until(lambda: bool(host.stage.requested("Count in your own room.")), lambda: screen.text)
        shown = screen.settle(quiet_s=3)
    assert (host.stage.hooks(), host.stage.delivered()) == ([LOOK], {})
    assert shown.count(SAID) == 1


def test_exec_leaves_the_report_to_the_person(host: Codex) -> None:
    done = host.execute("Count the teas.", "--json")
    assert (done.returncode, host.stage.hooks()[0], host.stage.delivered()) == (0, LOOK, {})
    assert DAILY not in done.stdout + done.stderr
    assert DAILY in first_screen(host)


def test_exec_without_a_record_leaves_the_report_to_the_person(host: Codex) -> None:
    done = host.execute("Count the teas.", "--ephemeral")
    assert (done.returncode, host.stage.hooks()[0], host.stage.delivered()) == (0, LOOK, {})


def test_exec_that_resumes_a_persons_session_leaves_the_report_to_the_person(bare: Codex) -> None:
    # Without the note of each call: the note's shell would stand between the host and our program.
    bare.install_plugin()
    bare.trust_hooks()
    first_screen(bare)
    write_usage(bare.stage.home, [USED._replace(at=datetime.fromisoformat("2026-10-06T11:00:00+08:00"))])
    bare.stage.at(WEDNESDAY)
    bare.command("exec", "resume", "--last", IGNORES_TRUST, "Count them again.")
    assert "daily:2026-10-06" not in bare.stage.delivered()
    assert "daily:2026-10-06" in first_screen(bare, "And once more.")


def test_a_side_conversation_does_not_ask_for_reports(host: Codex) -> None:
    with host.opened() as screen:
        host.ask(screen, "Count the teas.")
        (host.stage.tracker_home / "report-state.json").unlink()
        screen.type("/side")
        screen.wait_for("Side from main thread")
        shown = host.ask(screen, "Count beside it.")
    assert (host.stage.hooks(), host.stage.delivered(), DAILY in shown) == ([LOOK], {}, False)


def test_the_server_behind_the_screen_brings_the_report_once(with_daemon: Codex) -> None:
    with with_daemon.opened(without_daemon=False) as screen:
        shown = with_daemon.ask(screen, "Count the teas.")
        with_daemon.leave(screen)
    with with_daemon.opened(without_daemon=False) as screen:
        again = with_daemon.ask(screen, "Count them again.")
    assert (shown.count(DAILY), again.count(DAILY)) == (1, 0)


def test_the_plugin_works_from_a_home_with_spaces_in_its_path(codex: Installed, stage: Stage) -> None:
    stage.at(TUESDAY, "en")
    stage.environment["HOME"] = str(stage.folder / "home of the tea shop")
    stage.home.rename(stage.folder / "home of the tea shop")
    stage.home.symlink_to(stage.folder / "home of the tea shop")
    write_usage(stage.home, [USED])
    host = Codex(codex, stage)
    host.install_plugin()
    host.trust_hooks()
    assert first_screen(host).count(DAILY) == 1


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo broken >&2; exit 1", "hook exited with code 1"),
        ("exit 127", "hook exited with code 127"),
        ("sleep 600", "hook timed out after 5s"),
        ("echo '{\"broken'", "hook returned invalid session start JSON output"),
    ],
    ids=["fails", "is missing", "hangs", "prints junk"],
)
def test_a_hook_that_fails_or_hangs_leaves_the_session_alone(host: Codex, script: str, told: str) -> None:
    host.stage.replace_python(script)
    shown = first_screen(host)
    assert told in shown
    assert host.stage.requested("broken") == []


def test_an_installation_that_was_never_set_up_says_so_once_a_day(host: Codex) -> None:
    host.stage.tracker_cache.rename(host.stage.folder / "taken-away")
    said = "token-tracker is installed but not set up"
    shown = []
    for now in (TUESDAY, TUESDAY, WEDNESDAY):
        host.stage.at(now)
        shown.append(said in first_screen(host))
    assert shown == [True, False, True]
    assert host.stage.requested(said) == []


def test_the_end_of_a_session_leaves_a_ledger_that_knows_its_usage(host: Codex) -> None:
    with host.opened() as screen:
        host.ask(screen, "Count the teas.")
        write_usage(host.stage.home, [USED._replace(at=datetime.fromisoformat("2026-10-06T09:00:00+08:00"))])
        host.leave(screen)
    known = ["summary", "--date", "2026-10-06", "--no-sync", "--json"]
    wait_until(lambda: "0.45" in host.stage.tracker(*known), lambda: host.stage.tracker(*known))
    assert host.stage.hooks()[:2] == [LOOK, READ_ON]
