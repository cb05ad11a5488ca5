"""Read figures out of the ledger: sums by any dimension, single events, what there is.

Sums come from the quarter-hour rollup; only single events and their log lines are read
from the events themselves.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final
from typing import NamedTuple

from token_tracker.ledger.rows import CHARGE_NOTE
from token_tracker.ledger.rows import ELSEWHERE
from token_tracker.ledger.rows import EVENT_COLUMNS
from token_tracker.ledger.rows import EVENT_QUERY
from token_tracker.ledger.rows import HOST_NOTE
from token_tracker.ledger.rows import event_from_row
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.model import INCLUDED
from token_tracker.model import CostBasis
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS
from token_tracker.period import DAY_MS

AGENT: Final = (
    "CASE WHEN origin.agent != '' THEN origin.agent ELSE coalesce((SELECT agent_name.name FROM agent_name"
    " WHERE agent_name.source = origin.source AND agent_name.agent_id = origin.agent_id), '') END"
)

DIMENSIONS: Final[Mapping[str, str]] = {
    "provider": "service.provider",
    "model": "service.model",
    "name": "service.name",
    "project": "origin.project",
    "source": "origin.source",
    "session": "origin.session",
    "branch": "origin.branch",
    "agent": AGENT,
    "skill": "origin.skill",
    "initiator": "origin.initiator",
    "task": "origin.task",
    "rate": "rollup.rate",
    "quarter": f"(rollup.bucket * {BUCKET_MS})",
    "utc_day": f"(rollup.bucket / {DAY_MS // BUCKET_MS})",
}
"""What usage can be grouped and filtered by; "" is "the log does not say"."""

_IS_INCLUDED: Final = f"service.tier = '{INCLUDED}'"

SUMS: Final = (
    "sum(requests), sum(input), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), sum(output),"
    " sum(reasoning), sum(web_searches),"
    " sum(cost_micro), sum(cost_rest_pico)"
)


_IS_BILLED: Final = (
    "EXISTS (SELECT 1 FROM bill_shift AS taken WHERE taken.bucket = event.at_ms / "
    f"{BUCKET_MS} AND taken.origin = event.origin AND taken.service = event.service"
    " AND taken.rate = event.rate)"
)
"""What a bill covers is taken off its row of the rollup, and put back under another rate."""


class UsageRow(NamedTuple):
    """Sums of one group; `key` has a value for each dimension asked for.

    `cost_pico`: 10^-12 of `currency`, 0 where `basis` is "unpriced". `is_included`: a plan
    paid it, whatever its source is set to. `is_estimate`: the host's own, for want of a price.
    `apportioned`: by what a bill of a whole UTC day was spread over it; "" for everything else.
    """

    key: tuple[str | int, ...]
    currency: str
    basis: str
    requests: int
    tokens: Tokens
    web_searches: int
    cost_pico: int
    is_included: bool = False
    is_estimate: bool = False
    apportioned: str = ""


class StoredRate(NamedTuple):
    """A price row as it was applied, with the texts that the price card gave it.

    `above`: it is for requests whose whole prompt is longer than that many tokens.
    """

    currency: str
    content: Mapping[str, str | None]
    above: int = 0

    @property
    def basis(self) -> CostBasis:
        """Where an amount by this row comes from."""
        return CostBasis.REPORTED if self.content.get("note") == CHARGE_NOTE else CostBasis.COMPUTED


def stored_rate(currency: str, fields: Mapping[str, str | int | None]) -> StoredRate:
    """Read a price row off the fields that it was stored with."""
    texts = {name: value for name, value in fields.items() if not isinstance(value, int)}
    above = fields.get("above")
    return StoredRate(currency, texts, above if isinstance(above, int) else 0)


class StoredEvent(NamedTuple):
    """An event with its cost and where it was read.

    `is_billed`: a provider's bill covers it, so that its own cost is in no sum.
    """

    event: UsageEvent
    provider: str
    name: str
    project: str
    agent: str
    cost_pico: int | None
    rate: StoredRate | None
    is_billed: bool = False


class SourceFigures(NamedTuple):
    """What the ledger holds of one source; milliseconds UTC, None while it holds nothing."""

    source: str
    files: int
    events: int
    first_ms: int | None
    last_ms: int | None
    read_at_ms: int | None
    problems: int


class StoredProblem(NamedTuple):
    """A skipped line with its place."""

    source: str
    path: str
    line: int
    code: str


def usage(
    ledger: Ledger,
    start_ms: int,
    end_ms: int,
    by: Sequence[str],
    where: Mapping[str, Sequence[str]] | None = None,
) -> list[UsageRow]:
    """Sum the usage of a half-open period by some dimensions.

    `where`: for a dimension, the values that count. Groups are further split by currency
    and basis, so that no two kinds of money are ever added.
    """
    rows = usage_in_spans(ledger, [(start_ms, end_ms)], by, where)
    return [row._replace(key=row.key[1:]) for row in rows]


def usage_in_spans(
    ledger: Ledger,
    spans: Sequence[tuple[int, int]],
    by: Sequence[str],
    where: Mapping[str, Sequence[str]] | None = None,
    unbilled: Collection[str] = (),
) -> list[UsageRow]:
    """Sum the usage of several half-open spans, such as days, in one look.

    The first value of each key is the span's number in `spans`; spans without usage have no
    row. `unbilled`: providers whose bills are left out, as if none had been fetched. The rest
    is as in `usage`.
    """
    if not spans:
        return []
    with ledger.snapshot():  # what bills take off the logs must be in what the logs hold
        rows = _sums_in_spans(ledger, "rollup", spans, by, where)
        if not has_bills(ledger):
            return rows
        return _added(rows, _sums_in_spans(ledger, "bill_shift", spans, by, where, unbilled))


def usage_by_bills(
    ledger: Ledger,
    start_ms: int,
    end_ms: int,
    by: Sequence[str],
    where: Mapping[str, Sequence[str]] | None = None,
) -> list[UsageRow]:
    """Sum what bills and balances add in a half-open period; the rest is as in `usage`."""
    if not has_bills(ledger):
        return []
    rows = _sums_in_spans(ledger, "bill_shift", [(start_ms, end_ms)], by, where)
    return [
        row._replace(key=row.key[1:]) for row in rows if row.basis in (CostBasis.BILLED, CostBasis.INFERRED)
    ]


def logged_usage(ledger: Ledger, start_ms: int, end_ms: int, by: Sequence[str]) -> list[UsageRow]:
    """Sum the usage of a half-open period as the logs have it, whatever bills say."""
    rows = _sums_in_spans(ledger, "rollup", [(start_ms, end_ms)], by, None)
    return [row._replace(key=row.key[1:]) for row in rows]


class Lanes(NamedTuple):
    """Usage by the lane that counts.

    `outside`: what logs hold and no bill covers. `inside`: what logs hold and a bill covers, as
    it would count without it. `billed`: the bills, by source what logs explain of them, the
    rest as `elsewhere`.
    """

    outside: Sequence[UsageRow]
    inside: Sequence[UsageRow]
    billed: Sequence[UsageRow]


def usage_by_lane(
    ledger: Ledger,
    start_ms: int,
    end_ms: int,
    by: Sequence[str],
    where: Mapping[str, Sequence[str]] | None = None,
) -> Lanes:
    """Sum the usage of a half-open period, each lane by itself; the rest is as in `usage`."""
    with ledger.snapshot():
        rows, shifts = (
            [
                row._replace(key=row.key[1:])
                for row in _sums_in_spans(ledger, table, [(start_ms, end_ms)], by, where)
            ]
            for table in ("rollup", "bill_shift")
        )
    taken = [row for row in shifts if row.basis not in (CostBasis.BILLED, CostBasis.INFERRED)]
    return Lanes(
        _added(rows, taken),
        [_negative(row) for row in taken],
        [row for row in shifts if row.basis == CostBasis.BILLED],
    )


def _negative(row: UsageRow) -> UsageRow:
    counts = Tokens(*(-count for count in row.tokens))
    return row._replace(
        requests=-row.requests,
        tokens=counts,
        web_searches=-row.web_searches,
        cost_pico=-row.cost_pico,
    )


def has_bills(ledger: Ledger) -> bool:
    """Say whether bills or balances change anything in the sums."""
    with ledger_errors(ledger.path):
        return ledger.connection.execute("SELECT 1 FROM bill_shift LIMIT 1").fetchone() is not None


def _added(rows: Sequence[UsageRow], shifts: Sequence[UsageRow]) -> list[UsageRow]:
    """Add what bills change; what they take off whole goes."""
    found: dict[tuple[object, ...], UsageRow] = {}
    for row in (*rows, *shifts):
        kind = (row.key, row.currency, row.basis, row.is_included, row.is_estimate, row.apportioned)
        there = found.get(kind)
        found[kind] = row if there is None else _sum(row, there)
    kept = (row for row in found.values() if row.requests or row.cost_pico or any(row.tokens))
    return sorted(kept, key=lambda row: (row.key, row.currency, row.basis))


def _sum(row: UsageRow, other: UsageRow) -> UsageRow:
    counts = Tokens(*map(sum, zip(row.tokens, other.tokens, strict=True)))
    return row._replace(
        requests=row.requests + other.requests,
        tokens=counts,
        web_searches=row.web_searches + other.web_searches,
        cost_pico=row.cost_pico + other.cost_pico,
    )


def _sums_in_spans(
    ledger: Ledger,
    table: str,
    spans: Sequence[tuple[int, int]],
    by: Sequence[str],
    where: Mapping[str, Sequence[str]] | None,
    unbilled: Collection[str] = (),
) -> list[UsageRow]:
    numbered = ", ".join(
        f"({number}, {start_ms // BUCKET_MS}, {-(-end_ms // BUCKET_MS)})"
        for number, (start_ms, end_ms) in enumerate(spans)
    )
    conditions, values = conditions_on(where)
    if unbilled:
        conditions.append(f"service.provider NOT IN ({', '.join('?' * len(unbilled))})")
        values += sorted(unbilled)
    # Never an empty list: some releases of SQLite make a number of it, which names a column here.
    estimates = ", ".join(map(str, (-1, *rates_with_notes(ledger, [HOST_NOTE]))))
    kinds = ("rate.currency", "rate.basis", _IS_INCLUDED, f"rate.id IN ({estimates})", "rate.apportioned")
    keys = ", ".join(["span.number", *(DIMENSIONS[name] for name in by), *kinds])
    query = (
        f"WITH span (number, first, after) AS (VALUES {numbered}) SELECT {keys}, {SUMS}"
        f" FROM span CROSS JOIN {table} AS rollup ON bucket >= span.first AND bucket < span.after"
        " JOIN service ON service.id = rollup.service"
        " JOIN origin ON origin.id = rollup.origin JOIN rate ON rate.id = rollup.rate"
        f" WHERE {' AND '.join(['1', *conditions])} GROUP BY {keys} ORDER BY {keys}"
    )
    width = len(by) + 1
    with ledger_errors(ledger.path):
        return [
            UsageRow(
                row[:width],
                row[width],
                row[width + 1],
                row[width + 5],
                Tokens(*row[width + 6 : width + 12]),
                row[width + 12],
                row[width + 13] * 1_000_000 + row[width + 14],
                bool(row[width + 2]),
                bool(row[width + 3]),
                row[width + 4],
            )
            for row in ledger.connection.execute(query, values)
        ]


def held_ids(ledger: Ledger, identities: Sequence[bytes]) -> set[bytes]:
    """Give those of some event ids that the ledger has."""
    with ledger_errors(ledger.path):
        return {
            identity
            for identity in identities
            if ledger.connection.execute("SELECT 1 FROM event WHERE id = ?", (identity,)).fetchone()
        }


def conditions_on(where: Mapping[str, Sequence[str]] | None) -> tuple[list[str], list[object]]:
    """Turn a filter into SQL conditions and their values; no value at all lets nothing through."""
    conditions = [
        f"{DIMENSIONS[name]} IN ({', '.join('?' * len(allowed))})" for name, allowed in (where or {}).items()
    ]
    return conditions, [value for allowed in (where or {}).values() for value in allowed]


def first_event_ms(ledger: Ledger, where: Mapping[str, Sequence[str]] | None = None) -> int | None:
    """Give the quarter hour of the earliest event that a filter lets through."""
    conditions, values = conditions_on(where)
    joins = (
        ""
        if not where
        else "JOIN service ON service.id = rollup.service JOIN origin ON origin.id = rollup.origin"
    )
    filtered = f"{joins} WHERE {' AND '.join(['1', *conditions])}"
    with ledger_errors(ledger.path):
        firsts = [
            ledger.connection.execute(
                f"SELECT min(bucket) FROM {table} AS rollup {filtered}", values
            ).fetchone()[0]
            for table in ("rollup", "bill_shift")
        ]
    return min((first * BUCKET_MS for first in firsts if first is not None), default=None)


def values_of(ledger: Ledger, dimension: str) -> list[str]:
    """List every value of a dimension that any event has."""
    table = "service" if DIMENSIONS[dimension].startswith("service") else "origin"
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(f"SELECT DISTINCT {DIMENSIONS[dimension]} FROM {table} ORDER BY 1")
        return [row[0] for row in rows if row[0] != ""]


def model_names(ledger: Ledger) -> dict[str, str]:
    """Give the price card's name of every model by its id as logged, "" where it has none."""
    with ledger_errors(ledger.path):
        return dict(ledger.connection.execute("SELECT model, max(name) FROM service GROUP BY model"))


