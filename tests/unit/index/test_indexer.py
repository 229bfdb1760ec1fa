"""From a corpus to a generation: what makes a new one, what is left out and told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.names_files import read_names
from search_app.errors import FileFaultsError
from search_app.index.engines import fingerprint
from search_app.index.generations import MANIFEST
from search_app.index.indexer import generation_names
from search_app.index.query import Word
from tests.contract.asking import EVERYTHING, NO_FILTERS, window
from tests.contract.asking import ids as ids_with
from tests.contract.invention import dice, random_mandate
from tests.support import PLACES_TEXT, THESAURUS_TEXT, mandate
from tests.unit.index.corpora import ARMY, MALI, NIGER, Corpus, unchanged

pytestmark = pytest.mark.engine


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
    read = read_names(corpus.records / "thesaurus.yaml", corpus.records / "places.yaml")
    assert list(generation_names(folder)) == list(read)
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
    shared = {old[inode] for inode in old.keys() & new.keys()}
    pieces, rest = ({name for name in shared if name.startswith("MAIN_") is piece} for piece in (True, False))
    assert {Path(name).suffix for name in pieces} == {".seg", ".tok", ".rec", ".pst", ".cols", ".words", ".tab"}
    assert rest == {"names.json"}


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
    assert "ddr" in generation_names(corpus.generations.folder("g-000002")).concepts
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


def test_tables_that_are_missing_are_both_told(corpus: Corpus) -> None:
    corpus.write(MALI)
    corpus.build()
    for name in ("thesaurus.yaml", "places.yaml"):
        (corpus.records / name).unlink()
    with pytest.raises(FileFaultsError) as raised:
        corpus.build()
    assert [fault.path.name for fault in raised.value.faults] == ["thesaurus.yaml", "places.yaml"]
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
