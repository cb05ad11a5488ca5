"""`python -m token_tracker`."""

import sys

from token_tracker.cli import main

sys.exit(main())
