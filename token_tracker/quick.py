"""The fast door: a session start at which nothing is due, and the claim when something is.

Standard library only, and little of it. Hosts call this at every session start, and
OpenClaw's hook at a turn: it answers from `due.json` and the state files, and hands over
to the full program only where something may be due. Of many sessions that start at once
only one goes on: the others have nothing to say.
"""

from __future__ import annotations

import os
import sys
import time

from token_tracker.files import OddFileError
from token_tracker.files import take_lock
from token_tracker.quiet import CHECK_LOCK
from token_tracker.quiet import has_claims
from token_tracker.quiet import instant
from token_tracker.quiet import is_quiet

TYPE_CHECKING = False  # as `typing` has it, which takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Sequence

    from token_tracker.hosts.call import HookCall

COMMAND = "session-check"
DETACH = "--detach"
HOOK_FORMAT = "hook"
NOTHING = '{"schema": 1, "items": []}'
LARGEST_PAYLOAD = 1 << 16
PAYLOAD_WAIT_S = 0.5
HOME_MODE = 0o700

_FLAGS = {
    "--json": "json",
    "--update-state": "update_state",
    "--claim": "claim",
    "--no-sync": "no_sync",
}
_VALUES = {
    "--session": "session",
    "--format": "format",
    "--host": "host",
    "--home": "home",
    "--lang": "lang",
    "--tz": "tz",
}


class Call:
    """The command line of a `session-check`, and the hook that made it.

    `ack`: the ids to acknowledge. `hook`: who calls, where a hook does. A plain class: what
    makes better ones takes longer to load than everything else here.
    """

    def __init__(
        self,
        *,
        json: bool = False,
        update_state: bool = False,
        claim: bool = False,
        session: str = "",
        ack: tuple[str, ...] = (),
        format: str = "",  # noqa: A002 - as the option is called
        host: str = "auto",
        home: str | None = None,
        lang: str | None = None,
        tz: str | None = None,
        no_sync: bool = False,
    ) -> None:
        self.json, self.update_state, self.claim, self.no_sync = json, update_state, claim, no_sync
        self.session, self.ack, self.format, self.host = session, ack, format, host
        self.home, self.lang, self.tz = home, lang, tz
        self.hook: HookCall | None = None


pending: Call | None = None
"""The call that the full program is to finish."""

failure: Exception | None = None
"""Why the quick path could not answer it; the full program keeps the reason."""

_held: int | None = None
"""The descriptor of the lock that says which process looks."""


def main(arguments: Sequence[str]) -> int | None:
    """Answer a command line, the command included; None where the full program must.

    A line that is not understood is the full program's: it says what is wrong.
    """
    if DETACH in arguments:
        return _detach(arguments)
    call = parse(arguments) if arguments[:1] == [COMMAND] else None
    return None if call is None else answer(call)


def answer(call: Call) -> int | None:
    """Answer a call; None where the full program must, as `pending` and `failure` say."""
    global pending, failure
    try:
        return decide(call)
    except Exception as error:  # noqa: BLE001 - a hook never fails a session
        pending, failure = call, error
        return None


def decide(call: Call) -> int | None:
    """Answer a call; None where the full program must, as `pending` says.

    Raises:
        OddFileError: something else has the name of a file of the home.
        Exception: a mistake of ours, or what nobody thought of.
    """
    global pending
    if sys.stdout is None and not call.ack:
        return 0  # the caller closed it: nobody would see what is told
    home = _home(call)
    if home is None:
        return None
    if call.ack:
        return _acknowledge(call, home)
    if call.format == HOOK_FORMAT:
        payload = _payload()  # read in any case: a host may not like a hook that does not listen
        if _nothing_is_due(call, home):
            return 0
        call.hook = _caller(call, payload)
        if not call.hook.has_reader:
            return 0
    elif _nothing_is_due(call, home):
        return answer_held(call, home)
    # Another process may have looked while this one waited to be run: asked again with the lock.
    if _takes(call) and (not _wins(home) or _nothing_is_due(call, home)):
        release()
        return answer_held(call, home)
    pending = call
    return None


