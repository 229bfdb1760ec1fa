"""The query tree in the cluster's words: the same parts, joined the same way, with the same weights.

A clause becomes one or more leaves, each a term, a run or a group in one field. The cluster gives how often it stands
there; a script makes BM25 of it with the document's own length, and with the frequency of the leaf's word, which comes
from the generation's words, or for runs and groups from a count that is asked once and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.stems import Stems
from search_app.index.opensearch_engine.filters import filtered
from search_app.index.opensearch_engine.mapping import BODY, LENGTH, STEMS, TITLE, TITLE_LENGTH, TITLE_STEMS
from search_app.index.opensearch_engine.words import Words
from search_app.index.query import Clause, Concept, Exact, Label, Longer, Name, Part, Prefix, Query, Spelling, Word
from search_app.index.weights import EXACT, IN_TITLE, K1, QUOTED, B, idf

# Counts of names and prefixes that are kept.
MOST_COUNTED: Final = 10_000

Json = dict[str, Any]
NOTHING: Final[Json] = {"match_none": {}}
# Counts documents: all of some queries at once.
Count = Callable[[Sequence[Json]], Sequence[int]]

_BM25: Final = "params.w * _score / (_score + params.a + params.b * doc['{}'].value)"
_SCRIPTS: Final = {BODY: _BM25.format(LENGTH), TITLE: _BM25.format(TITLE_LENGTH)}
# Six digits, so that noise in the last bits decides no order.
_ROUNDED: Final = (
    "if (_score <= 0) { return 0; } double e = Math.pow(10, 5 - Math.floor(Math.log10(_score))); "
    "return Math.rint(_score * e) / e;"
)


class Weights:
    """What BM25 needs to know of a generation."""

    def __init__(self, words: Words) -> None:
        self._documents = words.documents
        self._average = {
            BODY: words.length / (words.documents or 1),
            TITLE: words.title_length / (words.documents or 1),
        }

    def idf(self, count: int) -> float:
        """The weight of what stands in so many documents."""
        return idf(self._documents, count)

    def slope(self, side: str) -> float:
        """How much each word of a document's length adds to the frequency that halves a score."""
        return K1 * B / self._average[side] if self._average[side] else 0.0


