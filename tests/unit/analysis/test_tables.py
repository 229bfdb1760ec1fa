"""The tables of tests/data, row by row: which terms a passage gives, where they stand, which words share a stem."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.language import LANGUAGES
from search_app.analysis.stems import Stems
from tests.support import table

PASSAGES = [row for name in ("words_en.tsv", "words_fr.tsv", "words_other.tsv") for row in table(name)]
STEMS = table("stems.tsv")


def _spans(text: str, spans: str) -> Iterator[tuple[int, int]]:
    end = 0
    for span in spans.split("|") if spans else ():
        start = text.index(span, end)
        end = start + len(span)
        yield start, end


@pytest.mark.parametrize("row", PASSAGES, ids=lambda row: f"{row['text']}: {row['why']}")
def test_passage_gives_the_terms_of_the_table(analyzer: Analyzer, row: dict[str, str]) -> None:
    tokens = analyzer.tokens(row["text"])
    assert [token.term for token in tokens] == row["terms"].split()
    assert [(token.start, token.end) for token in tokens] == list(_spans(row["text"], row["spans"]))
    assert analyzer.terms(row["text"]) == tuple(row["terms"].split())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_unicode_form_of_a_passage_changes_neither_terms_nor_words(
    analyzer: Analyzer, form: Literal["NFC", "NFD"]
) -> None:
    differing = []
    for row in PASSAGES:
        text, spans = (unicodedata.normalize(form, row[column]) for column in ("text", "spans"))
        tokens = analyzer.tokens(text)
        terms, places = [token.term for token in tokens], [(token.start, token.end) for token in tokens]
        if terms != row["terms"].split() or places != list(_spans(text, spans)):
            differing.append((row["text"], terms, places))
    assert not differing


@pytest.mark.parametrize("row", STEMS, ids=lambda row: f"{row['language']}: {row['word']} {row['other']}")
def test_two_words_share_a_stem_as_the_table_says(stems: Stems, row: dict[str, str]) -> None:
    (language,) = (language for language in LANGUAGES if language == row["language"])
    same = stems.stem(row["word"], language) == stems.stem(row["other"], language)
    assert same == (row["verdict"] == "same")


def test_tables_are_what_they_say() -> None:
    """A table that lost its rows or its columns would pass in silence."""
    assert len(PASSAGES) > 500
    assert len(STEMS) > 200
    assert all(len(row["terms"].split()) == len(list(_spans(row["text"], row["spans"]))) for row in PASSAGES)
    assert {row["verdict"] for row in STEMS} == {"same", "different"}
    assert {row["language"] for row in STEMS} == set(LANGUAGES)
