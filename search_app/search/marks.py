"""Why a mandate answers a query: the words of its texts that matched, and in what way.

Works on the tokens that were indexed, never by searching the text, so every reason cuts whole words out of it. The
reasons of one field are disjoint and ascending; they are the marks. An engine may hand over only the tokens that the
query can meet: what stands side by side is told by their places, not by their neighbours in the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
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

# A stretch of one part that answers a part of the query: part, start, end, how, what was typed, the concept or "".
_Found = tuple[int, int, int, How, str, str]


class _Passage(NamedTuple):
    """Tokens that a clause may match: those of a part of a hit, or those of a derived name.

    hit     its place on the page
    whole   the stretch to mark in place of the words themselves, for a derived name the printed one
    """

    hit: int
    part: int
    tokens: Tokens
    whole: tuple[int, int] | None = None


class _Label(NamedTuple):
    """A label of a derived name.

    keys   its terms and their stems as `Reasons` looks for them: what shares none with a query cannot answer it
    """

    tokens: Tokens
    keys: frozenset[str]


class Marker:
    """Finds the reasons for hits, for one generation's names."""

    def __init__(self, analyzer: Analyzer, stems: Stems, names: Names) -> None:
        self.analyzer = analyzer
        self.stems = stems
        self.names = names
        # one entry a label of the names that records print, of which there are some hundreds
        self.label = cache(self._label)
        self.named = cache(lambda concept: Named(concept, names.concepts[concept].name, names.concepts[concept].kind))

    def _label(self, text: str) -> _Label:
        tokens = _placed(self.analyzer.tokens(text))
        terms = [token.term for token in tokens]
        return _Label(tokens, frozenset([*terms, *(key for term in terms for key in self.stem_keys(term))]))

    def stem_keys(self, term: str) -> list[str]:
        """A term's stems, which no term can be taken for."""
        return [f"{number}{STOP_MARK}{stem}" for number, stem in enumerate(self.stems.both(term))]

    def asking(self, query: Query) -> Reasons:
        """What finds the reasons why hits answer a query."""
        return Reasons(self, query)


class Reasons:
    """Finds the reasons why hits answer one query; what was learned at one page serves the next.

    Safe to share between threads: what is learned is the same whoever learns it.
    """

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
        self._keys = self._exact.union(*map(marker.stem_keys, words))
        self.meets = cache(self._meets_of)
        self._bears = cache(lambda term: bool(self.meets(term)) or self._is_exact(term))
        self._label_tokens = cache(self._label_tokens_of)
        self.word_typed = cache(self._word_typed)

    def why_all(self, hits: Sequence[Hit], cards: Sequence[Card]) -> list[tuple[Why, ...]]:
        """All reasons why the hits of a page answer the query, by part and offset.

        cards   the names on each hit's record
        """
        if not self._query.parts:
            return [()] * len(hits)
        passages = [
            one
            for number, (hit, card) in enumerate(zip(hits, cards, strict=True))
            for one in self._passages(number, hit, card)
        ]
        page = _Page(passages, cards, self)
        for part in self._query.parts:
            page.clause(part.clause, part.typed)
        return [
            tuple([self._reason(hit, one) for one in _disjoint(found)])
            for hit, found in zip(hits, page.found, strict=True)
        ]

    def _passages(self, number: int, hit: Hit, card: Card) -> Iterator[_Passage]:
        """The passages of a hit that hold any token that the query can meet, with those tokens."""
        parts = hit.sifted
        if parts is None:
            parts = [self._bearing(_placed(tokens)) for tokens in hit.parts]
        for part, tokens in enumerate(parts[:NAME_PARTS]):
            if tokens:
                yield _Passage(number, part, tokens)
        for name in card.printed:
            if tokens := parts[_NUMBER_OF[name.part]]:
                here = [token for token in tokens if name.start <= token.start < name.end]
                yield _Passage(number, _NUMBER_OF[name.part], here)
        for name, label in card.derived:
            if tokens := self._label_tokens(label):
                yield _Passage(number, _NUMBER_OF[name.part], tokens, (name.start, name.end))

    def _bearing(self, tokens: Tokens) -> Tokens:
        """The tokens that the query can meet."""
        return tuple(token for token in tokens if self._bears(token.term))

    def _label_tokens_of(self, text: str) -> Tokens:
        """The tokens of a derived name that the query can meet."""
        label = self._marker.label(text)
        return () if not self._prefixes and self._keys.isdisjoint(label.keys) else self._bearing(label.tokens)

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
        number, start, end, how, typed, concept = found
        part: PartName = PARTS[number]
        named = self._marker.named(concept) if concept in self._marker.names.concepts else None
        text = hit.mandate.description.get(_DESCRIBED[part], "") if part in _DESCRIBED else part_text(hit.mandate, part)
        return Why(part, start, end, text[start:end], how, typed, named)


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


