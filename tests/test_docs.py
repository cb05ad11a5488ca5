"""Documents against the program: what they name exists, and what exists they name."""

from __future__ import annotations

import functools
import inspect
import json
import re
import shlex
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main

from _door import words as door_words
from pricing.published_prices import as_published
from token_tracker import __version__
from token_tracker import errors
from token_tracker.cli import run as command_line
from token_tracker.cli.commands import GROUPS
from token_tracker.cli.config import SETTINGS
from token_tracker.cli.date_words import DAYS_AGO
from token_tracker.cli.dates import parse_day_or_span
from token_tracker.cli.faults import report_bug
from token_tracker.ledger import schema
from token_tracker.paths import bundled_folder
from token_tracker.period import Zone
from token_tracker.providers import load_provider
from token_tracker.render.errors import PARTS as ERROR_PARTS
from token_tracker.render.words import words
from token_tracker.sources import all_sources
from token_tracker.sources.contract import Source

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
COMMAND_PAGES = (*READMES, "SKILL.md")
# Classes that a file makes for itself, and the choice between two in `ledger/store.py`.
EXITS_OF_OTHERS = {
    "_ReadOnlyError": errors.StorageError,
    "_NewerError": errors.LedgerNewerError,
    "error": errors.LedgerNewerError,
}
TODAY = date(2026, 11, 21)
DOOR = "scripts/token-tracker.py"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pages() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [name for name in listed if (ROOT / name).is_file()]


def section(text: str, heading: str) -> str:
    """Give what stands below a heading, up to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(
        rf"^{re.escape(heading)}.*?$(.*?)(?=^#{{1,{level}}} |\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert found is not None, heading
    return found[1]


def spans(text: str) -> list[str]:
    return [span.replace("\\|", "|") for span in re.findall(r"`([^`\n]+)`", text)]


def fences(text: str, language: str) -> list[str]:
    found = re.findall(rf"^(`{{3,4}}){language}\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)
    return [body for _, body in found]


def command_lines(text: str) -> list[list[str]]:
    """Give the arguments of every line of the program in the page's shell blocks."""
    blocks = [*fences(text, "sh"), *fences(text, "console")]
    lines = [line for block in blocks for line in block.splitlines() if f"python3 {DOOR}" in line]
    return [shlex.split(line.partition(DOOR)[2], comments=True) for line in lines]


@functools.cache
def tree(name: str) -> Any:
    """Give a command with its subcommands, as the program builds it."""
    return typer.main.get_command(command_line._app(name)).commands[name]  # type: ignore[attr-defined]  # a group


def commands() -> set[str]:
    found = set()
    for name in GROUPS:
        inside = getattr(tree(name), "commands", None)
        found |= {f"{name} {child}" for child in inside} if inside else {name}
    return found


def named_commands(text: str) -> set[str]:
    """Give the commands that code spans and shell lines of a page begin with."""
    found = set()
    for parts in [*(span.split() for span in spans(text)), *command_lines(text)]:
        if not parts or parts[0] not in GROUPS:
            continue
        child = next((part for part in parts[1:2] if re.fullmatch(r"[a-z-]+", part)), "")
        is_group = hasattr(tree(parts[0]), "commands")
        found.add(f"{parts[0]} {child}".strip() if is_group else parts[0])
    return found


def parse(arguments: list[str]) -> None:
    """Parse a command line without running it; raises what the program would report."""
    command, name, rest = tree(arguments[0]), arguments[0], arguments[1:]
    while hasattr(command, "commands"):
        command, name, rest = command.commands[rest[0]], rest[0], rest[1:]
    command.make_context(name, list(rest))


