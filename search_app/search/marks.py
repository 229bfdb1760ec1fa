"""Why a mandate answers a query: the words of its texts that matched, and in what way.

Works on the tokens that were indexed, never by searching the text, so every reason cuts whole words out of it. The
reasons of one field are disjoint and ascending; they are the marks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from search_app.analysis.analyzer import STOP_MARK, Analyzer, Token
from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems
from search_app.corpus.names import Names
from search_app.index.document import NAME_PARTS, PARTS, PartName, derived_names, part_text, printed_names
from search_app.index.engine import Hit
from search_app.index.query import Clause, Concept, Exact, Label, Name, Part, Prefix, Query, Spelling, Word
from search_app.search.results import How, Named, Why

_RANK: Final[dict[How, int]] = {"exact": 0, "stem": 1, "name": 2, "concept": 3, "spelling": 4}

Tokens = Sequence[Token]


@dataclass(frozen=True)
class _Found:
    """A stretch of one part that answers a part of the query."""

    part: int
    start: int
    end: int
    how: How
    typed: str
    concept: str = ""


@dataclass(frozen=True)
class _Passage:
    """Tokens that a clause may match: those of a part, or those of a derived name.

    whole   the stretch to mark in place of the words themselves, for a derived name the printed one
    """

    part: int
    tokens: Tokens
    whole: tuple[int, int] | None = None


class Marker:
    """Finds the reasons for hits, for one generation's names."""

    def __init__(self, analyzer: Analyzer, stems: Stems, names: Names) -> None:
        self._analyzer = analyzer
        self._stems = stems
        self._names = names

    def why(self, hit: Hit, query: Query) -> tuple[Why, ...]:
        """All reasons why a hit answers a query, by part and offset."""
        searcher = _Searcher(self._passages(hit), self._holds(hit), self._analyzer, self._stems)
        found = [one for part in query.parts for one in searcher.part(part)]
        return tuple(self._reason(hit, one) for one in _disjoint(found))

    def _passages(self, hit: Hit) -> list[_Passage]:
        printed = list(printed_names(hit.mandate, self._names))
        passages = [_Passage(number, tokens) for number, tokens in enumerate(hit.parts[:NAME_PARTS])]
        for name in printed:
            number = PARTS.index(name.part)
            here = [token for token in hit.parts[number] if name.start <= token.start < name.end]
            passages.append(_Passage(number, here))
        for name, label in derived_names(printed):
            tokens = self._analyzer.tokens(label)
            passages.append(_Passage(PARTS.index(name.part), tokens, (name.start, name.end)))
        return passages

    def _holds(self, hit: Hit) -> dict[str, tuple[int, int, int]]:
        """Concept id → where the record prints a name of it."""
        return {
            name.concept.id: (PARTS.index(name.part), name.start, name.end)
            for name in printed_names(hit.mandate, self._names)
            if name.concept is not None
        }

    def _reason(self, hit: Hit, found: _Found) -> Why:
        part: PartName = PARTS[found.part]
        concept = self._names.concepts.get(found.concept)
        named = Named(concept.id, concept.name, concept.kind) if concept is not None else None
        words = part_text(hit.mandate, part)[found.start : found.end]
        return Why(part, found.start, found.end, words, found.how, found.typed, named)


