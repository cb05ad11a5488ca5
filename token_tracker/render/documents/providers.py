"""The answers of the commands about providers as JSON; of keys only what `masked` gives."""

from __future__ import annotations

from token_tracker.errors import TrackerError
from token_tracker.period import local_moment
from token_tracker.provider_settings import masked
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import instant
from token_tracker.render.errors import error_text
from token_tracker.render.errors import public_code
from token_tracker.render.style import Style
from token_tracker.reports.providers import Configured
from token_tracker.reports.providers import ConfiguredProviders
from token_tracker.reports.providers import Providers
from token_tracker.reports.providers import ProviderState
from token_tracker.reports.providers import RemovedProvider
from token_tracker.reports.providers import TrustedFile


def list_providers_data(listed: Providers, style: Style) -> Document:
    """Give `data` of `list-providers`."""
    return {"providers": [_provider(one, style) for one in listed.states]}


def configure_provider_data(done: ConfiguredProviders, style: Style) -> Document:
    """Give `data` of `configure-provider`."""
    return {
        "providers": [_configured(one, style) for one in done.configured],
        "left_out": [{"name": one.provider, "reason": one.reason} for one in done.left_out],
    }


def remove_provider_data(done: RemovedProvider, _style: Style) -> Document:
    """Give `data` of `remove-provider`."""
    return {
        "name": done.provider,
        "removed": done.was_set,
        "key_removed": done.had_key and not done.keyring_left,
    }


def trust_data(done: TrustedFile, _style: Style) -> Document:
    """Give `data` of `provider trust`."""
    return {
        "file": done.file,
        "sha256": done.content_hash,
        "trusted": done.is_trusted,
        "was_trusted": done.was_trusted,
        "copied": done.is_copied and done.is_trusted,
        "replaces_bundled": done.bundled,
    }


def _provider(state: ProviderState, style: Style) -> Document:
    entry, last = state.entry, state.last
    fetched = last.succeeded_at_ms
    return {
        "name": entry.id,
        "enabled": entry.enabled,
        "api_key": masked(entry),
        "key_kind": entry.key_kind or None,
        "region": state.region or None,
        "can": list(state.can),
        "last_fetch": None if fetched is None else instant(local_moment(fetched, style.zone.zone)),
        "last_error": _last_error(last.failed_at_ms, last.error, style),
    }


def _last_error(at_ms: int | None, error: TrackerError | None, style: Style) -> Document | None:
    if at_ms is None or error is None:
        return None
    at = instant(local_moment(at_ms, style.zone.zone))
    return {"at": at, **_error(error, style)}


def _configured(one: Configured, style: Style) -> Document:
    entry = one.state.entry
    return {
        **_provider(one.state, style),
        "check": one.outcome,
        "unchecked_because": None if one.reason is None else _error(one.reason, style),
        "needs_key_kind": one.needs or None,
        "key_page": None if one.state.provider is None else one.state.provider.key_page,
        "kept_in": None if entry.credential is None else entry.credential.kind,
        "base_url": entry.base_url or None,
        "only": None if entry.only is None else "=".join(entry.only),
        "counts_organisation": entry.counts_organisation,
        "account": entry.account or None,
        "account_before": one.account_before or None,
    }


def _error(error: TrackerError, style: Style) -> Document:
    return {"code": public_code(error.code), "what": error_text(error, style.lang).what}
