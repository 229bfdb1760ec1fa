"""A slow, plain answer to every query: what any engine has to give, written down from the rules alone.

It does index three forms of every word, each in a field of its own: the word itself, its English stem and its French
stem. No arrays, no caches of postings, nothing of any engine. Positions, counts and lengths are those of the documents.

    word        max(English, French) + 0.4 × exact in the body, plus 0.3 × the same in the title
    quoted      where it stands side by side: the sum over its words without stop words, if it has others, of
                1.4 × exact in the body + 0.3 × 1.4 × exact in the title
    prefix      all words that begin so as one, like a quoted word
    name        one word that stands where its words stand side by side and no longer name does; once at least in a
                record that holds its concept
    label       the sum of its words, where all of them occur
    concept     max(own words, weight × best label)
    spelling    the best of weight × word
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import Stemmer

from search_app.index.document import Document
from search_app.index.query import (
    Clause,
    Concept,
    Exact,
    Filters,
    Label,
    Name,
    Part,
    Prefix,
    Query,
    Sort,
    Spelling,
    Word,
)

K1: Final = 1.2
B: Final = 0.75
MOST_PREFIX_WORDS: Final = 1_000
LONGEST: Final = 65_535
FACETS: Final = ("country", "requester", "concept", "lang", "status")

# document's id → how often something stands there, or what the document gets for it
Frequencies = Mapping[str, int]
Scores = dict[str, float]

_STEMMERS: Final = {"en": Stemmer.Stemmer("english"), "fr": Stemmer.Stemmer("french")}


@cache
def stem(word: str, language: str) -> str:
    """Stop words and capitals have no stem but themselves, and a stem of fewer than three letters is not used."""
    if word.startswith("!") or word.isupper():
        return word
    stemmed = _STEMMERS[language].stemWord(word)
    return word if len(stemmed) < 3 else str(stemmed)


def rounded(score: float) -> float:
    """Six significant digits."""
    return float(f"{score:.6g}")


@dataclass
class Field:
    """Body or title: the postings of the three forms, and lengths."""

    exact: dict[str, Counter[str]]
    stems: dict[str, dict[str, Counter[str]]]
    lengths: dict[str, int]

    @classmethod
    def of(cls, frequencies: Mapping[str, Mapping[str, int]], lengths: dict[str, int]) -> Field:
        """Index each document's words (document → word → frequency) in three forms."""
        exact: dict[str, Counter[str]] = defaultdict(Counter)
        stems: dict[str, dict[str, Counter[str]]] = {language: defaultdict(Counter) for language in _STEMMERS}
        for document, words in frequencies.items():
            for word, frequency in words.items():
                exact[word][document] += frequency
                for language, postings in stems.items():
                    postings[stem(word, language)][document] += frequency
        return cls(exact, stems, {document: min(length, LONGEST) for document, length in lengths.items()})

    def bm25(self, frequencies: Frequencies) -> Scores:
        """The scores of one term with its own document frequency."""
        count, n = len(self.lengths), len(frequencies)
        average = sum(self.lengths.values()) / count
        idf = math.log(1 + (count - n + 0.5) / (n + 0.5))
        scores = {}
        for document, frequency in frequencies.items():
            relative = self.lengths[document] / average if average else 0.0
            scores[document] = idf * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * relative))
        return scores

    def word(self, term: str) -> Scores:
        """max(English, French) + 0.4 × exact."""
        stemmed = [self.bm25(postings.get(stem(term, language), {})) for language, postings in self.stems.items()]
        return added([best(stemmed), times(0.4, self.bm25(self.exact.get(term, {})))])

    def group(self, terms: Iterable[str]) -> Counter[str]:
        """How often any of these words stands in each document."""
        total: Counter[str] = Counter()
        for term in terms:
            total.update(self.exact.get(term, {}))
        return total


def added(parts: Iterable[Scores]) -> Scores:
    """The sum, document by document."""
    total: Scores = {}
    for part in parts:
        for document, score in part.items():
            total[document] = total.get(document, 0.0) + score
    return total


def best(parts: Iterable[Scores]) -> Scores:
    """The best, document by document."""
    top: Scores = {}
    for part in parts:
        for document, score in part.items():
            top[document] = max(top.get(document, 0.0), score)
    return top


