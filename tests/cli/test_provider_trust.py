"""`provider trust`: which file is loaded, what must be known before, and when it is not any more."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from cli.answers import Ask
from cli.providers_at_hand import on_a_terminal
from published_shapes import complaints

OWN = """
from pathlib import Path
from token_tracker.providers import KeyCheck, Provider, Region

Path({told!r}).touch()
PROVIDER = Provider(
    id="{id}",
    name="My Vendor",
    regions=(Region("global", "https://vendor.example"),),
    key_page="https://vendor.example/keys",
    headers=lambda key: {{"Authorization": key}},
    check=lambda api: KeyCheck("api", ("balance",)),
)
"""


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Give the file that exists once a provider file has been run."""
    return tmp_path / "was run"


@pytest.fixture
def file(tmp_path: Path, told: Path) -> Path:
    """Write a provider file outside of the home."""
    return write(tmp_path / "my_vendor.py", OWN.format(told=str(told), id="my_vendor"))


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_LANG", "en")


def write(path: Path, text: str, mode: int = 0o644) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names(ask: Ask) -> list[str]:
    return [one["name"] for one in ask("list-providers", "--json").document["data"]["providers"]]


def trusted(home: Path) -> object:
    path = home / "providers.json"
    return json.loads(path.read_bytes())["trusted"] if path.exists() else {}


def test_without_an_answer_a_file_is_not_trusted_and_not_run(
    ask: Ask, home: Path, file: Path, told: Path
) -> None:
    answer, document = (
        ask("provider", "trust", str(file)),
        ask("provider", "trust", str(file), "--json").document,
    )

    assert (answer.exit_code, told.exists(), trusted(home), "my_vendor" in names(ask)) == (
        0,
        False,
        {},
        False,
    )
    assert answer.out.splitlines() == [
        "Nothing was changed: my_vendor.py is not trusted. Look through it, then add `--yes`.",
        f"- SHA-256: {digest(file)}",
        "- It runs as a program with your rights, and gets the key of its provider.",
    ]
    assert (document["data"]["trusted"], complaints("provider", document)) == (False, [])


def test_a_trusted_file_is_copied_loaded_and_known_by_its_hash(ask: Ask, home: Path, file: Path) -> None:
    answer = ask("provider", "trust", str(file), "--yes", "--json")

    copy = home / "providers" / "my_vendor.py"
    assert answer.document["data"] == {
        "file": "my_vendor.py",
        "sha256": digest(file),
        "trusted": True,
        "was_trusted": False,
        "copied": True,
        "replaces_bundled": False,
    }
    assert complaints("provider", answer.document) == []
    assert (trusted(home), copy.read_bytes()) == ({"my_vendor.py": digest(file)}, file.read_bytes())
    assert [stat.S_IMODE(path.stat().st_mode) for path in (copy, copy.parent)] == [0o600, 0o700]
    assert "my_vendor" in names(ask)
    assert sorted(path.name for path in home.iterdir() if path.name.startswith("trying")) == []


def test_a_file_in_the_home_is_trusted_where_it_is(ask: Ask, home: Path, told: Path) -> None:
    (home / "providers").mkdir(mode=0o700)
    place = write(home / "providers" / "mine.py", OWN.format(told=str(told), id="mine"), 0o600)
    before = place.stat().st_ino

    answer = ask("provider", "trust", str(place), "--yes")

    assert answer.out.splitlines()[0] == "mine.py is trusted from now on: the provider My Vendor."
    assert (place.stat().st_ino, "mine" in names(ask)) == (before, True)


def test_trusting_twice_changes_nothing(ask: Ask, home: Path, file: Path) -> None:
    ask("provider", "trust", str(file), "--yes")

    again = ask("provider", "trust", str(file))

    assert again.out.splitlines()[0] == "my_vendor.py is trusted already, with this very content."


def test_a_file_that_changed_is_not_loaded_and_that_is_said(ask: Ask, home: Path, file: Path) -> None:
    ask("provider", "trust", str(file), "--yes")
    with (home / "providers" / "my_vendor.py").open("a") as copy:
        copy.write("# changed\n")

    listing = ask("list-providers", "--json")
    text = ask("list-providers").out
    configuring = ask("configure-provider", "--name", "my_vendor", "--disable", "--json")

    assert (listing.problem_codes, "my_vendor" in names(ask)) == (["provider-file-changed"], False)
    assert "The provider file my_vendor.py was not loaded: it has changed since it was trusted." in text
    assert (configuring.exit_code, configuring.error_code) == (3, "provider-file-changed")


def test_a_changed_original_takes_the_copys_place_when_it_is_trusted_again(
    ask: Ask, home: Path, file: Path
) -> None:
    ask("provider", "trust", str(file), "--yes")
    file.write_text(file.read_text().replace("My Vendor", "Better Vendor"))

    answer = ask("provider", "trust", str(file), "--yes")

    assert "- It took the place of the file of this name in the home's folder `providers`." in answer.out
    assert (trusted(home), "Better Vendor" in ask("list-providers").out) == (
        {"my_vendor.py": digest(file)},
        True,
    )


