"""The importer of XLSX: the first sheet whose headings are known, read as a table like CSV.

Cells are taken as they were last calculated; a cell that is a day is one, however it is shown. Promise: a workbook that
unpacks into too much is refused before it is opened, and nothing outside it is read. Needs the extra `xlsx`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

from search_app.corpus.importers.base import FileWarning, Finding, InputFile, Rejection, Skipped
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.tables import HEAD_ROWS, MOST_COLUMNS, Headings, Row, TableReader, find_headings
from search_app.corpus.importers.text import clean_text
from search_app.corpus.names import Names

_ZIP: Final = b"PK\x03\x04"
_PARTS: Final = (b"xl/", b"[Content_Types].xml")
_OTHER_PARTS: Final = (b"word/", b"ppt/", b"mimetypeapplication/")
_SHEETS: Final = "xl/worksheets/"
# What a workbook may unpack into: parts, bytes of XML, tags in sheets (four a cell) and beside them.
_MOST_PARTS: Final = 2_000
_LARGEST: Final = 64 << 20
_MOST_TAGS: Final = 8_000_000
_MOST_OTHER_TAGS: Final = 1_000_000
_MOST_ROWS: Final = 1 << 20  # that a sheet can have, empty ones too
_AT_ONCE: Final = 500  # rows
_LONGEST_CELL: Final = 32_767  # letters that a cell can have
_MOST_TEXT: Final = 16 << 20  # letters in all cells: one text may be shared by many
_PIECE: Final = 1 << 20
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_ERRORS: Final = frozenset(("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"))


class Workbook:
    """Importer of XLSX, with HXL tags or without."""

    format = "xlsx"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._reader = TableReader(names, guesser)

    def recognises(self, head: bytes) -> bool:
        """An archive with the parts of a workbook."""
        return (
            head.startswith(_ZIP)
            and any(part in head for part in _PARTS)
            and not any(part in head for part in _OTHER_PARTS)
        )

    def records(self, file: InputFile) -> Iterator[Finding]:
        """The mandates of the rows."""
        if find_spec("openpyxl") is None:
            advice = "`pip install 'mandate-search[xlsx]'`, or save the sheet as CSV in UTF-8"
            yield Rejection("xlsx-missing", f"workbooks need the extra xlsx; {advice}")
            return
        reading = 1
        try:
            if refused := _look_inside(file.data):
                yield refused
                return
            for finding in self._sheets(file):
                reading = getattr(finding, "line", reading)
                yield finding
        except Exception as error:  # whatever the archive and its XML make the libraries raise
            reason = (str(error).splitlines() or [""])[0][:80] or type(error).__name__
            message = f"the workbook is not whole ({reason}); save it again, or save the sheet as CSV in UTF-8"
            yield Rejection("xlsx-malformed", message, reading, whole=True)

    def _sheets(self, file: InputFile) -> Iterator[Finding]:
        found = False
        for sheet in _open(file.data):
            head = [cells for _, cells in islice(_rows(sheet), HEAD_ROWS)]
            headings = find_headings(head)
            if headings is None:
                continue
            if found:
                yield Skipped("sheet", sheet.title)
                continue
            found = True
            yield from self._table(sheet, headings, after=_line_after(sheet, headings), locale=file.locale)
        if not found:
            advice = "name the columns, a title among them, as in the README"
            yield Rejection("headings-unknown", f"no sheet begins with headings that are known; {advice}")

    def _table(self, sheet: Any, headings: Headings, *, after: int, locale: str) -> Iterator[Finding]:
        if len(headings.columns) > MOST_COLUMNS:
            yield Rejection("too-large", f"more than {MOST_COLUMNS} columns; leave out those that are empty")
            return
        width, repaired = len(headings.columns), False

        def rows() -> Iterator[Row]:
            nonlocal repaired
            for line, cells in _rows(sheet):
                if line <= after:
                    continue
                repaired = repaired or any(clean_text(cell).repaired for cell in cells)
                # a cell without a heading is a remark beside the table
                yield line, [*cells[:width], *[""] * (width - len(cells))]

        yield from self._reader.read(rows(), headings, locale=locale)
        if repaired:
            yield FileWarning("encoding-repaired")


def _look_inside(data: bytes) -> Rejection | None:
    """Refuse an archive that is no workbook to open: too much in it, or an XML part with a DOCTYPE."""
    with ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        xml = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in xml) > _LARGEST:
            return Rejection("too-large", f"the workbook unpacks into more than {_LARGEST >> 20} MiB; save it as CSV")
        tags = {True: 0, False: 0}
        for part in xml:
            count = _count_tags(archive, part)
            if count is None:
                message = f"{part.filename[:40]} declares a DOCTYPE, which no workbook needs; save it again"
                return Rejection("xml-doctype-refused", message)
            tags[part.filename.startswith(_SHEETS)] += count
        if tags[True] > _MOST_TAGS or tags[False] > _MOST_OTHER_TAGS:
            return Rejection("too-large", "the workbook has too many cells or texts; save the sheet as CSV")
    return None


def _count_tags(archive: ZipFile, part: ZipInfo) -> int | None:
    """How many tags an XML part has; None where it declares a DOCTYPE."""
    count, end = 0, b""
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            count += piece.count(b"<")
            if any(doctype in end + piece for doctype in _DOCTYPES):
                return None
            end = piece[-32:]
    return count


def _open(data: bytes) -> list[Any]:
    """The sheets of a workbook, those that are shown first."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    return sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")


def _rows(sheet: Any) -> Iterator[Row]:
    """The rows of a sheet that hold something, with their numbers."""
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    values = _quietly(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True))
    letters = 0
    for number, row in enumerate(values, 1):
        if number > _MOST_ROWS:
            raise ValueError(f"row {number} is more than a sheet can have")
        if row.count(None) < len(row):
            cells = [_text(value) for value in row]
            letters += sum(map(len, cells))
            if letters > _MOST_TEXT or max(map(len, cells)) > _LONGEST_CELL:
                raise ValueError(f"its cells hold too much text up to row {number}")
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, cells


def _quietly(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """The same rows without the library's remarks on parts that it does not read, such as drop-down lists."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            some = list(islice(rows, _AT_ONCE))
        if not some:
            return
        yield from some


def _line_after(sheet: Any, headings: Headings) -> int:
    """The number of the last row that belongs to the headings."""
    return next(islice(_rows(sheet), headings.rows - 1, None))[0]


def _text(value: object) -> str:
    """A cell as a person would type it."""
    from openpyxl.utils.escape import unescape

    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() else f"{value:.15g}"
        case str():
            return "" if value in _ERRORS else unescape(value) if "_x" in value else value
        case _:
            return str(value)
