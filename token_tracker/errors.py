"""Every error that a user can meet, with the exit code it ends the command with.

    TrackerError
    ├── CommandLineError        2   the command line cannot be understood
    ├── SettingsError           3   a file of the home is invalid
    ├── CredentialError         4   a key is missing, unsafe or refused
    ├── ProviderError           5   a provider refused, limited or does not offer it
    │   └── AnswerError         5   a provider answered with an HTTP status that is no success
    ├── NetworkError            6   a provider cannot be reached
    ├── LedgerDamagedError      7   the ledger cannot be trusted
    │   └── LedgerNewerError    7   the ledger was made by a newer version
    ├── LedgerBusyError         8   another process holds the ledger
    ├── StorageError            9   full, read-only, or without rights
    └── SetupError             12   the environment cannot be built

An error holds a code and named facts, no sentence: `render/en` and `render/zh` turn the
code into what failed, why, and how to fix it, in the user's language.
"""

from __future__ import annotations

from typing import ClassVar

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_WARNING = 10
EXIT_EXCEEDED = 11
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class TrackerError(Exception):
    """An error with a text in the user's language; `code` names the text."""

    exit_code: ClassVar[int] = EXIT_BUG

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class CommandLineError(TrackerError):
    """The command line cannot be understood, or names what does not exist."""

    exit_code = 2


class SettingsError(TrackerError):
    """A file of the home is invalid; it was not changed."""

    exit_code = 3


class CredentialError(TrackerError):
    """A credential is missing, open to others, or refused."""

    exit_code = 4


class ProviderError(TrackerError):
    """A provider refused, limited or does not offer what was asked."""

    exit_code = 5


class AnswerError(ProviderError):
    """A provider answered with a status that is no success; its layer above says what that means.

    `status`: of HTTP. `vendor_code`, `vendor_message`: of the answer's error, "" where it has
    none; scrubbed of secrets, cut, and for looking at: never shown as they are.
    """

    def __init__(self, status: int, vendor_code: str = "", vendor_message: str = "", **facts: str) -> None:
        super().__init__("provider_answered", status=str(status), **facts)
        self.status = status
        self.vendor_code = vendor_code
        self.vendor_message = vendor_message


class NetworkError(TrackerError):
    """A provider cannot be reached."""

    exit_code = 6


class LedgerDamagedError(TrackerError):
    """The ledger cannot be trusted; it was not changed."""

    exit_code = 7


class LedgerNewerError(LedgerDamagedError):
    """The ledger was written by a newer version that this one cannot read."""


class LedgerBusyError(TrackerError):
    """Another process holds the ledger for longer than we wait."""

    exit_code = 8


class StorageError(TrackerError):
    """The disk is full, read-only, or refuses us."""

    exit_code = 9


class SetupError(TrackerError):
    """The environment of the program cannot be built."""

    exit_code = 12
