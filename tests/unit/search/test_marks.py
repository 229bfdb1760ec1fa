"""Why a mandate was found: which words are marked, and in what way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher
from tests.searching import TODAY, ask, check_reasons, small_searcher
from tests.support import mandate
from tests.unit.search.conftest import NAMES

Marked = list[tuple[str, str, str]]
Mark = Callable[[Mandate, str], Marked]


@pytest.fixture
def marked(tmp_path: Path, tools: Tools) -> Iterator[Mark]:
    """Index one mandate, ask, and list field, words and way of every mark."""
    with ExitStack() as stack:

        def search(one: Mandate, text: str) -> Marked:
            folder = tmp_path / str(len(list(tmp_path.iterdir())))
            folder.mkdir()
            searcher = stack.enter_context(small_searcher(folder, [one], NAMES, tools))
            return [(why.field, why.words, why.how) for result in ask(searcher, text).results for why in result.why]

        yield search


def fr(text: str) -> Mandate:
    """A mandate with a French description."""
    return mandate("m", title_fr="Titre", fr=text)


def en(text: str) -> Mandate:
    """A mandate with an English description."""
    return mandate("m", title_en="Title", en=text)


def words(found: Marked) -> list[str]:
    return [text for _, text, _ in found]


# words


def test_whole_words_of_the_original_are_marked(marked: Mark) -> None:
    found = marked(fr("Réformer la POLICE, c’est réformer."), "police reformer")
    assert found == [
        ("description.fr", "Réformer", "exact"),
        ("description.fr", "POLICE", "exact"),
        ("description.fr", "réformer", "exact"),
    ]


def test_other_forms_of_a_word_are_marked_as_such(marked: Mark) -> None:
    found = marked(en("Reforms of a reform reformed."), "reforms")
    assert found == [
        ("description.en", "Reforms", "exact"),
        ("description.en", "reform", "stem"),
        ("description.en", "reformed", "stem"),
    ]


@pytest.mark.parametrize("query", ["etat", "l'état", "ÉTAT", "l’e\u0301tat"])
def test_an_elided_article_stays_outside_the_mark(marked: Mark, query: str) -> None:
    assert words(marked(fr("Rebâtir l’état, d'état en état."), query)) == ["état", "état", "état"]


def test_a_possessive_stays_outside_the_mark(marked: Mark) -> None:
    assert words(marked(en("The office’s own office."), "office")) == ["office", "office"]


def test_a_dotted_acronym_is_marked_whole(marked: Mark) -> None:
    assert words(marked(fr("Le D.D.R. accéléré."), "DDR")) == ["D.D.R."]


def test_a_word_inside_another_is_not_marked(marked: Mark) -> None:
    assert words(marked(en("A policeman is no police."), "police")) == ["police"]


def test_stop_words_are_never_marked_beside_words(marked: Mark) -> None:
    assert words(marked(fr("La réforme de la police."), "la réforme de la police")) == ["réforme", "police"]


def test_a_small_word_is_not_the_acronym(marked: Mark) -> None:
    found = marked(fr("Un conflit, un rapport et l’ONU. La mission UN."), "UN")
    assert [(text, how) for _, text, how in found] == [("ONU", "concept"), ("UN", "exact")]


def test_words_of_a_prefix_are_marked(marked: Mark) -> None:
    found = marked(en("Parliament and its parliamentary committees."), "parl*")
    assert [(text, how) for _, text, how in found] == [("Parliament", "exact"), ("parliamentary", "exact")]


def test_a_corrected_word_is_marked_as_such(marked: Mark) -> None:
    assert marked(fr("La gendarmerie."), "gendarmarie") == [("description.fr", "gendarmerie", "spelling")]


def test_words_taken_out_are_not_marked(marked: Mark) -> None:
    assert words(marked(fr("La police et la justice."), "police -gendarmerie")) == ["police"]


# phrases


def test_a_phrase_is_one_mark(marked: Mark) -> None:
    found = marked(fr("L’état de droit. Un état, un droit. De l’État de droit."), '"etat de droit"')
    assert words(found) == ["état de droit", "État de droit"]


def test_a_phrase_does_not_run_from_one_text_into_the_next(marked: Mark) -> None:
    one = mandate("m", title_en="Support to police", en="Reform of the police. Support to police reform.")
    assert marked(one, '"police reform"') == [("description.en", "police reform", "exact")]


def test_stop_words_in_a_phrase_are_marked_with_it(marked: Mark) -> None:
    assert words(marked(fr("Rien de la sorte."), '"de la"')) == ["de la"]


def test_a_word_beside_a_phrase_is_marked_by_itself(marked: Mark) -> None:
    found = marked(fr("Le droit et l’état de droit."), '"état de droit" droit')
    assert words(found) == ["droit", "état de droit"]


# concepts


def test_another_name_is_marked_as_one_stretch(marked: Mark) -> None:
    found = marked(fr("La réforme du secteur de la sécurité avance."), "SSR")
    assert found == [("description.fr", "réforme du secteur de la sécurité", "concept")]


def test_words_of_another_name_are_marked_apart_where_they_stand_apart(marked: Mark) -> None:
    found = marked(en("Reform helps. The sector asked for security."), "RSS")
    assert found == [
        ("description.en", "Reform", "concept"),
        ("description.en", "sector", "concept"),
        ("description.en", "security", "concept"),
    ]


def test_nothing_of_another_name_is_marked_unless_all_its_words_are_there(marked: Mark) -> None:
    assert marked(en("Security first; SSR later in the sector."), "RSS") == [("description.en", "SSR", "concept")]


def test_a_concept_is_told_by_its_names(tmp_path: Path, tools: Tools) -> None:
    with small_searcher(tmp_path, [fr("La RSS.")], NAMES, tools) as searcher:
        (why,) = ask(searcher, "security sector reform").results[0].why
    assert (why.words, why.how, why.typed) == ("RSS", "concept", "security sector reform")
    assert why.concept is not None
    assert (why.concept.id, why.concept.name["fr"]) == ("ssr", "réforme du secteur de la sécurité")


def test_of_two_concepts_the_one_that_matched_is_told(tmp_path: Path, tools: Tools) -> None:
    with small_searcher(tmp_path, [en("A truth and reconciliation commission.")], NAMES, tools) as searcher:
        (why,) = ask(searcher, "CVR").results[0].why
    assert (why.words, why.concept and why.concept.id) == ("truth and reconciliation commission", "truth-commission")


def test_words_as_typed_are_marked_as_typed_and_not_as_concept(marked: Mark) -> None:
    found = marked(en("Reform of security. The security sector."), "security sector reform")
    assert [(text, how) for _, text, how in found] == [
        ("Reform", "exact"),
        ("security", "exact"),
        ("security", "exact"),
        ("sector", "exact"),
    ]


# names


def test_a_name_of_several_words_is_one_mark(marked: Mark) -> None:
    assert marked(en("Officers in South Sudan, south of Sudan."), "South Sudan") == [
        ("description.en", "South Sudan", "exact")
    ]


def test_a_name_inside_a_longer_name_is_not_marked(marked: Mark) -> None:
    found = marked(en("Guinea, not Guinea-Bissau; Guinea-Conakry is Guinea."), "Guinea")
    assert [text for _, text, how in found if how == "exact"] == ["Guinea", "Guinea"]
    assert "Guinea-Bissau" not in words(found)


def test_a_derived_name_is_marked_on_the_printed_one(marked: Mark) -> None:
    one = mandate("m", title_fr="Titre", fr="Rien.", places=("Mali", "DRC"), requesters=("AU",))
    assert marked(one, "République démocratique du Congo") == [("places", "DRC", "name")]
    assert marked(one, "kinshasa congo") == [("places", "DRC", "name")]
    assert marked(one, "africaine") == [("requesters", "AU", "name")]


def test_a_printed_name_that_was_typed_is_exact(marked: Mark) -> None:
    one = mandate("m", title_fr="Titre", fr="Rien.", places=("Cote d'Ivoire",))
    assert marked(one, "Côte d’Ivoire") == [("places", "Cote d'Ivoire", "exact")]


def test_a_name_known_by_its_code_alone_is_marked_where_it_is_printed(marked: Mark) -> None:
    # Guinea-Conakry is neither printed nor a name shown of the country, but it is the same country
    one = mandate("m", title_fr="Titre", fr="Rien.", places=("Mali", "Guinée"))
    assert ("places", "Guinée", "name") in marked(one, "Guinea-Conakry")


def test_names_in_lists_are_found_each_at_its_own_place(marked: Mark) -> None:
    one = mandate("m", title_fr="Titre", fr="Rien.", places=("Niger", "Mali", "Guinea-Bissau"))
    assert marked(one, "Mali Guinea-Bissau") == [("places", "Mali", "exact"), ("places", "Guinea-Bissau", "exact")]


# titles


def test_titles_and_both_languages_are_marked(marked: Mark) -> None:
    one = mandate("m", title_en="Police", title_fr="Police", en="The police.", fr="La police.")
    assert [field for field, _, _ in marked(one, "police")] == [
        "title.en",
        "title.fr",
        "description.en",
        "description.fr",
    ]


# whatever is asked

WORDS = """
police réforme reforms SSR RSS UN AU Mali Guinea DRC état sector parl* -genre title:police gendarmarie de Suède
congolais Guinée-Bissau african ivoire
"""
SEVERAL = ["UN staff", "Folke Bernadotte", '"état de droit"', "South Sudan", "security sector reform"]
VOCABULARY = st.sampled_from([*WORDS.split(), *SEVERAL])


@given(st.lists(VOCABULARY, min_size=1, max_size=4).map(" ".join))
def test_every_hit_has_reasons_that_cut_whole_words(world: Searcher, text: str) -> None:
    query = ask(world, text)
    for result in query.results:
        check_reasons(result)
        assert result.why or not query.all_words  # what is taken out of everything has no reason to mark


@given(st.lists(VOCABULARY.filter(lambda one: one[0] != "-"), min_size=1, max_size=4).map(" ".join))
def test_no_hit_is_without_a_reason(world: Searcher, text: str) -> None:
    assert all(result.why for result in ask(world, text).results)


# what was typed


def test_of_a_concept_each_word_is_told_with_the_one_typed(tmp_path: Path, tools: Tools) -> None:
    one = en("Security matters. A reformed sector needs reforms.")
    with small_searcher(tmp_path, [one], NAMES, tools) as searcher:
        (result,) = ask(searcher, "la Sécurity sector reform").results
    found = {(why.words, why.typed) for why in result.why}
    assert found == {("Security", "Sécurity"), ("reformed", "reform"), ("sector", "sector"), ("reforms", "reform")}


# what the engine hands over


@pytest.mark.parametrize(
    "text",
    [
        "police reform",
        '"réforme de la police"',
        "pol* UN",
        "SSR Mali",
        "gendarmerei",
        "sécurité -mali",
        "nations unies",
    ],
)
def test_reasons_are_the_same_from_all_tokens_and_from_those_that_a_search_sifts(world: Searcher, text: str) -> None:
    """A mandate's own page looks through all its tokens, a page of hits only at those that the query can meet."""
    results = ask(world, text).results
    assert results
    for result in results:
        alone = world.mandate(result.mandate.id, SearchRequest(text=text), TODAY)
        assert result.why == alone.why
        assert result.why