class _Page:
    """Looks for the clauses of a query in the passages of all hits of a page at once.

    A set of hits is a number with a bit for each.

    found   for each hit what answers the query
    """

    def __init__(self, passages: Sequence[_Passage], cards: Sequence[Card], reasons: Reasons) -> None:
        self.found: list[list[_Found]] = [[] for _ in cards]
        self._passages = passages
        self._cards = cards
        self._reasons = reasons
        self._everywhere = (1 << len(cards)) - 1
        self._places: dict[str, list[tuple[_Passage, Placed]]] = {}
        self._hits: dict[str, int] = defaultdict(int)
        for passage in passages:
            here = 1 << passage.hit
            for token in passage.tokens:
                self._places.setdefault(token.term, []).append((passage, token))
                self._hits[token.term] |= here
        # word of the query → the documents' words that answer it, with how; and the hits that hold any of them
        self._same: dict[str, dict[str, How]] = {}
        self._answered: dict[str, int] = defaultdict(int)
        for term, hits in self._hits.items():
            for word, how in reasons.meets(term):
                self._same.setdefault(word, {})[term] = how
                self._answered[word] |= hits

    def clause(self, clause: Clause, typed: str) -> None:
        """Find everything that answers one clause of the query."""
        match clause:
            case Word(term):
                self._words(self._same.get(term, {}), typed)
            case Prefix(prefix):
                self._words({term: "exact" for term in self._places if term.startswith(prefix)}, typed)
            case Exact(terms):
                self._runs(terms, typed)
            case Name():
                self._name(clause, typed, "exact")
            case Spelling(_, words):
                for word, _ in words:
                    self._words(dict.fromkeys(self._same.get(word, ()), "spelling"), typed)
            case Concept():
                self._concept(clause, typed)

    def _words(self, wanted: Mapping[str, How], typed: str, concept: str = "", hits: int = -1) -> None:
        """Where any of some words stands, in some of the hits."""
        for term, how in wanted.items():
            for passage, token in self._places[term]:
                if hits >> passage.hit & 1:
                    self._add(passage, token.start, token.end, how, typed, concept)

    def _add(self, passage: _Passage, start: int, end: int, how: How, typed: str, concept: str) -> None:
        if passage.whole is not None:
            start, end = passage.whole
            how = "name"
        self.found[passage.hit].append((passage.part, start, end, how, typed, concept))

    def _holding(self, terms: Sequence[str]) -> list[_Passage]:
        """The passages of the hits that hold all of some terms."""
        hits = self._everywhere
        for term in terms:
            hits &= self._hits.get(term, 0)
        return [passage for passage in self._passages if hits >> passage.hit & 1] if hits else []

    def _runs(self, terms: Sequence[str], typed: str) -> None:
        """Where terms stand side by side: one stretch each."""
        for passage in self._holding(terms):
            for first, last in _side_by_side(passage.tokens, terms):
                self._add(passage, first.start, last.end, "exact", typed, "")

    def _name(self, name: Name, typed: str, how: How, concept: str = "") -> None:
        printed = 0
        for passage in self._holding(name.terms):
            inside = {
                token.start
                for longer in name.longer
                for run in _runs_of(passage.tokens, longer.terms)
                for token in run[longer.offset : longer.offset + 1]
            }
            for first, last in _side_by_side(passage.tokens, name.terms):
                if first.start not in inside:
                    printed |= 1 << passage.hit
                    self._add(passage, first.start, last.end, how, typed, concept or name.concepts[0])
        for meant in name.concepts:
            for number, stretch in self._holders.get(meant, ()):
                if not printed >> number & 1:
                    self.found[number].append((*stretch, "name", typed, concept or meant))

    @cached_property
    def _holders(self) -> Mapping[str, Sequence[tuple[int, tuple[int, int, int]]]]:
        """The hits whose requesters and places hold a concept, with the part and offsets where."""
        holders: dict[str, list[tuple[int, tuple[int, int, int]]]] = defaultdict(list)
        for number, card in enumerate(self._cards):
            for concept, stretch in card.holds.items():
                holders[concept].append((number, stretch))
        return holders

    def _concept(self, concept: Concept, typed: str) -> None:
        for clause in concept.own:
            word = self._reasons.word_typed(clause.term, typed) if isinstance(clause, Word) else typed
            self.clause(clause, word)
        for label in concept.labels:
            if isinstance(label, Name):
                self._name(label, typed, "concept", label.concepts[0])
            elif label.words[0] in self._same:
                self._label(label, typed, label.concept or concept.concepts[0])

    def _label(self, label: Label, typed: str, concept: str) -> None:
        """The words of a label where a hit holds all of them; a run of them as one stretch."""
        hits = self._everywhere
        for word in label.words:
            hits &= self._answered.get(word, 0)
        if not hits:
            return
        same = [self._same[word] for word in label.words]
        in_runs = 0
        for passage in self._passages:
            if hits >> passage.hit & 1:
                for first, last in _label_runs(passage.tokens, same):
                    in_runs |= 1 << passage.hit
                    self._add(passage, first.start, last.end, "concept", typed, concept)
        if apart := hits & ~in_runs:
            self._words({word: "concept" for members in same for word in members}, typed, concept, apart)


def _label_runs(tokens: Tokens, same: Sequence[Mapping[str, How]]) -> Iterator[tuple[Placed, Placed]]:
    """First and last token of each stretch whose words answer those of a label one by one, stop words left out."""
    told: Tokens | None = None
    for first in tokens:
        if first.term not in same[0]:
            continue
        if told is None:
            told = [token for token in tokens if not token.term.startswith(STOP_MARK)]
        number = told.index(first)
        run = told[number : number + len(same)]
        if len(run) == len(same) and all(
            token.term in members and token.plain == first.plain + step
            for step, (token, members) in enumerate(zip(run, same, strict=True))
        ):
            yield first, run[-1]


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
    kept: list[_Found] = []
    for one in sorted(found, key=_preference):
        part, start, end, *_ = one
        for other in kept:
            if start < other[2] and end > other[1] and part == other[0]:
                break
        else:
            kept.append(one)
    # a part's number, then where: the fields come in this order, and no two stretches begin alike
    kept.sort()
    return kept


def _preference(found: _Found) -> tuple[int, int, int, int]:
    """What makes a stretch come before others: its part, its length, how plain its reason is, its place."""
    part, start, end, how, _, _ = found
    return part, start - end, _RANK[how], start