def columns() -> dict[str, list[str]]:
    """Give the columns of every table of a new ledger."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection, "2026-11-21T12:00:00+00:00", schema.MIGRATIONS)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for table in tables
        if not table.startswith("sqlite_")
    }
    connection.close()
    return found


def described_columns() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    text = section(page("references/privacy.md"), "## The ledger, column by column")
    for heading, body in re.findall(r"^### `(\w+)`[^\n]*\n(.*?)(?=^### |\Z)", text, re.MULTILINE | re.DOTALL):
        rows = re.findall(r"^\| (`[^|]+`) \|", body, re.MULTILINE)
        found[heading] = [name for row in rows for name in spans(row)]
    return found


def raised_codes() -> dict[str, set[int]]:
    """Give the exit codes with which every error code is raised, read from the source text."""
    found: dict[str, set[int]] = {}
    for file in (ROOT / "token_tracker").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for name, code in re.findall(r"\b(\w+Error|error)\(\s*\"([a-z_]+)\"", text):
            kind = EXITS_OF_OTHERS.get(name) or getattr(errors, name, None)
            if kind is not None:
                found.setdefault(code, set()).add(kind.exit_code)
    return found


def error_rows() -> list[str]:
    """Give the table of error codes that references/errors.md must hold."""
    exits = raised_codes()
    exits.setdefault("bug", set()).add(errors.EXIT_BUG)
    sentences = {
        name: inspect.getdoc(function) or ""
        for module in (words("en", part) for part in ERROR_PARTS)
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and name in exits
    }
    return [
        f"| `{name.replace('_', '-')}` | {', '.join(map(str, sorted(exits[name])))} | {text} |"
        for name, text in sorted(sentences.items(), key=lambda item: (min(exits[item[0]]), item[0]))
    ]


def variables() -> set[str]:
    """Give the environment variables that the program reads, from its source text."""
    files = [*(ROOT / "token_tracker").rglob("*.py"), ROOT / DOOR]
    pattern = re.compile(r"""(?:environ(?:\.get)?[(\[]|session_variable=)"([A-Z_]+)\"""")
    return {name for file in files for name in pattern.findall(file.read_text(encoding="utf-8"))}


def value_of(formula: str) -> Decimal:
    products = [term.split("*") for term in formula.split(" + ")]
    return sum((Decimal(left) * Decimal(right) for left, right in products), Decimal(0))


def local_links(text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target:
            yield target.partition("#")[0]


# Commands


@pytest.mark.parametrize("name", COMMAND_PAGES)
def test_a_page_of_commands_names_every_command_and_no_other(name: str) -> None:
    assert named_commands(page(name)) == commands()


@pytest.mark.parametrize("name", pages())
def test_every_command_named_anywhere_exists(name: str) -> None:
    groups = {command.split()[0] for command in commands()}
    assert named_commands(page(name)) <= commands() | groups


@pytest.mark.parametrize("name", [*READMES, "references/prices.md"])
def test_every_command_line_of_a_page_parses(name: str) -> None:
    lines = command_lines(page(name))
    for arguments in lines:
        parse(arguments)
    assert lines


@pytest.mark.parametrize("name", READMES)
def test_every_date_in_a_command_line_is_understood(name: str) -> None:
    options = ("--date", "--since", "--until")
    lines = command_lines(page(name))
    given = [line[at + 1] for line in lines for at, part in enumerate(line) if part in options]
    assert [parse_day_or_span(text, TODAY, Zone(UTC, "UTC")).days >= 1 for text in given] == [True] * len(
        given
    )
    assert given


@pytest.mark.parametrize(
    "text",
    spans("\n".join(re.findall(r"^\| (?:a day|a span).*$", page("references/accounting.md"), re.MULTILINE))),
)
def test_every_date_that_the_rules_name_is_understood(text: str) -> None:
    assert parse_day_or_span(text, TODAY, Zone(UTC, "UTC")).last <= TODAY


@pytest.mark.parametrize("word", DAYS_AGO)
def test_the_rules_name_every_word_for_a_day(word: str) -> None:
    assert f"`{word}`" in page("references/accounting.md")


@pytest.mark.parametrize("name", READMES)
def test_a_readme_describes_every_setting(name: str) -> None:
    assert set(SETTINGS) <= set(re.findall(r"^\| `(\w+)` \|", page(name), re.MULTILINE))


@pytest.mark.parametrize("name", COMMAND_PAGES)
def test_a_page_names_only_options_that_some_command_has(name: str) -> None:
    leaves = [tree(command.split()[0]) for command in commands()]
    leaves += [child for leaf in leaves for child in getattr(leaf, "commands", {}).values()]
    known = {
        option
        for leaf in leaves
        for parameter in leaf.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    named = {word for span in spans(page(name)) for word in re.findall(r"(?<!\S)--[a-z][a-z-]*", span)}
    assert named <= known | {"--help"}


# Sources


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("README.md", {"real": "against the real program", "samples": "on samples of their logs only"}),
        ("README.zh-CN.md", {"real": "用真实程序核对过", "samples": "只用日志样本核对过"}),
    ],
)
def test_a_readme_names_every_source_with_how_it_was_checked(name: str, rows: dict[str, str]) -> None:
    listed = dict(re.findall(r"^\| ([^|]+) \| (.+) \|$", page(name), re.MULTILINE))
    said = {
        source.id: source.name in listed[rows[source.checked]]
        for source in all_sources()
        if not source.export_page
    }
    assert said == dict.fromkeys(said, True)


@pytest.mark.parametrize("source", all_sources(), ids=lambda source: source.id)
def test_every_source_has_a_page_of_facts(source: Source) -> None:
    assert re.search(
        rf"^# {re.escape(source.name)}\b", page(f"references/sources/{source.id}.md"), re.MULTILINE
    )


# Versions


def test_every_page_that_has_a_version_has_the_programs() -> None:
    in_skill = re.search(r'^  version: "([^"]+)"$', page("SKILL.md"), re.MULTILINE)
    in_changelog = re.search(r"^## (\d\S*)", page("CHANGELOG.md"), re.MULTILINE)
    assert in_skill is not None
    assert in_changelog is not None
    assert (in_skill[1], in_changelog[1]) == (__version__, __version__)


def test_the_body_of_the_skill_is_short() -> None:
    assert len(page("SKILL.md").split("---", 2)[2].splitlines()) < 200


def test_what_every_session_loads_of_the_skill_is_short() -> None:
    """A Chinese character is about a token, and so are four others."""
    loaded = "".join(re.findall(r"^(?:name|description): .*$", page("SKILL.md"), re.MULTILINE))
    wide = sum(ord(character) > 0x2E80 for character in loaded)
    assert wide + (len(loaded) - wide) / 4 < 150


# Privacy


def test_every_column_of_the_ledger_is_described_and_no_other() -> None:
    assert described_columns() == columns()


def test_every_file_that_commands_leave_in_the_home_is_described(isolated_home: Path) -> None:
    published = isolated_home / "published.json"
    published.write_text(json.dumps(as_published(), default=str), encoding="utf-8")
    for arguments in (
        ["summary", "--lang", "zh"],
        ["config", "set", "currency", "EUR"],
        ["sources", "set-billing", "claude-code", "plan"],
        ["prices", "set", "model-x", "--provider", "openrouter", "--input", "1"],
        ["prices", "update", "--from", str(published)],
        ["set-budget", "--amount", "5"],
        ["session-check", "--json", "--update-state"],
    ):
        command_line.run(arguments)
    report_bug(ValueError(), [])
    home = isolated_home / ".token-tracker"
    left = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    text = section(page("references/privacy.md"), "## The home")
    assert left - set(spans(text)) == set()
    assert {"ledger.db", "budget.json", "sources.json", "state.json", "prices/own.json"} <= left
    assert "prices/refreshed/genai_prices.json" in left


@pytest.mark.parametrize("name", sorted(variables()))
def test_every_variable_that_is_read_is_declared(name: str) -> None:
    assert name in spans(page("references/privacy.md"))


def test_the_skill_declares_the_variables_of_hosts_and_of_ours() -> None:
    general = {"HOME", "USERPROFILE"}
    assert variables() - general <= set(spans(page("SKILL.md")))


def test_the_hosts_that_get_a_key_are_those_of_the_provider_files() -> None:
    text = section(page("references/privacy.md"), "## Hosts that are contacted")
    table = text.partition("| provider | hosts |")[2].partition("\n\n")[0]
    listed = {row[0]: row[1:] for row in map(spans, table.splitlines()) if row}
    loaded = [load_provider(place) for place in sorted(bundled_folder("providers").glob("[!_]*.py"))]
    hosts = {
        one.id: [urlsplit(region.base_url).hostname for region in one.regions if region.base_url]
        for one in loaded
    }
    assert listed == hosts


# Rules and errors


@pytest.mark.parametrize(
    "example",
    [line for block in fences(page("references/accounting.md"), "text") for line in block.splitlines()],
)
def test_an_example_of_the_rules_is_calculated_correctly(example: str) -> None:
    formula, _, result = example.partition(" = ")
    assert value_of(formula) == Decimal(result)


def test_the_table_of_error_codes_is_that_of_the_program() -> None:
    rows = re.findall(
        r"^\| `[a-z-]+` \| \d.*$", section(page("references/errors.md"), "## Error codes"), re.MULTILINE
    )
    assert rows == error_rows(), "\n".join(["the table must be", *error_rows()])


def test_every_exit_code_is_explained() -> None:
    codes = {code for codes in raised_codes().values() for code in codes}
    codes |= {
        errors.EXIT_OK,
        errors.EXIT_FINDINGS,
        errors.EXIT_BUG,
        errors.EXIT_INTERRUPTED,
        door_words.SET_UP_FAILED,
    }
    explained = re.findall(
        r"^\| (\d+) \|", section(page("references/errors.md"), "## Exit codes"), re.MULTILINE
    )
    assert codes <= {int(code) for code in explained}


@pytest.mark.parametrize("code", door_words.ERRORS["en"])
def test_every_error_of_the_set_up_is_listed(code: str) -> None:
    assert f"`{code}`" in section(page("references/errors.md"), "## The set-up")


# Every page


@pytest.mark.parametrize("name", pages())
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    missing = [
        link for link in local_links(page(name)) if link and not ((ROOT / name).parent / link).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("name", pages())
def test_every_page_that_is_named_exists(name: str) -> None:
    named = [
        span
        for span in spans(page(name))
        if re.fullmatch(r"(?:references|docs/decisions)/[\w./-]+\.md", span)
    ]
    assert [span for span in named if not (ROOT / span).is_file()] == []
