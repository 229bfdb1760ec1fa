"""The facets of an answer: how many of the documents found lead to each value."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.language import LANGUAGES
from search_app.index.query import FacetCount, Filters, Window
from search_app.index.whoosh_engine.counting import BitRows, Column, Here, Mask, Years, most, packed

# Numbers of values that are kept as objects: most answers have many of them in common.
KEPT: Final = 1 << 14


class Facets:
    """The facets of one generation.

    columns    the values of `country`, `requester` and `concept`
    languages  one bit a language for each document
    statuses   gives which documents have each status on a day
    """

    def __init__(
        self,
        columns: Mapping[str, Column],
        languages: npt.NDArray[np.uint8],
        statuses: Callable[[date], Mapping[str, Mask]],
        years: Years,
    ) -> None:
        self._columns = columns
        self._languages = BitRows(list(LANGUAGES), packed(_masks(languages)))
        self._statuses = lru_cache(maxsize=2)(lambda today: _packed_rows(statuses(today)))
        self._years = years
        self._count = lru_cache(maxsize=KEPT)(FacetCount)

    def of(
        self, mask: Mask, masks: Mapping[str, Mask], filters: Filters, window: Window
    ) -> dict[str, tuple[FacetCount, ...]]:
        """For each facet, its values with the totals they lead to under the query and all other filters.

        mask      the documents that answer the query; masks  those that each filter in use lets through
        returns   the most frequent values first, of requesters and concepts not all; years in the order of time
        """
        narrowed = Here(_all(mask, masks))

        def here(name: str) -> Here:
            if name not in masks:
                return narrowed
            return Here(_all(mask, {other: allowed for other, allowed in masks.items() if other != name}))

        limits = {"country": sys.maxsize, "requester": window.most_values, "concept": window.most_values}
        result: dict[str, tuple[FacetCount, ...]] = {}
        for name, limit in limits.items():
            result[name] = self._most(self._columns[name], here(name), limit, getattr(filters, name))
        result["lang"] = self._most(self._languages, here("lang"))
        result["status"] = self._most(self._statuses(window.today), here("status"))
        years = self._years.counts(here("period"), window.today)
        result["year"] = tuple(self._count(*one) for one in years.items())
        return result

    def _most(
        self, rows: Column | BitRows, here: Here, limit: int = sys.maxsize, also: tuple[str, ...] = ()
    ) -> tuple[FacetCount, ...]:
        return tuple([self._count(*one) for one in most(rows.names, rows.counts(here), limit, also)])


def _all(mask: Mask, masks: Mapping[str, Mask]) -> Mask:
    """What a mask and all others let through."""
    narrowed = mask.copy()
    for other in masks.values():
        narrowed &= other
    return narrowed


def _masks(languages: npt.NDArray[np.uint8]) -> Mask:
    return np.array([(languages >> bit) & 1 for bit in range(len(LANGUAGES))], dtype=bool)


def _packed_rows(masks: Mapping[str, Mask]) -> BitRows:
    names = sorted(masks)
    return BitRows(names, packed(np.array([masks[name] for name in names])))
