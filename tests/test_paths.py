"""Where the home and the cache are, whose they are, and who may write there."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.paths import cache_home
from token_tracker.paths import foreign_owner
from token_tracker.paths import make_home
from token_tracker.paths import refuse_open_permissions
from token_tracker.paths import tracker_home
from token_tracker.paths import user_home

SOMEONE = 54_321
"""A user id that no account has."""

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")


# Which directories


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"HOME": "/home/me"}, "/home/me"),
        ({"HOME": "/home/me", "USERPROFILE": "C:/Users/me"}, "/home/me"),
        ({"HOME": "", "USERPROFILE": "/users/me"}, "/users/me"),
    ],
)
def test_the_persons_home_is_what_the_environment_says(environ: Mapping[str, str], home: str) -> None:
    assert user_home(environ) == Path(home)


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}])
def test_without_a_variable_the_home_is_that_of_the_account(environ: Mapping[str, str]) -> None:
    assert user_home(environ) == Path(pwd.getpwuid(os.getuid()).pw_dir)


def test_an_account_that_the_system_does_not_know_has_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: SOMEONE)
    with pytest.raises(StorageError) as caught:
        user_home({})
    assert (caught.value.code, caught.value.facts) == ("home_unknown", {})


@pytest.mark.parametrize(
    ("environ", "override", "home"),
    [
        ({"HOME": "/home/me"}, None, "/home/me/.token-tracker"),
        ({"HOME": "/home/me", "TOKEN_TRACKER_HOME": ""}, "", "/home/me/.token-tracker"),
        ({"HOME": "/home/me", "TOKEN_TRACKER_HOME": "/data/tracker"}, None, "/data/tracker"),
        ({"HOME": "/home/me", "TOKEN_TRACKER_HOME": "/data/tracker"}, "/other", "/other"),
        ({"HOME": "/home/me", "TOKEN_TRACKER_HOME": "~/tracker"}, None, "/home/me/tracker"),
        ({"HOME": "/home/me"}, "~", "/home/me"),
        ({"TOKEN_TRACKER_HOME": "/data/tracker"}, None, "/data/tracker"),
    ],
)
def test_the_option_comes_before_the_variable_and_that_before_the_default(
    environ: Mapping[str, str], override: str | None, home: str
) -> None:
    assert tracker_home(environ, override) == Path(home)


@pytest.mark.parametrize(
    ("environ", "cache"),
    [
        ({"HOME": "/home/me"}, "/home/me/.cache/token-tracker"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "/var/cache/me"}, "/var/cache/me/token-tracker"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "relative"}, "/home/me/.cache/token-tracker"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "/x", "TOKEN_TRACKER_CACHE": "/y"}, "/y"),
        ({"HOME": "/home/me", "TOKEN_TRACKER_CACHE": "~/cache"}, "/home/me/cache"),
    ],
)
def test_the_cache_is_apart_from_the_home(environ: Mapping[str, str], cache: str) -> None:
    assert cache_home(environ) == Path(cache)


def test_a_relative_home_is_below_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tracker_home({}, "tracker") == tmp_path / "tracker"
    assert cache_home({"TOKEN_TRACKER_CACHE": "cache"}) == tmp_path / "cache"


# Whose they are


def test_a_relative_home_in_a_directory_that_was_removed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone := tmp_path / "gone").mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(StorageError) as caught:
        tracker_home({}, "tracker")
    assert (caught.value.code, caught.value.facts["path"]) == ("home_unusable", "tracker")


def test_our_own_home_is_not_foreign_whether_it_is_there_or_not(tmp_path: Path) -> None:
    assert [foreign_owner(tmp_path / place) for place in ("", "missing", "missing/deep/below")] == [None] * 3


def test_a_home_of_someone_else_is_foreign_and_its_owner_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = pwd.getpwuid(os.geteuid()).pw_name
    monkeypatch.setattr(os, "geteuid", lambda: SOMEONE)
    assert foreign_owner(tmp_path) == owner


@only_root
def test_under_sudo_the_home_of_the_caller_is_foreign(tmp_path: Path) -> None:
    os.chown(tmp_path, SOMEONE, SOMEONE)
    assert [foreign_owner(tmp_path / place) for place in ("", ".token-tracker")] == [str(SOMEONE)] * 2


def test_a_home_that_would_be_made_in_a_shared_directory_is_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o1777)
    monkeypatch.setattr(os, "geteuid", lambda: SOMEONE)
    assert foreign_owner(tmp_path / "tracker") is None


def test_a_directory_that_root_does_not_own_but_we_may_write_is_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setattr(os, "geteuid", lambda: SOMEONE)
    assert foreign_owner(tmp_path / "tracker") is None


def test_a_directory_that_we_may_not_write_is_its_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = pwd.getpwuid(os.geteuid()).pw_name
    monkeypatch.setattr(os, "geteuid", lambda: SOMEONE)
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    assert foreign_owner(tmp_path / "tracker") == owner


def test_a_shared_directory_that_is_the_home_itself_is_its_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = pwd.getpwuid(os.geteuid()).pw_name
    tmp_path.chmod(0o1777)
    monkeypatch.setattr(os, "geteuid", lambda: SOMEONE)
    assert foreign_owner(tmp_path) == owner


def test_where_there_are_no_owners_nothing_is_foreign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "geteuid")
    assert foreign_owner(tmp_path) is None


# Making it


def test_a_home_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    make_home(home)
    make_home(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_home_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    make_home(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_a_file_in_the_place_of_the_home_is_refused_and_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("mine")
    with pytest.raises(StorageError) as caught:
        make_home(home)
    assert (caught.value.code, caught.value.facts) == ("home_not_a_directory", {"path": str(home)})
    assert home.read_text() == "mine"


def test_a_file_above_the_home_is_the_systems_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_home(tmp_path / "file" / "home")


# Who may write there


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777, 0o2770])
def test_a_home_that_others_can_write_is_refused(mode: int, tmp_path: Path) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(SettingsError) as caught:
        refuse_open_permissions(tmp_path)
    assert (caught.value.code, caught.value.facts) == (
        "permissions_open", {"path": str(tmp_path), "mode": f"{mode:04o}"},
    )  # fmt: skip


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o500, 0o744])
def test_a_home_that_only_its_owner_can_write_is_used(mode: int, tmp_path: Path) -> None:
    tmp_path.chmod(mode)
    refuse_open_permissions(tmp_path)


@pytest.mark.parametrize("name", ["ledger.db", "budget.json", "providers.json", "sources.json", "state.json"])
@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_that_others_can_reach_and_write_is_refused(name: str, mode: int, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / name).touch()
    (tmp_path / name).chmod(mode)
    with pytest.raises(SettingsError) as caught:
        refuse_open_permissions(tmp_path)
    assert (caught.value.code, caught.value.facts) == (
        "permissions_open", {"path": str(tmp_path / name), "mode": f"{mode:04o}"},
    )  # fmt: skip


def test_the_prices_of_the_person_are_refused_where_others_can_write_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices").chmod(0o777)
    with pytest.raises(SettingsError) as caught:
        refuse_open_permissions(tmp_path)
    assert caught.value.facts == {"path": str(tmp_path / "prices"), "mode": "0777"}


@pytest.mark.parametrize(("home_mode", "file_mode"), [(0o700, 0o664), (0o744, 0o666), (0o755, 0o644)])
def test_a_file_that_nobody_else_can_reach_or_write_is_used(
    home_mode: int, file_mode: int, tmp_path: Path
) -> None:
    (tmp_path / "budget.json").touch()
    (tmp_path / "budget.json").chmod(file_mode)
    tmp_path.chmod(home_mode)
    refuse_open_permissions(tmp_path)


def test_a_home_that_is_not_there_is_not_open(tmp_path: Path) -> None:
    refuse_open_permissions(tmp_path / "missing")


def test_modes_mean_nothing_where_the_system_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setattr("token_tracker.paths.os.name", "nt")
    refuse_open_permissions(tmp_path)
