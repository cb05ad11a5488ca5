"""Everything that can go wrong with an answer, one function each; `Vendor.fail` switches one on."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.vendor import Fault
from fake_providers.vendor import Vendor

MEGABYTE = 1 << 20


class Hint(StrEnum):
    """How a vendor says when to come again."""

    MILLISECONDS = "retry-after-ms"
    SECONDS = "Retry-After: seconds"
    DATE = "Retry-After: a date"
    ANTHROPIC_RESET = "anthropic-ratelimit-requests-reset"
    RATE_LIMIT_RESET = "X-RateLimit-Reset"
    ZERO = "Retry-After: 0"
    NONE = "nothing"


def answers(status: int, message: str = "It failed.", code: str = "") -> Fault:
    """Answer with a status and the vendor's own error."""
    return lambda vendor, _asked, reply: replace(
        vendor.error(Refused(status, message, code)), page=reply.page
    )


def limited(hint: Hint, wait_s: int = 1) -> Fault:
    """Answer 429 and say in one of several ways when to come again."""

    def fault(vendor: Vendor, _asked: Asked, reply: Reply) -> Reply:
        then = vendor.now + timedelta(seconds=wait_s)
        headers = {
            Hint.MILLISECONDS: {"retry-after-ms": str(wait_s * 1000)},
            Hint.SECONDS: {"Retry-After": str(wait_s)},
            Hint.DATE: {"Retry-After": format_datetime(then, usegmt=True)},
            Hint.ANTHROPIC_RESET: {"anthropic-ratelimit-requests-reset": then.isoformat()},
            Hint.RATE_LIMIT_RESET: {"X-RateLimit-Reset": str(int(then.timestamp() * 1000))},
            Hint.ZERO: {"Retry-After": "0"},
            Hint.NONE: {},
        }[hint]
        refused = vendor.error(Refused(429, "Too many requests.", "rate_limit_exceeded"))
        return replace(refused, headers={**refused.headers, **headers}, page=reply.page)

    return fault


def html_page(status: int = 502) -> Fault:
    """Answer with the page of some proxy on the way."""
    page = b"<!DOCTYPE html><html><title>Bad gateway</title><body>Error 1015</body></html>"
    return lambda _vendor, _asked, reply: replace(
        reply, status=status, body=page, headers={"Content-Type": "text/html; charset=UTF-8"}
    )


def truncated() -> Fault:
    """Answer with the first half of the JSON, as if that were all."""
    return lambda _vendor, _asked, reply: replace(reply, body=reply.content[: len(reply.content) // 2])


def cut_off() -> Fault:
    """Close the connection in the middle of the body."""
    return lambda _vendor, _asked, reply: replace(reply, cut_at=len(reply.content) // 2)


def slow_drip(pause_s: float) -> Fault:
    """Send one byte, wait, send the next."""
    return lambda _vendor, _asked, reply: replace(reply, pause_s=pause_s)


def gzip_bomb(megabytes: int) -> Fault:
    """Answer with a few bytes that become many, although nobody asked for a compressed answer."""
    packing = zlib.compressobj(wbits=31)  # as gzip does
    bomb = b"".join([*(packing.compress(b" " * MEGABYTE) for _ in range(megabytes)), packing.flush()])
    return lambda _vendor, _asked, reply: replace(
        reply, body=bomb, headers={**reply.headers, "Content-Encoding": "gzip"}
    )


def compressed() -> Fault:
    """Compress an honest answer, although identity was asked for."""
    return lambda _vendor, _asked, reply: replace(
        reply, body=gzip.compress(reply.content), headers={**reply.headers, "Content-Encoding": "gzip"}
    )


def huge(megabytes: int) -> Fault:
    """Answer with valid JSON that is far too long."""
    return lambda _vendor, _asked, reply: replace(reply, body=reply.content + b" " * (megabytes * MEGABYTE))


def redirects(to: str = "", status: int = 302) -> Fault:
    """Send the client elsewhere; "" is the same address again."""
    return lambda _vendor, asked, reply: replace(
        reply, status=status, body=b"", headers={"Location": to or asked.target}
    )


def repeats_cursor() -> Fault:
    """Give the same cursor on every page."""
    return _changed(lambda page: {**page, "has_more": True, "next_page": "page_again"})


def loses_cursor() -> Fault:
    """Say that there is more, and not where."""
    return _changed(lambda page: {**page, "has_more": True, "next_page": None})


def unknown_fields() -> Fault:
    """Add fields that nobody knows yet, everywhere."""
    return _everywhere(lambda part: {**part, "new_in_2027": {"of": [1, None]}})


def without(name: str) -> Fault:
    """Leave a field out, wherever it is."""
    return _everywhere(lambda part: {key: value for key, value in part.items() if key != name})


def with_value(name: str, value: Any) -> Fault:
    """Give a field another value, wherever it is: None for the models, say."""
    return _everywhere(lambda part: {**part, name: value} if name in part else part)


def body(content: Any) -> Fault:
    """Answer 200 with this, JSON or bytes."""
    return lambda _vendor, _asked, reply: replace(reply, status=200, body=content)


def _changed(change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Fault:
    return lambda _vendor, _asked, reply: replace(reply, body=change(reply.body))


def _everywhere(change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Fault:
    def through(part: Any) -> Any:
        if isinstance(part, Mapping):
            return change({name: through(value) for name, value in part.items()})
        return [through(value) for value in part] if isinstance(part, list) else part

    return lambda _vendor, _asked, reply: replace(reply, body=through(reply.body))
