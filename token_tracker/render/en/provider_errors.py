"""What errors of providers and of the network say in English, as in `en/errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText

_NO_CONNECTION = {
    "name": "Its name could not be looked up.",
    "refused": "It refused the connection.",
    "forbidden": "The system did not allow the connection, as a sandbox or a firewall does.",
    "proxy": "The proxy of this environment did not let the connection through.",
    "broken": "The connection broke before the answer was whole.",
}


def no_network(*, host: str, reason: str) -> ErrorText:
    """No connection to a host, or one that broke."""
    return ErrorText(
        f"{host} cannot be reached.",
        _NO_CONNECTION.get(reason, "There is no connection to it."),
        "Check the network and HTTPS_PROXY; in a sandbox, allow this host or run the command outside it.",
    )


def no_tls(*, host: str) -> ErrorText:
    """A host that cannot prove who it is."""
    return ErrorText(
        f"There is no safe connection to {host}.",
        "Its certificate could not be verified, or the encryption failed.",
        "Check this machine's clock; behind a company's proxy, set SSL_CERT_FILE to its certificate file.",
    )


def no_answer_in_time(*, host: str) -> ErrorText:
    """A host that is too slow."""
    return ErrorText(
        f"{host} did not answer in time.",
        "It was too slow, or the network is.",
        "Ask again later; in a sandbox, allow this host or run the command outside it.",
    )


def proxy_unusable(*, host: str) -> ErrorText:
    """The environment names a proxy that is none for HTTPS."""
    return ErrorText(
        f"{host} cannot be asked through the proxy of this environment.",
        "Its address in HTTPS_PROXY or ALL_PROXY is not one of an HTTP proxy; SOCKS is not supported.",
        f"Set NO_PROXY to {host}, or HTTPS_PROXY to an address like http://127.0.0.1:7890.",
    )


def address_refused(*, host: str) -> ErrorText:
    """An address that is not https, or none that a provider has."""
    return ErrorText(
        f"{host} is not asked.",
        "Only https addresses that are known or configured are asked; http is for this machine alone.",
        "Correct the address: https, without a user name in it.",
    )


def redirect_refused(*, host: str, status: str) -> ErrorText:
    """A host that sends us elsewhere."""
    return ErrorText(
        f"{host} wants to be asked at another address (HTTP {status}).",
        "Redirects are not followed, as a key must reach nobody else.",
        "Check the configured address, and that no sign-in page of the network stands before it.",
    )


def answer_compressed(*, host: str) -> ErrorText:
    """An answer in a form that was not asked for."""
    return ErrorText(
        f"The answer of {host} was not read.",
        "It is compressed although that was declined, and could unpack to any size.",
        "Check the configured address, or the proxy in between.",
    )


def answer_too_large(*, host: str) -> ErrorText:
    """More bytes than any good answer has."""
    return ErrorText(
        f"The answer of {host} was not read.",
        "It is larger than any answer should be.",
        "Ask for fewer days, or check the configured address.",
    )


def answer_not_json(*, host: str) -> ErrorText:
    """A page for people, or something damaged, in place of JSON."""
    return ErrorText(
        f"The answer of {host} cannot be read.",
        "It is not JSON; perhaps a proxy or a sign-in page of the network answered instead.",
        "Check the network and the configured address, then ask again.",
    )


def provider_answered(*, host: str, status: str) -> ErrorText:
    """A status that is no success."""
    return ErrorText(
        f"{host} did not answer the question (HTTP {status}).",
        "It refused, does not have what was asked for, or failed.",
        "Ask again later, or check the configured address.",
    )


def key_refused(*, provider: str, name: str, status: str, page: str) -> ErrorText:
    """The provider does not know the key."""
    return ErrorText(
        f"{provider} refused the key (HTTP {status}).",
        "The key is wrong, was deleted, or belongs to another region.",
        f"Make a key at {page} and run `token-tracker configure-provider --name {name}`.",
    )


def key_expired(*, provider: str, name: str, status: str, page: str) -> ErrorText:
    """The key's time is over."""
    return ErrorText(
        f"{provider} refused the key (HTTP {status}).",
        "The key has expired.",
        f"Make a new one at {page} and run `token-tracker configure-provider --name {name}`.",
    )


def key_not_allowed(*, provider: str, name: str, status: str, page: str) -> ErrorText:
    """The key is right, but may not ask for this."""
    return ErrorText(
        f"The key for {provider} may not ask for this (HTTP {status}).",
        "Bills and usage of an organisation often need an admin key, made by an owner.",
        f"Make such a key at {page} and run `token-tracker configure-provider --name {name}`.",
    )


def credit_exhausted(*, provider: str, status: str) -> ErrorText:
    """The account has no credit, or its spending limit is reached."""
    return ErrorText(
        f"{provider} answers no more calls of this account (HTTP {status}).",
        "Its credit is used up, or its spending limit is reached; waiting does not help.",
        f"Top up or raise the limit at {provider}, then ask again.",
    )


def provider_limited(*, provider: str, wait: str) -> ErrorText:
    """Too many questions in too short a time."""
    return ErrorText(
        f"{provider} limits how often it is asked (HTTP 429).",
        f"It asks to wait for {_duration(wait)}." if wait else "It does not say for how long.",
        f"Ask again in {_duration(wait)}." if wait else "Ask again in a few minutes.",
    )


def provider_rejected(*, provider: str, status: str, said: str) -> ErrorText:
    """The provider does not accept the question."""
    return ErrorText(
        f"{provider} did not accept the question (HTTP {status}).",
        f"It says: {said}." if said else "It does not say what is wrong with it.",
        "Check the days and limits that were asked for; if they are right, update token-tracker.",
    )


def provider_lacks_it(*, provider: str, name: str, status: str) -> ErrorText:
    """The provider has nothing at this address."""
    return ErrorText(
        f"{provider} does not have what was asked for (HTTP {status}).",
        "The address is wrong, or this account has no such report.",
        f"Check its address; `token-tracker configure-provider --name {name} --base-url …` changes it.",
    )


def provider_failing(*, provider: str, status: str, wait: str) -> ErrorText:
    """The provider has trouble of its own."""
    return ErrorText(
        f"{provider} failed to answer (HTTP {status}).",
        "The trouble is on its side.",
        f"Ask again in {_duration(wait)}." if wait else "Ask again in a few minutes.",
    )


def prices_not_understood() -> ErrorText:
    """A list of prices that is none."""
    return ErrorText(
        "The prices that were fetched were not understood.",
        "They are not a list of providers with their models, as genai-prices publishes it.",
        "Check the address or the file; the prices in use are unchanged.",
    )


def prices_too_few(*, missing: str, known: str) -> ErrorText:
    """A list of prices that lacks much of what is known."""
    return ErrorText(
        "The prices that were fetched are not used.",
        f"They lack {missing} of {known} known models, so they are old, or not whole.",
        "Check the address or the file; the prices in use are unchanged.",
    )


def _duration(seconds: str) -> str:
    """Say a number of seconds as people would, rounded up.

    >>> [_duration(seconds) for seconds in ("1", "45", "61", "3600", "90000")]
    ['1 second', '45 seconds', '2 minutes', '60 minutes', '25 hours']
    """
    count = int(seconds) if seconds.isdecimal() else 0
    for most, size, word in ((60, 1, "second"), (7200, 60, "minute")):
        if count <= most:
            number = -(-count // size)
            return f"{number} {word}" if number == 1 else f"{number} {word}s"
    return f"{-(-count // 3600)} hours"
