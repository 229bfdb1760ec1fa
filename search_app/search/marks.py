"""Why a mandate answers a query: the words of its texts that matched, and in what way.

Works on the tokens that were indexed, never by searching the text, so every reason cuts whole words out of it. The
reasons of one field are disjoint and ascending; they are the marks. An engine may hand over only the tokens that the
query can meet: what stands side by side is told by their places, not by their neighbours in the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from search_app.analysis.analyzer import STOP_MARK, Analyzer, Token
from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems
from search_app.corpus.names import Names
from search_app.index.document import NAME_PARTS, PARTS, PartName, part_text
from search_app.index.engine import Hit, Placed
from search_app.index.query import Clause, Concept, Exact, Label, Name, Prefix, Query, Spelling, Word
from search_app.search.cards import Card
from search_app.search.results import How, Named, Why

_RANK: Final[dict[How, int]] = {"exact": 0, "stem": 1, "name": 2, "concept": 3, "spelling": 4}

# most reasons stand in descriptions
_DESCRIBED: Final[dict[PartName, Language]] = {"description.en": "en", "description.fr": "fr"}
_NUMBER_OF: Final = {part: number for number, part in enumerate(PARTS)}

Tokens = Sequence[Placed]


class _Found(NamedTuple):
    """A stretch of one part that answers a part of the query."""

    part: int
    start: int
    end: int
    how: How
    typed: str
    concept: str = ""


class _Passage(NamedTuple):
    """Tokens that a clause may match: those of a part, or those of a derived name.

    whole   the stretch to mark in place of the words themselves, for a derived name the printed one
    """

    part: int
    tokens: Tokens
    whole: tuple[int, int] | None = None


class Marker:
    """Finds the reasons for hits, for one generation's names."""

    def __init__(self, analyzer: Analyzer, stems: Stems, names: Names) -> None:
        self.analyzer = analyzer
        self.stems = stems
        self.names = names
        # one entry a label of the names that records print, of which there are some hundreds
        self.label_tokens = cache(lambda label: _placed(analyzer.tokens(label)))
        self.named = cache(lambda concept: Named(concept, names.concepts[concept].name, names.concepts[concept].kind))

    def asking(self, query: Query) -> Reasons:
        """What finds the reasons why hits answer a query."""
        return Reasons(self, query)


