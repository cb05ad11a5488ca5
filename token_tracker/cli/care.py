"""Commands that look after the installation: `config`, `doctor`, `schema`, `version`."""

from __future__ import annotations

import dataclasses
import json
from difflib import get_close_matches
from typing import Annotated

import typer

from token_tracker.cli.diagnosis import diagnose
from token_tracker.cli.diagnosis import version_of
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.output import write
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import EXIT_FINDINGS
from token_tracker.errors import EXIT_OK
from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.reports.health import Setting
from token_tracker.settings import BUDGET_FILE
from token_tracker.settings import Settings
from token_tracker.settings import write_settings

KEY = Annotated[str, typer.Argument(metavar="KEY", help="Name of the setting.")]
VALUE = Annotated[str, typer.Argument(metavar="VALUE", help="Its new value; `default` removes it.")]
NAME = Annotated[str, typer.Argument(metavar="[COMMAND]", help="One schema, as it is published.")]
SETTINGS = ("currency", "daily_report_hour", "language", "time_zone")


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    if name != "config":
        app.command(name)({"doctor": doctor, "schema": schema, "version": version}[name])
        return
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
    return reply(session, options, "config list", [setting_of(session, key) for key in SETTINGS], None, [])


@takes(Common, key=(KEY, ...))
def get_setting(options: Common, key: str) -> int:
    """One setting.

    Examples:
      token-tracker config get time_zone
    """
    session = start(options)
    return reply(session, options, "config get", [setting_of(session, known_key(key))], None, [])


@takes(Common, key=(KEY, ...), value=(VALUE, ...))
def set_setting(options: Common, key: str, value: str) -> int:
    """Change one setting.

    Examples:
      token-tracker config set time_zone Asia/Shanghai
      token-tracker config set language zh
    """
    session = start(options)
    before = setting_of(session, known_key(key)).value
    try:
        write_settings(session.home, BUDGET_FILE, {key: read_value(key, value)})
    except SettingsError as error:  # the file was valid a moment ago: it is the new value that is not
        reason = error.facts.get("reason", "")
        raise CommandLineError("setting_invalid", key=key, value=value, reason=reason) from None
    now = dataclasses.replace(setting_of(start(options), key), previous=before, was_set=True)
    return reply(session, options, "config set", [now], None, [])


@takes(Common)
def doctor(options: Common) -> int:
    """Health: what is wrong, and how to fix it.

    The exit code is 1 when anything is wrong.

    Examples:
      token-tracker doctor
      token-tracker doctor --json
    """
    session = start(options)
    diagnosis = diagnose(session)
    reply(session, options, "doctor", diagnosis, None, [])
    return EXIT_OK if diagnosis.is_healthy else EXIT_FINDINGS


@takes(Common, name=(NAME, ""))
def schema(options: Common, name: str) -> int:
    """The JSON Schemas of what `--json` prints.

    Examples:
      token-tracker schema
      token-tracker schema summary
    """
    from token_tracker import schemas

    session = start(options)
    if name and name not in schemas.names():
        near = get_close_matches(name, schemas.names(), 3, 0.3) or schemas.names()
        raise CommandLineError("schema_unknown", given=name, known=", ".join(near))
    if name and not options.json:
        write(json.dumps(schemas.load(name), ensure_ascii=False, indent=2))
        return EXIT_OK
    wanted = {one: schemas.load(one) for one in ([name] if name else schemas.names())}
    return reply(session, options, "schema", (wanted, bool(name)), None, [])


@takes(Common)
def version(options: Common) -> int:
    """Versions of the program, the ledger and the price table.

    Examples:
      token-tracker version --json
    """
    session = start(options)
    return reply(session, options, "version", version_of(session), None, [])


def known_key(key: str) -> str:
    """Give the key back.

    Raises:
        CommandLineError: no such setting; it names the nearest.
    """
    if key not in SETTINGS:
        near = get_close_matches(key, SETTINGS, 1, 0.3)
        raise CommandLineError("setting_unknown", key=key, nearest=near[0] if near else ", ".join(SETTINGS))
    return key


def setting_of(session: Session, key: str) -> Setting:
    """Give a setting with where its value comes from."""
    value, default = getattr(session.settings, key), getattr(Settings(), key)
    origin = "file" if value != default else "default"
    return Setting(key, value, default, origin, str(session.home / BUDGET_FILE))


def read_value(key: str, text: str) -> object:
    """Read a setting's value as its own type; None for the default."""
    if text == "default":
        return None
    if key == "daily_report_hour" and text.isdecimal():
        return int(text)
    return text.upper() if key == "currency" else text
