"""The one HTTP client: declared hosts, deadlines, caps, retries, and errors without secrets.

It knows no vendor. What a status means to a person is said in `provider_api.py`; how long to
wait in `waiting.py`; what an error's body tells in `refusals.py`.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import ssl
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from math import ceil
from random import SystemRandom
from types import TracebackType
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal
from typing import NamedTuple
from typing import Self
from typing import TypeVar

from token_tracker import __version__
from token_tracker.errors import AnswerError
from token_tracker.errors import CredentialError
from token_tracker.errors import NetworkError
from token_tracker.errors import ProviderError
from token_tracker.refusals import read_refusal
from token_tracker.waiting import PASSING
from token_tracker.waiting import hinted_wait_s
from token_tracker.waiting import pause_s
from token_tracker.waiting import spread_s

if TYPE_CHECKING:
    import httpx

CHANCE = SystemRandom()  # processes that were forked do not share it
Result = TypeVar("Result")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
USER_AGENT = f"token-tracker/{__version__}"
ERROR_BYTES = 4096
LARGEST_EXPONENT = 1000
DEFAULT_PORTS = {"https": 443, "http": 80}
HEADER_VALUE = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much time and room one question may take.

    `read_s`: without a byte. `total_s`: for all attempts and waits together, looking the name
    up included. `answer_bytes`: of one answer. `attempts`: at most. `longest_wait_s`: a hint
    that asks for more is not waited for.
    """

    connect_s: float = 5
    read_s: float = 10
    total_s: float = 30
    answer_bytes: int = 8 << 20
    attempts: int = 3
    longest_wait_s: float = 20


