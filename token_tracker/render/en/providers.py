"""The sentences of the commands about providers, in English.

Chinese: `zh/providers.py`, the same names with the same arguments. `offers`: of "usage", "cost",
"balance". `place`: where a key is: "file", "variable", "command" or "keyring".
"""

from __future__ import annotations

from collections.abc import Sequence

_OFFERS = {"usage": "usage", "cost": "costs", "balance": "balance"}

# Questions on a terminal, and warnings


def key_was_visible() -> str:
    """A key stood on the command line."""
    return (
        "Warning: a key on the command line is visible to other programs while it runs, and stays in the "
        "shell's history. Next time use the hidden prompt or `--api-key-stdin`."
    )


def where_to_make_a_key(*, name: str, page: str) -> str:
    """Before a key is asked for."""
    return f"Keys of {name} are made at {page}"


def ask_for_key(*, name: str, keeps: bool) -> str:
    """Ask for a key; what is typed is not shown."""
    return f"Key of {name} (not shown{'; Enter keeps the present one' if keeps else ''}):"


def ask_for_region(*, name: str, known: Sequence[str]) -> str:
    """Ask to which region a key belongs."""
    return f"A key of {name} belongs to one region, and is sent nowhere else. Which one ({', '.join(known)})?"


def asking(*, name: str) -> str:
    """A key is being tried."""
    return f"Asking {name} what the key can do …"


def ask_to_take_over(*, path: str) -> str:
    """Ask whether to take over the original skill's keys."""
    return f"The original skill kept provider keys in {path}. Take them over? It stays as it is. [y/N]"


def ask_to_trust(*, file: str, content_hash: str, replaces: bool, bundled: bool) -> str:
    """Ask whether to trust a provider file."""
    more = " It replaces the file of this name in the home." if replaces else ""
    before = " It goes before the bundled provider of this name." if bundled else ""
    return (
        f"{file} (SHA-256 {content_hash}) would run as a program with your rights and get the key of its "
        f"provider.{more}{before} Trust it? [y/N]"
    )


# list-providers


def providers_listed(*, ready: int, known: int) -> str:
    """How many providers can be asked."""
    return f"{ready} of {known} providers can be asked."


def could_be_configured() -> str:
    """Above the providers for which nothing is set."""
    return "Not configured (`token-tracker configure-provider --name ID`):"


def could_be(*, name: str, provider: str, offers: Sequence[str], page: str) -> str:
    """A provider for which nothing is set."""
    return f"{name} ({provider}): {_listed(offers)}; keys: {page}"


def provider_is(*, name: str, provider: str, facts: Sequence[str]) -> str:
    """One provider with what is known of it."""
    return f"{name} ({provider}): {'; '.join(facts)}"


def no_key() -> str:
    """There is none."""
    return "no key"


def key_is(*, kind: str, shown: str, place: str, variable: str) -> str:
    """A key: its kind, its end, and where it is."""
    named = f"{kind} key" if kind else "key"
    ending = f" {shown}" if shown.strip("*") else ""
    places = {
        "variable": f" from the variable {variable}",
        "command": " from a command",
        "keyring": " in the system's keyring",
    }
    return f"{named}{ending}{places.get(place, '')}"


def gives(*, offers: Sequence[str]) -> str:
    """What a key can be asked for."""
    return f"gives {_listed(offers)}" if offers else "gives nothing"


def not_checked_yet() -> str:
    """The provider has not said yet what the key can do."""
    return "not checked yet"


def region_is(*, region: str) -> str:
    """Its region."""
    return f"region {region}"


def address_is(*, url: str) -> str:
    """An address of the user's own."""
    return f"asked at {url}"


def limited_to(*, kind: str, value: str) -> str:
    """A part of the bill."""
    return f"only {kind} {value}"


def reaches_organisation(*, is_counted: bool) -> str:
    """The bill of everybody."""
    return f"whole organisation, {'counted in budgets' if is_counted else 'not in budgets'}"


def is_own_file() -> str:
    """From a provider file of the user's."""
    return "your own provider file"


def is_switched_off() -> str:
    """It is not asked."""
    return "switched off"


def fetched_at(*, time: str) -> str:
    """When it was last asked with success."""
    return f"last fetched {time}" if time else "never fetched"


def failed(*, what: str) -> str:
    """What went wrong the last time."""
    return f"The last fetch failed: {what}"


def file_is_gone(*, provider: str) -> str:
    """Settings without a provider file."""
    return f"Its provider file is not loaded; `token-tracker remove-provider --name {provider}` forgets it."


def region_missing(*, provider: str, known: Sequence[str]) -> str:
    """It must be known to which region a key belongs."""
    which = ", ".join(known)
    return (
        f"It is not asked before its region is known ({which}): "
        f"`token-tracker configure-provider --name {provider} --region REGION`."
    )