def has_reader(arguments: Sequence[str]) -> bool:
    """Say whether a person sees what the hook that calls prints; so for whatever is no hook."""
    call = parse(arguments)
    hook = _caller(call, _payload()) if call is not None and call.format == HOOK_FORMAT else None
    return hook is None or hook.has_reader


def parse(arguments: Sequence[str]) -> Call | None:
    """Read the options of `session-check`; None where one is not known or lacks its value.

    >>> parse(["session-check", "--claim", "--session", "main"]).session
    'main'
    >>> parse(["session-check", "--ack", "daily:2026-10-05"]).ack, parse(["session-check", "--x"])
    (('daily:2026-10-05',), None)
    """
    given: dict[str, object] = {}
    ids: list[str] = []
    words = list(arguments[1:])
    is_ack = False
    while words:
        name, has_value, value = words.pop(0).partition("=")
        if name in _FLAGS and not has_value:
            given[_FLAGS[name]] = True
        elif name in _VALUES and (has_value or words):
            given[_VALUES[name]] = value if has_value else words.pop(0)
        elif name == "--ack" and not has_value:
            is_ack = True
        elif is_ack and not name.startswith("-"):
            ids.append(name + has_value + value)
        else:
            return None
    if is_ack != bool(ids) or given.get("format", HOOK_FORMAT) != HOOK_FORMAT:
        return None
    if given.get("claim") and not given.get("session"):
        return None
    return Call(**given, ack=tuple(ids))  # type: ignore[arg-type]  # the tables above say which is what


def now_text() -> str:
    """Give the moment of this run as UTC text; `TOKEN_TRACKER_NOW` replaces the clock."""
    chosen = os.environ.get("TOKEN_TRACKER_NOW")
    if not chosen:
        return instant(time.time())
    if len(chosen) == len(instant(0)) and chosen[10] == "T" and chosen[-1] == "Z":
        return chosen  # written as we write it
    from token_tracker.errors import CommandLineError
    from token_tracker.period import Clock  # only tests and demonstrations choose the moment

    try:
        return instant(Clock.read(os.environ).now.timestamp())
    except CommandLineError:
        return ""


def answer_held(call: Call, home: str) -> int:
    """Answer where nothing new is due: a session that asks again is given what it was given."""
    items: list[dict[str, str]] = []
    if call.claim:
        items = _held_by(call.session, home)
    if items or (call.json or call.claim):
        try:
            print_items(items)
        except OSError:
            return 0  # nobody takes it
    return 0


def print_items(items: Sequence[dict[str, str]]) -> None:
    """Print items as the JSON that hooks read.

    Raises:
        BrokenPipeError: as for `say`.
    """
    if not items:
        say(NOTHING)
        return
    import json

    say(json.dumps({"schema": 1, "items": items}, ensure_ascii=False))


def say(text: str) -> None:
    """Print a line as UTF-8 whatever the locale says, and have it go out.

    Raises:
        BrokenPipeError: nobody takes it, for whatever reason. Nothing is left to be written later.
    """
    try:
        sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except (OSError, ValueError) as error:
        _close_stdout()
        raise BrokenPipeError(str(error)) from error


