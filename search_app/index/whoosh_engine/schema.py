"""The fields of the Whoosh index and the form in which terms are handed to it.

Only the exact form of a word is indexed: `x`, the whole document with positions, and `t_x`, its titles. Terms come
ready from `document`, so Whoosh's own analyzers and field lengths are not used. The schema stands here, never in the
index: what an index says of its schema is not read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Final

from whoosh import fields, formats

BODY: Final = "x"
TITLE: Final = "t_x"
# Part of a generation's fingerprint: raised whenever schema, payloads or side files change.
FORMAT_VERSION: Final = 4
_SHORT_POSITIONS: Final = 0xFFFF

Posting = tuple[bytes, int, int, bytes]


class PositionsAsBytes(formats.Format):  # type: ignore[misc]
    """A posting's payload is its positions, two bytes each, or four where one is too large for two."""

    posting_size = -1


class ReadyTerms(fields.FieldType):  # type: ignore[misc]
    """A field whose value is an iterable of ready postings."""

    def __init__(self, form: formats.Format) -> None:
        super().__init__(format=form, analyzer=None, scorable=False, stored=False)

    def index(self, value: Iterator[Posting], **_: object) -> Iterator[Posting]:
        return value


def schema() -> fields.Schema:
    """The schema every reader and writer of this version uses."""
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        record=fields.STORED(),
        **{BODY: ReadyTerms(PositionsAsBytes()), TITLE: ReadyTerms(formats.Existence())},
    )


def body_postings(body: Mapping[str, list[int]]) -> Iterator[Posting]:
    """Postings of one document with positions."""
    for term, positions in body.items():
        width = "H" if positions[-1] <= _SHORT_POSITIONS else "I"
        yield term.encode(), len(positions), len(positions), array(width, positions).tobytes()


def title_postings(title: Mapping[str, int]) -> Iterator[Posting]:
    """Postings of one document's titles, frequencies only."""
    for term, frequency in title.items():
        yield term.encode(), frequency, frequency, b""
