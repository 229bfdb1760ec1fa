"""The page for programmers: every address for machines with its parameters and examples that run as they stand.

Written from the same tables as the description for machines, so that neither says what the other does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

from flask import Blueprint, Response

from search_app.analysis.language import Language
from search_app.web import since
from search_app.web.addresses import Addresses
from search_app.web.endpoints import ENDPOINTS, Endpoint
from search_app.web.parameters import PARAMETERS, Parameter
from search_app.web.site import Site
from search_app.web.wording import Words


@dataclass(frozen=True)
class EndpointView:
    """One address as it is shown; `command` asks it from a shell, `address` from here."""

    path: str
    about: str
    parameters: tuple[str, ...]
    command: str
    address: str


@dataclass(frozen=True)
class ParameterView:
    """One parameter: what it does, what may be written, an example."""

    name: str
    about: str
    expects: str
    example: str


def blueprint(site: Site) -> Blueprint:
    """Bind the page to its address."""
    apidoc = Blueprint("apidoc", __name__)

    @apidoc.get("/<any(en, fr):language>/api")
    def page(language: Language) -> Response:
        words, at = site.words[language], site.addresses(language)

        def body() -> str:
            return site.render(
                "api.html",
                language,
                lambda place: place.page("api"),
                endpoints=[_endpoint(endpoint, words, at) for endpoint in ENDPOINTS],
                parameters=[*(_parameter(parameter, words) for parameter in PARAMETERS), _since(words)],
            )

        return site.page(body, language, generation="")

    return apidoc


def _endpoint(endpoint: Endpoint, words: Words, at: Addresses) -> EndpointView:
    address = endpoint.example_address(words.language)
    saved = "" if endpoint.answers else "-OJ "
    return EndpointView(
        path=endpoint.path,
        about=words.gettext(endpoint.about),
        parameters=endpoint.parameters,
        command=f"curl {saved}{quote(f'{at.origin}{address}')}",
        address=f"{at.root}{address}",
    )


def _parameter(parameter: Parameter, words: Words) -> ParameterView:
    # the page that must be named has the same limits as its schema
    limits = {name: parameter.schema.get(name) for name in ("minimum", "maximum")}
    expects = words.gettext(parameter.expects, **limits)
    return ParameterView(parameter.name, words.gettext(parameter.about), expects, parameter.example)


def _since(words: Words) -> ParameterView:
    return ParameterView(since.NAME, words.gettext(since.ABOUT), words.gettext(since.EXPECTS), since.EXAMPLE)
