"""Which mandates are like one: those that share its concepts, the rarer the better; then its country, then its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from search_app.index.document import EARLIEST
from search_app.index.weights import idf

# Of very many that are equally like, the newest are compared.
COMPARED: Final = 500

Json = dict[str, Any]


class Likeness:
    """Compares the documents of one generation.

    search      asks the cluster; documents: how many there are
    """

    def __init__(self, search: Callable[[Json], Json], documents: int) -> None:
        self._search = search
        self._documents = documents

    def concepts(self, mandate_id: str) -> tuple[str, ...]:
        """The concepts of a document, those that fewest others hold first; none where nothing has this id."""
        own = self._document(mandate_id)
        worth = self._worth(own["concepts"]) if own else {}
        return tuple(sorted(worth, key=lambda one: (-worth[one], one)))

    def similar(self, mandate_id: str, size: int) -> list[str]:
        """The ids most like one, best first; none that shares no concept."""
        own = self._document(mandate_id)
        if own is None or not own["concepts"]:
            return []
        worth = self._worth(own["concepts"])
        shared = [
            {"constant_score": {"filter": {"term": {"concepts": one}}, "boost": idf}} for one, idf in worth.items()
        ]
        body = {
            "query": {"bool": {"should": shared, "must_not": [{"term": {"id": mandate_id}}]}},
            "sort": [{"_score": "desc"}, {"newest": "desc"}, {"id": "asc"}],
            "size": COMPARED,
            "_source": ["id", "concepts", "places", "first", "newest"],
        }
        found = [hit["_source"] for hit in self._search(body)["hits"]["hits"]]
        countries = _countries(own)

        def place(other: Json) -> tuple[object, ...]:
            score = sum(worth[one] for one in worth if one in other["concepts"])
            return (-score, not countries & _countries(other), _distance(own, other), -other["newest"], other["id"])

        return [str(one["id"]) for one in sorted(found, key=place)[:size]]

    def _document(self, mandate_id: str) -> Json | None:
        body = {"query": {"term": {"id": mandate_id}}, "size": 1, "_source": ["concepts", "places", "first"]}
        hits = self._search(body)["hits"]["hits"]
        return hits[0]["_source"] if hits else None

    def _worth(self, concepts: list[str]) -> dict[str, float]:
        """The weight of each concept, by how many hold it; the order of names."""
        if not concepts:
            return {}
        wanted = {one: {"term": {"concepts": one}} for one in sorted(concepts)}
        counts = self._search({"size": 0, "aggs": {"each": {"filters": {"filters": wanted}}}})
        buckets = counts["aggregations"]["each"]["buckets"]
        return {one: idf(self._documents, buckets[one]["doc_count"]) for one in wanted}


def _countries(document: Json) -> set[str]:
    """Its countries: the two capitals of a code tell them from the regions around them."""
    return {one for one in document["places"] if len(one) == 2 and one.isupper()}


def _distance(own: Json, other: Json) -> int:
    """How many days lie between two starts; very many where one is not known."""
    unknown: int = 1 << 62
    known = own["first"] != EARLIEST and other["first"] != EARLIEST
    return abs(other["first"] - own["first"]) if known else unknown
