"""What every source must keep to, shown on its own samples; a new source adds only fixtures."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable
from contextlib import closing
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from ledger.postings import NOW
from ledger.postings import opened_fast
from sources.mutations import CANARY
from sources.mutations import FAR_MS
from sources.mutations import blanked
from sources.mutations import counts
from sources.mutations import each
from sources.mutations import every_sample
from sources.mutations import every_source
from sources.mutations import forked
from sources.mutations import grown_in_steps
from sources.mutations import having
from sources.mutations import later
from sources.mutations import logs
from sources.mutations import nul_filled
from sources.mutations import nul_filled_within
from sources.mutations import problems
from sources.mutations import reemitted
from sources.mutations import rewrite
from sources.mutations import rewrite_lines
from sources.mutations import spaced
from sources.mutations import state_of
from sources.mutations import torn
from sources.mutations import windows_ends
from sources.mutations import with_byte_order_mark
from sources.mutations import with_lines
from sources.mutations import with_totals
from sources.samples import Sample
from sources.samples import Totals
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import readings_of
from sources.samples import rules_of
from sources.samples import samples
from sources.samples import timeless
from sources.samples import totals_of
from sources.samples import unplaced
from sources.stores import change_fields
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import Clock
from token_tracker.sources import all_sources
from token_tracker.sources.contract import RunningTotal
from token_tracker.sources.contract import Source
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources


def test_every_source_that_reads_anything_has_a_sample_with_totals() -> None:
    having_totals = {sample.source.id for sample in samples("sample") if "events" in sample.expected}
    silent = {source.id for source in all_sources() if rules_of(source).get("reads_nothing")}
    assert having_totals | silent == {source.id for source in all_sources()}


@with_totals
def test_a_sample_gives_the_expected_totals(sample: Sample) -> None:
    expected = sample.expected
    events = events_of(readings_of(sample.source, sample.folder)).values()

    assert totals_of(events) == Totals(
        expected["events"], Tokens(**expected["tokens"]), expected["web_searches"]
    )
    assert sorted({event.origin.session for event in events}) == expected["sessions"]
    assert sorted({event.origin.agent for event in events}) == expected["agents"]


@with_totals
def test_the_ledger_has_the_expected_totals_once_and_for_ever(sample: Sample, tmp_path: Path) -> None:
    expected = sample.expected
    folder = sample.copied_to(tmp_path)
    wanted = [Wanted(sample.source, [str(folder)])]
    environ = {"HOME": str(tmp_path / "nobody")}
    with closing(opened_fast(tmp_path / "ledger")) as ledger:
        sums = "SELECT {}, coalesce(sum(web_searches), 0) FROM event".format(
            ", ".join(f"coalesce(sum({name}), 0)" for name in Tokens._fields)
        )
        found = []
        for number in range(3):
            result = sync_sources(ledger, wanted, environ, Clock(NOW), tmp_path / "prices")
            found.append((*ledger.connection.execute(sums).fetchone(), result.sources[0].events_new > 0))
            shutil.rmtree(folder) if number == 1 else None

    right = (*expected["tokens"].values(), expected["web_searches"])
    assert found == [(*right, expected["events"] > 0), (*right, False), (*right, False)]


@every_sample
def test_an_event_says_where_it_was_read(sample: Sample) -> None:
    for state in files_in(sample.source, sample.folder):
        reading = sample.source.read(state, None)
        found: list[UsageEvent | RunningTotal] = [*reading.events, *reading.totals]
        assert {one.place.path for one in found} <= {state.path}
        assert {one.origin.source for one in found} <= {sample.source.id}
        assert all(one.place.offset >= 0 for one in found)


@with_lines
def test_an_event_of_a_line_says_where_the_line_begins(sample: Sample) -> None:
    for log in logs(sample, sample.folder, "lines"):
        text = log.path.read_bytes()
        for event in sample.source.read(state_of(sample, log.path), None).events:
            assert text[event.place.offset - 1 : event.place.offset] in b"\n"


@pytest.mark.parametrize(
    "mutation",
    [reemitted, blanked, windows_ends, with_byte_order_mark, torn, nul_filled, nul_filled_within, spaced],
)
@with_lines
def test_a_mutation_of_lines_that_adds_nothing_changes_nothing(
    sample: Sample, mutation: Callable[[list[bytes]], list[bytes]], tmp_path: Path
) -> None:
    before = unplaced(events_of(readings_of(sample.source, sample.folder)).values())
    folder = sample.copied_to(tmp_path)
    rewrite_lines(sample, folder, mutation)

    assert unplaced(events_of(readings_of(sample.source, folder)).values()) == before
    assert problems(sample.source, folder) == []


@every_sample
def test_unknown_fields_and_columns_change_nothing(sample: Sample, tmp_path: Path) -> None:
    before = unplaced(events_of(readings_of(sample.source, sample.folder)).values())
    folder = sample.copied_to(tmp_path)
    rewrite(sample, folder, each(lambda record: record.update(unheardOf={"deep": [CANARY]})))

    readings = readings_of(sample.source, folder)

    assert unplaced(events_of(readings).values()) == before
    assert [problem for reading in readings for problem in reading.problems] == []
    assert CANARY not in repr(readings)


@having(rule="lines_stand_alone")
def test_the_order_of_records_does_not_matter_where_they_stand_alone(sample: Sample, tmp_path: Path) -> None:
    before = timeless(events_of(readings_of(sample.source, sample.folder)).values())
    folder = sample.copied_to(tmp_path)
    rewrite(sample, folder, lambda records: records[::-1])

    assert timeless(events_of(readings_of(sample.source, folder)).values()) == before


@every_sample
def test_null_in_a_field_that_may_be_unknown_loses_no_token(sample: Sample, tmp_path: Path) -> None:
    before, ids = counts(sample.source, sample.folder)
    folder = sample.copied_to(tmp_path)
    paths = sample.rules["may_be_null"]
    rewrite(sample, folder, each(lambda one: change_fields(one, sample.rules, paths, lambda _value: None)))

    after, ids_after = counts(sample.source, folder)

    assert after._replace(tokens=after.tokens._replace(reasoning=before.tokens.reasoning)) == before
    assert ids_after == ids


@having(rule="fork")
def test_a_fork_adds_nothing_of_what_it_copied(sample: Sample, tmp_path: Path) -> None:
    before, ids = counts(sample.source, sample.folder)
    folder = sample.copied_to(tmp_path)
    for number, log in enumerate(logs(sample, folder)):
        forked(sample, log, number)

    after, ids_after = counts(sample.source, folder)

    assert (after, ids_after) == (before, ids)


@every_sample
def test_the_same_history_in_two_homes_counts_once(sample: Sample, tmp_path: Path) -> None:
    before = counts(sample.source, sample.folder)
    folders = [sample.copied_to(tmp_path / name) for name in ("one", "other")]
    states = files_in(sample.source, *folders)

    assert len({state.path for state in states}) > len(files_in(sample.source, folders[0]))
    assert counts(sample.source, *folders) == before


@every_sample
def test_a_home_that_moved_adds_nothing(sample: Sample, tmp_path: Path) -> None:
    before = events_of(readings_of(sample.source, sample.folder))
    moved = sample.copied_to(tmp_path).rename(tmp_path / "moved")

    assert timeless(events_of(readings_of(sample.source, moved)).values()) == timeless(before.values())


@having(rule="time_fields")
def test_a_future_time_is_kept_as_logged(sample: Sample, tmp_path: Path) -> None:
    before = events_of(readings_of(sample.source, sample.folder)).values()
    folder = sample.copied_to(tmp_path)
    paths = sample.rules["time_fields"]
    rewrite(sample, folder, each(lambda record: change_fields(record, sample.rules, paths, later)))

    after = events_of(readings_of(sample.source, folder)).values()

    assert sorted(event.at_ms for event in after) == sorted(event.at_ms + FAR_MS for event in before)
    assert totals_of(after) == totals_of(before)


@having("lines", rule="junk_lines")
def test_junk_lines_are_counted_by_place_and_cost_nothing(sample: Sample, tmp_path: Path) -> None:
    before = counts(sample.source, sample.folder)
    junk = [line.encode() + b"\n" for line in sample.rules["junk_lines"]]
    folder = sample.copied_to(tmp_path)
    rewrite_lines(sample, folder, lambda lines: [lines[0], *junk, *lines[1:]])

    assert counts(sample.source, folder) == before
    for log in logs(sample, folder, "lines"):
        first = log.path.read_bytes().index(b"\n") + 1
        offsets = list(itertools.accumulate((len(line) for line in junk[:-1]), initial=first))
        state = state_of(sample, log.path)
        assert [(one.offset, one.line) for one in sample.source.read(state, None).problems] == list(
            zip(offsets, itertools.count(2), strict=False)
        )


@every_sample
def test_what_a_person_wrote_is_not_kept(sample: Sample, tmp_path: Path) -> None:
    before = counts(sample.source, sample.folder)
    folder = sample.copied_to(tmp_path)
    paths = sample.rules["text_fields"]
    rewrite(
        sample,
        folder,
        each(lambda record: change_fields(record, sample.rules, paths, lambda _text: CANARY)),
    )

    readings = readings_of(sample.source, folder)

    assert CANARY not in repr(readings)
    assert counts(sample.source, folder) == before


@every_sample
def test_any_order_of_files_gives_the_same_events(sample: Sample) -> None:
    readings = readings_of(sample.source, sample.folder)
    before = events_of(readings)
    for seed in range(20):
        random.Random(seed).shuffle(readings)
        assert events_of([*readings, *readings[:2]]) == before


@with_lines
@settings(deadline=None, max_examples=12)
@given(steps=st.lists(st.floats(0, 1), max_size=6))
def test_a_file_read_while_it_grows_gives_what_the_whole_file_gives(
    sample: Sample, steps: list[float]
) -> None:
    whole = [
        sample.source.read(state_of(sample, log.path), None) for log in logs(sample, sample.folder, "lines")
    ]
    with TemporaryDirectory() as place:
        folder = sample.copied_to(Path(place))
        places = [log.path for log in logs(sample, folder, "lines")]
        readings = [reading for log in places for reading in grown_in_steps(sample, log, steps)]

        assert unplaced(events_of(readings).values()) == unplaced(events_of(whole).values())
        assert sum(reading.bytes_read for reading in readings) == sum(log.stat().st_size for log in places)


@every_sample
def test_reading_again_gives_nothing_new(sample: Sample) -> None:
    for state in files_in(sample.source, sample.folder):
        first = sample.source.read(state, None)
        again = sample.source.read(state, first.cursor)
        assert first.from_start
        assert again.cursor == first.cursor
        assert events_of([first, again]) == events_of([first])


@with_lines
def test_reading_lines_again_reads_nothing(sample: Sample) -> None:
    for log in logs(sample, sample.folder, "lines"):
        state = state_of(sample, log.path)
        again = sample.source.read(state, sample.source.read(state, None).cursor)
        assert (again.bytes_read, list(again.events), list(again.problems)) == (0, [], [])


@with_lines
def test_a_file_that_was_cut_or_written_anew_is_read_from_its_start(sample: Sample, tmp_path: Path) -> None:
    folder = sample.copied_to(tmp_path)
    for log in [one.path for one in logs(sample, folder, "lines")]:
        text = log.read_bytes()
        state = state_of(sample, log)
        before = sample.source.read(state, None)
        for other in (text[: text.index(b"\n")], b"\n" + text, text[1:] + b"\n\n", b""):
            log.write_bytes(other)
            state = state_of(sample, log)
            reading = sample.source.read(state, before.cursor)
            assert (reading.from_start, reading.cursor.offset) == (True, other.rfind(b"\n") + 1)
        log.write_bytes(text)


@every_sample
def test_a_file_that_vanished_is_an_error_of_the_system(sample: Sample, tmp_path: Path) -> None:
    folder = sample.copied_to(tmp_path)
    states = files_in(sample.source, folder)
    for state in states:
        with suppress(FileNotFoundError):
            Path(state.path).unlink()
    for state in states:
        with pytest.raises(FileNotFoundError):
            sample.source.read(state, None)


@having("lines", rule="compressed")
def test_a_compressed_log_gives_what_the_plain_one_gives(sample: Sample, tmp_path: Path) -> None:
    before = unplaced(events_of(readings_of(sample.source, sample.folder)).values())
    folder = sample.copied_to(tmp_path)
    plain = [log.path for log in logs(sample, folder, "lines")]
    for log in plain:
        log.with_name(f"{log.name}.zst").write_bytes(zstandard.compress(log.read_bytes()))

    both = readings_of(sample.source, folder)
    for log in plain:
        log.unlink()

    assert unplaced(events_of(both).values()) == before
    assert unplaced(events_of(readings_of(sample.source, folder)).values()) == before


@every_source
def test_a_home_without_the_program_is_looked_through_quickly_and_is_empty(
    source: Source, tmp_path: Path
) -> None:
    roots = source.roots({"HOME": str(tmp_path)}, [])
    assert [root for root in roots if root.found] == []
    assert source.files(roots) == []