def times(factor: float, scores: Scores) -> Scores:
    """All scores multiplied."""
    return {document: factor * score for document, score in scores.items()}


class Reference:
    """Answers queries over a few documents."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = {document.id: document for document in documents}
        everything = self.documents.values()
        bodies = {one.id: {term: len(positions) for term, positions in one.body.items()} for one in everything}
        titles = {one.id: one.title for one in everything}
        self.body = Field.of(bodies, {one.id: one.length for one in everything})
        self.title = Field.of(titles, {one.id: one.title_length for one in everything})
        self._known: dict[Clause | Label, Scores] = {}

    # clauses

    def clause(self, clause: Clause | Label) -> Scores:
        """What every document that answers a clause gets for it."""
        if clause not in self._known:
            self._known[clause] = self._clause(clause)
        return self._known[clause]

    def _clause(self, clause: Clause | Label) -> Scores:
        match clause:
            case Word(term):
                return added([self.body.word(term), times(0.3, self.title.word(term))])
            case Exact(terms):
                return self._exact(terms)
            case Prefix(prefix):
                words = self.beginning(prefix)
                return self._quoted(self.body.group(words), self.title.group(words))
            case Name():
                return self._name(clause)
            case Label(words):
                each = [self.clause(Word(word)) for word in words]
                return {d: s for d, s in added(each).items() if all(d in one for one in each)}
            case Concept():
                labels = best(self.clause(label) for label in clause.labels)
                return best([added(self.clause(own) for own in clause.own), times(clause.weight, labels)])
            case Spelling():
                return best(times(weight, self.clause(Word(word))) for word, weight in clause.words)

    def _quoted(self, body: Frequencies, title: Frequencies) -> Scores:
        return added([times(1.4, self.body.bm25(body)), times(0.3 * 1.4, self.title.bm25(title))])

    def _exact(self, terms: Sequence[str]) -> Scores:
        words = [term for term in terms if not term.startswith("!")] or terms
        each = [self._quoted(self.body.exact.get(word, {}), self.title.exact.get(word, {})) for word in words]
        return {d: s for d, s in added(each).items() if runs(self.documents[d], terms)}

    def _name(self, name: Name) -> Scores:
        body, title = {}, {}
        for document in self.documents.values():
            places = set(runs(document, name.terms))
            for longer in name.longer:
                places -= {start + longer.offset for start in runs(document, longer.terms)}
            in_title = sum(place < document.title_end for place in places)
            if places:
                body[document.id] = len(places)
            elif set(name.concepts) & set(document.holds):
                body[document.id] = 1
            if in_title:
                title[document.id] = in_title
        return self._quoted(body, title)

    def in_title(self, clause: Clause, document: Document) -> bool:
        """Whether a clause stands in a document's titles."""
        match clause:
            case Word(term):
                return document.id in self.title.word(term)
            case Exact(terms):
                return any(place < document.title_end for place in runs(document, terms))
            case Prefix(prefix):
                return any(word in document.title for word in self.beginning(prefix))
            case Spelling(_, words):
                return any(self.in_title(Word(word), document) for word, _ in words)
        raise AssertionError(f"no query asks for {clause} in titles")

    def part(self, part: Part) -> Scores:
        """What every document that answers a part of a query gets for it."""
        scores = self.clause(part.clause)
        if not part.in_title:
            return scores
        return {d: s for d, s in scores.items() if self.in_title(part.clause, self.documents[d])}

    def answers(self, part: Part) -> set[str]:
        """The documents that do not lack a required part: of a concept all words as typed, or one label."""
        if not isinstance(part.clause, Concept):
            return set(self.part(part))
        own = [set(self.clause(clause)) for clause in part.clause.own]
        return set.intersection(*own).union(*(self.clause(label) for label in part.clause.labels))

    # words

    def beginning(self, prefix: str) -> list[str]:
        """The words that begin so, the thousand most frequent ones where there are more."""
        words = sorted(word for word in self.body.exact if word.startswith(prefix))
        if len(words) > MOST_PREFIX_WORDS:
            words = sorted(words, key=lambda word: (-len(self.body.exact[word]), word))[:MOST_PREFIX_WORDS]
        return words

    def knows(self, term: str) -> bool:
        """Whether a document holds the word or one of the same stem."""
        return any(stem(term, language) in postings for language, postings in self.body.stems.items())

    # queries

    def matching(self, query: Query, today: date) -> Scores:
        """Every document that answers a query, and its score."""
        parts = [self.part(part) for part in query.parts]
        excluded = [self.part(part) for part in query.excluded]
        required = [self.answers(part) for part in query.parts if part.required]
        found = dict.fromkeys(self.documents, 0.0) if query.everything else {}
        found = added([found, *parts])
        return {
            document: score
            for document, score in found.items()
            if all(document in one for one in required)
            and not any(document in one for one in excluded)
            and passes(self.documents[document], query.within, today)
            and not taken_out(self.documents[document], query.without)
        }

    def answer(self, query: Query, filters: Filters, *, sort: Sort, today: date) -> list[tuple[str, float]]:
        """Every hit with its rounded score, in order."""
        hits = [
            (self.documents[document], rounded(score))
            for document, score in self.matching(query, today).items()
            if passes(self.documents[document], filters, today)
        ]
        hits.sort(key=lambda hit: _place(hit[0], hit[1], sort))
        return [(document.id, score) for document, score in hits]

    def facets(self, query: Query, filters: Filters, today: date) -> dict[str, dict[str, int]]:
        """For each value of a facet the hits under all other filters that have it."""
        found = [self.documents[document] for document in self.matching(query, today)]
        counts: dict[str, dict[str, int]] = {}
        for facet in FACETS:
            others = _without(filters, facet)
            here = [document for document in found if passes(document, others, today)]
            counts[facet] = dict(Counter(value for document in here for value in values(document, facet, today)))
        return counts


