"""Ask providers for their bills and balances, and keep what they say: the one place that joins both.

Of several processes that ask the same at once, one does; the others take its answer.
What a provider has told whole is kept, whatever happens to the rest.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextlib import ExitStack
from contextlib import redirect_stdout
from datetime import date
from datetime import timedelta
from typing import Any
from typing import NamedTuple

from token_tracker import errors
from token_tracker.answer_checks import checked_reading
from token_tracker.answer_checks import checked_unit
from token_tracker.errors import AnswerError
from token_tracker.errors import LedgerBusyError
from token_tracker.errors import ProviderError
from token_tracker.errors import TrackerError
from token_tracker.ledger import bills as stored
from token_tracker.ledger.posting import horizon_ms
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import storage_error
from token_tracker.locks import file_lock
from token_tracker.model import BalanceReading
from token_tracker.model import BillUnit
from token_tracker.providers import Api
from token_tracker.providers import Days
from token_tracker.providers import Provider

FRESH_MS = 60_000
"""A fetch that is younger is the answer to the same question."""

FRESH_FAILURE_MS = 5_000
"""A failed one only while it is this young: for processes that started together."""

FIRST_DAYS = 31
"""How many days the first fetch goes back, where nothing else is asked for."""

WEEKLY_DAYS = 7
"""How many days are fetched again on a Monday: last week's report should be final."""

LOCK_TIMEOUT_S = 120.0
AT_ONCE = 8
"""How many providers are asked at the same time."""

Progress = Callable[[str, int, int], None]
"""Told the name of a provider that is done, how many are done, and of how many."""


class Asked(NamedTuple):
    """A provider that a key is configured for.

    `account`: the provider's id of it, "" when unknown. `reach`: what bills are limited to,
    such as "project=proj_1", "" for everything. `where`: region, address and key as a text
    without the key, the same as long as these are. `connect`: opens its API; the key is only
    looked for then. `explained`: makes of a status what people can use.
    """

    provider: Provider
    account: str
    reach: str
    where: str
    connect: Callable[[], AbstractContextManager[Api]]
    explained: Callable[[AnswerError, Provider], TrackerError]


class Outcome(NamedTuple):
    """What asking one provider brought.

    `days`: the UTC days that were asked for, None for a balance. `changes`: what of the bill
    was replaced. `reading`: of the balance. `error`: why the rest, or all, is missing.
    `is_recent`: another fetch, not a minute ago, is the answer.
    """

    provider: Provider
    days: Days | None
    changes: Sequence[stored.Replaced] = ()
    reading: BalanceReading = BalanceReading()
    error: TrackerError | None = None
    is_recent: bool = False
    seconds: float = 0


def days_to_fetch(ledger: Ledger, asked: Asked, today: date, wanted: Days | None = None) -> Days:
    """Say which UTC days to ask a provider for.

    `today`: in UTC. `wanted`: what the person asked for; else the days that are not whole yet,
    from the first one of those that a first fetch asks for, and the last ones, which providers
    still restate. Another account, or another limit than before, is a first time.
    """
    provider = asked.provider
    trailing = max(provider.trailing_days, WEEKLY_DAYS if today.weekday() == 0 else 0)
    known = stored.settled_days(ledger, provider.id, asked.account, asked.reach)
    open_day = _first_open_day(ledger, today, known)
    days = wanted or Days(min(today - timedelta(days=trailing), open_day), today)
    earliest = date.min if provider.history_days is None else today - timedelta(days=provider.history_days)
    last = min(days.last, today)
    return Days(min(max(days.first, earliest), last), last)


def _first_open_day(ledger: Ledger, today: date, known: Sequence[date]) -> date:
    """Give the first day after the last known one, or a gap before that is no older than a first fetch.

    `known`: the days that are final, in their order. What was purged is no gap.
    """
    first = max(today - timedelta(days=FIRST_DAYS - 1), stored.utc_day(horizon_ms(ledger.connection) or 0))
    held = set(known)
    gaps = (day for day in Days(min(first, today), today).each() if day not in held)
    return min([next(gaps, today), *(day + timedelta(days=1) for day in known[-1:])])


def fetch_usage(
    ledger: Ledger,
    asked: Sequence[Asked],
    now_ms: int,
    wanted: Days | None = None,
    progress: Progress = lambda _name, _done, _total: None,
) -> list[Outcome]:
    """Fetch bills into the ledger; of a provider that has none to give, a snapshot of its balance.

    Raises:
        LedgerBusyError, LedgerDamagedError, StorageError: what was kept before stays.
    """
    today = stored.utc_day(now_ms)
    questions = [
        _Question(one, days_to_fetch(ledger, one, today, wanted))
        if one.provider.fetch
        else _Question(one, None)
        for one in asked
    ]
    return _answers(ledger, questions, now_ms, progress)


def fetch_balances(
    ledger: Ledger,
    asked: Sequence[Asked],
    now_ms: int,
    progress: Progress = lambda _name, _done, _total: None,
) -> list[Outcome]:
    """Fetch what is left on accounts; providers that do not tell answer with an error that says so.

    Raises:
        LedgerBusyError, LedgerDamagedError, StorageError: what was kept before stays.
    """
    return _answers(ledger, [_Question(one, None) for one in asked], now_ms, progress)


