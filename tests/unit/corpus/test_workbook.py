"""Workbooks: what the examples do not show."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from search_app.corpus.importers import workbook
from search_app.corpus.importers.base import Importer, InputFile
from search_app.corpus.intake import parse_input
from search_app.corpus.names import Names
from search_app.corpus.report import ImportedFile

HEAD = ["Title", "Country", "Start date", "End date", "Description"]
ROW = ["Study of prisons", "Mali", date(2019, 2, 1), date(2019, 3, 31), "The study looks at four prisons of the north."]


def saved(*rows: list[Any], **sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def read(importers: tuple[Importer, ...], names: Names) -> Any:
    def parse(data: bytes) -> ImportedFile:
        return parse_input(InputFile("list.xlsx", data), importers, names)

    return parse


def test_without_the_extra_the_refusal_says_how_to_get_it(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "find_spec", lambda name: None)
    (refused,) = read(saved(HEAD, ROW)).rejections
    assert refused.code == "xlsx-missing"
    assert "pip install 'mandate-search[xlsx]'" in refused.message
    assert refused.refuses_file


def test_rows_are_named_by_their_numbers(read: Any) -> None:
    file = read(saved([], HEAD, [], ROW, [None, "Mali"], []))
    assert [record.line for record in file.records] == [4]
    assert [(one.code, one.line) for one in file.rejections] == [("title-missing", 5)]


def test_numbers_are_written_as_people_do(read: Any) -> None:
    head = [*HEAD, "Reference"]
    rows = [[f"Study number {at}", "Mali", 2019, None, None, value] for at, value in enumerate((7, 8.0, 7.5, "007"))]
    file = read(saved(head, *rows))
    assert [record.identifier for record in file.records] == ["7", "8", "7.5", "007"]
    assert {record.start for record in file.records} == {date(2019, 1, 1)}


def test_a_formula_counts_as_what_it_gave_last(read: Any) -> None:
    """A program that never calculated has left no value."""
    (record,) = read(saved(HEAD, [*ROW[:4], '="a" & "b"'])).records
    assert record.body == ()


def test_line_ends_of_windows_inside_a_cell_are_line_ends(read: Any) -> None:
    (record,) = read(
        saved(HEAD, [*ROW[:4], "One paragraph of the text._x000D_\nAnother paragraph of the text."])
    ).records
    assert [block.text for block in record.body] == ["One paragraph of the text.", "Another paragraph of the text."]


def test_the_last_of_many_sheets_may_hold_the_list(read: Any) -> None:
    file = read(saved(["Notes"], Codes=[["ML", "Mali"]], List=[HEAD, ROW]))
    assert [record.title for record in file.records] == ["Study of prisons"]
    assert file.skipped == ()


def test_no_known_headings_is_told(read: Any) -> None:
    (refused,) = read(saved(["a", "b"], ["c", "d"])).rejections
    assert refused.code == "headings-unknown"


def test_more_columns_than_a_list_has_are_refused(read: Any) -> None:
    (refused,) = read(saved([*HEAD, *map(str, range(300))], ROW)).rejections
    assert refused.code == "too-large"
