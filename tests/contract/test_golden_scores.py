"""A few scores worked out with pencil and paper: they hold the constants where code and reference could both be wrong.

The documents of tests/golden/scores.json have these words (stop words do not count):

    d1  police reform | police budget   body 4, title 2
    d2  budget | reforms (of) mali      body 3, title 1
    d3  army | army | mali              body 3, title 1
    d4  justice | réforme               body 2, title 1
        average                         body 3, title 1.25

BM25 of a word is idf × tf × 2.2 / (tf + K) with K = 1.2 × (0.25 + 0.75 × length / average):

    body    d1  1.2 × (0.25 + 1)    = 1.5        title   d1          1.2 × (0.25 + 1.2) = 1.74
            d2  1.2 × (0.25 + 0.75) = 1.2                d2, d3, d4  1.2 × (0.25 + 0.6) = 1.02
            d3  1.2
            d4  1.2 × (0.25 + 0.5)  = 0.9

and idf = ln(1 + (4 - n + 0.5) / (n + 0.5)), for n = 1: ln(10/3) = 1.203973, n = 2: ln 2 = 0.693147, n = 3:
ln(10/7) = 0.356675. So tf 1 gives idf × 2.2/2.5 in the body of d1, × 2.2/2.2 in d2 and d3, × 2.2/1.9 in d4; tf 2 gives
idf × 4.4/3.5 in d1; in titles tf 1 gives idf × 2.2/2.74 in d1 and × 2.2/2.02 elsewhere. Each case says how it goes on:
a word that is its own stem gets 1 + 0.4 = 1.4 times this in the body, and 0.3 × 1.4 = 0.42 times in the title.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.index.query import Clause, Concept, Exact, Label, Name, Part, Prefix, Query, Spelling, Word
from tests.contract.asking import NO_FILTERS, Corpora, documents_of, same, window
from tests.contract.invention import TODAY
from tests.contract.reference import Reference
from tests.support import mandate

pytestmark = pytest.mark.engine

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "scores.json").read_text("utf-8"))
QUERIES = pytest.mark.parametrize("case", GOLDEN["queries"], ids=lambda case: case["what"])


def clause_of(values: dict[str, Any]) -> Clause:
    """The clause that the file describes."""
    match values:
        case {"word": term}:
            return Word(term)
        case {"exact": terms}:
            return Exact(tuple(terms))
        case {"prefix": prefix}:
            return Prefix(prefix)
        case {"name": terms, "concepts": concepts}:
            return Name(tuple(terms), concepts=tuple(concepts))
        case {"concept": {"own": own, "label": label}}:
            return Concept(("some",), tuple(map(Word, own)), (Label(tuple(label)),))
        case {"spelling": typed, "words": words}:
            return Spelling(typed, tuple(map(tuple, words)))
    raise ValueError(values)


def query_of(case: dict[str, Any]) -> Query:
    """The query that a case describes."""
    return Query(tuple(Part(clause_of(one), in_title=case.get("in_title", False)) for one in case["clauses"]))


@QUERIES
def test_scores_are_those_worked_out_by_hand(open_corpus: Corpora, analyzer: Analyzer, case: dict[str, Any]) -> None:
    documents = documents_of(analyzer, *(mandate(one.pop("id"), **one) for one in map(dict, GOLDEN["documents"])))
    wanted = [tuple(hit) for hit in case["scores"]]
    assert same(open_corpus(documents).rank(query_of(case), NO_FILTERS, window()), wanted)
    assert Reference(documents).answer(query_of(case), NO_FILTERS, sort="relevance", today=TODAY) == wanted


@QUERIES
def test_arithmetic_gives_the_scores(case: dict[str, Any]) -> None:
    """The sums written in the file, with their six digits, come to the scores beside them."""
    assert set(case["arithmetic"]) == {id_ for id_, _ in case["scores"]}
    for id_, score in case["scores"]:
        sums = case["arithmetic"][id_]
        assert re.fullmatch(r"[\d. ×+/()]+", sums)
        assert math.isclose(eval(sums.replace("×", "*")), score, rel_tol=1e-5)  # noqa: S307  # digits and signs alone
