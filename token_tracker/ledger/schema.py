"""The shape of the ledger and how an older shape becomes the newest.

A migration is appended, never edited: a ledger of any released version must still open.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

APPLICATION_ID = 0x544B5452
"""Says in the file's header that it is a ledger of ours ("TKTR")."""

READABLE_SINCE = 1
"""The oldest program version of the schema that can still read what this one writes."""

EVENT_AT_INDEX = "CREATE INDEX event_at ON event (at_ms)"

_VERSION_1 = f"""
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
    id INTEGER PRIMARY KEY,
    logged_provider TEXT NOT NULL,
    host_provider TEXT NOT NULL,
    model TEXT NOT NULL,
    tier TEXT NOT NULL,
    speed TEXT NOT NULL,
    geo TEXT NOT NULL,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    UNIQUE (logged_provider, host_provider, model, tier, speed, geo)
) STRICT;

CREATE TABLE origin (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    cwd TEXT NOT NULL,
    session TEXT NOT NULL,
    branch TEXT NOT NULL,
    agent TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    skill TEXT NOT NULL,
    initiator TEXT NOT NULL,
    project TEXT NOT NULL,
    UNIQUE (source, cwd, session, branch, agent, agent_id, skill, initiator)
) STRICT;

CREATE TABLE agent_name (
    source TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (source, agent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE rate (
    id INTEGER PRIMARY KEY,
    currency TEXT NOT NULL,
    basis TEXT NOT NULL CHECK (basis IN ('computed', 'reported', 'unpriced')),
    content TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO rate VALUES (0, '', 'unpriced', '');

CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    mtime_ns INTEGER NOT NULL,
    read_to INTEGER NOT NULL CHECK (read_to >= 0),
    tail_hash BLOB NOT NULL,
    read_at_ms INTEGER NOT NULL,
    UNIQUE (source, path)
) STRICT;

CREATE TABLE problem (
    file INTEGER NOT NULL REFERENCES file,
    place INTEGER NOT NULL,
    line INTEGER NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (file, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    at_ms INTEGER NOT NULL,
    own_at_ms INTEGER NOT NULL,
    input INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write_5m INTEGER NOT NULL,
    cache_write_1h INTEGER NOT NULL,
    output INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    web_searches INTEGER NOT NULL,
    sidechain INTEGER NOT NULL,
    stopped INTEGER NOT NULL,
    host_cost_pico INTEGER,
    cost_pico INTEGER,
    place INTEGER NOT NULL,
    passes TEXT,
    service INTEGER NOT NULL REFERENCES service,
    origin INTEGER NOT NULL REFERENCES origin,
    rate INTEGER NOT NULL REFERENCES rate,
    file INTEGER NOT NULL REFERENCES file,
    -- One check for all: a bitwise or is negative when any count is, and a check per column
    -- made a first import a tenth slower.
    CHECK (
        length(id) = 16
        AND (at_ms | input | cache_read | cache_write_5m | cache_write_1h | output | web_searches | place)
            BETWEEN 0 AND 1125899906842623
        AND own_at_ms >= at_ms
        AND reasoning BETWEEN 0 AND output
        AND (sidechain | stopped) BETWEEN 0 AND 1
        AND coalesce(host_cost_pico, 0) | coalesce(cost_pico, 0) >= 0
        AND (rate = 0) = (cost_pico IS NULL)
    )
) STRICT;
{EVENT_AT_INDEX};

CREATE TABLE rollup (
    bucket INTEGER NOT NULL,
    origin INTEGER NOT NULL REFERENCES origin,
    service INTEGER NOT NULL REFERENCES service,
    rate INTEGER NOT NULL REFERENCES rate,
    requests INTEGER NOT NULL CHECK (requests > 0),
    input INTEGER NOT NULL CHECK (input >= 0),
    cache_read INTEGER NOT NULL CHECK (cache_read >= 0),
    cache_write_5m INTEGER NOT NULL CHECK (cache_write_5m >= 0),
    cache_write_1h INTEGER NOT NULL CHECK (cache_write_1h >= 0),
    output INTEGER NOT NULL CHECK (output >= 0),
    reasoning INTEGER NOT NULL CHECK (reasoning >= 0),
    web_searches INTEGER NOT NULL CHECK (web_searches >= 0),
    -- In two parts: the sum of 64-bit amounts may not fit into 64 bits.
    cost_micro INTEGER NOT NULL CHECK (cost_micro >= 0),
    cost_rest_pico INTEGER NOT NULL CHECK (cost_rest_pico >= 0),
    PRIMARY KEY (bucket, origin, service, rate)
) STRICT, WITHOUT ROWID;

CREATE TABLE purged (
    id BLOB PRIMARY KEY CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;
"""

