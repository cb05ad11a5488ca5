"""The command `config`: settings without editing files, and where each value comes from."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from token_tracker.cli.language import from_environment
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.paths import BUDGET_FILE
from token_tracker.reports.health import Setting
from token_tracker.settings import Settings
from token_tracker.settings import read_valid
from token_tracker.settings import write_settings

KEY = Annotated[str, typer.Argument(metavar="KEY", help="Name of the setting.")]
VALUE = Annotated[str, typer.Argument(metavar="VALUE", help="Its new value; `default` removes it.")]
SETTINGS = ("currency", "daily_report_hour", "language", "time_zone")


def add(app: typer.Typer, name: str) -> None:
    """Add the group of commands to the app."""
    group = typer.Typer(help="Settings without editing files.")
    group.command("list")(list_settings)
    group.command("get")(get_setting)
    group.command("set")(set_setting)
    app.add_typer(group, name=name)


@takes(Common)
def list_settings(options: Common) -> int:
    """Every setting, its value, and where that comes from.

    Examples:
      token-tracker config list --json
    """
    session = start(options)
    settings = [setting_in_force(session, key, options.lang) for key in SETTINGS]
    return reply(session, options, "config list", settings, None, [])


@takes(Common, key=(KEY, ...))
def get_setting(options: Common, key: str) -> int:
    """One setting.

    Examples:
      token-tracker config get time_zone
    """
    session = start(options)
    setting = setting_in_force(session, known_key(key), options.lang)
    return reply(session, options, "config get", [setting], None, [])


@takes(Common, key=(KEY, ...), value=(VALUE, ...))
def set_setting(options: Common, key: str, value: str) -> int:
    """Change one setting.

    Examples:
      token-tracker config set time_zone Asia/Shanghai
      token-tracker config set language 中文
      token-tracker config set daily_report_hour 22:00
    """
    from token_tracker.cli.setting_values import read_value

    session = start(options)
    before = setting_in_file(session, known_key(key)).value
    value = value.encode(errors="replace").decode()  # bytes that are no text reach us as half characters
    try:
        write_settings(session.home, BUDGET_FILE, {key: read_value(key, value)})
    except SettingsError as error:  # the file was valid a moment ago: it is the new value that is not
        reason = error.facts.get("reason", "")
        raise CommandLineError("setting_invalid", key=key, value=value, reason=reason) from None
    now = setting_in_file(session, key)
    by = "" if now.value is None else setting_in_force(session, key, None).by
    set_now = dataclasses.replace(now, previous=before, was_set=True, by=by)
    return reply(start(options), options, "config set", [set_now], None, [])


def known_key(key: str) -> str:
    """Give the key back.

    Raises:
        CommandLineError: no such setting; it names the nearest.
    """
    if key not in SETTINGS:
        from difflib import get_close_matches

        near = get_close_matches(key, SETTINGS, 1, 0.3)
        raise CommandLineError("setting_unknown", key=key, nearest=near[0] if near else ", ".join(SETTINGS))
    return key


def setting_in_file(session: Session, key: str) -> Setting:
    """Give a setting as the file holds it, else its default."""
    there = read_valid(session.home / BUDGET_FILE, session.cache)
    default = getattr(Settings(), key)
    origin = "file" if key in there else "default"
    return Setting(key, there.get(key, default), default, origin, str(session.home / BUDGET_FILE))


def setting_in_force(session: Session, key: str, lang: str | None) -> Setting:
    """Give a setting as it holds now; `lang`: of the option, which goes before everything."""
    setting = setting_in_file(session, key)
    variable = from_environment(session.environ)
    is_set = setting.origin == "file"
    if key == "language" and lang is not None:
        value, origin, by = lang, "option", "--lang"
    elif key == "language" and variable is not None:
        value, origin, by = variable, "environment", "TOKEN_TRACKER_LANG"
    elif key == "time_zone" and not is_set and session.zone.known and session.environ.get("TZ"):
        value, origin, by = session.zone.name, "environment", "TZ"
    else:
        return setting
    in_file = setting.value if is_set else None
    return dataclasses.replace(setting, value=value, origin=origin, by=by, in_file=in_file)
