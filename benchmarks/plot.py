"""A plot of cost against size in SVG, both axes logarithmic, with the fitted powers beside the names."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.growth import Fit

# a frame of WIDTH by HEIGHT with room for labels around it
WIDTH, HEIGHT, LEFT, TOP = 520, 320, 70, 34
COLOURS: Final = ("#1b4965", "#62929e", "#c8553d", "#588157", "#7d5ba6")


def duration(microseconds: float) -> str:
    """A time with a fitting unit."""
    for size, unit in ((1e6, "s"), (1e3, "ms")):
        if microseconds >= size:
            return f"{microseconds / size:g} {unit}"
    return f"{microseconds:g} µs"


def plot(title: str, costs: Mapping[str, Mapping[int, float]]) -> str:
    """Draw costs in microseconds by program and size; the dashed lines are the fits."""
    sizes = sorted({size for one in costs.values() for size in one})
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
        f"<title>{title} against the number of mandates</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-weight="bold">{title}</text>',
    ]
    for power in range(low, high + 1):
        height = y(10.0**power)
        lines.append(f'<path d="M{LEFT} {height:.1f}h{WIDTH}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{height + 4:.1f}" text-anchor="end">{duration(10.0**power)}</text>')
    for size in sizes:
        lines.append(f'<text x="{x(size):.1f}" y="{TOP + HEIGHT + 22}" text-anchor="middle">{size:,}</text>')
    lines += _curves(costs, x, y)
    lines.append(f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 44}" text-anchor="middle">mandates</text>')
    return "\n".join([*lines, "</svg>", ""])


Scale = Callable[[float], float]


def _curves(costs: Mapping[str, Mapping[int, float]], x: Scale, y: Scale) -> list[str]:
    lines = []
    lowest = -math.inf
    # a program has the same colour in each plot, also where another is missing
    shown = [(colour, name, one) for colour, (name, one) in zip(COLOURS, costs.items(), strict=False) if one]
    # from the top down, so that no name is written over another
    for colour, name, one in sorted(shown, key=lambda each: y(each[2][max(each[2])])):
        points = " ".join(f"{x(size):.1f},{y(cost):.1f}" for size, cost in one.items())
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        label, last = name, max(one)
        if fit := Fit.of(one):
            label += f" (n^{fit.power:.2f})"
            start, end = (f"{x(size):.1f} {y(fit.by_power(size)):.1f}" for size in (min(one), last))
            lines.append(f'<path d="M{start}L{end}" stroke="{colour}" stroke-dasharray="2 4"/>')
        lowest = max(y(one[last]) + 4, lowest + 15)
        lines.append(f'<text x="{x(last) + 8:.1f}" y="{lowest:.1f}" fill="{colour}">{label}</text>')
    return lines
