"""`check`: all faults and all doubts about quality, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_app.corpus.checks import FAULT, check
from search_app.corpus.importers.languages import LanguageGuesser
from search_app.corpus.names import Names

GOOD = """\
---
id: m-1
title:
  en: "Study of prisons"
requesters: [UN]
places: [Mali, Sahel]
start: 2019-02-01
end: 2019-03-31
description:
  en: |-
    The advisers will look at the prisons of the country and say what should change.
source: "somewhere"
...
"""


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def found(folder: Path, names: Names, guesser: LanguageGuesser | None = None) -> list[tuple[str, int, int, str]]:
    """File name, line, column and code of each finding."""
    return [
        (finding.fault.path.name, finding.fault.line, finding.fault.column, finding.code)
        for finding in check(folder, names=names, guesser=guesser)
    ]


def test_a_good_record_gives_no_finding(tmp_path: Path, names: Names, guesser: LanguageGuesser) -> None:
    write(tmp_path, "mandates/2019/m-1.yaml", GOOD)
    assert found(tmp_path, names, guesser) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "code", "advice"),
    [
        ("requesters: [UN]", "requesters: []", 5, 1, "requester-missing", "add the requester"),
        ("places: [Mali, Sahel]\n", "", 2, 1, "places-missing", "add the country"),
        ("[Mali, Sahel]", "[Mali, Atlantis]", 6, 16, "country-unknown", '"Atlantis" is no known place'),
        ("end: 2019-03-31\n", "", 2, 1, "end-date-missing", "unless the mandate still goes on"),
        ("Study of prisons", "Study of …", 4, 3, "title-truncated", '"Study of …"; write it in full'),
        ("  en: |-\n    The", "  fr: |-\n    The", 10, 3, "language-tag-mismatch", 'under "fr" reads like "en"'),
        ("source:", "withdrawn: x\nsource:", 12, 1, FAULT, "move the file to"),
    ],
)
def test_doubts_are_told_with_what_to_write(
    tmp_path: Path,
    names: Names,
    guesser: LanguageGuesser,
    old: str,
    new: str,
    line: int,
    column: int,
    code: str,
    advice: str,
) -> None:
    assert old in GOOD
    write(tmp_path, "mandates/2019/m-1.yaml", GOOD.replace(old, new))
    (finding,) = check(tmp_path, names=names, guesser=guesser)
    assert (finding.fault.line, finding.fault.column, finding.code) == (line, column, code)
    assert advice in str(finding)


def test_a_record_without_dates_or_description_gives_one_finding_for_each(tmp_path: Path, names: Names) -> None:
    write(
        tmp_path,
        "mandates/undated/m-1.yaml",
        "id: m-1\ntitle: {en: Study}\nrequesters: [UN]\nplaces: [Mali]\n...\n",
    )
    assert [code for *_, code in found(tmp_path, names)] == ["dates-missing", "body-missing"]


def test_a_file_in_another_year_s_folder_is_told_where_it_belongs(tmp_path: Path, names: Names) -> None:
    write(tmp_path, "mandates/2020/m-1.yaml", GOOD)
    (finding,) = check(tmp_path, names=names)
    assert (finding.fault.line, finding.code) == (7, "folder")
    assert str(tmp_path / "mandates" / "2019" / "m-1.yaml") in str(finding)


def test_all_faults_of_all_files_are_told_in_order(tmp_path: Path, names: Names) -> None:
    write(tmp_path, "mandates/2019/m-1.yaml", GOOD.replace("requesters", "requestors").replace("2019-02-01", "x"))
    write(tmp_path, "mandates/2019/m-2.yaml", GOOD.replace("id: m-1", "id: m-2").replace("[UN]", "[]"))
    write(tmp_path, "mandates/2019/m-3.yaml", GOOD.removesuffix("...\n"))
    write(tmp_path, "withdrawn/m-4.yaml", GOOD.replace("id: m-1", "id: m-4"))
    assert found(tmp_path, names) == [
        ("m-1.yaml", 5, 1, FAULT),
        ("m-1.yaml", 7, 8, FAULT),
        ("m-2.yaml", 5, 1, "requester-missing"),
        ("m-3.yaml", 13, 1, FAULT),
        ("m-4.yaml", 2, 1, FAULT),
    ]


def test_a_withdrawn_record_needs_a_reason_and_nothing_else(tmp_path: Path, names: Names) -> None:
    write(tmp_path, "withdrawn/m-1.yaml", GOOD.replace("source:", 'withdrawn: "twice"\nsource:').replace("[UN]", "[]"))
    assert found(tmp_path, names) == []


def test_the_shipped_corpus_has_no_faults(shipped: Path, names: Names, guesser: LanguageGuesser) -> None:
    codes = {code for *_, code in found(shipped, names, guesser)}
    assert codes <= {"requester-missing"}