def test_a_file_nobody_trusted_is_named_and_not_run(ask: Ask, home: Path, told: Path) -> None:
    (home / "providers").mkdir(mode=0o700)
    write(home / "providers" / "mine.py", OWN.format(told=str(told), id="mine"), 0o600)

    listing = ask("list-providers", "--json")
    configuring = ask("configure-provider", "--name", "mine", "--disable", "--json")

    assert (listing.problem_codes, told.exists()) == (["provider-file-untrusted"], False)
    assert (configuring.exit_code, configuring.error_code) == (3, "provider-file-untrusted")


def test_doctor_names_what_is_not_loaded(ask: Ask, home: Path, file: Path) -> None:
    ask("provider", "trust", str(file), "--yes")
    (home / "providers" / "my_vendor.py").write_text("")

    document = ask("doctor", "--json").document

    assert "provider-file-changed" in [one["code"] for one in document["data"]["findings"]]


def test_what_is_no_file_in_the_folder_of_provider_files_is_passed_over(ask: Ask, home: Path) -> None:
    folder = home / "providers"
    folder.mkdir(mode=0o700)
    (folder / "folder.py").mkdir()
    (folder / "nowhere.py").symlink_to(folder / "missing.py")
    os.mkfifo(folder / "pipe.py")

    listing = ask("list-providers", "--json")

    assert (listing.exit_code, listing.problem_codes) == (0, [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("PROVIDER = 3", "it sets no PROVIDER"),
        ("def x(:", "SyntaxError"),
    ],
)
def test_a_file_that_fails_is_not_trusted_and_leaves_nothing_behind(
    text: str, reason: str, ask: Ask, home: Path, tmp_path: Path
) -> None:
    broken = write(tmp_path / "broken.py", text)

    answer = ask("provider", "trust", str(broken), "--yes", "--json")

    assert (answer.exit_code, answer.error_code) == (3, "provider-file-broken")
    assert str(broken) in answer.document["error"]["what"]
    assert reason in answer.document["error"]["why"]
    assert (trusted(home), (home / "providers").exists()) == ({}, False)


def test_a_file_whose_id_is_not_its_name_is_not_trusted(
    ask: Ask, home: Path, tmp_path: Path, told: Path
) -> None:
    place = write(tmp_path / "one.py", OWN.format(told=str(told), id="two"))

    assert ask("provider", "trust", str(place), "--yes", "--json").error_code == "provider-file-broken"


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o622])
def test_a_file_that_others_can_write_is_not_trusted(mode: int, ask: Ask, home: Path, file: Path) -> None:
    file.chmod(mode)

    answer = ask("provider", "trust", str(file), "--yes", "--json")

    assert (answer.exit_code, answer.error_code, trusted(home)) == (3, "permissions-open", {})


def test_only_a_plain_file_is_trusted(ask: Ask, home: Path, file: Path, tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to(file)
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    write(tmp_path / "large.py", "#" * ((1 << 20) + 1))

    codes = [
        ask("provider", "trust", str(tmp_path / f"{name}.py"), "--yes", "--json").error_code
        for name in ("link", "folder", "pipe", "large", "missing")
    ]

    assert codes == [*["provider-file-odd"] * 4, "file-unusable"]


@pytest.mark.parametrize("name", ["My.py", "_own.py", "own.txt", "own", ".py", "o wn.py", f"{'a' * 33}.py"])
def test_the_name_of_a_file_is_the_id_of_its_provider(
    name: str, ask: Ask, home: Path, tmp_path: Path
) -> None:
    place = write(tmp_path / name, "")

    answer = ask("provider", "trust", str(place), "--yes", "--json")

    assert (answer.exit_code, answer.error_code) == (2, "provider-file-name")


def test_a_file_with_the_name_of_a_bundled_one_goes_before_it_and_says_so(
    ask: Ask, home: Path, tmp_path: Path, told: Path
) -> None:
    place = write(tmp_path / "openai.py", OWN.format(told=str(told), id="openai"))

    answer = ask("provider", "trust", str(place), "--yes")

    assert "- It goes before the provider of this name that comes with the program." in answer.out
    assert "My Vendor (openai)" in ask("list-providers").out


@pytest.mark.parametrize(("answer", "is_trusted"), [("y", True), ("yes", True), ("", False), ("n", False)])
def test_on_a_terminal_it_is_asked(answer: str, is_trusted: bool, home: Path, file: Path) -> None:
    talk = on_a_terminal(["provider", "trust", str(file)], {"Trust it? [y/N]": answer})

    assert (talk.exit_code, bool(trusted(home)), digest(file) in talk.seen) == (0, is_trusted, True)
    assert "would run as a program with your rights and get the key of its provider" in talk.seen
