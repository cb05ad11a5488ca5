"""The answers of `record-session` and `log` as text."""

from __future__ import annotations

from datetime import date

from token_tracker.ledger.records import RecordKind
from token_tracker.render.en import messages as messages_en
from token_tracker.render.en import records as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import clean_name
from token_tracker.render.format import full_day
from token_tracker.render.style import Style
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.costs import shortly
from token_tracker.reports.records import Recorded


def recorded(report: Recorded, style: Style) -> str:
    """Say what was kept: session, tokens and cost, or why it does not count."""
    record = report.record
    session, model = _shown(record.session, style), _shown(record.model, style)
    if report.covered_by:
        return "\n".join(
            [
                style.say(en.session_covered, session=session, source=clean_line(report.covered_by)),
                "",
                f"- {style.say(en.why_covered)}",
                f"- {style.say(en.always_add)}",
            ]
        )
    write = shortly(style)
    lines = kinds_of_money(report.figures.cost, style, write)
    lines.append(style.say(en.model_line, name=clean_line(report.name) or model))
    if date.fromisoformat(record.day) != style.today:
        lines.append(style.say(en.on_day, day=full_day(date.fromisoformat(record.day), style.lang)))
    if report.figures.cost.unpriced_models and report.nearest:
        lines.append(style.say(en.no_price_but, model=model, nearest=report.nearest))
    elif report.figures.cost.unpriced_models:
        lines.append(style.say(en.no_price, model=model))
    if record.kind == RecordKind.ENTRY and report.session_figures.requests > 1:
        lines.append(
            style.say(
                en.session_so_far,
                session=session,
                tokens=f"{report.session_figures.tokens.total:,}",
                requests=report.session_figures.requests,
                cost=row_cost(report.session_figures.cost, style, write),
            )
        )
    return "\n".join([_answer(report, session, style), "", *(f"- {line}" for line in lines)])


def _answer(report: Recorded, session: str, style: Style) -> str:
    if report.record.kind == RecordKind.ENTRY:
        sentence = en.logged_instead if report.replaced else en.logged
    else:
        sentence = en.session_updated if report.replaced else en.session_recorded
    used = report.record.tokens
    return style.say(
        sentence,
        session=session,
        tokens=f"{used.total:,}",
        fresh=f"{used.input:,}",
        output=f"{used.output:,}",
        cost=row_cost(report.figures.cost, style, shortly(style)),
    )


def _shown(name: str, style: Style) -> str:
    return clean_name(name) or style.say(messages_en.unprintable_name)
