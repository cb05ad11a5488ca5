"""Asks the fake with the standard library: status, headers and JSON, and nothing in between."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from typing import NamedTuple
from urllib.parse import urlsplit


class Got(NamedTuple):
    """What came back; `content` as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The answer, its numbers exact."""
        return json.loads(self.content, parse_float=Decimal)


def ask(url: str, key: str = "", body: Any = None, **headers: str) -> Got:
    """Ask once, follow nothing; `_` in a header's name stands for `-`."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.netloc, timeout=10)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    bearer = {"Authorization": f"Bearer {key}"} if key else {}
    content = None if body is None else json.dumps(body)
    try:
        connection.request(
            "GET" if body is None else "POST", f"{place.path}?{place.query}", content, {**bearer, **sent}
        )
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Got(answer.status, names, answer.read())
    finally:
        connection.close()