@dataclass(frozen=True, slots=True)
class Request:
    """A question that changes nothing where it is asked, so that it may be asked again.

    `method`: POST only where the vendor's documentation says that it just reads. `params`: a
    name may be there several times. `body`: sent as JSON.
    """

    method: Literal["GET", "POST"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Sequence[tuple[str, str]] = ()
    body: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. `headers`: by lower-case name. `host`: who answered, for texts of errors."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    host: str = ""

    def json(self) -> Any:
        """Give the content as JSON; numbers are int or Decimal, never float.

        Raises:
            ProviderError: it is none, such as a page of a proxy, or JSON that nothing here could
                keep: NaN, a number of thousands of digits, half a character, endless nesting.
        """
        try:
            parsed = json.loads(self.content, parse_float=_exact, parse_constant=_refuse_constant)
            if rb"\ud" in self.content.lower():  # a lone half of a character cannot be stored
                json.dumps(parsed, ensure_ascii=False, default=str).encode()
        except (ValueError, ArithmeticError, RecursionError):
            raise ProviderError("answer_not_json", host=self.host) from None
        return parsed


class _Failure(NamedTuple):
    """An attempt that failed. `hint_s`: the wait that was asked for; `is_passing`: worth another."""

    error: AnswerError | NetworkError
    is_passing: bool
    hint_s: float | None = None


class Http:
    """A client for some hosts; a context manager.

    `hosts`: "name" for the scheme's usual port, or "name:port". `hidden`: what must be in no
    text. `is_final`: tells that waiting will not mend a refusal. The rest is there for tests:
    `sleep` and `monotonic` in seconds, `random` 0..1, `now` in Unix seconds.
    """

    def __init__(
        self,
        hosts: Collection[str],
        hidden: Sequence[str] = (),
        limits: Limits = Limits(),
        is_final: Callable[[AnswerError], bool] = lambda _error: False,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = CHANCE.random,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._hidden = tuple(hidden)
        self._limits = limits
        self._is_final = is_final
        self._sleep = sleep
        self._monotonic = monotonic
        self._random = random
        self._now = now
        self._transports: dict[str, httpx.HTTPTransport] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        for transport in self._transports.values():
            transport.close()
        self._transports.clear()

    def send(self, request: Request) -> Answer:
        """Ask, again where that is worth it, and give the success.

        Raises:
            AnswerError: a status that is no success; its fact `wait` says how many seconds the
                vendor asks to wait, "" where it does not.
            ProviderError: an address that may not be asked, a redirect, or an answer that is
                compressed or too large.
            CredentialError: a header cannot be sent as it is.
            NetworkError: there is no answer, or not in time.
        """
        url = self._checked(request)
        deadline = self._monotonic() + self._limits.total_s
        attempt = 1
        while True:
            outcome = self._within(deadline, url.host, lambda: self._exchange(request, url, deadline))
            if isinstance(outcome, Answer):
                return outcome
            share = self._random()
            wait_s = pause_s(attempt, share) if outcome.hint_s is None else spread_s(outcome.hint_s, share)
            is_too_long = wait_s > self._limits.longest_wait_s or self._monotonic() + wait_s >= deadline
            if not outcome.is_passing or attempt >= self._limits.attempts or is_too_long:
                raise outcome.error from None
            self._sleep(wait_s)
            attempt += 1

    def _checked(self, request: Request) -> httpx.URL:
        """Give the whole address of a request, refused unless it is one of ours."""
        import httpx

        try:
            url = httpx.URL(request.url)
        except httpx.InvalidURL:
            raise ProviderError("address_refused", host="?") from None
        port = url.port or DEFAULT_PORTS.get(url.scheme)
        is_usual = port == DEFAULT_PORTS.get(url.scheme)
        is_declared = _with_port(url.host, port) in self._hosts or (is_usual and url.host in self._hosts)
        is_safe = url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK)
        if not is_declared or not is_safe or url.userinfo:
            raise ProviderError("address_refused", host=url.host)
        if not all(HEADER_VALUE.fullmatch(value) for value in request.headers.values()):
            # The library would quote the value in its error.
            raise CredentialError("key_malformed", provider=url.host)
        if not request.params:
            return url
        query = urllib.parse.urlencode(request.params, quote_via=urllib.parse.quote)
        return url.copy_with(query="&".join(filter(None, (url.query.decode(), query))).encode())

    def _within(self, deadline: float, host: str, call: Callable[[], Result]) -> Result:
        """Give the result of a call, or leave it alone at the deadline.

        Timeouts of sockets are per read and per address, and looking a name up has none: only
        another thread can be left. It ends with its socket, and with the process at the latest.
        """
        box: list[Result | BaseException] = []

        def run() -> None:
            try:
                box.append(call())
            except BaseException as error:  # noqa: BLE001 - raised again below, in the other thread
                box.append(error)

        thread = threading.Thread(target=run, name="http", daemon=True)
        thread.start()
        thread.join(max(0.0, deadline - self._monotonic()))
        if not box:
            self.close()
            raise NetworkError("no_answer_in_time", host=host)
        outcome = box[0]
        if isinstance(outcome, BaseException):
            raise outcome from None
        return outcome

    def _exchange(self, request: Request, url: httpx.URL, deadline: float) -> Answer | _Failure:
        """Ask once."""
        import httpx

        left_s = max(0.001, deadline - self._monotonic())
        read_s = min(self._limits.read_s, left_s)
        connect_s = min(self._limits.connect_s, left_s)
        timeouts = {"connect": connect_s, "read": read_s, "write": read_s, "pool": read_s}
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json", **request.headers}
        # What is compressed could unpack to any size before it can be measured.
        headers["Accept-Encoding"] = "identity"
        content = None
        if request.body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(request.body).encode()
        try:
            sent = httpx.Request(
                request.method, url, headers=headers, content=content, extensions={"timeout": timeouts}
            )
            # A transport follows no redirect, keeps no cookie, and reads no .netrc.
            response = self._transport(url).handle_request(sent)
            try:
                return self._read(response, url.host, deadline)
            finally:
                response.close()
        except (httpx.TransportError, OSError) as error:
            return _without_answer(error, url)

    def _transport(self, url: httpx.URL) -> httpx.HTTPTransport:
        """Give the connections to a host, by the environment's proxy where it has one."""
        import httpx

        place = f"{url.scheme}://{url.host}"
        found = self._transports.get(place)
        if found is None:
            # It would log what servers send back, and some send back what they were asked with.
            logging.getLogger("httpcore").setLevel(logging.CRITICAL + 1)
            # Reading the certificates takes 0.1 s; a context without any trusts nobody.
            trust = True if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            try:
                found = self._transports[place] = httpx.HTTPTransport(verify=trust, proxy=_proxy_for(url))
            except OSError:  # SSL_CERT_FILE names no file of certificates
                raise NetworkError("no_tls", host=url.host) from None
        return found

    def _read(self, response: httpx.Response, host: str, deadline: float) -> Answer | _Failure:
        status, headers = response.status_code, dict(response.headers)
        if 300 <= status < 400:
            raise ProviderError("redirect_refused", host=host, status=str(status))
        is_plain = headers.get("content-encoding", "identity").strip().lower() in {"identity", ""}
        if not 200 <= status < 300:
            content = _beginning(response) if is_plain else b""
            return self._refused(status, headers, content, host)
        if not is_plain:
            raise ProviderError("answer_compressed", host=host)
        return Answer(status, headers, b"".join(self._parts(response, host, deadline)), host)

    def _parts(self, response: httpx.Response, host: str, deadline: float) -> Iterator[bytes]:
        """Give the content as it arrives, up to the cap and the deadline."""
        told = response.headers.get("content-length", "")
        size = 0
        if told.isdecimal() and int(told) > self._limits.answer_bytes:
            raise ProviderError("answer_too_large", host=host)
        for part in response.iter_raw():
            size += len(part)
            if size > self._limits.answer_bytes:
                raise ProviderError("answer_too_large", host=host)
            if self._monotonic() >= deadline:
                raise NetworkError("no_answer_in_time", host=host)
            yield part

    def _refused(self, status: int, headers: Mapping[str, str], content: bytes, host: str) -> _Failure:
        code, message = read_refusal(content, self._hidden)
        hint_s = hinted_wait_s(status, headers, self._now())
        error = AnswerError(
            status, code, message, host=host, wait="" if hint_s is None else str(ceil(hint_s))
        )
        return _Failure(error, status in PASSING and not self._is_final(error), hint_s)


def clean_base_url(text: str) -> str:
    """Give an address without the slash at its end.

    Raises:
        ValueError: it is not https (or http on this machine), or is more than host, port and path.
    """
    url = text.strip()
    parts = urllib.parse.urlsplit(url)
    if "@" in parts.netloc or "?" in url or "#" in url or not url.isascii() or len(url.split()) != 1:
        raise ValueError("only host, port and path")
    if not parts.hostname or (parts.port is not None and not parts.port):
        raise ValueError("it names no host")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("https, or http on this machine")
    return url.rstrip("/")


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > LARGEST_EXPONENT:  # written out it would take hours, or all memory
        raise ValueError(text[:20])
    return number


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _with_port(host: str, port: int | None) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _beginning(response: httpx.Response) -> bytes:
    """Give the first bytes of an error's body; what is lost of it is no second error."""
    import httpx

    content = b""
    try:
        for part in response.iter_raw():
            content += part
            if len(content) >= ERROR_BYTES:
                break
    except httpx.TransportError:
        pass
    return content[:ERROR_BYTES]


def _proxy_for(url: httpx.URL) -> httpx.Proxy | None:
    """Give the proxy that the environment names for an address; never one for this machine."""
    import httpx

    if url.host in LOOPBACK or urllib.request.proxy_bypass(url.host):
        return None
    named = urllib.request.getproxies()
    address = named.get("https") or named.get("all")
    if not address:
        return None
    if "://" not in address:
        address = f"http://{address}"
    if not address.startswith(("http://", "https://")):
        raise NetworkError("proxy_unusable", host=url.host)
    try:
        return httpx.Proxy(address)
    except (httpx.InvalidURL, ValueError):
        raise NetworkError("proxy_unusable", host=url.host) from None


def _without_answer(error: Exception, url: httpx.URL) -> _Failure:
    """Say why there is no answer, from what lies below the library's error."""
    import httpx

    causes = list(_causes(error))
    if isinstance(error, httpx.TimeoutException):
        return _Failure(NetworkError("no_answer_in_time", host=url.host), is_passing=True)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        is_refused = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes)
        return _Failure(NetworkError("no_tls", host=url.host), is_passing=not is_refused)
    is_of_proxy = _proxy_for(url) is not None and isinstance(error, (httpx.ProxyError, httpx.ConnectError))
    reason = "proxy" if is_of_proxy else _reason(error, causes)
    return _Failure(
        NetworkError("no_network", host=url.host, reason=reason),
        is_passing=not isinstance(error, httpx.ProxyError),
    )


def _reason(error: Exception, causes: Sequence[BaseException]) -> str:
    """Give the word by which the texts tell why there is no connection."""
    import httpx

    kinds = {socket.gaierror: "name", ConnectionRefusedError: "refused", PermissionError: "forbidden"}
    for kind, reason in kinds.items():
        if any(isinstance(cause, kind) for cause in causes):
            return reason
    return "broken" if isinstance(error, (httpx.ReadError, httpx.RemoteProtocolError)) else "unreachable"


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
