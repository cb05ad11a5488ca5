"""Opening: a ledger, a new one, a copy in memory, or a precise refusal; never zero by mistake."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from token_tracker.errors import LedgerBusyError
from token_tracker.errors import LedgerDamagedError
from token_tracker.errors import LedgerNewerError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.ledger import schema
from token_tracker.ledger import store
from token_tracker.ledger.cursors import read_cursors
from token_tracker.ledger.queries import events
from token_tracker.ledger.queries import usage
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.model import Tokens
from token_tracker.period import Clock
from token_tracker.sync import sync_sources

from .postings import NOW
from .postings import NOW_MS
from .postings import event
from .postings import logical
from .postings import opened
from .postings import post
from .postings import poster
from .postings import reading

NOBODY = 65534
A = "/logs/a.jsonl"
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act for another user"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a home with a ledger of one event."""
    made = tmp_path / "home"
    with closing(opened(made)) as ledger:
        post(ledger, reading(A, [event()]))
    return made


def refused(home: Path) -> tuple[str, int]:
    """Give code and exit code of the error that opening ends with."""
    with pytest.raises(TrackerError) as raised:
        opened(home)
    return raised.value.code, raised.value.exit_code


def count(ledger: Ledger) -> int:
    with closing(ledger):
        return sum(row.requests for row in usage(ledger, 0, 2 * NOW_MS, []))


def as_nobody(act: Callable[[], object], *places: Path) -> object:
    """Do something as a user without rights, who owns `places`; give what it gave or raised."""
    for place in places:
        os.chown(place, NOBODY, NOBODY)
    parents = [parent for place in places for parent in place.parents]
    for parent in {parent for parent in parents if parent.stat().st_uid == 0 and parent != Path("/")}:
        parent.chmod(parent.stat().st_mode | 0o055)
    incoming, outgoing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        try:
            result: object = act()
        except TrackerError as error:
            result = (type(error).__name__, error.code)
        except BaseException as error:  # noqa: BLE001 - a child must not go on as a second pytest
            result = repr(error)
        os.write(outgoing, pickle.dumps(result))
        os._exit(0)
    os.close(outgoing)
    with open(incoming, "rb") as pipe:
        answer: object = pickle.loads(pipe.read())
    os.waitpid(pid, 0)
    return answer


