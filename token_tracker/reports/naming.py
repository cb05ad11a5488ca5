"""Short names for projects: the folder's name, with parents added until it is unique."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def project_names(paths: Iterable[str]) -> dict[str, str]:
    """Give every project directory a name that no other one has.

    >>> project_names(["/w/shop/api", "/w/blog/api", "/w/tools"])
    {'/w/blog/api': 'blog/api', '/w/shop/api': 'shop/api', '/w/tools': 'tools'}
    """
    parts = {path: _folders(path) for path in sorted(set(paths))}
    length = dict.fromkeys(parts, 1)
    while True:
        named: dict[str, list[str]] = {}
        for path, pieces in parts.items():
            named.setdefault("/".join(pieces[-length[path] :]), []).append(path)
        clashing = [path for group in named.values() if len(group) > 1 for path in group]
        longer = [path for path in clashing if length[path] < len(parts[path])]
        if not longer:
            # Two ways to write one directory still clash: they keep their whole path.
            return {
                path: path if path in clashing else "/".join(pieces[-length[path] :])
                for path, pieces in parts.items()
            }
        for path in longer:
            length[path] += 1


def _folders(path: str) -> list[str]:
    """Split a path of this or another system into its folders."""
    separators = r"[\\/]+" if _WINDOWS.match(path) else "/+"
    return [one for one in re.split(separators, path) if one] or [path]
