"""How a text is read, from its letters to the tree that an engine is asked; kept for texts that come again.

Belongs to one generation. Knows nothing of hits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

from search_app.analysis.language import Language
from search_app.index.query import Query
from search_app.search.expand import Expanded, Expander
from search_app.search.filters import FilterValues
from search_app.search.grammar import Grammar, Parsed, read_back
from search_app.search.marks import Marker, Reasons
from search_app.search.offers import Texts, strict
from search_app.search.results import Note

# Texts that are kept as they were read, those asked for last.
KEPT: Final = 256


@dataclass(frozen=True)
class Plan:
    """How a text is read: kept, for people turn pages, choose filters and open hits with the words they typed."""

    parsed: Parsed
    expanded: Expanded
    query: Query
    notes: tuple[Note, ...]
    marker: Marker

    @cached_property
    def reasons(self) -> Reasons:
        """What finds the reasons of hits."""
        return self.marker.asking(self.query)

    @cached_property
    def texts(self) -> Texts:
        """The text in pieces."""
        return Texts(tuple(self.expanded.operands), tuple(map(str, self.parsed.filters)))

    @cached_property
    def strict(self) -> Query | None:
        """The query with every word a must, where that is another query."""
        return strict(self.query)

    def read_as(self, language: Language) -> str:
        """The text as it was understood."""
        return " ".join(filter(None, (read_back(self.expanded.items, language), *map(str, self.parsed.filters))))


class Planner:
    """Reads texts for one generation.

    max_terms   words of a query beyond this number are not searched, with a note; None = no limit
    """

    def __init__(
        self, grammar: Grammar, expander: Expander, *, marker: Marker, filters: FilterValues, max_terms: int | None
    ) -> None:
        self._grammar = grammar
        self._expander = expander
        self._marker = marker
        self._filters = filters
        self._max_terms = max_terms
        self._kept = lru_cache(maxsize=KEPT)(self._make)

    def plan(self, text: str, expand: bool) -> Plan:
        """How a text is read.

        expand   whether other names and spellings are searched too
        """
        return self._kept(text, expand)

    def warm(self, label: str) -> None:
        """Work out what a name finds."""
        self._expander.expand(self._grammar.parse(label), concepts=True)

    def _make(self, text: str, expand: bool) -> Plan:
        parsed = self._grammar.parse(text)
        notes = list(parsed.notes)
        if self._max_terms is not None and len(parsed.items) > self._max_terms:
            notes.append(Note("terms-limited", {"count": str(self._max_terms)}))
            parsed = replace(parsed, items=parsed.items[: self._max_terms])
        expanded = self._expander.expand(parsed, concepts=expand)
        if not expand and parsed.items:
            notes.append(Note("expanded-off"))
        notes += expanded.notes
        # What takes something out of all mandates, or narrows them, is a question; text without a word is none.
        everything = not expanded.searched and (not text.strip() or bool(parsed.filters) or bool(expanded.operands))
        query = replace(
            expanded.query(),
            within=self._filters.typed(parsed, excluded=False),
            without=self._filters.typed(parsed, excluded=True),
            everything=everything,
        )
        if not (everything or query.parts):
            notes.append(Note("nothing-to-search"))
        return Plan(parsed, expanded, query, tuple(notes), self._marker)
