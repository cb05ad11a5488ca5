"""`data` of the commands that read and look after the installation, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from token_tracker.ledger.archive import Backup
from token_tracker.ledger.archive import Member
from token_tracker.ledger.archive import Restore
from token_tracker.ledger.care import REMOVED_BY
from token_tracker.ledger.care import Purge
from token_tracker.ledger.care import Verification
from token_tracker.ledger.queries import stored_rate
from token_tracker.period import local_moment
from token_tracker.pricing.rate import PRICE_KINDS
from token_tracker.pricing.rate import PeakPrices
from token_tracker.pricing.rate import PriceRow
from token_tracker.pricing.rate import Rate
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import cost_document
from token_tracker.render.documents.figures import instant
from token_tracker.render.documents.figures import problem_document
from token_tracker.render.documents.figures import rate_document
from token_tracker.render.documents.figures import tokens_document
from token_tracker.render.errors import public_code
from token_tracker.render.style import Style
from token_tracker.reports.figures import Usage
from token_tracker.reports.health import Diagnosis
from token_tracker.reports.health import Retention
from token_tracker.reports.health import Setting
from token_tracker.reports.health import SourceState
from token_tracker.reports.health import Version
from token_tracker.reports.prices import PriceList
from token_tracker.reports.prices import PriceTable
from token_tracker.reports.prices import PriceUpdate
from token_tracker.reports.syncing import Synced
from token_tracker.sync import SourceResult

NOT_STORED = ("ledger-read-only", "ledger-owner", "ledger-newer", "disk-full")


def sync_data(synced: Synced, _style: Style) -> Document:
    """Give `data` of `sync`."""
    result = synced.read
    sources = [{"source": one.source.id, **_read(one)} for one in result.sources]
    counts = [_read(one) for one in result.sources]
    names = (
        "files_seen", "files_read", "bytes_read", "events_new", "events_changed", "lines_skipped", "seconds"
    )  # fmt: skip
    return {
        "sources": sources,
        "providers": [
            {
                "provider": one.provider,
                "state": one.state,
                "records": one.records,
                "balances": len(one.balances),
                "seconds": round(one.seconds, 3),
                "error": None if one.error is None else public_code(one.error.code),
            }
            for one in synced.fetched.providers
        ],
        "total": {name: sum(one[name] for one in counts) for name in names},
        "complete": result.complete,
        "stored": not any(problem.code in NOT_STORED for problem in result.problems),
    }


def sources_data(states: Sequence[SourceState], style: Style) -> Document:
    """Give `data` of the `sources` commands."""
    return {
        "sources": [
            {
                "source": state.source,
                "found": state.is_found,
                "enabled": state.enabled,
                "billing": state.billing,
                "checked": state.checked,
                "recorded": state.is_recorded,
                "export_page": state.export_page or None,
                "paths": list(state.paths),
                "missing": list(state.missing),
                "files": state.files,
                "events": state.events,
                "first_day": _day(state.first_ms, style),
                "last_day": _day(state.last_ms, style),
                "last_read": _instant(state.read_at_ms, style),
                "problems": state.problems,
                "lacks": list(state.lacks),
            }
            for state in states
        ]
    }


def config_data(settings: Sequence[Setting], _style: Style) -> Document:
    """Give `data` of the `config` commands."""
    return {
        "settings": [
            {
                "key": one.key,
                "value": one.value,
                "default": one.default,
                "origin": one.origin,
                "file": one.file,
                "by": one.by or None,
                **({"in_file": one.in_file} if one.by and not one.was_set else {}),
                **({"previous": one.previous} if one.was_set else {}),
            }
            for one in settings
        ]
    }


def prices_data(prices: PriceList, _style: Style) -> Document:
    """Give `data` of `prices list`, `prices show`, `prices set` and `prices currency`."""
    return {"table": _table(prices.table), "prices": [_price_row(row) for row in prices.rows]}


def price_update_data(update: PriceUpdate, style: Style) -> Document:
    """Give `data` of `prices update`."""
    return {
        **prices_data(PriceList(update.table, update.rows), style),
        "update": {
            "source": update.source,
            "new_models": update.new_models,
            "changed_prices": len(update.rows) - update.new_rows,
            "dated_earlier": update.earlier_rows,
            "not_understood": list(update.unreadable),
        },
    }


def doctor_data(diagnosis: Diagnosis, style: Style) -> Document:
    """Give `data` of `doctor`."""
    held, footprint, place = diagnosis.ledger, diagnosis.footprint, diagnosis.environment
    return {
        "healthy": diagnosis.is_healthy,
        "findings": [problem_document(one, style.lang, with_paths=True) for one in diagnosis.findings],
        "footprint": {
            "ledger_bytes": footprint.ledger_bytes,
            "cache_bytes": footprint.cache_bytes,
            "log_bytes": footprint.log_bytes,
            "always_loaded_tokens": footprint.always_loaded_tokens,
            "report_tokens": footprint.report_tokens,
            "alert_tokens": footprint.alert_tokens,
            "last_delivery_tokens": footprint.last_delivery_tokens,
        },
        "ledger": {
            "file": held.file,
            "state": held.state,
            "version": held.version,
            "events": held.events,
            "first_day": _day(held.first_ms, style),
            "last_day": _day(held.last_ms, style),
            "last_sync": _instant(held.read_at_ms, style),
        },
        "hosts": [_host(one) for one in diagnosis.hosts],
        "environment": {
            "version": place.version,
            "python": place.python,
            "executable": place.executable,
            "platform": place.platform,
            "home": place.home,
            "home_writable": place.home_writable,
            "cache": place.cache,
            "fast_reader": place.fast_reader,
        },
    }


def version_data(one: Version, _style: Style) -> Document:
    """Give `data` of `version`."""
    return {
        "version": one.version,
        "python": one.python,
        "platform": one.platform,
        "schema": one.schema,
        "ledger_version": one.ledger_version,
        "prices": _table(one.prices),
    }


def schemas_data(wanted: tuple[Mapping[str, Mapping[str, Any]], bool], _style: Style) -> Document:
    """Give `data` of `schema`; the documents themselves only where one was asked for."""
    documents, with_document = wanted
    return {
        "schemas": [
            {
                "name": name,
                "title": document.get("title", name),
                "commands": _commands(document),
                "document": document if with_document else None,
            }
            for name, document in documents.items()
        ]
    }


def verify_data(found: Verification, _style: Style) -> Document:
    """Give `data` of `verify`."""
    return {
        "whole": found.whole,
        "file": found.file,
        "checks": [
            {
                "check": one.check,
                "passed": one.passed,
                "examined": one.examined,
                "wrong": one.wrong,
                "seconds": round(one.seconds, 3),
            }
            for one in found.checks
        ],
    }


def purge_data(done: tuple[Purge, date, str], style: Style) -> Document:
    """Give `data` of `purge`."""
    result, first, zone_name = done
    figures = Usage(REMOVED_BY, result.removed).figures()
    return {
        "before": first.isoformat(),
        "tz": zone_name,
        "dry_run": result.dry_run,
        "removed": {
            "events": result.events,
            "billed_records": 0,
            "balances": 0,
            "first_day": _day(result.first_ms, style),
            "last_day": _day(result.last_ms, style),
            "tokens": tokens_document(figures.tokens),
            "cost": cost_document(figures.cost, style.currency),
        },
        "kept": {"events": result.kept_events, "first_day": _day(result.kept_first_ms, style)},
        "ledger_bytes_before": result.bytes_before,
        "ledger_bytes_after": result.bytes_after,
        "backup": None,
    }


def backup_data(done: Backup, style: Style) -> Document:
    """Give `data` of `backup`."""
    return {
        "file": str(done.file),
        "bytes": done.size,
        "sha256": done.sha256,
        "contains": _members(done.members),
        "credentials_included": done.credentials_included,
        "ledger_version": done.ledger.version,
        "events": done.ledger.events,
        "first_day": _day(done.ledger.first_ms, style),
        "last_day": _day(done.ledger.last_ms, style),
    }


def restore_data(done: Restore, style: Style) -> Document:
    """Give `data` of `restore`."""
    return {
        "file": str(done.file),
        "sha256": done.sha256,
        "dry_run": done.dry_run,
        "mode": "replace",
        "restored": _members(done.members),
        "previous": None if done.previous is None else str(done.previous),
        "events_before": done.events_before,
        "purged_again": done.purged_again,
        "events_after": done.ledger.events,
        "first_day": _day(done.ledger.first_ms, style),
        "last_day": _day(done.ledger.last_ms, style),
    }


def _read(one: SourceResult) -> Document:
    return {
        "files_seen": one.files_seen,
        "files_read": one.files_read,
        "bytes_read": one.bytes_read,
        "events_new": one.events_new,
        "events_changed": one.events_changed,
        "lines_skipped": one.lines_skipped,
        "seconds": round(one.seconds, 3),
    }


def _price_row(row: PriceRow) -> Document:
    document = rate_document(stored_rate(row.rate.currency, row.rate._asdict()))
    keys = ("provider", "model", "name", "currency", "unit", "from", "source_url", "checked_on", "origin")
    terms = document["terms"]
    return {
        **{key: document[key] for key in keys},
        "prices": _prices_of(row.rate),
        "tiers": _tiers(row.tiers),
        "terms": {key: terms[key] for key in ("tier", "speed", "geo")},
        "peak": None if row.peak is None else _peak(row.peak),
        "until": row.until[:10] or None,
    }


def _peak(peak: PeakPrices) -> Document:
    return {
        "hours": [list(hours) for hours in peak.hours],
        "weekdays": list(peak.weekdays),
        "prices": _prices_of(peak.rate),
        "tiers": _tiers(peak.tiers),
        "holidays_through": peak.holidays_through or None,
    }


def _tiers(rates: Sequence[Rate]) -> list[Document]:
    return [{"prompt_tokens_above": rate.above, "prices": _prices_of(rate)} for rate in rates]


def _prices_of(rate: Rate) -> Document:
    content = rate._asdict()
    return {kind: content[kind] for kind in PRICE_KINDS}


def _table(table: PriceTable) -> Document:
    return {
        "version": table.version,
        "checked_on": table.checked_on,
        "models": table.models,
        "user_rows": table.user_rows,
    }


def _host(one: Retention) -> Document:
    return {
        "host": one.host,
        "found": one.found,
        "hook_installed": False,
        "last_check": None,
        "retention": {
            "days": one.days,
            "setting": one.setting,
            "file": one.file,
            "is_default": one.is_default,
            "unread_files": 0,
        },
    }


def _members(members: Sequence[Member]) -> list[Document]:
    return [{"file": one.file, "bytes": one.size} for one in members]


def _commands(schema: Mapping[str, Any]) -> list[str]:
    command = schema.get("properties", {}).get("command", {})
    return list(command.get("enum", [command["const"]] if "const" in command else []))


def _day(at_ms: int | None, style: Style) -> str | None:
    return None if at_ms is None else local_moment(at_ms, style.zone.zone).date().isoformat()


def _instant(at_ms: int | None, style: Style) -> str | None:
    return None if at_ms is None else instant(local_moment(at_ms, style.zone.zone))
