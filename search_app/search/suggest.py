"""What a reader may be about to type: places, requesters, concepts and titles that hold words beginning so.

Each word typed must begin a word of the thing: of any of its names in either language, or of its acronyms. Accents,
case and apostrophes do not matter. Every number is that of the search the suggestion leads to.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from search_app.analysis.analyzer import STOP_MARK, Analyzer
from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Concept, Names
from search_app.index.engine import Engine
from search_app.index.query import FacetCount
from search_app.search.naming import Both, Naming
from search_app.search.results import Suggestion

MOST: Final = 8
MOST_TITLES: Final = 3
SHORTEST: Final = 2
_HIGHEST: Final = "\U0010ffff"

Kind = Literal["country", "region", "requester", "organisation", "concept"]


@dataclass(frozen=True)
class _Entry:
    """Something with a name.

    words      every word of every name, folded
    acronyms   folded
    """

    kind: Kind
    id: str
    name: Both
    count: int
    words: frozenset[str]
    acronyms: frozenset[str]


class Suggester:
    """Suggests for one generation.

    facets   all values of the whole corpus with their numbers
    """

    def __init__(
        self,
        engine: Engine,
        names: Names,
        *,
        analyzer: Analyzer,
        facets: Mapping[str, tuple[FacetCount, ...]],
    ) -> None:
        self._engine = engine
        self._names = names
        self._analyzer = analyzer
        self._naming = Naming(engine, names)
        self._entries = list(self._all(facets))
        pairs = sorted((word, number) for number, entry in enumerate(self._entries) for word in entry.words)
        self._words = [word for word, _ in pairs]
        self._numbers = [number for _, number in pairs]

    def _all(self, facets: Mapping[str, tuple[FacetCount, ...]]) -> Iterator[_Entry]:
        for one in facets["country"]:
            concept = self._names.country(one[0]) or self._names.concepts.get(one[0])
            if concept is not None and concept.kind == "country":
                yield self._entry("country", "country", one, concept)
            elif concept is not None and concept.kind == "region":
                yield self._entry("region", "country", one, concept)
        asking = {value for value, _ in facets["requester"]}
        for one in facets["requester"]:
            yield self._entry("requester", "requester", one, self._names.concepts.get(one[0]))
        for one in facets["concept"]:
            concept = self._names.concepts.get(one[0])
            kind: Kind = "organisation" if concept is not None and concept.kind == "organisation" else "concept"
            if one[0] not in asking:
                yield self._entry(kind, "concept", one, concept)

    def _entry(self, kind: Kind, facet: str, found: FacetCount, concept: Concept | None) -> _Entry:
        value, count = found
        name = self._naming.value(facet, value)
        acronyms = frozenset(map(fold, concept.all_acronyms())) if concept else frozenset()
        forms = {*name.values()}
        if concept is not None:
            forms |= {*concept.full_names(), *(form for one in LANGUAGES for form in concept.demonyms.get(one, ()))}
        words = frozenset(word for form in forms for word in self._typed(form)) | acronyms
        return _Entry(kind, value, name, count, words, acronyms)

    def _typed(self, text: str) -> list[str]:
        """The words of a text, folded, small ones too."""
        return [term.removeprefix(STOP_MARK).casefold() for term in self._analyzer.terms(text)]

    def suggest(self, text: str, language: Language) -> tuple[Suggestion, ...]:
        """What a text may become, the likeliest first.

        text       as typed so far
        language   the reader's
        """
        typed = self._typed(text)
        if sum(map(len, typed)) < SHORTEST:
            return ()
        titles = tuple(self._titles(text, typed, language))
        named = sorted(self._beginning(typed), key=lambda entry: self._rank(entry, typed, language))
        return (
            *(
                Suggestion(entry.kind, entry.id, entry.name[language], entry.count, language)
                for entry in named[: MOST - len(titles)]
            ),
            *titles,
        )

    def _beginning(self, typed: Iterable[str]) -> list[_Entry]:
        """The entries that hold, for each word typed, one that begins so."""
        found: set[int] | None = None
        for prefix in typed:
            low, high = bisect_left(self._words, prefix), bisect_left(self._words, prefix + _HIGHEST)
            here = set(self._numbers[low:high])
            found = here if found is None else found & here
        return [self._entries[number] for number in found or ()]

    def _rank(self, entry: _Entry, typed: list[str], language: Language) -> tuple[object, ...]:
        """An acronym typed whole first, then names that begin so in the reader's language; then by number."""
        name = " ".join(self._typed(entry.name[language]))
        whole = len(typed) == 1 and typed[0] in entry.acronyms
        return (not whole, not name.startswith(" ".join(typed)), -entry.count, name, entry.kind)

    def _titles(self, text: str, typed: list[str], language: Language) -> Iterator[Suggestion]:
        """Mandates by their titles; small words typed whole are passed over, the last word may still grow."""
        terms = self._analyzer.terms(text)
        prefixes = [word for term, word in zip(terms[:-1], typed, strict=False) if not term.startswith(STOP_MARK)]
        if len(typed[-1]) >= SHORTEST and not (prefixes and terms[-1].startswith(STOP_MARK)):
            prefixes.append(typed[-1])
        for hit in self._engine.titled(prefixes, MOST_TITLES) if prefixes else ():
            shown = self._title(hit.mandate, prefixes, language)
            yield Suggestion("mandate", hit.mandate.id, hit.mandate.title[shown], 1, shown)

    def _title(self, mandate: Mandate, prefixes: list[str], language: Language) -> Language:
        """The language of the title that holds the words, the reader's where both do."""
        order = sorted(mandate.title, key=lambda one: one != language)
        words = {one: self._typed(mandate.title[one]) for one in order}
        return next(
            (one for one in order if all(any(word.startswith(p) for word in words[one]) for p in prefixes)), order[0]
        )