class _Question(NamedTuple):
    """A provider and what to ask it: the bill of some days, or without them the balance."""

    asked: Asked
    days: Days | None

    @property
    def kind(self) -> str:
        return stored.BALANCE if self.days is None else stored.USAGE

    @property
    def text(self) -> str:
        days = [] if self.days is None else [day.isoformat() for day in self.days]
        return json.dumps([self.asked.where, self.asked.reach, *days])

    def is_answered_by(self, fetch: stored.Fetch | None, now_ms: int) -> bool:
        """Say whether a fetch has just asked the same, or for more days of it."""
        if fetch is None:
            return False
        if not 0 <= now_ms - fetch.at_ms < (FRESH_MS if fetch.error is None else FRESH_FAILURE_MS):
            return False
        ours, theirs = json.loads(self.text), json.loads(fetch.asked)
        return bool(
            ours[:2] == theirs[:2] and (self.days is None or theirs[2] <= ours[2] <= ours[3] <= theirs[3])
        )


class _Answer(NamedTuple):
    """What a provider said before it ended or failed."""

    units: Sequence[BillUnit] = ()
    reading: BalanceReading = BalanceReading()
    error: TrackerError | None = None
    seconds: float = 0


def _answers(
    ledger: Ledger, questions: Sequence[_Question], now_ms: int, progress: Progress
) -> list[Outcome]:
    home = ledger.path.parent
    with ExitStack() as locks:
        # In one order everywhere, so that two processes never wait for each other.
        for name in sorted({one.asked.provider.id for one in questions}):
            try:
                held = locks.enter_context(file_lock(home / f"fetch-{name}.lock", LOCK_TIMEOUT_S))
            except OSError as error:
                raise storage_error(error, home) from error
            if not held:
                raise LedgerBusyError("fetch_elsewhere", provider=name)
        before = stored.fetches(ledger)
        outcomes: dict[int, Outcome] = {}
        for number, one in enumerate(questions):
            fetch = before.get((one.asked.provider.id, one.kind))
            if fetch is not None and one.is_answered_by(fetch, now_ms):
                outcomes[number] = _recent(ledger, one, fetch)
        open_questions = [number for number in range(len(questions)) if number not in outcomes]
        # The answer on stdout is ours alone, whatever a provider file prints.
        with redirect_stdout(sys.stderr), ThreadPoolExecutor(AT_ONCE) as pool:
            asking = pool.map(_timed, (questions[number] for number in open_questions))
            for number, answer in zip(open_questions, asking, strict=True):
                outcomes[number] = _keep(ledger, questions[number], answer, now_ms)
                progress(questions[number].asked.provider.name, len(outcomes), len(questions))
    return [outcomes[number] for number in range(len(questions))]


def _timed(question: _Question) -> _Answer:
    started = time.monotonic()
    return _ask(question)._replace(seconds=time.monotonic() - started)


def _ask(question: _Question) -> _Answer:
    """Ask a provider, in a thread of its own: it touches no ledger."""
    asked, provider = question.asked, question.asked.provider
    units: list[BillUnit] = []
    reading = BalanceReading()
    try:
        with asked.connect() as api:
            if question.days is not None and provider.fetch is not None:
                for unit in provider.fetch(api, question.days):
                    # What came before a failure stays, and a provider may tell of more days.
                    checked = checked_unit(unit)
                    if question.days.first <= checked.day <= question.days.last:
                        units.append(checked)
            else:
                reading = checked_reading(_balance(provider, api))
    except AnswerError as error:
        return _Answer(units, error=asked.explained(error, provider))
    except TrackerError as error:
        error.facts["provider"] = error.facts.get("provider") or provider.name
        return _Answer(units, error=error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a provider file may be anybody's
        return _Answer(
            units,
            error=ProviderError("provider_file_failed", provider=provider.name, reason=type(error).__name__),
        )
    return _Answer(units, reading)


def _balance(provider: Provider, api: Api) -> BalanceReading:
    if provider.balance is None:
        raise ProviderError("balance_not_offered", provider=provider.name, page=provider.credit_page)
    return provider.balance(api)


def _keep(ledger: Ledger, question: _Question, answer: _Answer, now_ms: int) -> Outcome:
    asked = question.asked
    provider = asked.provider
    changes = stored.put_units(
        ledger,
        provider.id,
        asked.account,
        answer.units,
        reach=asked.reach,
        fetched_at_ms=now_ms,
        settled_after_h=provider.settled_after_h,
    )
    if answer.reading.balances:
        stored.put_balances(ledger, provider.id, asked.account, now_ms, answer.reading)
    stored.note_fetch(
        ledger,
        stored.Fetch(
            provider.id,
            question.kind,
            question.text,
            now_ms,
            None if answer.error else now_ms,
            None if answer.error is None else _error_document(answer.error),
            answer.reading,
        ),
    )
    return Outcome(provider, question.days, changes, answer.reading, answer.error, seconds=answer.seconds)


def _recent(ledger: Ledger, question: _Question, fetch: stored.Fetch) -> Outcome:
    error = None if fetch.error is None else error_of(fetch.error)
    snapshots = stored.balances(ledger, fetch.provider, fetch.at_ms) if question.days is None else []
    left = tuple(one.balance for one in snapshots if one.at_ms == fetch.at_ms)
    reading = fetch.answer._replace(balances=left)
    return Outcome(question.asked.provider, question.days, (), reading, error, is_recent=True)


def _error_document(error: TrackerError) -> dict[str, Any]:
    return {
        "kind": type(error).__name__,
        "code": error.code,
        "facts": {name: str(fact) for name, fact in error.facts.items()},
    }


def error_of(document: Mapping[str, Any]) -> TrackerError:
    """Give the error that a fetch ended with, as it was kept."""
    kind = getattr(errors, str(document["kind"]), ProviderError)
    if not (isinstance(kind, type) and issubclass(kind, TrackerError)) or kind is AnswerError:
        kind = ProviderError
    error: TrackerError = kind(str(document["code"]), **document["facts"])
    return error
