"""How many of some documents have each value: of columns, and of languages, status and years."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.language import LANGUAGES
from search_app.index.document import EARLIEST, LATEST
from search_app.index.query import FacetCount, Status
from search_app.index.weights import YEARS_AHEAD, YEARS_BACK
from search_app.index.whoosh_engine.reader import Rows

Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Days = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int64]
# Each row of bits takes a byte for eight documents.
MOST_BIT_ROWS: Final = 500
# Looking up one value takes as long as counting the ones of so many words of bits.
_DEARER: Final = 5
LAST_YEAR: Final = date.max.year
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
    places = np.empty(len(order), rows.numbers.dtype)
    places[order] = np.arange(len(order))
    return Rows([rows.names[number] for number in order], rows.documents, places[rows.numbers])


def most(names: Sequence[str], counts: Counts, limit: int, also: Collection[str] = ()) -> list[FacetCount]:
    """The values with the highest numbers, highest first, and those of `also` with any.

    names   ascending: equal numbers keep their order
    """
    ordered = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    pairs = zip(ordered.tolist(), counts[ordered].tolist(), strict=True)
    held = [(names[number], count) for number, count in pairs]
    return held[:limit] + [one for one in held[limit:] if one[0] in also] if len(held) > limit else held


@dataclass(frozen=True, eq=False)
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


class Column:
    """The values of many documents, some a document: those of document i are `numbers[starts[i]:starts[i + 1]]`.

    rows   with their values in the order of names
    """

    def __init__(self, rows: Rows, capacity: int) -> None:
        self.names = rows.names
        self.numbers = rows.numbers
        self._starts = np.searchsorted(rows.documents, np.arange(capacity + 1))
        self._bits = _bit_rows(rows, capacity) if len(rows.names) <= MOST_BIT_ROWS else None

    def counts(self, here: Here) -> Counts:
        """How many of the documents here have each value."""
        values = len(here.documents) * len(self.numbers) // len(self._starts)
        if self._bits is not None and values * _DEARER > self._bits.size:
            # the narrower sum is the quicker one
            counts: Counts = np.bitwise_count(self._bits & here.bits).sum(axis=1, dtype=np.uint32).astype(np.int64)
            return counts
        return np.bincount(self.numbers[self._places(here.documents)], minlength=len(self.names))

    def holding(self, wanted: Sequence[str]) -> Mask:
        """The documents that have one of some values."""
        numbers = [number for number, name in enumerate(self.names) if name in wanted]
        if self._bits is not None:
            held = np.bitwise_or.reduce(self._bits[numbers], axis=0)
            return np.unpackbits(held.view(np.uint8), count=len(self._starts) - 1).view(bool)
        mask = np.zeros(len(self._starts) - 1, dtype=bool)
        mask[self.documents()[np.isin(self.numbers, numbers)]] = True
        return mask

    def of(self, document: int) -> npt.NDArray[np.integer]:
        """The values of one document."""
        return self.numbers[self._starts[document] : self._starts[document + 1]]

    def documents(self) -> Days:
        """The document of each value."""
        return np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))

    def _places(self, documents: Days) -> Days:
        """Where the values of some documents stand, in their order."""
        starts = self._starts[documents]
        sizes = self._starts[documents + 1] - starts
        ends = np.cumsum(sizes)
        places: Days = np.repeat(starts - ends + sizes, sizes)
        places += np.arange(len(places))
        return places


class Groups:
    """The facets of few values: languages, status, years. Documents that are alike in all of them are counted as one.

    A year is listed where some mandate's own dates reach it: an open end reaches to this year, an open start tells of
    the end's year alone. The number of a listed year is that of all mandates that the filter "active during it" finds.

    languages   one bit a language for each document
    first, last days, as ordinals
    """

    def __init__(self, languages: npt.NDArray[np.uint8], first: Days, last: Days, live: Mask) -> None:
        self._languages = languages.astype(np.int64)
        self._first, self._last, self._live = first, last, live
        self._dated = (first != EARLIEST) | (last != LATEST)
        self._begin = _year(np.where(first == EARLIEST, last, first))
        self._end = _year(last)
        self._on = lru_cache(maxsize=2)(self._make)

    def with_status(self, today: date) -> dict[Status, Mask]:
        """The documents of each status on a day: open ends count as active."""
        day = today.toordinal()
        planned = self._dated & (self._first > day)
        ended = self._dated & (self._last < day)
        return {
            "active": self._dated & ~planned & ~ended,
            "ended": ended,
            "planned": planned & ~ended,
            "unknown": ~self._dated,
        }

    def of_period(self, start: date | None, end: date | None) -> Mask:
        """The documents active at some day between two."""
        low = start.toordinal() if start else EARLIEST
        high = end.toordinal() if end else LATEST
        active: Mask = self._dated & (self._first <= high) & (self._last >= low)
        return active

    def sizes(self, here: Here, today: date) -> Counts:
        """How many of the documents here belong to each group."""
        groups, _, rows = self._on(today)
        return np.bincount(groups[here.documents], minlength=rows.shape[1])

    def values(self, facet: str, sizes: Counts, today: date) -> list[FacetCount]:
        """The values of a facet with their numbers: the most frequent first, years in the order of time.

        facet   "lang", "status" or "year"
        """
        _, places, rows = self._on(today)
        if facet != "year":
            part, names = places[facet]
            return most(names, (rows[part] @ sizes).astype(np.int64), len(names))
        (listed, names), (active, _) = places["listed"], places["active"]
        pairs = zip(names, (rows[listed] @ sizes).tolist(), (rows[active] @ sizes).tolist(), strict=True)
        return [(name, int(count)) for name, reached, count in pairs if reached]

    def _make(self, today: date) -> tuple[Days, dict[str, tuple[slice, list[str]]], npt.NDArray[np.float64]]:
        """The group of each document, where the values of each facet stand among the rows, and which groups have them.

        returns   rows of ones and zeros, a number for each group; they are multiplied as floats, which is quickest
        """
        statuses = self.with_status(today)
        key = self._languages
        for mask in (*statuses.values(), self._first == EARLIEST, self._last == LATEST):
            key = key * 2 + mask
        for years in (self._begin, self._end):
            key = key * (LAST_YEAR + 1) + years
        _, ones, groups = np.unique(key, return_index=True, return_inverse=True)
        languages, dated = self._languages[ones], self._dated[ones]
        first, last, begin = self._first[ones], self._last[ones], self._begin[ones]
        end = np.where(last == LATEST, np.maximum(begin, today.year), self._end[ones])
        rows: dict[str, dict[str, Mask]] = {
            "lang": {one: (languages >> bit & 1).astype(bool) for bit, one in enumerate(LANGUAGES)},
            "status": {name: mask[ones] for name, mask in statuses.items()},
            "listed": {},
            "active": {},
        }
        for year in self._years(today):
            name = f"{year:04d}"
            opens, closes = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            rows["listed"][name] = dated & (begin <= year) & (end >= year)
            rows["active"][name] = dated & (first <= closes) & (last >= opens)
        places, before = {}, 0
        for name, masks in rows.items():
            places[name] = (slice(before, before + len(masks)), list(masks))
            before += len(masks)
        stacked = [mask for masks in rows.values() for mask in masks.values()]
        return groups, places, np.array(stacked, np.float64)

    def _years(self, today: date) -> range:
        """The years that may be listed."""
        here = self._dated & self._live
        end = np.where(self._last == LATEST, np.maximum(self._begin, today.year), self._end)[here]
        low = max(int(self._begin[here].min(initial=today.year)), today.year - YEARS_BACK)
        return range(low, min(int(end.max(initial=today.year)), today.year + YEARS_AHEAD) + 1)


def _bit_rows(rows: Rows, capacity: int) -> Words:
    """For each value, which documents have it."""
    bits = np.zeros((len(rows.names), -(-capacity // 64) * 8), np.uint8)
    # the first document of a byte is its highest bit, as packbits has it
    ones = np.uint8(128) >> (rows.documents & 7).astype(np.uint8)
    # no document has a value twice, so that a sum does for what numpy is slow at, an "or"
    np.add.at(bits.reshape(-1), rows.numbers.astype(np.intp) * bits.shape[1] + (rows.documents >> 3), ones)
    return bits.view(np.uint64)


def _year(days: Days) -> npt.NDArray[np.int64]:
    """The year of proleptic ordinals."""
    return (days - _UNIX_EPOCH).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
