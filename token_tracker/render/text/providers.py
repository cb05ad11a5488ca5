"""The answers of the commands about providers as text; of keys their kind and last four characters only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from token_tracker.model import Problem
from token_tracker.period import local_moment
from token_tracker.provider_settings import masked
from token_tracker.render.en import providers as en
from token_tracker.render.errors import error_text
from token_tracker.render.format import clean_line
from token_tracker.render.format import clock_time
from token_tracker.render.problems import problem_text
from token_tracker.render.style import Style
from token_tracker.reports.providers import Configured
from token_tracker.reports.providers import ConfiguredProviders
from token_tracker.reports.providers import Providers
from token_tracker.reports.providers import ProviderState
from token_tracker.reports.providers import RemovedProvider
from token_tracker.reports.providers import TrustedFile


def list_providers(listed: Providers, style: Style) -> str:
    """List every provider: those that are set with their keys, then those that could be."""
    first = style.say(en.providers_listed, ready=listed.ready, known=len(listed.states))
    ready = [one for one in listed.states if one.is_configured]
    others = [one for one in listed.states if not one.is_configured and one.provider is not None]
    return _blocks(
        [first],
        [line for one in ready for line in _state(one, style)],
        [style.say(en.could_be_configured), *(_offer(one, style) for one in others)] if others else [],
        _problems(listed.problems, style),
    )


def configured_providers(done: ConfiguredProviders, style: Style) -> str:
    """Say what was set, what the key can do, and what is still missing."""
    blocks = [[_headline(one, style), *_bulleted(_remarks(one, style))] for one in done.configured]
    left = [style.say(en.left_out, provider=one.provider, reason=one.reason) for one in done.left_out]
    if done.original:
        first = style.say(en.original_taken_over, count=len(done.configured))
        return _blocks([first], *blocks, _bulleted(left), _problems(done.problems, style))
    return _blocks(*blocks, _problems(done.problems, style))


def removed_provider(done: RemovedProvider, style: Style) -> str:
    """Say what was removed, and that bills stay."""
    if not done.was_set:
        return style.say(en.nothing_to_remove, name=done.name)
    lines = [style.say(en.removed, name=done.name, had_key=done.had_key)]
    if done.keyring_left:
        lines.append(style.say(en.keyring_left, name=done.name))
    return "\n".join(lines)


def trusted_file(done: TrustedFile, style: Style) -> str:
    """Say which file is loaded from now on, by its hash."""
    file, digest = clean_line(done.file), done.content_hash
    if not done.is_trusted:
        first = style.say(en.not_trusted, file=file)
        remarks = [
            style.say(en.what_trust_means),
            *([style.say(en.goes_before_bundled)] if done.bundled else []),
        ]
    elif done.was_trusted:
        first, remarks = style.say(en.trusted_already, file=file), []
    else:
        first = style.say(en.trusted, file=file, name=clean_line(done.provider))
        remarks = [
            style.say(en.what_trust_means),
            *([style.say(en.copied, replaces=done.replaces)] if done.is_copied else []),
            *([style.say(en.goes_before_bundled)] if done.bundled else []),
            style.say(en.trusted_until_changed, file=file),
        ]
    return "\n".join([first, *_bulleted([style.say(en.hash_is, content_hash=digest), *remarks])])


def _state(state: ProviderState, style: Style) -> list[str]:
    entry = state.entry
    facts = [_key(state, style)]
    if entry.credential is not None:
        facts.append(style.say(en.gives, offers=state.can))
        if not entry.checked_at:
            facts.append(style.say(en.not_checked_yet))
    facts += _limits(state, style)
    if state.provider is not None:
        facts.append(_fetched(state, style))
    lines = [style.say(en.provider_is, name=clean_line(state.name), provider=entry.id, facts=facts)]
    if state.provider is None:
        lines.append(style.say(en.file_is_gone, provider=entry.id))
    lines += _missing(state, style)
    if state.last.error is not None:
        lines.append(style.say(en.failed, what=error_text(state.last.error, style.lang).what))
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]


def _limits(state: ProviderState, style: Style, with_reach: bool = True) -> list[str]:
    """Say how it is used: region, address, part of the bill (the whole: `with_reach`), and whether at all."""
    entry = state.entry
    facts = []
    if entry.region:
        facts.append(style.say(en.region_is, region=entry.region))
    if entry.base_url:
        facts.append(style.say(en.address_is, url=clean_line(entry.base_url)))
    if entry.only is not None:
        facts.append(style.say(en.limited_to, kind=entry.only[0], value=clean_line(entry.only[1])))
    elif with_reach and state.reaches_organisation:
        facts.append(style.say(en.reaches_organisation, is_counted=entry.counts_organisation))
    if state.is_own:
        facts.append(style.say(en.is_own_file))
    if not entry.enabled:
        facts.append(style.say(en.is_switched_off))
    return facts


def _missing(state: ProviderState, style: Style) -> list[str]:
    """Say what has to be known before it can be asked."""
    missing = []
    if state.provider is not None and state.lacks_region:
        known = [region.id for region in state.provider.regions]
        missing.append(style.say(en.region_missing, provider=state.entry.id, known=known))
    if state.lacks_address:
        missing.append(style.say(en.address_missing, provider=state.entry.id))
    return missing


def _key(state: ProviderState, style: Style) -> str:
    credential = state.entry.credential
    if credential is None:
        return style.say(en.no_key)
    return style.say(
        en.key_is,
        kind=clean_line(state.entry.key_kind),
        shown=masked(state.entry),
        place=credential.kind,
        variable=credential.variable,
    )


def _fetched(state: ProviderState, style: Style) -> str:
    at_ms = state.last.succeeded_at_ms
    return style.say(en.fetched_at, time="" if at_ms is None else _time(at_ms, style))


def _time(at_ms: int, style: Style) -> str:
    zone = style.zone.zone
    moment: datetime = local_moment(at_ms, zone)
    return clock_time(moment, style.now.astimezone(zone), style.lang)


def _offer(state: ProviderState, style: Style) -> str:
    assert state.provider is not None
    page = clean_line(state.provider.key_page)
    name = clean_line(state.name)
    return f"- {style.say(en.could_be, name=name, provider=state.entry.id, offers=state.can, page=page)}"


def _headline(one: Configured, style: Style) -> str:
    state, name = one.state, clean_line(one.state.name)
    if one.outcome == "accepted":
        return style.say(en.accepted, name=name, key=_key(state, style), offers=state.can)
    if one.outcome == "unchecked":
        return style.say(en.unchecked, name=name, key=_key(state, style))
    if one.outcome == "skipped":
        return style.say(en.check_skipped, name=name, key=_key(state, style))
    if one.outcome == "none":
        return style.say(en.configured_without_key, name=name)
    return style.say(en.settings_changed, name=name, key=_key(state, style))


def _remarks(one: Configured, style: Style) -> list[str]:
    state = one.state
    entry, provider = state.entry, state.provider
    remarks = []
    if one.reason is not None:
        remarks += list(error_text(one.reason, style.lang)[:2])
        remarks.append(style.say(en.check_again, provider=entry.id))
    missing = [offer for offer in state.offers if offer not in state.can]
    if one.needs and provider is not None:
        page = clean_line(provider.key_page)
        remarks.append(style.say(en.other_kind_needed, kind=clean_line(one.needs), offers=missing, page=page))
    if one.account_before:
        remarks.append(style.say(en.account_changed))
    leaves_out = state.reaches_organisation and not entry.counts_organisation
    if limits := _limits(state, style, with_reach=not leaves_out):
        remarks.append(style.say(en.facts, listed=limits))
    remarks += _missing(state, style)
    if leaves_out and provider is not None:
        kinds = provider.only
        remarks.append(style.say(en.organisation_not_counted, provider=entry.id, kinds=kinds))
    if state.is_ready and one.outcome in ("accepted", "skipped"):
        remarks.append(style.say(en.fetch_now))
    if one.keyring_left:
        remarks.append(style.say(en.keyring_left, name=clean_line(state.name)))
    return remarks


def _problems(problems: Sequence[Problem], style: Style) -> list[str]:
    texts = [problem_text(one, style.lang) for one in problems]
    return _bulleted([style.say(en.problem_is, what=text.what, fix=text.fix or "") for text in texts])


def _bulleted(lines: Sequence[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _blocks(*blocks: Sequence[str]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block)
