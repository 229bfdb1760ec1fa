"""Two tools for assistants, `search` and `get`: what they take and what they answer, free of any protocol.

Reading only. Same parameters, ids, order, total and reasons as the JSON endpoint; facets are left out, as nobody reads
them there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from search_app.analysis.language import LANGUAGES, Language
from search_app.errors import MovedMandateError, UnknownMandateError
from search_app.web import parameters, params
from search_app.web.addresses import Addresses
from search_app.web.answers import Json, mandate_values, page_values
from search_app.web.service import Service
from search_app.web.wording import Words

LANGUAGE: Final = "language"
ID: Final = "id"


@dataclass(frozen=True)
class Tool:
    """A tool as it is announced; `schema` describes its arguments."""

    name: str
    about: str
    schema: Json


def tools() -> tuple[Tool, ...]:
    """All tools there are."""
    found = {parameter.name: _argument(parameter) for parameter in parameters.PARAMETERS}
    language = {"type": "string", "enum": list(LANGUAGES), "description": "Language of notes and snippets."}
    mandate_id = {"type": "string", "description": "The id of a mandate, as search gives it."}
    return (
        Tool(
            "search",
            "Search mandates: requests for advisory support to security sector reform, in English and French. A query "
            "in one language finds texts in both; every hit says why it was found. Cite the url of a mandate.",
            _object({**found, LANGUAGE: language}),
        ),
        Tool(
            "get",
            "Get one whole mandate by its id: texts, requesters, places, dates, source. With q, where its words stand.",
            _object({ID: mandate_id, "q": found["q"], "expand": found["expand"]}, required=[ID]),
        ),
    )


def _argument(parameter: parameters.Parameter) -> Json:
    schema = {**parameter.schema, "description": parameter.about}
    if not parameter.several:
        return schema
    return {"type": "array", "items": parameter.schema, "description": parameter.about}


def _object(properties: Json, required: list[str] | None = None) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }


class Assistant:
    """Answers calls of the tools from a service.

    origin   of absolute addresses, without a slash at the end; "" = addresses are given without host
    """

    def __init__(self, service: Service, words: Mapping[Language, Words], origin: str) -> None:
        self._service = service
        self._words = words
        self._origin = origin

    def call(self, name: str, arguments: Mapping[str, object]) -> Json:
        """Answer one call.

        raises   RequestError for what cannot be used; MandateSearchError; LookupError for a tool that does not exist
        """
        tools: Mapping[str, Callable[[dict[str, str], Language], Json]] = {"search": self._search, "get": self._get}
        texts = {key: _text(value) for key, value in arguments.items() if value is not None}
        language: Language = "fr" if texts.pop(LANGUAGE, "en") == "fr" else "en"
        return tools[name](texts, language)

    def _search(self, texts: dict[str, str], language: Language) -> Json:
        request = params.request_from(_known(texts, parameters.BY_NAME), language)
        values = page_values(self._service.search(request), self._words[language], self._at(language))
        return {name: value for name, value in values.items() if name != "facets"}

    def _get(self, texts: dict[str, str], language: Language) -> Json:
        mandate_id = texts.pop(ID, "")
        request = params.request_from(_known(texts, ("q", "expand")), language)
        if not params.MANDATE_ID.fullmatch(mandate_id):
            raise UnknownMandateError(f"no mandate has the id {mandate_id!r}; search for words of its title")
        try:
            view = self._service.mandate(mandate_id, request if request.text else None)
        except MovedMandateError as moved:
            view = self._service.mandate(moved.new_id, request if request.text else None)
        return mandate_values(view, self._at(language))

    def _at(self, language: Language) -> Addresses:
        return Addresses(language, "", self._origin, "")


def _text(value: object) -> str:
    """An argument as an address would hold it."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def _known(texts: dict[str, str], names: Mapping[str, object] | tuple[str, ...]) -> dict[str, str]:
    for name in texts:
        if name not in names:
            raise parameters.UnknownParameterError(name, tuple(names))
    return texts
