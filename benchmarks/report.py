"""Figures as tables in Markdown and as a plot of cost against size in SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.questions import KINDS, PLAIN_KINDS

OURS: Final = "ours"
OURS_PLAIN: Final = "ours, plain"


@dataclass
class Figures:
    """What one program cost at one size; microseconds by kind of question, first and warm."""

    values: dict[str, float] = field(default_factory=dict)
    first: dict[str, list[float]] = field(default_factory=dict)
    warm: dict[str, list[float]] = field(default_factory=dict)


# size → program → figures
Results = Mapping[int, Mapping[str, Figures]]


def percentile(values: Sequence[float], part: float) -> float:
    """The value that so large a part of all does not exceed."""
    return float(np.percentile(values, part * 100)) if values else math.nan


def tables(results: Results) -> str:
    """All tables."""
    parts = []
    for size, programs in results.items():
        parts += [
            f"## {size:,} mandates",
            _default(programs),
            _plain(programs),
            _other_kinds(programs),
            _rest(programs),
        ]
    parts.append(_exponents(results))
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cuts(values: Sequence[float]) -> str:
    return " / ".join(f"{percentile(values, part):,.0f}" for part in (0.5, 0.95, 0.99))


def _default(programs: Mapping[str, Figures]) -> str:
    """The default question, ours with everything on, the others with the same words by OR."""
    own = percentile(programs[OURS].warm["default"], 0.5)
    rows = []
    for name, one in programs.items():
        middle = percentile(one.warm["default"], 0.5)
        ratio = f"{own / middle:.2f}" if name not in (OURS, OURS_PLAIN) else "–"
        rows.append([name, _cuts(one.first["default"]), _cuts(one.warm["default"]), ratio])
    head = ["", "first time", "warm", "ours / it"]
    return "Default question, CPU µs p50 / p95 / p99:\n\n" + _table(head, rows)


def _plain(programs: Mapping[str, Figures]) -> str:
    """Plain questions of each kind, medians."""
    shown = [name for name in programs if name != OURS]
    rows = []
    for kind in PLAIN_KINDS:
        middles = [percentile(programs[name].warm[kind], 0.5) for name in shown]
        others = [middle for name, middle in zip(shown, middles, strict=True) if name not in (OURS_PLAIN, "Whoosh")]
        own = percentile(programs[OURS_PLAIN].warm[kind], 0.5)
        ratio = f"{own / min(others):.2f}" if others else "–"
        rows.append([kind, *(f"{middle:,.0f}" for middle in middles), ratio])
    head = ["kind", *shown, "ours / cheaper of FTS5 and tantivy"]
    return "Ten hits with snippets, thesaurus and facets off, warm CPU µs p50:\n\n" + _table(head, rows)


def _other_kinds(programs: Mapping[str, Figures]) -> str:
    one = programs[OURS]
    rows = [[kind, _cuts(one.first[kind]), _cuts(one.warm[kind])] for kind in KINDS]
    return "Ours with everything on, CPU µs p50 / p95 / p99:\n\n" + _table(["kind", "first time", "warm"], rows)


_REST: Final = {
    "build_s": "index, CPU s",
    "size_mb": "index, MB",
    "build_peak_mb": "peak memory of indexing, MB",
    "open_ms": "open and first answer, CPU ms",
    "pss_mb": "memory (Pss) after all questions, MB",
    "update_s": "1 % changed, CPU s",
}


def _rest(programs: Mapping[str, Figures]) -> str:
    shown = [name for name in programs if name != OURS_PLAIN]
    rows = [
        [label, *(f"{programs[name].values.get(key, math.nan):,.2f}" for name in shown)] for key, label in _REST.items()
    ]
    return _table(["", *shown], rows)


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The power of the size with which a cost grows, by least squares over the logarithms."""
    if len(sizes) < 2:
        return math.nan
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def _costs(results: Results, name: str, key: str) -> dict[int, float]:
    """Size → cost, where a program was measured."""
    here = {size: programs[name] for size, programs in results.items() if name in programs}
    if key in _REST:
        return {size: one.values[key] for size, one in here.items()}
    return {size: percentile(one.warm[key], 0.5) for size, one in here.items()}


def _exponents(results: Results) -> str:
    rows = []
    for name in next(iter(results.values())):
        if name != OURS_PLAIN:
            costs = [_costs(results, name, key) for key in ("default", "build_s", "update_s")]
            rows.append([name, *(f"{exponent(list(one), list(one.values())):.2f}" for one in costs)])
    head = ["", "default question", "index", "1 % changed"]
    return "Cost grows with this power of the size:\n\n" + _table(head, rows)


# the plot: a frame of WIDTH by HEIGHT with room for labels around it
WIDTH, HEIGHT, LEFT, TOP = 520, 320, 70, 20
COLOURS: Final = ("#1b4965", "#62929e", "#c8553d", "#588157", "#7d5ba6")


def plot(results: Results) -> str:
    """The warm median of the default question against size, both axes logarithmic."""
    sizes = list(results)
    names = list(next(iter(results.values())))
    costs = {name: _costs(results, name, "default") for name in names}
    every = [cost for one in costs.values() for cost in one.values()]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    across = math.log10(sizes[-1] / sizes[0]) or 1.0

    def x(size: float) -> float:
        return LEFT + WIDTH * math.log10(size / sizes[0]) / across

    def y(cost: float) -> float:
        return TOP + HEIGHT * (high - math.log10(cost)) / max(high - low, 1)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 210} {TOP + HEIGHT + 50}" '
        'font-family="sans-serif" font-size="13" role="img">',
        "<title>CPU time of the default question against the number of mandates</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for power in range(low, high + 1):
        lines.append(f'<path d="M{LEFT} {y(10.0**power):.1f}h{WIDTH}" stroke="#ddd"/>')
        lines.append(
            f'<text x="{LEFT - 8}" y="{y(10.0**power) + 4:.1f}" text-anchor="end">{_duration(10**power)}</text>'
        )
    for size in sizes:
        lines.append(f'<text x="{x(size):.1f}" y="{TOP + HEIGHT + 22}" text-anchor="middle">{size:,}</text>')
    for colour, name in zip(COLOURS, names, strict=False):
        points = " ".join(f"{x(size):.1f},{y(cost):.1f}" for size, cost in costs[name].items())
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        grows = exponent(list(costs[name]), list(costs[name].values()))
        last = list(costs[name])[-1]
        label = name if math.isnan(grows) else f"{name} (n^{grows:.2f})"
        end = f'x="{x(last) + 8:.1f}" y="{y(costs[name][last]) + 4:.1f}"'
        lines.append(f'<text {end} fill="{colour}">{label}</text>')
    lines.append(f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 44}" text-anchor="middle">mandates</text>')
    return "\n".join([*lines, "</svg>", ""])


def _duration(microseconds: float) -> str:
    return f"{microseconds / 1000:g} ms" if microseconds >= 1000 else f"{microseconds:g} µs"
