"""Nobody's search gets worse unseen: the four parts of the gate, and what the judged set must hold."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.relevance.gate import GOLDEN_QUERIES, PARTS, TOTALS, Gate

# A new set of answers is a decision, not a repair: look at every line before the files are written anew.
MEND = "see what moved; if it is meant, run `python -m tests.relevance.measure` and commit the files"


@pytest.mark.parametrize("part", PARTS)
def test_the_gate_passes(gate: Gate, part: str) -> None:
    faults = PARTS[part](gate)
    assert not faults, "\n".join([MEND, *faults])


def test_at_least_sixty_queries_are_judged_in_all_directions(gate: Gate) -> None:
    kinds = Counter(query.kind for query in gate.queries if query.grades)
    assert sum(kinds.values()) >= 60
    assert min(kinds[kind] for kind in ("en-en", "fr-fr", "en-fr", "fr-en", "unaccented")) >= 10


def test_every_judgment_names_a_shipped_mandate(gate: Gate) -> None:
    assert {mandate for query in gate.queries for mandate in query.grades} <= set(gate.engine.ids())


def test_ten_queries_have_golden_scores(gate: Gate) -> None:
    assert len(set(GOLDEN_QUERIES)) == 10
    assert all(gate.golden().values())


def test_at_least_ten_totals_some_of_them_none() -> None:
    totals = [int(line.split("\t")[1]) for line in TOTALS.read_text("utf-8").splitlines()]
    assert len(totals) >= 10
    assert 0 in totals
    assert max(totals) > 1


def test_a_query_without_accents_has_its_twins_judgments(gate: Gate) -> None:
    by_id = {query.id: query for query in gate.queries}
    twins = [(query, by_id[query.id.removesuffix("-plain")]) for query in gate.queries if query.id.endswith("-plain")]
    assert twins
    for plain, accented in twins:
        assert plain.grades == accented.grades
        assert gate.rank(plain.text) == gate.rank(accented.text)
