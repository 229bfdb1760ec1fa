"""The documents of every word and how often each has it, as rows of numbers that are read at once.

A copy of what Whoosh's blocks say, without positions: unpickling a frequent word's blocks takes as long as all the rest
of a search. Words count in the segment's own list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.index.whoosh_engine.placed_file import PlacedFile
from search_app.index.whoosh_engine.pool import Run

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
# A document and how often the word stands in it.
POSTING: Final = np.dtype((np.int32, 2))


@dataclass(frozen=True)
class Extents:
    """Where the postings of each word of one field begin, in postings, and how many there are."""

    starts: Int64
    counts: Int32

    @classmethod
    def of(cls, words: int) -> Extents:
        """Of so many words without any posting yet."""
        return cls(np.zeros(words, np.int64), np.zeros(words, np.int32))


class PostingListWriter:
    """Writes the postings of a segment, some words at a time."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._written = 0

    def add(self, extents: Extents, words: Int64, run: Run) -> None:
        """Write the postings of some words of one field, and note where.

        words   the number of each word of the run
        """
        rows = np.empty((len(run.documents), 2), np.int32)
        rows[:, 0], rows[:, 1] = run.documents, run.frequencies
        self._file.write(rows.tobytes())
        counts = np.diff(run.ends, prepend=0)
        extents.starts[words] = self._written + run.ends - counts
        extents.counts[words] = counts
        self._written += len(rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def read_postings(file: PlacedFile, extents: Extents, word: int) -> tuple[Int32, Int32]:
    """The documents of a word, and how often each has it."""
    start = int(extents.starts[word])
    return _read(file, [(start, start + int(extents.counts[word]))])


def read_all_postings(file: PlacedFile, extents: Extents, words: Int32) -> tuple[Int32, Int32]:
    """Those of many words, one word's behind another's; what lies side by side is read at once."""
    words = words[extents.counts[words] > 0]
    starts = np.sort(extents.starts[words])
    ends = np.sort(extents.starts[words] + extents.counts[words])
    apart = np.flatnonzero(starts[1:] != ends[:-1])
    firsts, lasts = np.concatenate((starts[:1], starts[apart + 1])), np.concatenate((ends[apart], ends[-1:]))
    return _read(file, list(zip(firsts.tolist(), lasts.tolist(), strict=True)))


def _read(file: PlacedFile, stretches: Sequence[tuple[int, int]]) -> tuple[Int32, Int32]:
    """Some stretches of postings, each from one on to the one behind its last."""
    size = POSTING.itemsize
    data = b"".join([file.read(first * size, (end - first) * size) for first, end in stretches])
    rows = np.frombuffer(data, np.int32).reshape(-1, 2)
    return np.ascontiguousarray(rows[:, 0]), np.ascontiguousarray(rows[:, 1])
