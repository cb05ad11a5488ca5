"""`prices update` as a person meets it: from an address, from a file, and what a report says then."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cli.answers import Ask
from cli.answers import write_logs
from loopback import reply
from loopback import serving
from pricing.published_prices import as_published
from published_shapes import complaints
from sources.claude_lines import line
from sources.claude_lines import text_of

pytestmark = pytest.mark.usefixtures("no_proxies")

DAY = "2026-12-04"
MODEL = "claude-opus-4-1"


@pytest.fixture(autouse=True)
def december(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock to the fifth of December; the day before, a thousand tokens went into Opus."""
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-12-05T12:00:00+00:00")
    usage = {"input_tokens": 1000, "output_tokens": 0}
    write_logs(
        isolated_home, text_of(line(timestamp=f"{DAY}T08:00:00Z", message__model=MODEL, message__usage=usage))
    )


def published(price: str = "15", since: str = "", **more: Any) -> bytes:
    """Give the shipped prices as published, with a price of Opus 4.1 and one more model."""
    providers = as_published()
    models = {one["id"]: one for one in providers[0]["models"]}
    row = {**models[MODEL]["prices"][0]["prices"], "input_mtok": Decimal(price)}
    if since:
        models[MODEL]["prices"].append({"constraint": {"start_date": since}, "prices": row})
    else:
        models[MODEL]["prices"][0]["prices"] = row
    providers[0]["models"].append({
        "id": "claude-opus-7",
        "name": "Claude Opus 7",
        "match": {"equals": "claude-opus-7"},
        "prices": {"input_mtok": 4, "output_mtok": 20},
        **more,
    })  # fmt: skip
    return json.dumps(providers, default=float).encode()


def saved(content: bytes, folder: Path) -> str:
    place = folder / "data.json"
    place.write_bytes(content)
    return str(place)


def amount(ask: Ask) -> str:
    """Give what the day before cost."""
    found: str = ask("summary", "--date", DAY, "--json").document["data"]["cost"]["amount"]
    return found


def test_prices_are_fetched_from_an_address_and_used_from_then_on(home: Path, ask: Ask) -> None:
    before = amount(ask)
    with serving(reply(body=published("18"))) as server:
        answer = ask("prices", "update", "--from", f"{server.url}/data.json", "--lang", "en")

    assert answer.exit_code == 0
    first, table, _, *rows = answer.out.splitlines()
    assert first == "Prices updated from 127.0.0.1: 1 new model, 1 changed price."
    assert table.startswith("Price table 2026-12-05+")
    assert [row.partition(":")[0] for row in rows] == [
        "- anthropic/claude-opus-4-1 (from 2026-12-05)",
        "- anthropic/claude-opus-7",
    ]
    assert [asked.line for asked in server.asked] == ["GET /data.json HTTP/1.1"]
    assert "authorization" not in server.asked[0].headers
    assert (before, amount(ask)) == ("0.015000", "0.015000")


def test_a_price_that_is_dated_earlier_prices_those_days_again(home: Path, tmp_path: Path, ask: Ask) -> None:
    before = amount(ask)
    answer = ask("prices", "update", "--from", saved(published("18", DAY), tmp_path), "--lang", "en")

    assert answer.out.splitlines()[1] == (
        "1 of them is dated earlier than today; usage since then is priced again at the next report."
    )
    assert (before, amount(ask)) == ("0.015000", "0.018000")


def test_the_answer_in_chinese(home: Path, tmp_path: Path, ask: Ask) -> None:
    content = published("18", "2026-12-01", match={"like": "opus"})
    answer = ask("prices", "update", "--from", saved(content, tmp_path), "--lang", "zh")

    assert answer.out.splitlines()[:3] == [
        "已从 data.json 更新价目表：新增 0 个模型，1 个单价有变化。",
        "其中 1 个从今天以前的日期起生效；之后的用量会在下次出报表时重新计价。",
        "有 1 个模型的单价看不懂，保持原样：anthropic/claude-opus-7。",
    ]


