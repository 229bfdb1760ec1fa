"""The scores of single documents in full precision, from the tokens they are stored with.

The cluster adds scores in 32 bits, which now and then swaps two that differ in the sixth digit. The hits of the first
pages come with their tokens anyway, so their scores are worked out once more here, by the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.language import LANGUAGES
from search_app.analysis.stems import Stems
from search_app.index.opensearch_engine.mapping import BODY, LENGTH, STEMS, TITLE, TITLE_LENGTH, TITLE_STEMS
from search_app.index.opensearch_engine.queries import Translator
from search_app.index.opensearch_engine.words import Words
from search_app.index.query import Clause, Concept, Exact, Label, Name, Part, Prefix, Query, Spelling, Word
from search_app.index.weights import EXACT, IN_TITLE, K1, QUOTED, B

Json = dict[str, Any]


class StoredDocument:
    """The words of one stored document."""

    def __init__(self, stored: Json, stems: Stems) -> None:
        self._passages = [passage.split(" ") for passage in stored[BODY]]
        self._titles: int = stored["titles"]
        self._stems = stems
        self.lengths: Mapping[str, int] = {BODY: stored[LENGTH], TITLE: stored[TITLE_LENGTH]}
        self.holds = frozenset(stored["holds"])

    def frequency(self, field: str, term: str) -> int:
        """How often a term stands in a field."""
        return self._fields[field][term]

    @cached_property
    def _fields(self) -> dict[str, Counter[str]]:
        exact = {BODY: self._count(self._passages), TITLE: self._count(self._passages[: self._titles])}
        fields = dict(exact)
        for side, names in ((BODY, STEMS), (TITLE, TITLE_STEMS)):
            for number in range(len(LANGUAGES)):
                stemmed = fields[names[number]] = Counter()
                for term, count in exact[side].items():
                    stemmed[self._stems.both(term)[number]] += count
        return fields

    @staticmethod
    def _count(passages: Sequence[Sequence[str]]) -> Counter[str]:
        return Counter(term for passage in passages for term in passage)

    def runs(self, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Where terms stand side by side: which passage, and where in it."""
        first, size = terms[0], len(terms)
        wanted = list(terms)
        for number, passage in enumerate(self._passages):
            place = -1
            while True:
                try:
                    place = passage.index(first, place + 1)
                except ValueError:
                    break
                if passage[place : place + size] == wanted:
                    yield number, place

    def in_title(self, clause: Clause) -> bool:
        """Whether a word or phrase stands in the titles."""
        match clause:
            case Word(term):
                return any(self.frequency(f, s) for f, s in zip(TITLE_STEMS, self._stems.both(term), strict=True))
            case Exact(terms):
                return any(number < self._titles for number, _ in self.runs(terms))
            case Prefix(prefix):
                return any(term.startswith(prefix) for term in self._fields[TITLE])
            case Spelling(_, words):
                return any(self.in_title(Word(word)) for word, _ in words)
        return False

    def name(self, name: Name) -> tuple[int, int]:
        """How often a name stands in body and titles where no longer one does; once where the record holds it."""
        places = set(self.runs(name.terms))
        for longer in name.longer:
            places -= {(number, place + longer.offset) for number, place in self.runs(longer.terms)}
        body = len(places) or int(not self.holds.isdisjoint(name.concepts))
        return body, sum(number < self._titles for number, _ in places)


class ExactScorer:
    """Scores documents of one generation; None is a clause that is not there."""

    def __init__(self, translator: Translator, words: Words, stems: Stems) -> None:
        self._translator = translator
        self._weights = translator.weights
        self._words = words
        self._stems = stems

    def score(self, stored: Json, query: Query) -> float:
        """What a document gets for a query that it answers."""
        document = StoredDocument(stored, self._stems)
        return sum(self._part(part, document) for part in query.parts)

    def _part(self, part: Part, document: StoredDocument) -> float:
        if part.in_title and not document.in_title(part.clause):
            return 0.0
        return self._clause(part.clause, document) or 0.0

    def _clause(self, clause: Clause | Label, document: StoredDocument) -> float | None:
        match clause:
            case Word(term):
                return self._word(term, document)
            case Exact(terms):
                return self._exact(terms, document)
            case Prefix(prefix):
                words = self._words.most_frequent(prefix)
                body, title = (sum(document.frequency(side, word) for word in words) for side in (BODY, TITLE))
                return self._pair((body, title), clause, document)
            case Name():
                return self._pair(document.name(clause), clause, document)
            case Label(words):
                scores = [self._word(word, document) for word in words]
                return None if None in scores else _sum(scores)
            case Concept():
                own = _sum(self._clause(one, document) for one in clause.own)
                labels = _best(self._clause(label, document) for label in clause.labels)
                return _best((own, None if labels is None else clause.weight * labels))
            case Spelling(_, words):
                found = ((self._word(word, document), weight) for word, weight in words)
                return _best(None if score is None else weight * score for score, weight in found)

    def _word(self, term: str, document: StoredDocument) -> float | None:
        total = None
        for side, fields, scale in ((BODY, STEMS, 1.0), (TITLE, TITLE_STEMS, IN_TITLE)):
            stems = zip(fields, self._stems.both(term), strict=True)
            best = _best(self._term(side, field, stem, document) for field, stem in stems)
            score = _sum((best, _times(EXACT, self._term(side, side, term, document))))
            total = _sum((total, _times(scale, score)))
        return total

    def _exact(self, terms: Sequence[str], document: StoredDocument) -> float | None:
        if not any(True for _ in document.runs(terms)):
            return None
        words = [term for term in terms if not term.startswith(STOP_MARK)] or terms
        sides = ((BODY, QUOTED), (TITLE, QUOTED * IN_TITLE))
        return _sum(_times(scale, self._term(side, side, word, document)) for word in words for side, scale in sides)

    def _pair(self, frequencies: tuple[int, int], clause: Name | Prefix, document: StoredDocument) -> float | None:
        if not frequencies[0]:
            return None
        body, title = self._translator.counts(clause)
        return QUOTED * self._bm25(BODY, frequencies[0], body, document) + QUOTED * IN_TITLE * self._bm25(
            TITLE, frequencies[1], title, document
        )

    def _term(self, side: str, field: str, term: str, document: StoredDocument) -> float | None:
        frequency = document.frequency(field, term)
        return self._bm25(side, frequency, self._words.count(field, term), document) if frequency else None

    def _bm25(self, side: str, frequency: int, count: int, document: StoredDocument) -> float:
        damping = K1 * (1 - B) + self._weights.slope(side) * document.lengths[side]
        return self._weights.idf(count) * frequency * (K1 + 1) / (frequency + damping) if frequency else 0.0


def _sum(scores: Any) -> float | None:
    real = [score for score in scores if score is not None]
    return sum(real) if real else None


def _best(scores: Any) -> float | None:
    return max((score for score in scores if score is not None), default=None)


def _times(factor: float, score: float | None) -> float | None:
    return None if score is None else factor * score
