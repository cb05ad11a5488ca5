"""What every source must keep to, shown on its own samples; a new source adds only fixtures."""

from __future__ import annotations

import itertools
import json
import random
import shutil
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from sources.samples import Sample
from sources.samples import Totals
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import name_of
from sources.samples import readings_of
from sources.samples import samples
from sources.samples import totals_of
from sources.samples import unplaced
from token_tracker.model import TokenCounts
from token_tracker.sources import all_sources
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Source

CANARY = "CANARY-do-not-keep-7f3a"

every_sample = pytest.mark.parametrize("sample", samples(), ids=name_of)
with_totals = pytest.mark.parametrize("sample", samples("sample"), ids=name_of)


def logs(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jsonl"))


def rewrite(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    for log in logs(folder):
        log.write_bytes(b"".join(change(log.read_bytes().splitlines(keepends=True))))


def change_objects(change: Callable[[dict[str, Any]], None]) -> Callable[[list[bytes]], list[bytes]]:
    def changed(line: bytes) -> bytes:
        record = json.loads(line)
        change(record)
        return json.dumps(record).encode() + b"\n"

    return lambda lines: [changed(line) for line in lines]


def holder(record: dict[str, Any], path: str) -> tuple[dict[str, Any], str] | None:
    """Give the object that holds a dotted field and the field's name, where it is there."""
    *outer, last = path.split(".")
    for name in outer:
        inner = record.get(name)
        if not isinstance(inner, dict):
            return None
        record = inner
    return (record, last) if last in record else None


def set_fields(paths: list[str], value: object) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        for path in paths:
            if found := holder(record, path):
                found[0][found[1]] = value

    return change


def counts(source: Source, folder: Path) -> tuple[Totals, set[bytes]]:
    events = events_of(readings_of(source, folder))
    return totals_of(events.values()), set(events)


def test_every_source_has_a_sample_with_totals() -> None:
    assert {sample.source.id for sample in samples("sample")} == {source.id for source in all_sources()}


@with_totals
def test_a_sample_gives_the_expected_totals(sample: Sample) -> None:
    expected = sample.expected
    events = events_of(readings_of(sample.source, sample.folder)).values()

    assert totals_of(events) == Totals(
        expected["events"], TokenCounts(**expected["tokens"]), expected["web_searches"]
    )
    assert sorted({event.origin.session for event in events}) == expected["sessions"]
    assert sorted({event.origin.agent for event in events}) == expected["agents"]


@every_sample
def test_an_event_says_where_it_was_read(sample: Sample) -> None:
    for state in files_in(sample.source, sample.folder):
        text = Path(state.path).read_bytes()
        reading = sample.source.read(state, None)
        assert {event.place.path for event in reading.events} <= {state.path}
        assert all(text[event.place.offset - 1 : event.place.offset] in b"\n" for event in reading.events)
        assert {event.origin.source for event in reading.events} <= {sample.source.id}


def reemitted(lines: list[bytes]) -> list[bytes]:
    return [line for line in lines for _ in range(2)]


def blanked(lines: list[bytes]) -> list[bytes]:
    return [part for line in lines for part in (b"\n", line, b"   \r\n")]


def windows_ends(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b"\n", b"\r\n") for line in lines]


def with_byte_order_mark(lines: list[bytes]) -> list[bytes]:
    return [b"\xef\xbb\xbf", *lines]


def torn(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[-1][: len(lines[-1]) // 2]]


def nul_filled(lines: list[bytes]) -> list[bytes]:
    return [*lines, b"\0" * 5000]


def nul_filled_within(lines: list[bytes]) -> list[bytes]:
    return [b"\0" * 700 + line for line in lines]


def with_unknown_fields(lines: list[bytes]) -> list[bytes]:
    return change_objects(lambda record: record.update(unheardOf={"deep": [CANARY]}, **{"": None}))(lines)


def spaced(lines: list[bytes]) -> list[bytes]:
    return [json.dumps(json.loads(line), separators=(" , ", " : ")).encode() + b"\n" for line in lines]


@pytest.mark.parametrize(
    "mutation",
    [
        reemitted,
        blanked,
        windows_ends,
        with_byte_order_mark,
        torn,
        nul_filled,
        nul_filled_within,
        with_unknown_fields,
        spaced,
    ],
)
@every_sample
def test_a_mutation_that_adds_nothing_changes_nothing(
    sample: Sample, mutation: Callable[[list[bytes]], list[bytes]], tmp_path: Path
) -> None:
    before = unplaced(events_of(readings_of(sample.source, sample.folder)).values())
    folder = sample.copied_to(tmp_path)
    rewrite(folder, mutation)

    readings = readings_of(sample.source, folder)

    assert unplaced(events_of(readings).values()) == before
    assert [problem for reading in readings for problem in reading.problems] == []


@every_sample
def test_the_order_of_lines_does_not_matter_where_lines_stand_alone(sample: Sample, tmp_path: Path) -> None:
    assert sample.rules["lines_stand_alone"]
    before = unplaced(events_of(readings_of(sample.source, sample.folder)).values())
    folder = sample.copied_to(tmp_path)
    rewrite(folder, lambda lines: lines[::-1])

    assert unplaced(events_of(readings_of(sample.source, folder)).values()) == before


@every_sample
def test_null_in_a_field_that_may_be_unknown_loses_no_token(sample: Sample, tmp_path: Path) -> None:
    before, ids = counts(sample.source, sample.folder)
    folder = sample.copied_to(tmp_path)
    rewrite(folder, change_objects(set_fields(sample.rules["may_be_null"], None)))

    after, ids_after = counts(sample.source, folder)

    assert after._replace(tokens=after.tokens._replace(reasoning=before.tokens.reasoning)) == before
    assert ids_after == ids


@every_sample
def test_a_duplicated_and_a_renamed_file_add_nothing(sample: Sample, tmp_path: Path) -> None:
    before = counts(sample.source, sample.folder)
    folder = sample.copied_to(tmp_path)
    for number, log in enumerate(logs(folder)):
        shutil.copy(log, folder / f"copy-{number}.jsonl")
        log.rename(log.with_name(f"renamed-{number}.jsonl"))

    assert counts(sample.source, folder) == before


@every_sample
def test_a_future_time_is_kept_as_logged(sample: Sample, tmp_path: Path) -> None:
    before = counts(sample.source, sample.folder)
    folder = sample.copied_to(tmp_path)
    field = sample.rules["time_field"]
    rewrite(folder, change_objects(set_fields([field], "2999-01-01T00:00:00.000Z")))

    events = events_of(readings_of(sample.source, folder)).values()

    assert {event.at_ms for event in events} == {32472144000000}
    assert counts(sample.source, folder) == before


@every_sample
def test_junk_lines_are_counted_by_place_and_cost_nothing(sample: Sample, tmp_path: Path) -> None:
    before = counts(sample.source, sample.folder)
    junk = [line.encode() + b"\n" for line in sample.rules["junk_lines"]]
    folder = sample.copied_to(tmp_path)
    rewrite(folder, lambda lines: [lines[0], *junk, *lines[1:]])

    readings = readings_of(sample.source, folder)

    assert counts(sample.source, folder) == before
    for reading in readings:
        text = Path(reading.cursor.state.path).read_bytes()
        first = text.index(b"\n") + 1
        offsets = list(itertools.accumulate((len(line) for line in junk[:-1]), initial=first))
        assert [(one.offset, one.line) for one in reading.problems] == list(
            zip(offsets, itertools.count(2), strict=False)
        )


@every_sample
def test_what_a_person_wrote_is_not_kept(sample: Sample, tmp_path: Path) -> None:
    folder = sample.copied_to(tmp_path)

    def plant(record: dict[str, Any]) -> None:
        set_fields(sample.rules["text_fields"], CANARY)(record)
        record["planted"] = {"text": [CANARY]}

    rewrite(folder, change_objects(plant))
    rewrite(folder, lambda lines: [*lines, b'{"usage": "%s' % CANARY.encode() + b"\n"])

    readings = readings_of(sample.source, folder)

    assert sum(len(reading.problems) for reading in readings) == len(logs(folder))
    assert CANARY not in repr(readings)


@every_sample
def test_any_order_of_files_gives_the_same_events(sample: Sample) -> None:
    readings = readings_of(sample.source, sample.folder)
    before = events_of(readings)
    for seed in range(20):
        random.Random(seed).shuffle(readings)
        assert events_of([*readings, *readings[:2]]) == before


def grown_in_steps(source: Source, folder: Path, steps: list[float]) -> Iterator[Reading]:
    """Read every log while it grows, at cuts given as shares of its length."""
    for log in logs(folder):
        text = log.read_bytes()
        cursor: Cursor | None = None
        for cut in sorted({0, *(int(step * len(text)) for step in steps), len(text)}):
            with log.open("r+b") as file:
                file.truncate(0) if not cut else None
                file.write(text[:cut])
            state = next(one for one in files_in(source, log.parent) if one.path == str(log))
            reading = source.read(state, cursor)
            cursor = reading.cursor
            yield reading


@every_sample
@settings(deadline=None, max_examples=12)
@given(steps=st.lists(st.floats(0, 1), max_size=6))
def test_a_file_read_while_it_grows_gives_what_the_whole_file_gives(
    sample: Sample, steps: list[float]
) -> None:
    whole = readings_of(sample.source, sample.folder)
    with TemporaryDirectory() as place:
        folder = sample.copied_to(Path(place))
        readings = list(grown_in_steps(sample.source, folder, steps))

        assert unplaced(events_of(readings).values()) == unplaced(events_of(whole).values())
        assert sum(reading.bytes_read for reading in readings) == sum(
            log.stat().st_size for log in logs(folder)
        )


@every_sample
def test_reading_again_gives_nothing_new(sample: Sample) -> None:
    for state in (one for one in files_in(sample.source, sample.folder) if one.path.endswith(".jsonl")):
        first = sample.source.read(state, None)
        again = sample.source.read(state, first.cursor)
        assert (again.bytes_read, again.events, again.problems) == (0, [], [])
        assert again.cursor == first.cursor
        assert first.from_start


@every_sample
def test_a_file_that_was_cut_or_written_anew_is_read_from_its_start(sample: Sample, tmp_path: Path) -> None:
    folder = sample.copied_to(tmp_path)
    for log in logs(folder):
        text = log.read_bytes()
        before = {one.path: sample.source.read(one, None) for one in files_in(sample.source, folder)}
        for other in (text[: text.index(b"\n")], b"\n" + text, text[1:] + b"\n\n", b""):
            log.write_bytes(other)
            state = next(one for one in files_in(sample.source, folder) if one.path == str(log))
            reading = sample.source.read(state, before[str(log)].cursor)
            assert (reading.from_start, reading.cursor.offset) == (True, other.rfind(b"\n") + 1)
            # What was posted stays: the ledger keeps it, and nothing read now is new to it.
            kept = events_of([before[str(log)], reading])
            assert totals_of(kept.values()) == totals_of(before[str(log)].events)
        log.write_bytes(text)


@every_sample
def test_a_file_that_vanished_is_an_error_of_the_system(sample: Sample, tmp_path: Path) -> None:
    folder = sample.copied_to(tmp_path)
    states = files_in(sample.source, folder)
    for log in logs(folder):
        log.unlink()
    for state in states:
        with pytest.raises(FileNotFoundError):
            sample.source.read(state, None)
