"""A program in a terminal: what its screen shows, and keys typed into it.

tmux draws the screen, so that the text is what a person would read. Every terminal has a server
of its own, which ends with it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

from .waiting import POLL_S
from .waiting import WAIT_S
from .waiting import wait_until

KEY_S = 0.3
"""Between a text and the Enter after it: programs take what comes at once for a paste."""


class Screen:
    """One terminal; `text` has everything it showed, also what has scrolled away."""

    def __init__(self, server: Sequence[str]) -> None:
        self._server = list(server)

    @property
    def text(self) -> str:
        """Give the text, with wrapped lines joined."""
        return self._tmux("capture-pane", "-p", "-J", "-S", "-")

    @property
    def is_over(self) -> bool:
        """Say whether the program has ended."""
        return self._tmux("display-message", "-p", "#{pane_dead}").strip() == "1"

    def wait_for(self, sign: str, *, times: int = 1, within_s: float = WAIT_S) -> str:
        """Wait until the screen has shown a text so many times; give all of the screen.

        Raises:
            TimeoutError: it did not; the message has the screen.
        """
        wait_until(
            lambda: self.text.count(sign) >= times,
            lambda: f"the screen does not show {sign!r} {times} times:\n{self.text}",
            within_s,
        )
        return self.text

    def wait_for_end(self, *, within_s: float = WAIT_S) -> str:
        """Wait until the program has ended; give all of the screen.

        Raises:
            TimeoutError: it still runs; the message has the screen.
        """
        wait_until(lambda: self.is_over, lambda: f"the program does not end:\n{self.text}", within_s)
        return self.text

    def settle(self, *, quiet_s: float = 1.5, within_s: float = WAIT_S) -> str:
        """Wait until the screen has not changed for a while, to see that something is not there."""
        deadline = time.monotonic() + within_s
        shown, since = self.text, time.monotonic()
        while time.monotonic() - since < quiet_s and time.monotonic() < deadline:
            time.sleep(POLL_S)
            if (now := self.text) != shown:
                shown, since = now, time.monotonic()
        return shown

    def type(self, words: str) -> None:
        """Type a text and press Enter."""
        self._tmux("send-keys", "-l", words)
        time.sleep(KEY_S)
        self.press("Enter")

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: Enter, Escape, C-c, Down."""
        self._tmux("send-keys", *keys)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run([*self._server, *words], check=True, capture_output=True, encoding="utf-8")
        return done.stdout


@contextmanager
def terminal(
    words: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str],
    *,
    columns: int = 160,
    lines: int = 60,
) -> Iterator[Screen]:
    """Run a program in a terminal of its own until the block ends, in exactly this environment."""
    # The path of a socket has few characters, so it is not below a test's own folder.
    place = Path(tempfile.mkdtemp(prefix="tt-screen-"))
    settings = place / "tmux.conf"
    settings.write_text("set -g remain-on-exit on\nset -g history-limit 20000\nset -g status off\n")
    server = ["tmux", "-u", "-S", str(place / "socket"), "-f", str(settings)]
    size = ["-x", str(columns), "-y", str(lines)]
    clean = [
        "env",
        "-i",
        *(f"{name}={value}" for name, value in {**environment, "TERM": "screen-256color"}.items()),
    ]
    start = [*server, "new-session", "-d", *size, "-c", str(folder), *clean, *map(str, words)]
    subprocess.run(start, check=True, capture_output=True, env={**environment, "TERM": "xterm-256color"})
    try:
        yield Screen(server)
    finally:
        subprocess.run([*server, "kill-server"], check=False, capture_output=True)
        shutil.rmtree(place, ignore_errors=True)
