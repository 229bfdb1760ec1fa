"""The engines under test: every test of this folder runs once on each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.index.document import Document
from search_app.index.engine import Engine
from search_app.index.engines import ENGINE, make_builder, open_engine

Open = Callable[[Iterable[Document]], Engine]


@pytest.fixture(params=[ENGINE])
def open_corpus(tools: Tools, tmp_path: Path) -> Iterator[Open]:
    """Builds a generation of the documents given and opens it; may be called several times."""
    opened: list[Engine] = []

    def build(documents: Iterable[Document]) -> Engine:
        folder = tmp_path / f"corpus-{len(opened)}"
        folder.mkdir()
        builder = make_builder(folder, tools.stems)
        count = 0
        for count, document in enumerate(documents, 1):  # noqa: B007
            builder.add(document)
        assert builder.commit() == count
        opened.append(open_engine(folder, folder.name, tools.stems))
        return opened[-1]

    yield build
    for engine in opened:
        engine.close()
