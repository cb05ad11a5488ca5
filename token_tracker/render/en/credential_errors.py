"""What errors about keys and provider files say in English, as in `en/errors.py`.

Chinese: `zh/credential_errors.py`. No key, and nothing typed in place of one, stands in any of them.
"""

from __future__ import annotations

from token_tracker.render.words import ErrorText

_CONFIGURE = "token-tracker configure-provider --name"


def credentials_open(*, path: str, mode: str) -> ErrorText:
    """Others can read the file that holds keys."""
    return ErrorText(
        "The provider keys are not used: other users of this machine can reach them.",
        f"{path} has mode {mode}; it may be open to you alone.",
        f"Run `chmod 600 {path}`, and replace the keys if somebody else may have read them.",
    )


def credentials_linked(*, path: str) -> ErrorText:
    """The file that holds keys is a link, or no plain file."""
    return ErrorText(
        "The provider keys are not read.",
        f"{path} is a link, or not a plain file.",
        "Put the file itself in its place, or remove it and configure the providers again.",
    )


def key_missing(*, provider: str) -> ErrorText:
    """A provider has no key."""
    return ErrorText(
        f"{provider} cannot be asked.",
        "No key is set for it.",
        f"Run `{_CONFIGURE} {provider}` in a terminal, or with `--api-key-stdin`.",
    )


def key_needed(*, provider: str, variable: str, page: str) -> ErrorText:
    """A key must be given, and there is no terminal to ask on."""
    return ErrorText(
        f"{provider} was not configured.",
        f"No key was given, and there is no terminal to ask on; keys are made at {page} .",
        f"Give it with `--api-key-stdin`, `--api-key-env {variable}` or `--api-key-cmd COMMAND`.",
    )


def key_given_twice(*, options: str) -> ErrorText:
    """Two options say where the key is."""
    return ErrorText(
        "It is not clear which key is meant.",
        f"These options exclude each other: {options}.",
        "Give one of them.",
    )


def key_empty(*, provider: str) -> ErrorText:
    """What should be a key is empty."""
    return ErrorText(
        f"The key of {provider} is empty.",
        "Nothing came where the key should be; a variable may be unset, or a pipe without input.",
        "Check where it comes from, then give it again.",
    )


def key_malformed(*, provider: str) -> ErrorText:
    """What should be a key holds what no key holds."""
    return ErrorText(
        f"What was given for {provider} is no key.",
        "It holds blanks, control characters or letters outside ASCII, or is far too long.",
        "Copy the key alone, without quotes, names or a second line.",
    )


def key_placeholder(*, provider: str) -> ErrorText:
    """What should be a key stands for one, as in documents."""
    return ErrorText(
        f"What was given for {provider} is no key.",
        "It looks like a placeholder from a document.",
        "Copy the real key from the provider's own page.",
    )


def variable_invalid(*, option: str) -> ErrorText:
    """The name of an environment variable that cannot be one, perhaps a key."""
    return ErrorText(
        f"The value of {option} is not the name of a variable.",
        "A name has capital letters, digits and underscores; a key itself does not belong here.",
        "Give the name, such as `OPENAI_ADMIN_KEY`; use `--api-key-stdin` for the key itself.",
    )


def key_variable_unset(*, provider: str, variable: str) -> ErrorText:
    """The environment variable that should hold a key is not set."""
    return ErrorText(
        f"The key of {provider} cannot be read.",
        f"The environment variable {variable} is not set here, or is empty.",
        f"Set {variable} where this program is started, or give the key in another way.",
    )


def key_command_invalid(*, option: str) -> ErrorText:
    """The command that should print a key cannot be split into words."""
    return ErrorText(
        f"The value of {option} is not a command.",
        "It is empty, or a quotation mark is not closed.",
        'Write the program and its arguments as one text, such as "pass show openai/admin".',
    )


def key_command_not_started(*, provider: str) -> ErrorText:
    """The command that should print a key cannot be started."""
    return ErrorText(
        f"The key of {provider} cannot be read.",
        "The program that should print it was not found, or cannot be started.",
        f"Check that it is on PATH, then run `{_CONFIGURE} {provider} --api-key-cmd COMMAND` again.",
    )


