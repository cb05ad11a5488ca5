"""The tables of days, weeks, months and sessions as text: Markdown that a terminal can show, too.

Every cell is padded by the columns that its characters take, Chinese ones being two wide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cache
from typing import Final
from typing import NamedTuple

from token_tracker.period import local_moment
from token_tracker.render.en import messages as messages_en
from token_tracker.render.en import tables as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import full_day
from token_tracker.render.format import month
from token_tracker.render.format import short_day
from token_tracker.render.format import tokens
from token_tracker.render.source_names import shown_name
from token_tracker.render.style import Style
from token_tracker.render.table_layout import Shown
from token_tracker.render.text.costs import Write
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import left_out
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.costs import shortly
from token_tracker.render.text.summary import answer
from token_tracker.render.text.summary import bulleted
from token_tracker.render.text.summary import model_rows
from token_tracker.render.text.summary import nowhere
from token_tracker.render.text.when import called
from token_tracker.render.text.when import data_line
from token_tracker.reports.figures import Figures
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.tables import SessionRow
from token_tracker.reports.tables import SessionTable
from token_tracker.reports.tables import Step
from token_tracker.reports.tables import TimeRow
from token_tracker.reports.tables import TimeTable

NAMED: Final = 2
"""How many models or projects a cell names."""

SHORT_ID: Final = 8
COUNTS: Final = ("uncached_input", "output", "cache_write", "cache_read", "tokens")
NUMBERS: Final = (*COUNTS, "cost")
"""Columns that are set flush right."""

TIME_LAYOUTS: Final = (
    ("when", "models", *NUMBERS),
    ("when", "models", "tokens", "cost"),
    ("when", "tokens", "cost"),
)
SESSION_LAYOUTS: Final = (
    ("last_active", "project", "session", "models", *NUMBERS),
    ("last_active", "project", "session", "tokens", "cost"),
    ("last_active", "project", "tokens", "cost"),
)
"""From the widest: the first that fits is shown."""

_HEADINGS: Final[Mapping[str, Callable[[], str]]] = {
    "last_active": en.last_active,
    "project": en.project,
    "session": en.session,
    "models": en.models,
    "uncached_input": en.uncached_input,
    "output": en.output,
    "cache_write": en.cache_write,
    "cache_read": en.cache_read,
    "tokens": en.tokens,
    "cost": en.cost,
}
_OF_TIME: Final = {Step.DAY: en.day, Step.WEEK: en.week, Step.MONTH: en.month}
_INDENTS: Final = ("", "└ ", "└─ ")


class Line(NamedTuple):
    """One line of a table: the cells that are words, by column, and what was used."""

    words: Mapping[str, str]
    figures: Figures


def table(shown: Shown, style: Style) -> str:
    """Write a table; the first line is the answer."""
    report, write = shown.table, shortly(style)
    when = called(report.period, style)
    blocks = [[_answer(when, shown, style, write)]]
    if report.total.is_used:
        cost = report.total.cost
        said = [*kinds_of_money(cost, style, write), *left_out(cost, style, write)] if shown.with_cost else []
        blocks += [bulleted(said), _rows(shown, style, write)]
    elif report.about.looked_in:
        blocks = [
            [style.say(messages_en.nothing_found, when=when)],
            *nowhere(report.about.looked_in, style),
        ]
    blocks.append([data_line(report.period, report.about.freshness, report.about.problems, style)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _answer(when: str, shown: Shown, style: Style, write: Write) -> str:
    total = shown.table.total
    if shown.with_cost:
        return answer(when, total, style, write)
    if not total.requests:
        return style.say(en.nothing_used, when=when)
    count = tokens(total.tokens.total, style.lang)
    return style.say(en.used, when=when, tokens=count, requests=total.requests)


def _rows(shown: Shown, style: Style, write: Write) -> list[str]:
    """Write the rows in the widest layout that fits; `compact` asks for the next one at once."""
    report = shown.table
    layouts = SESSION_LAYOUTS if isinstance(report, SessionTable) else TIME_LAYOUTS
    written: list[str] = []
    for number, layout in enumerate(layouts):
        if shown.compact and number == 0:
            continue
        is_wide = number == 0
        if isinstance(report, SessionTable):
            lines = _session_lines(report, shown.models, is_wide, style)
        else:
            lines = _time_lines(report, shown.models, style)
        columns = [column for column in layout if column != "cost" or shown.with_cost]
        headings = [_heading(column, report, style) for column in columns]
        first = columns[0]
        lines.append(Line({first: style.say(en.total)}, report.total))
        cells = [[_cell(column, line, is_wide, style, write) for column in columns] for line in lines]
        written = markdown(headings, cells, [column in NUMBERS for column in columns])
        if shown.width is None or display_width(written[0]) <= shown.width:
            break
    return written


def _heading(column: str, report: TimeTable | SessionTable, style: Style) -> str:
    if isinstance(report, TimeTable) and column == "when":
        return style.say(en.project_and_day if report.by_project is not None else _OF_TIME[report.step])
    return style.say(_HEADINGS[column])


def _cell(column: str, line: Line, is_wide: bool, style: Style, write: Write) -> str:
    """Write a cell; a wide table has exact counts, which add up as they are printed."""
    counts = line.figures.tokens
    if column == "cost":
        return row_cost(line.figures.cost, style, write)
    if column not in COUNTS:
        return line.words.get(column, "")
    count = {
        "uncached_input": counts.input,
        "output": counts.output,
        "cache_write": counts.cache_write_5m + counts.cache_write_1h,
        "cache_read": counts.cache_read,
        "tokens": counts.total,
    }[column]
    return f"{count:,}" if is_wide else tokens(count, style.lang)


def _time_lines(report: TimeTable, with_models: bool, style: Style) -> list[Line]:
    if report.by_project is None:
        return [line for row in report.rows for line in _time_row(row, report, 0, with_models, style)]
    lines = []
    for one in report.by_project:
        name = shown_name(one.project, messages_en.no_project, style)
        lines.append(Line({"when": name}, one.figures))
        for row in one.rows:
            lines += _time_row(row, report, 1, with_models, style)
    return lines


def _time_row(row: TimeRow, report: TimeTable, depth: int, with_models: bool, style: Style) -> list[Line]:
    words = {
        "when": _INDENTS[depth] + _when(row, report, style),
        "models": _models(row.by_model, style),
    }
    return [Line(words, row.figures), *_model_lines(row.by_model, "when", depth + 1, with_models, style)]


def _model_lines(
    lines: Sequence[ModelLine], column: str, depth: int, with_models: bool, style: Style
) -> list[Line]:
    if not with_models:
        return []
    return [Line({column: _INDENTS[depth] + row.name}, row.figures) for row in model_rows(lines, style)]


def _session_lines(report: SessionTable, with_models: bool, is_wide: bool, style: Style) -> list[Line]:
    lines = []
    for row in report.rows:
        words = {
            "last_active": f"{local_moment(row.activity.last_ms, report.period.zone):%Y-%m-%d %H:%M}",
            "project": _projects(row, style),
            "session": _session(row.session, is_wide, style),
            "models": _models(row.by_model, style),
        }
        lines.append(Line(words, row.figures))
        lines += _model_lines(row.by_model, "last_active", 1, with_models, style)
    return lines


def _when(row: TimeRow, report: TimeTable, style: Style) -> str:
    """Call the days of a row: a day as ISO writes it, a week with its number and days, a month."""
    period = row.period
    if report.step is Step.DAY:
        return period.first.isoformat()
    if report.step is Step.MONTH:
        return month(period.first, style.lang)
    year, number, _ = period.first.isocalendar()
    is_one_month = (period.first.year, period.first.month) == (period.last.year, period.last.month)
    days = full_day if period.first.year != period.last.year else short_day
    return style.say(
        en.week_of,
        year=year,
        number=number,
        first=days(period.first, style.lang),
        last=days(period.last, style.lang),
        last_in_month=str(period.last.day) if is_one_month else "",
    )


def _models(lines: Sequence[ModelLine], style: Style) -> str:
    names = [clean_line(line.name) or shown_name(line.model, messages_en.no_model, style) for line in lines]
    return _several(list(dict.fromkeys(names)), style)


def _projects(row: SessionRow, style: Style) -> str:
    return _several([shown_name(project, messages_en.no_project, style) for project in row.projects], style)


def _several(names: Sequence[str], style: Style) -> str:
    return style.say(en.several, names=names[:NAMED], more=len(names[NAMED:]))


def _session(session: str, is_wide: bool, style: Style) -> str:
    name = shown_name(session, en.no_session, style)
    return name if is_wide or not session else name[:SHORT_ID]


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]], is_right: Sequence[bool]) -> list[str]:
    """Write a Markdown table whose columns are aligned where every character has its own width.

    >>> markdown(["日期", "Cost"], [["2026-10-05", "$1.20"]], [False, True])
    ['| 日期       |  Cost |', '| ---------- | ----: |', '| 2026-10-05 | $1.20 |']
    """
    cells = [[cell.replace("|", "\\|") for cell in row] for row in [headings, *rows]]
    widths = [max(3, *(display_width(row[place]) for row in cells)) for place in range(len(headings))]
    lines = [
        [_padded(cell, width, right) for cell, width, right in zip(row, widths, is_right, strict=True)]
        for row in cells
    ]
    rule = [
        "-" * (width - 1) + (":" if right else "-") for width, right in zip(widths, is_right, strict=True)
    ]
    return [f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]]]


def display_width(text: str) -> int:
    """Give how many columns a terminal takes for a text.

    >>> display_width("缓存 read")
    9
    """
    return len(text) if text.isascii() else sum(map(_width_of, text))


def _padded(text: str, width: int, is_right: bool) -> str:
    gap = " " * (width - display_width(text))
    return gap + text if is_right else text + gap


@cache
def _width_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
