"""BM25 over numpy arrays: what each clause of a query gives to which documents.

An entry is immutable; words, labels and concepts are kept per generation, within a bound in bytes. Sums are made in a
fixed order, so equal corpora give equal scores, bit for bit, however the index was built.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.language import LANGUAGES
from search_app.index.memo import Memo
from search_app.index.query import Clause, Concept, Exact, Label, Name, Part, Prefix, Spelling, Word
from search_app.index.weights import EXACT, IN_TITLE, K1, PREFIX_WORDS, QUOTED, B, idf
from search_app.index.whoosh_engine.lexicon import Lexicon
from search_app.index.whoosh_engine.reader import NOTHING, POSITION_BITS, Postings, Reader
from search_app.index.whoosh_engine.schema import BODY, TITLE

CACHE_BYTES: Final = 48 << 20
# So many of the best documents of a part are known: a page of hits.
BEST: Final = 10
# Where one document in so many is there, sums over an array of all documents are quicker than searching.
_DENSE: Final = 32

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Entry:
    """Documents, ascending, and what each of them gets."""

    documents: Int32
    weights: npt.NDArray[np.float64]

    @cached_property
    def best(self) -> list[int]:
        """The documents that get most, `BEST` where there are as many, in no order."""
        best = self.documents
        if len(best) > BEST:
            best = best[np.argpartition(self.weights, -BEST)[-BEST:]]
        found: list[int] = best.tolist()
        return found

    @property
    def size(self) -> int:
        """Bytes held, about, with the objects around the arrays."""
        return self.documents.nbytes + self.weights.nbytes + 500


EMPTY: Final = Entry(np.empty(0, np.int32), np.empty(0, np.float64))


@dataclass(frozen=True)
class _Kept:
    """An entry with the clause that it belongs to."""

    clause: Clause | Label
    entry: Entry


class Scorer:
    """Scores the clauses of queries over one generation."""

    def __init__(self, reader: Reader, lexicon: Lexicon) -> None:
        self._reader = reader
        self._lexicon = lexicon
        self._norms = {BODY: self._norm("length"), TITLE: self._norm("title_length")}
        self._title_end = reader.column("title_end").astype(np.int64)
        holds = reader.rows("holds")
        order = np.argsort(holds.numbers, kind="stable")
        ends = np.cumsum(np.bincount(holds.numbers, minlength=len(holds.names)))
        self._holders = {
            name: np.sort(holds.documents[order[ends[number - 1] if number else 0 : ends[number]]])
            for number, name in enumerate(holds.names)
        }
        self._cache: Memo[_Kept] = Memo(CACHE_BYTES, lambda kept: kept.entry.size)

    def _norm(self, column: str) -> npt.NDArray[np.float64]:
        """The part of BM25 that depends on a document's length alone."""
        lengths = self._reader.column(column).astype(np.float64)
        total = float(lengths[self._reader.live].sum())
        average = total / self._reader.count if total else 1.0
        return K1 * (1 - B + B * lengths / average)

    def part(self, part: Part) -> Entry:
        """What one part of a query gives."""
        entry = self.clause(part.clause)
        if part.in_title:
            entry = _only(entry, self._in_title(part.clause))
        return entry

    def whole(self, part: Part) -> Int32:
        """The documents that hold all of a part: of a concept all words as typed, or one of its labels."""
        clause = part.clause
        if not isinstance(clause, Concept):
            return self.part(part).documents
        return self._cache.get(("whole", id(clause)), lambda: _Kept(clause, self._whole(clause))).entry.documents

    def _whole(self, concept: Concept) -> Entry:
        ways = [self._common([self.clause(clause) for clause in concept.own])]
        ways += [self.clause(label).documents for label in concept.labels]
        return Entry(np.unique(np.concatenate(ways)), EMPTY.weights)

    def clause(self, clause: Clause | Label) -> Entry:
        """What one clause gives, from the cache where it was asked before."""
        # A concept is a large tree, and hashing it takes longer than scoring a word. The expander gives the same
        # object for the same words, so it is known by its identity, which holds while it is kept.
        key = id(clause) if isinstance(clause, Concept | Name) else clause
        return self._cache.get(key, lambda: _Kept(clause, self._score(clause))).entry

    def _score(self, clause: Clause | Label) -> Entry:
        match clause:
            case Word(term):
                return self._word(term)
            case Exact(terms):
                return self._exact(terms)
            case Prefix(prefix):
                return self._quoted(*self._prefix_postings(prefix))
            case Name():
                return self._name(clause)
            case Label(words):
                return self._label(words)
            case Concept():
                return self._concept(clause)
            case Spelling(_, words):
                return _best([_scaled(self.clause(Word(word)), weight) for word, weight in words])

    def _bm25(self, field: str, postings: Postings) -> npt.NDArray[np.float64]:
        weight = idf(self._reader.count, len(postings))
        frequencies = postings.frequencies.astype(np.float64)
        scores: npt.NDArray[np.float64] = frequencies / (frequencies + self._norms[field][postings.documents])
        return scores * (weight * (K1 + 1))

    # words

    def _word(self, term: str) -> Entry:
        body, title = self._word_in(BODY, term), self._word_in(TITLE, term)
        return _sum([body, _scaled(title, IN_TITLE)])

    def _word_in(self, field: str, term: str) -> Entry:
        exact = self._scored(field, self._reader.postings(field, term))
        # often a word is the only one of its stem, or has the same company in both languages
        groups = {tuple(self._lexicon.stem_members(term, language)) for language in LANGUAGES}
        stems = [exact if members == (term,) else self._stem(field, members) for members in groups]
        return _sum([_best(stems), _scaled(exact, EXACT)])

    def _stem(self, field: str, members: Iterable[str]) -> Entry:
        return self._scored(field, merged(self._reader.postings(field, word) for word in members))

    def _scored(self, field: str, postings: Postings) -> Entry:
        return Entry(postings.documents, self._bm25(field, postings))

    # quoted words, phrases, prefixes

    def _exact(self, terms: Sequence[str]) -> Entry:
        words = [term for term in terms if not term.startswith(STOP_MARK)] or list(terms)
        scored = [self._quoted(self._reader.postings(BODY, w), self._reader.postings(TITLE, w)) for w in words]
        entry = _sum(scored)
        return _only(entry, self._documents(self._runs(terms))) if len(terms) > 1 else entry

    def _quoted(self, body: Postings, title: Postings) -> Entry:
        """The score of an exact form, or of a group of them that counts as one."""
        return _sum([_scaled(self._scored(BODY, body), QUOTED), _scaled(self._scored(TITLE, title), QUOTED * IN_TITLE)])

    def _prefix_postings(self, prefix: str) -> tuple[Postings, Postings]:
        words = self.prefix_words(prefix)
        return tuple(merged(self._reader.postings(field, word) for word in words) for field in (BODY, TITLE))  # type: ignore[return-value]

    def prefix_words(self, prefix: str) -> list[str]:
        """The words a prefix stands for: all of them, or the most frequent thousand; in lexicon order."""
        words = self._lexicon.beginning_with(prefix)
        if len(words) <= PREFIX_WORDS:
            return words
        by_frequency = sorted(words, key=lambda word: (-self._lexicon.count(word), word))
        return sorted(by_frequency[:PREFIX_WORDS])

    def _runs(self, terms: Sequence[str]) -> Int64:
        """Where terms stand side by side in the body: the positions of the first of them."""
        counts = [self._lexicon.count(term) for term in terms]
        if not all(counts):
            return np.empty(0, np.int64)
        # from the rarest on, so that the many places of small words are only looked up
        first, *others = sorted(range(len(terms)), key=counts.__getitem__)
        runs = self._reader.positions(terms[first]) - first
        for offset in others:
            runs = runs[contained(runs + offset, self._reader.positions(terms[offset]))]
        return runs

    @staticmethod
    def _documents(runs: Int64) -> Int32:
        return np.unique(runs >> POSITION_BITS).astype(np.int32)

    def _in_title(self, clause: Clause) -> Int32:
        """The documents in whose titles a clause stands."""
        match clause:
            case Exact(terms):
                runs = self._runs(terms)
                documents = runs >> POSITION_BITS
                inside = (runs & ((1 << POSITION_BITS) - 1)) < self._title_end[documents]
                return np.unique(documents[inside]).astype(np.int32)
            case Word(term):
                return self._word_in(TITLE, term).documents
            case Prefix(prefix):
                return self._prefix_postings(prefix)[1].documents
            case Spelling(_, words):
                return np.unique(np.concatenate([self._in_title(Word(word)) for word, _ in words]))
        raise TypeError(f"the parser makes no title part of {type(clause).__name__}")

    # names and concepts

    def _name(self, name: Name) -> Entry:
        runs = self._runs(name.terms)
        for longer in name.longer:
            runs = runs[~contained(runs, self._runs(longer.terms) + longer.offset)]
        documents = runs >> POSITION_BITS
        inside = (runs & ((1 << POSITION_BITS) - 1)) < self._title_end[documents]
        holders = [self._holders[concept] for concept in name.concepts if concept in self._holders]
        holding = np.unique(np.concatenate([NOTHING.documents, *holders]))
        body, title = _counted(documents), _counted(documents[inside])
        missing = holding[~contained(holding, body.documents)]
        body = merged([body, Postings(missing, np.ones(len(missing), np.int32))])
        return self._quoted(body, title)

    def _label(self, words: Sequence[str]) -> Entry:
        entries = [self.clause(Word(word)) for word in words]
        return _only(_sum(entries), self._common(entries))

    @staticmethod
    def _common(entries: Sequence[Entry]) -> Int32:
        """The documents that all entries have."""
        common = entries[0].documents
        for entry in entries[1:]:
            common = common[contained(common, entry.documents)]
        return common

    def _concept(self, concept: Concept) -> Entry:
        own = _sum([self.clause(clause) for clause in concept.own])
        best = _best([self.clause(label) for label in concept.labels])
        return _best([own, _scaled(best, concept.weight)])


