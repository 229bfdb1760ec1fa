"""The application: `create_app` puts service, pages and endpoint together and answers errors.

Promise: no state outside the returned application, no cookie, nothing written. Errors become answers in `problems`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from flask import Flask, Response, abort, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from search_app.analysis.language import LANGUAGES, Language
from search_app.settings import Settings
from search_app.web import api, apidoc, delivery, downloads, pages, problems, signposts, site, suggestions
from search_app.web.limits import RateLimit
from search_app.web.responses import prefers_json
from search_app.web.service import Service

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

    @app.before_request
    def check_host() -> None:
        delivery.check_host(request.environ.get("HTTP_HOST"), names)

    @app.before_request
    def check_rate() -> None:
        if rate and request.method != "OPTIONS" and delivery.is_for_machines(request.path, probes=False):
            rate.take(request.remote_addr or "")

    @app.get("/")
    def choose_language() -> AnyResponse:
        response = redirect(the_site.addresses(_preferred_language()).home, 302)
        response.vary.add("Accept-Language")
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

    app.register_blueprint(pages.blueprint(the_site))
    app.register_blueprint(signposts.blueprint(the_site))
    app.register_blueprint(suggestions.blueprint(the_site))
    app.register_blueprint(api.blueprint(the_site))
    app.register_blueprint(downloads.blueprint(the_site))
    app.register_blueprint(apidoc.blueprint(the_site))
    app.after_request(delivery.finish)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_port=hops, x_prefix=hops
        )
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
    response.vary.add("Accept-Language")
    return response
