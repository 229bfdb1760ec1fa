"""What the indexer refuses, and what it leaves when it breaks off: the old generation, and nothing half made."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from search_app.errors import GuardError, LockHeldError, NoIndexError, StorageError
from search_app.index import indexer as indexer_module
from search_app.index.document import Document
from search_app.index.engines import make_builder
from search_app.index.generations import MANIFEST, writing_lock
from search_app.index.indexer import CorpusFolder, build_index
from search_app.index.sources import SourceFile
from tests.support import mandate
from tests.unit.index.corpora import ARMY, MALI, NIGER, Corpus, unchanged

pytestmark = pytest.mark.engine


# what is refused


def test_corpus_that_is_missing_replaces_nothing(corpus: Corpus) -> None:
    corpus.write(MALI)
    corpus.build()
    keep = corpus.folder / "keep"
    keep.mkdir()
    for name in ("thesaurus.yaml", "places.yaml"):
        shutil.copyfile(corpus.records / name, keep / name)
    shutil.rmtree(corpus.records)
    source = CorpusFolder(folder=corpus.records, thesaurus=keep / "thesaurus.yaml", places=keep / "places.yaml")
    with pytest.raises(GuardError, match="no such folder"):
        build_index(source, corpus.index, tools=corpus.tools, clock=time.monotonic)
    assert unchanged(corpus, "g-000001", ["g-000001"])


@pytest.mark.parametrize("allow_shrink", [False, True])
def test_corpus_without_records_replaces_nothing(corpus: Corpus, *, allow_shrink: bool) -> None:
    corpus.write(MALI)
    corpus.build()
    corpus.path(MALI).unlink()
    with pytest.raises(GuardError):
        corpus.build(allow_shrink=allow_shrink)
    assert unchanged(corpus, "g-000001", ["g-000001"])


@pytest.mark.parametrize("allow_shrink", [False, True])
def test_corpus_of_broken_records_replaces_nothing(corpus: Corpus, *, allow_shrink: bool) -> None:
    corpus.write(MALI)
    corpus.build()
    corpus.path(MALI).write_text("no record\n", "utf-8")
    with pytest.raises(GuardError):
        corpus.build(allow_shrink=allow_shrink)
    assert unchanged(corpus, "g-000001", ["g-000001"])


def test_first_build_of_nothing_makes_no_index(corpus: Corpus) -> None:
    corpus.write()
    with pytest.raises(GuardError):
        corpus.build()
    with pytest.raises(NoIndexError):
        corpus.generations.current()
    assert corpus.generations.names() == []


def test_corpus_that_lost_a_fifth_is_believed_and_one_that_lost_more_is_not(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(10)))
    corpus.build()
    for number in (0, 1):
        corpus.path(mandate(f"m-{number}")).unlink()
    assert corpus.build().documents == 8
    for number in (2, 3):
        corpus.path(mandate(f"m-{number}")).unlink()
    with pytest.raises(GuardError, match=r"6 documents.*8.*--allow-shrink"):
        corpus.build()
    assert unchanged(corpus, "g-000002", ["g-000001", "g-000002"])
    assert corpus.build(allow_shrink=True).documents == 6


def test_more_than_ten_broken_files_at_once_are_not_believed(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number:02}", en="mali") for number in range(60)))
    corpus.build()
    for number in range(10):
        corpus.path(mandate(f"m-{number:02}")).write_text("no record\n", "utf-8")
    assert corpus.build().documents == 50
    corpus.path(mandate("m-10")).write_text("no record\n", "utf-8")
    with pytest.raises(GuardError, match=r"11 files cannot be read.*--allow-shrink"):
        corpus.build()
    assert unchanged(corpus, "g-000002", ["g-000001", "g-000002"])
    assert corpus.build(allow_shrink=True).documents == 49


def test_corpus_on_another_device_is_not_believed(corpus: Corpus) -> None:
    """As when the disk with the records is not mounted and the folder below shows."""
    corpus.write(MALI)
    corpus.build()
    path = corpus.generations.folder("g-000001") / MANIFEST
    values = json.loads(path.read_text("utf-8"))
    path.chmod(0o644)
    path.write_text(json.dumps(values | {"device": values["device"] + 1}), "utf-8")
    corpus.generations.activate("g-000001")
    corpus.write(NIGER)
    with pytest.raises(GuardError, match=r"another device.*--allow-shrink"):
        corpus.build()
    assert unchanged(corpus, "g-000001", ["g-000001"])
    assert corpus.build(allow_shrink=True).documents == 2


def test_second_indexer_is_kept_out(corpus: Corpus) -> None:
    corpus.write(MALI)
    corpus.build()
    corpus.write(NIGER)
    with writing_lock(corpus.index), pytest.raises(LockHeldError):
        corpus.build()
    assert unchanged(corpus, "g-000001", ["g-000001"])
    assert corpus.build().documents == 2


def test_disk_that_is_nearly_full_is_told_before_anything_is_written(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.write(MALI)
    corpus.build()
    corpus.write(NIGER)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1 << 40, 1 << 40, 0))
        with pytest.raises(StorageError, match="disk nearly full"):
            corpus.build()
    assert unchanged(corpus, "g-000001", ["g-000001"])


# runs that break off


@pytest.mark.parametrize("full", [False, True])
def test_run_that_breaks_off_leaves_the_old_generation_and_nothing_else(corpus: Corpus, *, full: bool) -> None:
    corpus.write(MALI, NIGER)
    corpus.build()
    corpus.write(ARMY, replace(MALI, title={"en": "zebra"}))

    def breaking(files: Sequence[SourceFile]) -> Iterable[SourceFile]:
        yield files[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.build(full=full, progress=breaking)
    assert unchanged(corpus, "g-000001", ["g-000001"])
    assert corpus.holds("police") == ["m-mali"]
    assert corpus.build(full=full).documents == 3
    assert corpus.holds("zebra") == ["m-mali"]


def test_what_a_killed_run_left_goes_even_where_nothing_has_changed(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER)
    corpus.build()
    left = corpus.index / "tmp-1"
    left.mkdir()
    (left / "file").write_text("half a segment")
    assert not corpus.build().changed
    assert unchanged(corpus, "g-000001", ["g-000001"])


def test_generation_that_lacks_a_document_is_not_used(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.write(MALI)
    corpus.build()
    corpus.write(NIGER, ARMY)

    class Forgetful:
        """A builder that loses a document."""

        def __init__(self, *arguments: object, **more: object) -> None:
            self._builder = make_builder(*arguments, **more)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> object:
            return getattr(self._builder, name)

        def add(self, document: Document) -> None:
            if document.id != "m-niger":
                self._builder.add(document)

    with monkeypatch.context() as patched:
        patched.setattr(indexer_module, "make_builder", Forgetful)
        with pytest.raises(GuardError, match="m-niger"):
            corpus.build()
    assert unchanged(corpus, "g-000001", ["g-000001"])
    assert corpus.build().documents == 3


def test_other_version_of_the_chain_builds_everything_anew(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.write(MALI, NIGER)
    corpus.build()
    with monkeypatch.context() as patched:
        patched.setattr(indexer_module, "fingerprint", lambda *_: "another")
        report = corpus.build()
        assert (report.generation, report.changed, report.indexed) == ("g-000002", True, 2)
        assert corpus.generations.manifest("g-000002").fingerprint == "another"


def test_damaged_generation_is_built_anew(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER)
    corpus.build()
    path = corpus.generations.folder("g-000001") / "lexicon.npz"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])
    report = corpus.build()
    assert (report.generation, report.changed, report.indexed) == ("g-000002", True, 2)
    assert corpus.holds("police") == ["m-mali"]


def test_pointer_that_is_lost_is_written_anew(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER)
    corpus.build()
    (corpus.index / "CURRENT").write_text("garbage")
    assert corpus.build().generation == "g-000002"
    assert corpus.holds("police") == ["m-mali"]


def test_after_a_rollback_the_next_run_makes_what_the_corpus_says_current(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER)
    corpus.build()
    corpus.write(ARMY)
    corpus.build()
    corpus.generations.activate("g-000001")
    report = corpus.build()
    assert (report.generation, report.documents) == ("g-000003", 3)
    assert corpus.holds("army") == ["m-army"]
