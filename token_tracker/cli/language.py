"""Which language to answer in, also when nothing else could be read."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.errors import TrackerError
from token_tracker.paths import BUDGET_FILE
from token_tracker.paths import STATE_FILE
from token_tracker.paths import cache_home
from token_tracker.paths import tracker_home
from token_tracker.settings import read_valid

LANGUAGES = ("zh", "en")


def language_of(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Choose the language of an error, from whatever can be read."""
    given = value_of("--lang", arguments)
    return (
        (given if given in LANGUAGES else None)
        or from_environment(environ)
        or _from_settings(arguments, environ)
        or from_locale(environ)
        or "en"
    )


def value_of(option: str, arguments: Sequence[str]) -> str | None:
    """Give the value of an option of a command line that may not make sense otherwise.

    >>> value_of("--lang", ["bill", "--lang=zh"]), value_of("--lang", ["bill", "--lang"])
    ('zh', None)
    """
    found = None
    for number, argument in enumerate(arguments):
        if argument == option:
            found = next(iter(arguments[number + 1 :]), None)
        elif argument.startswith(f"{option}="):
            found = argument.removeprefix(f"{option}=")
    return found


def from_environment(environ: Mapping[str, str]) -> str | None:
    """Give `TOKEN_TRACKER_LANG` where it names a language of ours ("zh-CN" is zh)."""
    return _language(environ.get("TOKEN_TRACKER_LANG", ""))


def from_locale(environ: Mapping[str, str]) -> str | None:
    """Give the language of the locale; None for any other than ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return _language(environ[name])
    return None


def _from_settings(arguments: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """Give what was set, else what was last asked for; a file that is not valid says nothing."""
    for file_name in (BUDGET_FILE, STATE_FILE):
        try:
            home = tracker_home(environ, value_of("--home", arguments))
            language = read_valid(home / file_name, cache_home(environ)).get("language")
        except (OSError, TrackerError):
            continue
        if language:
            return str(language)
    return None


def _language(text: str) -> str | None:
    name = text.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return name if name in LANGUAGES else None
