"""Put our hook into the settings of hosts and take it out again, leaving the rest as it is.

Every change is planned from the bytes that are there, shown, and made only if those bytes are
still there. What was there before is kept in the home, so that `uninstall` restores it exactly.
"""

from __future__ import annotations

import difflib
import json
import os
import shlex
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any
from typing import Final
from typing import NamedTuple

from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.files import read_plain_file
from token_tracker.host_files import BYTE_ORDER_MARK
from token_tracker.host_files import HostFile
from token_tracker.host_files import read_host_file
from token_tracker.host_files import replace_host_file
from token_tracker.hosts import _json_text as json_text
from token_tracker.hosts.contract import Entry
from token_tracker.hosts.contract import Host
from token_tracker.hosts.contract import Look
from token_tracker.hosts.contract import Machine
from token_tracker.hosts.contract import Program
from token_tracker.hosts.contract import Spot
from token_tracker.hosts.contract import items
from token_tracker.hosts.contract import mapping
from token_tracker.locks import LOCK_FILE
from token_tracker.locks import LOCK_TIMEOUT_S
from token_tracker.locks import file_lock
from token_tracker.locks import lock_to_remove
from token_tracker.locks import refused
from token_tracker.locks import replace_file
from token_tracker.paths import HOME_MODE
from token_tracker.paths import bundled_folder
from token_tracker.paths import make_home
from token_tracker.paths import refuse_foreign_home
from token_tracker.paths import skill_directory
from token_tracker.reports.hooks import HookState

BACKUPS: Final = "hooks"
"""The folder of the home that keeps what the settings files were before."""

RECORD: Final = "record.json"
MOST_TRIES: Final = 5
OUR_NAMES: Final = (b"token-tracker", b"token_tracker")
NEW_FILE: Final = "{}\n"


class Scene(NamedTuple):
    """Where hooks are installed from. `home`: ours, with the backups."""

    machine: Machine
    program: Program
    home: Path


