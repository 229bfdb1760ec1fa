"""A thousand questions that nobody thought of: reasons, totals, filters and facets hold for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from search_app.analysis.tools import Tools
from search_app.index.query import Filters, Window
from search_app.search.naming import choosing
from search_app.search.results import SearchRequest
from tests.flow.brute import FACETS, Asking, Facts, Texts, facet_counts, facts, matching, typed, year_counts
from tests.flow.conftest import Indexed
from tests.searching import TODAY, ask, check_reasons

QUESTIONS = 1_000
STRINGS = 10_000
# What a generated letter may be: both languages, the grammar's signs, other scripts, marks, what no keyboard has.
LETTERS = "aàâeéèêiîoôœuùçñßABCÉŒ" + " \"“”«»-*:()&.,;!?'’ʼ\t\n\u00a0\u202f\u0301\u0308" + "жДñيا漢字ͅ\ufeff\u0000😀№½Ⅳ"


@dataclass(frozen=True)
class Known:
    """The shipped records as a patient reader knows them."""

    texts: dict[str, Texts]
    facts: dict[str, Facts]

    def asking(self, seed: str) -> Asking:
        """Questions over them, the same for the same seed."""
        return Asking(self.texts, self.facts, Random(seed))  # the same questions in each run


@pytest.fixture(scope="module")
def known(shipped: Indexed, tools: Tools) -> Known:
    """Everything that brute force needs."""
    records = shipped.records.items()
    return Known(
        {name: Texts(record, shipped.names, tools) for name, record in records},
        {name: facts(record, shipped.names, TODAY) for name, record in records},
    )


def test_totals_filters_and_facets_agree_with_brute_force(shipped: Indexed, known: Known) -> None:
    asking = known.asking("filters")
    narrowed, met, seen = 0, 0, set()
    for _ in range(QUESTIONS):
        operands = list(asking.musts(asking.operands()))
        filters = asking.filters()
        text = typed(operands)
        request = SearchRequest(text=text, filters=filters, expand=False, size=1)
        page = shipped.searcher.search(request, TODAY)
        if [note.code for note in page.notes if note.code not in ("expanded-off", "no-document")]:
            continue  # a small word alone is read otherwise, which the note says; the grammar's tests try it
        found = matching(operands, known.texts)
        passing = {mandate for mandate in found if known.facts[mandate].passes(filters)}
        ranked = shipped.engine.rank(
            shipped.searcher.read(request), filters, Window(size=len(shipped.records), today=TODAY)
        )
        assert {mandate for mandate, _ in ranked.ranked} == passing, (text, filters)
        assert page.total == ranked.total == len(passing), (text, filters)
        for name in FACETS:
            shown = {one.value: one.count for one in page.facets[name] if one.count}
            assert shown == facet_counts(found, known.facts, filters, name), (text, filters, name)
        years = {one.value: one.count for one in page.facets["year"] if one.count}
        assert years == year_counts(found, known.facts, filters, TODAY), (text, filters)
        narrowed += len(passing) < len(found)
        met += bool(passing)
        seen.add(frozenset(passing))
    # the questions must not all be alike
    assert narrowed > QUESTIONS / 4
    assert met > QUESTIONS / 4
    assert len(seen) > QUESTIONS / 10


def test_every_hit_says_why(shipped: Indexed, known: Known) -> None:
    asking = known.asking("why")
    labels = sorted({form for concept in shipped.names for form in (*concept.full_names(), *concept.all_acronyms())})
    random = Random("labels")  # the same questions in each run
    hits = 0
    for _ in range(QUESTIONS):
        words = [one.typed for one in asking.operands() if not one.out]
        text = " ".join([*words, random.choice(labels)][-random.randint(1, 3) :])
        page = ask(shipped.searcher, text, size=5, page=random.choice([1, 1, 2]))
        for result in page.results:
            assert result.why, (text, result.mandate.id)
            check_reasons(result)
            hits += 1
    assert hits > QUESTIONS


def test_no_string_is_an_error(shipped: Indexed) -> None:
    random = Random("strings")  # the same questions in each run
    pieces = ["AND", "OR", "NOT", "SAUF", "title:", "country:", "requester:", "UN", "de", "police", "Mali", "SSR", '"']
    for _ in range(STRINGS):
        length = random.choice([1, 2, 4, 8, 16])
        text = "".join(
            random.choice(pieces) + " " if random.random() < 0.2 else random.choice(LETTERS) for _ in range(length)
        )
        page = ask(shipped.searcher, text, size=1)
        assert 0 <= page.total <= len(shipped.records), text


def _links(shipped: Indexed, text: str, filters: Filters) -> list[tuple[str, str, int]]:
    """Facet, value and count of every link of an answer."""
    page = ask(shipped.searcher, text, filters=filters, size=1)
    return [(facet, one.value, one.count) for facet, values in page.facets.items() for one in values]


@pytest.mark.parametrize("text", ["", "police", "SSR -training", "country:sahel réforme"])
def test_every_facet_link_of_two_levels_leads_to_the_count_it_shows(shipped: Indexed, text: str) -> None:
    tree = shipped.searcher.read(SearchRequest(text=text))
    followed = 0
    for facet, value, count in _links(shipped, text, Filters()):
        chosen = choosing(Filters(), facet, value)
        assert ask(shipped.searcher, text, filters=chosen, size=1).total == count, (facet, value)
        for other, narrower, shown in _links(shipped, text, chosen):
            both = choosing(chosen, other, narrower)
            assert shipped.engine.count(tree, both, TODAY) == shown, (facet, value, other, narrower)
            followed += 1
    assert followed > 100


@pytest.mark.parametrize("text", ["police réforme", "SSR", "country:ML formation"])
def test_both_languages_of_the_interface_count_alike(shipped: Indexed, text: str) -> None:
    english, french = (ask(shipped.searcher, text, language=language) for language in ("en", "fr"))
    assert [one.mandate.id for one in english.results] == [one.mandate.id for one in french.results]
    assert english.facets == french.facets
