"""The importers of our own records: a YAML file as the corpus holds it, and JSON Lines as the product writes them.

Both come to the same tree, so both obey the one schema of records. Promise: a record is given word for word, with its
id and its signature; one that the schema does not take is refused with its line. Knows nothing of other formats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

# by name: this module and that one need each other, and each may be asked for first
from search_app.corpus import drafts
from search_app.corpus.importers.base import FileWarning, Finding, InputFile, Rejection
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.text import decode
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.corpus.schema import to_mandate
from search_app.corpus.yaml_reader import RECORD_LIMITS, Entry, ListNode, MapNode, Node, TextNode, parse_yaml
from search_app.errors import Fault, FileFaultsError

_RECORD_KEYS: Final = frozenset(field.name for field in fields(Mandate))
_KEY: Final = re.compile(r"([a-z_]+):(?:\s|$)")
_YAML_TITLE: Final = re.compile(r"^title:\s*(?:\{.*|#.*)?$", re.MULTILINE)
_YAML_ID: Final = re.compile(r"^id:", re.MULTILINE)
_JSON_TITLE: Final = re.compile(r'(?<!\\)"title"\s*:\s*\{\s*"(?:en|fr)"')
_JSON_ID: Final = re.compile(r'(?<!\\)"id"\s*:\s*"')
# What a line of ours says besides the record: derived when it was written, derived anew from the record.
_DERIVED: Final = frozenset(
    ("url", "languages", "requesters", "countries", "status", "why", "generation", "score", "changed", "licence")
)
_RENAMED: Final = {"requesters_printed": "requesters", "source_url": "url"}
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_MOST_LINES: Final = 100_000


class OwnYaml:
    """Importer of a record's file."""

    format = "own-yaml"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        """Needs neither names nor a guesser: a record says all itself."""

    def recognises(self, head: bytes) -> bool:
        """A text that begins with a key of a record, below `---` or with id and title further on."""
        decoded = decode(head) or decode(head[:-1])
        lines = (line.rstrip() for line in decoded.text.splitlines()) if decoded else iter(())
        first = next((line for line in lines if line and not line.startswith("#")), "")
        begun = first == "---"
        if begun:
            first = next((line for line in lines if line and not line.startswith("#")), "")
        key = _KEY.match(first)
        if decoded is None or key is None or key[1] not in _RECORD_KEYS:
            return False
        return begun or bool(_YAML_ID.search(decoded.text) and _YAML_TITLE.search(decoded.text))

    def records(self, file: InputFile) -> Iterator[Finding]:
        """The one record of the file."""
        if len(file.data) > RECORD_LIMITS.size:
            message = f"{len(file.data)} bytes, more than the {RECORD_LIMITS.size} that a record may have; shorten it"
            yield Rejection("too-large", message)
            return
        path = Path(file.name)
        try:
            mandate = to_mandate(parse_yaml(file.data, path=path), path=path)
        except FileFaultsError as error:
            yield _rejection("record-invalid", error.faults[0], whole=True)
            return
        yield _finding(mandate, line=1)


class OwnJsonLines:
    """Importer of JSON Lines as `export`, the pages and the endpoint write them, or with the keys of a record."""

    format = "own-jsonl"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        """Needs neither names nor a guesser: a record says all itself."""

    def recognises(self, head: bytes) -> bool:
        """A text that begins with an object which has an id, and a title by language."""
        decoded = decode(head) or decode(head[:-1])
        if decoded is None or not decoded.text.lstrip().startswith("{"):
            return False
        return bool(_JSON_ID.search(decoded.text) and _JSON_TITLE.search(decoded.text))

    def records(self, file: InputFile) -> Iterator[Finding]:
        """The record of each line; a line that is none is refused, the others are taken."""
        decoded = decode(file.data)
        if decoded is None:
            yield Rejection("not-text", "this is no text file; export it again as JSON Lines in UTF-8")
            return
        if decoded.guessed:
            yield FileWarning("encoding-guessed")
        # a text may hold any other line end that Python knows
        lines = decoded.text.split("\n")
        for number, line in enumerate(lines, 1):
            if number > _MOST_LINES:
                yield Rejection("too-large", f"more than {_MOST_LINES} lines; split the file", number, whole=True)
                return
            if line.strip():
                yield _read_line(line, number, Path(file.name))


def _read_line(line: str, number: int, path: Path) -> Finding:
    try:
        value = json.loads(line, object_pairs_hook=_unique, parse_constant=_refuse)
        tree = _node(_as_record(value), number)
        if not isinstance(tree, MapNode):
            raise ValueError("no object")
    except (ValueError, RecursionError) as error:
        reason = str(error).partition(": line 1")[0][:80]
        return Rejection("json-invalid", f"not one whole record ({reason}); export it again, a record a line", number)
    try:
        return _finding(to_mandate(tree, path=path), line=number)
    except FileFaultsError as error:
        return _rejection("record-invalid", error.faults[0], whole=False)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key stands twice")
    return values


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no value")


def _as_record(value: Any) -> Any:
    """The keys of a record out of a line as the product writes it, whose `url` is the page and not the source."""
    if not isinstance(value, dict) or "requesters_printed" not in value:
        return value
    return {_RENAMED.get(key, key): content for key, content in value.items() if key not in _DERIVED}


def _node(value: Any, line: int) -> Node:
    """A JSON value as the tree that YAML gives; what is null or empty is left out, as records do."""
    if isinstance(value, dict):
        kept = {key: content for key, content in value.items() if content not in (None, "", {})}
        return MapNode(tuple(Entry(key, _node(content, line), line, 0) for key, content in kept.items()), line, 0)
    if isinstance(value, list):
        return ListNode(tuple(_node(content, line) for content in value), line, 0)
    text = value if isinstance(value, str) else json.dumps(value)
    if found := _UNWRITABLE.search(text):
        raise ValueError(f"it holds the control character U+{ord(found.group()):04X}")
    return TextNode(text, line, 0)


def _finding(mandate: Mandate, *, line: int) -> Finding:
    if mandate.withdrawn:
        message = f"withdrawn ({mandate.withdrawn[:40]}); take the key out if it shall come back"
        return Rejection("record-withdrawn", message, line)
    return replace(drafts.to_imported(mandate), original=mandate, line=line)


def _rejection(code: str, fault: Fault, *, whole: bool) -> Rejection:
    return Rejection(code, fault.message, fault.line, whole=whole)
