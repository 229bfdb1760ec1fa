"""Countries whose names share words are never taken for each other: one invented mandate for each name of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_app.analysis.fold import fold
from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Concept
from search_app.corpus.names_files import PLACES, THESAURUS, read_names
from search_app.index.query import Filters, Window
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher
from tests.searching import SHIPPED, TODAY, small_engine
from tests.support import mandate

# Countries of which one's name is, or looks like, a part of another's.
ALIKE = [
    ("CD", "CG"),
    ("GN", "GW", "GQ", "PG"),
    ("NE", "NG"),
    ("SD", "SS"),
    ("DM", "DO"),
    ("KP", "KR"),
    ("IE", "GB"),
    ("WS", "AS"),
    ("IN", "ID", "IO"),
    ("IS", "SB", "MH", "FO", "CK", "KY", "FK"),
    ("AT", "AU"),
    ("ML", "MW", "MV"),
    ("MR", "MA", "MU"),
    ("SK", "SI"),
    ("LR", "LY"),
    ("IR", "IQ"),
    ("GY", "GF"),
    ("CF", "ZA"),
]
NAMES = read_names(SHIPPED / THESAURUS, SHIPPED / PLACES)


def country(code: str) -> Concept:
    found = NAMES.country(code)
    assert found is not None, code
    return found


def forms(one: Concept) -> list[str]:
    """The names in full and the demonyms that mean this country alone."""
    ambiguous = {fold(form) for form in one.ambiguous}
    both = [*one.full_names(), *(form for demonyms in one.demonyms.values() for form in demonyms)]
    return [form for form in dict.fromkeys(both) if fold(form) not in ambiguous]


def mandates(one: Concept) -> Iterator[Mandate]:
    """One mandate that says each name in its text, and one that has the country as its place."""
    for number, form in enumerate(forms(one)):
        yield mandate(f"{one.id}-{number}", title_en="Note", en=f"Advice of the {form} ministry, once more.")
    yield mandate(f"{one.id}-place", title_en="Note", en="Advice.", places=(one.name["en"],))


class World:
    """Mandates of some countries, searched."""

    def __init__(self, folder: Path, tools: Tools, countries: list[Concept]) -> None:
        self._open = small_engine(folder, [m for one in countries for m in mandates(one)], NAMES, tools)
        self._engine = self._open.__enter__()
        self._searcher = Searcher(self._engine, NAMES, analyzer=tools.analyzer, stems=tools.stems)

    def countries(self, text: str) -> set[str]:
        """The ids of the countries whose mandates a query finds."""
        tree = self._searcher.read(SearchRequest(text=text))
        ranked = self._engine.rank(tree, Filters(), Window(size=1_000, today=TODAY)).ranked
        return {found.rpartition("-")[0] for found, _ in ranked}

    def close(self) -> None:
        self._open.__exit__(None, None, None)


@pytest.mark.parametrize("codes", ALIKE, ids="-".join)
def test_a_country_is_not_found_by_the_name_of_one_like_it(
    tmp_path: Path, tools: Tools, codes: tuple[str, ...]
) -> None:
    world = World(tmp_path, tools, [country(code) for code in codes])
    try:
        found = {form: world.countries(form) for code in codes for form in forms(country(code))}
        wrong = {
            form: others
            for code in codes
            for form in forms(country(code))
            if (others := found[form]) != {country(code).id}
        }
        assert wrong == {}
    finally:
        world.close()


# Territories whose name holds the acronym of the country they belong to: "U.S. Virgin Islands".
BEARERS = {"US": {"UM", "VI"}}


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[World]:
    """Mandates of all countries."""
    world = World(tmp_path_factory.mktemp("world"), tools, [one for one in NAMES if one.kind == "country"])
    yield world
    world.close()


def test_among_all_countries_each_name_finds_its_own(everywhere: World) -> None:
    wrong = {}
    for one in NAMES:
        if one.kind == "country":
            allowed = {one.id, *(country(code).id for code in BEARERS.get(one.code, ()))}
            for form in forms(one):
                found = everywhere.countries(form)
                if one.id not in found or not found <= allowed:
                    wrong[form] = sorted(found - {one.id})
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RDC", {"country-cd"}),
        ("DRC", {"country-cd"}),
        ("congolais", {"country-cd", "country-cg"}),
        ("Guinea Conakry", {"country-gn"}),
        ("la République du Congo", {"country-cg"}),
        ("République démocratique du Congo", {"country-cd"}),
        ("Soudan du Sud", {"country-ss"}),
        ("le Soudan", {"country-sd"}),
    ],
)
def test_what_people_write_means_what_they_mean(everywhere: World, text: str, expected: set[str]) -> None:
    found = everywhere.countries(text)
    assert expected <= found
    assert not (found - expected) & {"country-cd", "country-cg", "country-gn", "country-gw", "country-sd", "country-ss"}


def test_the_table_of_names_tells_places_apart() -> None:
    for text, code in (
        ("Guinea-Conakry", "GN"),
        ("Congo-Kinshasa", "CD"),
        ("Korea, South", "KR"),
        ("The Gambia", "GM"),
    ):
        found = NAMES.place(text)
        assert found is not None
        assert found.code == code
