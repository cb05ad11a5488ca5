"""What the settings files may hold, checked with pydantic."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from typing import Any
from typing import Literal
from typing import Self

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationError
from pydantic import field_validator
from pydantic import model_validator

from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.files import LARGEST_SETTINGS
from token_tracker.http import clean_base_url
from token_tracker.model import SCOPE_KINDS
from token_tracker.paths import BUDGET_FILE
from token_tracker.paths import PROVIDERS_FILE
from token_tracker.paths import SOURCES_FILE
from token_tracker.paths import STATE_FILE
from token_tracker.period import find_zone
from token_tracker.provider_keys import LONGEST_KEY
from token_tracker.provider_keys import VARIABLE_NAME

_LIST_OF_ENTRIES = re.compile(rb"\s*\[\s*\{")
_STRING_OR_BRACE = re.compile(rb'"(?:[^"\\]|\\.)*"|{')

PROVIDER_ID = "[a-z0-9][a-z0-9_-]{0,31}"
Language = Literal["zh", "en"]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Number = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?$")]
"""An exact decimal number as text, so that no reader makes a binary float of it."""

BudgetScope = Annotated[str, Field(pattern=rf"^(all|({'|'.join(SCOPE_KINDS)})=\S(.*\S)?)$", max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    schema_number: Literal[1] = Field(default=1, alias="schema")


class BudgetEntry(BaseModel):
    """One budget of `budget.json`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    period: Literal["daily", "weekly", "monthly"]
    scope: BudgetScope = "all"
    limit: Number
    currency: Currency
    warn_percent: Number = "80"
    hard: bool = False
    count: Literal["amount", "api_equivalent"] = "amount"

    @field_validator("limit")
    @classmethod
    def _above_zero(cls, limit: str) -> str:
        if not Decimal(limit):
            raise ValueError("a budget is above 0")
        return limit

    @field_validator("warn_percent")
    @classmethod
    def _a_share(cls, percent: str) -> str:
        if not 1 <= Decimal(percent) <= 100:
            raise ValueError("a share of 1 to 100 percent")
        return percent


class BudgetFile(_Strict):
    """`budget.json`: budgets and display settings."""

    language: Language | None = None
    time_zone: str | None = None
    currency: Currency = "USD"
    daily_report_hour: int = Field(default=23, ge=0, le=23)
    budgets: list[BudgetEntry] = []

    @field_validator("budgets")
    @classmethod
    def _one_of_each(cls, budgets: list[BudgetEntry]) -> list[BudgetEntry]:
        kinds = [(one.period, one.scope) for one in budgets]
        if len(set(kinds)) < len(kinds):
            raise ValueError("two budgets have the same period and scope")
        return budgets

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                find_zone(name)
            except CommandLineError:
                raise ValueError("no such time zone") from None
        return name


class SourceEntry(BaseModel):
    """One source of `sources.json`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    enabled: bool = True
    paths: list[str] = []
    billing: Literal["api", "plan", "unknown"] = "unknown"


class SourcesFile(_Strict):
    """`sources.json`: which sources are read, where else, and how they are paid."""

    sources: dict[str, SourceEntry] = {}


class ProviderFileEntry(BaseModel):
    """One provider of `providers.json`; its key, or one of three places where that is."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    enabled: bool = True
    api_key: str | None = Field(default=None, pattern=rf"^[!-~]{{1,{LONGEST_KEY}}}$", repr=False)
    api_key_env: str | None = Field(default=None, pattern=rf"^{VARIABLE_NAME.pattern}$")
    api_key_cmd: list[str] | None = Field(default=None, min_length=1, repr=False)
    api_key_keyring: str | None = Field(default=None, min_length=1)
    region: str = Field(default="", pattern=rf"^({PROVIDER_ID})?$")
    base_url: str = ""
    only: str = Field(default="", pattern=r"^([a-z]+=\S+)?$", max_length=200)
    key_kind: str = Field(default="", max_length=40)
    last_four: str = Field(default="", pattern="^([!-~]{4})?$")
    can: list[Literal["usage", "cost", "balance", "quota"]] = []
    account: str = Field(default="", max_length=200)
    checked_at: str = ""
    counts_organisation: bool = False

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        return url and clean_base_url(url)

    @field_validator("checked_at")
    @classmethod
    def _an_instant(cls, instant: str) -> str:
        if instant and datetime.fromisoformat(instant).tzinfo is None:
            raise ValueError("an instant with its offset")
        return instant

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        places = (self.api_key, self.api_key_env, self.api_key_cmd, self.api_key_keyring)
        if sum(place is not None for place in places) > 1:
            raise ValueError("the key is in more than one place")
        return self


