"""Which project a working directory belongs to: its repository, else the directory itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

WORKTREE_FOLDER = "/.git/worktrees/"
LARGEST_LINK_BYTES = 4096


def project_finder(home: Path) -> Callable[[str], str]:
    """Give a function from working directory to project directory.

    A project is the nearest parent that holds `.git`; a worktree counts as its main
    repository. The person's own home never is one, even where it is a repository of
    settings: everything would be one project.
    """

    @cache
    def repository(folder: str) -> str:
        marker = os.path.join(folder, ".git")
        if folder not in ("", str(home)):
            if os.path.isdir(marker):
                return folder
            if os.path.isfile(marker):
                return main_repository(marker) or folder
        parent = os.path.dirname(folder)
        return "" if parent == folder or not parent else repository(parent)

    def project_of(cwd: str) -> str:
        return (repository(cwd) or cwd) if os.path.isabs(cwd) else cwd

    return project_of


def main_repository(link: str) -> str:
    """Give the repository that a worktree's `.git` file points to; "" for a submodule."""
    try:
        with open(link, "rb") as file:
            text = file.read(LARGEST_LINK_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    target = text.partition("gitdir:")[2].strip()
    target = os.path.normpath(os.path.join(os.path.dirname(link), target)).replace(os.sep, "/")
    main, found, _ = target.partition(WORKTREE_FOLDER)
    return main if found else ""
