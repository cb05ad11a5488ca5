"""One request as the fake sees it, one reply, and how a reply becomes bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `origin`: the real address that the client believes to talk to.

    The names of `headers` are lower-case.
    """

    origin: str
    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes = b""

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Names and values, in their order."""
        return tuple(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def one(self, name: str, default: str = "") -> str:
        """Give the value of a parameter that may be there once."""
        values = self.many(name)
        if len(values) > 1:
            raise Refused(400, f"{name} was sent more than once.", param=name)
        return values[0] if values else default

    def many(self, name: str) -> list[str]:
        """Give the values of a repeated parameter, written as `name` or as `name[]`."""
        return [value for key, value in self.query if key in {name, f"{name}[]"}]

    def number(self, name: str, default: int, most: int, least: int = 1) -> int:
        """Give a whole number; over the cap it is refused, not cut, as the vendors do."""
        text = self.one(name, str(default))
        if not text.isdecimal() or not least <= int(text) <= most:
            raise Refused(400, f"{name} must be between {least} and {most}.", param=name)
        return int(text)

    @property
    def bearer(self) -> str:
        """The key of an `Authorization: Bearer` header, "" when there is none."""
        word, _, key = self.headers.get("authorization", "").partition(" ")
        return key if word == "Bearer" else ""

    def holds(self, text: str) -> list[str]:
        """Say which parts of the request hold a text: "target", "headers", "content"."""
        parts = {
            "target": self.target,
            "headers": "\n".join(self.headers.values()),
            "content": self.content.decode("utf-8", "replace"),
        }
        return [name for name, part in parts.items() if text in part]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `body`: JSON, or bytes that are sent as they are.

    `page`: which page of its report this is, from 1. `cut_at`: the connection is closed after so
    many bytes. `pause_s`: how long the fake waits between two bytes.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    cut_at: int | None = None
    pause_s: float = 0

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json_text(self.body).encode()


class Refused(Exception):
    """The vendor refuses the request; it says so in its own shape."""

    def __init__(self, status: int, message: str, code: str = "", param: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param


def json_text(value: Any) -> str:
    """Write JSON in which a Decimal is a number with all of its digits."""
    match value:
        case Decimal():
            return plain(value)
        case Mapping():
            return (
                "{" + ",".join(f"{json.dumps(name)}:{json_text(part)}" for name, part in value.items()) + "}"
            )
        case list() | tuple():
            return "[" + ",".join(json_text(part) for part in value) + "]"
        case _:
            return json.dumps(value)


def plain(amount: Decimal) -> str:
    """Write an amount with all of its digits and without an exponent."""
    return f"{amount:f}"
