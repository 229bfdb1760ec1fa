"""From scored parts and filters to an exact total, a page of documents and facet counts: array operations only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.language import LANGUAGES
from search_app.errors import QueryTimeoutError
from search_app.index.document import EARLIEST, LATEST
from search_app.index.query import FacetCount, Filters, Query, Sort, Status, Window
from search_app.index.whoosh_engine.counting import BitRows, Years, in_order, most, packed
from search_app.index.whoosh_engine.likeness import Likeness
from search_app.index.whoosh_engine.reader import Reader, Rows
from search_app.index.whoosh_engine.scoring import Scorer

DIGITS: Final = 6
# Scores this near to the last wanted one may round up to it.
_SLACK: Final = 1 - 1e-4
STATUSES: Final[tuple[Status, ...]] = ("planned", "active", "ended", "unknown")

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Order:
    """Documents by number, best first, with their rounded scores, and how many there are in all."""

    total: int
    documents: list[int]
    scores: list[float]


def rounded(score: float) -> float:
    """A score to six significant digits, so that noise in the last bits never decides an order."""
    return float(f"{score:.{DIGITS - 1}e}")


class Ranking:
    """Filters, orders and facets of one generation."""

    def __init__(self, reader: Reader, scorer: Scorer) -> None:
        self._live = reader.live
        self._scorer = scorer
        self._first = reader.column("first").astype(np.int64)
        self._last = reader.column("last").astype(np.int64)
        self._dated = (self._first != EARLIEST) | (self._last != LATEST)
        self._rows = {
            "country": in_order(reader.rows("places")),
            "requester": in_order(reader.rows("requesters")),
            "concept": in_order(reader.rows("concepts")),
        }
        self._concepts = BitRows.of(self._rows["concept"], reader.capacity)
        self._years = Years(self._first, self._last, reader.live)
        self._languages = reader.language_bits()
        self._newest = self._places_in_order(reader.ids, newest=True)
        self._oldest = self._places_in_order(reader.ids, newest=False)
        self.likeness = Likeness(reader, self._rows["concept"], self._rows["country"], self._newest)

    def _places_in_order(self, ids: Sequence[str], *, newest: bool) -> npt.NDArray[np.int32]:
        """The rank of each document by start and id; those without a start come last either way."""
        days = np.where(self._first == EARLIEST, LATEST + 1, -self._first if newest else self._first)
        order = np.lexsort((np.array(ids, dtype=np.str_), days))
        ranks = np.empty(len(order), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return ranks

    def matching(
        self, query: Query, today: date, *, expired: Callable[[], bool] = lambda: False
    ) -> tuple[Floats, Mask]:
        """The score of every document, and which of them answer the query (the reader's filters apart).

        raises   QueryTimeoutError, looked at before each part
        """
        scores = np.zeros(len(self._live))
        found = self._live.copy() if query.everything else np.zeros(len(self._live), dtype=bool)
        required = self._live.copy()
        for allowed in self.filtered(query.within, today).values():
            required &= allowed
        for taken_out in self.filtered(query.without, today).values():
            required &= ~taken_out
        for part in query.parts:
            if expired():
                raise QueryTimeoutError("the search took longer than it may; ask for fewer or rarer words")
            entry = self._scorer.part(part)
            scores[entry.documents] += entry.weights
            found[entry.documents] = True
            if part.required:
                here = np.zeros(len(self._live), dtype=bool)
                here[self._scorer.whole(part)] = True
                required &= here
        for part in query.excluded:
            required[self._scorer.part(part).documents] = False
        return scores, found & required

    def filtered(self, filters: Filters, today: date) -> dict[str, Mask]:
        """Which documents each filter in use lets through."""
        masks: dict[str, Mask] = {}
        for name, rows in self._rows.items():
            if wanted := getattr(filters, name):
                masks[name] = self._holding(rows, wanted)
        if filters.lang:
            bits = sum(1 << LANGUAGES.index(language) for language in filters.lang)
            masks["lang"] = (self._languages & bits) != 0
        if filters.status:
            statuses = self._statuses(today)
            masks["status"] = np.isin(statuses, [STATUSES.index(status) for status in filters.status])
        if filters.start or filters.end:
            start = filters.start.toordinal() if filters.start else EARLIEST
            end = filters.end.toordinal() if filters.end else LATEST
            masks["period"] = self._dated & (self._first <= end) & (self._last >= start)
        return masks

    def _holding(self, rows: Rows, wanted: Sequence[str]) -> Mask:
        numbers = [number for number, name in enumerate(rows.names) if name in wanted]
        mask = np.zeros(len(self._live), dtype=bool)
        mask[rows.documents[np.isin(rows.numbers, numbers)]] = True
        return mask

    def _statuses(self, today: date) -> npt.NDArray[np.int8]:
        """The status of each document on a day, as a number in STATUSES: open ends count as active."""
        day = today.toordinal()
        status = np.full(len(self._live), STATUSES.index("active"), np.int8)
        status[self._first > day] = STATUSES.index("planned")
        status[self._last < day] = STATUSES.index("ended")
        status[~self._dated] = STATUSES.index("unknown")
        return status

    def page(self, scores: Floats, mask: Mask, window: Window) -> Order:
        """The wanted hits of all that the mask lets through."""
        found = np.flatnonzero(mask)
        wanted = window.first + window.size
        if window.sort == "relevance":
            ordered = self._by_score(found, scores[found], wanted)
        else:
            ordered = found[np.argsort(self._ranks(window.sort)[found], kind="stable")].tolist()
        page = ordered[window.first : wanted]
        return Order(len(found), page, [rounded(float(scores[document])) for document in page])

    def newest_first(self, documents: npt.NDArray[np.int32], size: int) -> list[int]:
        """The newest of some documents."""
        ordered: list[int] = documents[np.argsort(self._newest[documents], kind="stable")][:size].tolist()
        return ordered

    def _ranks(self, sort: Sort) -> npt.NDArray[np.int32]:
        return self._oldest if sort == "oldest" else self._newest

    def _by_score(self, found: npt.NDArray[np.int64], scores: Floats, wanted: int) -> list[int]:
        """The best documents, equal rounded scores by later start, then id."""
        if len(found) > wanted:
            bound = np.partition(scores, len(scores) - wanted)[len(scores) - wanted] if wanted else np.inf
            kept = scores >= bound * _SLACK
            found, scores = found[kept], scores[kept]
        keys = sorted(
            zip(
                (-rounded(score) for score in scores.tolist()),
                self._newest[found].tolist(),
                found.tolist(),
                strict=True,
            )
        )
        return [document for _, _, document in keys]

    def facets(
        self, mask: Mask, masks: Mapping[str, Mask], filters: Filters, window: Window
    ) -> dict[str, tuple[FacetCount, ...]]:
        """For each facet, its values with the totals they lead to under the query and all other filters.

        returns   the most frequent values first, of requesters and concepts not all; years in the order of time
        """
        narrowed = _both(mask, masks.values())
        result: dict[str, tuple[FacetCount, ...]] = {}

        def here_for(filter_name: str) -> Mask:
            if filter_name not in masks:
                return narrowed
            return _both(mask, (allowed for other, allowed in masks.items() if other != filter_name))

        limits = {"country": sys.maxsize, "requester": window.most_values}
        for name, limit in limits.items():
            rows = self._rows[name]
            counts = np.bincount(rows.numbers[here_for(name)[rows.documents]], minlength=len(rows.names))
            result[name] = most(rows.names, counts, limit, getattr(filters, name))
        counts = self._concepts.counts(packed(here_for("concept")))
        result["concept"] = most(self._concepts.names, counts, window.most_values, filters.concept)
        for name in ("lang", "status"):
            known = self._counts(name, here_for(name), window.today)
            ordered = sorted(known.items(), key=lambda item: (-item[1], item[0]))
            result[name] = tuple(FacetCount(value, count) for value, count in ordered if count)
        years = self._years.counts(packed(here_for("period")), window.today)
        result["year"] = tuple(FacetCount(*one) for one in years.items())
        return result

    def _counts(self, name: str, here: Mask, today: date) -> dict[str, int]:
        if name == "lang":
            return {language: int(((self._languages[here] >> bit) & 1).sum()) for bit, language in enumerate(LANGUAGES)}
        counts = np.bincount(self._statuses(today)[here], minlength=len(STATUSES))
        return dict(zip(STATUSES, counts.tolist(), strict=True))


def _both(mask: Mask, others: Iterable[Mask]) -> Mask:
    """What a mask and all others let through."""
    narrowed = mask.copy()
    for other in others:
        narrowed &= other
    return narrowed
