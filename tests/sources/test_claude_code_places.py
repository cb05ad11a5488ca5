"""Where Claude Code's transcripts are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from token_tracker.sources.claude_code import chosen_retention
from token_tracker.sources.claude_code import find_files
from token_tracker.sources.claude_code import find_roots
from token_tracker.sources.contract import Root


def folders(roots: list[Root]) -> list[tuple[str, bool]]:
    return [(root.path, root.found) for root in roots]


def made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def log_in(folder: Path, name: str = "s.jsonl") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"{}\n")
    return str(folder / name)


def paths(roots: list[Root]) -> list[str]:
    return [state.path for state in find_files(roots)]


def test_without_the_hosts_variable_both_homes_are_looked_into(tmp_path: Path) -> None:
    made(tmp_path / ".claude" / "projects")
    for environ in ({}, {"CLAUDE_CONFIG_DIR": ""}, {"CLAUDE_CONFIG_DIR": " , "}):
        assert folders(find_roots({"HOME": str(tmp_path), **environ})) == [
            (str(tmp_path / ".claude" / "projects"), True),
            (str(tmp_path / ".config" / "claude" / "projects"), False),
        ]


def test_the_second_home_follows_the_desktops_standard(tmp_path: Path) -> None:
    roots = find_roots({"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")})
    assert roots[1] == Root(str(tmp_path / "xdg" / "claude" / "projects"), False)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("{}/a", ["a"]),
        ("{}/a/", ["a"]),
        ("{}/a,b", ["a,b"]),
        ("{}/a,{}/c", ["a", "c"]),
        (" {}/a , {}/c ,", ["a", "c"]),
        ("{}/c,{}/a,{}/c", ["c", "a"]),
        ("{}/missing", ["missing"]),
        ("{}/missing,{}/a", ["missing", "a"]),
        ("a", ["a"]),
        ("./a,c", ["a", "c"]),
    ],
)
def test_the_hosts_variable_is_one_directory_or_a_list(
    chosen: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "a,b", "c"):
        made(tmp_path / name / "projects")
    monkeypatch.chdir(tmp_path)
    environ = {"HOME": str(tmp_path / "home"), "CLAUDE_CONFIG_DIR": chosen.replace("{}", str(tmp_path))}
    assert folders(find_roots(environ)) == [
        (str(tmp_path / name / "projects"), name != "missing") for name in expected
    ]


def test_a_variable_no_path_can_have_is_a_place_that_is_not_there(tmp_path: Path) -> None:
    (root,) = find_roots({"HOME": str(tmp_path), "CLAUDE_CONFIG_DIR": "a\0b"})
    assert not root.found


def test_paths_the_person_added_are_looked_into_as_they_are(tmp_path: Path) -> None:
    extra = made(tmp_path / "backup")
    roots = find_roots({"HOME": str(tmp_path)}, [str(extra), str(extra), str(tmp_path / "gone")])
    assert folders(roots[2:]) == [(str(extra), True), (str(tmp_path / "gone"), False)]


@pytest.mark.parametrize(
    "home",
    [
        "Library/Application Support/Claude",
        ".config/Claude",
        "AppData/Roaming/Claude",
        "AppData/Local/Packages/AnthropicClaude_x1/LocalCache/Roaming/Claude",
    ],
)
def test_the_desktops_local_agent_is_found_without_its_other_logs(home: str, tmp_path: Path) -> None:
    sessions = made(tmp_path / home / "local-agent-mode-sessions")
    kept = log_in(sessions / "account" / "local_1" / ".claude" / "projects" / "-w")
    log_in(sessions / "account" / "local_1", "audit.jsonl")
    roots = find_roots({"HOME": str(tmp_path)})
    assert roots[2:] == [Root(str(sessions), True)]
    assert paths(roots) == [kept]


def test_one_directory_by_two_names_is_read_once(tmp_path: Path) -> None:
    kept = log_in(tmp_path / ".claude" / "projects" / "-w")
    made(tmp_path / ".config")
    (tmp_path / ".config" / "claude").symlink_to(tmp_path / ".claude")
    roots = find_roots({"HOME": str(tmp_path)})
    assert [root.found for root in roots] == [True, True]
    assert paths(roots) == [kept]


def test_transcripts_are_found_at_any_depth_and_nothing_else(tmp_path: Path) -> None:
    kept = [
        log_in(tmp_path / "-w"),
        log_in(tmp_path / "-w" / "s" / "subagents", "agent-a1.jsonl"),
        log_in(tmp_path / "-w" / "s" / "subagents" / "deep", "agent-a2.meta.json"),
    ]
    log_in(tmp_path / "-w", "s.jsonl.compact.tmp.1")
    log_in(tmp_path / "-w", "custom-title.json")
    assert paths([Root(str(tmp_path), True)]) == sorted(kept)


def test_an_unreadable_home_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.stat", refuse)
    roots = find_roots({"HOME": str(tmp_path), "CLAUDE_CONFIG_DIR": str(tmp_path / "a")})
    # Whether it is there cannot be told; it is listed so that reading it names the reason.
    assert roots[0] == Root(str(tmp_path / "a" / "projects"), True)
    assert [(state.path, state.size) for state in find_files(roots[:1])] == [(roots[0].path, 0)]


def test_the_hosts_own_setting_says_when_logs_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"cleanupPeriodDays": 90}', encoding="utf-8")

    assert chosen_retention(str(tmp_path / "projects")) == (90, str(tmp_path / "settings.json"))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cleanupPeriodDays": "90"}'])
def test_settings_that_do_not_say_it_leave_the_hosts_default(text: str, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(text, encoding="utf-8")

    assert chosen_retention(str(tmp_path / "projects")) is None
