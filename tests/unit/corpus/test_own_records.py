"""Our own records among other inputs: word for word, never twice, and never over something newer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from search_app.corpus.identity import digest
from search_app.corpus.importers.base import Importer
from search_app.corpus.importers.own_records import OwnJsonLines, OwnYaml
from search_app.corpus.intake import Intake
from search_app.corpus.mandate import Imported, Mandate, Source, as_dict
from search_app.corpus.names import Names
from search_app.corpus.report import IntakeReport
from search_app.corpus.store import read_corpus, save
from search_app.corpus.writer import write_record

PAGE = "Study of prisons\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n\nIt will look at prisons.\n\nMandate\n"
MINE = Mandate(
    id="my-own-id",
    title={"en": "Study of prisons"},
    requesters=("UN",),
    places=("Mali",),
    start=date(2019, 2, 1),
    end=date(2019, 3, 31),
    description={"en": "My own words on the prisons."},
    sections={"lessons": {"en": "Start early.", "fr": "Commencer tôt."}},
    sources=(Source("z.txt"), Source("b.txt")),
)
Run = Callable[..., IntakeReport]


def signed(mandate: Mandate) -> Mandate:
    return replace(mandate, imported=Imported("page-text", date(2024, 1, 2), digest(mandate)))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


@pytest.fixture
def run(corpus: Path, names: Names, importers: tuple[Importer, ...], tmp_path: Path) -> Run:
    def intake(*inputs: Mandate | str, **options: bool) -> IntakeReport:
        paths = []
        for at, one in enumerate(inputs):
            path = tmp_path / f"{at}.{'txt' if isinstance(one, str) else 'yaml'}"
            path.write_text(one if isinstance(one, str) else write_record(one), "utf-8")
            paths.append(path)
        return Intake(corpus, names, importers=importers, today=date(2024, 1, 2), **options).run(paths)

    return intake


def records(corpus: Path) -> list[Mandate]:
    return [record for record in read_corpus(corpus) if isinstance(record, Mandate)]


def test_a_record_of_a_person_and_its_page_are_one_in_either_order(run: Run, corpus: Path) -> None:
    for inputs in ((MINE, PAGE), (PAGE, MINE)):
        run(*inputs)
        (record,) = records(corpus)
        assert replace(record, sources=()) == replace(MINE, sources=())
        assert {source.file for source in record.sources} > {"z.txt", "b.txt"}
        next(corpus.rglob("*.yaml")).unlink()


def test_the_same_record_twice_comes_back_word_for_word(run: Run, corpus: Path) -> None:
    assert run(MINE, MINE).totals["new"] == 1
    assert records(corpus) == [MINE]


def test_two_records_with_the_same_title_place_and_start_stay_two(run: Run, corpus: Path) -> None:
    other = replace(MINE, id="another-id", description={"en": "Other words."})
    assert run(MINE, other).totals["new"] == 2
    assert records(corpus) == [other, MINE]
    assert run(MINE, other).written == 0


def test_what_a_person_changed_replaces_what_an_import_wrote(run: Run, corpus: Path) -> None:
    save(corpus, signed(replace(MINE, description={"en": "It will look at prisons."})))
    assert run(MINE).totals["updated"] == 1
    (record,) = records(corpus)
    assert (record.description, record.sections, record.imported) == (MINE.description, MINE.sections, None)


def test_what_a_person_wrote_here_stays_unless_the_run_overwrites(run: Run, corpus: Path) -> None:
    save(corpus, MINE)
    other = replace(MINE, description={"en": "Words from elsewhere."})
    report = run(other)
    assert report.files[0].fates[0].differences == ("description.en",)
    assert records(corpus)[0].description == MINE.description
    assert run(other, overwrite=True).totals["updated"] == 1
    assert records(corpus) == [other]


def test_an_older_export_never_replaces_a_newer_record(run: Run, corpus: Path) -> None:
    old = replace(MINE, sections={}, sources=(Source("a.txt"),))
    new = replace(old, end=date(2019, 6, 30), description={"en": "It looked at the prisons."})
    save(corpus, signed(new))
    run(signed(old))
    (record,) = records(corpus)
    assert (record.end, record.description) == (new.end, new.description)


def test_a_record_that_was_withdrawn_is_refused_and_one_withdrawn_here_stays_so(run: Run, corpus: Path) -> None:
    assert run(replace(MINE, withdrawn="a mistake")).totals["refused"] == 1
    gone = replace(MINE, title={"en": "Another title"}, withdrawn="a mistake", withdrawn_on=date(2024, 1, 2))
    path = corpus / "withdrawn" / f"{MINE.id}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(write_record(gone), "utf-8")
    assert run(MINE).totals["withdrawn"] == 1
    assert records(corpus) == []


def test_a_page_whose_record_was_edited_and_withdrawn_stays_withdrawn(run: Run, corpus: Path) -> None:
    run(PAGE)
    (record,) = records(corpus)
    next(corpus.rglob("*.yaml")).unlink()
    path = corpus / "withdrawn" / f"{record.id}.yaml"
    path.parent.mkdir(parents=True)
    edited = replace(record, title={"en": "Survey of jails"}, withdrawn="asked for")
    path.write_text(write_record(edited), "utf-8")
    assert run(PAGE).totals["withdrawn"] == 1
    assert records(corpus) == []


@pytest.mark.parametrize(
    "text",
    [
        "---\nid: x\n",
        "# a remark\n\n---\n# another\ntitle:\n  en: x\n...\n",
        "id: x\ntitle:\n  en: x\n",
        "title: {en: x}\nid: x\n",
        "\ufeff---\r\nid: x\r\n",
    ],
)
def test_a_record_is_known_by_its_keys(text: str, names: Names, guesser: object) -> None:
    assert OwnYaml(names, guesser).recognises(text.encode())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["Title: x\nid: y\n", "---\nA page\n", "id: x\n\nsome text\n", "concepts:\n- id: x\n", "---\n", "", "\x00"]
)
def test_other_texts_are_no_records(text: str, names: Names, guesser: object) -> None:
    assert not OwnYaml(names, guesser).recognises(text.encode())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        {"data": [{"id": "1", "fields": {"title": "x"}}]},
        {"@context": "https://schema.example", "@id": "x", "name": {"en": "x"}},
        {"id": "1", "fields": {"title": "x"}},
        {"id": "x", "note": '"title": {"en": "x"}'},
        [as_dict(MINE)],
    ],
)
def test_other_json_is_none_of_ours(value: object, names: Names, guesser: object) -> None:
    assert not OwnJsonLines(names, guesser).recognises(json.dumps(value).encode())  # type: ignore[arg-type]


def test_keys_in_any_order_are_ours(names: Names, guesser: object) -> None:
    line = json.dumps(dict(sorted(as_dict(MINE).items())))
    assert OwnJsonLines(names, guesser).recognises(line.encode())  # type: ignore[arg-type]
