"""What every page and endpoint is made with: service, settings, words, templates, static files. Made once, at start.

A page is rendered by its template from plain values; the frame around it (language switch, canonical address,
search box) is the same everywhere and is put together here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Response, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from search_app.analysis.language import LANGUAGES, Language
from search_app.search.results import ResultPage, SearchRequest
from search_app.settings import Settings
from search_app.web import delivery, kept, params, wording
from search_app.web.addresses import Addresses
from search_app.web.service import Service
from search_app.web.wording import Words

FOLDER: Final = Path(__file__).parent
STATIC: Final = FOLDER / "static"
ICON: Final = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='7' cy='7' r='4.5' fill='none' "
    "stroke='#147a9c' stroke-width='2.5'/><path d='M10.5 10.5 14 14' stroke='#147a9c' stroke-width='3' "
    "stroke-linecap='round'/></svg>"
)

Place = Callable[[Addresses], str]


@dataclass(frozen=True)
class Frame:
    """What surrounds a page.

    switch      the other language, and this address in it
    canonical   the page's one absolute address
    alternates  language → its absolute address; "x-default" for whoever wants neither
    request     what the search box holds
    query       the same as a query string
    kept        the filters and choices that a new search keeps, as hidden fields
    """

    switch: tuple[Language, str]
    canonical: str
    alternates: Mapping[str, str]
    request: SearchRequest
    query: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asset:
    """A file that browsers keep for good: its name changes with its content."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Site:
    """The site's fixed parts.

    build   changes with the product's version, its templates, words and styles: part of every entity tag
    now     the clock, in UTC
    """

    service: Service
    settings: Settings
    words: Mapping[Language, Words]
    templates: Mapping[Language, Environment]
    stylesheet: Asset
    script: Asset
    build: str
    now: Callable[[], datetime]

    def addresses(self, language: Language) -> Addresses:
        """Addresses as the visitor of the request at hand sees them."""
        own = delivery.origin_of(request.scheme, request.host, request.root_path)
        origin = self.settings.base_url.rstrip("/") or own
        return Addresses(language, request.root_path, origin, self.stylesheet.name, self.script.name)

    @property
    def today(self) -> date:
        """Which day it is in the settings' time zone."""
        return self.now().astimezone(self.settings.zone).date()

    def render(
        self, template: str, language: Language, place: Place, question: SearchRequest | None = None, **values: object
    ) -> str:
        """Make a page.

        place      where it is: from addresses in some language, its address in that language
        question   what the search box holds
        values     what the template asks for besides
        """
        at = self.addresses(language)
        frame = _frame(at, place, question or SearchRequest(language=language))
        return self.templates[language].get_template(template).render(at=at, frame=frame, **values)

    def page(
        self, make: Callable[[], str], language: Language, *, generation: str, asked: ResultPage | None = None
    ) -> Response:
        """A page of one generation, as a response."""
        response = self.answer(make, "text/html", generation=generation, asked=asked)
        response.headers["Content-Language"] = language
        return response

    def answer(
        self, make: Callable[[], str | bytes], form: str, *, generation: str, asked: ResultPage | None = None
    ) -> Response:
        """An answer from one generation, which is kept; its text is made only where the visitor does not hold it.

        form    its media type
        asked   the search whose answer it is
        """
        kept.mark(request.environ, asked)
        tag = self._tag(form, generation)
        # leaves as 304, without a body
        held = "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(tag)
        return delivery.tagged(Response(b"" if held else make(), mimetype=form), tag)

    def tagged(self, response: Response, *, generation: str) -> Response:
        """Give a response that was made otherwise its entity tag."""
        return delivery.tagged(response, self._tag(response.mimetype or "", generation))

    def _tag(self, form: str, generation: str) -> str:
        """An answer holds as long as generation, product, day and address are the same."""
        address = delivery.address_of(request.environ)
        return delivery.entity_tag(generation, self.build, self.today.isoformat(), *address, form)


def load(service: Service, settings: Settings, now: Callable[[], datetime]) -> Site:
    """Read templates, catalogues, style sheet and script from disk."""
    words = {language: wording.load(language) for language in LANGUAGES}
    return Site(
        service=service,
        settings=settings,
        words=words,
        templates={language: environment(words[language]) for language in LANGUAGES},
        stylesheet=_asset("style.css", "text/css"),
        script=_asset("search.js", "text/javascript"),
        build=_build(),
        now=now,
    )


def _asset(file: str, media_type: str) -> Asset:
    """A static file as it is sent: without indents and the script's line of comment."""
    lines = map(str.strip, (STATIC / file).read_text("utf-8").splitlines())
    content = "\n".join(line for line in lines if line and not line.startswith("//")).encode()
    stem, _, ending = file.rpartition(".")
    return Asset(f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}", content, media_type)


def product_version() -> str:
    """The version of the installed product, "" where it runs from a checkout that was not installed."""
    try:
        return version("mandate-search")
    except PackageNotFoundError:
        return ""


def _build() -> str:
    digest = hashlib.sha256(product_version().encode())
    for folder in ("templates", "locale", "static"):
        for file in sorted((FOLDER / folder).rglob("*.*")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def environment(words: Words) -> Environment:
    """The templates in one language."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # they do not change while a site runs; it would ask the disk for each part of each page
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(words=words, _=_translator(words), ngettext=_counter(words), icon=quote(ICON))
    return environment


def _translator(words: Words) -> Callable[..., Markup]:
    """The templates' `_`: our sentence is HTML, what fills its gaps is escaped.

    Jinja's own i18n extension does the same through its context and takes half of a page's time for it.
    """

    @cache  # templates have some hundred sentences
    def sentence(text: str) -> Markup:
        return Markup(words.translations.gettext(text))  # noqa: S704 from a template or our catalogue

    def translate(text: str, /, **values: object) -> Markup:
        return sentence(text) % values if values else sentence(text)

    return translate


def _counter(words: Words) -> Callable[..., Markup]:
    """The templates' `ngettext`."""

    def count(singular: str, plural: str, number: int, /, **values: object) -> Markup:
        return Markup(words.translations.ngettext(singular, plural, number)) % values  # noqa: S704 the same

    return count


def _frame(at: Addresses, place: Place, question: SearchRequest) -> Frame:
    return Frame(
        switch=_switch(at),
        canonical=at.absolute(place(at)),
        alternates=alternates(at, place),
        request=question,
        query=params.write(question),
        kept=tuple((name, text) for name, text in params.fields(question) if name not in ("q", "page")),
    )


def alternates(at: Addresses, place: Place) -> dict[str, str]:
    """A page's absolute address in each language, and for readers of neither."""
    addresses: dict[str, str] = {one: at.absolute(place(at.in_language(one))) for one in LANGUAGES}
    return addresses | {"x-default": f"{at.origin}/" if place(at) == at.home else addresses["en"]}


def _switch(at: Addresses) -> tuple[Language, str]:
    """The address as it was asked for with only the language changed; where it has none, the first page."""
    other: Language = "fr" if at.language == "en" else "en"
    head, _, rest = request.path.removeprefix("/").partition("/")
    if head != at.language:
        return other, at.in_language(other).home
    query = quote(request.query_string, safe="%&=+,;:@!$'()*~-._/?")
    return other, at.in_language(other).page(quote(rest)) + (f"?{query}" if query else "")
