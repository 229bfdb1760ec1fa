"""The relevance gate: four parts that a change of analysis, names or scores must pass.

ndcg       by kind of query, nDCG@10 has not fallen more than a hundredth below `figures.json`
golden     ids and scores of the first ten hits of ten judged queries are those of `golden.json`
totals     a query that names one concept finds exactly as many mandates as `totals.tsv` says
identity   each query ranks the same, to the last digit, with accents, without them, and decomposed

Each part returns what is wrong as lines; none means that it passes.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Final

from search_app.analysis.tools import Tools
from search_app.corpus.names import Names
from search_app.index.engine import Engine
from search_app.index.engines import open_engine
from search_app.index.indexer import generation_names
from search_app.index.query import Filters, Window
from search_app.search.evaluate import Collection, JudgedQuery, rank_all, read_queries, report
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher
from tests.searching import SHIPPED, TODAY, index_folder

HERE: Final = Path(__file__).parent
FIGURES: Final = HERE / "figures.json"
GOLDEN: Final = HERE / "golden.json"
TOTALS: Final = HERE / "totals.tsv"
ALLOWED_LOSS: Final = 0.01
ALLOWED_DIFFERENCE: Final = 1e-4
DEPTH: Final = 10

# Chosen so that every way of scoring takes part: plain words, titles, stop words between words, acronyms, names inside
# longer names, concepts across languages, a phrase's worth of words.
GOLDEN_QUERIES: Final = (
    "en-en-03",
    "en-en-11",
    "fr-fr-13",
    "fr-fr-24",
    "en-fr-06",
    "fr-en-04",
    "acronym-02",
    "acronym-06",
    "place-04",
    "requester-07",
)

Ranking = list[tuple[str, float]]


@dataclass(frozen=True)
class Gate:
    """The judged set over an open index of the shipped corpus."""

    engine: Engine
    names: Names
    tools: Tools

    @cached_property
    def queries(self) -> tuple[JudgedQuery, ...]:
        """The judged queries."""
        return tuple(read_queries(HERE))

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self.engine, self.names, analyzer=self.tools.analyzer, stems=self.tools.stems)

    def rank(self, text: str, size: int = 1_000) -> Ranking:
        """Ids with scores, best first."""
        tree = self._searcher.read(SearchRequest(text=text))
        return list(self.engine.rank(tree, Filters(), Window(size=size, today=TODAY)).ranked)

    def ndcg(self) -> dict[str, float]:
        """nDCG@10 by kind of query."""
        collection = Collection((), {}, self.queries)
        lists = rank_all(collection, self.engine, self.names, self.tools, unaccented=False, expand=True)
        by_kind = report(collection, lists)["by_kind"]
        assert isinstance(by_kind, dict)
        return {kind: measures["ndcg@10"] for kind, measures in by_kind.items()}

    def golden(self) -> dict[str, Ranking]:
        """The first hits of the golden queries."""
        texts = {query.id: query.text for query in self.queries}
        return {name: self.rank(texts[name], DEPTH) for name in GOLDEN_QUERIES}


@contextmanager
def open_gate(folder: Path, tools: Tools) -> Iterator[Gate]:
    """Index the shipped corpus into a folder and open it."""
    generation = index_folder(SHIPPED, folder, tools)
    engine = open_engine(generation, generation.name, tools.stems)
    try:
        yield Gate(engine, generation_names(generation), tools)
    finally:
        engine.close()


def ndcg_faults(gate: Gate) -> list[str]:
    """Kinds of queries that are answered worse than the committed figures say."""
    committed: Mapping[str, float] = json.loads(FIGURES.read_text("utf-8"))
    found = gate.ndcg()
    faults = [f"{kind}: judged, but without a committed figure" for kind in found.keys() - committed.keys()]
    for kind, figure in committed.items():
        if (now := found.get(kind, 0.0)) < figure - ALLOWED_LOSS:
            faults.append(f"{kind}: nDCG@10 fell from {figure} to {now}")
    return sorted(faults)


def golden_faults(gate: Gate) -> list[str]:
    """Golden queries whose first hits or scores have moved: the first place that differs."""
    committed = json.loads(GOLDEN.read_text("utf-8"))
    faults = []
    for name, ranking in gate.golden().items():
        for rank, (now, then) in enumerate(zip_longest(ranking, map(tuple, committed[name])), 1):
            if now is None or then is None or now[0] != then[0] or abs(now[1] - then[1]) > ALLOWED_DIFFERENCE:
                faults.append(f"{name}: hit {rank} is {now} instead of {then}")
                break
    return faults


def totals_faults(gate: Gate) -> list[str]:
    """Concepts that find another number of mandates than was counted by reading."""
    rows = [line.split("\t") for line in TOTALS.read_text("utf-8").splitlines() if line]
    found = {text: len(gate.rank(text)) for text, _ in rows}
    return [f"{text}: {found[text]} mandates instead of {total}" for text, total in rows if found[text] != int(total)]


def without_accents(text: str) -> str:
    """A text as a keyboard without accents gives it."""
    plain = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return plain.replace("œ", "oe").replace("Œ", "OE").replace("’", "'")


def identity_faults(gate: Gate) -> list[str]:
    """Queries that rank otherwise in another spelling of the same letters."""
    faults = []
    for query in gate.queries:
        ranking = gate.rank(query.text)
        for form in (without_accents(query.text), unicodedata.normalize("NFD", query.text)):
            if form != query.text and gate.rank(form) != ranking:
                faults.append(f"{query.id}: {form!r} ranks otherwise than {query.text!r}")
    return faults


PARTS: Final = {"ndcg": ndcg_faults, "golden": golden_faults, "totals": totals_faults, "identity": identity_faults}
