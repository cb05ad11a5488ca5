"""Hooks go into the settings of hosts and out again, and everything else stays byte for byte."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from hosts.settings_files import INVALID_FILES
from hosts.settings_files import INVALID_JSON_FILES
from hosts.settings_files import JSON5_FILES
from hosts.settings_files import JSON_FILES
from token_tracker import hooking
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.hooking import Scene
from token_tracker.host_files import replace_host_file
from token_tracker.hosts import all_hosts
from token_tracker.hosts.contract import Host
from token_tracker.hosts.contract import Machine
from token_tracker.hosts.contract import Program
from token_tracker.locks import file_lock

HOSTS = {host.id: host for host in all_hosts()}
CLAUDE, CODEX, OPENCLAW = HOSTS["claude-code"], HOSTS["codex"], HOSTS["openclaw"]
HOOKS = Path(__file__).resolve().parents[2] / "hooks"
PROGRAM = Program(("/opt/my python/python3", "-I", "/skills/it's/scripts/token-tracker.py"), HOOKS)
START = "'/opt/my python/python3' -I '/skills/it'\"'\"'s/scripts/token-tracker.py' "
ENTRY = "token-tracker-bootstrap"


@pytest.fixture
def scene(isolated_home: Path) -> Scene:
    """Give a machine with every host's folder, and a home of ours that is not there yet."""
    machine = Machine({}, isolated_home)
    for host in HOSTS.values():
        host.config(machine).mkdir()
    return Scene(machine, PROGRAM, isolated_home / ".token-tracker")


def settings_of(host: Host, scene: Scene, content: bytes) -> Path:
    path = host.settings(scene.machine)
    path.write_bytes(content)
    return path


def install(host: Host, scene: Scene) -> None:
    hooking.carry_out(host, scene, hooking.plan_install(host, scene), remove=False)


def uninstall(host: Host, scene: Scene) -> None:
    hooking.carry_out(host, scene, hooking.plan_removal(host, scene), remove=True)


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def commands(settings: dict[str, Any], event: str) -> list[str]:
    return [hook["command"] for group in settings["hooks"][event] for hook in group.get("hooks", [])]


def test_there_are_more_than_fifty_files_to_try() -> None:
    assert len(JSON_FILES) + len(JSON5_FILES) > 50


@pytest.mark.parametrize("name", JSON_FILES)
@pytest.mark.parametrize("host", [CLAUDE, CODEX], ids=lambda host: host.id)
def test_what_is_installed_and_uninstalled_leaves_every_byte(host: Host, name: str, scene: Scene) -> None:
    path = settings_of(host, scene, JSON_FILES[name])
    before = contents(scene.machine.home)

    install(host, scene)
    installed = json.loads(path.read_bytes().decode("utf-8-sig"))
    assert hooking.plan_install(host, scene).is_empty
    uninstall(host, scene)

    assert any("session-check" in json.dumps(group) for group in installed["hooks"]["SessionStart"])
    assert path.read_bytes() == JSON_FILES[name]
    assert contents(scene.machine.home) == {**before, ".token-tracker": None, ".token-tracker/.lock": b""}


@pytest.mark.parametrize("name", [*JSON_FILES, *JSON5_FILES])
def test_openclaw_gets_its_settings_back_byte_for_byte(name: str, scene: Scene) -> None:
    content = {**JSON_FILES, **JSON5_FILES}[name]
    path = settings_of(OPENCLAW, scene, content)
    before = contents(scene.machine.home)

    install(OPENCLAW, scene)
    assert hooking.plan_install(OPENCLAW, scene).is_empty
    assert hooking.state_of(OPENCLAW, scene, frozenset()).is_installed
    uninstall(OPENCLAW, scene)

    assert path.read_bytes() == content
    assert contents(scene.machine.home) == {**before, ".token-tracker": None, ".token-tracker/.lock": b""}