class Reasons:
    """Finds the reasons why hits answer one query; what was learned at one hit serves the next."""

    def __init__(self, marker: Marker, query: Query) -> None:
        self._marker = marker
        self._query = query
        clauses = [clause for part in query.parts for clause in _clauses(part.clause)]
        words = {word for clause in clauses for word in _words_of(clause)}
        self._by_stem: tuple[dict[str, list[str]], ...] = tuple({} for _ in LANGUAGES)
        for word in words:
            for by_stem, stem in zip(self._by_stem, marker.stems.both(word), strict=True):
                by_stem.setdefault(stem, []).append(word)
        self._exact = {term for clause in clauses for term in _exact_terms(clause)}
        self._prefixes = tuple(clause.prefix for clause in clauses if isinstance(clause, Prefix))
        self._meets = cache(self._meets_of)
        self._bears = cache(lambda term: bool(self._meets(term)) or self._is_exact(term))
        self._label_tokens = cache(lambda label: self._bearing(marker.label_tokens(label)))
        self.word_typed = cache(self._word_typed)

    def why(self, hit: Hit, card: Card) -> tuple[Why, ...]:
        """All reasons why a hit answers the query, by part and offset.

        card   the names on the hit's record
        """
        if not self._query.parts:
            return ()
        searcher = _Searcher(list(self._passages(hit, card)), card.holds, self._meets, self.word_typed)
        found = [one for part in self._query.parts for one in searcher.clause(part.clause, part.typed)]
        return tuple([self._reason(hit, one) for one in _disjoint(found)])

    def _passages(self, hit: Hit, card: Card) -> Iterator[_Passage]:
        """The passages that hold any token that the query can meet, with those tokens."""
        parts = hit.sifted
        if parts is None:
            parts = [self._bearing(_placed(tokens)) for tokens in hit.parts]
        for number, tokens in enumerate(parts[:NAME_PARTS]):
            if tokens:
                yield _Passage(number, tokens)
        for name in card.printed:
            if tokens := parts[_NUMBER_OF[name.part]]:
                here = [token for token in tokens if name.start <= token.start < name.end]
                yield _Passage(_NUMBER_OF[name.part], here)
        for name, label in card.derived:
            if tokens := self._label_tokens(label):
                yield _Passage(_NUMBER_OF[name.part], tokens, (name.start, name.end))

    def _bearing(self, tokens: Tokens) -> Tokens:
        """The tokens that the query can meet."""
        return tuple(token for token in tokens if self._bears(token.term))

    def _meets_of(self, term: str) -> tuple[tuple[str, How], ...]:
        """The words of the query that a word of a document answers, with how."""
        if term.startswith(STOP_MARK):
            return ()
        same: dict[str, How] = {}
        for by_stem, stem in zip(self._by_stem, self._marker.stems.both(term), strict=True):
            for word in by_stem.get(stem, ()):
                if word.isupper() == term.isupper():
                    same[word] = "exact" if word == term else "stem"
        return tuple(same.items())

    def _is_exact(self, term: str) -> bool:
        return term in self._exact or (bool(self._prefixes) and term.startswith(self._prefixes))

    def _word_typed(self, term: str, typed: str) -> str:
        """The one word among those typed that has a term."""
        tokens = self._marker.analyzer.tokens(typed)
        return next((typed[token.start : token.end] for token in tokens if token.term == term), typed)

    def _reason(self, hit: Hit, found: _Found) -> Why:
        part: PartName = PARTS[found.part]
        named = self._marker.named(found.concept) if found.concept in self._marker.names.concepts else None
        text = hit.mandate.description.get(_DESCRIBED[part], "") if part in _DESCRIBED else part_text(hit.mandate, part)
        words = text[found.start : found.end]
        return Why(part, found.start, found.end, words, found.how, found.typed, named)


def _clauses(clause: Clause) -> Iterator[Clause | Label]:
    """A clause, or those that a concept is made of."""
    if isinstance(clause, Concept):
        yield from clause.own
        yield from clause.labels
    else:
        yield clause


def _words_of(clause: Clause | Label) -> Iterable[str]:
    """The words of a clause that are met by their stems too."""
    match clause:
        case Word(term):
            return (term,)
        case Label(words):
            return words
        case Spelling(_, words):
            return [word for word, _ in words]
    return ()


def _exact_terms(clause: Clause | Label) -> Iterable[str]:
    """The terms of a clause that are met as they stand."""
    match clause:
        case Exact(terms):
            return terms
        case Name():
            return chain(clause.terms, *(longer.terms for longer in clause.longer))
    return ()


def _placed(tokens: Iterable[Token]) -> tuple[Placed, ...]:
    """Tokens with their places, all of them."""
    plain, placed = 0, []
    for place, token in enumerate(tokens):
        plain += not token.term.startswith(STOP_MARK)
        placed.append(Placed(*token, place, plain))
    return tuple(placed)


