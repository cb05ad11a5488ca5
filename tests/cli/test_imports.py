"""`import`: what is kept once, what counts, and what is refused."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from cli.answers import Ask
from cli.answers import contents
from cli.answers import write_logs
from published_shapes import complaints

pytestmark = pytest.mark.usefixtures("skill")

ROOT = Path(__file__).resolve().parents[2]
ROW: dict[str, Any] = {
    "date": "2026-03-18", "model": "claude-sonnet-4-5", "tokens_in": 1000, "tokens_out": 200, "cost": "0.10",
}  # fmt: skip
INPUT, OUTPUT = Decimal(3), Decimal(15)
"""Dollars per million tokens of Claude Sonnet 4.5."""


def written(place: Path, document: object) -> str:
    place.write_text(json.dumps(document), encoding="utf-8")
    return str(place)


def data(ask: Ask, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = ask("import", *words, "--json").document["data"]
    return found


def counts(ask: Ask, *words: str) -> list[tuple[int, int, int]]:
    return [(one["rows"], one["counted"], one["known"]) for one in data(ask, *words)["files"]]


def total(ask: Ask, *words: str) -> tuple[int, str | None]:
    found = ask("summary", "--json", "--since", "2026-01-01", *words).document["data"]
    return found["tokens"]["total"], found["cost"]["amount"]


def test_rows_are_in_reports_with_their_own_cost_or_the_price_of_their_day(ask: Ask, tmp_path: Path) -> None:
    unknown = {**ROW, "cost": 0, "task": "review", "notes": "by hand"}
    file = written(tmp_path / "u.json", {"records": [ROW, unknown]})

    answer = ask("import", file, "--json")

    computed = (1000 * INPUT + 200 * OUTPUT) / 1_000_000
    assert complaints("import", answer.document) == []
    assert answer.document["data"]["figures"]["cost"]["by_basis"] == {
        "billed": "0", "reported": "0.100000", "computed": f"{computed:.6f}", "inferred": "0",
    }  # fmt: skip
    assert total(ask) == (2400, f"{computed + Decimal('0.10'):.6f}")
    assert total(ask, "--task", "review")[0] == 1200


def test_a_file_that_comes_again_or_as_a_copy_adds_nothing(ask: Ask, tmp_path: Path) -> None:
    file = written(tmp_path / "u.json", [ROW, ROW])
    copy = written(tmp_path / "copy.json", {"days": [{"extra": 1, **ROW}, ROW]})

    assert counts(ask, file) == [(2, 2, 0)]
    before = total(ask)
    assert counts(ask, file) == counts(ask, copy, "--tz", "Asia/Tokyo") == [(2, 0, 2)]
    assert total(ask) == before


def test_a_file_that_has_grown_adds_what_is_new(ask: Ask, tmp_path: Path) -> None:
    ask("import", written(tmp_path / "u.json", [ROW]))

    assert counts(ask, written(tmp_path / "u.json", [ROW, ROW, {**ROW, "tokens_in": 5}])) == [(3, 2, 1)]


def test_a_trial_changes_nothing(ask: Ask, tmp_path: Path, home: Path) -> None:
    ask("sync")
    file = written(tmp_path / "u.json", [ROW])
    before = contents(home)

    tried = data(ask, file, "--dry-run")

    assert (tried["dry_run"], tried["files"][0]["counted"], contents(home)) == (True, 1, before)
    assert counts(ask, file) == [(1, 1, 0)]
    assert data(ask, file, "--dry-run")["files"][0]["known"] == 1


def test_standard_input_is_read(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(json.dumps({**ROW, "tokens_in": count}) for count in (1, 2))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    assert counts(ask, "-") == [(2, 2, 0)]


def test_without_a_file_the_original_skill_is_looked_at_and_its_files_stay(
    ask: Ask, skill: Path, home: Path
) -> None:
    written(skill / "usage.json", [ROW])
    written(home / "usage.json", [ROW, {**ROW, "date": "2026-03-19"}])
    (skill / "providers.json").write_text("{never opened")
    before = contents(skill)

    found = data(ask)

    assert [(one["file"], one["counted"], one["known"]) for one in found["files"]] == [
        ("usage.json", 1, 0),
        ("usage.json", 1, 1),
    ]
    assert found["not_opened"] == ["providers.json"]
    assert contents(skill) == before


def test_rows_that_a_log_covers_are_kept_and_count_nothing(ask: Ask, logs: Path, tmp_path: Path) -> None:
    before = total(ask)
    file = written(
        tmp_path / "u.json",
        [
            {**ROW, "date": "2026-10-05"},
            {"date": "2026-10-05", "tokens": 900},
            {**ROW, "date": "2026-10-05", "model": "gpt-5"},
        ],
    )

    [found] = data(ask, file)["files"]

    assert (found["counted"], found["covered"]) == (1, [{"source": "claude-code", "rows": 2}])
    assert total(ask)[0] == before[0] + 1200
    lanes = [one["lane"] for one in ask("explain", "today", "--json").document["data"]["addends"]]
    assert sorted(lanes) == ["counted", "counted", "shadowed", "shadowed"]


def test_rows_count_until_a_log_comes(ask: Ask, home: Path, tmp_path: Path) -> None:
    ask("import", written(tmp_path / "u.json", [{**ROW, "date": "2026-10-05"}]))
    assert total(ask)[0] == 1200

    write_logs(home.parent)

    assert total(ask)[0] == 671 * 2


def test_an_export_names_the_log_that_holds_its_rows(ask: Ask, logs: Path, tmp_path: Path) -> None:
    rows = [{**ROW, "date": "2026-10-05", "source": source} for source in ("codex", "claude-code", "manual")]

    [found] = data(ask, written(tmp_path / "u.json", {"version": 1, "records": rows}))["files"]

    assert (found["counted"], found["covered"]) == (1, [{"source": "claude-code", "rows": 2}])


@pytest.mark.parametrize(
    ("day", "zone"),
    [("2026-03-29", "Europe/Berlin"), ("2026-10-25", "Europe/Berlin"), ("2026-03-29", "Asia/Beirut")],
)
def test_a_row_is_on_its_own_day_where_the_clocks_change(
    day: str, zone: str, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-11-05T12:00:00+00:00")
    times = [{**ROW, "date": f"{day}T{time}"} for time in ("00:30:00", "02:30:00", "23:45:00")]

    ask("import", written(tmp_path / "u.json", [{**ROW, "date": day}, *times]), "--tz", zone)

    found = ask("summary", "--date", day, "--tz", zone, "--json").document["data"]
    assert found["tokens"]["total"] == 4 * 1200


def test_a_row_without_a_zone_is_on_the_local_day_and_a_moment_is_not(ask: Ask, tmp_path: Path) -> None:
    rows = [{**ROW, "date": "2026-03-18T23:30:00"}, {**ROW, "date": "2026-03-18T23:30:00Z"}]

    ask("import", written(tmp_path / "u.json", rows), "--tz", "Asia/Shanghai")

    days = [
        ask("summary", "--date", day, "--tz", "Asia/Shanghai", "--json").document["data"]["requests"]
        for day in ("2026-03-18", "2026-03-19")
    ]
    assert days == [1, 1]


def test_rows_that_were_skipped_are_told_with_their_reasons(ask: Ask, tmp_path: Path) -> None:
    file = written(
        tmp_path / "u.json",
        [ROW, {**ROW, "tokens_in": -1}, {**ROW, "tokens_in": 0, "tokens_out": 0, "cost": 0}],
    )

    answer = ask("import", file, "--json").document

    [found] = answer["data"]["files"]
    assert (found["skipped"], found["skipped_rows"]) == (1, [{"row": 2, "reason": "tokens-invalid"}])
    assert (found["rows"], found["counted"], found["unused"]) == (3, 1, 1)
    assert [(one["code"], one["count"]) for one in answer["problems"]] == [("import-row-invalid", 1)]
    again = ask("import", file, "--lang", "zh")
    assert "跳过了 1 条（第 2 条：token 数不是非负整数）。" in again.out


def test_what_was_purged_stays_away(ask: Ask, tmp_path: Path) -> None:
    file = written(tmp_path / "u.json", [ROW, {**ROW, "date": "2026-09-01"}])
    ask("import", file)
    ask("purge", "--before", "2026-06-01", "--yes")

    [found] = data(ask, file)["files"]

    assert (found["purged"], found["known"], total(ask)[0]) == (1, 1, 1200)


@pytest.mark.parametrize(
    ("text", "exit_code", "code", "english", "chinese"),
    [
        ('[\n{"date" 1}]', 3, "settings-not-json", "u.json:2 is not valid JSON.", "键后面缺一个冒号。"),
        ('{"foo": 1}', 3, "import-shape-unknown", "These keys were found: foo.", "文件里的键是：foo。"),
        ("[5]", 3, "import-shape-unknown", "No rows were found.", "一行记录也没有"),
        ('{"a": 1, "a": 2}', 3, "settings-not-json", "the key is there twice", "同一个键写了两次。"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_and_changes_nothing(
    text: str, exit_code: int, code: str, english: str, chinese: str, ask: Ask, tmp_path: Path, home: Path
) -> None:
    (tmp_path / "u.json").write_text(text)
    ask("sync")
    before = contents(home)

    answers = [ask("import", str(tmp_path / "u.json"), "--lang", lang) for lang in ("en", "zh")]

    assert [(one.exit_code, one.out) for one in answers] == [(exit_code, "")] * 2
    assert english in answers[0].err
    assert chinese in answers[1].err
    assert ask("import", str(tmp_path / "u.json"), "--json").error_code == code
    assert contents(home)["ledger.db"] == before["ledger.db"]


@pytest.mark.parametrize(
    ("name", "code", "chinese"),
    [
        ("nothing.json", "import-file-missing", "没有"),
        ("", "import-file-unreadable", "是目录，不是文件。"),
        ("\0", "import-file-unreadable", "读不了"),
    ],
)
def test_a_file_that_is_not_there_is_named(
    name: str, code: str, chinese: str, ask: Ask, tmp_path: Path
) -> None:
    file = f"{tmp_path}/{name}"

    assert ask("import", file, "--json").error_code == code
    assert chinese in ask("import", file, "--lang", "zh").err


def test_a_pipe_is_not_waited_for_and_named(ask: Ask, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "u.json")

    answer = ask("import", str(tmp_path / "u.json"), "--lang", "zh")

    assert (answer.exit_code, answer.out) == (9, "")
    assert "不是普通文件。" in answer.err


def test_two_processes_at_once_import_once(ask: Ask, tmp_path: Path) -> None:
    file = written(tmp_path / "u.json", [{**ROW, "tokens_in": count} for count in range(200)])
    ask("sync")
    command = [sys.executable, "-m", "token_tracker", "import", file, "--json"]

    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=dict(os.environ)) for _ in range(3)
    ]
    documents = [json.loads(one.communicate()[0]) for one in running]

    assert sum(one["data"]["files"][0]["counted"] for one in documents) == 200
    assert total(ask)[0] == sum(range(200)) + 200 * 200


@pytest.mark.parametrize("after_s", [0.3, 0.5, 0.7])
def test_an_import_that_is_killed_leaves_all_or_nothing(after_s: float, ask: Ask, tmp_path: Path) -> None:
    rows = [{**ROW, "tokens_in": count} for count in range(3000)]
    file = written(tmp_path / "u.json", rows)
    ask("sync")
    running = subprocess.Popen(
        [sys.executable, "-m", "token_tracker", "import", file], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    time.sleep(after_s)
    running.kill()
    running.wait()

    whole = sum(range(3000)) + 3000 * 200
    assert total(ask)[0] in (0, whole)
    ask("import", file)
    assert total(ask)[0] == whole
    assert ask("verify").exit_code == 0


def test_many_thousand_rows_take_seconds(ask: Ask, tmp_path: Path) -> None:
    rows = [
        {**ROW, "date": f"2026-{1 + number % 9:02}-{1 + number % 28:02}", "session": f"s{number}"}
        for number in range(20_000)
    ]
    file = written(tmp_path / "u.json", rows)

    started = time.monotonic()
    assert counts(ask, file) == [(20_000, 20_000, 0)]

    assert time.monotonic() - started < 30


EXPORTED = st.lists(
    st.builds(
        lambda day, model, counts, pico: {
            "date": f"2026-03-{day:02}", "provider": "anthropic", "model": model,
            "tokens_in": counts[0], "tokens_out": counts[1],
            "cost": None if pico is None else f"{Decimal(pico).scaleb(-12):f}", "source": "manual",
        },
        st.integers(1, 31),
        st.sampled_from(["claude-sonnet-4-5", "in-house"]),
        st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)),
        st.none() | st.integers(1, 10**15),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=EXPORTED)
def test_an_export_that_comes_in_keeps_its_sums(
    rows: list[dict[str, Any]], ask: Ask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export")
    document = {"version": 1, "records": rows}
    assert complaints("usage-json", document) == []

    ask("import", written(folder / "u.json", document), "--home", str(folder / "home"))

    found = ask("summary", "--since", "2026-03-01", "--home", str(folder / "home"), "--json").document["data"]
    charged = [Decimal(row["cost"]) for row in rows if row["cost"] is not None]
    assert found["tokens"]["total"] == sum(row["tokens_in"] + row["tokens_out"] for row in rows)
    assert Decimal(found["cost"]["by_basis"]["reported"]) == sum(charged, Decimal(0))
