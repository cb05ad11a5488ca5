"""Which project a working directory belongs to: its repository, else the directory itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

LARGEST_LINK_BYTES = 4096
_WORKTREE = re.compile("(.+)/worktrees/[^/]+")


def project_finder(home: Path) -> Callable[[str], str]:
    """Give a function from working directory to project directory.

    A project is the nearest parent that holds `.git`; a worktree counts as its main
    repository. The person's own home never is one, even where it is a repository of
    settings: everything would be one project.
    """
    homes = {str(home), os.path.realpath(home)}

    @cache
    def repository(folder: str) -> str:
        marker = os.path.join(folder, ".git")
        if folder not in homes:
            if os.path.isdir(marker):
                return folder
            if os.path.isfile(marker):
                main = main_repository(marker)
                return folder if main in homes else main or folder
        parent = os.path.dirname(folder)
        return "" if parent == folder else repository(parent)

    def project_of(cwd: str) -> str:
        if not os.path.isabs(cwd):
            return cwd
        folder = os.path.normpath(cwd)
        return repository(folder) or folder

    return project_of


def main_repository(link: str) -> str:
    """Give the repository that a worktree's `.git` file points to; "" for a submodule.

    Of a bare repository that is its own folder, or the one that hides it under a name
    such as `.bare`.

    Source: gitrepository-layout(5), "worktrees/" and "modules/", checked 2026-11-22.
    """
    try:
        with open(link, "rb") as file:
            text = file.read(LARGEST_LINK_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    target = text.partition("gitdir:")[2].strip()
    target = os.path.normpath(os.path.join(os.path.dirname(link), target))
    found = _WORKTREE.fullmatch(target.replace(os.sep, "/"))
    if not found or "/.git/modules" in found[1] or not target.isprintable():
        return ""
    main = os.path.normpath(found[1])
    return os.path.dirname(main) if os.path.basename(main).startswith(".") else main
