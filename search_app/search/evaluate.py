"""Measure retrieval on a judged collection, through the ordinary analysis and engine.

A collection is a folder with `docs.jsonl` or `docs.jsonl.gz` (id, lang, title, text), `queries.jsonl` (id, lang, text,
kind?) and `qrels.tsv` (query, document, grade). Lists are cut at 1,000; queries without a judgment do not count.
"""

from __future__ import annotations

import gzip
import json
import math
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, cast

from unidecode import unidecode

from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.errors import Fault, FileFaultsError
from search_app.index.document import make_document
from search_app.index.engine import Engine
from search_app.index.engines import make_builder, open_engine
from search_app.index.query import Filters, Window
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher

DEPTH: Final = 1_000
# Judging does not look at days.
_ANY_DAY: Final = date(2000, 1, 1)

Grades = Mapping[str, int]
Measures = dict[str, float]


@dataclass(frozen=True)
class JudgedQuery:
    """A query with the grade of each document that was judged relevant."""

    id: str
    language: Language
    text: str
    kind: str
    grades: Grades


@dataclass(frozen=True)
class Collection:
    """Documents, the language of each, and judged queries."""

    mandates: tuple[Mandate, ...]
    languages: Mapping[str, str]
    queries: tuple[JudgedQuery, ...]


def read_collection(folder: Path, *, distractors: Path | None = None) -> Collection:
    """Read a collection, and add the documents of another one that nobody judged.

    raises   FileFaultsError with file and line
    """
    rows = list(_documents(folder))
    if distractors is not None:
        rows += [row | {"id": f"distractor-{row['id']}"} for row in _documents(distractors)]
    mandates = tuple(_as_mandate(row) for row in rows)
    return Collection(mandates, {row["id"]: row["lang"] for row in rows}, tuple(read_queries(folder)))


def read_queries(folder: Path) -> Iterator[JudgedQuery]:
    """The judged queries of a folder."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    path = folder / "qrels.tsv"
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                query, document, grade = line.split("\t")[:3]
                grades[query][document] = int(grade)
            except ValueError as error:
                message = "write query, document and grade, parted by tabs"
                raise FileFaultsError([Fault(path, number, 0, message)]) from error
    for row in _rows(folder / "queries.jsonl", ("id", "lang", "text")):
        relevant = {document: grade for document, grade in grades[row["id"]].items() if grade > 0}
        yield JudgedQuery(row["id"], cast(Language, row["lang"]), row["text"], row.get("kind", ""), relevant)


def _documents(folder: Path) -> Iterator[dict[str, str]]:
    path = folder / "docs.jsonl"
    return _rows(path if path.is_file() else folder / "docs.jsonl.gz", ("id", "lang", "title", "text"))


def _rows(path: Path, keys: Sequence[str]) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise FileFaultsError([Fault(path, 0, 0, "no such file; a judged collection needs it")])
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                missing = [key for key in keys if not isinstance(row.get(key), str)]
            except (ValueError, AttributeError):
                missing = list(keys)
            if missing:
                raise FileFaultsError([Fault(path, number, 0, f"no text for {', '.join(missing)}; write one object")])
            yield row


def _as_mandate(row: Mapping[str, str]) -> Mandate:
    """A document of a collection as a record; a language that we do not have is read like English."""
    language: Language = "fr" if row["lang"] == "fr" else "en"
    return Mandate(
        id=row["id"],
        title={language: row["title"]} if row["title"] else {},
        description={language: row["text"]} if row["text"] else {},
    )


def evaluate(
    collection: Collection, names: Names, *, tools: Tools, unaccented: bool = False, expand: bool = True
) -> dict[str, object]:
    """Index a collection in a folder of its own and measure every query.

    returns  {"queries": n, "all": measures, "by_kind": {kind: measures}, "by_languages": {"en-fr": measures, …,
             "across": measures}}, rounded to four digits
    """
    with tempfile.TemporaryDirectory() as folder:
        builder = make_builder(Path(folder), tools.stems)
        for mandate in collection.mandates:
            builder.add(make_document(mandate, tools.analyzer, names))
        builder.commit()
        engine = open_engine(Path(folder), "evaluation", tools.stems)
        try:
            return report(collection, rank_all(collection, engine, names, tools, unaccented, expand))
        finally:
            engine.close()


def rank_all(
    collection: Collection, engine: Engine, names: Names, tools: Tools, unaccented: bool, expand: bool
) -> dict[str, list[str]]:
    """The ranked ids for each query."""
    searcher = Searcher(engine, names, analyzer=tools.analyzer, stems=tools.stems)
    lists = {}
    for query in collection.queries:
        text = unidecode(query.text) if unaccented else query.text
        tree = searcher.read(SearchRequest(text=text, language=query.language, expand=expand))
        lists[query.id] = [one for one, _ in engine.rank(tree, Filters(), Window(size=DEPTH, today=_ANY_DAY)).ranked]
    return lists


def report(collection: Collection, lists: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Means of all measures: over everything, by kind, by pair of languages."""
    by_kind: dict[str, list[Measures]] = defaultdict(list)
    by_languages: dict[str, list[Measures]] = defaultdict(list)
    everything = []
    for query in collection.queries:
        if not query.grades:
            continue
        measures = measure(lists[query.id], query.grades)
        everything.append(measures)
        if query.kind:
            by_kind[query.kind].append(measures)
        for language in LANGUAGES:
            kept = _only(collection, language)
            if grades := {one: grade for one, grade in query.grades.items() if kept(one)}:
                pair = measure([one for one in lists[query.id] if kept(one)], grades)
                by_languages[f"{query.language}-{language}"].append(pair)
                if query.language != language:
                    by_languages["across"].append(pair)
    return {
        "queries": len(everything),
        "all": _mean(everything),
        "by_kind": {kind: _mean(found) for kind, found in sorted(by_kind.items())},
        "by_languages": {pair: _mean(found) for pair, found in sorted(by_languages.items())},
    }


def _only(collection: Collection, language: Language) -> Callable[[str], bool]:
    return lambda one: collection.languages.get(one) == language


def measure(ranked: Sequence[str], grades: Grades) -> Measures:
    """The measures of one list.

    source   nDCG with the grade as gain and log2(rank + 1) as discount (Järvelin and Kekäläinen 2002)
    """
    gains = [grades.get(one, 0) for one in ranked]
    ideal = _discounted(sorted(grades.values(), reverse=True)[:10])
    hits = [rank for rank, gain in enumerate(gains, 1) if gain]
    return {
        "ndcg@10": _discounted(gains[:10]) / ideal,
        "map": sum(number / rank for number, rank in enumerate(hits, 1)) / len(grades),
        "recall@100": sum(rank <= 100 for rank in hits) / len(grades),
        "mrr": 1 / hits[0] if hits else 0.0,
        "success@1": float(bool(hits) and hits[0] == 1),
        "success@5": float(bool(hits) and hits[0] <= 5),
    }


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _mean(found: Sequence[Measures]) -> Measures:
    if not found:
        return {}
    return {name: round(sum(one[name] for one in found) / len(found), 4) for name in found[0]}
