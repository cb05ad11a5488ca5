"""Open the ledger, read what is new into it, and ask it: what every report starts with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from token_tracker.cli.output import tell
from token_tracker.cli.session import Session
from token_tracker.errors import CommandLineError
from token_tracker.errors import StorageError
from token_tracker.ledger import queries
from token_tracker.ledger.bills import DAY_MS
from token_tracker.ledger.bills import USAGE as FETCHED_USAGE
from token_tracker.ledger.bills import fetches
from token_tracker.ledger.bills import has_any
from token_tracker.ledger.bills import is_due
from token_tracker.ledger.records import has_original
from token_tracker.ledger.records import note_original
from token_tracker.ledger.rows import HOST_NOTE
from token_tracker.ledger.store import BUSY_S
from token_tracker.ledger.store import WRITES_REFUSED
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_copy
from token_tracker.ledger.store import open_ledger
from token_tracker.model import CostBasis
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.paths import has_original_files
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.period import local_day
from token_tracker.pricing.rate import HOLIDAYS_UNKNOWN
from token_tracker.reports.figures import Usage
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.naming import models_named
from token_tracker.reports.naming import project_names
from token_tracker.reports.summary import LookedIn
from token_tracker.sources import all_sources
from token_tracker.sync import NO_HASTE
from token_tracker.sync import Haste
from token_tracker.sync import SyncResult
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

if TYPE_CHECKING:  # typer, for their options, costs more than a session start may take
    from token_tracker.cli.options import Days
    from token_tracker.cli.options import Scope
    from token_tracker.reports.budgets import BudgetStatus

FILTERS = ("provider", "model", "project", "source", "session", "skill", "agent", "initiator", "task")
PROGRESS_AFTER_S = 0.5
PROGRESS_EVERY_S = 0.2
NOT_SAVED = {
    "read-only": "ledger-read-only",
    "full": "disk-full",
    "owner": "ledger-owner",
    "newer": "ledger-newer",
}
"""The problem that says why new lines are not saved, by the ledger's own reason."""
PROBLEM_OF_NOTE = {HOST_NOTE: "price-from-host", HOLIDAYS_UNKNOWN: "price-flagged"}
"""The problem that a price row stands for, by its note."""


