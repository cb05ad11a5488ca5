"""Tables, word for word in both languages, as JSON, and in the shape of ccusage."""

from __future__ import annotations

from typing import Any

import pytest

from published_shapes import complaints
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.table_layout import Shown
from token_tracker.render.text import TEXTS
from token_tracker.render.text.tables import display_width
from token_tracker.render.text.tables import markdown

from . import reports
from . import table_reports
from .conftest import Agreed


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", table_reports.TABLES)
def test_a_table_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    command, shown = table_reports.TABLES[name]

    text = TEXTS[command](shown, reports.style(lang))

    assert text == agreed(f"table-{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", table_reports.TABLES)
def test_a_table_keeps_to_its_schema(name: str) -> None:
    command, shown = table_reports.TABLES[name]

    assert complaints(command, printed(command, shown)) == []


def test_money_that_is_left_out_is_unknown_and_not_zero() -> None:
    data = printed(*table_reports.TABLES["no-cost"])["data"]

    assert data["total"]["cost"] is None
    assert [row["cost"] for row in data["rows"]] == [None] * len(data["rows"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", table_reports.TABLES)
def test_every_line_of_a_table_is_equally_wide(name: str, lang: str) -> None:
    command, shown = table_reports.TABLES[name]

    lines = [line for line in TEXTS[command](shown, reports.style(lang)).splitlines() if line[:1] == "|"]

    assert len({display_width(line) for line in lines}) <= 1


@pytest.mark.parametrize(
    ("text", "width"), [("cost", 4), ("费用", 4), ("e\u0301", 1), ("ｗｉｄｅ", 8), ("└ a", 3)]
)
def test_a_character_takes_its_own_width(text: str, width: int) -> None:
    assert display_width(text) == width


def test_a_bar_in_a_name_does_not_end_its_cell() -> None:
    assert markdown(["Name"], [["a|b"]], [False])[2] == "| a\\|b |"


@pytest.mark.parametrize(("width", "columns"), [(200, 8), (109, 4), (61, 3), (10, 3)])
def test_the_widest_layout_that_fits_the_terminal_is_shown(width: int, columns: int) -> None:
    shown = Shown(table_reports.TABLES["busy"][1].table, width=width)

    text = TEXTS["daily"](shown, reports.style("en"))

    assert text.splitlines()[4].count("|") - 1 == columns


def printed(command: str, shown: Shown) -> dict[str, Any]:
    """Give what `--json` prints."""
    style = reports.style("en")
    data = DATA[command](shown, style)
    table = shown.table
    return envelope(command, style.now, table.period, data, table.about.problems)
