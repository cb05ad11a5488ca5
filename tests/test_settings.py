"""The settings files: what is read, what is refused and where, and how they are written."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.files import LARGEST_SETTINGS
from token_tracker.files import OddFileError
from token_tracker.locks import LOCK_FILE
from token_tracker.settings import Budget
from token_tracker.settings import Settings
from token_tracker.settings import SourceSettings
from token_tracker.settings import budget_entry
from token_tracker.settings import change_settings
from token_tracker.settings import load_settings
from token_tracker.settings import read_valid
from token_tracker.settings import write_settings

ROOT = Path(__file__).resolve().parents[1]

ALL_KEYS = "budgets, currency, daily_report_hour, language, schema, time_zone"
INTEGER = "Input should be a valid integer"
NO_ZONE = "Value error, no such time zone"

VALID = """{
  "schema": 1,
  "language": "zh",
  "time_zone": "Asia/Shanghai",
  "currency": "CNY",
  "daily_report_hour": 0
}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def daily(*more: dict[str, Any], **changed: object) -> str:
    """Give the text of a file with a daily budget, and further ones that differ from it."""
    first = {"period": "daily", "limit": "15", "currency": "USD", **changed}
    return json.dumps({"budgets": [first, *({**first, **one} for one in more)]})


def refusal(home: Path, cache: Path, name: str, text: bytes) -> tuple[str, dict[str, str], bytes]:
    """Give the error that a file of this content ends in, its facts, and the file after it."""
    path = home / name
    path.write_bytes(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(home, cache)
    facts = {key: value.replace(str(path), "FILE") for key, value in caught.value.facts.items()}
    return caught.value.code, facts, path.read_bytes()


# Reading


def test_a_home_without_files_has_the_default_settings(home: Path, cache: Path) -> None:
    assert load_settings(home, cache) == Settings(
        language=None, time_zone=None, currency="USD", daily_report_hour=23, sources={}, last_language=None
    )
    assert load_settings(home / "missing", cache) == Settings()


def test_what_the_files_say_is_read(home: Path, cache: Path) -> None:
    (home / "budget.json").write_text(VALID)
    (home / "sources.json").write_text(
        '{"schema": 1, "sources": {"codex": {}, "claude-code":'
        ' {"enabled": false, "paths": ["/a", "/日志"], "billing": "plan"}}}'
    )
    (home / "state.json").write_text('{"language": "en"}')
    settings = load_settings(home, cache)
    assert settings == Settings(
        language="zh",
        time_zone="Asia/Shanghai",
        currency="CNY",
        daily_report_hour=0,
        sources={
            "claude-code": SourceSettings(False, ("/a", "/日志"), "plan"),
            "codex": SourceSettings(True, (), "unknown"),
        },
        last_language="en",
    )
    assert settings.plans == frozenset({"claude-code"})
    assert settings.source("claude-code") == SourceSettings(False, ("/a", "/日志"), "plan")
    assert settings.source("pi") == SourceSettings(enabled=True, paths=(), billing="unknown")


def test_null_means_the_default_where_it_is_allowed(home: Path, cache: Path) -> None:
    (home / "budget.json").write_text('{"language": null, "time_zone": null}')
    assert load_settings(home, cache) == Settings()


def test_a_byte_order_mark_of_an_editor_is_no_mistake(home: Path, cache: Path) -> None:
    (home / "budget.json").write_bytes(b"\xef\xbb\xbf" + VALID.encode())
    assert [load_settings(home, cache).language for _ in range(2)] == ["zh", "zh"]
    write_settings(home, "budget.json", {"language": "en"})
    assert load_settings(home, cache).language == "en"


@pytest.mark.parametrize("hour", [0, 23])
def test_the_hour_of_the_report_is_any_hour_of_a_day(hour: int, home: Path, cache: Path) -> None:
    (home / "budget.json").write_text(json.dumps({"daily_report_hour": hour}))
    assert load_settings(home, cache).daily_report_hour == hour


# Refusing


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (b"", "1", "Expecting value"),
        (b"\n\n", "3", "Expecting value"),
        (b"{", "1", "Expecting property name enclosed in double quotes"),
        (b'{\n  "language": "zh"\n  "currency": "CNY"\n}', "3", "Expecting ',' delimiter"),
        (b'{"language": "zh"}\n{"language": "en"}', "2", "Extra data"),
        (b"{\n  \"language\": 'zh'\n}", "2", "Expecting value"),
        (b'{"language": "zh",\n"time_zone": "\xff"}', "2", "not UTF-8"),
        (b"\xff\xfe{\x00}\x00", "1", "not UTF-8"),
        ("\n{}".encode("utf-16-be"), "1", "Expecting value"),
        (b'{"language": "\xed\xa0\x80"}', "1", "not UTF-8"),
        (b"[" * 100_000, "1", "nested too deeply"),
        (b'{"a":' * 100_000, "1", "nested too deeply"),
        (b'{"daily_report_hour": ' + b"1" * 5000 + b"}", "1", "a number has too many digits"),
        (b" " * (LARGEST_SETTINGS + 1), "1", "larger than 1 MB"),
    ],
    ids=lambda value: repr(value[:20]),
)
@pytest.mark.parametrize("name", ["budget.json", "sources.json", "state.json"])
def test_what_is_not_json_is_refused_with_its_line_and_kept(
    name: str, text: bytes, line: str, reason: str, home: Path, cache: Path
) -> None:
    assert refusal(home, cache, name, text) == (
        "settings_not_json", {"path": "FILE", "line": line, "reason": reason}, text,
    )  # fmt: skip