class _Searcher:
    """Looks for the clauses of a query in the passages of one document."""

    def __init__(
        self,
        passages: Sequence[_Passage],
        holds: Mapping[str, tuple[int, int, int]],
        analyzer: Analyzer,
        stems: Stems,
    ) -> None:
        self._passages = passages
        self._holds = holds
        self._analyzer = analyzer
        self._stems = stems
        self._every_term = {token.term for passage in passages for token in passage.tokens}
        self._terms = sorted(term for term in self._every_term if not term.startswith(STOP_MARK))
        self._by_stem: dict[tuple[Language, str], list[str]] = defaultdict(list)
        for term in self._terms:
            for form in zip(LANGUAGES, stems.both(term), strict=True):
                self._by_stem[form].append(term)
        self._matches: dict[str, dict[str, How]] = {}

    def part(self, part: Part) -> Iterator[_Found]:
        """Everything that answers one part of the query."""
        yield from self._clause(part.clause, part.typed)

    def _clause(self, clause: Clause, typed: str) -> Iterator[_Found]:
        match clause:
            case Word(term):
                yield from self._words(self._same(term), typed)
            case Prefix(prefix):
                members: dict[str, How] = {term: "exact" for term in self._terms if term.startswith(prefix)}
                yield from self._words(members, typed)
            case Exact(terms):
                yield from self._runs(terms, typed, "exact")
            case Name():
                yield from self._name(clause, typed, "exact")
            case Spelling(_, words):
                for word, _ in words:
                    yield from self._words(dict.fromkeys(self._same(word), "spelling"), typed)
            case Concept():
                yield from self._concept(clause, typed)

    def _same(self, term: str) -> dict[str, How]:
        """The words of the document that a word finds, with how."""
        if term not in self._matches:
            same: dict[str, How] = {
                word: "stem"
                for form in zip(LANGUAGES, self._stems.both(term), strict=True)
                for word in self._by_stem.get(form, ())
                if word.isupper() == term.isupper()
            }
            if term in same:
                same[term] = "exact"
            self._matches[term] = same
        return self._matches[term]

    def _words(self, wanted: Mapping[str, How], typed: str, concept: str = "") -> Iterator[_Found]:
        for passage in self._passages:
            for token in passage.tokens:
                if (how := wanted.get(token.term)) is not None:
                    yield self._found(passage, token.start, token.end, how, typed, concept)

    @staticmethod
    def _found(passage: _Passage, start: int, end: int, how: How, typed: str, concept: str) -> _Found:
        if passage.whole is not None:
            start, end = passage.whole
            how = "name"
        return _Found(passage.part, start, end, how, typed, concept)

    def _runs(self, terms: Sequence[str], typed: str, how: How, concept: str = "") -> Iterator[_Found]:
        """Where terms stand side by side: one stretch each."""
        for passage in self._passages:
            for first, last in _side_by_side(passage.tokens, terms):
                yield self._found(passage, first.start, last.end, how, typed, concept)

    def _name(self, name: Name, typed: str, how: How, concept: str = "") -> Iterator[_Found]:
        printed = False
        standing = self._every_term.issuperset(name.terms)
        for passage in self._passages if standing else ():
            inside = {
                token.start
                for longer in name.longer
                for run in _runs_of(passage.tokens, longer.terms)
                for token in run[longer.offset : longer.offset + 1]
            }
            for first, last in _side_by_side(passage.tokens, name.terms):
                if first.start not in inside:
                    printed = True
                    yield self._found(passage, first.start, last.end, how, typed, concept or name.concepts[0])
        for meant in () if printed else name.concepts:
            if meant in self._holds:
                part, start, end = self._holds[meant]
                yield _Found(part, start, end, "name", typed, concept or meant)

    def _concept(self, concept: Concept, typed: str) -> Iterator[_Found]:
        for clause in concept.own:
            yield from self._clause(clause, self._word_typed(clause.term, typed) if isinstance(clause, Word) else typed)
        for label in concept.labels:
            if isinstance(label, Name):
                yield from self._name(label, typed, "concept", label.concepts[0])
            else:
                yield from self._label(label, typed, label.concept or concept.concepts[0])

    def _word_typed(self, term: str, typed: str) -> str:
        """The one word among those typed that has a term."""
        words = (typed[token.start : token.end] for token in self._analyzer.tokens(typed) if token.term == term)
        return next(words, typed)

    def _label(self, label: Label, typed: str, concept: str) -> Iterator[_Found]:
        """The words of a label, where all of them stand in the document; a run of them as one stretch."""
        if not all(map(self._same, label.words)):
            return
        same = [self._same(word) for word in label.words]
        runs = list(self._label_runs(same, typed, concept))
        yield from runs
        if not runs:
            every: dict[str, How] = {word: "concept" for members in same for word in members}
            yield from self._words(every, typed, concept)

    def _label_runs(self, same: Sequence[Mapping[str, How]], typed: str, concept: str) -> Iterator[_Found]:
        for passage in self._passages:
            tokens = [token for token in passage.tokens if not token.term.startswith(STOP_MARK)]
            for start in range(len(tokens) - len(same) + 1):
                if all(tokens[start + step].term in members for step, members in enumerate(same)):
                    first, last = tokens[start], tokens[start + len(same) - 1]
                    yield self._found(passage, first.start, last.end, "concept", typed, concept)


def _runs_of(tokens: Tokens, terms: Sequence[str]) -> Iterator[Tokens]:
    """The stretches of tokens whose terms are these."""
    for start, token in enumerate(tokens):
        if token.term == terms[0] and [one.term for one in tokens[start : start + len(terms)]] == list(terms):
            yield tokens[start : start + len(terms)]


def _side_by_side(tokens: Tokens, terms: Sequence[str]) -> Iterator[tuple[Token, Token]]:
    """First and last token of each such stretch."""
    return ((run[0], run[-1]) for run in _runs_of(tokens, terms))


def _disjoint(found: Iterable[_Found]) -> list[_Found]:
    """Of overlapping stretches the longest, of equally long ones the plainest reason; in reading order."""
    ordered = sorted(found, key=lambda one: (one.part, one.start - one.end, _RANK[one.how], one.start))
    kept: list[_Found] = []
    for one in ordered:
        if all(one.part != other.part or one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.part, one.start))
