"""Write `figures.json` and `golden.json` anew, and print what changed: `python -m tests.relevance.measure`.

Run it when a change is meant to move scores, look at what moved, and commit the files with the change.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from search_app.analysis.tools import Tools
from tests.relevance.gate import FIGURES, GOLDEN, PARTS, open_gate


def main() -> None:
    """Measure, tell the faults of the gate as it stands, write the files."""
    with tempfile.TemporaryDirectory() as folder, open_gate(Path(folder), Tools.make()) as gate:
        for name, faults in PARTS.items():
            try:
                found = faults(gate)
            except FileNotFoundError:
                found = ["no file yet"]
            click.echo(f"{name}: {'as before' if not found else ''}")
            click.echo("".join(f"  {line}\n" for line in found), nl=False)
        figures = gate.ndcg()
        FIGURES.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", "utf-8")
        lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(ranking)}" for name, ranking in gate.golden().items())
        GOLDEN.write_text(f"{{\n{lines}\n}}\n", "utf-8")
    click.echo(json.dumps(figures, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
