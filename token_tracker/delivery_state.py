"""What was delivered: `report-state.json` and `alert-state.json`, changed under the home's lock.

Standard library only, so that a hook can acknowledge without loading the program. A claim
is made before a text is printed and acknowledged after it, so a crash in between loses
nothing: whoever comes next finds a claim that nobody holds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC
from datetime import datetime
from datetime import tzinfo
from typing import Any
from typing import Final
from typing import NamedTuple

from token_tracker.delivery import ALERT
from token_tracker.delivery import LEASE
from token_tracker.delivery import Item
from token_tracker.delivery import is_leased
from token_tracker.delivery import is_taken
from token_tracker.delivery import moment_of
from token_tracker.delivery import pruned
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.files import read_plain_file
from token_tracker.locks import LOCK_FILE
from token_tracker.locks import file_lock
from token_tracker.locks import refused
from token_tracker.locks import replace_file
from token_tracker.quiet import ALERTS
from token_tracker.quiet import LARGEST_BYTES
from token_tracker.quiet import REPORTS

FILES: Final = (REPORTS, ALERTS)
SCHEMA: Final = 1
LOCK_TIMEOUT_S: Final = 5.0
"""How long to wait for the lock once something was told: what is not noted is told again."""

SHORT_TIMEOUT_S: Final = 1.0
"""How long where a session waits that was told nothing yet."""

KINDS: Final = {
    "daily": "daily-report",
    "weekly": "weekly-report",
    "monthly": "monthly-report",
    ALERT: "budget-alert",
}
"""What an id begins with, and the kind of its item."""

_TEXT: Final = ("name", "content", "lang")


class Claimant(NamedTuple):
    """Who claims: a process that dies lets go of its claims.

    None is what is not known; a claim without a process ends with its lease only.
    """

    session: str | None
    pid: int | None = None
    process_started: str | None = None
    boot_id: str | None = None


_LARGEST_PID: Final = (1 << 31) - 1
_NOBODY: Final = Claimant(None)._asdict()


class State:
    """The entries of both files, by id."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        self.entries = entries

    def is_taken(self, item_id: str, now: datetime) -> bool:
        """Say whether an id was delivered, or is being delivered by somebody who is there."""
        entry = self.entries.get(item_id)
        return is_taken(entry, now, is_held=entry is not None and _is_held(entry))

    def has_dropped_claim(self, now: datetime) -> bool:
        """Say whether a lease runs whose process ended; what it claimed is due again at once."""
        return any(
            entry.get("state") == "claimed" and is_leased(entry, now) and not _is_held(entry)
            for entry in self.entries.values()
        )

    def taken_until(self, now: datetime) -> datetime | None:
        """Give when the first of the running leases ends; None where none runs."""
        ends = [
            moment_of(entry["lease_until"])
            for entry in self.entries.values()
            if entry.get("state") == "claimed" and is_leased(entry, now)
        ]
        return min((end for end in ends if end is not None), default=None)

    def items_of(self, session: str, now: datetime, zone: tzinfo) -> list[Item]:
        """Give again what a session was given today, in the same order and to the byte."""
        today = now.astimezone(zone).date()
        found = []
        for item_id, entry in self.entries.items():
            at = moment_of(entry.get("at"))
            if not session or entry.get("session") != session or at is None or not _has_text(entry):
                continue
            if at.astimezone(zone).date() == today and entry.get("state") in ("claimed", "delivered"):
                found.append((at, Item(item_id, kind_of(item_id), *(entry[key] for key in _TEXT))))
        return [item for _, item in sorted(found, key=lambda one: one[0])]

    def claim(self, items: Sequence[Item], by: Claimant, now: datetime, zone_name: str) -> None:
        """Note that these are about to be shown."""
        for item in items:
            self.entries[item.id] = {
                "state": "claimed",
                "at": _written(now),
                **by._asdict(),
                "lease_until": _written(now + LEASE),
                "zone": zone_name,
                **{key: getattr(item, key) for key in _TEXT},
            }

    def mark(self, ids: Iterable[str], state: str, now: datetime, zone_name: str) -> None:
        """Note periods that were "missed" or "empty", unless they went out."""
        for item_id in ids:
            if self.entries.get(item_id, {}).get("state") not in ("delivered", "claimed", state):
                at = _written(now)
                self.entries[item_id] = {
                    "state": state,
                    "at": at,
                    **_NOBODY,
                    "lease_until": None,
                    "zone": zone_name,
                }

    def acknowledge(self, ids: Iterable[str]) -> None:
        """Note that these were shown; what nobody claimed stays as it is."""
        for item_id in ids:
            entry = self.entries.get(item_id)
            if entry is not None and entry.get("state") == "claimed":
                session = entry.get("session")
                entry.update(_NOBODY, state="delivered", lease_until=None, session=session)

    def give_back(self, ids: Iterable[str]) -> None:
        """Undo the claim of what could not be shown."""
        for item_id in ids:
            if self.entries.get(item_id, {}).get("state") == "claimed":
                del self.entries[item_id]

    def end_days(self, now: datetime, zone: tzinfo) -> None:
        """Drop the texts of days that are over; a claim of then that nobody acknowledged was missed."""
        today = now.astimezone(zone).date()
        for item_id, entry in self.entries.items():
            at = moment_of(entry.get("at"))
            if at is not None and at.astimezone(zone).date() == today:
                continue
            if entry.get("state") == "claimed" and not self.is_taken(item_id, now):
                entry.update(_NOBODY, state="missed", lease_until=None)
            if entry.get("state") != "claimed":
                for key in _TEXT:
                    entry.pop(key, None)


