"""The answers of `verify`, `purge`, `backup` and `restore` as text."""

from __future__ import annotations

from datetime import date

from token_tracker.ledger.archive import Backup
from token_tracker.ledger.archive import Restore
from token_tracker.ledger.care import REMOVED_BY
from token_tracker.ledger.care import Purge
from token_tracker.ledger.care import Verification
from token_tracker.render.en import care as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import full_day
from token_tracker.render.format import size
from token_tracker.render.problems import problem_text
from token_tracker.render.style import Style
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.costs import shortly
from token_tracker.reports.figures import Usage


def verify(found: Verification, style: Style) -> str:
    """Say whether the ledger is whole, check by check."""
    file = clean_line(found.file)
    first = style.say(en.whole, file=file) if found.whole else style.say(en.not_whole, file=file)
    checks = [
        style.say(en.check, name=one.check, examined=one.examined, wrong=one.wrong) for one in found.checks
    ]
    lines = [*checks, *(problem_text(one, style.lang).what for one in found.problems)]
    if not found.whole:
        lines.append(style.say(en.restore_advice))
    return "\n".join([first, "", *(f"- {line}" for line in lines)])


def purge(done: tuple[Purge, date, str], style: Style) -> str:
    """Say what was removed for ever, or would be."""
    result, first, _ = done
    day = full_day(first, style.lang)
    if not result.events:
        return style.say(en.nothing_to_purge, day=day)
    cost = row_cost(Usage(REMOVED_BY, result.removed).figures().cost, style, shortly(style))
    if result.dry_run:
        said = style.say(en.would_purge, responses=result.events, day=day, cost=cost)
    else:
        said = style.say(
            en.purged,
            responses=result.events,
            day=day,
            cost=cost,
            before=size(result.bytes_before),
            after=size(result.bytes_after or 0),
        )
    return "\n".join([said, style.say(en.kept, responses=result.kept_events)])


def backup(done: Backup, style: Style) -> str:
    """Say where the backup is and what is in it."""
    file, held = clean_line(str(done.file)), done.ledger
    return "\n".join(
        [
            style.say(en.backed_up, file=file, size=size(done.size), responses=held.events),
            style.say(en.credentials, included=done.credentials_included),
        ]
    )


def restore(done: Restore, style: Style) -> str:
    """Say what was brought back, or would be."""
    file, events = clean_line(str(done.file)), done.ledger.events
    first = style.say(en.would_restore if done.dry_run else en.restored, file=file, responses=events)
    lines = [
        style.say(en.unreadable_before)
        if done.events_before is None
        else style.say(en.held_before, responses=done.events_before)
    ]
    if done.purged_again:
        lines.append(style.say(en.purged_again, responses=done.purged_again))
    if done.previous is not None and not done.dry_run:
        lines.append(style.say(en.previous_kept, path=clean_line(str(done.previous))))
    return "\n".join([first, *lines])
