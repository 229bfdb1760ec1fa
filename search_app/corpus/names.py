"""One look-up over thesaurus and places: concepts, organisations, countries and regions by any name they have.

Promise: a name is found exactly (accents, case and punctuation aside) or not at all; nothing is matched by likeness.
Which of two readings a name has is decided by where it stands: `place` prefers countries, `requester` organisations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from typing import Final, Literal

from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES, Language

Kind = Literal["concept", "organisation", "country", "region"]
NAMED_KINDS: Final[tuple[Kind, ...]] = ("organisation", "country", "region")
# Printed names whose meaning is kept, those asked for last.
KEPT: Final = 1 << 13
_BRACKETED: Final = re.compile(r"(.+?)\s*\(\s*([^()]+?)\s*\)")
_LEADING_ARTICLES: Final = ("the ", "la ", "le ", "les ", "l'", "l’")

Forms = Mapping[Language, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Concept:
    """A thing that people call by several names, in both languages.

    name           the label shown
    labels         all names written in full, the one shown first
    acronyms       matched in capitals; in lower case as `search.expand` says, never those in `capitals_only`
    demonyms       of a country or region: labels like any other
    ambiguous      forms that another concept has too: they lead here but are no labels to search for
    aliases        printed forms that importers meet; never searched or shown
    asks_as        acronyms of a country that mean it also where a requester stands
    code           ISO 3166 alpha-2 of a country
    countries      codes of the countries a region contains
    """

    id: str
    kind: Kind
    name: Mapping[Language, str]
    labels: Forms
    acronyms: Forms = field(default_factory=dict)
    demonyms: Forms = field(default_factory=dict)
    capitals_only: frozenset[str] = frozenset()
    ambiguous: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()
    asks_as: tuple[str, ...] = ()
    group: str = ""
    code: str = ""
    countries: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()

    def full_names(self) -> Iterator[str]:
        """Names in full, both languages."""
        for language in LANGUAGES:
            yield from self.labels.get(language, ())

    def all_acronyms(self) -> Iterator[str]:
        """Acronyms, both languages, each once."""
        yield from dict.fromkeys(form for language in LANGUAGES for form in self.acronyms.get(language, ()))


class Names:
    """Every known concept, found by id or by printed name."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts: Mapping[str, Concept] = {concept.id: concept for concept in concepts}
        named = [concept for concept in self.concepts.values() if concept.kind in NAMED_KINDS]
        organisations = [concept for concept in named if concept.kind == "organisation"]
        countries = [concept for concept in named if concept.kind == "country"]
        regions = [concept for concept in named if concept.kind == "region"]
        folded = cache(fold)  # most forms stand in both tables
        self._places = _table([*regions, *countries, *organisations], folded, acronyms="all")
        self._requesters = _table([*organisations, *regions], folded, acronyms="all")
        for key, concept in _table(countries, folded, acronyms="asking").items():
            self._requesters.setdefault(key, concept)
        # records print the same names again and again
        self._place = lru_cache(maxsize=KEPT)(partial(_find, self._places))
        self._requester = lru_cache(maxsize=KEPT)(partial(_find, self._requesters))
        self._by_code = {concept.code: concept for concept in countries}
        self._regions_of: dict[str, tuple[str, ...]] = {
            code: tuple(region.id for region in regions if code in region.countries) for code in self._by_code
        }

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts.values())

    def country(self, code: str) -> Concept | None:
        """The country with an ISO alpha-2 code."""
        return self._by_code.get(code)

    def regions_of(self, code: str) -> tuple[str, ...]:
        """The ids of the regions that contain a country."""
        return self._regions_of.get(code, ())

    def place(self, printed: str) -> Concept | None:
        """The country, region or organisation that a name means where a place is printed."""
        return self._place(printed)

    def requester(self, printed: str) -> Concept | None:
        """The organisation, country or region that a name means where a requester is printed.

        An acronym of a country means the country here only if `asks_as` says so: DRC is also a refugee council.
        """
        return self._requester(printed)


def _table(
    concepts: Sequence[Concept], folded: Callable[[str], str], *, acronyms: Literal["all", "asking"]
) -> dict[str, Concept]:
    """Folded printed form → concept; labels shown and aliases go before other names, then the first concept has it."""
    table: dict[str, Concept] = {}
    for concept in concepts:
        for form in (*concept.name.values(), *concept.aliases):
            table.setdefault(folded(form), concept)
    for concept in concepts:
        for form in (*concept.full_names(), *(concept.all_acronyms() if acronyms == "all" else concept.asks_as)):
            table.setdefault(folded(form), concept)
    return table


def _find(table: Mapping[str, Concept], printed: str) -> Concept | None:
    """The concept that a name means; a name with its own short form in brackets, or the other way round, is one too."""
    printed = printed.strip()
    if concept := _find_plain(table, printed):
        return concept
    if not (found := _BRACKETED.fullmatch(printed)):
        return None
    for name, short in ((found[1], found[2]), (found[2], found[1])):
        concept = _find_plain(table, name)
        if concept and (_find_plain(table, short) is concept or short in (concept.code, *concept.all_acronyms())):
            return concept
    return None


def _find_plain(table: Mapping[str, Concept], printed: str) -> Concept | None:
    for form in _spellings(printed):
        if concept := table.get(fold(form)):
            return concept
    return None


def _spellings(printed: str) -> Iterator[str]:
    """The name as printed, "b a" for "a, b", and each without a leading article."""
    turned = " ".join(part.strip() for part in reversed(printed.split(",", 1)))
    for form in dict.fromkeys((printed, turned)):
        yield form
        for article in _LEADING_ARTICLES:
            if form.casefold().startswith(article):
                yield form[len(article) :]
