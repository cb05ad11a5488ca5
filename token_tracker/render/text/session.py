"""`session` as text."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from token_tracker.period import local_moment
from token_tracker.render.en import messages as messages_en
from token_tracker.render.en import overview as en
from token_tracker.render.format import clean_name
from token_tracker.render.format import full_day
from token_tracker.render.format import percent
from token_tracker.render.format import short_day
from token_tracker.render.format import tokens
from token_tracker.render.source_names import source_name
from token_tracker.render.style import Style
from token_tracker.render.text.costs import Write
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import left_out
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.costs import shortly
from token_tracker.render.text.spans import models_with_shares
from token_tracker.render.text.summary import about_tokens
from token_tracker.render.text.summary import answer
from token_tracker.render.text.summary import bulleted
from token_tracker.render.text.summary import nowhere
from token_tracker.render.text.when import data_line
from token_tracker.reports.session import Context
from token_tracker.reports.session import Rule
from token_tracker.reports.session import SessionReport

MINUTE_MS: Final = 60_000
_CALLED: Final[Mapping[Rule, Callable[..., str]]] = {
    Rule.ID: en.session_of_id,
    Rule.HOST: en.session_of_host,
    Rule.PROJECT: en.session_of_project,
    Rule.LATEST: en.session_latest,
}


def session(report: SessionReport, style: Style) -> str:
    """Write what a session cost; the first line is the answer and tells how it was found."""
    write = shortly(style)
    when = style.say(_CALLED[report.rule], session=clean_name(report.session))
    if report.looked_in and not report.figures.requests:
        first = style.say(messages_en.nothing_found, when=when)
        blocks = [[first], *nowhere(report.looked_in, style)]
    elif not report.figures.requests:
        blocks = [[style.say(en.not_logged, when=when)], bulleted([style.say(en.not_logged_yet)])]
    else:
        blocks = [[answer(when, report.figures, style, write)], bulleted(_about(report, style, write))]
    if report.figures.requests:
        blocks.append(models_with_shares(report.by_model, report.measure, style, write))
    blocks.append([data_line(report.period, report.freshness, report.problems, style)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _about(report: SessionReport, style: Style, write: Write) -> list[str]:
    figures = report.figures
    said = [*kinds_of_money(figures.cost, style, write), *left_out(figures.cost, style, write)]
    said += about_tokens(figures, style)
    agents = report.by_sub_agents
    if agents.requests:
        share, count = report.sub_agent_share, tokens(agents.tokens.total, style.lang)
        said.append(
            style.say(
                en.sub_agents,
                share="" if share is None else percent(share),
                cost=row_cost(agents.cost, style, write),
                tokens=count,
                requests=agents.requests,
            )
        )
    if report.context is not None:
        said += _context(report.context, style)
    return [*said, *_where_and_when(report, style)]


def _context(context: Context, style: Style) -> list[str]:
    count = tokens(context.tokens, style.lang)
    if context.window is None or context.used_ratio is None:
        return [style.say(en.context, tokens=count)]
    window, used = tokens(context.window, style.lang), percent(context.used_ratio)
    said = [style.say(en.context_of_window, tokens=count, window=window, used=used)]
    return [*said, style.say(en.make_it_shorter)] if context.is_nearly_full else said


def _where_and_when(report: SessionReport, style: Style) -> list[str]:
    said = []
    projects = [name for name in map(clean_name, report.projects) if name]
    branches = [name for name in map(clean_name, report.branches) if name]
    if projects or branches:
        said.append(style.say(en.project_and_branch, projects=projects, branches=branches))
    if len(report.sources) > 1:
        said.append(style.say(en.logged_by, names=[source_name(name, style) for name in report.sources]))
    if report.driver:
        said.append(style.say(en.driven_by, name=source_name(report.driver, style)))
    if report.parents:
        said.append(style.say(en.forked_from, sessions=[clean_name(name) for name in report.parents]))
    if report.first_ms is not None and report.last_ms is not None:
        said.append(_active(report.first_ms, report.last_ms, report.period.zone, style))
    return said


def _active(first_ms: int, last_ms: int, zone: tzinfo, style: Style) -> str:
    first, last = local_moment(first_ms, zone), local_moment(last_ms, zone)
    day = short_day if first.year == style.now.astimezone(zone).year else full_day
    begun = f"{day(first.date(), style.lang)} {first:%H:%M}"
    if first.date() == last.date():
        ended = "" if last_ms - first_ms < MINUTE_MS else f"{last:%H:%M}"
    else:
        ended = f"{day(last.date(), style.lang)} {last:%H:%M}"
    return style.say(en.active, first=begun, last=ended)
