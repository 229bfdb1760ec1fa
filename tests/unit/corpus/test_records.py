"""Records on disk: what a file may say, what is said of a file that may not, writing, and reading back."""

from __future__ import annotations

import json
import random
import unicodedata
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.corpus import files
from search_app.corpus.mandate import Imported, Mandate, Source, Version, as_dict, from_dict
from search_app.corpus.schema import SECTIONS, to_mandate
from search_app.corpus.store import (
    StoredRecord,
    encode_sources,
    read_corpus,
    read_record,
    read_records,
    record_path,
    save,
    write_record,
)
from search_app.corpus.textform import stored
from search_app.corpus.yaml_reader import parse_yaml
from search_app.errors import Fault, FileFaultsError, StorageError

PATH = Path("m-1.yaml")
WHOLE = """\
---
id: m-1
title:
  en: "A title"
requesters: [UN]
places: [Mali]
start: 2019-02-01
end: 2019-03-31
description:
  en: |-
    One line
    and its end.
source: "somewhere"
...
"""


def parse(text: str) -> Mandate:
    return to_mandate(parse_yaml(text.encode(), path=PATH), path=PATH)


def faults_of(text: str) -> list[Fault]:
    with pytest.raises(FileFaultsError) as caught:
        parse(text)
    return list(caught.value.faults)


def test_a_record_is_read_key_by_key() -> None:
    assert parse(WHOLE) == Mandate(
        id="m-1",
        title={"en": "A title"},
        requesters=("UN",),
        places=("Mali",),
        start=date(2019, 2, 1),
        end=date(2019, 3, 31),
        description={"en": "One line and its end."},
        source="somewhere",
    )


def test_a_record_as_a_plain_yaml_library_writes_it_is_read() -> None:
    text = (
        "id: m-00001\ntitle:\n  fr: Étude œuvre\nrequesters: []\nplaces:\n- Côte d'Ivoire\nstart: '2006-02-01'\n"
        "end: '2006-03-31'\n"
        'description:\n  fr: "un deux\n\n    trois\\\n    \\ quatre.\\n\\ncinq"\nsource: generated\n...\n'
    )
    assert parse(text).description == {"fr": "un deux trois quatre.\n\ncinq"}
    assert parse(text).places == ("Côte d'Ivoire",)


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message"),
    [
        ("requesters:", "requestors:", 5, 1, 'unknown key "requestors"; did you mean "requesters"?'),
        ("source:", "Source:", 13, 1, 'unknown key "Source"; did you mean "source"?'),
        ('  en: "A', '  de: "A', 4, 3, 'unknown key "de"; '),
        ("id: m-1", "id: ../m-1", 2, 5, '"../m-1" cannot stand here; begin with a letter or digit'),
        ("id: m-1", "id: " + "m" * 129, 2, 5, "128 at most"),
        ("id: m-1\n", "", 2, 1, '"id" is missing; add it'),
        ('title:\n  en: "A title"', 'title: "A title"', 3, 8, "has no language; write en: or fr: before it"),
        ('title:\n  en: "A title"', "title: {}", 3, 8, "no title; write one in en or fr"),
        ('  en: "A title"', "  en:", 4, 3, '"en" is empty; write a value or leave the key out'),
        ("[UN]", "UN", 5, 13, "write it as [UN]"),
        ("[UN]", "[{a: b}]", 5, 14, "a map stands where a text belongs"),
        ("[Mali]", '[""]', 6, 10, "an empty text"),
        ("2019-02-01", "1 Feb 2019", 7, 8, '"1 Feb 2019" cannot stand here; write a day as 2019-03-31'),
        ("2019-02-01", "2019-02-30", 7, 8, "2019-02-30 is no day of the calendar"),
        ("2019-02-01", "20190201", 7, 8, "write a day as 2019-03-31"),
        (
            "end: 2019-03-31",
            "end: 2019-01-31",
            8,
            1,
            'the period ends (2019-01-31) before it starts (2019-02-01); swap them, or leave out "end" if it is open',
        ),
        ("source:", "url: javascript:alert(1)\nsource:", 13, 6, "write an address that begins with https://"),
        ("source:", "sections: {output: {en: x}}\nsource:", 13, 12, 'did you mean "outputs"?'),
        ("source:", "sources:\n- occurrences: 0\nsource:", 14, 16, "a whole number from 1"),
        ("source:", "sources:\n- occurrences: 2\nsource:", 14, 3, '"file" is missing'),
        ("source:", "imported: {by: x}\nsource:", 13, 11, '"on" is missing'),
        ("source:", "former_ids: [a b]\nsource:", 13, 14, '"a b" cannot stand here'),
    ],
)
def test_a_fault_says_where_it_is_and_what_to_write(old: str, new: str, line: int, column: int, message: str) -> None:
    assert old in WHOLE
    fault = faults_of(WHOLE.replace(old, new, 1))[0]
    assert message in fault.message
    assert (fault.path, fault.line, fault.column) == (PATH, line, column)