def merged(parts: Iterable[Postings]) -> Postings:
    """The sum of several postings: every document once, its frequencies added."""
    found = [part for part in parts if len(part)]
    if not found:
        return NOTHING
    if len(found) == 1:
        return found[0]
    documents = np.concatenate([part.documents for part in found])
    frequencies = np.concatenate([part.frequencies for part in found])
    if len(documents) * _DENSE > int(documents.max()):
        summed = np.bincount(documents, frequencies)
        held = np.flatnonzero(summed)
        return Postings(held.astype(np.int32), summed[held].astype(np.int32))
    held, places = np.unique(documents, return_inverse=True)
    return Postings(held.astype(np.int32), np.bincount(places, frequencies).astype(np.int32))


def _counted(documents: Int64) -> Postings:
    found, counts = np.unique(documents, return_counts=True)
    return Postings(found.astype(np.int32), counts.astype(np.int32))


def contained(values: npt.NDArray[np.integer], ascending: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Which values stand in an ascending array."""
    if not len(ascending):
        return np.zeros(len(values), dtype=bool)
    places = np.searchsorted(ascending, values)
    places[places == len(ascending)] = 0
    return np.asarray(ascending[places] == values)


def _scaled(entry: Entry, factor: float) -> Entry:
    return Entry(entry.documents, entry.weights * factor)


def _only(entry: Entry, ascending: Int32) -> Entry:
    kept = contained(entry.documents, ascending)
    return Entry(entry.documents[kept], entry.weights[kept])


def _joined(entries: Sequence[Entry], combine: np.ufunc) -> Entry:
    found = [entry for entry in entries if len(entry.documents)]
    if not found:
        return EMPTY
    if len(found) == 1:
        return found[0]
    first = found[0].documents
    if all(entry.documents is first or np.array_equal(entry.documents, first) for entry in found[1:]):
        return Entry(first, reduce(combine, [entry.weights for entry in found]))
    every = np.concatenate([entry.documents for entry in found])
    size = int(every.max()) + 1
    if len(every) * _DENSE > size:
        # one place for each document there may be
        here = np.zeros(size, dtype=bool)
        here[every] = True
        spread = np.zeros(size)
        for entry in found:
            spread[entry.documents] = combine(spread[entry.documents], entry.weights)
        documents = np.flatnonzero(here).astype(np.int32)
        return Entry(documents, spread[documents])
    documents = np.unique(every)
    weights = np.zeros(len(documents))
    for entry in found:
        places = np.searchsorted(documents, entry.documents)
        weights[places] = combine(weights[places], entry.weights)
    return Entry(documents, weights)


def _sum(entries: Sequence[Entry]) -> Entry:
    return _joined(entries, np.add)


def _best(entries: Sequence[Entry]) -> Entry:
    return _joined(entries, np.maximum)
