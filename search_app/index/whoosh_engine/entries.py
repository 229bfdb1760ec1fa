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


def increased(entry: Entry, by: Entry) -> Entry:
    """An entry of which some documents get more: those of `by`, which has no others."""
    if not len(by.documents):
        return entry
    if len(by.documents) == len(entry.documents):
        return Entry(entry.documents, entry.weights + by.weights)
    size = int(entry.documents[-1]) + 1
    if not are_many(len(entry.documents), size):
        weights = entry.weights.copy()
        weights[np.searchsorted(entry.documents, by.documents)] += by.weights
        return Entry(entry.documents, weights)
    spread = np.zeros(size)
    spread[places(by.documents)] = by.weights
    return Entry(entry.documents, entry.weights + spread.take(entry.documents))


def better_of(own: Sequence[Entry], others: Sequence[Entry], factor: float) -> tuple[Entry, Int32]:
    """The better of the sum of what own entries give and so many times the most that others give.

    returns  that, and the documents that all own entries or one other have
    """
    found = [entry.documents for entry in (*own, *others) if len(entry.documents)]
    size = max((int(documents[-1]) for documents in found), default=0) + 1
    if not are_many(sum(map(len, found)), size):
        best = best_of(others)
        return best_of([total(own), scaled(best, factor)]), union([common(own), best.documents])
    summed, best_there, holding = np.zeros(size), np.zeros(size), np.zeros(size, np.int16)
    for entry in own:
        at = places(entry.documents)
        summed[at] = summed.take(at) + entry.weights
        holding[at] += 1
    for entry in others:
        at = places(entry.documents)
        best_there[at] = np.maximum(best_there.take(at), entry.weights)
    whole = (holding == len(own)) | (best_there > 0)
    summed = np.maximum(summed, best_there * factor)
    held = np.flatnonzero(summed > 0)
    return Entry(held.astype(np.int32), summed.take(held)), np.flatnonzero(whole).astype(np.int32)


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


def common(entries: Sequence[Entry]) -> Int32:
    """The documents that all entries have; there is one at least."""
    documents = entries[0].documents
    for entry in entries[1:]:
        documents = documents[among(documents, entry.documents)]
    return documents


def total(entries: Sequence[Entry]) -> Entry:
    """The documents of all entries, each with the sum of what it gets."""
    return _joined(entries, np.add)


def best_of(entries: Sequence[Entry]) -> Entry:
    """The documents of all entries, each with the most that it gets."""
    return _joined(entries, np.maximum)