@dataclass(frozen=True, slots=True)
class Account:
    """An open ledger that is up to date as far as it can be, and what to say about it."""

    session: Session
    ledger: Ledger
    sync: SyncResult | None

    def period(self, scope: Days) -> Period:
        """Give the days that were asked for; today when nothing was."""
        zone = self.session.zone
        today = day_of(self.session.clock.now_ms, zone.zone)
        if scope.date is None and scope.since is None and scope.until is None:
            return local_day(today, zone.zone, zone.name)
        from token_tracker.cli.dates import parse_day_or_span  # its patterns take time to compile

        if scope.date is not None and scope.since is None and scope.until is None:
            return parse_day_or_span(scope.date, today, zone)
        if scope.date is not None:
            raise CommandLineError("date_conflict")
        last = parse_day_or_span(scope.until, today, zone).last if scope.until else today
        first = parse_day_or_span(scope.since, today, zone).first if scope.since else self.first_day() or last
        if first > last:
            raise CommandLineError("span_reversed", since=first.isoformat(), until=last.isoformat())
        return Period(first, last, zone.zone, zone.name)

    def first_day(self, where: Mapping[str, Sequence[str]] | None = None) -> date | None:
        """Give the local day of the first usage there is; None where there is none."""
        first_ms = queries.first_event_ms(self.ledger, where)
        return None if first_ms is None else day_of(first_ms, self.session.zone.zone)

    def filters(self, scope: Scope) -> dict[str, list[str]]:
        """Turn the filter options into the ledger's values.

        Raises:
            CommandLineError: a value that no event has; it names what exists.
        """
        wanted: dict[str, list[str]] = {}
        for name in FILTERS:
            given: list[str] | None = getattr(scope, name)
            if given:
                wanted[name] = [value for text in given for value in self._values(name, text)]
        return wanted

    def usage(self, period: Period, by: Sequence[str], where: Mapping[str, Sequence[str]]) -> Usage:
        """Sum the usage of a period."""
        return self.usage_in_each([period], by, where)[0]

    def usage_in_each(
        self, periods: Sequence[Period], by: Sequence[str], where: Mapping[str, Sequence[str]]
    ) -> list[Usage]:
        """Sum the usage of each of several periods, such as the days of a week, in one look."""
        spans = [(period.start_ms, period.end_ms) for period in periods]
        rows: list[list[queries.UsageRow]] = [[] for _ in periods]
        for row in queries.usage_in_spans(self.ledger, spans, by, where):
            number = int(row.key[0])
            own = row._replace(key=row.key[1:])
            # Hours are a part of a day, which nobody billed by itself.
            rows[number].append(own if "quarter" in by else in_period(own, periods[number]))
        return [Usage(tuple(by), tuple(one), self.session.settings.plans) for one in rows]

    def names(self) -> dict[str, str]:
        """Give the short names of all projects there are."""
        return project_names(queries.values_of(self.ledger, "project"))

    def problems(self, with_paths: bool = False) -> list[Problem]:
        """Say what is missing from the figures; the paths of logs only where asked for."""
        found = self.session.zone_problems()
        if self.ledger.read_only_reason:
            found.append(Problem(NOT_SAVED[self.ledger.read_only_reason], Severity.NOTE))
        for problem in self.sync.problems if self.sync else ():
            found.append(problem if with_paths else problem._replace(where=""))
        if ahead := queries.events_after(self.ledger, self.session.clock.latest_ms):
            found.append(Problem("future-time", Severity.WARNING, times=ahead))
        return found

    def problems_of(self, period: Period, where: Mapping[str, Sequence[str]]) -> list[Problem]:
        """Say what is missing from the figures of a period, and what stands in."""
        noted = queries.models_with_notes(
            self.ledger, period.start_ms, period.end_ms, where, tuple(PROBLEM_OF_NOTE)
        )
        return [
            *self._bill_problems(period, where),
            *self.problems(),
            *(
                Problem(PROBLEM_OF_NOTE[note], Severity.NOTE, model, times)
                for (note, model), times in noted.items()
            ),
        ]

    def _bill_problems(self, period: Period, where: Mapping[str, Sequence[str]]) -> list[Problem]:
        if not has_any(self.ledger):
            return []
        from token_tracker.cli.bill_notes import bill_problems  # where nobody was asked, it is not needed

        return bill_problems(self.ledger, self.session, period, where)

    def models_named(self, text: str) -> list[str]:
        """Give the ids as logged that people mean by an id, an id without its date, or a name."""
        return models_named(text, queries.model_names(self.ledger))

    def freshness(self) -> list[Freshness]:
        """Say when each source was last read, and how many of its lines were skipped."""
        held = queries.source_figures(self.ledger)
        # Looked at is not read: another process was reading, or only a newer version may.
        is_read = self.sync is not None and self.sync.complete and self.ledger.read_only_reason != "newer"
        seen = self.sync.sources if self.sync and is_read else ()
        read_now = {result.source.id for result in seen if result.files_seen}
        names = {source.id: source.name for source in all_sources()}
        return [
            Freshness(
                one.source,
                names[one.source],
                self.session.clock.now_ms if one.source in read_now else one.read_at_ms,
                one.problems,
            )
            for one in held.values()
            if one.source in names  # what people record by hand is not read
        ] + [
            Freshness(fetch.provider, fetch.provider, fetch.succeeded_at_ms, 0, is_provider=True)
            for (_, kind), fetch in fetches(self.ledger).items()
            if kind == FETCHED_USAGE
        ]

    def looked_in(self) -> list[LookedIn]:
        """Name the places that were searched, where the ledger holds nothing at all."""
        if self.first_day() is not None:
            return []
        return [
            LookedIn(source.id, source.name, root.path, source.retention_days)
            for wanted in wanted_sources(self.session)
            for source in [wanted.source]
            if not source.export_page  # nothing was searched
            for root in source.roots(self.session.environ, wanted.extra_paths)
        ]

    def _values(self, name: str, text: str) -> list[str]:
        known = queries.values_of(self.ledger, name)
        if name == "project":
            names = self.names()
            found = [path for path in known if text in (path, names[path])]
            shown = sorted(names.values())
        elif name == "model":
            found, shown = self.models_named(text), known
        else:
            found = [value for value in known if value == text]
            shown = known
        if not found:
            from difflib import get_close_matches

            near = get_close_matches(text, shown, 5, 0.3) or shown[:10]
            raise CommandLineError("filter_unknown", dimension=name, given=text, known=", ".join(near))
        return found


def budgets_of(account: Account, period: Period, where: Mapping[str, list[str]]) -> list[BudgetStatus]:
    """Say how the budgets stand: all of them now, of a time that is over only those of its length.

    None beside figures of some usage: budgets are of all of it, and would be misread.
    """
    session = account.session
    if where or not session.settings.budgets:
        return []
    from token_tracker.budgets import budget_statuses
    from token_tracker.budgets import period_of

    today = day_of(session.clock.now_ms, period.zone)
    day, settings = min(period.last, today), session.settings
    if period.last < today:
        own = (one for one in settings.budgets if period_of(one.period, day, session.zone) == period)
        settings = replace(settings, budgets=tuple(own))
    return budget_statuses(account.ledger, settings, session.clock, session.zone, day)


