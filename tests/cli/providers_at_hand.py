"""What the tests of the commands about providers share: keys that the fake knows, and where it listens."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import NamedTuple

from cli.answers import Ask
from fake_providers import FakeProviders

ROOT = Path(__file__).resolve().parents[2]
ADMIN = "sk-admin-canaryKey7f3a91c2"
OTHER_ADMIN = "sk-admin-canaryKey7f3a5555"
PROJECT = "sk-proj-canaryKey7f3a91c2"
STRANGER = "sk-admin-canaryKey7f3aNobody"
CANARY = "canaryKey7f3a"
"""Part of every key here: no answer, log, trace or argument may hold it."""

OPENAI = "https://api.openai.com/v1"


def openai(fake: FakeProviders) -> str:
    """Give the address of a fake OpenAI that knows the keys above."""
    fake.openai.accept(ADMIN)
    fake.openai.accept(OTHER_ADMIN)
    fake.openai.accept(PROJECT)
    return fake.at(OPENAI)


def configure_openai(ask: Ask, fake: FakeProviders) -> None:
    """Configure OpenAI, at the fake's address, with an admin key."""
    answer = ask("configure-provider", "--name", "openai", "--api-key", ADMIN, "--base-url", openai(fake))
    assert answer.exit_code == 0, answer.err


def configured(home: Path) -> dict[str, Any]:
    """Give the providers as `providers.json` has them; none without the file."""
    path = home / "providers.json"
    return dict(json.loads(path.read_bytes())["providers"]) if path.exists() else {}


class Ended(NamedTuple):
    """How a process ended, and what it printed."""

    exit_code: int
    out: str
    err: str


def process(*words: str, given: str = "", **more: str) -> Ended:
    """Run the program as a process of its own; `given`: what it reads; `more`: variables."""
    command = [sys.executable, "-m", "token_tracker", *words]
    environ = {**os.environ, **more}
    done = subprocess.run(command, cwd=ROOT, env=environ, input=given, capture_output=True, text=True)
    return Ended(done.returncode, done.stdout, done.stderr)


TAKES_THE_TERMINAL = """
import os, sys
os.open(os.ttyname(0), os.O_RDWR)
os.execv(sys.executable, [sys.executable, "-m", "token_tracker", *sys.argv[1:]])
"""
"""A session's first process that opens a terminal gets it as its own, as a hidden prompt needs one."""


class Conversation(NamedTuple):
    """What a program on a terminal printed, and how it ended."""

    exit_code: int
    seen: str


def on_a_terminal(words: list[str], answers: Mapping[str, str], timeout_s: float = 60) -> Conversation:
    """Run the program on a terminal; `answers`: what is typed, by the text that asks for it, in order."""
    terminal, other_end = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-c", TAKES_THE_TERMINAL, *words],
        cwd=ROOT,
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        start_new_session=True,
    )
    os.close(other_end)
    seen = b""
    waiting = list(answers.items())
    while select.select([terminal], [], [], timeout_s)[0]:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        seen += piece
        if waiting and waiting[0][0].encode() in seen:
            os.write(terminal, waiting.pop(0)[1].encode() + b"\n")
    os.close(terminal)
    return Conversation(started.wait(timeout_s), seen.decode("utf-8", "replace").replace("\r\n", "\n"))