class Translator:
    """Puts query trees into the cluster's words, for one generation.

    count   how many documents answer queries of the cluster
    """

    def __init__(self, words: Words, stems: Stems, count: Count) -> None:
        self._words = words
        self._stems = stems
        self._count = count
        self.weights = Weights(words)
        self._counted: dict[Clause, tuple[int, int]] = {}

    # whole queries

    def matching(self, query: Query, today: date) -> Json:
        """All that answer, without scores."""
        required = [self._answers(part) for part in query.parts if part.required]
        required += filtered(query.within, today).values()
        forbidden = [self._part_found(part) for part in query.excluded]
        forbidden += filtered(query.without, today).values()
        found = [{"match_all": {}}] if query.everything else [self._part_found(part) for part in query.parts]
        return _bool(filter=[_any(found), *required], must_not=forbidden)

    def scored(self, query: Query, today: date) -> Json:
        """All that answer, with scores of six digits."""
        self._prepare(query)
        parts = [self._part_scored(part) for part in query.parts]
        inner = _bool(filter=[self.matching(query, today)], should=parts)
        return {"script_score": {"query": inner, "script": {"source": _ROUNDED}}}

    def _part_found(self, part: Part) -> Json:
        found = self._found(part.clause)
        return _bool(filter=[found, self._in_title(part.clause)]) if part.in_title else found

    def _part_scored(self, part: Part) -> Json:
        scored = self._score(part.clause, 1.0)
        return _bool(must=[scored], filter=[self._in_title(part.clause)]) if part.in_title else scored

    def _answers(self, part: Part) -> Json:
        """What a required part asks for: of a concept all words as typed, or one label."""
        if not isinstance(part.clause, Concept):
            return self._part_found(part)
        own = _bool(filter=[self._found(one) for one in part.clause.own])
        return _any([own, *map(self._found, part.clause.labels)])

    # what is found

    def _found(self, clause: Clause | Label) -> Json:
        match clause:
            case Word(term):
                return _any(_term(field, stem) for field, stem in zip(STEMS, self._stems.both(term), strict=True))
            case Exact(terms):
                return _phrase(BODY, terms)
            case Prefix(prefix):
                return _terms(BODY, self._words.most_frequent(prefix))
            case Name():
                return _any([_name(BODY, clause), _holds(clause)])
            case Label(words):
                return _bool(filter=[self._found(Word(word)) for word in words])
            case Concept():
                return _any(map(self._found, (*clause.own, *clause.labels)))
            case Spelling(_, words):
                return _any(self._found(Word(word)) for word, _ in words)

    def _in_title(self, clause: Clause) -> Json:
        match clause:
            case Word(term):
                return _any(_term(field, stem) for field, stem in zip(TITLE_STEMS, self._stems.both(term), strict=True))
            case Exact(terms):
                return _phrase(TITLE, terms)
            case Prefix(prefix):
                return _terms(TITLE, self._words.most_frequent(prefix))
            case Spelling(_, words):
                return _any(self._in_title(Word(word)) for word, _ in words)
        return NOTHING

    # what it is worth

    def _score(self, clause: Clause | Label, scale: float) -> Json:
        match clause:
            case Word(term):
                return self._word(term, scale)
            case Exact(terms):
                words = [term for term in terms if not term.startswith(STOP_MARK)] or list(terms)
                leaves = [leaf for word in words for leaf in self._quoted(word, scale)]
                return _bool(filter=[_phrase(BODY, terms)], should=leaves)
            case Prefix(prefix):
                words = list(self._words.most_frequent(prefix))
                groups = [
                    _any(_term(side, word) for word in words if self._words.count(side, word)) for side in (BODY, TITLE)
                ]
                return self._pair(groups, self.counts(clause), scale)
            case Name():
                body = _best([_name(BODY, clause), _holds(clause)])
                return self._pair([body, _name(TITLE, clause)], self.counts(clause), scale)
            case Label(words):
                return _bool(must=[self._word(word, scale) for word in words])
            case Concept():
                own = _any(self._score(one, scale) for one in clause.own)
                return _best([own, *(self._score(label, scale * clause.weight) for label in clause.labels)])
            case Spelling(_, words):
                return _best(self._word(word, scale * weight) for word, weight in words)

    def _word(self, term: str, scale: float) -> Json:
        sides = ((BODY, STEMS, scale), (TITLE, TITLE_STEMS, scale * IN_TITLE))
        leaves = []
        for side, fields, weight in sides:
            stems = zip(fields, self._stems.both(term), strict=True)
            leaves.append(
                _best(self._leaf(side, _term(f, stem), self._words.count(f, stem), weight) for f, stem in stems)
            )
            leaves.append(self._leaf(side, _term(side, term), self._words.count(side, term), weight * EXACT))
        return _any(leaves)

    def _quoted(self, word: str, scale: float) -> Iterator[Json]:
        for side, weight in ((BODY, QUOTED), (TITLE, QUOTED * IN_TITLE)):
            yield self._leaf(side, _term(side, word), self._words.count(side, word), scale * weight)

    def _pair(self, found: Sequence[Json], counts: tuple[int, int], scale: float) -> Json:
        weights = (QUOTED * scale, QUOTED * IN_TITLE * scale)
        return _any(self._leaf(*one) for one in zip((BODY, TITLE), found, counts, weights, strict=True))

    def _leaf(self, side: str, found: Json, count: int, weight: float) -> Json:
        if not count:
            return NOTHING
        params = {
            "w": weight * self.weights.idf(count) * (K1 + 1),
            "a": K1 * (1 - B),
            "b": self.weights.slope(side),
        }
        return {"script_score": {"query": found, "script": {"source": _SCRIPTS[side], "params": params}}}

    # how frequent runs and groups are

    def counts(self, clause: Name | Prefix) -> tuple[int, int]:
        """In how many documents a name or the words of a prefix stand, and in how many titles."""
        known = self._counted.get(clause)
        return known if known is not None else self._learn([clause])[clause]

    def _prepare(self, query: Query) -> None:
        """Ask for all counts of a query at once."""
        wanted = {one for part in query.parts for one in _counted_in(part.clause) if one not in self._counted}
        if wanted:
            self._learn(sorted(wanted, key=repr))

    def _learn(self, clauses: Sequence[Name | Prefix]) -> dict[Clause, tuple[int, int]]:
        found = self._count([query for one in clauses for query in self._both_sides(one)])
        learnt: dict[Clause, tuple[int, int]] = {one: (found[2 * i], found[2 * i + 1]) for i, one in enumerate(clauses)}
        known = self._counted if len(self._counted) < MOST_COUNTED else {}
        self._counted = known | learnt
        return learnt

    def _both_sides(self, clause: Name | Prefix) -> tuple[Json, Json]:
        if isinstance(clause, Prefix):
            return self._found(clause), self._in_title(clause)
        return self._found(clause), _name(TITLE, clause)


