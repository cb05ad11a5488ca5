"""Finding log files, and reading growing ones line by line."""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from sources.claude_lines import READERS
from sources.claude_lines import state_of
from token_tracker.sources import _lines
from token_tracker.sources._lines import MarkedLines
from token_tracker.sources._lines import file_state
from token_tracker.sources._lines import files_below
from token_tracker.sources._lines import line_numbers
from token_tracker.sources._lines import resume_offset
from token_tracker.sources._lines import tail_hash
from token_tracker.sources._native import STANDARD
from token_tracker.sources._native import Toolset
from token_tracker.sources._roots import states_of
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Root

MARKER = b'"usage"'

each_reader = pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])


def marked(
    path: Path,
    start: int = 0,
    longest: int = 64,
    reader: Toolset = STANDARD,
    markers: tuple[bytes, ...] = (MARKER,),
) -> tuple[list[tuple[int, bytes]], int, list[int]]:
    with FileIO(str(path)) as file:
        lines = MarkedLines(file, start, markers, reader, longest)
        found = [(offset, bytes(text)) for offset, text in lines]
        return found, lines.offset, lines.too_long


def expected_lines(
    text: bytes, longest: int, markers: tuple[bytes, ...] = (MARKER,)
) -> tuple[list[tuple[int, bytes]], int, list[int]]:
    """Say the same the slow way."""
    found, too_long, offset = [], [], 0
    for one in text.splitlines(keepends=True) if b"\r" not in text else []:
        if not one.endswith(b"\n"):
            break
        if any(marker in one for marker in markers):
            if len(one) > longest:
                too_long.append(offset)
            else:
                found.append((offset, one[:-1]))
        offset += len(one)
    return found, offset, too_long


pieces = st.lists(
    st.sampled_from([b"\n", MARKER, b"us", b'"', b"x" * 7, b"y" * 33, b"z" * 90, b"\n\n", b" " * 16]),
    max_size=24,
)


@each_reader
@pytest.mark.parametrize("markers", [(MARKER,), (b"us", b"zz", b"yyy"), (b"yyy", MARKER)], ids=len)
@settings(deadline=None, max_examples=150)
@given(text=pieces.map(b"".join))
def test_marked_lines_are_those_that_hold_a_marker(
    reader: Toolset, markers: tuple[bytes, ...], text: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("lines") / "log"
    path.write_bytes(text)
    spare, size = _lines._spare, _lines.BUFFER_BYTES
    try:
        _lines._spare, _lines.BUFFER_BYTES = [], 16
        assert marked(path, reader=reader, markers=markers) == expected_lines(text, 64, markers)
    finally:
        _lines._spare, _lines.BUFFER_BYTES = spare, size


@each_reader
def test_reading_goes_on_where_it_ended(reader: Toolset, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'a "usage"\nb "usage"\nc "usa')
    assert marked(path, 10, reader=reader) == ([(10, b'b "usage"')], 20, [])
    assert marked(path, 20, reader=reader) == ([], 20, [])


def test_line_numbers_count_from_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"a\nbb\n\nccc\n")
    with FileIO(str(path)) as file:
        assert line_numbers(file, [0, 2, 5, 6]) == [1, 2, 3, 4]
        assert line_numbers(file, [6]) == [4]
        assert line_numbers(file, []) == []
        assert line_numbers(file, [100]) == [5]


def test_line_numbers_are_counted_in_one_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x\n" * 1000)
    read: list[int] = []

    def counted(file: FileIO, offset: int, size: int) -> bytes:
        read.append(size)
        return os.pread(file.fileno(), size, offset)

    monkeypatch.setattr(_lines, "read_at", counted)
    with FileIO(str(path)) as file:
        assert line_numbers(file, list(range(0, 2000, 2))) == list(range(1, 1001))
    assert sum(read) == 1998


def cursor_at(path: Path, offset: int) -> Cursor:
    with FileIO(str(path)) as file:
        return Cursor(state_of(path), offset, tail_hash(file, offset))


def resumed(path: Path, cursor: Cursor | None, state: FileState | None = None) -> int:
    with FileIO(str(path)) as file:
        return resume_offset(file, state or state_of(path), cursor)


