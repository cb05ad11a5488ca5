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
