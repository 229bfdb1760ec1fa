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
        "Found by “security” (as typed) in the description; "
        "“reforms” (in another form than “reform”) in the description; “DRC” (a name of “RDC”) in the places; "
        "“RSS” (another name of “SSR”, security sector reform) in the title."
    )


def test_each_way_of_matching_is_said_in_french(french: Words) -> None:
    sentence = reasons.sentence([OTHER_NAME, SPELLING], french, languages=("fr",))
    assert sentence == (
        "Trouvé grâce à «\u202fRSS\u202f» (un autre nom de «\u202fSSR\u202f», réforme du secteur de la sécurité) dans "
        "le titre\u202f; «\u202fSahel\u202f» (presque la même graphie que «\u202fsahell\u202f») dans la description."
    )


def test_the_other_languages_text_is_named(english: Words) -> None:
    sentence = reasons.sentence([TYPED, OTHER_NAME], english, languages=("en", "fr"))
    assert "in the description; " in sentence
    assert sentence.endswith("in the French title.")


def test_words_of_one_kind_are_told_together_and_shortened(english: Words) -> None:
    words = ["one", "Two", "two", "three", "four"]
    found = [Why("title.en", at, at + 3, word, "exact", word.lower()) for at, word in enumerate(words)]
    assert reasons.sentence(found, english, languages=("en",)) == (
        "Found by “one”, “two”, “three”, … (as typed) in the title."
    )


def test_more_than_four_reasons_are_counted(english: Words) -> None:
    found = [Why("title.en", at, at + 1, f"forms{at}", "stem", f"form{at}") for at in range(6)]
    assert reasons.sentence(found, english, languages=("en",)).endswith("; 2 more reasons.")


def test_a_name_as_typed_is_no_other_name(english: Words) -> None:
    mali = Why("places", 0, 4, "Mali", "name", "mali", Named("ML", {"en": "Mali", "fr": "Mali"}))
    assert reasons.sentence([mali], english, languages=("en",)) == "Found by “Mali” (as typed) in the places."


def test_a_label_that_is_the_concepts_name_does_not_repeat_it(english: Words) -> None:
    label = Why("description.en", 0, 22, "security sector reform", "concept", "RSS", SSR)
    assert "(another name of “RSS”) in" in reasons.sentence([label], english, languages=("en",))


def test_no_words_searched_means_no_sentence(english: Words) -> None:
    assert reasons.sentence([], english, languages=("en",)) == ""


@pytest.mark.parametrize(("name", "title"), [("english", "security sector reform"), ("french", "réforme du secteur")])
def test_other_names_are_marked_with_what_they_mean(name: str, title: str, request: pytest.FixtureRequest) -> None:
    (mark,) = reasons.highlights([TYPED, OTHER_NAME], "title.fr", request.getfixturevalue(name))
    assert (mark.start, mark.end) == (5, 8)
    assert mark.title.startswith(f"RSS = {title}")


def test_words_as_typed_are_marked_plainly(english: Words) -> None:
    assert reasons.highlights([TYPED, OTHER_NAME], "description.en", english) == (Highlight(3, 11),)
