"""What a source of usage is: where its logs are, and how one file becomes events.

A source reads; it never prices, stores or prints. Everything it gives can be repeated
in any order and any number of times: the ledger keeps one record per event id.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent


class Root(NamedTuple):
    """A directory that a source looks into; `found` is False where it does not exist."""

    path: str
    found: bool


class FileState(NamedTuple):
    """What the file system says of a log file; equal states mean nothing new."""

    path: str
    device: int
    inode: int
    size: int
    mtime_ns: int


class Cursor(NamedTuple):
    """How far a file was read: the state it had, and the end of the last whole line.

    `tail_hash` is of the last bytes before `offset`: if they are no longer there, the file
    was rewritten and is read again from its start. `memory` is the source's own JSON text:
    what it must know to go on, such as the last model named or the newest row seen.
    """

    state: FileState
    offset: int
    tail_hash: bytes
    memory: str = ""


class LineProblem(NamedTuple):
    """A line that was skipped: its place, and why (a code of the published list).

    In a database, `offset` and `line` are the number of the row; in a document, of the element.
    """

    code: str
    offset: int
    line: int


class RunningTotal(NamedTuple):
    """What a host has summed up so far for a session and model, where its store tells no more.

    `id`: 16 bytes, of source, session and model. The ledger remembers the most that it saw
    of each id and books what came on top as one event: at `first_ms` (UTC milliseconds) when
    it sees the id first, later at `later_ms`, or at the moment of reading where that is None.
    """

    id: bytes
    first_ms: int
    later_ms: int | None
    service: Service
    origin: Origin
    tokens: Tokens
    host_cost_pico: int | None
    charge: Charge | None
    place: Place


class Reading(NamedTuple):
    """What one reading of one file gave.

    `from_start` says that earlier problems of the file are replaced, not added to.
    `agent_names` maps sub-agent run ids to the agent's name where a side file tells it.
    `totals` are those of sessions whose responses the store does not tell apart.
    """

    cursor: Cursor
    from_start: bool
    bytes_read: int
    events: Sequence[UsageEvent]
    problems: Sequence[LineProblem]
    agent_names: Mapping[str, str]
    totals: Sequence[RunningTotal] = ()


class Source(NamedTuple):
    """One agent's logs.

    `checked`: "real" when fixtures come from the real program, "samples" otherwise.
    `default_provider` bills a model whose id names no vendor. `retention_days`: after how
    many days the host deletes its logs, where it does; `retention_setting`: its own name for that;
    `retention_chosen`: gives the days set beside a root, and the file that says so, None where
    none does. `session_variable`: the environment variable in which the host names the running
    session, "" where there is none. `export_page`: where a person gets a file of usage to
    import, of a host that writes down none; else "". `compressed`: the host compresses some of
    its logs with zstd.
    """

    id: str
    name: str
    checked: str
    default_provider: str
    retention_days: int | None
    roots: Callable[[Mapping[str, str], Sequence[str]], list[Root]]
    files: Callable[[Iterable[Root]], list[FileState]]
    read: Callable[[FileState, Cursor | None], Reading]
    session_variable: str = ""
    export_page: str = ""
    retention_setting: str = ""
    retention_chosen: Callable[[str], tuple[int, str] | None] | None = None
    compressed: bool = False
