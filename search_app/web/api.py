"""The JSON endpoint under /api/v1, and two probes for machines that watch the server.

Strict where pages forgive: an unknown parameter is an error. Same ids, order and total as the page of the same
request. Version 1 only gains keys. Which address takes which parameters stands in `endpoints`. Errors are raised, never
answered here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from search_app.errors import MovedMandateError, UnknownMandateError
from search_app.search.results import SearchRequest
from search_app.web import openapi, params
from search_app.web.answers import concepts_values, encoded, facets_values, overview_values
from search_app.web.endpoints import BY_PATH, Endpoint
from search_app.web.responses import JSON, json_answer, json_response, mandate_response, search_response
from search_app.web.site import Site, product_version

View = Callable[..., AnyResponse]


def blueprint(site: Site) -> Blueprint:
    """Bind the endpoint to its addresses."""
    api = Blueprint("api", __name__)
    for path, view in _VIEWS.items():
        rule = path.replace("{", "<").replace("}", ">")
        api.add_url_rule(rule, BY_PATH[path].name, _bound(view, site, BY_PATH[path]))
    api.add_url_rule("/healthz", "alive", lambda: json_response({"status": "ok"}))
    api.add_url_rule("/readyz", "ready", lambda: json_response(site.service.status()))
    return api


def _bound(view: View, site: Site, endpoint: Endpoint) -> View:
    """The view of an address, which takes only the parameters that the table gives it."""

    def bound(**parts: str) -> AnyResponse:
        question = params.parse(request.query_string, language="en", strict=True, names=endpoint.parameters)
        return view(site, question, **parts)

    return bound


def _search(site: Site, question: SearchRequest) -> Response:
    return search_response(site, site.service.search(question), "en")


def _facets(site: Site, question: SearchRequest) -> Response:
    page = site.service.search(replace(question, size=1))
    return json_answer(site, lambda: facets_values(page, site.words["en"]), generation=page.generation, asked=page)


def _mandate(site: Site, question: SearchRequest, mandate_id: str) -> AnyResponse:
    if not params.MANDATE_ID.fullmatch(mandate_id):
        raise UnknownMandateError(mandate_id)
    try:
        view = site.service.mandate(mandate_id, question if question.text else None)
    except MovedMandateError as moved:
        return redirect(site.addresses("en").api_mandate(moved.new_id, params.write(question)), 301)
    return mandate_response(site, view, "en")


def _concepts(site: Site, _: SearchRequest) -> Response:
    concepts = site.service.concepts()
    at = site.addresses("en")
    return json_answer(site, lambda: concepts_values(concepts, at), generation=concepts.generation)


def _status(site: Site, _: SearchRequest) -> Response:
    overview = site.service.overview()
    return json_answer(site, lambda: overview_values(overview, product_version()), generation=overview.generation)


def _openapi(site: Site, _: SearchRequest) -> Response:
    document = encoded(openapi.document(site.addresses("en").origin))
    return site.answer(lambda: document, JSON, generation=document.decode())


_VIEWS: Final[Mapping[str, View]] = {
    "/api/v1/search": _search,
    "/api/v1/facets": _facets,
    "/api/v1/mandates/{mandate_id}": _mandate,
    "/api/v1/concepts": _concepts,
    "/api/v1/status": _status,
    "/api/v1/openapi.json": _openapi,
}
