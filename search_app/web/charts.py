"""Numbers as pictures: a timeline of bars, and a grid with one square for each country. SVG made here, no library.

Each bar and square that stands for mandates is a link to them, with its number in words as title. Colours come from the
style sheet by classes, so that both schemes and print have theirs. The same numbers stand in a table beside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markupsafe import Markup

GRID: Final = Path(__file__).parent / "country_grid.txt"
# Pixels: a bar's column is a target for fingers, and wide enough for a year.
COLUMN: Final = 36
TALLEST: Final = 96
ABOVE: Final = 18
BELOW: Final = 22
SQUARE: Final = 30
GAP: Final = 3
STEPS: Final = 4


@dataclass(frozen=True)
class Number:
    """A number with its name.

    key       a year, or a country's code
    said      name and number in words: "Mali: 12 mandates"
    address   of the mandates it counts; "" where there are none
    """

    key: str
    name: str
    count: int
    said: str
    address: str


@dataclass(frozen=True)
class Chart:
    """A picture and the numbers in it, for the table beside it."""

    picture: Markup
    numbers: tuple[Number, ...]
    legend: tuple[tuple[int, str], ...] = ()


def timeline(numbers: Sequence[Number], name: str) -> Chart:
    """One bar for each year, in the order given.

    name   of the whole picture, for those who do not see it
    """
    highest = max((number.count for number in numbers), default=1) or 1
    parts = []
    for place, number in enumerate(numbers):
        height = max(2, round(TALLEST * number.count / highest)) if number.count else 0
        left, top = place * COLUMN, ABOVE + TALLEST - height
        middle = left + COLUMN // 2
        inside = Markup('<rect class="room" x="{}" y="0" width="{}" height="{}"/>').format(
            left, COLUMN, ABOVE + TALLEST + BELOW
        )
        if number.count:
            inside += Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>').format(
                left + GAP, top, COLUMN - 2 * GAP, height
            )
            inside += Markup('<text x="{}" y="{}">{}</text>').format(middle, top - 5, number.count)
        year = Markup('<text class="key" x="{}" y="{}">{}</text>').format(middle, ABOVE + TALLEST + 16, number.key)
        parts.append(_linked(number, inside + year))
    width, height = len(numbers) * COLUMN, ABOVE + TALLEST + BELOW
    return Chart(_picture("timeline", name, (width, height), parts), tuple(numbers))


def country_grid(numbers: Mapping[str, Number], name: str) -> Chart:
    """One square for each country at its place in our own table; darker where there are more mandates.

    numbers   by code, those with mandates
    """
    highest = max((number.count for number in numbers.values()), default=1)
    rows = grid_rows()
    parts = []
    for line, row in enumerate(rows):
        for place, code in enumerate(row):
            if code:
                parts.append(_square(code, numbers.get(code), (place * SQUARE, line * SQUARE), highest))
    size = (max(map(len, rows)) * SQUARE, len(rows) * SQUARE)
    ordered = sorted(numbers.values(), key=lambda number: (-number.count, number.name))
    counts = [number.count for number in ordered]
    return Chart(_picture("grid", name, size, parts), tuple(ordered), tuple(_legend(counts, highest)))


def _square(code: str, number: Number | None, corner: tuple[int, int], highest: int) -> Markup:
    step = _step(number.count, highest) if number else 0
    square = Markup('<rect class="s{}" x="{}" y="{}" width="{}" height="{}" rx="3"/>').format(
        step, corner[0], corner[1], SQUARE - GAP, SQUARE - GAP
    )
    middle = corner[0] + (SQUARE - GAP) / 2
    letters = Markup('<text class="t{}" x="{}" y="{}">{}</text>').format(step, middle, corner[1] + 17, code)
    return _linked(number, square + letters)


def _step(count: int, highest: int) -> int:
    """Which of the shades a number has: one mandate the lightest, the highest number the darkest."""
    if count <= 1 or highest <= 1:
        return 1 if highest > 1 else STEPS
    return 2 + min(STEPS - 2, int((STEPS - 1) * math.log(count) / math.log(highest + 1)))


def _legend(counts: Iterable[int], highest: int) -> Iterable[tuple[int, str]]:
    """The shades in use, each with the numbers it stands for."""
    by_step: dict[int, list[int]] = {}
    for count in counts:
        by_step.setdefault(_step(count, highest), []).append(count)
    for step, found in sorted(by_step.items()):
        low, high = min(found), max(found)
        yield step, str(low) if low == high else f"{low}–{high}"


def _linked(number: Number | None, inside: Markup) -> Markup:
    if number is None or not number.address:
        return Markup("<g>{}</g>").format(inside)
    # The title comes first in its element, or it is none.
    return Markup('<a href="{}"><title>{}</title>{}</a>').format(number.address, number.said, inside)


def _picture(kind: str, name: str, size: tuple[int, int], parts: Sequence[Markup]) -> Markup:
    frame = Markup('<svg class="{}" role="group" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>')
    return frame.format(kind, name, *size, *size, Markup("").join(parts))


def grid_rows() -> tuple[tuple[str, ...], ...]:
    """The table of places: rows of codes, "" for an empty square."""
    lines = (line for line in GRID.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return tuple(tuple("" if code == ".." else code for code in line.split()) for line in lines)
