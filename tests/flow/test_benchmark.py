"""A smoke run: the benchmark works, whatever its figures say."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from lxml import etree

from benchmarks.__main__ import main
from benchmarks.questions import KINDS


def test_the_benchmark_writes_tables_and_a_plot(tmp_path: Path) -> None:
    arguments = ["--sizes", "20,40", "--queries", "2", "--without", "tantivy,Whoosh", "--into", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    tables = (tmp_path / "results.md").read_text("utf-8")
    assert [line for line in tables.splitlines() if line.startswith("## ")] == ["## 20 mandates", "## 40 mandates"]
    assert all(tables.count(f"\n| {kind} |") >= 2 for kind in KINDS)
    lines = etree.parse(tmp_path / "default-question.svg").findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) >= 3