class _Searcher:
    """Looks for the clauses of a query in the passages of one document."""

    def __init__(
        self,
        passages: Sequence[_Passage],
        holds: Mapping[str, tuple[int, int, int]],
        meets: Callable[[str], tuple[tuple[str, How], ...]],
        word_typed: Callable[[str, str], str],
    ) -> None:
        self._passages = passages
        self._holds = holds
        self._word_typed = word_typed
        self._places: dict[str, list[tuple[_Passage, Placed]]] = defaultdict(list)
        for passage in passages:
            for token in passage.tokens:
                self._places[token.term].append((passage, token))
        # word of the query → the document's words that answer it, with how
        self._same: dict[str, dict[str, How]] = defaultdict(dict)
        for term in self._places:
            for word, how in meets(term):
                self._same[word][term] = how

    def clause(self, clause: Clause, typed: str) -> Iterator[_Found]:
        """Everything that answers one clause of the query."""
        match clause:
            case Word(term):
                if term in self._same:
                    yield from self._words(self._same[term], typed)
            case Prefix(prefix):
                members: dict[str, How] = {term: "exact" for term in self._places if term.startswith(prefix)}
                yield from self._words(members, typed)
            case Exact(terms):
                yield from self._runs(terms, typed, "exact")
            case Name():
                yield from self._name(clause, typed, "exact")
            case Spelling(_, words):
                for word, _ in words:
                    if word in self._same:
                        yield from self._words(dict.fromkeys(self._same[word], "spelling"), typed)
            case Concept():
                yield from self._concept(clause, typed)

    def _words(self, wanted: Mapping[str, How], typed: str, concept: str = "") -> Iterator[_Found]:
        for term, how in wanted.items():
            for passage, token in self._places[term]:
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
        standing = all(term in self._places for term in name.terms)
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
            yield from self.clause(clause, self._word_typed(clause.term, typed) if isinstance(clause, Word) else typed)
        same = self._same
        for label in concept.labels:
            if isinstance(label, Name):
                yield from self._name(label, typed, "concept", label.concepts[0])
            elif label.words[0] in same and all(word in same for word in label.words):
                yield from self._label(label, typed, label.concept or concept.concepts[0])

    def _label(self, label: Label, typed: str, concept: str) -> Iterator[_Found]:
        """The words of a label that all stand in the document; a run of them as one stretch."""
        same = [self._same[word] for word in label.words]
        runs = list(self._label_runs(same, typed, concept))
        yield from runs
        if not runs:
            every: dict[str, How] = {word: "concept" for members in same for word in members}
            yield from self._words(every, typed, concept)

    def _label_runs(self, same: Sequence[Mapping[str, How]], typed: str, concept: str) -> Iterator[_Found]:
        for passage in self._passages:
            tokens = [token for token in passage.tokens if not token.term.startswith(STOP_MARK)]
            for number, first in enumerate(tokens):
                if first.term not in same[0]:
                    continue
                run = tokens[number : number + len(same)]
                if len(run) == len(same) and all(
                    token.term in members and token.plain == first.plain + step
                    for step, (token, members) in enumerate(zip(run, same, strict=True))
                ):
                    yield self._found(passage, first.start, run[-1].end, "concept", typed, concept)


def _runs_of(tokens: Tokens, terms: Sequence[str]) -> Iterator[Tokens]:
    """The stretches of tokens whose terms are these, side by side."""
    for number, first in enumerate(tokens):
        if first.term != terms[0]:
            continue
        run = tokens[number : number + len(terms)]
        if len(run) == len(terms) and all(
            token.term == term and token.place == first.place + step
            for step, (token, term) in enumerate(zip(run, terms, strict=True))
        ):
            yield run


def _side_by_side(tokens: Tokens, terms: Sequence[str]) -> Iterator[tuple[Placed, Placed]]:
    """First and last token of each such stretch."""
    return ((run[0], run[-1]) for run in _runs_of(tokens, terms))


def _disjoint(found: Sequence[_Found]) -> Sequence[_Found]:
    """Of overlapping stretches the longest, of equally long ones the plainest reason; in reading order."""
    if len(found) < 2:
        return found
    ordered = sorted(found, key=_preference)
    kept: list[_Found] = []
    for one in ordered:
        for other in kept:
            if one.start < other.end and one.end > other.start and one.part == other.part:
                break
        else:
            kept.append(one)
    # a part's number, then where: the fields come in this order, and no two stretches begin alike
    kept.sort()
    return kept


def _preference(found: _Found) -> tuple[int, int, int, int]:
    """What makes a stretch come before others: its part, its length, how plain its reason is, its place."""
    return found.part, found.start - found.end, _RANK[found.how], found.start
