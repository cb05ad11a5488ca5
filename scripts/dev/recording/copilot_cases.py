"""What Copilot CLI is made to do for its fixtures, and what its model server answers.

Each case is one home in which a person works: prompts given on the command line, or typed into
the screen where only a person there can do it (fork, compact).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
from fake_model_server import tool_use

SONNET = {"COPILOT_PROVIDER_TYPE": "anthropic", "COPILOT_MODEL": "claude-sonnet-4.5"}
GPT = {"COPILOT_PROVIDER_WIRE_API": "responses", "COPILOT_MODEL": "gpt-5.4"}
OLD_GPT = {"COPILOT_MODEL": "gpt-4.1"}


@dataclass(frozen=True, slots=True)
class Run:
    """One start of the host.

    `prompts`: one for the command line, or all that is typed, each with the text the screen
    shows afterwards. `resumes`: go on with the session begun before.
    """

    prompts: Sequence[tuple[str, str]]
    environment: dict[str, str]
    replies: Sequence[Reply]
    resumes: bool = False
    is_typed: bool = False
    model: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A fixture: its name, what happens in it, and what the host keeps no record of.

    `version`: of an older host that it is about. `totals`: how many totals of runs stand for all
    requests, where the host does not tell those apart.
    """

    name: str
    runs: Sequence[Run]
    unrecorded: Sequence[str] = ()
    version: str = ""
    totals: int = 0


def all_cases() -> list[Case]:
    """Give every case in the order of the README."""
    return [
        _main(),
        _sub_agent(),
        _fork(),
        _failure(),
        _skill(),
        _runs("runs-begun-anew", "1.0.65"),
        _runs("runs-counted-on", "1.0.67"),
    ]


def _main() -> Case:
    """Work with a tool, go on in a second process, then with another vendor's model."""
    first = [
        Reply(
            "asks for a tool",
            Usage(input=1200, cache_write_5m=800, output=60),
            [text("I look."), tool_use("toolu_01Main", "bash", command="ls", description="List the shop")],
            when="List the shop",
        ),
        Reply(
            "answers",
            Usage(input=40, cache_read=2000, cache_write_5m=100, output=30),
            [text("One file of teas.")],
        ),
    ]
    again = Reply(
        "after the resume",
        Usage(input=50, cache_read=2100, cache_write_5m=60, output=25),
        [text("Oolong, sencha, assam.")],
        when="Name the teas",
    )
    other = Reply(
        "another model",
        Usage(input=900, cache_read=1536, output=210, reasoning=128),
        [text("Sencha is the cheapest green one.")],
        when="Which is green",
    )
    return Case(
        "main",
        [
            Run([("List the shop", "")], SONNET, first),
            Run([("Name the teas", "")], SONNET, [again], resumes=True),
            Run([("Which is green", "")], GPT, [other], resumes=True, model="gpt-5.4"),
        ],
    )


def _sub_agent() -> Case:
    """Hand a search to a sub-agent, which works in a session of its own."""
    task = {
        "description": "Find prices",
        "prompt": "Subtask: find the prices",
        "agent_type": "explore",
        "name": "price-finder",
    }
    replies = [
        Reply(
            "hands over",
            Usage(input=1000, cache_read=512, output=70),
            [{"type": "tool_use", "id": "call_task", "name": "task", "input": task}],
            when="Use an agent",
        ),
        Reply(
            "the agent looks",
            Usage(input=300, output=40),
            [tool_use("call_glob", "glob", pattern="*.txt")],
            when="Subtask",
        ),
        Reply(
            "the agent answers",
            Usage(input=350, cache_read=256, output=33, reasoning=8),
            [text("They are in teas.txt.")],
            when="teas.txt",
        ),
        Reply("answers", Usage(input=1100, cache_read=1024, output=20), [text("In teas.txt.")]),
    ]
    return Case("sub-agent", [Run([("Use an agent to find the prices", "")], GPT, replies)])


