"""The passage shown of a description."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search_app.search.results import How, Mark, Why
from search_app.search.snippets import snippet

LENGTH = 280

FILLER = "Des conseillers ont relu les textes et préparé un atelier de deux jours. "


def reasons(text: str, *words: str, how: How = "exact") -> list[Why]:
    """One reason for each word, where it stands first in the text."""
    places = sorted((text.index(word), word) for word in words)
    return [Why("description.fr", at, at + len(word), word, how, word) for at, word in places]


def marked(text: str, *words: str) -> list[str]:
    """The words that the snippet marks."""
    shown = snippet(text, reasons(text, *words))
    return [shown.text[mark.start : mark.end] for mark in shown.marks]


def test_a_short_text_is_shown_whole() -> None:
    text = "L’état de droit au Mali."
    shown = snippet(text, reasons(text, "état", "Mali"))
    assert (shown.text, shown.start) == (text, 0)
    assert shown.marks == (Mark(2, 6, "exact"), Mark(19, 23, "exact"))


def test_a_text_where_nothing_matched_is_shown_from_its_beginning() -> None:
    shown = snippet(FILLER * 9, [])
    assert shown.start == 0
    assert shown.marks == ()
    assert len(shown.text) <= LENGTH


def test_the_passage_holds_the_word_that_was_found() -> None:
    text = FILLER * 9 + "La gendarmerie a été consultée. " + FILLER * 9
    assert marked(text, "gendarmerie") == ["gendarmerie"]


def test_a_passage_begins_with_a_sentence_where_it_can() -> None:
    text = FILLER * 9 + "Au Mali, la gendarmerie a été consultée. " + FILLER * 9
    shown = snippet(text, reasons(text, "gendarmerie"))
    assert text[: shown.start].endswith(". ")


def test_a_passage_does_not_begin_before_the_sentence_without_need() -> None:
    text = "mot " * 120 + "fin. Au Mali, la gendarmerie a été consultée. " + FILLER * 9
    assert snippet(text, reasons(text, "gendarmerie")).text.startswith("Au Mali, la gendarmerie")


def test_two_words_together_are_worth_more_than_one_before() -> None:
    text = "La police seule. " + FILLER * 9 + "Ici la gendarmerie et le parlement. " + FILLER * 9
    assert marked(text, "police", "gendarmerie", "parlement") == ["gendarmerie", "parlement"]


def test_a_word_as_typed_is_worth_more_than_another_name_of_it() -> None:
    text = "Le secteur change. " + FILLER * 9 + "Ici la police change. " + FILLER * 9
    concept, exact = reasons(text, "secteur", how="concept"), reasons(text, "police")
    shown = snippet(text, [*concept, *exact])
    assert [mark.how for mark in shown.marks] == ["exact"]


def test_a_word_longer_than_a_passage_is_cut() -> None:
    text = "x" * 999
    assert snippet(text, []).text == "x" * LENGTH


def test_a_mark_that_does_not_fit_in_the_passage_is_left_out() -> None:
    text = "police " + "mot " * 200
    long = Why("description.fr", 0, 700, text[:700], "exact", "police mot")
    assert snippet(text, [long]).marks == ()


SENTENCES = st.lists(
    st.sampled_from(["La police", "l’état", "du Mali.", "Fin !", "\n\n", "«\u00a0mot\u00a0»", "a" * 60])
)


@given(SENTENCES, st.data())
def test_every_passage_is_a_piece_of_the_text_cut_between_words(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words * 4)
    starts = [at for at in range(len(text)) if text[at].isalpha() and (at == 0 or not text[at - 1].isalnum())]
    chosen = data.draw(st.lists(st.sampled_from(starts), unique=True, max_size=5)) if starts else []
    found = []
    for at in sorted(chosen):
        end = next((e for e in range(at, len(text)) if not text[e].isalnum()), len(text))
        found.append(Why("description.fr", at, end, text[at:end], "exact", text[at:end]))
    shown = snippet(text, found)
    end = shown.start + len(shown.text)
    assert text[shown.start : end] == shown.text
    assert len(shown.text) <= LENGTH
    assert not (text[:end][-1:].isalnum() and text[end:][:1].isalnum())
    assert not (text[: shown.start][-1:].isalnum() and text[shown.start :][:1].isalnum())
    whole = [(one.start, one.end) for one in found if shown.start <= one.start and one.end <= end]
    assert [(shown.start + mark.start, shown.start + mark.end) for mark in shown.marks] == whole
