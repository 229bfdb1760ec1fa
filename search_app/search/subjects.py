"""What the corpus has on a concept, organisation, country or region, under every name it has.

The numbers are those of searches: whoever follows them finds as many mandates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.names import Concept, Names
from search_app.index.engine import Engine
from search_app.index.query import Filters, Query, Window
from search_app.search.naming import Naming, choosing, named
from search_app.search.results import FacetValue, Named, ResultPage, SearchRequest, Subject, Way

MOST_RELATED: Final = 10
MOST_NEWEST: Final = 5
# A concept named with another one once or twice says little of either.
LEAST_TOGETHER: Final = 2
_ALL: Final = Query(everything=True)


@dataclass(frozen=True)
class Subjects:
    """Describes what the names of one generation name.

    search   answers a request on a day
    """

    engine: Engine
    names: Names
    naming: Naming
    search: Callable[[SearchRequest, date], ResultPage]

    def concept(self, name: str, language: Language, today: date) -> Subject | None:
        """A concept or organisation by its id; None where there is none."""
        found = self.names.concepts.get(name)
        if found is None or found.kind not in ("concept", "organisation"):
            return None
        return self._subject(found, language, today)

    def place(self, name: str, language: Language, today: date) -> Subject | None:
        """A country by its code, or a region by its id; None where there is none."""
        found = self.names.country(name) or self.names.concepts.get(name)
        if found is None or not (found.code == name or found.kind == "region"):
            return None
        return self._subject(found, language, today)

    def _subject(self, concept: Concept, language: Language, today: date) -> Subject:
        ways = self._ways(concept, today)
        filters = choosing(Filters(), ways[0].facet, ways[0].value)
        page = self.search(SearchRequest(language=language, filters=filters, size=MOST_NEWEST), today)
        # As part of the question the filter holds for its own facet too.
        within = Query(everything=True, within=filters)
        counts = self.engine.search(within, Filters(), Window(size=0, today=today)).facets
        facets = self.naming.facets(counts, Filters())
        broader, narrower = tuple(self._broader(concept)), tuple(self._narrower(concept))
        apart = {concept.id, *(one.id for one in (*broader, *narrower))}
        related = self._related(page.total, facets["concept"], apart, today) if concept.kind == "concept" else ()
        return Subject(
            named=named(concept),
            names={one: concept.labels.get(one, ()) for one in LANGUAGES},
            acronyms={one: concept.acronyms.get(one, ()) for one in LANGUAGES},
            ways=ways,
            page=page,
            facets=facets,
            broader=broader,
            narrower=narrower,
            related=related,
        )

    def _ways(self, concept: Concept, today: date) -> tuple[Way, ...]:
        """The searches for a concept: the main one, and the others that find something."""
        place, asking, topic = (
            ("country", concept.code or concept.id),
            ("requester", concept.id),
            ("concept", concept.id),
        )
        orders = {"concept": [topic], "organisation": [asking, topic, place]}
        ways = []
        for facet, value in orders.get(concept.kind, [place, asking]):
            count = self.engine.count(_ALL, choosing(Filters(), facet, value), today)
            ways.append(Way(facet, value, count))  # type: ignore[arg-type]  # one of the three above
        found = [way for way in ways if way.count]
        return tuple(found or ways[:1])

    def _broader(self, concept: Concept) -> Iterator[Named]:
        around = self.names.regions_of(concept.code) if concept.kind == "country" else concept.broader
        for name in around:
            if name in self.names.concepts:
                yield named(self.names.concepts[name])

    def _narrower(self, concept: Concept) -> Iterator[Named]:
        for code in concept.countries:
            if (country := self.names.country(code)) is not None:
                yield named(country)
        for other in self.names:
            if concept.id in other.broader:
                yield named(other)

    def _related(self, total: int, together: Iterable[FacetValue], apart: set[str], today: date) -> tuple[Named, ...]:
        """The concepts that stand with one more often than chance has it, the most telling first.

        total      how many mandates name the one
        together   how many of them name each other one
        apart      those that are told elsewhere
        """
        everything = self.engine.count(_ALL, Filters(), today)
        worth = {}
        for value in together:
            if value.value in apart or value.count < LEAST_TOGETHER:
                continue
            elsewhere = self.engine.count(_ALL, Filters(concept=(value.value,)), today)
            lift = value.count * everything / (total * elsewhere)
            if lift > 1:
                worth[value.value] = value.count * math.log(lift)
        best = sorted(worth, key=lambda name: (-worth[name], name))[:MOST_RELATED]
        return tuple(named(self.names.concepts[name]) for name in best)
