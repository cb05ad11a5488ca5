"""What is said of usage that is recorded by hand, in English. Chinese: `zh/records.py`."""

from __future__ import annotations

from collections.abc import Sequence


def logged(*, session: str, tokens: str, fresh: str, output: str, cost: str) -> str:
    """An entry was added; `cost`: an amount, or that no price is known."""
    return f"Logged for session {session}: {_tokens(tokens)} ({fresh} in, {output} out), {cost}."


def logged_instead(*, session: str, tokens: str, fresh: str, output: str, cost: str) -> str:
    """An entry took the place of earlier ones of its day."""
    return (
        f"Logged for session {session}, instead of that day's earlier entries: {_tokens(tokens)}"
        f" ({fresh} in, {output} out), {cost}."
    )


def session_recorded(*, session: str, tokens: str, fresh: str, output: str, cost: str) -> str:
    """The totals of a session were recorded."""
    return f"Recorded session {session} so far: {_tokens(tokens)} ({fresh} in, {output} out), {cost}."


def session_updated(*, session: str, tokens: str, fresh: str, output: str, cost: str) -> str:
    """The totals of a session took the place of earlier ones."""
    return f"Updated session {session}, so far: {_tokens(tokens)} ({fresh} in, {output} out), {cost}."


def session_covered(*, session: str, source: str) -> str:
    """A log covers the session: the record does not count."""
    return f"Kept but not counted: {source}'s own log already covers session {session}."


def why_covered() -> str:
    """Why a record does not count."""
    return "Logs are more exact than recorded totals, and counting both would count the usage twice."


def always_add() -> str:
    """What to do when the record is of other usage."""
    return "If this is usage that no log holds, add it with `token-tracker log`."


def model_line(*, name: str) -> str:
    """The model of a record."""
    return f"Model: {name}."


def on_day(*, day: str) -> str:
    """The day of a record that is not for today."""
    return f"Recorded for {day}."


def session_so_far(*, session: str, tokens: str, requests: int, cost: str) -> str:
    """Everything that was recorded for a session."""
    return f"Session {session} has {requests:,} entries so far: {_tokens(tokens)}, {cost}."


def no_price(*, model: str) -> str:
    """The model has no price, and none is like it."""
    return f"{model} has no known price, so its cost is unknown. Set one with `token-tracker prices set`."


def no_price_but(*, model: str, nearest: Sequence[str]) -> str:
    """The model has no price; `nearest`: ids that are like it."""
    return (
        f"{model} has no known price, so its cost is unknown. Known models with similar names:"
        f" {', '.join(nearest)}. If it is one of these, record it again under that name; otherwise set a"
        " price with `token-tracker prices set`."
    )


def shadowed() -> str:
    """Heading above records that count nothing, in an explanation."""
    return "Recorded by hand, but covered by a log, so not in the total:"


def from_a_file() -> str:
    """Where a response stood that an imported file of its vendor tells of."""
    return "imported"


def by_hand() -> str:
    """In the place of a log's name: the usage was recorded by hand."""
    return "recorded by hand"


def by_hand_with_notes(*, notes: str) -> str:
    """In the place of a log's name, with what was noted."""
    return f"recorded by hand: {notes}"


def covered_by(*, source: str) -> str:
    """Beside a record that counts nothing."""
    return f"covered by {source}"


def manual_records() -> str:
    """The name of the source of all records."""
    return "Recorded by hand"


def _tokens(count: str) -> str:
    return f"{count} token{'' if count == '1' else 's'}"
