"""A warm summary loads little: what is not loaded costs nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# typer itself loads difflib, platform, shutil and subprocess.
HEAVY = {
    "asyncio", "concurrent", "email", "filelock", "http", "httpx", "logging", "multiprocessing",
    "pydantic", "pydantic_core", "rich", "ssl", "tempfile", "unittest", "urllib.request", "xml", "zipfile",
    "token_tracker.cli.bug_log", "token_tracker.cli.first_run", "token_tracker.cli.importing",
    "token_tracker.cli.original_files",
    "token_tracker.recording",
    "token_tracker.cli.itemise", "token_tracker.ledger.archive",
    "token_tracker.ledger.care", "token_tracker.pricing.card", "token_tracker.pricing.overrides",
    "token_tracker.reports.bill", "token_tracker.reports.explain", "token_tracker.reports.health",
    "token_tracker.settings_models", "token_tracker.providers", "token_tracker.provider_settings",
    "token_tracker.provider_keys", "token_tracker.configuring",
}  # fmt: skip

LOADED = """
import json, sys
from token_tracker.cli import main
code = main()
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded(*words: str) -> set[str]:
    """Give the modules that a command loads."""
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    exit_code, names = json.loads(ended.stderr)
    assert exit_code == 0
    return set(names)


@pytest.mark.parametrize(
    "words", [["summary"], ["summary", "--json"], ["--lang", "zh"], ["week"], ["daily-report"]], ids=" ".join
)
def test_a_warm_summary_loads_nothing_heavy(words: list[str], logs: Path, home: Path) -> None:
    (home / "budget.json").write_text('{"schema": 1, "language": "en", "time_zone": "Asia/Shanghai"}')
    loaded(*words)
    loaded(*words)  # the first one noted the language

    assert loaded(*words) & HEAVY == set()
