"""How many of some documents have each value: of columns with many values and with few, and of years."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.index.document import EARLIEST, LATEST
from search_app.index.weights import YEARS_AHEAD, YEARS_BACK
from search_app.index.whoosh_engine.reader import Rows

Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Days = npt.NDArray[np.int64]
# Each row of bits takes a byte for eight documents.
MOST_BIT_ROWS: Final = 500
# Looking up one value takes as long as counting the ones of so many words of bits.
_DEARER: Final = 5
_UNIX_EPOCH: Final = date(1970, 1, 1).toordinal()


def packed(mask: Mask) -> Words:
    """Masks as bits, 64 documents a word; the last axis is that of the documents."""
    bits = np.packbits(mask, axis=-1)
    padded = np.zeros((*bits.shape[:-1], -(-bits.shape[-1] // 8) * 8), np.uint8)
    padded[..., : bits.shape[-1]] = bits
    return padded.view(np.uint64)


def in_order(rows: Rows) -> Rows:
    """The same rows with their values in the order of names."""
    order = sorted(range(len(rows.names)), key=rows.names.__getitem__)
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return Rows([rows.names[number] for number in order], rows.documents, places[rows.numbers])


def most(
    names: Sequence[str], counts: npt.NDArray[np.int64], limit: int, also: Collection[str] = ()
) -> list[tuple[str, int]]:
    """The values with the highest numbers, highest first, and those of `also` with any.

    names   ascending: equal numbers keep their order
    """
    ordered = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    pairs = zip(ordered.tolist(), counts[ordered].tolist(), strict=True)
    held = [(names[number], count) for number, count in pairs]
    return held[:limit] + [one for one in held[limit:] if one[0] in also] if len(held) > limit else held


@dataclass(frozen=True)
class Here:
    """Some documents in the forms in which values are counted, each made when it is first asked for."""

    mask: Mask

    @cached_property
    def documents(self) -> Days:
        """Their numbers, ascending."""
        return np.flatnonzero(self.mask)

    @cached_property
    def bits(self) -> Words:
        """One bit each."""
        return packed(self.mask)


@dataclass(frozen=True)
class BitRows:
    """For each of a few values, which documents have it."""

    names: list[str]
    bits: Words

    @classmethod
    def of(cls, rows: Rows, capacity: int) -> BitRows:
        """The values of a column."""
        bits = np.zeros((len(rows.names), -(-capacity // 64) * 8), np.uint8)
        # the first document of a byte is its highest bit, as packbits has it
        places = np.uint8(128) >> (rows.documents & 7).astype(np.uint8)
        np.bitwise_or.at(bits, (rows.numbers, rows.documents >> 3), places)
        return cls(rows.names, bits.view(np.uint64))

    def counts(self, here: Here) -> npt.NDArray[np.int64]:
        """How many of the documents here have each value."""
        counts: npt.NDArray[np.int64] = np.bitwise_count(self.bits & here.bits).sum(axis=1, dtype=np.int64)
        return counts


class Column:
    """The values of many documents, some a document: those of document i are `numbers[starts[i]:starts[i + 1]]`.

    rows   with their values in the order of names
    """

    def __init__(self, rows: Rows, capacity: int) -> None:
        self.names = rows.names
        self._numbers = rows.numbers
        self._documents = rows.documents
        self._starts = np.searchsorted(rows.documents, np.arange(capacity + 1))
        self._bits = BitRows.of(rows, capacity) if len(rows.names) <= MOST_BIT_ROWS else None

    def counts(self, here: Here) -> npt.NDArray[np.int64]:
        """How many of the documents here have each value."""
        values = len(here.documents) * len(self._numbers) // len(self._starts)
        if self._bits is not None and values * _DEARER > self._bits.bits.size:
            return self._bits.counts(here)
        return np.bincount(self._numbers[self._places(here.documents)], minlength=len(self.names))

    def holding(self, wanted: Sequence[str]) -> Mask:
        """The documents that have one of some values."""
        numbers = [number for number, name in enumerate(self.names) if name in wanted]
        if self._bits is not None:
            held = np.bitwise_or.reduce(self._bits.bits[numbers], axis=0)
            return np.unpackbits(held.view(np.uint8), count=len(self._starts) - 1).view(bool)
        mask = np.zeros(len(self._starts) - 1, dtype=bool)
        mask[self._documents[np.isin(self._numbers, numbers)]] = True
        return mask

    def _places(self, documents: Days) -> Days:
        """Where the values of some documents stand, in their order."""
        starts = self._starts[documents]
        sizes = self._starts[documents + 1] - starts
        ends = np.cumsum(sizes)
        places: Days = np.repeat(starts - ends + sizes, sizes)
        places += np.arange(len(places))
        return places


class Years:
    """The years in which mandates were active.

    A year is listed where some mandate's own dates reach it: an open end reaches to this year, an open start tells of
    the end's year alone. The number of a listed year is that of all mandates that the filter "active during it" finds.
    """

    def __init__(self, first: Days, last: Days, live: Mask) -> None:
        dated = live & ((first != EARLIEST) | (last != LATEST))
        self._documents = np.flatnonzero(dated)
        self._capacity = len(live)
        self._first, self._last = first[dated], last[dated]
        starts = np.where(self._first == EARLIEST, self._last, self._first)
        self._begin, self._end = _year(starts), _year(self._last)
        self._rows = lru_cache(maxsize=2)(self._rows_of)

    def counts(self, here: Here, today: date) -> Mapping[str, int]:
        """Year → mandates, in the order of time."""
        listed, active = self._rows(today.year)
        shown = listed.counts(here)
        counts = active.counts(here)
        pairs = zip(active.names, counts.tolist(), shown.tolist(), strict=True)
        return {name: count for name, count, reached in pairs if reached}

    def _rows_of(self, this_year: int) -> tuple[BitRows, BitRows]:
        """Which documents list each year, and which were active in it."""
        end = np.where(self._last == LATEST, np.maximum(self._begin, this_year), self._end)
        low = max(int(self._begin.min(initial=this_year)), this_year - YEARS_BACK)
        high = min(int(end.max(initial=this_year)), this_year + YEARS_AHEAD)
        years = range(low, high + 1)
        names = [f"{year:04d}" for year in years]
        listed = [(self._begin <= year) & (end >= year) for year in years]
        active = [
            (self._first <= date(year, 12, 31).toordinal()) & (self._last >= date(year, 1, 1).toordinal())
            for year in years
        ]
        return BitRows(names, self._spread(listed)), BitRows(names, self._spread(active))

    def _spread(self, masks: list[Mask]) -> Words:
        """Masks over the dated documents as bits over all documents."""
        whole = np.zeros((len(masks), self._capacity), dtype=bool)
        for row, mask in zip(whole, masks, strict=True):
            row[self._documents] = mask
        return packed(whole)


def _year(days: Days) -> npt.NDArray[np.int64]:
    """The year of proleptic ordinals."""
    return (days - _UNIX_EPOCH).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
