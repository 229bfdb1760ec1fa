"""The pages for people, under /en/ and /fr/: first page, results, one mandate, names, overview, help, about.

Reads the address, asks the service, hands plain values to a template. Errors are raised, never answered here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from search_app.analysis.language import Language
from search_app.errors import MovedMandateError, UnknownMandateError
from search_app.search.results import MandateView, Overview, SearchRequest, Subject
from search_app.web import params, spreadsheet
from search_app.web.addresses import contact_address
from search_app.web.around import similar_view, way_view
from search_app.web.linked import corpus_data, mandate_data
from search_app.web.overview import OverviewView, overview_view
from search_app.web.records import record_view
from search_app.web.responses import by_accept, mandate_response, prefers_json, search_response
from search_app.web.site import Place, Site
from search_app.web.subjects import subject_view
from search_app.web.views import result_view

Values = Mapping[str, object]


def blueprint(site: Site) -> Blueprint:
    """Bind the pages to their addresses."""
    pages = Blueprint("pages", __name__, url_prefix="/<any(en, fr):language>")
    views: dict[str, Callable[..., AnyResponse]] = {
        "/": _home,
        "/search": _search,
        "/mandates/<mandate_id>": _mandate,
        "/countries/<name>": _place,
        "/concepts/<name>": _concept,
        "/overview": _overview,
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
    def values(_: Overview) -> Values:
        return {"view": _corpus(site, language, whole=False)}

    return _of_the_corpus(site, language, "home.html", lambda at: at.home, values)


def _overview(site: Site, language: Language) -> Response:
    def values(_: Overview) -> Values:
        return {"view": _corpus(site, language, whole=True)}

    return _of_the_corpus(site, language, "overview.html", lambda at: at.page("overview"), values)


def _about(site: Site, language: Language) -> Response:
    contact = site.settings.contact

    def values(overview: Overview) -> Values:
        data = corpus_data(overview, site.words[language], site.addresses(language))
        return {"data": data, "contact": contact_address(contact) if contact else ""}

    return _of_the_corpus(site, language, "about.html", lambda at: at.page("about"), values)


def _of_the_corpus(
    site: Site, language: Language, template: str, place: Place, values: Callable[[Overview], Values]
) -> Response:
    """A page on what is searched.

    values   what its template asks for besides; worked out where the page is made
    """
    overview = site.service.overview()
    updated = _built(site, language, overview)
    return site.page(
        lambda: site.render(template, language, place, None, overview=overview, updated=updated, **values(overview)),
        language,
        generation=overview.generation,
    )


def _corpus(site: Site, language: Language, *, whole: bool) -> OverviewView:
    """Everything there is, in numbers."""
    page = site.service.search(SearchRequest(language=language, size=1))
    return overview_view(page, site.words[language], site.addresses(language), whole=whole)


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
    question = page.request
    if prefers_json():
        return by_accept(search_response(site, page, language))

    def body() -> str:
        return site.render(
            "search.html",
            language,
            lambda place: place.search(params.write(question)),
            question,
            page=page,
            view=result_view(page, site.words[language], at),
            workbooks=spreadsheet.is_available(),
            topics=_corpus(site, language, whole=False).topics if not page.total else (),
        )

    return by_accept(site.page(body, language, generation=page.generation, asked=page))


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
    return by_accept(
        site.page(lambda: _mandate_page(site, language, question, view), language, generation=view.generation)
    )


def _mandate_page(site: Site, language: Language, question: SearchRequest, view: MandateView) -> str:
    at, words, mandate_id = site.addresses(language), site.words[language], view.mandate.id
    record = record_view(view, words, at, site.settings.contact)
    came_from_search = question != SearchRequest(language=language)
    neighbours = site.service.neighbours(question, mandate_id) if came_from_search else None
    return site.render(
        "mandate.html",
        language,
        lambda place: place.mandate(mandate_id),
        question,
        view=record,
        data=mandate_data(view, record, words, at),
        way=way_view(question, neighbours, words, at) if came_from_search else None,
        similar=similar_view(site.service.similar(mandate_id), words, at),
        unmarked=at.mandate(mandate_id, params.variants(question, "q")("")),
    )


def _place(site: Site, language: Language, name: str) -> AnyResponse:
    if len(name) == 2 and name != name.upper():
        return redirect(site.addresses(language).place(name.upper()), 301)
    subject = site.service.place(name, language)
    return _subject(site, language, subject, lambda at: at.place(name))


def _concept(site: Site, language: Language, name: str) -> Response:
    return _subject(site, language, site.service.concept(name, language), lambda at: at.concept(name))


def _subject(site: Site, language: Language, subject: Subject | None, place: Place) -> Response:
    if subject is None:
        abort(404)

    def body() -> str:
        view = subject_view(subject, site.words[language], site.addresses(language))
        return site.render("subject.html", language, place, view=view)

    return site.page(body, language, generation=subject.page.generation)


def _help(site: Site, language: Language) -> Response:
    return site.page(lambda: site.render("help.html", language, lambda at: at.page("help")), language, generation="")
