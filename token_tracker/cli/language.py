"""Which language to answer in, also when nothing else could be read."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence

LANGUAGES = ("zh", "en")


def language_of(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Choose from the command line and the environment alone."""
    for number, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and number + 1 < len(arguments):
            value = arguments[number + 1]
        if value in LANGUAGES:
            return value
    return from_environment(environ) or from_locale(environ) or "en"


def from_environment(environ: Mapping[str, str]) -> str | None:
    """Give `TOKEN_TRACKER_LANG` where it names a language of ours ("zh-CN" is zh)."""
    return _language(environ.get("TOKEN_TRACKER_LANG", ""))


def from_locale(environ: Mapping[str, str]) -> str | None:
    """Give the language of the locale; None for any other than ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return _language(environ[name])
    return None


def _language(text: str) -> str | None:
    name = text.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return name if name in LANGUAGES else None
