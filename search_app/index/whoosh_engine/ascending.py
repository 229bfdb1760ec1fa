"""Sets of documents as ascending arrays of their numbers.

Where many documents are at hand, an array with a place for each there may be is quicker than searching and sorting.
Numbers of 64 bits are what numpy looks up quickest; those of 32 take half of the room and are what is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
# Where one document in so many is there.
_DENSE: Final = 32


def are_many(count: int, size: int) -> bool:
    """Whether an array of so many places is worth its room for so many documents."""
    return count * _DENSE > size


def places(documents: Int32) -> Places:
    """Documents as places in an array."""
    return documents.astype(np.intp)


def distinct(ascending: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """An ascending array without what is repeated."""
    return ascending[_first_of_its_kind(ascending)]


def counted(ascending: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """What an ascending array holds, each once, and how often."""
    firsts = np.flatnonzero(_first_of_its_kind(ascending))
    return ascending[firsts], np.diff(firsts, append=len(ascending))


def _first_of_its_kind(ascending: npt.NDArray[np.int64]) -> Mask:
    first = np.ones(len(ascending), dtype=bool)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return first


def union(lists: Sequence[Int32]) -> Int32:
    """The documents that stand in any of some lists."""
    found = [one for one in lists if len(one)]
    if len(found) < 2:
        return found[0] if found else np.empty(0, np.int32)
    size = max(int(one[-1]) for one in found) + 1
    if are_many(sum(map(len, found)), size):
        here = np.zeros(size, dtype=bool)
        for one in found:
            here[places(one)] = True
        return np.flatnonzero(here).astype(np.int32)
    return distinct(np.sort(np.concatenate(found)).astype(np.int64)).astype(np.int32)


def among(documents: Int32, others: Int32) -> Mask:
    """Which of some documents stand among others."""
    size = int(others[-1]) + 1 if len(others) else 0
    if not are_many(len(documents) + len(others), size):
        return contained(documents, others)
    # one place more, for all that lie behind the last
    here = np.zeros(size + 1, dtype=bool)
    here[places(others)] = True
    return here.take(np.minimum(documents, size))


def contained(values: npt.NDArray[np.integer], ascending: npt.NDArray[np.integer]) -> Mask:
    """Which values stand in an ascending array."""
    if not len(ascending):
        return np.zeros(len(values), dtype=bool)
    found = np.searchsorted(ascending, values)
    found[found == len(ascending)] = 0
    return np.asarray(ascending[found] == values)
