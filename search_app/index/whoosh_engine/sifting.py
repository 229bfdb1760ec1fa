"""Of a page's documents, the tokens that a query can meet: found by word numbers, a page at once.

A page of ten documents has some thousand tokens, of which a query meets a few dozen. Only those become objects, each
with its place, so that what stands side by side is still known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.analyzer import STOP_MARK
from search_app.index.document import PARTS
from search_app.index.engine import Placed
from search_app.index.memo import Memo
from search_app.index.query import Clause, Concept, Exact, Label, Name, Prefix, Query, Spelling, Word
from search_app.index.whoosh_engine.lexicon import Lexicon
from search_app.index.whoosh_engine.reader import Row

Int32 = npt.NDArray[np.int32]
Sifted = tuple[Sequence[Placed], ...]
MEMO_BYTES: Final = 4 << 20


class Sifter:
    """Finds the tokens that queries can meet, for one generation."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._stop_words = lexicon.range_of(STOP_MARK)
        self._met: Memo[tuple[Clause, Int32]] = Memo(MEMO_BYTES, lambda kept: kept[1].nbytes + 500)

    def sifted(self, query: Query, rows: Sequence[Row]) -> list[Sifted]:
        """For each document, of each part the tokens that the query can meet."""
        if not rows or not query.parts:
            return [((),) * len(PARTS)] * len(rows)
        wanted = np.zeros(len(self._lexicon.words) + 1, dtype=bool)
        for part in query.parts:
            wanted[self._words_met(part.clause)] = True
        words = np.concatenate([row.words for row in rows])
        found = np.flatnonzero(wanted.take(words))
        low, high = self._stop_words
        plain = np.cumsum((words < low) | (words >= high)).take(found)
        starts, lengths = np.concatenate([row.places for row in rows])[found].T
        firsts = [0, *accumulate(len(row.words) for row in rows)]
        ends = [first + end for first, row in zip(firsts, rows, strict=False) for end in row.ends]
        parts: list[list[Placed]] = [[] for _ in ends]
        terms = self._lexicon.words
        met = words.take(found)
        columns = (np.searchsorted(ends, found, side="right"), met, starts, starts + lengths, found, plain)
        for part_number, word, *rest in zip(*(column.tolist() for column in columns), strict=True):
            parts[part_number].append(Placed(terms[word], *rest))
        size = len(PARTS)
        return [tuple(parts[start : start + size]) for start in range(0, len(parts), size)]

    def _words_met(self, clause: Clause) -> Int32:
        """The numbers of the words that a clause can meet in a document."""
        # by identity, as `Scorer` does
        key = id(clause) if isinstance(clause, Concept | Name) else clause
        return self._met.get(key, lambda: (clause, np.fromiter(self._numbers(clause), np.int32)))[1]

    def _numbers(self, clause: Clause | Label) -> Iterator[int]:
        match clause:
            case Word(term):
                yield from self._lexicon.family(term)
            case Exact(terms):
                yield from self._exactly(terms)
            case Prefix(prefix):
                yield from range(*self._lexicon.range_of(prefix))
            case Name():
                yield from self._exactly(chain(clause.terms, *(longer.terms for longer in clause.longer)))
            case Label(words):
                yield from chain.from_iterable(map(self._lexicon.family, words))
            case Concept():
                yield from chain.from_iterable(map(self._numbers, (*clause.own, *clause.labels)))
            case Spelling(_, words):
                yield from chain.from_iterable(self._lexicon.family(word) for word, _ in words)

    def _exactly(self, terms: Iterator[str] | Sequence[str]) -> Iterator[int]:
        return (number for term in terms if (number := self._lexicon.number(term)) is not None)
