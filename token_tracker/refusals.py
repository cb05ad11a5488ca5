"""What the body of a refused question says: the vendor's code and message, without secrets.

Vendors agree on no shape, so the ones that were met are looked for by name; anything else
gives no code and no message.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

MASK = "***"
LONGEST_CODE = 80
LONGEST_MESSAGE = 400
TELLING = 6
"""So many characters in a row of a secret are taken for a piece of it."""

TAIL = 4


class Refusal(NamedTuple):
    """The vendor's words, "" where there are none; scrubbed, one line each, cut."""

    code: str = ""
    message: str = ""


def read_refusal(content: bytes, secrets: Sequence[str]) -> Refusal:
    """Read the code and the message of an error's body.

    Shapes: `{"error": {"code", "type", "message"}}` (OpenAI, Anthropic, OpenRouter, Moonshot,
    LiteLLM), `{"base_resp": {"status_code", "status_msg"}}` (MiniMax), `{"error": "text"}`,
    `{"code", "message" | "msg"}`, `{"detail": "text"}`, any of these under "detail" (LiteLLM), or
    a line of plain text. A word as code goes before a number, which mostly repeats the status.

    Source: the vendors' error pages; MiniMax: mmx-cli 1.0.27; checked 2026-11-22.
    """
    text = content.decode("utf-8", "replace").strip()
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        # A page for people, or a body that was cut: only a short plain line says something.
        is_line = bool(text) and text[0] not in "<{[" and len(text) <= LONGEST_MESSAGE
        return Refusal("", scrubbed(text, secrets) if is_line else "")
    code, message = _told(parsed)
    return Refusal(
        scrubbed(code, secrets, LONGEST_CODE),
        scrubbed(message, secrets, LONGEST_MESSAGE),
    )


def scrubbed(text: str, secrets: Sequence[str], longest: int = LONGEST_MESSAGE) -> str:
    """Give text as one line without control characters, and without any piece of a secret.

    Vendors quote keys in part, as in "sk-…wxyz": a word that holds six characters of a secret in
    a row, ends like one, or is masked with stars already, is replaced whole.
    """
    clean = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    forms = [form for secret in secrets if secret for form in _forms(secret)]
    for form in forms:
        clean = clean.replace(form, MASK)
    words = (MASK if _is_telling(word, forms) else word for word in clean.split())
    return " ".join(words)[:longest]


def _told(parsed: Any) -> tuple[str, str]:
    """Give code and message of a parsed body."""
    if not isinstance(parsed, Mapping):
        return "", ""
    detail = parsed.get("detail")
    parsed = detail if isinstance(detail, Mapping) else parsed
    inner = parsed.get("error")
    if isinstance(inner, str):
        return _code(parsed), inner
    if isinstance(inner, Mapping):
        return _code(inner), _first_text(inner, "message", "msg")
    answer = parsed.get("base_resp")
    if isinstance(answer, Mapping):
        return _plain(answer.get("status_code")), _first_text(answer, "status_msg")
    return _code(parsed), _first_text(parsed, "message", "msg", "detail")


def _code(fields: Mapping[Any, Any]) -> str:
    told = [_plain(fields.get(name)) for name in ("code", "type")]
    words = [code for code in told if code and not code.isdigit()]
    return next(iter([*words, *filter(None, told)]), "")


def _plain(value: Any) -> str:
    is_plain = isinstance(value, (str, int)) and not isinstance(value, bool)
    return str(value) if is_plain else ""


def _first_text(fields: Mapping[Any, Any], *names: str) -> str:
    return next((fields[name] for name in names if isinstance(fields.get(name), str)), "")


def _forms(secret: str) -> tuple[str, ...]:
    """Give a secret as it is, and as basic authentication would carry it."""
    return (secret, base64.b64encode(secret.encode()).decode().rstrip("="))


def _is_telling(word: str, forms: Sequence[str]) -> bool:
    bare = re.sub(r"\W+$", "", word)
    return "**" in word or any(
        (len(form) > TAIL and bare.endswith(form[-TAIL:]))
        or any(form[start : start + TELLING] in word for start in range(len(form) - TELLING + 1))
        for form in forms
    )
