"""`check`: everything that is wrong with the records of a corpus, and what a careful person would look at again.

A *fault* keeps a record out of the index; every other finding is about its quality. Each says where and what to write.
Promise: all findings of all files, in the order of paths and lines. Knows nothing of the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from search_app.corpus.identity import is_cut
from search_app.corpus.importers.base import UNDETERMINED
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.corpus.store import MANDATES, WITHDRAWN, StoredRecord, read_records, record_path
from search_app.corpus.yaml_reader import Entry, ListNode, MapNode
from search_app.errors import Fault, FileFaultsError

FAULT: Final = "fault"
_SURE: Final = 0.9  # that a description is in the other language than its key says


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to look at.

    code   FAULT, or what the quality finding is about, such as end-date-missing
    """

    fault: Fault
    code: str

    def __str__(self) -> str:
        return str(self.fault)


def check(folder: Path, *, names: Names, guesser: Guesser | None = None) -> Iterator[Finding]:
    """Look at every record of a corpus, the withdrawn ones too.

    names     decides which places are known
    guesser   tells the language of descriptions; None leaves that out (its model takes a second to load)
    """
    for part in (MANDATES, WITHDRAWN):
        for found in read_records(folder, part=part):
            if isinstance(found, FileFaultsError):
                yield from (Finding(fault, FAULT) for fault in found.faults)
            else:
                yield from _in_order(_look_at(found, folder, part=part, names=names, guesser=guesser))


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.fault.line, finding.fault.column))


def _look_at(
    stored: StoredRecord, folder: Path, *, part: str, names: Names, guesser: Guesser | None
) -> Iterator[Finding]:
    record = _Record(stored)
    mandate = stored.mandate
    if part == WITHDRAWN:
        if not mandate.withdrawn:
            yield record.finding(FAULT, "id", '"withdrawn" is missing; add it with the reason, or move the file back')
        return
    if mandate.withdrawn:
        yield record.finding(FAULT, "withdrawn", f"the record is withdrawn; move the file to {folder / WITHDRAWN}")
    yield from _facts(record, mandate)
    for at, place in enumerate(mandate.places):
        if names.place(place) is None:
            advice = f'"{place}" is no known place; correct it, or add it to places.yaml as an alias'
            yield record.finding("country-unknown", "places", advice, item=at)
    if guesser:
        yield from _languages(record, mandate, guesser)
    expected = record_path(folder, mandate)
    if stored.path != expected:
        yield record.finding("folder", "start", f"the file belongs at {expected}; move it there")


def _facts(record: _Record, mandate: Mandate) -> Iterator[Finding]:
    if not mandate.requesters:
        yield record.finding("requester-missing", "requesters", "nobody asked for it; add the requester if it is known")
    if not mandate.places:
        yield record.finding("places-missing", "places", "no place; add the country or region if it is known")
    if not (mandate.start or mandate.end):
        yield record.finding("dates-missing", "start", "no dates; add start and end if they are known")
    elif mandate.end is None:
        yield record.finding("end-date-missing", "end", "no end; add it unless the mandate still goes on")
    if not mandate.description:
        yield record.finding("body-missing", "description", "no description; write a sentence or two")
    for language, title in mandate.title.items():
        if is_cut(title):
            advice = f'the title ends in dots, so it may be cut: "{title[-30:]}"; write it in full'
            yield record.finding("title-truncated", "title", advice, key=language)


def _languages(record: _Record, mandate: Mandate, guesser: Guesser) -> Iterator[Finding]:
    for language, text in mandate.description.items():
        guess = guesser.guess(text)
        if guess.language not in (language, UNDETERMINED) and guess.certainty >= _SURE:
            advice = f'the text under "{language}" reads like "{guess.language}"; put it under that key if it is'
            yield record.finding("language-tag-mismatch", "description", advice, key=language)


class _Record:
    """Points at the lines of one record."""

    def __init__(self, stored: StoredRecord) -> None:
        self._path = stored.path
        self._tree = stored.tree

    def finding(self, code: str, name: str, message: str, *, key: str = "", item: int = 0) -> Finding:
        """A finding at a key of the record, at a key inside it, or at an item of its list; else at the id."""
        entry = self._tree.entry(name) or self._tree.entry("id")
        line, column = (entry.line, entry.column) if entry else (self._tree.line, self._tree.column)
        value = entry.value if isinstance(entry, Entry) and entry.key == name else None
        if isinstance(value, MapNode) and key and (inner := value.entry(key)):
            line, column = inner.line, inner.column
        elif isinstance(value, ListNode) and item < len(value.items):
            line, column = value.items[item].line, value.items[item].column
        return Finding(Fault(self._path, line, column, message), code)