def test_all_faults_of_a_record_are_told_at_once() -> None:
    text = WHOLE.replace("requesters", "requestors").replace("2019-02-01", "x").replace("[Mali]", "Mali")
    assert [fault.line for fault in faults_of(text)] == [5, 6, 7]


def test_a_short_text_is_one_line_and_composed() -> None:
    text = WHOLE.replace('"somewhere"', '"cafe\\u0301\\ttwo\\u2028three\\n"')
    assert parse(text).source == "café two three"


# Every text that a record can hold: no control characters, composed, in places where they must not be empty not blank.
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])
ODD = st.sampled_from(
    [
        "•",
        "1.",
        "• 2. x",
        "...",
        "---",
        "# no comment",
        "a: b",
        "- x",
        "'",
        '"',
        "\\",
        "\ufeff",
        "\ufffe",
        "\u00a0x",
        "  x ",
    ]
)
WORDS = st.one_of(ODD, st.text(LETTERS, max_size=8), st.text("abé", min_size=90, max_size=110))


def composed(text: str) -> str:
    """NFC; a blank text made something."""
    return unicodedata.normalize("NFC", text) if text.strip() else "x"


LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join).map(composed)
TEXTS = st.lists(st.one_of(WORDS, st.sampled_from(["\n", "\n\n", "\n  "])), max_size=40).map(" ".join).map(stored)
LONG = TEXTS.filter(bool)
DAYS = st.none() | st.dates()
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", fullmatch=True)
LISTS = st.lists(LINES, max_size=3).map(tuple)


def narratives(texts: st.SearchStrategy[str], *, least: int = 0) -> st.SearchStrategy[dict[Any, str]]:
    return st.dictionaries(st.sampled_from(["en", "fr"]), texts, min_size=least)


MANDATES = st.builds(
    Mandate,
    id=IDS,
    title=narratives(LINES, least=1),
    requesters=LISTS,
    places=LISTS,
    start=st.just(None) | st.dates(max_value=date(2000, 1, 1)),
    end=st.just(None) | st.dates(min_value=date(2000, 1, 1)),
    description=narratives(LONG),
    source=st.just("") | LINES,
    identifier=st.just("") | LINES,
    url=st.just("") | st.just("https://example.org/a?b=ç&d=1#e"),
    kind=st.just("") | st.just("programme"),
    implementers=LISTS,
    published=DAYS,
    parent=st.just("") | LINES,
    sections=st.dictionaries(st.sampled_from(SECTIONS), narratives(LONG, least=1), max_size=2),
    dates_raw=st.just("") | LINES,
    former_ids=st.lists(IDS, max_size=2).map(tuple),
    note=TEXTS,
    warnings=LISTS,
    sources=st.lists(st.builds(Source, LINES, st.just("") | LINES, DAYS, st.integers(1, 999_999_999)), max_size=2).map(
        tuple
    ),
    versions=st.lists(
        st.builds(Version, source=LINES, start=DAYS, end=DAYS, title=narratives(LINES), description=narratives(LONG)),
        max_size=2,
    ).map(tuple),
    imported=st.none() | st.builds(Imported, LINES, st.dates(), LINES),
    withdrawn=st.just("") | LINES,
)


@settings(deadline=None)
@given(MANDATES)
def test_every_record_reads_back_as_it_was_written(mandate: Mandate) -> None:
    text = write_record(mandate)
    assert parse(text) == mandate
    assert write_record(parse(text)) == text


@settings(deadline=None)
@given(MANDATES)
def test_every_record_survives_json(mandate: Mandate) -> None:
    assert from_dict(json.loads(json.dumps(as_dict(mandate)))) == mandate


def test_json_leaves_out_what_is_empty() -> None:
    record = as_dict(Mandate(id="m", title={"en": "T"}, end=date(2019, 3, 31), sources=(Source("f"),)))
    assert record == {
        "id": "m",
        "title": {"en": "T"},
        "end": "2019-03-31",
        "sources": [{"file": "f", "occurrences": 1}],
    }


def test_the_written_file_is_the_one_that_people_know(shipped: Path) -> None:
    records = [found for found in read_records(shipped) if isinstance(found, StoredRecord)]
    assert len(records) >= 97
    for record in records:
        assert write_record(record.mandate) == record.path.read_text("utf-8"), record.path


def test_every_key_of_a_record_is_explained_in_the_readme(shipped: Path) -> None:
    readme = (shipped / "README.md").read_text("utf-8")
    missing = [
        key.name for cls in (Mandate, Source, Version, Imported) for key in fields(cls) if f"`{key.name}`" not in readme
    ]
    assert missing == []


