"""Reports as JSON documents: the envelope, and what `data` holds for each report.

Amounts are exact decimal strings. Everything here keeps to the published schemas.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from datetime import tzinfo
from decimal import Decimal
from decimal import localcontext
from typing import Any
from typing import Final

from token_tracker.ledger.queries import StoredRate
from token_tracker.model import CostBasis
from token_tracker.model import Problem
from token_tracker.model import TokenCounts
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.render.errors import public_code
from token_tracker.render.problems import names_a_path
from token_tracker.render.problems import problem_text
from token_tracker.render.style import Style
from token_tracker.render.text.prices import is_host_estimate
from token_tracker.render.words import ErrorText
from token_tracker.reports.bill import Bill
from token_tracker.reports.bill import BillRow
from token_tracker.reports.explain import Addend
from token_tracker.reports.explain import Explanation
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.summary import Summary

Document = dict[str, Any]
"""A JSON object; `Any` because it nests without end."""

SCHEMA: Final = 1
LEAST_DECIMALS: Final = 6
TIERS: Final = ("batch", "priority", "flex")
COMMANDS_WITH_PATHS: Final = ("doctor", "sources", "explain")
_NOT_OF_AN_ID: Final = re.compile(r"[^a-z0-9._-]+")


def envelope(
    command: str,
    generated_at: datetime,
    period: Period | None,
    data: Mapping[str, Any],
    problems: Iterable[Problem],
    *,
    lang: str = "en",
) -> Document:
    """Put an answer into what every command prints with `--json`.

    `generated_at`: local, aware. `lang`: of the texts of the problems.
    """
    with_paths = command.split(maxsplit=1)[0] in COMMANDS_WITH_PATHS
    return {
        "schema": SCHEMA,
        "command": command,
        "generated_at": instant(generated_at),
        "period": None if period is None else period_document(period),
        "data": data,
        "problems": [problem_document(problem, lang, with_paths) for problem in problems],
    }


def error_document(code: str, text: ErrorText) -> Document:
    """Say an error as JSON."""
    return {"schema": SCHEMA, "error": {"code": public_code(code), **text._asdict()}}


def problem_document(problem: Problem, lang: str, with_paths: bool = False) -> Document:
    """Say a problem as JSON; its place only where it is no path, or paths are allowed."""
    text = problem_text(problem, lang)
    shown = bool(problem.where) and (with_paths or not names_a_path(problem))
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "what": text.what,
        "where": problem.where if shown else None,
        "count": problem.times,
        "fix": text.fix,
    }


def summary_data(summary: Summary, style: Style) -> Document:
    """Give `data` of `summary`."""
    currency = style.currency
    rate = summary.figures.cache_hit_rate
    zone = summary.period.zone
    return {
        "tokens": tokens_document(summary.figures.tokens),
        "requests": summary.figures.requests,
        "cost": cost_document(summary.figures.cost, currency),
        "cache_hit_rate": None if rate is None else float(rate),
        "by_model": [
            {
                "provider": public_id(line.provider),
                "model": line.model or None,
                "name": line.name or None,
                **_used(line.figures, currency),
            }
            for line in summary.by_model
        ],
        "by_provider": [
            {"provider": public_id(line.name), **_used(line.figures, currency)}
            for line in summary.by_provider
        ],
        "by_project": [
            {"project": line.name or None, **_used(line.figures, currency)} for line in summary.by_project
        ],
        "by_source": [{"source": line.name, **_used(line.figures, currency)} for line in summary.by_source],
        "previous": {
            "average_7d": None if summary.average is None else cost_document(summary.average, currency)
        },
        "budgets": [],
        "freshness": [
            {
                "source": one.source,
                "last_read": None if one.read_at_ms is None else instant(local(one.read_at_ms, zone)),
                "problems": one.problems,
            }
            for one in summary.freshness
        ],
    }


def bill_data(bill: Bill, style: Style) -> Document:
    """Give `data` of `bill`."""
    currency = style.currency
    return {
        "by": list(bill.by),
        "rows": [_bill_row(row, bill.period.zone, currency) for row in bill.rows],
        "total": figures_document(bill.total, currency),
    }


def explanation_data(explanation: Explanation, style: Style) -> Document:
    """Give `data` of `explain`; times are local to its period."""
    zone = style.zone.zone if explanation.period is None else explanation.period.zone
    return {
        "subject": {"kind": explanation.kind, "value": explanation.subject},
        "addends": [_addend(one, zone) for one in explanation.addends],
        "total": figures_document(explanation.total, style.currency),
    }


DATA: Final[Mapping[str, Callable[[Any, Style], Document]]] = {
    "summary": summary_data,
    "bill": bill_data,
    "explain": explanation_data,
}
"""What gives `data`, by command."""


def period_document(period: Period) -> Document:
    """Give a period with its instants, its days and a name that no language changes."""
    return {
        "start": instant(period.start),
        "end": instant(period.end),
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
        "tz": period.zone_name,
        "label": _label(period),
    }


def figures_document(figures: Figures, currency: str) -> Document:
    """Give requests, tokens and cost."""
    return {
        "requests": figures.requests,
        "tokens": tokens_document(figures.tokens),
        "web_searches": figures.web_searches,
        "cost": cost_document(figures.cost, currency),
    }


def tokens_document(tokens: TokenCounts) -> Document:
    """Give the counts by kind, and their total."""
    return {**tokens._asdict(), "total": tokens.total}


def cost_document(cost: Cost, currency: str) -> Document:
    """Give a cost; the preferred currency is `amount` where it is there at all."""
    first, *others = cost.currencies(currency)
    nothing_known = not cost.amounts and cost.unpriced_tokens > 0
    by_basis = _by_basis(cost.amounts.get(first, {}))
    if nothing_known:
        by_basis["computed"] = None
    plan = cost.api_equivalent
    plan_currency = currency if currency in plan or not plan else min(plan)
    return {
        "amount": None if nothing_known else exact(cost.amount(first)),
        "currency": first,
        "by_basis": by_basis,
        "other": [
            {
                "currency": other,
                "amount": exact(cost.amount(other)),
                "by_basis": _by_basis(cost.amounts[other]),
            }
            for other in others
        ],
        "api_equivalent": {"amount": exact(plan.get(plan_currency, Decimal(0))), "currency": plan_currency},
        "unpriced_tokens": cost.unpriced_tokens,
        "unpriced_models": [model for model in cost.unpriced_models if model],
    }


def rate_document(rate: StoredRate) -> Document:
    """Give a price row as it was applied."""
    content = rate.content
    provider, model = content.get("provider") or "", content.get("model") or ""
    valid_from = content.get("valid_from") or ""
    url = content.get("source_url") or ""
    return {
        "provider": public_id(provider) or "unknown",
        "model": model or "unknown",
        "name": content.get("name") or model or "unknown",
        "currency": rate.currency,
        "unit": "1M tokens",
        "input": content.get("input"),
        "cache_read": content.get("cache_read"),
        "cache_write_5m": content.get("cache_write_5m"),
        "cache_write_1h": content.get("cache_write_1h"),
        "output": content.get("output"),
        "web_search": content.get("web_search"),
        "terms": terms_of(content),
        "from": valid_from[:10] or None,
        "source_url": url if url.startswith("https://") else None,
        "checked_on": (content.get("checked_on") or "")[:10] or None,
        "origin": origin_of(content),
    }


def terms_of(content: Mapping[str, str | None]) -> Document:
    """Read the terms off the key of a price row.

    >>> terms_of({"key": "anthropic/claude-opus-4-8/always/fast/us/>200000",
    ...           "provider": "anthropic", "model": "claude-opus-4-8", "valid_from": ""})
    {'tier': 'standard', 'speed': 'fast', 'geo': 'us', 'prompt_tokens_above': 200000}
    """
    start = f"{content.get('provider')}/{content.get('model')}/{content.get('valid_from') or 'always'}/"
    label, *rest = (content.get("key") or "").removeprefix(start).split("/")
    words = label.split("+")
    above = [int(part[1:]) for part in rest if part.startswith(">") and part[1:].isdigit()]
    places = [part for part in rest if part != "peak" and not part.startswith(">")]
    return {
        "tier": next((word for word in words if word in TIERS), "standard"),
        "speed": "fast" if "fast" in words else "standard",
        "geo": places[0] if places else None,
        "prompt_tokens_above": above[0] if above else 0,
    }


def origin_of(content: Mapping[str, str | None]) -> str:
    """Say which table a price row is from."""
    return content.get("origin") or ("user" if content.get("note") == "own price" else "snapshot")


def exact(amount: Decimal) -> str:
    """Write an amount exactly, with at least 6 decimals; zero is "0".

    >>> exact(Decimal("12.34")), exact(Decimal("0.0000001230")), exact(Decimal("0.000"))
    ('12.340000', '0.000000123', '0')
    """
    if not amount:
        return "0"
    with localcontext(prec=EXACT_DIGITS):
        whole, _, decimals = f"{amount:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(LEAST_DECIMALS, '0')}"


def instant(moment: datetime) -> str:
    """Write an aware moment with seconds and offset."""
    return moment.isoformat(timespec="seconds")


def local(at_ms: int, zone: tzinfo) -> datetime:
    """Turn UTC milliseconds into a local moment."""
    return datetime.fromtimestamp(at_ms // 1000, zone)


def public_id(name: str) -> str | None:
    """Give a provider as the schemas allow it; None for "".

    >>> public_id("anthropic"), public_id("My Proxy"), public_id("")
    ('anthropic', 'my-proxy', None)
    """
    return _NOT_OF_AN_ID.sub("-", name.lower()).strip("-._") or None


def _used(figures: Figures, currency: str) -> Document:
    return {
        "requests": figures.requests,
        "tokens": tokens_document(figures.tokens),
        "cost": cost_document(figures.cost, currency),
    }


def _by_basis(amounts: Mapping[CostBasis, Decimal]) -> dict[str, str | None]:
    return {basis.value: exact(amounts.get(basis, Decimal(0))) for basis in CostBasis}


def _bill_row(row: BillRow, zone: tzinfo, currency: str) -> Document:
    key = {
        name: instant(local(value, zone)) if isinstance(value, int) else value
        for name, value in row.key.items()
    }
    return {
        "key": key,
        "name": row.name,
        **figures_document(row.figures, currency),
        "rates": _rates(row.rates),
    }


def _rates(rates: Sequence[StoredRate]) -> list[Document]:
    return [rate_document(rate) for rate in rates if not is_host_estimate(rate)]


def _addend(addend: Addend, zone: tzinfo) -> Document:
    stored = addend.stored
    event, rate = stored.event, stored.rate
    return {
        "event": event.id.hex(),
        "at": instant(local(event.at_ms, zone)),
        "source": event.origin.source,
        "provider": public_id(stored.provider),
        "model": event.service.model or None,
        "name": stored.name or None,
        "tokens": tokens_document(event.tokens),
        "web_searches": event.web_searches,
        "amount": None if addend.amount is None else exact(addend.amount),
        "currency": None if rate is None else rate.currency,
        "basis": None if rate is None else ("reported" if is_host_estimate(rate) else "computed"),
        "price_source": None
        if rate is None
        else ("host" if is_host_estimate(rate) else origin_of(rate.content)),
        "lane": addend.lane,
        "rates": [] if rate is None else _rates([rate]),
        "formula": addend.formula,
        "file": event.place.path or None,
        "line": addend.line,
        "project": addend.project or None,
        "session": event.origin.session or None,
    }


def _label(period: Period) -> str:
    if period.days == 1:
        return period.first.isoformat()
    if period == iso_week(period.first, period.zone, period.zone_name):
        return f"{period.first:%G-W%V}"
    if period == calendar_month(period.first, period.zone, period.zone_name):
        return f"{period.first:%Y-%m}"
    return f"{period.first.isoformat()}..{period.last.isoformat()}"
