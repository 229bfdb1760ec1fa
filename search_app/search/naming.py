"""Who and what is meant, with names in both languages: printed names of records, values of facets.

Belongs to one generation: names of its tables first, the printed form where they know none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

from search_app.analysis.language import Language
from search_app.corpus.names import Concept, Names
from search_app.index.document import PrintedName, requester_id
from search_app.index.engine import Engine
from search_app.index.query import FacetCount, Filters
from search_app.search.results import FacetValue, Named

Both = Mapping[Language, str]
# Of the concepts that most mandates name, so many are shown.
MOST_CONCEPTS: Final = 40
# Values of facets whose names are kept.
KEPT: Final = 1 << 14
LANGUAGE_NAMES: Final[dict[str, Both]] = {
    "en": {"en": "English", "fr": "anglais"},
    "fr": {"en": "French", "fr": "français"},
}
STATUS_NAMES: Final[dict[str, Both]] = {
    "planned": {"en": "planned", "fr": "prévu"},
    "active": {"en": "active", "fr": "en cours"},
    "ended": {"en": "ended", "fr": "terminé"},
    "unknown": {"en": "no dates given", "fr": "sans dates"},
}


def named(concept: Concept) -> Named:
    """A known concept; a country by its code."""
    return Named(concept.code or concept.id, concept.name, concept.kind)


class Naming:
    """Gives names for one generation."""

    def __init__(self, engine: Engine, names: Names) -> None:
        self._engine = engine
        self._names = names
        # organisations have a facet of their own
        self._topics_known = frozenset(concept.id for concept in names if concept.kind == "concept")
        self.value = lru_cache(maxsize=KEPT)(self._value)

    def requesters(self, printed: Iterable[PrintedName]) -> Iterator[Named]:
        """Who asked; by a slug of the printed name where nobody is known by it."""
        for name in printed:
            if name.part == "requesters":
                concept = name.concept
                label: Both = concept.name if concept else {"en": name.printed, "fr": name.printed}
                yield Named(requester_id(name), label, concept.kind if concept else "")

    def places(self, printed: Iterable[PrintedName]) -> Iterator[Named]:
        """Where: countries by their codes, regions and organisations; without an id where no place is known."""
        for name in printed:
            if name.part == "places":
                yield named(name.concept) if name.concept else Named("", {"en": name.printed, "fr": name.printed})

    def facets(
        self, counts: Mapping[str, tuple[FacetCount, ...]], filters: Filters
    ) -> Mapping[str, tuple[FacetValue, ...]]:
        """The facets of an answer with the names of their values; what is chosen is among them in any case."""
        facets = {}
        for name, values in counts.items():
            chosen = chosen_values(filters, name)
            shown = list(values)
            if chosen:
                known = {value for value, _ in values}
                shown += ((value, 0) for value in chosen if value not in known)
            if name == "concept":
                shown = self._topics(shown, chosen)
            name_of = self.value
            facets[name] = tuple(
                [FacetValue(value, name_of(name, value), count, value in chosen) for value, count in shown]
            )
        return facets

    def _topics(self, counts: Iterable[FacetCount], chosen: Collection[str]) -> list[FacetCount]:
        """The concepts worth listing."""
        topics = [one for one in counts if one[0] in self._topics_known or one[0] in chosen]
        return topics[:MOST_CONCEPTS] + [one for one in topics[MOST_CONCEPTS:] if one[0] in chosen]

    def _value(self, facet: str, value: str) -> Both:
        """The name of a facet's value."""
        if facet == "lang":
            return LANGUAGE_NAMES[value]
        if facet == "status":
            return STATUS_NAMES[value]
        if facet == "year":
            return {"en": value, "fr": value}
        concept = self._names.country(value) if facet == "country" else None
        concept = concept or self._names.concepts.get(value)
        if concept is not None:
            return concept.name
        label = self._engine.label(value) or value
        return {"en": label, "fr": label}


def chosen_values(filters: Filters, facet: str) -> tuple[str, ...]:
    """The values that filters have chosen in a facet; a year where "active during" is that very year."""
    if facet != "year":
        values: tuple[str, ...] = getattr(filters, facet)
        return values
    start, end = filters.start, filters.end
    if start is None or end is None or (start, end) != (date(start.year, 1, 1), date(start.year, 12, 31)):
        return ()
    return (f"{start.year:04d}",)


def choosing(filters: Filters, facet: str, value: str) -> Filters:
    """Filters with one value alone in a facet; of a year its first and last day."""
    if facet != "year":
        return replace(filters, **{facet: (value,)})  # type: ignore[arg-type]  # the facet's own values
    return replace(filters, start=date(int(value), 1, 1), end=date(int(value), 12, 31))
