"""What a segment knows of its documents beside Whoosh's file: lengths, days, filter values and tokens.

Files are named after the segment, so that Whoosh's clean-up treats them as its own: `.words` the segment's own word
list, `.cols` one array a column, `.tab` what the numbers in them mean, `.tok` the tokens of all documents, `.rec` their
records, `.pst` the documents of each word.
Numbers count in the segment's own lists; they are written once and never change.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.language import LANGUAGES
from search_app.index.document import PARTS, TITLE_PARTS, Document
from search_app.index.whoosh_engine.placed_file import PlacedFile
from search_app.index.whoosh_engine.pool import Run
from search_app.index.whoosh_engine.posting_lists import Extents, PostingListWriter, read_all_postings, read_postings
from search_app.index.whoosh_engine.schema import FIELDS

Int64 = npt.NDArray[np.int64]
TOKEN_COLUMNS: Final = ("word", "start", "length")
TOKEN: Final = np.dtype(list(zip(TOKEN_COLUMNS, ("<i4", "<u4", "<u4"), strict=True)))
# Rows of tokens a document: its parts, and the derived names.
ROWS: Final = len(PARTS) + 1
LONGEST: Final = 0xFFFF
# Tokens that wait in memory for others.
WRITTEN_AT_ONCE: Final = 100_000
VALUE_KINDS: Final = ("places", "requesters", "holds", "concepts")


@dataclass
class _Values:
    """One column of several values a document: the values' own list, and rows as offsets into one array."""

    numbers: dict[str, int] = field(default_factory=dict)
    offsets: array[int] = field(default_factory=lambda: array("q", [0]))
    values: array[int] = field(default_factory=lambda: array("i"))

    def add(self, row: tuple[str, ...]) -> None:
        self.values.extend(self.numbers.setdefault(value, len(self.numbers)) for value in row)
        self.offsets.append(len(self.values))


class SideFileWriter:
    """Collects the side files of one segment, document by document; tokens and records go to disk as they come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Whoosh packs every file named after the segment into one at commit, so ours get their name afterwards.
        self._token_path = folder / "tokens.part"
        self._tokens = self._token_path.open("wb")
        self._record_path = folder / "records.part"
        self._records = self._record_path.open("wb")
        self._record_offsets = array("q", [0])
        self._posting_path = folder / "postings.part"
        self._postings = PostingListWriter(self._posting_path)
        self._extents: dict[str, Extents] = {}
        # a new word gets the next number
        self._words: defaultdict[str, int] = defaultdict()
        self._words.default_factory = self._words.__len__
        self._ids: list[str] = []
        self._columns = {name: array(kind) for name, kind in _COLUMN_TYPES.items()}
        self._rows = [array("i") for _ in TOKEN_COLUMNS]
        self._token_offsets = array("q", [0])
        self._values = {kind: _Values() for kind in VALUE_KINDS}
        self._labels: dict[str, str] = {}

    @property
    def words(self) -> list[str]:
        """All words by number."""
        return list(self._words)

    def add(self, document: Document) -> array[int]:
        """Take in one document, in the order in which Whoosh takes them; returns the number of each token's word."""
        self._ids.append(document.id)
        columns = self._columns
        # One row of the scorer fits two bytes; longer documents count as this long.
        columns["length"].append(min(document.length, LONGEST))
        columns["title_length"].append(min(document.title_length, LONGEST))
        columns["title_end"].append(document.title_end)
        columns["first"].append(document.first)
        columns["last"].append(document.last)
        columns["languages"].append(sum(1 << LANGUAGES.index(language) for language in document.languages))
        for kind in VALUE_KINDS:
            self._values[kind].add(getattr(document, kind))
        self._labels |= document.labels
        self._records.write(document.record)
        self._record_offsets.append(self._record_offsets[-1] + len(document.record))
        return self._add_tokens(document)

    def _add_tokens(self, document: Document) -> array[int]:
        numbers = array("i", map(self._words.__getitem__, document.terms))
        # Derived names stand in no text; their words are kept so that a deleted document can be discounted.
        for column, values in zip(self._rows, (numbers, document.starts, document.lengths), strict=True):
            column.extend(values)
        before = self._token_offsets[-1]
        self._token_offsets.extend(before + end for end in document.ends)
        if len(self._rows[0]) >= WRITTEN_AT_ONCE:
            self._write_tokens()
        return numbers

    def _write_tokens(self) -> None:
        rows = np.empty(len(self._rows[0]), dtype=TOKEN)
        for name, column in zip(TOKEN_COLUMNS, self._rows, strict=True):
            rows[name] = column
            del column[:]
        self._tokens.write(rows.tobytes())

    def add_postings(self, field: str, words: Int64, run: Run) -> None:
        """Take in all postings of some words, when all documents are there.

        words   the number of each word of the run
        """
        extents = self._extents.setdefault(field, Extents.of(len(self._words)))
        self._postings.add(extents, words, run)

    def finish(self, segment: str) -> None:
        """Write everything under the segment's name; call it after Whoosh has committed."""
        self._write_tokens()
        self._tokens.close()
        self._token_path.rename(self._folder / f"{segment}.tok")
        self._records.close()
        self._record_path.rename(self._folder / f"{segment}.rec")
        self._postings.close()
        self._posting_path.rename(self._folder / f"{segment}.pst")
        (self._folder / f"{segment}.words").write_text("\n".join(self._words), "utf-8")
        tables: dict[str, list[str] | dict[str, str]] = {"ids": self._ids, "labels": self._labels}
        tables |= {kind: list(values.numbers) for kind, values in self._values.items()}
        (self._folder / f"{segment}.tab").write_text(json.dumps(tables, ensure_ascii=False), "utf-8")
        columns = {name: np.asarray(column) for name, column in self._columns.items()}
        columns["tokens"] = np.asarray(self._token_offsets)
        columns["records"] = np.asarray(self._record_offsets)
        for name in FIELDS:
            extents = self._extents.get(name) or Extents.of(len(self._words))
            columns[f"{name}_starts"], columns[f"{name}_counts"] = extents.starts, extents.counts
        for kind, values in self._values.items():
            columns[f"{kind}_offsets"] = np.asarray(values.offsets)
            columns[f"{kind}_values"] = np.asarray(values.values, dtype=np.int32)
        with (self._folder / f"{segment}.cols").open("wb") as file:
            np.savez(file, **columns)  # type: ignore[arg-type]

    def discard(self) -> None:
        """Close what is open and leave nothing behind."""
        for file, path in (
            (self._tokens, self._token_path),
            (self._records, self._record_path),
            (self._postings, self._posting_path),
        ):
            file.close()
            path.unlink(missing_ok=True)


