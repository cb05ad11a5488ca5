"""The sessions to record: invented prompts and what the model server answers and claims.

Counts are chosen so that no two buckets of a response are alike and a mix-up shows in the sum.
Nothing here runs anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from fake_model_server import Pass
from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import server_tool
from fake_model_server import text
from fake_model_server import thinking
from fake_model_server import tool_use

SONNET = "claude-sonnet-4-5"
HAIKU = "claude-haiku-4-5"


@dataclass(frozen=True, slots=True)
class Run:
    """One start of the host.

    `prompts`: several are sent one after the other to the same process. `is_typed`: they are
    typed into the host's screen, for what a printed run does not do; after each, the screen
    must come to show the text of `screen_shows` at the same position.
    """

    session: str
    prompts: Sequence[str]
    replies: Sequence[Reply]
    arguments: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    is_typed: bool = False
    screen_shows: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Runs that share a home. `forks`: session to the session whose cost its total starts from.

    A reply that names a session belongs to it, not to its run's: the host changes session
    inside a run when the user branches.
    """

    name: str
    runs: Sequence[Run]
    forks: Mapping[str, str] = field(default_factory=dict)

    @property
    def sessions(self) -> list[str]:
        """Name the sessions in the order of their first request."""
        return list(dict.fromkeys(reply.session or run.session for run in self.runs for reply in run.replies))


def all_cases() -> list[Case]:
    """Give every case in the order of the fixtures' README."""
    return [
        main_session(),
        sub_agents(),
        fork(),
        resume(),
        web_search(),
        skill(),
        terms_of_service(),
        advisor(),
        failures(),
        compact(),
        typed(),
    ]


def main_session() -> Case:
    """Tell of two prompts in one process: tools, thinking, both cache lifetimes, a whole answer."""
    one = _session(1, 1)
    return Case(
        "main",
        [
            Run(
                one,
                ["Count the teas.", "Which tea is cheapest?"],
                [
                    Reply(
                        "look at the file",
                        Usage(input=11, cache_write_5m=2003, cache_write_1h=307, output=151, reasoning=40),
                        [
                            thinking("Read the file, then count."),
                            text("I will look."),
                            tool_use("toolu_01main1", "Read", file_path="{project}/teas.txt"),
                            tool_use(
                                "toolu_01main2", "Bash", command="wc -l teas.txt", description="Count lines"
                            ),
                        ],
                        when="Count the teas.",
                    ),
                    Reply(
                        "count",
                        Usage(input=5, cache_read=2310, cache_write_5m=101, output=23),
                        [text("Three teas.")],
                        when="toolu_01main2",
                    ),
                    Reply("fail the stream", Usage(), when="Which tea is cheapest?", status=404),
                    Reply(
                        "compare, not streamed",
                        Usage(input=7, cache_read=2411, cache_write_5m=59, output=17, has_write_split=False),
                        [text("Assam, at 7.")],
                        when="Which tea is cheapest?",
                    ),
                ],
                ["--session-id", one, "--model", SONNET],
            )
        ],
    )


def sub_agents() -> Case:
    """Tell of a sub-agent that is waited for, on its own model, and of one in the background."""
    one = _session(2, 1)
    return Case(
        "sub-agent",
        [
            Run(
                one,
                ["Have the shelves checked."],
                [
                    Reply(
                        "start a sub-agent",
                        Usage(input=13, cache_write_5m=1009, output=89),
                        [
                            tool_use(
                                "toolu_01agent1",
                                "Agent",
                                description="Check shelves",
                                prompt="Count the shelf labels.",
                                subagent_type="general-purpose",
                                model="haiku",
                                run_in_background=False,
                            )
                        ],
                        when="Have the shelves checked.",
                    ),
                    Reply(
                        "sub-agent looks",
                        Usage(input=17, cache_write_5m=701, output=61),
                        [
                            tool_use(
                                "toolu_01agent2", "Bash", command="head -1 teas.txt", description="First line"
                            )
                        ],
                        when="Count the shelf labels.",
                    ),
                    Reply(
                        "sub-agent answers",
                        Usage(input=3, cache_read=701, cache_write_5m=83, output=29),
                        [text("One label.")],
                        when="toolu_01agent2",
                    ),
                    Reply(
                        "start a background sub-agent",
                        Usage(input=19, cache_read=1009, output=97),
                        [
                            tool_use(
                                "toolu_01agent3",
                                "Agent",
                                description="Check prices",
                                prompt="Add up the prices.",
                                subagent_type="Explore",
                                run_in_background=True,
                            )
                        ],
                        when="toolu_01agent1",
                    ),
                    Reply(
                        "background sub-agent answers",
                        Usage(input=23, cache_write_1h=509, output=31),
                        [text("28 in all.")],
                        when="Add up the prices.",
                    ),
                    Reply(
                        "go on meanwhile",
                        Usage(input=29, cache_read=1013, output=37),
                        [text("Prices are being added up.")],
                        when="toolu_01agent3",
                    ),
                    Reply(
                        "hear from the background",
                        Usage(input=31, cache_read=1019, output=41),
                        [text("All checked: one label, 28 in all.")],
                        when="task-notification",
                    ),
                ],
                ["--session-id", one, "--model", SONNET],
            )
        ],
    )


