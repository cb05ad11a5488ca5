"""The card as a whole: version, fingerprints, rows, layering, and the shipped data."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing import card as card_module
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import set_override
from token_tracker.pricing.section import DATA
from token_tracker.pricing.window import instant_ms

OPUS = Service("anthropic", "claude-opus-4-8")
OVERLAY = json.loads((DATA / "overlay.json").read_bytes())
VENDORS = json.loads((DATA / "vendor_prices.json").read_bytes())
TABLES = ("genai_prices.json", "vendor_prices.json", "overlay.json")


def shipped_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str, once: bool = True
) -> RateCard:
    """Load a card from a copy of the shipped data with a text replaced, wherever it stands."""
    texts = {name: (DATA / name).read_text(encoding="utf-8") for name in TABLES}
    for name, text in texts.items():
        (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
    places = sum(text.count(old) for text in texts.values())
    assert places == 1 or (places > 1 and not once)
    monkeypatch.setattr(card_module, "DATA", tmp_path)
    return RateCard.load()


def test_the_version_is_the_day_and_a_hash_of_everything_loaded(card: RateCard) -> None:
    assert re.fullmatch(r"2026-11-22\+[0-9a-f]{8}", card.version)


def test_the_same_files_have_the_same_version(card: RateCard) -> None:
    assert RateCard.load().version == card.version


def test_an_own_price_changes_the_version(card: RateCard, tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "1"}))
    first = RateCard.load(tmp_path).version
    set_override(tmp_path, Override("acme", "m", {"input": "2"}))
    second = RateCard.load(tmp_path).version
    assert len({card.version, first, second}) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"source_version":"0.2.3"', '"source_version":"0.2.4"'),
        ('"copilot": "github-copilot"', '"copilot": "github"'),
        ('"name":"Doubao Seed 2.1-pro"', '"name":"Doubao 2.1 Pro"'),
    ],
)
def test_each_shipped_file_is_part_of_the_version(
    card: RateCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str
) -> None:
    assert shipped_with(monkeypatch, tmp_path, old, new).version != card.version


def test_line_ends_of_windows_change_nothing(
    card: RateCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in TABLES:
        (tmp_path / name).write_bytes((DATA / name).read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(card_module, "DATA", tmp_path)
    converted = RateCard.load()
    assert (converted.version, list(converted.rows("xai"))) == (card.version, list(card.rows("xai")))


def test_a_fingerprint_is_sixteen_hex_digits_and_stable(card: RateCard) -> None:
    prints = [loaded.fingerprint(OPUS) for loaded in (card, card, RateCard.load())]
    assert (len(set(prints)), bool(re.fullmatch("[0-9a-f]{16}", prints[0]))) == (1, True)


def test_a_fingerprint_changes_only_for_what_a_correction_touches(card: RateCard, tmp_path: Path) -> None:
    set_override(
        tmp_path, Override("anthropic", "claude-opus-4-8", {"input": "4.5"}, valid_from="2026-11-20")
    )
    corrected = RateCard.load(tmp_path)
    services = [OPUS, OPUS._replace(geo="us"), OPUS._replace(model="claude-opus-4-8-20260528")]
    others = [Service("anthropic", "claude-opus-5"), Service("openai", "gpt-5"), Service("nobody", "x")]
    changed = [
        corrected.fingerprint(service) != card.fingerprint(service) for service in (*services, *others)
    ]
    assert changed == [True, True, True, False, False, False]


def test_every_part_of_a_price_is_in_the_fingerprint(card: RateCard, tmp_path: Path) -> None:
    changes: list[dict[str, Any]] = [
        {"prices": {"input": "1"}},
        {"prices": {"input": "2"}},
        {"prices": {"output": "1"}},
        {"prices": {"input": "1", "output": "0"}},
        {"prices": {"input": "0.0000001"}},
        {"prices": {"input": "1"}, "currency": "CNY"},
        {"prices": {"input": "1"}, "valid_from": "2026-01-01"},
    ]
    prints = set()
    for number, change in enumerate(changes):
        home = tmp_path / str(number)
        set_override(home, Override("acme", "m", **change))
        prints.add(RateCard.load(home).fingerprint(Service("acme", "m")))
    assert len(prints) == len(changes)


@pytest.mark.parametrize(
    ("service", "named"),
    [
        (OPUS, '"id":"claude-opus-4-8","name":"Claude Opus 4.8"'),
        (Service("doubao", "doubao-seed-2-1-pro"), '"name":"Doubao Seed 2.1-pro"'),
    ],
)
def test_a_new_name_leaves_the_fingerprint(
    card: RateCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: Service, named: str
) -> None:
    renamed = shipped_with(monkeypatch, tmp_path, named, f'{named.rpartition(":")[0]}:"New"')
    assert (renamed.name_of(service), renamed.fingerprint(service)) == ("New", card.fingerprint(service))


def test_an_own_source_and_note_leave_the_fingerprint(tmp_path: Path) -> None:
    set_override(tmp_path / "a", Override("acme", "m", {"input": "1"}))
    set_override(
        tmp_path / "b",
        Override("acme", "m", {"input": "1"}, source_url="https://a.b", checked_on="2026-01-01", note="x"),
    )
    prints = {RateCard.load(tmp_path / name).fingerprint(Service("acme", "m")) for name in "ab"}
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"06:00","10:00"', '"06:00","11:00"'),
        ('"2026-10-07"', '"2026-10-08"'),
        ('"through": "2026-12-31"', '"through": "2027-12-31"'),
        ('"weekdays":[1,2,3,4,5]', '"weekdays":[1,2,3,4,6]'),
        ('"prices":{"input":"1.32"', '"prices":{"input":"1.33"'),
        ("2026-08-22T16:00:00Z", "2026-08-22T17:00:00Z"),
    ],
)
def test_every_part_of_the_peak_calendar_is_in_the_fingerprint(
    card: RateCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str
) -> None:
    corrected = shipped_with(monkeypatch, tmp_path, old, new, once=False)
    changed = [
        corrected.fingerprint(Service("deepseek", model)) != card.fingerprint(Service("deepseek", model))
        for model in ("deepseek-v4-pro", "deepseek-chat")
    ]
    assert changed == [True, False]


def vendor_facts() -> Iterator[dict[str, Any]]:
    """Give every dated price that we add to the snapshot, with where it was read."""
    for section in VENDORS["providers"].values():
        head = {"checked_on": VENDORS["checked_on"], "source_url": section["source_url"]}
        for model in section["models"]:
            yield from ({**head, **row} for row in model["rows"])


def test_every_price_we_add_is_dated_sourced_and_checked() -> None:
    facts = [fact for fact in vendor_facts() if fact["prices"] is not None]
    facts += [*OVERLAY["variants"], *OVERLAY["missing_writes"], *OVERLAY["residency"].values()]
    facts += OVERLAY["calendars"].values()
    incomplete = [fact for fact in facts if "prices" in fact and "from" not in fact] + [
        fact
        for fact in facts
        if not fact["source_url"].startswith("https://") or date.fromisoformat(fact["checked_on"]).year < 2026
    ]
    assert incomplete == []


def test_rows_we_add_are_in_the_order_of_their_days() -> None:
    disordered = [
        model["id"]
        for provider in VENDORS["providers"].values()
        for model in provider["models"]
        if [row["from"] for row in model["rows"]] != sorted(row["from"] for row in model["rows"])
    ]
    assert disordered == []


def test_peak_prices_have_every_kind_of_their_row_and_a_known_calendar() -> None:
    peaks = [(fact["prices"], fact["peak"]) for fact in vendor_facts() if "peak" in fact]
    assert {frozenset(prices) ^ frozenset(peak["prices"]) for prices, peak in peaks} == {frozenset()}
    assert {peak.get("calendar", "china") for _, peak in peaks} <= set(OVERLAY["calendars"])


def test_peak_hours_are_on_one_day_both_in_utc_and_in_china() -> None:
    by_calendar = [
        hours
        for fact in vendor_facts()
        if "calendar" in fact.get("peak", {})
        for hours in fact["peak"]["hours"]
    ]
    assert {start < end <= "16:00" for start, end in by_calendar} == {True}


def test_the_holiday_calendar_covers_the_days_of_its_last_year_and_no_later_one() -> None:
    calendar = OVERLAY["calendars"]["china"]
    days = calendar["days_off"]
    assert (days == sorted(set(days)), days[-1] <= calendar["through"] <= f"{days[-1][:4]}-12-31") == (
        True,
        True,
    )


def test_every_section_we_add_has_one_currency_and_every_list_is_of_its_own() -> None:
    currencies = {
        name: {
            row.get("currency", "USD")
            for model in section["models"]
            for row in model["rows"]
            if row["prices"]
        }
        for name, section in VENDORS["providers"].items()
    }
    assert currencies == {
        "deepseek": {"USD"}, "deepseek-cn": {"CNY"}, "doubao": {"CNY"}, "google": {"USD"},
        "kimi-cn": {"CNY"},
        "minimax-cn": {"CNY"}, "qwen": {"USD"}, "qwen-cn": {"CNY"}, "zai": {"USD"}, "zhipu": {"CNY"},
    }  # fmt: skip


def test_no_seller_without_rows_has_any() -> None:
    snapshot = json.loads((DATA / "genai_prices.json").read_bytes())["providers"]
    listed = OVERLAY["sellers_without_rows"]
    assert (listed, {*listed} & {*snapshot, *VENDORS["providers"]}) == (sorted(set(listed)), set())


def test_every_openrouter_vendor_reseller_and_family_is_a_provider_of_ours() -> None:
    known = {*OVERLAY["provider_ids"].values(), ""}
    named = {*OVERLAY["openrouter_vendors"], *OVERLAY["resellers"], *OVERLAY["local_providers"]}
    named |= {provider for _, provider in OVERLAY["families"]}
    named |= {*OVERLAY["price_lists"], *OVERLAY["list_price_of"], *VENDORS["providers"]}
    named |= {name for lists in OVERLAY["price_lists"].values() for name in lists.values()}
    named |= {name for vendors in OVERLAY["list_price_of"].values() for name in vendors}
    assert named - known == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-13", 1_773_360_000_000),
        ("2026-03-13T00:00:00Z", 1_773_360_000_000),
        ("2026-03-13T08:00:00+08:00", 1_773_360_000_000),
        ("2025-02-26T16:30:00Z", 1_740_587_400_000),
        ("", -(2**62)),
    ],
)
def test_a_day_starts_at_midnight_utc(text: str, expected: int) -> None:
    assert instant_ms(text) == expected


def test_an_event_from_before_all_prices_has_the_first_row(card: RateCard) -> None:
    assert card.quote(OPUS, -1, Tokens(input=1), 0).amount_pico == 5_000_000


def test_pricing_knows_no_float_and_only_the_standard_library() -> None:
    folder = Path(card_module.__file__).parent
    # What is fetched is checked by a library, but only by the command that fetches it.
    sources = sorted(set(folder.glob("*.py")) - {folder / "published.py"})
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {
        node.module.split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and node.module
    }
    imported |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    floats = [
        node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    named = [node.id for node in nodes if isinstance(node, ast.Name) and node.id == "float"]
    assert (floats, named) == ([0.4], [])  # how alike two ids are, for `nearest`
    assert imported == {
        "__future__", "bisect", "collections", "datetime", "decimal", "difflib", "functools", "hashlib",
        "json", "os", "pathlib", "re", "tempfile", "token_tracker", "typing",
    }  # fmt: skip