def currencies(ledger: Ledger) -> list[str]:
    """List every currency that any usage was priced in."""
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute("SELECT DISTINCT currency FROM rate WHERE id != 0 ORDER BY currency")
        return [row[0] for row in rows]


def models_with_notes(
    ledger: Ledger, start_ms: int, end_ms: int, where: Mapping[str, Sequence[str]], notes: Sequence[str]
) -> dict[tuple[str, str], int]:
    """Say which models of a period were priced by rows with one of some notes.

    Gives their requests by note and model.
    """
    noted = rates_with_notes(ledger, notes)
    if not noted:
        return {}
    found: dict[tuple[str, str], int] = {}
    for row in usage(ledger, start_ms, end_ms, ("model", "rate"), where):
        if note := noted.get(int(row.key[1])):
            key = (note, str(row.key[0]))
            found[key] = found.get(key, 0) + row.requests
    return found


def rates_with_notes(ledger: Ledger, notes: Sequence[str]) -> dict[int, str]:
    """Give the price rows with one of some notes, by their id."""
    with ledger_errors(ledger.path):
        return {
            row_id: note
            for row_id, content in ledger.connection.execute("SELECT id, content FROM rate WHERE id != 0")
            if (note := json.loads(content).get("note")) in notes
        }


def rates(ledger: Ledger, ids: Sequence[int]) -> dict[int, StoredRate]:
    """Give price rows by their id."""
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            f"SELECT id, currency, content FROM rate WHERE id IN ({', '.join('?' * len(ids))}) AND id != 0",
            ids,
        )
        return {row[0]: stored_rate(row[1], json.loads(row[2])) for row in rows}


