"""A search as an Atom feed (RFC 4287): who follows it sees a mandate once when it is new and once for each change.

Promise: the id of an entry depends on the mandate alone, that of a feed on the search; `updated` never goes back while
generations follow each other. All hits are in the feed, in the order of the page, made one by one.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from search_app.search.listing import Listed, Listing
from search_app.search.results import Named
from search_app.web import params
from search_app.web.answers import utc
from search_app.web.export import LICENCE_ADDRESS, Cover
from search_app.web.hits import title_language

ATOM: Final = "http://www.w3.org/2005/Atom"
OPENSEARCH: Final = "http://a9.com/-/spec/opensearch/1.1/"
# Ids are made from names under this one, whatever host serves them.
NAMESPACE: Final = uuid.UUID("6d1f4c5e-3f0a-5c0b-9a43-0d8f5a4f2b7e")
# What XML 1.0 has no place for.
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_atom(listing: Listing, cover: Cover) -> Iterator[bytes]:
    """The feed in pieces."""
    yield "".join(_head(listing, cover)).encode()
    for one in listing.hits:
        yield "".join(_entry(one, cover)).encode()
    yield b"</feed>\n"


def entry_id(mandate_id: str) -> str:
    """The id of a mandate's entry, the same in every feed."""
    return _urn(f"mandate/{mandate_id}")


def _urn(name: str) -> str:
    return uuid.uuid5(NAMESPACE, name).urn


def _head(listing: Listing, cover: Cover) -> Iterator[str]:
    words, at = cover.words, cover.at
    text = cover.request.text
    title = words.gettext("Mandates for “%(text)s”", text=text) if text else words.gettext("Mandates")
    narrowed = [f"{name}={value}" for name, value in params.fields(cover.request) if name not in ("q", "page", "size")]
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<feed xmlns="{ATOM}" xmlns:os="{OPENSEARCH}" xml:lang="{words.language}">\n'
    yield _element("id", _urn(f"search/{words.language}?{cover.query}"))
    yield _element("title", " · ".join((title, *narrowed)))
    yield _element("updated", utc(listing.built))
    yield f"<author>{_element('name', words.gettext('Mandate search')).strip()}</author>\n"
    yield _element("rights", cover.licence)
    yield _link("self", at.absolute(at.export("atom", cover.query)), "application/atom+xml")
    yield _link("alternate", cover.search, "text/html")
    yield _link("license", LICENCE_ADDRESS)
    yield _element("os:totalResults", str(listing.total))


def _entry(one: Listed, cover: Cover) -> Iterator[str]:
    words, at, mandate = cover.words, cover.at, one.result.mandate
    language = title_language(mandate, words.language)
    yield "<entry>\n"
    yield _element("id", entry_id(mandate.id))
    yield _element("title", mandate.title[language], {"xml:lang": language})
    yield _element("updated", utc(one.changed))
    yield _link("alternate", cover.address(mandate), "text/html")
    yield _link("alternate", at.absolute(at.api_mandate(mandate.id)), "application/json")
    for spoken, snippets in tuple(one.result.snippets.items())[:1]:
        yield _element("summary", " … ".join(snippet.text for snippet in snippets), {"xml:lang": spoken})
    for country in one.result.countries:
        yield _category("country", country, cover)
    for requester in one.result.requesters:
        yield _category("requester", requester, cover)
    yield "</entry>\n"


def _category(scheme: str, named: Named, cover: Cover) -> str:
    where = _urn(f"scheme/{scheme}")
    values = {"scheme": where, "term": named.id, "label": cover.words.named(named.name)}
    return f"<category{_attributes(values)}/>\n"


def _link(relation: str, address: str, media_type: str = "") -> str:
    values = {"rel": relation, "type": media_type, "href": address}
    return f"<link{_attributes(values)}/>\n"


def _element(name: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    return f"<{name}{_attributes(attributes or {})}>{escape(_clean(text))}</{name}>\n"


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(_clean(value))}" for name, value in values.items() if value)


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
