"""Which concepts a text holds: labels side by side with stems, acronyms in capitals, nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.names import Names
from search_app.index.concepts import ConceptFinder
from search_app.index.document import make_document
from tests.support import country, mandate, organisation
from tests.unit.search.conftest import concept

NAMES = Names(
    [
        concept("ssr", "security sector reform", "réforme du secteur de la sécurité", acronyms=(("SSR",), ("RSS",))),
        concept("police-reform", "police reform", "réforme de la police"),
        concept(
            "ngos", "non-governmental organisations", "organisations non gouvernementales", acronyms=(("NGO",), ())
        ),
        concept("rule-of-law", "rule of law", "état de droit", acronyms=(("RoL",), ())),
        concept(
            "sea",
            "sexual exploitation",
            "exploitation sexuelle",
            acronyms=(("SEA",), ()),
            capitals_only=frozenset({"SEA"}),
        ),
        concept("staff", "human resources", "ressources humaines", acronyms=(("HR",), ()), ambiguous=frozenset({"HR"})),
        concept("army", "army", "armée"),
        organisation("un", "United Nations", "Nations unies", acronyms_en=("UN",), acronyms_fr=("ONU",)),
        country("ML", "Mali", "Mali"),
    ]
)
Held = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def finder(tools: Tools) -> ConceptFinder:
    return ConceptFinder(NAMES, tools.analyzer, tools.stems)


@pytest.fixture(scope="module")
def held(finder: ConceptFinder, tools: Tools) -> Held:
    return lambda text: finder.held([(text, tools.analyzer.columns(text))])


@pytest.mark.parametrize(
    "text",
    [
        "Security Sector Reform in Mali",
        "several security sectors reforms",
        "La réforme du secteur de la sécurité",
        "des réformes des secteurs de sécurité",
        "LA RÉFORME DU SECTEUR DE LA SÉCURITÉ",
        "la reforme du secteur de la securite",
        "la RSS",
        "A course (SSR)",
    ],
)
def test_a_label_in_either_language_its_forms_and_its_acronym_are_held(held: Held, text: str) -> None:
    assert held(text) == {"ssr"}


@pytest.mark.parametrize(
    "text",
    [
        "reform of the security sector",
        "the sector. Reform",
        "The police. Reform is slow",
        "• police\n\n• reform",
        "rss",
        "the policemen’s reformatory",
        "",
    ],
)
def test_words_that_do_not_stand_side_by_side_hold_nothing(held: Held, text: str) -> None:
    assert held(text) == set()


def test_a_comma_parts_no_label_and_one_text_may_hold_several(held: Held) -> None:
    assert held("The rule, of law; police reforms and NGOs") == {"rule-of-law", "police-reform", "ngos"}


def test_stems_are_those_of_the_labels_own_language(held: Held) -> None:
    """In French "armes" has the stem of "armée", in English not that of "army"."""
    assert held("the armies") == {"army"}
    assert held("the arm of the law") == set()


def test_an_acronym_counts_in_capitals_only(held: Held) -> None:
    assert held("the RoL and the SEA policy") == {"rule-of-law", "sea"}
    assert held("the rol, the sea and a un") == set()
    assert held("la mission de l’ONU, the UN") == {"un"}


def test_where_all_is_in_capitals_everyday_words_are_no_acronyms(held: Held) -> None:
    assert held("DANGERS OF THE SEA, BY UN OFFICIER, WITH SSR") == {"ssr"}
    assert held("UN") == {"un"}


def test_a_form_with_several_meanings_tells_of_none(held: Held) -> None:
    assert held("The HR policy") == set()
    assert held("The policy on human resources") == {"staff"}


def test_countries_are_no_concepts(held: Held) -> None:
    assert held("Mali") == set()


def test_documents_hold_what_their_texts_and_names_speak_of(finder: ConceptFinder, tools: Tools) -> None:
    one = mandate(
        "m",
        title_fr="Réforme de la police",
        en="An army.",
        requesters=("ONU", "Ministry of police", "Reform commission"),
        places=("Mali",),
    )
    assert make_document(one, tools.analyzer, NAMES, finder=finder).concepts == ("army", "police-reform", "un")
    assert make_document(one, tools.analyzer, NAMES).concepts == ()


def test_other_concepts_make_another_document(finder: ConceptFinder, tools: Tools) -> None:
    one = mandate("m", en="An army.")
    held, bare = (make_document(one, tools.analyzer, NAMES, finder=each) for each in (finder, None))
    assert held.digest != bare.digest


def test_no_label_runs_from_one_name_into_the_next(finder: ConceptFinder, tools: Tools) -> None:
    one = mandate("m", requesters=("Army of police", "Reform"), places=("Rule of", "law"))
    assert make_document(one, tools.analyzer, NAMES, finder=finder).concepts == ("army",)