def events(
    ledger: Ledger,
    start_ms: int,
    end_ms: int,
    where: Mapping[str, Sequence[str]] | None = None,
    event_id: bytes | None = None,
) -> list[StoredEvent]:
    """Give single events in the order of their time; of a period, or one by its id."""
    conditions, values = conditions_on(where)
    conditions = [*conditions, *(["at_ms >= ?", "at_ms < ?"] if event_id is None else ["event.id = ?"])]
    values = [*values, *([start_ms, end_ms] if event_id is None else [event_id])]
    columns, tables = EVENT_QUERY.split("FROM event", 1)
    is_billed = _IS_BILLED if has_bills(ledger) else "0"
    query = (
        f"{columns}, provider, name, project, {AGENT}, cost_pico, rate.content, {is_billed}"
        f" FROM event {tables}"
        f" WHERE {' AND '.join(conditions)} ORDER BY at_ms, event.id"
    )
    with ledger_errors(ledger.path):
        return [
            StoredEvent._make(
                [
                    event_from_row(row),
                    *row[EVENT_COLUMNS:-2],
                    None if row[-3] is None else stored_rate(row[EVENT_COLUMNS - 1], json.loads(row[-2])),
                    bool(row[-1]),
                ]
            )
            for row in ledger.connection.execute(query, values)
        ]


