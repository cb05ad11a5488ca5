"""Formats of other programs that usage is written in: one module each."""

from __future__ import annotations
