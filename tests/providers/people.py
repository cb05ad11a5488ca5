"""Someone with a home of their own who runs commands as processes, and what their ledger keeps."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager
from contextlib import nullcontext
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from typing import NamedTuple

from cli.answers import Answer
from fake_providers import FakeProviders
from provider_cases import provider_of
from token_tracker.provider_keys import Credential
from token_tracker.provider_settings import ProviderEntry
from token_tracker.provider_settings import change_providers

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 100

UNIT = "provider, account, report, day, reach, is_whole, has_money"
LINE = "model, item, amount, currency, hour, project"
USED = "model, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, requests, hour, project"


class Configured(NamedTuple):
    """How a provider is configured at the fake: its key, the kind of it, and its real address."""

    key: str
    kind: str
    address: str
    region: str = ""


SECRET = "4Tests0nly6Invented9Key"

PROVIDERS = {
    "openai": Configured("sk-admin-" + SECRET, "admin", "https://api.openai.com/v1"),
    "anthropic": Configured("sk-ant-admin01-" + SECRET, "admin", "https://api.anthropic.com"),
    "openrouter": Configured("sk-or-v1-" + SECRET, "management", "https://openrouter.ai/api/v1"),
    "deepseek": Configured("sk-" + SECRET + "-deepseek", "", "https://api.deepseek.com"),
    "kimi": Configured("sk-" + SECRET + "-kimi", "", "https://api.moonshot.cn/v1", "cn"),
    "minimax": Configured("sk-api-" + SECRET, "", "https://api.minimax.io", "intl"),
    "litellm": Configured("sk-" + SECRET + "-litellm", "admin", "http://localhost:4000"),
}
WITH_BILLS = ("openai", "anthropic", "openrouter", "litellm")


@dataclass
class Person:
    """Someone.

    `home`: of the account on the machine; the tracker's own is in it. `fake`: their providers, whose
    clock is theirs. `command_lines`: of what they ran while `is_watched` and what that started, as
    others could see them.
    """

    home: Path
    fake: FakeProviders
    is_watched: bool = False
    command_lines: set[str] = field(default_factory=set)

    @property
    def tracker(self) -> Path:
        """The directory that holds everything that is kept."""
        return self.home / ".token-tracker"

    def runs(self, *words: str, typed: str = "", **environ: str) -> Answer:
        """Run a command to its end; `typed` is its standard input."""
        with self.starts(*words, **environ) as process, self._watched(process.pid):
            out, err = process.communicate(typed, timeout=LONGEST_S)
        return Answer(process.returncode, out, err)

    def starts(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Start a command and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "token_tracker", *words],
            cwd=self.home,
            env={**self._environment(), **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def configures(self, *names: str) -> None:
        """Give the fake's vendors and the tracker the keys of providers, as `configure-provider` would."""
        entries = {name: self._entry(name) for name in names}
        for name in names:
            getattr(self.fake, name).accept(PROVIDERS[name].key, PROVIDERS[name].kind)
        change_providers(self.tracker, lambda there: replace(there, entries={**there.entries, **entries}))

    def moves(self, name: str, base_url: str) -> None:
        """Have a provider asked at another address."""
        change_providers(
            self.tracker,
            lambda there: replace(
                there, entries={**there.entries, name: replace(there.entry(name), base_url=base_url)}
            ),
        )

    def waits(self, **how_long: float) -> None:
        """Let time pass, for the program and its providers alike."""
        self.fake.now += timedelta(**how_long)

    def kept(self) -> dict[str, list[Any]]:
        """Give what the ledger keeps of bills, without moments of fetching and in one order."""
        return {
            unit: [
                *_rows(
                    self.tracker, f"SELECT {LINE} FROM billed_record WHERE unit = {number} ORDER BY {LINE}"
                ),
                *_rows(
                    self.tracker, f"SELECT {USED} FROM reported_usage WHERE unit = {number} ORDER BY {USED}"
                ),
            ]
            for number, *columns in _rows(self.tracker, f"SELECT id, {UNIT} FROM bill_unit ORDER BY {UNIT}")
            for unit in [repr(columns)]
        }

    def kept_bytes(self, provider: str) -> list[list[Any]]:
        """Give every column of what the ledger keeps of a provider's bill."""
        units = f"SELECT id FROM bill_unit WHERE provider = '{provider}'"
        return [
            _rows(self.tracker, f"SELECT * FROM bill_unit WHERE provider = '{provider}' ORDER BY id"),
            _rows(
                self.tracker, f"SELECT * FROM billed_record WHERE unit IN ({units}) ORDER BY unit, position"
            ),
            _rows(
                self.tracker, f"SELECT * FROM reported_usage WHERE unit IN ({units}) ORDER BY unit, position"
            ),
        ]

    def _watched(self, pid: int) -> AbstractContextManager[None]:
        return watched(pid, self.command_lines) if self.is_watched else nullcontext()

    def _entry(self, name: str) -> ProviderEntry:
        known = PROVIDERS[name]
        return ProviderEntry(
            name,
            credential=Credential(key=known.key),
            region=known.region,
            base_url=self.fake.at(known.address),
            key_kind=provider_of(name).key_kind(known.key) or known.kind,
            last_four=known.key[-4:],
        )

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TOKEN_TRACKER_NOW": self.fake.now.isoformat(),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }


def _rows(tracker: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(f"file:{tracker / 'ledger.db'}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@contextmanager
def watched(pid: int, seen: set[str]) -> Iterator[None]:
    """Collect the command lines of a process and of all that it starts, while something runs."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            seen.update(_command_lines(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _command_lines(pid: int) -> Iterator[str]:
    """Give the command lines of a process and what it started, as far as the system shows them."""
    family = {pid}
    numbers = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    for number in sorted(number for number in numbers if number >= pid):
        try:
            told = Path(f"/proc/{number}/stat").read_text()
            line = Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if number == pid or int(told.rpartition(")")[2].split()[1]) in family:
            family.add(number)
            yield line.replace(b"\0", b" ").decode("utf-8", "replace")