def source_figures(ledger: Ledger) -> dict[str, SourceFigures]:
    """Say what the ledger holds of each source."""
    query = """
    SELECT file.source, count(*), max(read_at_ms),
        (SELECT count(*) FROM problem JOIN file AS f ON f.id = problem.file WHERE f.source = file.source)
    FROM file GROUP BY file.source
    """
    totals = """
    SELECT origin.source, sum(requests), min(bucket), max(bucket)
    FROM rollup JOIN origin ON origin.id = rollup.origin
    GROUP BY origin.source
    """
    with ledger_errors(ledger.path):
        files = {row[0]: row[1:] for row in ledger.connection.execute(query)}
        sums = {row[0]: row[1:] for row in ledger.connection.execute(totals)}
    return {
        name: SourceFigures(
            name,
            files.get(name, (0, None, 0))[0],
            sums.get(name, (0,))[0],
            sums[name][1] * BUCKET_MS if name in sums else None,
            sums[name][2] * BUCKET_MS if name in sums else None,
            files.get(name, (0, None, 0))[1],
            files.get(name, (0, None, 0))[2],
        )
        for name in sorted({*files, *sums})
    }


def files_read(ledger: Ledger) -> dict[str, list[str]]:
    """Give the paths of every file that was read, by source."""
    found: dict[str, list[str]] = {}
    with ledger_errors(ledger.path):
        for source, path in ledger.connection.execute("SELECT source, path FROM file"):
            found.setdefault(source, []).append(path)
    return found


