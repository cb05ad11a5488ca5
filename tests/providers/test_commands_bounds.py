"""What a hostile answer may cost: memory, time and further requests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest

from fake_providers import FakeProviders
from fake_providers import faults
from fake_providers.vendor import Fault
from providers.people import Person

MEGABYTE = 1 << 20


class Cost(NamedTuple):
    """What a command took: the most memory it ever held."""

    exit_code: int
    peak_bytes: int


def cost_of(person: Person, *words: str) -> Cost:
    with person.starts(*words) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(process.returncode, usage.ru_maxrss * 1024)


@pytest.mark.parametrize("fault", [faults.gzip_bomb, faults.huge])
def test_an_answer_that_is_far_too_large_costs_less_than_64_megabytes(
    person: Person, fake: FakeProviders, fault: Callable[[int], Fault]
) -> None:
    person.configures("openai")
    ordinary = cost_of(person, "fetch-usage", "--json")
    fake.openai.fail(fault(200))
    person.waits(minutes=2)

    hostile = cost_of(person, "fetch-usage", "--json")

    assert (ordinary.exit_code, hostile.exit_code) == (0, 5)
    assert hostile.peak_bytes - ordinary.peak_bytes < 64 * MEGABYTE


@pytest.mark.faults
def test_a_slow_drip_ends_within_the_deadline(person: Person, fake: FakeProviders) -> None:
    person.configures("openai")
    fake.openai.fail(faults.slow_drip(pause_s=0.5))
    started = time.monotonic()

    answer = person.runs("fetch-usage", "--json")

    assert (answer.exit_code, answer.error_code) == (6, "no-answer-in-time")
    assert time.monotonic() - started < 45
