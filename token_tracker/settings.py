"""The files of the home that a person may change: what they say, and whether it is valid.

Validation is pydantic's (`settings_models.py`) and costs more than everything else a warm
report does, so a file that was found valid once is remembered by its content and read
with the standard library until it changes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any

from token_tracker import __version__
from token_tracker.files import LARGEST_SETTINGS
from token_tracker.files import read_plain_file
from token_tracker.files import refuse_odd_file
from token_tracker.locks import LOCK_FILE
from token_tracker.locks import LOCK_TIMEOUT_S
from token_tracker.locks import refused
from token_tracker.locks import replace_file
from token_tracker.paths import BUDGET_FILE
from token_tracker.paths import FILE_MODE
from token_tracker.paths import HOME_MODE
from token_tracker.paths import SOURCES_FILE
from token_tracker.paths import STATE_FILE
from token_tracker.paths import make_home
from token_tracker.paths import refuse_foreign_home

BILLINGS = ("api", "plan", "unknown")
ALL_USAGE = "all"
BUDGET_PERIODS = ("daily", "weekly", "monthly")
COUNTS = ("amount", "api_equivalent")

Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Gives the keys to set, from what a file holds."""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How one source is read. `billing`: "api", "plan" or "unknown"."""

    enabled: bool = True
    paths: tuple[str, ...] = ()
    billing: str = "unknown"


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit on what may be spent in each day, ISO week or calendar month.

    `scope`: "all", or a kind and its value as in "provider=openai". `warn_percent`: from
    which share of the limit on it warns, above 0 up to 100. `hard`: whether a guard may
    stop work. `count`: "amount", or "api_equivalent" to add plan-paid usage at list price.
    """

    period: str
    limit: Decimal
    currency: str
    scope: str = ALL_USAGE
    warn_percent: Decimal = Decimal(80)
    hard: bool = False
    count: str = "amount"

    @property
    def id(self) -> str:
        """Name it by period and scope: there is one budget of each.

        >>> Budget("daily", Decimal(15), "USD").id
        'daily'
        >>> Budget("monthly", Decimal(50), "USD", "provider=openai").id
        'monthly:provider=openai'
        """
        return self.period if self.scope == ALL_USAGE else f"{self.period}:{self.scope}"

    @property
    def scope_kind(self) -> str:
        """The dimension that it is limited to; "" for all usage."""
        return "" if self.scope == ALL_USAGE else self.scope.partition("=")[0]

    @property
    def scope_value(self) -> str:
        """What that dimension must be; "" for all usage."""
        return self.scope.partition("=")[2]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person has set; None where nothing was. `has_currency`: `currency` was."""

    language: str | None = None
    time_zone: str | None = None
    currency: str = "USD"
    daily_report_hour: int = 23
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    budgets: tuple[Budget, ...] = ()
    last_language: str | None = None
    whole_organisation: frozenset[str] = frozenset()
    has_currency: bool = field(default=False, compare=False)
    hooks_declined: frozenset[str] = frozenset()

    def source(self, source_id: str) -> SourceSettings:
        """Give the settings of a source, the default ones where nothing was set."""
        return self.sources.get(source_id, SourceSettings())

    @property
    def plans(self) -> frozenset[str]:
        """The sources that a plan pays for."""
        return frozenset(name for name, source in self.sources.items() if source.billing == "plan")


def load_settings(home: Path, cache: Path, budget: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings of a home; files that are not there leave the defaults.

    `budget`: what `budget.json` says, where that is known.

    Raises:
        SettingsError: a file is not valid; it names file, line, reason, and is not changed.
        OSError: a file cannot be read.
    """
    budget = read_valid(home / BUDGET_FILE, cache) if budget is None else budget
    sources = read_valid(home / SOURCES_FILE, cache)
    state = read_valid(home / STATE_FILE, cache)
    return Settings(
        language=budget.get("language"),
        time_zone=budget.get("time_zone"),
        currency=budget.get("currency") or "USD",
        daily_report_hour=budget.get("daily_report_hour", 23),
        sources={
            name: SourceSettings(
                one.get("enabled", True), tuple(one.get("paths", ())), one.get("billing", "unknown")
            )
            for name, one in sources.get("sources", {}).items()
        },
        budgets=tuple(read_budget(entry) for entry in budget.get("budgets", ())),
        last_language=state.get("language"),
        whole_organisation=frozenset(state.get("whole_organisation", ())),
        has_currency=bool(budget.get("currency")),
        hooks_declined=frozenset(state.get("hooks_declined", ())),
    )


