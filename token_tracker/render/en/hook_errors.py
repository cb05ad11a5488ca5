"""What errors about hosts and their settings say in English, as in `en/errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def host_unknown(*, given: str, known: str) -> ErrorText:
    """A host that no hook can be installed in."""
    return ErrorText(
        f"No hook can be installed in {given}.",
        "It is not the name of a host that this version knows.",
        f"Name one of: {known}.",
    )


def host_needed(*, known: str) -> ErrorText:
    """A command that must be told which host is meant."""
    return ErrorText(
        "It is not clear which host is meant.",
        "Neither --host nor --all was given.",
        f"Add --all, or --host with one of: {known}.",
    )


def host_file_unreadable(*, path: str, line: str) -> ErrorText:
    """The settings of a host are not JSON, or name a key twice."""
    return ErrorText(
        f"{path} was not changed.",
        f"Line {line} is not as its host would read it, or a key is there twice.",
        "Correct the file, then run the command again.",
    )


def host_file_shape(*, path: str, key: str) -> ErrorText:
    """The settings of a host hold something else where hooks belong."""
    return ErrorText(
        f"{path} was not changed.",
        f"`{key}` is not what belongs there.",
        "Correct the file, then run the command again.",
    )


def host_file_included(*, path: str, command: str) -> ErrorText:
    """The settings of a host take parts from other files."""
    return ErrorText(
        f"{path} was not changed.",
        "It includes other files with `$include`, and which of them holds the hooks is not known here.",
        f"Run `{command}`, so that the host does it itself.",
    )


def host_file_outside(*, path: str, target: str) -> ErrorText:
    """The settings of a host are a link that leads out of the person's home."""
    return ErrorText(
        f"{path} was not changed.",
        f"It is a link to {target}, outside your home.",
        "Change that file yourself, or replace the link by a file.",
    )


def host_file_odd(*, path: str) -> ErrorText:
    """The settings of a host are no plain file, or larger than 4 MB."""
    return ErrorText(
        f"{path} was not changed.",
        "It is not a plain file of at most 4 MB.",
        "Look at what it is, then run the command again.",
    )


def host_file_foreign(*, path: str) -> ErrorText:
    """The settings of a host belong to somebody else."""
    return ErrorText(
        f"{path} was not changed.",
        "It belongs to another user.",
        "Run the command as that user.",
    )


def host_file_busy(*, path: str) -> ErrorText:
    """Somebody keeps changing the settings of a host."""
    return ErrorText(
        f"{path} was not changed.",
        "Another program changed it again and again while this one worked.",
        "Close the host, then run the command again.",
    )


def hooks_locked(*, path: str) -> ErrorText:
    """Another process of ours holds the home's lock."""
    return ErrorText(
        "Nothing was changed.",
        f"Another process of token-tracker holds {path}.",
        "Run the command again in a moment.",
    )
