"""Answers kept as they were sent, and given again before the application is entered.

Promise: who asks again gets what the application would send, header by header; only `Date` tells the time of day.
Kept is what a view has marked and what left whole with status 200. All of it belongs to one generation and one day and
goes with them: both are looked at before a question is answered, and both only move on, so nothing is out of date.
Bounded in bytes. Knows no pages and no search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from werkzeug.http import http_date, is_resource_modified, remove_entity_headers
from werkzeug.wsgi import ClosingIterator

from search_app.errors import RequestError
from search_app.index.memo import Memo
from search_app.search.results import ResultPage
from search_app.web import delivery
from search_app.web.observed import ROUTE
from search_app.web.service import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# In each worker: a hundred or two as they are, some hundreds compressed.
LIMIT: Final = 4 << 20
_MARK: Final = "search_app.kept"
_OK: Final = "200 OK"
_HELD: Final = "304 NOT MODIFIED"

Head = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """An answer as it was sent.

    address  the parts of the address, as it was asked for
    tag      its entity tag
    route    the pattern of its address
    asked    the search whose answer it is, without what was found; None where there was none
    """

    address: tuple[str, ...]
    head: tuple[tuple[str, str], ...]
    body: bytes
    tag: str
    route: str
    asked: ResultPage | None

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        texts = [*self.address, *(text for line in self.head for text in line)]
        return len(self.body) + sum(map(len, texts)) + 3_000


@dataclass(frozen=True)
class _Shelf:
    """What is kept of one generation and day."""

    generation: str
    day: date
    answers: Memo[Answer]


def mark(environ: WSGIEnvironment, asked: ResultPage | None) -> None:
    """Have the answer to a request kept.

    asked   the search whose answer it is: it is told of each time
    """
    environ[_MARK] = (asked,)


class Kept:
    """The application behind what it has answered before.

    service   says which generation answers, and is told of searches that are answered again
    today     which day it is, in the settings' time zone
    admit     raises RequestError where a request must be refused now; the application says so
    """

    def __init__(
        self,
        app: WSGIApplication,
        service: Service,
        *,
        today: Callable[[], date],
        admit: Callable[[WSGIEnvironment], None],
    ) -> None:
        self._app = app
        self._service = service
        self._today = today
        self._admit = admit
        self._shelf = _shelf("", date.min)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        shelf = self._current()
        if not shelf.generation or environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_IF_MATCH" in environ:
            return self._app(environ, start_response)
        key = (*delivery.address_of(environ), *_form_of(environ))
        answer = shelf.answers.find(key)
        if answer is None:
            return self._keeping(environ, start_response, lambda made: shelf.answers.get(key, lambda: made))
        if self._refuses(environ):
            return self._app(environ, start_response)
        return self._again(answer, environ, start_response)

    def _refuses(self, environ: WSGIEnvironment) -> bool:
        try:
            self._admit(environ)
        except RequestError:
            return True
        return False

    def _current(self) -> _Shelf:
        """The shelf of the generation that answers today; all others are let go."""
        generation, day = self._service.generation, self._today()
        shelf = self._shelf
        if (shelf.generation, shelf.day) != (generation, day):
            self._shelf = shelf = _shelf(generation, day)
        return shelf

    def _again(self, answer: Answer, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ[ROUTE] = answer.route
        if answer.asked is not None:
            self._service.repeat(answer.asked)
        head = [(name, http_date() if name == "Date" else text) for name, text in answer.head]
        if "HTTP_IF_NONE_MATCH" in environ and not is_resource_modified(environ, answer.tag):
            remove_entity_headers(head)
            start_response(_HELD, head)
            return []
        start_response(_OK, head)
        return [answer.body] if environ["REQUEST_METHOD"] == "GET" else []

    def _keeping(
        self, environ: WSGIEnvironment, start_response: StartResponse, keep: Callable[[Answer], object]
    ) -> Iterable[bytes]:
        """Let the application answer, and keep that where it may be."""
        begun: list[tuple[str, Head]] = []

        def begin(status: str, head: Head, *error: Any) -> Callable[[bytes], object]:
            begun[:] = [(status, head)]
            return start_response(status, head, *error)

        pieces = self._app(environ, begin)
        marked = environ.get(_MARK)
        if marked is None or environ["REQUEST_METHOD"] != "GET" or begun[0][0] != _OK:
            return pieces
        with closing(ClosingIterator(pieces, getattr(pieces, "close", None))) as whole:
            body = bytes(memoryview(b"".join(whole)))  # a copy: encoders leave room behind what they wrote
        head, address = tuple(begun[0][1]), delivery.address_of(environ)
        keep(Answer(address, head, body, dict(head)["ETag"], environ.get(ROUTE, ""), _outline(*marked)))
        return [body]


def _shelf(generation: str, day: date) -> _Shelf:
    return _Shelf(generation, day, Memo(LIMIT, lambda answer: answer.size))


def _form_of(environ: WSGIEnvironment) -> tuple[bool, bool]:
    """Which of the answers at an address is wanted: compressed, as JSON; the endpoint has no other form."""
    accepted = environ.get("HTTP_ACCEPT", "")
    as_json = not delivery.path_of(environ).startswith(delivery.API) and delivery.prefers_json(accepted)
    return delivery.reads_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")), as_json


def _outline(asked: ResultPage | None) -> ResultPage | None:
    """A search and how much it found, without what was found; given again, it takes no time."""
    if asked is None:
        return None
    return replace(asked, results=(), facets={}, expanded=(), notes=(), remedies=(), all_words=None, took_ms=0.0)
