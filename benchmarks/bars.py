"""The bars this project set itself before it was built, each with what was measured: met or missed.

First those of the design, then those for plain questions. A bar holds at the sizes it names; each figure is computed
from what was measured in one run at one size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.figures import (
    CONSTANT,
    DATASETTE,
    DISTINCT,
    FTS5,
    OURS,
    OURS_PLAIN,
    RANKED,
    REPEATED,
    TANTIVY,
    WHOOSH,
    Measured,
    named,
    percentile,
    short,
    table,
)
from benchmarks.questions import PLAIN_KINDS

SIZES: Final = (1_000, 10_000, 100_000)
Measure = Callable[[Measured], float]


@dataclass(frozen=True)
class Bar:
    """What is measured and how much it may be, or must be where `least`, at which size; and what stands in the way."""

    what: str
    limits: Mapping[int, float]
    measure: Measure
    least: bool = False
    why: str = ""

    def cell(self, measured: Measured) -> str:
        """The figure, the limit and the verdict at one size; a dash where no bar is set."""
        limit = self.limits.get(measured.size)
        if limit is None:
            return "–"
        found = self.measure(measured)
        said = f"{'≥' if self.least else '≤'} {limit:,g}"
        if math.isnan(found):
            return f"not measured ({said})"
        met = found >= limit if self.least else found <= limit
        return f"{'met' if met else '**missed**'}: {short(found)} ({said})"


def always(limit: float) -> dict[int, float]:
    """The same bar at each size."""
    return dict.fromkeys(SIZES, limit)


def steps(*limits: float) -> dict[int, float]:
    """A bar for each size."""
    return dict(zip(SIZES, limits, strict=True))


def _cost(one: Measured, name: str, kinds: Sequence[str], part: float, *, first: bool = False) -> float:
    """A percentile of what questions of some kinds cost a program, in CPU microseconds; NaN where it did not run."""
    figures = one.programs.get(name)
    if figures is None:
        return math.nan
    costs = figures.first if first else figures.warm
    return percentile([cost for kind in kinds for cost in named(costs, kind)], part)


def _value(one: Measured, name: str, key: str) -> float:
    figures = one.programs.get(name)
    return figures.values.get(key, math.nan) if figures else math.nan


def ours_over(name: str) -> Measure:
    """The default question with everything on, over the same words by OR."""
    return lambda one: _cost(one, OURS, ["default"], 0.5) / _cost(one, name, ["default"], 0.5)


def faster_than_whoosh(own: str) -> Measure:
    """How many times plain Whoosh takes for the default question."""
    return lambda one: _cost(one, WHOOSH, ["default"], 0.5) / _cost(one, own, ["default"], 0.5)


def slowest(*, first: bool) -> Measure:
    """The p99 of the default question in milliseconds."""
    return lambda one: _cost(one, OURS, ["default"], 0.99, first=first) / 1e3


def value(key: str) -> Measure:
    """A figure of ours as it is."""
    return lambda one: _value(one, OURS, key)


def over_whoosh(key: str) -> Measure:
    """A figure of ours in parts of plain Whoosh's."""
    return lambda one: _value(one, OURS, key) / _value(one, WHOOSH, key)


def _request(one: Measured, name: str, stream: str) -> float:
    figures = one.http.get(name)
    return figures.cpu_us.get(stream, math.nan) if figures else math.nan


def above_constant(stream: str) -> Measure:
    """What a request costs beyond a constant answer, in CPU microseconds."""
    return lambda one: _request(one, OURS, stream) - _request(one, CONSTANT, stream)


def over_datasette(name: str) -> Measure:
    """What a request costs in parts of Datasette's."""
    return lambda one: _request(one, OURS, DISTINCT) / _request(one, name, DISTINCT)


def worker_memory(one: Measured) -> float:
    """Megabytes of a serving worker; of the process that was asked all questions where nothing was served."""
    return one.http[OURS].worker_pss_mb if OURS in one.http else _value(one, OURS, "pss_mb")


def over_best(*kinds: str) -> Measure:
    """The costliest of some kinds of plain questions in parts of the cheaper one of FTS5 and tantivy, medians."""

    def measure(one: Measured) -> float:
        ratios = []
        for kind in kinds:
            others = [_cost(one, name, [kind], 0.5) for name in (FTS5, TANTIVY)]
            there = [cost for cost in others if not math.isnan(cost)]
            ratios.append(_cost(one, OURS_PLAIN, [kind], 0.5) / min(there) if there else math.nan)
        return max(ratios)

    return measure


def plain_slowest(*kinds: str) -> Measure:
    """The p99 of plain questions in milliseconds."""
    return lambda one: _cost(one, OURS_PLAIN, kinds, 0.99) / 1e3


# What stands in the way, told where a bar is missed.
FIXED: Final = (
    "names, facets, snippets and reasons of ten hits are made in Python for each answer: half a millisecond, whatever "
    "the size, which the others do not spend because they do none of it"
)
CALLS: Final = "an answer is some hundred calls of numpy and as many small steps in Python"
COMPILED: Final = f"the others are compiled and never leave their own code; ours: {CALLS}"
FIRST: Final = (
    "of a word that is asked for the first time the scores in all documents are worked out, of a record that is shown "
    "for the first time everything that is printed; both are kept, which pays from the second time on"
)
REQUEST: Final = f"reading the request, making JSON of the answer, and what a search costs: {FIRST}"
FLASK: Final = "looking the answer up, headers and the log line: the answer itself is kept as it was sent"
INDEXED: Final = (
    "beside what plain Whoosh does each text is searched for the names of the thesaurus, and its tokens are kept for "
    "the marks"
)
OPENED: Final = "columns, names and lexicon are read into memory, and the order of all documents by date is made"
HELD: Final = (
    "names, lexicon and scores of asked words are held ready; a smaller bound would make first questions dearer"
)

