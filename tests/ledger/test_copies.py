"""Which copy of a response is kept, and how its tokens add up."""

from __future__ import annotations

import pytest

from token_tracker.model import Place
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent

from .postings import NOON_MS
from .postings import event

BETTER_FIRST = {
    "a main record before a sidechain one": (
        event(output=1, stopped=False),
        event(output=90, sidechain=True),
    ),
    "more output before a finished one": (event(output=51, stopped=False), event(output=50)),
    "a finished one before a larger total": (
        event(tokens=Tokens(1, output=50)),
        event(tokens=Tokens(9, output=50), stopped=False),
    ),
    "a larger total before an earlier one": (
        event(tokens=Tokens(101, output=50), own_at_ms=NOON_MS + 5),
        event(tokens=Tokens(100, output=50)),
    ),
    "an earlier one before other counts": (
        event(tokens=Tokens(input=1, cache_read=2), own_at_ms=NOON_MS),
        event(tokens=Tokens(input=2, cache_read=1), own_at_ms=NOON_MS + 1),
    ),
    "counts before searches": (
        event(tokens=Tokens(input=2, cache_read=1)),
        event(tokens=Tokens(input=1, cache_read=2), web_searches=9),
    ),
    "searches before the service": (
        event(web_searches=1),
        event(service=event().service._replace(provider="z")),
    ),
    "the service before the origin": (
        event(service=event().service._replace(provider="z")),
        event(origin=event().origin._replace(source="z")),
    ),
    "the origin before passes": (
        event(origin=event().origin._replace(source="z")),
        event(passes=(Tokens(9),)),
    ),
    "passes before the host's cost": (event(passes=(Tokens(9),)), event(host_cost_pico=9)),
    "a host's cost before none": (event(host_cost_pico=0), event(place=Place("z", 9))),
    "the higher host's cost": (event(host_cost_pico=2), event(host_cost_pico=1)),
    "the place at last": (event(place=Place("b", 0)), event(place=Place("a", 9))),
    "the later place in a file": (event(place=Place("a", 2)), event(place=Place("a", 1))),
}


@pytest.mark.parametrize(("better", "worse"), BETTER_FIRST.values(), ids=BETTER_FIRST.keys())
def test_the_better_copy_is_kept_from_either_side(better: UsageEvent, worse: UsageEvent) -> None:
    assert better.merged(worse) == better
    assert worse.merged(better) == better


def test_the_kept_copy_takes_the_date_of_the_earlier_one_and_keeps_its_own() -> None:
    late, early = event(at_ms=NOON_MS + 9, output=70), event(at_ms=NOON_MS, output=1)

    expected = late._replace(at_ms=NOON_MS)
    assert late.merged(early) == expected
    assert early.merged(late) == expected
    assert expected.own_at_ms == NOON_MS + 9


def test_the_better_copy_keeps_its_own_earlier_date() -> None:
    early, late = event(at_ms=NOON_MS, output=70), event(at_ms=NOON_MS + 9, output=1)

    assert early.merged(late) == early
    assert late.merged(early) == early


def test_a_copy_of_itself_is_itself() -> None:
    assert event().merged(event()) == event()


def test_every_billed_token_is_in_the_total_once() -> None:
    counts = Tokens(
        input=1, cache_read=20, cache_write_5m=300, cache_write_1h=4000, output=50000, reasoning=600000
    )

    assert (counts.total, counts.prompt) == (54321, 4321)


def test_counts_are_zero_unless_given() -> None:
    assert Tokens() == (0, 0, 0, 0, 0, 0)