def test_a_new_home_gets_an_empty_ledger_that_only_its_owner_reads(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"

    with closing(opened(home)) as ledger:
        assert ledger.read_only_reason == ""
        assert logical(ledger).events == {}
    modes = {place.name: stat.S_IMODE(place.stat().st_mode) for place in (home, *home.iterdir())}
    assert modes == {"home": 0o700, "ledger.db": 0o600, "ledger.lock": 0o600}


def test_what_was_written_is_there_when_opened_again(home: Path) -> None:
    assert count(opened(home)) == 1


def test_the_journal_is_cut_and_every_commit_reaches_the_disk(home: Path) -> None:
    with closing(opened(home)) as ledger:
        modes = [
            ledger.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]
    assert modes == ["truncate", 2]


def test_an_empty_file_is_damage_not_a_ledger_without_usage(home: Path) -> None:
    (home / "ledger.db").write_bytes(b"")

    assert refused(home) == ("ledger_empty", 7)
    assert (home / "ledger.db").read_bytes() == b""


def test_garbage_is_damage(home: Path) -> None:
    (home / "ledger.db").write_bytes(b"\0garbage" * 1000)

    assert refused(home) == ("ledger_malformed", 7)


def test_a_database_of_another_program_is_foreign(home: Path) -> None:
    (home / "ledger.db").unlink()
    with closing(sqlite3.connect(home / "ledger.db")) as other:
        other.execute("CREATE TABLE meta (key, value)")

    assert refused(home) == ("ledger_foreign", 7)


def test_a_database_without_a_single_table_is_foreign(home: Path) -> None:
    (home / "ledger.db").unlink()
    with closing(sqlite3.connect(home / "ledger.db")) as other:
        other.execute("PRAGMA user_version = 1")

    assert refused(home) == ("ledger_foreign", 7)


def test_a_ledger_cut_anywhere_is_damage(home: Path) -> None:
    whole = (home / "ledger.db").read_bytes()
    codes = set()
    for size in sorted({1, 15, 16, 99, 100, 4095, *range(512, len(whole), 2048), len(whole) - 1}):
        (home / "ledger.db").write_bytes(whole[:size])
        codes.add(refused(home))

    # A few bytes are not recognisably ours any more.
    assert codes == {("ledger_foreign", 7), ("ledger_malformed", 7), ("ledger_cut_off", 7)}


def test_a_ledger_cut_in_its_last_page_is_damage_also_where_it_is_only_read(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (home / "ledger.db").read_bytes()
    (home / "ledger.db").write_bytes(whole[:-1])
    monkeypatch.setattr(store, "foreign_owner", lambda _: "li")

    assert refused(home) == ("ledger_cut_off", 7)


@pytest.mark.parametrize("change", ["DROP TABLE meta", "DELETE FROM meta", "UPDATE meta SET value = 'x'"])
def test_a_ledger_without_its_meta_row_is_damage(home: Path, change: str) -> None:
    with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as connection:
        connection.execute(change)

    assert refused(home) == ("ledger_malformed", 7)


def test_a_missing_table_is_damage_in_every_query(home: Path) -> None:
    with closing(opened(home)) as ledger:
        ledger.connection.execute("DROP TABLE file")
        with pytest.raises(LedgerDamagedError):
            read_cursors(ledger, "agent-one")
        with pytest.raises(LedgerDamagedError):
            events(ledger, 0, 2 * NOW_MS)
        with pytest.raises(LedgerDamagedError):
            post(ledger, reading(A, [event()]))


def test_a_damaged_page_is_an_error_not_less_usage(home: Path) -> None:
    with closing(opened(home)) as ledger:
        post(ledger, reading(A, [event(str(n), passes=(Tokens(1),) * 20) for n in range(500)]))
    raw = bytearray((home / "ledger.db").read_bytes())
    for page in range(2 * 4096, len(raw), 4096):
        raw[page : page + 64] = b"\xff" * 64
    (home / "ledger.db").write_bytes(raw)

    with pytest.raises(LedgerDamagedError), closing(opened(home)) as ledger:
        usage(ledger, 0, 2 * NOW_MS, ["model"])


@pytest.mark.parametrize("value", ["'{'", "CAST(x'ff' AS TEXT)"])
def test_text_that_cannot_be_read_is_damage(home: Path, value: str) -> None:
    with closing(opened(home)) as ledger:
        ledger.connection.execute(f"UPDATE event SET passes = {value}")
        with pytest.raises(LedgerDamagedError):
            events(ledger, 0, 2 * NOW_MS)
        with pytest.raises(LedgerDamagedError):
            post(ledger, reading(A, [event(output=70)]))


def make_newer(home: Path, readable_since: int) -> None:
    with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 3}")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'readable_since'", (str(readable_since),))


def test_a_newer_ledger_that_can_be_read_is_read(home: Path) -> None:
    make_newer(home, schema.VERSION)
    raw = (home / "ledger.db").read_bytes()

    ledger = opened(home)
    assert ledger.read_only_reason == "newer"
    assert count(ledger) == 1
    assert (home / "ledger.db").read_bytes() == raw


def test_what_a_newer_version_wrote_is_not_repriced(home: Path) -> None:
    make_newer(home, schema.VERSION)

    with closing(opened(home)) as ledger:
        before = logical(ledger)
        result = sync_sources(ledger, [], {"HOME": str(home)}, Clock(NOW), home / "prices")
        assert (result.sources, result.problems, result.complete) == ([], [], True)
        assert logical(ledger) == before


