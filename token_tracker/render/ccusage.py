"""A table in the shape that ccusage prints, and what that shape cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from decimal import localcontext
from typing import Final

from token_tracker.formats import ccusage
from token_tracker.period import iso_week
from token_tracker.render.en import tables as en
from token_tracker.render.format import clean_name
from token_tracker.render.format import tokens
from token_tracker.render.problems import problem_text
from token_tracker.render.style import Style
from token_tracker.render.table_layout import Shown
from token_tracker.render.text.costs import NAMED_MODELS
from token_tracker.render.text.costs import shortly
from token_tracker.render.text.when import TOLD_ELSEWHERE
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import add_tokens
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.tables import SessionTable
from token_tracker.reports.tables import Step
from token_tracker.reports.tables import TimeRow

USD: Final = "USD"
_MONTH: Final = "%Y-%m"


def ccusage_text(shown: Shown) -> str:
    """Write a table as the JSON of ccusage."""
    table, with_cost = shown.table, shown.with_cost
    total = _use([table.total], with_cost)
    if isinstance(table, SessionTable):
        rows = [
            ccusage.SessionRow(
                row.session,
                row.projects[0],
                row.activity.first_ms,
                row.activity.last_ms,
                _use([row.figures], with_cost),
                _models(row.by_model, with_cost),
            )
            for row in table.rows
        ]
        return ccusage.written(ccusage.session_report(rows, total))
    if table.by_project is not None:
        projects = {
            one.project: [_time_row(row, table.step, with_cost, one.project) for row in one.rows]
            for one in table.by_project
        }
        return ccusage.written(ccusage.project_report(table.step, projects, total))
    report = ccusage.time_report(
        table.step, [_time_row(row, table.step, with_cost) for row in table.rows], total
    )
    return ccusage.written(report)


def ccusage_notes(shown: Shown, style: Style) -> list[str]:
    """Say what is missing, what `totalCost` holds that is not spent, and what it does not hold."""
    problems = [
        problem_text(one, style.lang).what
        for one in shown.table.about.problems
        if one.code not in TOLD_ELSEWHERE
    ]
    return problems + (_notes_of_cost(shown.table.total.cost, style) if shown.with_cost else [])


def _notes_of_cost(cost: Cost, style: Style) -> list[str]:
    write = shortly(style)
    others = [currency for currency in {*cost.amounts, *cost.api_equivalent} if currency != USD]
    notes = [
        style.say(en.not_in_dollars, amount=write(_amount(cost, currency), currency))
        for currency in sorted(others)
    ]
    if USD in cost.api_equivalent:
        notes.append(style.say(en.plan_in_total_cost, amount=write(cost.api_equivalent[USD], USD)))
    if cost.unpriced_models:
        names = [name for name in map(clean_name, cost.unpriced_models) if name][:NAMED_MODELS]
        count = tokens(cost.unpriced_tokens, style.lang)
        notes.append(
            style.say(
                en.unpriced_in_total_cost,
                tokens=count,
                models=names,
                more=len(cost.unpriced_models) - len(names),
            )
        )
    return notes


def _time_row(row: TimeRow, step: Step, with_cost: bool, project: str | None = None) -> ccusage.TimeRow:
    period = row.period
    first = iso_week(period.first, period.zone, period.zone_name).first if step is Step.WEEK else period.first
    return ccusage.TimeRow(
        f"{first:{_MONTH}}" if step is Step.MONTH else first.isoformat(),
        _use([row.figures], with_cost),
        _models(row.by_model, with_cost),
        row.sources,
        project,
    )


def _models(lines: Sequence[ModelLine], with_cost: bool) -> Mapping[str, ccusage.Use]:
    """Join the lines of one model, which several providers may have sold."""
    grouped: dict[str, list[Figures]] = {}
    for line in lines:
        grouped.setdefault(line.model, []).append(line.figures)
    return {model: _use(several, with_cost) for model, several in grouped.items()}


def _use(several: Sequence[Figures], with_cost: bool) -> ccusage.Use:
    with localcontext(prec=EXACT_DIGITS):
        usd = sum((_amount(figures.cost, USD) for figures in several), Decimal(0))
    return ccusage.Use(add_tokens(figures.tokens for figures in several), usd if with_cost else None)


def _amount(cost: Cost, currency: str) -> Decimal:
    """Add up money and what a plan pays: ccusage counts both at list price."""
    with localcontext(prec=EXACT_DIGITS):
        return cost.amount(currency) + cost.api_equivalent.get(currency, Decimal(0))
