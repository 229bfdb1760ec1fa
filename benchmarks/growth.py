"""How costs grow with the size: fitted exponents, what a million mandates would cost, and where one machine ends.

Two fits, because neither is right alone: the power of the size by least squares over the logarithms of all sizes, which
is hopeful where a cost has a fixed part; and the line through the two largest sizes, which is careful.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.figures import FTS5, OURS, OURS_PLAIN, TANTIVY, Measured, named, percentile, short, table

MILLION: Final = 1_000_000
# The logarithm of what counts as infinite: no corpus has as many mandates.
LARGEST: Final = math.log(1e12)


@dataclass(frozen=True)
class Fit:
    """cost = factor * size ** power, and cost = base + slope * size."""

    power: float
    factor: float
    slope: float
    base: float

    @classmethod
    def of(cls, costs: Mapping[int, float]) -> Fit | None:
        """Through costs by size; None where fewer than two sizes have any."""
        known = {size: cost for size, cost in costs.items() if cost > 0}
        if len(known) < 2:
            return None
        power, log = np.polyfit(np.log(list(known)), np.log(list(known.values())), 1)
        small, large = sorted(known)[-2:]
        slope = (known[large] - known[small]) / (large - small)
        return cls(float(power), math.exp(log), slope, known[large] - slope * large)

    def by_power(self, size: float) -> float:
        """The cost at a size by the power."""
        return float(self.factor * size**self.power)

    def by_line(self, size: float) -> float:
        """The cost at a size by the line."""
        return self.base + self.slope * size

    def reached(self, cost: float) -> tuple[float, float]:
        """The sizes with a cost, by power and by line; infinite where it does not grow."""
        by_line = (cost - self.base) / self.slope if self.slope > 0 else math.inf
        log = math.log(cost / self.factor) / self.power if self.power > 0 else math.inf
        return math.exp(log) if log < LARGEST else math.inf, max(by_line, 0.0)


def costs_of(results: Mapping[int, Measured], name: str, key: str) -> dict[int, float]:
    """A program's cost by size: a figure by its name, or the p50 (warm) or p99 (first time) of the default question."""
    here = {size: one.programs[name] for size, one in results.items() if name in one.programs}
    match key:
        case "p50":
            return {size: percentile(named(one.warm, "default"), 0.5) for size, one in here.items()}
        case "first p99":
            return {size: percentile(named(one.first, "default"), 0.99) for size, one in here.items()}
    return {size: one.values[key] for size, one in here.items() if key in one.values}


GROWING: Final = {"p50": "default question", "build_s": "index", "update_s": "1 % changed"}
# what is projected: unit and how many of ours make one
PROJECTED: Final = {
    "p50": ("default question, p50, CPU ms", 1e3),
    "build_s": ("index, CPU min", 60.0),
    "update_s": ("1 % changed, CPU s", 1.0),
    "build_peak_mb": ("memory while indexing, MB", 1.0),
    "pss_mb": ("memory (Pss) of a process that answers, MB", 1.0),
    "size_mb": ("index, MB", 1.0),
}
# as much as one machine is taken to bear; microseconds, seconds and megabytes
BORNE: Final = {
    "first p99": ("default question, first time, p99: 100 ms", 100e3),
    "build_s": ("index: 1 h of CPU", 3600.0),
    "pss_mb": ("memory of a worker: 4 GB", 4000.0),
}


def growth(results: Mapping[int, Measured]) -> list[str]:
    """Exponents, projection, and where a cluster takes over; nothing where fewer than two sizes were measured."""
    if len(results) < 2:
        return []
    return ["# Growth", _exponents(results), _projection(results), *_take_over(results)]


def _exponents(results: Mapping[int, Measured]) -> str:
    names = dict.fromkeys(name for one in results.values() for name in one.programs if name != OURS_PLAIN)
    rows = []
    for name in names:
        fits = [Fit.of(costs_of(results, name, key)) for key in GROWING]
        rows.append([name, *(f"{fit.power:.2f}" if fit else "–" for fit in fits)])
    return "Cost grows with this power of the size:\n\n" + table(["", *GROWING.values()], rows)


def _projection(results: Mapping[int, Measured]) -> str:
    names = [name for name in (OURS, FTS5, TANTIVY) if any(name in one.programs for one in results.values())]
    rows = []
    for key, (label, unit) in PROJECTED.items():
        fits = [Fit.of(costs_of(results, name, key)) for name in names]
        rows.append([label, *(_span(fit, unit) if fit else "–" for fit in fits)])
    said = (
        f"{MILLION:,} mandates, projected from {_listed(results)}: by the power of the size / by the line through the "
        "two largest sizes. The first is hopeful where a cost has a fixed part, the second careful:"
    )
    return said + "\n\n" + table(["", *names], rows)


def _listed(results: Mapping[int, Measured]) -> str:
    return ", ".join(f"{size:,}" for size in results)


def _span(fit: Fit, unit: float) -> str:
    # a line that falls says nothing of what comes
    by_line = fit.by_line(MILLION) / unit if fit.slope > 0 else math.nan
    return f"{short(fit.by_power(MILLION) / unit)} / {short(by_line)}"


def _about(size: float) -> str:
    """Two digits of a size."""
    return "never" if math.isinf(size) else f"{float(f'{size:.2g}'):,.0f}"


def _take_over(results: Mapping[int, Measured]) -> list[str]:
    reached = {}
    for key, (label, cost) in BORNE.items():
        if fit := Fit.of(costs_of(results, OURS, key)):
            reached[label] = fit.reached(cost)
    if not reached:
        return []
    rows = [[label, *map(_about, sizes)] for label, sizes in reached.items()]
    by_power, by_line = (min((sizes[number], label) for label, sizes in reached.items()) for number in (0, 1))
    return [
        "As much as one machine is taken to bear, and with how many mandates ours needs it:",
        table(["", "by the power", "by the line"], rows),
        f"Careful, by the line, one machine does up to about {_about(by_line[0])} mandates ({by_line[1]}); hopeful, by "
        f"the power, up to about {_about(by_power[0])} ({by_power[1]}). With more, OpenSearch takes over.",
    ]