def test_a_lock_that_cannot_be_taken_is_named(home: Path) -> None:
    with closing(opened(home)) as ledger:
        (home / "ledger.lock").unlink()
        (home / "ledger.lock").mkdir()
        with pytest.raises(StorageError) as raised:
            sync_sources(ledger, [], {"HOME": str(home)}, Clock(NOW), home / "prices")
    assert raised.value.code == "file_odd"


def test_a_newer_ledger_that_cannot_be_read_is_refused(home: Path) -> None:
    make_newer(home, schema.VERSION + 1)

    with pytest.raises(LedgerNewerError) as raised:
        opened(home)
    known = str(schema.VERSION)
    path = str(home / "ledger.db")
    assert raised.value.facts == {"path": path, "version": str(schema.VERSION + 3), "known": known}
    assert raised.value.exit_code == 7


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")

    assert refused(tmp_path / "home") == ("home_not_a_directory", 9)


def test_a_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert refused(tmp_path / "file" / "home") == ("home_unusable", 9)


def test_a_ledger_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home" / "ledger.db").mkdir(parents=True)

    assert refused(tmp_path / "home")[1] == 9


def test_a_home_behind_a_link_is_used(home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home)

    assert count(opened(tmp_path / "link")) == 1


def test_a_home_on_a_volume_that_is_gone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "volume" / "home")

    assert refused(tmp_path / "link") == ("home_unusable", 9)


@pytest.mark.parametrize("owner", [None, "li"])
def test_a_ledger_on_a_volume_that_is_gone_is_not_made_anew(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: str | None
) -> None:
    monkeypatch.setattr(store, "foreign_owner", lambda _: owner)
    (home / "ledger.db").unlink()
    (home / "ledger.db").symlink_to(tmp_path / "volume" / "ledger.db")

    assert refused(home) == ("file_odd", 9)
    assert (home / "ledger.db").is_symlink()


def test_a_ledger_behind_a_link_is_written_where_it_is(home: Path, tmp_path: Path) -> None:
    shutil.move(home / "ledger.db", tmp_path / "elsewhere.db")
    (home / "ledger.db").symlink_to(tmp_path / "elsewhere.db")

    with closing(opened(home)) as ledger:
        post(ledger, reading(A, [event("two")]))
    assert count(opened(home)) == 2
    assert (home / "ledger.db").is_symlink()


def test_a_home_with_odd_characters_is_a_home(tmp_path: Path) -> None:
    home = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a%20b?c#d \xff"))

    opened(home).close()
    assert count(opened(home)) == 0
    assert (home / "ledger.db").exists()


