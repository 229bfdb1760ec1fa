"""Import runs: what is new, what is known, what a person wrote, and that order and repetition change nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_app.corpus.importers.base import Importer
from search_app.corpus.intake import Intake
from search_app.corpus.mandate import Mandate, Source
from search_app.corpus.names import Names
from search_app.corpus.report import IntakeReport
from search_app.corpus.store import read_corpus, record_path, write_record

FIRST_DAY = date(2024, 1, 2)
SECOND_DAY = date(2025, 6, 7)
Pages = Mapping[str, str | bytes]
Run = Callable[..., IntakeReport]

STUDY = "Study of prisons\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n\nIt will look at prisons.\n\nMandate\n"
EXTENDED = STUDY.replace("31/03/2019", "30/06/2019").replace("will look", "looked")
TITLE = "Study of prisons"
ID = "2019-un-mali-study-prisons"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """An empty corpus."""
    return tmp_path / "corpus"


@pytest.fixture
def run(corpus: Path, names: Names, importers: tuple[Importer, ...], tmp_path: Path) -> Run:
    """Import pages, given by name and text or as paths."""

    def intake(
        pages: Mapping[str, str | bytes] | Iterable[Path], *, today: date = FIRST_DAY, **options: bool
    ) -> IntakeReport:
        paths = write_pages(tmp_path / "pages", pages) if isinstance(pages, Mapping) else pages
        return Intake(corpus, names, importers=importers, today=today, **options).run(paths)

    return intake


def write_pages(folder: Path, pages: Pages) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, content in pages.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return [folder / name for name in pages]


def records(corpus: Path) -> dict[str, Mandate]:
    return {record.id: record for record in read_corpus(corpus) if isinstance(record, Mandate)}


def files(corpus: Path) -> dict[str, bytes]:
    return {str(path.relative_to(corpus)): path.read_bytes() for path in sorted(corpus.rglob("*")) if path.is_file()}


def edit(corpus: Path, mandate_id: str, **changes: Any) -> Mandate:
    """A person changes a record and leaves its signature as it is."""
    edited = replace(records(corpus)[mandate_id], **changes)
    next(corpus.rglob(f"{mandate_id}.yaml")).write_text(write_record(edited), "utf-8")
    return edited


def told(report: IntakeReport) -> dict[str, int]:
    return {outcome: count for outcome, count in report.totals.items() if count}


def test_the_seed_page_gives_three_records_and_two_repeats_once(run: Run, corpus: Path, data: Path) -> None:
    report = run([data / "seed.txt"])
    assert told(report) == {"new": 3, "repeated": 2}
    assert report.written == 3
    first = files(corpus)
    assert [record.source for record in records(corpus).values()] == ["seed.txt, page Mali"] * 3
    again = run([data / "seed.txt"], today=SECOND_DAY)
    assert told(again) == {"known": 3, "repeated": 2}
    assert again.written == 0
    assert list(again.lines())[-1] == "3 known, 2 repeated; nothing changed"
    assert files(corpus) == first


def test_the_seed_page_is_known_to_the_shipped_corpus(run: Run, corpus: Path, data: Path, shipped: Path) -> None:
    shutil.copytree(shipped / "mandates", corpus / "mandates")
    before = records(corpus)
    report = run([data / "seed.txt"])
    assert told(report) == {"known": 3, "repeated": 2}
    after = records(corpus)
    added = {mandate_id for mandate_id in before if before[mandate_id] != after[mandate_id]}
    assert added == {
        "2016-drc-etude-cartographique-projets-exemplaires-rss",
        "2019-au-mali-sensitization-workshop-ddr-ssr",
        "2020-un-sahel-strategic-development-orolsi-regional-engagement",
    }
    assert all(replace(after[mandate_id], sources=()) == before[mandate_id] for mandate_id in added)
    assert after["2020-un-sahel-strategic-development-orolsi-regional-engagement"].sources == (
        Source("seed.txt", occurrences=3),
    )
    (file,) = report.files
    assert [fate.differences for fate in file.fates] == [("description.en",), ("description.en",), ("description.fr",)]
    settled = files(corpus)
    assert run([data / "seed.txt"]).written == 0
    assert files(corpus) == settled


def test_a_dry_run_tells_all_and_writes_nothing(run: Run, corpus: Path, names: Names) -> None:
    report = run({"a.txt": STUDY}, dry_run=True)
    assert not corpus.exists()
    form: Any = report.as_json(names)
    (file,) = form["files"]
    assert (file["input"], file["format"], file["skipped"], file["warnings"]) == ("a.txt", "page-text", [], [])
    assert file["records"] == [
        {
            "title": TITLE,
            "requesters": ["UN"],
            "countries": ["ML"],
            "regions": [],
            "start": "2019-02-01",
            "end": "2019-03-31",
            "language": "en",
            "body": [{"p": "It will look at prisons."}],
            "occurrences": 1,
            "warnings": [],
        }
    ]
    assert file["outcomes"] == [{"id": ID, "outcome": "new"}]
    assert list(report.lines())[-1] == "dry run: 1 new; 1 records would be written"


def test_one_mandate_on_two_pages_is_one_record_with_two_sources(run: Run, corpus: Path) -> None:
    report = run({"b.txt": STUDY + STUDY, "a.txt": STUDY.replace("’", "'")})
    assert told(report) == {"new": 1, "repeated": 2}
    (record,) = records(corpus).values()
    assert record.id == ID
    assert record.sources == (Source("a.txt"), Source("b.txt", occurrences=2))
    assert record.warnings == ()


def test_an_extended_mandate_keeps_its_id_and_its_older_wording(run: Run, corpus: Path) -> None:
    run({"a.txt": STUDY})
    report = run({"b.txt": EXTENDED}, today=SECOND_DAY)
    assert told(report) == {"updated": 1}
    (record,) = records(corpus).values()
    assert (record.id, record.end, record.description) == (ID, date(2019, 6, 30), {"en": "It looked at prisons."})
    assert [version.end for version in record.versions] == [date(2019, 3, 31)]
    assert record.versions[0].description == {"en": "It will look at prisons."}
    assert record.versions[0].source == "a.txt"
    assert record.warnings == ("versions-merged",)
    assert record.imported is not None
    assert record.imported.on == SECOND_DAY
    settled = files(corpus)
    assert told(run({"a.txt": STUDY, "b.txt": EXTENDED})) == {"known": 1, "repeated": 1}
    assert files(corpus) == settled


def test_an_older_wording_never_replaces_a_newer_one(run: Run, corpus: Path) -> None:
    run({"b.txt": EXTENDED})
    run({"a.txt": STUDY})
    (record,) = records(corpus).values()
    assert (record.end, record.description) == (date(2019, 6, 30), {"en": "It looked at prisons."})
    assert [version.end for version in record.versions] == [date(2019, 3, 31)]


def test_a_person_s_record_gains_sources_and_nothing_else(run: Run, corpus: Path) -> None:
    run({"a.txt": STUDY})
    mine = edit(corpus, ID, description={"en": "My own words."})
    report = run({"b.txt": EXTENDED})
    assert told(report) == {"known": 1}
    assert report.files[0].fates[0].differences == ("description.en", "end")
    (record,) = records(corpus).values()
    assert record == replace(mine, sources=(Source("a.txt"), Source("b.txt")))
    assert f"  {ID}: description.en differs from the record, end differs from the record" in list(report.lines())


def test_overwriting_takes_the_page_s_word(run: Run, corpus: Path) -> None:
    run({"a.txt": STUDY})
    edit(corpus, ID, description={"en": "My own words."}, former_ids=("old",))
    assert told(run({"b.txt": EXTENDED}, overwrite=True)) == {"updated": 1}
    (record,) = records(corpus).values()
    assert (record.id, record.former_ids) == (ID, ("old",))
    assert record.description == {"en": "It looked at prisons."}
    assert record.sources == (Source("a.txt"), Source("b.txt"))


@pytest.mark.parametrize(
    "changes", [{"title": {"en": "Survey of jails"}}, {"start": date(2019, 2, 2)}, {"places": ("Mali", "Niger")}]
)
def test_a_record_whose_key_a_person_mended_is_found_again(run: Run, corpus: Path, changes: dict[str, Any]) -> None:
    run({"a.txt": STUDY})
    mine = edit(corpus, ID, **changes)
    assert told(run({"a.txt": STUDY})) == {"known": 1}
    assert records(corpus) == {ID: mine}


def test_a_withdrawn_mandate_does_not_come_back(run: Run, corpus: Path) -> None:
    run({"a.txt": STUDY})
    (record,) = records(corpus).values()
    record_path(corpus, record).unlink()
    withdrawn = corpus / "withdrawn" / f"{ID}.yaml"
    withdrawn.parent.mkdir()
    withdrawn.write_text(write_record(replace(record, withdrawn="asked for by the requester")), "utf-8")
    assert told(run({"a.txt": STUDY})) == {"withdrawn": 1}
    assert records(corpus) == {}


def test_a_refused_file_never_stops_the_others(run: Run, corpus: Path, tmp_path: Path) -> None:
    paths = write_pages(tmp_path / "pages", {"a.txt": b"\x00", "b.txt": STUDY, "c.txt": ""})
    report = run([tmp_path / "none.txt", *paths])
    assert told(report) == {"new": 1, "refused": 3}
    lines = list(report.lines())
    assert f"{tmp_path / 'none.txt'}: cannot be read: No such file or directory" in lines
    assert any(line.startswith(f"{paths[0]}: ") and "text" in line for line in lines)
    assert list(records(corpus)) == [ID]


def test_a_file_of_the_corpus_with_faults_is_told_and_left_alone(run: Run, corpus: Path) -> None:
    bad = corpus / "mandates" / "2019" / f"{ID}.yaml"
    bad.parent.mkdir(parents=True)
    bad.write_text("id: half", "utf-8")
    report = run({"a.txt": STUDY})
    assert len(report.faults) == 1
    assert str(bad) in report.faults[0]
    assert bad.read_text("utf-8") == "id: half"
    (new,) = records(corpus)
    assert new.startswith(ID + "-")


def test_mandates_with_one_id_get_digits(run: Run, corpus: Path) -> None:
    october = STUDY.replace("01/02/2019 - 31/03/2019", "01/10/2019 - 31/10/2019")
    run({"a.txt": STUDY + october})
    second, first = sorted(records(corpus), key=len, reverse=True)
    assert first == ID
    assert second.startswith(ID + "-")
    settled = files(corpus)
    run({"a.txt": STUDY + october})
    assert files(corpus) == settled


def test_the_page_of_a_mandate_completes_its_list_entry(run: Run, corpus: Path) -> None:
    page = "Study of prisons\n\n01/02/2019 - 31/03/2019\n\nIt will look at prisons.\n\nResults\n\nMany.\n"
    for pages in (
        [{"a.txt": page}, {"b.txt": STUDY}],
        [{"b.txt": STUDY}, {"a.txt": page}],
        [{"a.txt": page, "b.txt": STUDY}],
    ):
        shutil.rmtree(corpus, ignore_errors=True)
        for files_of_run in pages:
            run(files_of_run)
        (record,) = records(corpus).values()
        assert (record.requesters, record.places) == (("UN",), ("Mali",))
        assert record.sections == {"results": {"en": "Many."}}
        assert record.warnings == ()
        assert len(record.sources) == 2


def test_a_cut_title_is_completed_and_never_cuts(run: Run, corpus: Path) -> None:
    cut = STUDY.replace(TITLE, "Study of ...")
    for pages in ([{"a.txt": cut}, {"b.txt": STUDY}], [{"b.txt": STUDY}, {"a.txt": cut}]):
        shutil.rmtree(corpus, ignore_errors=True)
        for files_of_run in pages:
            run(files_of_run)
        (record,) = records(corpus).values()
        assert (record.title, record.warnings) == ({"en": TITLE}, ())


def test_a_text_in_another_language_is_a_note(run: Run, corpus: Path) -> None:
    arabic = "يدعم المشروع إصلاح الشرطة في ليبيا."
    run({"a.txt": STUDY.replace("It will look at prisons.", arabic)})
    (record,) = records(corpus).values()
    assert (record.note, record.description, record.warnings) == (arabic, {}, ("language-other",))
    settled = files(corpus)
    run({"a.txt": STUDY.replace("It will look at prisons.", arabic)})
    assert files(corpus) == settled


def test_a_text_in_both_languages_is_found_under_each(run: Run, corpus: Path, data: Path) -> None:
    run([data / "inputs" / "language-bilingual-body.txt"])
    (record,) = records(corpus).values()
    assert record.title == {"en": "Conference on river police", "fr": "Conférence sur la police fluviale"}
    assert record.description["en"].startswith("The conference brings together")
    assert record.description["fr"].startswith("La conférence réunit")


def test_all_examples_are_taken_once(run: Run, corpus: Path, data: Path) -> None:
    paths = sorted((data / "inputs").glob("*.txt"))
    report = run(paths)
    assert report.totals["new"] == report.written == len(records(corpus))
    assert report.totals["refused"] == 0
    settled = files(corpus)
    assert run(paths, today=SECOND_DAY).written == 0
    assert files(corpus) == settled


PAGES: dict[str, str] = {
    "1.txt": STUDY,
    "2.txt": EXTENDED + STUDY,
    "3.txt": STUDY.replace("prisons.", "jails."),
    "4.txt": STUDY.replace(TITLE, "Study of ..."),
    "5.txt": "Study of prisons\n\n01/02/2019 - 31/03/2019\n\nIt will look at prisons.\n\nResults\n\nMany.\n",
    "6.txt": STUDY.replace("UN mandate", "ONU mandate").replace("01/02/2019", "01/03/2019"),
    "7.txt": STUDY.replace("01/02/2019 - 31/03/2019", "01/02/2019"),
    "8.txt": "Étude / Study of prisons\n\nmandate in Mali 01/02/2019 - 31/03/2019\n\nTexte.\n",
}


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(sorted(PAGES)))
def test_the_order_of_the_files_changes_nothing(run: Run, corpus: Path, order: list[str]) -> None:
    shutil.rmtree(corpus, ignore_errors=True)
    run({name: PAGES[name] for name in sorted(PAGES)})
    expected = files(corpus)
    shutil.rmtree(corpus)
    report = run({name: PAGES[name] for name in order})
    assert files(corpus) == expected
    assert [file.file.name for file in report.files] == order
    assert run({name: PAGES[name] for name in order}, today=SECOND_DAY).written == 0
