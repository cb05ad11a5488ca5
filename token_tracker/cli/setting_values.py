"""Values of settings as people write them: 中文, 22点, 人民币, 北京.

Only what is certain is read; anything else stays as it is, for the check of the file to
refuse it with its reason.
"""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from token_tracker.cli.amounts import parse_amount
from token_tracker.cli.writing import chinese_number
from token_tracker.cli.writing import plain
from token_tracker.errors import CommandLineError

DEFAULT_WORDS = ("default", "默认", "恢复默认")
LANGUAGE_WORDS = {
    "zh": "zh zh-cn zh_cn zh-hans chinese mandarin 中文 汉语 简体中文 简体 普通话",
    "en": "en en-us en_us en-gb english 英文 英语",
}
PLACES = {
    "Asia/Shanghai": "北京, 北京时间, 上海, 中国, 中国时间, beijing, shanghai",
    "Asia/Hong_Kong": "香港, hong kong",
    "Asia/Taipei": "台北, taipei",
    "Asia/Tokyo": "东京, 日本, tokyo",
    "Asia/Singapore": "新加坡, singapore",
    "Europe/London": "伦敦, london",
    "America/New_York": "纽约, new york",
}
HALVES = {
    "凌晨": (0, 5, 0),
    "早上": (5, 11, 0),
    "上午": (0, 11, 0),
    "下午": (1, 11, 12),
    "晚上": (5, 11, 12),
    "am": (1, 11, 0),
    "pm": (1, 11, 12),
}
"""Parts of a day: their first and last hour on a clock of twelve, and what to add."""
_HOUR = re.compile(
    r"(凌晨|早上|上午|下午|晚上)? ?(\d{1,2}|[零一二两三四五六七八九十]{1,3})"
    r" ?(?:点钟?|点整|时|:00)? ?(am|pm)?"
)


def read_value(key: str, text: str) -> object:
    """Read a setting's value as its own type; None for the default.

    >>> read_value("language", "中文"), read_value("daily_report_hour", "晚上10点")
    ('zh', 22)
    >>> read_value("currency", "人民币"), read_value("time_zone", "asia/shanghai")
    ('CNY', 'Asia/Shanghai')
    """
    if plain(text) in DEFAULT_WORDS:
        return None
    readers = {"language": _language, "daily_report_hour": _hour, "currency": _currency, "time_zone": _zone}
    return readers[key](text)


def _language(text: str) -> str:
    return next((name for name, words in LANGUAGE_WORDS.items() if plain(text) in words.split()), text)


def _hour(text: str) -> object:
    """Read an hour of the day; 晚上12点 and 12 am can mean two, and are left for the check to refuse."""
    found = _HOUR.fullmatch(plain(text))
    if found is None or (found[1] and found[3]):
        return text
    hour = int(found[2]) if found[2].isdecimal() else chinese_number(found[2])
    if hour is None or not (found[1] or found[3]):
        return text if hour is None else hour
    first, last, added = HALVES[found[1] or found[3]]
    return hour + added if first <= hour <= last else text


def _currency(text: str) -> str:
    """Read a code or a name that means one currency; "1" makes an amount of it."""
    code = text.strip().upper()
    if len(code) == 3 and code.isascii() and code.isalpha():
        return code
    try:
        money = parse_amount(f"1{text.strip()}", "XXX")
    except CommandLineError:
        return code
    return money.currency if money.amount == 1 and money.currency != "XXX" else code


def _zone(text: str) -> str:
    wanted = plain(text)
    named = next((zone for zone, names in PLACES.items() if wanted in names.split(", ")), None)
    known = {name.lower(): name for name in available_timezones()}
    return named or known.get(wanted.replace(" ", "_"), text)
