"""What is read and whether all is well: the state of every source, and what `doctor` finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.reports.prices import PriceTable


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source: where it was looked for, and what the ledger holds of it.

    `checked`: "real" or "samples". `billing`: "api", "plan" or "unknown". Moments are UTC
    milliseconds, None while there is nothing. `missing`: places that do not exist.
    `export_page`: where to get a file of usage to import, of an agent that writes down none.
    `lacks`: what this machine misses to read all of it: "zstd", or nothing.
    """

    source: str
    name: str
    enabled: bool
    billing: str
    checked: str
    paths: Sequence[str]
    missing: Sequence[str]
    files: int
    events: int
    first_ms: int | None
    last_ms: int | None
    read_at_ms: int | None
    problems: int
    export_page: str = ""
    lacks: Sequence[str] = ()

    @property
    def is_found(self) -> bool:
        """At least one of its places exists."""
        return bool(self.paths)

    @property
    def is_recorded(self) -> bool:
        """The agent writes down on this machine what it took."""
        return not self.export_page


@dataclass(frozen=True, slots=True)
class Retention:
    """After how many days a host deletes its logs; None for never.

    `host` is the id of its source, `setting` its own word for this, `file` where it is set,
    None where it is not.
    """

    host: str
    name: str
    found: bool
    days: int | None
    setting: str
    file: str | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class LedgerState:
    """The ledger as a file. `state`: "ok", "missing", "read-only", "newer" or "damaged"."""

    file: str
    state: str
    version: int | None
    events: int | None
    first_ms: int | None
    last_ms: int | None
    read_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Footprint:
    """What there is because of us: bytes on disk, and tokens in the sessions of a host.

    `report_tokens`: what a report that is due adds at most. `alert_tokens`: what an alert adds,
    by the longest of our sentences about one. `last_delivery_tokens`: what the newest text added
    that is still kept, today's; None without any.
    """

    ledger_bytes: int
    cache_bytes: int
    log_bytes: int
    always_loaded_tokens: int
    report_tokens: int
    alert_tokens: int
    last_delivery_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """What the program runs in."""

    version: str
    python: str
    executable: str
    platform: str
    home: str
    home_writable: bool
    cache: str
    fast_reader: bool


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What `doctor` found."""

    findings: Sequence[Problem]
    footprint: Footprint
    ledger: LedgerState
    hosts: Sequence[Retention]
    environment: Environment

    @property
    def is_healthy(self) -> bool:
        """Notes are no findings: they change no figure."""
        return all(finding.severity is Severity.NOTE for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its value, and where that comes from: "default", "file", "environment" or "option".

    `previous` is the value before, where `was_set` says that it was just set. `by`: the
    variable or option that goes before the file now, and `in_file` what the file says.
    """

    key: str
    value: object
    default: object
    origin: str
    file: str | None
    previous: object = None
    was_set: bool = False
    by: str = ""
    in_file: object = None


@dataclass(frozen=True, slots=True)
class Version:
    """What this program is."""

    version: str
    python: str
    platform: str
    schema: int
    ledger_version: int
    prices: PriceTable
