"""Command lines as people write them, and what they read when one is not understood."""

from __future__ import annotations

import pytest

from cli.answers import TOKENS
from cli.answers import Ask
from token_tracker.cli.commands import GROUPS
from token_tracker.cli.commands import full_command_line

UNDERSTOOD = {
    "": "summary",
    "--lang zh": "summary --lang zh",
    "--json --date yesterday": "summary --json --date yesterday",
    "--lang zh bill --by hour": "bill --lang zh --by hour",
    "--home=/h --lang=zh sync": "sync --home=/h --lang=zh",
    "sources": "sources list",
    "sources --json": "sources list --json",
    "--json sources": "sources list --json",
    "sources --lang zh enable codex": "sources enable --lang zh codex",
    "prices --provider openai": "prices list --provider openai",
    "config": "config list",
    "config set language zh": "config set language zh",
    "--help": "--help",
    "-h": "--help",
    "--lang zh --help": "--help",
    "sources -h": "sources --help",
    "provider": "provider --help",
    "--json provider trust x.py": "provider trust --json x.py",
    "bill --help": "bill --help",
    "--version": "version",
    "--json -V": "version --json",
    "bogus --json": "bogus --json",
    "--lang": "summary --lang",
}


@pytest.mark.parametrize(("given", "meant"), UNDERSTOOD.items())
def test_the_words_of_the_command_come_first_and_none_is_left_out(given: str, meant: str) -> None:
    assert full_command_line(given.split()) == meant.split()


@pytest.mark.parametrize("words", [[], ["summary"], ["--date", "today"], ["--lang", "en"]], ids=" ".join)
def test_no_command_means_summary(words: list[str], ask: Ask, logs: object) -> None:
    answer = ask(*words)

    assert (answer.exit_code, answer.out.splitlines()[0]) == (
        0,
        f"Today (Oct 5): $0.01 — {TOKENS} tokens in 1 request.",
    )


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["--lang", "zh", "--help"]], ids=" ".join)
def test_help_lists_every_command_in_order(words: list[str], ask: Ask) -> None:
    answer = ask(*words)

    commands = answer.out.partition("Commands:\n")[2]
    listed = [line.split()[0] for line in commands.splitlines() if line.strip()]
    assert (answer.exit_code, listed, "..." in commands) == (0, list(GROUPS), False)


SUBCOMMANDS = {
    "budget": ["list", "remove"],
    "sources": ["list", "enable", "disable", "add-path", "set-billing"],
    "provider": ["trust"],
    "config": ["list", "get", "set"],
    "prices": ["list", "show", "set", "currency", "update"],
    "rates": ["list", "set", "update"],
    "setup-hook": ["check", "status", "install", "uninstall", "decline"],
    "automation": ["list", "render"],
}
WITH_HELP = [
    words for name in GROUPS for words in ([[name, one] for one in SUBCOMMANDS.get(name, [])] or [[name]])
]


@pytest.mark.parametrize("words", WITH_HELP, ids=" ".join)
def test_help_of_every_command_has_examples_in_lines_of_their_own(words: list[str], ask: Ask) -> None:
    answer = ask(*words, "--help")

    examples = answer.out.partition("Examples:\n")[2].partition("\n\n")[0].splitlines()
    assert answer.exit_code == 0
    assert examples
    assert [line for line in examples if not line.startswith(f"    token-tracker {words[0]}")] == []


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_help_of_a_group_lists_its_commands(name: str, ask: Ask) -> None:
    answer = ask(name, "--help")

    listed = [line.split()[0] for line in answer.out.partition("Commands:\n")[2].splitlines() if line.strip()]
    assert (answer.exit_code, listed) == (0, SUBCOMMANDS[name])


@pytest.mark.parametrize("words", [["--version"], ["-V"]], ids=" ".join)
def test_the_version_is_an_option_too(words: list[str], ask: Ask) -> None:
    assert ask(*words) == ask("version")


@pytest.mark.parametrize("date", ["last-week", "last week", "Last Week", "上周"])
def test_a_week_may_be_written_with_a_hyphen(date: str, ask: Ask, logs: object) -> None:
    period = ask("summary", "--date", date, "--json").document["period"]

    assert (period["first_day"], period["last_day"]) == ("2026-09-28", "2026-10-04")


