"""Answers as responses for machines: JSON with entity tags and links to the other pages of a list.

The endpoint gives them, and so do the pages where a client prefers JSON; both are made here, so that they are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from flask import Response, request

from search_app.analysis.language import Language
from search_app.search.results import MandateView, ResultPage
from search_app.web import delivery, params
from search_app.web.addresses import Addresses
from search_app.web.answers import Json, encoded, mandate_values, page_values
from search_app.web.site import Site

JSON: Final = "application/json"


def json_response(values: Json) -> Response:
    """Plain values as a response."""
    return Response(encoded(values), mimetype=JSON)


def json_answer(site: Site, make: Callable[[], Json], *, generation: str, asked: ResultPage | None = None) -> Response:
    """What values one generation gives, as an answer; they are made only where they are needed."""
    return site.answer(lambda: encoded(make()), JSON, generation=generation, asked=asked)


def prefers_json() -> bool:
    """Tell whether the client of the request at hand asks for JSON where people get a page."""
    return delivery.prefers_json(request.environ.get("HTTP_ACCEPT", ""))


def by_accept(response: Response) -> Response:
    """Say that another client may get another form at this address."""
    delivery.varies(response, "Accept")
    return response


def search_response(site: Site, page: ResultPage, language: Language) -> Response:
    """A result page as JSON; links in its headers lead to the other pages at the same kind of address."""
    at = site.addresses(language)
    response = json_answer(
        site, lambda: page_values(page, site.words[language], at), generation=page.generation, asked=page
    )
    response.headers["Link"] = ", ".join(_page_links(page, at))
    return response


def mandate_response(site: Site, view: MandateView, language: Language) -> Response:
    """A mandate as JSON."""
    at = site.addresses(language)
    return json_answer(site, lambda: mandate_values(view, at), generation=view.generation)


def last_page(page: ResultPage) -> int:
    """The number of the last page that can be asked for, 1 where nothing was found."""
    size = page.request.size
    return max(1, min(-(-page.total // size), params.DEEPEST_WINDOW // size))


def _page_links(page: ResultPage, at: Addresses) -> Iterator[str]:
    """The links of RFC 8288 with the relations first, prev, next and last."""
    variant = params.variants(page.request, "page")
    here, last = page.request.page, last_page(page)
    numbers = {"first": 1, "prev": min(here - 1, last), "next": here + 1 if here < last else 0, "last": last}
    for relation, number in numbers.items():
        if number > 0:
            address = at.absolute(at.api_search(variant(str(number) if number > 1 else "")))
            yield f'<{address}>; rel="{relation}"'
