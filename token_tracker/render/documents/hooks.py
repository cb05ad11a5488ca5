"""The answers of the commands about the session-start hook as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from token_tracker.errors import TrackerError
from token_tracker.render.documents.figures import Document
from token_tracker.render.errors import error_text
from token_tracker.render.errors import public_code
from token_tracker.render.style import Style
from token_tracker.reports.hooks import HookChange
from token_tracker.reports.hooks import HookChanges
from token_tracker.reports.hooks import HookState
from token_tracker.reports.hooks import Uninstalled

SCHEMA = 1


def check_document(states: Sequence[HookState]) -> Document:
    """Give what `setup-hook check --json` prints: no envelope, for other programs read it."""
    return {
        "schema": SCHEMA,
        "installed": any(one.is_installed for one in states),
        "hosts": [_checked(one) for one in states],
    }


def hook_states_data(states: Sequence[HookState], style: Style) -> Document:
    """Give `data` of `setup-hook status`."""
    return {
        "hosts": [
            {
                **_checked(one),
                "name": one.name,
                "outdated": one.is_outdated,
                "error": _error(one.error, style),
            }
            for one in states
        ]
    }


def hook_changes_data(done: HookChanges, style: Style) -> Document:
    """Give `data` of what installs, uninstalls and declines."""
    return {"confirmed": done.agreed, "hosts": [change_document(one, style) for one in done.changes]}


def uninstalled_data(done: Uninstalled, style: Style) -> Document:
    """Give `data` of `uninstall`."""
    found = [one for one in (done.cache, done.home) if one is not None]
    return {
        "removed": done.is_done,
        "hosts": [change_document(one, style) for one in done.hooks.changes],
        "folders": [
            {"path": one.folder, "bytes": one.size_bytes, "stays": list(one.others)} for one in found
        ],
        "data_kept": done.home is None,
        "skill": done.skill,
    }


def change_document(change: HookChange, style: Style) -> Document:
    """Give what was or would be done in one host."""
    return {
        "host": change.host,
        "name": change.name,
        "outcome": change.outcome,
        "path": change.path or None,
        "diff": change.diff or None,
        "files": list(change.files),
        "backup": change.backup or None,
        "disabled": change.switched_off or None,
        "needs": list(change.needs),
        "error": _error(change.error, style),
    }


def _checked(state: HookState) -> Document:
    return {
        "host": state.host,
        "found": state.is_found,
        "installed": state.is_installed,
        "how": state.how,
        "path": state.path if state.is_found else None,
        "tested": state.tested,
        "declined": state.is_declined,
        "disabled": state.switched_off or None,
        "needs": list(state.needs) if state.is_found else [],
    }


def _error(error: TrackerError | None, style: Style) -> Document | None:
    if error is None:
        return None
    return {"code": public_code(error.code), **error_text(error, style.lang)._asdict()}
