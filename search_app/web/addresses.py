"""Where things are: every address of the product, made in one place.

Knows the path a proxy puts in front (`root`) and the public address (`origin`); knows no page's content.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from search_app.analysis.language import Language
from search_app.search.results import Named, SearchRequest
from search_app.web import params


@dataclass(frozen=True)
class Addresses:
    """Addresses as one visitor in one language sees them.

    root     path in front of every address, "" where the product has the host for itself
    origin   scheme, host and root of absolute addresses, without a slash at the end
    """

    language: Language
    root: str
    origin: str
    stylesheet_name: str
    script_name: str = ""

    @property
    def home(self) -> str:
        """The first page."""
        return self.page("")

    @property
    def stylesheet(self) -> str:
        """The one style sheet, under a name that changes with its content."""
        return f"{self.root}/static/{self.stylesheet_name}"

    @property
    def script(self) -> str:
        """The one script, likewise."""
        return f"{self.root}/static/{self.script_name}"

    def page(self, name: str) -> str:
        """A page by its path under the language."""
        return f"{self.root}/{self.language}/{name}"

    def search(self, query: str = "") -> str:
        """The result page of a query string that `params` wrote; without one, the page that lists everything."""
        return _with_query(f"{self.root}/{self.language}/search", query)

    def words(self, text: str) -> str:
        """The result page of these words."""
        return self.search(params.write(SearchRequest(text=text)))

    def filtered(self, name: params.ListFilter, value: str) -> str:
        """The result page of all mandates with one value of one filter."""
        return self.search(params.write(params.with_filter(SearchRequest(), name, (value,))))

    def place(self, value: str) -> str:
        """The page of a country, by its code, or a region."""
        return self.page(f"countries/{_part(value)}")

    def concept(self, value: str) -> str:
        """The page of a concept or organisation."""
        return self.page(f"concepts/{_part(value)}")

    def subject(self, named: Named, facet: params.ListFilter) -> str:
        """The page of what is known by a name; else the mandates that have its value in a facet, "" without one."""
        if named.kind == "country":
            return self.place(named.id.removeprefix("country-").upper())
        if named.kind == "region":
            return self.place(named.id)
        if named.kind:
            return self.concept(named.id)
        return self.filtered(facet, named.id) if named.id else ""

    @property
    def suggest(self) -> str:
        """What a text that is being typed may become, in this language; the text follows."""
        return f"{self.root}/api/v1/suggest?lang={self.language}&q="

    @property
    def description(self) -> str:
        """The search for browsers' own boxes."""
        return self.page("opensearch.xml")

    def mandate(self, mandate_id: str, query: str = "") -> str:
        """A mandate's page; the words of a query are marked there, and it leads back to the search."""
        return self.page(_with_query(f"mandates/{_part(mandate_id)}", query))

    def export(self, form: str, query: str = "") -> str:
        """All hits of a search as a file; `form` is the ending of its name."""
        return self.page(_with_query(f"search.{form}", query))

    def reference(self, mandate_id: str) -> str:
        """A mandate for reference managers."""
        return self.page(f"mandates/{_part(mandate_id)}.ris")

    def api_search(self, query: str = "") -> str:
        """The same answer as JSON."""
        return _with_query(f"{self.root}/api/v1/search", query)

    @property
    def api_status(self) -> str:
        """What is searched, as JSON."""
        return f"{self.root}/api/v1/status"

    def api_mandate(self, mandate_id: str, query: str = "") -> str:
        """The same mandate as JSON."""
        return _with_query(f"{self.root}/api/v1/mandates/{_part(mandate_id)}", query)

    def absolute(self, address: str) -> str:
        """An address with scheme and host."""
        return f"{self.origin}{address.removeprefix(self.root)}"

    def in_language(self, language: Language) -> Addresses:
        """The same place in another language."""
        return dataclasses.replace(self, language=language)


def contact_address(contact: str) -> str:
    """The operator's address as a link."""
    return contact if contact.startswith(("mailto:", "http://", "https://")) else f"mailto:{contact}"


@lru_cache(maxsize=2_048)
def _part(name: str) -> str:
    """A name as a part of a path."""
    return quote(name, safe="")


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