class ProvidersFile(_Strict):
    """`providers.json`: providers with their keys, and the trusted provider files by their hashes."""

    model_config = ConfigDict(hide_input_in_errors=True)

    providers: dict[Annotated[str, Field(pattern=f"^{PROVIDER_ID}$")], ProviderFileEntry] = {}
    trusted: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = {}


class StateFile(_Strict):
    """`state.json`: what the program remembers between runs, and what the person agreed to.

    `whole_organisation`: providers whose bill counts in budgets although it is everybody's.
    `hooks_declined`: hosts in which the person does not want our hook.
    """

    language: Language | None = None
    whole_organisation: list[str] = []
    original_providers: Literal["taken", "declined"] | None = None
    hooks_declined: list[str] = []


MODELS: dict[str, type[BaseModel]] = {
    BUDGET_FILE: BudgetFile,
    PROVIDERS_FILE: ProvidersFile,
    SOURCES_FILE: SourcesFile,
    STATE_FILE: StateFile,
}

ENTRIES: dict[str, type[BaseModel]] = {
    "sources": SourceEntry,
    "budgets": BudgetEntry,
    "providers": ProviderFileEntry,
}
"""What the entries below a key hold."""


def check_settings(path: Path, text: bytes) -> None:
    """Refuse a settings file that is not exactly as it should be.

    A byte order mark is allowed: editors on Windows write one.

    Raises:
        SettingsError: with path, line, and what is wrong.
    """
    model = MODELS[path.name]
    if len(text) > LARGEST_SETTINGS:
        raise _not_json(path, 1, "larger than 1 MB")
    try:
        content = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_without_repeats)
    except UnicodeDecodeError as error:
        raise _not_json(path, text.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    except RecursionError:
        raise _not_json(path, 1, "nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _not_json(path, error.lineno, error.msg) from None
    except _RepeatedKeyError as error:
        key = str(error)
        line = _line_of(text, [key, key])
        raise _invalid_value(path, line, key, "the key is there twice") from None
    except ValueError:
        raise _not_json(path, 1, "a number has too many digits") from None
    try:
        model.model_validate(content)
    except ValidationError as error:
        raise _invalid(path, text, model, error) from None


class _RepeatedKeyError(ValueError):
    """An object names a key twice: which value is meant is not known."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKeyError(key)
        found[key] = value
    return found


def _invalid(path: Path, text: bytes, model: type[BaseModel], error: ValidationError) -> SettingsError:
    found = error.errors(include_url=False, include_context=False)
    # A key that is misspelt is missing, too: that it is misspelt says more.
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    place = [str(part) for part in first["loc"]]
    line = _line_of(text, first["loc"])
    if first["type"] != "extra_forbidden":
        return _invalid_value(path, line, ".".join(place) or "{}", first["msg"])
    fields = (ENTRIES[place[0]] if len(place) > 1 else model).model_fields
    known = sorted(field.alias or name for name, field in fields.items())
    near = difflib.get_close_matches(place[-1], known, 1, 0.5)
    return SettingsError(
        "settings_unknown_key",
        path=str(path),
        line=str(line),
        key=place[-1],
        nearest=near[0] if near else ", ".join(known),
    )


def _not_json(path: Path, line: int, reason: str) -> SettingsError:
    return SettingsError("settings_not_json", path=str(path), line=str(line), reason=reason)


def _invalid_value(path: Path, line: int, key: str, reason: str) -> SettingsError:
    return SettingsError("settings_invalid_value", path=str(path), line=str(line), key=key, reason=reason)


def _line_of(text: bytes, place: Sequence[str | int]) -> int:
    """Find the line of a key: the innermost one that stands in the text after its parents.

    A number in `place` is that of an entry of a list; entries hold no objects of their own.
    """
    line_start = at = 0
    for part in place:
        if isinstance(part, int):
            if _LIST_OF_ENTRIES.match(text, at):
                entries = [found.start() for found in _STRING_OR_BRACE.finditer(text, at) if found[0] == b"{"]
                line_start = at = entries[part] if part < len(entries) else at
            continue
        key = re.escape(json.dumps(part, ensure_ascii=False).encode("utf-8", "replace"))
        if found := re.compile(key + rb"\s*:").search(text, at):
            line_start, at = found.span()
    return text.count(b"\n", 0, line_start) + 1
