"""The posting blocks of one Whoosh segment, read directly from its file.

Whoosh's own reader gives one posting a call; here a block of postings becomes numbers at once. What is unpickled goes
through the guarded unpickler, as everywhere. A read says where it begins, so threads share the file without a lock.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from search_app.errors import StorageError
from search_app.index.whoosh_engine.placed_file import PlacedFile
from search_app.index.whoosh_engine.unpickle import IndexUnpickler, loads

MAGIC: Final = b"W3Bl"
# Bytes; most terms have no more.
READ_AT_ONCE: Final = 4_096
_LENGTH: Final = struct.Struct("!i")


class Block(NamedTuple):
    """Some postings of one term, in the order of documents.

    documents   numbers within the segment
    weights     how often the term stands in each
    payloads    what the field's format keeps of each; None where it keeps nothing
    """

    documents: list[int]
    weights: tuple[float, ...]
    payloads: tuple[bytes, ...] | None


class PostingFile:
    """The postings of a segment, read when they are asked for.

    path    the segment's compound file
    start   the byte of it where the postings begin
    """

    def __init__(self, path: Path, start: int) -> None:
        self._file = PlacedFile(path)
        self._start = start

    def blocks(self, offset: int) -> Iterator[Block]:
        """The blocks of one term, which begin so far into the postings.

        raises   StorageError where there are none
        """
        place = self._start + offset
        data = self._file.read_up_to(place, READ_AT_ONCE)
        if not data.startswith(MAGIC):
            raise StorageError(f"{self._file.path}: no postings at byte {place}; rebuild the index")
        at, last = len(MAGIC), False
        while not last:
            if len(data) < at + _LENGTH.size:
                data, place, at = self._file.read_up_to(place + at, READ_AT_ONCE), place + at, 0
            (size,) = _LENGTH.unpack_from(data, at)
            # the last block of a term tells its size as a negative number
            last = size < 0
            at, size = at + _LENGTH.size, abs(size)
            if len(data) < at + size:
                data, place, at = self._file.read_up_to(place + at, size + READ_AT_ONCE), place + at, 0
            yield _block(data[at : at + size])
            at += size

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def _block(data: bytes) -> Block:
    """Read one block: a pickle that describes it, then the pickle of its content, compressed or not."""
    stream = io.BytesIO(data)
    count, _, _, compressed, _, _ = IndexUnpickler(stream).load()
    content = stream.read()
    deltas, weights, payloads = loads(zlib.decompress(content) if compressed else content)
    if not isinstance(weights, tuple):
        # one number where all are equal, nothing where they are 1
        weights = (1.0 if weights is None else weights,) * count
    return Block(list(accumulate(deltas)), weights, payloads)
