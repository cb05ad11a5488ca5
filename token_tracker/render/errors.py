"""The text of an error: its code names a function of `en/errors.py`, or of another of `PARTS`."""

from __future__ import annotations

import inspect

from token_tracker.errors import TrackerError
from token_tracker.render.format import clean_line
from token_tracker.render.words import ErrorText
from token_tracker.render.words import words

PARTS = (
    "errors",
    "storage_errors",
    "amount_errors",
    "record_errors",
    "import_errors",
    "credential_errors",
    "rate_errors",
    "fetch_errors",
    "provider_errors",
    "hook_errors",
)
"""The pairs of files that hold texts of errors, each code in one of them."""

LISTS = frozenset({"known", "nearest"})
"""Facts that list names."""


def error_text(error: TrackerError, lang: str) -> ErrorText:
    """Say what failed, why, and how to fix it; also for an error that nobody wrote a text for."""
    for part in PARTS:
        sentences = words(lang, part)
        sentence = getattr(sentences, error.code, None)
        if inspect.isfunction(sentence) and sentence.__module__ == sentences.__name__:
            break
    else:
        return ErrorText(*words(lang, "errors").unnamed(code=public_code(error.code)))
    # An error must be shown even where it was raised with other facts than its text asks for.
    facts = {name: clean_line(error.facts.get(name, "")) for name in inspect.signature(sentence).parameters}
    for name in LISTS & facts.keys():
        facts[name] = facts[name].replace(", ", words(lang, "messages").COMMA)
    return ErrorText(*sentence(**facts))


def public_code(code: str) -> str:
    """Give the code as JSON shows it.

    >>> public_code("ledger_newer")
    'ledger-newer'
    """
    return code.replace("_", "-")
