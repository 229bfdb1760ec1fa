"""What a record may say: gives the tree of a YAML file its meaning, or says for each wrong place what to write there.

Promise: a tree gives a Mandate or every fault in it. Long texts come out as stored text, short ones as one line, all in
NFC. Knows nothing of files, folders or the names of countries.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.mandate import Imported, Mandate, Narrative, Source, Version
from search_app.corpus.textform import stored
from search_app.corpus.yaml_reader import Entry, ListNode, MapNode, Node, TextNode
from search_app.errors import Fault, FileFaultsError

T = TypeVar("T")
Read = Callable[[Node], object]

SECTIONS: Final = ("outputs", "objectives", "results", "lessons")
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
ID_ADVICE: Final = "begin with a letter or digit, go on with letters, digits, dots, hyphens or underscores, 128 at most"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT: Final = re.compile(r"[1-9][0-9]{0,8}")
_URL: Final = re.compile(r"https?://[^\s<>\"]+")
_KIND: Final = re.compile(r"[a-z][a-z-]*")
_LINE_ENDS: Final = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]")
_SHOWN: Final = 40  # characters of a wrong value that a message repeats


def to_mandate(tree: MapNode, *, path: Path) -> Mandate:
    """The record that a tree describes.

    path     named in faults only
    raises   FileFaultsError with all faults
    """
    reader = _Reader(path)
    values = reader.keys(tree, reader.record_keys(), needed=("id", "title"))
    reader.check_period(tree, values)
    if reader.faults:
        raise FileFaultsError(reader.faults)
    return Mandate(**values)


class _Reader:
    """Reads nodes and collects faults; a value that cannot be read comes out as None."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.faults: list[Fault] = []

    def record_keys(self) -> dict[str, Read]:
        """Every key of a record with its reader."""
        return {
            "id": lambda node: self._matching(node, ID, ID_ADVICE),
            "title": lambda node: self._narrative(node, self._line, needed=True),
            "requesters": self._lines,
            "places": self._lines,
            "start": self._day,
            "end": self._day,
            "description": lambda node: self._narrative(node, self._text),
            "source": self._line,
            "identifier": self._line,
            "url": lambda node: self._matching(node, _URL, "write an address that begins with https:// or http://"),
            "kind": lambda node: self._matching(node, _KIND, "write one word in small letters, such as programme"),
            "implementers": self._lines,
            "published": self._day,
            "parent": self._line,
            "sections": self._sections,
            "dates_raw": self._line,
            "former_ids": lambda node: self._each(node, lambda item: self._matching(item, ID, ID_ADVICE), "[old-id]"),
            "note": self._text,
            "warnings": self._lines,
            "sources": lambda node: self._each(node, self._source, "- file: page.txt"),
            "versions": lambda node: self._each(node, self._version, "- source: page.txt"),
            "imported": self._imported,
            "withdrawn": self._line,
            "withdrawn_on": self._day,
        }

    def keys(self, node: Node, readers: Mapping[str, Read], *, needed: Iterable[str] = ()) -> dict[str, Any]:
        """A map as keyword arguments: each key read by its reader, unknown keys refused."""
        if not isinstance(node, MapNode):
            self._fault(
                node, f"{_shown(node)} stands where a map belongs; write {', '.join(readers)} with their values"
            )
            return {}
        values = {}
        for entry in node.entries:
            if reader := readers.get(entry.key):
                values[entry.key] = self._value(entry, reader)
            else:
                self._fault(entry, f'unknown key "{entry.key[:_SHOWN]}"; {_nearest(entry.key, readers)}')
        for key in needed:
            if key not in values:
                self._fault(node, f'"{key}" is missing; add it')
        return {key: value for key, value in values.items() if value is not None}

    def check_period(self, tree: MapNode, values: Mapping[str, Any]) -> None:
        """Refuse a period that ends before it starts."""
        start, end, entry = values.get("start"), values.get("end"), tree.entry("end")
        if start and end and end < start and entry:
            message = f'the period ends ({end}) before it starts ({start}); swap them, or leave out "end" if it is open'
            self._fault(entry, message)

    def _fault(self, node: Node | Entry, message: str) -> None:
        self.faults.append(Fault(self._path, node.line, node.column, message))

    def _value(self, entry: Entry, reader: Read) -> object:
        if isinstance(entry.value, TextNode) and not entry.value.text.strip():
            self._fault(entry, f'"{entry.key}" is empty; write a value or leave the key out')
            return None
        return reader(entry.value)

    def _line(self, node: Node) -> str | None:
        if not isinstance(node, TextNode):
            self._fault(node, f"{_shown(node)} stands where a text belongs; write one text")
            return None
        if not node.text.strip():
            self._fault(node, "an empty text; fill it or take it out")
        return unicodedata.normalize("NFC", _LINE_ENDS.sub(" ", node.text.rstrip("\n")))

    def _text(self, node: Node) -> str | None:
        return stored(node.text) if isinstance(node, TextNode) else self._line(node)

    def _matching(self, node: Node, expected: re.Pattern[str], advice: str) -> str | None:
        value = self._line(node)
        if value is not None and not expected.fullmatch(value):
            self._fault(node, f'"{value[:_SHOWN]}" cannot stand here; {advice}')
            return None
        return value

    def _day(self, node: Node) -> date | None:
        value = self._matching(node, _DAY, "write a day as 2019-03-31")
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self._fault(node, f"{value} is no day of the calendar; correct it")
            return None

    def _count(self, node: Node) -> int | None:
        value = self._matching(node, _COUNT, "write a whole number from 1")
        return int(value) if value else None

    def _each(self, node: Node, reader: Callable[[Node], T | None], example: str) -> tuple[T, ...] | None:
        if not isinstance(node, ListNode):
            self._fault(node, f"{_shown(node)} stands where a list belongs; write it as {example}")
            return None
        return tuple(value for item in node.items if (value := reader(item)) is not None)

    def _lines(self, node: Node) -> tuple[str, ...] | None:
        return self._each(
            node, self._line, f"[{node.text[:_SHOWN]}]" if isinstance(node, TextNode) else "[Mali, Niger]"
        )

    def _narrative(self, node: Node, reader: Read, *, needed: bool = False) -> Narrative | None:
        if isinstance(node, TextNode):
            self._fault(node, f"{_shown(node)} has no language; write en: or fr: before it, on a line of its own")
            return None
        values = self.keys(node, dict.fromkeys(LANGUAGES, reader))
        if needed and isinstance(node, MapNode) and not node.entries:
            self._fault(node, "no title; write one in en or fr")
        return cast(Mapping[Language, str], values)

    def _sections(self, node: Node) -> dict[str, Narrative]:
        return self.keys(node, dict.fromkeys(SECTIONS, lambda value: self._narrative(value, self._text)))

    def _source(self, node: Node) -> Source | None:
        readers: dict[str, Read] = {
            "file": self._line,
            "locale": self._line,
            "captured": self._day,
            "occurrences": self._count,
        }
        values = self.keys(node, readers, needed=("file",))
        return Source(**values) if "file" in values else None

    def _version(self, node: Node) -> Version | None:
        readers: dict[str, Read] = {
            "source": self._line,
            "start": self._day,
            "end": self._day,
            "title": lambda value: self._narrative(value, self._line),
            "description": lambda value: self._narrative(value, self._text),
        }
        values = self.keys(node, readers, needed=("source",))
        return Version(**values) if "source" in values else None

    def _imported(self, node: Node) -> Imported | None:
        readers: dict[str, Read] = {"by": self._line, "on": self._day, "digest": self._line}
        values = self.keys(node, readers, needed=readers)
        return Imported(**values) if len(values) == len(readers) else None


def _shown(node: Node) -> str:
    if isinstance(node, TextNode):
        return f'the text "{node.text[:_SHOWN]}"'
    return "a list" if isinstance(node, ListNode) else "a map"


def _nearest(key: str, known: Iterable[str]) -> str:
    known = tuple(known)
    near = difflib.get_close_matches(key.casefold(), known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(known)}"