def address_missing(*, provider: str) -> str:
    """Everybody has an address of their own there."""
    return (
        "It is not asked before its address is known: "
        f"`token-tracker configure-provider --name {provider} --base-url URL`."
    )


def problem_is(*, what: str, fix: str) -> str:
    """Something that was left aside, and what to do about it."""
    return f"{what} {fix}".rstrip()


# configure-provider


def accepted(*, name: str, key: str, offers: Sequence[str]) -> str:
    """A key was tried and works."""
    return f"{name} is configured: {key} was accepted and gives {_listed(offers)}."


def unchecked(*, name: str, key: str) -> str:
    """A key was kept although nobody could say whether it works."""
    return f"{name} is configured, but {key} could not be checked."


def check_skipped(*, name: str, key: str) -> str:
    """A key was kept without being tried."""
    return f"{name} is configured; {key} was not checked."


def configured_without_key(*, name: str) -> str:
    """Settings without a key."""
    return f"The settings of {name} are kept; it has no key yet and is not asked."


def settings_changed(*, name: str, key: str) -> str:
    """Nothing of the key was changed."""
    return f"The settings of {name} are changed; its {key} stays."


def check_again(*, provider: str) -> str:
    """How to try a key later."""
    return f"To check it later, run `token-tracker configure-provider --name {provider}` again."


def other_kind_needed(*, kind: str, offers: Sequence[str], page: str) -> str:
    """What this key cannot give, and which could."""
    missing = _listed(offers) or "the rest"
    return f"For {missing} a key of the kind {kind} is needed; make one at {page}"


def account_changed() -> str:
    """The key belongs to somebody else than the one before."""
    return "This key belongs to another account than the one before; bills of both stay in the ledger."


def organisation_not_counted(*, provider: str, kinds: Sequence[str]) -> str:
    """Budgets leave the bill out until it is confirmed."""
    command = f"token-tracker configure-provider --name {provider}"
    limit = f", or limit it with `--only {kinds[0]}=ID`" if kinds else ""
    return (
        "Its bill is that of the whole organisation, so budgets leave it out. "
        f"To count it, run `{command} --whole-organisation`{limit}."
    )


def fetch_now() -> str:
    """What comes next."""
    return "To ask it now, run `token-tracker fetch-usage`."


def keyring_left(*, name: str) -> str:
    """A key could not be removed from the keyring."""
    return f"The system's keyring did not give up the former key of {name}; remove it there yourself."


def facts(*, listed: Sequence[str]) -> str:
    """Several facts on one line."""
    joined = ", ".join(listed)
    return f"{joined[:1].upper()}{joined[1:]}."


def original_taken_over(*, count: int) -> str:
    """What was taken over of the original skill's keys."""
    if not count:
        return "No key of the original skill was taken over."
    return f"Taken over from the original skill: {'1 key' if count == 1 else f'{count} keys'}."


def left_out(*, provider: str, reason: str) -> str:
    """A key of the original skill's that was not taken over."""
    why = {
        "configured": "it has a key here already",
        "unknown": "there is no such provider",
        "unusable": "what stands there is no key",
        "refused": "the provider refused the key",
    }
    return f"Left out: {provider}, as {why.get(reason, reason)}."


# remove-provider


def removed(*, name: str, had_key: bool) -> str:
    """A provider was removed."""
    what = "The key and the settings" if had_key else "The settings"
    return f"{what} of {name} are removed. Bills that were fetched stay in the ledger."


def nothing_to_remove(*, name: str) -> str:
    """Nothing was set."""
    return f"Nothing is set for {name}; nothing was removed."


# provider trust


def trusted(*, file: str, name: str) -> str:
    """A provider file is loaded from now on."""
    return f"{file} is trusted from now on: the provider {name}."


def trusted_already(*, file: str) -> str:
    """Nothing changed."""
    return f"{file} is trusted already, with this very content."


def not_trusted(*, file: str) -> str:
    """Nobody agreed."""
    return f"Nothing was changed: {file} is not trusted. Look through it, then add `--yes`."


def hash_is(*, content_hash: str) -> str:
    """The hash of a file's content."""
    return f"SHA-256: {content_hash}"


def what_trust_means() -> str:
    """What a provider file may do."""
    return "It runs as a program with your rights, and gets the key of its provider."


def copied(*, replaces: bool) -> str:
    """It was copied into the home."""
    return (
        "It took the place of the file of this name in the home's folder `providers`."
        if replaces
        else "It was copied into the home's folder `providers`; later changes of the original have no effect."
    )


def goes_before_bundled() -> str:
    """It takes the place of a provider that comes with the program."""
    return "It goes before the provider of this name that comes with the program."


def trusted_until_changed(*, file: str) -> str:
    """A changed file is not loaded."""
    return f"When its content changes it is not loaded any more until you trust {file} again."


def _listed(offers: Sequence[str]) -> str:
    names = [_OFFERS.get(one, one) for one in offers]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
