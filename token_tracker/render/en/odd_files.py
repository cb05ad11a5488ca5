"""What stands in the place of a file of ours, in English: said by errors and by `doctor`."""

from __future__ import annotations

_IN_ITS_PLACE = {
    "file": "It is a file, where a folder belongs",
    "folder": "It is a folder, where a file belongs",
    "pipe": "It is a pipe, where a file belongs",
    "socket": "It is a socket, where a file belongs",
    "device": "It is a device, where a file belongs",
    "link": "It is a link that leads nowhere",
}
_MOVE_AWAY = "Move it away; token-tracker makes its own in its place."
_BRING_BACK = "Bring back what it leads to; or delete the link, and token-tracker makes a new file."


def odd_kind(*, kind: str) -> tuple[str, str]:
    """Give what stands in the place of a file, and what to do about it."""
    what = _IN_ITS_PLACE.get(kind, "It is no plain file")
    return f"{what}.", _BRING_BACK if kind == "link" else _MOVE_AWAY