def runs(document: Document, terms: Sequence[str]) -> list[int]:
    """The positions in the body at which these terms stand side by side, stop words included."""
    there = [set(document.body.get(term, ())) for term in terms]
    return [start for start in sorted(there[0]) if all(start + i in places for i, places in enumerate(there))]


def _place(document: Document, score: float, sort: Sort) -> tuple[object, ...]:
    """Where a hit belongs: later start first among equals, no start last, then by id."""
    dated = document.first != date.min.toordinal()
    newest = (not dated, -document.first, document.id)
    orders: dict[Sort, tuple[object, ...]] = {
        "relevance": (-score, *newest),
        "newest": newest,
        "oldest": (not dated, document.first, document.id),
    }
    return orders[sort]


# filters


def status(document: Document, today: date) -> str:
    """No days at all is unknown, no end is active."""
    day, first, last = today.toordinal(), document.first, document.last
    if (first, last) == (date.min.toordinal(), date.max.toordinal()):
        return "unknown"
    if day < first:
        return "planned"
    return "ended" if last < day else "active"


def values(document: Document, facet: str, today: date) -> Sequence[str]:
    """What a document answers to in one filter."""
    found: dict[str, Callable[[], Sequence[str]]] = {
        "country": lambda: document.places,
        "requester": lambda: document.requesters,
        "concept": lambda: document.concepts,
        "lang": lambda: document.languages,
        "status": lambda: [status(document, today)],
    }
    return found[facet]()


def passes(document: Document, filters: Filters, today: date) -> bool:
    """Whether a document has one of the values of every filter, and was active at some day of the period."""
    for facet in FACETS:
        wanted = getattr(filters, facet)
        if wanted and not set(wanted) & set(values(document, facet, today)):
            return False
    if filters.start is None and filters.end is None:
        return True
    if status(document, today) == "unknown":
        return False
    start = (filters.start or date.min).toordinal()
    end = (filters.end or date.max).toordinal()
    return max(start, document.first) <= min(end, document.last)


def taken_out(document: Document, without: Filters) -> bool:
    """Whether one of the values that are not wanted is among a document's."""
    return bool(set(without.country) & set(document.places) or set(without.requester) & set(document.requesters))


def _without(filters: Filters, facet: str) -> Filters:
    kept = {name: value for name, value in vars(filters).items() if name != facet}
    return Filters(**kept)
