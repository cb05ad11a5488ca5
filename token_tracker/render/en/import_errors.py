"""What errors about imported files say in English. Chinese: `zh/import_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def import_shape_unknown(*, path: str, keys: str) -> ErrorText:
    """An imported file has a shape that is not known."""
    found = f"These keys were found: {keys}." if keys else "No rows were found."
    return ErrorText(
        f"{path} holds no usage that could be imported.",
        f"{found} Nothing was imported.",
        "Understood are a list of rows, JSON Lines, or an object with `records`, `sessions`, `usage` or"
        " `days`; a row has a date or timestamp, a model, tokens in and out, and a cost.",
    )


def import_file_missing(*, given: str) -> ErrorText:
    """A file to import that is not there."""
    return ErrorText(
        f"There is no file {given}.",
        "Only a file that exists can be imported.",
        "Check the path; a relative one starts at the current directory.",
    )


def import_file_unreadable(*, path: str, reason: str) -> ErrorText:
    """A file to import that cannot be read."""
    return ErrorText(
        f"{path} cannot be read.",
        f"The system says: {reason}.",
        "Correct its rights, or name another file.",
    )


def import_too_large(*, path: str, largest: str) -> ErrorText:
    """A file to import that is too large."""
    return ErrorText(
        f"{path} is too large to be imported.",
        f"A file may have at most {largest} MB.",
        "Split it into several files and import each of them.",
    )
