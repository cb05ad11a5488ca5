"""Gather what `doctor` and `version` tell: the only commands that print paths."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
from pathlib import Path

from token_tracker import __version__
from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.collect import source_states
from token_tracker.cli.known_providers import known_providers
from token_tracker.cli.session import Session
from token_tracker.delivery_state import last_error
from token_tracker.delivery_state import read_state
from token_tracker.errors import CredentialError
from token_tracker.errors import LedgerDamagedError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.ledger import queries
from token_tracker.ledger.schema import VERSION
from token_tracker.ledger.store import FILE_NAME
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.odd_files import odd_files
from token_tracker.paths import PROVIDERS_FILE
from token_tracker.paths import foreign_owner
from token_tracker.pricing.card import RateCard
from token_tracker.provider_settings import OWN_PROVIDERS
from token_tracker.render.errors import error_text
from token_tracker.reports.health import Diagnosis
from token_tracker.reports.health import Environment
from token_tracker.reports.health import Footprint
from token_tracker.reports.health import LedgerState
from token_tracker.reports.health import Retention
from token_tracker.reports.health import SourceState
from token_tracker.reports.health import Version
from token_tracker.reports.prices import price_table
from token_tracker.sources import all_sources
from token_tracker.sources._native import native

JSON_SCHEMA = 1
ODD = "file_odd"
"""The code of an error that a finding of its own tells already."""

CHARACTERS_PER_TOKEN = 4
LEAST_FREE_BYTES = 8 << 20


def diagnose(session: Session) -> Diagnosis:
    """Look at everything; a damaged ledger or price file is a finding here, not an error."""
    findings = _odd_findings(session.home)
    states: list[SourceState] = []
    ledger = _closed_ledger(session, "missing")
    try:
        with open_account(session) as account:
            findings += account.problems(with_paths=True)
            findings += _skipped_lines(account)
            findings += _unpriced_models(account)
            ledger = _ledger_state(session, account)
            states = source_states(account)
    except LedgerDamagedError as error:
        findings.append(_finding("ledger-damaged", error, session))
        ledger = _closed_ledger(session, "damaged")
    except SettingsError as error:
        findings.append(_finding("settings-invalid", error, session))
    except StorageError as error:
        if error.code != ODD:
            raise
        ledger = _closed_ledger(session, "damaged")  # a finding says what stands in its place
    sought = [state.name for state in states if state.enabled and state.is_recorded]
    if sought and not any(state.events for state in states):
        findings.append(Problem("source-missing", Severity.NOTE, "", len(sought), ", ".join(sought)))
    findings += _provider_findings(session)
    findings += _delivery_findings(session)
    if _is_exposed(session.home):
        findings.append(Problem("home-exposed", Severity.WARNING, str(session.home)))
    if session.home.exists() and not is_writable(session.home):
        findings.append(Problem("home-unwritable", Severity.NOTE, str(session.home)))
    if _is_almost_full(session.home):
        findings.append(Problem("disk-low", Severity.WARNING, str(session.home)))
    if native() is None:
        findings.append(Problem("reader-slow", Severity.NOTE))
    return Diagnosis(findings, _footprint(session), ledger, _retentions(states), _environment(session))


def _odd_findings(home: Path) -> list[Problem]:
    """Say what stands in the place of a file or folder of ours, and is none."""
    return [Problem("file-odd", Severity.ERROR, odd.path, detail=odd.kind) for odd in odd_files(str(home))]


def _closed_ledger(session: Session, state: str) -> LedgerState:
    return LedgerState(str(session.home / FILE_NAME), state, None, None, None, None, None)


def _finding(code: str, error: TrackerError, session: Session) -> Problem:
    """Turn an error into a finding that says as much, in the person's language."""
    text = error_text(error, session.language)
    place = error.facts.get("path") or error.facts.get("file", "")
    line = error.facts.get("line")
    detail = text.why.rstrip(".。")
    return Problem(code, Severity.ERROR, f"{place}:{line}" if line else place, detail=detail)


def _provider_findings(session: Session) -> list[Problem]:
    """Say what is wrong with the file of keys, and which provider files of the person's are not loaded."""
    if not any(os.path.lexists(session.home / name) for name in (PROVIDERS_FILE, OWN_PROVIDERS)):
        return []
    try:
        return known_providers(session).problems()
    except SettingsError as error:
        return [_finding("settings-invalid", error, session)]
    except CredentialError as error:
        return [_finding("credentials-exposed", error, session)]


