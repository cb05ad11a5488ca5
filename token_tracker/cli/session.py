"""What one run of a command works with: environment, settings, moment, zone, language."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from token_tracker import paths
from token_tracker.cli.language import LANGUAGES
from token_tracker.cli.language import from_environment
from token_tracker.cli.language import from_locale
from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.locks import refused
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.paths import BUDGET_FILE
from token_tracker.paths import STATE_FILE
from token_tracker.period import Clock
from token_tracker.period import Zone
from token_tracker.period import find_zone
from token_tracker.period import system_zone
from token_tracker.settings import Settings
from token_tracker.settings import load_settings
from token_tracker.settings import write_settings


class Asked(Protocol):
    """What every command line may say."""

    @property
    def lang(self) -> str | None:
        """The language of the answer."""

    @property
    def home(self) -> str | None:
        """The directory that holds everything kept."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run: everything that is not an option of its command.

    `currency_is_asked`: the person chose it, now or in the settings.
    """

    environ: Mapping[str, str]
    home: Path
    cache: Path
    settings: Settings
    clock: Clock
    zone: Zone
    language: str
    currency: str
    is_terminal: bool
    skill: Path
    taken_over: tuple[str, ...] = ()
    currency_is_asked: bool = False

    @property
    def prices(self) -> Path:
        """The directory of the person's own price files."""
        return self.home / "prices"

    def zone_problems(self) -> list[Problem]:
        """Say that the days are UTC days only because no zone is known."""
        return [] if self.zone.known else [Problem("zone-unknown", Severity.NOTE)]


def start(
    options: Asked,
    tz: str | None = None,
    currency: str | None = None,
    *,
    is_hook: bool = False,
    is_removal: bool = False,
) -> Session:
    """Look at the environment and the settings; `tz` and `currency` go before both.

    `is_hook`: nobody chose its language, so it is not remembered. `is_removal`: everything is to
    go, so settings that are not valid are as if there were none, and nothing is written.

    Raises:
        SettingsError: a file of the home is not valid, or others can write it.
        CommandLineError: the language, the zone or the currency does not exist.
        StorageError: there is no home, or it cannot be read.
    """
    environ = os.environ
    home = paths.tracker_home(environ, options.home)
    cache = paths.cache_home(environ)
    paths.refuse_open_permissions(home)
    skill = paths.skill_directory()
    try:
        settings, taken_over = _settings(home, cache, skill) if not is_removal else (_valid(home, cache), ())
    except OSError as error:
        raise refused(str(home), error) from error
    if options.lang is not None and options.lang not in LANGUAGES:
        raise CommandLineError("language_unknown", given=options.lang)
    if options.lang is not None and options.lang != settings.last_language and not (is_hook or is_removal):
        _remember_language(home, options.lang)
    return Session(
        environ,
        home,
        cache,
        settings,
        Clock.read(environ),
        _zone(environ, settings, tz),
        options.lang
        or from_environment(environ)
        or settings.language
        or settings.last_language
        or from_locale(environ)
        or "en",
        _currency(currency) if currency else settings.currency,
        sys.stderr.isatty(),
        skill,
        taken_over,
        bool(currency) or settings.has_currency,
    )


def _valid(home: Path, cache: Path) -> Settings:
    """Load the settings; those of nobody where they cannot be read or are not valid."""
    try:
        return load_settings(home, cache)
    except (SettingsError, OSError):
        return Settings()


def _settings(home: Path, cache: Path, skill: Path) -> tuple[Settings, tuple[str, ...]]:
    """Load the settings; give the names of those that were just taken over from the original skill."""
    taken: list[str] = []
    try:
        settings = load_settings(home, cache)
    except SettingsError:
        from token_tracker.cli.original_files import upgrade_budget

        found = upgrade_budget(home)
        if found is None:
            raise
        values, taken = found
        settings = load_settings(home, cache, values)
    if not os.path.exists(home / paths.LEDGER_FILE) and os.path.exists(skill / BUDGET_FILE):
        from token_tracker.cli.original_files import take_over_budget

        taken += take_over_budget(skill, home)
        settings = load_settings(home, cache)
    return settings, tuple(taken)


def _zone(environ: Mapping[str, str], settings: Settings, tz: str | None) -> Zone:
    name = tz or settings.time_zone
    return find_zone(name) if name else system_zone(environ)


def _currency(text: str) -> str:
    code = text.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise CommandLineError("currency_invalid", given=text)
    return code


def _remember_language(home: Path, language: str) -> None:
    """Keep the language of the last explicit `--lang`, where the home can be written."""
    try:
        write_settings(home, STATE_FILE, {"language": language})
    except StorageError:
        return  # it is a convenience; the answer does not depend on it