def test_the_answer_as_json_keeps_to_its_schema(home: Path, tmp_path: Path, ask: Ask) -> None:
    document = ask("prices", "update", "--from", saved(published("18"), tmp_path), "--json").document

    assert complaints("prices", document) == []
    assert document["data"]["update"] == {
        "source": "data.json",
        "new_models": 1,
        "changed_prices": 1,
        "dated_earlier": 0,
        "not_understood": [],
    }
    assert [(row["model"], row["from"], row["prices"]["input"]) for row in document["data"]["prices"]] == [
        (MODEL, "2026-12-05", "18"),
        ("claude-opus-7", None, "4"),
    ]


def test_an_update_that_brings_nothing_says_so(home: Path, tmp_path: Path, ask: Ask) -> None:
    source = saved(published("18"), tmp_path)
    ask("prices", "update", "--from", source)
    again = ask("prices", "update", "--from", source, "--lang", "en")

    assert again.out.splitlines()[0] == "Prices are up to date: data.json has no others."
    assert len(again.out.splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "code", "exit_code"),
    [
        (b"<!doctype html><title>Sign in</title>", "answer-not-json", 5),
        (b'[{"id": "openai", "models": [', "answer-not-json", 5),
        (b"{}", "prices-not-understood", 5),
        (b"[]", "prices-too-few", 5),
        (b'[{"id": "openai", "models": []}]', "prices-too-few", 5),
        (b" " * (8 << 20) + b"[]", "answer-too-large", 5),
    ],
)
def test_what_is_no_price_table_is_refused_and_changes_nothing(
    content: bytes, code: str, exit_code: int, home: Path, tmp_path: Path, ask: Ask
) -> None:
    from_file = ask("prices", "update", "--from", saved(content, tmp_path), "--json")
    with serving(reply(body=content)) as server:
        from_address = ask("prices", "update", "--from", server.url, "--json")

    assert (from_file.error_code, from_file.exit_code) == (code, exit_code)
    assert (from_address.error_code, from_address.exit_code) == (code, exit_code)
    assert list(home.glob("prices/**/*.json")) == []


@pytest.mark.parametrize(
    ("source", "code", "exit_code"),
    [
        ("http://prices.example/data.json", "address-refused", 5),
        ("ftp://127.0.0.1/data.json", "address-refused", 5),
        ("https://someone:word@prices.example/data.json", "address-refused", 5),
        ("/nowhere/data.json", "file-unusable", 9),
        ("", "file-unusable", 9),
    ],
)
def test_a_source_that_cannot_be_used_is_an_error(
    source: str, code: str, exit_code: int, home: Path, ask: Ask
) -> None:
    answer = ask("prices", "update", "--from", source, "--json")

    assert (answer.error_code, answer.exit_code) == (code, exit_code)
    assert "word@" not in answer.out


def test_an_address_that_refuses_is_an_error(home: Path, ask: Ask) -> None:
    with serving(reply(404)) as server:
        answer = ask("prices", "update", "--from", server.url, "--lang", "en")

    assert answer.exit_code == 5
    assert "127.0.0.1 did not answer the question (HTTP 404)." in answer.err


def test_a_damaged_table_stops_reports_until_it_is_updated_again(
    home: Path, tmp_path: Path, ask: Ask
) -> None:
    source = saved(published("18", DAY), tmp_path)
    ask("prices", "update", "--from", source)
    place = home / "prices" / "refreshed" / "genai_prices.json"
    place.write_bytes(place.read_bytes()[:5000])
    broken = ask("summary", "--date", DAY, "--json")
    ask("prices", "update", "--from", source)

    assert (broken.exit_code, broken.error_code) == (3, "price-table-damaged")
    assert str(place) in broken.document["error"]["what"]
    assert amount(ask) == "0.018000"


def test_without_network_the_error_says_what_to_do(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: Any, **_more: Any) -> Any:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("socket.create_connection", refused)
    monkeypatch.setattr("token_tracker.http.CHANCE.random", lambda: 0.0)
    english, chinese = (ask("prices", "update", "--lang", lang) for lang in ("en", "zh"))

    assert (english.exit_code, chinese.exit_code) == (6, 6)
    assert "raw.githubusercontent.com cannot be reached." in english.err
    assert "run the command outside it" in english.err
    assert "连不上 raw.githubusercontent.com。" in chinese.err
