"""`doctor` says why a session start told nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.answers import Ask


@pytest.mark.parametrize(("lang", "said"), [("en", "The last session start"), ("zh", "上一次会话开始时")])
def test_the_reason_is_named_until_a_session_start_went_well(
    logs: Path, home: Path, ask: Ask, lang: str, said: str
) -> None:
    (home / "budget.json").write_text("{")
    ask("session-check", "--json", "--update-state")
    (home / "budget.json").unlink()
    failed = ask("doctor", "--lang", lang)
    ask("session-check", "--json", "--update-state")

    assert (failed.exit_code, said in failed.out, "budget.json" in failed.out) == (1, True, True)
    assert said not in ask("doctor", "--lang", lang).out


def test_a_state_file_that_is_not_valid_is_a_finding(logs: Path, home: Path, ask: Ask) -> None:
    (home / "report-state.json").write_text("{")

    findings = ask("doctor", "--json").document["data"]["findings"]

    assert "state-unreadable" in [one["code"] for one in findings if one["severity"] == "error"]
