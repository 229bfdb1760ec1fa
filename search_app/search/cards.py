"""The names on a record: who asked and where, read once for all records that print the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.index.document import PARTS, PrintedName, derived_names, printed_names
from search_app.search.naming import Naming
from search_app.search.results import Named

# Pairs of requesters and places that are kept, about a kilobyte each.
KEPT: Final = 4_096


@dataclass(frozen=True)
class Card:
    """What the requesters and places of a record mean.

    printed, derived     the names printed, and the labels they stand for in both languages
    requesters, places   as results show them
    holds                concept id → part and offsets where a name of it is printed
    """

    printed: tuple[PrintedName, ...]
    derived: tuple[tuple[PrintedName, str], ...]
    requesters: tuple[Named, ...]
    places: tuple[Named, ...]
    holds: Mapping[str, tuple[int, int, int]]


class Cards:
    """Cards for the names of one generation."""

    def __init__(self, names: Names, naming: Naming) -> None:
        self._names = names
        self._naming = naming
        self._folded = lru_cache(maxsize=KEPT)(fold)
        self._kept = lru_cache(maxsize=KEPT)(self._make)

    def of(self, mandate: Mandate) -> Card:
        """The card of a record."""
        return self._kept(mandate.requesters, mandate.places)

    def _make(self, requesters: tuple[str, ...], places: tuple[str, ...]) -> Card:
        printed = tuple(printed_names(Mandate(id="", title={}, requesters=requesters, places=places), self._names))
        return Card(
            printed=printed,
            derived=tuple(derived_names(printed, self._folded)),
            requesters=tuple(self._naming.requesters(printed)),
            places=tuple(self._naming.places(printed)),
            holds={one.concept.id: (PARTS.index(one.part), one.start, one.end) for one in printed if one.concept},
        )
