"""Which concepts a text holds: a label of theirs stands in it side by side, or their acronym in capitals.

Words meet by the stem of the label's language; stop words between them do not count, the end of a sentence parts them.
Forms that mean several things, and acronyms that are everyday words where capitals say nothing, tell of no concept.
Made once for a build; knows no records and no engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from search_app.analysis.analyzer import STOP_MARK, Analyzer, Columns, without_stop_words
from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems
from search_app.corpus.names import Concept, Kind, Names

# What can be held: countries and regions have filters of their own.
HELD_KINDS: Final[tuple[Kind, ...]] = ("concept", "organisation")
_PARTED: Final = re.compile(r"[.!?;:|•\n]")
# What a word may be: the first of a label in the language of each lower bit, or an acronym.
_ACRONYM: Final = 1 << len(LANGUAGES)

Passage = tuple[str, Columns]


class _Branch(dict[str, "_Branch"]):
    """The labels that begin with the same stems, by the stem that comes next.

    concepts   of the label that ends here
    """

    concepts: tuple[str, ...] = ()

    def __missing__(self, stem: str) -> _Branch:
        self[stem] = branch = _Branch()
        return branch

    def add(self, stems: Iterable[str], concept: str) -> None:
        branch = self
        for stem in stems:
            branch = branch[stem]
        branch.concepts += (concept,)


class ConceptFinder:
    """Finds the concepts and organisations that passages hold."""

    def __init__(self, names: Names, analyzer: Analyzer, stems: Stems) -> None:
        self._analyzer = analyzer
        self._stems = stems
        self._labels = {language: _Branch() for language in LANGUAGES}
        # of the words met so far: what each may be, and its stems
        self._roles: dict[str, int] = {}
        self._stem_of: dict[Language, dict[str, str]] = {language: {} for language in LANGUAGES}
        self._held_by_name: dict[str, frozenset[str]] = {}
        # folded acronym → concept, and whether it is an everyday word as well
        self._acronyms: dict[str, list[tuple[str, bool]]] = {}
        held = [concept for concept in names if concept.kind in HELD_KINDS]
        for language in LANGUAGES:
            labels = [(words, concept.id) for concept in held for words in self._words_of(concept, language, analyzer)]
            stems_of = iter(stems.stem_all([word for words, _ in labels for word in words], language))
            for words, name in labels:
                self._labels[language].add(islice(stems_of, len(words)), name)

    def _words_of(self, concept: Concept, language: Language, analyzer: Analyzer) -> Iterator[tuple[str, ...]]:
        """The words of each label of a concept; its acronyms of one word are noted."""
        shared = {fold(form) for form in concept.ambiguous}
        everyday = {fold(form) for form in concept.capitals_only}
        labels = [form for form in concept.labels.get(language, ()) if not shared or fold(form) not in shared]
        for acronym in concept.acronyms.get(language, ()):
            if fold(acronym) in shared:
                continue
            if len(analyzer.terms(acronym)) > 1:
                labels.append(acronym)
            else:
                meant = self._acronyms.setdefault(fold(acronym), [])
                meant.append((concept.id, fold(acronym) in everyday))
        for label in labels:
            if words := without_stop_words(analyzer.terms(label)):
                yield words

    def held_by_name(self, printed: str) -> frozenset[str]:
        """What a printed name holds; the same names come again and again, so it is remembered."""
        known = self._held_by_name.get(printed)
        if known is None:
            known = frozenset(self.held([(printed, self._analyzer.name(printed))]))
            self._held_by_name[printed] = known
        return known

    def held(self, passages: Iterable[Passage]) -> set[str]:
        """The ids of all concepts that stand in some passages (each a text and its tokens)."""
        found: set[str] = set()
        for text, tokens in passages:
            if None in (known := list(map(self._roles.get, tokens.terms))):
                self._learn([term for term, role in zip(tokens.terms, known, strict=True) if role is None])
            roles = list(map(self._roles.__getitem__, tokens.terms))
            if any(roles):
                found.update(self._by_acronym(text, tokens, roles))
                found.update(self._by_label(text, tokens, roles))
        return found

    def _learn(self, terms: Sequence[str]) -> None:
        """Note what some words may be. Most words of a text are nothing, and need no second look."""
        roles = dict.fromkeys(terms, 0)
        for term in roles:
            folded = _as_acronym(term)
            if folded in self._acronyms or folded[:-1] in self._acronyms:
                roles[term] = _ACRONYM
        for number, language in enumerate(LANGUAGES):
            stems = self._stems.stem_all(roles, language)
            self._stem_of[language].update(zip(roles, stems, strict=True))
            for term, stem in zip(roles, stems, strict=True):
                if stem in self._labels[language]:
                    roles[term] |= 1 << number
        self._roles.update(roles)

    def _by_acronym(self, text: str, tokens: Columns, roles: Sequence[int]) -> Iterator[str]:
        telling = len(roles) == 1 or not text.isupper()
        for term, start, length, role in zip(*tokens, roles, strict=True):
            if not role & _ACRONYM:
                continue
            raw = text[start : start + length]
            if sum(map(str.isupper, raw)) < 2:
                continue
            folded = _as_acronym(term)
            if folded not in self._acronyms and raw[-1] == "s" and raw[:-1].isupper():
                folded = folded[:-1]  # NGOs, ONGs
            small = term.startswith(STOP_MARK)
            for concept, everyday in self._acronyms.get(folded, ()):
                if telling or not (everyday or small):
                    yield concept

    def _by_label(self, text: str, tokens: Columns, roles: Sequence[int]) -> Iterator[str]:
        """The concepts whose labels stand among words, stop words left out."""
        words = [place for place, term in enumerate(tokens.terms) if term[0] != STOP_MARK]
        beginning = [(first, roles[place]) for first, place in enumerate(words) if roles[place]]
        for number, language in enumerate(LANGUAGES):
            labels, stem_of = self._labels[language], self._stem_of[language]
            for first, role in beginning:
                if not role >> number & 1:
                    continue
                branch, before = labels, words[first]
                for place in islice(words, first, None):
                    longer = branch.get(stem_of[tokens.terms[place]])
                    if longer is None or _parted(text, tokens, before, place):
                        break
                    yield from longer.concepts
                    branch, before = longer, place


def _as_acronym(term: str) -> str:
    return term.removeprefix(STOP_MARK).casefold()


def _parted(text: str, tokens: Columns, left: int, right: int) -> bool:
    """Whether anything but blanks, commas and small words stands between two words."""
    end = tokens.starts[left] + tokens.lengths[left]
    return left != right and _PARTED.search(text, end, tokens.starts[right]) is not None
