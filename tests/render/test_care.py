"""The commands that look after the installation: their documents, and their words in both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from published_shapes import complaints
from token_tracker import schemas
from token_tracker.cli.diagnosis import always_loaded_tokens
from token_tracker.errors import NetworkError
from token_tracker.ledger.archive import Backup
from token_tracker.ledger.archive import Contents
from token_tracker.ledger.archive import Member
from token_tracker.ledger.archive import Restore
from token_tracker.ledger.care import Check
from token_tracker.ledger.care import Purge
from token_tracker.ledger.care import Verification
from token_tracker.ledger.queries import UsageRow
from token_tracker.model import Balance
from token_tracker.model import Problem
from token_tracker.model import Quota
from token_tracker.model import Severity
from token_tracker.model import Spent
from token_tracker.model import Tokens
from token_tracker.period import to_ms
from token_tracker.pricing.card import RateCard
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.text import TEXTS
from token_tracker.render.text.delivered import alert_tokens
from token_tracker.reports.fetching import Fetched
from token_tracker.reports.fetching import FetchedProvider
from token_tracker.reports.fetching import Restated
from token_tracker.reports.health import Diagnosis
from token_tracker.reports.health import Environment
from token_tracker.reports.health import Footprint
from token_tracker.reports.health import LedgerState
from token_tracker.reports.health import Retention
from token_tracker.reports.health import Setting
from token_tracker.reports.health import SourceState
from token_tracker.reports.health import Version
from token_tracker.reports.prices import PriceList
from token_tracker.reports.prices import PriceTable
from token_tracker.reports.prices import PriceUpdate
from token_tracker.reports.prices import current_prices
from token_tracker.reports.prices import dated_prices
from token_tracker.reports.prices import price_table
from token_tracker.reports.syncing import Synced
from token_tracker.sources.claude_code import SOURCE
from token_tracker.sync import SourceResult
from token_tracker.sync import SyncResult

from . import reports
from .test_words import CHINESE

NOW_MS = to_ms(reports.NOW)
LIST, ADD = "`token-tracker sources list`", "`token-tracker sources add-path`"
PAGE = "https://cursor.com/dashboard?tab=usage"
CARD = RateCard.load(None)
CLAUDE = SourceState(
    source="claude-code",
    name="Claude Code",
    enabled=True,
    billing="unknown",
    checked="real",
    paths=["/home/li/.claude/projects"],
    missing=["/home/li/.config/claude/projects"],
    files=214,
    events=61_204,
    first_ms=NOW_MS - 86_400_000 * 30,
    last_ms=NOW_MS,
    read_at_ms=NOW_MS,
    problems=3,
)
NEVER = replace(CLAUDE, paths=[], files=0, events=0, first_ms=None, last_ms=None, read_at_ms=None, problems=0)
CURSOR = replace(
    NEVER,
    source="cursor",
    name="Cursor",
    checked="samples",
    paths=["/home/li/.config/Cursor"],
    missing=[],
    export_page=PAGE,
)
SETTING = Setting("time_zone", None, None, "default", "/home/li/.token-tracker/budget.json")
DIAGNOSIS = Diagnosis(
    [
        Problem("line-not-json", Severity.WARNING, "/home/li/.claude/projects/x.jsonl:3"),
        Problem("reader-slow", Severity.NOTE),
    ],
    Footprint(18_874_368, 2_000_000, 0, 120, 120, 55),
    LedgerState("/home/li/.token-tracker/ledger.db", "ok", 1, 61_204, NOW_MS, NOW_MS, NOW_MS),
    [Retention("claude-code", "Claude Code", True, 30, "cleanupPeriodDays", None, True)],
    Environment(
        "0.1.0", "3.12.7", "/usr/bin/python3", "linux-x86_64", "/home/li/.token-tracker", True, "/c", True
    ),
)
HELD = Contents(1, 61_204, NOW_MS - 86_400_000, NOW_MS)
RESTORED = Restore(
    Path("/home/li/b.zip"),
    "ab" * 32,
    False,
    (Member("ledger.db", 18_874_368),),
    Path("/home/li/old"),
    12,
    3,
    HELD,
)
_REMOVED = UsageRow(("m", "claude-code"), "USD", "computed", 4, Tokens(10), 0, 22_050_600_000_000)
PURGE = Purge(
    before_ms=NOW_MS,
    dry_run=False,
    removed=(_REMOVED,),
    events=4,
    first_ms=NOW_MS - 1,
    last_ms=NOW_MS - 1,
    kept_events=57_102,
    kept_first_ms=NOW_MS,
    bytes_before=18_874_368,
    bytes_after=17_612_800,
)
READ = SourceResult(SOURCE, [], 214, 3, 1_843_201, 118, 2, 3, 0.041)

BILLED = FetchedProvider(
    "openai",
    "OpenAI",
    date(2026, 11, 19),
    date(2026, 11, 22),
    4,
    {"USD": Decimal("8.1")},
    [Restated(date(2026, 11, 19), {"USD": Decimal("0.4")})],
    [],
    [],
    [],
    is_recent=False,
    error=None,
    records=31,
    seconds=0.812,
    is_open=True,
)
FAILED = replace(
    BILLED,
    provider="anthropic",
    name="Anthropic",
    days=0,
    billed={},
    restated=[],
    error=NetworkError("no_network", provider="Anthropic", reason="Name or service not known"),
    records=0,
)
DEEPSEEK = replace(
    FAILED,
    provider="deepseek",
    name="DeepSeek",
    first=None,
    last=None,
    balances=[
        Balance("CNY", Decimal("88.2"), (("granted", Decimal("8.2")), ("topped_up", Decimal(80)))),
        Balance("USD", Decimal("0.5")),
    ],
    error=None,
)
QUOTA = replace(
    DEEPSEEK,
    provider="minimax",
    name="MiniMax",
    balances=[],
    quotas=[Quota("general", "5h", Decimal("0.15"), resets_at_ms=NOW_MS)],
    spent=[Spent("today", Decimal("0.51"), "USD", "key")],
)
SPENT = replace(
    QUOTA,
    provider="openrouter",
    name="OpenRouter",
    quotas=[],
    spent=[Spent("today", Decimal("0.51"), "USD", "key"), Spent("month", Decimal("3.2"), "USD", "key")],
)
FETCHED = Fetched([BILLED, FAILED, DEEPSEEK, QUOTA])

ANSWERS: dict[str, tuple[str, Any]] = {
    "sync": ("sync", Synced(SyncResult([READ], []), Fetched([]))),
    "sync-nothing": ("sync", Synced(SyncResult([READ._replace(files_read=0)], []), Fetched([]))),
    "sync-elsewhere": (
        "sync",
        Synced(SyncResult([READ], [Problem("sync-elsewhere", Severity.NOTE)], complete=False), Fetched([])),
    ),
    "sync-providers": ("sync", Synced(SyncResult([READ], []), FETCHED)),
    "fetch": ("fetch-usage", FETCHED),
    "fetch-spent": ("fetch-usage", Fetched([SPENT])),
    "fetch-all": ("fetch-usage", Fetched([BILLED])),
    "fetch-recent": ("fetch-usage", Fetched([replace(BILLED, is_recent=True, days=0, restated=[])])),
    "fetch-in-part": ("fetch-usage", Fetched([replace(BILLED, error=FAILED.error)])),
    "fetch-none": ("fetch-usage", Fetched([FAILED, replace(FAILED, name="OpenRouter")])),
    "sources": ("sources list", [CLAUDE]),
    "sources-never": ("sources list", [NEVER]),
    "sources-unrecorded": ("sources list", [CLAUDE, replace(NEVER, checked="samples"), CURSOR]),
    "source-changed": ("sources set-billing", [replace(CLAUDE, billing="plan")]),
    "config": ("config list", [SETTING, Setting("language", "zh", None, "file", "/home/li/b.json")]),
    "config-get": ("config get", [SETTING]),
    "config-set": ("config set", [replace(SETTING, value="Asia/Shanghai", origin="file", was_set=True)]),
    "prices": ("prices list", current_prices(CARD, "anthropic", "claude-sonnet-4-5", NOW_MS)),
    "price-history": ("prices show", dated_prices(CARD, "deepseek-chat")),
    "price-set": ("prices set", PriceList(price_table(CARD), list(CARD.rows("kimi", "kimi-k3")))),
    "price-currency": ("prices currency", current_prices(CARD, "minimax-cn", "", NOW_MS)),
    "price-update": (
        "prices update",
        PriceUpdate(
            *(price_table(CARD), list(CARD.rows("kimi", "kimi-k3")), "raw.githubusercontent.com", 1, 1, 0),
            ("openai/gpt-9", "xai/grok-9"),
        ),
    ),
    "price-update-nothing": ("prices update", PriceUpdate(price_table(CARD), [], "data.json", 0, 0, 0)),
    "doctor": ("doctor", DIAGNOSIS),
    "doctor-healthy": ("doctor", replace(DIAGNOSIS, findings=[])),
    "verify": ("verify", Verification("/l.db", (Check("database", 4_608, 0, 0.06),), ())),
    "verify-wrong": (
        "verify",
        Verification(
            "/l.db",
            (Check("rollup", 8_121, 1, 0.19),),
            (Problem("ledger-rollup-differs", Severity.ERROR, "x"),),
        ),
    ),
    "purge": ("purge", (PURGE, date(2026, 7, 1), "Asia/Shanghai")),
    "purge-dry": (
        "purge",
        (replace(PURGE, dry_run=True, bytes_after=None), date(2026, 7, 1), "Asia/Shanghai"),
    ),
    "purge-nothing": ("purge", (replace(PURGE, removed=(), events=0), date(2026, 7, 1), "Asia/Shanghai")),
    "backup": (
        "backup",
        Backup(Path("/home/li/b.zip"), 6_291_456, "ab" * 32, (Member("ledger.db", 9),), False, HELD),
    ),
    "restore": ("restore", RESTORED),
    "restore-dry": ("restore", replace(RESTORED, dry_run=True, events_before=None)),
    "schema": ("schema", ({name: schemas.load(name) for name in ("bill", "due")}, False)),
    "version": (
        "version",
        Version(
            "0.1.0", "3.12.7", "linux-x86_64", 1, 1, PriceTable("2026-11-22+e14b04a6", "2026-11-22", 1_184, 0)
        ),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_keeps_to_its_schema(name: str) -> None:
    command, report = ANSWERS[name]
    data = DATA[command](report, reports.style("en"))
    problems = getattr(report, "problems", ())
    document = envelope(command, reports.NOW, None, data, problems, lang="en")

    assert complaints(command.partition(" ")[0], json.loads(json.dumps(document))) == []


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_has_words_in_both_languages(name: str) -> None:
    command, report = ANSWERS[name]

    assert CHINESE.search(TEXTS[command](report, reports.style("zh")))
    assert not CHINESE.search(TEXTS[command](report, reports.style("en")))


def test_an_agent_that_records_nothing_has_a_row_that_says_what_to_do() -> None:
    _, states = ANSWERS["sources-unrecorded"]

    assert TEXTS["sources list"](states[1:], reports.style("en")).split("\n") == [
        "Logs of 0 of 1 agents were found.",
        "",
        "- Cursor (cursor): nothing imported",
        f"  - records no usage on this machine; export it at {PAGE}, then run `token-tracker import FILE`",
        "  - not known whether API or plan pays",
        (
            "- Claude Code (claude-code): no logs in /home/li/.config/claude/projects"
            " — checked against samples of its logs only"
        ),
    ]
    assert TEXTS["sources list"](states[1:], reports.style("zh")).split("\n") == [
        "支持的 1 种编程助手中，找到了 0 种的日志。",
        "",
        "- Cursor（cursor）：还没有导入",
        f"  - 不在本机记录用量；请到 {PAGE} 导出用量文件，再运行 `token-tracker import 文件`",
        "  - 不知道是 API 付费还是套餐",
        "- Claude Code（claude-code）：/home/li/.config/claude/projects 没有日志；只用日志样本核对过",
    ]


def test_a_source_whose_logs_need_zstd_says_where_there_is_none() -> None:
    lines = TEXTS["sources list"]([replace(CLAUDE, lacks=["zstd"])], reports.style("en")).split("\n")

    assert lines[-1] == (
        "  - zstd is missing: its compressed logs are not read. Install the `zstd` program or the Python"
        " package `zstandard`"
    )


def test_a_host_that_deletes_its_logs_is_called_by_its_name() -> None:
    said = "Claude Code deletes its logs after 30 days (cleanupPeriodDays, its default)."

    assert f"- {said}" in TEXTS["doctor"](DIAGNOSIS, reports.style("en")).split("\n")


def test_a_home_without_logs_names_whose_logs_were_looked_for_in_one_line() -> None:
    missing = Problem("source-missing", Severity.NOTE, times=2, detail="Amp, Claude Code")
    diagnosis = replace(DIAGNOSIS, findings=[missing])

    said = f"- No logs were found of Amp, Claude Code. {LIST} shows where they were looked for;"

    assert f"{said} {ADD} adds a place." in TEXTS["doctor"](diagnosis, reports.style("en")).split("\n")
    assert "- 没有找到这些程序的日志：Amp、Claude Code。" in TEXTS["doctor"](diagnosis, reports.style("zh"))


def test_a_source_that_nobody_uses_but_somebody_set_is_shown_whole() -> None:
    off = replace(NEVER, missing=[], enabled=False)

    assert TEXTS["sources list"]([off], reports.style("en")).split("\n")[2:] == [
        "- Claude Code (claude-code): 0 responses in 0 log files",
        "  - turned off, never read, not known whether API or plan pays, checked against the real program",
    ]


def test_every_command_that_prints_text_prints_json_too() -> None:
    assert list(TEXTS) == list(DATA)
    assert all(callable(renderers[command]) for renderers in (TEXTS, DATA) for command in TEXTS)


def test_the_price_list_holds_only_the_rows_of_today_and_joins_their_tiers() -> None:
    command, listing = ANSWERS["prices"]
    data = DATA[command](listing, reports.style("en"))
    shown = [
        (row["terms"]["tier"], [tier["prompt_tokens_above"] for tier in row["tiers"]])
        for row in data["prices"]
    ]

    assert shown == [("standard", [200_000]), ("batch", [200_000])]


def test_a_price_that_was_replaced_says_until_when_it_held() -> None:
    command, listing = ANSWERS["price-history"]
    rows = DATA[command](listing, reports.style("en"))["prices"]

    assert [(row["from"], row["until"]) for row in rows][-1] == ("2025-02-08", "2025-02-26")


def test_the_skill_and_its_alerts_add_no_more_to_a_session_than_is_promised() -> None:
    assert 0 < always_loaded_tokens() < 150
    assert {lang: alert_tokens(lang) for lang in ("zh", "en")} == {"zh": 64, "en": 53}
