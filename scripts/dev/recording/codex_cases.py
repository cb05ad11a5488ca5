"""The sessions that `record_codex.py` has Codex run, and what the model answers in them.

Every case is a function that drives a `Home`. Prompts differ from each other, because the script
of answers is matched by them; counts differ, so that a wrong copy shows in the sums.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from codex_home import NEW
from codex_home import SKILL
from codex_home import App
from codex_home import Home
from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
from fake_model_server import tool_use
from fake_vendors import output_item

MODEL = "gpt-5.6-sol"
OTHER_MODEL = "gpt-6-sol"
PLAIN_TOOLS_MODEL = "gpt-5.4"
"""Not in the host's list, so that it is offered every tool under its plain name."""

BEFORE_RECORDS = "0.120.0"
BEFORE_TURN_IDS = "0.89.0"
BEFORE_MODELS = "0.34.0"
TEAM = "collaboration"
COMPACTION = "next LLM"
"""Stands in the prompt by which every one of these versions asks for a summary."""


def counts(number: int, *, writes: bool = True) -> Usage:
    """Claim counts that no other number has; releases before cache writes are told of none."""
    written = 10 * number if writes else 0
    return Usage(900 * number, 600 * number, written, 0, 50 * number + 3, 7 * number)


def answer(prompt: str, number: int, session: str, *, agent: str = "", writes: bool = True) -> Reply:
    """Answer a prompt, or what came back from a tool, with a sentence."""
    said, who = [text(f"Answer {number}.")], f"{session}|{agent}"
    return Reply(f"answer {number}", counts(number, writes=writes), said, when=prompt, session=who)


def runs(prompt: str, number: int, session: str, tool: str, command: str, *, writes: bool = True) -> Reply:
    """Answer with a shell command; its result comes back under the call's id."""
    key = "command" if tool == "shell_command" else "cmd"
    call = tool_use(f"call_{number:04d}", tool, **{key: command})
    return Reply(f"command {number}", counts(number, writes=writes), [call], when=prompt, session=session)


def spawns(
    prompt: str, number: int, session: str, *, namespace: str = "multi_agent_v1", **given: Any
) -> Reply:
    """Answer by starting a sub-agent."""
    call = {
        "type": "function_call",
        "name": "spawn_agent",
        "arguments": json.dumps(given),
        "call_id": f"call_{number:04d}",
    }
    call |= {"namespace": namespace} if namespace else {}
    writes = bool(namespace)
    return Reply(
        f"spawn {number}", counts(number, writes=writes), [output_item(**call)], when=prompt, session=session
    )


old_answer = partial(answer, writes=False)
old_runs = partial(runs, writes=False)


def waits(prompt: str, number: int, session: str, *, agent: str = "") -> Reply:
    """Answer by waiting for sub-agents."""
    call = {"type": "function_call", "name": "wait_agent", "call_id": f"call_{number:04d}"}
    call |= {"namespace": TEAM, "arguments": json.dumps({"timeout_ms": 10_000})}
    who = f"{session}|{agent}"
    return Reply(f"wait {number}", counts(number), [output_item(**call)], when=prompt, session=who)


def run_exec(home: Home) -> None:
    """Run, use a tool, resume on another model."""
    home.script(
        runs("Count the teas.", 1, "main", "exec_command", "cat teas.txt"),
        answer("call_0001", 2, "main"),
        answer("Now sort them.", 3, "main"),
    )
    home.run("main", "Count the teas.")
    home.run("main", "Now sort them.", "resume", options=("-m", OTHER_MODEL))


def run_fork(home: Home) -> None:
    """Fork a thread kept in pages, go on in both, and fork the fork."""
    home.script(
        answer("Open the shop.", 1, "main"),
        answer("Price the oolong.", 2, "fork"),
        answer("Price the assam.", 3, "main"),
        answer("Price the sencha.", 4, "fork-of-fork"),
    )
    home.run("main", "Open the shop.")
    home.run("fork", "Price the oolong.", "fork", of="main")
    home.run("main", "Price the assam.", "resume")
    home.run("fork-of-fork", "Price the sencha.", "fork", of="fork")


def run_legacy_fork(home: Home) -> None:
    """The same in the layout that copies lines, which 0.169 still writes when it is asked to."""
    home.script(
        answer("Open the shop.", 1, "main"),
        answer("Price the oolong.", 2, "fork"),
        answer("Price the assam.", 3, "main"),
        answer(COMPACTION, 4, "main"),
        answer("Price the matcha.", 5, "main"),
        answer("Price the sencha.", 6, "fork-of-fork"),
    )
    with home.app() as app:
        app.start("main", historyMode="legacy")
        app.turn("main", "Open the shop.")
        _fork_twice(app)


