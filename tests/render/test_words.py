"""Both languages say the same things, and nothing that can go wrong is without words."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from published_shapes import common
from token_tracker.errors import TrackerError
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.render import errors
from token_tracker.render.errors import error_text
from token_tracker.render.problems import problem_text
from token_tracker.render.words import ErrorText
from token_tracker.render.words import ProblemText
from token_tracker.render.words import words
from token_tracker.render.zh import reasons

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "token_tracker"
PARTS = sorted(file.stem for file in (PACKAGE / "render" / "en").glob("[!_]*.py"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sentences(module: ModuleType) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(function)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


def error_sentences() -> dict[str, inspect.Signature]:
    return {name: said for part in errors.PARTS for name, said in sentences(words("en", part)).items()}


@pytest.mark.parametrize("part", PARTS)
def test_both_languages_have_the_same_sentences_with_the_same_arguments(part: str) -> None:
    assert sentences(words("zh", part)) == sentences(words("en", part))


@pytest.mark.parametrize("part", PARTS)
def test_every_argument_of_a_sentence_is_named_and_typed(part: str) -> None:
    loose = [
        f"{name}({parameter})"
        for name, signature in sentences(words("en", part)).items()
        for parameter in signature.parameters.values()
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY or parameter.annotation is parameter.empty
    ]

    assert loose == []


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def raised() -> dict[str, tuple[str, set[str]]]:
    """Give every code that the source raises, with a place and the facts it is raised with."""
    return {
        node.args[0].value: (place, {keyword.arg or "" for keyword in node.keywords})
        for place, node in calls()
        if name_of(node).endswith("Error")
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and re.fullmatch(r"[a-z]+(_[a-z]+)*", node.args[0].value)
    }


def test_every_error_that_is_raised_has_a_text_for_its_facts() -> None:
    known = error_sentences()
    missing = [
        f"{place}: {code}{sorted(facts)}"
        for code, (place, facts) in raised().items()
        if code not in known or not set(known[code].parameters) <= facts
    ]

    assert missing == []


def test_every_pair_of_files_with_errors_is_looked_through_and_no_code_is_in_two() -> None:
    pairs = {part for part in PARTS if part.endswith("errors")}

    assert set(errors.PARTS) == pairs
    assert len(error_sentences()) == sum(len(sentences(words("en", part))) for part in pairs)


def test_the_raised_errors_are_found_in_the_source() -> None:
    assert {"ledger_busy", "zone_unknown", "settings_not_json", "price_override_invalid"} <= set(raised())


def facts_of(code: str) -> dict[str, str]:
    return {name: f"<{name}>" for name in error_sentences()[code].parameters}


@pytest.mark.parametrize("code", sorted(set(error_sentences()) - {"unnamed"}))
def test_an_error_says_what_why_and_how_to_fix_it_in_one_line_each(code: str) -> None:
    english = error_text(TrackerError(code, **facts_of(code)), "en")
    chinese = error_text(TrackerError(code, **facts_of(code)), "zh")

    assert isinstance(english, ErrorText)
    assert all(line and "\n" not in line and line.endswith((".", "`.")) for line in english)
    assert not any(CHINESE.search(line) for line in english)
    assert all(CHINESE.search(line) and "\n" not in line for line in chinese)


def test_an_error_that_nobody_wrote_a_text_for_is_still_shown() -> None:
    assert error_text(TrackerError("moon_missing"), "en") == ErrorText(
        "The command failed.",
        "The error has the code moon-missing, which this version has no text for.",
        "Please report it with this code.",
    )


def test_an_error_raised_without_its_facts_is_still_shown() -> None:
    assert error_text(TrackerError("ledger_busy"), "en").what == "The ledger is in use."


def test_facts_cannot_add_lines_or_control_the_terminal() -> None:
    text = error_text(TrackerError("date_not_understood", given="1\n2\x1b[31m"), "en")

    assert text.what == "The date 1 2 [31m was not understood."


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        ("Input should be 'zh' or 'en'", "只能是 'zh' 或 'en'。"),
        ("Input should be less than or equal to 23", "不能大于 23。"),
        ("Expecting property name enclosed in double quotes", "这里应该是双引号括起来的键。"),
        ("cache_read is not a decimal price", "cache_read 不是十进制的价格。"),
        ("No such option: --dat Did you mean --date?", "没有选项 --dat。"),
        ("something nobody has met", "原因：something nobody has met"),
    ],
)
def test_a_reason_that_is_known_is_said_in_chinese(reason: str, chinese: str) -> None:
    assert reasons.reason_in_chinese(reason) == chinese


def problem_codes() -> dict[str, str]:
    """Give every code that the source makes a problem of, with a place."""
    kebab = re.compile(r"[a-z]+(-[a-z0-9]+)+")
    return {
        node.args[0].value: place
        for place, node in calls()
        if name_of(node) in {"Problem", "LineProblem"}
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and kebab.fullmatch(node.args[0].value)
    }


def test_every_problem_that_is_made_has_a_text_and_is_published() -> None:
    published = {code["const"] for code in common()["$defs"]["problem_code"]["oneOf"]}
    known = {name.replace("_", "-") for name in sentences(words("en", "problems"))}
    odd = {code: place for code, place in problem_codes().items() if code not in known & published}

    assert odd == {}


def test_every_text_of_a_problem_is_of_a_published_code() -> None:
    published = {code["const"] for code in common()["$defs"]["problem_code"]["oneOf"]}
    known = {name.replace("_", "-") for name in sentences(words("en", "problems"))}

    assert known - published == {"unnamed"}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("code", sorted(set(sentences(words("en", "problems"))) - {"unnamed"}))
def test_a_problem_is_one_sentence_in_each_language(code: str, times: int) -> None:
    problem = Problem(code.replace("_", "-"), Severity.WARNING, "claude-code", times, "detail")
    english, chinese = problem_text(problem, "en"), problem_text(problem, "zh")

    assert english.what.endswith(".")
    assert not CHINESE.search(english.what)
    assert chinese.what.endswith("。")
    assert (english.fix is None) == (chinese.fix is None)


def test_a_problem_counts_in_the_singular_and_in_the_plural() -> None:
    one = Problem("line-not-json", Severity.WARNING, "codex", 1)
    many = Problem("line-not-json", Severity.WARNING, "codex", 1200)

    assert problem_text(one, "en").what == "1 log line of codex was skipped: not JSON."
    assert problem_text(many, "en").what == "1,200 log lines of codex were skipped: not JSON."
    assert problem_text(many, "zh").what == "codex 跳过了 1,200 行不是 JSON 的日志。"


@pytest.mark.parametrize("where", ["/home/li/x.jsonl:3", "~/.claude/x", "C:\\logs\\x.jsonl", "x.jsonl:3"])
def test_a_path_never_gets_into_the_text_of_a_problem(where: str) -> None:
    problem = Problem("line-not-json", Severity.WARNING, where)

    assert problem_text(problem, "en").what == "1 log line was skipped: not JSON."


def test_a_problem_that_nobody_wrote_a_text_for_is_still_shown() -> None:
    problem = Problem("moon-missing", Severity.NOTE, times=2)

    assert problem_text(problem, "en") == ProblemText(
        "A problem of the kind moon-missing came up 2 times.", "Run `token-tracker doctor`."
    )
