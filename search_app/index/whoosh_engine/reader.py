"""Postings, positions and stored records of a generation as numpy arrays, read through Whoosh's reader.

Documents are numbered over all segments; deleted ones never appear. Whoosh reads by seek and read on one file object
for all threads, so every call holds a lock; what it returns is immutable and shared freely.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from search_app.analysis.analyzer import Token
from search_app.corpus.mandate import Mandate, from_dict
from search_app.index.whoosh_engine.schema import BODY, schema
from search_app.index.whoosh_engine.sidefiles import SideFiles

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
# A position in the whole generation: document number and position in one number, in reading order.
POSITION_BITS: Final = 32


@dataclass(frozen=True)
class Postings:
    """Documents that hold something, ascending, and how often each does."""

    documents: Int32
    frequencies: Int32

    def __len__(self) -> int:
        return len(self.documents)


NOTHING: Final = Postings(np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True)
class Rows:
    """A column of several values a document, over all segments: value `names[numbers[i]]` stands in `documents[i]`."""

    names: list[str]
    documents: Int32
    numbers: Int32


class Reader:
    """One open generation."""

    def __init__(self, folder: Path) -> None:
        # Whoosh copies what it maps, so nothing is mapped (several times the index in memory otherwise).
        storage = FileStorage(str(folder), supports_mmap=False)
        self._reader = FileIndex(storage, schema=schema()).reader()
        self._lock = threading.Lock()
        # an index without a document has one leaf, and that without a segment
        self._leaves = [(leaf, int(base)) for leaf, base in self._reader.leaf_readers() if leaf.segment() is not None]
        self._sides = [SideFiles.read(folder, leaf.segment().segment_id()) for leaf, _ in self._leaves]
        self.segments = len(self._leaves)
        self.capacity = int(self._reader.doc_count_all())
        self.live = np.ones(self.capacity, dtype=bool)
        for leaf, base in self._leaves:
            for number in leaf.segment().deleted_docs() if leaf.has_deletions() else ():
                self.live[base + number] = False
        self.count = int(self.live.sum())
        self.labels = {value: label for side in self._sides for value, label in side.labels.items()}
        self.ids = [name for side in self._sides for name in side.tables["ids"]]

    def close(self) -> None:
        """Release the files."""
        with self._lock:
            self._reader.close()

    def word_counts(self) -> Counter[str]:
        """How many live documents hold each word, over all segments."""
        counts: Counter[str] = Counter()
        for (_, base), side in zip(self._leaves, self._sides, strict=True):
            counts.update(dict(zip(side.words, side.columns["word_documents"].tolist(), strict=True)))
            size = len(side.tables["ids"])
            for number in np.flatnonzero(~self.live[base : base + size]).tolist():
                counts.subtract(side.words_of(number))
        return counts

    def column(self, name: str) -> npt.NDArray[np.generic]:
        """One value a document, over all segments."""
        if not self._sides:
            return np.empty(0, np.int64)
        return np.concatenate([side.columns[name] for side in self._sides])

    def rows(self, kind: str) -> Rows:
        """Several values a document, over all segments, deleted documents left out.

        kind   one of `sidefiles.VALUE_KINDS`
        """
        numbers_of: dict[str, int] = {}
        documents, numbers = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        for (_, base), side in zip(self._leaves, self._sides, strict=True):
            own = [numbers_of.setdefault(name, len(numbers_of)) for name in side.tables[kind]]
            offsets = side.columns[f"{kind}_offsets"].astype(np.int64)
            numbered = np.arange(base, base + len(offsets) - 1, dtype=np.int32)
            rows = np.repeat(numbered, offsets[1:] - offsets[:-1])
            values = np.array(own, dtype=np.int32)[side.columns[f"{kind}_values"].astype(np.int64)]
            kept = self.live[rows]
            documents.append(rows[kept])
            numbers.append(values[kept])
        return Rows(list(numbers_of), np.concatenate(documents), np.concatenate(numbers))

    def title_words(self) -> Rows:
        """The words of all titles over all segments, token by token, deleted documents left out."""
        numbers_of: dict[str, int] = {}
        documents, numbers = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        for (_, base), side in zip(self._leaves, self._sides, strict=True):
            holders, words = side.title_words()
            used, places = np.unique(words, return_inverse=True)
            own = [numbers_of.setdefault(side.words[word], len(numbers_of)) for word in used.tolist()]
            kept = self.live[holders + base]
            documents.append((holders[kept] + base).astype(np.int32))
            numbers.append(np.array(own, dtype=np.int32)[places[kept]])
        return Rows(list(numbers_of), np.concatenate(documents), np.concatenate(numbers))

    def postings(self, field: str, word: str) -> Postings:
        """Where one word stands, deleted documents left out."""
        documents: list[int] = []
        frequencies: list[int] = []
        with self._lock:
            try:
                matcher = self._reader.postings(field, word)
            except TermNotFound:
                return NOTHING
            while matcher.is_active():
                documents.append(matcher.id())
                frequencies.append(int(matcher.weight()))
                matcher.next()
        return Postings(np.array(documents, np.int32), np.array(frequencies, np.int32))

    def positions(self, word: str) -> Int64:
        """Every place in the body where one word stands, ascending; see POSITION_BITS."""
        chunks: list[Int64] = []
        with self._lock:
            try:
                matcher = self._reader.postings(BODY, word)
            except TermNotFound:
                return np.empty(0, np.int64)
            while matcher.is_active():
                payload, frequency = matcher.value(), int(matcher.weight())
                width = np.uint16 if len(payload) == 2 * frequency else np.uint32
                chunks.append(np.frombuffer(payload, width).astype(np.int64) + (matcher.id() << POSITION_BITS))
                matcher.next()
        return np.concatenate(chunks) if chunks else np.empty(0, np.int64)

    def record(self, number: int) -> Mandate:
        """The stored record of a document."""
        with self._lock:
            stored = self._reader.stored_fields(number)
        return from_dict(json.loads(stored["record"]))

    def tokens(self, number: int) -> tuple[tuple[Token, ...], ...]:
        """The tokens of a document by part, as they were indexed."""
        for (_, base), side in zip(reversed(self._leaves), reversed(self._sides), strict=True):
            if number >= base:
                return tuple(
                    tuple(Token(*token) for token in zip(terms, starts, ends, strict=True))
                    for terms, starts, ends in side.parts(number - base)
                )
        raise IndexError(number)

    def language_bits(self) -> npt.NDArray[np.uint8]:
        """One bit a language for each document, the first of LANGUAGES lowest."""
        return self.column("languages").astype(np.uint8)
