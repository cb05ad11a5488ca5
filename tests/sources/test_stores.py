"""What sources share to read databases, documents and compressed logs."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from token_tracker.model import UsageEvent
from token_tracker.sources import _zstd
from token_tracker.sources._documents import read_document
from token_tracker.sources._fields import LONGEST_NAME
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import _clean
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._ids import response_event_id
from token_tracker.sources._json_lines import read_json_lines
from token_tracker.sources._lines import file_state
from token_tracker.sources._places import lines_of
from token_tracker.sources._roots import states_of
from token_tracker.sources._sqlite import columns_of
from token_tracker.sources._sqlite import database_states
from token_tracker.sources._sqlite import open_database
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

zstandard = pytest.importorskip("zstandard")


class Kept:
    """Keeps every line; what it remembers is how many there were."""

    def __init__(self, memory: str) -> None:
        self.before = int(memory or 0)
        self.lines: list[tuple[int, JsonObject]] = []

    def take(self, offset: int, line: JsonObject) -> None:
        if line.get("bad"):
            raise UsageInvalidError
        self.lines.append((offset, line))

    def events(self) -> Sequence[UsageEvent]:
        return ()

    def memory(self) -> str:
        return str(self.before + len(self.lines))


def read(path: Path, before: Reading | None = None, markers: Sequence[bytes] = ()) -> tuple[Kept, Reading]:
    takers: list[Kept] = []

    def begin(memory: str) -> Kept:
        takers.append(Kept(memory))
        return takers[-1]

    state = file_state(str(path), os.stat(path))
    reading = read_json_lines(state, before and before.cursor, begin, markers)
    return takers[-1], reading


def test_lines_are_taken_from_where_the_last_reading_ended_with_what_it_remembered(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    log.write_bytes(b'\xef\xbb\xbf{"n":1}\n\n \r\n{"n":2}\r\n{"n":3')
    first, one = read(log)
    with log.open("ab") as file:
        file.write(b'}\n{"bad":1}\n[]\nnot json\n')

    second, two = read(log, one)

    assert first.lines == [(0, {"n": 1}), (15, {"n": 2})]
    assert [line for _, line in second.lines] == [{"n": 3}, {}]
    assert second.before == 2
    assert two.cursor.memory == "4"
    assert (one.from_start, two.from_start, two.cursor.offset) == (True, False, log.stat().st_size)
    assert two.problems == [LineProblem("usage-invalid", 32, 6), LineProblem("line-not-json", 45, 8)]


def test_only_marked_lines_are_parsed_where_there_are_markers(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    log.write_bytes(b'junk\n{"n":1}\n{"usage":2}\njunk usage\n')

    taker, reading = read(log, markers=(b'"usage"',))

    assert taker.lines == [(13, {"usage": 2})]
    assert reading.problems == []


@pytest.mark.parametrize("has_module", [True, False])
def test_a_compressed_log_is_read_whole(
    tmp_path: Path, has_module: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "a.jsonl.zst"
    log.write_bytes(zstandard.compress(b'{"n":1}\nno\n' * 100_000))
    monkeypatch.setattr(_zstd, "_module", lambda: zstandard if has_module else None)
    monkeypatch.setattr(shutil, "which", lambda _name: "zstd")
    monkeypatch.setattr(_zstd, "_run", lambda command, _text: _decompressed(command[-1]))

    taker, reading = read(log)

    assert len(taker.lines) == 100_000
    assert reading.problems[0] == LineProblem("line-not-json", 8, 2)
    assert reading.problems[-1] == LineProblem("line-not-json", 1_099_997, 200_000)
    assert (reading.from_start, reading.cursor.offset) == (True, log.stat().st_size)


def _decompressed(path: str) -> bytes:
    with zstandard.open(path, "rb") as stream:
        return bytes(stream.read())


def test_a_compressed_log_waits_where_nothing_decompresses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "a.jsonl.zst"
    log.write_bytes(zstandard.compress(b'{"n":1}\n'))
    monkeypatch.setattr(_zstd, "_module", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    taker, reading = read(log)

    assert (taker.lines, reading.problems) == ([], [LineProblem("file-codec-missing", 0, 1)])
    assert reading.cursor.state != file_state(str(log), os.stat(log))
    assert not _zstd.is_available()


@pytest.mark.parametrize("damage", [slice(0, -1), slice(0, 50), slice(1, None)], ids=str)
def test_a_damaged_compressed_log_is_an_error_of_the_system(tmp_path: Path, damage: slice) -> None:
    log = tmp_path / "a.jsonl.zst"
    log.write_bytes(zstandard.compress(os.urandom(5000))[damage])

    with pytest.raises(OSError, match=r".") as caught:
        read(log)

    assert caught.value.errno == errno.EBADMSG


def test_a_blob_is_decompressed_and_a_damaged_one_refused() -> None:
    decompress = _zstd.decompressor.__wrapped__()
    assert decompress is not None
    assert decompress(zstandard.compress(b"{}")) == b"{}"
    streamed = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(streamed, closefd=False) as writer:
        writer.write(b"[1]")
    assert decompress(streamed.getvalue()) == b"[1]"
    with pytest.raises(ValueError, match=r"."):
        decompress(b"no zstd")
    with pytest.raises(ValueError, match=r"."):
        decompress(b"")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "a store.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE message (id TEXT, data TEXT)")
    connection.commit()
    connection.close()
    return path


def test_a_database_shows_what_its_write_ahead_log_holds(database: Path) -> None:
    (before,) = database_states([str(database)])
    writer = sqlite3.connect(database)
    writer.execute("INSERT INTO message VALUES ('m', CAST(x'ff41' AS TEXT))")
    writer.commit()

    (after,) = database_states([str(database), str(database)])
    with open_database(str(database)) as connection:
        rows = connection.execute("SELECT id, data FROM message").fetchall()
        columns = columns_of(connection, "message"), columns_of(connection, "nothing")
    writer.close()

    assert rows == [("m", "\ufffdA")]
    assert after != before
    assert columns == (frozenset({"id", "data"}), frozenset())


def test_a_database_cannot_be_written_to(database: Path) -> None:
    with pytest.raises(OSError, match="readonly"), open_database(str(database)) as connection:
        connection.execute("DELETE FROM message")


def test_reading_a_database_leaves_nothing_beside_it(database: Path) -> None:
    (before,) = database_states([str(database)])
    with open_database(str(database)) as connection:
        connection.execute("SELECT id FROM message").fetchall()

    assert os.listdir(database.parent) == [database.name]
    assert database_states([str(database)]) == [before]


def read_while_it_is_written(path: Path) -> None:
    with open_database(str(path)) as connection, closing(sqlite3.connect(path)) as writer:
        connection.execute("SELECT id FROM message").fetchall()
        writer.execute("INSERT INTO message VALUES ('m', '')")
        writer.commit()


def test_a_database_that_is_written_while_it_is_read_is_read_again(database: Path) -> None:
    with pytest.raises(OSError, match="written") as caught:
        read_while_it_is_written(database)
    assert caught.value.errno == errno.EBUSY


def test_a_locked_database_is_busy_and_not_empty(database: Path) -> None:
    writer = sqlite3.connect(database)
    writer.execute("PRAGMA journal_mode = DELETE")
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OSError, match=r".") as caught, open_database(str(database)):
        pass
    writer.close()
    assert caught.value.errno == errno.EBUSY


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"SQLite format 3\0" + b"x" * 4096, b"text"])
def test_a_damaged_or_foreign_file_is_no_empty_database(database: Path, content: bytes) -> None:
    database.write_bytes(content)
    with pytest.raises(OSError, match=r".") as caught, open_database(str(database)) as connection:
        columns_of(connection, "message")
    assert caught.value.errno == errno.EBADMSG


def test_a_missing_database_is_an_error_of_the_system_and_in_no_list(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.db")
    assert database_states([gone]) == []
    with pytest.raises(FileNotFoundError), open_database(gone):
        pass


def test_a_half_written_document_is_an_error_and_not_empty(tmp_path: Path) -> None:
    document = tmp_path / "a.json"
    document.write_text('[{"n": 0.1}]')
    assert read_document(str(document)) == [{"n": Decimal("0.1")}]
    document.write_text('[{"n": 0.1}')
    with pytest.raises(OSError, match=r".") as caught:
        read_document(str(document))
    assert caught.value.errno == errno.EBADMSG


@pytest.mark.parametrize("start", ["[", '{"a":', '{"count":' + "9" * 5000 + ',"a":['])
def test_what_is_nested_too_deeply_is_no_json(start: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_object(start + "[" * 200_000)


def test_of_a_long_text_only_what_is_kept_of_its_name_stays_in_memory() -> None:
    _clean.cache_clear()
    assert clean_name("a" * 10**6) == clean_name("a" * 10**5) == "a" * LONGEST_NAME
    assert (_clean.cache_info().hits, _clean.cache_info().currsize) == (1, 1)


@pytest.mark.parametrize(
    ("value", "count"), [(None, 0), (0, 0), (10**12, 10**12), (Decimal("12.0"), 12)], ids=repr
)
def test_a_count_is_a_whole_number_or_missing(value: object, count: int) -> None:
    assert whole_count(value) == count


@pytest.mark.parametrize(
    "value", [-1, 10**12 + 1, True, "5", 1.5, Decimal("1.5"), Decimal("NaN"), Decimal("1e999999999"), [], {}]
)
def test_anything_else_is_no_count(value: object) -> None:
    with pytest.raises(UsageInvalidError):
        whole_count(value)


@pytest.mark.parametrize(
    ("value", "at_ms"),
    [
        (1776162403, 1776162403000),
        (Decimal("1776162403.25"), 1776162403250),
        (1776162403250, 1776162403250),
        (999_999_999_999, 999_999_999_999_000),
        ("2026-04-14T10:26:43Z", 1776162403000),
        (0, None),
        (-5, None),
        (True, None),
        (Decimal("NaN"), None),
        (10**18, None),
        (None, None),
        (Decimal("1e999999999"), None),
        (float("inf"), None),
        ("9999-12-31T23:59:59-23:59", None),
    ],
    ids=repr,
)
def test_a_moment_may_be_text_seconds_or_milliseconds(value: object, at_ms: int | None) -> None:
    assert instant_ms(value) == (at_ms if at_ms is None or at_ms <= 253402300799999 else None)


@pytest.mark.parametrize(
    ("value", "amount"),
    [(Decimal("0.00192"), 1_920_000_000), (0.1, 10**11), ("0.3", 3 * 10**11), (2, 2 * 10**12), (0, 0)],
    ids=repr,
)
def test_money_is_read_exactly(value: object, amount: int) -> None:
    assert pico(value) == amount


@pytest.mark.parametrize("value", [None, -1, True, "x", Decimal("NaN"), 10**12, []], ids=repr)
def test_anything_else_is_no_money(value: object) -> None:
    assert pico(value) is None


def test_a_member_of_something_else_is_unknown() -> None:
    assert member({"a": {"b": 0}}, "a", "b") == 0
    assert member({"a": [1]}, "a", "b") is None


def test_the_vendor_that_minted_an_id_is_its_namespace() -> None:
    assert response_event_id("codex", "resp_0123456789") == event_id("openai", "resp_0123456789")
    assert response_event_id("pi", "msg_0123456789", "s") == response_event_id("openclaw", "msg_0123456789")
    assert response_event_id("pi", "0123456789ab") != response_event_id("openclaw", "0123456789ab")


def test_a_short_id_counts_only_with_its_context() -> None:
    assert response_event_id("pi", "msg_0", "session", 5) != response_event_id("pi", "msg_0", "session", 6)


def test_a_place_is_told_by_line_row_or_element(tmp_path: Path, database: Path) -> None:
    plain, compressed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.zst"
    plain.write_bytes(b"{}\n{}\n{}\n")
    compressed.write_bytes(zstandard.compress(plain.read_bytes()))
    (tmp_path / "a.json").write_text("[]")

    assert lines_of(str(plain), [6, 3, 3, 900]) == {3: 2, 6: 3}
    assert lines_of(str(compressed), [6, 3]) == {3: 2, 6: 3}
    assert lines_of(str(database), [7]) == {7: 7}
    assert lines_of(str(tmp_path / "a.json"), [2]) == {2: 2}
    assert lines_of(str(tmp_path / "gone.jsonl"), [0]) == {}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.timeout(20)
def test_a_pipe_or_a_folder_of_the_right_name_is_no_log_and_is_not_waited_for(tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe.db", tmp_path / "folder.db"
    os.mkfifo(pipe)
    folder.mkdir()
    places = [str(pipe), str(folder)]

    assert (states_of(places), database_states(places)) == ([], [])
    for read in (read_document, lambda path: open_database(path).__enter__()):
        with pytest.raises(OSError, match="not a regular file"):
            read(str(pipe))


def test_a_compressed_line_without_end_is_passed_over_in_time_that_grows_with_it(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl.zst"
    log.write_bytes(zstandard.compress(bytes(200 << 20) + b'\n{"n":1}\n'))

    taker, reading = read(log)

    assert taker.lines == [((200 << 20) + 1, {"n": 1})]
    assert reading.problems == [LineProblem("line-too-long", 0, 1)]
