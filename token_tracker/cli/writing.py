"""How a text is brought to one form before it is read, and numbers that are written as words.

What the words around a number mean is not known here: dates are read in `dates.py`,
amounts in `amounts.py`.
"""

from __future__ import annotations

FULL_WIDTH_OFFSET = 0xFEE0
"""From a full-width form, `！` to `～`, to its ASCII character."""

DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
PLACES = {"千": 1000, "百": 100, "十": 10}
_TEENS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH_NUMBERS = {
    "a": 1,
    "an": 1,
    **{word: number for number, word in enumerate(_TEENS.split(), 1)},
    **{word: number * 10 for number, word in enumerate(_TENS.split(), 2)},
}
ENGLISH_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}

_TRADITIONAL = "號週禮這個過後點從兩萬億塊圓圆錢幣歐鎊當間內內韓紐澤〇"
_SIMPLIFIED = "号周礼这个过后点从两万亿块元元钱币欧镑当间内内韩纽泽零"
_FORMS = {
    **{code: code - FULL_WIDTH_OFFSET for code in range(0xFF01, 0xFF5F)},
    **str.maketrans("　￥￡￠−", " ¥£¢-"),
    **str.maketrans(_TRADITIONAL, _SIMPLIFIED),
}


def plain(text: str) -> str:
    """Write a text in half-width, simplified, lower-case characters, with single spaces.

    >>> plain(" 週三　ＯＣＴ  ５")
    '周三 oct 5'
    """
    return " ".join(text.translate(_FORMS).lower().split())


def chinese_number(text: str) -> int | None:
    """Read a whole number in Chinese characters; None where it is none.

    A last digit without its place is of the next one: 一百二 is 120, 一百零二 is 102.

    >>> [chinese_number(text) for text in ("十五", "一百二", "一百零二", "两万五千", "万一")]
    [15, 120, 102, 25000, None]
    """
    if text == "零":
        return 0
    for name, size in (("亿", 10**8), ("万", 10**4)):
        high, found, low = text.partition(name)
        if found:
            return _joined(chinese_number(high), size, low)
    return _below_ten_thousand(text)


def english_number(text: str) -> int | None:
    """Read a whole number in English words; None where it is none.

    >>> [english_number(text) for text in ("fifteen", "twenty-five", "a hundred", "hundred five")]
    [15, 25, 100, None]
    """
    total, current, last = 0, 0, 10**9
    for word in text.replace("-", " ").split():
        if word in ENGLISH_SCALES and current and not (total and ENGLISH_SCALES[word] > 100):
            current *= ENGLISH_SCALES[word]
            last = current
            if ENGLISH_SCALES[word] > 100:
                total, current = current, 0
        elif word in ENGLISH_NUMBERS and _fits(ENGLISH_NUMBERS[word], last):
            current += ENGLISH_NUMBERS[word]
            last = ENGLISH_NUMBERS[word]
        else:
            return None
    return total + current or None


def _joined(high: int | None, size: int, low: str) -> int | None:
    """Add what stands after 万 or 亿 to what stands before it."""
    if not high:
        return None
    if low in DIGITS and low != "零":
        return high * size + DIGITS[low] * size // 10
    rest = chinese_number(low.removeprefix("零")) if low else 0
    return None if rest is None or rest >= size else high * size + rest


def _below_ten_thousand(text: str) -> int | None:
    total, rest, least = 0, text, 1
    for place, size in PLACES.items():
        digit, found, after = rest.partition(place)
        if not found:
            continue
        digit = digit.removeprefix("零") if total else digit
        digit = digit or ("一" if place == "十" else "")
        if digit not in DIGITS or digit == "零":
            return None
        total, rest, least = total + DIGITS[digit] * size, after, size
    if not rest:
        return total or None
    if total and rest.startswith("零"):
        rest, least = rest[1:], 10
    if rest not in DIGITS or rest == "零":
        return None
    return total + DIGITS[rest] * (least // 10 or 1)


def _fits(number: int, last: int) -> bool:
    """Say whether a word can follow: "twenty five" and "a hundred five", never "five five"."""
    return number < 10 if 20 <= last < 100 else number < 100 <= last