MISUNDERSTOOD = [
    (
        "sumary",
        [
            "There is no command sumary.",
            "The nearest is summary.",
            "Run `token-tracker --help` to see all commands.",
        ],
        ["没有“sumary”这个命令。", "最接近的是 summary。", "运行 `token-tracker --help` 查看全部命令。"],
    ),
    (
        "sources bogus",
        [
            "There is no command sources bogus.",
            "There are: list, enable, disable, add-path, set-billing.",
            "Run `token-tracker sources --help` to see what there is.",
        ],
        [
            "没有“sources bogus”这个命令。",
            "现有的命令：list、enable、disable、add-path、set-billing。",
            "运行 `token-tracker sources --help` 查看用法。",
        ],
    ),
    (
        "bill --bogus",
        [
            "The command line was not understood.",
            "No such option: --bogus.",
            "Run `token-tracker bill --help` to see what it takes.",
        ],
        ["看不懂这条命令。", "没有选项 --bogus。", "运行 `token-tracker bill --help` 查看用法。"],
    ),
    (
        "bill --jso",
        [
            "The command line was not understood.",
            "No such option: --jso (Possible options: --json, --source).",
            "Run `token-tracker bill --help` to see what it takes.",
        ],
        [
            "看不懂这条命令。",
            "没有选项 --jso，最接近的是 --json, --source。",
            "运行 `token-tracker bill --help` 查看用法。",
        ],
    ),
    (
        "config set",
        [
            "The command line was not understood.",
            "Missing argument 'KEY'.",
            "Run `token-tracker config set --help` to see what it takes.",
        ],
        ["看不懂这条命令。", "缺少参数 KEY。", "运行 `token-tracker config set --help` 查看用法。"],
    ),
    (
        "purge",
        [
            "The command line was not understood.",
            "Missing option '--before'.",
            "Run `token-tracker purge --help` to see what it takes.",
        ],
        ["看不懂这条命令。", "缺少选项 --before。", "运行 `token-tracker purge --help` 查看用法。"],
    ),
    (
        "summary extra",
        [
            "The command line was not understood.",
            "Got unexpected extra argument(s) (extra).",
            "Run `token-tracker summary --help` to see what it takes.",
        ],
        ["看不懂这条命令。", "多了参数 extra。", "运行 `token-tracker summary --help` 查看用法。"],
    ),
    (
        "sync --quiet=yes",
        [
            "The command line was not understood.",
            "Option '--quiet' does not take a value.",
            "Run `token-tracker sync --help` to see what it takes.",
        ],
        ["看不懂这条命令。", "选项 --quiet 后面不能带值。", "运行 `token-tracker sync --help` 查看用法。"],
    ),
    (
        "bill --date",
        [
            "The command line was not understood.",
            "Option '--date' requires an argument.",
            "Run `token-tracker bill --help` to see what it takes.",
        ],
        ["看不懂这条命令。", "选项 --date 后面缺少值。", "运行 `token-tracker bill --help` 查看用法。"],
    ),
    (
        "bill --lang fr",
        [
            "The language fr is not available.",
            "Answers are written in Chinese or English.",
            "Use `--lang zh` or `--lang en`.",
        ],
        ["没有“fr”这种语言。", "目前只有中文和英文。", "请用 `--lang zh` 或 `--lang en`。"],
    ),
]


@pytest.mark.parametrize(
    ("given", "english", "chinese"), MISUNDERSTOOD, ids=[one[0] for one in MISUNDERSTOOD]
)
def test_a_misunderstanding_is_told_in_three_lines(
    given: str, english: list[str], chinese: list[str], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_english = ask(*given.split())
    monkeypatch.setenv("TOKEN_TRACKER_LANG", "zh")
    in_chinese = ask(*given.split())

    assert (in_english.exit_code, in_english.out, in_english.err.splitlines()) == (2, "", english)
    assert (in_chinese.exit_code, in_chinese.out, in_chinese.err.splitlines()) == (2, "", chinese)