@pytest.mark.parametrize("host", HOSTS.values(), ids=lambda host: host.id)
def test_a_file_that_we_made_goes_away_again(host: Host, scene: Scene) -> None:
    before = contents(scene.machine.home)

    install(host, scene)
    assert host.settings(scene.machine).is_file()
    uninstall(host, scene)

    assert contents(scene.machine.home) == {**before, ".token-tracker": None, ".token-tracker/.lock": b""}


@pytest.mark.parametrize("name", INVALID_JSON_FILES)
@pytest.mark.parametrize("host", [CLAUDE, CODEX], ids=lambda host: host.id)
def test_a_file_that_cannot_be_understood_is_not_touched(host: Host, name: str, scene: Scene) -> None:
    path = settings_of(host, scene, INVALID_JSON_FILES[name])
    before = (contents(scene.machine.home), path.stat().st_mtime_ns)

    with pytest.raises(SettingsError):
        hooking.plan_install(host, scene)

    assert (contents(scene.machine.home), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("name", INVALID_FILES)
def test_settings_of_openclaw_that_cannot_be_understood_are_not_touched(name: str, scene: Scene) -> None:
    path = settings_of(OPENCLAW, scene, INVALID_FILES[name])

    with pytest.raises(SettingsError):
        hooking.plan_install(OPENCLAW, scene)

    assert path.read_bytes() == INVALID_FILES[name]


@pytest.mark.parametrize("host", [CLAUDE, CODEX], ids=lambda host: host.id)
def test_command_lines_name_the_interpreter_and_are_quoted_for_the_shell(host: Host, scene: Scene) -> None:
    install(host, scene)

    settings = json.loads(host.settings(scene.machine).read_text("utf-8"))
    check = f"{START}session-check --format hook --host {host.id} --update-state"
    assert commands(settings, "SessionStart") == [check]
    assert commands(settings, "SessionEnd") == [f"{START}sync --quiet --detach"]


def test_events_and_timeouts_are_those_of_the_plug_in(scene: Scene) -> None:
    def shape(settings: dict[str, Any]) -> dict[str, Any]:
        return {
            event: [
                {**group, "hooks": [{**hook, "command": ""} for hook in group["hooks"]]} for group in groups
            ]
            for event, groups in settings["hooks"].items()
        }

    install(CLAUDE, scene)

    installed = json.loads(CLAUDE.settings(scene.machine).read_text("utf-8"))
    assert shape(installed) == shape(json.loads((HOOKS / "hooks.json").read_text("utf-8")))


def test_what_others_changed_after_us_stays_when_ours_goes(scene: Scene) -> None:
    path = settings_of(CLAUDE, scene, b'{\n  "model": "opus"\n}\n')
    install(CLAUDE, scene)
    path.write_bytes(path.read_bytes().replace(b'"opus"', b'"sonnet"'))

    uninstall(CLAUDE, scene)

    assert path.read_bytes() == b'{\n  "model": "sonnet"\n}\n'


def test_a_hook_of_others_beside_ours_stays(scene: Scene) -> None:
    path = settings_of(CLAUDE, scene, b"{}")
    install(CLAUDE, scene)
    settings = json.loads(path.read_bytes())
    mine = {"type": "command", "command": "mine"}
    settings["hooks"]["SessionStart"][0]["hooks"].append(mine)
    path.write_text(json.dumps(settings), encoding="utf-8")

    uninstall(CLAUDE, scene)

    left = {"hooks": {"SessionStart": [{"matcher": "startup|resume|clear", "hooks": [mine]}]}}
    assert json.loads(path.read_bytes()) == left


def test_an_older_command_line_is_replaced_and_the_first_backup_is_kept(scene: Scene) -> None:
    path = settings_of(CLAUDE, scene, b'{"a":1}')
    install(CLAUDE, scene)
    moved = scene._replace(program=Program(("/usr/bin/python3", "-I", "/new/token-tracker.py"), HOOKS))

    assert hooking.state_of(CLAUDE, moved, frozenset()).is_outdated
    install(CLAUDE, moved)
    there = commands(json.loads(path.read_bytes()), "SessionEnd")
    uninstall(CLAUDE, moved)

    assert there == ["/usr/bin/python3 -I /new/token-tracker.py sync --quiet --detach"]
    assert path.read_bytes() == b'{"a":1}'


def test_a_change_that_comes_between_is_merged_and_not_overwritten(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = settings_of(CLAUDE, scene, b'{"a": 1}')
    replace = replace_host_file
    late = [b'{"a": 1, "b": 2}']

    def somebody_writes_first(*arguments: Any) -> bool:
        path.write_bytes(late.pop()) if late else None
        return replace(*arguments)

    monkeypatch.setattr(hooking, "replace_host_file", somebody_writes_first)
    install(CLAUDE, scene)

    assert list(json.loads(path.read_bytes())) == ["a", "b", "hooks"]
    uninstall(CLAUDE, scene)
    assert path.read_bytes() == b'{"a": 1, "b": 2}'


def test_the_mode_of_the_file_stays_and_the_backup_is_closed(scene: Scene) -> None:
    path = settings_of(CLAUDE, scene, b"{}")
    path.chmod(0o640)

    install(CLAUDE, scene)

    backup = scene.home / "hooks" / "claude-code" / "settings.json"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, backup, backup.parent, backup.parents[1])] == [
        0o640,
        0o600,
        0o700,
        0o700,
    ]


