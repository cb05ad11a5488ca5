"""What a session start says while the private environment was never built: one line, once a day.

Nothing is set up by a hook; the person decides that. Parses on Python 3.6.
"""

import contextlib
import json
import os
import pathlib
import re
import sys
import time

from _door import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = "session-check"
MARK = "not-set-up-"
MARKS = MARK + "[0-9]" * 4 + "-[0-9][0-9]" * 2


def tell(arguments: "list[str]", root: str, cache: str, failure: "words.SetUpFailed | None") -> int:
    """Print the line in the shape that was asked for; nothing when it was said today.

    `cache`: where the day is marked; where that takes no mark, nothing is said at all.
    `failure`: what keeps a question from setting it up.
    """
    if arguments[:1] != [COMMAND] or "--ack" in arguments or not has_reader(arguments, root):
        return 0
    day = today(os.environ)
    is_told = "--update-state" in arguments or "--claim" in arguments
    is_due = not is_told or is_first_today(cache, day)
    text = words.not_set_up(arguments, was_set_up(cache), failure) if is_due else ""
    line = _line(arguments, day, text)
    if line:
        words.answer(line)
    return 0


def has_reader(arguments: "list[str]", root: str) -> bool:
    """Say whether a person sees what is printed.

    The program itself tells, which Python 3.8 can read; on an older one no hook says anything.
    """
    if not is_for_hook(arguments) or not os.path.exists(os.path.join(root, "token_tracker", "quick.py")):
        return True
    if root not in sys.path:
        sys.path.insert(0, root)
    try:
        from token_tracker import quick

        return quick.has_reader(arguments)
    except (ImportError, SyntaxError):
        return False


def is_for_hook(arguments: "list[str]") -> bool:
    """Say whether a host's hook asks, which wants its own shape."""
    return any(word.partition("=")[0] == "--format" for word in arguments)


def was_set_up(cache: str) -> bool:
    """Say whether there is an environment of another version or another Python."""
    try:
        return any(re.match("venv-[0-9a-f]{16}$", name) for name in os.listdir(cache))
    except OSError:
        return False


def today(environ: "Mapping[str, str]") -> str:
    """Give the local day; `TOKEN_TRACKER_NOW` replaces the clock."""
    return environ.get("TOKEN_TRACKER_NOW", "")[:10] or time.strftime("%Y-%m-%d")


def is_first_today(cache: str, day: str) -> bool:
    """Mark the day; True for the one of many processes whose mark is the first."""
    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        os.close(os.open(os.path.join(cache, MARK + day), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return False  # said already, or the place takes no mark
    with contextlib.suppress(OSError):
        for mark in pathlib.Path(cache).glob(MARKS):
            if mark.name != MARK + day:
                mark.unlink()
    return True


def _line(arguments: "list[str]", day: str, text: str) -> str:
    if is_for_hook(arguments):
        return json.dumps({"systemMessage": text}, ensure_ascii=False) if text else ""
    if "--json" not in arguments and "--claim" not in arguments:
        return text
    item = {
        "id": "set-up:" + day,
        "kind": "set-up",
        "name": "TOKEN_TRACKER_SET_UP_" + day + ".md",
        "content": text,
        "lang": words.language(sys.argv[1:], os.environ),
    }
    return json.dumps({"schema": 1, "items": [item] if text else []}, ensure_ascii=False)
