"""Where a provider's key is, and how it is got from there when it is needed.

Nothing here writes `providers.json` (`provider_settings.py` does) or talks to a provider. No
error names a key, nor anything that somebody may have typed in place of one.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from importlib import import_module
from threading import Thread
from typing import IO
from typing import Any
from typing import Final

from token_tracker import programs
from token_tracker.errors import CredentialError

LONGEST_KEY: Final = 4096
SHOWN_FROM: Final = 20
"""How long a key must be for its last four characters to be shown."""

COMMAND_S: Final = 5.0
COMMAND_BYTES: Final = 64 << 10
VARIABLE_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,127}")

_VISIBLE: Final = re.compile(r"[!-~]+")
_PLACEHOLDER: Final = re.compile(
    r"^[$<{]|[>}]$|\.\.\.|(.)\1{5,}|your[-_ ]?(api|key|secret|admin|token)|placeholder"
    r"|change[-_]?me|replace[-_]?me|api[-_]?key[-_]?here|^(sk-)?(example|api[-_]?key)$",
    re.IGNORECASE,
)
_LOWEST_KEYRING: Final = 1


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a key is; exactly one is set.

    `key`: the key itself. `variable`: an environment variable that holds it. `command`: a
    program with its arguments that prints it. `keyring`: the service under which the
    system's keyring holds it.
    """

    key: str = field(default="", repr=False)
    variable: str = ""
    command: tuple[str, ...] = field(default=(), repr=False)
    keyring: str = ""

    @property
    def kind(self) -> str:
        """Name the place: "file", "variable", "command" or "keyring"."""
        if self.variable:
            return "variable"
        if self.command:
            return "command"
        return "keyring" if self.keyring else "file"


def read_key(credential: Credential, provider: str, environ: Mapping[str, str]) -> str:
    """Get a key from where it is; a command is run for it.

    Raises:
        CredentialError: it is not there, or cannot be one.
    """
    if credential.variable:
        key = environ.get(credential.variable, "")
        if not key.strip():
            raise CredentialError("key_variable_unset", provider=provider, variable=credential.variable)
        return usable_key(key, provider)
    if credential.command:
        return usable_key(_printed_by(credential.command, provider), provider)
    if credential.keyring:
        found = _asked("get_password", provider, credential.keyring, provider)
        if not found:
            raise CredentialError("key_not_in_keyring", provider=provider)
        return usable_key(str(found), provider)
    return usable_key(credential.key, provider)


def usable_key(text: str, provider: str) -> str:
    """Give a key without the blanks around it.

    Raises:
        CredentialError: it is empty, holds what no key holds, or stands for one.
    """
    key = text.strip()
    if not key:
        raise CredentialError("key_empty", provider=provider)
    if len(key) > LONGEST_KEY or not _VISIBLE.fullmatch(key):
        raise CredentialError("key_malformed", provider=provider)
    if _PLACEHOLDER.search(key):
        raise CredentialError("key_placeholder", provider=provider)
    return key


def last_four(key: str) -> str:
    """Give what may be shown of a key; nothing of a short one.

    >>> last_four("sk-admin-0123456789abcdef"), last_four("sk-1234")
    ('cdef', '')
    """
    return key[-4:] if len(key) >= SHOWN_FROM else ""


def put_into_keyring(service: str, provider: str, key: str) -> None:
    """Keep a key in the system's keyring.

    Raises:
        CredentialError: there is no package `keyring`, no store behind it that protects a key,
            or it refuses.
    """
    _asked("set_password", provider, service, provider, key)


def remove_from_keyring(service: str, provider: str) -> None:
    """Remove a key from the system's keyring.

    Raises:
        CredentialError: as in `put_into_keyring`, or it is not there.
    """
    _asked("delete_password", provider, service, provider)


def _asked(question: str, provider: str, *arguments: str) -> Any:
    try:
        keyring = import_module("keyring")
    except ImportError:
        raise CredentialError("keyring_missing", provider=provider) from None
    # Without a store the package gives one of priority 0 that fails; files in clear have 0.5.
    # Source: keyring 25.7 on PyPI, backends/fail.py, backends/null.py, checked 2026-11-22.
    if keyring.get_keyring().priority < _LOWEST_KEYRING:
        raise CredentialError("keyring_unusable", provider=provider)
    try:
        return getattr(keyring, question)(*arguments)
    except Exception:  # noqa: BLE001 - every store has errors of its own; their text is theirs
        raise CredentialError("keyring_failed", provider=provider) from None


def _printed_by(command: Sequence[str], provider: str) -> str:
    """Give the first line that a program prints; it may print no more than a little, and not take long."""
    # A group of its own, so that what it started ends with it; its terminal stays, for passwords.
    group: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}
    try:
        process = programs.started(command, stdout=programs.PIPE, **group)
    except (OSError, ValueError):  # its message names the program, which may be a key in the wrong place
        raise CredentialError("key_command_not_started", provider=provider) from None
    assert process.stdout is not None
    printed: list[bytes] = []
    reader = Thread(target=_read, args=(process.stdout, printed), daemon=True)
    reader.start()
    deadline = time.monotonic() + COMMAND_S
    try:
        reader.join(COMMAND_S)
        if reader.is_alive():
            raise CredentialError("key_command_slow", provider=provider, seconds=f"{COMMAND_S:.0f}")
        if len(printed[0]) > COMMAND_BYTES:
            raise CredentialError("key_command_too_long", provider=provider)
        status = process.wait(max(0.0, deadline - time.monotonic()))
    except programs.TimeoutExpired:
        raise CredentialError("key_command_slow", provider=provider, seconds=f"{COMMAND_S:.0f}") from None
    finally:
        _end(process)
    if status != 0:
        raise CredentialError("key_command_failed", provider=provider, status=str(status))
    return printed[0].decode("utf-8", "replace").strip().partition("\n")[0]


def _read(out: IO[bytes], printed: list[bytes]) -> None:
    """Read what is printed, up to one byte too many; a thread can wait for that on every system."""
    with out:
        printed.append(out.read(COMMAND_BYTES + 1))


def _end(process: programs.Running) -> None:
    """End a program that has not ended, on POSIX with what it started; a good one may leave an agent."""
    if process.returncode is not None:
        return
    if os.name == "posix":
        from signal import SIGKILL

        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, SIGKILL)
    else:  # pragma: no cover - not run here
        process.kill()
    process.wait()
