"""A smoke run: the benchmark works, whatever its figures say; and what is computed from figures is right."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from benchmarks.__main__ import main
from benchmarks.bars import Bar
from benchmarks.figures import OURS, Measured, load
from benchmarks.growth import Fit
from benchmarks.questions import KINDS


def test_the_benchmark_writes_tables_and_a_plot(tmp_path: Path) -> None:
    arguments = ["--sizes", "20,40", "--queries", "2", "--without", "tantivy,Whoosh", "--http-up-to", "20"]
    arguments += ["--into", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    tables = (tmp_path / "results.md").read_text("utf-8")
    assert [line for line in tables.splitlines() if line.startswith("## ")] == ["## 20 mandates", "## 40 mandates"]
    assert all(tables.count(f"\n| {kind} |") >= 2 for kind in KINDS)
    lines = etree.parse(tmp_path / "default-question.svg").findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) >= 3
    kept = load(tmp_path, 20)
    assert kept.programs[OURS].values["build_s"] > 0
    assert kept.http[OURS].cpu_us["distinct"] > 0


def test_costs_that_grow_by_a_power_are_fitted_exactly() -> None:
    fit = Fit.of({size: 3 * size**0.5 for size in (100, 10_000, 1_000_000)})
    assert fit is not None
    assert fit.by_power(400) == pytest.approx(60)
    assert fit.reached(300)[0] == pytest.approx(10_000)


def test_costs_that_grow_by_a_line_are_fitted_exactly() -> None:
    fit = Fit.of({size: 7 + 2 * size for size in (10, 100, 1_000)})
    assert fit is not None
    assert fit.by_line(50) == pytest.approx(107)
    assert fit.reached(207)[1] == pytest.approx(100)
    assert Fit.of({10: 1.0}) is None


@pytest.mark.parametrize(
    ("found", "least", "cell"),
    [
        (4.0, False, "met: 4 (≤ 5)"),
        (6.0, False, "**missed**: 6 (≤ 5)"),
        (6.0, True, "met: 6 (≥ 5)"),
        (math.nan, False, "not measured (≤ 5)"),
    ],
)
def test_a_bar_is_met_missed_or_not_measured(found: float, least: bool, cell: str) -> None:
    bar = Bar("anything", {1_000: 5.0}, lambda measured: found, least)
    assert bar.cell(Measured(1_000)) == cell
    assert bar.cell(Measured(10_000)) == "–"
