"""What programs look for before they look at pages: robots.txt, site map, search description, icon, security.txt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree

from flask import Blueprint, Response, abort, request

from search_app.analysis.language import LANGUAGES, Language
from search_app.search.listing import facet_of
from search_app.web import delivery
from search_app.web import site as sites
from search_app.web.addresses import Addresses, contact_address
from search_app.web.site import Place, Site, alternates

# A site map may name 50,000 addresses; each page has one for each language.
MOST_PAGES: Final = 20_000
KEPT: Final = "public, max-age=86400"
SECURITY_DAYS: Final = 180

_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_OPENSEARCH: Final = "http://a9.com/-/spec/opensearch/1.1/"


def blueprint(site: Site) -> Blueprint:
    """Bind the files to their addresses."""
    signposts = Blueprint("signposts", __name__)

    @signposts.get("/robots.txt")
    def robots() -> Response:
        return Response(_robots(site.addresses("en")), mimetype="text/plain", headers={"Cache-Control": KEPT})

    @signposts.get("/sitemap.xml")
    def sitemap() -> Response:
        return _sitemap(site)

    @signposts.get("/opensearch.xml")
    def description() -> Response:
        language: Language = "fr" if request.accept_languages.best_match(LANGUAGES) == "fr" else "en"
        response = _description(site, language)
        delivery.varies(response, "Accept-Language")
        return response

    @signposts.get("/<any(en, fr):language>/opensearch.xml")
    def description_in(language: Language) -> Response:
        return _description(site, language)

    @signposts.get("/favicon.ico")
    def icon() -> Response:
        return Response(sites.ICON, mimetype="image/svg+xml", headers={"Cache-Control": KEPT})

    @signposts.get("/.well-known/security.txt")
    def security() -> Response:
        return _security(site)

    return signposts


def _robots(at: Addresses) -> str:
    lines = ["User-agent: *"]
    lines += [f"Disallow: {at.in_language(language).page('search')}" for language in LANGUAGES]
    lines += [f"Disallow: {at.root}/api/", "", f"Sitemap: {at.origin}/sitemap.xml"]
    return "\n".join(lines) + "\n"


def _sitemap(site: Site) -> Response:
    """All pages worth finding; where there are too many for one map, a list of maps."""
    at = site.addresses("en")
    places = list(_places(site))
    parts = -(-len(places) // MOST_PAGES)
    part = request.args.get("part", type=int)
    if part is None and parts > 1:
        root = ElementTree.Element("sitemapindex", xmlns=_SITEMAP)
        for number in range(1, parts + 1):
            entry = ElementTree.SubElement(root, "sitemap")
            ElementTree.SubElement(entry, "loc").text = f"{at.origin}/sitemap.xml?part={number}"
    else:
        number = 1 if part is None else part
        if not 1 <= number <= parts:
            abort(404)
        first = (number - 1) * MOST_PAGES
        root = ElementTree.Element("urlset", {"xmlns": _SITEMAP, "xmlns:xhtml": _XHTML})
        for place in places[first : first + MOST_PAGES]:
            _add_page(root, at, place)
    return site.tagged(_xml(root, "application/xml"), generation=site.service.overview().generation)


def _add_page(root: ElementTree.Element, at: Addresses, place: Place) -> None:
    """A page in each language, each time with links to all."""
    others = alternates(at, place)
    for language in LANGUAGES:
        entry = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(entry, "loc").text = others[language]
        for other, address in others.items():
            ElementTree.SubElement(entry, "xhtml:link", rel="alternate", hreflang=other, href=address)


def _places(site: Site) -> Iterator[Place]:
    """The fixed pages, those of names that mandates have, and the mandates."""
    yield lambda at: at.home
    for name in ("overview", "help", "about", "api"):
        yield _place(Addresses.page, name)
    known = site.service.concepts()
    for concept in known.concepts:
        if not known.counts.get(concept.id):
            continue
        if facet_of(concept) == "country":
            yield _place(Addresses.place, concept.code or concept.id)
        else:
            yield _place(Addresses.concept, concept.id)
    for mandate_id in site.service.ids():
        yield _place(Addresses.mandate, mandate_id)


def _place(address: Callable[[Addresses, str], str], value: str) -> Place:
    return lambda at: address(at, value)


def _description(site: Site, language: Language) -> Response:
    """The search in the form that browsers and library systems read (OpenSearch 1.1)."""
    at, words = site.addresses(language), site.words[language]
    root = ElementTree.Element("OpenSearchDescription", xmlns=_OPENSEARCH)
    texts = {
        "ShortName": words.gettext("Mandates"),
        "LongName": words.gettext("Mandate search"),
        "Description": words.gettext("Mandates of security sector reform, in English and French at once"),
        "Language": language,
        "InputEncoding": "UTF-8",
        "OutputEncoding": "UTF-8",
    }
    for name, text in texts.items():
        ElementTree.SubElement(root, name).text = text
    ElementTree.SubElement(root, "Image", width="16", height="16", type="image/svg+xml").text = (
        "data:image/svg+xml," + quote(sites.ICON)
    )
    search = at.absolute(at.search())
    for media_type, template in (
        ("text/html", f"{search}?q={{searchTerms}}"),
        ("application/atom+xml", f"{at.absolute(at.export('atom'))}?q={{searchTerms}}"),
    ):
        ElementTree.SubElement(root, "Url", type=media_type, template=template)
    return _xml(root, "application/opensearchdescription+xml")


def _security(site: Site) -> Response:
    """Where to report a hole (RFC 9116), where the operator has named an address."""
    contact = site.settings.contact
    if not contact:
        abort(404)
    expires = (site.now() + timedelta(days=SECURITY_DAYS)).astimezone(UTC).replace(microsecond=0)
    lines = [
        f"Contact: {contact_address(contact)}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: en, fr",
        f"Canonical: {site.addresses('en').origin}/.well-known/security.txt",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _xml(root: ElementTree.Element, media_type: str) -> Response:
    body = ElementTree.tostring(root, encoding="unicode")
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', mimetype=media_type)