def _fork_twice(app: App) -> None:
    app.fork("fork", "main")
    app.turn("fork", "Price the oolong.")
    app.turn("main", "Price the assam.")
    app.compact("main")
    app.turn("main", "Price the matcha.")
    app.fork("fork-of-fork", "fork")
    app.turn("fork-of-fork", "Price the sencha.")


def run_sub_agents(home: Home) -> None:
    """A sub-agent with a role, one without that gets the context, and a review."""
    _run_sub_agents(home, "paginated")


def run_legacy_sub_agents(home: Home) -> None:
    """The same in the layout that copies lines: the copy has running totals and no records."""
    _run_sub_agents(home, "legacy")


def _run_sub_agents(home: Home, mode: str) -> None:
    home.script(
        answer("Open the shop.", 1, "main"),
        spawns("Send a helper.", 2, "main", message="List all teas.", agent_type="explorer"),
        runs("call_0002", 3, "main", "exec_command", "sleep 2"),
        answer("List all teas.", 4, "main", agent="explorer"),
        answer("call_0003", 5, "main"),
        spawns("Send one who knows.", 6, "main", message="Weigh all teas.", fork_context=True),
        runs("call_0006", 7, "main", "exec_command", "sleep 2"),
        answer("Weigh all teas.", 8, "main", agent="default"),
        answer("call_0007", 9, "main"),
        answer("Check the prices.", 10, "main", agent="review"),
    )
    with home.app() as app:
        app.start("main", historyMode=mode, model=PLAIN_TOOLS_MODEL)
        for prompt in ("Open the shop.", "Send a helper.", "Send one who knows."):
            app.turn("main", prompt)
        app.review("main", "Check the prices.")


def run_collaboration(home: Home) -> None:
    """Sub-agents of the newer kind, which inherit the history unless told not to; one starts another."""
    home.script(
        answer("Open the shop.", 1, "main"),
        spawns("Send a team.", 2, "main", namespace=TEAM, task_name="lister", message="List all teas."),
        waits("call_0002", 3, "main"),
        spawns(
            "List all teas.", 4, "main|default", namespace=TEAM, task_name="weigher", message="Weigh them."
        ),
        answer("Weigh them.", 5, "main", agent="default"),
        waits("call_0004", 6, "main", agent="default"),
        answer("call_0006", 7, "main", agent="default"),
        answer("call_0003", 8, "main"),
    )
    with home.app() as app:
        app.start("main")
        app.turn("main", "Open the shop.")
        app.turn("main", "Send a team.")


def run_skill(home: Home) -> None:
    """A skill that the person names, a prompt without one, and a skill that the model reads."""
    place = f"{{project}}/../{SKILL}"
    home.script(
        runs("Use $price-tags now.", 1, "main", "exec_command", "cat teas.txt"),
        answer("call_0001", 2, "main"),
        answer("Thank you.", 3, "main"),
        runs("Write the tags.", 4, "main", "exec_command", f"cat {place}"),
        answer("call_0004", 5, "main"),
    )
    asked = ("-m", PLAIN_TOOLS_MODEL)
    home.run("main", "Use $price-tags now.", options=asked)
    home.run("main", "Thank you.", "resume", options=asked)
    home.run("main", "Write the tags.", "resume", options=asked)


def run_auto_review(home: Home) -> None:
    """A command that another model has to approve; its answer is no verdict, so it is asked three times."""
    command = {
        "cmd": "touch /shelf",
        "sandbox_permissions": "require_escalated",
        "justification": "New shelf.",
    }
    call = tool_use("call_0001", "exec_command", **command)
    home.script(
        Reply("command 1", counts(1), [call], when="Build a shelf.", session="main"),
        answer("APPROVAL REQUEST", 2, "main", agent="guardian"),
        answer("APPROVAL REQUEST", 3, "main", agent="guardian"),
        answer("APPROVAL REQUEST", 4, "main", agent="guardian"),
        answer("call_0001", 5, "main"),
    )
    asked = ("-m", PLAIN_TOOLS_MODEL, "-c", "approval_policy=on-request", "--approve-for-me")
    home.run("main", "Build a shelf.", options=asked)


