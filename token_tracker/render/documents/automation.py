"""Texts for scheduled agents as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from token_tracker.prompts import Prompt
from token_tracker.render.documents.figures import Document
from token_tracker.render.style import Style


def prompts_data(prompts: Sequence[Prompt], style: Style) -> Document:
    """Give `data` of `automation list` and `automation render`."""
    return {
        "prompts": [
            {"name": prompt.name, "lang": None if prompt.text is None else style.lang, "text": prompt.text}
            for prompt in prompts
        ]
    }
