"""A loopback socket for each address of a vendor, so that a key sent to the wrong one is seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from typing import Any

from fake_providers.asked import Asked
from fake_providers.asked import Reply

GONE = (BrokenPipeError, ConnectionResetError, ConnectionAbortedError)


class Listening:
    """A server in its own threads. `wrong`: what went wrong inside the fake itself."""

    def __init__(self, origin: str, answer: Callable[[Asked], Reply], wrong: list[BaseException]) -> None:
        self._closing = threading.Event()
        self._server = _Server(origin, answer, wrong, self._closing)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address without a path, such as `http://127.0.0.1:40001`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop; a slow reply ends at once."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(
        self,
        origin: str,
        answer: Callable[[Asked], Reply],
        wrong: list[BaseException],
        closing: threading.Event,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = origin
        self.answer = answer
        self.wrong = wrong
        self.closing = closing


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the base class
        """Say nothing: a test asks for what it wants to know."""

    def handle(self) -> None:
        try:
            super().handle()
        except GONE:
            self.close_connection = True
        except Exception as error:  # noqa: BLE001 - the fixture raises it in the test
            self.server.wrong.append(error)

    def _reply(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.server.origin, self.command, self.path, headers, self.rfile.read(length))
        reply = self.server.answer(asked)
        self.send_response(reply.status)
        content = reply.content
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if reply.cut_at is not None:
            self.close_connection = True
        for part in _parts(content[: reply.cut_at], reply.pause_s):
            self.wfile.write(part)
            if reply.pause_s and self.server.closing.wait(reply.pause_s):
                self.close_connection = True
                return


def _parts(content: bytes, pause_s: float) -> Iterator[bytes]:
    if pause_s:
        yield from (content[at : at + 1] for at in range(len(content)))
    elif content:
        yield content
