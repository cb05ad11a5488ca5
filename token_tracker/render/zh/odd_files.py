"""What stands in the place of a file of ours, in Chinese: said by errors and by `doctor`."""

from __future__ import annotations

_IN_ITS_PLACE = {
    "file": "这里应该是目录，却是一个文件",
    "folder": "这里应该是文件，却是一个目录",
    "pipe": "这里应该是普通文件，却是一个管道",
    "socket": "这里应该是普通文件，却是一个套接字",
    "device": "这里应该是普通文件，却是一个设备",
    "link": "它是一个链接，指向的文件不存在",
}
_MOVE_AWAY = "请把它移走，token-tracker 会重新创建。"
_BRING_BACK = "请恢复链接指向的文件，或者删除这个链接，token-tracker 会新建一个文件。"


def odd_kind(*, kind: str) -> tuple[str, str]:
    """Give what stands in the place of a file, and what to do about it."""
    what = _IN_ITS_PLACE.get(kind, "这不是普通文件")
    return f"{what}。", _BRING_BACK if kind == "link" else _MOVE_AWAY
