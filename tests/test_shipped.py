"""What people install is whole and no more: `.clawhubignore` against the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shipped import ROOT
from shipped import files
from shipped import ignored_places
from shipped import is_below
from shipped import shipped_files

PLACES = ignored_places()
PAGES = [file for file in shipped_files() if file.suffix == ".md"]
# Of the repository, for people who change the program; they have the repository.
FOR_DEVELOPERS = ("README.md", "README.zh-CN.md", "CHANGELOG.md")


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_is_left_out_exists(place: str) -> None:
    assert [file for file in files() if is_below(file, [place])] != []


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_is_left_out_is_written_so_that_other_programs_understand_it(place: str) -> None:
    assert re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*/?", place)
    assert (ROOT / place).is_dir() == place.endswith("/")


def test_the_skill_has_these_parts_and_no_others() -> None:
    assert sorted({file.parts[0] for file in shipped_files()}) == [
        ".claude-plugin",
        ".codex-plugin",
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "README.zh-CN.md",
        "SKILL.md",
        "automation",
        "docs",
        "hooks",
        "providers",
        "pyproject.toml",
        "references",
        "requirements-fast.lock",
        "requirements.lock",
        "scripts",
        "token_tracker",
    ]


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in FOR_DEVELOPERS], ids=str)
def test_every_link_of_a_shipped_page_leads_to_what_is_shipped(page: Path) -> None:
    shipped = {(ROOT / file).resolve() for file in shipped_files()}
    folders = {parent for file in shipped for parent in file.parents}
    links = re.findall(r"\]\(([^)\s#:]+)[)#]", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if (ROOT / page.parent / link).resolve() not in shipped | folders] == []
