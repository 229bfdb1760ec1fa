"""The table of all hits as an Excel workbook, where the extra `xlsx` is installed.

Rows go to a temporary file one by one, so memory stays bounded; cells are text or days, never formulas.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.util import find_spec
from typing import IO, Any, Final

from search_app.search.listing import Listing
from search_app.web.export import COLUMNS, Cover, headings

# What a cell of such a file can hold.
LONGEST_CELL: Final = 32_767
WIDTH: Final = 24
_BLOCK: Final = 64 * 1024


@cache
def is_available() -> bool:
    """Tell whether workbooks can be written here."""
    return find_spec("xlsxwriter") is not None


def write_xlsx(listing: Listing, cover: Cover) -> Iterator[bytes]:
    """The workbook in pieces."""
    with tempfile.TemporaryFile() as file:
        _fill(file, listing, cover)
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block


def _fill(file: IO[bytes], listing: Listing, cover: Cover) -> None:
    from xlsxwriter import Workbook

    # what looks like an address, a number or a formula is the text that it is
    with Workbook(file, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(cover.words.gettext("Mandates"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, WIDTH)
        sheet.autofilter(0, 0, listing.total, len(COLUMNS) - 1)
        for place, heading in enumerate(headings(cover.words)):
            sheet.write_string(0, place, heading, bold)
        for number, one in enumerate(listing.hits, 1):
            for place, column in enumerate(COLUMNS):
                _write(sheet, number, place, column.cell(one, cover), day)


def _write(sheet: Any, number: int, place: int, cell: str | date, day: object) -> None:
    if isinstance(cell, date):
        # the calendar of such files begins in 1900
        if cell.year < 1900:
            sheet.write_string(number, place, cell.isoformat())
        else:
            sheet.write_datetime(number, place, cell, day)
    elif cell:
        sheet.write_string(number, place, cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…")
