"""What errors about keys and provider files say in English, as in `errors_en.py`.

Chinese: `credential_errors_zh.py`. No key, and nothing typed in place of one, stands in any of them.
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


def key_needed(*, provider: str) -> ErrorText:
    """A key must be given, and there is no terminal to ask on."""
    return ErrorText(
        f"{provider} was not configured.",
        "No key was given, and there is no terminal to ask on.",
        "Give it with `--api-key-stdin`, `--api-key-env VARIABLE` or `--api-key-cmd COMMAND`.",
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
