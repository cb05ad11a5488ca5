"""The HTTP client over real loopback sockets: whom it asks, how much it reads, for how long."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

import pytest

from asking import KEY
from asking import Ticking
from asking import answered
from asking import client
from asking import get
from asking import refused
from loopback import Reply
from loopback import reply
from loopback import serving
from token_tracker import __version__
from token_tracker.errors import CredentialError
from token_tracker.errors import NetworkError
from token_tracker.errors import ProviderError
from token_tracker.http import Http
from token_tracker.http import Limits
from token_tracker.http import Request

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.usefixtures("no_proxies")


# What is asked


def test_a_question_is_sent_with_its_headers_and_ours() -> None:
    with serving(reply(body=b'{"a": 1}')) as server, client(server) as http:
        answer = http.send(get(server, params=(("start_time", "1795046400"),)))

    [asked] = server.asked
    assert (answer.status, answer.json(), answer.host) == (200, {"a": 1}, "127.0.0.1")
    assert asked.line == "GET /v1/costs?start_time=1795046400 HTTP/1.1"
    assert asked.headers == {
        "host": server.host,
        "user-agent": f"token-tracker/{__version__}",
        "accept": "application/json",
        "authorization": f"Bearer {KEY}",
        "accept-encoding": "identity",
    }


def test_keys_of_a_query_may_repeat_and_are_encoded() -> None:
    params = (("group_by", "model"), ("group_by", "line_item"), ("group_by[]", "a b&c"), ("at", "10:00+08"))
    with serving(reply()) as server, client(server) as http:
        http.send(get(server, "/v1/costs?limit=1", params=params))

    assert server.asked[0].line == (
        "GET /v1/costs?limit=1&group_by=model&group_by=line_item&group_by%5B%5D=a%20b%26c&at=10%3A00%2B08"
        " HTTP/1.1"
    )


def test_a_question_by_post_carries_json() -> None:
    with serving(reply(status=201)) as server, client(server) as http:
        http.send(Request("POST", f"{server.url}/query", {}, body={"metrics": ["requests"]}))

    assert server.asked[0].line == "POST /query HTTP/1.1"
    assert server.asked[0].headers["content-type"] == "application/json"
    assert server.asked[0].body == b'{"metrics": ["requests"]}'


def test_headers_of_an_answer_are_found_by_their_lower_case_name() -> None:
    answer = answered(reply(headers={"X-Refreshed-At": "today"}))

    assert answer.headers["x-refreshed-at"] == "today"


def test_a_cookie_is_not_sent_back() -> None:
    with serving(reply(headers={"Set-Cookie": "id=1"})) as server, client(server) as http:
        http.send(get(server))
        http.send(get(server))

    assert ["cookie" in asked.headers for asked in server.asked] == [False, False]


# Whom we ask


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/v1",
        "https://api.example.com:8443/v1",
        "https://api.example.com.evil.example/v1",
        "https://user:password@api.example.com/v1",
        "https://api.example.com@evil.example/v1",
        "http://api.example.com/v1",
        "http://127.0.0.2:8000/v1",
        "http://127.0.0.1:9/v1",
        "ftp://api.example.com/v1",
        "file:///etc/passwd",
        "api.example.com/v1",
        "https://[::1/v1",
    ],
)
def test_an_address_that_is_not_declared_or_not_safe_is_not_asked(address: str) -> None:
    http = Http(["api.example.com", "127.0.0.1:8000", "127.0.0.2:8000"])

    with pytest.raises(ProviderError) as raised:
        http.send(Request("GET", address))

    assert raised.value.code == "address_refused"
    assert "password" not in str(raised.value)


@pytest.mark.parametrize("value", [f"Bearer {KEY}\r\nX-Other: 1", f"Bearer {KEY}…", f"Bearer {KEY}\x00"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_quoted(value: str) -> None:
    with serving(reply()) as server, client(server) as http, pytest.raises(CredentialError) as raised:
        http.send(Request("GET", server.url, {"x-api-key": value}))

    assert raised.value.code == "key_malformed"
    assert KEY not in "".join(traceback.format_exception(raised.value))
    assert server.asked == []


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_a_redirect_gets_no_second_request(status: int) -> None:
    with serving(reply()) as elsewhere:
        error, asked = refused(reply(status, headers={"Location": f"{elsewhere.url}/v1/costs"}))

    assert (error.code, error.facts) == ("redirect_refused", {"host": "127.0.0.1", "status": str(status)})
    assert len(asked) == 1
    assert elsewhere.asked == []


def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(reply()) as proxy, serving(reply()) as server, client(server) as http:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        http.send(get(server))

    assert (len(server.asked), len(proxy.asked)) == (1, 0)


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_https_goes_through_the_proxy_of_the_environment(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(reply(403)) as proxy, Http(["api.example.test"]) as http:
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}{proxy.host}")
        monkeypatch.setenv("ALL_PROXY", "socks5h://127.0.0.1:9")
        with pytest.raises(NetworkError) as raised:
            http.send(Request("GET", "https://api.example.test/v1", {"x-api-key": KEY}))

    assert raised.value.code == "no_network"
    assert raised.value.facts == {"host": "api.example.test", "reason": "proxy"}
    assert [asked.line for asked in proxy.asked] == ["CONNECT api.example.test:443 HTTP/1.1"]
    assert "x-api-key" not in proxy.asked[0].headers


def test_a_host_without_proxy_is_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: Any, **_more: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with serving(reply(403)) as proxy, Http(["api.example.test"], limits=Limits(attempts=1)) as http:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "example.test")
        with pytest.raises(NetworkError) as raised:
            http.send(Request("GET", "https://api.example.test/v1"))

    assert raised.value.facts == {"host": "api.example.test", "reason": "name"}
    assert proxy.asked == []


@pytest.mark.parametrize("address", ["socks5h://127.0.0.1:9", "http://[::1", "ftp://127.0.0.1:9"])
def test_a_proxy_that_is_none_for_https_is_named(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    with Http(["api.example.test"]) as http, pytest.raises(NetworkError) as raised:
        http.send(Request("GET", "https://api.example.test/v1"))

    assert (raised.value.code, raised.value.facts) == ("proxy_unusable", {"host": "api.example.test"})


def test_a_netrc_file_is_not_read(isolated_home: Path) -> None:
    (isolated_home / ".netrc").write_text("machine 127.0.0.1 login someone password canary\n")
    with serving(reply()) as server, client(server) as http:
        http.send(Request("GET", server.url))

    assert "authorization" not in server.asked[0].headers


# How much, and for how long


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "GZIP", "identity, gzip"])
def test_a_compressed_answer_is_not_read(encoding: str) -> None:
    error, asked = refused(reply(body=gzip.compress(b"{}"), headers={"Content-Encoding": encoding}))

    assert (error.code, error.facts) == ("answer_compressed", {"host": "127.0.0.1"})
    assert len(asked) == 1


def test_an_answer_that_says_identity_is_read() -> None:
    assert answered(reply(body=b"[]", headers={"Content-Encoding": "identity"})).json() == []


@pytest.mark.parametrize("length", ["", "101"])
def test_an_answer_above_the_cap_is_not_kept(length: str) -> None:
    error, asked = refused(
        reply(body=b"1" * 101, headers={"Content-Length": length}), limits=Limits(answer_bytes=100)
    )

    assert (error.code, error.facts) == ("answer_too_large", {"host": "127.0.0.1"})
    assert len(asked) == 1


@pytest.mark.parametrize("length", ["", "100"])
def test_an_answer_of_just_the_cap_is_read(length: str) -> None:
    answer = answered(
        reply(body=b"1" * 100, headers={"Content-Length": length}), limits=Limits(answer_bytes=100)
    )

    assert answer.content == b"1" * 100


# How much a process grew, in MiB, by an answer that it must refuse.
GROWTH = """
import resource, sys
from token_tracker.errors import ProviderError
from token_tracker.http import Http, Request
import httpx
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
host = sys.argv[1]
with Http([host]) as http:
    try:
        http.send(Request("GET", f"http://{host}/"))
    except ProviderError as error:
        print(error.code)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def endless(connection: socket.socket, over: threading.Event) -> None:
    """Send zeros without a length until nobody reads them."""
    connection.sendall(reply(body=b"", headers={"Content-Length": ""}))
    while not over.is_set():
        connection.sendall(b"0" * (1 << 20))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (
            reply(
                body=gzip.compress(b"0" * (300 << 20), compresslevel=1),
                headers={"Content-Encoding": "gzip"},
            ),
            "answer_compressed",
        ),
        (endless, "answer_too_large"),
    ],
    ids=["a bomb", "an endless answer"],
)
def test_an_answer_that_would_fill_the_memory_costs_less_than_64_mib(told: Reply, code: str) -> None:
    with serving(told) as server:
        ran = subprocess.run(
            [sys.executable, "-c", GROWTH, server.host], cwd=ROOT, capture_output=True, text=True, timeout=60
        )

    assert ran.stderr == ""
    said, grown = ran.stdout.split()
    assert said == code
    assert int(grown) < 64


