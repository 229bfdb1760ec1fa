"""The fields of the Whoosh index.

Only the exact form of a word is indexed: `x`, the whole document with positions, and `t_x`, its titles. Terms come
ready from `document` and are written by `block_writer`, so Whoosh's own analyzers, pool and field lengths are not used.
The schema stands here, never in the index: what an index says of its schema is not read.
"""

from __future__ import annotations

from typing import Final

from whoosh import fields, formats

BODY: Final = "x"
TITLE: Final = "t_x"
FIELDS: Final = (BODY, TITLE)
# Part of a generation's fingerprint: raised whenever schema, payloads or side files change.
FORMAT_VERSION: Final = 5


class PositionsAsBytes(formats.Format):  # type: ignore[misc]
    """A posting's payload is its positions, two bytes each, or four where one is too large for two."""

    posting_size = -1


class ReadyTerms(fields.FieldType):  # type: ignore[misc]
    """A field whose postings are written ready; Whoosh is given no value for it."""

    def __init__(self, form: formats.Format) -> None:
        super().__init__(format=form, analyzer=None, scorable=False, stored=False)


def schema() -> fields.Schema:
    """The schema every reader and writer of this version uses."""
    return fields.Schema(
        id=fields.ID(unique=True),
        **{BODY: ReadyTerms(PositionsAsBytes()), TITLE: ReadyTerms(formats.Existence())},
    )