def test_a_link_inside_the_home_is_followed_and_stays_a_link(scene: Scene) -> None:
    dotfiles = scene.machine.home / "dotfiles.json"
    dotfiles.write_bytes(b"{}")
    CLAUDE.settings(scene.machine).symlink_to(dotfiles)

    install(CLAUDE, scene)

    assert CLAUDE.settings(scene.machine).is_symlink()
    assert b"session-check" in dotfiles.read_bytes()


def test_a_link_that_leads_out_of_the_home_is_refused(scene: Scene, tmp_path: Path) -> None:
    outside = tmp_path / "settings.json"
    outside.write_bytes(b"{}")
    CLAUDE.settings(scene.machine).symlink_to(outside)

    with pytest.raises(SettingsError) as raised:
        hooking.plan_install(CLAUDE, scene)

    assert (raised.value.code, outside.read_bytes()) == ("host_file_outside", b"{}")


def test_a_folder_in_place_of_the_file_is_refused(scene: Scene) -> None:
    CLAUDE.settings(scene.machine).mkdir()

    with pytest.raises(SettingsError) as raised:
        hooking.plan_install(CLAUDE, scene)

    assert raised.value.code == "host_file_odd"


def test_a_file_of_another_user_is_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    settings_of(CLAUDE, scene, b"{}")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(SettingsError) as raised:
        hooking.plan_install(CLAUDE, scene)

    assert raised.value.code == "host_file_foreign"


