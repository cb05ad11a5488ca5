"""Change one place of a JSON text and leave every other character as it is.

Knows two dialects: JSON, and JSON5 with its comments, trailing commas and free keys. What a
place means to a host is not known here.

Source: RFC 8259 and the JSON5 specification 1.0.0, checked 2026-11-22.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # in the library, not in its stubs
from typing import Any
from typing import Final
from typing import NamedTuple

DEEPEST: Final = 200
"""Levels of nesting that are read; nobody's settings come near it."""

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_BLANK_JSON5: Final = re.compile("[ \t\r\n\v\f\u00a0\u2028\u2029\ufeff]*")
_COMMENT: Final = re.compile(r"//[^\r\n\u2028\u2029]*|/\*.*?\*/", re.DOTALL)
_COMMENT_OF_LINE: Final = re.compile(r"[ \t]*(?://[^\r\n\u2028\u2029]*|/\*[^\r\n]*?\*/)")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NUMBER_JSON5: Final = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F]+|Infinity|NaN|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
)
_WORDS: Final = {"true": True, "false": False, "null": None}
_NAME: Final = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_STRING_JSON5: Final = re.compile(
    r"""'(?:[^'\\\r\n]|\\(?:\r\n|.))*'|"(?:[^"\\\r\n]|\\(?:\r\n|.))*\"""", re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_LINE_ENDS: Final = ("\n", "\r\n", "\r", "\u2028", "\u2029")


class JsonTextError(Exception):
    """The text cannot be read; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class ShapeError(Exception):
    """What stands at a place is not of the kind that belongs there; `key` names the place."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands: `text[start:end]`.

    `kind`: "object", "array" or "scalar". `children`: what it holds, in order; those of an
    object have a `key`, and `start_of_entry` is where that begins. `commas`: where the comma
    after each child is; as many as children where the last one is trailing.
    """

    kind: str
    start: int
    end: int
    scalar: Any = None
    key: str = ""
    start_of_entry: int = 0
    children: tuple[Node, ...] = ()
    commas: tuple[int, ...] = ()

    def child(self, key: str) -> Node | None:
        """Give the value of a key; None where there is none."""
        return next((one for one in self.children if one.key == key), None) if self.kind == "object" else None

    def plain(self) -> Any:
        """Give the value as Python has it."""
        if self.kind == "object":
            return {one.key: one.plain() for one in self.children}
        return [one.plain() for one in self.children] if self.kind == "array" else self.scalar


class JsonText(NamedTuple):
    """A text that was read. `comments`: where each begins and ends."""

    text: str
    root: Node
    comments: tuple[tuple[int, int], ...]
    json5: bool


def read(text: str, *, json5: bool = False) -> JsonText:
    """Find every value of a text.

    Raises:
        JsonTextError: it is not of the dialect, names a key twice, or nests too deeply.
    """
    return _Reader(text, json5).document()


def walk(node: Node) -> Iterator[Node]:
    """Give a value and everything inside it, in the order of the text."""
    yield node
    for child in node.children:
        yield from walk(child)


def insert(text: str, path: Sequence[str], value: Any, *, json5: bool = False, item: bool = False) -> str:
    """Put a value at a path in the style of the text, and make the objects on the way to it.

    With `item` the path leads to an array, and the value becomes its last item; else the path
    ends with a key that is not there yet.

    Raises:
        JsonTextError: as for `read`.
        ShapeError: something on the way is no object, the end no array, or the key is there.

    >>> insert('{"a": 1}', ["b", "c"], [True])
    '{"a": 1, "b": {"c": [true]}}'
    """
    found = read(text, json5=json5)
    node, way = found.root, [found.root]
    containers = path if item else path[:-1]
    for at, key in enumerate(containers):
        if node.kind != "object":
            raise ShapeError(".".join(path[:at]) or "{}")
        below = node.child(key)
        if below is None:
            return _inserted(found, way, key, _nested(path[at + 1 :], value, item))
        node = below
        way.append(node)
    if node.kind != ("array" if item else "object"):
        raise ShapeError(".".join(containers) or "{}")
    if item:
        return _inserted(found, way, None, value)
    if node.child(path[-1]) is not None:
        raise ShapeError(".".join(path))
    return _inserted(found, way, path[-1], value)


def remove(text: str, path: Sequence[str | int], *, json5: bool = False) -> str:
    """Take a member or an item out; what `insert` put there leaves no trace.

    Raises:
        JsonTextError: as for `read`.
        ShapeError: there is nothing at the path.

    >>> remove('{"a": 1, "b": [true, null]}', ["b", 1])
    '{"a": 1, "b": [true]}'
    """
    holder = read(text, json5=json5).root
    for key in path[:-1]:
        holder = holder.children[_index(holder, key, path)]
    return _without(text, holder, _index(holder, path[-1], path))


def _index(holder: Node, key: str | int, path: Sequence[str | int]) -> int:
    for at, child in enumerate(holder.children):
        if (at if isinstance(key, int) else child.key) == key:
            return at
    raise ShapeError(".".join(map(str, path)))


def _nested(path: Sequence[str], value: Any, item: bool) -> Any:
    made = [value] if item else value
    for key in reversed(path):
        made = {key: made}
    return made


# How a text is written


class _Style(NamedTuple):
    newline: str
    unit: str
    colon: str
    gap: str
    """What stands after a comma on one line."""


def _style(found: JsonText) -> _Style:
    text = found.text
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    unit, colon, gap = "  ", ": ", " "
    for node in walk(found.root):
        if node.children and _is_spread(text, node):
            outer, inner = _indent(text, node.start), _indent(text, node.children[0].start_of_entry)
            unit = inner.removeprefix(outer) if inner.startswith(outer) else unit
            break
    for node in walk(found.root):
        if node.kind == "object" and node.children:
            first = node.children[0]
            between = re.search(r"[ \t]*:[ \t]*\Z", text[first.start_of_entry : first.start])
            colon = between[0] if between else colon
            break
    if colon == ":" and "\n" not in text.strip():
        gap = ""
    return _Style(newline, unit, colon, gap)


def _is_spread(text: str, node: Node) -> bool:
    """Say whether the first child stands on a line of its own."""
    return "\n" in text[node.start : node.children[0].start_of_entry]


def _indent(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _inserted(found: JsonText, way: Sequence[Node], key: str | None, value: Any) -> str:
    """Write an entry at the end of the last container of `way`."""
    text, holder, style = found.text, way[-1], _style(found)
    model = next((node for node in reversed(way) if node.children), None)
    spread = model is None or _is_spread(text, model)
    if holder.children:
        indent = _indent(text, holder.children[0].start_of_entry)
    else:
        indent = _indent(text, holder.start) + style.unit
    name = "" if key is None else json.dumps(key, ensure_ascii=False) + style.colon
    entry = name + _written(value, style, indent, spread)
    lead = style.newline + indent if spread else ""
    if not holder.children:
        return _filled(text, holder, lead + entry, style.newline + _indent(text, holder.start), spread)
    is_trailing = len(holder.commas) == len(holder.children)
    comma = holder.commas[-1] if is_trailing else holder.children[-1].end
    after = comma + 1 if is_trailing else comma
    at = after
    if spread and found.json5 and (comment := _COMMENT_OF_LINE.match(text, after)):
        at = comment.end()
    lead = lead or style.gap
    if is_trailing:
        return text[:at] + lead + entry + "," + text[at:]
    return text[:comma] + "," + text[comma:at] + lead + entry + text[at:]


def _filled(text: str, holder: Node, entry: str, closing: str, spread: bool) -> str:
    inside = text[holder.start + 1 : holder.end - 1]
    if inside.strip():  # a comment
        return text[: holder.start + 1] + entry + text[holder.start + 1 :]
    return text[: holder.start + 1] + entry + (closing if spread else "") + text[holder.end - 1 :]


def _written(value: Any, style: _Style, indent: str, spread: bool) -> str:
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = indent + style.unit
    if isinstance(value, dict):
        ends, entries = (
            "{}",
            [
                json.dumps(key, ensure_ascii=False) + style.colon + _written(one, style, inner, spread)
                for key, one in value.items()
            ],
        )
    else:
        ends, entries = "[]", [_written(one, style, inner, spread) for one in value]
    if not spread:
        return ends[0] + ("," + style.gap).join(entries) + ends[1]
    line = style.newline + inner
    return ends[0] + line + ("," + line).join(entries) + style.newline + indent + ends[1]


def _without(text: str, holder: Node, at: int) -> str:
    child, commas = holder.children[at], holder.commas
    is_trailing = len(commas) == len(holder.children)
    if at < len(holder.children) - 1:
        rest = text[commas[at] + 1 :]
        return text[: child.start_of_entry] + rest[len(_BLANK.match(rest)[0]) :]  # type: ignore[index]  # always matches
    end = commas[at] + 1 if is_trailing else child.end
    if at == 0:
        before, after = text[holder.start + 1 : child.start_of_entry], text[end : holder.end - 1]
        kept = after if not before.strip() else before + after
        return text[: holder.start + 1] + (kept if kept.strip() else "") + text[holder.end - 1 :]
    comma = commas[at - 1]
    gap = text[comma + 1 : child.start_of_entry]
    kept = gap.rstrip()
    if "//" in kept and not text[end:].lstrip(" \t").startswith(_LINE_ENDS):
        kept = gap  # what follows must not become part of the comment
    return text[: comma + 1 if is_trailing else comma] + kept + text[end:]


class _Reader:
    """Reads one text from its beginning to its end."""

    def __init__(self, text: str, json5: bool) -> None:
        self.text = text
        self.json5 = json5
        self.at = 0
        self.comments: list[tuple[int, int]] = []

    def document(self) -> JsonText:
        self._skip()
        root = self._value(0, "", self.at)
        self._skip()
        if self.at != len(self.text):
            raise self._error()
        return JsonText(self.text, root, tuple(self.comments), self.json5)

    def _error(self) -> JsonTextError:
        return JsonTextError(self.text.count("\n", 0, self.at) + 1)

    def _skip(self) -> None:
        blank = _BLANK_JSON5 if self.json5 else _BLANK
        while True:
            self.at = blank.match(self.text, self.at).end()  # type: ignore[union-attr]  # always matches
            comment = _COMMENT.match(self.text, self.at) if self.json5 else None
            if comment is None:
                return
            self.comments.append(comment.span())
            self.at = comment.end()

    def _take(self, character: str) -> bool:
        if self.text[self.at : self.at + 1] != character:
            return False
        self.at += 1
        return True

    def _value(self, depth: int, key: str, entry: int) -> Node:
        if depth > DEEPEST:
            raise self._error()
        start, first = self.at, self.text[self.at : self.at + 1]
        if first in ("{", "["):
            self.at += 1
            children, commas = self._children(depth + 1, "}" if first == "{" else "]")
            kind = "object" if first == "{" else "array"
            return Node(kind, start, self.at, None, key, entry, tuple(children), tuple(commas))
        scalar = self._scalar(first)
        return Node("scalar", start, self.at, scalar, key, entry)

    def _children(self, depth: int, closer: str) -> tuple[list[Node], list[int]]:
        children: list[Node] = []
        commas: list[int] = []
        keys: set[str] = set()
        while True:
            self._skip()
            may_close = not children or len(commas) < len(children) or self.json5
            if may_close and self._take(closer):
                return children, commas
            if len(commas) < len(children):
                raise self._error()
            entry, key = self.at, ""
            if closer == "}":
                key = self._key()
                if key in keys:
                    raise self._error()
                keys.add(key)
            children.append(self._value(depth, key, entry))
            self._skip()
            if self._take(","):
                commas.append(self.at - 1)

    def _key(self) -> str:
        first = self.text[self.at : self.at + 1]
        name = _NAME.match(self.text, self.at) if self.json5 else None
        if name is not None:
            key = name[0]
            self.at = name.end()
        elif first == '"' or (first == "'" and self.json5):
            key = str(self._scalar(first))
        else:
            raise self._error()
        self._skip()
        if not self._take(":"):
            raise self._error()
        self._skip()
        return key

    def _scalar(self, first: str) -> Any:
        if first == '"' and not self.json5:
            try:
                value, self.at = scanstring(self.text, self.at + 1, True)
            except ValueError:
                raise self._error() from None
            return value
        if first in ('"', "'") and first and self.json5:
            string = _STRING_JSON5.match(self.text, self.at)
            if string is None:
                raise self._error()
            self.at = string.end()
            return _ESCAPE.sub(_meant, string[0][1:-1])
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        number = (_NUMBER_JSON5 if self.json5 else _NUMBER).match(self.text, self.at)
        if number is None:
            raise self._error()
        self.at = number.end()
        return _Number(number[0])


class _Number(str):
    """A number as it is written: nothing here calculates with it."""

    __slots__ = ()


def _meant(escape: re.Match[str]) -> str:
    """Give the character of an escape; a line end after a backslash is none."""
    code = escape[1]
    if len(code) > 1 and code[0] in "ux":
        return chr(int(code[1:], 16))
    return "" if code in _LINE_ENDS else _ESCAPED.get(code, code)
