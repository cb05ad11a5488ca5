"""`python -m token_tracker`, and the program of an installed package."""

from __future__ import annotations

import sys

from token_tracker.quick import COMMAND
from token_tracker.quick import DETACH
from token_tracker.quick import main as quick


def run() -> int:
    """Run the command of `sys.argv`; give its exit code."""
    arguments = sys.argv[1:]
    if COMMAND in arguments[:1] or DETACH in arguments:
        code = quick(arguments)
        if code is not None:
            return code
    from token_tracker.cli import main  # a session start with nothing due needs none of it

    return main()


if __name__ == "__main__":
    sys.exit(run())