def wanted_sources(session: Session) -> list[Wanted]:
    """Give the sources to read, as the person set them."""
    settings = session.settings
    return [
        Wanted(source, settings.source(source.id).paths)
        for source in all_sources()
        if settings.source(source.id).enabled
    ]


def running_session(session: Session) -> tuple[str, str]:
    """Give the host that runs us and its session, as its environment says; "" for none."""
    for source in all_sources():
        if source.session_variable and (name := session.environ.get(source.session_variable, "")):
            return source.id, name
    return "", ""


@contextmanager
def open_account(session: Session, sync: bool = True, haste: Haste | None = None) -> Iterator[Account]:
    """Open the ledger to answer from it, and let go of it at the end.

    `sync`: read new log lines first. Where they cannot be kept, because the disk is full
    or takes no writes, a copy in memory takes them: an answer does not need the disk. `haste`:
    how little time there is for that.

    Raises:
        LedgerBusyError, LedgerDamagedError, SettingsError: as they say.
        StorageError: the ledger cannot be read.
    """
    busy_s = BUSY_S if haste is None else haste.lock_s
    try:
        account = _account(session, open_ledger(session.home, session.clock.now, busy_s), sync, haste)
    except StorageError as error:
        if error.code not in WRITES_REFUSED:
            raise
        reason = "full" if error.code == "disk_full" else "read-only"
        account = _account(session, open_copy(session.home, session.clock.now, reason, busy_s), sync, haste)
    try:
        yield account
    finally:
        account.ledger.close()


def _account(session: Session, ledger: Ledger, sync: bool, haste: Haste | None) -> Account:
    try:
        result = read_everything_new(session, ledger, haste) if sync else None
        if haste is None or result is None or result.complete:
            settle(session, ledger)
        return Account(session, ledger, result)
    except BaseException:
        ledger.close()
        raise


def settle(session: Session, ledger: Ledger) -> None:
    """Compare bills with logs where either has changed."""
    plans = session.settings.plans
    if ledger.read_only_reason != "newer" and is_due(ledger, plans):
        from token_tracker.ledger.settling import settle_bills  # most commands have nothing to compare
        from token_tracker.pricer import CardPricer

        settle_bills(ledger, plans, CardPricer(session.prices))


def in_period(row: queries.UsageRow, period: Period) -> queries.UsageRow:
    """Leave out how a bill was spread over a UTC day where whole UTC days are asked for."""
    if row.basis == CostBasis.BILLED and not period.start_ms % DAY_MS and not period.end_ms % DAY_MS:
        return row._replace(apportioned="")
    return row


def read_everything_new(session: Session, ledger: Ledger, haste: Haste | None = None) -> SyncResult:
    """Read what is new in the sources, and on the first run what the original skill left."""
    result = read_new_lines(session, ledger, haste)
    if ledger.read_only_reason or has_original(ledger) or not result.complete:
        return result
    if not has_original_files(session.skill, session.home):
        note_original(ledger)
        return result
    from token_tracker.cli.first_run import import_original

    return result._replace(problems=[*import_original(session, ledger), *result.problems])


def read_new_lines(session: Session, ledger: Ledger, haste: Haste | None = None) -> SyncResult:
    """Read what is new in the sources, with progress where somebody watches."""
    progress = _Progress(session)
    try:
        return sync_sources(
            ledger,
            wanted_sources(session),
            session.environ,
            session.clock,
            session.prices,
            progress.show,
            haste or NO_HASTE,
        )
    finally:
        progress.clear()


class _Progress:
    """One line on a terminal, once reading takes longer than half a second."""

    def __init__(self, session: Session) -> None:
        self._language = session.language
        self._is_terminal = session.is_terminal
        self._next = time.monotonic() + PROGRESS_AFTER_S
        self._shown = False

    def show(self, done: int, total: int) -> None:
        if not self._is_terminal or time.monotonic() < self._next:
            return
        from token_tracker.render.words import words

        self._next = time.monotonic() + PROGRESS_EVERY_S
        self._shown = True
        line = words(self._language).reading_logs(done_mb=done // 1_000_000, total_mb=total // 1_000_000)
        tell(f"\r\x1b[K{line}")

    def clear(self) -> None:
        if self._shown:
            tell("\r\x1b[K")
