"""The posting blocks of one Whoosh segment, read directly from its file.

Whoosh's own reader gives one posting a call; here a block comes at once, and of it only what is kept nowhere else:
where in its document a word stands. What is unpickled goes through the guarded unpickler, as everywhere. A read says
where it begins, so threads share the file without a lock.
"""

from __future__ import annotations

import io
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from search_app.errors import StorageError
from search_app.index.whoosh_engine.placed_file import PlacedFile
from search_app.index.whoosh_engine.unpickle import IndexUnpickler, loads

MAGIC: Final = b"W3Bl"
# Bytes; most terms have no more.
READ_AT_ONCE: Final = 4_096
_LENGTH: Final = struct.Struct("!i")


class PostingFile:
    """The postings of a segment, read when they are asked for.

    path    the segment's compound file
    start   the byte of it where the postings begin
    """

    def __init__(self, path: Path, start: int) -> None:
        self._file = PlacedFile(path)
        self._start = start

    def payloads(self, offset: int, wanted: Sequence[int] | None) -> Iterator[tuple[int, tuple[bytes, ...]]]:
        """What the field's format keeps of the postings of one term, block by block, in the order of documents.

        offset   where the term's blocks begin among all postings
        wanted   numbers of postings, ascending: blocks without any of them are passed over; None = all are read
        returns  the number of each block's first posting, and what is kept of all of them
        raises   StorageError where there are none
        """
        place = self._start + offset
        data = self._file.read_up_to(place, READ_AT_ONCE)
        if not data.startswith(MAGIC):
            raise StorageError(f"{self._file.path}: no postings at byte {place}; rebuild the index")
        at, last, first = len(MAGIC), False, 0
        while not last:
            if len(data) < at + _LENGTH.size:
                data, place, at = self._file.read_up_to(place + at, READ_AT_ONCE), place + at, 0
            (size,) = _LENGTH.unpack_from(data, at)
            # the last block of a term tells its size as a negative number
            last = size < 0
            at, size = at + _LENGTH.size, abs(size)
            if len(data) < at + size:
                data, place, at = self._file.read_up_to(place + at, size + READ_AT_ONCE), place + at, 0
            block = io.BytesIO(data[at : at + size])
            count, _, _, compressed, _, _ = IndexUnpickler(block).load()
            if wanted is None or bisect_left(wanted, first) < bisect_left(wanted, first + count):
                content = block.read()
                _, _, payloads = loads(zlib.decompress(content) if compressed else content)
                yield first, payloads or ()
            at, first = at + size, first + count

    def close(self) -> None:
        """Release the file."""
        self._file.close()
