"""Reports as JSON documents: what gives `data` of each command.

Amounts are exact decimal strings. Everything here keeps to the published schemas.
"""

from __future__ import annotations

from typing import Final

from token_tracker.render.documents.figures import Document
from token_tracker.render.lazily import Renderers

DATA: Final = Renderers[Document](
    {
        "summary": "documents.summary.summary_data",
        "bill": "documents.bill.bill_data",
        "week": "documents.spans.span_data",
        "month": "documents.spans.span_data",
        "report": "documents.spans.overview_data",
        "session": "documents.spans.session_data",
        "daily-report": "documents.spans.digest_data",
        "weekly-report": "documents.spans.digest_data",
        "monthly-report": "documents.spans.digest_data",
        "explain": "documents.explanation.explanation_data",
        "reconcile": "documents.reconciliation.reconciliation_data",
        "daily": "documents.tables.table_data",
        "weekly": "documents.tables.table_data",
        "monthly": "documents.tables.table_data",
        "sessions": "documents.tables.table_data",
        "budget-status": "documents.budgets.budget_status_data",
        "set-budget": "documents.budgets.set_budget_data",
        "budget list": "documents.budgets.budget_list_data",
        "budget remove": "documents.budgets.removed_budget_data",
        "check-alerts": "documents.budgets.check_alerts_data",
        "configure-provider": "documents.providers.configure_provider_data",
        "list-providers": "documents.providers.list_providers_data",
        "remove-provider": "documents.providers.remove_provider_data",
        "provider trust": "documents.providers.trust_data",
        "sync": "documents.care.sync_data",
        "fetch-usage": "documents.fetching.fetched_data",
        "provider-balance": "documents.balances.balances_data",
        "sources list": "documents.care.sources_data",
        "sources enable": "documents.care.sources_data",
        "sources disable": "documents.care.sources_data",
        "sources add-path": "documents.care.sources_data",
        "sources set-billing": "documents.care.sources_data",
        "config list": "documents.care.config_data",
        "config get": "documents.care.config_data",
        "config set": "documents.care.config_data",
        "prices list": "documents.care.prices_data",
        "prices show": "documents.care.prices_data",
        "prices set": "documents.care.prices_data",
        "prices currency": "documents.care.prices_data",
        "prices update": "documents.care.price_update_data",
        "rates list": "documents.rates.rates_data",
        "rates set": "documents.rates.rates_data",
        "rates update": "documents.rates.rates_data",
        "setup-hook status": "documents.hooks.hook_states_data",
        "setup-hook install": "documents.hooks.hook_changes_data",
        "setup-hook uninstall": "documents.hooks.hook_changes_data",
        "setup-hook decline": "documents.hooks.hook_changes_data",
        "automation list": "documents.automation.prompts_data",
        "automation render": "documents.automation.prompts_data",
        "doctor": "documents.care.doctor_data",
        "verify": "documents.care.verify_data",
        "purge": "documents.care.purge_data",
        "backup": "documents.care.backup_data",
        "restore": "documents.care.restore_data",
        "uninstall": "documents.hooks.uninstalled_data",
        "schema": "documents.care.schemas_data",
        "version": "documents.care.version_data",
        "record-session": "documents.records.recorded_data",
        "log": "documents.records.recorded_data",
        "import": "documents.imports.import_data",
    }
)
"""What gives `data`, by command."""
