"""Roo Code, an editor extension: its tasks, whose shape `_task_messages.py` knows."""

from __future__ import annotations

from token_tracker.sources._task_files import task_source

SOURCE = task_source("roo", "Roo Code", "rooveterinaryinc.roo-cline")
