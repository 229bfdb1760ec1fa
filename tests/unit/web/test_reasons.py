"""Why a mandate was found, in words a reader understands."""

from __future__ import annotations

import pytest

from search_app.search.results import Named, Why
from search_app.web import reasons
from search_app.web.texts import Highlight
from search_app.web.wording import Words

SSR = Named("ssr", {"en": "security sector reform", "fr": "réforme du secteur de la sécurité"})
CONGO = Named("CD", {"en": "Congo - Kinshasa", "fr": "Congo-Kinshasa"})

TYPED = Why("description.en", 3, 11, "security", "exact", "security")
STEM = Why("description.en", 20, 27, "reforms", "stem", "reform")
OTHER_NAME = Why("title.fr", 5, 8, "RSS", "concept", "SSR", SSR)
PLACE = Why("places", 0, 3, "DRC", "name", "RDC", CONGO)
SPELLING = Why("description.en", 40, 45, "Sahel", "spelling", "sahell")


def test_each_way_of_matching_is_said_in_english(english: Words) -> None:
    sentence = reasons.sentence([TYPED, STEM, PLACE, OTHER_NAME], english, languages=("en",))
    assert sentence == (
        "Found by “security” in the description (as typed); "
        "“reforms” in the description (in another form than “reform”); “DRC” in the places (a name of “RDC”); "
        "“RSS” in the title (another name of “SSR”, security sector reform)."
    )


def test_each_way_of_matching_is_said_in_french(french: Words) -> None:
    sentence = reasons.sentence([OTHER_NAME, SPELLING], french, languages=("fr",))
    assert sentence == (
        "Trouvé grâce à «\u202fRSS\u202f» dans le titre (un autre nom de «\u202fSSR\u202f», réforme du secteur de la "
        "sécurité)\u202f; «\u202fSahel\u202f» dans la description (presque la même graphie que «\u202fsahell\u202f»)."
    )


def test_the_other_languages_text_is_named(english: Words) -> None:
    sentence = reasons.sentence([TYPED, OTHER_NAME], english, languages=("en", "fr"))
    assert sentence == (
        "Found by “security” in the description (as typed); "
        "“RSS” in the French title (another name of “SSR”, security sector reform)."
    )


def test_a_word_is_said_to_stand_only_where_it_stands(english: Words) -> None:
    found = [
        Why("title.en", 0, 4, "Mali", "exact", "mali"),
        Why("description.fr", 9, 16, "réforme", "exact", "reforme"),
        Why("description.fr", 20, 27, "Réforme", "exact", "reforme"),
        Why("description.en", 9, 13, "MALI", "exact", "mali"),
        Why("description.fr", 30, 36, "police", "exact", "police"),
    ]
    assert reasons.sentence(found, english, languages=("en", "fr")) == (
        "Found by “Mali” in the title and the description and “réforme” and “police” in the French description "
        "(as typed)."
    )


def test_the_readers_own_language_is_named_first(french: Words) -> None:
    found = [Why(field, 0, 6, "police", "exact", "police") for field in ("title.en", "title.fr")]
    sentence = reasons.sentence(found, french, languages=("en", "fr"))
    assert sentence.endswith("dans le titre et le titre anglais (tel que saisi).")


def test_words_of_one_kind_are_told_together_and_shortened(english: Words) -> None:
    words = ["one", "Two", "two", "three", "four"]
    found = [Why("title.en", at, at + 3, word, "exact", word.lower()) for at, word in enumerate(words)]
    assert reasons.sentence(found, english, languages=("en",)) == (
        "Found by “one”, “Two”, “three”, … in the title (as typed)."
    )


def test_more_than_four_reasons_are_counted(english: Words) -> None:
    found = [Why("title.en", at, at + 1, f"forms{at}", "stem", f"form{at}") for at in range(6)]
    assert reasons.sentence(found, english, languages=("en",)).endswith("; 2 more reasons.")


def test_a_name_as_typed_is_no_other_name(english: Words) -> None:
    mali = Why("places", 0, 4, "Mali", "name", "mali", Named("ML", {"en": "Mali", "fr": "Mali"}))
    assert reasons.sentence([mali], english, languages=("en",)) == "Found by “Mali” in the places (as typed)."


def test_a_label_that_is_the_concepts_name_does_not_repeat_it(english: Words) -> None:
    label = Why("description.en", 0, 22, "security sector reform", "concept", "RSS", SSR)
    assert "(another name of “RSS”)." in reasons.sentence([label], english, languages=("en",))


def test_no_words_searched_means_no_sentence(english: Words) -> None:
    assert reasons.sentence([], english, languages=("en",)) == ""


@pytest.mark.parametrize(("name", "title"), [("english", "security sector reform"), ("french", "réforme du secteur")])
def test_other_names_are_marked_with_what_they_mean(name: str, title: str, request: pytest.FixtureRequest) -> None:
    (mark,) = reasons.highlights([TYPED, OTHER_NAME], "title.fr", request.getfixturevalue(name))
    assert (mark.start, mark.end) == (5, 8)
    assert mark.title.startswith(f"RSS = {title}")


def test_words_as_typed_are_marked_plainly(english: Words) -> None:
    assert reasons.highlights([TYPED, OTHER_NAME], "description.en", english) == (Highlight(3, 11),)
