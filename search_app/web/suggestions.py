"""What a text that is being typed may become, as JSON: for the search box and for other programs."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from search_app.index.query import Filters
from search_app.search.results import SearchRequest, Suggestion
from search_app.web import params
from search_app.web.addresses import Addresses
from search_app.web.responses import json_response
from search_app.web.site import Site
from search_app.web.wording import Words, capitalised, message

PARAMETERS: Final = ("q", "lang")
KINDS: Final = {
    "country": message("country"),
    "region": message("region"),
    "requester": message("requester"),
    "organisation": message("organisation"),
    "concept": message("topic"),
    "mandate": message("mandate"),
}


def blueprint(site: Site) -> Blueprint:
    """Bind the suggestions to their address."""
    suggestions = Blueprint("suggestions", __name__)

    @suggestions.get("/api/v1/suggest")
    def suggest() -> Response:
        question = params.parse(request.query_string, language="en", strict=True, names=PARAMETERS)
        language = (*question.filters.lang, "en")[0]
        at, words = site.addresses(language), site.words[language]
        found = site.service.suggest(question.text, language)
        return json_response({"suggestions": [suggestion_values(one, words, at) for one in found]})

    return suggestions


def suggestion_values(suggestion: Suggestion, words: Words, at: Addresses) -> dict[str, object]:
    """One suggestion as JSON values; its address leads to as many mandates as it says.

    label   what it is and how many mandates it leads to, in words
    """
    label = words.gettext(KINDS[suggestion.kind])
    if suggestion.kind != "mandate":
        label += " · " + words.ngettext("%(n)s mandate", "%(n)s mandates", suggestion.count)
    return {
        "kind": suggestion.kind,
        "id": suggestion.id,
        "text": capitalised(suggestion.text),
        "lang": suggestion.language,
        "count": suggestion.count,
        "label": label,
        "url": at.absolute(_address(suggestion, at)),
    }


def _address(suggestion: Suggestion, at: Addresses) -> str:
    value = (suggestion.id,)
    match suggestion.kind:
        case "mandate":
            return at.mandate(suggestion.id)
        case "country" | "region":
            filters = Filters(country=value)
        case "requester":
            filters = Filters(requester=value)
        case "concept" | "organisation":
            filters = Filters(concept=value)
    return at.search(params.write(SearchRequest(filters=filters)))
