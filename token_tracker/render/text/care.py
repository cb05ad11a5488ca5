"""The answers of `sync`, `sources`, `config`, `doctor`, `schema` and `version` as text."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from typing import Final

from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.render.en import care as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import clock_time
from token_tracker.render.format import full_day
from token_tracker.render.format import size
from token_tracker.render.problems import names_a_path
from token_tracker.render.problems import problem_text
from token_tracker.render.style import Style
from token_tracker.reports.health import Diagnosis
from token_tracker.reports.health import Setting
from token_tracker.reports.health import SourceState
from token_tracker.reports.health import Version
from token_tracker.reports.syncing import Synced

MOST_FINDINGS: Final = 20
SEE_DOCTOR: Final = "`token-tracker doctor`"


def sync(synced: Synced, style: Style) -> str:
    """Say what reading gave, and what the providers that were asked told."""
    result = synced.read
    events = sum(one.events_new for one in result.sources)
    seen, read = (
        sum(one.files_seen for one in result.sources),
        sum(one.files_read for one in result.sources),
    )
    if read:
        seconds = f"{sum(one.seconds for one in result.sources):.2f}"
        bytes_read = size(sum(one.bytes_read for one in result.sources))
        first = style.say(en.read_new, events=events, files=read, size=bytes_read, seconds=seconds)
    else:
        first = style.say(en.read_nothing_new, files=seen) if seen else style.say(en.read_no_logs)
    sources = [
        style.say(
            en.source_read,
            name=one.source.name,
            new=one.events_new,
            changed=one.events_changed,
            skipped=one.lines_skipped,
        )
        for one in result.sources
        if one.files_read
    ]
    said = _bulleted([*sources, *_problems(result.problems, style)])
    if not synced.fetched.providers:
        return _blocks([first], said)
    from token_tracker.render.text.fetching import fetched

    return _blocks([first], said, fetched(synced.fetched, style).split("\n"))


def sources(states: Sequence[SourceState], style: Style) -> str:
    """List every source: what there is of it and how it is read."""
    recorded = [state for state in states if state.is_recorded]
    found = sum(1 for state in recorded if state.is_found)
    first = style.say(en.sources_found, found=found, known=len(recorded))
    ordered = sorted(states, key=_is_unused)  # those that are used here come first
    return _blocks([first], [line for state in ordered for line in _source(state, style)])


def changed_source(states: Sequence[SourceState], style: Style) -> str:
    """Say how the source that was changed is set now."""
    first = style.say(en.source_changed, name=", ".join(state.name for state in states))
    return _blocks([first], [line for state in states for line in _source(state, style)])


def settings(listed: Sequence[Setting], style: Style) -> str:
    """List settings."""
    return _blocks([style.say(en.settings_listed)], _bulleted([_setting(one, style) for one in listed]))


def one_setting(listed: Sequence[Setting], style: Style) -> str:
    """Say one setting."""
    return "\n".join(_setting(one, style) for one in listed)


def changed_setting(listed: Sequence[Setting], style: Style) -> str:
    """Say how a setting was changed."""
    return "\n".join(_change(one, style) for one in listed)


def doctor(diagnosis: Diagnosis, style: Style) -> str:
    """Say what is wrong and how to fix it, then what there is."""
    serious = [one for one in diagnosis.findings if one.severity is not Severity.NOTE]
    notes = [one for one in diagnosis.findings if one.severity is Severity.NOTE]
    first = style.say(en.findings, count=len(serious)) if serious else style.say(en.healthy)
    place, held, footprint = diagnosis.environment, diagnosis.ledger, diagnosis.footprint
    facts = [
        style.say(
            en.ledger_state,
            file=clean_line(held.file),
            state=held.state,
            events=held.events,
            size=size(footprint.ledger_bytes),
        ),
        *(
            style.say(
                en.retention, host=one.name, days=one.days, setting=one.setting, is_default=one.is_default
            )
            for one in diagnosis.hosts
            if one.found
        ),
        style.say(
            en.footprint,
            cache=size(footprint.cache_bytes),
            logs=size(footprint.log_bytes),
            always=footprint.always_loaded_tokens,
            report=footprint.report_tokens,
            alert=footprint.alert_tokens,
        ),
        style.say(
            en.directories,
            home=clean_line(place.home),
            cache=clean_line(place.cache),
            fast=place.fast_reader,
        ),
        style.say(
            en.environment,
            version=place.version,
            python=place.python,
            executable=clean_line(place.executable),
            platform=place.platform,
        ),
    ]
    listed = _findings(notes, style)
    return _blocks(
        [first, *_findings(serious, style)],
        [style.say(en.notes), *listed] if listed else [],
        _bulleted(facts),
    )


def version(one: Version, style: Style) -> str:
    """Say what this program is."""
    return style.say(
        en.version,
        version=one.version,
        python=one.python,
        platform=one.platform,
        ledger=one.ledger_version,
        prices=one.prices.version,
    )


def schemas(wanted: tuple[Mapping[str, Mapping[str, Any]], bool], style: Style) -> str:
    """List the published schemas."""
    documents, _ = wanted
    titles = [f"`{name}`: {document.get('title', '')}" for name, document in documents.items()]
    return _blocks([style.say(en.schemas_listed, count=len(documents))], _bulleted(titles))


def _source(state: SourceState, style: Style) -> list[str]:
    checked = style.say(en.source_checked, real=state.checked == "real")
    if state.is_recorded and _is_unused(state):
        places = [clean_line(path) for path in state.missing]
        first = style.say(
            en.source_not_found, name=state.name, source=state.source, places=places, checked=checked
        )
        return [f"- {first}"]
    zone = style.zone.zone
    days = [
        full_day(datetime.fromtimestamp(at_ms // 1000, zone).date(), style.lang)
        for at_ms in (state.first_ms, state.last_ms)
        if at_ms is not None
    ]
    time = ""
    if state.read_at_ms is not None:
        read_at = datetime.fromtimestamp(state.read_at_ms // 1000, zone)
        time = clock_time(read_at, style.now.astimezone(zone), style.lang)
    first = style.say(
        en.source_held,
        name=state.name,
        source=state.source,
        responses=state.events,
        files=state.files,
        days=style.say(en.span_of_days, first=days[0], last=days[1]) if len(days) > 1 else "",
    )
    facts = [
        style.say(en.source_is_on, enabled=state.enabled),
        style.say(en.source_read_at, time=time),
        style.say(en.source_paid_by, billing=state.billing),
        checked,
    ]
    if not state.is_recorded:
        first = style.say(
            en.source_imported,
            name=state.name,
            source=state.source,
            responses=state.events,
            days=style.say(en.span_of_days, first=days[0], last=days[1]) if len(days) > 1 else "",
        )
        facts = [style.say(en.source_paid_by, billing=state.billing)]
    lines = [
        *([] if state.is_recorded else [style.say(en.source_not_recorded, page=state.export_page)]),
        style.say(en.facts, listed=facts),
    ]
    if state.is_recorded:
        lines += [style.say(en.source_path, path=clean_line(path)) for path in state.paths]
        lines += [style.say(en.source_missing, path=clean_line(path)) for path in state.missing]
    if state.problems:
        lines.append(style.say(en.source_problems, lines=state.problems))
    if state.lacks:
        lines.append(style.say(en.source_lacks_zstd))
    return [f"- {first}", *(f"  - {line}" for line in lines)]


def _is_unused(state: SourceState) -> bool:
    """Say whether there is nothing to tell of a source: no logs, and no setting of the person's."""
    return not (state.is_found or state.events) and state.enabled and state.billing == "unknown"


