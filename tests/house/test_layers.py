"""Wings import one way only; the contracts stand in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
WINGS = ["cli", "web", "search", "index", "settings", "corpus", "analysis", "errors"]


def test_no_wing_imports_what_stands_to_its_right() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_contract_names_every_wing() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    assert layers == [f"search_app.{wing}" for wing in WINGS]
    modules = {path.stem for path in (ROOT / "search_app").iterdir() if path.suffix == ".py"}
    packages = {path.parent.name for path in (ROOT / "search_app").glob("*/__init__.py")}
    assert modules | packages == {*WINGS, "__init__", "__main__"}
