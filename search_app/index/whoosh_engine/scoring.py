"""BM25 over numpy arrays: what each clause of a query gives to which documents.

An entry is immutable; words, labels and concepts are kept per generation, within a bound in bytes. Sums are made in a
fixed order, so equal corpora give equal scores, bit for bit, however the index was built.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.language import LANGUAGES
from search_app.index.memo import Memo
from search_app.index.query import Clause, Concept, Exact, Label, Name, Part, Prefix, Spelling, Word
from search_app.index.weights import EXACT, IN_TITLE, K1, PREFIX_WORDS, QUOTED, B, idf
from search_app.index.whoosh_engine.ascending import among, are_many, contained, counted, distinct, union
from search_app.index.whoosh_engine.entries import Entry, best_of, better_of, common, increased, only, scaled, total
from search_app.index.whoosh_engine.lexicon import Lexicon
from search_app.index.whoosh_engine.reader import NOTHING, POSITION_BITS, Postings, Reader
from search_app.index.whoosh_engine.schema import BODY, TITLE

# What words and concepts give, those asked for last. What a concept's labels give is dear to find and small, so there
# is room for the labels of all concepts, however few of them are asked for.
ENTRY_BYTES: Final = 6 << 20
ENTRY_BYTES_EACH: Final = 200
LABEL_BYTES: Final = 8 << 20
LABEL_BYTES_EACH: Final = 400
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Kept:
    """What is known of a clause.

    whole   the documents that hold all of it: of a concept all words as typed, or one of its labels
    """

    clause: Clause | Label
    entry: Entry
    whole: Int32

    @property
    def size(self) -> int:
        """Bytes held, about."""
        return self.entry.size + (0 if self.whole is self.entry.documents else self.whole.nbytes)


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
            name: holds.documents[order[ends[number - 1] if number else 0 : ends[number]]]
            for number, name in enumerate(holds.names)
        }
        self._entries: Memo[_Kept] = Memo(ENTRY_BYTES + ENTRY_BYTES_EACH * reader.capacity, lambda kept: kept.size)
        self._labels: Memo[_Kept] = Memo(LABEL_BYTES + LABEL_BYTES_EACH * reader.capacity, lambda kept: kept.size)

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
            entry = only(entry, self._in_title(part.clause))
        return entry

    def whole(self, part: Part) -> Int32:
        """The documents that hold all of a part."""
        return self.part(part).documents if part.in_title else self._known(part.clause).whole

    def clause(self, clause: Clause | Label) -> Entry:
        """What one clause gives."""
        return self._known(clause).entry

    def _known(self, clause: Clause | Label) -> _Kept:
        # A concept is a large tree, and hashing it takes longer than scoring a word. The expander gives the same
        # object for the same words, so it is known by its identity, which holds while it is kept.
        key = id(clause) if isinstance(clause, Concept | Name) else clause
        memo = self._labels if isinstance(clause, Label | Name) else self._entries
        return memo.get(key, lambda: self._make(clause))

    def _make(self, clause: Clause | Label) -> _Kept:
        if isinstance(clause, Concept):
            return self._concept(clause)
        entry = self._score(clause)
        return _Kept(clause, entry, entry.documents)

    def _score(self, clause: Word | Exact | Prefix | Name | Label | Spelling) -> Entry:
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
            case Spelling(_, words):
                return best_of([scaled(self.clause(Word(word)), weight) for word, weight in words])

    def _bm25(self, field: str, postings: Postings) -> npt.NDArray[np.float64]:
        weight = idf(self._reader.count, len(postings))
        frequencies = postings.frequencies.astype(np.float64)
        scores: npt.NDArray[np.float64] = frequencies / (frequencies + self._norms[field].take(postings.documents))
        return scores * (weight * (K1 + 1))

    # words

    def _word(self, term: str) -> Entry:
        body, title = self._word_in(BODY, term), self._word_in(TITLE, term)
        return increased(body, scaled(title, IN_TITLE))

    def _word_in(self, field: str, term: str) -> Entry:
        exact = self._scored(field, self._reader.postings(field, term))
        # often a word is the only one of its stem, or has the same company in both languages
        groups = {tuple(self._lexicon.stem_members(term, language)) for language in LANGUAGES}
        stems = [exact if members == (term,) else self._stem(field, members) for members in groups]
        return increased(best_of(stems), scaled(exact, EXACT))

    def _stem(self, field: str, members: Iterable[str]) -> Entry:
        return self._scored(field, merged(self._reader.postings(field, word) for word in members))

    def _scored(self, field: str, postings: Postings) -> Entry:
        return Entry(postings.documents, self._bm25(field, postings))

    # quoted words, phrases, prefixes

    def _exact(self, terms: Sequence[str]) -> Entry:
        words = [term for term in terms if not term.startswith(STOP_MARK)] or list(terms)
        scored = [self._quoted(self._reader.postings(BODY, w), self._reader.postings(TITLE, w)) for w in words]
        entry = total(scored)
        return only(entry, self._documents(self._runs(terms))) if len(terms) > 1 else entry

    def _quoted(self, body: Postings, title: Postings) -> Entry:
        """The score of an exact form, or of a group of them that counts as one."""
        in_title = scaled(self._scored(TITLE, title), QUOTED * IN_TITLE)
        return increased(scaled(self._scored(BODY, body), QUOTED), in_title)

    def _prefix_postings(self, prefix: str) -> tuple[Postings, Postings]:
        words = self._prefix_numbers(prefix)
        body, title = (summed(*self._reader.postings_of_all(field, words)) for field in (BODY, TITLE))
        return body, title

    def _prefix_numbers(self, prefix: str) -> Int64:
        low, high = self._lexicon.range_of(prefix)
        words = np.arange(low, high)
        if len(words) > PREFIX_WORDS:
            by_frequency = words[np.argsort(-self._lexicon.documents[low:high], kind="stable")]
            words = np.sort(by_frequency[:PREFIX_WORDS])
        return words

    def prefix_words(self, prefix: str) -> list[str]:
        """The words a prefix stands for: all of them, or the most frequent thousand; in lexicon order."""
        return [self._lexicon.words[number] for number in self._prefix_numbers(prefix).tolist()]

    def _runs(self, terms: Sequence[str]) -> Int64:
        """Where terms stand side by side in the body: the positions of the first of them."""
        counts = [self._lexicon.count(term) for term in terms]
        if not all(counts):
            return np.empty(0, np.int64)
        # from the rarest on, so that the many places of small words are only looked up
        first, *others = sorted(range(len(terms)), key=counts.__getitem__)
        runs = self._reader.positions(terms[first]) - first
        for offset in others:
            places = self._reader.positions(terms[offset], distinct(runs >> POSITION_BITS))
            runs = runs[contained(runs + offset, places)]
        return runs

    @staticmethod
    def _documents(runs: Int64) -> Int32:
        return distinct(runs >> POSITION_BITS).astype(np.int32)

    def _in_title(self, clause: Clause) -> Int32:
        """The documents in whose titles a clause stands."""
        match clause:
            case Exact(terms):
                runs = self._runs(terms)
                documents = runs >> POSITION_BITS
                inside = (runs & ((1 << POSITION_BITS) - 1)) < self._title_end[documents]
                return distinct(documents[inside]).astype(np.int32)
            case Word(term):
                return self._word_in(TITLE, term).documents
            case Prefix(prefix):
                return self._prefix_postings(prefix)[1].documents
            case Spelling(_, words):
                return union([self._in_title(Word(word)) for word, _ in words])
        raise TypeError(f"the parser makes no title part of {type(clause).__name__}")

    # names and concepts

    def _name(self, name: Name) -> Entry:
        runs = self._runs(name.terms)
        for longer in name.longer:
            runs = runs[~contained(runs, self._runs(longer.terms) + longer.offset)]
        documents = runs >> POSITION_BITS
        inside = (runs & ((1 << POSITION_BITS) - 1)) < self._title_end[documents]
        holders = [self._holders[concept] for concept in name.concepts if concept in self._holders]
        holding = union(holders)
        body, title = _counted(documents), _counted(documents[inside])
        missing = holding[~among(holding, body.documents)]
        body = merged([body, Postings(missing, np.ones(len(missing), np.int32))])
        return self._quoted(body, title)

    def _label(self, words: Sequence[str]) -> Entry:
        entries = [self.clause(Word(word)) for word in words]
        return only(total(entries), common(entries))

    def _concept(self, concept: Concept) -> _Kept:
        own, labels = ([self.clause(clause) for clause in clauses] for clauses in (concept.own, concept.labels))
        entry, whole = better_of(own, labels, concept.weight)
        # often all that hold any of it hold all
        return _Kept(concept, entry, entry.documents if len(whole) == len(entry.documents) else whole)


def merged(parts: Iterable[Postings]) -> Postings:
    """The sum of several postings: every document once, its frequencies added."""
    found = [part for part in parts if len(part)]
    if not found:
        return NOTHING
    if len(found) == 1:
        return found[0]
    return summed(
        np.concatenate([part.documents for part in found]), np.concatenate([part.frequencies for part in found])
    )


def summed(documents: Int32, frequencies: Int32) -> Postings:
    """Documents in any order as postings: every document once, its frequencies added."""
    if not len(documents):
        return NOTHING
    if are_many(len(documents), int(documents.max())):
        counts = np.bincount(documents, frequencies)
        held = np.flatnonzero(counts > 0)
        return Postings(held.astype(np.int32), counts[held].astype(np.int32))
    held, places = np.unique(documents, return_inverse=True)
    return Postings(held.astype(np.int32), np.bincount(places, frequencies).astype(np.int32))


def _counted(documents: Int64) -> Postings:
    """Documents, ascending, as postings: each as often as it stands there."""
    found, counts = counted(documents)
    return Postings(found.astype(np.int32), counts.astype(np.int32))
