"""No word of a log or a person goes into a session, whatever it is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from hostile_names import NAMES
from ledger.postings import event
from ledger.postings import opened_fast
from ledger.postings import reading
from token_tracker.budgets import budget_statuses
from token_tracker.cli.account import Account
from token_tracker.cli.digests import UNITS
from token_tracker.cli.digests import build_digest
from token_tracker.cli.session import Session
from token_tracker.delivery import Item
from token_tracker.ledger.posting import Poster
from token_tracker.ledger.records import Record
from token_tracker.ledger.records import RecordBook
from token_tracker.ledger.records import RecordKind
from token_tracker.ledger.store import Ledger
from token_tracker.model import SCOPE_KINDS
from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import HOLDERS
from token_tracker.period import Clock
from token_tracker.period import Zone
from token_tracker.period import local_day
from token_tracker.period import to_ms
from token_tracker.pricer import CardPricer
from token_tracker.render.format import clean_name
from token_tracker.render.style import Style
from token_tracker.render.text import delivered
from token_tracker.render.text import digest
from token_tracker.render.text.digest import MOST_TOKENS
from token_tracker.render.text.digest import estimated_tokens
from token_tracker.reports.budgets import Alert
from token_tracker.reports.budgets import BudgetReport
from token_tracker.reports.budgets import alerts
from token_tracker.reports.digest import Digest
from token_tracker.settings import Budget
from token_tracker.settings import Settings

from . import digests
from . import span_reports
from .injected_grammar import strangers

DOLLAR = 10**12
ZONE = Zone(UTC, "UTC")
NOW = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
HOUR_MS = 3_600_000


def filled(home: Path, name: str) -> Ledger:
    """Give a ledger in which everything that has a name is called by this one."""
    ledger = opened_fast(home)
    pricer = shipped_prices()
    poster = Poster(ledger, pricer, lambda cwd: cwd, to_ms(NOW))
    poster.post([reading("/logs/a.jsonl", events_of(name), pricer, source="claude-code")])
    RecordBook(ledger, poster, pricer).add([record_of(name)])
    return ledger


@cache
def shipped_prices() -> CardPricer:
    return CardPricer(Path("there-are-no-own-prices"))


def events_of(name: str) -> list[UsageEvent]:
    """Give what a log brings: a response that cost most, and one of a model that is known."""
    at_ms = to_ms(NOW) - HOUR_MS
    origin = Origin("claude-code", f"/w/{name}", name, name, name, name, name, "skill", name)
    named = event(
        "named", at_ms, service=Service(name, name), origin=origin, charge=Charge(5 * DOLLAR, "USD")
    )
    known = Service("anthropic", "claude-opus-4-5")
    return [named, event("known", at_ms - 24 * HOUR_MS, service=known, origin=Origin("claude-code"))]


def record_of(name: str) -> Record:
    """Give what `log` keeps, with its notes."""
    at_ms, tokens = to_ms(NOW) - 2 * HOUR_MS, Tokens(input=900, output=90)
    times = (NOW.date().isoformat(), at_ms, at_ms, at_ms)
    charge = Charge(DOLLAR, "USD")
    return Record(b"r" * 16, RecordKind.ENTRY, name, *times, "", name, name, name, name, tokens, charge)


def settings_of(name: str) -> Settings:
    values = {"project": f"/w/{name}"}
    scoped = [Budget("daily", Decimal(2), "USD", f"{kind}={values.get(kind, name)}") for kind in SCOPE_KINDS]
    return Settings(budgets=(Budget("monthly", Decimal(7), "USD"), *scoped))


class Said(NamedTuple):
    """What a session start would say: the items, and what they are as a message and as advice."""

    items: tuple[Item, ...]
    message: str
    advice: str

    @property
    def texts(self) -> list[str]:
        return [*(item.content for item in self.items), self.message, self.advice]


class Due(NamedTuple):
    """What is due: three reports, and the alerts of the budgets."""

    reports: Sequence[Digest]
    alerts: Sequence[Alert]

    def said(self, lang: str) -> Said:
        style = Style(lang, "USD", NOW, ZONE)
        items = (
            *(delivered.report_item(one, style) for one in self.reports),
            *(delivered.alert_item(one, style) for one in self.alerts),
        )
        return Said(items, delivered.message(items, style), delivered.advice(self.alerts, style))


def due(home: Path, name: str) -> Due:
    clock, day = Clock(NOW), NOW.date()
    session = Session(
        {}, home, home / "cache", settings_of(name), clock, ZONE, "en", "USD", False, home / "skill"
    )
    with closing(filled(home, name)) as ledger:
        account = Account(session, ledger, None)
        told = [
            build_digest(account, kind, HOLDERS[unit](day, UTC, "UTC"), {}) for kind, unit in UNITS.items()
        ]
        statuses = budget_statuses(ledger, session.settings, clock, ZONE)
    return Due(told, alerts(BudgetReport(local_day(day, UTC, "UTC"), statuses)))


def without_numbers(text: str) -> str:
    """Take away what stands for the scope of a budget."""
    return re.sub(r"[0-9a-fA-F]{8}([:_])", r"#\1", text)


def test_there_are_enough_hostile_names() -> None:
    assert len(set(NAMES)) >= 200


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Due:
    """Give what is due where nothing has a name that means anything."""
    return due(tmp_path_factory.mktemp("usual"), "coder-7b")


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_name_changes_no_word_of_what_a_session_is_told(number: int, tmp_path: Path, usual: Due) -> None:
    found = due(tmp_path, NAMES[number])
    foreign = [
        part for lang in ("zh", "en") for text in found.said(lang).texts for part in strangers(text, lang)
    ]

    assert foreign == []
    for lang in ("zh", "en"):
        assert without_numbers(found.said(lang).message) == without_numbers(usual.said(lang).message)
        assert found.said(lang).advice == usual.said(lang).advice


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_session_is_told_of_three_reports_and_of_every_budget(lang: str, tmp_path: Path) -> None:
    told = due(tmp_path, NAMES[20]).said(lang)

    assert [item.kind for item in told.items] == [
        *("daily-report", "weekly-report", "monthly-report"),
        *["budget-alert"] * 6,
    ]
    assert told.advice != ""
    assert max(estimated_tokens(item.content) for item in told.items) <= MOST_TOKENS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_grammar_takes_the_goldens(lang: str) -> None:
    for name in digests.DIGESTS:
        report, now, zone = digests.DIGESTS[name]
        text = delivered.report_item(report, span_reports.style(lang, now, zone)).content

        assert (name, strangers(text, lang)) == (name, [])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_grammar_refuses_names_that_are_not_made_of_our_own_words(lang: str) -> None:
    refused = [name for name in NAMES if strangers(name, lang)]

    assert len(refused) > 0.9 * len(NAMES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_raw_name_would_be_found(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "known_model", clean_name)
    monkeypatch.setattr(delivered, "known_scope", lambda budget: clean_name(budget.scope_value))
    # A short one, for a line that does not fit is left out whoever wrote it.
    name = min((one for one in NAMES if len(one) > 3 and strangers(clean_name(one), lang)), key=len)
    told = due(tmp_path, name).said(lang)
    found = [bool(strangers(text, lang)) for text in told.texts]

    of_reports, of_alerts, of_all = [True] * 3, [True] * 5 + [False], [True] * 2
    assert found == [*of_reports, *of_alerts, *of_all]
