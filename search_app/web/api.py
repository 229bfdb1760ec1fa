"""The JSON endpoint under /api/v1, and two probes for machines that watch the server.

Strict where pages forgive: an unknown parameter is an error. Same ids, order and total as the page of the same
request. Version 1 only gains keys. Errors are raised, never answered here.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from search_app.errors import MovedMandateError, UnknownMandateError
from search_app.search.results import SearchRequest
from search_app.web import params
from search_app.web.answers import Json, mandate_values, overview_values, page_values
from search_app.web.pages import MANDATE_ID
from search_app.web.site import Site, product_version


def blueprint(site: Site) -> Blueprint:
    """Bind the endpoint to its addresses."""
    api = Blueprint("api", __name__)
    views: dict[str, Callable[..., AnyResponse]] = {
        "/api/v1/search": _search,
        "/api/v1/mandates/<mandate_id>": _mandate,
        "/api/v1/status": _status,
        "/healthz": _alive,
        "/readyz": _ready,
    }
    for rule, view in views.items():
        api.add_url_rule(rule, view.__name__.strip("_"), _bound(view, site))
    return api


def _bound(view: Callable[..., AnyResponse], site: Site) -> Callable[..., AnyResponse]:
    def bound(**parts: str) -> AnyResponse:
        return view(site, **parts)

    return bound


def _answer(values: Json) -> Response:
    return Response(json.dumps(values, ensure_ascii=False) + "\n", mimetype="application/json")


def _question(*names: str) -> SearchRequest:
    return params.parse(request.query_string, language="en", strict=True, names=names)


def _search(site: Site) -> Response:
    page = site.service.search(_question())
    values = page_values(page, site.words["en"], site.addresses("en"))
    return site.tagged(_answer(values), generation=page.generation)


def _mandate(site: Site, mandate_id: str) -> AnyResponse:
    question = _question("q", "expand")
    at = site.addresses("en")
    if not MANDATE_ID.fullmatch(mandate_id):
        raise UnknownMandateError(mandate_id)
    try:
        view = site.service.mandate(mandate_id, question if question.text else None)
    except MovedMandateError as moved:
        return redirect(at.api_mandate(moved.new_id, params.write(question)), 301)
    return site.tagged(_answer(mandate_values(view, at)), generation=view.generation)


def _status(site: Site) -> Response:
    overview = site.service.overview()
    values = overview_values(overview, product_version())
    return site.tagged(_answer(values), generation=overview.generation)


def _alive(site: Site) -> Response:
    return _answer({"status": "ok"})


def _ready(site: Site) -> Response:
    return _answer(site.service.status())
