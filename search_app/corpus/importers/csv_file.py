"""The importer of CSV as people export it: any of four separators, any usual encoding, headings in both languages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from search_app.corpus.importers.base import FileWarning, Finding, InputFile, Rejection
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.tables import HEAD_ROWS, MOST_COLUMNS, Headings, Row, TableReader, find_headings
from search_app.corpus.importers.text import clean_text, decode
from search_app.corpus.names import Names

_SEPARATORS: Final = ",;\t|"
_SAID: Final = "sep="  # a first line by which a spreadsheet program says its separator


class CsvFile:
    """Importer of CSV, with HXL tags or without."""

    format = "csv"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._reader = TableReader(names, guesser)

    def recognises(self, head: bytes) -> bool:
        """A text whose first rows hold headings or tags that are known."""
        decoded = decode(head) or decode(head[:-1])
        return decoded is not None and _find_layout(decoded.text) is not None

    def records(self, file: InputFile) -> Iterator[Finding]:
        """The mandates of the rows."""
        decoded = decode(file.data)
        layout = _find_layout(decoded.text) if decoded else None
        if decoded is None or layout is None:
            yield Rejection("not-text", "this is no text file; export the table as CSV in UTF-8")
            return
        separator, headings = layout
        if len(headings.columns) > MOST_COLUMNS:
            yield Rejection("too-large", f"more than {MOST_COLUMNS} columns; leave out those that are empty")
            return
        if decoded.guessed:
            yield FileWarning("encoding-guessed")
        if clean_text(decoded.text).repaired:
            yield FileWarning("encoding-repaired")
        rows = islice(_rows(decoded.text, separator), headings.rows, None)
        reading = 1
        try:
            for finding in self._reader.read(rows, headings, locale=file.locale):
                reading = getattr(finding, "line", reading)
                yield finding
        except csv.Error as error:
            message = f"the table is not whole after this row ({error}); close every quote, or export it again"
            yield Rejection("csv-malformed", message, reading, whole=True)


def _find_layout(text: str) -> tuple[str, Headings] | None:
    """The separator under which most headings are known, and the headings."""
    found = []
    for separator in _SEPARATORS:
        try:
            head: list[Sequence[str]] = [cells for _, cells in islice(_rows(text[: 1 << 16], separator), HEAD_ROWS)]
        except csv.Error:
            head = _first_lines(text, separator)
        if headings := find_headings(head):
            found.append((headings.tagged, headings.score, separator, headings))
    if not found:
        return None
    _, _, separator, headings = max(found, key=lambda one: one[:2])
    return separator, headings


def _first_lines(text: str, separator: str) -> list[Sequence[str]]:
    """The first lines of a table that breaks off inside a quoted cell."""
    return [line.replace('"', "").split(separator) for line in text[: 1 << 16].splitlines()[:HEAD_ROWS]]


def _rows(text: str, separator: str) -> Iterator[Row]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    if text[: len(_SAID)].lower() == _SAID:
        text, skipped = text.partition("\n")[2], 1
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    line = skipped + 1
    for cells in reader:
        yield line, cells
        line = skipped + reader.line_num + 1
