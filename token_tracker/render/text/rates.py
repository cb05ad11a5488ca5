"""Exchange rates as text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from decimal import localcontext
from typing import Final

from token_tracker.exchange import Conversion
from token_tracker.exchange import RatesReport
from token_tracker.exchange import UsedRate
from token_tracker.ledger.exchange_rates import ECB
from token_tracker.ledger.exchange_rates import OWN
from token_tracker.ledger.exchange_rates import EcbDays
from token_tracker.model import ExchangeRate
from token_tracker.render.en import rates as en
from token_tracker.render.format import money
from token_tracker.render.problems import problem_text
from token_tracker.render.style import Style
from token_tracker.render.words import words

SHOWN_DIGITS: Final = 6


def known_rates(report: RatesReport, style: Style) -> str:
    """List what is known: what holds today, the person's own rates, the newest of the central bank."""
    if not report.rates:
        return "\n\n".join([style.say(en.nothing_known), style.say(en.how_to_have_some)])
    own = [one.rate for one in report.rates if one.rate.source == OWN]
    official = [one.rate for one in report.rates if one.rate.source == ECB]
    blocks = [_about(report, style)]
    if own:
        said = [style.say(en.own_rate, rate=_stated(rate, style), day=rate.day.isoformat()) for rate in own]
        blocks.append([style.say(en.own), *(f"- {line}" for line in said)])
    if official:
        blocks.append(_official(report, official, style))
    return _joined(*blocks)


def set_rate(report: RatesReport, style: Style) -> str:
    """Say what was set, and what amounts are converted with now."""
    changed = report.written is not None and report.written.unchanged == 0
    said = [
        style.say(
            en.was_set if changed else en.stays,
            rate=_stated(one.rate, style),
            day=one.rate.day.isoformat(),
        )
        for one in report.rates
    ]
    return _joined(said, _about(report, style))


def updated_rates(report: RatesReport, style: Style) -> str:
    """Say what was new, up to which day, and what amounts are converted with now."""
    if report.written is None or report.ecb is None:
        return ""
    last = max(one.rate.day for one in report.rates).isoformat()
    if report.written.added or report.written.replaced:
        said = style.say(
            en.were_fetched, last=last, added=report.written.added, replaced=report.written.replaced
        )
    else:
        said = style.say(en.nothing_new, last=last)
    return _joined([said, _days(report.ecb, style)], _about(report, style))


def conversion_line(conversion: Conversion, style: Style) -> str:
    """Say what amounts come to in one currency, and by which rates; "" where a rate is missing."""
    if conversion.amount is None:
        return ""
    return style.say(
        en.converted,
        amount=money(conversion.amount, conversion.currency, style.lang),
        rates=used_rates(conversion.rates, style),
    )


def used_rates(rates: Sequence[UsedRate], style: Style) -> list[str]:
    """Write rates that were used, those of one source and day together.

    "7.12463 CNY/USD, 153.994 JPY/USD (ECB, 2026-11-20)".
    """
    together: dict[tuple[str, str], list[str]] = {}
    for rate in rates:
        together.setdefault((rate.source, rate.day.isoformat()), []).append(_written(rate))
    return [
        style.say(en.dated, rates=written, source=source, day=day)
        for (source, day), written in together.items()
    ]


def _written(rate: UsedRate) -> str:
    """Write a rate to six digits, the way round in which it is one or more."""
    base, quote, number = rate.base, rate.quote, rate.rate
    if number < 1:
        with localcontext(prec=SHOWN_DIGITS):
            base, quote, number = quote, base, 1 / number
    return f"{_shown(number)} {quote}/{base}"


def _joined(*blocks: Sequence[str]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _about(report: RatesReport, style: Style) -> list[str]:
    """Say what is converted today, and what is in the way."""
    said = []
    if report.in_use.rates:
        used = used_rates(report.in_use.rates, style)
        said.append(style.say(en.in_use, currency=report.in_use.currency, rates=used))
    return [*said, *(problem_text(problem, style.lang).what for problem in report.problems)]


def _official(report: RatesReport, rates: Sequence[ExchangeRate], style: Style) -> list[str]:
    [day] = {rate.day for rate in rates}
    listed = words(style.lang).COMMA.join(f"{rate.rate:f} {rate.quote}" for rate in rates)
    said = [style.say(en.of_ecb, day=day.isoformat()), f"- {listed}"]
    return said if report.ecb is None else [*said, f"- {_days(report.ecb, style)}"]


def _days(known: EcbDays, style: Style) -> str:
    first, last = known.first.isoformat(), known.last.isoformat()
    return style.say(en.ecb_known, first=first, last=last, days=known.days)


def _stated(rate: ExchangeRate, style: Style) -> str:
    return style.say(en.stated, base=rate.base, rate=f"{rate.rate:f}", quote=rate.quote)


def _shown(rate: Decimal) -> str:
    with localcontext(prec=SHOWN_DIGITS):
        return f"{(+rate).normalize():f}"
