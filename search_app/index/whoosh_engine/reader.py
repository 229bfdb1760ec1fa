"""Postings, positions and stored records of a generation as numpy arrays.

Documents are numbered over all segments; deleted ones never appear. Only where a word's positions begin is asked of
Whoosh, which reads by seek and read on one file object for all threads, so that this holds a lock. What is returned is
immutable and shared.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from whoosh.codec.base import Segment
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search_app.analysis.analyzer import Token
from search_app.corpus.mandate import Mandate, from_dict
from search_app.index.memo import Memo
from search_app.index.whoosh_engine.blocks import PostingFile
from search_app.index.whoosh_engine.lexicon import Lexicon
from search_app.index.whoosh_engine.schema import BODY, schema
from search_app.index.whoosh_engine.sidefiles import SideFiles

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
# A position in the whole generation: document number and position in one number, in reading order.
POSITION_BITS: Final = 32
# Rows that are kept, those asked for last.
ROW_BYTES: Final = 8 << 20
# A word's postings are asked for once a stem and once as they are; positions of small words are in many phrases.
POSTING_BYTES: Final = 4 << 20
POSITION_BYTES: Final = 8 << 20
POSITION_BYTES_EACH: Final = 128
# Of a word that stands in so many documents for each that matters, only some postings are read, and not kept.
FEW: Final = 2_048


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
    numbers: npt.NDArray[np.integer]


@dataclass(frozen=True)
class Row:
    """What is shown of a document, and what of it can be found.

    words   of all tokens but those of derived names, by their numbers in the lexicon
    places  start and length of each in its part's text; ends: behind which token each part ends
    size    about how many bytes all of it holds
    """

    mandate: Mandate
    words: Int32
    places: Int32
    ends: list[int]
    size: int


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
        self._files = [_posting_file(folder, storage, leaf.segment()) for leaf, _ in self._leaves]
        self._bases = [base for _, base in self._leaves]
        self.segments = len(self._leaves)
        self.capacity = int(self._reader.doc_count_all())
        self._postings: Memo[Postings] = Memo(POSTING_BYTES, lambda one: 2 * one.documents.nbytes + 500)
        position_bytes = POSITION_BYTES + POSITION_BYTES_EACH * self.capacity
        self._positions: Memo[Int64] = Memo(position_bytes, lambda places: places.nbytes + 500)
        self._rows: Memo[Row] = Memo(ROW_BYTES, lambda row: row.size)
        self.live = np.ones(self.capacity, dtype=bool)
        for leaf, base in self._leaves:
            for number in leaf.segment().deleted_docs() if leaf.has_deletions() else ():
                self.live[base + number] = False
        self.count = int(self.live.sum())
        self._all_live = self.count == self.capacity
        self.labels = {value: label for side in self._sides for value, label in side.labels.items()}
        self.ids = [name for side in self._sides for name in side.tables["ids"]]

    def close(self) -> None:
        """Release the files."""
        with self._lock:
            self._reader.close()
            for file in self._files:
                file.close()
            for side in self._sides:
                side.close()

    def words_of(self, number: int) -> list[str]:
        """Every word that stands in the body of a document, deleted or not, once."""
        segment = bisect_right(self._bases, number) - 1
        return self._sides[segment].words_of(number - self._bases[segment])

    def largest_segment(self) -> range:
        """The numbers of the documents in the segment that has most, deleted ones too."""
        bounds = pairwise((*self._bases, self.capacity))
        return max((range(first, end) for first, end in bounds), key=len, default=range(0))

    @cached_property
    def by_id(self) -> Int32:
        """All documents, deleted ones too, in the order of their ids."""
        return np.array(sorted(range(self.capacity), key=self.ids.__getitem__), np.int32)

    def number(self, name: str) -> int | None:
        """The document with an id; None where no live one has it."""
        for place in range(bisect_left(self.by_id, name, key=self.ids.__getitem__), self.capacity):
            number = int(self.by_id[place])
            if self.ids[number] != name:
                break
            if self.live[number]:
                return number
        return None

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
            offsets, values = side.values_of(kind)
            numbered = np.arange(base, base + len(offsets) - 1, dtype=np.int32)
            rows, values = np.repeat(numbered, np.diff(offsets)), np.array(own, dtype=np.int32).take(values)
            kept = slice(None) if self._all_live else self.live[rows]
            documents.append(rows[kept])
            numbers.append(values[kept])
        # where numbers are narrow, they are sorted quickest and take least room
        narrow = np.min_scalar_type(len(numbers_of))
        return Rows(list(numbers_of), np.concatenate(documents), np.concatenate(numbers).astype(narrow))

    def title_words(self) -> Rows:
        """The words of all titles over all segments, token by token, deleted documents left out."""
        numbers_of: dict[str, int] = {}
        documents, numbers = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        for (_, base), side in zip(self._leaves, self._sides, strict=True):
            holders, words = side.title_words()
            used, places = np.unique(words, return_inverse=True)
            listed = side.read_words()
            own = [numbers_of.setdefault(listed[word], len(numbers_of)) for word in used.tolist()]
            kept = self.live[holders + base]
            documents.append((holders[kept] + base).astype(np.int32))
            numbers.append(np.array(own, dtype=np.int32)[places[kept]])
        return Rows(list(numbers_of), np.concatenate(documents), np.concatenate(numbers))

    def postings(self, field: str, word: str) -> Postings:
        """Where one word stands, deleted documents left out."""
        return self._postings.get((field, word), lambda: self._read_postings(field, word))

    def _read_postings(self, field: str, word: str) -> Postings:
        found = []
        for segment, number in self._held_by(word):
            documents, frequencies = self._sides[segment].postings_of(field, number)
            base = self._bases[segment]
            found.append((documents + base if base else documents, frequencies))
        if not found:
            return NOTHING
        documents, frequencies = found[0] if len(found) == 1 else map(np.concatenate, zip(*found, strict=True))
        if self._all_live:
            return Postings(documents, frequencies)
        kept = self.live[documents]
        return Postings(documents[kept], frequencies[kept])

    def postings_of_all(self, field: str, words: Int64) -> tuple[Int32, Int32]:
        """Where any of some words stands: documents, once for each word and in no order, and how often each has it.

        words   by their numbers in the lexicon
        """
        found = [(np.empty(0, np.int32), np.empty(0, np.int32))]
        for base, side, own in zip(self._bases, self._sides, self._own_numbers, strict=True):
            held = own[words]
            documents, frequencies = side.postings_of_all(field, held[held >= 0])
            kept = self.live[documents + base]
            found.append((documents[kept] + base, frequencies[kept]))
        documents, frequencies = map(np.concatenate, zip(*found, strict=True))
        return documents, frequencies

    def positions(self, word: str, within: Int64 | None = None) -> Int64:
        """Every place in the body where one word stands, ascending; see POSITION_BITS.

        within   documents, ascending; places in others may be left out, as where few of many are asked for
        """
        if within is not None and len(within) * FEW < self._lexicon.count(word):
            kept = self._positions.find(word)
            return self._read_positions(word, within) if kept is None else kept
        return self._positions.get(word, lambda: self._read_positions(word))

    def _read_positions(self, word: str, within: Int64 | None = None) -> Int64:
        chunks = [np.empty(0, np.int64)]
        for segment, number in self._held_by(word):
            leaf, base = self._leaves[segment]
            with self._lock:
                offset, _ = leaf.term_info(BODY, word).extent()
            documents, frequencies = self._sides[segment].postings_of(BODY, number)
            wanted = None if within is None else np.searchsorted(documents, within - base).tolist()
            for first, payloads in self._files[segment].payloads(offset, wanted):
                here = slice(first, first + len(payloads))
                starts = np.repeat((documents[here].astype(np.int64) + base) << POSITION_BITS, frequencies[here])
                chunks.append(starts + _positions(payloads, frequencies[here]))
        found = np.concatenate(chunks)
        return found if self._all_live else found[self.live[found >> POSITION_BITS]]

    def _held_by(self, word: str) -> Iterator[tuple[int, int]]:
        """The segments that hold a word which stands in a live document, each with the word's number there."""
        number = self._lexicon.number(word)
        for segment, own in enumerate(self._own_numbers if number is not None else ()):
            if own[number] >= 0:
                yield segment, int(own[number])

    def row(self, number: int) -> Row:
        """The record of a document with its tokens."""
        return self._rows.get(number, lambda: self._row(number))

    def _row(self, number: int) -> Row:
        segment = bisect_right(self._bases, number) - 1
        side, number = self._sides[segment], number - self._bases[segment]
        stored = side.record(number)
        stored_tokens, ends = side.spans(number)
        tokens = stored_tokens.copy()
        tokens[:, 0] = self._lexicon_numbers[segment].take(tokens[:, 0])
        # each text and each key is an object of its own, beside those of the record
        size = len(stored) + tokens.nbytes + 2_000
        return Row(from_dict(json.loads(stored)), tokens[:, 0], tokens[:, 1:], ends, size)

    def number_words(self, lexicon: Lexicon) -> None:
        """Number words as in the lexicon, wherever numbers are asked for."""
        self._lexicon = lexicon

    @cached_property
    def _lexicon_numbers(self) -> list[Int32]:
        """For each segment, the numbers of its words in the lexicon."""
        return self._lexicon.numbers_of(side.read_words() for side in self._sides)

    @cached_property
    def _own_numbers(self) -> list[Int32]:
        """For each segment, the number that each word of the lexicon has there; -1 where it has none."""
        tables = []
        for numbers in self._lexicon_numbers:
            # one more, for words that no live document holds
            own = np.full(len(self._lexicon.words) + 1, -1, np.int32)
            own[numbers] = np.arange(len(numbers), dtype=np.int32)
            tables.append(own)
        return tables

    def tokens(self, number: int) -> tuple[tuple[Token, ...], ...]:
        """The tokens of a document by part, as they were indexed."""
        row, terms = self.row(number), self._lexicon.words
        starts, lengths = row.places.T
        columns = (row.words.tolist(), starts.tolist(), (starts + lengths).tolist())
        tokens = [Token(terms[word], start, end) for word, start, end in zip(*columns, strict=True)]
        return tuple(tuple(tokens[first:end]) for first, end in pairwise([0, *row.ends]))

    def language_bits(self) -> npt.NDArray[np.uint8]:
        """One bit a language for each document, the first of LANGUAGES lowest."""
        return self.column("languages").astype(np.uint8)


def _posting_file(folder: Path, storage: FileStorage, segment: Segment) -> PostingFile:
    """The postings within a segment's compound file."""
    files = segment.open_compound_file(storage)
    try:
        start, _ = files.range(segment.make_filename(W3Codec.POSTS_EXT))
    finally:
        files.close()
    return PostingFile(folder / segment.make_filename(segment.COMPOUND_EXT), start)


def _positions(payloads: Sequence[bytes], frequencies: Int32) -> Int64:
    """The positions that the payloads of postings hold: two bytes each, or four in documents that need them."""
    joined = b"".join(payloads)
    if len(joined) == 2 * int(frequencies.sum()):
        return np.frombuffer(joined, np.uint16).astype(np.int64)
    widths = [
        np.uint16 if len(payload) == 2 * frequency else np.uint32
        for payload, frequency in zip(payloads, frequencies.tolist(), strict=True)
    ]
    parts = [np.frombuffer(*one).astype(np.int64) for one in zip(payloads, widths, strict=True)]
    return np.concatenate(parts)