def problems(ledger: Ledger, limit: int = 1000) -> list[StoredProblem]:
    """List skipped lines, by file and line."""
    query = (
        "SELECT source, path, line, code FROM problem JOIN file ON file.id = problem.file"
        " ORDER BY source, path, line LIMIT ?"
    )
    with ledger_errors(ledger.path):
        return [StoredProblem(*row) for row in ledger.connection.execute(query, (limit,))]


def events_after(ledger: Ledger, at_ms: int) -> int:
    """Count events later than a moment: their clocks were wrong, and no report holds them yet."""
    with ledger_errors(ledger.path):
        return int(
            ledger.connection.execute("SELECT count(*) FROM event WHERE at_ms > ?", (at_ms,)).fetchone()[0]
        )


def session_activity(
    ledger: Ledger, start_ms: int, end_ms: int, where: Mapping[str, Sequence[str]] | None = None
) -> dict[tuple[str, str], tuple[int, int]]:
    """Give the moments of the first and last event of each session, in UTC milliseconds.

    The keys are source and session; the period begins and ends with a quarter hour. The
    rollup tells in which quarter hours to look, so few events are read.
    """
    conditions, values = conditions_on(where)
    also = "".join(f" AND {condition}" for condition in conditions)
    moment = (
        "SELECT at_ms FROM event CROSS JOIN origin ON origin.id = event.origin"
        " JOIN service ON service.id = event.service WHERE at_ms >= held.{end} * {size}"
        " AND at_ms < (held.{end} + 1) * {size} AND origin.source = held.source"
        f" AND origin.session = held.session{also} ORDER BY at_ms {{order}} LIMIT 1"
    )
    first = moment.format(end="first", order="ASC", size=BUCKET_MS)
    last = moment.format(end="last", order="DESC", size=BUCKET_MS)
    query = (
        f"SELECT held.source, held.session, ({first}), ({last}) FROM ("
        "SELECT origin.source, origin.session, min(bucket) AS first, max(bucket) AS last"
        " FROM rollup JOIN origin ON origin.id = rollup.origin JOIN service ON service.id = rollup.service"
        f" WHERE bucket >= ? AND bucket < ?{also} GROUP BY origin.source, origin.session) AS held"
    )
    bounds = [start_ms // BUCKET_MS, -(-end_ms // BUCKET_MS)]
    elsewhere = (
        f"SELECT origin.source, origin.session, min(bucket) * {BUCKET_MS}, max(bucket) * {BUCKET_MS}"
        " FROM bill_shift AS rollup JOIN origin ON origin.id = rollup.origin"
        " JOIN service ON service.id = rollup.service"
        f" WHERE origin.source = '{ELSEWHERE}' AND bucket >= ? AND bucket < ?{also}"
        " GROUP BY origin.source, origin.session"
    )
    with ledger_errors(ledger.path):
        execute = ledger.connection.execute
        rows = [
            *execute(query, [*values, *values, *bounds, *values]),
            *execute(elsewhere, [*bounds, *values]),
        ]
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}
