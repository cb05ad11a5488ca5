"""Which price rows hold now, on which terms, and which table they are from; no words."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a warm summary needs none of them
    from token_tracker.pricing.card import RateCard
    from token_tracker.pricing.rate import Rate
    from token_tracker.reports.health import PriceTable


def table_of(card: RateCard) -> PriceTable:
    """Say which price table is in use."""
    from token_tracker.reports.health import PriceTable

    rows = list(card.rows())
    models = {(row.provider, row.model) for row in rows}
    return PriceTable(
        card.version,
        card.version.partition("+")[0],
        len(models),
        sum(1 for row in rows if not row.source_url),
    )


def valid_now(rows: Iterable[Rate], now: datetime) -> list[Rate]:
    """Keep the newest row of each model and terms that holds already."""
    moment = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    newest: dict[tuple[str, ...], Rate] = {}
    for row in rows:
        slot = slot_of(row)
        if row.valid_from <= moment and (slot not in newest or newest[slot].valid_from <= row.valid_from):
            newest[slot] = row
    return list(newest.values())


def newest_first(rows: Iterable[Rate]) -> list[Rate]:
    """Order the rows of a model by their first day, the newest first, tiers together."""
    return sorted(rows, key=lambda row: row.valid_from, reverse=True)


def until(row: Rate, rows: Sequence[Rate]) -> str | None:
    """Give the day from which a later row of the same model and terms holds; None for none yet."""
    later = [
        one.valid_from for one in rows if slot_of(one) == slot_of(row) and one.valid_from > row.valid_from
    ]
    return min(later)[:10] if later else None


def slot_of(row: Rate) -> tuple[str, ...]:
    """Give what distinguishes rows that can hold at the same time."""
    return row.provider, row.model, *key_parts(row._asdict())


def key_parts(content: Mapping[str, str | None]) -> list[str]:
    """Give the terms of a row's key: `["fast", "us", ">200000"]`."""
    start = f"{content.get('provider')}/{content.get('model')}/{content.get('valid_from') or 'always'}/"
    return (content.get("key") or "").removeprefix(start).split("/")
