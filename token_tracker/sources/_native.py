"""Which of two readers this process uses: standard library, or native wheels.

Both give the same events; the native one scans and decodes several times faster. The
wheels are optional (`[fast]`), so nothing else may import them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

Find = Callable[..., int]
"""Gives the first place of some bytes in a buffer between two places, or -1."""


class Toolset(NamedTuple):
    """How to find bytes, and whether lines may be decoded by msgspec."""

    name: str
    find: Find
    typed: bool


STANDARD = Toolset("standard", bytearray.find, typed=False)


@cache
def native() -> Toolset | None:
    """Give the native toolset, or None where its wheels are not installed."""
    try:
        import msgspec  # noqa: F401 - only whether it is there
        import stringzilla  # type: ignore[import-not-found]  # ships no types
    except ImportError:
        return None
    return Toolset("native", stringzilla.find, typed=True)


def best() -> Toolset:
    """Give the fastest toolset that is installed."""
    return native() or STANDARD
