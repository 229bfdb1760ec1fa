"""The table of query parameters: what each may hold, how it is read into a request and written back, what it is for.

The limits of a web request live here. `params` reads and writes whole query strings by this table, the description of
the interface is written from it.
"""

from __future__ import annotations

import calendar
import dataclasses
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, cast, get_args

from search_app.analysis.language import LANGUAGES, Language
from search_app.errors import RequestError
from search_app.index.query import Filters, Sort, Status
from search_app.search.results import SearchRequest
from search_app.web.wording import message

LONGEST_QUERY: Final = 256
LARGEST_PAGE: Final = 100
DEFAULT_SIZE: Final = 10
DEEPEST_WINDOW: Final = 10_000
MOST_VALUES: Final = 50

Schema = Mapping[str, object]
ListFilter = Literal["country", "requester", "concept", "lang", "status"]
MANDATE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
LIST_FILTERS: Final[tuple[ListFilter, ...]] = get_args(ListFilter)


class ParameterError(RequestError):
    """A parameter holds something that cannot be used: `value`, where the sentence `expects` says what can."""

    def __init__(self, name: str, value: str, *, expects: str, **limits: int) -> None:
        super().__init__(f"{name}={value}: write {expects}", kind="parameter-invalid", parameter=name, **limits)
        self.value = value
        self.expects = expects


class UnknownParameterError(RequestError):
    """There is no such parameter at this address; `known` are those that there are."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        super().__init__(f"{name}: no such parameter", kind="parameter-unknown", parameter=name)
        self.known = tuple(known)


class OutOfRangeError(ValueError):
    """A number is none of those that may stand there: `limits` says which may."""

    def __init__(self, minimum: int, maximum: int) -> None:
        super().__init__()
        self.limits = {"minimum": minimum, "maximum": maximum}


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address.

    expects   what may be written, for the error message
    read      puts the text of the parameter into a request; ValueError where it cannot be used
    write     the text for a request, "" for the default
    about     what it does, a sentence for the description of the interface
    schema    the same as `expects` for machines: JSON Schema, of one value where there may be several
    example   something that may be written
    several   takes values joined by commas
    """

    name: str
    expects: str
    read: Callable[[SearchRequest, str], SearchRequest]
    write: Callable[[SearchRequest], str]
    about: str
    schema: Schema
    example: str
    several: bool = False


def is_country(value: str) -> bool:
    """Tell countries, which are two capitals, from regions and organisations, which are small letters."""
    return len(value) == 2 and value.isupper()


def filter_values(filters: Filters, name: ListFilter) -> tuple[str, ...]:
    """The values chosen in one filter."""
    return cast(tuple[str, ...], getattr(filters, name))


def _read_text(request: SearchRequest, text: str) -> SearchRequest:
    if len(unicodedata.normalize("NFC", text)) > LONGEST_QUERY:
        raise RequestError("the query is too long", kind="query-too-long", parameter="q", limit=LONGEST_QUERY)
    return dataclasses.replace(request, text=text.strip())


def with_values(filters: Filters, name: ListFilter, values: Collection[str]) -> Filters:
    """The same filters with these values in one of them."""
    ordered = tuple(sorted(set(values)))
    match name:
        case "country":
            return dataclasses.replace(filters, country=ordered)
        case "requester":
            return dataclasses.replace(filters, requester=ordered)
        case "concept":
            return dataclasses.replace(filters, concept=ordered)
        case "lang":
            return dataclasses.replace(filters, lang=cast(tuple[Language, ...], ordered))
        case "status":
            return dataclasses.replace(filters, status=cast(tuple[Status, ...], ordered))


def _values(
    name: ListFilter, expects: str, about: str, *, value: Callable[[str], str], schema: Schema, example: str
) -> Parameter:
    """A filter that takes several values; `value` tidies one of them or raises ValueError."""

    def read(request: SearchRequest, text: str) -> SearchRequest:
        parts = text.split(",")
        if len(parts) > MOST_VALUES:
            raise ValueError("too many values")
        values = [value(part.strip()) for part in parts if part.strip()]
        return dataclasses.replace(request, filters=with_values(request.filters, name, values))

    def write_values(request: SearchRequest) -> str:
        return ",".join(filter_values(request.filters, name))

    return Parameter(name, expects, read, write_values, about, schema, example, several=True)


def _identifier(text: str) -> str:
    if not re.fullmatch(r"\w[\w.-]{0,127}", text):
        raise ValueError("not an identifier")
    return text.lower() if text.isascii() else text


def _country(text: str) -> str:
    """A code as it is typed: two small letters may be one too, or the id of an organisation, which the search tells."""
    return text.upper() if re.fullmatch(r"[A-Z][A-Za-z]", text) else _identifier(text)


def _one_of(choices: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError("not a choice")
        return text

    return read


def _read_start(request: SearchRequest, text: str) -> SearchRequest:
    return dataclasses.replace(request, filters=dataclasses.replace(request.filters, start=period(text)[0]))


def _read_end(request: SearchRequest, text: str) -> SearchRequest:
    return dataclasses.replace(request, filters=dataclasses.replace(request.filters, end=period(text)[1]))


def period(text: str) -> tuple[date, date]:
    """First and last day of a year, a month or a day."""
    if not (parts := re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)):
        raise ValueError("not a date")
    year, month, day = (int(part or 0) for part in parts.groups())
    if day or parts[3]:
        return date(year, month, day), date(year, month, day)
    if month or parts[2]:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def write_start(request: SearchRequest) -> str:
    """The first day of the filter "active during" as briefly as it can be said."""
    return _shortest(request.filters.start, end=False)


