"""Facet values as numbers with names and addresses: for charts, and for lists beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from search_app.index.query import Filters
from search_app.search.naming import choosing
from search_app.search.results import FacetValue, SearchRequest
from search_app.web import params
from search_app.web.addresses import Addresses
from search_app.web.charts import Number
from search_app.web.wording import Words, capitalised


class Figures:
    """Makes numbers whose links keep the filters they were counted under.

    within   the filters in force
    """

    def __init__(self, words: Words, at: Addresses, within: Filters | None = None) -> None:
        self._words = words
        self._at = at
        self._within = within or Filters()

    def values(self, facet: str, values: Iterable[FacetValue]) -> list[Number]:
        """Values of a facet in the order given; each leads to the mandates it counts."""
        return [self._number(facet, one) for one in values if one.count]

    def years(self, values: Sequence[FacetValue]) -> list[Number]:
        """All years from the first to the last, those without mandates too."""
        known = {int(one.value): one for one in values}
        if not known:
            return []
        return [
            self._number("year", known[year])
            if year in known
            else Number(str(year), str(year), 0, self._said(str(year), 0), "")
            for year in range(min(known), max(known) + 1)
        ]

    def countries(self, values: Iterable[FacetValue], address: Callable[[str], str]) -> Mapping[str, Number]:
        """Countries by code, regions left out; `address` gives the page of a code."""
        numbers = [self._number("country", one) for one in values if one.count and params.is_country(one.value)]
        return {number.key: replace(number, address=address(number.key)) for number in numbers}

    def _number(self, facet: str, value: FacetValue) -> Number:
        name = self._words.named(value.name)
        request = SearchRequest(filters=choosing(self._within, facet, value.value))
        return Number(
            key=value.value,
            name=capitalised(name),
            count=value.count,
            said=self._said(name, value.count),
            address=self._at.search(params.write(request)),
        )

    def _said(self, name: str, count: int) -> str:
        return self._words.ngettext("%(name)s: %(n)s mandate", "%(name)s: %(n)s mandates", count, name=name)
