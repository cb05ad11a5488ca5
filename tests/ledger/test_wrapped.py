"""What one program did by driving another counts once, in whatever order both are read."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from ledger.postings import NOON_MS
from ledger.postings import event
from ledger.postings import logical
from ledger.postings import opened
from ledger.postings import post
from ledger.postings import reading
from token_tracker.ledger.care import purge
from token_tracker.ledger.session_queries import driver_of
from token_tracker.ledger.session_queries import parents_of
from token_tracker.model import Origin
from token_tracker.period import BUCKET_MS

BELOW = reading("/below.jsonl", [event("response", origin=Origin("agent-below", session="s1"))])
DRIVER = reading(
    "/driver.db",
    [
        event("turn", origin=Origin("agent-driver", session="d1", wraps="agent-below/s1")),
        event("own", origin=Origin("agent-driver", session="d1")),
        event("other", origin=Origin("agent-driver", session="d1", wraps="agent-below/s2")),
    ],
    source="agent-driver",
)


@pytest.mark.parametrize("order", list(itertools.permutations([BELOW, DRIVER, DRIVER])))
@pytest.mark.parametrize("at_once", [True, False])
def test_the_log_of_the_program_below_counts(
    order: tuple[object, ...], at_once: bool, tmp_path: Path
) -> None:
    ledger = opened(tmp_path)
    for batch in [order] if at_once else [(one,) for one in order]:
        post(ledger, *batch)  # type: ignore[arg-type]

    sessions = sorted(kept.event.origin for kept in logical(ledger).events.values())

    assert sessions == [
        Origin("agent-below", session="s1"),
        Origin("agent-driver", session="d1"),
        Origin("agent-driver", session="d1", wraps="agent-below/s2"),
    ]
    assert [driver_of(ledger, name) for name in ("s1", "s2", "d1")] == ["agent-driver", "", ""]


TEN_MINUTES_MS = 600_000
BLIND = Origin("agent-driver", cwd="/w/shop", session="d1", wraps="agent-below/")
"""What a driver says of a session below that it does not name."""


@pytest.mark.parametrize(
    ("below", "at_ms", "kept"),
    [
        (Origin("agent-below", cwd="/w/shop", session="s1"), NOON_MS + TEN_MINUTES_MS, 1),
        (Origin("agent-below", cwd="/w/shop", session="s1"), NOON_MS - TEN_MINUTES_MS, 1),
        (Origin("agent-below", cwd="/w/shop", session="s1"), NOON_MS + TEN_MINUTES_MS + 1, 2),
        (Origin("agent-below", cwd="/w/blog", session="s1"), NOON_MS, 2),
        (Origin("agent-other", cwd="/w/shop", session="s1"), NOON_MS, 2),
    ],
)
@pytest.mark.parametrize("driver_first", [True, False])
def test_a_session_below_without_a_name_is_known_by_its_folder_and_its_time(
    below: Origin, at_ms: int, kept: int, driver_first: bool, tmp_path: Path
) -> None:
    ledger = opened(tmp_path)
    readings = [
        reading("/driver.db", [event("turn", NOON_MS, origin=BLIND)], source="agent-driver"),
        reading("/below.jsonl", [event("response", at_ms, origin=below)], source=below.source),
    ]
    for one in readings if driver_first else reversed(readings):
        post(ledger, one)

    found = sorted(one.event.origin for one in logical(ledger).events.values())

    assert found == ([below] if kept == 1 else sorted([BLIND, below]))


def test_a_driver_whose_folder_is_not_known_goes_by_the_time_alone(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    below = Origin("agent-below", cwd="/w/shop", session="s1")
    driver = reading("/driver.db", [event("turn", origin=BLIND._replace(cwd=""))], source="agent-driver")
    post(ledger, driver, reading("/below.jsonl", [event("response", origin=below)], source="agent-below"))
    assert [one.event.origin for one in logical(ledger).events.values()] == [below]


def test_a_driver_is_remembered_when_old_usage_is_purged(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    post(ledger, BELOW, DRIVER)
    purge(ledger, NOON_MS + BUCKET_MS, dry_run=False)
    post(
        ledger,
        reading(
            "/below.jsonl",
            [event("later", NOON_MS + 2 * BUCKET_MS, origin=Origin("agent-below", session="s1"))],
        ),
    )
    assert driver_of(ledger, "s1") == "agent-driver"


def test_a_fork_knows_the_session_it_came_from(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    origins = [
        Origin("agent-one", session="s1", parent="s0"),
        Origin("agent-one", session="s1"),
        Origin("agent-one", session="s1", agent_id="run", parent="s1"),
        Origin("agent-one", session="s1", agent_id="inner", parent="run"),
    ]
    post(ledger, reading("/a.jsonl", [event(str(number), origin=one) for number, one in enumerate(origins)]))
    assert (parents_of(ledger, "s1"), parents_of(ledger, "s0")) == (["s0"], [])