def key_command_failed(*, provider: str, status: str) -> ErrorText:
    """The command that should print a key failed."""
    return ErrorText(
        f"The key of {provider} cannot be read.",
        f"The program that should print it ended with exit code {status}.",
        "Run it by hand to see why; a password store may have to be unlocked first.",
    )


def key_command_slow(*, provider: str, seconds: str) -> ErrorText:
    """The command that should print a key takes too long."""
    return ErrorText(
        f"The key of {provider} cannot be read.",
        f"The program that should print it did not end within {seconds} seconds and was stopped.",
        "Run it by hand; if it asks for a password, unlock the store first.",
    )


def key_command_too_long(*, provider: str) -> ErrorText:
    """The command that should print a key prints far more."""
    return ErrorText(
        f"The key of {provider} cannot be read.",
        "The program that should print it printed more than 64 KB and was stopped.",
        "Choose a command that prints the key and nothing else.",
    )


def keyring_missing(*, provider: str) -> ErrorText:
    """The package for the system's keyring is not installed."""
    return ErrorText(
        f"The key of {provider} cannot be kept in the system's keyring.",
        "The Python package keyring is not installed where this program runs.",
        "Install the extra `token-tracker-skill[keyring]`, or use `--api-key-cmd` with its own command.",
    )


def keyring_unusable(*, provider: str) -> ErrorText:
    """There is no keyring that protects a key."""
    return ErrorText(
        f"The key of {provider} cannot be kept in the system's keyring.",
        "No keyring that protects keys is running here.",
        "Unlock or start it, or give the key in another way, such as `--api-key-stdin`.",
    )


def keyring_failed(*, provider: str) -> ErrorText:
    """The keyring refused to do what was asked."""
    return ErrorText(
        f"The system's keyring refused the key of {provider}.",
        "It is locked, or does not answer.",
        "Unlock it and try again.",
    )


def key_not_in_keyring(*, provider: str) -> ErrorText:
    """The keyring does not hold the key."""
    return ErrorText(
        f"The key of {provider} cannot be read.",
        "The system's keyring holds none for it.",
        f"Run `{_CONFIGURE} {provider} --keyring` and give the key again.",
    )


def region_not_set(*, provider: str, known: str) -> ErrorText:
    """It is not known to which of a provider's addresses a key belongs."""
    return ErrorText(
        f"{provider} cannot be asked.",
        f"Its keys belong to one of several regions ({known}), and yours is not known; it is never guessed.",
        f"Run `{_CONFIGURE} {provider} --region REGION`.",
    )


def address_not_set(*, provider: str) -> ErrorText:
    """Everybody has an address of their own at this provider, and none was named."""
    return ErrorText(
        f"{provider} cannot be asked.",
        "It has no address that is the same for everybody, and yours is not known.",
        f"Run `{_CONFIGURE} {provider} --base-url https://YOUR-ADDRESS`.",
    )


def provider_file_broken(*, path: str, reason: str) -> ErrorText:
    """A provider file that cannot be loaded."""
    return ErrorText(
        f"The provider file {path} cannot be loaded.",
        f"Running it gave: {reason.rstrip('.')}.",
        "Correct it; the file `openrouter.py` among the bundled ones shows what one must hold.",
    )


def key_insufficient(*, provider: str, kind: str, needs: str, page: str) -> ErrorText:
    """A key of a kind that can do nothing here."""
    return ErrorText(
        f"The key was not kept: it cannot ask {provider} for anything.",
        f"Its kind is {kind or 'unknown'}; a key of the kind {needs or 'other'} is needed.",
        f"Make one at {page} , then give that one.",
    )


def only_unsupported(*, provider: str) -> ErrorText:
    """Bills of this provider cannot be limited."""
    return ErrorText(
        f"The bill of {provider} cannot be limited.",
        "This provider tells no part of it apart.",
        "Leave `--only` out.",
    )


