"""What the real Claude Code wrote, against what the model server sent and what the host charged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any
from typing import NamedTuple

import pytest

from sources.samples import Sample
from sources.samples import events_of
from sources.samples import readings_of
from sources.samples import samples
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.pricer import CardPricer
from token_tracker.sources.claude_code.copies import response_id

PICO = Decimal(10) ** 12
HOST_NOISE = Decimal("1E-12")
"""The host adds up binary floating point: beyond this digit its total says nothing."""

RECORDED = [sample for sample in samples("recorded") if sample.case.parent.name == "claude_code"]
SESSIONS = [(sample, session) for sample in RECORDED for session in sample.expected["sessions"]]

each_recording = pytest.mark.parametrize(
    "sample", RECORDED, ids=[sample.case.name.removeprefix("recorded-") for sample in RECORDED]
)


def session_id(case: str, number: int) -> str:
    found = [
        session["id"]
        for sample, session in SESSIONS
        if sample.case.name == f"recorded-{case}" and session["id"].endswith(f"{number:02}")
    ]
    return str(found[0])


def events_in(sample: Sample) -> list[UsageEvent]:
    return list(events_of(readings_of(sample.source, sample.folder)).values())


def recording(case: str) -> Sample:
    return next(sample for sample in RECORDED if sample.case.name == f"recorded-{case}")


def served(one: dict[str, Any]) -> Tokens:
    return Tokens(
        one["input"],
        one["cache_read"],
        one["cache_write_5m"],
        one["cache_write_1h"],
        one["output"],
        one.get("reasoning", 0),
    )


class Seen(NamedTuple):
    """A response as the server sent it, or as we read it."""

    id: bytes
    session: str
    model: str
    tokens: Tokens
    web_searches: int


def expected_responses(sample: Sample) -> set[Seen]:
    found = set()
    for session in sample.expected["sessions"]:
        for one in session["logged"]:
            found.add(
                Seen(response_id(one["id"]), session["id"], one["model"], served(one), one["web_searches"])
            )
            advisors = [p for p in one.get("passes", ()) if p["kind"] == "advisor_message"]
            for number, advice in enumerate(advisors, start=1):
                identity = response_id(f"{one['id']}/advisor/{number}")
                found.add(Seen(identity, session["id"], advice["model"], served(advice), 0))
    return found


def lines_with_usage(folder: Path) -> Iterable[dict[str, Any]]:
    """Look at every line of every file, as JSON and nothing else."""
    for log in folder.rglob("*.jsonl"):
        for text in log.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            message = line.get("message")
            if isinstance(message, dict) and isinstance(message.get("usage"), dict):
                yield line


@each_recording
def test_every_line_with_usage_is_seen(sample: Sample) -> None:
    lines = list(lines_with_usage(sample.folder))
    ids = {response_id(line["message"]["id"]) for line in lines if line["message"]["model"] != "<synthetic>"}
    advice = {
        response_id(f"{line['message']['id']}/advisor/1")
        for line in lines
        if any(one["type"] == "advisor_message" for one in line["message"]["usage"]["iterations"] or ())
    }

    assert {event.id for event in events_in(sample)} == ids | advice
    assert {line["type"] for line in lines} <= {"assistant"}


@each_recording
def test_responses_are_those_the_server_sent(sample: Sample) -> None:
    seen = {
        Seen(event.id, event.origin.session, event.service.model, event.tokens, event.web_searches)
        for event in events_in(sample)
    }
    assert seen == expected_responses(sample)


@each_recording
def test_nothing_in_a_recording_is_a_problem(sample: Sample) -> None:
    assert [
        reading.problems for reading in readings_of(sample.source, sample.folder) if reading.problems
    ] == []


def price_usd(event: UsageEvent, tmp_path: Path) -> Decimal | None:
    pricer = CardPricer(tmp_path)
    facts = pricer.describe(event.service, "anthropic")
    cost_pico, _ = pricer.price_of(event.service._replace(provider=facts.provider))(event)
    return None if cost_pico is None else Decimal(cost_pico) / PICO


def usd(text: str) -> Decimal:
    return Decimal(text).quantize(HOST_NOISE)


def our_cost(case: str, session: str, tmp_path: Path, also: Iterable[str] = ()) -> Decimal:
    """Sum what a session's responses cost, with responses of other sessions named by id."""
    others = {response_id(one) for one in also}
    costs = [
        price_usd(event, tmp_path)
        for event in events_in(recording(case))
        if event.origin.session == session or event.id in others
    ]
    assert None not in costs
    return sum((cost for cost in costs if cost is not None), Decimal(0))


def unlogged_cost(session: dict[str, Any]) -> Decimal:
    """Price what the host paid and no transcript holds: all on sonnet-4-5, by its own rates."""
    total = Decimal(0)
    for one in session["unlogged"]:
        assert one["model"] == "claude-sonnet-4-5"
        tokens = served(one)
        rates = [Decimal(rate) for rate in ("3", "0.30", "3.75", "6", "15")]
        total += sum(
            (count * rate / 10**6 for count, rate in zip(tokens, rates, strict=False)), Decimal(0)
        ) + one["web_searches"] * Decimal("0.01")
    return total


# Where the vendor's price is not the host's on purpose: see `test_where_the_vendor_charges...`.
VENDOR_DIFFERS = {("terms", 5), ("terms", 6), ("terms", 7), ("terms", 11), ("terms", 12)}
SAME = [
    (sample, session)
    for sample, session in SESSIONS
    if (sample.case.name.removeprefix("recorded-"), int(session["id"][-2:])) not in VENDOR_DIFFERS
]


