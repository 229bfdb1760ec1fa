"""`--help` answers at once: nothing heavy is loaded before a command needs it."""

from __future__ import annotations

import subprocess
import sys

SHOW = """
import sys
sys.argv = ["mandate-search", *{arguments!r}]
from search_app.cli import main
try:
    main()
finally:
    print("LOADED", *sys.modules, file=sys.stderr)
"""
HEAVY = {"flask", "whoosh", "numpy", "jinja2", "granian", "lxml", "py3langid", "Stemmer", "babel"}


def loaded(*arguments: str) -> set[str]:
    """The modules that a command line has loaded when it ends."""
    run = subprocess.run(
        [sys.executable, "-c", SHOW.format(arguments=list(arguments))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("LOADED")]
    return set(line.split()[1:])


def test_help_loads_nothing_heavy() -> None:
    assert not HEAVY & loaded("--help")
