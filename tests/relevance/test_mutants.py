"""The gate can fail: six mistakes that one could make in good faith, and the part that catches each.

A mutant is the product with one thing changed; the shipped corpus is indexed anew under it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from search_app.analysis import analyzer, fold
from search_app.analysis.language import Language
from search_app.analysis.stems import Stems
from search_app.analysis.tools import Tools
from search_app.index.query import Concept, Word
from search_app.index.weights import K1
from search_app.index.whoosh_engine import scoring
from search_app.index.whoosh_engine.entries import Entry, best_of, scaled, total
from search_app.index.whoosh_engine.reader import Postings
from search_app.search.lookup import Lookup
from tests.relevance.gate import PARTS, open_gate

Patch = pytest.MonkeyPatch


def thesaurus_off(patch: Patch) -> None:
    """No query names a concept."""
    patch.setattr(Lookup, "by_words", lambda *_: [])
    patch.setattr(Lookup, "by_acronym", lambda *_, **__: [])


def expansion_added(patch: Patch) -> None:
    """What the other names give is added to what the words typed give."""

    usual = scoring.Scorer._concept

    def concept(scorer: scoring.Scorer, clause: Concept) -> object:
        own = [scorer.clause(one) for one in clause.own]
        best = best_of([scorer.clause(label) for label in clause.labels])
        return replace(usual(scorer, clause), entry=total([*own, scaled(best, clause.weight)]))

    patch.setattr(scoring.Scorer, "_concept", concept)


def any_word_of_a_label(patch: Patch) -> None:
    """A label counts where any of its words stands."""

    def label(scorer: scoring.Scorer, words: Sequence[str]) -> Entry:
        return total([scorer.clause(Word(word)) for word in words])

    patch.setattr(scoring.Scorer, "_label", label)


def fold_after_stem(patch: Patch) -> None:
    """Words keep their accents until they have been stemmed."""
    stem_all = Stems.stem_all

    def keep_accents(word: str) -> str:
        lower = unicodedata.normalize("NFC", word.casefold())
        return "".join(letter for letter in lower if letter.isalnum())

    def folded_stems(stems: Stems, terms: Sequence[str], language: Language) -> list[str]:
        return [fold.fold(stem) or stem for stem in stem_all(stems, terms, language)]

    patch.setattr(analyzer, "fold", keep_accents)
    patch.setattr(Stems, "stem_all", folded_stems)


def stop_list_off(patch: Patch) -> None:
    """Every word counts."""
    read_words = analyzer.read_words
    patch.setattr(analyzer, "read_words", lambda name: () if name.startswith("stop_words") else read_words(name))


def other_idf(patch: Patch) -> None:
    """Rare words count as in Whoosh: log(N / (n + 1)) + 1."""

    def bm25(scorer: scoring.Scorer, field: str, postings: Postings) -> object:
        tf = postings.frequencies.astype(float)
        idf = math.log(scorer._reader.count / (len(postings) + 1)) + 1
        return tf * (K1 + 1) / (tf + scorer._norms[field][postings.documents]) * idf

    patch.setattr(scoring.Scorer, "_bm25", bm25)


MUTANTS = [
    (thesaurus_off, "ndcg"),
    (expansion_added, "ndcg"),
    (any_word_of_a_label, "totals"),
    (fold_after_stem, "identity"),
    (stop_list_off, "golden"),
    (other_idf, "golden"),
]


@pytest.mark.parametrize(("mutate", "part"), [pytest.param(*one, id=one[0].__name__) for one in MUTANTS])
def test_a_mutant_fails_the_part_made_for_it(
    mutate: Callable[[Patch], None], part: str, monkeypatch: Patch, tmp_path: Path
) -> None:
    mutate(monkeypatch)
    with open_gate(tmp_path, Tools.make()) as gate:
        assert PARTS[part](gate), f"{mutate.__name__} passes the part {part!r}"
