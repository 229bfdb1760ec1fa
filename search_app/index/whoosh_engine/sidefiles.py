"""What a segment knows of its documents beside Whoosh's file: lengths, days, filter values and tokens.

Files are named after the segment, so that Whoosh's clean-up treats them as its own: `.words` the segment's own word
list, `.cols` one array a column, `.tab` what the numbers in them mean, `.tok` the tokens of all documents.
Numbers count in the segment's own lists; they are written once and never change.
"""

from __future__ import annotations

import io
import json
from array import array
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.language import LANGUAGES
from search_app.index.document import PARTS, TITLE_PARTS, Document

Ints = npt.NDArray[np.int64]
TOKEN: Final = np.dtype([("word", "<i4"), ("start", "<u4"), ("length", "<u4")])
# Rows of tokens a document: its parts, and the derived names.
ROWS: Final = len(PARTS) + 1
LONGEST: Final = 0xFFFF
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
    """Collects the side files of one segment, document by document; tokens go to disk as they come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Whoosh packs every file named after the segment into one at commit, so ours get their name afterwards.
        self._token_path = folder / "tokens.part"
        self._tokens = self._token_path.open("wb")
        self._words: dict[str, int] = {}
        self._word_documents = array("i")
        self._ids: list[str] = []
        self._columns = {name: array(kind) for name, kind in _COLUMN_TYPES.items()}
        self._token_offsets = array("q", [0])
        self._token_count = 0
        self._values = {kind: _Values() for kind in VALUE_KINDS}
        self._labels: dict[str, str] = {}

    def add(self, document: Document) -> None:
        """Take in one document, in the order in which Whoosh takes them."""
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
        self._add_tokens(document)

    def _add_tokens(self, document: Document) -> None:
        words = self._words
        for term in document.body:
            number = words.setdefault(term, len(words))
            if number == len(self._word_documents):
                self._word_documents.append(0)
            self._word_documents[number] += 1
        rows = [
            [(words[token.term], token.start, token.end - token.start) for token in part] for part in document.parts
        ]
        # Derived names stand in no text; their words are kept so that a deleted document can be discounted.
        rows.append([(words[term], 0, 0) for term in document.derived])
        for row in rows:
            self._tokens.write(np.array(row, dtype=TOKEN).tobytes())
            self._token_count += len(row)
            self._token_offsets.append(self._token_count)

    def finish(self, segment: str) -> None:
        """Write everything under the segment's name; call it after Whoosh has committed."""
        self._tokens.close()
        self._token_path.rename(self._folder / f"{segment}.tok")
        (self._folder / f"{segment}.words").write_text("\n".join(self._words), "utf-8")
        tables: dict[str, list[str] | dict[str, str]] = {"ids": self._ids, "labels": self._labels}
        tables |= {kind: list(values.numbers) for kind, values in self._values.items()}
        (self._folder / f"{segment}.tab").write_text(json.dumps(tables, ensure_ascii=False), "utf-8")
        columns = {name: np.asarray(column) for name, column in self._columns.items()}
        columns["tokens"] = np.asarray(self._token_offsets)
        columns["word_documents"] = np.asarray(self._word_documents)
        for kind, values in self._values.items():
            columns[f"{kind}_offsets"] = np.asarray(values.offsets)
            columns[f"{kind}_values"] = np.asarray(values.values, dtype=np.int32)
        buffer = io.BytesIO()
        np.savez(buffer, **columns)  # type: ignore[arg-type]
        (self._folder / f"{segment}.cols").write_bytes(buffer.getvalue())

    def discard(self) -> None:
        """Close what is open and leave nothing behind."""
        self._tokens.close()
        self._token_path.unlink(missing_ok=True)


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

    words     the segment's word list; columns by name; tables: ids and the values of each kind, by number
    labels    how requesters without a concept are printed, by the value of their filter
    tokens    all tokens, mapped from disk
    """

    words: list[str]
    columns: dict[str, npt.NDArray[np.generic]]
    tables: dict[str, list[str]]
    labels: dict[str, str]
    tokens: npt.NDArray[np.void]

    @classmethod
    def read(cls, folder: Path, segment: str) -> SideFiles:
        """Open the side files of a segment."""
        with np.load(folder / f"{segment}.cols", allow_pickle=False) as stored:
            columns = {name: stored[name] for name in stored.files}
        path = folder / f"{segment}.tok"
        empty = path.stat().st_size == 0
        # a view as a plain array: slices of np.memmap cost several times as much
        tokens = np.empty(0, TOKEN) if empty else np.memmap(path, dtype=TOKEN, mode="r").view(np.ndarray)
        words = (folder / f"{segment}.words").read_text("utf-8")
        tables = json.loads((folder / f"{segment}.tab").read_text("utf-8"))
        return cls(
            words=words.split("\n") if words else [],
            columns=columns,
            labels=tables.pop("labels"),
            tables=tables,
            tokens=tokens,
        )

    def words_of(self, number: int) -> list[str]:
        """Every word that stands in one document's body, once."""
        offsets = self.columns["tokens"]
        rows = self.tokens[int(offsets[number * ROWS]) : int(offsets[(number + 1) * ROWS])]
        return [self.words[word] for word in np.unique(rows["word"]).tolist()]

    def spans(self, number: int) -> tuple[npt.NDArray[np.int32], list[int]]:
        """The tokens of one document's parts as rows of word, start and length, and where among them each part ends."""
        first, *ends = self.columns["tokens"][number * ROWS : number * ROWS + ROWS].tolist()
        return self._token_rows[first : ends[-1]], [end - first for end in ends]

    @cached_property
    def _token_rows(self) -> npt.NDArray[np.int32]:
        return self.tokens.view(np.int32).reshape(-1, 3)

    def title_words(self) -> tuple[Ints, Ints]:
        """The words of all titles, token by token: numbers of documents and of words."""
        offsets = self.columns["tokens"].astype(np.int64)
        starts, ends = offsets[:-1:ROWS], offsets[TITLE_PARTS::ROWS]
        lengths = ends - starts
        documents = np.repeat(np.arange(len(lengths)), lengths)
        behind = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        return documents, self.tokens["word"][np.arange(len(documents)) + behind].astype(np.int64)

    def parts(self, number: int) -> list[tuple[list[str], list[int], list[int]]]:
        """The tokens of one document by part: terms, starts, ends."""
        offsets = self.columns["tokens"]
        result = []
        for part in range(len(PARTS)):
            row = number * ROWS + part
            rows = self.tokens[int(offsets[row]) : int(offsets[row + 1])]
            terms = [self.words[word] for word in rows["word"].tolist()]
            result.append((terms, rows["start"].tolist(), (rows["start"] + rows["length"]).tolist()))
        return result
