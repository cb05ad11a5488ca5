"""A server on a real loopback socket that answers with the bytes it was given, in their order."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

Reply = bytes | Callable[[socket.socket, threading.Event], None]
"""Bytes to send, or what sends them; the event is set when the test is over."""


class Asked(NamedTuple):
    """One request as it came over the socket; `headers` by lower-case name."""

    line: str
    headers: dict[str, str]
    body: bytes


class Loopback:
    """Where the server is, and what it was asked so far."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}"
        self.asked: list[Asked] = []


def reply(status: int = 200, body: bytes = b"{}", headers: dict[str, str] | None = None) -> bytes:
    """Give an answer that ends its connection; its length is told unless `headers` do."""
    told = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
    lines = [f"HTTP/1.1 {status} Told", *(f"{name}: {value}" for name, value in told.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def serving(*replies: Reply) -> Iterator[Loopback]:
    """Run a server; the last reply is given for ever."""
    left = list(replies)
    over = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().decode().strip()
            if not line:
                return
            headers = {}
            while (field := self.rfile.readline().decode().strip()) != "":
                name, _, value = field.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", "0")))
            here.asked.append(Asked(line, headers, body))
            told = left.pop(0) if len(left) > 1 else left[0]
            try:
                if callable(told):
                    told(self.connection, over)
                else:
                    self.connection.sendall(told)
            except OSError:
                pass  # the client went away, as it should

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        here = Loopback(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield here
        finally:
            over.set()
            server.shutdown()
            thread.join()
