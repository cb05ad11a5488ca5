"""Whatever a test switches on goes wrong, where and as often as it said."""

from __future__ import annotations

import gzip
import http.client
import json
from datetime import UTC
from datetime import date
from datetime import datetime
from typing import Any

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers import KeyState
from fake_providers import faults
from fake_providers.asking import Got
from fake_providers.asking import ask
from fake_providers.faults import Hint
from fake_providers.vendor import Fault

ADMIN = "sk-admin-" + "a" * 24
COSTS = "https://api.openai.com/v1/organization/costs?group_by=line_item&start_time="
DAY_18, DAY_19 = datetime(2026, 11, 18, 5, tzinfo=UTC), datetime(2026, 11, 19, 5, tzinfo=UTC)


@pytest.fixture
def openai(fake: FakeProviders) -> FakeProviders:
    fake.openai.accept(ADMIN)
    fake.openai.put(Event(DAY_18, amount="1.5", item="a"), Event(DAY_19, amount="2", item="b"))
    return fake


def costs(fake: FakeProviders, cursor: str = "") -> Got:
    start = int(datetime(2026, 11, 18, tzinfo=UTC).timestamp())
    return ask(fake.at(f"{COSTS}{start}&page={cursor}"), ADMIN)


def amounts(answer: Got) -> list[list[str]]:
    return [[row["amount"]["value"] for row in bucket["results"]] for bucket in answer.json["data"]]


def test_a_fault_happens_as_often_as_it_was_told(openai: FakeProviders) -> None:
    openai.openai.fail(faults.answers(500), times=2)

    assert [costs(openai).status for _ in range(3)] == [500, 500, 200]


def test_a_fault_of_page_2_leaves_the_others_alone(openai: FakeProviders) -> None:
    openai.openai.page_size = 1
    openai.openai.fail(faults.answers(503), "costs", page=2)

    first = costs(openai)

    assert first.status == 200
    assert costs(openai, first.json["next_page"]).status == 503


def test_a_mended_vendor_answers_again(openai: FakeProviders) -> None:
    openai.openai.fail(faults.answers(503))
    openai.openai.mend()

    assert costs(openai).status == 200


def test_a_restated_day_tells_another_story_and_the_other_days_the_same(openai: FakeProviders) -> None:
    before = amounts(costs(openai))
    openai.openai.restate(date(2026, 11, 18), Event(DAY_18, amount="1.75", item="a"))

    assert (before, amounts(costs(openai))) == ([["1.5"], ["2"], [], []], [["1.75"], ["2"], [], []])


def test_a_dropped_row_is_gone(openai: FakeProviders) -> None:
    openai.openai.drop(lambda event: event.item == "b")

    assert amounts(costs(openai)) == [["1.5"], [], [], []]


@pytest.mark.parametrize(
    ("hint", "header", "value"),
    [
        (Hint.MILLISECONDS, "retry-after-ms", "7000"),
        (Hint.SECONDS, "retry-after", "7"),
        (Hint.DATE, "retry-after", "Fri, 20 Nov 2026 12:00:07 GMT"),
        (Hint.ANTHROPIC_RESET, "anthropic-ratelimit-requests-reset", "2026-11-20T12:00:07+00:00"),
        (Hint.RATE_LIMIT_RESET, "x-ratelimit-reset", "1795176007000"),
        (Hint.ZERO, "retry-after", "0"),
        (Hint.NONE, "retry-after", None),
    ],
)
def test_a_limit_says_when_to_come_again_in_many_ways(
    openai: FakeProviders, hint: Hint, header: str, value: str | None
) -> None:
    openai.openai.fail(faults.limited(hint, wait_s=7))

    answer = costs(openai)

    assert (answer.status, answer.headers.get(header)) == (429, value)


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [(KeyState.EXPIRED, 401, "expired_api_key"), (KeyState.EXHAUSTED, 429, "insufficient_quota")],
)
def test_a_key_may_have_expired_or_be_without_credit(
    openai: FakeProviders, state: KeyState, status: int, code: str
) -> None:
    openai.openai.accept(ADMIN, state=state)

    answer = costs(openai)

    assert (answer.status, answer.json["error"]["code"]) == (status, code)


def test_a_refusal_repeats_the_whole_key_as_the_worst_vendor_would(openai: FakeProviders) -> None:
    answer = ask(openai.at(f"{COSTS}0"), "sk-nobody-knows")

    assert b"sk-nobody-knows" in answer.content


