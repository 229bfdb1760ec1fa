"""The parameter `changed_since` of what harvesters take: only mandates that are new or have changed then or later.

It belongs to exports, not to searches, so it stands apart from the table of `params`; it is read with the same manners.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, time
from typing import Final

from search_app.analysis.language import Language
from search_app.search.results import SearchRequest
from search_app.web import parameters, params
from search_app.web.wording import message

NAME: Final = "changed_since"
EXPECTS: Final = message("a day such as 2020-06-01, or a time in UTC as answers write it under “changed”")
ABOUT: Final = message("Only mandates that are new or have changed then or later (UTC).")
EXAMPLE: Final = "2020-06-01"
SCHEMA: Final[parameters.Schema] = {
    "anyOf": [
        *parameters.DATE_FORMS,
        {
            "type": "string",
            "format": "date-time",
            "pattern": "^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
        },
    ]
}
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def parse(query: bytes, language: Language, names: Collection[str]) -> tuple[SearchRequest, datetime | None]:
    """Read a query string that may hold the parameter beside those of a search; strict as for machines.

    names    the parameters that are known here
    returns  the request, and the time; None where it is not given or empty
    raises   as `params.parse`
    """
    given = params.texts_of(query, strict=True, known=names)
    text = given.pop(NAME, "")
    return params.request_from(given, language), _moment(text) if text else None


def _moment(text: str) -> datetime:
    try:
        if _TIME.fullmatch(text):
            return datetime.fromisoformat(text)
        return datetime.combine(parameters.period(text)[0], time(), UTC)
    except ValueError as error:
        raise parameters.ParameterError(NAME, text, expects=EXPECTS) from error
