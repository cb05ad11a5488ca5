"""The command line: parse options, call, choose an exit code.

`main` is the entry; each file beside this one is a group of commands, loaded only when
one of its commands is asked for.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Run the command of `sys.argv`; give the exit code."""
    # Looking for pydantic plug-ins takes longer than most of our reports.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # A command ends soon, and looking for cycles makes a first import a tenth slower.
    gc.disable()
    quick = sys.modules.get("token_tracker.quick")
    if quick is not None and quick.pending is not None:
        from token_tracker.cli.session_start import finish

        return finish(quick.pending)
    from token_tracker.cli.run import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
