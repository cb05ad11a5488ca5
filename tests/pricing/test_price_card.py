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
from token_tracker.model import TokenCounts
from token_tracker.pricing import card as card_module
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import set_override
from token_tracker.pricing.section import DATA
from token_tracker.pricing.window import instant_ms

OPUS = Service("anthropic", "claude-opus-4-8")
OVERLAY = json.loads((DATA / "overlay.json").read_bytes())


def shipped_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str) -> RateCard:
    """Load a card from a copy of the shipped data with one text replaced, wherever it stands."""
    places = 0
    for name in ("genai_prices.json", "overlay.json"):
        text = (DATA / name).read_text(encoding="utf-8")
        places += text.count(old)
        (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
    assert places == 1
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
    ],
)
def test_each_shipped_file_is_part_of_the_version(
    card: RateCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str
) -> None:
    assert shipped_with(monkeypatch, tmp_path, old, new).version != card.version


def test_line_ends_of_windows_change_nothing(
    card: RateCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("genai_prices.json", "overlay.json"):
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
        (Service("deepseek", "deepseek-v4-pro"), '"name": "DeepSeek V4 Pro"'),
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
        ('"06:00", "10:00"', '"06:00", "11:00"'),
        ('"2026-10-07"', '"2026-10-08"'),
        ('"weekdays": [1, 2, 3, 4, 5]', '"weekdays": [1, 2, 3, 4, 6]'),
        ('"prices": {"input": "1.32"', '"prices": {"input": "1.33"'),
        ("2026-08-22T16:00:00Z", "2026-08-22T17:00:00Z"),
    ],
)
def test_every_part_of_the_peak_calendar_is_in_the_fingerprint(
    card: RateCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str
) -> None:
    text = (DATA / "overlay.json").read_text(encoding="utf-8")
    (tmp_path / "overlay.json").write_text(text.replace(old, new), encoding="utf-8")
    (tmp_path / "genai_prices.json").write_bytes((DATA / "genai_prices.json").read_bytes())
    monkeypatch.setattr(card_module, "DATA", tmp_path)
    corrected = RateCard.load()
    changed = [
        corrected.fingerprint(Service("deepseek", model)) != card.fingerprint(Service("deepseek", model))
        for model in ("deepseek-v4-pro", "deepseek-chat")
    ]
    assert changed == [True, False]


def overlay_facts(value: Any) -> Iterator[dict[str, Any]]:
    """Give every object of the overlay that states a price or a multiplier."""
    if isinstance(value, dict):
        if "prices" in value and "hours" not in value:
            yield value
        for part in value.values():
            yield from overlay_facts(part)
    elif isinstance(value, list):
        for part in value:
            yield from overlay_facts(part)


def test_every_price_of_the_overlay_is_dated_sourced_and_checked() -> None:
    facts = [fact for fact in overlay_facts(OVERLAY) if fact["prices"] is not None]
    rules = [*OVERLAY["missing_writes"], *OVERLAY["residency"].values()]
    incomplete = [fact for fact in facts if "from" not in fact] + [
        fact
        for fact in (*facts, *rules)
        if not fact["source_url"].startswith("https://") or date.fromisoformat(fact["checked_on"]).year < 2026
    ]
    assert (incomplete, len(facts)) == ([], 16)


def test_rows_of_the_overlay_are_in_the_order_of_their_days() -> None:
    disordered = [
        model["id"]
        for provider in OVERLAY["providers"].values()
        for model in provider["models"]
        if [row["from"] for row in model["rows"]] != sorted(row["from"] for row in model["rows"])
    ]
    assert disordered == []


def test_every_openrouter_vendor_reseller_and_family_is_a_provider_of_ours() -> None:
    known = {*OVERLAY["provider_ids"].values(), ""}
    named = {*OVERLAY["openrouter_vendors"], *OVERLAY["resellers"], *OVERLAY["local_providers"]}
    named |= {provider for _, provider in OVERLAY["families"]}
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
    assert card.quote(OPUS, -1, TokenCounts(input=1), 0).amount_pico == 5_000_000


def test_pricing_knows_no_float_and_only_the_standard_library() -> None:
    sources = sorted((Path(card_module.__file__).parent).glob("*.py"))
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
