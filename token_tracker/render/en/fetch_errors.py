"""What an error about a fetch or a provider file says in English. Chinese: `zh/fetch_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def balance_not_offered(*, provider: str, page: str) -> ErrorText:
    """A provider that has no balance to ask for."""
    return ErrorText(
        f"{provider} has no balance that a key can ask for.",
        f"Only its page {page} shows credit, if there is any."
        if page
        else "It has no address that tells one.",
        "Ask for its bill instead: `token-tracker fetch-usage`.",
    )


def no_balance_offered(*, known: str) -> ErrorText:
    """Providers have keys, and none of them has a balance to ask for."""
    return ErrorText(
        "No balance was asked for.",
        f"None of the providers with a key has one; these do: {known}.",
        "Run `token-tracker configure-provider --name deepseek` (or another of these) in a terminal, or ask"
        " for bills with `token-tracker fetch-usage`.",
    )


def fetch_elsewhere(*, provider: str) -> ErrorText:
    """Another process has been asking a provider for minutes."""
    return ErrorText(
        f"{provider} was not asked.",
        "Another token-tracker has been asking it for more than two minutes.",
        "Ask again in a minute, or end the other process.",
    )


def answer_not_understood(*, provider: str, place: str, reason: str) -> ErrorText:
    """An answer of another shape than the vendor documents."""
    return ErrorText(
        f"The answer of {provider} was not understood.",
        f"It is of another shape than expected, at {place} ({reason}); nothing of it was kept.",
        "Update token-tracker; what was fetched before still counts.",
    )


def paging_broken(*, provider: str, reason: str) -> ErrorText:
    """Pages that lead nowhere. `reason`: "repeated", "missing" or "endless"."""
    why = {
        "repeated": "The same page was announced twice.",
        "missing": "More pages were announced, but not where they are.",
        "endless": "There was no last page.",
    }
    return ErrorText(
        f"The report of {provider} could not be read to its end.",
        why.get(reason, why["endless"]),
        "Ask again later; what was fetched before still counts.",
    )


def provider_file_failed(*, provider: str, reason: str) -> ErrorText:
    """A provider file that failed while it asked."""
    return ErrorText(
        f"{provider} could not be asked.",
        f"Its provider file failed ({reason}).",
        "Correct the file if it is yours; otherwise update token-tracker, or report it.",
    )


def no_provider_configured() -> ErrorText:
    """No provider has a key yet."""
    return ErrorText(
        "No provider was asked.",
        "No provider has a key yet.",
        "Run `token-tracker configure-provider --name openai` (or anthropic, openrouter, deepseek, kimi,"
        " minimax) in a terminal.",
    )