def dripping(beginning: bytes) -> Reply:
    """Send a byte every twentieth of a second for ever: each comes well before any read times out."""

    def drip(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(beginning)
        while not over.wait(0.05):
            connection.sendall(b" ")

    return drip


@pytest.mark.parametrize(
    "beginning",
    [reply(body=b"", headers={"Content-Length": "1000"}), b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200"],
    ids=["the answer", "the headers", "the first line"],
)
def test_a_slow_drip_ends_within_the_total_deadline(beginning: bytes) -> None:
    with serving(dripping(beginning)) as server, Http([server.host], limits=Limits(total_s=0.4)) as http:
        began = time.monotonic()
        with pytest.raises(NetworkError) as raised:
            http.send(get(server))
        took_s = time.monotonic() - began

    assert (raised.value.code, raised.value.facts) == ("no_answer_in_time", {"host": "127.0.0.1"})
    assert took_s < 5


def test_an_answer_is_read_no_further_than_the_deadline() -> None:
    clock = [0.0]  # of the thread that asks: in time when it begins to ask, and late afterwards

    def monotonic() -> float:
        is_asking = threading.current_thread().name == "http"
        return (clock.pop() if clock else 31.0) if is_asking else 0.0

    with (
        serving(reply()) as server,
        Http([server.host], limits=Limits(total_s=30), monotonic=monotonic) as http,
        pytest.raises(NetworkError) as raised,
    ):
        http.send(get(server))

    assert raised.value.code == "no_answer_in_time"
    assert len(server.asked) == 1


def test_a_name_that_is_looked_up_for_ever_ends_within_the_total_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_more: over.wait(30) and [])
    with Http(["api.example.test"], limits=Limits(total_s=0.2)) as http:
        with pytest.raises(NetworkError) as raised:
            http.send(Request("GET", "https://api.example.test/"))
        over.set()

    assert raised.value.code == "no_answer_in_time"


def test_a_server_that_says_nothing_is_given_up_after_every_attempt() -> None:
    def silent(_connection: socket.socket, over: threading.Event) -> None:
        over.wait(30)

    error, asked = refused(silent, limits=Limits(read_s=0.1))

    assert (type(error), error.code) == (NetworkError, "no_answer_in_time")
    assert len(asked) == 3


# What goes wrong on the way


def test_a_port_where_nobody_listens_is_told_as_refused() -> None:
    with serving(reply()) as server:
        pass
    with client(server) as http, pytest.raises(NetworkError) as raised:
        http.send(get(server))

    assert (raised.value.code, raised.value.facts) == (
        "no_network",
        {"host": "127.0.0.1", "reason": "refused"},
    )


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name"),
        (PermissionError(1, "Operation not permitted"), "forbidden"),
        (OSError(101, "Network is unreachable"), "unreachable"),
    ],
)
def test_why_there_is_no_connection_is_told(
    problem: OSError, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any, **_more: Any) -> Any:
        raise problem

    monkeypatch.setattr(socket, "create_connection", broken)
    ticking = Ticking()
    with (
        Http(
            ["api.example.test"], sleep=ticking.sleep, monotonic=ticking.monotonic, random=lambda: 1.0
        ) as http,
        pytest.raises(NetworkError) as raised,
    ):
        http.send(Request("GET", "https://api.example.test/"))

    assert (raised.value.code, raised.value.facts) == (
        "no_network",
        {"host": "api.example.test", "reason": reason},
    )
    assert ticking.slept == [0.5, 1.0]


