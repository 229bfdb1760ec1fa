"""IATI, feeds and JSON beyond the examples: files cut or broken, too large, or like another format."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from search_app.corpus.importers.base import Importer, InputFile
from search_app.corpus.importers.facts import days
from search_app.corpus.importers.feed import published_day
from search_app.corpus.importers.xml_stream import root_name
from search_app.corpus.intake import parse_input
from search_app.corpus.names import Names
from search_app.corpus.report import ImportedFile

Read = Callable[[str | bytes], ImportedFile]

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@pytest.fixture
def read(importers: tuple[Importer, ...], names: Names) -> Read:
    """Parse a file."""

    def parse(content: str | bytes) -> ImportedFile:
        data = content if isinstance(content, bytes) else content.encode()
        return parse_input(InputFile("input", data), importers, names)

    return parse


def activity(title: str, *, number: int = 1, more: str = "") -> str:
    texts = f"<title><narrative>{title}</narrative></title>{more}"
    return f'<iati-activity xml:lang="en"><iati-identifier>XX-{number}</iati-identifier>{texts}</iati-activity>\n'


def iati(*activities: str) -> str:
    return f'{HEAD}<iati-activities version="2.03">\n{"".join(activities)}</iati-activities>\n'


def titles(file: ImportedFile) -> list[str]:
    return [record.title for record in file.records]


def refusals(file: ImportedFile) -> list[tuple[str, int]]:
    return [(rejection.code, rejection.line) for rejection in file.rejections]


def test_a_file_cut_anywhere_keeps_what_is_whole_and_says_so(read: Read) -> None:
    whole = iati(activity("First & last".replace("&", "&amp;")), activity("Second", number=2)).encode()
    ends = [whole.index(b"</iati-activity>", at) + len("</iati-activity>") for at in (0, whole.index(b"XX-2"))]
    for length in range(len(HEAD) + 20, len(whole) - len("/iati-activities>\n")):
        file = read(whole[:length])
        assert file.format == "iati-xml"
        assert "file-truncated" in file.warnings
        assert titles(file) == ["First & last", "Second"][: sum(length >= end for end in ends)]


def test_a_broken_file_is_refused_with_its_line(read: Read) -> None:
    file = read(iati(activity("First"), activity("Second</b>", number=2)))
    assert refusals(file) == [("xml-malformed", 4)]
    assert file.records == ()


def test_an_unknown_entity_breaks_a_file_and_is_not_left_out(read: Read) -> None:
    assert [code for code, _ in refusals(read(iati(activity("First&nbsp;one"))))] == ["xml-malformed"]


def test_records_know_their_lines_in_long_files(read: Read) -> None:
    file = read(iati("\n" * 70_000, activity("Far down")))
    assert [record.line for record in file.records] == [70_003]


def test_a_doctype_in_a_quoted_page_is_text(read: Read) -> None:
    quoted = "<description><narrative><![CDATA[<!DOCTYPE html><p>Two visits.</p>]]></narrative></description>"
    file = read(iati(activity("Visits", more=quoted)))
    assert (titles(file), file.rejections) == (["Visits"], ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_behind_comments_is_refused_in_any_encoding(read: Read, encoding: str) -> None:
    text = "<!-- a --><?x y?>\n<!-- <iati-activities> --><!doctype iati-activities><iati-activities/>"
    assert refusals(read(text.encode(encoding))) == [("xml-doctype-refused", 0)]


def test_utf_16_is_read_whatever_the_file_says(read: Read) -> None:
    assert titles(read(iati(activity("L’été")).encode("utf-16"))) == ["L’été"]


def test_what_cannot_be_forgotten_is_refused_before_it_fills_the_memory(read: Read) -> None:
    file = read(iati(activity("Huge", more=f"<description>{'<narrative/>' * 500_000}</description>")))
    assert [code for code, _ in refusals(file)] == ["too-large"]


def test_more_tags_than_a_file_of_activities_has_are_refused_unread(read: Read) -> None:
    assert refusals(read(f"{HEAD}<iati-activities>{'<a/>' * 4_000_000}</iati-activities>")) == [("too-large", 0)]


def test_an_element_with_endless_parts_is_read_without_them(read: Read) -> None:
    assert titles(read(iati(activity("Huge", more=f"<result>{'<a/>' * 400_000}</result>")))) == ["Huge"]


def test_a_large_activity_loses_only_what_nobody_reads(read: Read) -> None:
    transactions = '<transaction><value currency="EUR">1</value></transaction>\n' * 120_000
    places = '<recipient-country code="ML"/>'
    file = read(iati(activity("Large", more=places + transactions + "<description>Text at the end.</description>")))
    assert [(record.title, record.places, len(record.body)) for record in file.records] == [("Large", ("Mali",), 1)]


def test_parents_that_are_their_own_children_end(read: Read) -> None:
    first = activity("One", more='<related-activity ref="XX-2" type="2"/>')
    second = activity("Two", number=2, more='<related-activity ref="XX-1" type="2"/><recipient-country code="TD"/>')
    assert [record.places for record in read(iati(first, second)).records] == [("Chad",), ("Chad",)]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xef\xbb\xbf \n<?xml version='1.0'?><!-- > --><iati-activities>", "iati-activities"),
        (b"<rdf:RDF xmlns:rdf='x'>", "RDF"),
        (b"<!DOCTYPE rss [", "rss"),
        (codecs.BOM_UTF16_BE + "<feed>".encode("utf-16-be"), "feed"),
        (b"Title <feed>", ""),
        (b"", ""),
        (b"<!-- " + b"<!-- --> " * 5_000, ""),
    ],
)
def test_the_root_is_found_behind_whatever_may_stand_before_it(head: bytes, name: str) -> None:
    assert root_name(head) == name


def test_a_page_that_holds_linked_data_stays_a_page(read: Read) -> None:
    data = '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Event"}</script>'
    assert read(f"<html><head>{data}</head><body><p>Text.</p></body></html>").format == "page-html"


def test_a_table_that_speaks_of_json_and_xml_stays_a_table(read: Read) -> None:
    file = read('Title,Country,Text\nStudy,Mali,"{""@context"": 1} <rss> ""fields"": {"\n')
    assert (file.format, titles(file)) == ("csv", ["Study"])


@pytest.mark.parametrize(
    "text",
    [
        '{"@context": 1, "@type": "Event"',
        '[{"@type": "Event", "name": "x"}' + "[" * 100_000,
        '{"@type": "Event", "x": ' + "1" * 5_000 + "}",
        '{"fields": {}} {"fields": {}}',
    ],
)
def test_broken_json_is_refused(read: Read, text: str) -> None:
    assert [code for code, _ in refusals(read(text))] == ["json-malformed"]


def test_json_of_too_many_values_is_refused_unread(read: Read) -> None:
    assert refusals(read('{"@type": "Event", "x": [' + "[]," * 2_000_000 + "0]}")) == [("too-large", 0)]


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Event", "name": "x", "location": [1, null, ["a"], {"address": [7, {"addressCountry": [{}]}]}]}',
        '{"@type": ["Event", 5, null], "name": {"en": ["x"], "fr": null}, "organizer": [[], {"name": []}, "@id"]}',
        '[{"@type": "Event", "name": "x", "superEvent": [{"@id": 3}], "inLanguage": [{}], "startDate": {}}, 1, "x"]',
        '{"data": [1, {"fields": {"title": "x", "country": ["Mali", 3, {}], "date": [], "source": {"name": 4}}}]}',
        '{"data": {"fields": {"title": "x", "language": "fr", "body": ["x"], "date": {"start": 20}}}}',
    ],
)
def test_values_of_other_kinds_than_the_format_says_break_nothing(read: Read, text: str) -> None:
    assert titles(read(text)) == ["x"]


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("Mon, 10 Jan 2022 23:30:00 -0500", date(2022, 1, 10)),
        ("10 janv. 2022", date(2022, 1, 10)),
        ("2022-01-10T23:30:00.000Z", date(2022, 1, 10)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_days_of_publication_are_read_as_printed(printed: str, day: date | None) -> None:
    assert published_day(printed) == day


@pytest.mark.parametrize(
    ("printed", "start"),
    [
        ("2011-05-09Z", date(2011, 5, 9)),
        ("2011-05-09+01:00", date(2011, 5, 9)),
        ("20110509", date(2011, 5, 9)),
        ("2011/05/09", date(2011, 5, 9)),
        ("09-MAY-2011", date(2011, 5, 9)),
        ("2011-05", date(2011, 5, 1)),
        ("2011-13", None),
    ],
)
def test_days_as_machines_write_them_are_days(printed: str, start: date | None) -> None:
    assert days(printed, "").start == start


def test_every_example_of_a_format_is_recognised_as_that_format(read: Read, data: Path) -> None:
    kinds = {"iati*.xml": "iati-xml", "rss*.xml": "rss", "atom*.xml": "rss", "jsonld*.json": "json-ld"}
    found = {path.name: read(path.read_bytes()).format for kind in kinds for path in (data / "inputs").glob(kind)}
    assert len(found) >= 20
    assert found == {path.name: kinds[kind] for kind in kinds for path in (data / "inputs").glob(kind)}
