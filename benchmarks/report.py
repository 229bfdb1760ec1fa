"""`python -m benchmarks.report FOLDER`: tables in Markdown and plots in SVG, made anew from the figures kept there.

Every number is computed from `figures.py`'s files; nothing is measured here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from benchmarks.bars import bars
from benchmarks.figures import (
    DISTINCT,
    OURS,
    OURS_PLAIN,
    REPEATED,
    WHOOSH,
    ClusterRuns,
    Figures,
    HttpFigures,
    Measured,
    cuts,
    load_all,
    load_cluster,
    named,
    percentile,
    short,
    table,
)
from benchmarks.growth import costs_of, growth
from benchmarks.plot import plot
from benchmarks.questions import KINDS, PLAIN_KINDS

# file → figure, title, and how many microseconds one is
PLOTS: Final = {
    "default-question.svg": ("p50", "CPU time of the default question", 1.0),
    "indexing.svg": ("build_s", "CPU time of indexing", 1e6),
    "one-percent-changed.svg": ("update_s", "CPU time of indexing 1 % anew", 1e6),
}


def write(folder: Path) -> str:
    """Write tables and plots of all that is kept in a folder; returns the tables."""
    results = load_all(folder)
    said = tables(results, load_cluster(folder))
    (folder / "results.md").write_text(said, "utf-8")
    for name, drawn in plots(results).items():
        (folder / name).write_text(drawn, "utf-8")
    return said


def plots(results: Mapping[int, Measured]) -> dict[str, str]:
    """The plots by file, where there is something to draw."""
    names = dict.fromkeys(name for one in results.values() for name in one.programs)
    drawn = {}
    for file, (key, title, unit) in PLOTS.items():
        costs = {
            name: {size: cost * unit for size, cost in costs_of(results, name, key).items() if cost > 0}
            for name in names
        }
        if any(costs.values()):
            drawn[file] = plot(title, costs)
    return drawn


def tables(results: Mapping[int, Measured], clusters: ClusterRuns | None = None) -> str:
    """All tables."""
    shown = [f"![{title}]({file})" for file, (_, title, _) in PLOTS.items() if file in plots(results)]
    parts = ["Made by `make bench`; do not edit.", *bars(results), *growth(results), *shown]
    parts += [*_clusters(clusters or {}), "# Figures"]
    for one in results.values():
        parts += _size(one)
    return "\n\n".join(parts) + "\n"


def _size(one: Measured) -> Iterator[str]:
    yield f"## {one.size:,} mandates"
    if one.programs:
        yield f"{one.conditions}."
        yield _default(one.programs)
        yield _plain(one.programs)
        yield _other_kinds(one.programs)
        yield _rest(one.programs)
    if one.http:
        yield f"Over HTTP, {one.http_conditions}:"
        yield http_table(one.http)


def _clusters(runs: ClusterRuns) -> Iterator[str]:
    """OpenSearch on one node beside the engine of one machine."""
    if runs:
        yield "# A cluster of one node beside one machine"
    for size, (said, engines) in runs.items():
        rows = [
            [
                name,
                f"{short(one.build_s)} s, {short(size / one.build_s)} a second; {short(one.build_cpu_s)} s of our CPU",
                f"{short(one.build_peak_mb)} MB",
                f"{short(one.p50_ms)} / {short(one.p95_ms)} ms",
            ]
            for name, one in engines.items()
        ]
        yield f"{size:,} mandates, indexer and node on the same cores, {said}:"
        yield table(["", "full build", "memory of the indexer, at most", "a search, wall p50 / p95"], rows)


def _default(programs: Mapping[str, Figures]) -> str:
    """The default question, ours with everything on, the others with the same words by OR."""
    own = percentile(programs[OURS].warm["default"], 0.5)
    rows = []
    for name, one in programs.items():
        middle = percentile(one.warm["default"], 0.5)
        ratio = f"{own / middle:.2f}" if name not in (OURS, OURS_PLAIN) else "–"
        rows.append([name, cuts(one.first["default"]), cuts(one.warm["default"]), ratio])
    head = ["", "first time", "warm", "ours / it"]
    return "Default question, CPU µs p50 / p95 / p99:\n\n" + table(head, rows)


def _plain(programs: Mapping[str, Figures]) -> str:
    """Plain questions of each kind, medians."""
    shown = [name for name in programs if name != OURS]
    rows = []
    for kind in PLAIN_KINDS:
        middles = [percentile(programs[name].warm[kind], 0.5) for name in shown]
        others = [middle for name, middle in zip(shown, middles, strict=True) if name not in (OURS_PLAIN, WHOOSH)]
        own = percentile(programs[OURS_PLAIN].warm[kind], 0.5)
        ratio = f"{own / min(others):.2f}" if others else "–"
        rows.append([kind, *(f"{middle:,.0f}" for middle in middles), ratio])
    head = ["kind", *shown, "ours / cheaper of FTS5 and tantivy"]
    return "Ten hits with snippets, thesaurus and facets off, warm CPU µs p50:\n\n" + table(head, rows)


def _other_kinds(programs: Mapping[str, Figures]) -> str:
    one = programs[OURS]
    rows = [[kind, cuts(named(one.first, kind)), cuts(named(one.warm, kind))] for kind in KINDS]
    return "Ours with everything on, CPU µs p50 / p95 / p99:\n\n" + table(["kind", "first time", "warm"], rows)


_REST: Final = {
    "build_s": "index, CPU s",
    "size_mb": "index, MB",
    "build_peak_mb": "memory while indexing at most, MB",
    "open_ms": "open and first answer, CPU ms",
    "pss_mb": "memory (Pss) after all questions, MB",
    "update_s": "1 % changed, CPU s",
}


def _rest(programs: Mapping[str, Figures]) -> str:
    shown = [name for name in programs if name != OURS_PLAIN]
    rows = [
        [label, *(short(programs[name].values.get(key, math.nan)) for name in shown)] for key, label in _REST.items()
    ]
    return table(["", *shown], rows)


def http_table(servers: Mapping[str, HttpFigures]) -> str:
    """What a request costs each server, each question new or asked before."""
    rows = []
    for name, one in servers.items():
        cpu = [f"{one.cpu_us.get(stream, math.nan):,.0f}" for stream in (DISTINCT, REPEATED)]
        wall = [" / ".join(f"{part:.1f}" for part in one.wall_ms.get(stream, ())) for stream in (DISTINCT, REPEATED)]
        rows.append([name, *cpu, *wall, f"{one.answer_kb:.1f}", f"{one.pss_mb:.0f}", f"{one.worker_pss_mb:.0f}"])
    head = ["", "CPU µs, new", "CPU µs, asked before", "wall ms p50 / p95 / p99, new", "asked before"]
    count = max(one.requests for one in servers.values())
    head += ["answer, kB", f"Pss after {count:,} requests, MB", "of its largest process"]
    return table(head, rows)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(folder: Path) -> None:
    """Write tables and plots into FOLDER from the figures that are kept there."""
    click.echo(write(folder))


if __name__ == "__main__":
    main()