def test_a_certificate_that_nobody_vouches_for_gets_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = []

    def refuse(*_arguments: Any, **_more: Any) -> Any:
        attempts.append(1)
        raise ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", refuse)
    with (
        serving(reply()) as server,
        Http([server.host]) as http,
        pytest.raises(NetworkError) as raised,
    ):
        http.send(Request("GET", f"https://{server.host}/"))

    assert (raised.value.code, raised.value.facts) == ("no_tls", {"host": "127.0.0.1"})
    assert (len(attempts), server.asked) == (1, [])


def test_a_missing_file_of_certificates_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/certificates.pem")
    with Http(["api.example.test"]) as http, pytest.raises(NetworkError) as raised:
        http.send(Request("GET", "https://api.example.test/"))

    assert (raised.value.code, raised.value.facts) == ("no_tls", {"host": "api.example.test"})


def test_a_server_without_tls_is_told_as_such() -> None:
    with (
        serving(reply()) as server,
        Http([server.host], limits=Limits(attempts=1)) as http,
        pytest.raises(NetworkError) as raised,
    ):
        http.send(Request("GET", f"https://{server.host}/"))

    assert (raised.value.code, raised.value.facts) == ("no_tls", {"host": "127.0.0.1"})


@pytest.mark.parametrize(
    "told",
    [
        reply(body=b'{"data": [', headers={"Content-Length": "1000"}),
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"no HTTP at all\r\n\r\n",
    ],
    ids=["cut in the answer", "nothing", "cut in the headers", "no HTTP"],
)
def test_an_answer_that_breaks_off_is_asked_for_again(told: bytes) -> None:
    error, asked = refused(told)

    assert (error.code, error.facts) == ("no_network", {"host": "127.0.0.1", "reason": "broken"})
    assert len(asked) == 3
    assert answered(told, reply(body=b"[1]")).json() == [1]