def read_budget(entry: Mapping[str, Any]) -> Budget:
    """Read a budget off its valid entry in `budget.json`.

    >>> read_budget({"period": "daily", "limit": "15", "currency": "USD"}).warn_percent
    Decimal('80')
    """
    return Budget(
        entry["period"],
        Decimal(entry["limit"]),
        entry["currency"],
        entry.get("scope", ALL_USAGE),
        Decimal(entry.get("warn_percent", "80")),
        entry.get("hard", False),
        entry.get("count", "amount"),
    )


def budget_entry(budget: Budget) -> dict[str, Any]:
    """Give the entry of a budget in `budget.json`: numbers as exact decimal text."""
    return {
        "period": budget.period,
        "scope": budget.scope,
        "limit": f"{budget.limit:f}",
        "currency": budget.currency,
        "warn_percent": f"{budget.warn_percent:f}",
        "hard": budget.hard,
        "count": budget.count,
    }


def read_valid(path: Path, cache: Path) -> dict[str, Any]:
    """Read one settings file as the mapping it holds; empty where there is no file.

    Raises:
        SettingsError: not JSON, an unknown key, or a value that cannot be.
        OSError: it cannot be read.
    """
    text = _read(path)
    if text is None:
        return {}
    content = f"{__version__}:{path.name}:".encode() + text
    mark = cache / "valid" / blake2b(content, digest_size=16).hexdigest()
    if not os.path.exists(mark):
        from token_tracker.settings_models import check_settings

        check_settings(path, text)
        _remember(mark)
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def write_settings(
    home: Path, file_name: str, values: Mapping[str, Any], timeout_s: float = LOCK_TIMEOUT_S
) -> None:
    """Set keys of a settings file, whatever they were; the rest is as in `change_settings`."""
    change_settings(home, file_name, lambda _there: values, timeout_s)


def change_settings(home: Path, file_name: str, change: Change, timeout_s: float = LOCK_TIMEOUT_S) -> None:
    """Merge a change into a settings file: checked, whole, and under the home's lock.

    `change` gets what is there under the lock, so that of two processes at once none undoes
    the other's; a value of None removes its key. Its own errors leave the file as it was.

    Raises:
        SettingsError: the file, or what it would become, is not valid; nothing is changed.
        StorageError: the home cannot be written, is another user's, or another process
            keeps its lock.
    """
    from filelock import FileLock

    from token_tracker.settings_models import check_settings

    path = home / file_name
    refuse_foreign_home(home)
    try:
        make_home(home)
        refuse_odd_file(home / LOCK_FILE)
        with FileLock(home / LOCK_FILE, timeout_s, mode=FILE_MODE):
            there = _read(path)
            old = b"{}" if there is None else there
            check_settings(path, old)
            found = json.loads(old)
            merged = {**found, **change(found)}
            kept = {"schema": 1, **{key: value for key, value in merged.items() if value is not None}}
            text = (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode()
            check_settings(path, text)
            replace_file(path, text)
    except OSError as error:  # filelock's Timeout is one
        raise refused(str(home), error) from error


def _read(path: Path) -> bytes | None:
    """Give the bytes of a file, one more than may be where it is too large; None without a file."""
    try:
        return read_plain_file(path, LARGEST_SETTINGS + 1)
    except FileNotFoundError:
        return None


def _remember(mark: Path) -> None:
    try:
        mark.parent.mkdir(mode=HOME_MODE, parents=True, exist_ok=True)
        mark.touch(mode=FILE_MODE)
    except OSError:
        return  # only a saving: the next run checks the file again
