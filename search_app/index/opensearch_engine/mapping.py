"""The index of a generation: its fields, and a document as the cluster keeps it.

Terms come ready from `document`, so the cluster only cuts at blanks. The three forms of a word are three fields. Their
score is how often a term stands there, nothing else: lengths and frequencies of documents come with the query, so that
every shard and every copy counts alike, and nothing depends on what has been deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from search_app.analysis.analyzer import Token
from search_app.analysis.language import LANGUAGES
from search_app.analysis.stems import Stems
from search_app.corpus.mandate import Mandate, from_dict
from search_app.index.document import EARLIEST, GAP, LATEST, Document

# Part of a generation's fingerprint: raised whenever fields or side files change.
FORMAT_VERSION: Final = 2
BODY: Final = "x"
TITLE: Final = "t_x"
STEMS: Final = LANGUAGES
TITLE_STEMS: Final = tuple(f"t_{language}" for language in LANGUAGES)
LENGTH: Final = "length"
TITLE_LENGTH: Final = "title_length"
# Lengths beyond this count as this.
LONGEST: Final = 65_535
# Years outside are not listed, whatever was typed.
YEARS: Final = (1850, 2150)
# Ranks that can be asked for without walking through all before.
DEEPEST: Final = 10_200

# How long a lost copy may come back before it is made anew: set during a build only.
BUILDING: Final = "index.unassigned.node_left.delayed_timeout"

Json = dict[str, Any]


def settings(shards: int, replicas: int) -> Json:
    """What an index is made with: a copy from the start where there is a second node, so that one may be lost."""
    return {
        "number_of_shards": shards,
        "refresh_interval": "-1",
        "max_result_window": DEEPEST,
        # what is written is flushed at the end; before that nobody needs it to last
        "translog.durability": "async",
        # a copy that is lost during the build is replaced at once
        BUILDING: "0s",
        "auto_expand_replicas": f"0-{replicas}",
        "analysis": {
            "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": 1024}},
            "analyzer": {"blanks": {"type": "custom", "tokenizer": "blanks"}},
        },
        "similarity": {"frequency": {"type": "scripted", "script": {"source": "return query.boost * doc.freq;"}}},
    }


def mappings(meta: Mapping[str, str]) -> Json:
    """The fields of an index.

    meta   whose it is
    """
    ready = {"type": "text", "analyzer": "blanks", "norms": False, "similarity": "frequency"}
    placed = ready | {"index_options": "positions", "position_increment_gap": GAP}
    keyword, number = {"type": "keyword"}, {"type": "integer"}
    fields: Json = {
        BODY: placed,
        TITLE: placed,
        **{name: ready | {"index_options": "freqs"} for name in (*STEMS, *TITLE_STEMS)},
        **dict.fromkeys(("id", "languages", "places", "requesters", "holds", "concepts"), keyword),
        **dict.fromkeys((LENGTH, TITLE_LENGTH, "first", "last", "newest", "oldest"), number),
        **dict.fromkeys(("active_years", "listed_years", "open_since"), number),
        "dated": {"type": "boolean"},
        "titles": {"type": "short", "index": False, "doc_values": False},
        "text": {"type": "text", "norms": False},
        **{name: {"type": "object", "enabled": False} for name in ("record", "spans")},
    }
    return {
        "dynamic": "strict",
        "_meta": dict(meta),
        "_source": {"excludes": [TITLE, *STEMS, *TITLE_STEMS, "text", "active_years", "listed_years", "open_since"]},
        "properties": fields,
    }


def source(document: Document, stems: Stems) -> Json:
    """A document as it is sent."""
    body = list(passages(document.body))
    title = [terms for position, terms in body if position < document.title_end]
    both = {term: stems.both(term) for term in document.body}
    record = json.loads(document.record)
    texts = [*record.get("title", {}).values(), *record.get("description", {}).values()]
    stemmed = {
        field: [both[term][number] for _, terms in chosen for term in terms]
        for number, language in enumerate(LANGUAGES)
        for field, chosen in ((language, body), (f"t_{language}", [(0, terms) for terms in title]))
    }
    return {
        "id": document.id,
        "record": record,
        "text": texts,
        BODY: [" ".join(terms) for _, terms in body],
        TITLE: [" ".join(terms) for terms in title],
        **{field: " ".join(terms) for field, terms in stemmed.items()},
        "titles": len(title),
        "spans": {"parts": [[place for token in part for place in token[1:]] for part in document.parts]},
        LENGTH: min(document.length, LONGEST),
        TITLE_LENGTH: min(document.title_length, LONGEST),
        **_values(document),
        **_years(document),
    }


def _values(document: Document) -> Json:
    known = document.first != EARLIEST
    return {
        "languages": document.languages,
        "places": document.places,
        "requesters": document.requesters,
        "holds": document.holds,
        "concepts": document.concepts,
        "first": document.first,
        "last": document.last,
        "newest": document.first if known else 0,
        "oldest": document.first if known else LATEST + 1,
        "dated": known or document.last != LATEST,
    }


def _years(document: Document) -> Json:
    """The years in which it was active, and those that its own dates tell of; an open end tells of its start's on."""
    first, last = document.first, document.last
    if (first, last) == (EARLIEST, LATEST):
        return {}
    begin = _year(last if first == EARLIEST else first)
    listed = range(begin, begin + 1) if last == LATEST else _within(begin, _year(last))
    since = {"open_since": begin} if last == LATEST else {}
    return {"active_years": list(_within(_year(first), _year(last))), "listed_years": list(listed)} | since


def _within(low: int, high: int) -> range:
    return range(max(low, YEARS[0]), min(high, YEARS[1]) + 1)


def _year(day: int) -> int:
    return date.fromordinal(day).year


def passages(body: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, list[str]]]:
    """The terms of a body as they follow one another, with the place where each passage begins."""
    placed = sorted((position, term) for term, positions in body.items() for position in positions)
    terms: list[str] = []
    start = last = -GAP
    for position, term in placed:
        if position != last + 1:
            if terms:
                yield start, terms
            start, terms = position, []
        terms.append(term)
        last = position
    if terms:
        yield start, terms


def mandate_of(stored: Json) -> Mandate:
    """The record of a stored document."""
    return from_dict(stored["record"])


def parts_of(stored: Json) -> tuple[tuple[Token, ...], ...]:
    """The tokens of a stored document by part; derived names, which stand in no text, come behind them."""
    terms = iter([term for passage in stored[BODY] for term in passage.split(" ")])
    return tuple(
        tuple(Token(next(terms), *spans[place : place + 2]) for place in range(0, len(spans), 2))
        for spans in stored["spans"]["parts"]
    )
