"""A smoke run: the benchmark works, whatever its figures say."""

from __future__ import annotations

from click.testing import CliRunner

from benchmarks.__main__ import main


def test_the_benchmark_prints_a_row_for_each_size() -> None:
    result = CliRunner().invoke(main, ["--sizes", "20,40", "--queries", "5"])
    assert result.exit_code == 0, result.output
    rows = result.output.splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == ["| 20", "| 40"]
    assert all(row.count("|") == rows[0].count("|") for row in rows)