_COLUMN_TYPES: Final = {
    "length": "H",
    "title_length": "H",
    "title_end": "I",
    "first": "i",
    "last": "i",
    "languages": "B",
}


@dataclass(frozen=True)
class SideFiles:
    """The side files of one segment, read.

    text      the segment's word list, a word a line
    path      of the file of columns
    columns   those of one value a document and where its tokens and its record lie, by name
    tables    ids and the values of each kind, by number
    labels    how requesters without a concept are printed, by the value of their filter
    tokens    of all documents, as rows of TOKEN; records likewise, as they were stored; postings of all words
    extents   where among them those of each word lie, by field
    """

    text: str
    path: Path
    columns: dict[str, npt.NDArray[np.generic]]
    tables: dict[str, list[str]]
    labels: dict[str, str]
    tokens: PlacedFile
    records: PlacedFile
    postings: PlacedFile
    extents: dict[str, Extents]

    @classmethod
    def read(cls, folder: Path, segment: str) -> SideFiles:
        """Open the side files of a segment."""
        path = folder / f"{segment}.cols"
        with np.load(path, allow_pickle=False) as stored:
            columns = {name: stored[name] for name in (*_COLUMN_TYPES, "tokens", "records")}
            extents = {name: Extents(stored[f"{name}_starts"], stored[f"{name}_counts"]) for name in FIELDS}
        tables = json.loads((folder / f"{segment}.tab").read_text("utf-8"))
        return cls(
            text=(folder / f"{segment}.words").read_text("utf-8"),
            path=path,
            columns=columns,
            labels=tables.pop("labels"),
            tables=tables,
            tokens=PlacedFile(folder / f"{segment}.tok"),
            records=PlacedFile(folder / f"{segment}.rec"),
            postings=PlacedFile(folder / f"{segment}.pst"),
            extents=extents,
        )

    @cached_property
    def words(self) -> list[str]:
        """The segment's word list, kept."""
        return self.read_words()

    def read_words(self) -> list[str]:
        """The segment's word list."""
        return self.text.split("\n") if self.text else []

    def values_of(self, kind: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """The values of all documents, read anew, as whoever asks keeps them in another form: offsets and values.

        kind   one of `VALUE_KINDS`
        """
        with np.load(self.path, allow_pickle=False) as stored:
            return stored[f"{kind}_offsets"].astype(np.int64), stored[f"{kind}_values"].astype(np.int32)

    def close(self) -> None:
        """Release the files."""
        self.tokens.close()
        self.records.close()
        self.postings.close()

    def record(self, number: int) -> bytes:
        """The record of one document."""
        first, last = self.columns["records"][number : number + 2].tolist()
        return self.records.read(first, last - first)

    def postings_of(self, field: str, word: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The documents that hold one of the segment's words in a field, and how often each does."""
        return read_postings(self.postings, self.extents[field], word)

    def postings_of_all(
        self, field: str, words: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Those of many words, one word's behind another's."""
        return read_all_postings(self.postings, self.extents[field], words)

    def _rows(self, first: int, last: int) -> npt.NDArray[np.int32]:
        """Some tokens as rows of word, start and length."""
        data = self.tokens.read(first * TOKEN.itemsize, (last - first) * TOKEN.itemsize)
        return np.frombuffer(data, np.int32).reshape(-1, 3)

    def words_of(self, number: int) -> list[str]:
        """Every word that stands in one document's body, once."""
        first, last = self.columns["tokens"][[number * ROWS, (number + 1) * ROWS]].tolist()
        return [self.words[word] for word in set(self._rows(first, last)[:, 0].tolist())]

    def spans(self, number: int) -> tuple[npt.NDArray[np.int32], list[int]]:
        """The tokens of one document's parts as rows of word, start and length, and where among them each part ends."""
        first, *ends = self.columns["tokens"][number * ROWS : number * ROWS + ROWS].tolist()
        return self._rows(first, ends[-1]), [end - first for end in ends]

    def title_words(self) -> tuple[Int64, Int64]:
        """The words of all titles, token by token: numbers of documents and of words."""
        offsets = self.columns["tokens"].astype(np.int64)
        starts, ends = offsets[:-1:ROWS], offsets[TITLE_PARTS::ROWS]
        lengths = ends - starts
        documents = np.repeat(np.arange(len(lengths)), lengths)
        behind = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        places = np.arange(len(documents)) + behind
        # nearly all of the file is looked at, once: mapped for the moment
        tokens = np.memmap(self.tokens.path, TOKEN, mode="r") if len(places) else np.empty(0, TOKEN)
        return documents, tokens["word"][places].astype(np.int64)
