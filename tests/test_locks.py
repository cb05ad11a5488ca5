"""The lock on a file: one holder at a time, free when its holder ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from contextlib import ExitStack
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock
from filelock import Timeout

from token_tracker.locks import POLL_S
from token_tracker.locks import file_lock

ROOT = Path(__file__).resolve().parents[1]
HOLDER = (
    "import sys; from pathlib import Path; from token_tracker.locks import file_lock\n"
    "with file_lock(Path(sys.argv[1]), 0) as held: print(held, flush=True); sys.stdin.read()"
)


def never(seconds: float) -> None:
    raise AssertionError("nothing has to be waited for")


def test_a_free_lock_is_held_at_once_and_its_file_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with file_lock(path, 1, never) as held:
        assert held is True
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_lock_that_stays_taken_is_given_up_after_its_time(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with file_lock(path, 0), file_lock(path, 0, never) as held:
        assert held is False


def test_giving_up_does_not_free_the_lock_of_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with file_lock(path, 0):
        with file_lock(path, 0) as second:
            pass
        with file_lock(path, 0) as third:
            pass
    assert (second, third) == (False, False)


def test_a_lock_is_free_again_when_its_block_ends_also_by_an_error(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(KeyError), file_lock(path, 0):
        raise KeyError
    with file_lock(path, 0, never) as held:
        assert held is True


def test_a_lock_that_becomes_free_while_waiting_is_held(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waited: list[float] = []
    with ExitStack() as holder:
        holder.enter_context(file_lock(path, 0))

        def wait(seconds: float) -> None:
            waited.append(seconds)
            holder.close()

        with file_lock(path, 60, wait) as held:
            assert (held, waited) == (True, [POLL_S])


def test_waiting_ends_at_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    now = [100.0]
    monkeypatch.setattr("token_tracker.locks.time.monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += 0.5

    with file_lock(path, 0), file_lock(path, 1.0, wait) as held:
        assert (held, now) == (False, [101.0])


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"True\n"
        with file_lock(path, 0) as before:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    with file_lock(path, 0, never) as after:
        assert (before, after) == (False, True)


def test_a_lock_that_cannot_be_made_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), file_lock(tmp_path / "missing" / "lock", 0):
        pass


@pytest.mark.parametrize(
    ("holder", "asker"),
    [
        ("from token_tracker.locks import file_lock as lock", "filelock"),
        ("from filelock import FileLock as lock", "ours"),
        ("from token_tracker.files import take_lock", "filelock"),
    ],
    ids=["ours, then filelock", "filelock, then ours", "the quick path's, then filelock"],
)
def test_the_quick_path_and_filelock_keep_each_other_out_across_processes(
    tmp_path: Path, holder: str, asker: str
) -> None:
    path = tmp_path / ".lock"
    takes = (
        "held = take_lock(path)" if "take_lock" in holder else "context = lock(path, 0); context.__enter__()"
    )
    program = (
        f"import sys; {holder}\npath = sys.argv[1]; {takes}\nprint('held', flush=True); sys.stdin.read()"
    )
    asks = {"ours": _is_free_for_us, "filelock": _is_free_for_filelock}[asker]
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        during = asks(path)
        process.send_signal(signal.SIGKILL)
        process.wait()

    assert (during, asks(path)) == (False, True)


def _is_free_for_us(path: Path) -> bool:
    with file_lock(path, 0, never) as held:
        return held


def _is_free_for_filelock(path: Path) -> bool:
    lock = FileLock(path)
    with suppress(Timeout):
        lock.acquire(timeout=0)
    is_free = lock.is_locked
    lock.release(force=True)
    return is_free
