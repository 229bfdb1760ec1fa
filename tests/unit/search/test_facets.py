"""Facets of topics and years, and the names of places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.names import Names
from search_app.index.query import Filters
from search_app.search.naming import MOST_CONCEPTS, choosing, chosen_values
from search_app.search.results import ResultPage
from search_app.search.searcher import Searcher
from tests.searching import TODAY, ask, small_searcher
from tests.support import mandate
from tests.unit.search.conftest import MANDATES, NAMES, concept


def values(page: ResultPage, facet: str) -> dict[str, int]:
    return {one.value: one.count for one in page.facets[facet]}


def test_topics_are_the_concepts_that_texts_name_most_frequent_first(
    world: Searcher, tmp_path: Path, tools: Tools
) -> None:
    assert values(ask(world, ""), "concept") == {"rule-of-law": 1, "security-sector": 1, "ssr": 1}
    more = mandate("m", fr="Un état de droit, et encore l’état de droit.")
    with small_searcher(tmp_path, [*MANDATES, more], NAMES, tools) as searcher:
        assert list(values(ask(searcher, ""), "concept").items()) == [
            ("rule-of-law", 2),
            ("security-sector", 1),
            ("ssr", 1),
        ]


def test_organisations_are_no_topics_but_can_be_asked_for_as_such(world: Searcher) -> None:
    assert "un" not in values(ask(world, ""), "concept")
    page = ask(world, "", filters=Filters(concept=("un",)))
    assert {one.mandate.id for one in page.results} == {"south-sudan-training", "guinea-bissau-review"}
    (chosen,) = (one for one in page.facets["concept"] if one.selected)
    assert (chosen.value, chosen.name["fr"], chosen.count) == ("un", "Nations unies", 2)


def test_years_are_in_the_order_of_time_and_one_is_chosen_by_its_days(world: Searcher) -> None:
    years = ask(world, "").facets["year"]
    assert [(one.value, one.count) for one in years][:2] == [("2010", 1), ("2012", 1)]
    assert [one.value for one in years] == sorted(one.value for one in years)
    assert not any(one.selected for one in years)
    page = ask(world, "", filters=choosing(Filters(), "year", "2016"))
    assert [one.value for one in page.facets["year"] if one.selected] == ["2016"]
    assert page.total == values(page, "year")["2016"] == 2


@pytest.mark.parametrize(
    ("start", "end", "chosen"),
    [
        (date(2016, 1, 1), date(2016, 12, 31), ("2016",)),
        (date(2016, 1, 1), date(2017, 12, 31), ()),
        (date(2016, 1, 2), date(2016, 12, 31), ()),
        (date(2016, 1, 1), None, ()),
        (None, None, ()),
    ],
)
def test_a_year_is_chosen_where_the_period_is_that_year(
    start: date | None, end: date | None, chosen: tuple[str, ...]
) -> None:
    assert chosen_values(Filters(start=start, end=end), "year") == chosen


def test_choosing_a_value_leaves_the_other_filters(world: Searcher) -> None:
    before = Filters(country=("ML", "CD"), lang=("fr",), start=date(2010, 1, 1))
    assert choosing(before, "country", "ML") == Filters(country=("ML",), lang=("fr",), start=date(2010, 1, 1))
    assert choosing(before, "year", "2016") == Filters(
        country=("ML", "CD"), lang=("fr",), start=date(2016, 1, 1), end=date(2016, 12, 31)
    )


def test_all_places_are_named_known_or_not(world: Searcher) -> None:
    (found,) = ask(world, "", filters=Filters(country=("CD",))).results
    assert [(place.id, place.kind, place.name["fr"]) for place in found.places] == [
        ("CD", "country", "République démocratique du Congo"),
        ("CI", "country", "Côte d’Ivoire"),
    ]
    assert found.countries == found.places


@pytest.fixture
def odd_places(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[Searcher]:
    names = Names(
        [
            concept("sahel", "Sahel", "Sahel", kind="region"),
            concept("au", "African Union", "Union africaine", kind="organisation", acronyms=(("AU",), ("UA",))),
            *(concept(f"topic-{number:02d}", f"topic{number:02d}", f"sujet{number:02d}") for number in range(50)),
        ]
    )
    one = mandate(
        "m", en=" ".join(f"topic{number:02d}" for number in range(50)), places=("the Sahel", "AU", "Ruritania")
    )
    with small_searcher(tmp_path_factory.mktemp("odd"), [one], names, tools) as searcher:
        yield searcher


def test_regions_organisations_and_unknown_places_are_named(odd_places: Searcher) -> None:
    (found,) = ask(odd_places, "").results
    assert [(place.id, place.kind, place.name["fr"]) for place in found.places] == [
        ("sahel", "region", "Sahel"),
        ("au", "organisation", "Union africaine"),
        ("", "", "Ruritania"),
    ]
    assert found.countries == ()


def test_a_code_in_small_letters_is_the_country_unless_it_is_an_id(world: Searcher) -> None:
    page = ask(world, "", filters=Filters(country=("ml", "ML", "gw")))
    assert page.request.filters.country == ("GW", "ML")
    assert page.total == 2
    assert [one.value for one in page.facets["country"] if one.selected] == ["GW", "ML"]


def test_an_organisation_as_a_place_is_not_the_country_of_its_letters(odd_places: Searcher) -> None:
    page = ask(odd_places, "", filters=Filters(country=("au",)))
    assert (page.request.filters.country, page.total) == (("au",), 1)


def test_a_list_of_topics_ends_but_holds_what_is_chosen(odd_places: Searcher) -> None:
    assert len(ask(odd_places, "").facets["concept"]) == MOST_CONCEPTS
    page = ask(odd_places, "", filters=Filters(concept=("topic-49",)))
    assert values(page, "concept")["topic-49"] == 1


def test_a_mandate_tells_its_topics_rarest_first(world: Searcher) -> None:
    view = world.mandate("drc-rss", None, TODAY)
    assert [(topic.id, topic.kind) for topic in view.concepts] == [("ssr", "concept")]
