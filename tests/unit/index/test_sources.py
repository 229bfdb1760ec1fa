"""Which files have changed: contents decide, and a file is read again unless its stamp is beyond doubt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search_app.corpus import files as files_module
from search_app.corpus import store as store_module
from search_app.errors import Fault
from search_app.index import sources as sources_module
from search_app.index.sources import SourceFile, Sources, scan

SECOND = 1_000_000_000


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of three files; what stands in them does not matter here."""
    for name in ("2019/a", "2020/b", "2020/c"):
        path = tmp_path / "mandates" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}\n")
    return tmp_path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, as they are read."""
    names: list[str] = []
    usual = files_module.read_regular

    def noting(path: Path, **more: int) -> bytes:
        names.append(path.stem)
        return usual(path, **more)

    monkeypatch.setattr(sources_module, "read_regular", noting)
    return names


def newest(corpus: Path) -> int:
    """When the youngest file of a corpus was changed, in nanoseconds."""
    return max(max(one.stat().st_mtime_ns, one.stat().st_ctime_ns) for one in corpus.rglob("*.yaml"))


def test_files_are_known_by_path_and_content(corpus: Path) -> None:
    found = scan(corpus, Sources(), now_ns=7)
    assert list(found.files) == ["mandates/2019/a.yaml", "mandates/2020/b.yaml", "mandates/2020/c.yaml"]
    assert [one.id for one in found.files.values()] == ["a", "b", "c"]
    assert found.scanned_ns == 7
    assert len({one.sha256 for one in found.files.values()}) == 3


def test_file_that_is_beyond_doubt_is_not_read_again(corpus: Path, read: list[str]) -> None:
    before = scan(corpus, Sources(), now_ns=newest(corpus) + 3 * SECOND)
    read.clear()
    after = scan(corpus, before, now_ns=newest(corpus) + 9 * SECOND)
    assert (read, after.files) == ([], before.files)


def test_file_that_was_young_when_it_was_seen_is_read_again(corpus: Path, read: list[str]) -> None:
    """It may have been written once more within the same tick of the disk's clock."""
    before = scan(corpus, Sources(), now_ns=newest(corpus) + SECOND)
    read.clear()
    after = scan(corpus, before, now_ns=newest(corpus) + 9 * SECOND)
    assert (read, after.files) == (["a", "b", "c"], before.files)


@pytest.mark.parametrize("part", range(4), ids=["size", "time of content", "time of inode", "inode"])
def test_file_whose_stamp_differs_in_anything_is_read_again(corpus: Path, read: list[str], part: int) -> None:
    """An editor may write another file in its place; a tool may set the time back."""
    seen = scan(corpus, Sources(), now_ns=newest(corpus) + 100 * SECOND)
    one = seen.files["mandates/2020/b.yaml"]
    stat = list(one.stat)
    stat[part] -= 1
    before = replace(
        seen, files={**seen.files, one.path: one._replace(stat=tuple(stat), sha256="another", document="d")}
    )
    read.clear()
    after = scan(corpus, before, now_ns=newest(corpus) + 200 * SECOND)
    assert read == ["b"]
    assert after.files == seen.files


def test_document_is_kept_while_the_content_is_the_same(corpus: Path) -> None:
    first = scan(corpus, Sources(), now_ns=0)
    known = Sources(0, {path: one._replace(document=f"document of {one.id}") for path, one in first.files.items()})
    (corpus / "mandates" / "2020" / "b.yaml").write_text("another text\n")
    (corpus / "mandates" / "2020" / "c.yaml").touch()
    documents = {one.id: one.document for one in scan(corpus, known, now_ns=0).files.values()}
    assert documents == {"a": "document of a", "b": "", "c": "document of c"}


def test_file_that_cannot_be_read_is_there_without_content(corpus: Path) -> None:
    path = corpus / "mandates" / "2020" / "b.yaml"
    path.unlink()
    path.symlink_to(corpus / "mandates" / "2019" / "a.yaml")
    first = scan(corpus, Sources(), now_ns=0)
    assert first.files["mandates/2020/b.yaml"].sha256 == ""
    known = Sources(0, {path: one._replace(document="known") for path, one in first.files.items()})
    assert scan(corpus, known, now_ns=0).files["mandates/2020/b.yaml"].document == ""


def test_file_that_goes_away_while_we_look_is_left_out(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = store_module.record_names

    def with_a_late_one(folder: Path) -> list[str]:
        found = usual(folder)
        Path(found[1]).unlink()
        return found

    monkeypatch.setattr(sources_module, "record_names", with_a_late_one)
    assert list(scan(corpus, Sources(), now_ns=0).files) == ["mandates/2019/a.yaml", "mandates/2020/c.yaml"]


# the digest

A = SourceFile("mandates/2019/a.yaml", (1, 2, 3, 4), "aa")
B = SourceFile("mandates/2020/b.yaml", (5, 6, 7, 8), "bb")


def of(*files: SourceFile) -> Sources:
    """Sources of these files."""
    return Sources(files={one.path: one for one in files})


def test_digest_is_that_of_contents_and_names_alone() -> None:
    same = Sources(9, {B.path: B._replace(stat=(0, 0, 0, 0), document="x"), A.path: A._replace(seen="2020")})
    assert of(A, B).digest(b"table") == same.digest(b"table")


@pytest.mark.parametrize(
    "other",
    [
        of(A),
        of(A, B._replace(sha256="cc")),
        of(A, B._replace(path="mandates/2021/b.yaml")),
        of(A._replace(sha256=B.sha256), B._replace(sha256=A.sha256)),
    ],
)
def test_digest_tells_other_contents_and_other_names(other: Sources) -> None:
    assert other.digest(b"table") != of(A, B).digest(b"table")


def test_digest_tells_other_tables() -> None:
    assert len({of(A).digest(*tables) for tables in ((b"ab", b"c"), (b"a", b"bc"), (b"c", b"ab"), (b"abc",))}) == 4


# on disk


def test_sources_read_back_as_they_were(tmp_path: Path) -> None:
    fault = Fault(Path("corpus/mandates/2020/b.yaml"), 3, 1, "« réforme »: no such key")
    written = Sources(
        11, {A.path: A._replace(document="d", seen="2020-06-01T00:00:00+00:00"), B.path: B}, {B.path: (fault,)}
    )
    written.write(tmp_path)
    assert Sources.read(tmp_path) == written
    assert [error.faults for error in written.errors()] == [(fault,)]


def test_second_file_of_an_id_is_the_one_that_comes_later_by_its_path() -> None:
    files = [A._replace(path=path) for path in ("z/a.yaml", "b/a.yaml", "m/a.yaml", "c/other.yaml")]
    assert Sources(0, {one.path: one for one in files}).doubles == {"m/a.yaml": "b/a.yaml", "z/a.yaml": "b/a.yaml"}


def test_document_keeps_the_time_it_was_new_at() -> None:
    before = of(A._replace(document="same", seen="2019"), B._replace(document="old", seen="2019"))
    moved = A._replace(path="mandates/2021/a.yaml", document="same")
    broken = SourceFile("mandates/2020/c.yaml", (0, 0, 0, 0), "cc")
    dated = of(moved, B._replace(document="new"), broken).dated(before, "2020")
    assert {one.id: one.seen for one in dated.files.values()} == {"a": "2019", "b": "2020", "c": ""}