@pytest.mark.parametrize("status", [200, 502])
def test_a_proxy_may_answer_with_a_page(openai: FakeProviders, status: int) -> None:
    openai.openai.fail(faults.html_page(status))

    answer = costs(openai)

    assert (answer.status, answer.content[:9]) == (status, b"<!DOCTYPE")


def test_truncated_json_has_the_length_that_it_says(openai: FakeProviders) -> None:
    whole = costs(openai).content
    openai.openai.fail(faults.truncated())

    assert costs(openai).content == whole[: len(whole) // 2]


def test_a_cut_connection_ends_before_the_length_that_it_said(openai: FakeProviders) -> None:
    openai.openai.fail(faults.cut_off())

    with pytest.raises(http.client.IncompleteRead):
        costs(openai)


def test_a_slow_reply_is_whole_in_the_end(openai: FakeProviders) -> None:
    whole = costs(openai).content
    openai.openai.fail(faults.slow_drip(0.00001))

    assert costs(openai).content == whole


def test_a_bomb_is_small_on_the_wire(openai: FakeProviders) -> None:
    openai.openai.fail(faults.gzip_bomb(megabytes=16))

    answer = costs(openai)

    assert answer.headers["content-encoding"] == "gzip"
    assert (len(answer.content) < 1 << 16, len(gzip.decompress(answer.content))) == (True, 16 << 20)


def test_an_honest_answer_may_be_compressed_unasked(openai: FakeProviders) -> None:
    whole = costs(openai).content
    openai.openai.fail(faults.compressed())

    assert gzip.decompress(costs(openai).content) == whole


def test_a_huge_answer_is_still_json(openai: FakeProviders) -> None:
    openai.openai.fail(faults.huge(megabytes=9))

    answer = costs(openai)

    assert (len(answer.content) > 9 << 20, amounts(answer)) == (True, [["1.5"], ["2"], [], []])


def test_a_redirect_leads_back_or_elsewhere(openai: FakeProviders) -> None:
    elsewhere = openai.at("https://api.deepseek.com/user/balance")
    openai.openai.fail(faults.redirects(elsewhere), times=1)
    there = costs(openai)
    openai.openai.fail(faults.redirects(), times=1)
    back = costs(openai)

    assert (there.status, there.headers["location"]) == (302, elsewhere)
    assert (back.status, back.headers["location"].partition("?")[0]) == (302, "/v1/organization/costs")


@pytest.mark.parametrize(
    ("fault", "following"), [(faults.repeats_cursor(), "page_again"), (faults.loses_cursor(), None)]
)
def test_paging_may_be_broken(openai: FakeProviders, fault: Fault, following: str | None) -> None:
    openai.openai.fail(fault)

    page = costs(openai).json

    assert (page["has_more"], page["next_page"]) == (True, following)


def test_fields_may_be_new_missing_or_null_anywhere(openai: FakeProviders) -> None:
    for fault in (
        faults.without("project_id"),
        faults.with_value("line_item", None),
        faults.unknown_fields(),
    ):
        openai.openai.fail(fault)

    page = costs(openai).json
    [row] = page["data"][0]["results"]

    assert ("project_id" in row, row["line_item"]) == (False, None)
    assert "new_in_2027" in page
    assert "new_in_2027" in row["amount"]


def test_it_counts_calls_and_knows_who_saw_a_key_and_where(openai: FakeProviders) -> None:
    costs(openai)
    ask(openai.at("https://api.deepseek.com/user/balance?key=" + ADMIN))

    assert (openai.openai.calls("costs"), openai.openai.calls(), openai.deepseek.calls("balance")) == (
        1,
        1,
        1,
    )
    assert openai.seen_by(ADMIN) == {
        ("https://api.openai.com", "headers"),
        ("https://api.deepseek.com", "target"),
    }


def test_any_answer_may_be_put_in_place(openai: FakeProviders) -> None:
    openai.openai.fail(faults.body({"data": "surprise"}))

    assert json.loads(costs(openai).content) == {"data": "surprise"}


def test_every_amount_keeps_its_digits_over_10_000_rows(openai: FakeProviders) -> None:
    texts: list[Any] = [f"0.{number:030d}" for number in range(1, 10_001)]
    openai.openai.restate(
        date(2026, 11, 18), *(Event(DAY_18, amount=text, item=f"item {text}") for text in texts)
    )

    assert amounts(costs(openai))[0] == texts
