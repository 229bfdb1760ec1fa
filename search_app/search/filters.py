"""What the values of filters mean, typed in a query or given beside it."""

from __future__ import annotations

from dataclasses import replace

from search_app.corpus.names import Names
from search_app.index.document import PrintedName, requester_id
from search_app.index.engine import Engine
from search_app.index.query import Filters
from search_app.search.grammar import Field, Parsed


class FilterValues:
    """Gives canonical values for one generation."""

    def __init__(self, engine: Engine, names: Names) -> None:
        self._engine = engine
        self._names = names

    def is_known(self, field: Field, value: str) -> bool:
        """Whether a typed value names anything."""
        return self.value(field, value) is not None

    def value(self, field: str, value: str) -> str | None:
        """The canonical value of a filter from a code, an id or a name; None where nothing is known by it."""
        if field == "country":
            if len(value) == 2 and self._names.country(value.upper()):
                return value.upper()
            concept = self._names.place(value) or self._names.concepts.get(value.lower())
            return None if concept is None else concept.code or concept.id
        concept = self._names.requester(value) or self._names.concepts.get(value.lower())
        if concept is not None:
            return concept.id
        slug = requester_id(PrintedName("requesters", 0, 0, value, None))
        return slug if self._engine.label(slug) else None

    def typed(self, parsed: Parsed, *, excluded: bool) -> Filters:
        """The filters typed in a text, or those that it takes out."""
        values: dict[str, list[str]] = {"country": [], "requester": []}
        for typed in parsed.filters:
            if typed.excluded == excluded and (value := self.value(typed.field, typed.value)) is not None:
                values[typed.field].append(value)
        return Filters(country=tuple(values["country"]), requester=tuple(values["requester"]))

    def canonical(self, filters: Filters) -> Filters:
        """Codes of countries in capitals, but for what is an id as it stands; values nobody knows match nothing."""
        if not filters.country:
            return filters
        country = {
            value.upper() if self._names.country(value.upper()) and value not in self._names.concepts else value
            for value in filters.country
        }
        return replace(filters, country=tuple(sorted(country)))
