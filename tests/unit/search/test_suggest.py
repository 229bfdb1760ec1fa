"""What is suggested while one types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.index.query import Filters
from search_app.search.results import Suggestion
from search_app.search.searcher import Searcher
from search_app.search.suggest import MOST, MOST_TITLES
from tests.searching import ask, small_searcher
from tests.support import mandate
from tests.unit.search.conftest import NAMES


def told(found: tuple[Suggestion, ...]) -> list[tuple[str, str]]:
    return [(one.kind, one.id) for one in found]


@pytest.mark.parametrize(
    "typed", ["rdc", "RDC", "drc", "republique demo", "RÉPUBLIQUE DÉMO", "démocratique", "congo-kin"]
)
def test_a_country_is_found_by_any_of_its_names_and_acronyms(world: Searcher, typed: str) -> None:
    first = world.suggest(typed, "fr")[0]
    assert (first.kind, first.id, first.text, first.count) == ("country", "CD", "République démocratique du Congo", 1)
    assert world.suggest(typed, "en")[0].text == "Democratic Republic of the Congo"


@pytest.mark.parametrize("typed", ["cote", "Côte d'iv", "côte d’Iv", "ivory", "d'ivoire"])
def test_accents_apostrophes_and_order_do_not_matter(world: Searcher, typed: str) -> None:
    assert ("country", "CI") in told(world.suggest(typed, "en"))


def test_each_kind_is_suggested(world: Searcher) -> None:
    assert ("region", "sahel") in told(world.suggest("sahel", "en"))
    assert ("requester", "au") in told(world.suggest("african", "en"))
    assert ("requester", "folke-bernadotte-academy") in told(world.suggest("folke b", "en"))
    assert ("concept", "ssr") in told(world.suggest("rss", "en"))
    assert ("mandate", "mali-reform") in told(world.suggest("police ref", "en"))


def test_what_no_mandate_has_is_not_suggested(world: Searcher) -> None:
    """Nigeria and DDR are known, but no mandate is about them."""
    assert world.suggest("nigeria", "en") == ()
    assert world.suggest("ddr", "fr") == ()


def test_numbers_are_those_of_the_searches_led_to(world: Searcher) -> None:
    facets = {"country": "country", "region": "country", "requester": "requester"}
    for letters in ("ma", "re", "un", "su", "gu", "se", "af", "fo", "ru", "co"):
        for one in world.suggest(letters, "en"):
            if one.kind != "mandate":
                filters = Filters(**{facets.get(one.kind, "concept"): (one.id,)})  # type: ignore[arg-type]
                assert ask(world, "", filters=filters).total == one.count > 0


def test_an_acronym_typed_whole_comes_first(world: Searcher) -> None:
    assert told(world.suggest("un", "en"))[0] == ("requester", "un")
    assert told(world.suggest("ua", "en"))[0] == ("requester", "au")


def test_every_word_typed_must_begin_one_of_the_thing(world: Searcher) -> None:
    assert told(world.suggest("democratic congo", "en")) == [("country", "CD")]
    assert world.suggest("democratic mali", "en") == ()


@pytest.mark.parametrize("typed", ["", " ", "m", "…", "«»", "l'", '"', "*" * 300])
def test_too_little_gives_nothing(world: Searcher, typed: str) -> None:
    assert world.suggest(typed, "en") == ()


def test_a_title_is_shown_in_the_language_that_holds_the_words(world: Searcher) -> None:
    assert [(one.text, one.language) for one in world.suggest("réf pol", "en") if one.kind == "mandate"] == [
        ("Police reform in Mali", "en")
    ]
    assert [(one.text, one.language) for one in world.suggest("reforme pol", "en") if one.kind == "mandate"] == [
        ("Réforme de la police au Mali", "fr")
    ]


def test_small_words_of_titles_are_passed_over(world: Searcher) -> None:
    assert ("mandate", "mali-reform") in told(world.suggest("réforme de la pol", "fr"))
    assert ("mandate", "mali-reform") in told(world.suggest("police reform in", "en"))


@pytest.fixture
def crowded(tmp_path: Path, tools: Tools) -> Iterator[Searcher]:
    mandates = [
        mandate(f"m-{number}", title_en=f"Security review {number}", requesters=(f"Security office {number}",))
        for number in range(20)
    ]
    with small_searcher(tmp_path, mandates, NAMES, tools) as searcher:
        yield searcher


def test_a_list_is_short_and_has_room_for_titles(crowded: Searcher) -> None:
    kinds = [one.kind for one in crowded.suggest("secur", "en")]
    assert len(kinds) == MOST
    assert kinds.count("mandate") == MOST_TITLES


def test_an_organisation_that_asked_for_nothing_is_told_as_one(tmp_path: Path, tools: Tools) -> None:
    with small_searcher(tmp_path, [mandate("m", en="The MINUSMA police.")], NAMES, tools) as searcher:
        assert told(searcher.suggest("minus", "en")) == [("organisation", "minusma")]
