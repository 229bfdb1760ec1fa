"""The same mandate met several times: finds what belongs together and makes one of it.

Equal keys belong together (`identity`); so does a cut title with the full one when all else is equal, and a page of one
mandate, which prints neither requester nor place, with the list entry of that title and period. Promise: the outcome
depends on the order of the inputs only where nothing else decides; merging what is merged already changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from search_app.analysis.fold import fold
from search_app.corpus.identity import Key, fold_title, is_cut, keys, place_ids, requester_ids
from search_app.corpus.importers.base import ImportedMandate, Text, in_order
from search_app.corpus.mandate import Source
from search_app.corpus.names import Names
from search_app.corpus.textform import from_blocks

_END_UNKNOWN = frozenset(("end-date-missing", "dates-missing", "date-invalid"))


class Matcher:
    """Finds which of many mandates are the same; knows them by their position in `known`.

    compare_texts   whether a cut title also needs equal texts: not where a person may have rewritten them
    """

    def __init__(self, known: Sequence[ImportedMandate], names: Names, *, compare_texts: bool) -> None:
        self._known = known
        self._names = names
        self._compare_texts = compare_texts
        self._by_key: dict[Key, list[int]] = defaultdict(list)
        self._cut: dict[tuple[str, date | None], list[int]] = defaultdict(list)
        self._by_title: dict[tuple[str, date | None], list[int]] = defaultdict(list)
        for at, record in enumerate(known):
            for key in record_keys(record, names):
                self._by_key[key].append(at)
            if is_cut(record.title):
                self._cut[fold_title(record.title), record.start].append(at)
            for title in _folded_titles(record):
                self._by_title[title, record.start].append(at)
        self._titles = sorted(title for title, _ in self._by_title)

    def find(self, record: ImportedMandate, *, by_list_entry: bool = True) -> list[int]:
        """The known mandates that this one is, in ascending order; itself too, where it is among them.

        by_list_entry   whether an entry of a list may find its page; a page finds its entry only if there is just one
        """
        found = set(self.find_exact(record))
        found |= {at for at in self._similar(record) if at not in found and self._is_cut_form(record, self._known[at])}
        if by_list_entry or _is_bare(record):
            same_title = {at for title in _folded_titles(record) for at in self._by_title[title, record.start]}
            details = {at for at in same_title - found if _is_detail(record, self._known[at])}
            if len({self._places(self._known[at]) for at in details}) == 1:
                found |= details
        return sorted(found)

    def find_exact(self, record: ImportedMandate) -> list[int]:
        """Those of them that have a key of this one."""
        return sorted({at for key in record_keys(record, self._names) for at in self._by_key.get(key, ())})

    def _similar(self, record: ImportedMandate) -> Iterator[int]:
        """Mandates of the same start whose cut title begins this one's, or the other way round."""
        for title in _folded_titles(record):
            for length in range(1, len(title) + 1):
                yield from self._cut.get((title[:length], record.start), ())
        if is_cut(record.title):
            beginning = fold_title(record.title)
            for title in self._titles[bisect_left(self._titles, beginning) :]:
                if not title.startswith(beginning):
                    break
                yield from self._by_title.get((title, record.start), ())

    def _is_cut_form(self, one: ImportedMandate, other: ImportedMandate) -> bool:
        if not (is_cut(one.title) or is_cut(other.title)) or one.identifier or other.identifier:
            return False
        short, long = sorted((one, other), key=lambda record: len(fold_title(record.title)))
        return (
            is_cut(short.title)
            and any(fold_title(title).startswith(fold_title(short.title)) for title in long.titles.values())
            and one.end == other.end
            and self._places(one) == self._places(other)
            and requester_ids(one.requesters, self._names) == requester_ids(other.requesters, self._names)
            and (not self._compare_texts or _texts(one) == _texts(other))
        )

    def _places(self, record: ImportedMandate) -> frozenset[str]:
        return place_ids(record.places, self._names)


def record_keys(record: ImportedMandate, names: Names) -> tuple[Key, ...]:
    """The keys of an imported mandate."""
    places = place_ids(record.places, names)
    return keys(record.titles.values(), places=places, start=record.start, identifier=record.identifier)


def _folded_titles(record: ImportedMandate) -> set[str]:
    return set(map(fold_title, record.titles.values()))


def _is_detail(one: ImportedMandate, other: ImportedMandate) -> bool:
    """Whether one of two with the same title is the page of a mandate (no requester, no place), the other its entry."""
    return _is_bare(one) != _is_bare(other) and not (one.identifier or other.identifier) and one.end == other.end


def _is_bare(record: ImportedMandate) -> bool:
    return not (record.requesters or record.places)


