"""Reports as text: what a chat or a terminal shows, the answer in the first line."""

from __future__ import annotations

from typing import Final

from token_tracker.render.lazily import Renderers

TEXTS: Final = Renderers[str](
    {
        "summary": "text.summary.summary",
        "bill": "text.bill.bill",
        "week": "text.spans.span",
        "month": "text.spans.span",
        "report": "text.overview.overview",
        "session": "text.session.session",
        "daily-report": "text.digest.digest",
        "weekly-report": "text.digest.digest",
        "monthly-report": "text.digest.digest",
        "explain": "text.explanation.explanation",
        "reconcile": "text.reconciliation.reconciliation",
        "daily": "text.tables.table",
        "weekly": "text.tables.table",
        "monthly": "text.tables.table",
        "sessions": "text.tables.table",
        "budget-status": "text.budgets.budget_status",
        "set-budget": "text.budgets.set_budget",
        "budget list": "text.budgets.budget_list",
        "budget remove": "text.budgets.removed_budget",
        "check-alerts": "text.budgets.check_alerts",
        "configure-provider": "text.providers.configured_providers",
        "list-providers": "text.providers.list_providers",
        "remove-provider": "text.providers.removed_provider",
        "provider trust": "text.providers.trusted_file",
        "sync": "text.care.sync",
        "fetch-usage": "text.fetching.fetched",
        "provider-balance": "text.balances.balances",
        "sources list": "text.care.sources",
        "sources enable": "text.care.changed_source",
        "sources disable": "text.care.changed_source",
        "sources add-path": "text.care.changed_source",
        "sources set-billing": "text.care.changed_source",
        "config list": "text.care.settings",
        "config get": "text.care.one_setting",
        "config set": "text.care.changed_setting",
        "prices list": "text.pricing.price_list",
        "prices show": "text.pricing.price_list",
        "prices set": "text.pricing.saved_price",
        "prices currency": "text.pricing.chosen_list",
        "prices update": "text.pricing.updated_prices",
        "rates list": "text.rates.known_rates",
        "rates set": "text.rates.set_rate",
        "rates update": "text.rates.updated_rates",
        "doctor": "text.care.doctor",
        "verify": "text.upkeep.verify",
        "purge": "text.upkeep.purge",
        "backup": "text.upkeep.backup",
        "restore": "text.upkeep.restore",
        "schema": "text.care.schemas",
        "version": "text.care.version",
        "record-session": "text.records.recorded",
        "log": "text.records.recorded",
        "import": "text.imports.imported",
    }
)
"""What writes a report, by command."""
