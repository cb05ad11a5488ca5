"""Type prompts into the host's screen, for what it does only when somebody sits before it."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

from claude_code_cases import Run

WAIT_S = 40
POLL_S = 0.3
SETTLE_S = 1.0
PROMPT_SIGN = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
KEY_TAIL_CHARS = 20
"""The host remembers an approved key by its last characters."""


def type_into_host(host: Path, run: Run, project: Path, environment: dict[str, str]) -> None:
    """Start the host in a terminal of its own, type each prompt, and leave.

    After each prompt it waits for the text of `run.screen_shows` at the same position.
    """
    answer_first_questions(project, environment)
    terminal = ["tmux", "-L", f"record-{project.parents[2].name}"]
    settings = {**environment, **dict(run.environment), "TERM": "xterm-256color"}
    start = [*terminal, "-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "60", "-c", str(project)]
    subprocess.run([*start, str(host), *run.arguments], check=True, env=settings)
    try:
        wait_for(terminal, PROMPT_SIGN)
        for prompt, sign in zip(run.prompts, run.screen_shows, strict=True):
            send(terminal, prompt)
            wait_for(terminal, sign)
            if prompt.startswith("/btw"):
                subprocess.run([*terminal, "send-keys", "Escape"], check=True)
            time.sleep(SETTLE_S)
        send(terminal, "/exit")
        time.sleep(3 * SETTLE_S)
    finally:
        subprocess.run([*terminal, "kill-server"], check=False, capture_output=True)


def send(terminal: list[str], prompt: str) -> None:
    """Type one prompt and press Enter."""
    subprocess.run([*terminal, "send-keys", "-l", prompt], check=True)
    time.sleep(SETTLE_S)
    subprocess.run([*terminal, "send-keys", "Enter"], check=True)


def answer_first_questions(project: Path, environment: dict[str, str]) -> None:
    """Write the answers that the host would ask for on its first screen."""
    settings = Path(environment["HOME"]) / ".claude.json"
    answers = json.loads(settings.read_text()) if settings.exists() else {}
    answers |= {"hasCompletedOnboarding": True, "theme": "dark"}
    key_tail = environment["ANTHROPIC_API_KEY"][-KEY_TAIL_CHARS:]
    answers["customApiKeyResponses"] = {"approved": [key_tail], "rejected": []}
    answers.setdefault("projects", {}).setdefault(str(project), {})["hasTrustDialogAccepted"] = True
    settings.write_text(json.dumps(answers))


def wait_for(terminal: list[str], sign: str) -> None:
    """Wait until the screen shows the text.

    Raises: TimeoutError with the screen's text, so that the reader sees what is in the way.
    """
    deadline = time.monotonic() + WAIT_S
    screen = ""
    while time.monotonic() < deadline:
        shown = subprocess.run([*terminal, "capture-pane", "-p"], check=True, capture_output=True, text=True)
        screen = shown.stdout
        if sign in screen:
            return
        time.sleep(POLL_S)
    raise TimeoutError(f"the screen never showed {sign!r}:\n{screen}")
