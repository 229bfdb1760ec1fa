"""What lies around a mandate: mandates like it, and its neighbours in a search."""

from __future__ import annotations

import pytest

from search_app.index.query import Filters
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher
from tests.searching import TODAY, ask, ids


def test_similar_mandates_name_what_both_speak_of(world: Searcher) -> None:
    (found,) = world.similar("south-sudan-training")
    assert found.mandate.id == "guinea-bissau-review"
    assert [topic.id for topic in found.shared] == ["un"]
    assert [place.id for place in found.places] == ["GW"]


def test_nothing_is_similar_where_nothing_is_shared(world: Searcher) -> None:
    assert world.similar("undated") == world.similar("no-such-mandate") == ()


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(),
        SearchRequest(text="reform police"),
        SearchRequest(text="reform police", sort="oldest"),
        SearchRequest(filters=Filters(lang=("fr",))),
        SearchRequest(text="police -genre", page=2, size=1),
    ],
)
def test_neighbours_are_those_of_the_list(world: Searcher, request_: SearchRequest) -> None:
    listed = ids(ask(world, request_.text, filters=request_.filters, sort=request_.sort))
    for place, mandate_id in enumerate(listed):
        found = world.neighbours(request_, mandate_id, TODAY)
        assert found is not None
        assert (found.rank, found.total) == (place + 1, len(listed))
        around = [found.previous and found.previous.id, found.following and found.following.id]
        assert around == [listed[place - 1] if place else None, (*listed[place + 1 :], None)[0]]


def test_a_mandate_outside_the_list_has_no_neighbours(world: Searcher) -> None:
    assert world.neighbours(SearchRequest(text="police"), "undated", TODAY) is None
    assert world.neighbours(SearchRequest(text="police"), "no-such-mandate", TODAY) is None