def _fork() -> Case:
    """Fork a session and compact the fork: the fork's log begins with copies of the parent's."""
    replies = [
        Reply(
            "before the fork",
            Usage(input=1200, cache_write_5m=800, output=60),
            [text("Open from nine.")],
            when="When do we open",
        ),
        Reply(
            "still before",
            Usage(input=1210, cache_read=800, cache_write_5m=10, output=61),
            [text("Until six.")],
            when="Until when",
        ),
        Reply(
            "in the fork",
            Usage(input=1230, cache_read=810, cache_write_5m=12, output=62),
            [text("Closed then.")],
            when="And on Sunday",
        ),
        Reply(
            "the summary",
            Usage(input=1500, cache_read=700, output=333),
            [text("<overview>Opening hours.</overview>")],
            when="summar",
        ),
        Reply(
            "after compacting",
            Usage(input=400, cache_read=100, output=44),
            [text("Nine to six.")],
            when="Once more",
        ),
    ]
    typed = [
        ("When do we open", "Open from nine."),
        ("Until when", "Until six."),
        ("/fork", "Forked from"),
        ("And on Sunday", "Closed then."),
        ("/compact", "Compaction completed"),
        ("Once more", "Nine to six."),
    ]
    return Case("fork", [Run(typed, SONNET, replies, is_typed=True)])


def _failure() -> Case:
    """Meet a refused request and a broken stream; the host tries each a second time."""
    refused = [
        Reply("refused", Usage(input=5, output=5), when="Try me", status=500),
        Reply(
            "after the refusal",
            Usage(input=1300, cache_read=1000, output=61),
            [text("Second try.")],
            when="Try me",
        ),
    ]
    broken = [
        Reply(
            "broken off",
            Usage(input=1400, cache_read=1000, output=77),
            [text("Half."), text("Rest.")],
            when="Break off",
            breaks_off=True,
        ),
        Reply(
            "after the break",
            Usage(input=1500, cache_read=1000, output=78),
            [text("Whole.")],
            when="Break off",
        ),
    ]
    return Case(
        "failure",
        [
            Run([("Try me", "")], OLD_GPT, refused),
            Run([("Break off", "")], OLD_GPT, broken, resumes=True),
        ],
        unrecorded=["refused", "broken off"],
    )


def _skill() -> Case:
    """Call a skill, work in it, and ask something else."""
    called = [
        Reply(
            "calls the skill",
            Usage(input=1000, output=20),
            [tool_use("call_skill", "skill", skill="price-tags")],
            when="Write a price tag",
        ),
        Reply(
            "works in the skill",
            Usage(input=1100, cache_read=900, output=21),
            [tool_use("call_ls", "bash", command="ls", description="List the shop")],
        ),
        Reply("ends the skill", Usage(input=1200, cache_read=1000, output=22), [text("Sencha 9.")]),
    ]
    other = Reply(
        "something else", Usage(input=1300, cache_read=1100, output=23), [text("At six.")], when="When do we"
    )
    return Case(
        "skill",
        [
            Run([("Write a price tag", "")], OLD_GPT, called),
            Run([("When do we close", "")], OLD_GPT, [other], resumes=True),
        ],
    )


def _runs(name: str, version: str) -> Case:
    """Go on with a session, the second time with more of everything than the first."""
    first = Reply(
        "the first run", Usage(input=300, cache_read=100, output=20), [text("Nine.")], when="How many"
    )
    second = [
        Reply(
            "asks for a tool",
            Usage(input=900, cache_read=512, output=60, reasoning=16),
            [tool_use("call_ls", "bash", command="ls", description="List the shop")],
            when="List the shop",
        ),
        Reply("answers", Usage(input=200, cache_read=1400, output=30), [text("One file of teas.")]),
    ]
    return Case(
        name,
        [
            Run([("How many", "")], OLD_GPT, [first]),
            Run([("List the shop", "")], OLD_GPT, second, resumes=True),
        ],
        version=version,
        totals=2,
    )
