"""Lines of a page, the blocks they make, header lines, and languages."""

from __future__ import annotations

import pytest

from search_app.corpus.importers.base import block_form
from search_app.corpus.importers.headers import Strength, find_header
from search_app.corpus.importers.languages import LanguageGuesser, find_languages
from search_app.corpus.importers.lines import make_blocks, read_lines
from search_app.corpus.names import Names
from search_app.corpus.textform import Paragraph


def blocks(text: str) -> list[dict[str, object]]:
    return [block_form(block) for block in make_blocks(read_lines(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\nTwo.\n\nThree.", [{"p": "One."}, {"p": "Two."}, {"p": "Three."}]),
        ("\u00a0\nOne \u00a0 two\u202f: three\n\u00a0", [{"p": "One two : three"}]),
        ("It will look at five\noffices abroad.", [{"p": "It will look at five offices abroad."}]),
        ("It goes to Mali and\nNiger.", [{"p": "It goes to Mali and Niger."}]),
        ("It goes to Mali,\nNiger.", [{"p": "It goes to Mali, Niger."}]),
        ("It goes to Mali,\n\nniger.", [{"p": "It goes to Mali,"}, {"p": "niger."}]),
        ("x" * 60 + "\nNext", [{"p": "x" * 60 + " Next"}]),
        ("A heading\nA line", [{"p": "A heading"}, {"p": "A line"}]),
        ("a co-\noperation", [{"p": "a co-operation"}]),
        ("• a\n• b", [{"ul": ["a", "b"]}]),
        ("- a\n\n- b\nEnd.", [{"ul": ["a", "b"]}, {"p": "End."}]),
        ("• a that\n  goes on\n• b", [{"ul": ["a that goes on", "b"]}]),
        ("  1. a\n  2. b", [{"ol": ["a", "b"]}]),
        ("1) a\n2) b", [{"ol": ["a", "b"]}]),
        ("(a) x\n(b) y", [{"ol": ["x", "y"]}]),
        ("i) x\nii) y\niii) z", [{"ol": ["x", "y", "z"]}]),
        ("• a\n    ◦ b\n    ◦ c\n• d", [{"ul": [{"text": "a", "ul": ["b", "c"]}, "d"]}]),
        ("• a\n◦ b\n• c", [{"ul": [{"text": "a", "ul": ["b"]}, "c"]}]),
        ("• a\n  1. b\n  2. c", [{"ul": [{"text": "a", "ol": ["b", "c"]}]}]),
        ("  * a\n  * b", [{"ul": ["a", "b"]}]),
        ("* A footnote.", [{"p": "* A footnote."}]),
        ("• a\n1. b", [{"ul": ["a"]}, {"ol": ["b"]}]),
        ("1. a\n2. b\n\n1. c", [{"ol": ["a", "b"]}, {"ol": ["c"]}]),
        ("Day 1\tBasics\t2\nDay 2\tCase\t3", [{"p": "Day 1 Basics 2"}, {"p": "Day 2 Case 3"}]),
        ("•\ta\n1.\tb", [{"ul": ["a"]}, {"ol": ["b"]}]),
        ("•", [{"p": "•"}]),
        ("1.5 million\n[1] A note", [{"p": "1.5 million"}, {"p": "[1] A note"}]),
        ("", []),
    ],
)
def test_lines_make_paragraphs_lists_and_rows(text: str, expected: list[dict[str, object]]) -> None:
    assert blocks(text) == expected


@pytest.mark.parametrize(
    ("line", "requesters", "places", "strength"),
    [
        ("UN mandate in Mali, Niger 07/07/2020 - 21/02/2021", ("UN",), ("Mali", "Niger"), Strength.SURE),
        ("UN mandate in Mali 07/07/2020", ("UN",), ("Mali",), Strength.DATED),
        ("UN mandate in Mali", ("UN",), ("Mali",), Strength.UNDATED),
        ("mandate in Mali 07/07/2020 - 21/02/2021", (), ("Mali",), Strength.SURE),
        ("EU, UK mandate in 14.07.2014. - 29.08.2014.", ("EU", "UK"), (), Strength.SURE),
        ("EU programme in Sahel 3 gush 2016 - 29 sht 2017", ("EU",), ("Sahel",), Strength.SURE),
        (
            "Belgique mandat au Mali et au Niger du 1er mai 2019 au 2 mai 2019",
            ("Belgique",),
            ("Mali", "Niger"),
            Strength.DATED,
        ),
        ("Suisse mandat en Guinée", ("Suisse",), ("Guinée",), Strength.UNDATED),
        (
            "Japan mandate in Djibuti, Atlantis 06/06/2016 - 10/06/2016",
            ("Japan",),
            ("Djibuti", "Atlantis"),
            Strength.SURE,
        ),
        (
            "UN, Ministry of Justice and Public Security mandate in Mali 07/07/2020",
            ("UN", "Ministry of Justice and Public Security"),
            ("Mali",),
            Strength.DATED,
        ),
    ],
)
def test_a_header_line_is_taken_apart(
    names: Names, line: str, requesters: tuple[str, ...], places: tuple[str, ...], strength: Strength
) -> None:
    header = find_header(line, names)
    assert header is not None
    assert (header.requesters, header.places, header.strength) == (requesters, places, strength)
    assert header.kind == ("programme" if "programme" in line else "")


@pytest.mark.parametrize(
    "line",
    [
        "The UN mandate in Mali was extended from 29/06/2018 to 30/06/2019, which leaves little time.",
        "The UN mandate in Mali runs from 29/06/2018 to 30/06/2019.",
        "The UN mandate in Mali was extended to 30/06/2019",
        "The UN mandate in Mali runs until 01.02.2019.",
        "the OSCE mandate in Ukraine since 2014",
        "Mandate renewal is expected",
        "EU mandate in Atlantis",
        "Review of the EU mandate in Niger and its training wing",
        "A mandate for Mali 07/07/2020 - 21/02/2021",
        "Mandate",
        "",
    ],
)
def test_sentences_and_titles_are_no_headers(names: Names, line: str) -> None:
    assert find_header(line, names) is None


ENGLISH = "The embassy asked for a short study of who may inspect police posts and how often."
FRENCH = "L’étude recense les archives accessibles aux chercheurs et propose des règles de consultation."
SPANISH = "El curso dura cinco días y reúne a los oficiales de la policía de tres ciudades del norte del país."


@pytest.mark.parametrize(
    ("title", "body", "locale", "language", "title_language"),
    [
        ("Mapping of oversight bodies", [ENGLISH], "fr", "en", ""),
        ("Étude sur les archives", [FRENCH], "en", "fr", ""),
        ("Advanced course, level 2", [FRENCH], "", "fr", "en"),
        ("SUPPORT TO A REGIONAL BANK'S SAFEGUARD RULES", [ENGLISH], "", "en", ""),
        ("Étude sur les archives", [], "en", "fr", ""),
        ("Trainers’ week in the north of the country", ["Texte."], "", "en", ""),
        ("2019", [], "fr", "fr", ""),
        ("2019", ["12"], "ar", "und", ""),
        ("Training", ["يدعم المشروع إصلاح الشرطة في ليبيا."], "en", "und", ""),
        ("Formación", [SPANISH], "en", "und", ""),
    ],
)
def test_the_body_decides_the_language_then_the_title_then_the_page(
    guesser: LanguageGuesser, title: str, body: list[str], locale: str, language: str, title_language: str
) -> None:
    found = find_languages(title, tuple(map(Paragraph, body)), locale=locale, guesser=guesser)
    assert (found.language, found.title_language, found.warnings) == (language, title_language, ())


def test_a_body_in_both_languages_is_split(guesser: LanguageGuesser) -> None:
    body = (Paragraph(FRENCH), Paragraph("Suite :"), Paragraph(ENGLISH))
    found = find_languages("Étude / Survey", body, locale="", guesser=guesser)
    assert (found.language, found.warnings) == ("fr", ("language-mixed",))
    assert {language: text.title for language, text in found.split.items()} == {"fr": "Étude", "en": "Survey"}
    assert found.split["fr"].body == body[:2]
    assert found.split["en"].body == body[2:]
