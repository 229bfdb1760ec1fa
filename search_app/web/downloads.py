"""The addresses of files: all hits of a search in each form, the whole corpus, one mandate as a reference.

Strict like the endpoint. A small file is sent whole; a large one is written while it is sent, from the generation that
it began with, so that memory stays bounded. The listing is closed with the response, however that ends. Whoever reads a
large file keeps a thread of the server busy, so only a few may at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain
from threading import BoundedSemaphore
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.http import is_resource_modified
from werkzeug.wrappers import Response as AnyResponse

from search_app.analysis.language import Language
from search_app.errors import BusyError, MovedMandateError, RequestError, UnknownMandateError
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
# Files up to this size are put together before they are sent.
WHOLE: Final = 1 << 20
# Files that one process writes at a time.
MOST_AT_ONCE: Final = 2


def blueprint(site: Site) -> Blueprint:
    """Bind the files to their addresses."""
    downloads = Blueprint("downloads", __name__)
    slots = BoundedSemaphore(MOST_AT_ONCE)
    for endpoint in DOWNLOADS:
        downloads.add_url_rule(_rule(endpoint), endpoint.name, _bound(site, endpoint, slots))

    def one_reference(language: Language, mandate_id: str) -> AnyResponse:
        return _reference(site, language, mandate_id)

    downloads.add_url_rule(_rule(REFERENCE), REFERENCE.name, one_reference)
    return downloads


def _rule(endpoint: Endpoint) -> str:
    return endpoint.path.replace("{language}", "<any(en, fr):language>").replace("{mandate_id}", "<mandate_id>")


def _bound(site: Site, endpoint: Endpoint, slots: BoundedSemaphore) -> Callable[..., Response]:
    def bound(language: Language = "en") -> Response:
        question, changed = since.parse(request.query_string, language, endpoint.parameters)
        if endpoint.ending == "xlsx" and not spreadsheet.is_available():
            raise RequestError("xlsxwriter is not installed", kind="format-missing")
        if not slots.acquire(blocking=False):
            raise BusyError(f"{MOST_AT_ONCE} files are being sent already; try again in a moment")
        with ExitStack() as held:
            held.callback(slots.release)
            listing = site.service.listing(question, changed)
            held.callback(listing.close)
            cover = _cover(site, question)
            response = _empty_file(site, endpoint, cover, listing.generation)
            if _is_wanted(response) and _fill(response, WRITERS[endpoint.ending](listing, cover)):
                response.call_on_close(held.pop_all().close)
            return response

    return bound


def _is_wanted(response: Response) -> bool:
    """Tell whether the client needs the body: it does not where it asks for the head or holds the file already."""
    return request.method != "HEAD" and is_resource_modified(request.environ, response.headers["ETag"])


def _fill(response: Response, pieces: Iterator[bytes]) -> bool:
    """Give a response its body; tells whether some of it is still to be written."""
    begun, size = [], 0
    for piece in pieces:
        begun.append(piece)
        size += len(piece)
        if size > WHOLE:
            response.response = chain(begun, pieces)
            return True
    response.automatically_set_content_length = True
    response.set_data(b"".join(begun))
    return False


def _cover(site: Site, question: SearchRequest) -> Cover:
    language = question.language
    today = site.now().astimezone(site.settings.zone).date()
    return Cover(site.words[language], site.addresses(language), question, today)


def _empty_file(site: Site, endpoint: Endpoint, cover: Cover, generation: str) -> Response:
    """A response with all that says what a file is."""
    text = endpoint.ending != "xlsx"
    response = Response(content_type=f"{endpoint.media_type}; charset=utf-8" if text else endpoint.media_type)
    response.automatically_set_content_length = False  # counting would put the whole file together first
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
    response = _empty_file(site, REFERENCE, cover, view.generation)
    _fill(response, iter((reference(view, cover),)))
    return response
