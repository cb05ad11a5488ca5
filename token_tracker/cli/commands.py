"""Every command there is, and which of them a command line means.

Nothing here parses options: it only puts the words of the command in front of them.
"""

from __future__ import annotations

from collections.abc import Sequence

GROUPS = {
    "summary": "ask",
    "bill": "itemise",
    "week": "spans",
    "month": "spans",
    "report": "overview",
    "session": "one_session",
    "daily-report": "short_reports",
    "weekly-report": "short_reports",
    "monthly-report": "short_reports",
    "explain": "itemise",
    "reconcile": "reconciling",
    "daily": "tables",
    "weekly": "tables",
    "monthly": "tables",
    "sessions": "tables",
    "budget-status": "budgets",
    "set-budget": "budgets",
    "budget": "budgets",
    "check-alerts": "budgets",
    "configure-provider": "provider_keys",
    "list-providers": "provider_keys",
    "remove-provider": "provider_keys",
    "provider": "provider_keys",
    "fetch-usage": "fetching",
    "provider-balance": "balances",
    "sync": "collect",
    "sources": "collect",
    "session-check": "session_check",
    "record-session": "records",
    "log": "records",
    "import": "importing",
    "setup-hook": "hooks",
    "config": "config",
    "prices": "prices",
    "rates": "rates",
    "automation": "automation",
    "doctor": "care",
    "verify": "upkeep",
    "purge": "upkeep",
    "backup": "upkeep",
    "restore": "upkeep",
    "uninstall": "uninstalling",
    "schema": "care",
    "version": "care",
}
"""Every command, in the order of `--help`, with the file that defines it."""

CHANGE_WHAT_IS_DUE = (
    *("set-budget", "budget", "config", "sources", "prices", "rates", "fetch-usage", "configure-provider"),
    *("remove-provider", "record-session", "log", "import", "purge", "restore"),
)
"""Commands after which a session start must look again."""

DEFAULT_COMMAND = "summary"
GROUPS_WITH_LIST = ("budget", "sources", "config", "prices", "rates", "automation")
"""Groups of commands in which no command means `list`."""

GROUPS_WITHOUT_LIST = ("provider", "setup-hook")
"""Groups of commands in which no command asks for help."""

HELP = ("--help", "-h")
VERSION = ("--version", "-V")
OPTIONS_WITH_VALUE = ("--lang", "--home")
"""Options of every command that are followed by a value; people write them in front, too."""


def full_command_line(arguments: Sequence[str]) -> list[str]:
    """Give the command line with the words of its command first and none left out.

    >>> full_command_line(["--lang", "zh"])
    ['summary', '--lang', 'zh']
    >>> full_command_line(["--json", "sources"])
    ['sources', 'list', '--json']
    >>> full_command_line(["--lang=zh", "config", "set", "language", "en"])
    ['config', 'set', '--lang=zh', 'language', 'en']
    >>> full_command_line(["provider"])
    ['provider', '--help']
    """
    options, rest = _leading_options(arguments)
    if rest[:1] and rest[0] in HELP:
        return ["--help"]
    if rest[:1] and rest[0] in VERSION:
        return ["version", *options, *rest[1:]]
    if not rest or rest[0].startswith("-"):
        return [DEFAULT_COMMAND, *options, *rest]
    command, *rest = rest
    if command not in (*GROUPS_WITH_LIST, *GROUPS_WITHOUT_LIST):
        return [command, *options, *rest]
    inner, rest = _leading_options(rest)
    if rest[:1] and rest[0] in HELP:
        return [command, "--help"]
    if command in GROUPS_WITHOUT_LIST and not rest:
        return [command, "--help"]
    if not rest or rest[0].startswith("-"):
        return [command, "list", *options, *inner, *rest]
    return [command, rest[0], *options, *inner, *rest[1:]]


def _leading_options(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split off the options of every command that stand before the first other word."""
    at = 0
    while at < len(arguments):
        name, has_value, _ = arguments[at].partition("=")
        if name != "--json" and name not in OPTIONS_WITH_VALUE:
            break
        at += 2 if name in OPTIONS_WITH_VALUE and not has_value else 1
    return list(arguments[:at]), list(arguments[at:])
