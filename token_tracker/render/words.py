"""Which language a sentence is said in; the sentences themselves are in `en/` and `zh/`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple
from typing import ParamSpec
from typing import TypeVar

LANGUAGES = ("zh", "en")

Named = ParamSpec("Named")
Said = TypeVar("Said")


class ErrorText(NamedTuple):
    """What failed, why, and how to fix it: one line each."""

    what: str
    why: str
    fix: str


class ProblemText(NamedTuple):
    """What was skipped or guessed around, and what to do; `fix` is None when nothing can be done."""

    what: str
    fix: str | None = None


@cache
def words(lang: str, part: str = "messages") -> ModuleType:
    """Give the sentences of a language; `part`: "messages", "errors", "problems" and so on."""
    return import_module(f"{__package__}.{'zh' if lang == 'zh' else 'en'}.{part}")


def say(lang: str, sentence: Callable[Named, Said], /, *args: Named.args, **named: Named.kwargs) -> Said:
    """Say a sentence in a language.

    `sentence`: the English one. Its namesake in the other language takes the same
    arguments, so a call is checked once, against the English one.
    """
    if lang == "zh":
        part = sentence.__module__.rpartition(".")[2]
        sentence = getattr(words(lang, part), sentence.__name__)
    return sentence(*args, **named)
