"""The seed page from file to hit: what its own words find."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from search_app.corpus.report import IntakeReport
from search_app.index.document import PARTS, part_text
from tests.flow.conftest import Indexed
from tests.searching import ask


def holding(seed: Indexed, phrase: str) -> str:
    """The id of the one mandate whose texts hold a phrase."""
    (one,) = [m.id for m in seed.records.values() if any(phrase in part_text(m, part) for part in PARTS)]
    return one


@pytest.fixture(scope="module")
def un(seed: Indexed) -> str:
    """The mandate that the UN asked for, in Burkina Faso, Mali and Niger."""
    return holding(seed, "OROLSI")


@pytest.fixture(scope="module")
def au(seed: Indexed) -> str:
    """The workshop that the AU asked for, in Mali."""
    return holding(seed, "MISAHEL")


@pytest.fixture(scope="module")
def mapping(seed: Indexed) -> str:
    """The French study, in DRC, Cote d'Ivoire, Guinea-Conakry and Mali."""
    return holding(seed, "francophone")


def test_the_page_holds_three_mandates(seed: Indexed, un: str, au: str, mapping: str) -> None:
    assert set(seed.records) == {un, au, mapping}


def test_the_first_import_tells_two_repeats_and_the_second_that_nothing_changed(
    imported: tuple[Path, list[IntakeReport]],
) -> None:
    first, second = imported[1]
    assert (first.totals["new"], first.totals["repeated"], first.written) == (3, 2, 3)
    assert (second.totals["new"], second.totals["known"], second.written) == (0, 3, 0)
    assert list(second.lines())[-1].endswith("nothing changed")


SPELLINGS = ["securite", "sécurité", "SÉCURITÉ", unicodedata.normalize("NFD", "sécurité")]


def test_every_spelling_of_a_word_gives_the_same_answer(seed: Indexed, mapping: str) -> None:
    answers = [seed.rank(text) for text in SPELLINGS]
    assert mapping in dict(answers[0])
    assert answers == [answers[0]] * len(SPELLINGS)


@pytest.mark.parametrize("text", ['"secteur de la securite"', "l’espace", "l'espace", "espace", "L’ESPACE"])
def test_phrases_and_elided_words_are_found(seed: Indexed, mapping: str, text: str) -> None:
    assert seed.ids(text) == [mapping]


def test_every_word_with_an_accent_is_found_without_it(seed: Indexed) -> None:
    for record in seed.records.values():
        for part in PARTS:
            for word in part_text(record, part).replace("’", " ").split():
                bare = unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode()
                if bare != word and word.isalpha():
                    assert seed.rank(bare) == seed.rank(word), word


@pytest.mark.parametrize("text", ["UN", "ONU"])
def test_the_un_comes_first_where_it_asked(seed: Indexed, un: str, mapping: str, text: str) -> None:
    found = seed.ids(text)
    assert found[0] == un
    # its text says "sortant d’un conflit", which is another word
    assert mapping not in found


@pytest.mark.parametrize("text", ["AU", "UA"])
def test_the_au_comes_first_where_it_asked(seed: Indexed, au: str, text: str) -> None:
    assert seed.ids(text)[0] == au


def test_a_small_word_names_nothing(seed: Indexed) -> None:
    assert ask(seed.searcher, "un rapport").expanded == ()


@pytest.mark.parametrize("text", ["SSR", "RSS"])
def test_one_acronym_finds_the_other(seed: Indexed, un: str, au: str, mapping: str, text: str) -> None:
    assert set(seed.ids(text)) == {au, mapping}


def test_the_reason_names_the_acronym_of_the_other_language(seed: Indexed, au: str) -> None:
    (result,) = [one for one in ask(seed.searcher, "RSS").results if one.mandate.id == au]
    reasons = [why for why in result.why if why.words == "SSR"]
    assert reasons
    assert {(why.how, why.concept and why.concept.id) for why in reasons} == {("concept", "ssr")}


@pytest.mark.parametrize("text", ["security sector reform", "réforme du secteur de la sécurité"])
def test_the_concept_in_full_ranks_those_with_its_acronym_first(
    seed: Indexed, un: str, au: str, mapping: str, text: str
) -> None:
    found = seed.ids(text)
    assert {au, mapping} <= set(found)
    assert un not in found[:2]


@pytest.mark.parametrize(("text", "others"), [("SSR", set()), ("RSS", {"au"}), ("ONU", {"un", "au", "mapping"})])
def test_without_expansion_only_the_letters_typed_are_found(
    seed: Indexed, au: str, un: str, mapping: str, text: str, others: set[str]
) -> None:
    never = {{"au": au, "un": un, "mapping": mapping}[name] for name in others}
    assert not never & set(seed.ids(text, expand=False))


@pytest.mark.parametrize("text", ["RDC", "DRC", "Congo-Kinshasa", "République démocratique du Congo"])
def test_every_name_of_a_country_finds_it(seed: Indexed, mapping: str, text: str) -> None:
    assert seed.ids(text) == [mapping]


@pytest.mark.parametrize("text", ["Congo-Brazzaville", "Guinea-Bissau", "Nigeria", "Sudan"])
def test_no_country_is_found_by_the_name_of_another(seed: Indexed, text: str) -> None:
    assert seed.ids(text) == []


@pytest.mark.parametrize("text", ["Guinea", "Guinea-Conakry", "Guinée", "Guinée-Conakry"])
def test_guinea_is_found_by_its_names(seed: Indexed, mapping: str, text: str) -> None:
    assert seed.ids(text) == [mapping]


@pytest.mark.parametrize("text", ["Côte d’Ivoire", "Cote d'Ivoire", "Ivory Coast"])
def test_cote_d_ivoire_is_one_country(seed: Indexed, mapping: str, text: str) -> None:
    assert seed.ids(text) == [mapping]


def test_a_quoted_phrase_is_one_mark(seed: Indexed, mapping: str) -> None:
    (result,) = ask(seed.searcher, '"secteur de la securite"').results
    assert {why.words for why in result.why} == {"secteur de la sécurité"}
    # the word by itself is not marked: "systèmes de sécurité"
    assert "sécurité" not in {why.words for why in result.why}
