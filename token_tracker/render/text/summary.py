"""The summary as text."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from decimal import localcontext
from typing import TYPE_CHECKING
from typing import Final
from typing import NamedTuple

from token_tracker.render.en import messages as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import percent
from token_tracker.render.format import tokens
from token_tracker.render.source_names import shown_name
from token_tracker.render.source_names import source_name
from token_tracker.render.style import Style
from token_tracker.render.text.costs import Write
from token_tracker.render.text.costs import amount_of
from token_tracker.render.text.costs import converted_items
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import left_out
from token_tracker.render.text.costs import plan_amount_of
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.costs import shortly
from token_tracker.render.text.costs import together
from token_tracker.render.text.when import called
from token_tracker.render.text.when import data_line
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Figures
from token_tracker.reports.summary import LookedIn
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.summary import NamedLine
from token_tracker.reports.summary import Summary

if TYPE_CHECKING:  # a summary without budgets needs none of them
    from token_tracker.reports.budgets import BudgetStatus

TOP: Final = 5


class Row(NamedTuple):
    """One row of a section."""

    name: str
    figures: Figures


def summary(report: Summary, style: Style) -> str:
    """Write the summary of a day or a span; the first line is the answer."""
    write = shortly(style)
    if report.figures.is_used:
        first = answer(called(report.period, style), report.figures, style, write)
        blocks = [
            [first],
            budget_items(report.budgets, style),
            _details(report, style, write),
            *_sections(report, style, write),
        ]
    elif report.looked_in:
        blocks = [
            [style.say(en.nothing_found, when=called(report.period, style))],
            *nowhere(report.looked_in, style),
        ]
    else:
        first = answer(called(report.period, style), report.figures, style, write)
        blocks = [[first], budget_items(report.budgets, style), bulleted(_against_the_average(report, style))]
    blocks.append([data_line(report.period, report.freshness, report.problems, style)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def answer(when: str, figures: Figures, style: Style, write: Write, amount: str = "") -> str:
    """Write the first line: what a period cost.

    `when`: how the period is called. `amount`: what it cost, where that is said in another way.
    """
    cost = figures.cost
    count = tokens(figures.tokens.total, style.lang)
    amount = amount or amount_of(cost, style, write)
    if not figures.is_used:
        return style.say(en.no_usage, when=when, amount=amount)
    if not figures.requests and not figures.tokens.total:
        return style.say(en.only_money, when=when, amount=amount)
    if not cost.amounts and cost.api_equivalent:
        worth = plan_amount_of(cost, style, write)
        return style.say(en.plan_only, when=when, amount=worth, tokens=count, requests=figures.requests)
    if not cost.amounts and cost.unpriced_tokens:
        return style.say(en.cost_unknown, when=when, tokens=count, requests=figures.requests)
    plan = plan_amount_of(cost, style, write) if cost.api_equivalent else ""
    if cost.unpriced_tokens:
        return style.say(
            en.spent_at_least,
            when=when,
            amount=amount,
            plan=plan,
            tokens=count,
            requests=figures.requests,
            unpriced=tokens(cost.unpriced_tokens, style.lang),
        )
    return style.say(en.spent, when=when, amount=amount, plan=plan, tokens=count, requests=figures.requests)


def nowhere(looked_in: Sequence[LookedIn], style: Style) -> list[list[str]]:
    """Say whose logs were looked for and what to do, where none was ever found."""
    days = {one.name: one.retention_days for one in looked_in}
    deleted = [
        style.say(en.deleted_after, name=name, days=count)
        for name, count in days.items()
        if count is not None
    ]
    steps = [style.say(en.use_agent_once), style.say(en.add_path)]
    if deleted:
        steps.append(style.say(en.deletes_logs, names=deleted))
    return [
        [style.say(en.looked_for, names=list(days))],
        [style.say(en.what_to_do), *bulleted(steps)],
    ]


def budget_items(budgets: Sequence[BudgetStatus], style: Style) -> list[str]:
    """Say how the most urgent budgets stand."""
    if not budgets:
        return []
    from token_tracker.render.text.budgets import budget_lines

    return bulleted(budget_lines(budgets, style))


def _details(report: Summary, style: Style, write: Write) -> list[str]:
    cost = report.figures.cost
    said = [
        *kinds_of_money(cost, style, write),
        *converted_items(report.converted, style),
        *left_out(cost, style, write),
    ]
    return bulleted([*said, *about_tokens(report.figures, style), *_against_the_average(report, style)])


def about_tokens(figures: Figures, style: Style) -> list[str]:
    """Say what kinds of tokens were used, and how much came from cache."""
    counts = figures.tokens
    writes = counts.cache_write_5m + counts.cache_write_1h
    said = [
        style.say(
            en.tokens_by_kind,
            fresh=tokens(counts.input, style.lang),
            cache_read=tokens(counts.cache_read, style.lang),
            cache_write=tokens(writes, style.lang),
            output=tokens(counts.output, style.lang),
            reasoning=tokens(counts.reasoning, style.lang) if counts.reasoning else "",
        )
    ]
    if figures.cache_hit_rate is not None:
        said.append(style.say(en.cache_hit_rate, rate=percent(figures.cache_hit_rate)))
    if figures.web_searches:
        said.append(style.say(en.web_searches, count=figures.web_searches))
    return said


def _against_the_average(report: Summary, style: Style) -> list[str]:
    """Compare one day with the 7 before, in the main currency; nothing where neither has any money."""
    if report.average is None or report.period.days != 1:
        return []
    cost = report.figures.cost
    currency = (cost if cost.amounts else report.average).currencies(style.currency)[0]
    usual, now = report.average.amount(currency), cost.amount(currency)
    if not report.average.amounts:
        is_known = not report.average.api_equivalent and not report.average.unpriced_tokens
        return [style.say(en.no_average)] if is_known and cost.amounts else []
    amount = row_cost(replace(report.average, api_equivalent={}), style, shortly(style))
    all_priced = not cost.unpriced_tokens and not report.average.unpriced_tokens
    if not (all_priced and usual and set(cost.amounts) == set(report.average.amounts)):
        return [style.say(en.average, amount=amount)]
    is_today = report.period.first == style.now.astimezone(report.period.zone).date()
    with localcontext(prec=EXACT_DIGITS):
        ratio = now / usual
    if ratio >= 2:
        return [style.say(en.compared_times, amount=amount, is_today=is_today, times=times(ratio))]
    by = percent(abs(ratio - 1), 0)
    if by == "0%":
        return [style.say(en.compared_equal, amount=amount, is_today=is_today)]
    return [
        style.say(en.compared, amount=amount, is_today=is_today, by=by, is_more=ratio > 1),
    ]


def times(ratio: Decimal) -> str:
    """Write how many times as much something is."""
    return f"{ratio:.1f}".removesuffix(".0") if ratio < 10 else f"{ratio:,.0f}"


def _sections(report: Summary, style: Style, write: Write) -> list[list[str]]:
    by_source = [Row(source_name(line.name, style), line.figures) for line in report.by_source]
    return [
        _section(en.by_model, model_rows(report.by_model, style), style, write),
        _section(en.by_provider, _named(report.by_provider, en.no_provider, style), style, write),
        _section(en.by_project, _named(report.by_project, en.no_project, style), style, write),
        _section(en.by_source, by_source if len(by_source) > 1 else [], style, write),
    ]


def model_rows(lines: Sequence[ModelLine], style: Style) -> list[Row]:
    """Join the spellings of one model; name the provider where two sell the same."""
    grouped: dict[tuple[str, str], list[Figures]] = {}
    for line in lines:
        name = clean_line(line.name) or shown_name(line.model, en.no_model, style)
        grouped.setdefault((name, line.provider), []).append(line.figures)
    names = [name for name, _ in grouped]
    return [
        Row(
            style.say(en.name_of_provider, name=name, provider=shown_name(provider, en.no_provider, style))
            if names.count(name) > 1
            else name,
            together(several),
        )
        for (name, provider), several in grouped.items()
    ]


def _named(lines: Sequence[NamedLine], unnamed: Callable[[], str], style: Style) -> list[Row]:
    if [line.name for line in lines] == [""]:
        return []
    return [Row(shown_name(line.name, unnamed, style), line.figures) for line in lines]


def _section(heading: Callable[[], str], rows: Sequence[Row], style: Style, write: Write) -> list[str]:
    if not rows:
        return []
    return [style.say(heading), *bulleted([row_line(row, style, write) for row in with_others(rows, style)])]


def with_others(rows: Sequence[Row], style: Style) -> list[Row]:
    """Give the first five rows, and the others as one that adds up."""
    shown = list(rows) if len(rows) <= TOP + 1 else list(rows[:TOP])
    rest = [row.figures for row in rows[len(shown) :]]
    if rest:
        shown.append(Row(style.say(en.others, count=len(rest)), together(rest)))
    return shown


def row_line(row: Row, style: Style, write: Write) -> str:
    """Write one row: what it cost, and what was used where that is known."""
    if not row.figures.requests and not row.figures.tokens.total:
        return style.say(en.row_of_money, name=row.name, cost=row_cost(row.figures.cost, style, write))
    count = tokens(row.figures.tokens.total, style.lang)
    return style.say(
        en.row,
        name=row.name,
        cost=row_cost(row.figures.cost, style, write),
        tokens=count,
        requests=row.figures.requests,
    )


def bulleted(lines: Sequence[str]) -> list[str]:
    """Make lines the items of a list."""
    return [f"- {line}" for line in lines]
