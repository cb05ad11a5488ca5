"""`report` as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from token_tracker.render.en import messages as messages_en
from token_tracker.render.en import overview as en
from token_tracker.render.format import clean_name
from token_tracker.render.style import Style
from token_tracker.render.text.calendar import against
from token_tracker.render.text.calendar import between
from token_tracker.render.text.calendar import called_span
from token_tracker.render.text.costs import Write
from token_tracker.render.text.costs import amount_of
from token_tracker.render.text.costs import converted_items
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import left_out
from token_tracker.render.text.costs import plan_amount_of
from token_tracker.render.text.costs import shortly
from token_tracker.render.text.spans import models_with_shares
from token_tracker.render.text.summary import Row
from token_tracker.render.text.summary import about_tokens
from token_tracker.render.text.summary import answer
from token_tracker.render.text.summary import bulleted
from token_tracker.render.text.summary import nowhere
from token_tracker.render.text.summary import row_line
from token_tracker.render.text.summary import times
from token_tracker.render.text.when import data_line
from token_tracker.reports.figures import Cost
from token_tracker.reports.overview import Overview

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHORTEST: Final = 8


def overview(report: Overview, style: Style) -> str:
    """Write the report of any period; the first line is the answer."""
    write = shortly(style)
    if report.is_all:
        when = style.say(en.everything, days=between(report.so_far, style))
    else:
        when = called_span(report.period, style)
    if report.looked_in and not report.figures.is_used:
        first = style.say(messages_en.nothing_found, when=when)
        blocks = [[first], *nowhere(report.looked_in, style)]
    else:
        first = answer(when, report.figures, style, write)
        blocks = [[first], bulleted(_about(report, style, write))]
    if report.figures.is_used:
        blocks.append(models_with_shares(report.by_model, report.measure, style, write))
        blocks.append(_top_sessions(report, style, write))
    blocks.append([data_line(report.so_far, report.freshness, report.problems, style)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def short_ids(sessions: Sequence[str]) -> dict[str, str]:
    """Write each session by the beginning of its id, as long as it must be to be no other's.

    >>> short_ids(["0b5ec1a0-0000-4000-8000-000000000001", "my session"])
    {'0b5ec1a0-0000-4000-8000-000000000001': '0b5ec1a0', 'my session': 'my session'}
    """
    found = {}
    for session in sessions:
        length = len(session)
        if _UUID.fullmatch(session):
            others = [other for other in sessions if other != session]
            length = next(
                length
                for length in range(_SHORTEST, len(session) + 1)
                if length == len(session) or not any(other.startswith(session[:length]) for other in others)
            )
        found[session] = clean_name(session[:length])
    return found


def _about(report: Overview, style: Style, write: Write) -> list[str]:
    cost, figures = report.figures.cost, report.figures
    said = [
        *kinds_of_money(cost, style, write),
        *converted_items(report.converted, style),
        *left_out(cost, style, write),
    ]
    if figures.requests:
        said += [style.say(en.sessions, count=report.sessions), *about_tokens(figures, style)]
    if report.input_output_ratio is not None:
        said.append(style.say(en.input_to_output, ratio=times(report.input_output_ratio)))
    if report.per_request is not None and (cost.amounts or cost.api_equivalent):
        said.append(_averages(report, report.per_request, style, write))
    return [*said, *against(report.previous, style, write)]


def _averages(report: Overview, per_request: Cost, style: Style, write: Write) -> str:
    cost, per_session = report.figures.cost, report.per_session
    amount = amount_of if cost.amounts else plan_amount_of
    is_known = per_session is not None and (per_session.amounts or per_session.api_equivalent)
    return style.say(
        en.averages,
        day=amount(report.per_day, style, write) if report.so_far.days > 1 else "",
        session=amount(per_session, style, write) if per_session and is_known and report.sessions > 1 else "",
        request=amount(per_request, style, write),
        is_worth=not cost.amounts,
        is_least=bool(cost.unpriced_tokens),
    )


def _top_sessions(report: Overview, style: Style, write: Write) -> list[str]:
    lines = report.top_sessions
    if not lines:
        return []
    ids = short_ids([line.session for line in lines])
    rows = [
        Row(
            style.say(en.session_in_project, session=ids[line.session], project=clean_name(line.project)),
            line.figures,
        )
        for line in lines
    ]
    if report.in_no_session.requests:
        rows.append(Row(style.say(en.in_no_session), report.in_no_session))
    return [style.say(en.top_sessions), *bulleted([row_line(row, style, write) for row in rows])]
