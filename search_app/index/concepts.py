"""Which concepts a text holds: a label of theirs stands in it side by side, or their acronym in capitals.

Words meet by the stem of the label's language; stop words between them do not count, the end of a sentence parts them.
Forms that mean several things, and acronyms that are everyday words where capitals say nothing, tell of no concept.
Made once for a build; knows no records and no engine.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

from search_app.analysis.analyzer import STOP_MARK, Analyzer, Token, without_stop_words
from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems
from search_app.corpus.names import Concept, Kind, Names

# What can be held: countries and regions have filters of their own.
HELD_KINDS: Final[tuple[Kind, ...]] = ("concept", "organisation")
_PARTED: Final = re.compile(r"[.!?;:|•\n]")

Key = tuple[str, ...]
Passage = tuple[str, Sequence[Token]]


@dataclass(frozen=True)
class _Labels:
    """The labels of one language.

    by_stems   the stems of a label's words → concepts
    lengths    first stem → how many words labels have that begin so
    memo       word → stem, of the words met so far
    """

    by_stems: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    lengths: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    memo: dict[str, str] = field(default_factory=dict)

    def add(self, stems: Key, concept: str) -> None:
        if concept not in self.by_stems[stems]:
            self.by_stems[stems].append(concept)
        self.lengths[stems[0]].add(len(stems))


class ConceptFinder:
    """Finds the concepts and organisations that passages hold."""

    def __init__(self, names: Names, analyzer: Analyzer, stems: Stems) -> None:
        self._stems = stems
        self._labels = {language: _Labels() for language in LANGUAGES}
        # folded acronym → concept, and whether it is an everyday word as well
        self._acronyms: dict[str, list[tuple[str, bool]]] = {}
        held = [concept for concept in names if concept.kind in HELD_KINDS]
        for language in LANGUAGES:
            labels = [(words, concept.id) for concept in held for words in self._words_of(concept, language, analyzer)]
            stems_of = iter(stems.stem_all([word for words, _ in labels for word in words], language))
            for words, name in labels:
                self._labels[language].add(tuple(islice(stems_of, len(words))), name)

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

    def held(self, passages: Iterable[Passage]) -> set[str]:
        """The ids of all concepts that stand in some passages (each a text and its tokens)."""
        found: set[str] = set()
        for text, tokens in passages:
            found.update(self._by_acronym(text, tokens))
            words = [token for token in tokens if not token.term.startswith(STOP_MARK)]
            terms = [token.term for token in words]
            for language in LANGUAGES:
                labels = self._labels[language]
                found.update(_in_order(text, words, self._stems_of(terms, language, labels.memo), labels))
        return found

    def _stems_of(self, terms: Sequence[str], language: Language, memo: dict[str, str]) -> list[str]:
        new = [term for term in terms if term not in memo]
        memo.update(zip(new, self._stems.stem_all(new, language), strict=True))
        return [memo[term] for term in terms]

    def _by_acronym(self, text: str, tokens: Sequence[Token]) -> Iterator[str]:
        telling = len(tokens) == 1 or not text.isupper()
        for token in tokens:
            raw = text[token.start : token.end]
            if raw.islower() or sum(map(str.isupper, raw)) < 2:
                continue
            folded = token.term.removeprefix(STOP_MARK).casefold()
            if folded not in self._acronyms and raw[-1] == "s" and raw[:-1].isupper():
                folded = folded[:-1]  # NGOs, ONGs
            small = token.term.startswith(STOP_MARK)
            for concept, everyday in self._acronyms.get(folded, ()):
                if telling or not (everyday or small):
                    yield concept


def _in_order(text: str, words: Sequence[Token], stems: Sequence[str], labels: _Labels) -> Iterator[str]:
    """The concepts whose labels stand among words, stop words left out."""
    for start, stem in enumerate(stems):
        for length in labels.lengths.get(stem, ()):
            concepts = labels.by_stems.get(tuple(stems[start : start + length]))
            if concepts and _unparted(text, words[start : start + length]):
                yield from concepts


def _unparted(text: str, words: Sequence[Token]) -> bool:
    """Whether nothing but blanks, commas and small words stands between words."""
    return not any(_PARTED.search(text, left.end, right.start) for left, right in pairwise(words))
