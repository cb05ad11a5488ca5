"""The HTTP client over real loopback sockets: asking again, refusals, secrets, and JSON."""

from __future__ import annotations

import logging
import traceback
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import KEY
from asking import Ticking
from asking import answered
from asking import client
from asking import refused
from loopback import reply
from loopback import serving
from token_tracker.errors import AnswerError
from token_tracker.errors import ProviderError
from token_tracker.errors import TrackerError
from token_tracker.http import Answer
from token_tracker.http import Limits
from token_tracker.http import Request
from token_tracker.refusals import scrubbed

pytestmark = pytest.mark.usefixtures("no_proxies")


# Asking again


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 524, 529])
def test_a_status_that_may_pass_is_asked_again_after_growing_pauses(status: int) -> None:
    ticking = Ticking()

    error, asked = refused(reply(status), ticking=ticking, share=0.5)

    assert isinstance(error, AnswerError)
    assert (error.status, error.facts) == (status, {"status": str(status), "host": "127.0.0.1", "wait": ""})
    assert len(asked) == 3
    assert ticking.slept == [0.25, 0.5]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 410, 422, 501])
def test_any_other_status_is_asked_once(status: int) -> None:
    error, asked = refused(reply(status))

    assert isinstance(error, AnswerError)
    assert error.status == status
    assert len(asked) == 1


def test_a_success_after_a_refusal_is_the_answer() -> None:
    assert answered(reply(503), reply(529), reply(body=b"[2]")).json() == [2]


def test_a_refusal_that_waiting_does_not_mend_is_final() -> None:
    body = b'{"error": {"code": "insufficient_quota", "message": "You ran out."}}'

    error, asked = refused(
        reply(429, body), is_final=lambda refusal: refusal.vendor_code == "insufficient_quota"
    )

    assert isinstance(error, AnswerError)
    assert (error.vendor_code, error.vendor_message) == ("insufficient_quota", "You ran out.")
    assert len(asked) == 1


DATE = "Sun, 22 Nov 2026 10:00:00 GMT"  # 1795341600 as Unix time


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After-Ms": "2500"}, 2.5),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After-Ms": "2500", "Retry-After": "7"}, 2.5),
        ({"Retry-After": "Sun, 22 Nov 2026 10:00:09 GMT", "Date": DATE}, 9.0),
        ({"Anthropic-RateLimit-Requests-Reset": "2026-11-22T10:00:11Z", "Date": DATE}, 11.0),
        ({"X-RateLimit-Reset": "1795341612", "Date": DATE}, 12.0),
        ({"X-RateLimit-Reset": "1795341613000", "Date": DATE}, 13.0),
        ({"X-RateLimit-Reset": "14"}, 14.0),
        ({"X-RateLimit-Reset": "1800000015"}, 15.0),  # without a date, our clock counts
        (
            {
                "Retry-After": "0",
                "Anthropic-RateLimit-Requests-Reset": "2026-11-22T10:00:16Z",
                "X-RateLimit-Reset": "3",
                "Date": DATE,
            },
            16.0,
        ),
        ({"Retry-After-Ms": "soon", "Retry-After": "3"}, 3.0),
    ],
)
def test_a_hint_is_waited_for(headers: dict[str, str], wait_s: float) -> None:
    ticking = Ticking()

    answered(reply(429, headers=headers), reply(), ticking=ticking)

    assert ticking.slept == [wait_s]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "0"},
        {"Retry-After-Ms": "0"},
        {"Retry-After": "-5"},
        {"Retry-After": "nan"},
        {"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"},
        {"Retry-After": "0", "Date": "Mon, 01 Jan 2026 00:00:00 +99999999999999999999"},
        {"Retry-After": "Sat, 21 Nov 2026 10:00:00 GMT", "Date": DATE},
        {"X-RateLimit-Reset": "1795341000", "Date": DATE},
        {"Anthropic-RateLimit-Requests-Reset": "tomorrow"},
    ],
)
def test_a_hint_of_nothing_or_of_the_past_is_none(headers: dict[str, str]) -> None:
    ticking = Ticking()

    answered(reply(429, headers=headers), reply(), ticking=ticking, share=1.0)

    assert ticking.slept == [0.5]