_VERSION_2 = """
CREATE TABLE origin_with_task (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    cwd TEXT NOT NULL,
    session TEXT NOT NULL,
    branch TEXT NOT NULL,
    agent TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    skill TEXT NOT NULL,
    initiator TEXT NOT NULL,
    task TEXT NOT NULL DEFAULT '',
    project TEXT NOT NULL,
    UNIQUE (source, cwd, session, branch, agent, agent_id, skill, initiator, task)
) STRICT;
INSERT INTO origin_with_task
    SELECT id, source, cwd, session, branch, agent, agent_id, skill, initiator, '', project FROM origin;
DROP TABLE origin;
ALTER TABLE origin_with_task RENAME TO origin;

CREATE TABLE record (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('session', 'entry', 'import')),
    session TEXT NOT NULL,
    day TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL CHECK (to_ms >= from_ms AND from_ms >= 0),
    at_ms INTEGER NOT NULL CHECK (at_ms BETWEEN from_ms AND to_ms),
    host TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    task TEXT NOT NULL,
    notes TEXT NOT NULL,
    input INTEGER NOT NULL CHECK (input >= 0),
    output INTEGER NOT NULL CHECK (output >= 0),
    is_split INTEGER NOT NULL CHECK (is_split BETWEEN 0 AND 1),
    charge_pico INTEGER CHECK (charge_pico >= 0),
    charge_currency TEXT NOT NULL,
    covered_by TEXT NOT NULL
) STRICT;

CREATE TABLE told (
    report TEXT PRIMARY KEY,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    amounts TEXT NOT NULL,
    named_in TEXT NOT NULL,
    amounts_before TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_VERSION_3 = """
CREATE TABLE origin_with_parent (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    cwd TEXT NOT NULL,
    session TEXT NOT NULL,
    branch TEXT NOT NULL,
    agent TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    skill TEXT NOT NULL,
    initiator TEXT NOT NULL,
    task TEXT NOT NULL,
    parent TEXT NOT NULL DEFAULT '',
    wraps TEXT NOT NULL DEFAULT '',
    project TEXT NOT NULL,
    UNIQUE (source, cwd, session, branch, agent, agent_id, skill, initiator, task, parent, wraps)
) STRICT;
INSERT INTO origin_with_parent
    SELECT id, source, cwd, session, branch, agent, agent_id, skill, initiator, task, '', '', project
    FROM origin;
DROP TABLE origin;
ALTER TABLE origin_with_parent RENAME TO origin;

ALTER TABLE file ADD COLUMN memory TEXT NOT NULL DEFAULT '';

