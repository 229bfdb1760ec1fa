"""When a mandate was new or changed last: kept from generation to generation while its document is the same."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.index import indexer
from search_app.index.generations import Generations
from search_app.index.indexer import Choices, CorpusFolder, build_index
from search_app.index.sources import FILE, SourceFile, Sources
from tests.support import mandate, write_corpus

pytestmark = pytest.mark.engine

DAY = datetime(2020, 6, 1, tzinfo=UTC)
FIRST, SECOND, THIRD = ((DAY + timedelta(days=days)).isoformat(timespec="seconds") for days in range(3))
OLD = mandate("2019-old", en="a workshop", places=("Mali",))
NEW = mandate("2020-new", en="a course", places=("Mali",))


@pytest.fixture
def build(tmp_path: Path, tools: Tools) -> Build:
    return Build(tmp_path, tools)


class Build:
    """A corpus on disk whose runs happen at a time of our choosing."""

    def __init__(self, folder: Path, tools: Tools) -> None:
        self.corpus, self.index, self._tools = folder / "corpus", folder / "index", tools

    def run(self, moment: str, *, full: bool = False) -> dict[str, str]:
        """Index; returns when each mandate was seen."""
        files = CorpusFolder(
            folder=self.corpus, thesaurus=self.corpus / "thesaurus.yaml", places=self.corpus / "places.yaml"
        )
        build_index(
            files,
            self.index,
            tools=self._tools,
            clock=time.monotonic,
            choices=Choices(full=full),
            now=lambda: datetime.fromisoformat(moment),
        )
        return Sources.read(self.folder).seen()

    @property
    def folder(self) -> Path:
        generations = Generations(self.index)
        return generations.folder(generations.current())


def test_time_stays_while_the_document_does(build: Build) -> None:
    write_corpus(build.corpus, [OLD])
    assert build.run(FIRST) == {OLD.id: FIRST}
    write_corpus(build.corpus, [NEW])
    assert build.run(SECOND) == {OLD.id: FIRST, NEW.id: SECOND}
    assert build.run(THIRD, full=True) == {OLD.id: FIRST, NEW.id: SECOND}


def test_time_moves_with_the_text_and_with_derived_names_but_not_with_layout(build: Build) -> None:
    write_corpus(build.corpus, [OLD, NEW])
    build.run(FIRST)
    path = next(build.corpus.rglob(f"{NEW.id}.yaml"))
    path.write_text("# looked at\n" + path.read_text("utf-8"), "utf-8")
    write_corpus(build.corpus, [mandate(OLD.id, en="two workshops", places=("Mali",))])
    assert build.run(SECOND) == {OLD.id: SECOND, NEW.id: FIRST}
    places = (build.corpus / "places.yaml").read_text("utf-8")
    (build.corpus / "places.yaml").write_text(places.replace("fr: Mali", "fr: République du Mali"), "utf-8")
    assert build.run(THIRD) == {OLD.id: THIRD, NEW.id: THIRD}


def test_clock_that_goes_back_takes_no_time_back(build: Build) -> None:
    write_corpus(build.corpus, [OLD])
    build.run(SECOND)
    write_corpus(build.corpus, [NEW])
    assert build.run(FIRST) == {OLD.id: SECOND, NEW.id: SECOND}
    assert Generations(build.index).manifest(build.folder.name).created == SECOND


def test_another_version_of_the_product_keeps_the_times(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    write_corpus(build.corpus, [OLD])
    build.run(FIRST)
    monkeypatch.setattr(indexer, "fingerprint", lambda *_: "of a later version")
    write_corpus(build.corpus, [NEW])
    assert build.run(SECOND) == {OLD.id: FIRST, NEW.id: SECOND}


def test_generation_without_times_is_read_and_gets_them_at_the_next_run(build: Build) -> None:
    write_corpus(build.corpus, [OLD])
    build.run(FIRST)
    path = build.folder / FILE
    values = json.loads(path.read_text("utf-8"))
    values["files"] = {name: row[:6] for name, row in values["files"].items()}
    path.chmod(0o644)
    path.write_text(json.dumps(values), "utf-8")
    assert Sources.read(build.folder).seen() == {}
    assert build.run(SECOND, full=True) == {OLD.id: SECOND}


def test_file_without_a_document_has_no_time(build: Build) -> None:
    stat = (1, 2, 3, 4)
    here = Sources(0, {"mandates/2019/x.yaml": SourceFile("mandates/2019/x.yaml", stat, "", "")})
    before = Sources(0, {"mandates/2019/x.yaml": SourceFile("mandates/2019/x.yaml", stat, "s", "d", FIRST)})
    assert here.dated(before, SECOND).seen() == {}
