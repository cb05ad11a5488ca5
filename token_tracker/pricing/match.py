"""Which model of the card a logged id means; never a guess.

A rule of the card that matches only the start or the middle of an id is accepted only
when the rest is a date, a version or "latest": `claude-opus-4-6-fast` must not be priced
as `claude-opus-4-6`. What is left over is unpriced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_REGIONS = r"(?:us|eu|apac|au|jp|ca|in|sa|me|global)\."
_VENDOR_DOT = (
    r"(?:ai21|amazon|anthropic|cohere|deepseek|meta|minimax|mistral|moonshotai?|nvidia|openai|qwen|zai)\."
)
_DATE = r"(?:20\d{2}(?:0[1-9]|1[0-2])[0-3]\d|20\d{2}-(?:0[1-9]|1[0-2])-[0-3]\d)"

# Texts, not patterns: they are compiled only when an id is not in the card as it stands.
_SUFFIX = (
    r"(?:"
    rf"[-@]{_DATE}"
    r"|-(?:0[1-9]|1[0-2])-?(?:[0-3]\d|20\d{2})"  # -0528, -05-20, -09-2025
    r"|-00\d|-v\d+(?::\d+)?|[-@](?:latest|default)|-preview"
    r")*"
)
_PREFIX = rf"(?:arn:[^/]*/)?(?:[\w.-]+/)*(?:{_REGIONS})?(?:{_VENDOR_DOT})?"
_OPEN_END = r"[-@](?:20\d{2}|0)?$"

_LONG_CONTEXT = re.compile(r"\[1m\]$")
_SAME_PRICE_TAG = re.compile(r":(?:beta|thinking)$")
_VERSION = re.compile(r"-v\d+:\d+$")
_AT_DATE = re.compile(rf"@(?:{_DATE}|latest|default)$")
_DASH_DATE = re.compile(rf"-{_DATE}$")
_REGION = re.compile(rf"^{_REGIONS}")
_DOTTED_VENDOR = re.compile(rf"^{_VENDOR_DOT}")
_DASHED_NUMBER = re.compile(r"(?<=-)(\d)-(\d)(?=-|$)")

_NUMBER_WITH_DASH = r"(?<=[-a-z])(\d)-(\d)(?=[-:]|$)"
_NUMBER_WITH_DOT = r"(?<=\d)\.(?=\d)"
_EFFORT = r"(?:\s*\((?:none|minimal|low|medium|high|xhigh|max)\)|-(?:none|minimal|low|medium|high|xhigh))$"
_THINKING = r"(?:-thinking|\s*\(thinking\))$"
_VERSION_FIRST = r"^claude-(\d(?:[.-]\d)?)-([a-z]+)(?=-|$)"

THINKING_HAS_A_PRICE = frozenset({"openrouter", "qwen", "qwen-cn"})
"""Sellers of models that cost more when they think: there the word is part of what is priced."""

REGIONAL_ID = re.compile(rf"(?:^|/)(?!global\.){_REGIONS}{_VENDOR_DOT}")
"""Starts the id of a Bedrock model in one region, which costs more there than the vendor lists.