@pytest.mark.parametrize(
    ("sample", "session"), SAME, ids=[f"{one.case.name}-{other['id'][-2:]}" for one, other in SAME]
)
def test_the_price_is_the_hosts_own_total_to_the_last_digit(
    sample: Sample, session: dict[str, Any], tmp_path: Path
) -> None:
    case = sample.case.name.removeprefix("recorded-")
    logged = our_cost(case, session["id"], tmp_path, session["host_total_starts_from"])

    assert logged + unlogged_cost(session) == usd(session["host_total_cost_usd"])


def test_twenty_two_of_twenty_seven_sessions_are_compared() -> None:
    assert (len(SESSIONS), len(SAME)) == (27, 22)


@pytest.mark.parametrize(
    ("number", "ours", "the_hosts"),
    [
        # Batch: the vendor halves every token price; the host ignores the tier.
        (6, "0.00304095", "0.0060819"),
        # A prompt of 200,001 on sonnet-4-5: the vendor charges 6 and 22.50, 0.60, 7.50; the host has no tier.
        (7, "0.9378135", "0.470208"),
        # No row of the card: priority is sold by contract, nova-9 is invented, deepseek-chat was withdrawn.
        (5, None, "0.0059733"),
        (11, None, "0.0112168"),
        (12, None, "0.0086738"),
    ],
)
def test_where_the_vendor_charges_otherwise_both_figures_are_known(
    number: int, ours: str | None, the_hosts: str, tmp_path: Path
) -> None:
    session = next(one for _, one in SESSIONS if one["id"] == session_id("terms", number))
    (event,) = [one for one in events_in(recording("terms")) if one.origin.session == session["id"]]

    assert usd(session["host_total_cost_usd"]) == Decimal(the_hosts)
    assert price_usd(event, tmp_path) == (None if ours is None else Decimal(ours))


def test_passes_of_a_long_prompt_are_priced_each_by_itself(tmp_path: Path) -> None:
    (event,) = [one for one in events_in(recording("terms")) if one.origin.session == session_id("terms", 10)]
    whole = price_usd(event._replace(passes=()), tmp_path)

    assert [one.prompt for one in event.passes] == [90_000, 50_002]
    assert price_usd(event, tmp_path) == Decimal("0.0069797")
    assert whole is not None
    assert whole == Decimal("0.0069797") * 5  # the long row is five times the short one


def test_the_sample_costs_what_the_list_prices_say(tmp_path: Path) -> None:
    sample = next(one for one in samples("sample") if one.case.parent.name == "claude_code")
    costs = [price_usd(event, tmp_path) for event in events_in(sample)]
    assert sum(cost for cost in costs if cost is not None) == Decimal(sample.expected["cost_usd"])
    assert None not in costs


def attribution(case: str) -> dict[str, tuple[str, str, str, str]]:
    sample = recording(case)
    names = {
        response_id(one["id"]): one["id"]
        for session in sample.expected["sessions"]
        for one in session["logged"]
    }
    return {
        names[event.id]: (
            event.origin.agent,
            event.origin.agent_id,
            event.origin.skill,
            event.origin.initiator,
        )
        for event in events_in(sample)
    }


def test_sub_agents_own_their_responses() -> None:
    main = ("", "", "", "")
    front = ("general-purpose", "afc1255618c8e5855", "", "agent")
    behind = ("Explore", "abf3e301a83d4465c", "", "agent")
    assert attribution("sub-agent") == {
        "msg_01SubAgent0001": main,
        "msg_01SubAgent0002": front,
        "msg_01SubAgent0003": front,
        "msg_01SubAgent0004": main,
        "msg_01SubAgent0005": main,
        "msg_01SubAgent0006": behind,
        "msg_01SubAgent0007": main,
    }


def test_a_skill_owns_what_follows_its_start_until_the_next_prompt() -> None:
    in_skill = ("", "", "price-tags", "skill")
    outside = ("", "", "", "")
    assert attribution("skill") == {
        "msg_01Skill0001": outside,
        "msg_01Skill0002": in_skill,
        "msg_01Skill0003": in_skill,
        "msg_01Skill0004": in_skill,
        "msg_01Skill0005": outside,
    }


def test_the_names_of_sub_agents_are_also_told_beside_their_lines() -> None:
    sample = recording("sub-agent")
    names = {
        Path(reading.cursor.state.path).name: dict(reading.agent_names)
        for reading in readings_of(sample.source, sample.folder)
        if reading.agent_names
    }
    assert names == {
        "5e551000-0002-4000-8000-000000000001.jsonl": {"afc1255618c8e5855": "general-purpose"},
        "agent-abf3e301a83d4465c.meta.json": {"abf3e301a83d4465c": "Explore"},
        "agent-afc1255618c8e5855.meta.json": {"afc1255618c8e5855": "general-purpose"},
    }


def test_work_is_placed_and_dated_as_logged() -> None:
    (first, *_) = sorted(events_in(recording("main")), key=lambda event: event.at_ms)
    assert (first.origin.cwd, first.origin.branch) == ("/home/dev/shop", "main")
    assert first.origin.session == session_id("main", 1)
    assert first.stopped
    assert not first.sidechain
    assert first.host_cost_pico is None
