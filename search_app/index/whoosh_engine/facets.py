"""The facets of an answer: how many of the documents found lead to each value."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np

from search_app.index.memo import Memo
from search_app.index.query import FacetCount, Filters, Window
from search_app.index.whoosh_engine.ascending import places
from search_app.index.whoosh_engine.counting import Column, Counts, Groups, Here, Mask, most
from search_app.index.whoosh_engine.entries import Entry

# The numbers of what was asked before, within this many bytes: a word with most documents of an answer has most of its
# numbers, and only the others need counting.
MEMO_BYTES: Final = 4 << 20
# With fewer documents, counting them all is as quick.
WORTH_KEEPING: Final = 2_000
# Facets whose values groups of documents have, with the filter of each.
FEW: Final = {"lang": "lang", "status": "status", "year": "period"}


class Facets:
    """The facets of one generation.

    columns   the values of `country`, `requester` and `concept`
    groups    those of few values
    """

    def __init__(self, columns: Mapping[str, Column], groups: Groups) -> None:
        self._columns = columns
        self._groups = groups
        self._kept: Memo[tuple[Entry, Mapping[str, Counts]]] = Memo(
            MEMO_BYTES, lambda kept: sum(counts.nbytes for counts in kept[1].values()) + 500
        )

    def of(
        self, mask: Mask, masks: Mapping[str, Mask], filters: Filters, window: Window, largest: Entry | None = None
    ) -> dict[str, tuple[FacetCount, ...]]:
        """For each facet, its values with the totals they lead to under the query and all other filters.

        mask      the documents that answer the query; masks  those that each filter in use lets through
        largest   a part of the query all of whose documents answer it
        returns   the most frequent values first, of requesters and concepts not all; years in the order of time
        """
        if largest is not None and not masks and len(largest.documents) > WORTH_KEEPING:
            counts = self._beside(mask, largest, window.today)
        else:
            counts = self._counts(self._here(mask, masks), window.today)
        limits = {"country": sys.maxsize, "requester": window.most_values, "concept": window.most_values}
        result: dict[str, tuple[FacetCount, ...]] = {}
        for name, limit in limits.items():
            also = getattr(filters, name)
            result[name] = tuple(most(self._columns[name].names, counts[name], limit, also))
        for name in FEW:
            result[name] = tuple(self._groups.values(name, counts[name], window.today))
        return result

    def _here(self, mask: Mask, masks: Mapping[str, Mask]) -> dict[str, Here]:
        """The documents that count for each facet: its own filter does not hold."""
        here = dict.fromkeys((*self._columns, *FEW), Here(_all(mask, masks)))
        for name in here if masks else ():
            if (own := FEW.get(name, name)) in masks:
                here[name] = Here(_all(mask, {other: let for other, let in masks.items() if other != own}))
        return here

    def _counts(self, here: Mapping[str, Here], today: date) -> dict[str, Counts]:
        """Of each column how many documents have each value, of the other facets how many belong to each group."""
        counts = {name: column.counts(here[name]) for name, column in self._columns.items()}
        few = {one: self._groups.sizes(one, today) for one in {here[name] for name in FEW}}
        return counts | {name: few[here[name]] for name in FEW}

    def _beside(self, mask: Mask, largest: Entry, today: date) -> Mapping[str, Counts]:
        """The numbers of some documents, from those that a part of the query has alone."""
        _, known = self._kept.get((id(largest), today), lambda: (largest, self._alone(largest, len(mask), today)))
        rest = mask.copy()
        rest[places(largest.documents)] = False
        others = self._counts(self._here(rest, {}), today)
        return {name: known[name] + more for name, more in others.items()}

    def _alone(self, entry: Entry, capacity: int, today: date) -> Mapping[str, Counts]:
        mask = np.zeros(capacity, dtype=bool)
        mask[places(entry.documents)] = True
        return self._counts(self._here(mask, {}), today)


def _all(mask: Mask, masks: Mapping[str, Mask]) -> Mask:
    """What a mask and all others let through."""
    narrowed = mask.copy()
    for other in masks.values():
        narrowed &= other
    return narrowed
