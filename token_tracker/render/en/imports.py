"""What is said of an import, in English. Chinese: `zh/imports.py`."""

from __future__ import annotations

from collections.abc import Sequence

_REASONS = {
    "no-date": "no date",
    "date-invalid": "its date cannot be read",
    "no-numbers": "no tokens and no cost",
    "tokens-invalid": "its tokens are no whole numbers from zero on",
    "cost-invalid": "its cost is no amount from zero on",
    "currency-invalid": "its currency is not a three-letter code",
    "name-invalid": "a name in it is no text",
    "not-an-object": "it is no object with keys",
}
SETTING_NAMES = {
    "daily": "daily budget",
    "weekly": "weekly budget",
    "monthly": "monthly budget",
    "currency": "currency",
    "daily_report_hour": "hour of the daily report",
    "language": "language",
    "time_zone": "time zone",
    "report-state": "which reports were delivered",
    "alert-state": "which alerts were delivered",
}


def imported(*, rows: int, tokens: str, cost: str, dry_run: bool) -> str:
    """How many rows came in and count."""
    counted = f"{rows:,} row" if rows == 1 else f"{rows:,} rows"
    return f"{'Would import' if dry_run else 'Imported'} {counted}: {tokens} tokens, {cost}."


def only_covered(*, rows: int, dry_run: bool) -> str:
    """Rows came in, and none counts."""
    if dry_run:
        return f"Would keep {_rows(rows)} and count none: logs already hold this usage."
    return f"Kept {_rows(rows)} and counted none: logs already hold this usage."


def nothing_new(*, rows: int) -> str:
    """Every row was imported before."""
    if rows == 1:
        return "Nothing new: the only row was imported before."
    return f"Nothing new: all {rows:,} rows were imported before."


def nothing_usable(*, rows: int) -> str:
    """There are rows, and none of them tells of any usage."""
    return f"Nothing was imported: {_rows(rows)} read, and none can be used."


def no_rows() -> str:
    """The files hold no rows."""
    return "Nothing to import: there are no rows."


def no_files() -> str:
    """The original skill left nothing."""
    return "Nothing to import: the original skill left no usage.json in its folder or in token-tracker's."


def name_a_file() -> str:
    """How to import a file that is elsewhere."""
    return "To import a file that is elsewhere, name it: `token-tracker import FILE`."


def read_from(*, file: str, rows: int) -> str:
    """How many rows a file has."""
    return f"{file}: {_rows(rows)} read."


def read_from_stdin(*, rows: int) -> str:
    """How many rows came in through a pipe."""
    return f"Standard input: {_rows(rows)} read."


def known(*, rows: int) -> str:
    """Rows that were there before."""
    were = "was" if rows == 1 else "were"
    return f"{_rows(rows)} {were} imported before and not added again."


def covered(*, rows: int, source: str) -> str:
    """Rows that are in no sum."""
    are = "is" if rows == 1 else "are"
    return f"{_rows(rows)} {are} kept but not counted: {source}'s own log holds that time."


def unused(*, rows: int) -> str:
    """Rows of days or sessions without usage."""
    say = "says" if rows == 1 else "say"
    return f"{_rows(rows)} {say} that nothing was used."


def purged(*, rows: int) -> str:
    """Rows of a time that was purged."""
    are = "is" if rows == 1 else "are"
    return f"{_rows(rows)} {are} from a time that was purged and stay away."


def skipped(*, rows: int, first: Sequence[tuple[int, str]]) -> str:
    """Rows that cannot be used; `first`: the numbers of some, with codes of reasons."""
    were = "was" if rows == 1 else "were"
    listed = "; ".join(f"row {number}: {_REASONS.get(reason, reason)}" for number, reason in first)
    more = "; …" if rows > len(first) else ""
    return f"{_rows(rows)} {were} skipped ({listed}{more})."


def left_out(*, lists: Sequence[str]) -> str:
    """Lists that may be other views of the same usage."""
    return f"Not read, because it may hold the same usage again: {', '.join(lists)}."


def settings_taken(*, names: Sequence[str]) -> str:
    """What was taken over of the original skill's settings; `names`: their keys."""
    return (
        f"Taken over from the original skill: {', '.join(SETTING_NAMES.get(name, name) for name in names)}."
    )


def not_opened(*, files: Sequence[str]) -> str:
    """Files that hold keys."""
    return (
        f"Not opened, because it holds keys: {', '.join(files)}. "
        "`token-tracker configure-provider --import-original` takes them over."
    )


def _rows(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"
