"""What a scanner finds and we cannot mend, each with its reason: docs/decisions/0018-scanners.md.

Nearly all are observations of agentscan, which names every line that starts a program, removes a
folder, whatever the line is for. A new place fails the test until it stands here, and so does
one here that is found no more.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .scanners import Finding

AGENTSCAN, AGNIX = "agentscan", "agnix"


class Accepted(NamedTuple):
    """A scanner's rule, with patterns of the file and of the whole line, and why that is no harm."""

    scanner: str
    rule: str
    file: str
    line: str
    why: str


ACCEPTED = (
    Accepted(
        AGENTSCAN,
        "Invokes subprocess",
        r"token_tracker/programs\.py",
        r"return subprocess\.Popen\(list\(words\), .*",
        "the one place where the program starts others: lists of words, without a shell",
    ),
    Accepted(
        AGENTSCAN,
        "Invokes subprocess",
        r"scripts/_door/programs\.py",
        r"return subprocess\.run\(command, .*",
        "the one place where the set-up starts pip, uv and a newer Python, without a shell",
    ),
    Accepted(
        AGENTSCAN,
        "shutil.rmtree (recursive delete)",
        "token_tracker/uninstalling.py",
        r"shutil\.rmtree\(place\)",
        "what `uninstall` showed and the person agreed to",
    ),
    Accepted(
        AGENTSCAN,
        "Hosted raw content URL",
        "token_tracker/pricing/refreshing.py",
        r"https://raw\.githubusercontent\.com/pydantic/genai-prices/.*",
        "published prices, fetched by `prices update` alone and read as data",
    ),
    Accepted(
        AGNIX,
        "CDX-PL-007",
        r"\.codex-plugin/plugin\.json",
        r"Component path '\./' in 'skills' is bare '\./' \(empty relative path\)",
        "OpenClaw finds the skill in the root of a bundle by it; Codex passes over it",
    ),
)


def reason_for(scanner: str, finding: Finding) -> Accepted | None:
    """Give the entry of `ACCEPTED` that a finding falls under."""
    for one in ACCEPTED:
        is_same = (one.scanner, one.rule) == (scanner, finding.rule)
        if is_same and re.fullmatch(one.file, finding.file) and re.fullmatch(one.line, finding.text):
            return one
    return None
