"""The answer of `import` as text."""

from __future__ import annotations

from typing import Final

from token_tracker.render.en import imports as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import tokens
from token_tracker.render.style import Style
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import left_out
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.costs import shortly
from token_tracker.render.text.summary import bulleted
from token_tracker.reports.imports import Imported
from token_tracker.reports.imports import ImportedFile
from token_tracker.sources import all_sources

NAMED_ROWS: Final = 3
STDIN: Final = "-"


def imported(report: Imported, style: Style) -> str:
    """Say how many rows count and what they add up to, then what became of the others."""
    write = shortly(style)
    lines = [line for one in report.files for line in _file_lines(one, style)]
    lines += kinds_of_money(report.figures.cost, style, write)
    lines += left_out(report.figures.cost, style, write)
    if report.settings:
        lines.append(style.say(en.settings_taken, names=report.settings))
    if report.not_opened:
        lines.append(style.say(en.not_opened, files=report.not_opened))
    if not report.files:
        lines.append(style.say(en.name_a_file))
    return "\n".join([_answer(report, style), *([""] if lines else []), *bulleted(lines)])


def _answer(report: Imported, style: Style) -> str:
    files = report.files
    counted, known = sum(one.counted for one in files), sum(one.known for one in files)
    covered, rows = sum(sum(one.covered.values()) for one in files), sum(one.rows for one in files)
    if counted:
        count = tokens(report.figures.tokens.total, style.lang)
        return style.say(
            en.imported,
            rows=counted,
            tokens=count,
            cost=row_cost(report.figures.cost, style, shortly(style)),
            dry_run=report.dry_run,
        )
    if covered:
        return style.say(en.only_covered, rows=covered, dry_run=report.dry_run)
    if known:
        return style.say(en.nothing_new, rows=known)
    if rows:
        return style.say(en.nothing_usable, rows=rows)
    return style.say(en.no_rows) if files else style.say(en.no_files)


def _file_lines(one: ImportedFile, style: Style) -> list[str]:
    if one.name == STDIN:
        lines = [style.say(en.read_from_stdin, rows=one.rows)]
    else:
        lines = [style.say(en.read_from, file=clean_line(one.name), rows=one.rows)]
    names = {source.id: source.name for source in all_sources()}
    if one.known:
        lines.append(style.say(en.known, rows=one.known))
    lines += [
        style.say(en.covered, rows=rows, source=names.get(source, source))
        for source, rows in sorted(one.covered.items())
    ]
    if one.unused:
        lines.append(style.say(en.unused, rows=one.unused))
    if one.purged:
        lines.append(style.say(en.purged, rows=one.purged))
    if one.bad:
        lines.append(style.say(en.skipped, rows=len(one.bad), first=one.bad[:NAMED_ROWS]))
    if one.left_out:
        lines.append(style.say(en.left_out, lists=one.left_out))
    return lines
