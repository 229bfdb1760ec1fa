"""Filters and facets in the cluster's words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final

from search_app.analysis.language import LANGUAGES
from search_app.index.document import EARLIEST, LATEST
from search_app.index.opensearch_engine.mapping import YEARS
from search_app.index.query import FacetCount, Filters, Window
from search_app.index.weights import YEARS_AHEAD, YEARS_BACK

FIELD_OF: Final = {"country": "places", "requester": "requesters", "concept": "concepts", "lang": "languages"}
# Values that a facet may have at most: the cluster counts exactly where it gathers all of them.
MOST_VALUES: Final = 20_000

Json = dict[str, Any]


def filtered(filters: Filters, today: date) -> dict[str, Json]:
    """What each filter in use lets through, by its name."""
    found: dict[str, Json] = {}
    for name, field in FIELD_OF.items():
        if wanted := getattr(filters, name):
            found[name] = {"terms": {field: list(wanted)}}
    if filters.status:
        statuses = _statuses(today)
        found["status"] = {"bool": {"should": [statuses[one] for one in filters.status]}}
    if filters.start or filters.end:
        start = filters.start.toordinal() if filters.start else EARLIEST
        end = filters.end.toordinal() if filters.end else LATEST
        found["period"] = _all([_DATED, _range("first", lte=end), _range("last", gte=start)])
    return found


_DATED: Final[Json] = {"term": {"dated": True}}


def _statuses(today: date) -> dict[str, Json]:
    day = today.toordinal()
    return {
        "planned": _all([_DATED, _range("first", gt=day)]),
        "active": _all([_DATED, _range("first", lte=day), _range("last", gte=day)]),
        "ended": _all([_DATED, _range("first", lte=day), _range("last", lt=day)]),
        "unknown": {"term": {"dated": False}},
    }


def _range(field: str, **bounds: int) -> Json:
    return {"range": {field: bounds}}


def _all(clauses: Iterable[Json]) -> Json:
    return {"bool": {"filter": list(clauses)}}


def facets_wanted(filters: Mapping[str, Json], today: date) -> Json:
    """The counts to ask for: each facet under all filters but its own."""

    def here(name: str, aggregations: Json) -> Json:
        others = [one for other, one in filters.items() if other != name]
        return {"filter": _all(others) if others else {"match_all": {}}, "aggs": aggregations}

    def terms(field: str, size: int) -> Json:
        return {"terms": {"field": field, "size": size, "shard_size": size}}

    wanted = {name: here(name, {"values": terms(field, MOST_VALUES)}) for name, field in FIELD_OF.items()}
    wanted["status"] = here("status", {"values": {"filters": {"filters": _statuses(today)}}})
    span = YEARS[1] - YEARS[0] + 1
    wanted["year"] = here(
        "period",
        {
            "active": terms("active_years", span),
            "listed": terms("listed_years", span),
            "since": {"min": {"field": "open_since"}},
        },
    )
    return wanted


def facets_found(found: Json, filters: Filters, window: Window) -> dict[str, tuple[FacetCount, ...]]:
    """The facets of an answer: the most frequent values first, equal ones by name; years in the order of time."""
    limits = {"requester": window.most_values, "concept": window.most_values}
    result: dict[str, tuple[FacetCount, ...]] = {}
    for name in FIELD_OF:
        counts = {str(one["key"]): int(one["doc_count"]) for one in found[name]["values"]["buckets"]}
        if name == "lang":
            counts = {language: counts[language] for language in LANGUAGES if language in counts}
        result[name] = _most(counts, limits.get(name), getattr(filters, name))
    statuses = found["status"]["values"]["buckets"]
    result["status"] = _most({name: int(one["doc_count"]) for name, one in statuses.items()}, None, ())
    result["year"] = tuple((f"{year:04d}", count) for year, count in _years(found["year"], window.today))
    return result


def _most(counts: Mapping[str, int], limit: int | None, also: Collection[str]) -> tuple[FacetCount, ...]:
    ordered = sorted((-count, name) for name, count in counts.items() if count)
    wanted = ordered[:limit] + ([one for one in ordered[limit:] if one[1] in also] if limit is not None else [])
    return tuple((name, -count) for count, name in wanted)


def _years(found: Json, today: date) -> list[tuple[int, int]]:
    listed = {int(one["key"]) for one in found["listed"]["buckets"]}
    if (since := found["since"]["value"]) is not None:
        listed |= set(range(int(since), today.year + 1))
    active = {int(one["key"]): int(one["doc_count"]) for one in found["active"]["buckets"]}
    low, high = today.year - YEARS_BACK, today.year + YEARS_AHEAD
    return [(year, active[year]) for year in sorted(listed & active.keys()) if low <= year <= high]
