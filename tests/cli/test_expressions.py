"""The table of what people write for days, spans and amounts, in Chinese and English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from token_tracker.cli.amounts import parse_amount
from token_tracker.cli.dates import parse_day
from token_tracker.cli.dates import parse_day_or_span
from token_tracker.errors import CommandLineError
from token_tracker.model import Money
from token_tracker.period import Period
from token_tracker.period import Zone

ZONE = Zone(ZoneInfo("Asia/Shanghai"), "Asia/Shanghai")

ON_A_WEDNESDAY = {
    "2026-10-07": [
        "2026-10-07", "today", "Today", " TODAY ", "今天", "今日", "0 days ago", "周三", "10月7日", "Oct 7",
        "今天的", "今天？", "for today", "7号", "the 7th", "this Wednesday", "today.",
    ],
    "2026-10-06": [
        "yesterday", "昨天", "昨日", "1 day ago", "1天前", "一天前", "tuesday", "last-tue", "周二",
    ],
    "2026-10-05": [
        "2026-10-05", "20261005", " 2026-10-05 ", "２０２６-１０-０５", "２０２６／１０／５", "2026/10/05",
        "2026/10/5", "2026-10-5", "2026.10.5", "2026年10月5日", "2026年10月05号", "二〇二六年十月五日",
        "今年10月5日", "10月5日", "10月5号", "10月5號", "10 月 5 日", "10月5", "１０月５日", "十月五日",
        "5号", "五号", "本月5号", "前天", "前日", "本周一", "星期一", "週一", "禮拜一", "周1", "这个星期一",
        "两天前", "二天以前", "2日前", "Oct 5", "oct. 5", "October 5th", "on Oct 5", "5 Oct", "5th October",
        "the 5th of October", "Oct 5, 2026", "5 October 2026", "Oct 5 this year", "the 5th", "2 days ago",
        "two days ago", "monday", "last monday", "on Monday", "the day before yesterday",
    ],
    "2026-10-04": [
        "大前天", "3 days ago", "3days ago", "three days ago", "三天前", "3天前", "３天前", "3 天前",
        "三天之前", "sunday", "last Sun", "上周日", "上个星期天", "上礼拜日", "上週日",
    ],
    "2026-10-01": [
        "last thursday", "thurs", "十月一号", "本月一号", "thursday last week", "last week Thursday",
    ],
    "2026-09-30": [
        "wednesday", "last wednesday", "上周三", "7 days ago", "七天前", "a week ago", "一周前", "30号",
    ],
    "2026-09-28": ["上周一"],
    "2026-09-27": ["十天前", "10 days ago", "上上周日"],
    "2026-09-23": ["two weeks ago", "两周前", "两个星期前", "上上周三", "2个礼拜前"],
    "2026-09-22": ["十五天前", "上上个星期二"],
    "2026-09-17": ["二十天前", "twenty days ago"],
    "2026-09-05": ["上个月5号", "上月五日", "Sep 5", "sept 5th"],
    "2025-10-08": ["10月8日", "Oct 8", "去年10月8号"],
    "2025-10-05": ["去年10月5日", "Oct 5 last year"],
    "2026-03-18": ["3月18号", "3月18日", "三月十八号", "三月十八日", "march-18", "18 March"],
    "2025-12-31": ["Dec 31", "12月31日"],
    "2024-02-29": ["2024-02-29", "Feb 29", "2月29日"],
    "1000-01-01": ["1000-01-01"],
    "2026-10-05..2026-10-07": [
        "this week", "本周", "这周", "这个星期", "这个礼拜", "本星期", "這週", "这周的", "since monday",
        "周一以来", "周一到今天", "monday to today", "从前天到今天", "最近3天", "last 3 days",
        "10月5日至今", "10月5日起", "2026-W41", "W41", "第41周", "2026年第41周", "week 41",
    ],
    "2026-09-28..2026-10-04": [
        "last week", "Last  Week", "last-week", "last_week", "for last week", "previous week", "上周",
        "上个星期", "上星期", "上个礼拜", "上一周", "上週", "上周的", "上 周", "上周一到周日",
        "2026-09-28..2026-10-04", "2026-W40",
    ],
    "2026-09-21..2026-09-27": ["上上周", "上上个星期", "the week before last"],
    "2026-10-03..2026-10-04": ["上周末", "last weekend", "the weekend", "weekend"],
    "2026-10-01..2026-10-07": [
        "this month", "本月", "这个月", "当月", "10月", "十月", "10月份", "October", "Oct", "in October",
        "2026-10", "2026/10", "2026年10月", "oct 2026", "最近7天", "近7天", "过去7天", "过去的七天",
        "最近 7 天", "最近一周", "近一个星期", "last 7 days", "past seven days", "the last 7 days",
        "past week", "last 1 week", "本季度", "this quarter", "Q4", "since Oct 1",
    ],
    "2026-09-01..2026-09-30": [
        "last month", "last-month", "上月", "上个月", "上一个月", "上個月", "9月", "九月", "September",
        "sept 2026", "2026-09", "2026年9月份", "previous month",
    ],
    "2026-08-01..2026-08-31": ["上上个月", "8月", "august", "month before last"],
    "2025-11-01..2025-11-30": ["11月", "November", "去年11月", "2025-11", "november last year"],
    "2026-03-01..2026-03-31": ["3月", "三月", "March", "今年3月"],
    "2026-09-24..2026-10-07": ["最近两周", "近14天", "last 2 weeks", "过去两个星期", "past two weeks"],
    "2026-09-08..2026-10-07": [
        "最近30天", "过去三十天", "past 30 days", "最近一个月", "past month", "近1个月",
    ],
    "2026-07-08..2026-10-07": ["最近三个月", "last 3 months", "past quarter"],
    "2025-10-08..2026-10-07": ["最近一年", "past year", "last 12 months"],
    "2026-01-01..2026-10-07": ["今年", "本年", "this year", "2026年", "1月到10月", "jan - oct"],
    "2025-01-01..2025-12-31": ["去年", "last year", "2025年"],
    "2026-07-01..2026-09-30": [
        "上季度", "上个季度", "last quarter", "Q3", "2026Q3", "2026-Q3", "Q3 2026", "第三季度", "三季度",
        "2026年第三季度", "7月到9月", "July to September", "jul-sep",
    ],
    "2026-10-01..2026-10-05": [
        "2026-10-01..2026-10-05", "2026-10-01 to 2026-10-05", "2026-10-01 - 2026-10-05",
        "2026-10-01~2026-10-05", "2026-10-01到2026-10-05", "20261001-20261005", "10月1日到10月5日",
        "10月1日至5日", "10月1号到5号", "10月1日-10月5日", "10月1-5日", "10月1日～5日",
        "10 月 1 日 到 5 日", "从10月1日到10月5日", "1号到5号", "本月1号到5号", "2026年10月1日至5日",
        "10月1日到2026年10月5日", "Oct 1 - Oct 5", "oct 1-5", "Oct 1–5", "Oct 1 to 5",
        "from oct 1 to oct 5", "between Oct 1 and Oct 5", "oct 1 through oct 5, 2026",
    ],
    "2026-09-28..2026-09-30": ["上周一到周三", "上周一至上周三"],
    "2026-10-02..2026-10-06": ["上周五到周二", "上周五到昨天", "friday to yesterday"],
    "2025-12-28..2026-01-03": [
        "12月28日到1月3日", "Dec 28 - Jan 3", "2025年12月28日到1月3日", "dec 28 to jan 3, 2026",
    ],
    "date_ambiguous": [
        "03/04", "3/4", "3.4", "03-04", "03/04/2026", "03.04.26", "31/12", "３／４", "10/1到10/5",
        "10/1-10/5", "since 3/4",
    ],
    "date_impossible": [
        "2026-02-30", "20260230", "2026-13-01", "2026-00-10", "2026-10-00", "2025-02-29", "0000-01-01",
        "2026-13", "Feb 30", "2月30日", "13月1日", "0月5日", "Oct 32", "2025年2月29日", "Feb 29 2025",
        "32号", "上个月31号", "W54", "2025-W53", "10月1日到32日",
    ],
    "date_not_understood": [
        "", " ", "junk", "2026", "2026-1005", "202610055", "2026-10-05T00:00", "-2026-10-05", "0001-01-01",
        "0999-12-31", "0999-10", "2026-10-05\0", "最近", "最近几天", "前几天", "这几天", "recently",
        "last few days", "a couple of days ago", "a month ago", "一个月前", "三天", "一周", "7 days",
        "for 3 days", "in 3 days", "week", "昨晚", "今早", "last night", "月初", "月底", "国庆", "春节",
        "christmas", "last october", "最近0天", "last 0 days", "999999 days ago", "last 40000 days",
        "month to date", "to", "到", "..", "-", "since", "今天到", "two days", "今天和昨天", "until friday",
        "今天的账单",
    ],
    "date_in_future": [
        "2026-10-08", "20261008", "9999-12-31", "周四", "本周日", "Oct 8 2026", "2026年10月8日", "tomorrow",
        "明天", "后天", "後天", "下周", "下周三", "下个月", "明年", "next week", "next month",
        "next friday", "this friday", "this weekend", "周末", "本月20号", "2026-11", "2026年12月",
        "2026-W42", "2027年", "since tomorrow", "10月5日到10月12日", "周一到周五", "monday to friday",
        "2026-10-05..2026-10-08", "9999-12-31 to 5", "5号到3号",
    ],
    "span_reversed": ["昨天到前天", "10月5日到10月1日", "oct 5 - oct 1", "2026-10-05..2026-10-01"],
}  # fmt: skip

ON_OTHER_DAYS = {
    "2026-11-22": {  # a Sunday
        "2026-11-22": ["周日", "星期天", "礼拜天", "this sunday"],
        "2026-11-15": ["sunday", "last sunday", "上周日"],
        "2026-11-20": ["friday", "last friday", "周五", "this friday"],
        "2026-11-21..2026-11-22": ["周末", "这周末", "weekend", "this weekend", "周末的"],
        "2026-11-14..2026-11-15": ["上周末", "last weekend"],
        "2026-10-25..2026-11-03": ["25号到3号", "10月25日到11月3日"],
        "2026-10-23..2026-11-22": ["最近一个月"],
        "date_in_future": ["周一到下周一", "11月20日到25日"],
    },
    "2026-10-05": {  # a Monday
        "2026-10-05": ["周一", "this week", "本周", "本周一"],
        "2026-09-28": ["monday", "上周一"],
        "2026-09-28..2026-10-04": ["last week", "上周"],
        "2026-10-03..2026-10-04": ["weekend", "上周末"],
        "date_in_future": ["周日", "周末"],
    },
    "2026-01-01": {  # a Thursday in ISO week 1
        "2026-01-01": ["this month", "今年", "本月", "一月", "Q1", "1月1日"],
        "2025-12-31": ["yesterday", "昨天", "周三", "12月31日"],
        "2025-12-30": ["前天"],
        "2025-12-29..2026-01-01": ["this week", "本周", "W1"],
        "2025-12-22..2025-12-28": ["last week", "上周"],
        "2025-12-01..2025-12-31": ["last month", "上个月", "12月"],
        "2025-10-01..2025-12-31": ["last quarter", "上季度", "Q4"],
        "2025-01-01..2025-12-31": ["去年", "last year"],
    },
    "2028-02-29": {  # a leap day
        "2028-02-29": ["Feb 29", "2月29日", "29号"],
        "2027-02-28": ["去年2月28日"],
        "2028-02-01..2028-02-29": ["2月", "February", "this month"],
        "2028-01-30..2028-02-29": ["最近一个月"],
        "2027-03-01..2028-02-29": ["最近一年", "past year"],
        "date_impossible": ["去年2月29日", "Feb 29 2027"],
    },
    "2026-03-31": {
        "2026-02-01..2026-02-28": ["last month", "上个月"],
        "2026-03-01..2026-03-31": ["最近一个月", "past month"],
    },
    "2026-12-31": {  # a Thursday in ISO week 53
        "2026-12-28..2026-12-31": ["this week", "W53", "2026-W53", "第53周"],
        "2026-12-27": ["last sunday", "上周日"],
        "2026-12-21..2026-12-27": ["last week", "上周", "第52周"],
        "date_in_future": ["周五", "2027-01-01"],
    },
    "2027-01-01": {  # a Friday, still in ISO week 53
        "2026-12-28..2027-01-01": ["this week", "本周", "2026年第53周"],
        "2026-12-30": ["周三", "前天"],
        "2026-12-24": ["上周四"],
        "2026-12-01..2026-12-31": ["上个月", "December"],
        "date_in_future": ["2027-W01", "周六"],
    },
}  # fmt: skip

AMOUNTS = {
    "15 USD": [
        "15", " 15 ", "$15", "US$15", "$ 15", "15$", "15 usd", "usd 15", "15USD", "＄１５", "$15 USD",
        "15.00", "15 dollars", "fifteen dollars", "fifteen", "15 US dollars", "15 bucks", "15美元",
        "15 美金", "15刀", "十五美元", "十五", "一十五美金",
    ],
    "15.5 USD": ["15.5", "$15.50", "15.5 USD", "15.5美元", "十五点五美元"],
    "0.5 USD": [".5", "$.50", "50 cents", "50¢", "fifty cents", "50美分"],
    "1234.56 USD": ["1234.56", "1,234.56", "$1,234.56", "１，２３４．５６"],
    "1000 USD": ["1000", "1,000", "1_000", "1k", "$1K", "a thousand dollars", "一千美元", "1千美元"],
    "10000 USD": ["1万", "一万美元", "1萬美元", "10,000"],
    "1 USD": ["1", "a dollar", "100 cents", "一美元"],
    "1000000000 USD": ["1000000000", "10亿", "1,000,000,000"],
    "0.000000000001 USD": ["0.000000000001"],
    "100 CNY": [
        "100元", "100 元", "100块", "100块钱", "100塊", "¥100", "￥100", "CN¥100", "100 RMB", "rmb100",
        "100人民币", "人民币100元", "¥100元", "100 cny", "一百元", "一百块钱", "1百块", "100 yuan",
        "100元人民币",
    ],
    "120 USD": ["一百二", "$120"],
    "120 CNY": ["120元", "一百二十块"],
    "3.5 CNY": ["3块5", "3块5毛", "三块五", "三元五角", "3.5元", "35毛"],
    "0.5 CNY": ["5毛", "五毛钱", "5角", "50分", "0.5元"],
    "15000 CNY": ["1.5万元", "一万五千元", "一万五千块", "15,000元"],
    "100 JPY": ["JP¥100", "100円", "100日元", "100 yen", "100 JPY"],
    "20 EUR": ["€20", "20€", "20欧元", "20歐元", "20 euros", "二十欧元", "eur 20"],
    "5 GBP": ["£5", "5英镑", "five pounds", "￡5"],
    "50 HKD": ["HK$50", "50港币", "50港元", "HK$50港币"],
    "50 CAD": ["$50 CAD", "C$50", "50加元"],
}  # fmt: skip

REFUSED_AMOUNTS = {
    "amount_not_understood": [
        "", " ", "$", "元", "abc", "NaN", "inf", "Infinity", "1e5", "1e400", "0x10", "15-20", "15~20",
        "15 20", "+5", "15.", "½", "15²", "١٥", "15 xyz", "$15元", "$5 cents", "15 USD EUR", "15/day",
        "about 15", "一百多", "几块钱", "百元", "五五美元", "1 000", "15%", "15\0",
    ],
    "amount_ambiguous": ["1,5", "12,34", "1.234,56", "1.234.567", "0,5", "$1,50", "1,2345"],
    "amount_not_positive": ["0", "$0", "0元", "零", "-5", "-$5", "$-5", "－５", "负五美元"],
    "amount_too_large": ["1000000001", "11亿", "1000000000.01", "9" * 60, "-2000000000"],
    "amount_too_precise": ["0.0000000000001", "1.0000000000001", "0.000000000001 cents"],
}  # fmt: skip


def rows(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(expected, text) for expected, texts in table.items() for text in texts]


DATES = [
    (today, *row)
    for today, table in {"2026-10-07": ON_A_WEDNESDAY, **ON_OTHER_DAYS}.items()
    for row in rows(table)
]


def test_the_table_is_long() -> None:
    texts = [text for _, _, text in DATES] + [text for _, text in rows(AMOUNTS) + rows(REFUSED_AMOUNTS)]
    assert len(set(texts)) >= 500


@pytest.mark.parametrize(("today", "days", "text"), [row for row in DATES if row[1][0].isdigit()])
def test_a_day_or_span_is_understood(today: str, days: str, text: str) -> None:
    first, _, last = days.partition("..")
    bounds = (date.fromisoformat(first), date.fromisoformat(last or first))
    assert parse_day_or_span(text, date.fromisoformat(today), ZONE) == Period(*bounds, *ZONE[:2])


@pytest.mark.parametrize(("today", "code", "text"), [row for row in DATES if not row[1][0].isdigit()])
def test_a_date_that_is_none_is_refused_and_quoted(today: str, code: str, text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse_day_or_span(text, date.fromisoformat(today), ZONE)
    facts = caught.value.facts
    assert (caught.value.code, caught.value.exit_code, facts.get("given", text)) == (code, 2, text)
    assert facts.get("today", today) == today


@pytest.mark.parametrize(("day", "text"), [row for row in rows(ON_A_WEDNESDAY) if len(row[0]) == 10])
def test_a_day_is_understood_where_only_a_day_will_do(day: str, text: str) -> None:
    assert parse_day(text, date(2026, 10, 7)) == date.fromisoformat(day)


@pytest.mark.parametrize(("days", "text"), [row for row in rows(ON_A_WEDNESDAY) if ".." in row[0]])
def test_a_span_is_no_day(days: str, text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse_day(text, date(2026, 10, 7))
    assert (caught.value.code, caught.value.facts) == ("date_not_understood", {"given": text})


@pytest.mark.parametrize(("expected", "text"), rows(AMOUNTS))
def test_an_amount_is_understood(expected: str, text: str) -> None:
    amount, currency = expected.split()
    assert parse_amount(text, "USD") == Money(Decimal(amount), currency)


@pytest.mark.parametrize(("code", "text"), rows(REFUSED_AMOUNTS))
def test_an_amount_that_is_none_is_refused_and_quoted(code: str, text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse_amount(text, "USD")
    assert (caught.value.code, caught.value.facts["given"], caught.value.exit_code) == (code, text, 2)
