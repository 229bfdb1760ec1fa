"""Query strings to requests and back, by the one table of parameters.

Promise: `parse(write(request)) == request` for every request that `parse` can give, and a request has one address:
parameters in the table's order, defaults left out. Knows no pages and no engine.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus, unquote_to_bytes

from search_app.analysis.language import Language
from search_app.errors import RequestError
from search_app.search.results import SearchRequest
from search_app.web.parameters import (
    BY_NAME,
    DEEPEST_WINDOW,
    DEFAULT_SIZE,
    LIST_FILTERS,
    MANDATE_ID,
    PARAMETERS,
    ListFilter,
    OutOfRangeError,
    Parameter,
    ParameterError,
    UnknownParameterError,
    filter_values,
    is_country,
    with_values,
    write_end,
    write_start,
)
from search_app.web.wording import message

__all__ = [
    "DEEPEST_WINDOW",
    "DEFAULT_SIZE",
    "LIST_FILTERS",
    "MANDATE_ID",
    "ListFilter",
    "fields",
    "filter_values",
    "is_country",
    "is_untidy",
    "parse",
    "request_from",
    "texts_of",
    "variants",
    "with_filter",
    "write",
    "write_end",
    "write_start",
]

_PLACES: Final = {parameter.name: place for place, parameter in enumerate(PARAMETERS)}


def parse(query: bytes, *, language: Language, strict: bool, names: Collection[str] | None = None) -> SearchRequest:
    """Read a query string.

    query     as it stands in the address, percent-encoded
    language  of the interface
    strict    for machines: an unknown parameter is an error; else it is ignored, and check boxes may repeat a filter
    names     the parameters that are known here; None = all of the table
    raises    RequestError of kind encoding-invalid, parameter-repeated, parameter-unknown, parameter-invalid,
              query-too-long or window-too-deep
    """
    return request_from(texts_of(query, strict=strict, known=BY_NAME if names is None else names), language)


def request_from(given: Mapping[str, str], language: Language) -> SearchRequest:
    """Make a request of the texts of its parameters.

    raises    as `parse` does for parameters that cannot be used
    """
    request = SearchRequest(language=language)
    for parameter in reversed(PARAMETERS):  # size before page, whose range depends on it
        text = given.get(parameter.name)
        if text is not None:
            request = _read(request, parameter, text)
    return _settled(request)


def write(request: SearchRequest) -> str:
    """Write a request as a query string, "" where all is as by default."""
    return "&".join(_written(name, text) for name, text in fields(request))


@lru_cache(maxsize=64)  # a page asks for those of its request again and again
def fields(request: SearchRequest) -> tuple[tuple[str, str], ...]:
    """The same as names and texts, for the hidden fields of a form."""
    texts = ((parameter.name, parameter.write(request)) for parameter in PARAMETERS)
    return tuple((name, text) for name, text in texts if text)


def is_untidy(query: bytes) -> bool:
    """Tell whether a form wrote this: known parameters that are empty or repeated, so that a tidy address is due."""
    names = [name for name, text in _pairs(query) if name in BY_NAME]
    return len(set(names)) < len(names) or any(name in BY_NAME and not text for name, text in _pairs(query))


def with_filter(request: SearchRequest, name: ListFilter, values: Collection[str]) -> SearchRequest:
    """The same request, from its first page, with these values alone in one filter."""
    filters = with_values(request.filters, name, values)
    return dataclasses.replace(request, filters=filters, page=1)


def variants(request: SearchRequest, *names: str) -> Callable[..., str]:
    """A fast way to write many requests that differ in one parameter only; all but pages start on the first page.

    names     the parameter; several where they stand side by side in the table and all change
    returns   the text of each ("" for the default) → query string, equal to what `write` gives
    """
    texts = [(other, text) for other, text in fields(request) if other != "page" and other not in names]
    place = _PLACES[names[0]]
    before = [_written(other, text) for other, text in texts if _PLACES[other] < place]
    after = [_written(other, text) for other, text in texts if _PLACES[other] > place]
    head, tail, without = "".join(f"{one}&" for one in before), "".join(f"&{one}" for one in after), before + after

    def variant(*given: str) -> str:
        changed = "&".join([_written(name, text) for name, text in zip(names, given, strict=True) if text])
        return f"{head}{changed}{tail}" if changed else "&".join(without)

    return variant


@lru_cache(maxsize=2_048)
def _written(name: str, text: str) -> str:
    return f"{name}={quote_plus(text, safe=',')}"


def _pairs(query: bytes) -> list[tuple[str, bytes]]:
    pairs = (part.partition(b"=") for part in query.split(b"&") if part)
    return [(_decoded(name, errors="replace"), text) for name, _, text in pairs]


def _decoded(text: bytes, *, errors: str = "strict") -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8", errors)


def texts_of(query: bytes, *, strict: bool, known: Collection[str]) -> dict[str, str]:
    """Parameter → its text, checked for names and encoding as `parse` says."""
    texts: dict[str, str] = {}
    for name, raw in _pairs(query):
        if name not in known:
            if strict:
                raise UnknownParameterError(name, known)
            continue
        try:
            text = _decoded(raw)
        except UnicodeDecodeError as error:
            raise RequestError(f"{name}: not UTF-8", kind="encoding-invalid", parameter=name) from error
        if name in texts and (strict or not BY_NAME[name].several):
            raise RequestError(f"{name}: given twice", kind="parameter-repeated", parameter=name)
        texts[name] = f"{texts[name]},{text}" if name in texts else text
    return texts


def _read(request: SearchRequest, parameter: Parameter, text: str) -> SearchRequest:
    if not text and parameter.name not in ("page", "size"):
        return request
    try:
        if any(unicodedata.category(letter) == "Cc" for letter in text):
            raise ValueError("control character")
        return parameter.read(request, text)
    except OutOfRangeError as error:
        raise ParameterError(parameter.name, text, expects=parameter.expects, **error.limits) from error
    except ValueError as error:
        named = ((name, parameter.schema.get(name)) for name in ("minimum", "maximum"))
        limits = {name: limit for name, limit in named if isinstance(limit, int)}
        raise ParameterError(parameter.name, text, expects=parameter.expects, **limits) from error


def _settled(request: SearchRequest) -> SearchRequest:
    """Check what depends on several parameters, and forget a sort order that is the default."""
    start, end = request.filters.start, request.filters.end
    if start and end and start > end:
        raise ParameterError("to", end.isoformat(), expects=message("a day that is not before “from”"))
    if request.page * request.size > DEEPEST_WINDOW:
        raise RequestError(
            f"page {request.page} of {request.size} mandates is too far down",
            kind="window-too-deep",
            parameter="page",
            limit=DEEPEST_WINDOW,
        )
    default = request.sort == "relevance" or (request.sort == "newest" and not request.text)
    return dataclasses.replace(request, sort=None) if default else request
