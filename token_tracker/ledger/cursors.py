"""What the ledger knows of the files it has read."""

from __future__ import annotations

from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState


def read_cursors(ledger: Ledger, source: str) -> dict[str, Cursor]:
    """Give how far each file of a source was read, by path."""
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT path, device, inode, size, mtime_ns, read_to, tail_hash, memory FROM file"
            " WHERE source = ?",
            (source,),
        )
        return {row[0]: Cursor(FileState(*row[:5]), *row[5:]) for row in rows}
