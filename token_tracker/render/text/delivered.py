"""What goes into a session: our own sentences, figures and names that we ship, nothing else.

What is written here is read by a model, so no word of it may come from a log or a person:
neither a model or project called like an instruction, nor the scope of a budget.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from token_tracker.delivery import Item
from token_tracker.render.en import budgets as budgets_en
from token_tracker.render.en import delivered as en
from token_tracker.render.format import money
from token_tracker.render.known_names import known_currency
from token_tracker.render.known_names import known_scope
from token_tracker.render.style import Style
from token_tracker.render.text.budgets import limit_of
from token_tracker.render.text.budgets import name_now
from token_tracker.render.text.digest import MOST_TOKENS
from token_tracker.render.text.digest import digest
from token_tracker.render.text.digest import estimated_tokens
from token_tracker.render.words import say
from token_tracker.reports.budgets import Alert
from token_tracker.reports.budgets import BudgetState
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.reports.digest import Digest

TOKENS_OF_HOST: Final = 12
"""What a hook may put before a text: OpenClaw's asks the model to show it."""

ALERT_KIND: Final = "budget-alert"
_DAY: Final = r"\d{4}-\d\d-\d\d"
_PERIOD: Final = r"daily|weekly|monthly"
_PLAIN_ID: Final = re.compile(
    rf"(?:daily|set-up):{_DAY}|weekly:\d{{4}}-W\d\d|monthly:\d{{4}}-\d\d"
    rf"|alert:(?:{_PERIOD}):(?:warning|exceeded):{_DAY}",
    re.ASCII,
)
_SCOPED_ID: Final = re.compile(
    rf"alert:(?P<period>{_PERIOD}):(?P<scope>.*):(?P<state>(?:warning|exceeded):{_DAY})",
    re.ASCII | re.DOTALL,
)
_DIGITS_OF_SCOPE: Final = 8


def report_item(report: Digest, style: Style) -> Item:
    """Make a short report an item of a session start."""
    content = digest(report, style, MOST_TOKENS - TOKENS_OF_HOST)
    return Item(report.id, f"{report.kind}-report", _file_name(report.id), content, style.lang)


def alert_item(alert: Alert, style: Style) -> Item:
    """Make an alert an item: which budget it is, what was spent of it, and what is left or over.

    Its id may hold a name that a person gave; its name and content hold none.
    """
    content = _alert_line(alert.status, style)
    return Item(alert.id, ALERT_KIND, _file_name(alert.id), content, style.lang)


def message(items: Sequence[Item], style: Style) -> str:
    """Write what a person reads as a session starts: every item below its id in the safe form."""
    blocks = []
    for item in items:
        known = safe_id(item.id)
        blocks.append("\n".join([*([style.say(en.heading, item=known)] if known else []), item.content]))
    return "\n\n".join(blocks)


def advice(alerts: Sequence[Alert], style: Style) -> str:
    """Tell the model in one line what to do while a budget is exceeded; "" where none is."""
    exceeded = [one.status for one in alerts if one.status.state is BudgetState.EXCEEDED]
    return style.say(en.advice, alert=_alert_line(exceeded[0], style)) if exceeded else ""


def alert_tokens(lang: str) -> int:
    """Estimate what an alert adds to a session, with the advice that goes with it.

    Of a project's budget that is exceeded in part, with amounts of hundreds of dollars.
    """
    scope = {"kind": "project", "value": ""}
    name = say(lang, budgets_en.current, period="monthly", hard=False, with_plans=False, **scope)
    amounts = {"spent": "$987.65", "limit": "$900.00", "over": "$87.65"}
    told = say(lang, en.exceeded, name=name, partial=True, **amounts)
    return estimated_tokens(say(lang, en.advice, alert=told))


def safe_id(item_id: str) -> str:
    """Give an id with what a budget is limited to as a number; "" where it is of no known form.

    >>> safe_id("daily:2026-10-05"), safe_id("alert:daily:warning:2026-10-05")
    ('daily:2026-10-05', 'alert:daily:warning:2026-10-05')
    >>> safe_id("alert:monthly:project=shop:exceeded:2026-10-05")
    'alert:monthly:a2728c3b:exceeded:2026-10-05'
    """
    if _PLAIN_ID.fullmatch(item_id):
        return item_id
    parts = _SCOPED_ID.fullmatch(item_id)
    if parts is None:
        return ""
    scope = hashlib.sha256(parts["scope"].encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS_OF_SCOPE]
    return f"alert:{parts['period']}:{scope}:{parts['state']}"


def _file_name(item_id: str) -> str:
    return f"TOKEN_TRACKER_{safe_id(item_id).replace(':', '_').upper()}.md"


def _alert_line(status: BudgetStatus, style: Style) -> str:
    name = name_now(status, style, known_scope(status.budget))
    told = _with_amounts(status, name, style)
    if estimated_tokens(told) <= MOST_TOKENS:
        return told
    return style.say(en.is_exceeded if status.state is BudgetState.EXCEEDED else en.warns, name=name)


def _with_amounts(status: BudgetStatus, name: str, style: Style) -> str:
    currency = known_currency(status.budget.currency)
    limit = limit_of(replace(status.budget, currency=currency), style)
    partial = status.unknown.is_any
    if status.spent is None or status.left is None:
        raise AssertionError  # nobody is warned of what is not known
    spent, rest = (money(amount, currency, style.lang) for amount in (status.spent, abs(status.left)))
    if status.state is not BudgetState.EXCEEDED:
        return style.say(en.nearly_used, name=name, spent=spent, limit=limit, left=rest, partial=partial)
    if not status.left:
        return style.say(en.used_up, name=name, limit=limit, partial=partial)
    return style.say(en.exceeded, name=name, spent=spent, limit=limit, over=rest, partial=partial)