def group(records: Sequence[ImportedMandate], names: Names) -> list[list[int]]:
    """Positions of records that are one mandate; groups and positions in order of first appearance."""
    matcher = Matcher(records, names, compare_texts=True)
    leader = list(range(len(records)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    for at, record in enumerate(records):
        for other in matcher.find(record, by_list_entry=False):
            if _is_another(record, records[other]):
                continue
            first, second = sorted((find(at), find(other)))
            leader[second] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(len(records)):
        groups[find(at)].append(at)
    return list(groups.values())


def _is_another(one: ImportedMandate, other: ImportedMandate) -> bool:
    """Whether both are records of ours with ids of their own: whoever gave them keeps them apart."""
    return bool(one.original and other.original and one.id != other.id)


def merge(records: Sequence[ImportedMandate]) -> ImportedMandate:
    """One record of several that are the same mandate; `original` stays only where no other wording stands beside it.

    The wording captured or changed last wins, else the one that ends last, else the first; different wordings of
    it become `versions`; what the winner lacks comes from the others.
    """
    if len(records) == 1:
        return records[0]
    editions = [replace(edition, versions=()) for record in records for edition in (record, *record.versions)]
    merged = max(editions, key=_rank)
    other: list[ImportedMandate] = []
    for edition in editions:
        if _is_alike(merged, edition):
            merged = _with_texts(merged, edition)
        elif not any(_is_alike(known, edition) for known in other):
            other.append(edition)
    for edition in editions:
        merged = _with_facts(merged, edition)
    versions = tuple(sorted(other, key=_rank, reverse=True))
    warnings = set(merged.warnings) - set(_mended(merged)) | ({"versions-merged"} if versions else set())
    return replace(
        merged,
        original=records[0].original if all(one.original == records[0].original for one in records) else None,
        warnings=in_order(warnings),
        occurrences=sum(record.occurrences for record in records),
        line=min(record.line for record in records),
        versions=versions,
        sources=unite_sources(source for record in records for source in record.sources),
        source=merged.source or next((record.source for record in records if record.source), ""),
    )


def unite_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Sources without repeats, in a fixed order."""
    united: dict[tuple[str, str, date | None], Source] = {}
    for source in sources:
        key = source.file, source.locale, source.captured
        known = united.get(key)
        united[key] = source if known is None or known.occurrences < source.occurrences else known
    return tuple(united[key] for key in sorted(united, key=lambda key: (key[0], key[1], key[2] or date.min)))


def _rank(record: ImportedMandate) -> tuple[date, str, date]:
    captured = max((source.captured for source in record.sources if source.captured), default=date.min)
    open_end = date.min if _END_UNKNOWN & set(record.warnings) else date.max
    return captured, record.updated, record.end or open_end


def _texts(record: ImportedMandate) -> dict[str, str]:
    return {language: fold(from_blocks(body)) for language, body in record.bodies.items()}


def _is_alike(one: ImportedMandate, other: ImportedMandate) -> bool:
    """Whether two wordings say the same: equal texts in each language that both have, and no other end."""
    texts, others = _texts(one), _texts(other)
    same_end = one.end == other.end or any(
        record.end is None and _END_UNKNOWN & set(record.warnings) for record in (one, other)
    )
    return same_end and all(texts[language] == others[language] for language in texts.keys() & others.keys())


def _with_texts(record: ImportedMandate, other: ImportedMandate) -> ImportedMandate:
    """A record with the texts that it lacks and another wording, which says the same, has."""
    title_language = record.title_language or record.language
    filled = replace(record, end=record.end or other.end)
    if not record.body and other.body:
        filled = replace(
            filled, body=other.body, language=other.language, split=other.split, translations=other.translations
        )
    elif record.body:
        more = {
            language: Text(other.titles.get(language, ""), body)
            for language, body in other.bodies.items()
            if language not in record.bodies
        }
        filled = replace(filled, translations={**record.translations, **more})
    return replace(filled, title_language=title_language if title_language != filled.language else "")


def _with_facts(record: ImportedMandate, other: ImportedMandate) -> ImportedMandate:
    """A record with the facts that it lacks and another input of the same mandate has."""
    names = ("requesters", "places", "identifier", "url", "implementers", "published", "parent", "note", "id")
    lacking = {name: getattr(other, name) for name in names if not getattr(record, name) and getattr(other, name)}
    filled = replace(record, sections={**other.sections, **record.sections}, **lacking)
    if not is_cut(record.title) or is_cut(other.title):
        return filled
    language = other.title_language or other.language
    return replace(filled, title=other.title, title_language=language if language != record.language else "")


def _mended(record: ImportedMandate) -> Iterator[str]:
    """Warnings that hold no more once a record was filled."""
    held: Mapping[str, bool] = {
        "requester-missing": bool(record.requesters),
        "places-missing": bool(record.places),
        "body-missing": bool(record.body),
        "title-truncated": not is_cut(record.title),
        "end-date-missing": record.end is not None,
    }
    return (code for code, mended in held.items() if mended)
