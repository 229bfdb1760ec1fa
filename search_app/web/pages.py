"""The pages for people, under /en/ and /fr/: first page, results, one mandate, help, about.

Reads the address, asks the service, hands plain values to a template. Errors are raised, never answered here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from search_app.analysis.language import Language
from search_app.errors import MovedMandateError, UnknownMandateError
from search_app.search.results import Overview, SearchRequest
from search_app.web import params
from search_app.web.records import record_view
from search_app.web.responses import by_accept, mandate_response, prefers_json, search_response
from search_app.web.site import Site
from search_app.web.views import result_view


def blueprint(site: Site) -> Blueprint:
    """Bind the pages to their addresses."""
    pages = Blueprint("pages", __name__, url_prefix="/<any(en, fr):language>")
    views: dict[str, Callable[..., AnyResponse]] = {
        "/": _home,
        "/search": _search,
        "/mandates/<mandate_id>": _mandate,
        "/help": _help,
        "/about": _about,
    }
    for rule, view in views.items():
        pages.add_url_rule(rule, view.__name__.strip("_"), _bound(view, site))
    return pages


def _bound(view: Callable[..., AnyResponse], site: Site) -> Callable[..., AnyResponse]:
    def bound(language: Language, **parts: str) -> AnyResponse:
        return view(site, language, **parts)

    return bound


def _home(site: Site, language: Language) -> Response:
    overview = site.service.overview()
    body = site.render(
        "home.html", language, lambda at: at.home, overview=overview, updated=_built(site, language, overview)
    )
    return site.answer(body, language, generation=overview.generation)


def _built(site: Site, language: Language, overview: Overview) -> str:
    """The day the generation was made, in the settings' time zone."""
    built = datetime.fromisoformat(overview.built)
    return site.words[language].day(built.astimezone(site.settings.zone).date())


def _question(language: Language) -> SearchRequest:
    return params.parse(request.query_string, language=language, strict=False)


def _search(site: Site, language: Language) -> AnyResponse:
    question = _question(language)
    at = site.addresses(language)
    if params.is_untidy(request.query_string):
        return redirect(at.search(params.write(question)), 303)
    page = site.service.search(question)
    if prefers_json():
        return by_accept(search_response(site, page, language))
    body = site.render(
        "search.html",
        language,
        lambda place: place.search(params.write(question)),
        question,
        page=page,
        view=result_view(page, site.words[language], at),
    )
    return by_accept(site.answer(body, language, generation=page.generation))


def _mandate(site: Site, language: Language, mandate_id: str) -> AnyResponse:
    question = _question(language)
    at = site.addresses(language)
    if not params.MANDATE_ID.fullmatch(mandate_id):
        raise UnknownMandateError(mandate_id)
    try:
        view = site.service.mandate(mandate_id, question if question.text else None)
    except MovedMandateError as moved:
        return redirect(at.mandate(moved.new_id, params.write(question)), 301)
    if prefers_json():
        return by_accept(mandate_response(site, view, language))
    body = site.render(
        "mandate.html",
        language,
        lambda place: place.mandate(mandate_id),
        question,
        view=record_view(view, site.words[language], at),
        came_from=at.search(params.write(question)) if question != SearchRequest(language=language) else "",
        unmarked=at.mandate(mandate_id, params.variants(question, "q")("")),
    )
    return by_accept(site.answer(body, language, generation=view.generation))


def _help(site: Site, language: Language) -> Response:
    return site.answer(site.render("help.html", language, lambda at: at.page("help")), language, generation="")


def _about(site: Site, language: Language) -> Response:
    overview = site.service.overview()
    body = site.render(
        "about.html",
        language,
        lambda at: at.page("about"),
        overview=overview,
        updated=_built(site, language, overview),
    )
    return site.answer(body, language, generation=overview.generation)
