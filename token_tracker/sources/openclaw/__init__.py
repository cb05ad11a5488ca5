"""OpenClaw: where its homes are, and which of their files hold what its agents used.

`reader.py` reads one file, `messages.py` knows the record that counts, `sessions.py` who asked
for a session. Facts and the versions they were seen in: `references/sources/openclaw.md`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from token_tracker.paths import user_home
from token_tracker.sources._lines import file_state
from token_tracker.sources._roots import listed
from token_tracker.sources._roots import open_file
from token_tracker.sources._roots import roots_at
from token_tracker.sources._sqlite import database_states
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

HOMES = (".openclaw", ".clawdbot", ".moltbot", ".moldbot")
PROFILE = ".openclaw-"
CONFIGS = ("openclaw.json", "clawdbot.json")
LARGEST_CONFIG = 1 << 20
AGENT = "{agentId}"
DATABASE = ".sqlite"
NO_DATABASE = ("-lock.sqlite", "-writer.sqlite")
"""What the host keeps beside a database while it works on it."""

_STORE = re.compile(r"""["']?\bstore["']?\s*:\s*(?:"([^"\n]+)"|'([^'\n]+)')""")
_ARCHIVED = re.compile(
    r"\.(?:reset|deleted)\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d{3})?Z(?:\.[0-9a-f]{32})?$"
)
_CHECKPOINT = re.compile(r"\.checkpoint\.[0-9a-f-]{36}\.jsonl$", re.IGNORECASE)


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders of agents, existing or not: of the host's home, its profiles and old names.

    Source: `OPENCLAW_STATE_DIR`, `OPENCLAW_HOME` and `session.store` in the host's settings, read
    in the program text of 2026.9.6; `~/.moltbot` and `~/.moldbot` from reports. Checked 2026-11-22.
    """
    home = Path(environ.get("OPENCLAW_HOME", "").strip() or user_home(environ))
    chosen = environ.get("OPENCLAW_STATE_DIR", "").strip()
    states = [_expanded(chosen, home)] if chosen else []
    states += [home / name for name in HOMES]
    states += [home / name for name in listed(home) if name.startswith(PROFILE)]
    places = [state / "agents" for state in states]
    places += [store for state in states for store in _chosen_store(state, home)]
    is_usual = {str(home / name / "agents") for name in HOMES[1:]}
    roots = roots_at([*places, *extra])
    return [root for root in roots if root.found or root.path not in is_usual]


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the databases of all agents, and their transcripts of older releases and archives.

    A root is a folder of agents, one agent's folder, or one that holds the files themselves.
    """
    databases: list[str] = []
    found: dict[tuple[int, int], FileState] = {}
    closed: list[FileState] = []
    for folder in dict.fromkeys(folder for root in roots if root.found for folder in _folders(root.path)):
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(DATABASE) and not entry.name.endswith(NO_DATABASE):
                        databases.append(entry.path)
                    elif is_transcript(entry.name) and entry.is_file():
                        stat = entry.stat()
                        state = file_state(entry.path, stat)
                        key = (stat.st_dev, stat.st_ino)
                        found[key] = min(found.get(key, state), state)
        except PermissionError:
            closed.append(FileState(folder, 0, 0, 0, 0))
        except OSError:
            continue
    return sorted([*database_states(databases), *found.values(), *closed])


def is_transcript(name: str) -> bool:
    """Say whether a file of this name counts, as the host decides it.

    A session's own log, and what it left when it was reset or deleted; no checkpoint of a
    compaction (a copy), no trace of a run, no backup.

    >>> is_transcript("a.jsonl"), is_transcript("a.trajectory.jsonl"), is_transcript("a.jsonl.bak")
    (True, False, False)
    >>> is_transcript("a.jsonl.reset.2026-11-22T10-22-57.655Z")
    True
    """
    plain = name.removesuffix(".zst")
    if archived := _ARCHIVED.search(plain):
        plain = plain[: archived.start()]
    return (
        plain.endswith(".jsonl")
        and not plain.endswith(".trajectory.jsonl")
        and _CHECKPOINT.search(plain) is None
    )


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a file of this source holds beyond `cursor`.

    Raises:
        OSError: the file cannot be opened or read; nothing is known of it.
    """
    from token_tracker.sources.openclaw import database
    from token_tracker.sources.openclaw import transcript

    if state.path.endswith(DATABASE):
        return database.read_database(state, cursor)
    return transcript.read_transcript(state, cursor)


def _folders(root: str) -> Iterator[str]:
    """Give the folders that can hold files of a root; nothing else below it is looked at."""
    agents = [os.path.join(root, name) for name in listed(root)]
    agents += [os.path.join(root, "agents", name) for name in listed(os.path.join(root, "agents"))]
    yield root
    for agent in [root, *agents]:
        yield os.path.join(agent, "agent")
        yield os.path.join(agent, "sessions")
        yield os.path.join(agent, "sessions", "cold")
    yield os.path.join(root, "cold")


def _chosen_store(state: Path, home: Path) -> list[Path]:
    """Give the folder that the host's settings name for its sessions.

    The settings are JSON with comments and bare words, of which one value is wanted here.
    """
    for name in CONFIGS:
        try:
            with open_file(state / name) as file:
                text = file.read(LARGEST_CONFIG).decode("utf-8", "replace")
        except OSError:
            continue
        store = _store_in(text)
        if not store:
            return []
        before, template, _ = store.partition(AGENT)
        folder = before.rpartition("/")[0] if template else os.path.dirname(store)
        return [_expanded(folder or ".", home)]
    return []


def _store_in(text: str) -> str:
    try:
        session = json.loads(text).get("session")
        store = session.get("store") if isinstance(session, dict) else ""
        return store if isinstance(store, str) else ""
    except (ValueError, AttributeError, RecursionError):
        found = _STORE.search(text)
        return (found[1] or found[2]) if found else ""


def _expanded(place: str, home: Path) -> Path:
    return home / place[1:].lstrip("/\\") if place.startswith("~") else Path(place)


SOURCE = Source(
    id="openclaw",
    name="OpenClaw",
    checked="real",
    default_provider="",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
    compressed=True,
)