def _close_stdout() -> None:
    """Lead what is left to be written into nothing: the end of the process would try again, and fail."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def _held_by(session: str, home: str) -> list[dict[str, str]]:
    from datetime import datetime

    from token_tracker.delivery_state import read_state
    from token_tracker.due import read_due
    from token_tracker.errors import TrackerError
    from token_tracker.period import system_zone
    from token_tracker.period import zone_named

    due = read_due(home)
    zone = (zone_named(due.zone) if due else None) or system_zone(os.environ)
    try:
        found = read_state(home).items_of(session, datetime.fromisoformat(now_text()), zone.zone)
    except (TrackerError, ValueError):
        return []
    return [item._asdict() for item in found]


def _acknowledge(call: Call, home: str) -> int:
    from datetime import datetime

    from token_tracker.delivery_state import acknowledge
    from token_tracker.errors import TrackerError

    try:
        acknowledge(home, call.ack, datetime.fromisoformat(now_text()))
    except (TrackerError, ValueError):
        return 0  # its lease runs out, and it is told again: better twice than never
    return 0


def release() -> None:
    """Let go of the lock: the call is finished."""
    global pending, failure, _held
    if _held is not None:
        os.close(_held)
    pending = failure = _held = None


def _nothing_is_due(call: Call, home: str) -> bool:
    """Say whether nothing is due; what a process claimed and died with is, to whoever takes it.

    `due.json` tells of the days of one zone, so the full program looks where another is asked for.
    """
    if call.tz or not is_quiet(home, os.environ, now_text()):
        return False
    return not (_takes(call) and has_claims(home) and _has_dropped_claim(home))


def _takes(call: Call) -> bool:
    return call.update_state or call.claim


def _has_dropped_claim(home: str) -> bool:
    from datetime import datetime

    from token_tracker.delivery_state import read_state
    from token_tracker.errors import TrackerError

    try:
        return read_state(home).has_dropped_claim(datetime.fromisoformat(now_text()))
    except TrackerError:
        return False


def _wins(home: str) -> bool:
    """Say whether this process is the one of many that looks.

    A home that is not there yet has no lock; one that takes none takes no claim either.

    Raises:
        OddFileError: something else has the name of the lock.
    """
    global _held
    try:
        _held = take_lock(os.path.join(home, CHECK_LOCK))
    except OddFileError:
        raise
    except OSError:
        return not os.path.exists(home) and (not _make_home(home) or _wins(home))
    return _held is not None


def _make_home(home: str) -> bool:
    """Make a home that is not there, in a folder of our own; False where that is for others to say."""
    above = os.path.dirname(home)
    try:
        if os.name == "posix" and os.stat(above).st_uid != os.geteuid():
            return False
        os.mkdir(home, HOME_MODE)
    except FileExistsError:
        return True  # another process has just made it
    except OSError:
        return False
    return True


def _caller(call: Call, payload: bytes) -> HookCall:
    import json

    from token_tracker.hosts.call import read_call

    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        found = {}
    return read_call(call.host, os.environ, found if isinstance(found, dict) else {})


def _payload() -> bytes:
    """Read what a host writes to the hook; a caller that writes nothing is not waited for."""
    stream = sys.stdin
    try:
        return b"" if stream is None or stream.isatty() else _bytes_of(stream.fileno())
    except (OSError, ValueError):
        return b""


def _bytes_of(descriptor: int) -> bytes:
    if os.name != "posix":
        return os.read(descriptor, LARGEST_PAYLOAD)
    from select import select

    text = b""
    ends_at = time.monotonic() + PAYLOAD_WAIT_S
    while len(text) < LARGEST_PAYLOAD and select([descriptor], [], [], max(0, ends_at - time.monotonic()))[0]:
        piece = os.read(descriptor, LARGEST_PAYLOAD)
        if not piece:
            break
        text += piece
    return text


def _home(call: Call) -> str | None:
    """Give the home as `paths.tracker_home` does; None where that has to say what is wrong."""
    chosen = call.home or os.environ.get("TOKEN_TRACKER_HOME") or os.path.join("~", ".token-tracker")
    home = os.path.expanduser(chosen)
    try:
        return None if home.startswith("~") else os.path.abspath(home)
    except OSError:  # a relative home in a directory that was removed
        return None


def _detach(arguments: Sequence[str]) -> int | None:
    """Start a `sync --quiet` that nobody waits for; any other line with this option is not understood."""
    words = [word for word in arguments[1:] if word not in ("--quiet", DETACH)]
    named = words[:1] == ["--home"] and len(words) == 2
    if arguments[0] != "sync" or (words and not named):
        return None
    from token_tracker.detached import spawn_sync

    try:
        spawn_sync(words[1] if named else None)
    except OSError:
        return 0  # what is new is read at the next question
    return 0