def test_what_an_interrupted_creation_left_is_swept_away(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "ledger.db.new").write_bytes(b"half")
    (home / "ledger.db.new-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 504)

    assert count(opened(home)) == 0
    assert not (home / "ledger.db.new").exists()
    assert not (home / "ledger.db.new-journal").exists()


def kill_in_the_middle(home: Path) -> None:
    """Leave a journal that must be rolled back, and half of what its writer wrote."""
    script = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA journal_mode = TRUNCATE'); c.execute('PRAGMA cache_size = 1')\n"
        "c.execute('BEGIN'); c.execute('UPDATE rollup SET requests = 999'); c.execute('DELETE FROM event')\n"
        "c.executemany(\"INSERT INTO meta VALUES (?, 'x')\", [(str(n) * 99,) for n in range(9999)])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(home / "ledger.db")])
    assert ended.returncode == -signal.SIGKILL
    assert (home / "ledger.db-journal").stat().st_size > 512


def test_a_killed_writer_is_rolled_back(home: Path) -> None:
    kill_in_the_middle(home)

    assert count(opened(home)) == 1
    assert not (home / "ledger.db-journal").exists()


def test_a_killed_writer_is_rolled_back_in_memory_where_nothing_may_be_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_in_the_middle(home)
    before = {place.name: place.read_bytes() for place in home.iterdir()}
    monkeypatch.setattr(store, "foreign_owner", lambda _: "li")

    ledger = opened(home)
    assert ledger.read_only_reason == "owner"
    assert count(ledger) == 1
    assert {place.name: place.read_bytes() for place in home.iterdir()} == before


def test_a_journal_without_its_ledger_is_not_played_into_a_new_one(home: Path) -> None:
    kill_in_the_middle(home)
    (home / "ledger.db").unlink()

    with closing(opened(home)) as ledger:
        assert logical(ledger).events == {}
        assert ledger.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture
def locked(home: Path) -> Iterator[Path]:
    """Give a home whose ledger another connection holds alone."""
    holder = sqlite3.connect(home / "ledger.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    yield home
    holder.close()


def test_a_locked_ledger_is_busy_after_the_time_to_wait(locked: Path) -> None:
    with pytest.raises(LedgerBusyError) as raised:
        open_ledger(locked, NOW, busy_s=0.05)
    assert (raised.value.code, raised.value.exit_code) == ("ledger_busy", 8)


def test_a_locked_ledger_is_busy_also_where_it_is_only_read(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "foreign_owner", lambda _: "li")
    with pytest.raises(LedgerBusyError):
        open_ledger(locked, NOW, busy_s=0.05)


def test_a_writer_that_cannot_commit_in_time_changes_nothing(home: Path) -> None:
    with closing(open_ledger(home, NOW, busy_s=0.05)) as ledger, closing(opened(home)) as reader:
        before = logical(ledger)
        reader.connection.execute("BEGIN")
        reader.connection.execute("SELECT * FROM meta").fetchone()
        with pytest.raises(LedgerBusyError):
            post(ledger, reading(A, [event("two")]))
        reader.connection.execute("ROLLBACK")

        assert logical(ledger) == before
        post(ledger, reading(A, [event("two")]))
        assert len(logical(reader).events) == 2


def test_a_home_of_another_user_is_only_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "foreign_owner", lambda _: "li")

    with closing(opened(home)) as ledger:
        assert ledger.read_only_reason == "owner"
        poster(ledger).reprice()
        assert post(ledger, reading(A, [event("two")])).added == 1
        assert len(logical(ledger).events) == 2
    monkeypatch.undo()
    assert count(opened(home)) == 1


@needs_root
def test_root_makes_no_home_inside_the_home_of_another_user(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)

    with closing(opened(tmp_path / ".token-tracker")) as ledger:
        assert ledger.read_only_reason == "owner"
    assert not (tmp_path / ".token-tracker").exists()


@needs_root
@pytest.mark.parametrize("mode", [0o500, 0o700])
def test_a_ledger_that_may_not_be_written_is_read_with_new_lines_in_memory(home: Path, mode: int) -> None:
    home.chmod(mode)
    (home / "ledger.db").chmod(0o400)

    def act() -> tuple[str, int, int]:
        ledger = opened(home)
        post(ledger, reading(A, [event("two")]))
        return ledger.read_only_reason, count(ledger), count(opened(home))

    assert as_nobody(act, home, *home.iterdir()) == ("read-only", 2, 1)


@needs_root
def test_an_unwritable_home_without_a_ledger_is_empty_in_memory(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)

    def act() -> tuple[str, int]:
        ledger = opened(home)
        return ledger.read_only_reason, count(ledger)

    assert as_nobody(act, home) == ("read-only", 0)


@needs_root
def test_a_home_that_may_not_be_looked_into_is_refused(home: Path) -> None:
    home.chmod(0)

    assert as_nobody(lambda: opened(home), home) == ("StorageError", "home_unusable")


@needs_root
def test_a_home_inside_a_folder_that_may_not_be_looked_into_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)

    assert as_nobody(lambda: opened(closed / "home"), closed) == ("StorageError", "home_unusable")