def fork() -> Case:
    """Tell of a session and a fork of it, each with calls of its own after the fork."""
    parent, child = _session(3, 1), _session(3, 2)
    return Case(
        "fork",
        [
            _say(parent, "Name a tea.", Usage(input=101, cache_write_5m=1103, output=47)),
            _say(
                child,
                "Name another tea.",
                Usage(input=107, cache_read=1103, cache_write_5m=211, output=53),
                ["--resume", parent, "--fork-session", "--session-id", child, "--model", SONNET],
            ),
            _say(
                parent,
                "Name a third tea.",
                Usage(input=109, cache_read=1103, cache_write_5m=223, output=59),
                ["--resume", parent, "--model", SONNET],
            ),
        ],
        forks={child: parent},
    )


def resume() -> Case:
    """Tell of one session over three starts of the host, the last on another model."""
    one = _session(4, 1)
    return Case(
        "resume",
        [
            _say(one, "Open the till.", Usage(input=113, cache_write_5m=1201, output=61)),
            _say(
                one,
                "Count the till.",
                Usage(input=127, cache_read=1201, cache_write_1h=227, output=67),
                ["--resume", one, "--model", SONNET],
            ),
            _say(
                one,
                "Close the till.",
                Usage(input=131, cache_write_5m=1301, output=71),
                ["--resume", one, "--model", HAIKU],
            ),
        ],
    )


def web_search() -> Case:
    """Tell of a search by the vendor inside a logged answer, and of one by the host's own tool."""
    inside, by_tool = _session(5, 1), _session(5, 2)
    found = {"type": "web_search_result", "url": "https://example.com/tea", "title": "Tea", "page_age": None}
    result = {"type": "web_search_tool_result", "content": [{**found, "encrypted_content": "aW52ZW50ZWQ="}]}
    return Case(
        "web-search",
        [
            Run(
                inside,
                ["Is sencha green?"],
                [
                    Reply(
                        "answer after two searches by the vendor",
                        Usage(input=137, cache_write_5m=401, output=73, web_searches=2, web_fetches=1),
                        [
                            *server_tool("srvtoolu_01in1", "web_search", {"query": "sencha colour"}, result),
                            *server_tool("srvtoolu_01in2", "web_search", {"query": "sencha"}, result),
                            text("Yes, sencha is green."),
                        ],
                        when="Is sencha green?",
                    )
                ],
                ["--session-id", inside, "--model", SONNET],
            ),
            Run(
                by_tool,
                ["Where does assam grow?"],
                [
                    Reply(
                        "ask the host to search",
                        Usage(input=139, cache_write_5m=409, output=79),
                        [tool_use("toolu_01web1", "WebSearch", query="assam origin")],
                        when="Where does assam grow?",
                    ),
                    Reply(
                        "the host's inner search call",
                        Usage(input=149, output=83, web_searches=2),
                        [
                            *server_tool("srvtoolu_01tool1", "web_search", {"query": "assam origin"}, result),
                            *server_tool("srvtoolu_01tool2", "web_search", {"query": "assam"}, result),
                            text("Assam grows in India."),
                        ],
                        when="assam origin",
                        when_system="web search",
                    ),
                    Reply(
                        "answer",
                        Usage(input=151, cache_read=409, output=89),
                        [text("In India.")],
                        when="toolu_01web1",
                    ),
                ],
                ["--session-id", by_tool, "--model", SONNET],
            ),
        ],
    )