@dataclass(frozen=True, slots=True)
class HookPlan:
    """What would be changed in one host. `wanted`: None where the settings file goes away.

    `base`: the settings without our entries, None for no file. `added`: what goes in.
    `files_before`, `files`: by path, what is beside the settings and what is to be there, None
    for nothing.
    """

    host: Host
    look: Look
    file: HostFile
    base: bytes | None
    wanted: bytes | None
    added: tuple[Entry, ...] = ()
    files_before: Mapping[Path, bytes | None] = field(default_factory=dict)
    files: Mapping[Path, bytes | None] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing is to be done."""
        return self.wanted == self.file.content and self.files == self.files_before


def program_of_this_run() -> Program:
    """Say how a hook starts this very program: by the real interpreter, apart from folders and variables."""
    door = skill_directory() / "scripts" / "token-tracker.py"
    hooks = bundled_folder("hooks")
    if door.is_file():
        return Program((os.path.realpath(sys.executable), "-I", str(door)), hooks)
    # In an environment of its own, only its own name of the interpreter finds the packages.
    return Program((sys.executable, "-I", "-m", "token_tracker"), hooks)


def is_found(host: Host, machine: Machine) -> bool:
    """Say whether a host is on this machine: it made its folder."""
    return host.config(machine).is_dir()


def may_have_hook(host: Host, scene: Scene) -> bool:
    """Say whether we were ever there, also where the settings cannot be read any more."""
    path = host.settings(scene.machine)
    try:
        there = path.is_file() and any(name in path.read_bytes() for name in OUR_NAMES)
    except OSError:
        there = True
    return there or bool(_record(host, scene))


def plan_install(host: Host, scene: Scene) -> HookPlan:
    """Plan what puts the hook in, or brings it up to date; nothing where a plug-in has it.

    Raises:
        SettingsError: the settings cannot be read, or have something else where the hook belongs.
        StorageError: as for `read_host_file`.
    """
    file = _file(host, scene)
    found = _plain(host, file.path, file.content)
    look = host.look(scene.machine, found)
    base = _without_ours(host, scene, file)
    if look.switched_off or (look.has_hook and look.how == "plugin"):
        return HookPlan(host, look, file, base, file.content)
    if look.is_included:
        command = host.fix_command.replace("{skill}", shlex.quote(str(scene.program.hooks.parent)))
        raise SettingsError("host_file_included", path=str(file.path), command=command)
    added = host.entries(_plain(host, file.path, base), scene.program)
    wanted = _with(host, file.path, base, added) if added else file.content
    files = dict(host.files(scene.machine, found, scene.program))
    return HookPlan(host, look, file, base, wanted, added, _read_all(files, host, scene), files)


def plan_removal(host: Host, scene: Scene) -> HookPlan:
    """Plan what takes the hook out: the bytes of before, or the present ones without our entries.

    Raises:
        SettingsError: as for `plan_install`.
        StorageError: as for `read_host_file`.
    """
    file = _file(host, scene)
    look = host.look(scene.machine, _plain(host, file.path, file.content))
    base = _without_ours(host, scene, file)
    if base is not None and _was_made_by_us(host, scene) and not _plain(host, file.path, base):
        base = None
    left: dict[Path, bytes | None] = dict.fromkeys(_files_of_ours(host, scene))
    return HookPlan(host, look, file, base, base, (), _read_all(left, host, scene), left)


def carry_out(host: Host, scene: Scene, shown: HookPlan, *, remove: bool) -> HookPlan:
    """Do what was shown, planned again from what is there by now; give what was done.

    Raises:
        SettingsError: as for the plans, or somebody keeps changing the file.
        StorageError: the home or the file cannot be written, or another process keeps the lock.
    """
    refuse_foreign_home(scene.home)
    try:
        make_home(scene.home)
        lock = lock_to_remove if remove else file_lock
        with lock(scene.home / LOCK_FILE, LOCK_TIMEOUT_S) as is_held:
            if not is_held:
                raise StorageError("hooks_locked", path=str(scene.home / LOCK_FILE))
            for _ in range(MOST_TRIES):
                plan = (plan_removal if remove else plan_install)(host, scene)
                if plan.is_empty or _is_done(plan, scene, remove):
                    if remove:
                        _forget(host, scene)
                    return shown if plan.is_empty and not shown.is_empty else plan
    except OSError as error:
        raise refused(str(scene.home), error) from error
    raise SettingsError("host_file_busy", path=str(host.settings(scene.machine)))


def _is_done(plan: HookPlan, scene: Scene, remove: bool) -> bool:
    if not remove:
        _remember(plan, scene)
        _write_files(plan)
    if plan.wanted != plan.file.content and not replace_host_file(plan.file, plan.wanted):
        return False
    if remove:
        _write_files(plan)
        _remove_folders(plan.host, scene)
    return True


# The text of the settings


def _file(host: Host, scene: Scene) -> HostFile:
    return read_host_file(host.settings(scene.machine), _allowed(host, scene))


def _allowed(host: Host, scene: Scene) -> tuple[Path, ...]:
    return scene.machine.home, host.config(scene.machine), host.settings(scene.machine).parent


def _text(content: bytes | None) -> str:
    return NEW_FILE if content is None else content.removeprefix(BYTE_ORDER_MARK).decode("utf-8")


def _bytes(text: str, content: bytes | None) -> bytes:
    mark = BYTE_ORDER_MARK if content is not None and content.startswith(BYTE_ORDER_MARK) else b""
    return mark + text.encode("utf-8")


def _plain(host: Host, path: Path, content: bytes | None) -> Mapping[str, Any]:
    """Read settings as the host would, but with less forgiveness."""
    try:
        root = json_text.read(_text(content), json5=host.json5).root
    except UnicodeDecodeError as error:
        line = (content or b"").count(b"\n", 0, error.start) + 1
        raise SettingsError("host_file_unreadable", path=str(path), line=str(line)) from None
    except json_text.JsonTextError as error:
        raise SettingsError("host_file_unreadable", path=str(path), line=str(error.line)) from None
    if root.kind != "object":
        raise SettingsError("host_file_shape", path=str(path), key="{}")
    return mapping(root.plain())


def _with(host: Host, path: Path, base: bytes | None, added: tuple[Entry, ...]) -> bytes:
    text = _text(base)
    try:
        for entry in added:
            text = json_text.insert(text, entry.path, entry.value, json5=host.json5, item=entry.is_item)
    except json_text.ShapeError as error:
        raise SettingsError("host_file_shape", path=str(path), key=error.key) from None
    return _bytes(text, base)


def _without_ours(host: Host, scene: Scene, file: HostFile) -> bytes | None:
    """Give the settings without our entries: as they were before, where nobody else changed them.

    Where our home with the record is gone, nobody knows which of the objects and arrays around
    our entries we made. Those that held nothing else go too: empty ones mean nothing to a host,
    and ours must not stay behind for ever. One that the person had there, empty, before we came
    goes with them. What was empty beside our entries stays, and so does the file.
    """
    record = _record(host, scene)
    if file.content is not None and record.get("after_sha256") == sha256(file.content).hexdigest():
        before = _backup(host, scene, file)
        if before is not None or not record.get("existed"):
            return before if record.get("existed") else None
    spots = host.ours(_plain(host, file.path, file.content))
    if not spots:
        return file.content
    text = _text(file.content)
    for spot in reversed(spots):
        text = json_text.remove(text, spot, json5=host.json5)
    known = _made_by(record)
    made = _around(spots) if known is None else known
    for way in sorted(made, key=len, reverse=True):
        text = _without_empty(text, way, host.json5)
    return _bytes(text, file.content)


def _made_by(record: Mapping[str, Any]) -> set[tuple[str, ...]] | None:
    """Name the objects and arrays that we made, by the record; None where it does not tell."""
    ways = record.get("created")
    is_whole = isinstance(ways, list) and all(isinstance(key, str) for way in ways for key in items(way))
    return {tuple(items(way)) for way in items(ways)} - {()} if is_whole else None


def _around(spots: Iterable[Spot]) -> set[tuple[str, ...]]:
    """Name what is around our entries by keys alone: items of arrays that others wrote are theirs."""
    ways: set[tuple[str, ...]] = set()
    for spot in spots:
        keys = tuple(str(key) for key in takewhile(lambda key: isinstance(key, str), spot))
        last = min(len(keys), len(spot) - 1)
        ways |= {keys[:end] for end in range(1, last + 1)}
    return ways


def _without_empty(text: str, spot: tuple[str, ...], json5: bool) -> str:
    """Remove an object or array that we made, if nobody put anything else into it."""
    node: json_text.Node | None = json_text.read(text, json5=json5).root
    for key in spot:
        node = None if node is None else node.child(key)
    if node is None or node.kind == "scalar" or node.children:
        return text
    return json_text.remove(text, spot, json5=json5)


# What we keep in the home


def _folder(host: Host, scene: Scene) -> Path:
    return scene.home / BACKUPS / host.id


def backup_of(host: Host, scene: Scene) -> str:
    """Give where the settings are as they were before, "" where there were none."""
    place = _folder(host, scene) / host.settings(scene.machine).name
    return str(place) if place.is_file() else ""


def _record(host: Host, scene: Scene) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(read_plain_file(_folder(host, scene) / RECORD)))
    except (OSError, ValueError):
        return {}


def _backup(host: Host, scene: Scene, file: HostFile) -> bytes | None:
    """Give the settings as they were before; None where somebody removed them from our home."""
    try:
        return read_plain_file(_folder(host, scene) / file.path.name)
    except OSError:
        return None


def _was_made_by_us(host: Host, scene: Scene) -> bool:
    return _record(host, scene).get("existed") is False


def _remember(plan: HookPlan, scene: Scene) -> None:
    """Keep what the settings were before we came, and what we left."""
    folder = _folder(plan.host, scene)
    for place in (folder.parent, folder):
        place.mkdir(mode=HOME_MODE, exist_ok=True)
    if plan.base is not None:
        replace_file(folder / plan.file.path.name, plan.base)
    there = _plain(plan.host, plan.file.path, plan.base)
    record = {
        "schema": 1,
        "path": str(plan.file.path),
        "existed": plan.base is not None and not (_was_made_by_us(plan.host, scene) and not there),
        "after_sha256": None if plan.wanted is None else sha256(plan.wanted).hexdigest(),
        "created": _created(there, plan.added),
        "files": [str(path) for path in plan.files],
        "folders": sorted({*_folders_of_ours(plan.host, scene), *_missing_folders(plan.files)}),
    }
    replace_file(folder / RECORD, (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode())


def _created(there: Mapping[str, Any], added: tuple[Entry, ...]) -> list[list[str]]:
    """Name the objects and arrays that are made on the way to our entries."""
    ways = {
        entry.path[:end] for entry in added for end in range(1, len(entry.path) + (1 if entry.is_item else 0))
    }
    return [list(way) for way in sorted(ways) if not _is_there(there, way)]


def _is_there(there: Any, way: tuple[str, ...]) -> bool:
    for key in way:
        if not isinstance(there, dict) or key not in there:
            return False
        there = there[key]
    return True


def _forget(host: Host, scene: Scene) -> None:
    """Remove the backup: it holds a copy of the person's settings, and nothing needs it any more."""
    folder = _folder(host, scene)
    for name in (RECORD, host.settings(scene.machine).name):
        (folder / name).unlink(missing_ok=True)
    for place in (folder, folder.parent):
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()