def test_the_reset_of_a_limit_says_nothing_about_a_failure() -> None:
    ticking = Ticking()

    answered(reply(503, headers={"X-RateLimit-Reset": "14"}), reply(), ticking=ticking, share=1.0)

    assert ticking.slept == [0.5]


def test_a_hint_grows_by_chance_so_that_not_all_come_back_at_once() -> None:
    ticking = Ticking()

    answered(reply(429, headers={"Retry-After": "10"}), reply(), ticking=ticking, share=1.0)

    assert ticking.slept == [11.0]


@pytest.mark.parametrize(("hint", "requests"), [("20", 2), ("21", 1)])
def test_a_wait_beyond_the_longest_is_not_waited_for_but_told(hint: str, requests: int) -> None:
    ticking = Ticking()
    limits = Limits(attempts=2, longest_wait_s=20)

    error, asked = refused(reply(429, headers={"Retry-After": hint}), ticking=ticking, limits=limits)

    assert error.facts["wait"] == hint
    assert len(asked) == requests


def test_a_wait_beyond_the_total_deadline_is_not_waited_for() -> None:
    ticking = Ticking()

    error, asked = refused(
        reply(429, headers={"Retry-After": "6"}), ticking=ticking, limits=Limits(total_s=10)
    )

    assert error.facts["wait"] == "6"
    assert ticking.slept == [6.0]
    assert len(asked) == 2


# What an error says


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"error": {"message": "No.", "type": "invalid", "code": "bad_limit"}}', "bad_limit", "No."),
        (b'{"error": {"message": "No.", "type": "invalid", "code": null}}', "invalid", "No."),
        (b'{"type": "error", "error": {"type": "rate_limit_error", "message": "Slow."}}',) * 1
        + ("rate_limit_error", "Slow."),
        (b'{"error": {"code": 403, "message": "Only management keys."}}', "403", "Only management keys."),
        (b'{"error": {"code": "401", "type": "auth_error", "message": "No."}}', "auth_error", "No."),
        (b'{"base_resp": {"status_code": 1004, "status_msg": "login fail"}}', "1004", "login fail"),
        (b'{"error": "invalid token"}', "", "invalid token"),
        (b'{"code": "quota", "msg": "no more"}', "quota", "no more"),
        (b'{"detail": "Not Found"}', "", "Not Found"),
        (b'{"detail": {"error": "DB not connected"}}', "", "DB not connected"),
        (b'{"detail": [{"loc": ["query"]}], "code": true}', "", ""),
        (b"upstream is down", "", "upstream is down"),
        (b"<html><body>403 Forbidden</body></html>", "", ""),
        (b'{"error": {"message": "cut', "", ""),
        (b"[" * 4000, "", ""),
        (b"[1]", "", ""),
        (b"", "", ""),
        (b'{"error": {"message": "two\\nlines\\u001b[31m\\u202e"}}', "", "two lines [31m"),
        (b'{"error": {"message": "' + b"long " * 200 + b'"}}', "", ("long " * 200)[:400]),
    ],
)
def test_code_and_message_of_a_refusal_are_read(body: bytes, code: str, message: str) -> None:
    error, _ = refused(reply(400, body))

    assert isinstance(error, AnswerError)
    assert (error.vendor_code, error.vendor_message) == (code, message)


def test_only_the_beginning_of_a_refusal_is_read() -> None:
    error, _ = refused(reply(400, b'{"error": "' + b"a" * 4096 + b'"}'))

    assert isinstance(error, AnswerError)
    assert error.vendor_message == ""