def claimant(session: str, pid: int) -> Claimant:
    """Describe the process that claims; `pid` 1 or less is nobody who could die."""
    return Claimant(session or None, pid, _started(pid), _boot_id()) if pid > 1 else Claimant(session or None)


def kind_of(item_id: str) -> str:
    """Give the kind of an item.

    >>> kind_of("daily:2026-10-05"), kind_of("alert:monthly:exceeded:2026-10-05")
    ('daily-report', 'budget-alert')
    """
    return KINDS.get(item_id.partition(":")[0], KINDS[ALERT])


def read_state(home: str) -> State:
    """Read what was delivered, without the lock: each file is whole at any time.

    Raises:
        SettingsError: a file is not valid; nothing is changed.
        StorageError: a file cannot be read.
    """
    return State({name: entry for file in FILES for name, entry in _items(_document(home, file)).items()})


@contextmanager
def changed_state(home: str, now: datetime, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[State]:
    """Change what was delivered; both files are whole afterwards, or as they were.

    `timeout_s`: how long to wait for another process that changes the home.

    Raises:
        SettingsError: a file is not valid; nothing is changed.
        StorageError: the home cannot be written, or another process keeps its lock.
    """
    with _alone(home, timeout_s):
        documents = {file: _document(home, file) for file in FILES}
        before = {file: json.dumps(document) for file, document in documents.items()}
        state = State({name: entry for one in documents.values() for name, entry in _items(one).items()})
        yield state
        kept = pruned(state.entries, now.date())
        for file, document in documents.items():
            document["items"] = {name: kept[name] for name in kept if _file_of(name) == file}
            if json.dumps(document) != before[file]:
                _write(home, file, document)


def acknowledge(home: str, ids: Sequence[str], now: datetime) -> None:
    """Note that these were shown.

    Raises:
        SettingsError, StorageError: as for `changed_state`.
    """
    with changed_state(home, now) as state:
        state.acknowledge(ids)


def note_error(home: str, error: Mapping[str, str] | None) -> None:
    """Keep why the last session start told nothing, for `doctor`; None when it went well.

    Raises:
        SettingsError, StorageError: as for `changed_state`.
    """
    if _document(home, REPORTS).get("last_error") == error:
        return
    with _alone(home, SHORT_TIMEOUT_S):
        document = _document(home, REPORTS)
        document["last_error"] = error
        _write(home, REPORTS, document)


def last_error(home: str) -> Mapping[str, str] | None:
    """Give why the last session start told nothing: `at`, `code` and `what`; None when it went well.

    Raises:
        SettingsError, StorageError: as for `read_state`.
    """
    found = _document(home, REPORTS).get("last_error")
    told = (
        {key: text for key, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}
    )
    return told if "what" in told else None


@contextmanager
def _alone(home: str, timeout_s: float) -> Iterator[None]:
    try:
        with file_lock(os.path.join(home, LOCK_FILE), timeout_s) as held:
            if not held:
                raise StorageError("home_unusable", path=home, reason="locked by another process")
            yield
    except OSError as error:
        raise refused(home, error) from error


def _document(home: str, file: str) -> dict[str, Any]:
    """Read one file; what the original skill left there has no schema, and tells nothing yet."""
    path = os.path.join(home, file)
    try:
        text = read_plain_file(path, LARGEST_BYTES)
    except FileNotFoundError:
        return {"schema": SCHEMA, "items": {}, "last_error": None}
    except OSError as error:
        raise refused(home, error) from error
    try:
        document = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise SettingsError("settings_not_json", path=path, line=str(line), reason="not JSON") from error
    if isinstance(document, dict) and "schema" not in document:
        return {"schema": SCHEMA, "items": {}, "last_error": None}
    if isinstance(document, dict) and isinstance(document["schema"], int) and document["schema"] > SCHEMA:
        raise SettingsError("state_newer", path=path, form=str(document["schema"]), known=str(SCHEMA))
    if not isinstance(document, dict) or document["schema"] != SCHEMA or not _is_whole(document.get("items")):
        raise SettingsError(
            "settings_invalid_value", path=path, line="1", key="items", reason="not as written"
        )
    return document


def _is_whole(items: object) -> bool:
    return isinstance(items, dict) and all(isinstance(entry, dict) for entry in items.values())


def _has_text(entry: Mapping[str, Any]) -> bool:
    return all(isinstance(entry.get(key), str) for key in _TEXT)


def _items(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    items: dict[str, dict[str, Any]] = document["items"]
    return items


def _write(home: str, file: str, document: Mapping[str, Any]) -> None:
    # A session may be named by bytes that are no text: such a half of a character is a JSON escape.
    replace_file(os.path.join(home, file), _text_of(document).encode("utf-8", "backslashreplace"))


def _text_of(document: Mapping[str, Any]) -> str:
    """Write an entry a line: with indents inside them, json takes twice as long for a year of them."""
    written = json.JSONEncoder(ensure_ascii=False).encode
    entries = ",\n".join(f"    {written(name)}: {written(entry)}" for name, entry in _items(document).items())
    parts = {name: "" if name == "items" else written(value) for name, value in document.items()}
    parts["items"] = f"{{\n{entries}\n  }}" if entries else "{}"
    return "{\n" + ",\n".join(f"  {written(name)}: {text}" for name, text in parts.items()) + "\n}\n"


def _file_of(item_id: str) -> str:
    return ALERTS if item_id.startswith(f"{ALERT}:") else REPORTS


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _is_held(entry: Mapping[str, Any]) -> bool:
    """Say whether whoever claimed may still be there: the same process of the same boot."""
    pid = entry.get("pid")
    if not isinstance(pid, int) or not 0 < pid <= _LARGEST_PID:
        return True
    if entry.get("boot_id") != _boot_id():
        return False
    return bool(_is_running(pid)) and entry.get("process_started") == _started(pid)


def _is_running(pid: int) -> bool:
    if os.name != "posix":
        return True  # asking would end the process there; its lease ends by itself
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _started(pid: int) -> str | None:
    """Give when a process started, in ticks since the boot; None where the system does not tell.

    Source: proc(5), field 22 of /proc/<pid>/stat, checked 2026-11-22.
    """
    try:
        with open(os.path.join("/proc", str(pid), "stat"), "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return None


def _boot_id() -> str | None:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return None
