"""Work that one program did by driving another is logged by both and counts once.

The program below logs every response; what its driver says of the same session counts only
while the ledger holds nothing of it from below. That is noted for good, as nothing that was
read is ever forgotten again.
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


def drop_wrapped(connection: sqlite3.Connection) -> None:
    """Take out what drivers logged of sessions that the programs below have logged themselves.

    Runs inside the caller's transaction, after the rollup was brought up to date.
    """
    if connection.execute("SELECT 1 FROM origin WHERE wraps != '' LIMIT 1").fetchone() is None:
        return
    driven = [row[0] for row in connection.execute(f"{_DRIVEN} AND driver.id IN (SELECT origin FROM rollup)")]
    if not driven:
        return
    removed = connection.execute(
        "DELETE FROM event WHERE origin IN (SELECT value FROM json_each(?)) RETURNING at_ms",
        (json.dumps(driven),),
    )
    roll_up(connection, {row[0] // BUCKET_MS for row in removed.fetchall()})
