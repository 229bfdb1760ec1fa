"""The one place that names the engines: which builds and opens a generation, and what fingerprint it carries."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.stems import Stems
from search_app.index.document import GAP
from search_app.index.engine import Builder, Engine
from search_app.index.whoosh_engine.builder import WhooshBuilder
from search_app.index.whoosh_engine.engine import WhooshEngine
from search_app.index.whoosh_engine.schema import FORMAT_VERSION

ENGINE: Final = "whoosh"


def fingerprint(analyzer: Analyzer) -> str:
    """A digest of all code and lists that decide a generation's content: under another one it is not served."""
    parts = (ENGINE, FORMAT_VERSION, GAP, analyzer.fingerprint, sys.version_info[:2])
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def make_builder(folder: Path, stems: Stems, *, base: Path | None = None) -> Builder:
    """A builder that writes a generation into an empty folder.

    base   folder of the generation to build on; None = a full build
    """
    return WhooshBuilder(folder, stems, base=base)


def open_engine(folder: Path, generation: str, stems: Stems) -> Engine:
    """Open a generation for reading."""
    return WhooshEngine(folder, generation, stems)
