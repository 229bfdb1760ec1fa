"""Files that nobody should have to fear: each is refused in one line, with exit code 65, and nothing is written."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner

from search_app.cli.group import group
from search_app.corpus import files

ROOT = Path(__file__).parents[3]
MEMORY = 512 << 20
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    + ']><iati-activities version="2.03"><iati-activity><title><narrative>&j;</narrative></title></iati-activity>'
    "</iati-activities>"
)
STOLEN = (
    '<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/hostname" [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    '<iati-activities version="2.03"><iati-activity><title><narrative>&x;</narrative></title></iati-activity>'
    "</iati-activities>"
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def a_workbook(change: Callable[[str, bytes], bytes] = lambda name, data: data) -> bytes:
    """A workbook with one mandate, its parts changed."""
    book = openpyxl.Workbook()
    for row in (["Title", "Country", "Start date"], ["Study of prisons", "Mali", "2019-02-01"]):
        book.active.append(row)
    whole = io.BytesIO()
    book.save(whole)
    changed = io.BytesIO()
    with ZipFile(whole) as parts, ZipFile(changed, "w", ZIP_DEFLATED) as target:
        for name in parts.namelist():
            target.writestr(name, change(name, parts.read(name)))
    return changed.getvalue()


def in_sheet(data: bytes) -> bytes:
    return a_workbook(lambda name, old: data if name.startswith("xl/worksheets/") else old)


def zipped(name: str, data: bytes) -> bytes:
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as target:
        target.writestr(name, data)
    return archive.getvalue()


def zip_that_lies() -> bytes:
    """A workbook whose directory says that its sheet is small."""
    honest = in_sheet(SHEET.encode() + b" " * (80 << 20))
    return honest.replace((len(SHEET) + (80 << 20)).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def shared_text() -> bytes:
    """A small workbook whose cells all show the same long text."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Title", "Country", "Description", "Objectives"])
        for row in range(1, 400):
            sheet.write_row(row, 0, [f"Study {row}", "Mali", "word " * 6000, "word " * 6000])
    return target.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "sheet-bomb.xlsx": lambda: in_sheet(SHEET.encode() + b" " * (80 << 20)),
    "lying-sizes.xlsx": zip_that_lies,
    "row-numbers.xlsx": lambda: in_sheet(f'{SHEET}<row r="99999999999"/></sheetData></worksheet>'.encode()),
    "no-headings.xlsx": lambda: in_sheet(f"{SHEET}</sheetData></worksheet>".encode()),
    "entities.xlsx": lambda: in_sheet(LAUGHS.encode()),
    "doctype-utf16.xlsx": lambda: in_sheet(STOLEN.encode("utf-16")),
    "styles.xlsx": lambda: a_workbook(
        lambda name, data: b"<a>" + b"<b/>" * 1_100_000 + b"</a>" if "styles" in name else data
    ),
    "shared-text.xlsx": shared_text,
    "cut.xlsx": lambda: a_workbook()[:-300],
    "not-xml.xlsx": lambda: in_sheet(b"\xff\xfe nothing"),
    "empty-archive.xlsx": lambda: zipped("xl/nothing", b""),
    "bomb.zip": lambda: zipped("a.txt", b"\x00" * (60 << 20)),
    "bomb.gz": lambda: gzip.compress(b"\x00" * (60 << 20), 6),
    "entities.xml": lambda: LAUGHS.encode(),
    "stolen.xml": lambda: STOLEN.encode(),
    "random.bin": lambda: random.Random(5).randbytes(200_000),
    "nul.txt": lambda: b"Study\x00 of prisons\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n",
    "empty.txt": lambda: b"",
    "half-utf16.txt": lambda: "Study of prisons".encode("utf-16")[:-1],
    "aliases.yaml": lambda: b"---\nid: x\ntitle: &a {en: x}\nnote: *a\n...\n",
    "deep.yaml": lambda: b"---\nid: " + b"[" * 5000 + b"\n...\n",
    "tag.yaml": lambda: b"---\nid: !!python/object/apply:os.system [x]\ntitle: {en: x}\n...\n",
    "outside.yaml": lambda: b'---\nid: "../../outside"\ntitle: {en: x}\n...\n',
    "cut.yaml": lambda: b"---\nid: x\ntitle: {en: x}\ndescription:\n  en: |-\n    It wi",
    "deep.jsonl": lambda: b'{"id": "x", "title": {"en": "x"}, "note": ' + b"[" * 100_000 + b"\n",
    "long-number.jsonl": lambda: b'{"id": "x", "title": {"en": "x"}, "note": ' + b"1" * 10_000 + b"}\n",
    "surrogate.jsonl": lambda: b'{"id": "x", "title": {"en": "\\ud800"}}\n',
    "twice.jsonl": lambda: b'{"id": "x", "title": {"en": "x"}, "id": "y"}\n',
    "outside.jsonl": lambda: b'{"id": "../../outside", "title": {"en": "x"}}\n',
    "large-record.jsonl": lambda: json.dumps({"id": "x", "title": {"en": "x"}, "note": "word " * 300_000}).encode(),
    "open-quote.csv": lambda: b'Title,Country,Start date\n"Study of prisons,Mali,2019-02-01\n' + b"x,y,z\n" * 1000,
    "columns.csv": lambda: b"Title,Country," + b"," * 100_000 + b"\nx,y," + b"," * 100_000 + b"\n",
    "large-cell.csv": lambda: b"Title,Country\n" + b"x" * 200_000 + b",Mali\n",
}
# These cost memory or time where they are not seen in time.
WORST = (
    "sheet-bomb.xlsx",
    "lying-sizes.xlsx",
    "row-numbers.xlsx",
    "styles.xlsx",
    "shared-text.xlsx",
    "entities.xml",
    "bomb.gz",
    "deep.jsonl",
    "columns.csv",
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def import_(path: Path, corpus: Path) -> tuple[int, list[str]]:
    """Import a file; the exit code, and the lines that tell what was refused."""
    run = CliRunner().invoke(
        group,
        ["import", str(path), "--corpus", str(corpus), "--index", str(corpus.with_name("index"))],
        standalone_mode=False,
        catch_exceptions=False,
    )
    return run.return_value or 0, [line for line in run.output.splitlines() if line.startswith(f"{path}:")]


def written(corpus: Path) -> list[Path]:
    return [path for path in corpus.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_one_line(name: str, tmp_path: Path, corpus: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    code, lines = import_(path, corpus)
    assert code == 65
    assert len(lines) == 1
    assert len(lines[0]) < len(str(path)) + 200
    assert written(corpus) == []
    assert not (tmp_path.parent / "outside.yaml").exists()


@pytest.mark.parametrize("name", WORST)
def test_the_worst_files_need_little_memory(name: str, tmp_path: Path, corpus: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    command = [sys.executable, "-m", "search_app", "import", str(path), "--corpus", str(corpus), "--index"]
    run = subprocess.run(
        [*command, str(tmp_path / "index")],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert (run.returncode, "Traceback" in run.stderr) == (65, False), run.stderr
    assert len([line for line in run.stdout.splitlines() if line.startswith(f"{path}:")]) == 1
    assert written(corpus) == []


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, corpus: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate((50 << 20) + 1)
    assert import_(path, corpus) == (
        65,
        [f"{path}: 52428801 bytes, more than the limit of 52428800; split it or shorten it"],
    )


def test_a_pipe_is_not_waited_for(tmp_path: Path, corpus: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert import_(tmp_path / "pipe", corpus) == (
        65,
        [f"{tmp_path / 'pipe'}: not a regular file; move it out of this folder"],
    )


@pytest.mark.parametrize("target", ["nowhere", "link", "corpus", "page.txt"])
def test_a_link_is_not_followed(target: str, tmp_path: Path, corpus: Path) -> None:
    (tmp_path / "page.txt").write_text("Study\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n\nText.\n", "utf-8")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / target)
    assert import_(link, corpus) == (65, [f"{link}: cannot be read: a link; put the file itself here"])
    assert written(corpus) == []


def test_what_stands_in_a_folder_is_refused_one_by_one_and_the_rest_taken(tmp_path: Path, corpus: Path) -> None:
    folder = tmp_path / "inputs"
    (folder / "below").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder)
    (folder / "dangling").symlink_to(folder / "none")
    (folder / ".hidden" / "a.txt").write_bytes(b"\x00")
    (folder / "below" / "page.txt").write_text(
        "Study\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n\nText.\n", "utf-8"
    )
    run = CliRunner().invoke(
        group,
        ["import", str(folder), "--corpus", str(corpus), "--index", str(tmp_path / "index")],
        standalone_mode=False,
    )
    refused = [line.split(":")[0] for line in run.output.splitlines() if line.startswith(f"{folder}/")]
    assert refused == [str(folder / name) for name in ("dangling", "loop", "pipe")]
    assert run.return_value == 65
    assert [path.name for path in written(corpus)] == ["2019-un-mali-study.yaml"]


def test_a_folder_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where tests run as root every folder opens, so the refusal is played."""
    (tmp_path / "a.txt").write_text("x", "utf-8")

    def walk(folder: Path, onerror: Callable[[OSError], None]) -> list[object]:
        onerror(PermissionError(13, "Permission denied", str(folder)))
        return []

    monkeypatch.setattr(files.os, "walk", walk)
    assert list(files.input_files([tmp_path])) == [tmp_path]


def test_a_file_that_vanishes_is_refused(tmp_path: Path, corpus: Path) -> None:
    assert import_(tmp_path / "gone.txt", corpus) == (
        65,
        [f"{tmp_path / 'gone.txt'}: cannot be read: No such file or directory"],
    )


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.txt"
    path.write_text("Study\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n\nText.\n", "utf-8")
    stat = os.fstat
    seen = []

    def growing(descriptor: int) -> os.stat_result:
        if seen:
            with path.open("a") as file:
                file.write("More.\n")
        seen.append(descriptor)
        return stat(descriptor)

    monkeypatch.setattr(files.os, "fstat", growing)
    message = "changed while it was read; try again when it is written"
    assert import_(path, corpus) == (65, [f"{path}: {message}"])
    assert written(corpus) == []
