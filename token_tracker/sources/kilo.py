"""The Kilo Code editor extension, before it became a program of its own: its tasks (`_task_messages.py`)."""

from __future__ import annotations

from token_tracker.sources._task_files import task_source

SOURCE = task_source("kilo", "Kilo Code", "kilocode.kilo-code")
