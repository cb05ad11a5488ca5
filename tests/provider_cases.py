"""What the contract test knows of each provider: a case of invented answers, and a double of its address.

A case is `tests/fixtures/providers/<id>/case.py` and sets `CASE`. Its `answer` is told what was
asked and gives JSON with Decimal for fractions, or raises AnswerError as the real client does.
A provider that can be asked in several ways has one more case for each: `FURTHER_CASES`, by name.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from decimal import Decimal
from decimal import localcontext
from pathlib import Path
from types import ModuleType
from typing import Any
from typing import NamedTuple

from token_tracker.paths import bundled_folder
from token_tracker.providers import BalanceReading
from token_tracker.providers import BillUnit
from token_tracker.providers import Days
from token_tracker.providers import Provider
from token_tracker.providers import Region
from token_tracker.providers import load_provider


class Asked(NamedTuple):
    """One question. `page_size`: how much a page holds at most, None as much as was asked for."""

    path: str
    params: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None
    page_size: int | None

    def all(self, name: str) -> list[str]:
        """Give every value of a parameter, spelled with brackets or without."""
        return [value for given, value in self.params if given.removesuffix("[]") == name]

    def one(self, name: str, default: str = "") -> str:
        """Give the only value of a parameter."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} was given {len(values)} times"
        return values[0] if values else default

    def page(self, rows: Sequence[Any]) -> tuple[list[Any], str | None]:
        """Cut out the page that `page` and `limit` ask for; give it and the cursor of the next one."""
        size = min(self.page_size or len(rows) or 1, int(self.one("limit", str(len(rows) or 1))))
        start = int(self.one("page", "page_0").removeprefix("page_"))
        rest = start + size < len(rows)
        return list(rows[start : start + size]), f"page_{start + size}" if rest else None


class Case(NamedTuple):
    """Invented answers of one provider, and what must be read from them.

    `billed`: what each UTC day of the cost report comes to by currency, for every day of `days`
    ({} for a day without any); one day at least is such a day. `tokens`: likewise for the usage
    reports. `money`: names of the fields that hold money, wherever they are. `required`: names of
    the fields without which an answer is not understood. `models`: names of the fields that name a
    model and may be null, where the vendor says that they may.
    """

    answer: Callable[[Asked], Any]
    now: datetime
    days: Days | None = None
    billed: Mapping[date, Mapping[str, Decimal]] = {}
    tokens: Mapping[date, int] = {}
    money: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    key_kind: str = ""


class ReplayedApi:
    """An `Api` that asks a case instead of a vendor, and remembers what was asked."""

    def __init__(
        self,
        provider: Provider,
        answer: Callable[[Asked], Any],
        now: datetime,
        *,
        page_size: int | None = None,
        only: tuple[str, str] | None = None,
        key_kind: str = "",
        headers: Mapping[str, str] | None = None,
        change: Callable[[Any], Any] = lambda answer: answer,
    ) -> None:
        self.now = now
        self.region: Region = provider.regions[0]
        self.key_kind = key_kind
        self.only = only
        self.asked: list[Asked] = []
        self._answer = answer
        self._page_size = page_size
        self._headers = headers or {}
        self._change = change

    def get(
        self, path: str, params: Sequence[tuple[str, str]] = (), headers: Mapping[str, str] | None = None
    ) -> Any:
        return self._ask(Asked(path, tuple(params), headers or {}, None, self._page_size))

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        return self._ask(Asked(path, (), headers or {}, body, self._page_size))

    def header(self, name: str) -> str:
        return self._headers.get(name, "")

    def _ask(self, asked: Asked) -> Any:
        self.asked.append(asked)
        return self._change(self._answer(asked))


class Told(NamedTuple):
    """All that a provider tells: its bills and its balance."""

    units: tuple[BillUnit, ...]
    balance: BalanceReading | None


def exact_sum(*amounts: str | Decimal) -> Decimal:
    """Add amounts up without rounding, however many decimals they have."""
    with localcontext(prec=80):
        return sum((Decimal(amount) for amount in amounts), Decimal(0))


def provider_files() -> list[Path]:
    """Give every provider file that comes with the program."""
    return sorted(bundled_folder("providers").glob("[!_]*.py"))


def names_of_cases() -> list[str]:
    """Give `<id>` for each provider, and `<id>:<name>` for each further case."""
    names = []
    for place in provider_files():
        module = _module(place.stem)
        names += [place.stem, *(f"{place.stem}:{name}" for name in getattr(module, "FURTHER_CASES", {}))]
    return names


def provider_of(name: str) -> Provider:
    """Load a provider by its id, or by the name of a case."""
    return load_provider(bundled_folder("providers") / f"{name.partition(':')[0]}.py")


def case_of(name: str) -> Case:
    """Give a case by its name."""
    provider, _, further = name.partition(":")
    module = _module(provider)
    case = module.FURTHER_CASES[further] if further else module.CASE
    assert isinstance(case, Case)
    return case


def _module(provider: str) -> ModuleType:
    return importlib.import_module(f"fixtures.providers.{provider}.case")


def told(provider: Provider, case: Case, **how: Any) -> Told:
    """Ask for everything. `how`: as for `ReplayedApi`."""
    api = ReplayedApi(provider, case.answer, case.now, **{"key_kind": case.key_kind, **how})
    units = tuple(provider.fetch(api, case.days)) if provider.fetch and case.days else ()
    return Told(units, provider.balance(api) if provider.balance else None)


def in_every_object(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], Any]:
    """Make what changes every object of an answer, the inner ones first."""

    def changed(answer: Any) -> Any:
        if isinstance(answer, dict):
            return change({name: changed(value) for name, value in answer.items()})
        return [changed(value) for value in answer] if isinstance(answer, list) else answer

    return changed
