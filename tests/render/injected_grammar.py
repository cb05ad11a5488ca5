"""The closed grammar of what goes into a session: whatever is none of this is somebody else's word.

Our own sentences (the string constants of their files), figures in the forms that we write,
and names that are shipped. `strangers` gives what is left of a text without all that.
"""

from __future__ import annotations

import ast
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from babel.numbers import get_currency_symbol
from babel.numbers import list_currencies

from token_tracker.paths import bundled_folder
from token_tracker.pricing.shipped import shipped
from token_tracker.render.format import clean_name
from token_tracker.render.format import full_day
from token_tracker.render.format import month
from token_tracker.render.format import short_day
from token_tracker.render.format import weekday
from token_tracker.sources import all_sources

RENDER: Final = Path(__file__).resolve().parents[2] / "token_tracker" / "render"
PARTS: Final = ("delivered", "digest", "messages", "spans", "budgets", "rates")
"""The files whose sentences a session may see."""
PROBLEMS_TOLD: Final = ("exchange_rate_missing",)
"""Of `problems_*.py`, no other is."""
SAFE_ID: Final = (
    r"token-tracker (?:(?:daily|set-up):\d{4}-\d\d-\d\d|weekly:\d{4}-W\d\d|monthly:\d{4}-\d\d"
    r"|alert:(?:daily|weekly|monthly):(?:[0-9a-f]{8}:)?(?:warning|exceeded):\d{4}-\d\d-\d\d)"
)
_NUMBER: Final = r"(?<![A-Za-z0-9_.])[-+]?\d[\d,]{0,30}(?:\.\d{1,12})?(?!\d)"
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]+")
_ENGLISH: Final = re.compile(r"[A-Za-z][A-Za-z'-]*")


def strangers(text: str, lang: str) -> list[str]:
    """Give every part of a text that the grammar does not know; none in what may be injected."""
    for form in _forms(lang):
        text = form.sub(" ", text)
    left = _ENGLISH.sub(lambda word: " " if word[0] in _english(lang) else word[0], text)
    left = _CHINESE.sub(lambda run: " " if _chinese(lang).fullmatch(run[0]) else run[0], left)
    return "".join(" " if sign in _signs(lang) else sign for sign in left).split()


@cache
def _forms(lang: str) -> list[re.Pattern[str]]:
    """Give the forms of ids, dates, names and figures, in the order in which they are looked for."""
    signs = {get_currency_symbol(code, locale=lang) for code in list_currencies()}
    year = [date(2026, number, 1) for number in range(1, 13)]
    week = {weekday(date(2026, 11, number), lang) for number in range(16, 23)}
    days = {re.sub(r"\d+", "@", write(day, lang)) for write in (full_day, short_day, month) for day in year}
    dates = [re.escape(day).replace("@", r"\d{1,4}") for day in _longest_first(days)]
    codes = _any_of(list_currencies())
    return [
        re.compile(rf"^{SAFE_ID}$", re.MULTILINE),
        re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(dates)})(?![A-Za-z0-9])"),
        re.compile(rf"(?<![A-Za-z])(?:{_any_of(week)})(?![A-Za-z])"),
        re.compile(r"\b(?:\d\d:\d\d|\d{4}-\d\d-\d\d)\b"),
        re.compile(rf"(?<![A-Za-z0-9]){_any_of(_names())}(?![A-Za-z0-9])"),
        re.compile(rf"-?<?(?:{_any_of({*signs, '$'})})\s?(?=\d)"),
        re.compile(rf"{_NUMBER} {codes}/{codes}\b"),
        re.compile(rf"{_NUMBER}(?:%|[KMB]\b| [万亿])?"),
        re.compile(r"(?<=–)\d+"),
    ]


def _names() -> set[str]:
    """Give the names that we ship: models and providers of the price card, and programs."""
    files = {file.stem for file in bundled_folder("providers").glob("*.py")}
    known = {*shipped().models, *shipped().providers, *files, *(one.name for one in all_sources())}
    return {clean_name(name) for name in known}


@cache
def _english(lang: str) -> frozenset[str]:
    return frozenset(word for text in _constants(lang) for word in _ENGLISH.findall(text))


@cache
def _chinese(lang: str) -> re.Pattern[str]:
    """Match what is put together of the runs of Chinese in our sentences."""
    return re.compile(
        rf"(?:{_any_of({run for text in _constants(lang) for run in _CHINESE.findall(text)})})+"
    )


@cache
def _signs(lang: str) -> frozenset[str]:
    return frozenset({sign for text in _constants(lang) for sign in text if not sign.isalnum()} | {"\n", "¤"})


@cache
def _constants(lang: str) -> frozenset[str]:
    """Give every string of our sentences, without those that explain them."""
    trees = [ast.parse((RENDER / lang / f"{part}.py").read_text("utf-8")) for part in PARTS]
    problems = ast.parse((RENDER / lang / "problems.py").read_text("utf-8"))
    told = [one for one in problems.body if getattr(one, "name", "") in PROBLEMS_TOLD]
    nodes = [node for tree in (*trees, *told) for node in ast.walk(tree)]
    explained = {
        id(node.value)
        for node in nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return frozenset(
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained
    )


def _any_of(texts: set[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, _longest_first(texts)))})"


def _longest_first(texts: set[str]) -> list[str]:
    return sorted((text for text in texts if text), key=lambda text: (-len(text), text))