def mutations(text: str, chance: random.Random) -> str:
    """A file that a slip of the hand changed: a piece cut out, doubled, moved or overwritten."""
    start, stop = sorted(chance.sample(range(len(text) + 1), 2))
    piece = text[start : min(stop, start + 40)]
    odd = chance.choice(
        ["\t", ":", "- ", "'", '"', "{", "[", "&a ", "*a", "!x ", "|", ">", "%", "#", "\x00", "...", "\n", "é"]
    )
    return chance.choice(
        [
            text[:start],
            text[:start] + text[start + len(piece) :],
            text[:start] + piece + text[start:],
            text[:start] + odd + text[start:],
            text[:start] + odd * 3 + text[start + len(piece) :],
            text[start:] + text[:start],
            text.replace("\n", odd, 1) if odd.strip() else text.replace(": ", ":", 3),
        ]
    )


def test_a_thousand_slips_of_the_hand_give_a_record_or_faults_with_a_line(shipped: Path) -> None:
    chance = random.Random(4)  # the same slips in each run
    texts = [path.read_text("utf-8") for path in sorted((shipped / "mandates").rglob("*.yaml"))]
    faults = [faults_or_none(mutations(chance.choice(texts), chance)) for _ in range(1000)]
    assert sum(map(bool, faults)) > 300
    assert all(fault.path == PATH and fault.line >= 1 and fault.message for found in faults for fault in found)


def faults_or_none(text: str) -> tuple[Fault, ...]:
    try:
        parse(text)
    except FileFaultsError as error:
        return error.faults
    return ()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "mandates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_one_bad_file_never_hides_the_others(tmp_path: Path) -> None:
    write(tmp_path, "2019/m-1.yaml", WHOLE)
    bad = write(tmp_path, "2019/m-2.yaml", "id: m-2\n")
    other_name = write(tmp_path, "2020/m-3.yaml", WHOLE)
    write(tmp_path, "2020/m-4.yaml", WHOLE.replace("id: m-1", "id: m-4"))
    write(tmp_path, "2020/.m-5.yaml.1.tmp", "half")
    same_id = write(tmp_path, "2021/m-1.yaml", WHOLE)
    found = list(read_corpus(tmp_path))
    assert [one.id if isinstance(one, Mandate) else one.faults[0].path for one in found] == [
        "m-1",
        bad,
        other_name,
        "m-4",
        same_id,
    ]
    told = {one.faults[0].path: str(one) for one in found if isinstance(one, FileFaultsError)}
    assert f'{other_name}:2:1: id is "m-1", the file\'s name says "m-3"' in told[other_name]
    assert f"{same_id}:2:1: " in told[same_id]
    assert str(tmp_path / "mandates/2019/m-1.yaml") in told[same_id]


def test_a_folder_without_records_gives_none(tmp_path: Path) -> None:
    assert list(read_corpus(tmp_path)) == []


def test_a_record_is_saved_where_it_belongs(tmp_path: Path) -> None:
    mandate = parse(WHOLE)
    path = save(tmp_path, mandate)
    assert path == tmp_path / "mandates" / "2019" / "m-1.yaml"
    assert read_record(path) == mandate
    assert [found.name for found in path.parent.iterdir()] == ["m-1.yaml"]
    undated = replace(mandate, start=None)
    assert record_path(tmp_path, undated) == tmp_path / "mandates" / "undated" / "m-1.yaml"


@pytest.mark.parametrize("change", [{"description": {"en": "two\nlines"}}, {"requesters": ("",)}, {"id": "../x"}])
def test_what_would_not_read_back_is_not_written(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(FileFaultsError):
        save(tmp_path, replace(parse(WHOLE), **change))
    assert list(tmp_path.rglob("*")) == []


def test_new_sources_leave_every_other_line_of_a_persons_file_as_it_is(tmp_path: Path) -> None:
    text = WHOLE.replace("requesters: [UN]", "requesters:   # asked by telephone\n  - UN")
    path = write(tmp_path, "2019/m-1.yaml", text)
    (record,) = read_records(tmp_path)
    assert isinstance(record, StoredRecord)
    path.write_bytes(encode_sources(record, (Source("a.txt", occurrences=2),)))
    added = 'sources:\n- file: "a.txt"\n  occurrences: 2\n...\n'
    assert path.read_text("utf-8") == text.replace("...\n", added)
    (record,) = read_records(tmp_path)
    assert isinstance(record, StoredRecord)
    again = encode_sources(record, (Source("a.txt", occurrences=2), Source("b.txt")))
    assert again.decode() == text.replace("...\n", added.replace("...\n", '- file: "b.txt"\n  occurrences: 1\n...\n'))


def test_new_sources_reach_a_file_in_any_style(tmp_path: Path) -> None:
    write(tmp_path, "2019/m-1.yaml", "{id: m-1, title: {en: T}}\n...\n")
    (record,) = read_records(tmp_path)
    assert isinstance(record, StoredRecord)
    data = encode_sources(record, (Source("a.txt"),))
    assert to_mandate(parse_yaml(data, path=PATH), path=PATH).sources == (Source("a.txt"),)


def test_a_failing_disk_leaves_the_old_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path, parse(WHOLE))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        save(tmp_path, replace(parse(WHOLE), source="elsewhere"))
    assert read_record(path) == parse(WHOLE)
    assert [found.name for found in path.parent.iterdir()] == ["m-1.yaml"]
