"""Ask a loopback server by the HTTP client, with time that passes only by sleeping."""

from __future__ import annotations

from typing import Any

import pytest

from loopback import Asked
from loopback import Loopback
from loopback import Reply
from loopback import serving
from token_tracker.errors import TrackerError
from token_tracker.http import Answer
from token_tracker.http import Http
from token_tracker.http import Request

KEY = "sk-admin-canary-0123456789abcdefWXYZ"


class Ticking:
    """Time that passes only by sleeping; notes every sleep."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds

    def monotonic(self) -> float:
        return self.now_s


def client(server: Loopback, ticking: Ticking | None = None, share: float = 0.0, **more: Any) -> Http:
    timed = ticking or Ticking()
    settings = {"hosts": [server.host], "hidden": [KEY], "now": lambda: 1_800_000_000.0, **more}
    return Http(sleep=timed.sleep, monotonic=timed.monotonic, random=lambda: share, **settings)


def get(server: Loopback, path: str = "/v1/costs", **more: Any) -> Request:
    return Request("GET", server.url + path, {"Authorization": f"Bearer {KEY}"}, **more)


def refused(*replies: Reply, ticking: Ticking | None = None, **more: Any) -> tuple[TrackerError, list[Asked]]:
    """Ask a server that must not succeed; give the error, and what was asked."""
    with serving(*replies) as server, client(server, ticking, **more) as http:
        with pytest.raises(TrackerError) as raised:
            http.send(get(server))
        return raised.value, server.asked


def answered(*replies: Reply, ticking: Ticking | None = None, **more: Any) -> Answer:
    with serving(*replies) as server, client(server, ticking, **more) as http:
        return http.send(get(server))
