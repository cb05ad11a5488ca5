"""Short names for projects: the folder's name, with parents added until it is unique."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath


def project_names(paths: Iterable[str]) -> dict[str, str]:
    """Give every project directory a name that no other one has.

    >>> project_names(["/w/shop/api", "/w/blog/api", "/w/tools"])
    {'/w/blog/api': 'blog/api', '/w/shop/api': 'shop/api', '/w/tools': 'tools'}
    """
    parts = {
        path: [p for p in PurePath(path.replace("\\\\", "/")).parts if p != "/"] or [path]
        for path in sorted(set(paths))
    }
    length = dict.fromkeys(parts, 1)
    while True:
        named: dict[str, list[str]] = {}
        for path, pieces in parts.items():
            named.setdefault("/".join(pieces[-length[path] :]), []).append(path)
        clashing = [path for group in named.values() if len(group) > 1 for path in group]
        longer = [path for path in clashing if length[path] < len(parts[path])]
        if not longer:
            return {path: "/".join(pieces[-length[path] :]) for path, pieces in parts.items()}
        for path in longer:
            length[path] += 1
