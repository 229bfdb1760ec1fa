"""Keys, ids and digests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from search_app.corpus.identity import IdMaker, digest, is_cut, keys, place_ids, requester_ids
from search_app.corpus.mandate import Imported, Mandate, Source
from search_app.corpus.names import Names

MALI = frozenset({"country-ml"})


def keys_of(
    *titles: str, places: frozenset[str] = MALI, start: date | None = date(2019, 2, 1), identifier: str = ""
) -> set[object]:
    return set(keys(titles, places=places, start=start, identifier=identifier))


@pytest.mark.parametrize(
    "other",
    [
        "Étude des écoles",
        "ETUDE DES ECOLES",
        "Etude des « écoles »",
        "Étude  des écoles...",
        "Etude des écoles …",
        "E\u0301tude des écoles",
    ],
)
def test_typography_makes_no_second_mandate(other: str) -> None:
    assert keys_of("Etude des écoles") == keys_of(other)


def test_title_places_and_start_each_make_another_mandate() -> None:
    one = keys_of("Course")
    assert one.isdisjoint(keys_of("Courses"))
    assert one.isdisjoint(keys_of("Course", places=MALI | {"country-ne"}))
    assert one.isdisjoint(keys_of("Course", start=date(2020, 2, 1)))
    assert one.isdisjoint(keys_of("Course", start=None))


def test_an_identifier_decides_alone() -> None:
    assert keys_of("A", identifier="XX-1 ") == keys_of("B", places=frozenset(), identifier=" XX-1")
    assert keys_of("A", identifier="XX-1").isdisjoint(keys_of("A", identifier="XX-2"))
    assert keys_of("A", identifier="XX-1").isdisjoint(keys_of("A"))


def test_a_bilingual_record_is_found_under_either_title() -> None:
    assert keys_of("Survey") < keys_of("Survey", "Étude")


def test_titles_without_letters_stay_apart() -> None:
    assert keys_of("???").isdisjoint(keys_of("!!!"))


@pytest.mark.parametrize(
    ("title", "cut"),
    [("The plans of the ...", True), ("Des…", True), ("A. . .", True), ("In full.", False), ("a...b", False)],
)
def test_dots_at_the_end_say_that_a_title_is_cut(title: str, cut: bool) -> None:
    assert is_cut(title) is cut


def test_places_and_requesters_compare_by_what_they_are(names: Names) -> None:
    assert place_ids(["RDC", "Mali"], names) == place_ids(["Mali", "Congo, Democratic Republic of"], names)
    assert place_ids(["Atlantis"], names) == place_ids(["ATLANTIS "], names) != place_ids([], names)
    assert requester_ids(["Pays-Bas", "ONU"], names) == requester_ids(["UN", "Netherlands"], names)
    assert requester_ids(["DRC"], names) != requester_ids(["Democratic Republic of the Congo"], names)


def mandate(title: str = "Support to the police of Mali", **facts: object) -> Mandate:
    return replace(Mandate(id="", title={"en": title}, places=("Mali",), start=date(2019, 2, 1)), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "2019-mali-support-police-mali"),
        ({"requesters": ("African Union",)}, "2019-au-mali-support-police-mali"),
        ({"requesters": ("UA",)}, "2019-au-mali-support-police-mali"),
        ({"requesters": ("Pays-Bas", "UK")}, "2019-netherlands-uk-mali-support-police-mali"),
        ({"requesters": ("UN", "UK", "EU")}, "2019-joint-mali-support-police-mali"),
        (
            {"requesters": ("Folke Bernadotte Academy of Sweden",)},
            "2019-folke-bernadotte-academy-mali-support-police-mali",
        ),
        ({"places": ()}, "2019-support-police-mali"),
        ({"places": ("DRC", "Mali")}, "2019-drc-support-police-mali"),
        ({"places": ("Cote d'Ivoire",)}, "2019-cote-d-ivoire-support-police-mali"),
        ({"start": None}, "undated-mali-support-police-mali"),
    ],
)
def test_ids_tell_year_requester_place_and_title(names: Names, facts: dict[str, object], expected: str) -> None:
    assert IdMaker(names).make(mandate(**facts)) == expected


def test_small_words_and_accents_stay_out_of_ids(names: Names) -> None:
    french = replace(mandate(), title={"fr": "L’œuvre de l’État : où, quand, comment s’évalue-t-elle ?"})
    assert IdMaker(names).make(french) == "2019-mali-oeuvre-etat-evalue"


def test_a_clash_adds_four_hex_digits(names: Names) -> None:
    maker = IdMaker(names)
    first = maker.make_unique(mandate(), set())
    second = maker.make_unique(mandate(), {first})
    assert second.startswith(first + "-")
    digits = second.removeprefix(first + "-")
    assert len(digits) == 4
    assert set(digits) <= set("0123456789abcdef")
    third = maker.make_unique(mandate(), {first, second})
    assert third.startswith(second)


def test_ids_are_legal_whatever_the_title(names: Names) -> None:
    for title in ("???", "北京" * 60, "x" * 300, "…"):
        made = IdMaker(names).make(mandate(title, places=(), start=None))
        assert made.startswith("undated")
        assert len(made) <= 96
        assert made.replace("-", "").isascii()
        assert made.replace("-", "").isalnum()


def test_a_digest_changes_with_every_key_but_the_signature() -> None:
    one = mandate()
    signed = replace(one, imported=Imported("page-text", date(2024, 1, 1), "x"))
    assert digest(one) == digest(signed)
    assert digest(one) != digest(replace(one, note="x"))
    assert digest(one) != digest(replace(one, sources=(Source("a"),)))
