"""What OpenClaw's model is told of due reports, run through the real gateway.

The bundle is installed as a person would install it, and only its hook is switched on.
The table in `docs/hosts.md` is what these tests showed.
"""

from __future__ import annotations

import json
import shutil
import time
from datetime import datetime

import pytest
from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import tool_use

from .installed import Installed
from .openclaw_gateway import HOOK
from .openclaw_gateway import OpenClaw
from .openclaw_gateway import injected
from .openclaw_gateway import openclaw_on
from .stage import Stage
from .usage_logs import Used
from .usage_logs import write_usage

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("openclaw")]

TUESDAY = "2026-10-06T09:30:00+08:00"
WEDNESDAY = "2026-10-07T09:30:00+08:00"
MONDAY = "2026-10-12T09:30:00+08:00"
ONLY_OURS = {"entries": {HOOK: {"enabled": True}}}
SECOND = "agent:main:explicit:second"
WEEKLY = "TOKEN_TRACKER_WEEKLY_2026-W41.md"
HEARTBEAT = "heartbeat monitor"
OWN_TURN_S = 31
DAILY = "TOKEN_TRACKER_DAILY_2026-10-05.md"
USED = Used(datetime.fromisoformat("2026-10-05T10:00:00+08:00"))


@pytest.fixture
def host(openclaw: Installed, stage: Stage) -> OpenClaw:
    stage.at(TUESDAY, "en")
    write_usage(stage.home, [USED])
    host = openclaw_on(stage, openclaw)
    host.install(stage.skill, ONLY_OURS)
    # As the person's first question does: it notes the interpreter, for the gateway's `python3` is
    # whichever its PATH has.
    host.tracker("sync", "--quiet")
    host.wait_longer()
    return host


@pytest.mark.parametrize(
    ("lang", "sentence"), [("zh", "昨天（10月5日）花了 $0.45"), ("en", "Yesterday (Oct 5): $0.45")]
)
def test_the_report_of_yesterday_is_in_the_system_prompt_of_one_session_at_every_turn(
    host: OpenClaw, lang: str, sentence: str
) -> None:
    host.stage.at(TUESDAY, lang)
    with host.gateway():
        first = injected(host.say("Count the teas."))
        second = injected(host.say("Count them again."))
        other = injected(host.say("And who are you?", SECOND))
    assert list(first) == [DAILY]
    assert sentence in first[DAILY]
    assert (second, other) == (first, {})
    assert host.stage.delivered()["daily:2026-10-05"]["state"] == "delivered"


def test_heartbeats_schedules_and_sub_agents_use_nothing_up(host: OpenClaw) -> None:
    delegating = [tool_use("call_1", "tool_call", id="sessions_spawn", args={"task": "Count the leaves."})]
    host.stage.model.script([Reply("delegates", Usage(), delegating, when="Ask a helper.")])
    job = ["--name", "shelf", "--every", "12h", "--message", "Check the shelf.", "--session", "isolated"]
    with host.gateway():
        host.run("system", "event", "--text", "A kettle boils.", "--mode", "now")
        heartbeat = injected(host.wait_for(HEARTBEAT))
        host.run("cron", "run", json.loads(host.run("cron", "add", *job, "--json"))["id"])
        schedule = injected(host.wait_for("Check the shelf."))
        told_before = host.stage.delivered()
        # The command line sends no word of who begins a turn: for half a minute after a heartbeat
        # the hook takes any turn of that session for OpenClaw's own.
        time.sleep(OWN_TURN_S)
        main = injected(host.say("Ask a helper."))
        helper = injected(host.wait_for("Count the leaves.", without="Ask a helper."))
    assert (heartbeat, schedule, told_before, helper) == ({}, {}, {}, {})
    assert list(main) == [DAILY]


def test_monday_brings_the_report_of_the_week_and_an_exceeded_budget_is_told_once(host: OpenClaw) -> None:
    host.stage.at(MONDAY)
    with host.gateway():
        main = injected(host.say("Count the teas."))
        second = injected(host.say("And who are you?", SECOND))
        write_usage(host.stage.home, [USED._replace(at=datetime.fromisoformat("2026-10-12T08:00:00+08:00"))])
        host.tracker("set-budget", "--amount", "0.4")
        third = injected(host.say("Is it dear?", "agent:main:explicit:third"))
        fourth = injected(host.say("Is it very dear?", "agent:main:explicit:fourth"))
    assert "Last week (Oct 5\N{EN DASH}11): $0.45" in main[WEEKLY]
    assert list(third) == ["TOKEN_TRACKER_ALERT_DAILY_EXCEEDED_2026-10-12.md"]
    assert (second, fourth) == ({}, {})


def test_a_restarted_gateway_gives_a_session_the_same_bytes_until_the_day_ends(host: OpenClaw) -> None:
    with host.gateway():
        before = injected(host.say("Count the teas."))
    with host.gateway():
        after = injected(host.say("Count them again."))
    host.stage.at(WEDNESDAY)
    with host.gateway():
        tomorrow = injected(host.say("Count them once more."))
    assert (list(before), after, tomorrow) == ([DAILY], before, {})


@pytest.mark.parametrize(
    "program", ["raise SystemExit(1)", "import time; time.sleep(60)"], ids=["fails", "hangs"]
)
def test_a_program_that_fails_or_hangs_leaves_the_turn_as_it_is(
    openclaw: Installed, stage: Stage, program: str
) -> None:
    stage.at(TUESDAY, "en")
    host = openclaw_on(stage, openclaw)
    host.install(stage.skill, ONLY_OURS)
    (host.installed_skill / "scripts" / "token-tracker.py").write_text(program, encoding="utf-8")
    with host.gateway():
        assert injected(host.say("Count the teas.")) == {}
        assert injected(host.say("Count them again.")) == {}
    assert "Hook error" not in host.log.read_text(encoding="utf-8")


def test_an_installation_that_was_never_set_up_says_so_once_a_day(openclaw: Installed, stage: Stage) -> None:
    stage.at(TUESDAY, "zh")
    shutil.rmtree(stage.tracker_cache)
    host = openclaw_on(stage, openclaw)
    host.install(stage.skill, ONLY_OURS)
    host.wait_longer()
    with host.gateway():
        first = injected(host.say("Count the teas."))
        second = injected(host.say("And who are you?", SECOND))
    assert list(first) == ["TOKEN_TRACKER_SET_UP_2026-10-06.md"]
    assert second == {}
