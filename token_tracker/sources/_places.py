"""Where in a log a response stands, as a person would look for it: its line, its row, its element."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import FileIO

from token_tracker.sources._lines import line_numbers
from token_tracker.sources._sqlite import HEADER

COMPRESSED = ".zst"
DOCUMENT = ".json"


def lines_of(path: str, offsets: Sequence[int]) -> dict[int, int]:
    """Give the line numbers of places in a log; those that it no longer has are left out.

    In a database a place is the number of a row already, in a document that of an element.
    """
    places = sorted(set(offsets))
    try:
        if path.endswith(COMPRESSED):
            from token_tracker.sources._zstd import open_stream

            with open_stream(path) as stream:
                return dict(zip(places, line_numbers(stream, places), strict=True))
        with FileIO(path) as file:
            if path.endswith(DOCUMENT) or file.read(len(HEADER)) == HEADER:
                return dict(zip(places, places, strict=True))
            size = os.fstat(file.fileno()).st_size
            there = [place for place in places if place < size]
            return dict(zip(there, line_numbers(file, there), strict=True))
    except OSError:
        return {}
