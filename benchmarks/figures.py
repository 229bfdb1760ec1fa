"""What was measured, and one JSON file for each size that keeps it: the report is made from these files alone.

Measuring a size again replaces its file; the others stay, and each says when and on what it was measured.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

OURS: Final = "ours"
OURS_PLAIN: Final = "ours, plain"
FTS5: Final = "SQLite FTS5"
TANTIVY: Final = "tantivy"
WHOOSH: Final = "Whoosh"
CONSTANT: Final = "constant answer"
DATASETTE: Final = "Datasette"
RANKED: Final = "Datasette, ranked"
DISTINCT: Final = "distinct"
REPEATED: Final = "repeated"
CLUSTER: Final = "cluster.json"


@dataclass
class Figures:
    """What one program cost at one size; CPU microseconds by kind of question, first time and warm."""

    values: dict[str, float] = field(default_factory=dict)
    first: dict[str, list[float]] = field(default_factory=dict)
    warm: dict[str, list[float]] = field(default_factory=dict)


@dataclass
class HttpFigures:
    """What one server cost at one size.

    cpu_us         user and system time of all its processes, a request, by stream
    wall_ms        every request's wall time, by stream
    answer_kb      mean body of the distinct stream; kB = 1,000 bytes
    pss_mb         memory of all its processes after the first distinct stream
    worker_pss_mb  of the largest of them
    requests       how many that stream has
    """

    cpu_us: dict[str, float] = field(default_factory=dict)
    wall_ms: dict[str, list[float]] = field(default_factory=dict)
    answer_kb: float = math.nan
    pss_mb: float = math.nan
    worker_pss_mb: float = math.nan
    requests: int = 0


@dataclass
class Measured:
    """All figures of one size; programs and servers by name, each group with the conditions it was measured under."""

    size: int
    conditions: str = ""
    programs: dict[str, Figures] = field(default_factory=dict)
    http_conditions: str = ""
    http: dict[str, HttpFigures] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Keep the figures, four digits of each, in place of earlier ones of this size."""
        folder.mkdir(parents=True, exist_ok=True)
        _path(folder, self.size).write_text(json.dumps(_rounded(asdict(self)), indent=None) + "\n", "utf-8")


@dataclass
class ClusterFigures:
    """What one engine cost in a run of `cluster.py`: seconds, our CPU seconds, MB, milliseconds a search."""

    build_s: float
    build_cpu_s: float
    build_peak_mb: float
    p50_ms: float
    p95_ms: float


# size → conditions, and engine → figures
ClusterRuns = dict[int, tuple[str, dict[str, ClusterFigures]]]


def load_cluster(folder: Path) -> ClusterRuns:
    """The runs of `cluster.py` that were kept, the smallest first."""
    path = folder / CLUSTER
    if not path.exists():
        return {}
    kept = json.loads(path.read_text("utf-8"))
    return {
        int(size): (said, {name: ClusterFigures(**one) for name, one in engines.items()})
        for size, (said, engines) in sorted(kept.items(), key=lambda pair: int(pair[0]))
    }


def save_cluster(folder: Path, size: int, engines: Mapping[str, ClusterFigures]) -> None:
    """Keep a run of `cluster.py` in place of an earlier one of its size."""
    folder.mkdir(parents=True, exist_ok=True)
    runs = load_cluster(folder) | {size: (conditions(), dict(engines))}
    values = {str(one): [said, {name: asdict(of) for name, of in kept.items()}] for one, (said, kept) in runs.items()}
    (folder / CLUSTER).write_text(json.dumps(_rounded(values)) + "\n", "utf-8")


def load(folder: Path, size: int) -> Measured:
    """What was kept of a size; nothing but the size where nothing was."""
    if not _path(folder, size).exists():
        return Measured(size)
    values: dict[str, Any] = json.loads(_path(folder, size).read_text("utf-8"))
    values["programs"] = {name: Figures(**one) for name, one in values["programs"].items()}
    values["http"] = {name: HttpFigures(**one) for name, one in values["http"].items()}
    return Measured(**values)


def load_all(folder: Path) -> dict[int, Measured]:
    """All sizes that were kept, the smallest first."""
    sizes = sorted(int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal())
    return {size: load(folder, size) for size in sizes}


def _path(folder: Path, size: int) -> Path:
    return folder / f"{size}.json"


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return float(f"{value:.4g}")
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case list():
            return [_rounded(one) for one in value]
    return value


def percentile(values: Sequence[float], part: float) -> float:
    """The value that so large a part of all does not exceed; NaN of nothing."""
    return float(np.percentile(values, part * 100)) if values else math.nan


def cuts(values: Sequence[float], form: str = ",.0f") -> str:
    """The three percentiles that every table shows."""
    return " / ".join(format(percentile(values, part), form) for part in (0.5, 0.95, 0.99))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def short(number: float) -> str:
    """Three digits of a figure; a dash where it was not measured."""
    if math.isnan(number):
        return "–"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def named(costs: Mapping[str, Sequence[float]], kind: str) -> Sequence[float]:
    """The costs of a kind of question; none where it was not asked."""
    return costs.get(kind, ())


def conditions() -> str:
    """When and on what is measured now: day, revision, cores, load, and how fast the machine is today."""
    began = time.process_time()
    total = 0
    for number in range(10_000_000):
        total += number
    speed = time.process_time() - began
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    revision = f"revision {described.stdout.strip()}, " if described.returncode == 0 else ""
    return (
        f"{datetime.now(UTC).date()}, {revision}{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"ten million additions in Python took {speed:.2f} s"
    )
