"""What errors about the home, the ledger and files say in English, as in `en/errors.py`."""

from __future__ import annotations

from token_tracker.render.en.odd_files import odd_kind
from token_tracker.render.words import ErrorText


def home_unknown() -> ErrorText:
    """Nothing tells where the person's home is."""
    return ErrorText(
        "It is not known where to keep the ledger.",
        "HOME is not set, and the system knows no home directory for this user.",
        "Set HOME, or TOKEN_TRACKER_HOME to a directory of your own.",
    )


def home_not_a_directory(*, path: str) -> ErrorText:
    """A file has the name of the home."""
    return ErrorText(
        f"{path} cannot hold the ledger.",
        "It is a file, not a directory.",
        "Move that file away, or set TOKEN_TRACKER_HOME to a directory.",
    )


def file_unusable(*, path: str, reason: str) -> ErrorText:
    """The system refuses a file that was named."""
    return ErrorText(
        f"{path} cannot be used.",
        f"The system says: {reason}.",
        "Name another file, or correct the rights of its directory.",
    )


def file_odd(*, path: str, kind: str) -> ErrorText:
    """A folder, pipe or link to nowhere has the name of a file of ours."""
    return ErrorText(f"{path} cannot be used.", *odd_kind(kind=kind))


def environment_damaged(*, package: str, cache: str) -> ErrorText:
    """A library, or a part of one, is missing from the private environment."""
    return ErrorText(
        "The private environment of token-tracker is damaged.",
        f"The package {package} is missing from it, or a part of it.",
        f"Delete the folder in {cache} that begins with venv-, then run any command: it is built again.",
    )


def home_unusable(*, path: str, reason: str) -> ErrorText:
    """The system refuses the home."""
    return ErrorText(
        f"{path} cannot be used.",
        f"The system says: {reason}.",
        "Correct the directory's rights, or set TOKEN_TRACKER_HOME to another directory.",
    )


def ledger_empty(*, path: str) -> ErrorText:
    """The ledger has no bytes."""
    return ErrorText(
        f"The ledger {path} is empty.",
        "The file has 0 bytes, so its contents were lost; this does not mean zero usage.",
        "Run `token-tracker restore <backup>`, or move the file away and read the logs again.",
    )


def ledger_foreign(*, path: str) -> ErrorText:
    """Another program's database."""
    return ErrorText(
        f"{path} is not a ledger of token-tracker.",
        "It is a database that another program made.",
        "Move it away, or set TOKEN_TRACKER_HOME to another directory.",
    )


def ledger_malformed(*, path: str, reason: str) -> ErrorText:
    """The database is damaged."""
    return ErrorText(
        f"The ledger {path} is damaged.",
        f"The database says: {reason}.",
        "Run `token-tracker restore <backup>`, or move the file away and read the logs again.",
    )


def ledger_cut_off(*, path: str) -> ErrorText:
    """The end of the database is missing."""
    return ErrorText(
        f"The ledger {path} is damaged.",
        "The end of the file is missing: it is shorter than it says itself.",
        "Run `token-tracker restore <backup>`, or move the file away and read the logs again.",
    )


def ledger_newer(*, path: str, version: str, known: str) -> ErrorText:
    """A newer version wrote it in a way that we cannot read."""
    return ErrorText(
        f"The ledger {path} cannot be read by this version.",
        f"It has version {version}; this token-tracker reads up to {known}.",
        "Update token-tracker.",
    )


def ledger_busy(*, path: str) -> ErrorText:
    """Another process holds it."""
    return ErrorText(
        "The ledger is in use.",
        f"Another token-tracker holds {path}.",
        "Try again in a minute.",
    )


def disk_full(*, path: str) -> ErrorText:
    """No room to write."""
    return ErrorText(
        f"{path} could not be written.",
        "The disk is full. What was recorded before is whole.",
        "Free some space and run the command again.",
    )


def ledger_read_only(*, path: str) -> ErrorText:
    """Writing was asked for and is not possible."""
    return ErrorText(
        f"{path} cannot be written.",
        "The file, its directory or its disk is read-only for this user.",
        "Correct its rights, or set TOKEN_TRACKER_HOME to a directory that can be written.",
    )


def ledger_io(*, path: str, reason: str) -> ErrorText:
    """The disk failed."""
    return ErrorText(
        f"{path} could not be read or written.",
        f"The disk reports: {reason}.",
        "Check the disk, then run `token-tracker verify`.",
    )


def ledger_unreadable(*, path: str) -> ErrorText:
    """No right to read it."""
    return ErrorText(
        f"The ledger {path} cannot be read.",
        "This user has no right to read it.",
        "Run the command as its owner, or correct the file's rights.",
    )


def target_exists(*, path: str) -> ErrorText:
    """A file that would be replaced."""
    return ErrorText(
        f"{path} already exists.",
        "It was not replaced, so that nothing is lost by mistake.",
        "Choose another name, or add `--force` to replace it.",
    )


def backup_invalid(*, path: str, reason: str) -> ErrorText:
    """A file that is no sound backup."""
    return ErrorText(
        f"{path} cannot be restored.",
        f"It is not a whole backup of token-tracker: {reason}." if reason else "It is not a whole backup.",
        "Use another backup; nothing was changed.",
    )


def output_unwritable(*, reason: str) -> ErrorText:
    """Stdout takes nothing."""
    return ErrorText(
        "The answer could not be written.",
        f"The system says: {reason}.",
        "Write it to another place, or free some space.",
    )


def home_foreign(*, path: str, owner: str) -> ErrorText:
    """Writing into the home of somebody else."""
    return ErrorText(
        f"{path} was not changed.",
        f"It belongs to {owner}, who could no longer use what another user writes there.",
        f"Run the command as {owner}, without sudo.",
    )


def ledger_newer_unwritable(*, path: str) -> ErrorText:
    """A newer version wrote it; we can read it, and must not write it."""
    return ErrorText(
        f"The ledger {path} was not changed.",
        "A newer version wrote it; this version can only read it.",
        "Update token-tracker.",
    )
