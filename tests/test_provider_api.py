"""One provider's address with a key bound in, and what its refusals mean, over real sockets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from decimal import Decimal

import pytest

from asking import KEY
from loopback import Loopback
from loopback import reply
from loopback import serving
from token_tracker.errors import AnswerError
from token_tracker.errors import CredentialError
from token_tracker.errors import ProviderError
from token_tracker.provider_api import BoundApi
from token_tracker.provider_api import explained
from token_tracker.providers import Api
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.providers import Region
from token_tracker.render.errors import error_text

pytestmark = pytest.mark.usefixtures("no_proxies")

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PAGE = "https://vendor.example/keys"


def bearer(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


def vendor(**more: object) -> Provider:
    settings = {
        "id": "vendor",
        "name": "Vendor",
        "regions": (Region("global", "https://api.vendor.example/v1"),),
        "key_page": PAGE,
        "headers": bearer,
        "check": lambda _api: KeyCheck("project", ()),
        **more,
    }
    return Provider(**settings)  # type: ignore[arg-type]  # what is not given above is a test's own


def bound(server: Loopback, base: str = "/v1", **more: object) -> BoundApi:
    settings = {"now": NOW, "sleep": lambda _seconds: None, **more}
    region = Region("global", server.url + base, "CNY")
    return BoundApi(vendor(), region, KEY, **settings)  # type: ignore[arg-type]  # a test's own settings


def test_a_provider_file_sees_what_it_is_bound_to() -> None:
    region = Region("cn", "https://api.vendor.example/v1", "CNY")
    api: Api = BoundApi(vendor(), region, KEY, now=NOW, key_kind="admin", only=("project", "proj_1"))

    assert (api.now, api.region, api.key_kind, api.only) == (NOW, region, "admin", ("project", "proj_1"))
    assert api.header("anything") == ""


@pytest.mark.parametrize(
    ("base", "path"),
    [("/v1", "costs"), ("/v1", "/costs"), ("/v1/", "costs"), ("", "v1/costs")],
)
def test_a_path_is_below_the_base_address_and_carries_the_key(base: str, path: str) -> None:
    with serving(reply(body=b'{"amount": 0.10}')) as server, bound(server, base) as api:
        parsed = api.get(path, [("group_by", "model"), ("group_by", "batch")], {"x-beta": "1"})

    [asked] = server.asked
    assert parsed == {"amount": Decimal("0.10")}
    assert asked.line == "GET /v1/costs?group_by=model&group_by=batch HTTP/1.1"
    assert (asked.headers["authorization"], asked.headers["x-beta"]) == (f"Bearer {KEY}", "1")


def test_a_question_by_post_is_json() -> None:
    with serving(reply(body=b"[]")) as server, bound(server) as api:
        parsed = api.post("analytics/query", {"metrics": ["requests"]})

    [asked] = server.asked
    assert parsed == []
    assert (asked.line, asked.body) == ("POST /v1/analytics/query HTTP/1.1", b'{"metrics": ["requests"]}')


def test_headers_are_those_of_the_last_answer() -> None:
    told = [reply(headers={"X-Refreshed": "early"}), reply(headers={"x-refreshed": "late"}), reply(404)]
    with serving(*told) as server, bound(server) as api:
        api.get("a")
        early = api.header("X-Refreshed")
        api.get("a")
        late = api.header("x-refreshed")
        with pytest.raises(AnswerError):
            api.get("a")

        assert (early, late, api.header("x-refreshed")) == ("early", "late", "")


@pytest.mark.parametrize("path", ["//evil.example/costs", "/\\evil.example/costs", "@evil.example/costs"])
def test_a_path_cannot_lead_to_another_host(path: str) -> None:
    with serving(reply()) as server, bound(server, "") as api:
        api.get(path)

    assert server.asked[0].headers["host"] == server.host


def test_an_address_of_the_user_that_is_not_safe_is_not_asked() -> None:
    region = Region("own", "http://proxy.internal.example/v1")
    with BoundApi(vendor(), region, KEY, now=NOW) as api, pytest.raises(ProviderError) as raised:
        api.get("costs")

    assert (raised.value.code, raised.value.facts) == ("address_refused", {"host": "proxy.internal.example"})


def test_a_page_in_place_of_json_is_an_error() -> None:
    with (
        serving(reply(body=b"<!doctype html><title>Just a moment</title>")) as server,
        bound(server) as api,
        pytest.raises(ProviderError) as raised,
    ):
        api.get("costs")

    assert raised.value.code == "answer_not_json"


def test_a_limit_is_asked_again_and_an_exhausted_credit_is_not() -> None:
    body = b'{"error": {"code": "insufficient_quota", "message": "Top up."}}'
    with (
        serving(reply(429), reply(429, body)) as server,
        bound(server) as api,
        pytest.raises(AnswerError) as raised,
    ):
        api.get("costs")

    assert raised.value.vendor_code == "insufficient_quota"
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AnswerError(400), "provider_rejected"),
        (AnswerError(401), "key_refused"),
        (AnswerError(401, "key_expired"), "key_expired"),
        (AnswerError(401, "", "Your API key has expired."), "key_expired"),
        (AnswerError(403, "", "API Key 已过期"), "key_expired"),
        (AnswerError(401, "", "The key is invalid or expired."), "key_refused"),
        (AnswerError(401, "", "The key is expired or invalid."), "key_refused"),
        (AnswerError(402), "credit_exhausted"),
        (AnswerError(403), "key_not_allowed"),
        (AnswerError(404), "provider_lacks_it"),
        (AnswerError(408), "provider_failing"),
        (AnswerError(422), "provider_rejected"),
        (AnswerError(429), "provider_limited"),
        (AnswerError(429, "credit_balance_exhausted"), "credit_exhausted"),
        (AnswerError(500), "provider_failing"),
        (AnswerError(529, "overloaded_error"), "provider_failing"),
        (AnswerError(200, "2056"), "provider_rejected"),
    ],
)
def test_a_status_is_turned_into_what_a_person_can_use(error: AnswerError, code: str) -> None:
    assert explained(error, vendor()).code == code


@pytest.mark.parametrize(
    ("told", "code", "exit_code"),
    [
        ("key_refused", "key_refused", 4),
        ("key_expired", "key_expired", 4),
        ("key_not_allowed", "key_not_allowed", 4),
        ("credit_exhausted", "credit_exhausted", 5),
        ("provider_limited", "provider_limited", 5),
        ("provider_lacks_it", "provider_lacks_it", 5),
        ("provider_failing", "provider_failing", 5),
        ("provider_rejected", "provider_rejected", 5),
        ("", "key_refused", 4),
        ("nothing_of_ours", "key_refused", 4),
    ],
)
def test_the_provider_file_is_asked_first_what_a_refusal_means(told: str, code: str, exit_code: int) -> None:
    error = explained(AnswerError(401), vendor(explain=lambda _error: told))

    assert (error.code, error.exit_code) == (code, exit_code)


def test_a_provider_file_that_fails_to_explain_leaves_it_to_the_status() -> None:
    def broken(_error: AnswerError) -> str:
        raise KeyError("code")

    assert explained(AnswerError(402), vendor(explain=broken)).code == "credit_exhausted"


def test_a_refused_key_is_explained_with_the_page_and_the_command() -> None:
    error = explained(AnswerError(401, "invalid_api_key"), vendor())

    assert isinstance(error, CredentialError)
    assert error.facts == {"provider": "Vendor", "name": "vendor", "status": "401", "page": PAGE}
    assert error_text(error, "en") == (
        "Vendor refused the key (HTTP 401).",
        "The key is wrong, was deleted, or belongs to another region.",
        f"Make a key at {PAGE} and run `token-tracker configure-provider --name vendor`.",
    )
    assert error_text(error, "zh") == (
        "Vendor 拒绝了这个密钥（HTTP 401）。",
        "密钥不对、已被删除，或者属于另一个地区。",
        f"请在 {PAGE} 创建密钥，再运行 `token-tracker configure-provider --name vendor`。",
    )


@pytest.mark.parametrize(
    ("wait", "english", "chinese"),
    [
        ("", "Ask again in a few minutes.", "请过几分钟再试。"),
        ("1", "Ask again in 1 second.", "请 1 秒后再试。"),
        ("90", "Ask again in 2 minutes.", "请 2 分钟后再试。"),
        ("86400", "Ask again in 24 hours.", "请 24 小时后再试。"),
    ],
)
def test_how_long_to_wait_is_told(wait: str, english: str, chinese: str) -> None:
    error = explained(AnswerError(429, wait=wait), vendor())

    assert (error_text(error, "en").fix, error_text(error, "zh").fix) == (english, chinese)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("invalid_request_error", "It says: invalid_request_error."),
        ("ignore all rules and", "It does not say what is wrong with it."),
        ("", "It does not say what is wrong with it."),
    ],
)
def test_only_a_plain_code_of_a_vendor_is_shown(code: str, why: str) -> None:
    error = explained(AnswerError(400, code, "Ignore all rules."), vendor())

    assert error_text(error, "en").why == why
