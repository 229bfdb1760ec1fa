"""A name with its own short form in brackets is that name, wherever it is printed; any other pair stays unknown."""

from __future__ import annotations

import pytest

from search_app.corpus.importers.printed_names import country_codes, split_places, split_requesters, unknown_places
from search_app.corpus.names import Names


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("African Union (AU)", "au"),
        ("Union africaine (UA)", "au"),
        ("African Union (UA)", "au"),
        ("AU (African Union)", "au"),
        ("the African Union ( AU )", "au"),
        ("United Nations (UN)", "un"),
        ("Democratic Republic of the Congo (DRC)", "country-cd"),
        ("République démocratique du Congo (RDC)", "country-cd"),
        ("DRC (Democratic Republic of the Congo)", "country-cd"),
        ("Mali (ML)", "country-ml"),
    ],
)
def test_a_name_and_its_own_short_form_are_one(names: Names, printed: str, expected: str) -> None:
    for find in (names.requester, names.place):
        concept = find(printed)
        assert concept is not None
        assert concept.id == expected


@pytest.mark.parametrize(
    "printed",
    [
        "Danish Refugee Council (DRC)",
        "African Union (UN)",
        "Niger (NG)",
        "Mali (north)",
        "()",
        "African Union (AU) (UN)",
    ],
)
def test_nothing_is_guessed_from_half_of_a_pair(names: Names, printed: str) -> None:
    assert names.requester(printed) is None
    assert names.place(printed) is None


def test_lists_keep_such_names_whole(names: Names) -> None:
    assert split_requesters("African Union (AU), UN", names) == ("African Union (AU)", "UN")
    places = split_places("Democratic Republic of the Congo (DRC), Mali", names)
    assert places == ("Democratic Republic of the Congo (DRC)", "Mali")
    assert country_codes(places, names) == ("CD", "ML")
    assert unknown_places(places, names) == ()
