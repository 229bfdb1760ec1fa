"""The application: `create_app` puts service, pages and endpoint together and answers errors.

Promise: no state outside the returned application, no cookie, nothing written. Errors become answers in `problems`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, abort, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from search_app.analysis.language import LANGUAGES, Language
from search_app.settings import Settings
from search_app.web import api, apidoc, delivery, downloads, pages, problems, signposts, site, suggestions
from search_app.web.kept import Kept
from search_app.web.limits import RateLimit
from search_app.web.observed import ROUTE
from search_app.web.responses import prefers_json
from search_app.web.service import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LARGEST_BODY: Final = 64 * 1024


def create_app(
    service: Service,
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.monotonic,
) -> Flask:
    """Make the web application.

    service    answers the questions
    settings   host names, public address, proxies in front, time zone
    now        the clock, in UTC
    clock      monotonic seconds, for the rate limit
    """
    app = Flask("search_app.web", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    the_site = site.load(service, settings, now)
    names = delivery.host_names(settings)

    rate = RateLimit(settings.rate_limit, clock) if settings.rate_limit else None

    def check_rate(environ: WSGIEnvironment) -> None:
        path = delivery.path_of(environ)
        if rate and environ["REQUEST_METHOD"] != "OPTIONS" and delivery.is_for_machines(path, probes=False):
            rate.take(environ.get("REMOTE_ADDR", ""))

    @app.before_request
    def check() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule else ""
        delivery.check_host(request.environ.get("HTTP_HOST"), names)
        check_rate(request.environ)

    @app.get("/")
    def choose_language() -> AnyResponse:
        response = redirect(the_site.addresses(_preferred_language()).home, 302)
        delivery.varies(response, "Accept-Language")
        return response

    @app.get("/static/<name>")
    def static(name: str) -> AnyResponse:
        for asset in (the_site.stylesheet, the_site.script):
            if name == asset.name:
                return Response(asset.content, mimetype=asset.media_type, headers={"Cache-Control": delivery.FOREVER})
        abort(404)

    @app.errorhandler(Exception)
    def answer_error(error: Exception) -> AnyResponse:
        return _answer_error(error, the_site)

    for part in (pages, signposts, suggestions, api, downloads, apidoc):
        app.register_blueprint(part.blueprint(the_site))
    app.after_request(delivery.finish)
    front: WSGIApplication = Kept(app.wsgi_app, service, today=lambda: the_site.today, admit=check_rate)
    if hops := settings.trusted_proxies:
        front = ProxyFix(front, x_for=hops, x_proto=hops, x_host=hops, x_port=hops, x_prefix=hops)
    app.wsgi_app = front  # type: ignore[assignment, method-assign]
    return app


def _preferred_language() -> Language:
    """The visitor's language by `Accept-Language`, English where it names neither."""
    return "fr" if request.accept_languages.best_match(LANGUAGES) == "fr" else "en"


def _answer_error(error: Exception, the_site: site.Site) -> AnyResponse:
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response(request.environ)
    problem = problems.of_error(error)
    if delivery.is_for_machines(request.path) or prefers_json():
        return problems.as_json(problem, the_site)
    head = request.path.removeprefix("/").partition("/")[0]
    if head in LANGUAGES:
        return problems.as_page(problem, the_site, "fr" if head == "fr" else "en")
    response = problems.as_page(problem, the_site, _preferred_language())
    delivery.varies(response, "Accept-Language")
    return response
