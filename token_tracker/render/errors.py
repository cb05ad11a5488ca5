"""The text of an error: its code names a function of `errors_en.py` and `errors_zh.py`."""

from __future__ import annotations

import inspect

from token_tracker.errors import TrackerError
from token_tracker.render.format import clean_line
from token_tracker.render.words import ErrorText
from token_tracker.render.words import words


def error_text(error: TrackerError, lang: str) -> ErrorText:
    """Say what failed, why, and how to fix it; also for an error that nobody wrote a text for."""
    sentences = words(lang, "errors")
    sentence = getattr(sentences, error.code, None)
    if not inspect.isfunction(sentence) or sentence.__module__ != sentences.__name__:
        return ErrorText(*sentences.unnamed(code=public_code(error.code)))
    # An error must be shown even where it was raised with other facts than its text asks for.
    facts = {name: clean_line(error.facts.get(name, "")) for name in inspect.signature(sentence).parameters}
    return ErrorText(*sentence(**facts))


def public_code(code: str) -> str:
    """Give the code as JSON shows it.

    >>> public_code("ledger_newer")
    'ledger-newer'
    """
    return code.replace("_", "-")
