"""A session start at which something may be due: look, claim, show, acknowledge.

No typer here, and nothing else that a start can do without: it runs while a person waits.
Whatever goes wrong, the session goes on: nothing is printed, and the reason is kept for
`doctor`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from typing import Final

from token_tracker import quick
from token_tracker.cli.faults import BugError
from token_tracker.cli.faults import is_of_a_library
from token_tracker.cli.language import from_environment
from token_tracker.cli.language import from_locale
from token_tracker.cli.output import open_closed_streams
from token_tracker.cli.output import speak_utf8
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.delivery import Item
from token_tracker.delivery_state import SHORT_TIMEOUT_S
from token_tracker.delivery_state import changed_state
from token_tracker.delivery_state import claimant
from token_tracker.delivery_state import note_error
from token_tracker.delivery_state import read_state
from token_tracker.detached import spawn_sync
from token_tracker.due import look_again
from token_tracker.due import postpone
from token_tracker.errors import EXIT_OK
from token_tracker.errors import SetupError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.files import OddFileError
from token_tracker.locks import file_lock
from token_tracker.locks import refused
from token_tracker.paths import LEDGER_FILE
from token_tracker.paths import LEDGER_LOCK
from token_tracker.paths import cache_home
from token_tracker.paths import tracker_home
from token_tracker.quick import HOOK_FORMAT
from token_tracker.quick import Call
from token_tracker.quick import answer_held
from token_tracker.quick import now_text
from token_tracker.quick import print_items
from token_tracker.quick import release
from token_tracker.quick import say
from token_tracker.quiet import instant

if TYPE_CHECKING:
    from token_tracker.cli.due_items import Found
    from token_tracker.reports.budgets import Alert

MOST_BYTES: Final = 24 << 20
"""A session start reads this much itself, in some 0.1 s; more is read by a detached process."""

LOCK_S: Final = 1.0
"""How long it waits for another process that is reading the same logs."""

RETRY_S: Final = 60
"""After a failure the quick path waits this long before it loads the program again."""


def finish(call: Call) -> int:
    """Do what the quick path began; give the exit code, which no error changes."""
    open_closed_streams()
    speak_utf8()
    begun = SessionStart(call)
    try:
        begun.run()
    except Exception as error:  # noqa: BLE001 - a hook never fails a session
        if not isinstance(error, BrokenPipeError):
            _keep_reason(call, error)
        begun.end_quietly()
    finally:
        release()
    return EXIT_OK


class SessionStart:
    """One run: it answers once, whatever happens."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.has_answered = False

    def run(self) -> None:
        """Look, deliver, and note when to look again.

        Raises:
            TrackerError, OSError: nothing is told, or all of it was before.
            Exception: what the quick path failed with.
        """
        if quick.failure is not None:
            raise quick.failure
        call = self.call
        session = start(call, call.tz, is_hook=True)
        home = str(session.home)
        looked_ns = time.time_ns()
        if not call.no_sync and _is_new_to_much(session):
            self._leave_it_to_another(session)
            return
        from token_tracker.cli.account import open_account
        from token_tracker.sync import Haste

        with open_account(session, not call.no_sync, Haste(MOST_BYTES, LOCK_S)) as account:
            if account.sync is not None and not account.sync.complete:
                self._leave_it_to_another(session)
                return
            from token_tracker.cli.due_items import due_now  # a start with much to read needs neither
            from token_tracker.cli.next_look import note_look

            is_kept = call.update_state or call.claim
            found = due_now(account, read_state(home), is_kept=is_kept)
            if is_kept:
                self._deliver(session, found)
            else:
                self._answer(session, found.items, found.alerts)
            is_open = found.has_more or (bool(found.items) and not call.update_state)
            if call.tz:
                look_again(home)  # what was seen was seen with the days of another zone
            else:
                note_look(account, looked_ns, is_open=is_open)
        note_error(home, None)

    def _leave_it_to_another(self, session: Session) -> None:
        """Have a process of its own read what is new: half read it would be told half."""
        self.has_answered = True
        answer_held(self.call, str(session.home))
        _read_on(self.call, session)

    def end_quietly(self) -> None:
        """Answer that nothing is due, unless something was answered."""
        with suppress(OSError):
            if not self.has_answered and (self.call.json or self.call.claim):
                print_items([])

    def _deliver(self, session: Session, found: Found) -> None:
        """Claim, print, and acknowledge what was printed; what could not be printed is due again."""
        call, home, now, zone = self.call, str(session.home), session.clock.now, session.zone
        hook_session = call.session or (call.hook.session if call.hook else "")
        # With --claim the caller acknowledges, and is the one whose end lets go of the claim.
        by = claimant(hook_session, os.getppid() if call.claim else os.getpid())
        with changed_state(home, now, SHORT_TIMEOUT_S) as state:
            held = {item.id: item for item in state.items_of(call.session, now, zone.zone)}
            # Others may have looked at the same time: in a home that was not there, nobody waits.
            due = [held.get(item.id, item) for item in found.items if not state.is_taken(item.id, now)]
            state.end_days(now, zone.zone)
            state.mark(found.missed, "missed", now, zone.name)
            state.mark(found.empty, "empty", now, zone.name)
            state.claim(due, by, now, zone.name)
        ids = [item.id for item in due]
        alerts = [alert for alert in found.alerts if alert.id in ids]
        try:
            self._answer(session, list({**held, **{item.id: item for item in due}}.values()), alerts)
        except OSError:
            with changed_state(home, now) as state:
                state.give_back(ids)
            raise
        if ids and not call.claim:
            with changed_state(home, now) as state:
                state.acknowledge(ids)

    def _answer(self, session: Session, items: Sequence[Item], alerts: Sequence[Alert]) -> None:
        """Print in the shape that was asked for, and have it go out.

        Raises:
            BrokenPipeError: nobody takes it.
        """
        self.has_answered = True
        call = self.call
        if call.format == HOOK_FORMAT:
            text = _hook_answer(session, items, alerts)
        elif call.json or call.claim:
            print_items([item._asdict() for item in items])
            return
        else:
            text = "\n\n".join(item.content for item in items)
        if text:
            say(text)


