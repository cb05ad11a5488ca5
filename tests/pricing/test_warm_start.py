"""What a program loads when nothing is new: no price card, no check of settings, no search for names."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "tests" / "fixtures" / "sources" / "claude_code" / "recorded-main"

SYNC = """
import json, sys
from contextlib import closing
from datetime import UTC
from datetime import datetime
from pathlib import Path
from token_tracker.ledger.store import open_ledger
from token_tracker.period import Clock
from token_tracker.settings import load_settings
from token_tracker.sources.claude_code import SOURCE
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

home, logs = Path(sys.argv[1]), sys.argv[2]
now = datetime(2026, 11, 22, 12, tzinfo=UTC)
load_settings(home, home / "cache")
with closing(open_ledger(home, now)) as ledger:
    environ = {"HOME": str(home), "CLAUDE_CONFIG_DIR": logs}
    result = sync_sources(ledger, [Wanted(SOURCE)], environ, Clock(now), home / "prices")
print(json.dumps([sum(one.events_new for one in result.sources), sorted(sys.modules)]))
"""

CARD = {"token_tracker.pricing.card", "token_tracker.pricing.plan", "token_tracker.pricing.match"}
NEVER = {"pydantic", "difflib", "tempfile", "token_tracker.pricing.overrides"}


def sync(home: Path) -> tuple[int, set[str]]:
    """Sync in a process of its own; give how many events were new, and what was loaded."""
    done = subprocess.run(
        [sys.executable, "-c", SYNC, str(home), str(LOGS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    added, loaded = json.loads(done.stdout)
    return added, set(loaded)


def test_only_a_sync_that_finds_something_loads_the_price_card(tmp_path: Path) -> None:
    (tmp_path / "budget.json").write_text('{"schema": 1, "language": "en"}', encoding="utf-8")
    first_added, first = sync(tmp_path)
    again_added, again = sync(tmp_path)

    assert (first_added > 0, first & CARD) == (True, CARD)
    assert (again_added, again & (CARD | NEVER)) == (0, set())


def test_prices_of_the_user_are_read_only_where_there_are_any(tmp_path: Path) -> None:
    (tmp_path / "with" / "prices").mkdir(parents=True)
    (tmp_path / "with" / "prices" / "mine.json").write_text('{"schema": 1, "rows": []}', encoding="utf-8")
    (tmp_path / "without").mkdir()
    loaded = [sync(tmp_path / name)[1] & NEVER for name in ("with", "without")]

    assert loaded == [{"token_tracker.pricing.overrides"}, set()]
