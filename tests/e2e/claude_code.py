"""How the real Claude Code is started on a stage: its settings, its screen, its runs without one.

Source: @anthropic-ai/claude-code 2.1.330, checked 2026-11-22.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

from claude_code_terminal import answer_first_questions

from .installed import Installed
from .screen import Screen
from .stage import Stage

PROMPT_SIGN = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
ANSWER = "Nothing to add."
"""What the model server says where no reply was scripted."""


class ClaudeCode:
    """The program on a stage, with our plug-in loaded from the skill's folder."""

    def __init__(self, installed: Installed, stage: Stage) -> None:
        self.stage = stage
        self.program = installed.program
        self.plugin: Sequence[str | Path] = ["--plugin-dir", stage.skill]
        stage.environment.update(
            ANTHROPIC_BASE_URL=stage.address,
            ANTHROPIC_API_KEY="sk-ant-invented-for-a-loopback-server",
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1",
            DISABLE_AUTOUPDATER="1",
            DISABLE_TELEMETRY="1",
        )
        answer_first_questions(stage.project, stage.environment)

    @contextmanager
    def opened(self, *words: str) -> Iterator[Screen]:
        """Start it in a terminal; the block begins when it takes a prompt."""
        start = [self.program, "--permission-mode", "acceptEdits", *words, *self.plugin]
        with self.stage.screen(start) as screen:
            screen.wait_for(PROMPT_SIGN)
            yield screen

    def ask(self, screen: Screen, prompt: str) -> None:
        """Type a prompt and wait for the answer to it."""
        screen.type(prompt)
        screen.wait_for(ANSWER, times=screen.text.count(ANSWER) + 1)

    def leave(self, screen: Screen) -> None:
        """Leave, as a person does, and wait for the end."""
        screen.type("/exit")
        screen.wait_for_end()

    def print_answer(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run it without a terminal (`-p`)."""
        return self.stage.run([self.program, "-p", "Count the teas.", *words, *self.plugin], **environment)

    def use_skills_folder(self) -> None:
        """Have the plug-in loaded from the folder of the person's skills instead."""
        skills = self.stage.home / ".claude" / "skills"
        skills.mkdir(parents=True)
        (skills / "token-tracker").symlink_to(self.stage.skill)
        self.plugin = []
