"""Which mandates are like one: those that share its concepts, the rarer the better; then its country, then its time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from search_app.index.document import EARLIEST
from search_app.index.weights import idf
from search_app.index.whoosh_engine.counting import Column
from search_app.index.whoosh_engine.reader import Reader

Ints = npt.NDArray[np.int64]


class Likeness:
    """Compares the documents of one generation.

    order   the rank of each document among equals
    """

    def __init__(self, reader: Reader, concepts: Column, places: Column, order: npt.NDArray[np.int32]) -> None:
        self._capacity = reader.capacity
        self._first = reader.column("first").astype(np.int64)
        self._order = order
        self._concepts = concepts
        self._places = places
        # the two capitals of a code tell countries from the regions around them
        self._is_country = np.array([len(name) == 2 and name.isupper() for name in places.names], dtype=bool)
        counts = np.bincount(concepts.numbers, minlength=len(concepts.names))
        self._idf = np.array([idf(reader.count, n) for n in counts.tolist()])

    def concepts(self, number: int) -> tuple[str, ...]:
        """The concepts of a document, those that fewest others hold first."""
        own = self._concepts.of(number)
        rarest = sorted(own.tolist(), key=lambda value: (-self._idf[value], self._concepts.names[value]))
        return tuple(self._concepts.names[value] for value in rarest)

    def similar(self, number: int, size: int) -> list[int]:
        """The documents most like one, best first; none that shares no concept."""
        own = self._concepts.of(number)
        worth = np.zeros(len(self._concepts.names))
        worth[own] = self._idf[own]
        scores = np.bincount(self._concepts.documents(), worth[self._concepts.numbers], minlength=self._capacity)
        scores[number] = 0.0
        found = np.flatnonzero(scores)
        if len(found) > size > 0:
            found = found[scores[found] >= np.partition(scores[found], len(found) - size)[len(found) - size]]
        keys = (self._order[found], self._distance(number)[found], ~self._neighbours(number)[found], -scores[found])
        return [int(document) for document in found[np.lexsort(keys)][:size]]

    def _neighbours(self, number: int) -> npt.NDArray[np.bool_]:
        """The documents that share a country with one."""
        own = self._places.of(number)
        return self._places.holding([self._places.names[value] for value in own[self._is_country[own]].tolist()])

    def _distance(self, number: int) -> Ints:
        """How many days lie between the starts of each document and one; very many where a start is not known."""
        unknown = np.iinfo(np.int64).max
        if self._first[number] == EARLIEST:
            return np.full(self._capacity, unknown)
        return np.where(self._first == EARLIEST, unknown, np.abs(self._first - self._first[number]))
