"""From a corpus to a generation: what makes a new one, what is left out and told, what is refused."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.store import record_path
from search_app.errors import FileFaultsError, GuardError, LockHeldError, NoIndexError, StorageError
from search_app.index import indexer as indexer_module
from search_app.index.document import Document
from search_app.index.engine import Engine
from search_app.index.engines import fingerprint, make_builder, open_engine
from search_app.index.generations import MANIFEST, Generations, writing_lock
from search_app.index.indexer import Choices, CorpusFolder, IndexReport, build_index
from search_app.index.query import Word
from search_app.index.sources import SourceFile
from tests.contract.asking import EVERYTHING, NO_FILTERS, asked, window
from tests.contract.asking import ids as ids_with
from tests.contract.invention import dice, random_mandate
from tests.support import PLACES_TEXT, THESAURUS_TEXT, mandate, write_corpus

pytestmark = pytest.mark.engine


@dataclass
class Corpus:
    """A corpus on disk, its index, and a clock that stands far behind the last change of any file."""

    folder: Path
    tools: Tools
    opened: list[Engine] = field(default_factory=list)
    now: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(hours=1))

    @property
    def index(self) -> Path:
        """The index folder."""
        return self.folder / "index"

    @property
    def records(self) -> Path:
        """The folder of records and tables."""
        return self.folder / "corpus"

    @property
    def generations(self) -> Generations:
        """The generations."""
        return Generations(self.index)

    def write(self, *mandates: Mandate) -> None:
        """Write records."""
        write_corpus(self.records, mandates)

    def path(self, one: Mandate) -> Path:
        """Where a record stands."""
        return record_path(self.records, one)

    def build(self, *, full: bool = False, allow_shrink: bool = False, **more: object) -> IndexReport:
        """Run the indexer, an hour after the run before."""
        self.now += timedelta(hours=1)
        return build_index(
            CorpusFolder(
                folder=self.records, thesaurus=self.records / "thesaurus.yaml", places=self.records / "places.yaml"
            ),
            self.index,
            tools=self.tools,
            clock=time.monotonic,
            choices=Choices(full=full, allow_shrink=allow_shrink),
            now=lambda: self.now,
            **more,  # type: ignore[arg-type]
        )

    def engine(self) -> Engine:
        """The current generation, open."""
        name = self.generations.current()
        self.opened.append(open_engine(self.generations.folder(name), name, self.tools.stems))
        return self.opened[-1]

    def holds(self, word: str) -> list[str]:
        """The records in which a word stands."""
        return sorted(ids_with(self.engine(), Word(word)))


@pytest.fixture
def corpus(tools: Tools, tmp_path: Path) -> Iterable[Corpus]:
    """An empty folder for a corpus and an index."""
    one = Corpus(tmp_path, tools)
    yield one
    for engine in one.opened:
        engine.close()


MALI = mandate("m-mali", title_en="Police in Mali", places=("Mali",))
NIGER = mandate("m-niger", title_fr="Réforme au Niger")
ARMY = mandate("m-army", en="The army")


def unchanged(corpus: Corpus, generation: str, names: Sequence[str]) -> bool:
    """The index is as it was: the same current generation, no other, nothing half built."""
    left = [path.name for path in corpus.index.iterdir() if path.name.startswith("tmp-")]
    return (corpus.generations.current(), corpus.generations.names(), left) == (generation, list(names), [])


# runs that go well


def test_first_build_makes_the_first_generation(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER, ARMY)
    report = corpus.build()
    assert report == replace(
        report, generation="g-000001", documents=3, indexed=3, changed=True, skipped=(), seconds=report.seconds
    )
    assert report.seconds > 0
    assert unchanged(corpus, "g-000001", ["g-000001"])
    assert sorted(corpus.engine().ids()) == ["m-army", "m-mali", "m-niger"]
    assert corpus.holds("police") == ["m-mali"]
    folder = corpus.generations.folder("g-000001")
    assert (folder / "thesaurus.yaml").read_text("utf-8") == THESAURUS_TEXT
    assert (folder / "places.yaml").read_text("utf-8") == PLACES_TEXT
    manifest = corpus.generations.manifest("g-000001")
    assert (manifest.documents, manifest.created) == (3, corpus.now.isoformat(timespec="seconds"))
    assert set(manifest.files) == {path.name for path in folder.iterdir()} - {MANIFEST}


def test_unchanged_corpus_makes_no_new_generation(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER)
    corpus.build()
    report = corpus.build()
    assert (report.generation, report.changed, report.documents, report.indexed) == ("g-000001", False, 2, 0)
    assert unchanged(corpus, "g-000001", ["g-000001"])


def test_full_build_makes_one_all_the_same(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER)
    corpus.build()
    report = corpus.build(full=True)
    assert (report.generation, report.changed, report.indexed) == ("g-000002", True, 2)


def test_changed_record_is_indexed_anew_and_the_others_are_not(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en=f"word{number}") for number in range(30)))
    corpus.build()
    corpus.write(mandate("m-7", en="zebra"))
    report = corpus.build()
    assert (report.generation, report.documents, report.indexed) == ("g-000002", 30, 1)
    assert (corpus.holds("zebra"), corpus.holds("word7"), corpus.holds("word8")) == (["m-7"], [], ["m-8"])


def test_unchanged_pieces_are_shared_with_the_generation_before(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(30)))
    corpus.build()
    corpus.write(mandate("m-7", en="zebra"))
    corpus.build()
    old, new = (
        {path.stat().st_ino: path.name for path in corpus.generations.folder(name).iterdir()}
        for name in ("g-000001", "g-000002")
    )
    shared = {Path(old[inode]).suffix for inode in old.keys() & new.keys()}
    assert {".seg", ".tok", ".cols", ".words", ".tab"} <= shared
    assert not shared & {".json", ".npz"}


def test_added_and_removed_records_come_and_go(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(30)))
    corpus.build()
    corpus.path(mandate("m-3")).unlink()
    corpus.write(mandate("m-30", en="mali"))
    report = corpus.build()
    assert (report.documents, report.indexed) == (30, 1)
    assert corpus.holds("mali") == sorted(f"m-{number}" for number in range(31) if number != 3)


def test_record_that_moves_to_another_folder_stays(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(20)), MALI)
    corpus.build()
    target = corpus.records / "mandates" / "elsewhere" / "m-mali.yaml"
    target.parent.mkdir()
    corpus.path(MALI).rename(target)
    assert corpus.build().documents == 21
    assert corpus.holds("police") == ["m-mali"]


def test_older_generation_stays_whole_while_a_new_one_comes(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER, ARMY)
    corpus.build()
    old = corpus.engine()
    before = [old.hit(id_) for id_ in old.ids()]
    corpus.write(replace(MALI, title={"en": "zebra"}))
    corpus.build()
    assert [old.hit(id_) for id_ in old.ids()] == before
    assert ids_with(old, Word("police")) == ["m-mali"]
    name = "g-000001"
    assert corpus.generations.check(name, fingerprint(corpus.tools.analyzer)).generation == name


def test_three_generations_are_kept(corpus: Corpus) -> None:
    for number in range(5):
        corpus.write(mandate("m-1", en=f"word{number}"))
        corpus.build()
    assert corpus.generations.names() == ["g-000003", "g-000004", "g-000005"]


def test_order_in_which_files_were_made_does_not_matter(corpus: Corpus, tmp_path: Path, tools: Tools) -> None:
    mandates = [random_mandate(dice(number), f"m-{number}") for number in range(25)]
    corpus.write(*mandates)
    corpus.build()
    other = Corpus(tmp_path / "other", tools)
    other.write(*dice(1).sample(mandates, len(mandates)))
    other.build()
    digests = [one.generations.manifest("g-000001").corpus_digest for one in (corpus, other)]
    assert digests[0] == digests[1]
    engines = (corpus.engine(), other.engine())
    answers = [engine.rank(EVERYTHING, NO_FILTERS, window()) for engine in engines]
    assert answers[0] == answers[1]
    engines[1].close()


# tables of names


def test_edit_of_the_thesaurus_indexes_nothing_anew(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER, ARMY)
    corpus.build()
    table = THESAURUS_TEXT.replace("...", "- id: ddr\n  group: ssr\n  en: disarmament\n  fr: désarmement\n...")
    (corpus.records / "thesaurus.yaml").write_text(table, "utf-8")
    report = corpus.build()
    assert (report.generation, report.changed, report.documents, report.indexed) == ("g-000002", True, 3, 0)
    assert (corpus.generations.folder("g-000002") / "thesaurus.yaml").read_text("utf-8") == table
    assert corpus.holds("police") == ["m-mali"]


def test_edit_of_places_indexes_anew_what_it_changes(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="army") for number in range(20)), MALI)
    corpus.build()
    (corpus.records / "places.yaml").write_text(PLACES_TEXT.replace("fr: Mali", "fr: République du Mali"), "utf-8")
    report = corpus.build()
    assert (report.documents, report.indexed) == (21, 1)
    assert corpus.holds("republique") == ["m-mali"]


def test_table_that_cannot_be_read_changes_nothing(corpus: Corpus) -> None:
    corpus.write(MALI)
    corpus.build()
    (corpus.records / "places.yaml").write_text("version: 1\ncountries: 7\nregions: []\n...\n", "utf-8")
    with pytest.raises(FileFaultsError, match=r"places\.yaml:1"):
        corpus.build()
    assert unchanged(corpus, "g-000001", ["g-000001"])


# records that cannot be used


def test_broken_record_is_left_out_and_told(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER, ARMY)
    corpus.path(ARMY).write_text("---\nid: m-army\ntitle: [\n", "utf-8")
    report = corpus.build()
    assert (report.documents, sorted(corpus.engine().ids())) == (2, ["m-mali", "m-niger"])
    (fault,) = (fault for faults in report.skipped for fault in faults.faults)
    assert (fault.path, fault.line > 0) == (corpus.path(ARMY), True)


def test_broken_record_is_told_again_as_long_as_it_is_broken(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER, ARMY)
    corpus.path(ARMY).write_text("no record\n", "utf-8")
    first = corpus.build()
    again = corpus.build()
    assert (again.changed, again.documents) == (False, 2)
    assert [str(one) for one in again.skipped] == [str(one) for one in first.skipped] != []
    corpus.write(ARMY)
    mended = corpus.build()
    assert (mended.documents, mended.skipped, corpus.holds("army")) == (3, (), ["m-army"])


def test_record_that_breaks_leaves_the_index(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(20)), ARMY)
    corpus.build()
    corpus.path(ARMY).write_text("no record\n", "utf-8")
    report = corpus.build()
    assert (report.documents, len(report.skipped), corpus.holds("army")) == (20, 1, [])


def test_second_file_with_an_id_is_left_out_and_told(corpus: Corpus) -> None:
    corpus.write(MALI, NIGER)
    double = corpus.records / "mandates" / "zzz" / "m-mali.yaml"
    double.parent.mkdir()
    double.write_bytes(corpus.path(MALI).read_bytes().replace(b"Police", b"Zebra"))
    report = corpus.build()
    assert (report.documents, corpus.holds("police"), corpus.holds("zebra")) == (2, ["m-mali"], [])
    assert [fault.path for faults in report.skipped for fault in faults.faults] == [double]
    corpus.path(MALI).unlink()
    report = corpus.build()
    assert (report.documents, report.skipped, corpus.holds("zebra")) == (2, (), ["m-mali"])


def test_new_file_with_an_id_that_is_indexed_already_is_told_too(corpus: Corpus) -> None:
    """The file that comes first in the order of paths is used, whichever was there before."""
    corpus.write(*(mandate(f"m-{number}", en="army") for number in range(20)), MALI)
    corpus.build()
    first = corpus.records / "mandates" / "0000" / "m-mali.yaml"
    first.parent.mkdir()
    first.write_bytes(corpus.path(MALI).read_bytes().replace(b"Police", b"Zebra"))
    report = corpus.build()
    assert (report.documents, corpus.holds("zebra"), corpus.holds("police")) == (21, ["m-mali"], [])
    assert [fault.path for faults in report.skipped for fault in faults.faults] == [corpus.path(MALI)]


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
        patched.setattr(indexer_module, "fingerprint", lambda _analyzer: "another")
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


# growing


def test_index_of_many_pieces_is_built_anew(corpus: Corpus) -> None:
    mandates = [mandate(f"m-{number}", en="mali") for number in range(100)]
    corpus.write(*mandates[:90])
    corpus.build()
    segments = []
    for one in mandates[90:]:
        corpus.write(one)
        segments.append((corpus.build().indexed, corpus.generations.manifest(corpus.generations.current()).segments))
    # the base is one piece, each run adds one; on eight of them nothing is put any more
    assert segments == [*((1, pieces) for pieces in range(2, 9)), (98, 1), (1, 2), (1, 3)]


def test_index_with_many_dead_documents_is_built_anew(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(20)))
    corpus.build()
    counts = []
    for number in range(4):
        corpus.write(mandate(f"m-{number}", en=f"zebra{number}"))
        counts.append((corpus.build().indexed, corpus.generations.manifest(corpus.generations.current()).dead))
    # of 20, then 21 and 22 documents in all, two may be dead
    assert counts == [(1, 1), (1, 2), (20, 0), (1, 1)]


@pytest.mark.parametrize("seed", range(2))
def test_corpus_that_people_edit_at_random_is_indexed_as_if_anew(corpus: Corpus, tools: Tools, seed: int) -> None:
    rng = dice(300 + seed)
    corpus.write(*(random_mandate(rng, f"m-{number}") for number in range(30)))
    corpus.build()
    folder = corpus.records / "mandates"
    for _ in range(6):
        for _ in range(rng.randint(1, 3)):
            path = rng.choice(sorted(folder.rglob("*.yaml")))
            match rng.choice(["edit", "add", "add", "remove", "break", "move", "copy", "touch"]):
                case "edit":
                    corpus.write(random_mandate(rng, path.stem))
                case "add":
                    corpus.write(random_mandate(rng, f"m-{rng.randint(30, 60)}"))
                case "remove":
                    path.unlink()
                case "break":
                    path.write_text("no record\n", "utf-8")
                case "move" | "copy" as how:
                    target = folder / rng.choice(("0000", "9999")) / path.name
                    target.parent.mkdir(exist_ok=True)
                    (shutil.move if how == "move" else shutil.copy)(path, target)
                case "touch":
                    path.write_bytes(path.read_bytes() + b"# seen\n")
        grown = corpus.build(allow_shrink=True)
        answers = everything(corpus.engine())
        anew = corpus.build(allow_shrink=True, full=True)
        assert (grown.documents, [*map(str, grown.skipped)]) == (anew.documents, [*map(str, anew.skipped)])
        assert answers == everything(corpus.engine())
        # the next run grows the older one on
        corpus.generations.activate(grown.generation)


def everything(engine: Engine) -> list[object]:
    """What an engine answers: every document, every word, and the rankings of some words."""
    ranked = [engine.rank(asked(Word(word)), NO_FILTERS, window()) for word, _ in engine.plain_words()[::5]]
    return [list(engine.plain_words()), engine.search(EVERYTHING, NO_FILTERS, window(facets=True)), *ranked]