Source: docs.aws.amazon.com/bedrock, global cross-region inference, read 2026-11-22.
"""

BEDROCK_ID = re.compile(rf"^(?:arn:aws:bedrock:|(?:{_REGIONS})?{_VENDOR_DOT}[a-z])")


def spellings(model: str, provider: str, vendor: str = "") -> list[str]:
    """List the ids to look up for a logged id, the most literal first.

    `provider`: our billing provider id. Amazon's region prefixes and OpenRouter's
    `:free` and `vendor/` are part of what is priced there, so they stay. `vendor`: the
    vendor name that OpenRouter writes before such a model, "" when unknown.

    >>> spellings("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic")[-1]
    'claude-sonnet-4-5'
    >>> spellings("Anthropic/Claude-Opus-4-8[1m]", "anthropic")[-1]
    'claude-opus-4-8'
    """
    found = [model.lower().strip()]

    def add(text: str) -> str:
        if text and text not in found:
            found.append(text)
        return text

    text = add(_LONG_CONTEXT.sub("", found[0]))
    if provider == "openrouter":
        text = add(text.removeprefix("openrouter/"))
        if vendor and "/" not in text:
            dotted = _DASHED_NUMBER.sub(r"\1.\2", text)
            found += [
                f"{vendor}/{name}" for name in dict.fromkeys((text, dotted, _DASH_DATE.sub("", dotted)))
            ]
        add(_DASH_DATE.sub("", text))
        return found
    text = add(text.rsplit("/", 1)[-1])
    text = add(_SAME_PRICE_TAG.sub("", text))
    if provider != "aws":
        text = add(_DOTTED_VENDOR.sub("", _REGION.sub("", text)))
    text = add(_VERSION.sub("", text))
    text = add(_AT_DATE.sub("", text))
    add(_DASH_DATE.sub("", text))
    return found


def respellings(spelled: Sequence[str], provider: str) -> list[str]:
    """List other ways to write the same ids, for those that are not known as they stand.

    How hard a model thinks changes how many tokens it writes, not what one of them costs;
    and hosts write versions with a dash or a dot, and before or after a Claude's name.

    >>> respellings(["gpt-5-4 (xhigh)"], "openai")
    ['gpt-5-4', 'gpt-5.4']
    >>> respellings(["claude-4.5-opus-high-thinking"], "anthropic")[-1]
    'claude-opus-4-5'
    """
    found: list[str] = []
    for text in spelled:
        bare = _without_effort(text, provider not in THINKING_HAS_A_PRICE)
        for name in (bare, re.sub(_VERSION_FIRST, r"claude-\2-\1", bare)):
            dotted = re.sub(_NUMBER_WITH_DASH, r"\1.\2", name)
            found += [name, dotted, re.sub(_NUMBER_WITH_DOT, "-", name)]
    return [name for name in dict.fromkeys(found) if name not in spelled]


def _without_effort(text: str, thinking_too: bool) -> str:
    while True:
        shorter = re.sub(_EFFORT, "", text)
        if thinking_too:
            shorter = re.sub(_THINKING, "", shorter)
        if shorter == text:
            return text
        text = shorter


def rule_fit(rule: Sequence[Any], text: str) -> int:
    """Give how many characters of `text` the rule names, 0 when it is not accepted.

    `rule`: `[operator, text]` or `["or"|"and", rule, ...]` as in the snapshot.

    >>> rule_fit(["starts_with", "claude-opus-4-6"], "claude-opus-4-6-20260205")
    15
    >>> rule_fit(["starts_with", "claude-opus-4-6"], "claude-opus-4-6-fast")
    0
    """
    operator, *parts = rule
    if operator == "or":
        return max(rule_fit(part, text) for part in parts)
    if operator == "and":
        return max(rule_fit(part, text) for part in parts) if all(_holds(part, text) for part in parts) else 0
    wanted: str = parts[0]
    if operator == "equals":
        return len(wanted) if text == wanted else 0
    if operator == "regex":
        found = re.search(wanted, text)
        return _span_fit(text, found.start(), found.end(), digits=True) if found else 0
    if not _holds(rule, text):
        return 0
    start = (
        0
        if operator == "starts_with"
        else text.find(wanted)
        if operator == "contains"
        else len(text) - len(wanted)
    )
    # "claude-sonnet-4@" and "claude-sonnet-4-2025" end inside the date that follows.
    named = re.sub(_OPEN_END, "", wanted)
    return max(_span_fit(text, start, start + len(name)) for name in (wanted, named))


def _span_fit(text: str, start: int, end: int, digits: bool = False) -> int:
    rest = text[end:].lstrip("0123456789") if digits else text[end:]
    return end - start if re.fullmatch(_PREFIX, text[:start]) and re.fullmatch(_SUFFIX, rest) else 0


def _holds(rule: Sequence[Any], text: str) -> bool:
    operator, *parts = rule
    if operator == "or":
        return any(_holds(part, text) for part in parts)
    if operator == "and":
        return all(_holds(part, text) for part in parts)
    wanted: str = parts[0]
    if operator == "equals":
        return text == wanted
    if operator == "starts_with":
        return text.startswith(wanted)
    if operator == "ends_with":
        return text.endswith(wanted)
    if operator == "contains":
        return wanted in text
    return re.search(wanted, text) is not None