DESIGN: Final = (
    Bar("default question, p50, ours / FTS5 with the same words by OR", always(1.0), ours_over(FTS5), why=FIXED),
    Bar(
        "default question, p50, ours / tantivy with the same words by OR",
        steps(1.2, 1.0, 1.2),
        ours_over(TANTIVY),
        why=FIXED,
    ),
    Bar(
        "default question, p50, times faster than plain Whoosh",
        steps(15, 20, 50),
        faster_than_whoosh(OURS),
        True,
        why=FIXED,
    ),
    Bar(
        "the same, thesaurus and facets off, times faster than plain Whoosh",
        steps(30, 50, 100),
        faster_than_whoosh(OURS_PLAIN),
        True,
        why=CALLS,
    ),
    Bar("default question, p99, warm, ms", steps(1, 1.5, 3), slowest(first=False), why=FIXED),
    Bar("default question, p99, first time, ms", steps(4, 5, 10), slowest(first=True), why=FIRST),
    Bar("open to first answer, ms", {100_000: 300}, value("open_ms"), why=OPENED),
    Bar("HTTP, default question, above a constant answer, µs", {10_000: 600}, above_constant(DISTINCT), why=REQUEST),
    Bar("HTTP, asked before, above a constant answer, µs", always(200), above_constant(REPEATED), why=FLASK),
    Bar(
        "HTTP, default question, ours / Datasette's search of a table",
        always(0.333),
        over_datasette(DATASETTE),
        why=REQUEST,
    ),
    Bar(
        "HTTP, default question, ours / Datasette's ranked query with snippets",
        always(0.333),
        over_datasette(RANKED),
        why=REQUEST,
    ),
    Bar("indexing, ours / plain Whoosh", always(1.0), over_whoosh("build_s"), why=INDEXED),
    Bar("1 % changed, s", {10_000: 1}, value("update_s"), why=INDEXED),
    Bar("memory while indexing, MB", {100_000: 512}, value("build_peak_mb"), why=INDEXED),
    Bar("memory (Pss) of a serving worker, MB", {10_000: 150, 100_000: 300}, worker_memory, why=HELD),
)
PLAIN: Final = (
    *(
        Bar(f"{what}, ours / best", steps(0.5, 0.4, 0.4), over_best(kind), why=COMPILED)
        for what, kind in {
            "frequent word": "frequent",
            "rare word": "rare",
            "word without accents": "unaccented",
            "prefix": "prefix",
        }.items()
    ),
    Bar("country and year, ours / best", always(0.5), over_best("filter"), why=COMPILED),
    Bar("two words, AND or OR, ours / best", steps(0.7, 0.6, 1.0), over_best("and", "or"), why=COMPILED),
    Bar("phrase, ours / best", steps(1.5, 2, 3), over_best("phrase"), why=COMPILED),
    Bar("phrase, p99, ms", {100_000: 4}, plain_slowest("phrase"), why=COMPILED),
    Bar(
        "all kinds, p50, times faster than plain Whoosh",
        steps(30, 50, 100),
        lambda one: _cost(one, WHOOSH, PLAIN_KINDS, 0.5) / _cost(one, OURS_PLAIN, PLAIN_KINDS, 0.5),
        True,
        why=COMPILED,
    ),
    Bar("all kinds, p99, ms", steps(0.6, 1, 4), plain_slowest(*PLAIN_KINDS), why=COMPILED),
    Bar(
        "all kinds, first time, p50, ours / tantivy",
        steps(1.2, 1, 1),
        lambda one: (
            _cost(one, OURS_PLAIN, PLAIN_KINDS, 0.5, first=True) / _cost(one, TANTIVY, PLAIN_KINDS, 0.5, first=True)
        ),
        why=FIRST,
    ),
)


def bars(results: Mapping[int, Measured]) -> list[str]:
    """Both tables; nothing where no bar is set for a size that was measured."""
    sizes = [size for size in SIZES if size in results]
    if not sizes:
        return []
    explained = (
        "All times are CPU times. “Best” is the cheaper of SQLite FTS5 and tantivy; plain questions are asked with "
        "thesaurus and facets off, ten hits with snippets, warm. Over HTTP a question is new unless it says otherwise; "
        "where a size was not measured over HTTP, the memory is that of the process that was asked all questions."
    )
    return ["# Bars", explained, _bars(DESIGN, results, sizes), "Plain questions:", _bars(PLAIN, results, sizes)]


def _bars(chosen: Sequence[Bar], results: Mapping[int, Measured], sizes: Sequence[int]) -> str:
    rows, met, missed = [], 0, 0
    for bar in chosen:
        cells = [bar.cell(results[size]) for size in sizes]
        met += sum(cell.startswith("met") for cell in cells)
        here = sum(cell.startswith("**missed**") for cell in cells)
        missed += here
        rows.append([bar.what, *cells, bar.why if here else ""])
    head = [f"{met} met, {missed} missed", *(f"{size:,} mandates" for size in sizes), "what stands in the way"]
    return table(head, rows)