def test_a_lock_that_another_process_holds_is_respected(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_of(CLAUDE, scene, b"{}")
    scene.home.mkdir(mode=0o700)
    monkeypatch.setattr(hooking, "LOCK_TIMEOUT_S", 0.0)

    with file_lock(scene.home / ".lock", 0.0), pytest.raises(StorageError) as raised:
        install(CLAUDE, scene)

    assert raised.value.code == "hooks_locked"
    assert CLAUDE.settings(scene.machine).read_bytes() == b"{}"


def test_a_diff_shows_ours_and_hides_what_the_person_wrote(scene: Scene) -> None:
    settings_of(OPENCLAW, scene, b"{ // canary-1\n  gateway: {token: 'canary-2'},\n}")

    diff = hooking.diff_of(hooking.plan_install(OPENCLAW, scene))

    assert "canary" not in diff
    assert ENTRY in diff
    assert '   gateway: {token: "…"},' in diff.splitlines()


def test_without_the_backup_our_entries_alone_are_taken_out(scene: Scene) -> None:
    path = settings_of(CLAUDE, scene, b'{"a": 1}')
    install(CLAUDE, scene)
    (scene.home / "hooks" / "claude-code" / "settings.json").unlink()

    uninstall(CLAUDE, scene)

    assert path.read_bytes() == b'{"a": 1}'


WITHOUT_A_RECORD = {
    b"{}": b"{}",
    b'{"a": 1}': b'{"a": 1}',
    b'{"hooks": {"Stop": []}}': b'{"hooks": {"Stop": []}}',
    b'{"hooks": {}, "a": {}}': b'{"a": {}}',
    b'{"hooks": {"SessionEnd": [{"matcher": "x", "hooks": []}]}}': (
        b'{"hooks": {"SessionEnd": [{"matcher": "x", "hooks": []}]}}'
    ),
}
"""Settings as a person had them, and as they are once our hook has come and gone without our home."""


@pytest.mark.parametrize("before", WITHOUT_A_RECORD)
@pytest.mark.parametrize("host", [CLAUDE, CODEX], ids=lambda host: host.id)
def test_without_our_home_nothing_empty_of_ours_stays_behind(host: Host, before: bytes, scene: Scene) -> None:
    path = settings_of(host, scene, before)
    install(host, scene)
    shutil.rmtree(scene.home)

    uninstall(host, scene)

    assert path.read_bytes() == WITHOUT_A_RECORD[before]


@pytest.mark.parametrize("before", [b"{}", b"{hooks: {internal: {entries: {other: {enabled: true}}}}}"])
def test_without_our_home_nothing_empty_of_ours_stays_in_openclaw(before: bytes, scene: Scene) -> None:
    path = settings_of(OPENCLAW, scene, before)
    install(OPENCLAW, scene)
    shutil.rmtree(scene.home)

    uninstall(OPENCLAW, scene)

    assert path.read_bytes() == before


@pytest.mark.parametrize("record", [b"", b"[]", b"{}", b'{"created": 1}', b'{"created": [["hooks", 1]]}'])
def test_a_record_that_is_damaged_is_as_one_that_is_gone(record: bytes, scene: Scene) -> None:
    path = settings_of(CLAUDE, scene, b'{"a": 1}')
    install(CLAUDE, scene)
    (scene.home / "hooks" / "claude-code" / "record.json").write_bytes(record)

    uninstall(CLAUDE, scene)

    assert path.read_bytes() == b'{"a": 1}'


def test_a_hook_folder_that_is_a_link_out_of_the_home_is_not_written_into(
    scene: Scene, tmp_path: Path
) -> None:
    settings_of(OPENCLAW, scene, b"{}")
    (OPENCLAW.config(scene.machine) / "hooks").symlink_to(tmp_path)

    with pytest.raises(SettingsError) as raised:
        hooking.plan_install(OPENCLAW, scene)

    assert (raised.value.code, list(tmp_path.iterdir())) == ("host_file_outside", [])


def test_a_skill_that_came_without_its_hook_says_so(scene: Scene, tmp_path: Path) -> None:
    without = scene._replace(program=Program(PROGRAM.start, tmp_path))

    found = hooking.state_of(OPENCLAW, without, frozenset())

    assert (found.error and found.error.code, found.is_installed) == ("file_unusable", False)


# What each host has


def plugin_at(folder: Path) -> Path:
    (folder / "hooks").mkdir(parents=True)
    (folder / "hooks" / "hooks.json").write_bytes((HOOKS / "hooks.json").read_bytes())
    (folder / ".claude-plugin").mkdir()
    (folder / ".claude-plugin" / "plugin.json").write_text('{"name": "token-tracker"}', encoding="utf-8")
    return folder


def state(host: Host, scene: Scene) -> tuple[bool, str, str]:
    found = hooking.state_of(host, scene, frozenset())
    return found.is_installed, found.how, found.switched_off


def test_a_skill_of_claude_code_that_is_a_plug_in_has_the_hook_already(scene: Scene) -> None:
    plugin_at(CLAUDE.config(scene.machine) / "skills" / "token-tracker")

    assert state(CLAUDE, scene) == (True, "plugin", "")
    assert hooking.plan_install(CLAUDE, scene).is_empty


@pytest.mark.parametrize(("enabled", "how"), [(True, "plugin"), (False, "settings")])
def test_an_installed_plug_in_of_claude_code_counts_while_it_is_enabled(
    scene: Scene, enabled: bool, how: str
) -> None:
    folder = CLAUDE.config(scene.machine)
    copy = plugin_at(folder / "plugins" / "cache" / "m" / "token-tracker" / "0.1.0")
    name = "token-tracker@m"
    listed = {"version": 2, "plugins": {name: [{"scope": "user", "installPath": str(copy)}]}}
    (folder / "plugins" / "installed_plugins.json").write_text(json.dumps(listed), encoding="utf-8")
    settings_of(CLAUDE, scene, json.dumps({"enabledPlugins": {name: enabled}}).encode())

    assert state(CLAUDE, scene) == (enabled, how, "")


def test_hooks_that_claude_code_has_switched_off_are_left_to_the_person(scene: Scene) -> None:
    settings_of(CLAUDE, scene, b'{"disableAllHooks": true}')

    assert state(CLAUDE, scene) == (False, "settings", "disableAllHooks")
    assert hooking.plan_install(CLAUDE, scene).is_empty


def test_a_plug_in_of_codex_has_the_hook_already_and_must_be_approved(scene: Scene) -> None:
    folder = CODEX.config(scene.machine)
    plugin_at(folder / "plugins" / "cache" / "m" / "token-tracker" / "0.1.0")
    (folder / "config.toml").write_text('[plugins."token-tracker@m"]\nenabled = true\n', encoding="utf-8")

    assert state(CODEX, scene) == (True, "plugin", "")
    assert hooking.state_of(CODEX, scene, frozenset()).needs == ("approve-hooks",)


def test_hooks_that_codex_has_switched_off_are_left_to_the_person(scene: Scene) -> None:
    (CODEX.config(scene.machine) / "config.toml").write_text("[features]\nhooks = false\n", encoding="utf-8")

    assert state(CODEX, scene) == (False, "settings", "[features] hooks")


def test_codex_is_approved_by_its_person_and_never_by_us(scene: Scene) -> None:
    config = CODEX.config(scene.machine) / "config.toml"
    config.write_text('model = "m"\n', encoding="utf-8")
    install(CODEX, scene)
    untouched, before = config.read_text("utf-8"), hooking.state_of(CODEX, scene, frozenset()).needs

    key = f"{os.path.realpath(CODEX.settings(scene.machine))}:session_start:0:0"
    config.write_text(f'[hooks.state."{key}"]\ntrusted_hash = "sha256:00"\n', encoding="utf-8")

    assert (untouched, before) == ('model = "m"\n', ("approve-hooks",))
    assert hooking.state_of(CODEX, scene, frozenset()).needs == ()


@pytest.mark.parametrize(
    ("content", "entry"),
    [
        (b"{}", True),
        (b'{"hooks": {"internal": {"entries": {"other": {"enabled": true}}}}}', True),
        (b'{"hooks": {"internal": {"enabled": true, "entries": {"other": {"enabled": true}}}}}', True),
        (b'{"hooks": {"internal": {"enabled": true}}}', False),
        (b'{"hooks": {"internal": {"load": {"extraDirs": ["/x"]}}}}', False),
    ],
)
def test_openclaw_gets_a_named_entry_only_where_that_switches_no_other_hook_off(
    content: bytes, entry: bool, scene: Scene
) -> None:
    path = settings_of(OPENCLAW, scene, content)

    install(OPENCLAW, scene)

    assert (ENTRY in path.read_text("utf-8")) == entry
    folder = OPENCLAW.config(scene.machine) / "hooks" / ENTRY
    launch = {"schema": 1, "argv": list(PROGRAM.start)}
    assert json.loads((folder / "launch.json").read_text("utf-8")) == launch
    assert (folder / "handler.js").read_bytes() == (HOOKS / ENTRY / "handler.js").read_bytes()


def test_an_entry_for_our_hook_that_the_person_wrote_stays(scene: Scene) -> None:
    entry = b'{"enabled": true, "env": {"A": "b"}}'
    content = b'{"hooks": {"internal": {"entries": {"token-tracker-bootstrap": ' + entry + b"}}}}"
    path = settings_of(OPENCLAW, scene, content)

    install(OPENCLAW, scene)
    installed = path.read_bytes()
    uninstall(OPENCLAW, scene)

    assert (installed, path.read_bytes()) == (content, content)


@pytest.mark.parametrize(
    ("content", "setting"),
    [
        (b"{hooks: {internal: {enabled: false}}}", "hooks.internal.enabled"),
        (
            b'{hooks: {internal: {entries: {"token-tracker-bootstrap": {enabled: false}}}}}',
            f"hooks.internal.entries.{ENTRY}.enabled",
        ),
    ],
)
def test_hooks_that_openclaw_has_switched_off_are_left_to_the_person(
    content: bytes, setting: str, scene: Scene
) -> None:
    path = settings_of(OPENCLAW, scene, content)

    assert hooking.state_of(OPENCLAW, scene, frozenset()).switched_off == setting
    assert hooking.plan_install(OPENCLAW, scene).is_empty
    assert path.read_bytes() == content


def test_a_plug_in_of_openclaw_needs_no_folder_but_must_be_chosen(scene: Scene) -> None:
    hook = OPENCLAW.config(scene.machine) / "extensions" / "token-tracker" / "hooks" / ENTRY
    hook.mkdir(parents=True)
    (hook / "HOOK.md").write_bytes(b"")
    settings_of(OPENCLAW, scene, b"{}")

    before = state(OPENCLAW, scene)
    install(OPENCLAW, scene)

    assert (before, state(OPENCLAW, scene)) == ((False, "plugin", ""), (True, "plugin", ""))
    assert not (OPENCLAW.config(scene.machine) / "hooks").exists()


def test_settings_of_openclaw_that_include_others_are_left_to_the_person(scene: Scene) -> None:
    settings_of(OPENCLAW, scene, b'{"hooks": {"$include": "./hooks.json5"}}')

    elsewhere = scene.program._replace(hooks=Path("/li's skills/token-tracker/hooks"))

    with pytest.raises(SettingsError) as raised:
        hooking.plan_install(OPENCLAW, scene._replace(program=elsewhere))

    assert raised.value.code == "host_file_included"
    assert shlex.split(raised.value.facts["command"]) == [
        *("openclaw", "plugins", "install", "/li's skills/token-tracker", "&&"),
        *("openclaw", "config", "set", "hooks.internal.entries.token-tracker-bootstrap.enabled", "true"),
    ]


@pytest.mark.parametrize(
    ("host", "variable"),
    [(CLAUDE, "CLAUDE_CONFIG_DIR"), (CODEX, "CODEX_HOME"), (OPENCLAW, "OPENCLAW_STATE_DIR")],
    ids=lambda value: getattr(value, "id", value),
)
def test_a_folder_that_the_person_chose_may_be_outside_the_home(
    host: Host, variable: str, scene: Scene, tmp_path: Path
) -> None:
    chosen = scene._replace(machine=Machine({variable: str(tmp_path)}, scene.machine.home))

    install(host, chosen)

    assert host.settings(chosen.machine).parent == tmp_path
    assert hooking.state_of(host, chosen, frozenset()).is_installed
