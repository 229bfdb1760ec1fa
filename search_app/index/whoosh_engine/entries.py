"""What documents get of a clause, and how such entries are put together: in the order given, so that sums agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.index.whoosh_engine.ascending import among, are_many, places, union

Int32 = npt.NDArray[np.int32]
# So many of the best documents of an entry are known: a page of hits.
BEST: Final = 10


@dataclass(frozen=True)
class Entry:
    """Documents, ascending, and what each of them gets."""

    documents: Int32
    weights: npt.NDArray[np.float64]

    @cached_property
    def best(self) -> list[int]:
        """The documents that get most, `BEST` where there are as many, in no order."""
        best = self.documents
        if len(best) > BEST:
            best = best[np.argpartition(self.weights, -BEST)[-BEST:]]
        found: list[int] = best.tolist()
        return found

    @property
    def size(self) -> int:
        """Bytes held, about, with the objects around the arrays."""
        return self.documents.nbytes + self.weights.nbytes + 500


EMPTY: Final = Entry(np.empty(0, np.int32), np.empty(0, np.float64))


def scaled(entry: Entry, factor: float) -> Entry:
    """So many times as much for each document."""
    return Entry(entry.documents, entry.weights * factor)


def only(entry: Entry, documents: Int32) -> Entry:
    """An entry without all documents but some."""
    kept = among(entry.documents, documents)
    return Entry(entry.documents[kept], entry.weights[kept])


def _joined(entries: Sequence[Entry], combine: np.ufunc) -> Entry:
    found = [entry for entry in entries if len(entry.documents)]
    if len(found) < 2:
        return found[0] if found else EMPTY
    first = found[0].documents
    if all(entry.documents is first or np.array_equal(entry.documents, first) for entry in found[1:]):
        return Entry(first, reduce(combine, [entry.weights for entry in found]))
    size = max(int(entry.documents[-1]) for entry in found) + 1
    if not are_many(sum(len(entry.documents) for entry in found), size):
        documents = union([entry.documents for entry in found])
        weights = np.zeros(len(documents))
        for entry in found:
            at = np.searchsorted(documents, entry.documents)
            weights[at] = combine(weights[at], entry.weights)
        return Entry(documents, weights)
    here, spread = np.zeros(size, dtype=bool), np.zeros(size)
    for number, entry in enumerate(found):
        at = places(entry.documents)
        here[at] = True
        spread[at] = combine(spread.take(at), entry.weights) if number else entry.weights
    held = np.flatnonzero(here)
    return Entry(held.astype(np.int32), spread.take(held))


def total(entries: Sequence[Entry]) -> Entry:
    """The documents of all entries, each with the sum of what it gets."""
    return _joined(entries, np.add)


def best_of(entries: Sequence[Entry]) -> Entry:
    """The documents of all entries, each with the most that it gets."""
    return _joined(entries, np.maximum)
