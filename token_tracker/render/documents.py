"""Reports as JSON documents: the envelope, and what `data` holds for each report.

Amounts are exact decimal strings. Everything here keeps to the published schemas.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from datetime import tzinfo
from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from token_tracker.ledger.queries import StoredRate
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.records import Record
from token_tracker.model import CostBasis
from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.period import local_moment
from token_tracker.render.errors import public_code
from token_tracker.render.figure_documents import Document
from token_tracker.render.figure_documents import cost_document
from token_tracker.render.figure_documents import exact
from token_tracker.render.figure_documents import figures_document
from token_tracker.render.figure_documents import freshness_document
from token_tracker.render.figure_documents import instant
from token_tracker.render.figure_documents import model_document
from token_tracker.render.figure_documents import origin_of
from token_tracker.render.figure_documents import problem_document
from token_tracker.render.figure_documents import public_id
from token_tracker.render.figure_documents import rate_document
from token_tracker.render.figure_documents import tokens_document
from token_tracker.render.figure_documents import used_document
from token_tracker.render.lazily import Renderers
from token_tracker.render.style import Style
from token_tracker.render.text.prices import has_unit_prices
from token_tracker.render.text.prices import is_charge
from token_tracker.render.text.prices import is_host_estimate
from token_tracker.render.words import ErrorText
from token_tracker.reports.figures import money_of
from token_tracker.reports.summary import Summary

if TYPE_CHECKING:  # a summary needs none of them
    from token_tracker.reports.bill import Bill
    from token_tracker.reports.bill import BillRow
    from token_tracker.reports.budgets import BudgetStatus
    from token_tracker.reports.explain import Addend
    from token_tracker.reports.explain import Explanation

SCHEMA: Final = 1
COMMANDS_WITH_PATHS: Final = ("doctor", "sources", "explain")


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


def summary_data(summary: Summary, style: Style) -> Document:
    """Give `data` of `summary`."""
    currency = style.currency
    rate = summary.figures.cache_hit_rate
    zone = summary.period.zone
    return {
        "tokens": tokens_document(summary.figures.tokens),
        "requests": summary.figures.requests,
        "cost": cost_document(summary.figures.cost, currency, summary.converted),
        "cache_hit_rate": None if rate is None else float(rate),
        "by_model": [model_document(line, currency) for line in summary.by_model],
        "by_provider": [
            {"provider": public_id(line.name), **used_document(line.figures, currency)}
            for line in summary.by_provider
        ],
        "by_project": [
            {"project": line.name or None, **used_document(line.figures, currency)}
            for line in summary.by_project
        ],
        "by_source": [
            {"source": line.name, **used_document(line.figures, currency)} for line in summary.by_source
        ],
        "previous": {
            "average_7d": None if summary.average is None else cost_document(summary.average, currency)
        },
        "budgets": budgets_document(summary.budgets),
        "freshness": freshness_document(summary.freshness, zone),
    }


def bill_data(bill: Bill, style: Style) -> Document:
    """Give `data` of `bill`."""
    currency = style.currency
    return {
        "by": list(bill.by),
        "rows": [_bill_row(row, bill.period.zone, currency) for row in bill.rows],
        "total": figures_document(bill.total, currency, bill.converted),
    }


def explanation_data(explanation: Explanation, style: Style) -> Document:
    """Give `data` of `explain`; times are local to its period."""
    zone = style.zone.zone if explanation.period is None else explanation.period.zone
    return {
        "subject": {"kind": explanation.kind, "value": explanation.subject},
        "addends": [
            *(_addend(one, zone, explanation.notes) for one in explanation.addends),
            *(_shadowed_addend(one, zone) for one in explanation.shadowed),
        ],
        "total": figures_document(explanation.total, style.currency),
        "bills": _bills(explanation),
    }


DATA: Final = Renderers[Document](
    {
        "summary": "documents.summary_data",
        "bill": "documents.bill_data",
        "week": "span_documents.span_data",
        "month": "span_documents.span_data",
        "report": "span_documents.overview_data",
        "session": "span_documents.session_data",
        "daily-report": "span_documents.digest_data",
        "weekly-report": "span_documents.digest_data",
        "monthly-report": "span_documents.digest_data",
        "explain": "documents.explanation_data",
        "reconcile": "reconcile_documents.reconciliation_data",
        "daily": "table_documents.table_data",
        "weekly": "table_documents.table_data",
        "monthly": "table_documents.table_data",
        "sessions": "table_documents.table_data",
        "budget-status": "budget_documents.budget_status_data",
        "set-budget": "budget_documents.set_budget_data",
        "budget list": "budget_documents.budget_list_data",
        "budget remove": "budget_documents.removed_budget_data",
        "check-alerts": "budget_documents.check_alerts_data",
        "configure-provider": "provider_documents.configure_provider_data",
        "list-providers": "provider_documents.list_providers_data",
        "remove-provider": "provider_documents.remove_provider_data",
        "provider trust": "provider_documents.trust_data",
        "sync": "care_documents.sync_data",
        "fetch-usage": "fetching_documents.fetched_data",
        "provider-balance": "balance_documents.balances_data",
        "sources list": "care_documents.sources_data",
        "sources enable": "care_documents.sources_data",
        "sources disable": "care_documents.sources_data",
        "sources add-path": "care_documents.sources_data",
        "sources set-billing": "care_documents.sources_data",
        "config list": "care_documents.config_data",
        "config get": "care_documents.config_data",
        "config set": "care_documents.config_data",
        "prices list": "care_documents.prices_data",
        "prices show": "care_documents.prices_data",
        "prices set": "care_documents.prices_data",
        "prices currency": "care_documents.prices_data",
        "prices update": "care_documents.price_update_data",
        "rates list": "rate_documents.rates_data",
        "rates set": "rate_documents.rates_data",
        "rates update": "rate_documents.rates_data",
        "setup-hook status": "hook_documents.hook_states_data",
        "setup-hook install": "hook_documents.hook_changes_data",
        "setup-hook uninstall": "hook_documents.hook_changes_data",
        "setup-hook decline": "hook_documents.hook_changes_data",
        "automation list": "automation_documents.prompts_data",
        "automation render": "automation_documents.prompts_data",
        "doctor": "care_documents.doctor_data",
        "verify": "care_documents.verify_data",
        "purge": "care_documents.purge_data",
        "backup": "care_documents.backup_data",
        "restore": "care_documents.restore_data",
        "uninstall": "hook_documents.uninstalled_data",
        "schema": "care_documents.schemas_data",
        "version": "care_documents.version_data",
        "record-session": "record_documents.recorded_data",
        "log": "record_documents.recorded_data",
        "import": "import_documents.import_data",
    }
)
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


def budgets_document(budgets: Sequence[BudgetStatus]) -> list[Document]:
    """Say how budgets stand, the most urgent first."""
    if not budgets:
        return []
    from token_tracker.render.budget_documents import budget_document

    return [budget_document(one) for one in budgets]


def _bill_row(row: BillRow, zone: tzinfo, currency: str) -> Document:
    key = {
        name: instant(local_moment(value, zone)) if isinstance(value, int) else value
        for name, value in row.key.items()
    }
    return {
        "key": key,
        "name": row.name,
        **figures_document(row.figures, currency),
        "rates": _rates(row.rates),
    }


def _rates(rates: Sequence[StoredRate]) -> list[Document]:
    return [rate_document(rate) for rate in rates if has_unit_prices(rate)]


def _addend(addend: Addend, zone: tzinfo, notes: Mapping[bytes, str]) -> Document:
    stored = addend.stored
    event, rate = stored.event, stored.rate
    return {
        "event": event.id.hex(),
        "at": instant(local_moment(event.at_ms, zone)),
        "source": event.origin.source,
        "provider": public_id(stored.provider),
        "model": event.service.model or None,
        "name": stored.name or None,
        "tokens": tokens_document(event.tokens),
        "web_searches": event.web_searches,
        "amount": None if addend.amount is None else exact(addend.amount),
        "currency": None if rate is None else rate.currency,
        "basis": None if rate is None else rate.basis.value,
        "price_source": _price_source(event.origin.source, rate),
        "lane": addend.lane,
        "rates": [] if rate is None else _rates([rate]),
        "formula": addend.formula,
        "file": event.place.path or None,
        "line": addend.line,
        "project": addend.project or None,
        "session": event.origin.session or None,
        "notes": notes.get(event.id) or None,
    }


def _bills(explanation: Explanation) -> list[Document]:
    """Give what bills add; of a single event, what was billed for its model."""
    if not explanation.bills:
        return []
    from token_tracker.render.bill_addend_documents import bill_addend_document

    lane = "beside" if explanation.kind == "event" else "counted"
    return [bill_addend_document(one, lane) for one in explanation.bills]


def _shadowed_addend(record: Record, zone: tzinfo) -> Document:
    """Give a manual record that counts nothing; only what it was recorded with is known."""
    charge = record.charge
    return {
        "event": record.id.hex(),
        "at": instant(local_moment(record.at_ms, zone)),
        "source": MANUAL,
        "provider": public_id(record.provider),
        "model": record.model or None,
        "name": None,
        "tokens": tokens_document(record.tokens),
        "web_searches": 0,
        "amount": None if charge is None else exact(money_of(charge.pico)),
        "currency": None if charge is None else charge.currency,
        "basis": None if charge is None else CostBasis.REPORTED.value,
        "price_source": None if charge is None else "user",
        "lane": "shadowed",
        "rates": [],
        "formula": None,
        "file": None,
        "line": None,
        "project": None,
        "session": record.session or None,
        "notes": record.notes or None,
    }


def _price_source(source: str, rate: StoredRate | None) -> str | None:
    """Say who gave the amount; what a person recorded is theirs."""
    if rate is None:
        return None
    if is_charge(rate):
        return "user" if source == MANUAL else "provider"
    return "host" if is_host_estimate(rate) else origin_of(rate.content)


def _label(period: Period) -> str:
    if period.days == 1:
        return period.first.isoformat()
    if period == iso_week(period.first, period.zone, period.zone_name):
        return f"{period.first:%G-W%V}"
    if period == calendar_month(period.first, period.zone, period.zone_name):
        return f"{period.first:%Y-%m}"
    return f"{period.first.isoformat()}..{period.last.isoformat()}"