# Files beside the settings


def _files_of_ours(host: Host, scene: Scene) -> list[Path]:
    """Give the files that we put beside the settings: those of the record, inside the host's folder."""
    inside = Path(os.path.realpath(host.config(scene.machine)))
    named = [Path(str(name)) for name in items(_record(host, scene).get("files"))]
    return [path for path in named if Path(os.path.realpath(path.parent)).is_relative_to(inside)]


def _folders_of_ours(host: Host, scene: Scene) -> list[str]:
    return [str(name) for name in items(_record(host, scene).get("folders"))]


def _missing_folders(files: Iterable[Path]) -> set[str]:
    return {str(folder) for path in files for folder in path.parents if not folder.exists()}


def _remove_folders(host: Host, scene: Scene) -> None:
    """Remove the folders that we made, deepest first, where nobody put anything into them."""
    for name in sorted(_folders_of_ours(host, scene), key=len, reverse=True):
        folder = Path(name)
        if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
            folder.rmdir()


def _read_all(files: Mapping[Path, Any], host: Host, scene: Scene) -> dict[Path, bytes | None]:
    return {path: read_host_file(path, _allowed(host, scene)).content for path in files}


def _write_files(plan: HookPlan) -> None:
    for path, content in plan.files.items():
        if content is None:
            path.unlink(missing_ok=True)
        elif content != plan.files_before.get(path):
            path.parent.mkdir(mode=HOME_MODE, parents=True, exist_ok=True)
            replace_file(path, content)