def _delivery_findings(session: Session) -> list[Problem]:
    """Say why the last session start told nothing, where it failed."""
    try:
        read_state(str(session.home))  # of both files; the reason is kept in one of them
        error = last_error(str(session.home))
    except TrackerError as unreadable:
        if unreadable.code == ODD:
            return []
        is_newer = unreadable.code == "state_newer"  # no file to be mended or deleted
        return [_finding("state-newer" if is_newer else "state-unreadable", unreadable, session)]
    if error is None:
        return []
    return [
        Problem(
            "hook-failed", Severity.WARNING, error.get("at", ""), detail=error.get("what", "").rstrip(".。")
        )
    ]


def version_of(session: Session) -> Version:
    """Say what this program is, and which prices it has."""
    table = price_table(RateCard.load(session.prices))
    return Version(__version__, platform.python_version(), _platform(), JSON_SCHEMA, VERSION, table)


def _skipped_lines(account: Account) -> list[Problem]:
    return [
        Problem(found.code, Severity.WARNING, f"{found.path}:{found.line}")
        for found in queries.problems(account.ledger)
    ]


def _unpriced_models(account: Account) -> list[Problem]:
    rows = queries.usage(account.ledger, 0, 1 << 50, ("model",))
    return [
        Problem("model-unpriced", Severity.NOTE, str(row.key[0]), row.requests)
        for row in rows
        if row.basis == "unpriced" and row.tokens.total
    ]


def _ledger_state(session: Session, account: Account) -> LedgerState:
    held = queries.source_figures(account.ledger).values()
    state = account.ledger.read_only_reason
    return LedgerState(
        str(session.home / FILE_NAME),
        "ok" if not state else "newer" if state == "newer" else "read-only",
        VERSION,
        sum(one.events for one in held),
        min((one.first_ms for one in held if one.first_ms is not None), default=None),
        max((one.last_ms for one in held if one.last_ms is not None), default=None),
        max((one.read_at_ms for one in held if one.read_at_ms is not None), default=None),
    )


def _retentions(states: list[SourceState]) -> list[Retention]:
    """Say after how many days each host deletes its logs."""
    found = {state.source: state.paths for state in states}
    retentions = []
    for source in all_sources():
        if source.retention_days is None:
            continue
        roots = found.get(source.id, ())
        chosen = [source.retention_chosen(root) for root in roots] if source.retention_chosen else []
        said = [one for one in chosen if one is not None]
        days, file = said[-1] if said else (source.retention_days, None)
        retentions.append(
            Retention(source.id, source.name, bool(roots), days, source.retention_setting, file, not said)
        )
    return retentions


def _footprint(session: Session) -> Footprint:
    from token_tracker.render.text.delivered import alert_tokens
    from token_tracker.render.text.digest import MOST_TOKENS

    return Footprint(
        _bytes_of(session.home / FILE_NAME),
        _bytes_below(session.cache),
        _bytes_below(session.home / "log"),
        always_loaded_tokens(),
        MOST_TOKENS,
        alert_tokens(session.language),
        _last_delivery_tokens(session),
    )


def _last_delivery_tokens(session: Session) -> int | None:
    from token_tracker.render.text.digest import estimated_tokens

    try:
        entries = read_state(str(session.home)).entries.values()
    except TrackerError:
        return None  # a finding says so
    texts = [(str(entry.get("at")), str(entry["content"])) for entry in entries if "content" in entry]
    return estimated_tokens(max(texts)[1]) if texts else None


def always_loaded_tokens() -> int:
    """Estimate what the skill's name and description add to every session of a host."""
    skill = Path(__file__).resolve().parents[2] / "SKILL.md"
    try:
        head = skill.read_text(encoding="utf-8").split("---", 2)[1]
    except (OSError, IndexError):
        return 0
    kept = [line for line in head.splitlines() if line.startswith(("name:", "description:", "  "))]
    return -(-sum(map(len, kept)) // CHARACTERS_PER_TOKEN)


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _bytes_below(folder: Path) -> int:
    return sum(_bytes_of(Path(place) / name) for place, _, names in os.walk(folder) for name in names)


def _is_exposed(home: Path) -> bool:
    try:
        return os.name == "posix" and bool(home.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except OSError:
        return False


def is_writable(home: Path) -> bool:
    """Say whether a session start can note what it tells: without that it tells nothing."""
    return foreign_owner(home) is None and os.access(home, os.W_OK)


def _is_almost_full(home: Path) -> bool:
    """Say whether what a session start writes may find no room: it tells nothing then."""
    try:
        return shutil.disk_usage(home).free < LEAST_FREE_BYTES
    except OSError:
        return False


def _environment(session: Session) -> Environment:
    return Environment(
        __version__,
        platform.python_version(),
        sys.executable,
        _platform(),
        str(session.home),
        os.access(session.home if session.home.exists() else session.home.parent, os.W_OK),
        str(session.cache),
        native() is not None,
    )


def _platform() -> str:
    return f"{sys.platform}-{platform.machine().lower()}"
