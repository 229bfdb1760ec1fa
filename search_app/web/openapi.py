"""The description of the interface for machines: OpenAPI 3.1, written from the tables that parse requests.

A copy is committed as `openapi.json` beside this module; a test holds the file, the tables and the answers together,
and says how to write it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from search_app.web import since
from search_app.web.endpoints import A_MANDATE, ENDPOINTS, Endpoint
from search_app.web.export import LICENCE, LICENCE_ADDRESS
from search_app.web.parameters import BY_NAME, MANDATE_ID, MOST_VALUES, Schema
from search_app.web.problems import KINDS
from search_app.web.schemas import COMPONENTS

FILE: Final = Path(__file__).with_name("openapi.json")
VERSION: Final = "1.0"
# What any address may answer besides; each is a problem.
COMMON: Final = (400, 404, 429, 500, 503)
_PATH_PARTS: Final[Mapping[str, tuple[str, Schema, str]]] = {
    "language": (
        "The language of names, headings and notes.",
        {"type": "string", "enum": ["en", "fr"]},
        "en",
    ),
    "mandate_id": ("The mandate's id.", {"type": "string", "pattern": f"^{MANDATE_ID.pattern}$"}, A_MANDATE),
}


def document(server: str) -> dict[str, object]:
    """The description.

    server   the absolute address of the product, without a slash at the end; "" = where the document is
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mandate-search",
            "version": VERSION,
            "description": "Search in mandates of security sector reform, in English and French. Reading only, no key. "
            "Offsets are code points of the stored text. Version 1 only gains keys.",
            "license": {"name": f"{LICENCE} (texts)", "url": LICENCE_ADDRESS},
        },
        "servers": [{"url": server or "/"}],
        "paths": {endpoint.path: {"get": _operation(endpoint)} for endpoint in ENDPOINTS},
        "components": {"schemas": dict(COMPONENTS), "responses": dict(_problems())},
    }


def _operation(endpoint: Endpoint) -> dict[str, object]:
    return {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "parameters": list(_parameters(endpoint)),
        "responses": {str(status): answer for status, answer in sorted(_responses(endpoint))},
    }


def _parameters(endpoint: Endpoint) -> Iterator[dict[str, object]]:
    for name, (about, schema, example) in _PATH_PARTS.items():
        if f"{{{name}}}" in endpoint.path:
            yield _parameter(name, about, schema, example, where="path") | {"required": True}
    for name in endpoint.parameters:
        if name == since.NAME:
            yield _parameter(name, since.ABOUT, since.SCHEMA, since.EXAMPLE)
            continue
        known = BY_NAME[name]
        described = _parameter(name, known.about, known.schema, known.example)
        if known.several:
            several = {"type": "array", "items": known.schema, "maxItems": MOST_VALUES}
            described |= {"schema": several, "style": "form", "explode": False, "example": known.example.split(",")}
        yield described


def _parameter(name: str, about: str, schema: Schema, example: str, *, where: str = "query") -> dict[str, object]:
    value: object = int(example) if schema.get("type") == "integer" else example
    return {"name": name, "in": where, "description": about, "schema": schema, "example": value}


def _responses(endpoint: Endpoint) -> Iterator[tuple[int, dict[str, object]]]:
    schema: Schema = {"type": "string"}
    if endpoint.answers:
        schema = {"$ref": f"#/components/schemas/{endpoint.answers}"}
    elif endpoint.ending == "jsonl":
        schema = {"type": "string", "description": "Lines, each one object of the schema ListedMandate."}
    content = {endpoint.media_type: {"schema": schema}}
    headers: dict[str, object] = {"ETag": {"description": "Changes with the index.", "schema": {"type": "string"}}}
    if endpoint.name == "search":
        links = "The pages first, prev, next and last (RFC 8288)."
        headers["Link"] = {"description": links, "schema": {"type": "string"}}
    yield 200, {"description": "The answer.", "headers": headers, "content": content}
    yield 304, {"description": "What the client holds is still right (If-None-Match)."}
    for status in COMMON:
        yield status, {"$ref": f"#/components/responses/{status}"}
    if "{mandate_id}" in endpoint.path:
        yield 301, {"description": "The mandate has another id now."}
        yield 410, {"$ref": "#/components/responses/410"}


def _problems() -> Iterator[tuple[str, dict[str, object]]]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in sorted({kind.status for kind in KINDS.values()}):
        slugs = [kind.slug for kind in KINDS.values() if kind.status == status]
        headers = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
        answer: dict[str, object] = {"description": f"A problem of the type {' or '.join(slugs)}.", "content": content}
        yield str(status), answer | ({"headers": headers} if status in (429, 503) else {})


def as_text() -> str:
    """The description as the committed file holds it: for a server where the document is."""
    return json.dumps(document(""), indent=1, ensure_ascii=False) + "\n"


def write() -> None:
    """Write the committed file anew."""
    FILE.write_text(as_text(), "utf-8")