# What is told


def state_of(host: Host, scene: Scene, declined: frozenset[str]) -> HookState:
    """Say how it stands with a host; a file that cannot be read is told, not raised."""
    machine, is_declined = scene.machine, host.id in declined
    place = host.settings(machine)
    if not is_found(host, machine):
        return HookState(host.id, host.name, False, False, "settings", str(place), host.tested, is_declined)
    try:
        plan = plan_install(host, scene)
    except TrackerError as error:
        return HookState(
            host.id, host.name, True, False, "settings", str(place), host.tested, is_declined, error=error
        )
    look = plan.look
    return HookState(
        host.id,
        host.name,
        True,
        look.has_hook,
        look.how,
        str(look.place),
        host.tested,
        is_declined,
        look.switched_off,
        look.needs,
        look.has_hook and not plan.is_empty,
    )


def diff_of(plan: HookPlan) -> str:
    """Give what changes in the settings as a unified diff, "" for nothing.

    The settings hold what the person put there, keys among it, and whoever asks may be an agent:
    texts that are not ours stand as "…". Comments, too.
    """
    before, after = plan.file.content, plan.wanted
    if before == after:
        return ""
    ours = {text for entry in plan.added for text in _texts(entry.value)}
    ours |= {text for entry in _entries_there(plan) for text in _texts(entry)}
    name = str(plan.file.path)
    lines = difflib.unified_diff(
        [] if before is None else _masked(before, plan.host, ours),
        [] if after is None else _masked(after, plan.host, ours),
        "/dev/null" if before is None else name,
        "/dev/null" if after is None else name,
        lineterm="",
    )
    return "\n".join(line.rstrip("\r\n") for line in lines)


def _entries_there(plan: HookPlan) -> list[Any]:
    """Give our entries as they are in the settings now."""
    found: Any = _plain(plan.host, plan.file.path, plan.file.content)
    values = []
    for spot in plan.host.ours(found):
        value = found
        for key in spot:
            value = value[key]
        values.append(value)
    return values


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def _masked(content: bytes, host: Host, ours: set[str]) -> list[str]:
    found = json_text.read(_text(content), json5=host.json5)
    text = found.text
    spans = [
        (one.start, one.end, '"…"')
        for one in json_text.walk(found.root)
        if one.kind == "scalar" and text[one.start] in "\"'" and one.scalar not in ours
    ]
    spans += [(start, end, f"{text[start : start + 2]} …") for start, end in found.comments]
    for start, end, shown in sorted(spans, reverse=True):
        closing = "*/" if shown.startswith("/*") else ""
        text = text[:start] + shown + closing + text[end:]
    return text.splitlines()
