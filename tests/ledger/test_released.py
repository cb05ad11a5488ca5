"""Ledgers of every released version open for ever, with the same figures."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from token_tracker.ledger.care import verify
from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.queries import events
from token_tracker.ledger.queries import usage
from token_tracker.ledger.schema import VERSION
from token_tracker.model import Tokens

from .postings import event
from .postings import opened
from .postings import post
from .postings import reading

LEDGERS = Path(__file__).resolve().parents[1] / "fixtures" / "ledgers"
ALWAYS = 1 << 49


def test_every_version_has_its_ledger() -> None:
    assert {place.stem for place in LEDGERS.glob("*.db")} == {f"version-{n}" for n in range(1, VERSION + 1)}


@pytest.mark.parametrize("name", sorted(place.stem for place in LEDGERS.glob("*.db")))
def test_a_released_ledger_opens_with_its_figures(name: str, tmp_path: Path) -> None:
    figures = json.loads((LEDGERS / f"{name}.json").read_text(encoding="utf-8"))
    expected = [
        UsageRow(**{**row, "key": tuple(row["key"]), "tokens": Tokens(*row["tokens"])})
        for row in figures["rows"]
    ]
    shutil.copy(LEDGERS / f"{name}.db", tmp_path / "ledger.db")

    with closing(opened(tmp_path)) as ledger:
        assert usage(ledger, 0, ALWAYS, figures["by"]) == expected
        assert len(events(ledger, 0, ALWAYS)) == sum(row.requests for row in expected)
        assert ledger.connection.execute("SELECT count(*) FROM purged").fetchone() == (figures["purged"],)
        (records,) = ledger.connection.execute("SELECT count(*) FROM record").fetchone()
        assert records == figures.get("records", 0)
        assert verify(ledger).whole

        assert post(ledger, reading("/logs/new", [event(at_ms=ALWAYS - 1)])) == (1, 0)
        assert verify(ledger).whole
