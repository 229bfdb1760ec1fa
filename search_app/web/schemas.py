"""The forms of the endpoint's answers as JSON Schemas, for the description of the interface.

They say what stands there today; version 1 only gains keys, so none is closed. What `answers` writes and what stands
here is held together by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args, get_type_hints

from search_app.analysis.language import LANGUAGES
from search_app.corpus.names import Kind
from search_app.index.query import Status
from search_app.search.results import How, Suggestion, TextField

Schema = Mapping[str, object]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _map(values: Schema, keys: Schema | None = None) -> Schema:
    """An object with any keys, or with those that `keys` lets through."""
    named = {} if keys is None else {"propertyNames": keys}
    return {"type": "object", "additionalProperties": values, **named}


TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
NUMBER: Final[Schema] = {"type": "number", "minimum": 0}
ADDRESS: Final[Schema] = {"type": "string", "format": "uri"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
MAYBE_DAY: Final[Schema] = {"type": ["string", "null"], "format": "date"}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
LANGUAGE: Final[Schema] = {"type": "string", "enum": list(LANGUAGES)}
BOTH: Final[Schema] = {**_map(TEXT, LANGUAGE), "description": "A text by its language, en or fr."}
LISTS: Final[Schema] = _map(_list(TEXT), LANGUAGE)
OFFSET: Final[Schema] = {"type": "integer", "minimum": 0, "description": "In code points of the stored text."}

QUESTION: Final[Mapping[str, Schema]] = {"query": _ref("Reading"), "notes": _list(TEXT), "total": COUNT}
ANSWERED: Final[Mapping[str, Schema]] = {
    "took_ms": {**NUMBER, "description": "Milliseconds that the search took, when this answer was made."},
    "generation": TEXT,
}
FACETS: Final[Schema] = _map(_list(_ref("FacetValue")))
# What a hit and a whole mandate have in common.
CORE: Final[Mapping[str, Schema]] = {
    "id": TEXT,
    "url": ADDRESS,
    "title": BOTH,
    "languages": _list(LANGUAGE),
    "requesters": _list(_ref("Named")),
    "places": _list(TEXT),
    "countries": _list(_ref("Named")),
    "start": MAYBE_DAY,
    "end": MAYBE_DAY,
    "status": {"type": "string", "enum": list(get_args(Status))},
    "why": _list(_ref("Why")),
}

COMPONENTS: Final[Mapping[str, Schema]] = {
    "ResultPage": _object(
        {**QUESTION, "page": COUNT, "size": COUNT, **ANSWERED, "results": _list(_ref("Result")), "facets": FACETS}
    ),
    "Facets": _object({**QUESTION, **ANSWERED, "facets": FACETS}),
    "Reading": _object({"typed": TEXT, "read_as": TEXT, "expanded": _list(_ref("Expansion"))}),
    "Expansion": _object({"typed": TEXT, "concept": _ref("Named"), "labels": _list(TEXT)}),
    "Named": _object({"id": TEXT, "name": BOTH}),
    "FacetValue": _object({"value": TEXT, "name": BOTH, "count": COUNT, "selected": {"type": "boolean"}}),
    "Result": _object({**CORE, "score": NUMBER, "snippets": _map(_list(_ref("Snippet")), LANGUAGE)}),
    "Snippet": _object(
        {
            "text": TEXT,
            "start": OFFSET,
            "marks": _list({"type": "array", "items": OFFSET, "minItems": 2, "maxItems": 2}),
        }
    ),
    "Why": _object(
        {
            "field": {"type": "string", "enum": list(get_args(TextField))},
            "start": OFFSET,
            "end": OFFSET,
            "words": TEXT,
            "how": {"type": "string", "enum": list(get_args(How))},
        },
        {"concept": _ref("Named")},
    ),
    "Mandate": _object(
        {**CORE, "requesters_printed": _list(TEXT), "description": BOTH, "source": TEXT, "generation": TEXT},
        {
            "identifier": TEXT,
            "source_url": TEXT,
            "kind": TEXT,
            "implementers": _list(TEXT),
            "published": DAY,
            "parent": TEXT,
            "sections": _map(BOTH),
            "dates_raw": TEXT,
            "former_ids": _list(TEXT),
            "note": TEXT,
            "warnings": _list(TEXT),
            "sources": _list(_ref("Source")),
            "versions": _list(_ref("Version")),
            "imported": _ref("Imported"),
        },
    ),
    "ListedMandate": {
        "allOf": [_ref("Mandate"), _object({"score": NUMBER, "changed": TIME, "licence": ADDRESS})],
        "description": "One line of a file of JSON Lines.",
    },
    "Source": _object({"file": TEXT, "locale": TEXT, "captured": MAYBE_DAY, "occurrences": COUNT}),
    "Version": {
        **_object({"source": TEXT}, {"start": DAY, "end": DAY, "title": BOTH, "description": BOTH}),
        "description": "Another wording of the same mandate, kept but not searched.",
    },
    "Imported": {
        **_object({"by": TEXT, "on": DAY, "digest": TEXT}),
        "description": "The format and day of an import; the digest of all other keys as it wrote them.",
    },
    "Concepts": _object({"generation": TEXT, "concepts": _list(_ref("Concept"))}),
    "Concept": _object(
        {
            "id": TEXT,
            "kind": {"type": "string", "enum": list(get_args(Kind))},
            "name": BOTH,
            "labels": LISTS,
            "acronyms": LISTS,
            "filter": _map(TEXT),
            "search": ADDRESS,
            "count": COUNT,
        },
        {"code": TEXT, "countries": _list(TEXT), "broader": _list(TEXT)},
    ),
    "Suggestions": _object({"suggestions": _list(_ref("Suggestion"))}),
    "Suggestion": _object(
        {
            "kind": {"type": "string", "enum": list(get_args(get_type_hints(Suggestion)["kind"]))},
            "id": TEXT,
            "text": TEXT,
            "lang": LANGUAGE,
            "count": COUNT,
            "label": TEXT,
            "url": ADDRESS,
        }
    ),
    "Status": _object(
        {
            "product": TEXT,
            "version": TEXT,
            "generation": TEXT,
            "built": TIME,
            "mandates": COUNT,
            "first_year": {"type": ["integer", "null"]},
            "last_year": {"type": ["integer", "null"]},
            "languages": _map(COUNT, LANGUAGE),
        }
    ),
    "OpenAPI": _object({"openapi": TEXT, "info": {"type": "object"}, "paths": {"type": "object"}}),
    "Problem": {
        **_object(
            {"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT, "request_id": TEXT},
            {"parameter": TEXT, "limit": COUNT, "minimum": COUNT, "maximum": COUNT},
        ),
        "description": "What went wrong, after RFC 9457.",
    },
}
