"""`doctor` says why a session start told nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.answers import Ask
from token_tracker.cli import diagnosis
from token_tracker.cli import session_start


class _Usage(NamedTuple):
    free: int


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


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "The private environment of token-tracker is damaged. The package babel.core is missing"),
        ("zh", "token-tracker 的私有环境已损坏。 其中缺少软件包 babel.core"),
    ],
)
def test_a_library_that_is_damaged_is_no_mistake_of_ours_and_silences_the_session_only(
    logs: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch, lang: str, said: str
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise ImportError("cannot import name 'Locale' from 'babel.core'", name="babel.core")

    with monkeypatch.context() as patched:
        patched.setattr(session_start, "start", damaged)
        started = ask("session-check", "--json", "--update-state", "--lang", lang)
    doctor = ask("doctor", "--lang", lang)

    assert (started.exit_code, started.document, started.err) == (0, {"schema": 1, "items": []}, "")
    assert (doctor.exit_code, said in doctor.out, "venv-" in doctor.out) == (1, True, True)


def test_a_disk_that_is_almost_full_is_a_finding(
    logs: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    free_bytes = [diagnosis.LEAST_FREE_BYTES - 1, diagnosis.LEAST_FREE_BYTES]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(free_bytes.pop(0)))

    codes = [{one["code"] for one in ask("doctor", "--json").document["data"]["findings"]} for _ in range(2)]

    assert ["disk-low" in one for one in codes] == [True, False]


def test_a_state_file_that_is_not_valid_is_a_finding(logs: Path, home: Path, ask: Ask) -> None:
    (home / "report-state.json").write_text("{")

    findings = ask("doctor", "--json").document["data"]["findings"]

    assert "state-unreadable" in [one["code"] for one in findings if one["severity"] == "error"]
