"""One provider's address with the key bound in, and what its refusals mean to a person.

`BoundApi` is the `Api` that a provider file is handed. It adds nothing of a vendor: the file
says which headers carry a key, and which refusals are more than their status.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any
from typing import Self
from urllib.parse import urlsplit

from token_tracker.errors import AnswerError
from token_tracker.errors import CredentialError
from token_tracker.errors import ProviderError
from token_tracker.errors import TrackerError
from token_tracker.http import Answer
from token_tracker.http import Http
from token_tracker.http import Limits
from token_tracker.http import Request
from token_tracker.providers import Parameters
from token_tracker.providers import Provider
from token_tracker.providers import Region

PASSING = frozenset({"provider_limited", "provider_failing"})
"""What may be over when the same question is asked again."""

EXHAUSTED = frozenset({
    "billing_hard_limit_reached",
    "credit_balance_exhausted",
    "exceeded_current_quota_error",
    "insufficient_balance",
    "insufficient_quota",
})  # fmt: skip
"""Codes of a 429 that no waiting mends, in the error shape that many vendors share.

Source: OpenAI's error guide, Moonshot's and DeepSeek's error pages, checked 2026-11-22.
"""

EXPIRED = re.compile(
    r"(?<!or )(?<!或)\b(?:key_expired|expired(?:_key)?)\b(?! or)|(?<!或)已过期(?!或)", re.IGNORECASE
)
SAFE_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")


class BoundApi:
    """A provider's API for one key; a context manager that closes its connections.

    `region`: its `base_url` is the only address that is asked, and gets the key. `now`: the
    moment of asking, aware, UTC. `key_kind`, `only`: as the settings have them.
    """

    def __init__(
        self,
        provider: Provider,
        region: Region,
        key: str,
        *,
        now: datetime,
        key_kind: str = "",
        only: tuple[str, str] | None = None,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._provider = provider
        self._region = region
        self._key = key
        self._now = now
        self._key_kind = key_kind
        self._only = only
        self._last: Mapping[str, str] = {}
        address = urlsplit(region.base_url)
        self._http = Http(
            hosts=[address.netloc.rpartition("@")[2]],
            hidden=[key],
            limits=limits or Limits(),
            is_final=lambda error: explained(error, provider).code not in PASSING,
            sleep=sleep,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    @property
    def now(self) -> datetime:
        """The moment of asking, aware, UTC."""
        return self._now

    @property
    def region(self) -> Region:
        """The address that is used."""
        return self._region

    @property
    def key_kind(self) -> str:
        """What the key is known to be, "" when unknown."""
        return self._key_kind

    @property
    def only(self) -> tuple[str, str] | None:
        """What the person limited this provider to; None is everything."""
        return self._only

    def get(self, path: str, params: Parameters = (), headers: Mapping[str, str] | None = None) -> Any:
        """Get JSON from a path below the base address; see `Api.get`."""
        return self._answer(Request("GET", self._url(path), self._headers(headers), tuple(params)))

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        """Ask a question that changes nothing by POST; see `Api.post`."""
        return self._answer(Request("POST", self._url(path), self._headers(headers), body=body))

    def header(self, name: str) -> str:
        """Give a header of the last answer, "" when it had none."""
        return self._last.get(name.lower(), "")

    def _answer(self, request: Request) -> Any:
        self._last = {}
        answer: Answer = self._http.send(request)
        self._last = answer.headers
        return answer.json()

    def _url(self, path: str) -> str:
        return f"{self._region.base_url.rstrip('/')}/{path.lstrip('/')}"

    def _headers(self, more: Mapping[str, str] | None) -> dict[str, str]:
        return {**(more or {}), **self._provider.headers(self._key)}


def explained(error: AnswerError, provider: Provider) -> TrackerError:
    """Say what a refusal means: the provider's own reading first, then the status.

    Its facts, as far as its text needs them: `provider` (as people call it), `name` (its id),
    `status` (of HTTP), `page` (where to make a key), `wait` (seconds that the vendor asks to
    wait, "" when unknown) and `said` (the vendor's code where it is a plain word, else "").
    """
    refusal = _refusal(_told_by(provider, error), error, provider)
    return refusal or _refusal(_code_of(error), error, provider) or error


def _told_by(provider: Provider, error: AnswerError) -> str:
    try:
        return provider.explain(error)
    except Exception:  # noqa: BLE001 - it may be a file of the user's, and the status tells enough
        return ""


def _code_of(error: AnswerError) -> str:
    """Give the code that status, vendor code and message amount to."""
    status = error.status
    if status in {401, 403} and (EXPIRED.search(error.vendor_code) or EXPIRED.search(error.vendor_message)):
        return "key_expired"
    if status == 429 and error.vendor_code in EXHAUSTED:
        return "credit_exhausted"
    if status >= 500:
        return "provider_failing"
    return {
        401: "key_refused",
        402: "credit_exhausted",
        403: "key_not_allowed",
        404: "provider_lacks_it",
        408: "provider_failing",
        429: "provider_limited",
    }.get(status, "provider_rejected")


def _refusal(code: str, error: AnswerError, provider: Provider) -> TrackerError | None:
    """Give the error of a code; None for a code that there is none of."""
    vendor, page, status = provider.name, provider.key_page, str(error.status)
    said = error.vendor_code if SAFE_CODE.fullmatch(error.vendor_code) else ""
    wait = error.facts.get("wait", "")
    match code:
        case "key_refused":
            return CredentialError("key_refused", provider=vendor, name=provider.id, status=status, page=page)
        case "key_expired":
            return CredentialError("key_expired", provider=vendor, name=provider.id, status=status, page=page)
        case "key_not_allowed":
            return CredentialError(
                "key_not_allowed", provider=vendor, name=provider.id, status=status, page=page
            )
        case "credit_exhausted":
            return ProviderError("credit_exhausted", provider=vendor, status=status, page=page)
        case "provider_limited":
            return ProviderError("provider_limited", provider=vendor, status=status, page=page, wait=wait)
        case "provider_rejected":
            return ProviderError("provider_rejected", provider=vendor, status=status, page=page, said=said)
        case "provider_lacks_it":
            return ProviderError(
                "provider_lacks_it", provider=vendor, name=provider.id, status=status, page=page
            )
        case "provider_failing":
            return ProviderError("provider_failing", provider=vendor, status=status, page=page, wait=wait)
    return None