def only_unknown(*, provider: str, given: str, known: str) -> ErrorText:
    """Bills of this provider cannot be limited to that."""
    return ErrorText(
        f"The bill of {provider} cannot be limited to {given}.",
        f"What it can be limited to: {known}.",
        "Write one of these, with the id that the provider gives it; `all` takes the limit away.",
    )


def only_invalid(*, given: str) -> ErrorText:
    """What bills should be limited to cannot be understood."""
    return ErrorText(
        f"The value of --only was not understood: {given}.",
        "It names a kind and an id, without blanks.",
        "Write it like `project=proj_1`; `all` takes the limit away.",
    )


def region_unknown(*, provider: str, given: str, known: str) -> ErrorText:
    """A region that this provider does not have."""
    return ErrorText(
        f"{provider} has no region {given}.",
        f"The regions are: {known}.",
        "Name the one that your key was made in.",
    )


def region_needed(*, provider: str, known: str) -> ErrorText:
    """A key belongs to one of several regions, and none was named."""
    return ErrorText(
        f"{provider} was not configured.",
        f"Its keys belong to one of several regions ({known}); a key is never tried on another's address.",
        "Add `--region REGION` with the one that your key was made in.",
    )


def base_url_invalid() -> ErrorText:
    """An address that is no https, or more than host, port and path."""
    return ErrorText(
        "The value of --base-url cannot be used.",
        "It must be https (or http on this machine) with host, port and path, and nothing more.",
        "Write it like `https://proxy.example.com/v1`; `default` takes it away.",
    )


def official_key_elsewhere(*, provider: str, variable: str) -> ErrorText:
    """The vendor's own key would go to another address."""
    return ErrorText(
        f"{provider} was not configured.",
        f"{variable} is the variable of the vendor's own tools; its key would be sent to another address.",
        f"If that is meant, give `--base-url` and `--api-key-env {variable}` in one command.",
    )


def provider_name_missing(*, known: str) -> ErrorText:
    """A provider must be named."""
    return ErrorText(
        "It is not clear which provider is meant.",
        f"Providers are: {known}.",
        "Add `--name` with one of them.",
    )


def provider_not_found(*, given: str, known: str) -> ErrorText:
    """There is no such provider."""
    return ErrorText(
        f"There is no provider {given}.",
        f"Known are: {known}.",
        "Run `token-tracker list-providers`; `provider trust FILE` adds a provider file of your own.",
    )


def provider_file_untrusted(*, path: str) -> ErrorText:
    """A provider file of the user's that was never trusted."""
    return ErrorText(
        f"The provider file {path} is not loaded.",
        "It was never trusted; it would run as a program and get a key.",
        f"Look through it, then run `token-tracker provider trust {path}`.",
    )


def provider_file_changed(*, path: str) -> ErrorText:
    """A provider file of the user's that changed since it was trusted."""
    return ErrorText(
        f"The provider file {path} is not loaded.",
        "It has changed since it was trusted.",
        f"Look at what changed, then run `token-tracker provider trust {path}`.",
    )


def provider_file_name(*, given: str) -> ErrorText:
    """A file whose name cannot be that of a provider file."""
    return ErrorText(
        f"{given} cannot be a provider file.",
        "Its name must be the provider's id and end in .py, with small letters, digits, - and _.",
        "Rename it, such as `my_vendor.py`; its PROVIDER has the same id.",
    )


def provider_file_odd(*, path: str) -> ErrorText:
    """A provider file that is a link, no plain file, or far too large."""
    return ErrorText(
        f"The provider file {path} is not trusted.",
        "It is a link, not a plain file, or larger than 1 MB.",
        "Name the file itself.",
    )


def providers_of_original(*, path: str) -> ErrorText:
    """The original skill's file stands where ours belongs."""
    return ErrorText(
        "The provider settings cannot be read.",
        f"{path} is a file of the original skill, with its keys.",
        "Run `token-tracker configure-provider --import-original`: it takes its keys over and keeps it.",
    )
