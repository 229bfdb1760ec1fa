"""Answers as plain JSON values: one form for the endpoint, the command line and whatever else leaves the product.

Keys and nesting are version 1 of the interface, which only gains keys. Offsets count code points, nothing is HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import orjson

from search_app.analysis.language import LANGUAGES
from search_app.corpus.mandate import Mandate, as_dict
from search_app.corpus.names import Concept
from search_app.search.listing import Concepts, Listed, facet_of
from search_app.search.results import (
    MandateView,
    Named,
    Overview,
    Result,
    ResultPage,
    Snippet,
    Why,
)
from search_app.web import notes
from search_app.web.addresses import Addresses
from search_app.web.wording import Words

Json = Mapping[str, object]


def encoded(values: Json) -> bytes:
    """Values as they are sent: JSON in UTF-8, one line."""
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def page_values(page: ResultPage, words: Words, at: Addresses) -> Json:
    """One answer as JSON values; `words` says the notes, `at` makes addresses absolute."""
    return {
        **_question(page, words),
        "total": page.total,
        "page": page.request.page,
        "size": page.request.size,
        "took_ms": round(page.took_ms, 2),
        "generation": page.generation,
        "results": [_result(result, at) for result in page.results],
        "facets": _facets(page),
    }


def facets_values(page: ResultPage, words: Words) -> Json:
    """The facets of an answer without its hits."""
    return {
        **_question(page, words),
        "total": page.total,
        "took_ms": round(page.took_ms, 2),
        "generation": page.generation,
        "facets": _facets(page),
    }


def _question(page: ResultPage, words: Words) -> Json:
    expanded = [
        {"typed": expansion.typed, "concept": _named(expansion.concept), "labels": list(expansion.labels)}
        for expansion in page.expanded
    ]
    return {
        "query": {"typed": page.request.text, "read_as": page.read_as, "expanded": expanded},
        "notes": [notes.sentence(note, words) for note in page.notes],
    }


def _facets(page: ResultPage) -> Json:
    # hundreds of values: no call and no copy for each
    return {
        name: [{"value": one.value, "name": one.name, "count": one.count, "selected": one.selected} for one in values]
        for name, values in page.facets.items()
    }


def _result(result: Result, at: Addresses) -> Json:
    mandate = result.mandate
    return {
        "id": mandate.id,
        "url": at.absolute(at.mandate(mandate.id)),
        "title": dict(mandate.title),
        "languages": list(result.languages),
        "requesters": [_named(requester) for requester in result.requesters],
        "places": list(mandate.places),
        "countries": [_named(country) for country in result.countries],
        "start": _day(mandate.start),
        "end": _day(mandate.end),
        "status": result.status,
        "score": result.score,
        "snippets": {language: [_snippet(part) for part in parts] for language, parts in result.snippets.items()},
        "why": _reasons(result.why),
    }


def mandate_values(view: MandateView, at: Addresses) -> Json:
    """A whole mandate as JSON values, empty keys left out of the record's rarer ones."""
    return {**_whole(view, at), "generation": view.generation}


def _whole(view: MandateView | Result, at: Addresses) -> Json:
    mandate = view.mandate
    stored = as_dict(mandate)
    rarer: dict[str, object] = {
        "identifier": mandate.identifier,
        "source_url": mandate.url,
        "kind": mandate.kind,
        "implementers": list(mandate.implementers),
        "published": _day(mandate.published),
        "parent": mandate.parent,
        "sections": {name: dict(text) for name, text in mandate.sections.items()},
        "dates_raw": mandate.dates_raw,
        "former_ids": list(mandate.former_ids),
        "note": mandate.note,
        "warnings": list(mandate.warnings),
        "sources": _sources(mandate),
        "versions": stored.get("versions"),
        "imported": stored.get("imported"),
    }
    return {
        "id": mandate.id,
        "url": at.absolute(at.mandate(mandate.id)),
        "title": dict(mandate.title),
        "languages": list(view.languages),
        "requesters": [_named(requester) for requester in view.requesters],
        "requesters_printed": list(mandate.requesters),
        "places": list(mandate.places),
        "countries": [_named(country) for country in view.countries],
        "start": _day(mandate.start),
        "end": _day(mandate.end),
        "status": view.status,
        "description": dict(mandate.description),
        "source": mandate.source,
        **{name: value for name, value in rarer.items() if value},
        "why": _reasons(view.why),
    }


def listed_values(one: Listed, generation: str, at: Addresses) -> Json:
    """A hit of a listing: the whole mandate, its score, why it was found, and when it changed."""
    rest = {"generation": generation, "score": one.result.score, "changed": utc(one.changed)}
    return {**_whole(one.result, at), **rest}


def concepts_values(concepts: Concepts, at: Addresses) -> Json:
    """All names of a generation; `search` leads to as many mandates as `count` says."""
    return {
        "generation": concepts.generation,
        "concepts": [_concept(concept, concepts.counts[concept.id], at) for concept in concepts.concepts],
    }


def _concept(concept: Concept, count: int, at: Addresses) -> Json:
    filters = {facet_of(concept): concept.code or concept.id}
    rarer: dict[str, object] = {
        "code": concept.code,
        "countries": list(concept.countries),
        "broader": list(concept.broader),
    }
    return {
        "id": concept.id,
        "kind": concept.kind,
        "name": dict(concept.name),
        "labels": {language: list(concept.labels.get(language, ())) for language in LANGUAGES},
        "acronyms": {language: list(concept.acronyms.get(language, ())) for language in LANGUAGES},
        **{name: value for name, value in rarer.items() if value},
        "filter": filters,
        "search": at.absolute(at.filtered(facet_of(concept), concept.code or concept.id)),
        "count": count,
    }


def utc(moment: str) -> str:
    """A time of ours (UTC, ISO 8601) in the form that addresses can hold."""
    return moment.replace("+00:00", "Z")


def overview_values(overview: Overview, version: str) -> Json:
    """What is searched as JSON values."""
    return {
        "product": "mandate-search",
        "version": version,
        "generation": overview.generation,
        "built": overview.built,
        "mandates": overview.mandates,
        "first_year": overview.first_year,
        "last_year": overview.last_year,
        "languages": dict(overview.languages),
    }


def _sources(mandate: Mandate) -> list[Json]:
    return [
        {
            "file": source.file,
            "locale": source.locale,
            "captured": _day(source.captured),
            "occurrences": source.occurrences,
        }
        for source in mandate.sources
    ]


def _named(named: Named) -> Json:
    return {"id": named.id, "name": named.name}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _snippet(snippet: Snippet) -> Json:
    return {
        "text": snippet.text,
        "start": snippet.start,
        "marks": [[mark.start, mark.end] for mark in snippet.marks],
    }


def _reasons(reasons: Sequence[Why]) -> list[Json]:
    values: list[Json] = []
    for reason in reasons:
        value: dict[str, object] = {
            "field": reason.field,
            "start": reason.start,
            "end": reason.end,
            "words": reason.words,
            "how": reason.how,
        }
        if reason.concept:
            value["concept"] = _named(reason.concept)
        values.append(value)
    return values
