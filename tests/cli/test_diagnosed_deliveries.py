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


@pytest.mark.parametrize("name", ["report-state.json", "alert-state.json"])
def test_a_state_file_of_a_newer_version_is_kept_and_silences_the_session_with_a_reason(
    logs: Path, home: Path, ask: Ask, name: str
) -> None:
    newer = '{"schema": 2, "items": {"daily:2026-10-04": {"state": "delivered"}}, "more": 1}'
    (home / name).write_text(newer)

    started = ask("session-check", "--json", "--update-state")
    ask("session-check", "--ack", "daily:2026-10-04")
    doctor, in_chinese = ask("doctor", "--lang", "en"), ask("doctor", "--lang", "zh")

    assert (started.exit_code, started.document, started.err) == (0, {"schema": 1, "items": []}, "")
    assert (home / name).read_text() == newer
    assert "It has form 2; this token-tracker reads form 1." in doctor.out
    assert "它的格式号是 2，当前的 token-tracker 只能读取 1。" in in_chinese.out
    assert "delete the file" not in doctor.out


@pytest.mark.parametrize("text", ['{"schema": 2}', '{"schema": 2, "not_before": "9999-12-31T23:59:59Z"}'])
def test_a_due_file_of_a_newer_version_only_makes_the_program_look(
    logs: Path, home: Path, ask: Ask, text: str
) -> None:
    (home / "due.json").write_text(text)
    (home / "watched").write_bytes(b"2")

    told = [ask("session-check", "--json", "--update-state").document["items"] for _ in range(2)]

    assert [[item["id"] for item in items] for items in told] == [["daily:2026-10-04", "weekly:2026-W40"], []]


def test_a_home_that_takes_no_writes_is_named_as_the_reason_for_silence(
    logs: Path, home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "is_writable", lambda _: False)

    assert "so session starts tell nothing." in ask("doctor", "--lang", "en").out


@pytest.mark.parametrize(
    "text",
    [
        '{"schema": 1, "items": {}, "last_error": {"at": 5, "what": 5}}',
        '{"schema": 1, "items": {}, "last_error": {"at": "2026-10-05T15:00:00Z"}}',
        '{"schema": 1, "items": {"daily:2026-10-04": {"content": "x"}}, "last_error": null}',
        '{"schema": 1, "items": {"daily:2026-10-04": {"content": 5, "at": 7}}, "last_error": "x"}',
    ],
)
def test_values_that_cannot_be_in_a_state_file_stop_no_diagnosis(
    logs: Path, home: Path, ask: Ask, text: str
) -> None:
    (home / "report-state.json").write_text(text)

    codes = {one["code"] for one in ask("doctor", "--json").document["data"]["findings"]}

    assert codes & {"bug", "hook-failed"} == set()


def test_a_state_file_that_is_not_valid_is_a_finding(logs: Path, home: Path, ask: Ask) -> None:
    (home / "report-state.json").write_text("{")

    findings = ask("doctor", "--json").document["data"]["findings"]

    assert "state-unreadable" in [one["code"] for one in findings if one["severity"] == "error"]
