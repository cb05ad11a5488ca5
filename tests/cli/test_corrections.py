"""What came late for a period whose report went out is named in the next one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cli.answers import Ask
from cli.answers import write_logs
from sources.claude_lines import line
from sources.claude_lines import text_of

YESTERDAY = line(timestamp="2026-10-04T08:00:00Z")
LATE = line(timestamp="2026-10-04T23:50:00Z", message__id="msg_01Late")
TODAY = line(timestamp="2026-10-05T08:00:00Z", message__id="msg_01Today")
EVENING = line(timestamp="2026-10-05T20:00:00Z", message__id="msg_01Evening")


@pytest.fixture
def early(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a person who read yesterday's report before its last response was logged."""
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-10-05T12:00:00+00:00")
    write_logs(isolated_home, text_of(YESTERDAY))
    return isolated_home


def amount(ask: Ask, day: str) -> Decimal:
    return Decimal(ask("summary", "--date", day, "--json").document["data"]["cost"]["amount"])


def corrections(ask: Ask, *words: str) -> list[tuple[str, Decimal, Decimal]]:
    data = ask("daily-report", "--json", *words).document["data"]
    return [(one["first_day"], Decimal(one["before"]), Decimal(one["now"])) for one in data["corrections"]]


def test_the_next_report_names_what_came_late_and_only_the_next(early: Path, ask: Ask) -> None:
    before = amount(ask, "2026-10-04")
    assert corrections(ask, "--date", "2026-10-04") == []
    write_logs(early, text_of(YESTERDAY, LATE, TODAY))
    now = amount(ask, "2026-10-04")

    assert now == 2 * before
    assert corrections(ask, "--date", "2026-10-05") == [("2026-10-04", before, now)]
    assert corrections(ask, "--date", "2026-10-05") == [("2026-10-04", before, now)]
    assert corrections(ask, "--date", "2026-10-04") == []


def test_a_correction_reads_well_in_both_languages(early: Path, ask: Ask) -> None:
    ask("daily-report", "--date", "2026-10-04")
    write_logs(early, text_of(YESTERDAY, LATE, TODAY))

    english = ask("daily-report", "--date", "2026-10-05", "--lang", "en").out
    chinese = ask("daily-report", "--date", "2026-10-05", "--lang", "zh").out

    assert "corrected by +$0.01: now $0.02" in english
    assert "更正：+$0.01，现为 $0.02" in chinese


def test_a_report_of_a_part_tells_nothing_that_could_be_corrected(early: Path, ask: Ask) -> None:
    ask("daily-report", "--date", "2026-10-04", "--source", "claude-code")
    write_logs(early, text_of(YESTERDAY, LATE, TODAY))

    assert corrections(ask, "--date", "2026-10-05") == []


def test_a_report_asked_for_before_it_is_due_leaves_nothing_to_correct(
    early: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_logs(early, text_of(YESTERDAY, TODAY))
    ask("daily-report", "--date", "today")
    write_logs(early, text_of(YESTERDAY, TODAY, EVENING))
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-10-06T12:00:00+00:00")

    assert corrections(ask, "--date", "today") == []


def test_what_comes_after_the_hour_of_the_daily_report_is_named_the_next_day(
    early: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("config", "set", "daily_report_hour", "12")
    write_logs(early, text_of(YESTERDAY, TODAY))
    ask("daily-report")
    before = amount(ask, "2026-10-05")
    write_logs(early, text_of(YESTERDAY, TODAY, EVENING))
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-10-06T12:00:00+00:00")

    assert corrections(ask, "--date", "today") == [("2026-10-05", before, 2 * before)]


def test_a_correction_names_the_day_that_was_told_whatever_zone_is_asked_in_now(
    early: Path, ask: Ask
) -> None:
    ask("daily-report", "--date", "2026-10-04")
    write_logs(early, text_of(YESTERDAY, LATE, TODAY))
    data = ask("daily-report", "--date", "2026-10-05", "--tz", "Asia/Tokyo", "--json").document["data"]

    assert [(one["first_day"], one["last_day"]) for one in data["corrections"]] == [
        ("2026-10-04", "2026-10-04")
    ]
