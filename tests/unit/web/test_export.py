"""Files to take away: every hit, in the order of the page, and text comes back out as it went in."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search_app.corpus.mandate import Mandate
from search_app.search.listing import Listed, Listing
from search_app.search.results import Named, Result, SearchRequest
from search_app.web import export, spreadsheet
from search_app.web.addresses import Addresses
from search_app.web.export import COLUMNS, Cover, write_csv, write_ris
from search_app.web.spreadsheet import write_xlsx
from search_app.web.wording import load
from tests.unit.web.fake import BILINGUAL, DATELESS, RECORDS

ENGLISH, FRENCH = load("en"), load("fr")
AT = Addresses("en", "", "https://mandates.example", "")
# What has hurt people: formulas, quotes, line ends, no-break blanks, ligatures, other scripts.
ODD = [
    '=cmd|" /C calc"!A0',
    "+1",
    "-2",
    "@SUM(A1)",
    "\tx",
    "＝1",
    'a "quoted", b',
    "one\n\ntwo",
    "a\u00a0b\u202fc",
    "œuvre",
]
# the types of reference and the tags of the format that are used here
RIS_TYPES = {"RPRT"}
RIS_TAGS = {"TY", "AU", "TI", "TT", "PY", "DA", "AB", "KW", "CY", "LA", "N1", "AN", "DB", "UR", "Y2", "ER"}


def listing(*mandates: Mandate, requesters: tuple[str, ...] = ()) -> Listing:
    """A listing of mandates whose requesters have these names."""
    named = tuple(Named(f"id-{number}", {"en": name, "fr": name}) for number, name in enumerate(requesters))

    def hits() -> Iterator[Listed]:
        for one in mandates:
            languages = tuple(one.description)
            result = Result(
                mandate=one,
                score=1.5,
                status="ended",
                languages=languages,
                requesters=named,
                places=(),
                snippets={},
                why=(),
            )
            yield Listed(result, "2020-06-01T23:30:00+00:00")

    request = SearchRequest(text="a query")
    return Listing(request=request, total=len(mandates), generation="g", built="", hits=hits())


def cover(text: str = "a query", language: str = "en") -> Cover:
    request = SearchRequest(text=text, page=3, size=20)
    return Cover(FRENCH if language == "fr" else ENGLISH, AT, request, date(2020, 6, 1))


def rows(body: bytes) -> list[list[str]]:
    text = body.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def mandate(title: str) -> Mandate:
    return Mandate(id="x", title={"en": title}, description={"en": title}, places=(title,), source=title, url=title)


def test_csv_has_every_hit_with_names_beside_codes_and_says_what_it_is(client: FlaskClient) -> None:
    ids = [hit["id"] for hit in client.get("/api/v1/search?q=police&size=100").get_json()["results"]]
    answer = client.get("/en/search.csv?q=police")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    head, *body = rows(answer.data)
    assert [row[0] for row in body] == ids
    assert {len(row) for row in body} == {len(head)} == {len(COLUMNS)}
    row = dict(zip(head, body[ids.index(BILINGUAL.id)], strict=True))
    assert (row["Requesters"], row["Requester ids"]) == ("African Union", "au")
    assert (row["Countries"], row["Country codes"], row["Places as printed"]) == ("Mali", "ML", "Mali")
    assert (row["Status"], row["Status code"]) == ("Ended", "ended")
    assert (row["Languages of the text"], row["Language codes"]) == ("English; French", "en; fr")
    assert (row["Start"], row["End"], row["Changed"]) == ("2019-02-01", "2019-03-31", "2020-06-01T23:30:00Z")
    assert row["Description in French"] == BILINGUAL.description["fr"]
    assert row["Address"] == f"http://localhost/en/mandates/{BILINGUAL.id}"
    for row in (dict(zip(head, one, strict=True)) for one in body):
        assert (row["Query"], row["Exported on"]) == ("police", "2020-06-01")
        assert row["Address of the search"] == "http://localhost/en/search?q=police"
        assert row["Licence of the texts"] == "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"


def test_the_french_table_differs_in_its_words_only(client: FlaskClient) -> None:
    (head, *english), (tete, *french) = (rows(client.get(f"/{one}/search.csv?q=rss").data) for one in ("en", "fr"))
    assert len(head) == len(tete) == len(set(tete))
    assert not set(head) & set(tete)
    places = {name: place for place, name in enumerate(head)}
    for one, other in zip(english, french, strict=True):
        differing = {head[place] for place in places.values() if one[place] != other[place]}
        assert differing <= {
            "Address",
            "Requesters",
            "Countries",
            "Status",
            "Languages of the text",
            "Address of the search",
        }
    assert french[0][places["Requesters"]] == "Union africaine"


@pytest.mark.parametrize("text", ODD)
def test_no_cell_is_a_formula_and_every_text_survives(text: str) -> None:
    head, row = rows(b"".join(write_csv(listing(mandate(text), requesters=(text,)), cover(text))))
    cells = dict(zip(head, row, strict=True))
    for name in ("Title in English", "Description in English", "Requesters", "Places as printed", "Source", "Query"):
        assert not cells[name].startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
        assert cells[name].removeprefix("'") == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_a_table_reads_back_whatever_the_texts_are(texts: list[str]) -> None:
    found = rows(b"".join(write_csv(listing(*map(mandate, texts)), cover())))
    assert len(found) == len(texts) + 1
    title = found[0].index("Title in English")
    assert [row[title] for row in found[1:]] == [export.guarded(text) for text in texts]


def test_tables_are_written_piece_by_piece() -> None:
    def many() -> Iterator[Listed]:
        for one in listing(*[mandate("a title")] * 1000).hits:
            nonlocal read
            read += 1
            yield one

    read = 0
    whole = Listing(request=SearchRequest(), total=1000, generation="g", built="", hits=many())
    pieces = write_csv(whole, cover())
    next(pieces), next(pieces)
    assert read < 100
    assert sum(1 for _ in pieces) > 10


def test_file_names_are_plain_and_say_what_is_inside() -> None:
    assert cover("Réforme de l’État: œuvre?").file_name("csv") == "mandates-reforme-de-letat-oeuvre-2020-06-01.csv"
    assert cover("").file_name("ris") == "mandates-2020-06-01.ris"
    assert cover('"\r\nx: y').file_name("csv") == "mandates-x-y-2020-06-01.csv"
    assert cover("секретная police").file_name("csv") == "mandates-police-2020-06-01.csv"
    assert len(cover("long " * 40).file_name("csv")) < 70


def test_lines_are_whole_mandates_with_reasons_and_times(client: FlaskClient) -> None:
    answer = client.get("/fr/search.jsonl?q=rss")
    (line,) = map(json.loads, answer.text.splitlines())
    assert line["id"] == BILINGUAL.id
    assert line["url"] == f"http://localhost/fr/mandates/{BILINGUAL.id}"
    assert line["description"] == BILINGUAL.description
    assert [reason["words"] for reason in line["why"]] == ["SSR", "RSS", "SSR"]
    assert (line["changed"], line["licence"]) == (
        "2020-06-01T23:30:00Z",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    alone = client.get(f"/api/v1/mandates/{BILINGUAL.id}?q=rss").get_json()
    assert {key for key in alone if line[key] != alone[key]} == {"url"}


def test_a_text_with_line_ends_of_any_kind_is_one_line(client: FlaskClient) -> None:
    odd = Mandate(id="x", title={"en": "a\u2028b\u0085c\nd"}, description={"en": "e\r\nf"})
    body = b"".join(export.write_jsonl(listing(odd), cover()))
    assert body.count(b"\n") == 1
    assert json.loads(body)["title"]["en"] == odd.title["en"]


def references(body: bytes) -> list[list[tuple[str, str]]]:
    """The fields of each reference, after the rules of the format."""
    text = body.decode("utf-8")
    found: list[list[tuple[str, str]]] = []
    for line in text.split("\r\n"):
        if not line:
            continue
        assert re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line), line
        tag, value = line[:2], line[6:]
        if tag == "TY":
            found.append([])
        found[-1].append((tag, value))
    return found


def test_references_follow_the_rules_of_the_format(client: FlaskClient) -> None:
    found = references(client.get("/en/search.ris").data)
    assert len(found) == len(RECORDS)
    for fields in found:
        tags = [tag for tag, _ in fields]
        assert tags[0] == "TY"
        assert tags[-1] == "ER"
        assert set(tags) <= RIS_TAGS
        for once in ("TY", "TI", "TT", "PY", "DA", "AB", "CY", "LA", "AN", "DB", "UR", "Y2", "ER"):
            assert tags.count(once) <= 1
        values = dict(fields)
        assert values["TY"] in RIS_TYPES
        assert values["ER"] == ""
        assert all(value for tag, value in fields if tag != "ER")
        assert re.fullmatch(r"\d{4}", values.get("PY", "2000"))
        assert all(re.fullmatch(r"\d{4}/\d{2}/\d{2}/", values.get(tag, "2000/01/01/")) for tag in ("DA", "Y2"))
        assert values["UR"].startswith("http://localhost/en/mandates/")
        for tag, value in fields:
            assert tag not in ("AU", "KW") or ("*" not in value and len(value) <= 255)
            assert tag != "AU" or "," not in value


def test_a_reference_says_who_what_when_and_under_which_licence(client: FlaskClient) -> None:
    (fields,) = references(client.get("/fr/search.ris?q=rss").data)
    assert fields[:3] == [
        ("TY", "RPRT"),
        ("AU", "Union africaine"),
        ("TI", BILINGUAL.title["fr"]),
    ]
    assert ("TT", BILINGUAL.title["en"]) in fields
    assert ("PY", "2019") in fields
    assert ("DA", "2019/02/01/") in fields
    assert ("KW", "Mali") in fields
    assert ("N1", "Mandat du 2019-02-01 au 2019-03-31") in fields
    assert ("N1", "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/") in fields
    assert ("Y2", "2020/06/01/") in fields


def test_a_reference_alone_is_that_of_the_list(client: FlaskClient) -> None:
    (listed,) = references(client.get("/en/search.ris?q=rss").data)
    (alone,) = references(client.get(f"/en/mandates/{BILINGUAL.id}.ris").data)
    assert alone == listed


@pytest.mark.parametrize("text", [*ODD, "Ministry of Defence, Kenya", "a * star"])
def test_odd_texts_break_no_reference(text: str) -> None:
    (fields,) = references(b"".join(write_ris(listing(mandate(text), requesters=(text,)), cover())))
    values = dict(fields)
    assert values["TI"] == " ".join(text.split())
    assert "," not in values["AU"]


def test_a_mandate_without_dates_has_no_invented_ones(client: FlaskClient) -> None:
    (fields,) = references(client.get(f"/en/mandates/{DATELESS.id}.ris").data)
    assert not {"PY", "DA"} & {tag for tag, _ in fields}


def book(body: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_a_workbook_holds_the_table_of_the_csv_file_with_real_days(client: FlaskClient) -> None:
    head, *body = book(client.get("/fr/search.xlsx?q=police").data)
    tete, *lines = rows(client.get("/fr/search.csv?q=police").data)
    assert list(head) == tete
    plain = [[cell.date().isoformat() if hasattr(cell, "date") else cell or "" for cell in row] for row in body]
    assert plain == lines


@pytest.mark.parametrize("text", ODD)
def test_workbooks_hold_texts_as_they_are(text: str) -> None:
    head, row = book(b"".join(write_xlsx(listing(mandate(text)), cover(text))))
    assert row[head.index("Title in English")] == text
    assert row[head.index("Query")] == text


def test_a_workbook_takes_what_its_form_has_no_place_for() -> None:
    long = Mandate(id="x", title={"en": "t"}, description={"en": "word " * 8000}, start=date(1850, 1, 2))
    head, row = book(b"".join(write_xlsx(listing(long), cover())))
    cell = row[head.index("Description in English")]
    assert isinstance(cell, str)
    assert len(cell) == spreadsheet.LONGEST_CELL
    assert cell.endswith("…")
    assert row[head.index("Start")] == "1850-01-02"
