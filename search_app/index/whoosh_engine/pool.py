"""Gathers where the words of a segment stand, and gives it back word by word.

Whoosh's own pool keeps an object for every posting; here a token is three numbers in a file, and sorting them is left
to numpy. Promise: memory does not grow with the number of documents; words come in the order asked for, each with its
documents and positions ascending. Knows nothing of what is made of it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
# Tokens that are sorted at once, written to the file together, and given at once, as objects take more than numbers.
SORTED_AT_ONCE: Final = 2_000_000
WRITTEN_AT_ONCE: Final = 200_000
GIVEN_AT_ONCE: Final = 100_000
_COLUMNS: Final = 3


@dataclass(frozen=True)
class Run:
    """The postings of some words, one word after the other.

    words        places of the words in the order asked for, ascending
    ends         behind which posting each word's end; likewise for the documents' positions in `position_ends`
    documents    one for each posting, ascending within a word
    positions    of all postings
    """

    words: Int32
    ends: Int64
    documents: Int32
    position_ends: Int64
    positions: Int32

    @property
    def frequencies(self) -> Int64:
        """How often the word of each posting stands in its document."""
        return np.diff(self.position_ends, prepend=0)

    def part(self, first: int, last: int) -> Run:
        """The postings of some of the words."""
        start, end = int(self.ends[first - 1]) if first else 0, int(self.ends[last - 1])
        low, high = int(self.position_ends[start - 1]) if start else 0, int(self.position_ends[end - 1])
        return Run(
            self.words[first:last],
            self.ends[first:last] - start,
            self.documents[start:end],
            self.position_ends[start:end] - low,
            self.positions[low:high],
        )


class PostingPool:
    """The tokens of one field of a segment; its file goes when it is closed.

    documents   how many documents hold each word, by its number; known when all runs have been given
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w+b")
        self._chunks: list[int] = []
        self._columns = [array("i") for _ in range(_COLUMNS)]
        self._count = 0
        self.documents: Int64 = np.empty(0, np.int64)

    def add(self, words: Sequence[int], positions: Sequence[int]) -> None:
        """Take in the next document: the number of the word of each token and where it stands, positions ascending."""
        for column, values in zip(self._columns, (words, repeat(self._count, len(words)), positions), strict=True):
            column.extend(values)
        self._count += 1
        if len(self._columns[0]) >= WRITTEN_AT_ONCE:
            self._write()

    def _write(self) -> None:
        self._chunks.append(len(self._columns[0]))
        for column in self._columns:
            column.tofile(self._file)
            del column[:]

    def runs(self, places: Int32) -> Iterator[Run]:
        """All postings, word by word in ascending places.

        places   of each word by its number: where it comes in the order wanted
        """
        self._write()
        counts = np.zeros(len(places), np.int64)
        for chunk in self._read():
            counts += np.bincount(places[chunk[0]], minlength=len(places))
        holding = np.zeros(len(places), np.int64)
        for first, last in _portions(np.cumsum(counts), SORTED_AT_ONCE):
            if counts[first:last].any():
                run = self._run(places, first, last)
                holding[run.words] = np.diff(run.ends, prepend=0)
                for one, other in _portions(run.position_ends[run.ends - 1], GIVEN_AT_ONCE):
                    yield run.part(one, other)
        self.documents = holding[places]

    def _run(self, places: Int32, first: int, last: int) -> Run:
        chosen = []
        for words, documents, positions in self._read():
            here = places[words]
            kept = np.flatnonzero((here >= first) & (here < last))
            chosen.append((here[kept], documents[kept], positions[kept]))
        here, documents, positions = (np.concatenate(column) for column in zip(*chosen, strict=True))
        del chosen
        # the place above, the token's number below: sorted as plain numbers, which numpy does fastest
        order = here.astype(np.int64) << 32 | np.arange(len(here))
        order.sort()
        order &= 0xFFFFFFFF
        here, documents, positions = here[order], documents[order], positions[order]
        del order
        new_word = here[1:] != here[:-1]
        position_ends = np.append(np.flatnonzero(new_word | (documents[1:] != documents[:-1])) + 1, len(here))
        here, documents = here[position_ends - 1], documents[position_ends - 1]
        ends = np.append(np.flatnonzero(here[1:] != here[:-1]) + 1, len(here))
        return Run(here[ends - 1], ends, documents, position_ends, positions)

    def _read(self) -> Iterator[Int32]:
        """What was written, chunk by chunk: words, documents, positions."""
        self._file.seek(0)
        for count in self._chunks:
            yield np.frombuffer(self._file.read(_COLUMNS * count * 4), np.int32).reshape(_COLUMNS, count)

    def close(self) -> None:
        """Give up the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _portions(behind: Int64, most: int) -> Iterator[tuple[int, int]]:
    """Cut a row of things, each alone in its portion if it must be, so that no portion holds more than so much.

    behind   how much all hold up to each, it included
    """
    first = 0
    while first < len(behind):
        done = int(behind[first - 1]) if first else 0
        last = max(int(np.searchsorted(behind, done + most, "right")), first + 1)
        yield first, last
        first = last