def skill() -> Case:
    """Tell of a skill that the model starts and of the same skill called by the user."""
    by_tool, by_user = _session(6, 1), _session(6, 2)
    return Case(
        "skill",
        [
            Run(
                by_tool,
                ["Tag the sencha."],
                [
                    Reply(
                        "start the skill",
                        Usage(input=157, cache_write_5m=419, output=97),
                        [tool_use("toolu_01skill1", "Skill", skill="price-tags", args="sencha")],
                        when="Tag the sencha.",
                    ),
                    Reply(
                        "work in the skill",
                        Usage(input=163, cache_read=419, output=101),
                        [
                            tool_use(
                                "toolu_01skill2", "Bash", command="grep sencha teas.txt", description="Find"
                            )
                        ],
                        when="toolu_01skill1",
                    ),
                    Reply(
                        "finish in the skill",
                        Usage(input=167, cache_read=421, output=103),
                        [text("Tag: sencha 9.")],
                        when="toolu_01skill2",
                    ),
                ],
                ["--session-id", by_tool, "--model", SONNET],
            ),
            _say(by_user, "/price-tags assam", Usage(input=173, cache_write_5m=431, output=107)),
            _say(
                by_user,
                "Thank you, what else?",
                Usage(input=179, cache_read=431, output=109),
                ["--resume", by_user, "--model", SONNET],
            ),
        ],
    )


def terms_of_service() -> Case:
    """Tell of one session per thing that changes a price: speed, place, tier, length, model."""
    usages = [
        ("claude-opus-4-6", Usage(input=211, cache_read=1009, cache_write_5m=503, output=307, speed="fast")),
        ("claude-opus-4-8", Usage(input=223, cache_read=1013, cache_write_1h=509, output=311, speed="fast")),
        ("claude-opus-5-5", Usage(input=227, cache_read=1019, cache_write_5m=521, output=313, speed="fast")),
        ("claude-sonnet-4-6", Usage(input=229, cache_read=1021, cache_write_5m=523, output=317, geo="us")),
        (SONNET, Usage(input=233, cache_read=1031, output=331, service_tier="priority")),
        (SONNET, Usage(input=239, cache_read=1033, output=337, service_tier="batch")),
        (SONNET, Usage(input=150_001, cache_read=50_000, output=347)),
        ("claude-haiku-5-5", Usage(input=60_000, cache_read=30_000, cache_write_5m=10_000, output=349)),
        ("claude-haiku-5-5", Usage(input=60_001, cache_read=30_000, cache_write_5m=10_000, output=353)),
        (
            "claude-haiku-5-5",
            Usage(
                input=60_002,
                cache_read=80_000,
                output=359,
                passes=(
                    Pass("message", input=60_000, cache_read=30_000, output=300),
                    Pass("message", input=2, cache_read=50_000, output=59),
                ),
            ),
        ),
        ("claude-nova-9", Usage(input=241, cache_read=1039, cache_write_5m=541, output=367)),
        (
            "deepseek-chat",
            Usage(input=251, cache_read=1049, output=373, service_tier="", has_write_split=False),
        ),
    ]
    return Case(
        "terms",
        [
            _say(_session(7, number), f"Price list {number}.", usage, model=model)
            for number, (model, usage) in enumerate(usages, start=1)
        ],
    )


def advisor() -> Case:
    """Tell of an answer that holds a pass of a second, dearer model."""
    plain, in_us = _session(8, 1), _session(8, 2)
    passes = (
        Pass("message", input=257, cache_read=600, output=40),
        Pass("advisor_message", input=1013, cache_write_5m=103, output=211, model="claude-opus-4-6"),
        Pass("message", input=6, cache_read=457, output=61),
    )
    said = server_tool(
        "srvtoolu_01adv1",
        "advisor",
        {},
        {
            "type": "advisor_tool_result",
            "content": {"type": "advisor_result", "text": "Start with green tea."},
        },
    )
    return Case(
        "advisor",
        [
            Run(
                session,
                ["Plan the window."],
                [
                    Reply(
                        "answer with an advisor pass",
                        Usage(input=263, cache_read=1057, output=101, geo=geo, passes=passes),
                        [text("Let me ask."), *said, text("Green tea first.")],
                        when="Plan the window.",
                    )
                ],
                ["--session-id", session, "--model", SONNET],
            )
            for session, geo in ((plain, ""), (in_us, "us"))
        ],
    )


