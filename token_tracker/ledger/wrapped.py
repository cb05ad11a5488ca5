"""Work that one program did by driving another is logged by both and counts once.

The program below logs every response; what its driver says of the same session counts only
while the ledger holds nothing of it from below. That is noted for good, as nothing that was
read is ever forgotten again. A driver that does not name the session ("<source>/") is told by
what it did: the program below was at work in the same folder at that time.
"""

from __future__ import annotations

import json
import sqlite3

from token_tracker.ledger.rows import roll_up
from token_tracker.period import BUCKET_MS

_DRIVEN = """
SELECT driver.id FROM origin AS driver
WHERE driver.wraps != '' AND driver.wraps IN (
    SELECT below.source || '/' || below.session FROM origin AS below
    WHERE below.wraps = '' AND below.session != '' AND below.id IN (SELECT origin FROM rollup)
)
"""

NEAR_MS = 600_000
"""Cline ends a request to the program below after ten minutes (its code, read 2026-11-22)."""

_DRIVEN_UNNAMED = f"""
SELECT turn.id FROM origin AS driver CROSS JOIN rollup ON rollup.origin = driver.id CROSS JOIN event AS turn
    ON turn.at_ms >= bucket * {BUCKET_MS} AND turn.at_ms < (bucket + 1) * {BUCKET_MS}
WHERE driver.wraps LIKE '%/' AND turn.origin = driver.id AND EXISTS (
    SELECT 1 FROM event AS response JOIN origin AS below ON below.id = response.origin
    WHERE response.at_ms BETWEEN turn.at_ms - :near AND turn.at_ms + :near
        AND below.source || '/' = driver.wraps AND below.wraps = ''
        AND driver.project IN (below.project, '')
)
"""


def drop_wrapped(connection: sqlite3.Connection) -> None:
    """Take out what drivers logged of sessions that the programs below have logged themselves.

    Runs inside the caller's transaction, after the rollup was brought up to date.
    """
    if connection.execute("SELECT 1 FROM origin WHERE wraps != '' LIMIT 1").fetchone() is None:
        return
    driven = [row[0] for row in connection.execute(f"{_DRIVEN} AND driver.id IN (SELECT origin FROM rollup)")]
    removed = connection.execute(
        "DELETE FROM event WHERE origin IN (SELECT value FROM json_each(?)) RETURNING at_ms",
        (json.dumps(driven),),
    ).fetchall()
    removed += connection.execute(
        f"DELETE FROM event WHERE id IN ({_DRIVEN_UNNAMED}) RETURNING at_ms", {"near": NEAR_MS}
    ).fetchall()
    roll_up(connection, {row[0] // BUCKET_MS for row in removed})
