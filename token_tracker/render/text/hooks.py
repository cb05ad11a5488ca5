"""The answers of the commands about the session-start hook as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from token_tracker.render.en import hooks as en
from token_tracker.render.errors import error_text
from token_tracker.render.format import clean_line
from token_tracker.render.format import size
from token_tracker.render.style import Style
from token_tracker.reports.hooks import HookChange
from token_tracker.reports.hooks import HookChanges
from token_tracker.reports.hooks import HookState
from token_tracker.reports.hooks import Uninstalled

NEEDS: Final = {
    "approve-hooks": en.approve_hooks,
    "restart-gateway": en.restart_gateway,
    "allow-injection": en.allow_injection,
}

MASK: Final = "…"
"""Stands in a diff for a text that is not ours."""

QUIET: Final = ("absent", "not-found")
"""What `uninstall` need not tell of a host."""


def hook_states(states: Sequence[HookState], style: Style) -> str:
    """Say host by host whether it has the hook, what is wrong, and what is to be done."""
    found = [one for one in states if one.is_found]
    installed = sum(one.is_installed for one in found)
    blocks = [style.say(en.hooks_installed, installed=installed, found=len(found))]
    blocks += ["\n".join(_state(one, style)) for one in states]
    return "\n\n".join(blocks)


def hook_changes(done: HookChanges, style: Style) -> str:
    """Say what was put in, taken out or declined, or would be."""
    blocks = [_change(one, style) for one in done.changes]
    if any(MASK in one.diff for one in done.changes):
        blocks.append(style.say(en.masked_note))
    if not done.agreed:
        if any(one.outcome == "would-install" for one in done.changes):
            blocks.append(style.say(en.what_it_does))
        blocks.append(style.say(en.confirm_with))
    return "\n\n".join(blocks)


def uninstalled(done: Uninstalled, style: Style) -> str:
    """Say what is gone or would go, and what stays."""
    blocks = [_change(one, style) for one in done.hooks.changes if one.outcome not in QUIET]
    gone: list[str] = []
    stays: list[str] = []
    is_stopped = any(one.error is not None for one in done.hooks.changes)
    for found in () if is_stopped else (done.cache, *((done.home,) if done.home else ())):
        if found.ours:
            sentence = en.deleted if done.is_done else en.would_delete
            gone.append(style.say(sentence, path=clean_line(found.folder), size=size(found.size_bytes)))
        stays += [style.say(en.not_ours, path=clean_line(path)) for path in found.others]
    if done.home is None and not is_stopped:
        stays.append(style.say(en.data_stays))
    if not is_stopped:
        stays.append(style.say(en.skill_stays, path=clean_line(done.skill)))
    first = en.uninstalled if done.is_done else en.uninstall_stopped if is_stopped else en.would_uninstall
    blocks.append("\n".join([style.say(first), *_bulleted(gone)]))
    if stays:
        blocks.append("\n".join(_bulleted(stays)))
    if not done.is_done and not done.hooks.agreed:
        blocks.append(style.say(en.confirm_with))
    return "\n\n".join(blocks)


def _state(state: HookState, style: Style) -> list[str]:
    place = style.say(en.place, path=clean_line(state.path), is_there=state.is_installed)
    kind, facts = "missing", [place]
    if not state.is_found:
        return [style.say(en.state, host=state.name, state="not-found")]
    if state.error is not None:
        said = error_text(state.error, style.lang)
        return [style.say(en.state, host=state.name, state="unreadable"), *_bulleted([said.why, said.fix])]
    if state.is_installed:
        kind = "by-plugin" if state.how == "plugin" else "outdated" if state.is_outdated else "installed"
        facts += [style.say(NEEDS[step]) for step in state.needs]
    elif state.is_declined:
        kind, facts = "declined", []
    if state.switched_off:
        facts.append(style.say(en.switched_off, setting=state.switched_off))
    elif kind == "missing":
        facts.append(style.say(en.install_with, host=state.host))
    elif kind == "outdated":
        facts.append(style.say(en.update_with, host=state.host))
    return [style.say(en.state, host=state.name, state=kind), *_bulleted(facts)]


def _change(change: HookChange, style: Style) -> str:
    facts = []
    if change.outcome in ("installed", "would-install", "already", "by-plugin"):
        facts += [style.say(NEEDS[step]) for step in change.needs]
    if change.backup:
        facts.append(style.say(en.backup_kept, path=clean_line(change.backup)))
    sentence = en.file_removed if change.outcome in ("removed", "would-remove") else en.file_written
    is_done = change.outcome in ("removed", "installed")
    facts += [style.say(sentence, path=clean_line(path), is_done=is_done) for path in change.files]
    lines = [_headline(change, style)]
    if change.error is not None:
        said = error_text(change.error, style.lang)
        facts = [said.why, said.fix]
    if change.diff:
        lines += ["", "```diff", *map(_shown, change.diff.splitlines()), "```"]
    return "\n".join([*lines, *_bulleted(facts)])


def _headline(change: HookChange, style: Style) -> str:
    if change.error is not None:
        return style.say(en.failed, host=change.name, what=error_text(change.error, style.lang).what)
    return style.say(
        en.change,
        host=change.name,
        outcome=change.outcome,
        path=clean_line(change.path),
        setting=change.switched_off,
    )


def _shown(line: str) -> str:
    """Keep the blanks of a line of a diff, but no control characters."""
    blank = len(line) - len(line.lstrip(" +-\t"))
    return line[:blank].replace("\t", "    ") + clean_line(line[blank:])


def _bulleted(lines: Sequence[str]) -> list[str]:
    return [f"- {line}" for line in lines]