def test_budgets_are_read_as_exact_decimals(home: Path, cache: Path) -> None:
    scoped = {
        "scope": "model=x=y",
        "limit": "0.1",
        "warn_percent": "92.5",
        "hard": True,
        "count": "api_equivalent",
    }
    (home / "budget.json").write_text(daily(scoped))
    plain, other = load_settings(home, cache).budgets
    assert plain == Budget("daily", Decimal(15), "USD", "all", Decimal(80), False, "amount")
    assert other == Budget(
        "daily", Decimal("0.1"), "USD", "model=x=y", Decimal("92.5"), True, "api_equivalent"
    )
    assert (other.id, other.scope_kind, other.scope_value) == ("daily:model=x=y", "model", "x=y")


def test_a_budget_is_written_as_it_is_read(home: Path, cache: Path) -> None:
    budget = Budget("weekly", Decimal("1E+2"), "CNY", "skill=pdf", Decimal("1E+1"), True)
    write_settings(home, "budget.json", {"budgets": [budget_entry(budget)]})
    assert load_settings(home, cache).budgets == (budget,)
    assert json.loads((home / "budget.json").read_text())["budgets"][0]["limit"] == "100"


def test_a_change_sees_what_is_there_and_its_own_error_changes_nothing(home: Path) -> None:
    (home / "budget.json").write_text(VALID)
    seen: list[Mapping[str, Any]] = []

    def refuse(there: Mapping[str, Any]) -> dict[str, Any]:
        seen.append(there)
        raise CommandLineError("budget_unknown", given="daily", known="")

    with pytest.raises(CommandLineError):
        change_settings(home, "budget.json", refuse)
    assert [one["currency"] for one in seen] == ["CNY"]
    assert (home / "budget.json").read_text() == VALID
    change_settings(home, "budget.json", lambda there: {"daily_report_hour": there["daily_report_hour"] + 1})
    assert json.loads((home / "budget.json").read_text())["daily_report_hour"] == 1


