"""Writes the postings of a segment in Whoosh's own form, a block at once.

The counterpart of `blocks`: Whoosh takes one posting a call and looks at each three times more; here a block is made
from columns. What is written is what Whoosh's writer would have written but for the protocol of the pickles, and
Whoosh's own reader reads it. A segment says that Whoosh's codec wrote it, so nothing of ours is ever unpickled.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pickle import dumps
from typing import Final, NamedTuple

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3Segment, W3TermInfo
from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import Storage
from whoosh.system import pack_int, pack_ushort

from search_app.index.whoosh_engine.blocks import MAGIC
from search_app.index.whoosh_engine.pool import Int64, PostingPool, Run

# Blocks are read whole, so they may be large; the lowest compression makes them hardly larger, and is quick.
POSTINGS_A_BLOCK: Final = 1_024
COMPRESSION: Final = 1
# Shorter blocks hardly become shorter, and setting up the compression is what takes time.
SHORTEST_COMPRESSED: Final = 160
# The first protocol that knows bytes; the smallest one for numbers.
_WITH_BYTES: Final = 4
_NUMBERS: Final = 2
SHORT_POSITIONS: Final = 0xFFFF


class BlockCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec, with fields whose postings come from pools.

    pools   by field; filled before the commit
    told    is told of what is written: field, number of each word, postings
    words   by number, set before the commit
    """

    def __init__(self, pools: Mapping[str, PostingPool], told: Callable[[str, Int64, Run], None]) -> None:
        super().__init__(blocklimit=POSTINGS_A_BLOCK, compression=COMPRESSION)
        self.pools = pools
        self.told = told
        self.words: Sequence[str] = ()

    def field_writer(self, storage: Storage, segment: W3Segment) -> W3FieldWriter:
        return _FieldWriter(self, storage, segment)

    def new_segment(self, storage: Storage, indexname: str) -> W3Segment:
        return W3Segment(W3Codec(), indexname)


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes Whoosh's fields, then those of the pools."""

    def add_postings(self, schema: Schema, lengths: object, items: Iterable[object]) -> None:
        super().add_postings(schema, lengths, items)
        words = self._codec.words
        # by code points is by bytes of UTF-8, as the table of terms wants it
        order = np.array(sorted(range(len(words)), key=words.__getitem__), np.int64)
        places = np.empty(len(words), np.int32)
        places[order] = np.arange(len(words), dtype=np.int32)
        keys = [words[number].encode() for number in order.tolist()]
        for name, pool in sorted(self._codec.pools.items()):
            runs = self._telling(name, order, pool.runs(places))
            self._add_field(name, schema[name], keys, runs)

    def _telling(self, name: str, order: Int64, runs: Iterable[Run]) -> Iterator[Run]:
        for run in runs:
            self._codec.told(name, order[run.words], run)
            yield run

    def _add_field(self, name: str, field: FieldType, keys: Sequence[bytes], runs: Iterable[Run]) -> None:
        started = False
        for run in runs:
            if not started:  # a field in which nothing stands is not named
                self.start_field(name, field)
                started = True
            blocks = _blocks(run, with_positions=field.format.fixed_value_size() != 0)
            for place, postings in zip(run.words.tolist(), _by_word(run, blocks), strict=True):
                info = postings.info
                info.set_extent(self._postfile.tell(), len(postings.data))
                self._postfile.write(postings.data)
                self._tindex.add(pack_ushort(self._fieldid) + keys[place], info.to_bytes())
        if started:
            self.finish_field()


class _Postings(NamedTuple):
    """All postings of a word, as written, and what the table of terms says of them."""

    data: bytes
    info: W3TermInfo


def _by_word(run: Run, blocks: Iterator[bytes]) -> Iterator[_Postings]:
    firsts = _firsts(run.ends)
    frequencies = run.frequencies
    columns = (
        run.ends - firsts,
        np.add.reduceat(frequencies, firsts),
        np.maximum.reduceat(frequencies, firsts),
        run.documents[firsts],
        run.documents[run.ends - 1],
    )
    for count, total, most, first, last in zip(*(column.tolist() for column in columns), strict=True):
        data = MAGIC + b"".join(islice(blocks, -(-count // POSTINGS_A_BLOCK)))
        yield _Postings(data, W3TermInfo(total, count, None, 0, most, first, last))


def _blocks(run: Run, *, with_positions: bool) -> Iterator[bytes]:
    """The blocks of all words, in order, as they are written."""
    starts, ends = _bounds(run)
    deltas = np.diff(run.documents, prepend=0)
    deltas[starts] = run.documents[starts]
    frequencies = run.frequencies
    columns = (
        starts,
        ends,
        np.isin(ends, run.ends, assume_unique=True),
        run.documents[ends - 1],
        np.minimum.reduceat(frequencies, starts),
        np.maximum.reduceat(frequencies, starts),
    )
    documents, weights = deltas.tolist(), frequencies.astype(float).tolist()
    payloads = _payloads(run) if with_positions else []
    for start, end, last, highest, least, most in zip(*(column.tolist() for column in columns), strict=True):
        content = (
            tuple(documents[start:end]),
            # as Whoosh does: one number where all are equal, nothing where they are 1
            None if most == 1 else weights[start] if least == most else tuple(weights[start:end]),
            tuple(payloads[start:end]) if with_positions else None,
        )
        data = dumps(content, _WITH_BYTES)
        compressed = len(data) >= SHORTEST_COMPRESSED
        if compressed:
            data = zlib.compress(data, COMPRESSION)
        # how many, the highest document, the most, the compression, and lengths, which our fields do not tell
        told = (end - start, highest, float(most), COMPRESSION if compressed else 0, 0, 0)
        data = dumps(told, _NUMBERS) + data
        # the last block of a word tells its size as a negative number
        yield pack_int(-len(data) if last else len(data)) + data


def _firsts(ends: Int64) -> Int64:
    return np.concatenate(([0], ends[:-1]))


def _bounds(run: Run) -> tuple[Int64, Int64]:
    """Where each block starts among the postings, and behind which it ends."""
    firsts = _firsts(run.ends)
    blocks = -(-(run.ends - firsts) // POSTINGS_A_BLOCK)
    before = np.repeat(np.cumsum(blocks) - blocks, blocks)
    starts = np.repeat(firsts, blocks) + (np.arange(len(before)) - before) * POSTINGS_A_BLOCK
    return starts, np.minimum(starts + POSTINGS_A_BLOCK, np.repeat(run.ends, blocks))


def _payloads(run: Run) -> list[bytes]:
    """The positions of each posting, two bytes each, or four where one is too large for two."""
    short = run.positions.astype(np.uint16).tobytes()
    bounds = [0, *(2 * run.position_ends).tolist()]
    payloads = [short[start:end] for start, end in pairwise(bounds)]
    for number in np.flatnonzero(run.positions[run.position_ends - 1] > SHORT_POSITIONS).tolist():
        start, end = bounds[number] // 2, bounds[number + 1] // 2
        payloads[number] = run.positions[start:end].astype(np.uint32).tobytes()
    return payloads