def failures() -> Case:
    """Tell of a refused request (a line the host makes itself), a good one, and a broken stream.

    A broken stream never tells its final output; the 3 tokens of its first event are all that
    the host can know.
    """
    one = _session(9, 1)
    refused = Reply("refuse", Usage(), when="Break the till.", status=403)
    return Case(
        "failure",
        [
            Run(
                one,
                ["Break the till."],
                [refused],
                ["--session-id", one, "--model", SONNET],
            ),
            _say(
                one,
                "Mend the till.",
                Usage(input=269, cache_write_5m=443, output=113),
                ["--resume", one, "--model", SONNET],
            ),
            Run(
                one,
                ["Polish the till."],
                [
                    Reply(
                        "broken off after its first block",
                        Usage(input=271, cache_read=443, output=3),
                        [text("I begin."), text("Never sent.")],
                        when="Polish the till.",
                        breaks_off=True,
                    ),
                    Reply(
                        "asked again",
                        Usage(input=277, cache_read=449, output=131),
                        [text("It shines.")],
                        when="cut off mid-stream",
                    ),
                ],
                ["--resume", one, "--model", SONNET],
            ),
        ],
    )


def compact() -> Case:
    """Tell of a session whose history the host has summarised, in a call that it does not log."""
    one = _session(10, 1)
    return Case(
        "compact",
        [
            _say(one, "List the prices.", Usage(input=271, cache_write_5m=449, output=127)),
            _say(
                one,
                "And the sizes?",
                Usage(input=277, cache_read=449, output=131),
                ["--resume", one, "--model", SONNET],
            ),
            Run(
                one,
                ["/compact"],
                [
                    Reply(
                        "compact summary",
                        Usage(input=281, cache_read=461, output=137),
                        [text("<summary>Prices and sizes were listed.</summary>")],
                        when="summary",
                    )
                ],
                ["--resume", one, "--model", SONNET],
            ),
            _say(one, "And the colours?", Usage(input=283, output=139), ["--resume", one, "--model", SONNET]),
        ],
    )


def typed() -> Case:
    """Tell of a session at the screen: a prompt, a side question, a branch and a compaction."""
    one, branch = _session(11, 1), _session(11, 2)
    return Case(
        "typed",
        [
            Run(
                one,
                ["Sweep the floor.", "/btw How long is the broom?", "/branch", "Sweep the roof.", "/compact"],
                [
                    Reply(
                        "session title",
                        Usage(input=293, output=149),
                        [text('{"title": "Sweep the floor"}')],
                        when="Sweep the floor.",
                        when_system="title",
                    ),
                    Reply(
                        "answer",
                        Usage(input=307, cache_write_5m=457, output=151),
                        [text("The floor is swept.")],
                        when="Sweep the floor.",
                    ),
                    Reply(
                        "side question",
                        Usage(input=311, cache_read=457, output=157),
                        [text("Two metres.")],
                        when="How long is the broom?",
                    ),
                    Reply(
                        "answer in the branch",
                        Usage(input=313, cache_read=459, output=163),
                        [text("The roof is swept.")],
                        when="Sweep the roof.",
                        session=branch,
                    ),
                    Reply(
                        "compact summary",
                        Usage(input=317, cache_read=461, output=167),
                        [text("<summary>All was swept.</summary>")],
                        when="summary",
                        session=branch,
                    ),
                ],
                ["--session-id", one, "--model", SONNET],
                environment={"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": ""},
                is_typed=True,
                screen_shows=[
                    "The floor is swept.",
                    "Two metres.",
                    "ranch",
                    "The roof is swept.",
                    "Compacted",
                ],
            )
        ],
    )


def _session(case: int, number: int) -> str:
    return f"5e551000-{case:04d}-4000-8000-{number:012d}"


def _say(
    session: str,
    prompt: str,
    usage: Usage,
    arguments: Sequence[str] = (),
    model: str = SONNET,
) -> Run:
    """Make a run of one prompt and one answer."""
    reply = Reply("answer", usage, [text("Done.")], when=prompt.removeprefix("/price-tags "))
    return Run(session, [prompt], [reply], arguments or ["--session-id", session, "--model", model])