def test_a_refusal_that_breaks_off_keeps_its_status() -> None:
    error, asked = refused(reply(403, b'{"error": "no"}', headers={"Content-Length": "100"}))

    assert isinstance(error, AnswerError)
    assert (error.status, error.vendor_message) == (403, "no")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect key provided: {KEY}.",
        f"Incorrect key {KEY[:8]}...{KEY[-4:]} provided",
        "Incorrect key provided: sk-ad**********WXYZ",
        f"Bearer {KEY} is wrong",
        f"ends in {KEY[-4:]}",
        f"starts with {KEY[:14]}",
    ],
)
def test_no_piece_of_the_key_stays_in_what_the_vendor_says(said: str) -> None:
    error, _ = refused(reply(401, f'{{"error": {{"message": "{said}", "code": "{KEY}"}}}}'.encode()))

    assert isinstance(error, AnswerError)
    assert "***" in error.vendor_message
    pieces = [KEY[start : start + 6] for start in range(len(KEY) - 5)]
    assert [piece for piece in [*pieces, KEY[-4:]] if piece in error.vendor_message + error.vendor_code] == []


@given(st.text(), st.integers(0, len(KEY) - 6), st.integers(6, len(KEY)), st.text())
def test_a_piece_of_the_key_is_found_in_any_text(before: str, start: int, length: int, after: str) -> None:
    piece = KEY[start : start + length]
    shown = scrubbed(f"{before}{piece}{after}", [KEY])

    assert [at for at in range(len(KEY) - 5) if KEY[at : at + 6] in shown] == []


@pytest.mark.parametrize(
    "told",
    [
        reply(401, f'{{"error": "{KEY}"}}'.encode()),
        reply(302, headers={"Location": f"/?key={KEY}"}),
        reply(503, headers={"Set-Cookie": "a=b"}),
        reply(body=f"<html>{KEY}</html>".encode()),
        reply(headers={"Content-Encoding": "gzip"}),
        b"",
        b"HTTP/1.1 2000 " + KEY.encode() + b"\r\n\r\n",
    ],
)
def test_a_key_is_in_no_log_repr_message_or_traceback(told: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpcore")
    with serving(told) as server, client(server) as http:
        request = Request("GET", server.url, {"x-api-key": KEY, "Authorization": f"Bearer {KEY}"})
        with pytest.raises(TrackerError) as raised:
            http.send(request).json()

    error = raised.value
    texts = [caplog.text, repr(request), repr(error), str(error), *traceback.format_exception(error)]
    assert [text for text in texts if KEY in text] == []
    assert vars(error).get("vendor_message", "") in {"", "***"}


def test_the_library_would_log_what_the_last_test_looks_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpcore")
    with serving(reply(headers={"X-Echo": KEY})) as server, httpx.Client(trust_env=False) as library:
        library.get(server.url)

    assert KEY in caplog.text


def test_an_answer_does_not_show_its_content() -> None:
    answer = answered(reply(body=b'{"email": "a@example.org"}', headers={"Set-Cookie": "secret"}))

    assert repr(answer) == "Answer(status=200, host='127.0.0.1')"


# JSON


def test_numbers_of_an_answer_are_exact() -> None:
    parsed = Answer(200, {}, b'{"a": 0.1, "b": 12345678901234567890123, "c": 1e-7, "d": "0.30"}').json()

    assert parsed == {"a": Decimal("0.1"), "b": 12345678901234567890123, "c": Decimal("1E-7"), "d": "0.30"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>Sign in</title>",
        b'{"a": NaN}',
        b'{"a": 1e9999999}',
        b'{"a": 1e-99999999999}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1e9999999999999999999}',
        b"[" * 100_000,
        b'{"a": "\\uD800"}',
        b"\xff\xfe{}",
        b'{"a": 1',
    ],
)
def test_what_is_no_json_that_can_be_kept_is_an_error(content: bytes) -> None:
    with pytest.raises(ProviderError) as raised:
        Answer(200, {}, content, "api.example.com").json()

    assert (raised.value.code, raised.value.facts) == ("answer_not_json", {"host": "api.example.com"})


def test_a_whole_character_written_as_two_halves_is_read() -> None:
    assert Answer(200, {}, b'["\\ud83d\\ude00", 1.5]').json() == ["\U0001f600", Decimal("1.5")]