def test_a_file_of_the_largest_size_is_read(home: Path, cache: Path) -> None:
    (home / "budget.json").write_bytes(b"{}" + b" " * (LARGEST_SETTINGS - 2))
    assert load_settings(home, cache) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "line", "key", "nearest"),
    [
        ("budget.json", '{\n  "schema": 1,\n  "langauge": "zh"\n}', "3", "langauge", "language"),
        ("budget.json", '{"time-zone": "UTC"}', "1", "time-zone", "time_zone"),
        ("budget.json", '{"schema_number": 1}', "1", "schema_number", "schema"),
        ("budget.json", '{"zzz": 1}', "1", "zzz", ALL_KEYS),
        ("budget.json", '{"language": "zh",\n"": 1}', "2", "", ALL_KEYS),
        ("sources.json", '{"sources": {"claude-code": {\n"path": []}}}', "2", "path", "paths"),
        ("sources.json", '{"sources": {"a": {"billing": "api"},\n"b": {\n"bil": 1}}}', "3", "bil", "billing"),
        ("budget.json", '{"budgets": [{"limit": "{"},\n{\n"limt": "1"}]}', "3", "limt", "limit"),
        ("sources.json", '{"source": {}}', "1", "source", "sources"),
        ("state.json", '{"lang": "zh"}', "1", "lang", "language"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_key(
    name: str, text: str, line: str, key: str, nearest: str, home: Path, cache: Path
) -> None:
    assert refusal(home, cache, name, text.encode()) == (
        "settings_unknown_key", {"path": "FILE", "line": line, "key": key, "nearest": nearest}, text.encode(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "line", "key", "reason"),
    [
        ("budget.json", "[]", "1", "{}", r"Input should be a valid dictionary.*"),
        ("budget.json", "null", "1", "{}", r"Input should be a valid dictionary.*"),
        ("budget.json", '{"schema": 2}', "1", "schema", r"Input should be 1"),
        ("budget.json", '{\n"language": "fr"}', "2", "language", r"Input should be 'zh' or 'en'"),
        ("budget.json", '{"time_zone": "Asia/Shangai"}', "1", "time_zone", NO_ZONE),
        ("budget.json", '{"time_zone": "../../etc/passwd"}', "1", "time_zone", NO_ZONE),
        ("budget.json", '{"currency": "usd"}', "1", "currency", r"String should match pattern '.*'"),
        ("budget.json", '{"currency": null}', "1", "currency", r"Input should be a valid string"),
        ("budget.json", '{"daily_report_hour": -1}', "1", "daily_report_hour", r".* greater .* 0"),
        ("budget.json", '{"daily_report_hour": 24}', "1", "daily_report_hour", r".* less .* 23"),
        ("budget.json", '{"daily_report_hour": "9"}', "1", "daily_report_hour", INTEGER),
        ("budget.json", '{"daily_report_hour": 9.0}', "1", "daily_report_hour", INTEGER),
        ("budget.json", '{"daily_report_hour": true}', "1", "daily_report_hour", INTEGER),
        ("budget.json", '{"daily_report_hour": NaN}', "1", "daily_report_hour", INTEGER),
        ("budget.json", '{"budgets": [{"period": "daily"}]}', "1", "budgets.0.limit", r"Field required"),
        ("budget.json", daily(limit="0.00"), "1", "budgets.0.limit", r"Value error, a budget is above 0"),
        ("budget.json", daily(limit="-5"), "1", "budgets.0.limit", r"String should match pattern '.*'"),
        ("budget.json", daily(limit="1e3"), "1", "budgets.0.limit", r"String should match pattern '.*'"),
        ("budget.json", daily(limit="NaN"), "1", "budgets.0.limit", r"String should match pattern '.*'"),
        ("budget.json", daily(limit=15), "1", "budgets.0.limit", r"Input should be a valid string"),
        ("budget.json", daily(limit="9" * 16), "1", "budgets.0.limit", r"String should match pattern '.*'"),
        ("budget.json", daily(scope="openai"), "1", "budgets.0.scope", r"String should match pattern '.*'"),
        ("budget.json", daily(period="yearly"), "1", "budgets.0.period", r"Input should be 'daily', .*"),
        ("budget.json", daily(warn_percent="0.5"), "1", "budgets.0.warn_percent", r"Value error, a share .*"),
        ("budget.json", daily(warn_percent="101"), "1", "budgets.0.warn_percent", r"Value error, a share .*"),
        ("budget.json", daily(count="tokens"), "1", "budgets.0.count", r"Input should be 'amount' or .*"),
        ("budget.json", daily({}), "1", "budgets", r"Value error, two budgets have .*"),
        # The key stands in a value too: its own line counts.
        ("budget.json", '{"time_zone": "currency",\n"currency": 1}', "1", "time_zone", NO_ZONE),
        ("state.json", '{"language":\n1,\n"schema": 1}', "1", "language", r"Input should be 'zh' or 'en'"),
        ("sources.json", '{"sources": []}', "1", "sources", r"Input should be a valid dictionary"),
        ("sources.json", '{"sources": {"a": {},\n"b": null}}', "2", "sources.b", r"Input should be .*"),
        (
            "sources.json", '{"sources": {"a": {\n"paths": [\n"/x", 1]}}}', "2", "sources.a.paths.1",
            r"Input should be a valid string",
        ),
        (
            "sources.json", '{"sources": {"a": {"billing": "free"}}}', "1", "sources.a.billing",
            r"Input should be 'api', 'plan' or 'unknown'",
        ),
        ("budget.json", '{"language": "zh",\n"language": "en"}', "2", "language", r"the key is there twice"),
        ("sources.json", '{"sources": {"a": {},\n"b": {},\n"a": {}}}', "3", "a", r"the key is there twice"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_with_its_line(
    name: str, text: str, line: str, key: str, reason: str, home: Path, cache: Path
) -> None:
    code, facts, after = refusal(home, cache, name, text.encode())
    said = facts.pop("reason")
    assert (code, facts, after) == (
        "settings_invalid_value", {"path": "FILE", "line": line, "key": key}, text.encode(),
    )  # fmt: skip
    assert re.fullmatch(reason, said), said


def test_a_key_is_found_where_it_is_a_key_and_not_a_value(home: Path, cache: Path) -> None:
    text = b'{"sources": {"billing": {"paths": ["billing"]},\n"b": {\n"billing": 1}}}'
    code, facts, _ = refusal(home, cache, "sources.json", text)
    assert (code, facts["line"], facts["key"]) == ("settings_invalid_value", "3", "sources.b.billing")


@pytest.mark.parametrize("text", [b'{"\\ud800": 1}', b'{"time_zone": "\\ud800"}', b'{"language": "\\udfff"}'])
def test_half_a_character_is_refused(text: bytes, home: Path, cache: Path) -> None:
    code, facts, after = refusal(home, cache, "budget.json", text)
    assert (code.removeprefix("settings_"), facts["line"], after) in [
        ("invalid_value", "1", text), ("unknown_key", "1", text),
    ]  # fmt: skip
    assert json.dumps(facts, ensure_ascii=False).encode()


def test_a_directory_in_the_place_of_a_file_is_named_as_one(home: Path, cache: Path) -> None:
    (home / "budget.json").mkdir()
    with pytest.raises(OddFileError) as caught:
        load_settings(home, cache)
    assert (caught.value.filename, caught.value.kind) == (str(home / "budget.json"), "folder")


# Checking once


def loaded_modules(home: Path, cache: Path) -> list[str]:
    """Load the settings in a new process; give which of the costly modules that took."""
    code = (
        "import sys; from pathlib import Path; from token_tracker.settings import load_settings;"
        "load_settings(Path(sys.argv[1]), Path(sys.argv[2]));"
        "print(*sorted({'pydantic', 'filelock'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(home), str(cache)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return ran.stdout.split()


def test_what_was_valid_once_is_read_without_pydantic_until_it_changes(home: Path, cache: Path) -> None:
    path = home / "budget.json"
    path.write_text(VALID)
    first, second = loaded_modules(home, cache), loaded_modules(home, cache)
    path.write_text(VALID.replace("CNY", "EUR"))
    assert (first, second, loaded_modules(home, cache)) == (["pydantic"], [], ["pydantic"])


def test_a_mark_is_for_one_file_name_and_readable_by_its_owner_only(home: Path, cache: Path) -> None:
    (home / "state.json").write_text("{}")
    load_settings(home, cache)
    (home / "budget.json").write_text("{}")
    load_settings(home, cache)
    marks = list((cache / "valid").iterdir())
    assert [stat.S_IMODE(mark.stat().st_mode) for mark in marks] == [0o600, 0o600]
    assert stat.S_IMODE((cache / "valid").stat().st_mode) == 0o700


def test_what_is_invalid_leaves_no_mark(home: Path, cache: Path) -> None:
    errors = [refusal(home, cache, "budget.json", b'{"language": "fr"}')[0] for _ in range(2)]
    assert errors == ["settings_invalid_value"] * 2
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_costs_only_time(home: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.touch()
    (home / "budget.json").write_text(VALID)
    assert [load_settings(home, blocked / "cache").language for _ in range(2)] == ["zh", "zh"]


# Writing


def test_a_change_is_merged_and_the_file_is_its_owners_only(home: Path, cache: Path) -> None:
    (home / "budget.json").write_text('{"currency": "CNY"}')
    (home / "budget.json").chmod(0o644)
    write_settings(home, "budget.json", {"time_zone": "Asia/Shanghai"})
    assert (home / "budget.json").read_text() == (
        '{\n  "schema": 1,\n  "currency": "CNY",\n  "time_zone": "Asia/Shanghai"\n}\n'
    )
    assert stat.S_IMODE((home / "budget.json").stat().st_mode) == 0o600
    assert load_settings(home, cache) == Settings(currency="CNY", time_zone="Asia/Shanghai")


def test_the_first_change_makes_the_home_and_the_file(tmp_path: Path, cache: Path) -> None:
    home = tmp_path / "new" / "home"
    write_settings(home, "state.json", {"language": "zh"})
    assert read_valid(home / "state.json", cache) == {"schema": 1, "language": "zh"}
    places = (home, home / "state.json", home / LOCK_FILE)
    assert [stat.S_IMODE(place.stat().st_mode) for place in places] == [0o700, 0o600, 0o600]


def test_none_removes_a_setting(home: Path, cache: Path) -> None:
    (home / "budget.json").write_text(VALID)
    write_settings(home, "budget.json", {"language": None, "daily_report_hour": None, "currency": None})
    assert load_settings(home, cache) == Settings(time_zone="Asia/Shanghai")
    assert read_valid(home / "budget.json", cache) == {"schema": 1, "time_zone": "Asia/Shanghai"}


def test_text_is_written_as_people_read_it(home: Path) -> None:
    write_settings(home, "sources.json", {"sources": {"claude-code": {"paths": ["/日志"]}}})
    assert '"/日志"' in (home / "sources.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", [b"", b"{", b'{"langauge": "zh"}', b'{"language": "fr"}', b'{"a": 1, "a": 1}']
)
def test_an_invalid_file_is_never_written_over(text: bytes, home: Path) -> None:
    path = home / "budget.json"
    path.write_bytes(text)
    with pytest.raises(SettingsError):
        write_settings(home, "budget.json", {"language": "zh"})
    assert path.read_bytes() == text


def test_a_change_that_is_invalid_is_refused_and_nothing_changes(home: Path) -> None:
    (home / "budget.json").write_text(VALID)
    with pytest.raises(SettingsError) as caught:
        write_settings(home, "budget.json", {"daily_report_hour": 24})
    assert caught.value.facts["key"] == "daily_report_hour"
    assert (home / "budget.json").read_text() == VALID
    assert sorted(place.name for place in home.iterdir()) == [".lock", "budget.json"]


def test_a_write_that_fails_leaves_the_old_file_whole(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "budget.json").write_text(VALID)
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(StorageError) as caught:
        write_settings(home, "budget.json", {"language": "en"})
    assert (caught.value.code, caught.value.facts) == (
        "home_unusable", {"path": str(home), "reason": "No space left on device"},
    )  # fmt: skip
    assert (home / "budget.json").read_text() == VALID


def test_what_a_killed_write_left_is_no_obstacle_and_lends_no_mode(home: Path, cache: Path) -> None:
    leftover = home / "budget.json.new"
    leftover.write_text("half")
    leftover.chmod(0o666)
    write_settings(home, "budget.json", {"language": "zh"})
    assert load_settings(home, cache) == Settings(language="zh")
    assert stat.S_IMODE((home / "budget.json").stat().st_mode) == 0o600
    assert not leftover.exists()


def test_a_link_in_the_place_of_the_new_file_is_not_followed(home: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (home / "budget.json.new").symlink_to(victim)
    write_settings(home, "budget.json", {"language": "zh"})
    assert victim.read_text() == "mine"


def test_a_home_that_is_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(StorageError) as caught:
        write_settings(tmp_path / "home", "budget.json", {"language": "zh"})
    assert caught.value.code == "home_not_a_directory"


def test_a_home_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    with pytest.raises(StorageError) as caught:
        write_settings(home, "budget.json", {"language": "zh"})
    assert (caught.value.code, caught.value.facts) == (
        "home_unusable", {"path": str(home), "reason": "Not a directory"},
    )  # fmt: skip


def test_a_lock_that_stays_taken_is_not_waited_for_for_ever(home: Path) -> None:
    holder = (
        "import sys; from filelock import FileLock\n"
        "with FileLock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(home / LOCK_FILE)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StorageError) as caught:
            write_settings(home, "budget.json", {"language": "zh"}, timeout_s=0)
        process.communicate()
    assert caught.value.code == "home_unusable"
    assert not (home / "budget.json").exists()


def test_changes_made_at_once_are_all_kept(home: Path, cache: Path) -> None:
    changes = [
        {"language": "zh"}, {"time_zone": "Asia/Shanghai"}, {"currency": "CNY"}, {"daily_report_hour": 0},
    ]  # fmt: skip
    with ThreadPoolExecutor(len(changes)) as pool:
        list(pool.map(lambda change: write_settings(home, "budget.json", change), changes))
    assert load_settings(home, cache) == Settings("zh", "Asia/Shanghai", "CNY", 0)


def test_changes_made_by_several_processes_at_once_are_all_kept(home: Path, cache: Path) -> None:
    code = (
        "import json, sys; from pathlib import Path; from token_tracker.settings import write_settings;"
        "write_settings(Path(sys.argv[1]), 'budget.json', json.loads(sys.argv[2]))"
    )
    changes = ['{"language": "zh"}', '{"time_zone": "Asia/Shanghai"}', '{"currency": "CNY"}']
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(home), change], env=environ) for change in changes
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert load_settings(home, cache) == Settings("zh", "Asia/Shanghai", "CNY")


def full_disk(fd: int) -> None:
    raise OSError(28, "No space left on device")
