"""One worker as the server starts it: what is wired together there and nowhere else."""

from __future__ import annotations

import gc
import threading
from contextlib import closing
from pathlib import Path
from queue import Queue

import pytest

from search_app.analysis.tools import Tools
from search_app.search.service import SearchService
from search_app.web import serving
from tests.searching import index_folder
from tests.support import mandate, write_corpus


def test_what_a_worker_holds_open_is_spared_by_the_garbage_collector(
    tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_corpus(tmp_path / "corpus", [mandate("2019-one", title_en="A police course")])
    index_folder(tmp_path / "corpus", tmp_path / "index", tools, tables=tmp_path / "corpus")
    monkeypatch.setenv("MANDATE_SEARCH_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("MANDATE_SEARCH_INDEX", str(tmp_path / "index"))
    opened: Queue[SearchService] = Queue()
    monkeypatch.setattr(serving, "_keep_fresh", opened.put)
    spared = threading.Event()
    monkeypatch.setattr(gc, "freeze", spared.set)
    client = serving.make_app().test_client()
    with closing(opened.get(timeout=30)):
        assert client.get("/api/v1/search?q=police").get_json()["total"] == 1
        assert spared.wait(30)
