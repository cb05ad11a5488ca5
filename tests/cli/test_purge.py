"""`purge` removes nothing that nobody agreed to."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from cli.answers import Ask


class Terminal(io.StringIO):
    """A terminal at which somebody types, or reads."""

    def isatty(self) -> bool:
        return True


def events(ask: Ask) -> int:
    """Count the responses that are kept."""
    answer = ask("bill", "--since", "2026-10-01", "--no-sync", "--json")
    return int(answer.document["data"]["total"]["requests"])


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Nothing was removed."), ("zh", "没有删除任何内容")])
def test_without_a_terminal_and_without_yes_nothing_is_removed(
    lang: str, sentence: str, ask: Ask, logs: Path
) -> None:
    ask("sync")

    answer = ask("purge", "--before", "2026-10-05", "--lang", lang)

    assert (answer.exit_code, answer.err, sentence in answer.out) == (0, "", True)
    assert "--yes" in answer.out
    assert ask("purge", "--before", "2026-10-05", "--json").document["data"]["dry_run"] is True
    assert events(ask) == 2


@pytest.mark.parametrize(
    ("lang", "question", "typed", "left"),
    [
        ("en", "Remove 1 response before 2026-10-05 for ever? [y/N] ", "y\n", 1),
        ("en", "Remove 1 response before 2026-10-05 for ever? [y/N] ", "YES\n", 1),
        ("en", "Remove 1 response before 2026-10-05 for ever? [y/N] ", "\n", 2),
        ("en", "Remove 1 response before 2026-10-05 for ever? [y/N] ", "", 2),
        ("zh", "永久删除 2026-10-05 之前的 1 次响应？[y/N] ", "是\n", 1),
        ("zh", "永久删除 2026-10-05 之前的 1 次响应？[y/N] ", "n\n", 2),
    ],
)
def test_at_a_terminal_the_person_is_asked_in_their_language(
    lang: str, question: str, typed: str, left: int, ask: Ask, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("sync", "--lang", lang)
    screen = Terminal()
    with monkeypatch.context() as terminal:
        terminal.setattr(sys, "stdin", Terminal(typed))
        terminal.setattr(sys, "stderr", screen)
        answer = ask("purge", "--before", "2026-10-05", "--json")

    assert (answer.exit_code, screen.getvalue()) == (0, question)
    assert answer.document["data"]["dry_run"] is (left == 2)
    assert events(ask) == left


def test_nobody_is_asked_where_there_is_nothing_to_remove(
    ask: Ask, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))

    assert ask("purge", "--before", "2026-01-01").exit_code == 0
    assert screen.getvalue() == ""


def test_what_was_removed_does_not_come_back_with_its_log(ask: Ask, logs: Path) -> None:
    ask("sync")

    ask("purge", "--before", "2026-10-05", "--yes")
    ask("sync")

    assert events(ask) == 1
