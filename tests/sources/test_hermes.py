"""What is special to Hermes: totals per session, model and route, and whose work a session is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.recorded import copy_case
from ledger.postings import NOW
from ledger.postings import opened_fast
from sources.samples import FIXTURES
from sources.samples import readings_of
from token_tracker.model import Charge
from token_tracker.period import Clock
from token_tracker.sources.contract import RunningTotal
from token_tracker.sources.hermes import SOURCE
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

CASES = FIXTURES / "hermes"


def copied(case: str, tmp_path: Path) -> Path:
    return copy_case(CASES / case, tmp_path / case)


def totals_in(home: Path) -> list[RunningTotal]:
    return [total for reading in readings_of(SOURCE, home) for total in reading.totals]


def change(store: Path, *statements: str) -> None:
    with closing(sqlite3.connect(store)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_session_belongs_to_the_one_it_goes_on_from_or_was_delegated_by(tmp_path: Path) -> None:
    origins = [total.origin for total in totals_in(copied("sample-routes", tmp_path))]

    told = [(one.session, one.parent, one.agent_id, one.initiator, one.cwd, one.branch) for one in origins]
    assert sorted(told) == [
        ("p1", "", "", "manual", "/home/dev/shop", "main"),
        ("p1", "p1", "", "manual", "/home/dev/shop", "main"),
        ("p1", "p1", "", "manual", "/home/dev/shop", "main"),
        ("p1", "p2", "p4", "agent", "/home/dev/shop", "main"),
        ("p3", "p2", "", "manual", "/home/dev/shop", "prices"),
        ("p5", "", "", "scheduled", "", ""),
    ]


def test_a_cost_that_was_paid_is_a_charge_and_an_estimate_is_not(tmp_path: Path) -> None:
    totals = [*totals_in(copied("sample-routes", tmp_path)), *totals_in(copied("sample-sessions", tmp_path))]

    told = {(one.service.provider, one.host_cost_pico, one.charge) for one in totals}
    assert told == {
        ("anthropic", None, None),
        ("google", None, None),
        ("openai", None, None),
        ("openrouter", 1_800_000_000, Charge(2_100_000_000, "USD")),
        ("anthropic", 12_000_000_000, None),
    }


def test_a_total_is_dated_by_the_end_of_its_session_or_else_by_its_start(tmp_path: Path) -> None:
    home = copied("sample-sessions", tmp_path)
    (ended,) = totals_in(home)
    change(home / "state.db", "UPDATE sessions SET ended_at = NULL")
    (running,) = totals_in(home)

    assert (ended.first_ms, ended.later_ms) == (1795158000250, 1795158000250)
    assert (running.first_ms, running.later_ms) == (1795154400500, None)


def test_a_database_brought_up_to_date_by_the_host_adds_nothing(tmp_path: Path) -> None:
    home = copied("sample-sessions", tmp_path)
    (before,) = totals_in(home)
    schema = json.loads((CASES / "sample-routes/profiles/work/state.db.json").read_text())["schema"]
    change(
        home / "state.db",
        schema[1],
        "INSERT INTO session_model_usage (session_id, model, billing_provider, billing_base_url,"
        " billing_mode, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,"
        " first_seen, last_seen) SELECT id, coalesce(model, 'unknown'), coalesce(billing_provider, ''),"
        " coalesce(billing_base_url, ''), coalesce(billing_mode, ''), input_tokens, output_tokens,"
        " cache_read_tokens, cache_write_tokens, reasoning_tokens, started_at, ended_at"
        " FROM sessions WHERE input_tokens > 0",
    )
    (after,) = totals_in(home)

    assert (after.id, after.tokens, after.first_ms) == (before.id, before.tokens, before.first_ms)


def test_what_a_session_grew_by_is_booked_when_it_was_seen_last(tmp_path: Path) -> None:
    home = copied("recorded-main", tmp_path)
    with closing(opened_fast(tmp_path / "ledger")) as ledger:
        wanted = [Wanted(SOURCE, [str(home)])]
        arguments = (ledger, wanted, {"HOME": str(tmp_path / "nobody")}, Clock(NOW), tmp_path / "prices")
        sync_sources(*arguments)
        change(
            home / "state.db",
            "UPDATE session_model_usage SET input_tokens = input_tokens + 7, last_seen = 1795400000.5"
            " WHERE model = 'gpt-5.4'",
        )
        sync_sources(*arguments)
        found = ledger.connection.execute("SELECT at_ms, input FROM event ORDER BY at_ms DESC").fetchall()

    assert (len(found), found[0]) == (5, (1795400000500, 7))


def test_the_home_is_the_one_that_the_variable_names(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}

    assert [root.path for root in SOURCE.roots(environ, [])] == [str(tmp_path / ".hermes")]
    assert [root.path for root in SOURCE.roots({**environ, "HERMES_HOME": "/srv/hermes"}, ["/extra"])] == [
        "/srv/hermes",
        "/extra",
    ]