def _hook_answer(session: Session, items: Sequence[Item], alerts: Sequence[Alert]) -> str:
    if not items:
        return ""
    from token_tracker.cli.due_items import style_of
    from token_tracker.hosts.answers import session_start_answer
    from token_tracker.render.text.delivered import advice
    from token_tracker.render.text.delivered import message

    style = style_of(session)
    return session_start_answer(message(items, style), advice(alerts, style))


def _is_new_to_much(session: Session) -> bool:
    """Say whether there is no ledger yet and too much to read for one start.

    Told from the sizes of the logs: what it takes to open a ledger is not loaded for that.
    """
    if os.path.exists(session.home / LEDGER_FILE):
        return False
    from token_tracker.sources import all_sources

    wanted = [(source, session.settings.source(source.id)) for source in all_sources()]
    roots = [
        (source, source.roots(session.environ, chosen.paths)) for source, chosen in wanted if chosen.enabled
    ]
    return sum(file.size for source, places in roots for file in source.files(places)) > MOST_BYTES


def _read_on(call: Call, session: Session) -> None:
    """Have a process of its own read what is left, unless one does."""
    with suppress(FileNotFoundError), file_lock(session.home / LEDGER_LOCK, 0) as is_free:
        if not is_free:
            return
    spawn_sync(call.home)


def _keep_reason(call: Call, error: Exception) -> None:
    """Keep why nothing was told: for `doctor`, and in the log where it is our mistake or of the home."""
    from token_tracker.cli.bug_log import log_bug
    from token_tracker.render.errors import error_text

    language = from_environment(os.environ) or from_locale(os.environ) or "en"
    with suppress(Exception):  # the session goes on, whatever cannot be kept
        home = str(tracker_home(os.environ, call.home))
        known = _as_ours(error, home)
        is_kept = known is None or isinstance(known, StorageError | SetupError)
        log = log_bug(known or error, ["session-check", "--home", home]) if is_kept else ""
        found = known or BugError("bug", log=log)
        postpone(home, now_text(), RETRY_S)
        what = " ".join(error_text(found, call.lang or language))
        note_error(home, {"at": instant(time.time()), "code": found.code, "what": what})


def _as_ours(error: Exception, home: str) -> TrackerError | None:
    """Give the error that has words for people; None for a mistake of ours."""
    if isinstance(error, OddFileError):
        return refused(home, error)
    if isinstance(error, ImportError) and is_of_a_library(error):
        return SetupError("environment_damaged", package=str(error.name), cache=str(cache_home(os.environ)))
    return error if isinstance(error, TrackerError) else None
