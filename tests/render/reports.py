"""Reports with invented figures, for the goldens and the documents."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from token_tracker.ledger.queries import StoredEvent
from token_tracker.ledger.queries import StoredRate
from token_tracker.model import CostBasis
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Problem
from token_tracker.model import Service
from token_tracker.model import Severity
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import Period
from token_tracker.period import Zone
from token_tracker.period import to_ms
from token_tracker.render.style import Style
from token_tracker.reports.bill import Bill
from token_tracker.reports.bill import BillRow
from token_tracker.reports.explain import Explanation
from token_tracker.reports.explain import build_explanation
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.summary import LookedIn
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.summary import NamedLine
from token_tracker.reports.summary import Summary

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 23, 5, 12, tzinfo=SHANGHAI)
TODAY = Period(date(2026, 11, 22), date(2026, 11, 22), SHANGHAI, "Asia/Shanghai")
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22), SHANGHAI, "Asia/Shanghai")
READ_NOW = Freshness("claude-code", "Claude Code", to_ms(NOW), 0)
COMPUTED, BILLED, REPORTED = CostBasis.COMPUTED, CostBasis.BILLED, CostBasis.REPORTED


def style(lang: str, currency: str = "USD") -> Style:
    return Style(lang, currency, NOW, Zone(SHANGHAI, "Asia/Shanghai"))


def usd(amount: str, basis: CostBasis = COMPUTED) -> Cost:
    return Cost({"USD": {basis: Decimal(amount)}}, {}, 0, ())


def unpriced(tokens: int, *models: str) -> Cost:
    return Cost({}, {}, tokens, models)


def plan(amount: str) -> Cost:
    return Cost({}, {"USD": Decimal(amount)}, 0, ())


NO_COST = Cost({}, {}, 0, ())
NOTHING = Figures(0, Tokens(), 0, NO_COST)


def figures(requests: int, tokens: Tokens, cost: Cost, web_searches: int = 0) -> Figures:
    return Figures(requests, tokens, web_searches, cost)


def summary(total: Figures, **changed: object) -> Summary:
    values: dict[str, object] = {
        "period": TODAY,
        "figures": total,
        "by_model": [ModelLine("anthropic", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", total)],
        "by_provider": [NamedLine("anthropic", total)],
        "by_project": [NamedLine("shop-api", total)],
        "by_source": [NamedLine("claude-code", total)],
        "average": None,
        "freshness": [READ_NOW],
        "problems": [],
        **changed,
    }
    return Summary(**values)  # type: ignore[arg-type]  # the fields of a dataclass, by name


SONNET = figures(212, Tokens(48_210, 9_412_000, 301_500, 120_000, 88_400, 12_000), usd("6.284855"), 14)
CODEX = figures(57, Tokens(120_000, 1_900_000, 0, 0, 42_000, 30_000), usd("0.8075"))
HAIKU = figures(40, Tokens(20_000, 400_000, 0, 0, 9_000, 0), usd("0.105"))
OPUS = figures(6, Tokens(1_900, 30_400, 8_000, 0, 2_100, 0), usd("0.1272"))
GROK = figures(3, Tokens(9_000, 0, 0, 0, 900, 0), usd("0.0405"))
GLM = figures(2, Tokens(4_000, 0, 0, 0, 300, 0), usd("0.00306"))
KIMI = figures(1, Tokens(800, 0, 0, 0, 100, 0), usd("0.0004"))

BUSY = summary(
    figures(
        321,
        Tokens(203_910, 11_742_400, 309_500, 120_000, 142_800, 42_000),
        usd("7.368515"),
        14,
    ),
    by_model=[
        ModelLine("anthropic", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", SONNET),
        ModelLine("openai", "gpt-5-codex", "GPT-5 Codex", CODEX),
        ModelLine("anthropic", "claude-opus-4-5", "Claude Opus 4.5", OPUS),
        ModelLine("anthropic", "claude-haiku-4-5", "Claude Haiku 4.5", HAIKU),
        ModelLine("xai", "grok-4", "Grok 4", GROK),
        ModelLine("zai", "glm-5", "GLM-5", GLM),
        ModelLine("kimi", "kimi-k2", "Kimi K2", KIMI),
    ],
    by_provider=[
        NamedLine(
            "anthropic",
            figures(258, Tokens(70_110, 9_842_400, 309_500, 120_000, 99_500), usd("6.517055")),
        ),
        NamedLine("openai", CODEX),
        NamedLine("", figures(6, Tokens(13_800, 0, 0, 0, 1_300), usd("0.04396"))),
    ],
    by_project=[
        NamedLine(
            "shop-api", figures(280, Tokens(180_000, 11_000_000, 309_500, 120_000, 130_000), usd("7.1"))
        ),
        NamedLine("", figures(41, Tokens(23_910, 742_400, 0, 0, 12_800), usd("0.268515"))),
    ],
    average=usd("6.1"),
    freshness=[
        Freshness("claude-code", "Claude Code", to_ms(NOW), 3),
        Freshness("codex", "Codex", to_ms(NOW) - 2 * 3_600_000, 0),
    ],
)

ZERO = summary(NOTHING, by_model=[], by_provider=[], by_project=[], by_source=[], average=usd("6.1"))
NOTHING_EVER = summary(
    NOTHING,
    by_model=[],
    by_provider=[],
    by_project=[],
    by_source=[],
    freshness=[],
    looked_in=[
        LookedIn("claude-code", "Claude Code", "/home/li/.claude/projects", 30),
        LookedIn("claude-code", "Claude Code", "/home/li/.config/claude/projects", 30),
    ],
)

_IN_HOUSE = figures(4, Tokens(15_000, 0, 0, 0, 1_200), unpriced(16_200, "in-house-coder-7b"))
UNPRICED = summary(
    figures(
        61,
        Tokens(135_000, 1_900_000, 0, 0, 43_200, 30_000),
        Cost({"USD": {COMPUTED: Decimal("0.8075")}}, {}, 16_200, ("in-house-coder-7b",)),
    ),
    by_model=[
        ModelLine("openai", "gpt-5-codex", "GPT-5 Codex", CODEX),
        ModelLine("", "in-house-coder-7b", "", _IN_HOUSE),
    ],
    by_provider=[NamedLine("openai", CODEX), NamedLine("", _IN_HOUSE)],
    by_project=[NamedLine("", CODEX)],
)
ALL_UNPRICED = summary(
    _IN_HOUSE,
    by_model=[ModelLine("", "in-house-coder-7b", "", _IN_HOUSE)],
    by_provider=[NamedLine("", _IN_HOUSE)],
    by_project=[NamedLine("sandbox", _IN_HOUSE)],
    average=usd("0.4"),
)
READ_ONLY = summary(CODEX, problems=[Problem("ledger-read-only", Severity.NOTE)], average=usd("1.615"))
SPAN = summary(SONNET, period=WEEK, average=usd("6.1"))

_MIXED = figures(
    269,
    Tokens(168_210, 11_312_000, 301_500, 120_000, 130_400, 42_000),
    Cost({"CNY": {COMPUTED: Decimal(8)}, "USD": {COMPUTED: Decimal("6.284855")}}, {}, 0, ()),
)
_YUAN = figures(
    57,
    Tokens(120_000, 1_900_000, 0, 0, 42_000, 30_000),
    Cost({"CNY": {COMPUTED: Decimal(8)}}, {}, 0, ()),
)
CURRENCIES = summary(
    _MIXED,
    by_model=[
        ModelLine("zhipu", "glm-5", "GLM-5", _YUAN),
        ModelLine("anthropic", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", SONNET),
    ],
    by_provider=[NamedLine("zhipu", _YUAN), NamedLine("anthropic", SONNET)],
    average=usd("6.29"),
)
BASES = summary(
    figures(
        269,
        Tokens(168_210, 11_312_000, 301_500, 120_000, 130_400, 42_000),
        Cost({"USD": {BILLED: Decimal("8.1"), COMPUTED: Decimal("4.24")}}, {}, 0, ()),
    ),
    average=usd("20"),
)
_PLAN = figures(212, Tokens(48_210, 9_412_000, 301_500, 120_000, 88_400, 12_000), plan("6.284855"))
PLAN = summary(_PLAN)
_BOTH = figures(
    269,
    Tokens(168_210, 11_312_000, 301_500, 120_000, 130_400, 42_000),
    Cost({"USD": {COMPUTED: Decimal("0.8075")}}, {"USD": Decimal("6.284855")}, 0, ()),
)
PLAN_AND_API = summary(
    _BOTH,
    by_model=[
        ModelLine("anthropic", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", _PLAN),
        ModelLine("openai", "gpt-5-codex", "GPT-5 Codex", CODEX),
    ],
    by_provider=[NamedLine("anthropic", _PLAN), NamedLine("openai", CODEX)],
    by_project=[NamedLine("shop-api", _BOTH)],
    by_source=[NamedLine("claude-code", _PLAN), NamedLine("codex", CODEX)],
    freshness=[READ_NOW, Freshness("codex", "Codex", to_ms(NOW) - 50 * 3_600_000, 0)],
)
TINY = summary(
    KIMI, by_model=[ModelLine("kimi", "kimi-k2", "Kimi K2", KIMI)], by_provider=[NamedLine("kimi", KIMI)]
)

SUMMARIES = {
    "busy": BUSY,
    "zero": ZERO,
    "nothing-ever": NOTHING_EVER,
    "unpriced": UNPRICED,
    "all-unpriced": ALL_UNPRICED,
    "read-only": READ_ONLY,
    "span": SPAN,
    "currencies": CURRENCIES,
    "bases": BASES,
    "plan": PLAN,
    "plan-and-api": PLAN_AND_API,
    "tiny": TINY,
}


def rate(provider: str, model: str, name: str, currency: str = "USD", **prices: str) -> StoredRate:
    kinds = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "web_search")
    return StoredRate(
        currency,
        {
            "key": f"{provider}/{model}/always/standard",
            "provider": provider,
            "model": model,
            "name": name,
            "currency": currency,
            **{kind: prices.get(kind) for kind in kinds},
            "valid_from": "",
            "source_url": f"https://{provider}.example/pricing",
            "checked_on": "2026-11-20",
            "note": "",
        },
    )


SONNET_RATE = rate(
    "anthropic",
    "claude-sonnet-4-5",
    "Claude Sonnet 4.5",
    input="3",
    cache_read="0.3",
    cache_write_5m="3.75",
    cache_write_1h="6",
    output="15",
    web_search="0.01",
)
CODEX_RATE = rate("openai", "gpt-5-codex", "GPT-5 Codex", input="1.25", cache_read="0.125", output="10")
GLM_RATE = rate("zhipu", "glm-5", "GLM-5", "CNY", input="4", cache_read="0.8", output="14")


def bill(by: tuple[str, ...], total: Figures, *rows: BillRow) -> Bill:
    return Bill(TODAY, by, rows, total, [], [READ_NOW])


_SONNET_KEY = {"model": "claude-sonnet-4-5-20250929", "project": "shop-api"}
_CODEX_KEY = {"model": "gpt-5-codex", "project": None}
BILLS = {
    "busy": bill(
        ("model", "project"),
        figures(269, Tokens(168_210, 11_312_000, 301_500, 120_000, 130_400, 42_000), usd("7.092355"), 14),
        BillRow(_SONNET_KEY, "Claude Sonnet 4.5", SONNET, [SONNET_RATE]),
        BillRow(_CODEX_KEY, "GPT-5 Codex", CODEX, [CODEX_RATE]),
    ),
    "zero": bill(("model",), NOTHING),
    "unpriced": bill(
        ("model",),
        UNPRICED.figures,
        BillRow({"model": "gpt-5-codex"}, "GPT-5 Codex", CODEX, [CODEX_RATE]),
        BillRow({"model": "in-house-coder-7b"}, None, _IN_HOUSE, []),
    ),
    "currencies": bill(
        ("provider",),
        _MIXED,
        BillRow({"provider": "zhipu"}, None, _YUAN, [GLM_RATE]),
        BillRow({"provider": "anthropic"}, None, SONNET, [SONNET_RATE]),
    ),
    "plan-and-api": bill(
        ("hour",),
        _BOTH,
        BillRow({"hour": to_ms(NOW.replace(hour=9, minute=0, second=0))}, None, _PLAN, [SONNET_RATE]),
        BillRow(
            {"hour": to_ms(NOW.replace(hour=14, minute=0, second=0))}, None, CODEX, [CODEX_RATE, SONNET_RATE]
        ),
    ),
    "tiny": bill(("project",), KIMI, BillRow({"project": None}, None, KIMI, [])),
}


def event(
    number: int,
    model: str,
    tokens: Tokens,
    cost_pico: int | None,
    used: StoredRate | None,
    *,
    source: str = "claude-code",
    web_searches: int = 0,
) -> StoredEvent:
    at_ms = to_ms(NOW) - 3_600_000 * (10 - number)
    place = Place(f"/home/li/.claude/projects/-home-li-shop/{number}.jsonl", number * 1000)
    provider = "" if used is None else str(used.content["provider"])
    name = "" if used is None else str(used.content["name"])
    return StoredEvent(
        UsageEvent(
            bytes([number]) * 16,
            at_ms,
            at_ms,
            Service(provider, model),
            Origin(source, "/home/li/shop", "0b5ec1a0"),
            tokens,
            web_searches,
            False,
            True,
            None,
            place,
        ),
        provider,
        name,
        "/home/li/shop",
        "",
        cost_pico,
        used,
    )


def explanation(*events: StoredEvent, plans: frozenset[str] = frozenset()) -> Explanation:
    return build_explanation(
        TODAY,
        "date",
        "2026-11-22",
        events,
        plans,
        {"/home/li/shop": "shop"},
        lambda _path, offset: offset // 100,
        [],
        [READ_NOW],
    )


EVENTS = (
    event(
        1,
        "claude-sonnet-4-5-20250929",
        Tokens(12, 18_240, 2_310, 0, 641),
        33_785_500_000,
        SONNET_RATE,
        web_searches=1,
    ),
    event(
        2,
        "gpt-5-codex",
        Tokens(5_120, 33_280, 0, 0, 1_733, 1_200),
        27_890_000_000,
        CODEX_RATE,
        source="codex",
    ),
    event(3, "in-house-coder-7b", Tokens(3_750, 0, 0, 0, 300), None, None),
)

EXPLANATIONS = {
    "day": explanation(*EVENTS),
    "plan": explanation(*EVENTS, plans=frozenset({"claude-code"})),
    "currencies": explanation(
        EVENTS[0], event(4, "glm-5", Tokens(1_000, 0, 0, 0, 500), 11_000_000_000, GLM_RATE)
    ),
    "nothing": explanation(),
}
