"""The European Central Bank's file: read exactly, or refused as a whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ecb_files import HEAD
from ecb_files import ecb_file
from token_tracker.errors import ProviderError
from token_tracker.formats.ecb_rates import read_ecb_rates
from token_tracker.model import ExchangeRate

ONE = ecb_file({"2026-10-02": {"USD": "1.2500"}})
USD = b"<Cube currency='USD' rate='1.2500'/>"


def rate(quote: str, number: str, day: int) -> ExchangeRate:
    return ExchangeRate("EUR", quote, Decimal(number), date(2026, 10, day), "ecb")


def test_every_rate_of_every_day_is_read_with_the_decimals_it_was_published_with() -> None:
    found = read_ecb_rates(
        ecb_file({"2026-10-02": {"USD": "1.2500", "IDR": "17487.21"}, "2026-10-01": {"USD": "1.248"}})
    )

    assert found == [rate("USD", "1.2500", 2), rate("IDR", "17487.21", 2), rate("USD", "1.248", 1)]
    assert [str(one.rate) for one in found] == ["1.2500", "17487.21", "1.248"]


def test_the_form_of_the_history_is_the_same_with_other_quotes_and_spaces() -> None:
    spaced = ONE.replace(b"'", b'"').replace(b"\n", b"").replace(b"\t", b"")

    assert read_ecb_rates(spaced) == [rate("USD", "1.2500", 2)]


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


OTHERS = {
    "nothing": b"",
    "a page": b"<html><body>Service unavailable</body></html>",
    "JSON": b'{"rates": {}}',
    "half of it": ONE[: len(ONE) // 2],
    "more than it": ONE + b"<more/>",
    "no day": ecb_file({}),
    "no currency": ecb_file({"2026-10-02": {}}),
    "entities that grow": ONE.replace(b"?>", b"?>" + LAUGHS, 1).replace(b"Reference rates", b"&b;"),
    "an entity of a file": ONE.replace(b"?>", b"?>" + OUTSIDE, 1).replace(b"Reference rates", b"&a;"),
    "a DOCTYPE alone": ONE.replace(b"?>", b"?><!DOCTYPE gesmes:Envelope>", 1),
    "an unknown entity": ONE.replace(b"Reference rates", b"&unknown;"),
    "other cubes": ONE.replace(b"eurofxref", b"another"),
    "another envelope": ONE.replace(b"gesmes.org", b"another.example"),
    "a day without a date": ONE.replace(b"<Cube time='2026-10-02'>", b"<Cube>"),
    "a cube inside a rate": ONE.replace(b"rate='1.2500'/>", b"rate='1.2500'><Cube/></Cube>"),
    "a currency twice": ONE.replace(USD, USD * 2),
    "bytes that are no text": ONE.replace(b"European", b"\xff"),
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_another_document_is_refused(content: bytes) -> None:
    with pytest.raises(ProviderError) as refused:
        read_ecb_rates(content)

    assert (refused.value.code, refused.value.exit_code) == ("rates_not_understood", 5)
    assert refused.value.facts["line"].isdigit()


@pytest.mark.parametrize(
    "number",
    ["0", "0.0000", "-1.25", "1e3", "1,25", "NaN", "Infinity", "", " 1.25", "1.", ".5", "١.٢", "1_000"],
)
def test_a_rate_that_is_no_decimal_number_above_zero_is_refused(number: str) -> None:
    with pytest.raises(ProviderError, match="rates_not_understood"):
        read_ecb_rates(ecb_file({"2026-10-02": {"CNY": "8", "USD": number}}))


@pytest.mark.parametrize("code", ["usd", "US", "USDT", "EUR", "", "U$D"])
def test_a_currency_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(ProviderError, match="rates_not_understood"):
        read_ecb_rates(ecb_file({"2026-10-02": {code: "1.25"}}))


@pytest.mark.parametrize(
    "day", ["2026-02-30", "20261002", "2026-W40-5", "1998-12-31", "2026-10-02T00:00", ""]
)
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(ProviderError, match="rates_not_understood"):
        read_ecb_rates(ecb_file({day: {"USD": "1.25"}}))


def test_a_document_that_is_nested_without_end_is_refused_at_once() -> None:
    with pytest.raises(ProviderError, match="rates_not_understood"):
        read_ecb_rates(HEAD.encode() + b"<Cube>" * 100_000)
