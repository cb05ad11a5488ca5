"""Answers of the commands about the session-start hook, made by hand; no test lives here."""

from __future__ import annotations

from token_tracker.errors import SettingsError
from token_tracker.reports.hooks import HookChange
from token_tracker.reports.hooks import HookChanges
from token_tracker.reports.hooks import HookState
from token_tracker.reports.hooks import Ours
from token_tracker.reports.hooks import Uninstalled

UNREADABLE = SettingsError("host_file_unreadable", path="/home/li/.codex/hooks.json", line="3")
CLAUDE = ("claude-code", "Claude Code")
CODEX = ("codex", "Codex")
OPENCLAW = ("openclaw", "OpenClaw")
SETTINGS = "/home/li/.claude/settings.json"
HOOKS = "/home/li/.codex/hooks.json"
CONFIG = "/home/li/.openclaw/openclaw.json"
FOLDER = "/home/li/.openclaw/hooks/token-tracker-bootstrap"
DIFF = """\
--- /home/li/.claude/settings.json
+++ /home/li/.claude/settings.json
@@ -1,3 +1,4 @@
 {
-  "model": "…"
+  "model": "…",
+  "hooks": {}
 }"""
OFF = "hooks.internal.enabled"

HOME = "/home/li/.token-tracker"
CACHE = "/home/li/.cache/token-tracker"
SKILL = "/home/li/.claude/skills/token-tracker"

ANSWERS: dict[str, tuple[str, tuple[HookState, ...] | HookChanges | Uninstalled]] = {
    "hooks-status": (
        "setup-hook status",
        (
            HookState(*CLAUDE, True, True, "plugin", "/home/li/.claude/skills/token-tracker", "real"),
            HookState(*CODEX, True, True, "settings", HOOKS, "real", needs=("approve-hooks",)),
            HookState(*OPENCLAW, True, False, "hook-file", FOLDER, "real", switched_off=OFF),
        ),
    ),
    "hooks-status-of-trouble": (
        "setup-hook status",
        (
            HookState(*CLAUDE, True, True, "settings", SETTINGS, "real", is_outdated=True),
            HookState(*CODEX, True, False, "settings", HOOKS, "real", error=UNREADABLE),
            HookState(
                *OPENCLAW,
                True,
                True,
                "hook-file",
                FOLDER,
                "real",
                needs=("restart-gateway", "allow-injection"),
            ),
        ),
    ),
    "hooks-status-of-none": (
        "setup-hook status",
        (
            HookState(*CLAUDE, False, False, "settings", SETTINGS, "real"),
            HookState(*CODEX, True, False, "settings", HOOKS, "real", is_declined=True),
            HookState(*OPENCLAW, True, False, "hook-file", FOLDER, "real"),
        ),
    ),
    "hooks-would-install": (
        "setup-hook install",
        HookChanges(
            (
                HookChange(*CLAUDE, "would-install", SETTINGS, DIFF),
                HookChange(*CODEX, "declined"),
                HookChange(*OPENCLAW, "would-install", CONFIG, files=(f"{FOLDER}/HOOK.md",)),
            ),
            False,
        ),
    ),
    "hooks-installed": (
        "setup-hook install",
        HookChanges(
            (
                HookChange(*CLAUDE, "installed", SETTINGS, DIFF, backup="/home/li/.token-tracker/hooks/x"),
                HookChange(*CODEX, "failed", HOOKS, error=UNREADABLE),
                HookChange(*OPENCLAW, "switched-off", CONFIG, switched_off=OFF),
            ),
            True,
        ),
    ),
    "hooks-there-already": (
        "setup-hook install",
        HookChanges(
            (
                HookChange(*CLAUDE, "by-plugin", "/home/li/.claude/skills/token-tracker"),
                HookChange(*CODEX, "already", HOOKS, needs=("approve-hooks",)),
                HookChange(*OPENCLAW, "not-found", "/home/li/.openclaw"),
            ),
            True,
        ),
    ),
    "hooks-removed": (
        "setup-hook uninstall",
        HookChanges(
            (
                HookChange(*CLAUDE, "removal-by-plugin", "/home/li/.claude/skills/token-tracker"),
                HookChange(*CODEX, "absent", HOOKS),
                HookChange(*OPENCLAW, "removed", CONFIG, files=(f"{FOLDER}/HOOK.md",)),
            ),
            True,
        ),
    ),
    "uninstalled": (
        "uninstall",
        Uninstalled(
            HookChanges(
                (HookChange(*CLAUDE, "removed", SETTINGS), HookChange(*CODEX, "absent", HOOKS)), True
            ),
            Ours(HOME, (f"{HOME}/ledger.db",), 204_800, (f"{HOME}/notes.txt",)),
            Ours(CACHE, (f"{CACHE}/valid",), 41_203_311, ()),
            SKILL,
            True,
        ),
    ),
    "would-uninstall": (
        "uninstall",
        Uninstalled(
            HookChanges((HookChange(*CLAUDE, "would-remove", SETTINGS, DIFF),), False),
            None,
            Ours(CACHE, (f"{CACHE}/valid",), 41_203_311, ()),
            SKILL,
            False,
        ),
    ),
    "uninstall-stopped": (
        "uninstall",
        Uninstalled(
            HookChanges((HookChange(*CODEX, "failed", HOOKS, error=UNREADABLE),), True),
            Ours(HOME, (f"{HOME}/ledger.db",), 204_800, ()),
            Ours(CACHE, (f"{CACHE}/valid",), 41_203_311, ()),
            SKILL,
            False,
        ),
    ),
    "hooks-would-remove": (
        "setup-hook uninstall",
        HookChanges((HookChange(*OPENCLAW, "would-remove", CONFIG),), False),
    ),
}
