"""Scanners of skills find nothing of medium severity or above in what people install.

They run on the shipped files, in their own default settings. `check.py --scan`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shipped import copy_skill

from . import scanners
from .accepted import ACCEPTED
from .accepted import reason_for

pytestmark = [pytest.mark.scan, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def skill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_skill(tmp_path_factory.mktemp("skill"))


@pytest.mark.parametrize("scanner", ["cisco", "agentscan", "bastionskill", "agnix", "claude_code"])
def test_a_scanner_finds_nothing_of_medium_severity_or_above_but_what_has_a_reason(
    scanner: str, skill: Path
) -> None:
    found = getattr(scanners, scanner)(skill)
    severe = [one for one in found if one.severity in scanners.SEVERE]
    reasons = {one: reason_for(scanner, one) for one in severe}
    assert [one for one in severe if reasons[one] is None] == []
    assert set(reasons.values()) == {one for one in ACCEPTED if one.scanner == scanner}
