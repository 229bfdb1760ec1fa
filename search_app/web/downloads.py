"""The addresses of files: all hits of a search in each form, the whole corpus, one mandate as a reference.

Strict like the endpoint. A file is written while it is sent, from the generation that it began with; the listing is
closed with the response, however that ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from search_app.analysis.language import Language
from search_app.errors import MovedMandateError, RequestError, UnknownMandateError
from search_app.search.results import SearchRequest
from search_app.web import params, since, spreadsheet
from search_app.web.endpoints import DOWNLOADS, REFERENCE, Endpoint
from search_app.web.export import LICENCE_ADDRESS, Cover, Writer, reference, write_csv, write_jsonl, write_ris
from search_app.web.feeds import write_atom
from search_app.web.site import Site

WRITERS: Final[Mapping[str, Writer]] = {
    "csv": write_csv,
    "xlsx": spreadsheet.write_xlsx,
    "jsonl": write_jsonl,
    "ris": write_ris,
    "atom": write_atom,
}
# Shown by the browser or its reader; the rest is saved.
_INLINE: Final = ("atom",)


def blueprint(site: Site) -> Blueprint:
    """Bind the files to their addresses."""
    downloads = Blueprint("downloads", __name__)
    for endpoint in DOWNLOADS:
        downloads.add_url_rule(_rule(endpoint), endpoint.name, _bound(site, endpoint))

    def one_reference(language: Language, mandate_id: str) -> AnyResponse:
        return _reference(site, language, mandate_id)

    downloads.add_url_rule(_rule(REFERENCE), REFERENCE.name, one_reference)
    return downloads


def _rule(endpoint: Endpoint) -> str:
    return endpoint.path.replace("{language}", "<any(en, fr):language>").replace("{mandate_id}", "<mandate_id>")


def _bound(site: Site, endpoint: Endpoint) -> Callable[..., Response]:
    def bound(language: Language = "en") -> Response:
        question, changed = since.parse(request.query_string, language, endpoint.parameters)
        if endpoint.ending == "xlsx" and not spreadsheet.is_available():
            raise RequestError("xlsxwriter is not installed", kind="format-missing")
        listing = site.service.listing(question, changed)
        body = WRITERS[endpoint.ending](listing, cover := _cover(site, question))
        response = _file(site, endpoint, body, cover, listing.generation)
        response.call_on_close(listing.close)
        return response

    return bound


def _cover(site: Site, question: SearchRequest) -> Cover:
    language = question.language
    today = site.now().astimezone(site.settings.zone).date()
    return Cover(site.words[language], site.addresses(language), question, today)


def _file(site: Site, endpoint: Endpoint, body: Iterable[bytes], cover: Cover, generation: str) -> Response:
    """A file as a response that is written piece by piece."""
    text = endpoint.ending != "xlsx"
    response = Response(body, content_type=f"{endpoint.media_type}; charset=utf-8" if text else endpoint.media_type)
    response.headers["Link"] = f'<{LICENCE_ADDRESS}>; rel="license"'
    response.headers["Content-Language"] = cover.words.language
    if endpoint.ending not in _INLINE:
        response.headers["Content-Disposition"] = f"attachment; filename={cover.file_name(endpoint.ending)}"
    return site.tagged(response, generation=generation)


def _reference(site: Site, language: Language, mandate_id: str) -> AnyResponse:
    params.parse(request.query_string, language=language, strict=True, names=REFERENCE.parameters)
    if not params.MANDATE_ID.fullmatch(mandate_id):
        raise UnknownMandateError(mandate_id)
    try:
        view = site.service.mandate(mandate_id)
    except MovedMandateError as moved:
        return redirect(site.addresses(language).reference(moved.new_id), 301)
    cover = _cover(site, SearchRequest(text=mandate_id, language=language))
    return _file(site, REFERENCE, (reference(view, cover),), cover, view.generation)
