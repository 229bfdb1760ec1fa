"""What there is on a concept, organisation, country or region."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.names import Names
from search_app.index.query import Filters
from search_app.search.naming import choosing
from search_app.search.results import Subject
from search_app.search.searcher import Searcher
from tests.searching import TODAY, ask, small_searcher
from tests.support import country, mandate, organisation, region
from tests.unit.search.conftest import concept

NAMES = Names(
    [
        concept("reform", "reform", "réforme"),
        concept("police-reform", "police reform", "réforme de la police", broader=("reform",)),
        concept("police", "police", "police", acronyms=(("PD",), ("PN",))),
        concept("army", "army", "armée"),
        concept("unheard", "unheard of", "inouï"),
        organisation("au", "African Union", "Union africaine", acronyms_en=("AU",), acronyms_fr=("UA",)),
        country("ML", "Mali", "Mali"),
        country("NE", "Niger", "Niger"),
        country("FR", "France", "France"),
        region("sahel", "Sahel", "Sahel", "ML", "NE"),
    ]
)
MANDATES = (
    mandate("m-1", en="Police reform.", places=("Mali",), requesters=("African Union",)),
    mandate("m-2", en="Police reform, and the police.", places=("Mali", "France"), requesters=("Mali",)),
    mandate("m-3", en="The police.", places=("Niger",)),
    mandate("m-4", en="An army of the African Union.", places=("Sahel",)),
    mandate("m-5", en="An army.", requesters=("African Union",)),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[Searcher]:
    with small_searcher(tmp_path_factory.mktemp("subjects"), MANDATES, NAMES, tools) as searcher:
        yield searcher


def known(found: Subject | None) -> Subject:
    assert found is not None
    return found


def ways(subject: Subject) -> list[tuple[str, str, int]]:
    return [(way.facet, way.value, way.count) for way in subject.ways]


def test_a_concept_has_its_names_and_the_mandates_that_name_it(small: Searcher) -> None:
    police = known(small.subjects.concept("police", "en", TODAY))
    assert (police.named.id, police.named.kind) == ("police", "concept")
    assert police.names == {"en": ("police",), "fr": ("police",)}
    assert police.acronyms == {"en": ("PD",), "fr": ("PN",)}
    assert ways(police) == [("concept", "police", 3)]
    assert police.page.total == 3


def test_an_organisation_is_found_as_requester_and_in_texts(small: Searcher) -> None:
    assert ways(known(small.subjects.concept("au", "en", TODAY))) == [("requester", "au", 2), ("concept", "au", 3)]


def test_a_country_is_found_as_place_and_as_requester(small: Searcher) -> None:
    mali = known(small.subjects.place("ML", "fr", TODAY))
    assert ways(mali) == [("country", "ML", 2), ("requester", "country-ml", 1)]
    assert [one.id for one in mali.broader] == ["sahel"]


def test_a_region_has_the_mandates_of_its_countries(small: Searcher) -> None:
    sahel = known(small.subjects.place("sahel", "fr", TODAY))
    assert ways(sahel) == [("country", "sahel", 4)]
    assert [one.id for one in sahel.narrower] == ["ML", "NE"]


def test_broader_narrower_and_related_concepts(small: Searcher) -> None:
    reform = known(small.subjects.concept("reform", "en", TODAY))
    assert [one.id for one in reform.narrower] == ["police-reform"]
    assert [one.id for one in reform.related] == ["police"]
    narrower = known(small.subjects.concept("police-reform", "en", TODAY))
    assert [one.id for one in narrower.broader] == ["reform"]
    assert known(small.subjects.concept("army", "en", TODAY)).related == ()


@pytest.mark.parametrize("name", ["police", "reform", "army", "au"])
def test_numbers_are_those_of_searches_for_the_subject_and_the_value(small: Searcher, name: str) -> None:
    subject = known(small.subjects.concept(name, "en", TODAY))
    main = choosing(Filters(), subject.ways[0].facet, subject.ways[0].value)
    for facet, values in subject.facets.items():
        for one in values:
            if facet != subject.ways[0].facet:
                assert ask(small, "", filters=choosing(main, facet, one.value)).total == one.count, (facet, one.value)


def test_a_name_without_mandates_is_known_all_the_same(small: Searcher) -> None:
    subject = known(small.subjects.concept("unheard", "en", TODAY))
    assert ways(subject) == [("concept", "unheard", 0)]
    assert subject.page.results == ()


@pytest.mark.parametrize("name", ["", "nothing", "ML", "country-ml", "sahel"])
def test_places_and_unknown_names_are_no_concepts(small: Searcher, name: str) -> None:
    assert small.subjects.concept(name, "en", TODAY) is None


@pytest.mark.parametrize("name", ["", "XX", "ml", "country-ml", "au", "police"])
def test_only_codes_and_regions_are_places(small: Searcher, name: str) -> None:
    assert small.subjects.place(name, "en", TODAY) is None
