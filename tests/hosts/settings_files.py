"""Settings files of hosts as people and programs write them; no test lives here."""

from __future__ import annotations

import json
from typing import Any

OTHERS_GROUP = {"matcher": "startup", "hooks": [{"type": "command", "command": "echo hi", "timeout": 3}]}
PLAIN: dict[str, Any] = {
    "model": "opus",
    "env": {"KEY": "private"},
    "list": [1, 2.5, None, True, "中文"],
}
HOOKED = {**PLAIN, "hooks": {"SessionStart": [OTHERS_GROUP], "PreToolUse": [OTHERS_GROUP]}}
NESTED: dict[str, Any] = {"a": 1}
for _level in range(60):
    NESTED = {"deep": [NESTED, {}], "more": []}


def _written(value: object, **layout: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **layout)


LAYOUTS: dict[str, dict[str, Any]] = {
    "two spaces": {"indent": 2},
    "four spaces": {"indent": 4},
    "tabs": {"indent": "\t"},
    "no indent": {"indent": 0},
    "one line": {},
    "minified": {"separators": (",", ":")},
}
VALUES = {"plain": PLAIN, "hooked": HOOKED, "nested": NESTED, "empty": {}}

JSON_FILES: dict[str, bytes] = {
    f"{value}, {layout}": _written(VALUES[value], **LAYOUTS[layout]).encode()
    for value in VALUES
    for layout in LAYOUTS
}
JSON_FILES |= {
    "a final line end": _written(PLAIN, indent=2).encode() + b"\n",
    "many final line ends": b"{}\n\n\n",
    "blanks around": b"  \n\t{ }  \n",
    "an empty object of two lines": b"{\n}\n",
    "DOS lines": _written(HOOKED, indent=2).replace("\n", "\r\n").encode(),
    "DOS lines, tabs": (_written(PLAIN, indent="\t") + "\n").replace("\n", "\r\n").encode(),
    "mixed line ends": b'{\n  "a": 1,\r\n  "b": 2\n}',
    "a byte order mark": b"\xef\xbb\xbf" + _written(PLAIN, indent=2).encode(),
    "a byte order mark, minified": b"\xef\xbb\xbf{}",
    "colons with blanks": b'{ "a" : 1 , "hooks" : { "Stop" : [ ] } }',
    "hooks without events": b'{\n  "hooks": {}\n}\n',
    "an event without groups": b'{\n  "hooks": {\n    "SessionStart": []\n  }\n}\n',
    "an event without groups, minified": b'{"hooks":{"SessionStart":[],"SessionEnd":[ ]}}',
    "inline hooks in a spread file": b'{\n  "hooks": {"SessionStart": [{"hooks": []}]},\n  "z": 1\n}\n',
    "hooks first": b'{\n  "hooks": {\n    "Stop": []\n  },\n  "z": 1\n}\n',
    "odd indentation": b'{\n      "a": 1,\n "b": {\n  "c": 2}}\n',
    "escapes": rb'{"\u4e2d\"\\": "\ud83d\ude00\/", "a,b": "{[]}:,"}',
    "numbers": b'{"a": -0.0e+10, "b": 123456789012345678901234567890, "c": 1E5}',
    "a commented word": b'{"a": "// no comment, /* neither */"}',
    "unicode names": '{"键": "值", "é": "e\u0301", "😀": "\u2028"}'.encode(),
    "a long line": b'{"a": "' + b"x" * 200_000 + b'"}',
    "many keys": _written({f"k{n}": n for n in range(3000)}, indent=2).encode(),
    "a group of others with our words": _written(
        {"hooks": {"SessionStart": [{"hooks": [{"type": "command", "command": "token-tracker summary"}]}]}}
    ).encode(),
    "an odd group": b'{"hooks": {"SessionStart": [null, 3, {"hooks": null}], "Stop": {}}}',
}

JSON5_FILES: dict[str, bytes] = {
    "comments": b'{\n  // mine\n  "a": 1, // one\n  /* two */ "b": 2 // last\n  // end\n}\n',
    "trailing commas": b'{\n  "a": [1, 2,],\n}\n',
    "free keys": b"{ gateway: { mode: 'local', port: 0x10, }, }",
    "only a comment": b"{ // nothing yet\n}",
    "a comment before and after": b"// before\n{}\n// after",
    "entries of others": b'{"hooks":{"internal":{"enabled":true,"entries":{"a-hook":{"enabled":true}}}}}',
    "entries of others, spread": (
        b'{\n  hooks: {\n    internal: {\n      entries: {\n        "a-hook": { enabled: false }, // off\n'
        b"      },\n    },\n  },\n}\n"
    ),
    "every hook is on": b'{"hooks": {"internal": {"enabled": true}}}',
    "an extra directory": b'{"hooks": {"internal": {"load": {"extraDirs": ["/opt/hooks"]}}}}',
}

INVALID_FILES: dict[str, bytes] = {
    "nothing": b"",
    "cut off": b'{"a": 1',
    "no object": b"[]",
    "a word": b"null",
    "a key twice": b'{"a": 1, "a": 2}',
    "no UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "two documents": b"{}{}",
    "a bare line end in a text": b'{"a": "\n"}',
    "hooks is a list": b'{"hooks": []}',
    "hooks is null": b'{"hooks": null}',
    "nested too deeply": b'{"a":' * 300 + b"1" + b"}" * 300,
}
INVALID_JSON_FILES = {
    **INVALID_FILES,
    "a comment": b'{"a": 1} // one',
    "a trailing comma": b'{"a": 1,}',
    "an event is an object": b'{"hooks": {"SessionStart": {}}}',
}
