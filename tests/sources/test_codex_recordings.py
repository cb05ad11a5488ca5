"""What the real Codex wrote, against what the model server sent and what the host added up."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from sources.codex_lines import READERS
from sources.samples import Sample
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import samples
from token_tracker.model import PICO
from token_tracker.model import Origin
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.pricer import CardPricer
from token_tracker.sources._ids import event_id
from token_tracker.sources.codex import find_roots
from token_tracker.sources.codex import read_file
from token_tracker.sources.contract import Root

CODEX = [sample for sample in samples() if sample.source.id == "codex"]
RECORDED = [sample for sample in CODEX if sample.case.name.startswith("recorded-")]

each_sample = pytest.mark.parametrize("sample", CODEX, ids=[sample.case.name for sample in CODEX])
each_recording = pytest.mark.parametrize(
    "sample", RECORDED, ids=[sample.case.name.removeprefix("recorded-") for sample in RECORDED]
)


def events_in(sample: Sample) -> list[UsageEvent]:
    readings = [read_file(state, None) for state in files_in(sample.source, sample.folder)]
    return list(events_of(readings).values())


def recording(case: str) -> Sample:
    return next(sample for sample in RECORDED if sample.case.name == f"recorded-{case}")


@each_sample
def test_every_reader_gives_the_same_events(sample: Sample) -> None:
    for state in files_in(sample.source, sample.folder):
        found = [read_file(state, None, reader) for reader in READERS]
        assert all(one == found[0] for one in found)


@each_recording
def test_every_response_of_the_server_counts_once(sample: Sample) -> None:
    served = [Tokens(*(one[name] for name in Tokens._fields)) for one in sample.expected["responses"]]
    assert Counter(event.tokens for event in events_in(sample)) == Counter(served)


@pytest.mark.parametrize(
    "case", ["exec", "fork", "legacy-fork", "collaboration", "legacy-sub-agents", "terms"]
)
def test_a_response_that_has_a_record_is_known_by_the_vendors_id(case: str) -> None:
    expected = {event_id("openai", one["id"]): one["model"] for one in recording(case).expected["responses"]}
    assert {event.id: event.service.model for event in events_in(recording(case))} == expected


COPIED_INTO_SUB_AGENTS = {"before-records": [29465], "legacy-sub-agents": [17172]}
"""A sub-agent with the history of its starter begins at the running total that was copied."""


@each_recording
def test_the_hosts_total_of_a_thread_is_ours_and_what_it_was_forked_with(sample: Sample) -> None:
    expected = sample.expected
    ours: Counter[str] = Counter()
    for event in events_in(sample):
        ours[event.origin.agent_id or event.origin.session] += event.tokens.total
    rest = [
        total - ours[thread] - expected["inherited_totals"].get(thread, 0)
        for thread, total in expected["host_totals"].items()
    ]
    case = sample.case.name.removeprefix("recorded-")
    assert [one for one in rest if one] == COPIED_INTO_SUB_AGENTS.get(case, [])


@pytest.mark.parametrize(
    ("case", "agents"),
    [
        ("sub-agents", {"": 7, "explorer": 1, "default": 1, "review": 1}),
        ("legacy-sub-agents", {"": 7, "explorer": 1, "default": 1, "review": 1}),
        ("collaboration", {"": 4, "default": 4}),
        ("auto-review", {"": 2, "guardian": 3}),
    ],
)
def test_sub_agents_are_folded_into_the_session_that_a_person_knows(
    case: str, agents: dict[str, int]
) -> None:
    events = events_in(recording(case))
    (session,) = recording(case).expected["sessions"]

    assert Counter(event.origin.agent for event in events) == agents
    assert {event.origin.session for event in events} == {session}
    assert {event.origin.initiator for event in events if event.origin.agent} == {"agent"}
    assert {event.origin.agent_id for event in events if not event.origin.agent} == {""}


def test_a_sub_agent_of_a_sub_agent_names_both() -> None:
    events = events_in(recording("collaboration"))
    (session,) = recording("collaboration").expected["sessions"]
    agents = {event.origin.agent_id: event.origin.parent for event in events if event.origin.agent_id}
    first, second = sorted(agents)

    assert agents == {first: session, second: first}


def test_a_fork_names_the_thread_it_came_from() -> None:
    found = {event.origin for event in events_in(recording("fork"))}
    main, fork, fork_of_fork = sorted(recording("fork").expected["sessions"])
    here = Origin("codex", cwd="/home/dev/shop", branch="main")

    assert found == {
        here._replace(session=main),
        here._replace(session=fork, parent=main),
        here._replace(session=fork_of_fork, parent=fork),
    }


def test_the_skill_is_the_one_that_was_named_or_read() -> None:
    found = {event.tokens.input: event.origin.skill for event in events_in(recording("skill"))}
    assert found == {900: "price-tags", 1800: "price-tags", 2700: "", 3600: "price-tags", 4500: "price-tags"}


def test_the_tier_is_the_one_that_was_asked_for() -> None:
    found = {event.tokens.input: event.service.tier for event in events_in(recording("terms"))}
    assert found == {900: "priority", 1800: "flex", 2700: "standard"}


@pytest.mark.parametrize("case", ["paginated-fork", "running-totals"])
def test_a_sample_costs_what_the_list_prices_say(case: str, tmp_path: Path) -> None:
    sample = next(one for one in CODEX if one.case.name == f"sample-{case}")
    pricer = CardPricer(tmp_path)
    costs = []
    for event in events_in(sample):
        provider = pricer.describe(event.service, "openai").provider
        costs.append(pricer.price_of(event.service._replace(provider=provider))(event)[0])

    assert sum(Decimal(cost or 0) for cost in costs) / PICO == Decimal(sample.expected["cost_usd"])
    assert None not in costs


def test_the_home_is_where_the_host_says(tmp_path: Path) -> None:
    home = tmp_path / ".codex"
    (home / "sessions").mkdir(parents=True)
    here = [Root(str(home / "sessions"), True), Root(str(home / "archived_sessions"), False)]

    assert find_roots({"HOME": str(tmp_path)}) == here
    assert find_roots({"HOME": "/nobody", "CODEX_HOME": str(home)}) == here
    assert find_roots({"HOME": str(tmp_path)}, ["/more"]) == [*here, Root("/more", False)]
    assert [root.path for root in find_roots({"CODEX_HOME": "/one, /two"})] == [
        "/one/sessions",
        "/one/archived_sessions",
        "/two/sessions",
        "/two/archived_sessions",
    ]
