"""`python -m token_tracker`."""

import sys

from token_tracker.quick import run

sys.exit(run())
