"""Names that somebody may give to a model, a project or a session to steer whoever reads them.

They are kept encoded in `fixtures/hostile_names.b64`, one in each line: programs and models
that read this repository must not meet them.
"""

from __future__ import annotations

import base64
from pathlib import Path

_FILE = Path(__file__).parent / "fixtures" / "hostile_names.b64"
NAMES = [base64.b64decode(line).decode() for line in _FILE.read_text("ascii").split()]
