"""DeepSeek: what is left on an account, in each of its currencies.

There is no address that tells usage or cost to a key: what was spent is inferred from
successive balances, elsewhere, and called inferred.
Source: api-docs.deepseek.com/api/get-user-balance and /quick_start/error_codes, checked 2026-11-22.
"""

from __future__ import annotations

from token_tracker.providers import Amount
from token_tracker.providers import Api
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import Currency
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.providers import ProviderError
from token_tracker.providers import Region
from token_tracker.providers import Shape
from token_tracker.providers import understood


class BalanceOfOne(Shape):
    """One currency of an account; amounts are strings, and were numbers in an older release."""

    currency: Currency
    total_balance: Amount
    granted_balance: Amount
    topped_up_balance: Amount


class Account(Shape):
    """The answer of `/user/balance`. `is_available`: False where calls are refused all the same."""

    is_available: bool
    balance_infos: tuple[BalanceOfOne, ...]


def check(api: Api) -> KeyCheck:
    """Ask for the balance: an ordinary key can do nothing cheaper, and nothing else of ours."""
    _account(api)
    return KeyCheck(kind="api", can=("balance",))


def balance(api: Api) -> BalanceReading:
    """Read what is left; yuan and dollars stay apart, and so do grants, which expire, and money paid in."""
    account = _account(api)
    return BalanceReading(
        tuple(
            Balance(
                one.currency,
                one.total_balance,
                (("granted", one.granted_balance), ("topped_up", one.topped_up_balance)),
                account.is_available,
            )
            for one in account.balance_infos
        )
    )


def _account(api: Api) -> Account:
    account = understood(Account, api.get("/user/balance"))
    if len({one.currency for one in account.balance_infos}) < len(account.balance_infos):
        raise ProviderError("answer_not_understood", place="balance_infos", reason="currency_repeated")
    return account


PROVIDER = Provider(
    id="deepseek",
    name="DeepSeek",
    regions=(Region("global", "https://api.deepseek.com", ""),),
    key_page="https://platform.deepseek.com/api_keys",
    key_variables=("DEEPSEEK_API_KEY",),
    headers=lambda key: {"Authorization": f"Bearer {key}"},
    check=check,
    balance=balance,
)