def test_reading_resumes_only_in_the_file_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    text = b"x" * 9000 + b"\n"
    path.write_bytes(text)
    cursor, state = cursor_at(path, 9001), state_of(path)
    grown = state._replace(size=9002, mtime_ns=5)

    assert resumed(path, None) == 0
    assert resumed(path, cursor) == 9001
    assert resumed(path, cursor, grown) == 9001
    assert resumed(path, cursor, state._replace(size=9000)) == 0
    assert resumed(path, cursor, state._replace(inode=state.inode + 1)) == 0
    assert resumed(path, cursor, state._replace(device=state.device + 1)) == 0
    for place, seen in ((9001 - 4096, 0), (9000 - 4096, 9001), (8999, 0)):
        path.write_bytes(text[:place] + b"y" + text[place + 1 :])
        assert resumed(path, cursor) == seen
    path.write_bytes(text[:100])
    assert resumed(path, cursor, grown) == 0


def names(*roots: Path, suffix: str = ".jsonl") -> list[str]:
    return [state.path for state in files_below([Root(str(root), True) for root in roots], suffix)]


def touched(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"{}\n")
    return str(path)


def test_a_listed_file_is_described_as_the_system_does(tmp_path: Path) -> None:
    path = touched(tmp_path / "a.jsonl")
    assert files_below([Root(str(tmp_path), True)], ".jsonl") == [state_of(Path(path))]
    assert files_below([Root(str(tmp_path), False)], ".jsonl") == []


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "nowhere.jsonl").symlink_to(tmp_path / "gone")
    inner = touched(tmp_path / "folder.jsonl" / "a.jsonl")
    touched(tmp_path / "a.json")
    assert names(tmp_path) == [inner]


def test_a_named_file_is_described_once_and_only_where_it_is_one(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "a.jsonl").touch()
    os.link(tmp_path / "a.jsonl", tmp_path / "b.jsonl")

    found = states_of(str(tmp_path / name) for name in ("folder.jsonl", "a.jsonl", "b.jsonl", "gone.jsonl"))

    assert [state.path for state in found] == [str(tmp_path / "a.jsonl")]


def test_loops_of_links_end_and_every_file_is_listed_once(tmp_path: Path) -> None:
    kept = touched(tmp_path / "a" / "one.jsonl")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    os.link(kept, tmp_path / "a" / "two.jsonl")
    assert names(tmp_path) == [kept]
    assert names(tmp_path / "a", tmp_path, tmp_path) == [kept]
    assert names(tmp_path, tmp_path / "b") == [kept]


def test_links_out_of_the_root_are_followed(tmp_path: Path) -> None:
    touched(tmp_path / "elsewhere" / "one.jsonl")
    root = tmp_path / "root"
    root.mkdir()
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    assert names(root) == [str(root / "linked" / "one.jsonl")]


def test_a_folder_that_is_closed_to_us_is_listed_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = touched(tmp_path / "open" / "one.jsonl")
    touched(tmp_path / "shut" / "two.jsonl")
    scandir = os.scandir

    def refusing(folder: str) -> object:
        if folder.endswith("shut"):
            raise PermissionError(13, "Permission denied", folder)
        if folder.endswith("gone"):
            raise FileNotFoundError(2, "No such file", folder)
        return scandir(folder)

    (tmp_path / "gone").mkdir()
    monkeypatch.setattr(os, "scandir", refusing)
    closed = FileState(str(tmp_path / "shut"), 0, 0, 0, 0)
    assert files_below([Root(str(tmp_path), True)], ".jsonl") == [state_of(Path(kept)), closed]


def test_numbers_of_a_file_that_use_all_64_bits_fit_a_signed_column() -> None:
    stat = os.stat_result((0o100600, 2**64 - 2, 2**63 + 5, 1, 0, 0, 7, 0, 3, 0))
    assert file_state("/logs/one.jsonl", stat)[:4] == ("/logs/one.jsonl", 5, 2**63 - 2, 7)


def test_two_files_can_be_read_at_the_same_time(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.jsonl", "other.jsonl")]
    for path in paths:
        path.write_bytes(b"".join(b'{"usage": "%s %d"}\n' % (path.stem.encode(), n) for n in range(40_000)))
    with FileIO(paths[0]) as one, FileIO(paths[1]) as other:
        lines = [MarkedLines(file, 0, b'"usage"', STANDARD) for file in (one, other)]
        pairs = zip(*lines, strict=True)
        found = [(bytes(left), bytes(right)) for (_, left), (_, right) in pairs]

    assert found == [(b'{"usage": "one %d"}' % n, b'{"usage": "other %d"}' % n) for n in range(40_000)]
