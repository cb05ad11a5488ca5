"""What people call things of the ledger: projects by short names, models by several.

The name of a project is that of its folder, with parents added until it is unique.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping

_DATE_SUFFIX = re.compile(r"[-@]\d{8}$")
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


def is_named_by(path: str, text: str) -> bool:
    """Say whether a project is meant by its path or the last folders of it, in any number.

    >>> [is_named_by("/w/shop/api", text) for text in ("/w/shop/api", "api", "shop/api", "pi", "shop")]
    [True, True, True, False, False]
    """
    folders, wanted = _folders(path), _folders(text)
    return path == text or (not text.startswith(("/", "\\")) and folders[-len(wanted) :] == wanted)


def models_named(text: str, names: Mapping[str, str]) -> list[str]:
    """Give the ids as logged that people mean by an id, an id without its date, or a name.

    `names`: the price card's name of every id, "" where it has none.

    >>> names = {"claude-opus-4-5-20251101": "Claude Opus 4.5", "gpt-5": "GPT-5"}
    >>> models_named("claude-opus-4-5", names), models_named("claude opus 4.5", names)
    (['claude-opus-4-5-20251101'], ['claude-opus-4-5-20251101'])
    """
    return models_by_name(names).get(text.lower(), [])


def models_by_name(names: Mapping[str, str]) -> dict[str, list[str]]:
    """Give for all that people may call a model, in lower case, the ids as logged."""
    found: dict[str, list[str]] = {}
    for model, name in names.items():
        for one in {model.lower(), name.lower(), _DATE_SUFFIX.sub("", model.lower())}:
            found.setdefault(one, []).append(model)
    return found


def projects_by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """Give for the last folder of projects their paths: only those can be meant by what ends in it.

    >>> projects_by_folder(["/w/shop/api", "/w/blog/api", "/w/tools"])
    {'api': ['/w/shop/api', '/w/blog/api'], 'tools': ['/w/tools']}
    """
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(last_folder(path), []).append(path)
    return found


def last_folder(path: str) -> str:
    """Give the last part of a path, or of the end of one."""
    return _folders(path)[-1]


def _folders(path: str) -> list[str]:
    """Split a path of this or another system into its folders."""
    separators = r"[\\/]+" if _WINDOWS.match(path) else "/+"
    return [one for one in re.split(separators, path) if one] or [path]
