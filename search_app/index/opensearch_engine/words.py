"""The words of a generation and in how many documents each stands, in all forms: what weighs a query's words.

A side file of the generation, written with it: every process that searches weighs alike, and no query need ask the
cluster first how frequent its words are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.stems import Stems
from search_app.index.opensearch_engine.mapping import BODY, STEMS, TITLE, TITLE_STEMS
from search_app.index.weights import PREFIX_WORDS

FILE: Final = "words.npz"
FIELDS: Final = (BODY, TITLE, *STEMS, *TITLE_STEMS)
_HIGHEST: Final = "\U0010ffff"


class WordCounter:
    """Counts documents by word while a generation is written.

    counts   for each field, term → documents; documents, length, title_length: sums over all documents
    """

    def __init__(self, stems: Stems) -> None:
        self._stems = stems
        self.counts: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
        self.documents = self.length = self.title_length = 0

    def add(self, body: Iterable[str], title: Iterable[str], lengths: tuple[int, int]) -> None:
        """Count a document; each of its terms once, or more often, which is the same."""
        self._count(body, title, lengths, 1)

    def remove(self, body: Iterable[str], title: Iterable[str], lengths: tuple[int, int]) -> None:
        """Count a document no longer."""
        self._count(body, title, lengths, -1)

    def _count(self, body: Iterable[str], title: Iterable[str], lengths: tuple[int, int], step: int) -> None:
        for terms, exact, stemmed in ((set(body), BODY, STEMS), (set(title), TITLE, TITLE_STEMS)):
            both = [self._stems.both(term) for term in terms]
            self._step(exact, terms, step)
            for number, field in enumerate(stemmed):
                self._step(field, {one[number] for one in both}, step)
        self.documents += step
        self.length += step * lengths[0]
        self.title_length += step * lengths[1]

    def _step(self, field: str, terms: Iterable[str], step: int) -> None:
        counts = self.counts[field]
        for term in terms:
            counts[term] += step

    def write(self, folder: Path) -> None:
        """Write the side file."""
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "sums": np.array([self.documents, self.length, self.title_length], np.int64)
        }
        for field, counts in self.counts.items():
            held = sorted(term for term, count in counts.items() if count)
            arrays[f"{field}_terms"] = np.frombuffer("\n".join(held).encode(), np.uint8)
            arrays[f"{field}_documents"] = np.array([counts[term] for term in held], np.int32)
        with (folder / FILE).open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]

    def start_from(self, words: Words) -> None:
        """Go on counting from an older generation."""
        self.documents, self.length, self.title_length = words.documents, words.length, words.title_length
        self.counts = {field: Counter(words.of(field)) for field in FIELDS}


class Words:
    """The counts of one generation, for reading.

    documents, length, title_length   how many documents, and the sums of their lengths
    """

    def __init__(self, folder: Path) -> None:
        with np.load(folder / FILE, allow_pickle=False) as stored:
            self.documents, self.length, self.title_length = map(int, stored["sums"].tolist())
            self._terms = {field: _unpacked(stored[f"{field}_terms"]) for field in FIELDS}
            self._counts = {field: stored[f"{field}_documents"] for field in FIELDS}

    def of(self, field: str) -> Mapping[str, int]:
        """All terms of a field with their documents."""
        return dict(zip(self._terms[field], self._counts[field].tolist(), strict=True))

    def count(self, field: str, term: str) -> int:
        """How many documents hold a term in a field."""
        terms = self._terms[field]
        place = bisect_left(terms, term)
        return int(self._counts[field][place]) if place < len(terms) and terms[place] == term else 0

    def beginning(self, prefix: str) -> Sequence[str]:
        """All words that begin so, in the order of letters."""
        terms = self._terms[BODY]
        return terms[bisect_left(terms, prefix) : bisect_left(terms, prefix + _HIGHEST)]

    def most_frequent(self, prefix: str) -> Sequence[str]:
        """The words that a prefix stands for: all of them, or the most frequent thousand."""
        words = self.beginning(prefix)
        if len(words) <= PREFIX_WORDS:
            return words
        return sorted(sorted(words, key=lambda word: (-self.count(BODY, word), word))[:PREFIX_WORDS])

    def plain(self) -> Iterator[tuple[str, int]]:
        """The words that are neither stop words nor capitals."""
        for term, count in self.of(BODY).items():
            if not term.startswith(STOP_MARK) and not term.isupper():
                yield term, count


def _unpacked(packed: npt.NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n") if packed.size else []
