"""The arrows of docs/architecture: who may import whom, read from the source text."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "token_tracker"
MOST_LINES = 600

# A module imports only from its own layer or below it. The longest name that fits counts.
LAYERS = {
    1: (
        "token_tracker",
        "model",
        "period",
        "errors",
        "paths",
        "locks",
        "clock",
        "projects",
        "files",
        "quiet",
        "programs",
    ),
    2: ("sources", "http", "waiting", "refusals", "providers", "provider_api"),
    3: (
        *("ledger", "pricing", "formats", "settings", "settings_models", "schemas", "pricer"),
        *("provider_settings", "provider_keys"),
    ),
    4: (
        *("sync", "budgets", "recording", "delivery", "alerts", "reports", "hosts", "gateway"),
        *("answer_checks", "bills", "configuring", "exchange", "delivery_state", "due", "detached"),
        *("hooking", "host_files", "uninstalling", "prompts", "odd_files"),
    ),
    5: ("render",),
    6: ("cli", "quick", "__main__"),
}
LAYER_OF = {name: layer for layer, names in LAYERS.items() for name in names}

STDLIB_ONLY = (
    *("model", "period", "errors", "paths", "quick", "locks", "clock", "projects"),
    *("delivery", "delivery_state", "due", "detached", "files", "quiet", "programs"),
)
# Who may import a library that is heavy or belongs to an edge.
ALLOWED = {
    "babel": ("render",),
    "typer": ("cli",),
    "click": (),
    "rich": (),
    "httpx": ("http", "gateway"),
    "pydantic": ("settings_models", "formats", "providers", "provider_settings", "schemas", "pricing"),
    "msgspec": ("sources",),
    "stringzilla": ("sources",),
    "genai_prices": (),
    "pytest": (),
    # Programs are started in one place; hosts ask it only how Windows quotes a line.
    "subprocess": ("programs", "hosts"),
}
NEVER_FROM_SOURCES = ("sync", "pricing", "ledger", "cli", "settings", "render", "reports")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """Give line and full dotted name of everything imported, also inside functions."""
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(
                file.relative_to(ROOT).parent.parts[: None if node.level < 2 else 1 - node.level]
            )
            base = node.module or "" if not node.level else ".".join(filter(None, (package, node.module)))
            for name in node.names:
                yield node.lineno, f"{base}.{name.name}"


def part_of(dotted: str) -> str:
    """Give the name that places a module: `ledger` for `token_tracker.ledger.store`."""
    names = dotted.split(".")[1:]
    return names[0] if names and names[0] in known_parts() else "token_tracker"


def known_parts() -> set[str]:
    return {place.stem for place in PACKAGE.iterdir() if place.suffix == ".py" or place.is_dir()} - {
        "__init__"
    }


def own_part(file: Path) -> str:
    first = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "token_tracker" if first == "__init__" else first


def offences(broken: list[str]) -> str:
    return "\n".join(broken)


def test_every_module_has_a_layer() -> None:
    unplaced = [own_part(file) for file in modules() if own_part(file) not in LAYER_OF]

    assert unplaced == []


def test_no_module_imports_from_a_layer_above_it() -> None:
    broken = [
        f"{file.relative_to(ROOT)}:{line}: layer {LAYER_OF.get(own_part(file))} imports {dotted}"
        for file in modules()
        for line, dotted in imports_of(file)
        if dotted.split(".")[0] == "token_tracker"
        and LAYER_OF.get(part_of(dotted), 0) > LAYER_OF.get(own_part(file), 0)
    ]

    assert not broken, offences(broken)


def test_no_files_import_each_other_in_a_circle() -> None:
    arrows = {
        name: {found for _, dotted in imports_of(file) if (found := file_of(dotted)) not in (None, name)}
        for name, file in names_of_modules().items()
    }
    while leaves := {name for name, imported in arrows.items() if not imported & arrows.keys()}:
        arrows = {name: imported for name, imported in arrows.items() if name not in leaves}

    assert sorted(arrows) == []


@cache
def names_of_modules() -> dict[str, Path]:
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in modules()
    }


def file_of(dotted: str) -> str | None:
    """Give the module that an import names: itself, or the one that a name is taken from."""
    names = names_of_modules()
    return next((name for name in (dotted, dotted.rpartition(".")[0]) if name in names), None)


def test_sources_import_neither_each_other_nor_what_uses_them() -> None:
    broken = [
        f"{file.relative_to(ROOT)}:{line}: imports {dotted}"
        for file in (PACKAGE / "sources").rglob("*.py")
        if own_source(file) != "__init__"
        for line, dotted in imports_of(file)
        if dotted.startswith("token_tracker.")
        and (part_of(dotted) in NEVER_FROM_SOURCES or is_other_source(dotted, own_source(file)))
    ]

    assert not broken, offences(broken)


def own_source(file: Path) -> str:
    return file.relative_to(PACKAGE / "sources").parts[0].removesuffix(".py")


def is_other_source(dotted: str, own: str) -> bool:
    """Names with an underscore, and the contract, are shared by all sources."""
    named = (
        dotted.removeprefix("token_tracker.sources.").split(".")[0] if part_of(dotted) == "sources" else own
    )
    return named not in {own, "contract"} and not named.startswith("_")


def test_a_library_is_imported_only_where_it_belongs() -> None:
    broken = [
        f"{file.relative_to(ROOT)}:{line}: {library} belongs in {', '.join(ALLOWED[library]) or 'no module'}"
        for file in modules()
        for line, dotted in imports_of(file)
        if (library := dotted.split(".")[0]) in ALLOWED and own_part(file) not in ALLOWED[library]
    ]

    assert not broken, offences(broken)


def test_the_nouns_and_the_quick_path_use_the_standard_library_only() -> None:
    broken = [
        f"{file.relative_to(ROOT)}:{line}: imports {dotted}"
        for file in modules()
        if own_part(file) in STDLIB_ONLY
        for line, dotted in imports_of(file)
        if dotted.split(".")[0] not in {*sys.stdlib_module_names, "token_tracker"}
    ]

    assert not broken, offences(broken)


@pytest.mark.parametrize("folder", ["token_tracker", "scripts", "providers", "tests", "benchmarks"])
def test_no_file_is_longer_than_600_lines(folder: str) -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in (ROOT / folder).rglob("*.py")
    }

    assert {file: lines for file, lines in lengths.items() if lines > MOST_LINES} == {}
