"""The wheel is whole: package, templates, catalogues, word lists and a copy of the corpus, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel that was built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (path,) = folder.glob("*.whl")
    with ZipFile(path) as packed:
        assert packed.testzip() is None
        return set(packed.namelist())


def inside(folder: str, *patterns: str) -> set[str]:
    """The files below a folder of the checkout, by their places in it."""
    top = ROOT / folder
    found = (path for pattern in patterns for path in top.rglob(pattern))
    return {str(path.relative_to(top)) for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_whole_package(wheel: set[str]) -> None:
    wanted = inside("search_app", "*.py", "*.html", "*.css", "*.po", "*.txt", "*.tsv")
    assert {f"search_app/{name}" for name in wanted} <= wheel


def test_the_wheel_holds_the_corpus(wheel: set[str]) -> None:
    wanted = inside("corpus", "*.yaml") | {"LICENSE"}
    assert len(wanted) > 50
    assert {"thesaurus.yaml", "places.yaml"} <= wanted
    assert {f"search_app/shipped_corpus/{name}" for name in wanted} <= wheel


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"search_app", "mandate_search"}
    assert not [name for name in wheel if "__pycache__" in name or "/index/g-" in name or "tests/" in name]


def test_the_wheel_brings_both_licences(wheel: set[str]) -> None:
    licences = {name.partition("/licenses/")[2] for name in wheel if "/licenses/" in name}
    assert licences == {"LICENSE", "corpus/LICENSE"}
