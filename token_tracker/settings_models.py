"""What the settings files may hold, checked with pydantic."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Annotated
from typing import Any
from typing import Literal

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationError
from pydantic import field_validator

from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.period import find_zone
from token_tracker.settings import BUDGET_FILE
from token_tracker.settings import SOURCES_FILE
from token_tracker.settings import STATE_FILE
from token_tracker.settings import not_json

Language = Literal["zh", "en"]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    schema_number: Literal[1] = Field(default=1, alias="schema")


class BudgetFile(_Strict):
    """`budget.json`: display settings."""

    language: Language | None = None
    time_zone: str | None = None
    currency: Currency = "USD"
    daily_report_hour: int = Field(default=23, ge=0, le=23)

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


class StateFile(_Strict):
    """`state.json`: what the program remembers between runs."""

    language: Language | None = None


MODELS: dict[str, type[BaseModel]] = {
    BUDGET_FILE: BudgetFile,
    SOURCES_FILE: SourcesFile,
    STATE_FILE: StateFile,
}


def check_settings(path: Path, text: bytes) -> None:
    """Refuse a settings file that is not exactly as it should be.

    Raises:
        SettingsError: with path, line, and what is wrong.
    """
    model = MODELS[path.name]
    try:
        content = json.loads(text)
    except RecursionError:
        raise SettingsError(
            "settings_not_json", path=str(path), line="1", reason="nested too deeply"
        ) from None
    except ValueError as error:
        raise not_json(path, text, error) from None
    try:
        model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise _invalid(path, text, model, first) from None


def _invalid(path: Path, text: bytes, model: type[BaseModel], first: Any) -> SettingsError:
    place = [str(part) for part in first["loc"]]
    line = str(_line_of(text, place))
    if first["type"] == "extra_forbidden":
        known = sorted(SourceEntry.model_fields if len(place) > 1 else model.model_fields)
        near = difflib.get_close_matches(place[-1], known, 1, 0.5)
        return SettingsError(
            "settings_unknown_key",
            path=str(path),
            line=line,
            key=place[-1],
            nearest=near[0] if near else ", ".join(known),
        )
    return SettingsError(
        "settings_invalid_value",
        path=str(path),
        line=line,
        key=".".join(place) or "{}",
        reason=str(first["msg"]),
    )


def _line_of(text: bytes, place: list[str]) -> int:
    """Find the line of a key: the innermost one that stands in the text after its parents."""
    at = 0
    for part in place:
        found = text.find(json.dumps(part, ensure_ascii=False).encode(), at)
        at = found if found >= 0 else at
    return text[:at].count(b"\n") + 1