def _setting(one: Setting, style: Style) -> str:
    if one.by:
        in_file = "" if one.in_file is None else clean_line(str(one.in_file))
        return style.say(
            en.setting_by, key=one.key, value=_value(one.value, style), by=one.by, in_file=in_file
        )
    return style.say(en.setting, key=one.key, value=_value(one.value, style), origin=one.origin)


def _change(one: Setting, style: Style) -> str:
    value, previous = _value(one.value, style), _value(one.previous, style)
    if one.value is None and one.previous is not None:
        return style.say(en.setting_removed, key=one.key, previous=previous)
    if one.previous is None:
        said = style.say(en.setting_was_set, key=one.key, value=value)
    else:
        said = style.say(en.setting_changed, key=one.key, value=value, previous=previous)
    return "\n".join([said, *([style.say(en.goes_before, by=one.by)] if one.by else [])])


def _value(value: object, style: Style) -> str:
    return style.say(en.not_set) if value is None else clean_line(str(value))


def _problems(problems: Sequence[Problem], style: Style) -> list[str]:
    said = [problem_text(one, style.lang) for one in problems]
    return [style.say(en.finding, what=text.what, place="", fix=text.fix or "") for text in said]


def _findings(findings: Sequence[Problem], style: Style) -> list[str]:
    lines = []
    for one in findings[:MOST_FINDINGS]:
        text = problem_text(one, style.lang)
        place = clean_line(one.where) if names_a_path(one) else ""
        # Who reads this has run `doctor` already.
        fix = "" if place and SEE_DOCTOR in (text.fix or "") else text.fix or ""
        lines.append(style.say(en.finding, what=text.what, place=place, fix=fix))
    if more := len(findings) - len(lines):
        lines.append(style.say(en.more_findings, count=more))
    return _bulleted(lines)


def _bulleted(lines: Sequence[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _blocks(*blocks: Sequence[str]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block)