def write_end(request: SearchRequest) -> str:
    """The last day of the filter "active during" as briefly as it can be said."""
    return _shortest(request.filters.end, end=True)


def _shortest(day: date | None, *, end: bool) -> str:
    if day is None:
        return ""
    whole = day.isoformat()
    return next(text for text in (whole[:4], whole[:7], whole) if period(text)[int(end)] == day)


def _whole(text: str, *, maximum: int, digits: int) -> int:
    if not re.fullmatch(rf"[1-9][0-9]{{0,{digits - 1}}}", text):
        raise OutOfRangeError(1, maximum)
    return int(text)


def _read_page(request: SearchRequest, text: str) -> SearchRequest:
    return dataclasses.replace(request, page=_whole(text, maximum=DEEPEST_WINDOW // request.size, digits=6))


def _read_size(request: SearchRequest, text: str) -> SearchRequest:
    if (size := _whole(text, maximum=LARGEST_PAGE, digits=6)) > LARGEST_PAGE:
        raise OutOfRangeError(1, LARGEST_PAGE)
    return dataclasses.replace(request, size=size)


def _read_sort(request: SearchRequest, text: str) -> SearchRequest:
    return dataclasses.replace(request, sort=cast(Sort, _one_of(get_args(Sort))(text)))


def _read_expand(request: SearchRequest, text: str) -> SearchRequest:
    return dataclasses.replace(request, expand=_one_of(("0", "1"))(text) == "1")


_IDENTIFIERS: Final = message("identifiers joined by commas, such as un,au")
_DATE: Final = message("a year, a month or a day, such as 2019, 2019-03 or 2019-03-31")
_IDENTIFIER_SCHEMA: Final[Schema] = {"type": "string", "pattern": r"^([\p{L}\p{N}_][\p{L}\p{N}_.\-]{0,127})?$"}
# a form sends what was left empty, too
EMPTY: Final[Schema] = {"type": "string", "maxLength": 0}
DATE_FORMS: Final[tuple[Schema, ...]] = (
    EMPTY,
    {"type": "string", "pattern": "^(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?$"},
    {"type": "string", "format": "date", "pattern": "^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
)
_DATE_SCHEMA: Final[Schema] = {"anyOf": list(DATE_FORMS)}

PARAMETERS: Final[tuple[Parameter, ...]] = (
    Parameter(
        "q",
        message("words without control characters"),
        _read_text,
        lambda request: request.text,
        message("The words to search, with the signs that the help page explains; without them all mandates."),
        {"type": "string", "maxLength": LONGEST_QUERY, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"},
        "reforme securite",
    ),
    _values(
        "country",
        message("country codes or regions joined by commas, such as ML,NE"),
        message("Only mandates in one of these countries (ISO 3166 codes) or regions."),
        value=_country,
        schema=_IDENTIFIER_SCHEMA,
        example="ML,NE",
    ),
    _values(
        "requester",
        _IDENTIFIERS,
        message("Only mandates that one of these organisations or countries asked for."),
        value=_identifier,
        schema=_IDENTIFIER_SCHEMA,
        example="un,au",
    ),
    _values(
        "concept",
        _IDENTIFIERS,
        message("Only mandates on one of these topics."),
        value=_identifier,
        schema=_IDENTIFIER_SCHEMA,
        example="ssr",
    ),
    Parameter(
        "from",
        _DATE,
        _read_start,
        write_start,
        message("Only mandates that were active then or later; an open end counts."),
        _DATE_SCHEMA,
        "2015",
    ),
    Parameter(
        "to",
        _DATE,
        _read_end,
        write_end,
        message("Only mandates that were active then or earlier; an open start counts."),
        _DATE_SCHEMA,
        "2019-12",
    ),
    _values(
        "lang",
        message("en or fr, or both joined by a comma"),
        message("Only mandates with a text in this language."),
        value=_one_of(LANGUAGES),
        schema={"type": "string", "enum": ["", *LANGUAGES]},
        example="fr",
    ),
    _values(
        "status",
        message("planned, active, ended or unknown, joined by commas"),
        message("Only mandates in one of these states today."),
        value=_one_of(get_args(Status)),
        schema={"type": "string", "enum": ["", *get_args(Status)]},
        example="active,planned",
    ),
    Parameter(
        "sort",
        message("relevance, newest or oldest"),
        _read_sort,
        lambda request: request.sort or "",
        message("The order: relevance by default where there are words, else newest first."),
        {"type": "string", "enum": ["", *get_args(Sort)]},
        "newest",
    ),
    Parameter(
        "page",
        message("a whole number from %(minimum)d to %(maximum)d"),
        _read_page,
        lambda request: str(request.page) if request.page > 1 else "",
        message("Which page of the list; the first 10,000 mandates can be paged through."),
        {"type": "integer", "minimum": 1, "maximum": DEEPEST_WINDOW, "default": 1},
        "2",
    ),
    Parameter(
        "size",
        message("a whole number from %(minimum)d to %(maximum)d"),
        _read_size,
        lambda request: str(request.size) if request.size != DEFAULT_SIZE else "",
        message("How many mandates a page holds."),
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": DEFAULT_SIZE},
        "50",
    ),
    Parameter(
        "expand",
        message("0 or 1"),
        _read_expand,
        lambda request: "" if request.expand else "0",
        message("0 searches the words as typed, without other names and translations."),
        {"type": "string", "enum": ["", "0", "1"], "default": "1"},
        "0",
    ),
)
BY_NAME: Final = {parameter.name: parameter for parameter in PARAMETERS}
