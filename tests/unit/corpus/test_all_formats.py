"""One run over every format at once: in whatever order the files come, the corpus is the same, byte for byte."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_app.corpus.importers.base import Importer
from search_app.corpus.intake import Intake
from search_app.corpus.mandate import Mandate, Source
from search_app.corpus.names import Names
from search_app.corpus.report import IntakeReport
from search_app.corpus.writer import write_record

PAGE = "Study of prisons\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n\nIt will look at prisons.\n"
EXTENDED = PAGE.replace("31/03/2019", "30/06/2019").replace("will look", "looked")
CUT = PAGE.replace("Study of prisons", "Study of ...")
HTML = (
    "<!DOCTYPE html><html><body><h1>Mali</h1><h2>Study of prisons</h2>"
    "<p>UN mandate in Mali 01/02/2019 - 31/03/2019</p><p>It will look at prisons, all of them.</p></body></html>"
)
CSV = (
    "Title,Requester,Country,Start date,End date,Description\nStudy of prisons,UN,Mali,2019-02-01,2019-05-31,A list.\n"
)
IATI = """<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03"><iati-activity xml:lang="en">
<iati-identifier>XM-1</iati-identifier>
<reporting-org ref="XM" type="10"><narrative>UN</narrative></reporting-org>
<title><narrative>Study of prisons</narrative></title>
<description><narrative>It looks at prisons, says the activity file.</narrative></description>
<participating-org role="1" type="10"><narrative>UN</narrative></participating-org>
<activity-date type="2" iso-date="2019-02-01"/><activity-date type="4" iso-date="2019-04-30"/>
<recipient-country code="ML"/></iati-activity></iati-activities>
"""
MINE = Mandate(
    id="2018-mine",
    title={"en": "Study of prisons", "fr": "Étude sur les prisons"},
    requesters=("ONU",),
    places=("Mali",),
    start=date(2019, 2, 1),
    end=date(2019, 3, 31),
    description={"fr": "Mes propres mots."},
    sources=(Source("elsewhere.txt"),),
)
LINE = {"id": "2017-line", "title": {"en": "Study of courts"}, "places": ["Niger"], "start": "2019-02-01"}
COURTS = PAGE.replace("prisons", "courts").replace("in Mali", "in Niger")


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["Intitulé", "Pays", "Début", "Fin"], ["Étude sur les prisons", "Mali", date(2019, 2, 1), None]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


INPUTS: dict[str, bytes] = {
    "1.txt": PAGE.encode(),
    "2.txt": EXTENDED.encode(),
    "3.txt": CUT.encode(),
    "4.html": HTML.encode(),
    "5.csv": CSV.encode(),
    "6.csv": CSV.replace(",", ";").replace("A list.", "Another list.").encode("utf-16"),
    "7.xml": IATI.encode(),
    "8.yaml": write_record(MINE).encode(),
    "9.jsonl": json.dumps(LINE).encode(),
    "a.txt": COURTS.encode(),
    "b.xlsx": workbook(),
    "c.bin": b"\x00\x01",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


@pytest.fixture
def run(corpus: Path, names: Names, importers: tuple[Importer, ...], tmp_path: Path) -> Callable[..., IntakeReport]:
    folder = tmp_path / "inputs"
    folder.mkdir()
    for name, data in INPUTS.items():
        (folder / name).write_bytes(data)

    def intake(order: list[str], today: date = date(2024, 1, 2)) -> IntakeReport:
        return Intake(corpus, names, importers=importers, today=today).run([folder / name for name in order])

    return intake


def files(corpus: Path) -> dict[str, bytes]:
    return {str(path.relative_to(corpus)): path.read_bytes() for path in sorted(corpus.rglob("*.yaml"))}


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.sets(st.sampled_from(sorted(INPUTS)), min_size=2), data=st.data())
def test_order_changes_nothing(
    run: Callable[..., IntakeReport], corpus: Path, chosen: set[str], data: st.DataObject
) -> None:
    shutil.rmtree(corpus, ignore_errors=True)
    run(sorted(chosen))
    expected = files(corpus)
    shutil.rmtree(corpus, ignore_errors=True)
    order = data.draw(st.permutations(sorted(chosen)))
    run(order)
    assert files(corpus) == expected
    again = run(order, today=date(2025, 1, 2))
    assert again.written == 0
    assert files(corpus) == expected


def test_every_format_is_read_as_what_it_is(run: Callable[..., IntakeReport]) -> None:
    report = run(sorted(INPUTS))
    formats = [file.file.format for file in report.files]
    assert formats == [
        *("page-text", "page-text", "page-text", "page-html", "csv", "csv", "iati-xml", "own-yaml", "own-jsonl"),
        *("page-text", "xlsx", ""),
    ]
    assert report.totals["refused"] == 1
