"""Habits of the code that a tool can see: short modules, docstrings, nothing of the machine it was written on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "search_app").rglob("*.py"))
MOST_LINES = 450
LONGEST_FUNCTION = 60
# What tools leave behind, and what is no text.
PASSED_OVER = {".git", ".venv", ".venv-reloaded", "__pycache__", ".hypothesis", "dist", "build"}
LEFT_BEHIND = ("_cache", ".egg-info")
BINARY = {".png", ".xlsx", ".ico", ".gz", ".woff2", ".pyc", ".db", ".mo"}
# Both are written in pieces, so that this file passes too.
REGISTRIES = [".".join(one) for one in (("pypi", "org"), ("npmjs", "org"), ("crates", "io"), ("docker", "io"))]
REGISTRIES += ["python" + "hosted"]
TOPS = "|".join(("work", "root", "home", "tmp", "Users"))
MACHINE = re.compile(rf"(?<![\w.$~}}>)-])/(?:{TOPS})(?:/|\b(?=[\"'`\s]))")


def place(path: Path) -> str:
    """Where a file lies in the checkout."""
    return str(path.relative_to(ROOT))


def files() -> Iterator[Path]:
    """Every text file that people wrote."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        cache = any(part in PASSED_OVER or part.endswith(LEFT_BEHIND) for part in inside.parts)
        generated = inside.parts[0] == "index" and inside.name not in ("README.md", ".gitignore")
        if path.is_file() and not cache and not generated and path.suffix not in BINARY:
            yield path


def public(node: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Public functions and classes of a module, and the methods of classes that inherit no docstrings."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef) and all(getattr(base, "id", "") == "Protocol" for base in child.bases):
                yield from public(child)


def functions(node: ast.AST) -> Iterator[ast.FunctionDef]:
    """All functions, wherever they stand."""
    return (child for child in ast.walk(node) if isinstance(child, ast.FunctionDef))


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_modules_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_public_names_are_explained(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    assert [one.name for one in public(tree) if not ast.get_docstring(one)] == []


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_functions_are_short(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert [one.name for one in functions(tree) if (one.end_lineno or 0) - one.lineno >= LONGEST_FUNCTION] == []


def test_no_module_keeps_state() -> None:
    """Nothing is rebound at the top of a module, and no function reaches for a global to change it."""
    for path in MODULES:
        assert not [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Global)], path


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    found = []
    for path in files():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if MACHINE.search(line) or any(host in line for host in REGISTRIES):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


@pytest.mark.parametrize("line", ['"/' + 'tmp/x"', "see /" + "home/anne/notes", "(/" + "work/main)", "`/" + "root`"])
def test_a_path_of_a_machine_is_seen(line: str) -> None:
    assert MACHINE.search(line)


@pytest.mark.parametrize(
    "line", ["/en/search", "corpus/mandates/2019", "a/home/page", "${XDG}/" + "tmp/x", "index/tmp-12"]
)
def test_other_paths_are_left_alone(line: str) -> None:
    assert not MACHINE.search(line)
