"""The table of addresses for machines: what each answers and which parameters it takes.

The endpoint parses by it, and the description of the interface and its page are written from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from search_app.analysis.language import Language
from search_app.web import since
from search_app.web.parameters import BY_NAME
from search_app.web.wording import message

A_MANDATE: Final = "2019-au-mali-sensitization-workshop-ddr-ssr"
SEARCH: Final = tuple(BY_NAME)
# a file holds all pages
LIST: Final = tuple(name for name in SEARCH if name not in ("page", "size"))
QUESTION: Final = tuple(name for name in LIST if name != "sort")


@dataclass(frozen=True)
class Endpoint:
    """One address.

    path        as OpenAPI writes it; what stands in braces is a part of the path
    name        the operation's name in the description
    about       what it answers, a sentence
    parameters  names of `params`, and `changed_since`
    answers     the name of the answer's schema, or the media type of what is not JSON
    example     a query string
    """

    path: str
    name: str
    about: str
    parameters: tuple[str, ...] = ()
    answers: str = ""
    media_type: str = "application/json"
    example: str = ""

    @property
    def ending(self) -> str:
        """What the path ends in, for files."""
        return self.path.rpartition(".")[2]

    def example_address(self, language: Language) -> str:
        """An address to try, without host and root."""
        path = self.path.format(language=language, mandate_id=A_MANDATE)
        return f"{path}?{self.example}" if self.example else path


ENDPOINTS: Final = (
    Endpoint(
        "/api/v1/search",
        "search",
        message("One page of the mandates that answer a question, best first, with the reason for each."),
        SEARCH,
        "ResultPage",
        example="q=reforme+securite&country=ML,NE&from=2015&to=2020",
    ),
    Endpoint(
        "/api/v1/mandates/{mandate_id}",
        "mandate",
        message("One whole mandate; with words, where they stand in it."),
        ("q", "expand"),
        "Mandate",
        example="q=RSS",
    ),
    Endpoint(
        "/api/v1/facets",
        "facets",
        message("How many of the mandates that answer a question each value of each filter leads to."),
        QUESTION,
        "Facets",
        example="q=police&lang=fr",
    ),
    Endpoint(
        "/api/v1/suggest",
        "suggest",
        message(
            "What a text that is being typed may become: places, organisations, topics, titles; lang is its language."
        ),
        ("q", "lang"),
        "Suggestions",
        example="q=rdc&lang=fr",
    ),
    Endpoint(
        "/api/v1/concepts",
        "concepts",
        message("Every topic, organisation, country and region by all its names in both languages."),
        (),
        "Concepts",
    ),
    Endpoint("/api/v1/status", "status", message("What is searched, and since when."), (), "Status"),
    Endpoint(
        "/api/v1/corpus.jsonl",
        "corpus",
        message("Every mandate, one JSON object a line."),
        (since.NAME,),
        media_type="application/jsonl",
        example="changed_since=2020-06-01",
    ),
    Endpoint("/api/v1/openapi.json", "openapi", message("This description for machines, OpenAPI 3.1."), (), "OpenAPI"),
    Endpoint(
        "/{language}/search.csv",
        "csv",
        message("All mandates that answer a question as a table, names beside codes."),
        LIST,
        media_type="text/csv",
        example="q=police&country=ML",
    ),
    Endpoint(
        "/{language}/search.xlsx",
        "xlsx",
        message("The same table as an Excel workbook."),
        LIST,
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        example="q=police",
    ),
    Endpoint(
        "/{language}/search.jsonl",
        "jsonl",
        message("All mandates that answer a question, one whole mandate a line."),
        (*LIST, since.NAME),
        media_type="application/jsonl",
        example="q=DDR",
    ),
    Endpoint(
        "/{language}/search.ris",
        "ris",
        message("All mandates that answer a question, for reference managers."),
        LIST,
        media_type="application/x-research-info-systems",
        example="q=DDR",
    ),
    Endpoint(
        "/{language}/mandates/{mandate_id}.ris",
        "reference",
        message("One mandate for reference managers."),
        (),
        media_type="application/x-research-info-systems",
    ),
    Endpoint(
        "/{language}/search.atom",
        "atom",
        message("A feed of a search: an entry is new or changed when its mandate is."),
        (*LIST, since.NAME),
        media_type="application/atom+xml",
        example="q=police",
    ),
)
BY_PATH: Final = {endpoint.path: endpoint for endpoint in ENDPOINTS}
REFERENCE: Final = BY_PATH["/{language}/mandates/{mandate_id}.ris"]
DOWNLOADS: Final = tuple(one for one in ENDPOINTS if not one.answers and one is not REFERENCE)
