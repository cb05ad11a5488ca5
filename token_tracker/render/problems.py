"""The text of a problem: its code names a function of `en/problems.py` and `zh/problems.py`."""

from __future__ import annotations

import inspect
import re

from token_tracker.model import Problem
from token_tracker.render.format import clean_line
from token_tracker.render.format import clean_name
from token_tracker.render.words import ProblemText
from token_tracker.render.words import words

_PATH = re.compile(r"^([/~.\\]|[A-Za-z]:[\\/])|\\|\.[a-z]+:\d+$")


def problem_text(problem: Problem, lang: str) -> ProblemText:
    """Say what was skipped or guessed around, and what to do; without any path."""
    sentences = words(lang, "problems")
    sentence = getattr(sentences, problem.code.replace("-", "_"), None)
    if not inspect.isfunction(sentence) or sentence.__module__ != sentences.__name__:
        return ProblemText(*sentences.unnamed(code=problem.code, times=problem.times))
    facts = {
        "times": problem.times,
        "where": "" if names_a_path(problem) else clean_name(problem.where),
        "detail": clean_line(problem.detail),
    }
    return ProblemText(*sentence(**{name: facts[name] for name in inspect.signature(sentence).parameters}))


def names_a_path(problem: Problem) -> bool:
    """Say whether `where` is a path; ids of models may hold slashes and are none.

    >>> from token_tracker.model import Severity
    >>> names_a_path(Problem("line-not-json", Severity.NOTE, "/srv/li/log.jsonl:3"))
    True
    >>> names_a_path(Problem("model-unpriced", Severity.NOTE, "z-ai/glm-5"))
    False
    """
    return bool(_PATH.search(problem.where))
