"""Documents as the European Central Bank publishes them, with invented rates; no test lives here."""

from __future__ import annotations

from collections.abc import Mapping

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
    ' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n'
    "\t<gesmes:subject>Reference rates</gesmes:subject>\n"
    "\t<gesmes:Sender>\n\t\t<gesmes:name>European Central Bank</gesmes:name>\n\t</gesmes:Sender>\n"
)

FRIDAY = {"USD": "1.2500", "JPY": "162.53", "CNY": "8.0000"}
THURSDAY = {"USD": "1.2480", "JPY": "161.90", "CNY": "7.9872"}
DAYS = {"2026-10-02": FRIDAY, "2026-10-01": THURSDAY}
"""The newest day first, as the bank lists them."""


def ecb_file(days: Mapping[str, Mapping[str, str]] = DAYS) -> bytes:
    """Write a document of some days: each with what 1 EUR was worth."""
    cubes = "".join(f"\t\t<Cube time='{day}'>\n{_cubes(rates)}\t\t</Cube>\n" for day, rates in days.items())
    return f"{HEAD}\t<Cube>\n{cubes}\t</Cube>\n</gesmes:Envelope>\n".encode()


def _cubes(rates: Mapping[str, str]) -> str:
    return "".join(f"\t\t\t<Cube currency='{code}' rate='{rate}'/>\n" for code, rate in rates.items())
