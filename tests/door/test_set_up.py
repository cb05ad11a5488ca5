"""The first start: building, waiting for another builder, being killed, and every way to fail."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import zipfile
from pathlib import Path

import pytest
import uv

from door.stub_checkout import Checkout
from door.stub_checkout import make_checkout
from door.stub_checkout import make_program

BUILDING = "Setting up token-tracker once (about 15 s)…\n"
WAITING = "Another token-tracker is setting up; waiting for it…\n"


def test_the_first_start_builds_and_the_second_says_nothing(fresh: Checkout) -> None:
    before = fresh.content()

    first = fresh.run(
        "summary", PIP_TARGET=str(fresh.cache / "elsewhere"), PIP_USER="1", PIP_REQUIRE_VIRTUALENV="1"
    )
    second = fresh.run("summary")

    assert (first.returncode, first.stderr) == (0, BUILDING)
    assert (second.returncode, second.stderr) == (0, "")
    (name,) = fresh.environments()
    assert json.loads(second.stdout)["tinydep"].startswith(str(fresh.cache / name))
    assert list((fresh.cache / name).rglob("tinydep.*.pyc")) != []
    assert list((fresh.cache / name).rglob("tinyfast.py")) != []
    assert fresh.content() == before


@pytest.mark.parametrize("processes", [2, 8])
def test_one_of_several_first_starts_builds_and_the_others_wait(fresh: Checkout, processes: int) -> None:
    started = [fresh.start("summary") for _ in range(processes)]
    ended = [(*process.communicate(timeout=110), process.returncode) for process in started]

    assert [code for _, _, code in ended] == [0] * processes
    assert sorted(error for _, error, _ in ended if error != WAITING) == sorted(
        [BUILDING] + [""] * (sum(error == "" for _, error, _ in ended))
    )
    assert len(fresh.environments()) == 1


def test_a_killed_build_leaves_nothing_that_the_next_start_would_use(
    tmp_path: Path, wheels: Path, bare_python: Path
) -> None:
    checkout = make_checkout(tmp_path / "token-tracker", wheels, tmp_path / "cache")
    python = str(bare_python / "bin" / "python3")
    stuck = hanging_uv(tmp_path)
    process = checkout.start("summary", python=python, PATH=str(tmp_path / "bin"))
    stuck.read_text()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (left_over,) = checkout.environments()

    ended = checkout.run("summary", python=python, PATH=str(Path(uv.find_uv_bin()).parent))

    assert left_over.startswith(".venv-")
    assert (ended.returncode, ended.stderr) == (0, BUILDING)
    assert [name.split("-")[0] for name in checkout.environments()] == ["venv"]


def test_interrupting_the_build_removes_it_and_exits_130(
    tmp_path: Path, wheels: Path, bare_python: Path
) -> None:
    checkout = make_checkout(tmp_path / "token-tracker", wheels, tmp_path / "cache")
    stuck = hanging_uv(tmp_path)
    process = checkout.start(
        "summary", python=str(bare_python / "bin" / "python3"), PATH=str(tmp_path / "bin")
    )
    stuck.read_text()
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=60)

    assert process.returncode == 130
    assert error == BUILDING + (
        "Setting up token-tracker was interrupted. Nothing was left half done. Run the same command again.\n"
    )
    assert checkout.environments() == []


def hanging_uv(tmp_path: Path) -> Path:
    """Make a uv that hangs; reading the pipe it gives waits until it was called."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    make_program(tmp_path / "bin" / "uv", f"echo called > '{pipe}'\nexec /bin/sleep 100")
    return pipe


def test_without_ensurepip_uv_builds(tmp_path: Path, wheels: Path, bare_python: Path) -> None:
    checkout = make_checkout(tmp_path / "token-tracker", wheels, tmp_path / "cache")

    ended = checkout.run(
        "summary", python=str(bare_python / "bin" / "python3"), PATH=str(Path(uv.find_uv_bin()).parent)
    )

    assert (ended.returncode, ended.stderr) == (0, BUILDING)
    assert list(checkout.cache.rglob("tinydep.*.pyc")) != []


def test_without_ensurepip_and_uv_pip_installs_into_a_folder(
    tmp_path: Path, wheels: Path, bare_python: Path
) -> None:
    checkout = make_checkout(tmp_path / "token-tracker", wheels, tmp_path / "cache")
    packages = tmp_path / "pip of the person"
    packages.mkdir()
    (packages / "pip").symlink_to(Path(pip_of_this_python()))

    ended = checkout.run("summary", python=str(bare_python / "bin" / "python3"), PYTHONPATH=str(packages))

    assert (ended.returncode, ended.stderr) == (0, BUILDING)
    assert list(checkout.cache.rglob("tinydep.*.pyc")) != []


def pip_of_this_python() -> str:
    """Unpack the pip that ensurepip carries; give its folder."""
    from _door import building

    place = Path(os.environ["HOME"]) / "pip"
    with zipfile.ZipFile(building.bundled_pip()) as wheel:
        wheel.extractall(place)
    return str(place / "pip")


