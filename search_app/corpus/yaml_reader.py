"""Strict YAML for files that people write: records, thesaurus, places.

Reads a small part of YAML 1.1: maps, lists and texts. Every scalar is a text (`NO` stays "NO"); anchors, aliases, tags,
directives, duplicate keys and second documents are refused; sizes are limited; the file must end with `...`, so that a
cut file is noticed. Promise: any bytes give a tree or a FileFaultsError that says line and column. Every node knows its
place, so that whoever gives the tree a meaning can do the same. Knows nothing of keys and what they mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import yaml

from search_app.corpus.files import read_regular
from search_app.errors import Fault, FileFaultsError

# Line separators are refused besides control characters because YAML 1.1 takes them for line ends, editors do not.
_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# Written as an escape (`"\u2028"`) all but these may stand in a text.
_FORBIDDEN_ESCAPED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_MOST_FAULTS: Final = 100
_HINTS: Final = {
    "mapping values are not allowed in this context": 'put a text that holds ": " in double quotes',
    "could not find expected ':'": 'write ": " after the key, and indent the lines that continue a text',
    "did not find expected key": "indent the keys of one map alike, and close every quote and bracket",
    "found character that cannot start any token": "put the text in double quotes; indent with blanks, not tabs",
    "found unexpected end of stream": "close the quote or bracket that was opened here, or restore the cut end",
    "did not find expected <document start>": "a second document begins; keep one per file",
    "exceeded maximum nesting depth": "make it flatter",
    "found unknown escape character": r"write \\ for a backslash, or use single quotes",
}


@dataclass(frozen=True)
class Limits:
    """How large a file may be: bytes, nodes (keys count), and levels of maps and lists."""

    size: int = 1 << 20
    nodes: int = 1_000
    depth: int = 8


RECORD_LIMITS: Final = Limits()
TABLE_LIMITS: Final = Limits(size=4 << 20, nodes=60_000)


@dataclass(frozen=True, slots=True)
class TextNode:
    """A scalar; line and column count from 1."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value; line and column are the key's."""

    key: str
    value: Node
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping; keys are unique."""

    entries: tuple[Entry, ...]
    line: int
    column: int

    def entry(self, key: str) -> Entry | None:
        """The entry of a key."""
        return next((entry for entry in self.entries if entry.key == key), None)


Node = TextNode | ListNode | MapNode


def read_yaml(path: Path, *, limits: Limits = RECORD_LIMITS) -> MapNode:
    """Read a file that holds one map.

    raises   FileFaultsError with every fault that could be found
    """
    return parse_yaml(read_regular(path, limit=limits.size), path=path, limits=limits)


def parse_yaml(data: bytes, *, path: Path, limits: Limits = RECORD_LIMITS) -> MapNode:
    """The same for bytes already read; `path` is only named in faults."""
    return _Parser(path, limits).parse(_decode(data, path))


def _decode(data: bytes, path: Path) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise FileFaultsError([Fault(path, line, column, message)]) from error
    if faults := [_forbidden(path, text, found) for found in _FORBIDDEN.finditer(text)][:_MOST_FAULTS]:
        raise FileFaultsError(faults)
    return text


def _forbidden(path: Path, text: str, found: re.Match[str]) -> Fault:
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    return Fault(path, line, column, f"control character U+{ord(found.group()):04X}; remove it")


class _Mark(Protocol):
    """Where the C or the Python parser stands; counts from 0."""

    line: int
    column: int


Position = tuple[int, int]


def _position(mark: _Mark | None) -> Position:
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


@dataclass(slots=True)
class _Open:
    """A map or list whose end has not come yet; in a map, `key` waits for its value."""

    is_map: bool
    position: Position
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: TextNode | None = None


class _TooLargeError(Exception):
    """The tree cannot be built further."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message)
        self.position = position


class _Parser:
    """Builds the tree from the C parser's events; collects faults and goes on where the tree stays sound."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._faults: list[Fault] = []
        self._stack: list[_Open] = []
        self._nodes = 0
        self._cut_at: Position | None = None
        self._root: Node | None = None

    def parse(self, text: str) -> MapNode:
        try:
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            problem = error.problem or "unreadable"
            hint = _HINTS.get(problem, "check quotes, brackets and indentation here and above")
            self._fault(_position(error.problem_mark or error.context_mark), f"not valid YAML: {problem}; {hint}")
        except yaml.YAMLError as error:
            self._fault((0, 0), f"not valid YAML: {error}")
        except _TooLargeError as error:
            self._fault(error.position, str(error))
        if self._cut_at:
            message = "the last line is not `...`; the file may be cut: restore it, or add the line if it is whole"
            self._fault(self._cut_at, message)
        if not self._faults and not isinstance(self._root, MapNode):
            self._fault((1, 1), "holds no map; write keys with values, such as `id: …`")
        if self._faults or not isinstance(self._root, MapNode):
            raise FileFaultsError(self._faults[:_MOST_FAULTS])
        return self._root

    def _fault(self, position: Position, message: str) -> None:
        self._faults.append(Fault(self._path, *position, message))

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.NodeEvent):
            self._take_node(event, _position(event.start_mark))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.DocumentStartEvent):
            if self._root is not None:
                self._cut_at = None
                self._fault(_position(event.start_mark), "a second document begins; keep one per file")
            if event.version or event.tags:
                self._fault(_position(event.start_mark), "a directive (%); remove it")
        elif isinstance(event, yaml.DocumentEndEvent) and not event.explicit:
            self._cut_at = _position(event.end_mark)

    def _take_node(self, event: yaml.NodeEvent, position: Position) -> None:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            raise _TooLargeError(f"more than {self._limits.nodes} values; split the file", position)
        if isinstance(event, yaml.AliasEvent):
            self._fault(position, f"alias *{event.anchor}; write the value out")
            self._add(TextNode("", *position))
            return
        if event.anchor is not None:
            self._fault(position, f"anchor &{event.anchor}; remove it")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._fault(position, f"tag {event.tag}; remove it, every value is a text")
        if isinstance(event, yaml.ScalarEvent):
            if event.style == '"' and (found := _FORBIDDEN_ESCAPED.search(event.value)):
                self._fault(position, f"control character U+{ord(found.group()):04X}; remove it")
            self._add(TextNode(event.value, *position))
        else:
            self._open(_Open(isinstance(event, yaml.MappingStartEvent), position))

    def _open(self, opened: _Open) -> None:
        if len(self._stack) == self._limits.depth:
            raise _TooLargeError(f"more than {self._limits.depth} levels; make it flatter", opened.position)
        if self._stack and self._stack[-1].is_map and self._stack[-1].key is None:
            raise _TooLargeError("a map or list stands as a key; write a text", opened.position)
        self._stack.append(opened)

    def _close(self) -> None:
        done = self._stack.pop()
        if done.is_map:
            self._add(MapNode(tuple(done.entries.values()), *done.position))
        else:
            self._add(ListNode(tuple(done.items), *done.position))

    def _add(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        parent = self._stack[-1]
        if not parent.is_map:
            parent.items.append(node)
        elif parent.key is not None:
            self._add_entry(parent, parent.key, node)
            parent.key = None
        elif isinstance(node, TextNode):  # always: _open lets nothing else stand as a key
            parent.key = node

    def _add_entry(self, parent: _Open, key: TextNode, value: Node) -> None:
        if first := parent.entries.get(key.text):
            message = f'duplicate key "{key.text}"; keep one of them (the first is on line {first.line})'
            self._fault((key.line, key.column), message)
        else:
            parent.entries[key.text] = Entry(key.text, value, key.line, key.column)
