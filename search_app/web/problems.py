"""What goes wrong and how it is answered: the only place with status codes of errors.

Machines get problem+json (RFC 9457) in English, people a page in their language, with the same status and detail. A
detail echoes at most 40 characters of input and never a path or the name of an exception.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from search_app import errors
from search_app.analysis.language import Language
from search_app.search.results import SearchRequest
from search_app.web.delivery import UnknownHostError
from search_app.web.limits import RateLimitedError
from search_app.web.parameters import LONGEST_QUERY, ParameterError, UnknownParameterError
from search_app.web.site import Site
from search_app.web.wording import Words, message

LONGEST_ECHO: Final = 40

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """A sort of problem.

    slug     the end of its `type` address
    title    what is the matter, the same each time
    detail   what is wrong here and what to do; its gaps are filled from the problem's values
    retry    seconds after which it may be gone
    """

    slug: str
    status: int
    title: str
    detail: str
    retry: int | None = None


_TABLE: Final = (
    Kind(
        "parameter-invalid",
        400,
        message("A parameter cannot be used"),
        message("“%(parameter)s” is “%(value)s”; write %(expects)s."),
    ),
    Kind(
        "parameter-repeated",
        400,
        message("A parameter is given twice"),
        message("“%(parameter)s” is given more than once; join several values by commas."),
    ),
    Kind(
        "parameter-unknown",
        400,
        message("There is no such parameter"),
        message("“%(parameter)s” is no parameter here; known are %(known)s."),
    ),
    Kind(
        "query-too-long",
        400,
        message("The query is too long"),
        message("Write at most %(limit)s characters."),
    ),
    Kind(
        "window-too-deep",
        400,
        message("The page is too far down the list"),
        message("Only the first %(limit)s mandates can be listed; narrow the search."),
    ),
    Kind(
        "encoding-invalid",
        400,
        message("The address is not UTF-8"),
        message("“%(parameter)s” holds bytes that are not UTF-8; encode its text as UTF-8, then by percent signs."),
    ),
    Kind(
        "host-invalid",
        400,
        message("This server does not answer to that name"),
        message(
            "The request is for “%(host)s”. If that is a name of this server, its operator adds it to the setting "
            "host_names (--host-name, MANDATE_SEARCH_HOST_NAMES)."
        ),
    ),
    Kind("request-invalid", 400, message("The request cannot be answered"), message("Change the request.")),
    Kind(
        "not-found",
        404,
        message("There is nothing at this address"),
        message("The address may be mistyped, or what stood here was given another address."),
    ),
    Kind(
        "method-not-allowed",
        405,
        message("This address can only be read"),
        message("Use one of the methods %(allowed)s."),
    ),
    Kind(
        "withdrawn",
        410,
        message("This mandate was withdrawn"),
        message("It was taken out of the corpus on purpose. Reason: %(reason)s"),
    ),
    Kind(
        "format-missing",
        404,
        message("This server cannot write that form"),
        message("Excel workbooks need the extra “xlsx”, which its operator can install; take the CSV file meanwhile."),
    ),
    Kind("too-large", 413, message("The request is too large"), message("Send no body with a request.")),
    Kind(
        "rate-limited",
        429,
        message("Too many requests"),
        message("One client may ask %(limit)s times a minute; wait %(retry)s s."),
    ),
    Kind(
        "internal",
        500,
        message("Something went wrong on our side"),
        message("The error was logged under the number %(request_id)s."),
    ),
    Kind(
        "no-index",
        503,
        message("There is nothing to search yet"),
        message("The index is missing or cannot be read; the operator runs “mandate-search index”."),
        retry=10,
    ),
    Kind(
        "index-incompatible",
        503,
        message("The index was made by another version"),
        message("It must be built anew; the operator runs “mandate-search index”."),
        retry=60,
    ),
    Kind("busy", 503, message("Too many searches at once"), message("Try again in a moment."), retry=1),
    Kind(
        "cluster-unavailable",
        503,
        message("The search cluster does not answer"),
        message("Try again in a moment; if this lasts, the operator finds the reason in the server’s log."),
        retry=2,
    ),
    Kind(
        "query-timeout",
        503,
        message("The search took too long"),
        message("Ask for fewer or rarer words, or try again in a moment."),
        retry=1,
    ),
)
KINDS: Final[Mapping[str, Kind]] = {kind.slug: kind for kind in _TABLE}


@dataclass(frozen=True)
class Problem:
    """One problem of one request.

    values   fill the gaps of the detail
    extra    further members of the JSON answer: parameter and limits
    retry    seconds after which to ask again, where this problem says more than its kind
    """

    kind: Kind
    request_id: str
    values: Mapping[str, object] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)
    expects: str = ""
    retry: int | None = None

    def detail(self, words: Words) -> str:
        """What is wrong here and what to do, in one language."""
        values = dict(self.values)
        if self.expects:
            values["expects"] = words.gettext(self.expects, **self.values)
        return words.gettext(self.kind.detail, **values)


def of_error(error: Exception) -> Problem:
    """Tell which problem an exception is; an unexpected one is logged and becomes "internal"."""
    request_id = secrets.token_hex(8)
    match error:
        case errors.RequestError():
            return _of_request(error, request_id)
        case errors.UnknownMandateError():
            return Problem(KINDS["not-found"], request_id)
        case errors.WithdrawnMandateError():
            told = f"{error.reason} ({error.day})" if error.day else error.reason
            return Problem(KINDS["withdrawn"], request_id, {"reason": told})
        case errors.IncompatibleIndexError():
            return Problem(KINDS["index-incompatible"], request_id)
        case errors.NoIndexError():
            return Problem(KINDS["no-index"], request_id)
        case errors.ClusterError() | errors.SettingsError():  # a cluster that is lost, or that we no longer get on with
            _log.warning("request %s: %s", request_id, error)
            return Problem(KINDS["cluster-unavailable"], request_id)
        case errors.BusyError():
            return Problem(KINDS["busy"], request_id)
        case errors.QueryTimeoutError():
            return Problem(KINDS["query-timeout"], request_id)
        case MethodNotAllowed():
            return Problem(KINDS["method-not-allowed"], request_id, {"allowed": ", ".join(_allowed(error))})
        case HTTPException() if error.code == 404 or error.code == 413:
            return Problem(KINDS["not-found" if error.code == 404 else "too-large"], request_id)
        case HTTPException() if error.code is not None and 400 <= error.code < 500:
            return Problem(KINDS["request-invalid"], request_id)
        case _:
            _log.error("request %s: %s %s failed", request_id, request.method, request.path, exc_info=error)
            return Problem(KINDS["internal"], request_id, {"request_id": request_id})


def _of_request(error: errors.RequestError, request_id: str) -> Problem:
    values: dict[str, object] = {**error.limits}
    extra: dict[str, object] = {**error.limits}
    if error.parameter is not None:
        values["parameter"] = extra["parameter"] = echo(error.parameter)
    if isinstance(error, UnknownParameterError):
        values["known"] = ", ".join(error.known) or "–"
    if isinstance(error, UnknownHostError):
        values["host"] = echo(error.host)
    if isinstance(error, RateLimitedError):
        return Problem(KINDS["rate-limited"], request_id, {**values, "retry": error.retry}, extra, retry=error.retry)
    if isinstance(error, ParameterError):
        return Problem(
            KINDS["parameter-invalid"], request_id, {**values, "value": echo(error.value)}, extra, error.expects
        )
    return Problem(KINDS.get(error.kind, KINDS["request-invalid"]), request_id, values, extra)


def echo(text: str) -> str:
    """Input as it may be repeated in an answer: at most 40 characters, none invisible."""
    shown = text if len(text) <= LONGEST_ECHO else text[: LONGEST_ECHO - 1] + "…"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in shown)


def as_json(problem: Problem, site: Site) -> Response:
    """Answer a machine."""
    words = site.words["en"]
    members = {
        "type": f"/problems/{problem.kind.slug}",
        "title": words.gettext(problem.kind.title),
        "status": problem.kind.status,
        "detail": problem.detail(words),
        **problem.extra,
        "request_id": problem.request_id,
    }
    body = json.dumps(members, ensure_ascii=False)
    return _headed(Response(body, problem.kind.status, content_type="application/problem+json; charset=utf-8"), problem)


def as_page(problem: Problem, site: Site, language: Language) -> Response:
    """Answer a person."""
    words = site.words[language]
    body = site.render(
        "error.html",
        language,
        lambda at: at.home,
        SearchRequest(text=request.args.get("q", "")[:LONGEST_QUERY], language=language),
        title=words.gettext(problem.kind.title),
        detail=problem.detail(words),
        status=problem.kind.status,
    )
    response = Response(body, problem.kind.status, mimetype="text/html")
    response.headers["Content-Language"] = language
    return _headed(response, problem)


def _headed(response: Response, problem: Problem) -> Response:
    response.headers["Cache-Control"] = "no-store"
    if (retry := problem.retry or problem.kind.retry) is not None:
        response.headers["Retry-After"] = str(retry)
    if "allowed" in problem.values:
        response.headers["Allow"] = str(problem.values["allowed"])
    return response


def _allowed(error: MethodNotAllowed) -> list[str]:
    return sorted(error.valid_methods or ())
