"""The fake of DeepSeek answers as its documents say."""

from __future__ import annotations

import pytest

from fake_providers import FakeProviders
from fake_providers import KeyState
from fake_providers.asking import ask
from fake_providers.deepseek import Wallet

KEY = "sk-" + "d" * 24
BALANCE = "https://api.deepseek.com/user/balance"


def test_a_balance_may_be_in_two_currencies(fake: FakeProviders) -> None:
    fake.deepseek.accept(KEY)
    fake.deepseek.wallets = [Wallet("CNY", "8.20", "80.00"), Wallet("USD", "0", "1.5")]

    assert ask(fake.at(BALANCE), KEY).json == {
        "is_available": True,
        "balance_infos": [
            {
                "currency": "CNY",
                "total_balance": "88.20",
                "granted_balance": "8.20",
                "topped_up_balance": "80.00",
            },
            {"currency": "USD", "total_balance": "1.5", "granted_balance": "0", "topped_up_balance": "1.5"},
        ],
    }


@pytest.mark.parametrize(
    ("state", "status"), [(KeyState.VALID, 200), (KeyState.EXPIRED, 401), (KeyState.EXHAUSTED, 402)]
)
def test_a_key_is_refused_when_it_expired_or_has_nothing_left(
    fake: FakeProviders, state: KeyState, status: int
) -> None:
    fake.deepseek.accept(KEY, state=state)

    assert ask(fake.at(BALANCE), KEY).status == status
