"""Texts for scheduled agents, as text."""

from __future__ import annotations

from collections.abc import Sequence

from token_tracker.prompts import Prompt
from token_tracker.render.en import automation as en
from token_tracker.render.style import Style


def prompt_list(prompts: Sequence[Prompt], style: Style) -> str:
    """Name the texts, each with what it makes an agent do."""
    lines = [f"- {style.say(en.about, name=prompt.name)}" for prompt in prompts]
    return "\n".join([style.say(en.texts_there_are), *lines, "", style.say(en.how_to_use_them)])


def rendered_prompts(prompts: Sequence[Prompt], _: Style) -> str:
    """Give one text and nothing else, to be passed on as it is; several below their names."""
    if len(prompts) == 1:
        return prompts[0].text or ""
    return "\n\n".join(f"{prompt.name}\n\n{prompt.text}" for prompt in prompts)