def _counted_in(clause: Clause | Label) -> Iterator[Name | Prefix]:
    match clause:
        case Name() | Prefix():
            yield clause
        case Concept():
            for one in (*clause.own, *clause.labels):
                yield from _counted_in(one)


def _bool(**occurs: Sequence[Json]) -> Json:
    return {"bool": {kind: list(queries) for kind, queries in occurs.items() if queries}}


def _any(queries: Iterable[Json]) -> Json:
    """One at least; scores are added."""
    real = [query for query in queries if query is not NOTHING]
    if not real:
        return NOTHING
    return real[0] if len(real) == 1 else {"bool": {"should": real, "minimum_should_match": 1}}


def _best(queries: Iterable[Json]) -> Json:
    """One at least; the best score counts."""
    real = [query for query in queries if query is not NOTHING]
    if not real:
        return NOTHING
    return real[0] if len(real) == 1 else {"dis_max": {"queries": real}}


def _term(field: str, term: str) -> Json:
    return {"term": {field: {"value": term}}}


def _terms(field: str, terms: Sequence[str]) -> Json:
    return {"terms": {field: list(terms)}} if terms else NOTHING


def _phrase(field: str, terms: Sequence[str]) -> Json:
    return _term(field, terms[0]) if len(terms) == 1 else {"match_phrase": {field: {"query": " ".join(terms)}}}


def _holds(name: Name) -> Json:
    """Records that hold a concept: as if its name stood there once."""
    if not name.concepts:
        return NOTHING
    return {"constant_score": {"filter": {"terms": {"holds": list(name.concepts)}}}}


def _run(field: str, terms: Sequence[str]) -> Json:
    """Words side by side."""
    spans: list[Json] = [{"span_term": {field: term}} for term in terms]
    return spans[0] if len(spans) == 1 else {"span_near": {"clauses": spans, "slop": 0, "in_order": True}}


def _name(field: str, name: Name) -> Json:
    """A name where no longer one stands around it."""
    run = _run(field, name.terms)
    # the cluster adds how often the whole stands there once for each different word of it
    once = {"boost": 1 / len(set(name.terms))}
    longer = [_run(field, one.terms) for one in name.longer if _takes_all(one, name.terms)]
    if not longer:
        return {kind: found | once for kind, found in run.items()} if len(name.terms) > 1 else run
    around = longer[0] if len(longer) == 1 else {"span_or": {"clauses": longer}}
    inside = {"span_within": {"little": run, "big": around}}
    return {"span_not": {"include": run, "exclude": inside} | once}


def _takes_all(longer: Longer, terms: Sequence[str]) -> bool:
    """Whether a longer name holds the shorter one once: else the other place in it counts."""
    size = len(terms)
    places = [i for i in range(len(longer.terms) - size + 1) if longer.terms[i : i + size] == tuple(terms)]
    return places == [longer.offset]
