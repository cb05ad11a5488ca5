"""Backup and restore: one file out, the same account back, and never half of either."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from token_tracker.errors import CommandLineError
from token_tracker.errors import LedgerBusyError
from token_tracker.errors import LedgerDamagedError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.ledger import archive
from token_tracker.ledger import schema
from token_tracker.ledger import store
from token_tracker.ledger.archive import Contents
from token_tracker.ledger.archive import Member
from token_tracker.ledger.archive import backup
from token_tracker.ledger.archive import restore
from token_tracker.ledger.care import purge
from token_tracker.ledger.care import verify
from token_tracker.ledger.store import LOCK_NAME
from token_tracker.ledger.store import Ledger
from token_tracker.locks import file_lock
from token_tracker.period import BUCKET_MS

from .postings import NOON_MS
from .postings import NOW
from .postings import Account
from .postings import event
from .postings import logical
from .postings import opened
from .postings import post
from .postings import reading

A = "/logs/a.jsonl"
OLD = event("old", at_ms=NOON_MS - 99 * BUCKET_MS)
NEW = event("new")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path / "home")
    post(made, reading(A, [OLD, NEW]))
    yield made
    made.close()


@pytest.fixture
def home(ledger: Ledger) -> Path:
    """Give the home with settings beside the ledger."""
    home = ledger.path.parent
    (home / "budget.json").write_text('{"daily": 15}')
    (home / "providers.json").write_text('{"openai": {"api_key": "secret"}}')
    (home / "prices").mkdir()
    (home / "prices" / "mine.json").write_text("[]")
    (home / "prices" / "refreshed").mkdir()
    (home / "prices" / "refreshed" / "genai_prices.json").write_text("{}")
    (home / "log").mkdir()
    (home / "log" / "token-tracker.log").write_text("noise")
    return home


def account(home: Path) -> Account:
    with closing(opened(home)) as ledger:
        assert ledger.read_only_reason == ""
        assert verify(ledger).whole
        return logical(ledger)


def code_of(file: Path, home: Path) -> str:
    with pytest.raises(TrackerError) as raised:
        restore(home, file, NOW)
    assert raised.value.facts.get("path") == str(file)
    return raised.value.code


def test_a_backup_names_what_is_in_it(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"

    made = backup(ledger, target)

    raw = target.read_bytes()
    assert (made.file, made.size, made.sha256) == (target, len(raw), hashlib.sha256(raw).hexdigest())
    assert [member.file for member in made.members] == [
        "ledger.db",
        "budget.json",
        "prices/mine.json",
        "prices/refreshed/genai_prices.json",
    ]
    assert made.members[1] == Member("budget.json", 13)
    assert (made.credentials_included, made.ledger) == (
        False,
        Contents(schema.VERSION, 2, OLD.at_ms, NOON_MS),
    )
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(place.name for place in tmp_path.iterdir()) == ["home", "out.zip"]
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        assert b"secret" not in b"".join(packed.read(name) for name in packed.namelist())


def test_credentials_are_in_a_backup_only_when_asked_for(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    made = backup(ledger, tmp_path / "out.zip", credentials=True)

    assert made.credentials_included
    assert "providers.json" in [member.file for member in made.members]


def test_two_backups_of_one_state_are_the_same_file(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    assert backup(ledger, tmp_path / "a.zip").sha256 == backup(ledger, tmp_path / "b.zip").sha256


def test_a_file_that_is_there_is_not_replaced_unless_asked(ledger: Ledger, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    target.write_text("precious")

    with pytest.raises(CommandLineError) as raised:
        backup(ledger, target)
    assert (raised.value.code, target.read_text()) == ("target_exists", "precious")
    assert backup(ledger, target, force=True).sha256 == hashlib.sha256(target.read_bytes()).hexdigest()


def test_a_backup_that_cannot_be_written_leaves_nothing(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        backup(ledger, tmp_path / "no" / "such" / "out.zip")

    assert sorted(place.name for place in tmp_path.iterdir()) == ["home"]


def test_a_backup_is_of_one_moment_while_another_process_writes(ledger: Ledger, tmp_path: Path) -> None:
    with closing(opened(ledger.path.parent)) as other:
        other.connection.execute("BEGIN IMMEDIATE")
        other.connection.execute("DELETE FROM event")
        made = backup(ledger, tmp_path / "out.zip")
        other.connection.execute("ROLLBACK")

    assert made.ledger.events == 2


def test_what_was_backed_up_comes_back(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    before = logical(ledger)
    made = backup(ledger, tmp_path / "out.zip")
    other = tmp_path / "other"

    done = restore(other, made.file, NOW)

    assert account(other) == before
    assert (done.sha256, done.members, done.ledger) == (made.sha256, made.members, made.ledger)
    assert (done.previous, done.events_before, done.purged_again) == (None, 0, 0)
    assert (other / "budget.json").read_text() == '{"daily": 15}'
    assert (other / "prices" / "mine.json").read_text() == "[]"
    assert (other / "prices" / "refreshed" / "genai_prices.json").read_text() == "{}"
    assert sorted(place.name for place in other.iterdir()) == [
        "budget.json",
        "ledger.db",
        LOCK_NAME,
        "prices",
    ]
    assert stat.S_IMODE((other / "ledger.db").stat().st_mode) == 0o600


def test_what_was_there_is_kept_beside(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    made = backup(ledger, tmp_path / "out.zip")
    post(ledger, reading(A, [event("third")]))
    later = logical(ledger)
    (home / "budget.json").write_text('{"daily": 99}')
    ledger.close()

    done = restore(home, made.file, NOW)

    assert done.previous == home / "before-restore-20261005T120000Z"
    assert done.events_before == 3
    assert len(account(home).events) == 2
    assert (home / "budget.json").read_text() == '{"daily": 15}'
    assert (done.previous / "budget.json").read_text() == '{"daily": 99}'
    assert account(done.previous) == later


def test_restoring_twice_in_one_second_keeps_both(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    made = backup(ledger, tmp_path / "out.zip")
    ledger.close()

    names = [restore(home, made.file, NOW).previous for _ in range(2)]

    assert names == [home / f"before-restore-20261005T120000Z{number}" for number in ("", "-2")]


def test_a_bare_ledger_file_is_a_backup_too(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    before = logical(ledger)
    file = tmp_path / "copy.db"
    file.write_bytes(ledger.path.read_bytes())

    done = restore(tmp_path / "other", file, NOW)

    assert done.members == (Member("ledger.db", file.stat().st_size),)
    assert account(tmp_path / "other") == before


def test_a_dry_run_writes_nothing(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    made = backup(ledger, tmp_path / "out.zip")
    post(ledger, reading(A, [event("third")]))
    before = {place: place.read_bytes() for place in home.rglob("*") if place.is_file()}

    planned = restore(home, made.file, NOW, dry_run=True)

    assert (planned.dry_run, planned.previous, planned.events_before, planned.ledger.events) == (
        True,
        None,
        3,
        2,
    )
    assert {place: place.read_bytes() for place in home.rglob("*") if place.is_file()} == before
    restore(tmp_path / "none", made.file, NOW, dry_run=True)
    assert not (tmp_path / "none").exists()


def test_what_was_purged_since_a_backup_stays_away(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    made = backup(ledger, tmp_path / "out.zip")
    purge(ledger, NOON_MS, dry_run=False)
    purged = logical(ledger)
    ledger.close()

    done = restore(home, made.file, NOW)

    assert (done.purged_again, done.ledger.events, done.events_before) == (1, 1, 1)
    assert account(home) == purged
    with closing(opened(home)) as again:
        assert post(again, reading(A, [OLD, OLD._replace(at_ms=NOON_MS, own_at_ms=NOON_MS)])) == (0, 0)


def test_a_purge_is_undone_on_request(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    before = logical(ledger)
    made = backup(ledger, tmp_path / "out.zip")
    purge(ledger, NOON_MS, dry_run=False)
    ledger.close()

    done = restore(home, made.file, NOW, undo_purges=True)

    assert (done.purged_again, done.ledger.events) == (0, 2)
    assert account(home) == before


def test_what_was_purged_before_a_backup_stays_away_after_it_comes_back(
    ledger: Ledger, tmp_path: Path
) -> None:
    purge(ledger, NOON_MS, dry_run=False)
    made = backup(ledger, tmp_path / "out.zip")
    restore(tmp_path / "other", made.file, NOW)

    with closing(opened(tmp_path / "other")) as again:
        assert post(again, reading(A, [OLD, event("older", at_ms=NOON_MS - 1)])) == (0, 0)
        assert len(logical(again).events) == 1


@pytest.mark.parametrize(
    "content", [b"", b"garbage" * 999, b"PK\x03\x04" + b"\0" * 99, b"SQLite format 3\0" + b"\0" * 99]
)
def test_a_file_that_is_no_backup_is_refused(home: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad").write_bytes(content)
    before = account(home)

    assert code_of(tmp_path / "bad", home) in {"backup_invalid", "ledger_foreign", "ledger_malformed"}
    assert account(home) == before
    assert not list(home.glob("*restore*"))


def test_a_backup_cut_anywhere_is_refused(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    raw = backup(ledger, tmp_path / "out.zip").file.read_bytes()
    cut = tmp_path / "cut.zip"
    for size in range(0, len(raw), 997):
        cut.write_bytes(raw[:size])
        assert code_of(cut, home) == "backup_invalid"


def test_a_backup_with_a_flipped_byte_is_refused_or_the_same(
    ledger: Ledger, home: Path, tmp_path: Path
) -> None:
    before = logical(ledger)
    raw = backup(ledger, tmp_path / "out.zip").file.read_bytes()
    flipped = tmp_path / "flipped.zip"
    outcomes = set()
    for at in range(0, len(raw), 401):
        flipped.write_bytes(raw[:at] + bytes([raw[at] ^ 0x55]) + raw[at + 1 :])
        try:
            restore(tmp_path / f"to-{at}", flipped, NOW)
            outcomes.add(account(tmp_path / f"to-{at}") == before)
        except LedgerDamagedError:
            assert not (tmp_path / f"to-{at}" / "ledger.db").exists()

    assert outcomes <= {True}


@pytest.mark.parametrize(
    "name", ["../outside", "prices/../../outside", "/etc/outside", "prices/", "other.json", "prices/a/b"]
)
def test_a_backup_with_a_name_of_no_ours_is_refused(
    ledger: Ledger, home: Path, tmp_path: Path, name: str
) -> None:
    made = backup(ledger, tmp_path / "out.zip")
    with zipfile.ZipFile(made.file, "a") as packed:
        packed.writestr(name, "x")

    assert code_of(made.file, home) == "backup_invalid"
    assert not (tmp_path / "outside").exists()


def test_a_backup_without_a_ledger_is_refused(home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as packed:
        packed.writestr("budget.json", "{}")

    assert code_of(tmp_path / "out.zip", home) == "backup_invalid"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE rollup SET output = 1", "backup_invalid"),
        ("DELETE FROM origin", "backup_invalid"),
        ("DROP TABLE rollup", "backup_invalid"),
        ("DELETE FROM meta", "ledger_malformed"),
        (f"PRAGMA user_version = {schema.VERSION + 1}", "ledger_newer"),
        ("PRAGMA application_id = 7", "ledger_foreign"),
    ],
)
def test_a_ledger_that_is_not_sound_is_refused(
    ledger: Ledger, home: Path, tmp_path: Path, change: str, code: str
) -> None:
    file = tmp_path / "copy.db"
    file.write_bytes(ledger.path.read_bytes())
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(change)
    before = account(home)

    assert code_of(file, home) == code
    assert account(home) == before


def test_a_file_that_is_not_there_is_named(home: Path, tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.zip", home) == "file_unusable"


@pytest.mark.parametrize("damage", [b"", b"garbage" * 999])
def test_a_damaged_ledger_is_replaced_and_kept(
    ledger: Ledger, home: Path, tmp_path: Path, damage: bytes
) -> None:
    before = logical(ledger)
    made = backup(ledger, tmp_path / "out.zip")
    ledger.close()
    (home / "ledger.db").write_bytes(damage)
    (home / "ledger.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 504)

    done = restore(home, made.file, NOW)

    assert done.events_before is None
    assert done.previous is not None
    assert (done.previous / "ledger.db").read_bytes() == damage
    assert account(home) == before


def test_a_ledger_behind_a_link_is_replaced_where_it_is(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    before = logical(ledger)
    made = backup(ledger, tmp_path / "out.zip")
    ledger.close()
    volume = tmp_path / "volume"
    volume.mkdir()
    os.replace(home / "ledger.db", volume / "ledger.db")
    (home / "ledger.db").symlink_to(volume / "ledger.db")

    restore(home, made.file, NOW)

    assert (home / "ledger.db").is_symlink()
    assert account(home) == before


def test_a_home_that_is_being_synced_is_busy(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    made = backup(ledger, tmp_path / "out.zip")
    with file_lock(home / LOCK_NAME, 1), pytest.raises(LedgerBusyError):
        restore(home, made.file, NOW, busy_s=0.05)


def test_a_home_that_is_being_written_is_busy(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    made = backup(ledger, tmp_path / "out.zip")
    before = logical(ledger)
    ledger.connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerBusyError):
        restore(home, made.file, NOW, busy_s=0.05)
    ledger.connection.execute("ROLLBACK")

    assert account(home) == before


def test_a_home_of_another_user_is_not_restored_into(
    ledger: Ledger, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup(ledger, tmp_path / "out.zip")
    monkeypatch.setattr(archive, "foreign_owner", lambda _: "li")

    with pytest.raises(StorageError) as raised:
        restore(home, made.file, NOW)
    assert raised.value.code == "ledger_read_only"


def test_a_process_that_still_has_the_old_ledger_open_does_not_spoil_the_new_one(
    ledger: Ledger, home: Path, tmp_path: Path
) -> None:
    before = logical(ledger)
    made = backup(ledger, tmp_path / "out.zip")
    restore(home, made.file, NOW)

    with pytest.raises(LedgerBusyError):
        post(ledger, reading(A, [event("third")]))
    assert account(home) == before


def test_where_no_second_name_can_be_given_the_old_ledger_is_moved(
    ledger: Ledger, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = logical(ledger)
    made = backup(ledger, tmp_path / "out.zip")
    ledger.close()

    def refusing(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refusing)

    done = restore(home, made.file, NOW)
    assert done.previous is not None
    assert account(done.previous) == account(home) == before


def test_an_older_ledger_comes_back_in_the_shape_of_today(
    ledger: Ledger, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = logical(ledger)
    made = backup(ledger, tmp_path / "out.zip")

    def add(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE addition (id INTEGER PRIMARY KEY) STRICT")

    steps = (*schema.MIGRATIONS, add)
    monkeypatch.setattr(store, "VERSION", len(steps))
    monkeypatch.setattr(store, "MIGRATIONS", steps)
    monkeypatch.setattr(archive, "MIGRATIONS", steps)

    done = restore(tmp_path / "other", made.file, NOW)
    assert done.ledger.version == len(steps)
    assert account(tmp_path / "other") == before


def test_a_ledger_in_memory_can_be_backed_up(
    ledger: Ledger, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "foreign_owner", lambda _: "li")
    with closing(opened(home)) as copy:
        post(copy, reading(A, [event("third")]))
        made = backup(copy, tmp_path / "out.zip")

    assert made.ledger.events == 3
