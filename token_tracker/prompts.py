"""The texts in `automation/`: what people give an agent that they schedule themselves.

Each file holds a paragraph in Chinese and one in English. Which command they name is theirs to
say; here its place is filled in.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from token_tracker.paths import bundled_folder
from token_tracker.paths import skill_directory

NAMES = ("daily-report", "weekly-report", "monthly-report", "budget-alert")
DOOR = Path("scripts") / "token-tracker.py"
_IN_SKILL = 'python3 "{baseDir}/scripts/token-tracker.py"'
_LANGUAGES = ("zh", "en")


class Prompt(NamedTuple):
    """A text for an agent; `text` is None where only its name is told."""

    name: str
    text: str | None


def listed_prompts() -> list[Prompt]:
    """Give every text by its name alone."""
    return [Prompt(name, None) for name in NAMES]


def load_prompt(name: str, language: str) -> Prompt:
    """Give the paragraph of a language, with the place of the program in it.

    `name`: one of `NAMES`. `language`: zh or en. From a wheel there is no skill folder; the
    command then names the interpreter that runs the program now.
    """
    skill = skill_directory()
    template = (bundled_folder("automation") / f"{name}.prompt.txt").read_text(encoding="utf-8")
    paragraph = template.strip().split("\n\n")[_LANGUAGES.index(language)]
    if not (skill / DOOR).is_file():
        return Prompt(name, paragraph.replace(_IN_SKILL, f'"{sys.executable}" -m token_tracker'))
    return Prompt(name, paragraph.replace("{baseDir}", str(skill)))