@pytest.mark.parametrize(
    ("path", "command"), [("apt-get", "sudo apt-get install python3-venv"), ("other", "python3 -m ensurepip")]
)
def test_without_any_installer_the_command_to_run_is_named(
    fresh: Checkout, tmp_path: Path, bare_python: Path, path: str, command: str
) -> None:
    make_program(tmp_path / "bin" / path, "exit 1")

    ended = fresh.run("summary", python=str(bare_python / "bin" / "python3"), PATH=str(tmp_path / "bin"))

    assert ended.returncode == 12
    assert ended.stderr == BUILDING + (
        "The private environment of token-tracker cannot be built."
        " This Python has neither ensurepip nor pip, and uv is not on PATH."
        f" Run `{command}`, then the same command again.\n"
    )
    assert fresh.environments() == []


def test_a_native_package_without_a_wheel_is_left_out(fresh: Checkout) -> None:
    lock = fresh.root / "requirements-fast.lock"
    lock.write_text(lock.read_text().replace("tinyfast", "absent"))

    ended = fresh.run("summary")

    assert (ended.returncode, ended.stderr) == (0, BUILDING)


def test_without_network_one_line_says_what_to_do(fresh: Checkout) -> None:
    del fresh.environ["PIP_NO_INDEX"]
    (fresh.root / "requirements.lock").write_text("absent==1.0 --hash=sha256:" + "0" * 64)

    ended = fresh.run("summary", PIP_INDEX_URL="http://127.0.0.1:9/simple")

    assert ended.returncode == 12
    assert ended.stderr == BUILDING + (
        "The packages that token-tracker needs could not be downloaded."
        f" The package index cannot be reached ({fresh.cache / 'setup.log'} has the details)."
        " Check the network or your package index (pip.conf, PIP_INDEX_URL), then run the same command again;"
        f" in a sandbox, run it once outside: `python3 {fresh.door} version`.\n"
    )
    assert fresh.environments() == []


def test_a_package_that_differs_from_the_lock_is_refused(fresh: Checkout) -> None:
    (fresh.root / "requirements.lock").write_text("tinydep==1.0 --hash=sha256:" + "0" * 64)

    ended = fresh.run("summary", "--json", TOKEN_TRACKER_LANG="zh")

    error = json.loads(ended.stdout)["error"]
    assert ended.returncode == 12
    assert (error["code"], error["what"]) == (
        "wrong_hash",
        "下载到的软件包与 token-tracker 测试过的不一致，因此没有安装任何内容。",
    )
    assert fresh.environments() == []


def test_a_cache_that_cannot_be_written_is_named(fresh: Checkout) -> None:
    fresh.cache.write_text("a file, where a folder should be")

    ended = fresh.run("summary", "--json")

    assert ended.returncode == 12
    assert json.loads(ended.stdout) == {
        "schema": 1,
        "error": {
            "code": "cache_not_writable",
            "what": "The private environment of token-tracker cannot be built.",
            "why": f"{fresh.cache} cannot be written (File exists).",
            "fix": (
                "Name a writable folder in TOKEN_TRACKER_CACHE;"
                f" in a sandbox, run once outside: `python3 {fresh.door} version`."
            ),
        },
    }


def test_without_a_writable_cache_packages_that_are_there_will_do(fresh: Checkout, tmp_path: Path) -> None:
    fresh.cache.write_text("a file, where a folder should be")
    for wheel in fresh.wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path / "packages")
    before = fresh.content()

    facts = fresh.facts("summary", PYTHONPATH=str(tmp_path / "packages"))

    assert facts["tinydep"] == str(tmp_path / "packages" / "tinydep.py")
    assert fresh.content() == before


def test_packages_of_others_that_lack_something_are_no_folder_to_delete(
    fresh: Checkout, tmp_path: Path
) -> None:
    fresh.cache.write_text("a file, where a folder should be")
    for wheel in fresh.wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path / "packages")
    (tmp_path / "packages" / "tinydep.py").write_text("from html import nothing_of_this_name")

    ended = fresh.run("summary", "--json", PYTHONPATH=str(tmp_path / "packages"))

    assert ended.returncode == 12
    assert json.loads(ended.stdout)["error"] == {
        "code": "packages_incomplete",
        "what": "token-tracker has no private environment.",
        "why": f"The packages in {sys.base_prefix} are used instead; html is missing there, or too old.",
        "fix": "Name a writable folder in TOKEN_TRACKER_CACHE, then run the same command again.",
    }


def test_a_read_only_cache_with_an_environment_works(copied: Checkout) -> None:
    shutil.rmtree(copied.cache / "bytecode")
    (copied.cache / "bytecode").write_text("a file, so that no bytecode can be kept")
    before = copied.content()

    copied.facts("summary")

    assert copied.content() == before
