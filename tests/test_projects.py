"""Which project a directory belongs to."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from token_tracker.projects import project_finder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def project_of(cwd: Path | str, home: Path) -> str:
    return project_finder(home)(str(cwd))


def linked(folder: Path, gitdir: str | bytes) -> Path:
    """Make a folder whose `.git` is a file that points elsewhere."""
    folder.mkdir(parents=True)
    target = gitdir if isinstance(gitdir, bytes) else gitdir.encode()
    (folder / ".git").write_bytes(b"gitdir: " + target + b"\n")
    return folder


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular, with no settings but these."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"]
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=environ, check=True, capture_output=True)


@pytest.mark.parametrize("below", ["", "src", "src/deep/er", "gone/for/ever"])
def test_a_directory_belongs_to_the_nearest_repository_above_it(below: str, home: Path) -> None:
    (home / "shop" / ".git").mkdir(parents=True)
    (home / "shop" / "src" / "deep" / "er").mkdir(parents=True)
    assert project_of(home / "shop" / below, home) == str(home / "shop")


def test_the_inner_of_two_repositories_counts(home: Path) -> None:
    (home / "shop" / ".git").mkdir(parents=True)
    (home / "shop" / "vendor" / "lib" / ".git").mkdir(parents=True)
    assert project_of(home / "shop" / "vendor" / "lib" / "src", home) == str(home / "shop" / "vendor" / "lib")


def test_a_directory_outside_of_any_repository_is_its_own_project(home: Path) -> None:
    (home / "notes").mkdir()
    assert [project_of(home / name, home) for name in ("notes", "gone", "")] == [
        str(home / "notes"), str(home / "gone"), str(home),
    ]  # fmt: skip


def test_one_directory_written_in_several_ways_is_one_project(home: Path) -> None:
    (home / "shop" / ".git").mkdir(parents=True)
    (home / "notes").mkdir()
    find = project_finder(home)
    assert {find(f"{home}/{text}") for text in ("shop", "shop/", "shop//src/.", "x/../shop")} == {
        str(home / "shop")
    }
    assert {find(f"{home}/{text}") for text in ("notes", "notes/", "./notes", "x/../notes")} == {
        str(home / "notes")
    }


@pytest.mark.parametrize("cwd", ["", ".", "shop/src", "C:\\work\\shop", "~/shop"])
def test_a_directory_that_is_not_absolute_here_stays_as_it_is(
    cwd: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "shop" / ".git").mkdir(parents=True)
    monkeypatch.chdir(home)
    assert project_of(cwd, home) == cwd


def test_the_home_never_is_a_project_even_as_a_repository(home: Path) -> None:
    (home / ".git").mkdir()
    assert [project_of(home / name, home) for name in ("", "notes", "notes/deep")] == [
        str(home), str(home / "notes"), str(home / "notes" / "deep"),
    ]  # fmt: skip


def test_the_home_is_known_by_its_real_path_too(home: Path, tmp_path: Path) -> None:
    (home / ".git").mkdir()
    link = tmp_path / "link"
    link.symlink_to(home)
    assert [project_of(place / "notes", link) for place in (home, link)] == [
        str(home / "notes"),
        str(link / "notes"),
    ]


def test_a_worktree_of_the_homes_repository_is_its_own_project(home: Path, tmp_path: Path) -> None:
    (home / ".git").mkdir()
    worktree = linked(tmp_path / "settings", f"{home}/.git/worktrees/settings")
    assert project_of(worktree / "src", home) == str(worktree)


def test_a_linked_directory_keeps_the_name_by_which_it_was_entered(home: Path, tmp_path: Path) -> None:
    (home / "shop" / ".git").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(home / "shop")
    assert project_of(link / "src", home) == str(link)


def test_a_path_of_many_folders_and_letters_of_many_scripts_is_understood(home: Path) -> None:
    deep = home / "/".join("a" * 200)
    (home / "商店 é ☕" / ".git").mkdir(parents=True)
    assert project_of(home / "商店 é ☕" / "源码", home) == str(home / "商店 é ☕")
    assert project_of(deep, home) == str(deep)


# What git itself makes


def test_a_real_worktree_belongs_to_its_main_repository(home: Path) -> None:
    main, worktree = home / "shop", home / "elsewhere" / "feature"
    main.mkdir()
    git(main, "init", "-q")
    git(main, "commit", "-q", "--allow-empty", "-m", "first")
    git(main, "worktree", "add", "-q", str(worktree))
    assert project_of(worktree / "src", home) == str(main)


def test_a_real_worktree_of_a_bare_repository_belongs_to_that(home: Path) -> None:
    main, bare = home / "main", home / "shop.git"
    main.mkdir()
    git(main, "init", "-q")
    git(main, "commit", "-q", "--allow-empty", "-m", "first")
    git(home, "clone", "-q", "--bare", str(main), str(bare))
    git(bare, "worktree", "add", "-q", str(home / "feature"))
    assert project_of(home / "feature", home) == str(bare)


def test_a_real_submodule_is_a_project_of_its_own(home: Path) -> None:
    library, main = home / "library", home / "shop"
    for folder in (library, main):
        folder.mkdir()
        git(folder, "init", "-q")
        git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    git(main, "submodule", "add", "-q", str(library), "vendor/library")
    assert project_of(main / "vendor" / "library" / "src", home) == str(main / "vendor" / "library")


# Links as they may be found


@pytest.mark.parametrize(
    ("gitdir", "project"),
    [
        ("/srv/shop/.git/worktrees/feature", "/srv/shop"),
        ("/srv/商店/.git/worktrees/功能", "/srv/商店"),
        ("/srv/a b/.git/worktrees/c d", "/srv/a b"),
        ("/srv/./x/../shop/.git/worktrees/feature", "/srv/shop"),
        ("/srv/shop.git/worktrees/feature", "/srv/shop.git"),
        ("/srv/shop/.bare/worktrees/feature", "/srv/shop"),
        ("/srv/worktrees/shop/.git/worktrees/feature", "/srv/worktrees/shop"),
    ],
)
def test_a_worktree_whose_repository_is_gone_still_belongs_to_it(
    gitdir: str, project: str, home: Path
) -> None:
    assert project_of(linked(home / "feature", gitdir) / "src", home) == project


def test_a_relative_link_is_followed_from_where_it_stands(home: Path) -> None:
    worktree = linked(home / "work" / "feature", "../../shop/.git/worktrees/feature")
    assert project_of(worktree, home) == str(home / "shop")


@pytest.mark.parametrize(
    "gitdir",
    [
        "../../.git/modules/library", "/srv/shop/.git/modules/worktrees/library",
        "/srv/shop/.git/modules/library/worktrees/feature", "./.bare", "", "\0", "/srv/shop/.git/worktrees/",
        "/srv/shop/.git/worktrees/a/b", "/srv/\x1b[31m/.git/worktrees/a", "/srv/a\nb/.git/worktrees/a",
        b"\xff\xfe", "/worktrees/a",
    ],
)  # fmt: skip
def test_a_link_to_anything_but_a_worktree_leaves_a_project_of_its_own(
    gitdir: str | bytes, home: Path
) -> None:
    folder = linked(home / "library", gitdir)
    assert project_of(folder / "src", home) == str(folder)


@pytest.mark.parametrize("content", [b"", b"not a link", b"x" * 1_000_000])
def test_a_file_that_is_no_link_leaves_a_project_of_its_own(content: bytes, home: Path) -> None:
    (home / "odd").mkdir()
    (home / "odd" / ".git").write_bytes(content)
    assert project_of(home / "odd" / "src", home) == str(home / "odd")


def test_a_link_that_cannot_be_read_leaves_a_project_of_its_own(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = linked(home / "feature", "/srv/shop/.git/worktrees/feature")
    monkeypatch.setattr("builtins.open", refuse)
    assert project_of(folder, home) == str(folder)


def refuse(path: str, mode: str) -> None:
    raise PermissionError(13, "Permission denied", path)