def run_terms(home: Home) -> None:
    """Priority by the person's setting, flex, and none."""
    home.script(
        answer("Be quick.", 1, "fast"), answer("Take your time.", 2, "flex"), answer("As usual.", 3, "plain")
    )
    home.run("fast", "Be quick.", options=("-c", "service_tier=fast"))
    home.run("flex", "Take your time.", options=("-c", "service_tier=flex"))
    home.run("plain", "As usual.")


def run_archived(home: Home) -> None:
    """A thread is put into the archive after its fork."""
    home.script(answer("Open the shop.", 1, "main"), answer("Price the oolong.", 2, "fork"))
    home.run("main", "Open the shop.")
    home.run("fork", "Price the oolong.", "fork", of="main")
    home.archive("main")


def run_before_records(home: Home) -> None:
    """Codex 0.120: running totals only; forks, a sub-agent with context, a summary, a review."""
    home.script(
        old_answer("Open the shop.", 1, "main"),
        old_runs("Count the teas.", 2, "main", "exec_command", "cat teas.txt"),
        old_answer("call_0002", 3, "main"),
        old_answer("Price the oolong.", 4, "fork"),
        old_answer("Price the assam.", 5, "main"),
        old_answer(COMPACTION, 6, "main"),
        old_answer("Price the matcha.", 7, "main"),
        old_answer("Price the sencha.", 8, "fork-of-fork"),
        spawns("Send a helper.", 9, "fork", namespace="", message="List all teas.", fork_context=True),
        old_runs("call_0009", 10, "fork", "exec_command", "sleep 2"),
        old_answer("List all teas.", 11, "fork", agent="default"),
        old_answer("call_0010", 12, "fork"),
        old_answer("Check the prices.", 13, "review", agent="review"),
    )
    with home.app(BEFORE_RECORDS) as app:
        app.start("main")
        app.turn("main", "Open the shop.")
        app.turn("main", "Count the teas.")
        _fork_twice(app)
        app.turn("fork", "Send a helper.")
        app.review("main", "Check the prices.")
    home.name_new("review", lambda meta: meta.get("source") == {"subagent": "review"})


def run_mixed(home: Home) -> None:
    """One thread of 0.120, resumed by 0.169, by 0.120 and by 0.169 again, then forked."""
    home.script(
        answer("Open the shop.", 1, "main", writes=False),
        answer("Price the oolong.", 2, "main"),
        answer("Price the assam.", 3, "main", writes=False),
        answer("Price the matcha.", 4, "main"),
        answer("Price the sencha.", 5, "fork"),
    )
    home.run("main", "Open the shop.", version=BEFORE_RECORDS)
    home.run("main", "Price the oolong.", "resume")
    home.run("main", "Price the assam.", "resume", version=BEFORE_RECORDS)
    home.run("main", "Price the matcha.", "resume")
    home.run("fork", "Price the sencha.", "fork", of="main")


def run_before_turn_ids(home: Home) -> None:
    """Codex 0.89: turns have no ids; a fork, and a fork of the fork."""
    home.script(
        old_answer("Open the shop.", 1, "main"),
        old_runs("Count the teas.", 2, "main", "exec_command", "cat teas.txt"),
        old_answer("call_0002", 3, "main"),
        old_answer("Price the oolong.", 4, "fork"),
        old_answer("Price the assam.", 5, "main"),
        old_answer("Price the sencha.", 6, "fork-of-fork"),
    )
    with home.app(BEFORE_TURN_IDS) as app:
        app.start("main")
        app.turn("main", "Open the shop.")
        app.turn("main", "Count the teas.")
        time.sleep(4)
        app.fork("fork", "main")
        time.sleep(4)
        app.turn("fork", "Price the oolong.")
        app.turn("main", "Price the assam.")
        app.fork("fork-of-fork", "fork")
        time.sleep(4)
        app.turn("fork-of-fork", "Price the sencha.")


def run_before_models(home: Home) -> None:
    """Codex 0.34: a running total, and no line that names the model."""
    home.script(answer("Open the shop.", 1, "main", writes=False))
    home.run("main", "Open the shop.", version=BEFORE_MODELS)


CASES: dict[str, Callable[[Home], None]] = {
    name.removeprefix("run_").replace("_", "-"): case
    for name, case in list(globals().items())
    if name.startswith("run_")
}
VERSIONS = (NEW, BEFORE_RECORDS, BEFORE_TURN_IDS, BEFORE_MODELS)