CREATE TABLE running_total (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    input INTEGER NOT NULL CHECK (input >= 0),
    cache_read INTEGER NOT NULL CHECK (cache_read >= 0),
    cache_write_5m INTEGER NOT NULL CHECK (cache_write_5m >= 0),
    cache_write_1h INTEGER NOT NULL CHECK (cache_write_1h >= 0),
    output INTEGER NOT NULL CHECK (output >= 0),
    reasoning INTEGER NOT NULL CHECK (reasoning >= 0),
    host_cost_pico INTEGER CHECK (host_cost_pico >= 0),
    charge_pico INTEGER CHECK (charge_pico >= 0),
    charge_currency TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_VERSION_4 = """
CREATE TABLE rate_of_any_basis (
    id INTEGER PRIMARY KEY,
    currency TEXT NOT NULL,
    basis TEXT NOT NULL CHECK (basis IN ('billed', 'reported', 'computed', 'inferred', 'unpriced')),
    content TEXT NOT NULL UNIQUE,
    apportioned TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO rate_of_any_basis SELECT id, currency, basis, content, '' FROM rate;
DROP TABLE rate;
ALTER TABLE rate_of_any_basis RENAME TO rate;

CREATE TABLE bill_unit (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    report TEXT NOT NULL,
    day INTEGER NOT NULL,
    reach TEXT NOT NULL,
    is_whole INTEGER NOT NULL CHECK (is_whole BETWEEN 0 AND 1),
    is_settled INTEGER NOT NULL CHECK (is_settled BETWEEN 0 AND 1),
    has_money INTEGER NOT NULL CHECK (has_money BETWEEN 0 AND 1),
    fetched_at_ms INTEGER NOT NULL,
    refreshed_at_ms INTEGER,
    UNIQUE (provider, day, report, account)
) STRICT;

CREATE TABLE billed_record (
    unit INTEGER NOT NULL REFERENCES bill_unit,
    position INTEGER NOT NULL,
    model TEXT NOT NULL,
    item TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    hour INTEGER CHECK (hour BETWEEN 0 AND 23),
    project TEXT NOT NULL,
    PRIMARY KEY (unit, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE reported_usage (
    unit INTEGER NOT NULL REFERENCES bill_unit,
    position INTEGER NOT NULL,
    model TEXT NOT NULL,
    input INTEGER NOT NULL CHECK (input >= 0),
    cache_read INTEGER NOT NULL CHECK (cache_read >= 0),
    cache_write_5m INTEGER NOT NULL CHECK (cache_write_5m >= 0),
    cache_write_1h INTEGER NOT NULL CHECK (cache_write_1h >= 0),
    output INTEGER NOT NULL CHECK (output >= 0),
    reasoning INTEGER NOT NULL CHECK (reasoning >= 0),
    requests INTEGER CHECK (requests >= 0),
    hour INTEGER CHECK (hour BETWEEN 0 AND 23),
    project TEXT NOT NULL,
    PRIMARY KEY (unit, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE balance (
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    total TEXT NOT NULL,
    parts TEXT NOT NULL,
    is_usable INTEGER NOT NULL CHECK (is_usable BETWEEN 0 AND 1),
    PRIMARY KEY (provider, account, currency, at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE fetch (
    provider TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('usage', 'balance')),
    asked TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    succeeded_at_ms INTEGER,
    error TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (provider, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE exchange_rate (
    day TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    noted_at_ms INTEGER NOT NULL,
    PRIMARY KEY (base, quote, day, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE bill_shift (
    bucket INTEGER NOT NULL,
    origin INTEGER NOT NULL REFERENCES origin,
    service INTEGER NOT NULL REFERENCES service,
    rate INTEGER NOT NULL REFERENCES rate,
    requests INTEGER NOT NULL,
    input INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write_5m INTEGER NOT NULL,
    cache_write_1h INTEGER NOT NULL,
    output INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    web_searches INTEGER NOT NULL,
    cost_micro INTEGER NOT NULL,
    cost_rest_pico INTEGER NOT NULL,
    PRIMARY KEY (bucket, origin, service, rate)
) STRICT, WITHOUT ROWID;

CREATE TABLE unsettled_day (
    day INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER rollup_grew AFTER INSERT ON rollup
WHEN EXISTS (SELECT 1 FROM bill_unit) OR EXISTS (SELECT 1 FROM balance)
BEGIN INSERT OR IGNORE INTO unsettled_day VALUES (NEW.bucket / 96); END;
CREATE TRIGGER rollup_shrank AFTER DELETE ON rollup
WHEN EXISTS (SELECT 1 FROM bill_unit) OR EXISTS (SELECT 1 FROM balance)
BEGIN INSERT OR IGNORE INTO unsettled_day VALUES (OLD.bucket / 96); END;
CREATE TRIGGER bill_came AFTER INSERT ON bill_unit
BEGIN INSERT OR IGNORE INTO unsettled_day VALUES (NEW.day); END;
CREATE TRIGGER bill_went AFTER DELETE ON bill_unit
BEGIN INSERT OR IGNORE INTO unsettled_day VALUES (OLD.day); END;
CREATE TRIGGER service_moved AFTER UPDATE OF provider, name ON service
WHEN OLD.provider != NEW.provider OR OLD.name != NEW.name
BEGIN INSERT OR IGNORE INTO unsettled_day SELECT day FROM bill_unit; END;
CREATE TRIGGER service_moved_beside_balances AFTER UPDATE OF provider, name ON service
WHEN OLD.provider != NEW.provider OR OLD.name != NEW.name
BEGIN INSERT OR IGNORE INTO unsettled_day SELECT at_ms / 86400000 FROM balance; END;
"""


def _create(connection: sqlite3.Connection) -> None:
    _run(connection, _VERSION_1)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _add_records(connection: sqlite3.Connection) -> None:
    """Make room for tasks, for what people record by hand, and for what reports have told."""
    _run(connection, _VERSION_2)


def _add_running_totals(connection: sqlite3.Connection) -> None:
    """Make room for parents, wrapped programs, what sources remember, and totals of whole sessions."""
    _run(connection, _VERSION_3)


def _add_bills(connection: sqlite3.Connection) -> None:
    """Make room for what providers bill, for balances and exchange rates, and for which lane counts."""
    _run(connection, _VERSION_4)


def _run(connection: sqlite3.Connection, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _create,
    _add_records,
    _add_running_totals,
    _add_bills,
)
"""Step n takes a ledger from version n to n + 1; each runs in one transaction."""

VERSION = len(MIGRATIONS)


def migrate(
    connection: sqlite3.Connection, now: str, steps: tuple[Callable[[sqlite3.Connection], None], ...]
) -> None:
    """Run the steps that are still missing, each in a transaction of its own.

    `now`: ISO instant, noted as the time of creation by the first step.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, step in enumerate(steps[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            step(connection)
            if number == 1:
                connection.execute("INSERT INTO meta VALUES ('created_at', ?)", (now,))
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES ('readable_since', ?)", (str(READABLE_SINCE),)
            )
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            # A full disk has rolled it back already, and saying so again would hide why.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
