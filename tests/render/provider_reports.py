"""Answers of the commands about providers, made by hand; no test lives here."""

from __future__ import annotations

from dataclasses import replace

from token_tracker.errors import CredentialError
from token_tracker.errors import NetworkError
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import to_ms
from token_tracker.provider_keys import Credential
from token_tracker.provider_settings import ProviderEntry
from token_tracker.providers import Api
from token_tracker.providers import BalanceReading
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.providers import Region
from token_tracker.reports.providers import Configured
from token_tracker.reports.providers import ConfiguredProviders
from token_tracker.reports.providers import LastFetch
from token_tracker.reports.providers import LeftOut
from token_tracker.reports.providers import Providers
from token_tracker.reports.providers import ProviderState
from token_tracker.reports.providers import RemovedProvider
from token_tracker.reports.providers import TrustedFile

from . import reports

NOW_MS = to_ms(reports.NOW)
AN_HOUR_MS = 3_600_000
DIGEST = "0f" * 32


def _nothing(_api: Api) -> BalanceReading:
    return BalanceReading()


OPENAI = Provider(
    id="openai",
    name="OpenAI",
    regions=(Region("global", "https://api.openai.com/v1"),),
    key_page="https://platform.openai.com/keys",
    headers=lambda key: {"Authorization": key},
    check=lambda _api: KeyCheck("admin", ("usage", "cost")),
    fetch=lambda _api, _days: iter(()),
    only=("project",),
)
ROUTER = replace(
    OPENAI, id="openrouter", name="OpenRouter", key_page="https://openrouter.ai/keys", balance=_nothing
)
KIMI = replace(
    OPENAI,
    id="kimi",
    name="Kimi",
    key_page="https://platform.moonshot.ai/keys",
    regions=(Region("intl", "https://a.example"), Region("cn", "https://b.example", "CNY")),
    fetch=None,
    balance=_nothing,
    only=(),
)
CHECKED = ProviderEntry(
    "openai",
    credential=Credential("k"),
    key_kind="admin",
    last_four="cdef",
    can=("usage", "cost"),
    account="org_1",
    checked_at="2026-11-22T10:00:00+00:00",
)
UNCHECKED = replace(CHECKED, checked_at="", can=(), key_kind="", account="")
ADMIN = ProviderState(CHECKED, OPENAI, last=LastFetch(NOW_MS - AN_HOUR_MS))
REFUSED = CredentialError("key_refused", provider="Kimi", name="kimi", status="401", page="https://x.example")
OFFLINE = NetworkError("no_network", host="api.openai.com", reason="no_route")
INFERENCE = ProviderState(
    replace(
        CHECKED, id="openrouter", key_kind="inference", can=("balance",), credential=Credential(keyring="s")
    ),
    ROUTER,
)

LISTS = {
    "none": Providers([ProviderState(ProviderEntry(one.id), one) for one in (KIMI, OPENAI, ROUTER)]),
    "some": Providers(
        [
            ADMIN,
            replace(
                ADMIN,
                entry=replace(
                    CHECKED,
                    id="kimi",
                    credential=Credential(variable="MY_KEY"),
                    last_four="",
                    key_kind="plan",
                    can=("quota",),
                    region="cn",
                    base_url="https://proxy.example",
                    enabled=False,
                ),
                provider=KIMI,
                last=LastFetch(NOW_MS - 30 * AN_HOUR_MS, NOW_MS - AN_HOUR_MS, REFUSED),
            ),
            ProviderState(
                replace(UNCHECKED, id="kimi", credential=Credential(command=("c",))), KIMI, is_own=True
            ),
            ProviderState(
                replace(CHECKED, id="litellm"), replace(OPENAI, regions=(Region("own", ""),), name="LiteLLM")
            ),
            ProviderState(replace(CHECKED, id="gone", only=("project", "p")), None),
            INFERENCE,
            ProviderState(ProviderEntry("openrouter"), ROUTER),
        ],
        [Problem("provider-file-changed", Severity.WARNING, "mine", detail="mine.py")],
    ),
}
CONFIGURED = {
    "accepted": ConfiguredProviders([Configured(ADMIN, "accepted")]),
    "counted": ConfiguredProviders(
        [Configured(replace(ADMIN, entry=replace(CHECKED, counts_organisation=True)), "kept")]
    ),
    "limited": ConfiguredProviders(
        [Configured(replace(ADMIN, entry=replace(CHECKED, only=("project", "proj_1"))), "kept")]
    ),
    "needs-more": ConfiguredProviders(
        [Configured(INFERENCE, "accepted", needs="management", keyring_left=True)]
    ),
    "other-account": ConfiguredProviders([Configured(ADMIN, "accepted", account_before="org_0")]),
    "unchecked": ConfiguredProviders(
        [Configured(replace(ADMIN, entry=UNCHECKED), "unchecked", OFFLINE)],
        problems=[Problem("original-providers-found", Severity.NOTE)],
    ),
    "skipped": ConfiguredProviders([Configured(replace(ADMIN, entry=UNCHECKED), "skipped")]),
    "without-key": ConfiguredProviders(
        [Configured(ProviderState(ProviderEntry("kimi", enabled=False), KIMI), "none")]
    ),
    "original": ConfiguredProviders(
        [
            Configured(ADMIN, "accepted"),
            Configured(ProviderState(replace(UNCHECKED, id="kimi"), KIMI), "skipped"),
        ],
        [LeftOut(name, reason) for name, reason in (
            ("anthropic", "configured"), ("groq", "unknown"), ("deepseek", "unusable"), ("minimax", "refused")
        )],
        original=True,
    ),
    "original-none": ConfiguredProviders([], original=True),
}  # fmt: skip
REMOVED = {
    "removed": RemovedProvider("openai", "OpenAI", was_set=True, had_key=True),
    "removed-settings": RemovedProvider("kimi", "Kimi", was_set=True),
    "removed-nothing": RemovedProvider("kimi", "Kimi", was_set=False),
    "removed-keyring": RemovedProvider("openai", "OpenAI", was_set=True, had_key=True, keyring_left=True),
}
TRUSTED = {
    "trusted": TrustedFile("mine.py", DIGEST, "My Vendor", is_trusted=True, is_copied=True),
    "trusted-in-place": TrustedFile("mine.py", DIGEST, "My Vendor", is_trusted=True),
    "trusted-anew": TrustedFile(
        "openai.py", DIGEST, "My Vendor", is_trusted=True, is_copied=True, replaces=True, bundled=True
    ),
    "trusted-already": TrustedFile("mine.py", DIGEST, "mine", is_trusted=True, was_trusted=True),
    "not-trusted": TrustedFile("openai.py", DIGEST, "", is_trusted=False, is_copied=True, bundled=True),
}
ANSWERS = {
    **{f"providers-{name}": ("list-providers", answer) for name, answer in LISTS.items()},
    **{f"provider-{name}": ("configure-provider", answer) for name, answer in CONFIGURED.items()},
    **{f"provider-{name}": ("remove-provider", answer) for name, answer in REMOVED.items()},
    **{f"provider-{name}": ("provider trust", answer) for name, answer in TRUSTED.items()},
}
