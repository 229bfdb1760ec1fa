"""The page-text importer: the examples of tests/data/inputs, and further pages of the same kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.corpus.importers.base import Importer, InputFile
from search_app.corpus.intake import parse_input, read_input
from search_app.corpus.names import Names
from search_app.corpus.report import ImportedFile, record_form

EXAMPLES = sorted((Path(__file__).parents[2] / "data" / "inputs").glob("*.expected.yaml"))


def form(file: ImportedFile, names: Names) -> dict[str, Any]:
    """A parsed file in the form of the examples."""
    parsed: dict[str, Any] = {
        "records": [record_form(record, names) for record in file.records],
        "skipped": [{"kind": entry.kind, "title": entry.title} for entry in file.skipped],
        "warnings": list(file.warnings),
    }
    if file.rejections:
        parsed["error"] = file.rejections[0].code
    return parsed


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.removesuffix(".expected.yaml"))
def test_examples_are_read_as_a_careful_person_would(path: Path, importers: tuple[Importer, ...], names: Names) -> None:
    expected = yaml.safe_load(path.read_text("utf-8"))
    file = read_input(path.parent / expected["input"], importers, names)
    assert form(file, names) == {
        key: expected[key] for key in ("records", "skipped", "warnings", "error") if key in expected
    }
    assert file.page.layout == expected.get("layout", "")


@pytest.fixture
def read(importers: tuple[Importer, ...], names: Names) -> Any:
    """Parse a page and give its form."""

    def parse(text: str | bytes) -> dict[str, Any]:
        data = text if isinstance(text, bytes) else text.encode()
        return form(parse_input(InputFile("page.txt", data), importers, names), names)

    return parse


HEADER = "UN mandate in Mali 01/02/2019 - 31/03/2019"


def titles(parsed: dict[str, Any]) -> list[str]:
    return [record["title"] for record in parsed["records"]]


def test_a_page_without_blank_lines_is_read_too(read: Any) -> None:
    parsed = read(
        f"Mali\nMali\nFirst study\n{HEADER}\nOne line.\nAnother line.\nMandate\nSecond study\n{HEADER}\nText.\n"
    )
    assert titles(parsed) == ["First study", "Second study"]
    assert parsed["records"][0]["body"] == [{"p": "One line."}, {"p": "Another line."}]


def test_a_title_may_begin_with_a_number_and_be_torn(read: Any) -> None:
    parsed = read(
        f"2. Phase of the review\n\n{HEADER}\n\nText.\n\n"
        "4th review of the long programme that supports the schools of the police\n"
        f"and of the gendarmerie\n\n{HEADER}\n\nText.\n"
    )
    assert titles(parsed) == [
        "2. Phase of the review",
        "4th review of the long programme that supports the schools of the police and of the gendarmerie",
    ]


def test_a_title_may_have_the_words_of_a_header_even_without_dates_on_either(read: Any) -> None:
    parsed = read("UN mandate in Mali\n\nUN mandate in Mali\n\nThe text of it.\n\nMandate\n")
    assert titles(parsed) == ["UN mandate in Mali"]
    assert parsed["records"][0]["warnings"] == ["dates-missing"]


def test_tabs_in_title_and_header_are_only_blanks(read: Any) -> None:
    parsed = read("Study\tof prisons\n\nUN\tmandate in Mali\t01/02/2019\t- 31/03/2019\n\nDay 1\tBasics\nDay 2\tCase\n")
    assert titles(parsed) == ["Study of prisons"]
    assert parsed["records"][0]["body"] == [{"p": "Day 1 Basics"}, {"p": "Day 2 Case"}]


def test_a_header_without_a_title_begins_no_mandate(read: Any) -> None:
    parsed = read(f"First study\n\n{HEADER}\n\nText.\n\nMandate\n\n{HEADER}\n\nStray text.\n")
    assert titles(parsed) == ["First study"]
    assert parsed["records"][0]["body"] == [{"p": "Text."}]


def test_programmes_and_mandates_stand_side_by_side(read: Any) -> None:
    parsed = read(f"One\n\n{HEADER}\n\nText.\n\nTwo\n\nEU programme au Mali 2019 - 2020\n\nTexte.\n\nProgramme\n")
    assert [record.get("kind") for record in parsed["records"]] == [None, "programme"]


def test_a_placeholder_is_a_place_that_is_no_country(read: Any) -> None:
    (record,) = read("A study of things\n\nmandate in Unspecified Country 11.07.2014.\n\nThe text of it.\n")["records"]
    assert (record["countries"], record["regions"]) == ([], ["Unspecified Country"])
    assert record["warnings"] == ["requester-missing", "end-date-missing"]


def test_all_sections_are_skipped_and_counted(read: Any) -> None:
    parsed = read(
        f"Office\n\nA study\n\n{HEADER}\n\nText of the study.\n\nA short note\n\n12/03/2014\n\nText of the note.\n\n"
        "Policy and Research Papers\n\nFirst paper\n\n01/01/2015\n\nIts text.\n\nSecond paper\n\nIts text.\n\n"
        "No videos have been added yet.\n\nVideos\n\nA film\n"
    )
    assert parsed["records"][0]["body"] == [{"p": "Text of the study."}]
    assert parsed["skipped"] == [
        {"kind": "note", "title": "A short note"},
        {"kind": "paper", "title": "First paper"},
        {"kind": "paper", "title": "Second paper"},
        {"kind": "video", "title": "A film"},
    ]
    assert parsed["warnings"] == ["sections-skipped"]


def test_an_empty_list_is_no_page_that_lost_its_headers(read: Any) -> None:
    assert read("Mali\n\nMali\n\nNo mandates have been added yet.\n") == {"records": [], "skipped": [], "warnings": []}


def test_a_page_of_papers_only_has_no_mandates(read: Any) -> None:
    parsed = read("Office\n\nOther Documents\n\nYearly report\n\nTen pages.\n")
    assert parsed["skipped"] == [{"kind": "document", "title": "Yearly report"}]
    assert parsed["warnings"] == ["sections-skipped"]


def test_words_of_a_list_are_no_headings(read: Any) -> None:
    (record,) = read(f"A study\n\n{HEADER}\n\nWe need:\n\n• Tools\n• Videos\n• Mandate\n\nThat is all.\n\nMandate\n")[
        "records"
    ]
    assert record["body"] == [{"p": "We need:"}, {"ul": ["Tools", "Videos", "Mandate"]}, {"p": "That is all."}]


def test_values_of_a_detail_page_are_taken_where_they_are_left(read: Any) -> None:
    (record,) = read(
        "Scoping visit\n\n07/10/2013 - 20/12/2013\n\nTarget country\nMali\n\nThe office asked for a visit.\n\n"
        "Mandating organisation / agency / department / ministry\n\nMinistry of Defence\n\nRelated activities\n\n"
        "Outcome objectives of mandate\n\nPrisons are better.\n\n  • one\n  • two\n\n"
        "Specific Lessons Identified\n\nTake time.\n"
    )["records"]
    assert (record["requesters"], record["countries"]) == (["Ministry of Defence"], ["ML"])
    assert record["body"] == [{"p": "The office asked for a visit."}]
    assert record["sections"] == {
        "objectives": [{"p": "Prisons are better."}, {"ul": ["one", "two"]}],
        "lessons": [{"p": "Take time."}],
    }
    assert record["warnings"] == []


def test_a_french_detail_page_is_read(read: Any) -> None:
    (record,) = read(
        "Visite de cadrage des prisons\n\n07/10/2013 - 20/12/2013\n\nPays cible\n\n"
        "Le bureau a demandé une visite des prisons.\n\nRésultats\n\nLes prisons sont connues.\n\n"
        "Cours Spécifiques Identifiées\n"
    )["records"]
    assert (record["language"], record["body"]) == ("fr", [{"p": "Le bureau a demandé une visite des prisons."}])
    assert record["sections"] == {"results": [{"p": "Les prisons sont connues."}]}


def test_labels_stand_beside_their_values_in_french_too(read: Any) -> None:
    (record,) = read(
        "Fiche projet\n\nIntitulé : Formation des juges\nBailleur : Suisse, UE\nPays : Niger et Tchad\n"
        "Date de démarrage : 1er janvier 2019\nDurée : 36 mois\nMontant : 3 M€\n\n"
        "Contexte\n\nLes juges manquent de livres.\n"
    )["records"]
    assert record["title"] == "Formation des juges"
    assert (record["requesters"], record["countries"]) == (["Suisse", "UE"], ["NE", "TD"])
    assert (record["start"], record["end"]) == ("2019-01-01", "2021-12-31")
    assert record["body"] == [{"p": "Les juges manquent de livres."}]
    assert record["warnings"] == ["end-date-computed"]


@pytest.mark.parametrize(
    "text",
    [
        "input: a.txt\nrecords:\n- title: Loan of a video\n  countries:\n  - Nowhere\n  start: soon\n  body: []\n",
        "'use strict';\n  title: fold,\n  body: cut,\n  start: 1,\n  end: 2,\n",
    ],
    ids=["settings", "program"],
)
def test_words_like_labels_that_say_neither_who_nor_where_nor_when_make_no_mandate(read: Any, text: str) -> None:
    file = read(text)
    assert file["records"] == []
    assert file["warnings"] == ["no-mandate-headers"]


def test_values_stand_above_their_labels_without_bullets_too(read: Any) -> None:
    (record,) = read(
        "Appui à la police du Mali\n\nObjectif\n\nCe projet aide la police du pays.\n\n01/05/2015\nDEBUT DU PROJET\n\n"
        "68 mois\nDUREE\n\nMali\nPAYS\n\nAFD\nBAILLEUR\n"
    )["records"]
    assert record["title"] == "Appui à la police du Mali"
    assert (record["requesters"], record["countries"]) == (["AFD"], ["ML"])
    assert (record["start"], record["end"]) == ("2015-05-01", "2020-12-31")
    assert record["body"] == [{"p": "Ce projet aide la police du pays."}]


def test_three_wordings_are_one_mandate_with_the_last_end(read: Any) -> None:
    page = "Study\n\nUN mandate in Mali 01/02/2019 - {}\n\n{}\n\nMandate\n\n"
    parsed = read(
        page.format("31/03/2019", "It will look.")
        + page.format("30/06/2019", "It looked.")
        + page.format("30/04/2019", "It looks.")
    )
    (record,) = parsed["records"]
    assert (record["end"], record["body"], record["occurrences"]) == ("2019-06-30", [{"p": "It looked."}], 3)
    assert record["warnings"] == ["versions-merged"]
    assert parsed["warnings"] == ["duplicate-merged"]


def test_a_cut_title_with_another_text_stays_apart(read: Any) -> None:
    parsed = read(f"A study of ...\n\n{HEADER}\n\nOne text.\n\nA study of prisons\n\n{HEADER}\n\nAnother text.\n")
    assert titles(parsed) == ["A study of ...", "A study of prisons"]


def test_the_same_title_in_another_place_is_another_mandate(read: Any) -> None:
    parsed = read(f"A study\n\n{HEADER}\n\nText.\n\nA study\n\n{HEADER.replace('Mali', 'Niger')}\n\nText.\n")
    assert [record["countries"] for record in parsed["records"]] == [["ML"], ["NE"]]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", "empty-file"),
        (b" \n\n", "empty-file"),
        (b"\x89PNG\x00", "format-unknown"),
        (b"x" * (3 << 20), "too-large"),
    ],
)
def test_files_that_are_no_pages_are_refused(read: Any, data: bytes, error: str) -> None:
    assert read(data) == {"records": [], "skipped": [], "warnings": [], "error": error}


def test_an_old_windows_file_is_read_with_a_warning(read: Any) -> None:
    parsed = read(
        f"Étude sur l’accès\n\n{HEADER}\n\nL’étude décrit l’accès aux tribunaux pour les femmes.\n".encode("cp1252")
    )
    assert titles(parsed) == ["Étude sur l’accès"]
    assert parsed["warnings"] == ["encoding-guessed"]


def test_hostile_pages_are_read_in_no_time(read: Any) -> None:
    deep = "".join(" " * depth + "• x\n" for depth in range(1200))
    cut = "".join(f"Title number {number} of the ...\n\nUN mandate in Mali\n\nText.\n\n" for number in range(300))
    many = "Title\n\nUN mandate in " + "Mali and " * 90 + "Niger 01/01/2019 - 02/02/2019\n"
    assert len(read(f"Title\n\n{HEADER}\n\n{deep}")["records"]) == 1
    assert len(read(cut)["records"]) == 300
    assert len(read(many)["records"]) == 1


PIECES = st.sampled_from(
    [
        *("Title", HEADER, "UN mandate in Mali", "Mandate", "Text.", "• item", "  1. inner", "01/02/2019", "Videos"),
        *("Country: Mali", "Title: x", "Start date", "Duration", "No videos have been added yet.", "Location: x"),
        *("Application Deadline: y", "a\tb", "Ã©", "&amp;"),
    ]
)
PAGES = st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=25)


@settings(deadline=None)
@given(pieces=PAGES, separator=st.sampled_from(["\n", "\n\n"]))
def test_any_text_is_read_without_an_error(
    pieces: list[str], separator: str, importers: tuple[Importer, ...], names: Names
) -> None:
    file = parse_input(InputFile("x", separator.join(pieces).encode()), importers, names)
    for record in file.records:
        assert record.title
        assert record.start is None or record.end is None or record.start <= record.end
        assert record.line >= 1
