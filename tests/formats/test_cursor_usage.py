"""Cursor's usage file: columns by name, counts by arithmetic, and who paid."""

from __future__ import annotations

import pytest

from token_tracker.formats.cursor_usage import CursorRow
from token_tracker.formats.cursor_usage import is_cursor_usage
from token_tracker.formats.cursor_usage import read_cursor_usage
from token_tracker.formats.usage_rows import BadRow
from token_tracker.model import Tokens

COUNTS = "Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens"
FIRST = f"Date,Model,{COUNTS},Cost,Cost to you"
SECOND = f"Date,Kind,Model,Max Mode,{COUNTS},Cost"
THIRD = f"Date,Cloud Agent ID,Automation ID,Kind,Model,Max Mode,{COUNTS},Cost"
TEAM = THIRD.replace("Date,", "Date,User,")
DOLLAR = 10**12


def rows(header: str, *lines: str) -> list[CursorRow]:
    found = read_cursor_usage("\n".join([header, *lines]).encode())
    assert found.bad == []
    return list(found.rows)


def second(kind: str, cost: str, counts: str = "5,10,100,20,135") -> CursorRow:
    (row,) = rows(SECOND, f'2026-10-01T10:00:00.000Z,"{kind}",auto,No,{counts},{cost}')
    return row


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (FIRST, "2026-10-01T10:00:00.000Z,auto,5,10,100,20,135,$0.04,$0.04"),
        (SECOND, "2026-10-01T10:00:00.000Z,On-Demand,auto,No,5,10,100,20,135,0.04"),
        (THIRD, '"2026-10-01T10:00:00.000Z","","","On-Demand","auto","No","5","10","100","20","135","0.04"'),
        (TEAM, "2026-10-01T10:00:00.000Z,li@example.com,,,On-Demand,auto,No,5,10,100,20,135,0.04"),
        (f"\ufeff{SECOND}\r", "2026-10-01T10:00:00.000Z,On-Demand,auto,No,5,10,100,20,135,0.04\r"),
    ],
)
def test_every_set_of_columns_gives_the_same_request(header: str, line: str) -> None:
    (row,) = rows(header, line)

    assert is_cursor_usage(header.encode())
    assert row.tokens == Tokens(input=10, cache_read=100, cache_write_5m=5, output=20)
    assert (row.is_included, row.paid_pico, row.worth_pico) == (False, 4 * DOLLAR // 100, None)
    assert row.content == second("On-Demand", "0.04").content


@pytest.mark.parametrize("text", ["", "[]", '{"records": []}', "Date,Model,Cost", "a,b,c"])
def test_another_file_is_not_taken_for_one(text: str) -> None:
    assert not is_cursor_usage(text.encode())


def test_what_was_written_to_a_cache_stands_beside_the_input_or_around_it() -> None:
    beside = second("Included", "Included", "5,10,100,20,135")
    around = second("Included", "Included", "15,10,100,20,135")

    assert beside.tokens == around.tokens == Tokens(10, 100, 5, 0, 20)


def test_a_total_alone_counts_as_input() -> None:
    assert second("Included", "Included", ",,,,135").tokens == Tokens(input=135)


@pytest.mark.parametrize(
    ("kind", "cost", "included", "paid", "worth"),
    [
        ("On-Demand", "0.07", False, 7 * DOLLAR // 100, None),
        ("Usage-based", "$1,234.50", False, 123_450 * DOLLAR // 100, None),
        ("On-Demand", "-", False, None, None),
        ("Included", "Included", True, None, None),
        ("Included in Pro", "0.12", True, None, 12 * DOLLAR // 100),
        ("Included", "Free", True, None, None),
        ("", "Included", True, None, None),
        ("Errored, No Charge", "0.12", False, 0, None),
        ("Aborted, Not Charged", "-", False, 0, None),
        ("Free", "Free", False, 0, None),
    ],
)
def test_kind_and_cost_say_who_paid(
    kind: str, cost: str, included: bool, paid: int | None, worth: int | None
) -> None:
    cell = f'"{cost}"' if "," in cost else cost
    row = second(kind, cell)

    assert (row.is_included, row.paid_pico, row.worth_pico, row.has_own_key) == (
        included,
        paid,
        worth,
        False,
    )


def test_the_persons_own_key_pays_somebody_else() -> None:
    row = second("User API Key", "0.5")

    assert (row.has_own_key, row.is_included, row.paid_pico) == (True, False, None)


def test_what_the_plan_left_to_pay_goes_before_the_cost() -> None:
    paid, covered = rows(
        FIRST,
        "2026-10-01T10:00:00Z,auto,0,10,0,5,15,$0.30,$0.10",
        "2026-10-01T10:00:01Z,auto,0,10,0,5,15,$0.30,$0.00",
    )

    assert (paid.is_included, paid.paid_pico) == (False, DOLLAR // 10)
    assert (covered.is_included, covered.paid_pico, covered.worth_pico) == (True, None, 3 * DOLLAR // 10)


def test_a_request_without_tokens_says_nothing_unless_it_was_paid() -> None:
    assert second("Errored, No Charge", "Free", ",,,,").says_nothing
    assert not second("On-Demand", "0.04", ",,,,").says_nothing


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("yesterday,Included,auto,No,1,1,1,1,4,Included", "date-invalid"),
        (",Included,auto,No,1,1,1,1,4,Included", "no-date"),
        ("2026-10-01T10:00:00Z,Included,auto,No,1.5,1,1,1,4,Included", "tokens-invalid"),
        ("2026-10-01T10:00:00Z,Included,auto,No,1,many,1,1,4,Included", "tokens-invalid"),
        ("2026-10-01T10:00:00Z,Included,auto,No,-1,1,1,1,4,Included", "tokens-invalid"),
        ("2026-10-01T10:00:00Z,On-Demand,auto,No,1,1,1,1,4,-0.1", "cost-invalid"),
        ("2026-10-01T10:00:00Z,On-Demand,auto,No,1,1,1,1,4,much", "cost-invalid"),
        ("2026-10-01T10:00:00Z,On-Demand,auto,No,1,1,1,1,4,1e99", "cost-invalid"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_number(line: str, reason: str) -> None:
    good = "2026-10-01T10:00:00Z,Included,auto,No,1,1,1,1,4,Included"
    found = read_cursor_usage(f"{SECOND}\n{good}\n\n{line}\n{good}\n".encode())

    assert [row.number for row in found.rows] == [1, 3]
    assert found.bad == [BadRow(2, reason)]


def test_a_cell_without_an_end_is_one_bad_row() -> None:
    good = "2026-10-01T10:00:00Z,Included,auto,No,1,1,1,1,4,Included"
    found = read_cursor_usage(f'{SECOND}\n{good}\n"{"x" * 200_000}\n{good}\n'.encode())

    assert ([row.number for row in found.rows], found.bad) == ([1], [BadRow(2, "no-date")])