@needs_root
def test_a_ledger_that_may_not_be_read_is_refused(home: Path) -> None:
    (home / "ledger.db").chmod(0)

    answer = as_nobody(lambda: opened(home), home, *home.iterdir())
    assert answer == ("StorageError", "ledger_unreadable")


def test_a_sandbox_that_forbids_what_the_rights_allow_is_a_reading_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidding(path: object, flags: int, mode: int = 0o777) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return allowed(path, flags, mode)  # type: ignore[arg-type]  # whatever os.open was given

    allowed = os.open
    monkeypatch.setattr(os, "open", forbidding)

    ledger = opened(home)
    assert ledger.read_only_reason == "read-only"
    assert count(ledger) == 1


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk_full"), (errno.EIO, "home_unusable")])
def test_a_disk_that_takes_no_new_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def failing(path: object, *_: object) -> int:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(os, "open", failing)

    with pytest.raises(StorageError) as raised:
        opened(tmp_path / "home")
    assert (raised.value.code, raised.value.exit_code) == (code, 9)


def test_a_ledger_that_was_replaced_under_a_writer_is_busy(home: Path) -> None:
    with closing(opened(home)) as ledger:
        shutil.copy(home / "ledger.db", home / "other.db")
        os.replace(home / "other.db", home / "ledger.db")
        with pytest.raises(LedgerBusyError):
            post(ledger, reading(A, [event("two")]))

    assert count(opened(home)) == 1


def two_more(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE addition (id INTEGER PRIMARY KEY) STRICT")


def failing_step(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM event")
    raise ZeroDivisionError


def with_steps(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[sqlite3.Connection], None]) -> None:
    monkeypatch.setattr(store, "MIGRATIONS", schema.MIGRATIONS + steps)
    monkeypatch.setattr(store, "VERSION", schema.VERSION + len(steps))


def test_an_older_ledger_is_backed_up_and_brought_to_this_version(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened(home)) as ledger:
        before = logical(ledger)
    with_steps(monkeypatch, two_more)

    with closing(opened(home)) as ledger:
        assert logical(ledger) == before
        assert ledger.connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION + 1,)
        assert ledger.connection.execute("SELECT count(*) FROM addition").fetchone() == (0,)
    (backup,) = home.glob("ledger.db.v*.backup")
    assert backup.name == f"ledger.db.v{schema.VERSION}-20261005T120000Z.backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    monkeypatch.undo()
    shutil.copy(backup, home / "ledger.db")
    with closing(opened(home)) as ledger:
        assert logical(ledger) == before


def test_a_migration_that_fails_leaves_the_older_ledger(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(opened(home)) as ledger:
        before = logical(ledger)
    with_steps(monkeypatch, two_more, failing_step)

    with pytest.raises(ZeroDivisionError):
        opened(home)
    monkeypatch.undo()
    with_steps(monkeypatch, two_more)
    with closing(opened(home)) as ledger:
        assert logical(ledger) == before


def test_three_backups_of_migrations_are_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2, 12):
        (home / f"ledger.db.v{number}-2026010{number % 10}T000000Z.backup").write_bytes(b"old")
    with_steps(monkeypatch, two_more)

    opened(home).close()

    assert sorted(place.name for place in home.glob("*.backup")) == [
        f"ledger.db.v{schema.VERSION}-20261005T120000Z.backup",
        "ledger.db.v8-20260108T000000Z.backup",
        "ledger.db.v9-20260109T000000Z.backup",
    ]


def test_an_older_ledger_that_cannot_be_written_is_brought_up_in_memory(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = (home / "ledger.db").read_bytes()
    with_steps(monkeypatch, two_more)
    monkeypatch.setattr(store, "foreign_owner", lambda _: "li")

    with closing(opened(home)) as ledger:
        assert ledger.connection.execute("SELECT count(*) FROM addition").fetchone() == (0,)
        assert len(logical(ledger).events) == 1
    assert (home / "ledger.db").read_bytes() == raw
    assert list(home.glob("*.backup")) == []
