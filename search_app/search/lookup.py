"""Which concepts the words of a query may name: labels by their words, acronyms by their letters.

Built once per generation from thesaurus and places. A key is the tuple of a label's words without stop words, each
freed of its plural ending; so "réforme des secteurs de sécurité" meets "réforme du secteur de la sécurité".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search_app.analysis.analyzer import STOP_MARK, Analyzer, without_stop_words
from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES
from search_app.corpus.names import NAMED_KINDS, Concept, Names
from search_app.index.query import Label, Longer, Name

Key = tuple[str, ...]
_SHORTEST_PLURAL: Final = 4
# Clauses that are kept: there are some thousands of forms.
KEPT: Final = 1 << 13
EAST: Final = STOP_MARK + "est"
_ARTICLES: Final = {STOP_MARK + article for article in ("the", "le", "la", "les")}


def plural_off(term: str) -> str:
    """A word without the s or x that makes most plurals of both languages."""
    return term[:-1] if len(term) >= _SHORTEST_PLURAL and term[-1] in "sx" and term[-2:] != "ss" else term


def tells(term: str) -> bool:
    """Whether a word counts in a name: not a stop word, but for the East that is spelt like one."""
    return not term.startswith(STOP_MARK) or term == EAST


def key_of(terms: Iterable[str]) -> Key:
    """The key under which words are looked up."""
    return tuple(plural_off(term) for term in terms if tells(term))


@dataclass(frozen=True)
class Form:
    """One way of naming a concept.

    terms       as analysed, stop words included
    searched    whether documents are searched for it: not where it is ambiguous or an everyday word
    """

    text: str
    terms: tuple[str, ...]
    acronym: bool
    searched: bool


class Lookup:
    """Finds concepts by the words of a query, longest match first."""

    def __init__(self, names: Names, analyzer: Analyzer) -> None:
        self.names = names
        self._analyzer = analyzer
        self.forms: dict[str, tuple[Form, ...]] = {concept.id: tuple(self._forms_of(concept)) for concept in names}
        self._by_key: dict[Key, list[str]] = defaultdict(list)
        self._by_acronym: dict[str, list[str]] = defaultdict(list)
        self._capitals_only: set[tuple[str, str]] = set()
        # every label of several words by each of its words, to find what contains a shorter name
        self._containing: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for concept in names:
            self._register(concept)
        # The same object for the same form: an engine that keeps what it worked out for a clause knows it again.
        self._clause = lru_cache(maxsize=KEPT)(self._make_clause)
        self.longest = max((len(form.terms) for forms in self.forms.values() for form in forms), default=1)

    def _forms_of(self, concept: Concept) -> Iterator[Form]:
        ambiguous = {fold(form) for form in concept.ambiguous}
        everyday = {fold(form) for form in concept.capitals_only}
        seen: set[tuple[str, ...]] = set()
        full = [*concept.full_names(), *(form for lang in LANGUAGES for form in concept.demonyms.get(lang, ()))]
        for text, acronym in [*((text, False) for text in full), *((text, True) for text in concept.all_acronyms())]:
            terms = self._analyzer.terms(text)
            if not terms or terms in seen:
                continue
            seen.add(terms)
            # an acronym that is an everyday word would find that word; in the capitals of a stop word it is safe
            folded = fold(text) if everyday or ambiguous else ""
            word_like = folded in everyday and not terms[0].isupper()
            yield Form(text, terms, acronym, folded not in ambiguous and not word_like)

    def _register(self, concept: Concept) -> None:
        for form in self.forms[concept.id]:
            if form.acronym and len(form.terms) == 1:
                folded = form.terms[0].casefold()
                self._by_acronym[folded].append(concept.id)
                if folded in map(fold, concept.capitals_only):
                    self._capitals_only.add((folded, concept.id))
                continue
            key = key_of(form.terms)
            # a name of one word is that word, with an article or alone: "dans le Nord" is not found by "Nord"
            whole = len(key) > 1 or (key and all(term in _ARTICLES for term in form.terms[:-1]))
            if whole and concept.id not in self._by_key[key]:
                self._by_key[key].append(concept.id)
            if len(form.terms) > 1 and concept.kind in NAMED_KINDS:
                for term in set(form.terms):
                    self._containing[term].append((concept.id, form.terms))

    def is_acronym(self, folded: str) -> bool:
        """Whether a folded word is an acronym of something."""
        return folded in self._by_acronym

    def by_acronym(self, folded: str, *, capitals: bool) -> list[str]:
        """The concepts an acronym stands for; in lower case never those that are everyday words."""
        found = self._by_acronym.get(folded, [])
        return [name for name in found if capitals or (folded, name) not in self._capitals_only]

    def by_words(self, terms: Iterable[str]) -> list[str]:
        """The concepts that have a label of just these words."""
        return self._by_key.get(key_of(terms), [])

    def form_named(self, concept: str, terms: tuple[str, ...]) -> Form | None:
        """The label of a concept whose words were typed."""
        key = key_of(terms)
        matching = [form for form in self.forms[concept] if key_of(form.terms) == key]
        exact = [form for form in matching if without_stop_words(form.terms) == without_stop_words(terms)]
        return next(iter(exact or matching), None)

    def clause(self, concepts: Sequence[str], form: Form) -> Label | Name | None:
        """How documents are searched for a form; None where it has no word to search.

        concepts   all that the form may mean: one, but for ambiguous forms
        """
        return self._clause(tuple(concepts), form)

    def _make_clause(self, concepts: tuple[str, ...], form: Form) -> Label | Name | None:
        words = without_stop_words(form.terms)
        if not words:
            return None
        named = [concept for concept in concepts if self.names.concepts[concept].kind in NAMED_KINDS]
        if named and not form.acronym:
            return Name(form.terms, self.longer_names(named, form.terms), tuple(named))
        return Label(words, concepts[0])

    def longer_names(self, concepts: Sequence[str], terms: tuple[str, ...]) -> tuple[Longer, ...]:
        """Names of other concepts that contain a name and mean something else, each with the name's place in them."""
        found: dict[Longer, None] = {}
        for other, longer in self._containing.get(terms[0], ()):
            speaks_of_it = any(other == concept or self._lies_in(concept, other) for concept in concepts)
            if speaks_of_it or len(longer) <= len(terms):
                continue
            for offset in range(len(longer) - len(terms) + 1):
                if longer[offset : offset + len(terms)] == terms:
                    found[Longer(longer, offset)] = None
        return tuple(found)

    def _lies_in(self, concept: str, other: str) -> bool:
        """Whether a longer name speaks of the country or region too: "UN mission in Mali", "northern Mali"."""
        inner, outer = self.names.concepts[concept], self.names.concepts[other]
        if inner.kind not in ("country", "region"):
            return False
        return outer.kind == "organisation" or (inner.kind == "country" and inner.code in outer.countries)
