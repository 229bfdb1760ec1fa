"""Generations on disk: the lock, what makes one current, what is noticed, what is dropped."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.errors import IncompatibleIndexError, LockHeldError, NoIndexError, StorageError
from search_app.index.generations import (
    CURRENT,
    KEPT,
    LOCK,
    MANIFEST,
    Generations,
    Manifest,
    storage_errors,
    writing_lock,
)

FINGERPRINT = "0123456789abcdef"
FILES = {"words": b"mali\npolice", "numbers": bytes(range(256)), "empty": b""}

HOLD_THE_LOCK = """
import sys
from pathlib import Path
from search_app.index.generations import writing_lock
with writing_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    """An index folder with nothing in it."""
    (tmp_path / "index").mkdir()
    return Generations(tmp_path / "index")


def make(generations: Generations, *, current: bool = True) -> str:
    """A sealed generation of a few files; by default it is the current one."""
    name = generations.next_name()
    with generations.building() as folder:
        for file, content in FILES.items():
            (folder / file).write_bytes(content)
        manifest = Manifest(
            generation=name,
            documents=2,
            created="2020-06-01T00:00:00+00:00",
            fingerprint=FINGERPRINT,
            engine="whoosh",
            corpus_digest="c0ffee",
            files=generations.describe(folder, None),
        )
        generations.seal(folder, manifest)
    if current:
        generations.activate(name)
    return name


def overwrite(path: Path, content: bytes) -> None:
    """Change a file of a finished generation, as a failing disk does."""
    path.chmod(0o644)
    path.write_bytes(content)


def test_linked_files_keep_the_checksum_they_had(generations: Generations) -> None:
    older = generations.manifest(make(generations))
    place = generations.folder(older.generation)
    with generations.building() as folder:
        (folder / "words").hardlink_to(place / "words")
        (folder / "numbers").write_bytes(b"others")
        # a disk that decays: the folder it is linked into must not be sealed as if that had been meant
        overwrite(place / "words", b"mali\npolicy")
        described = generations.describe(folder, older)
    assert described["words"] == older.files["words"]
    assert described["numbers"] == {"size": 6, "sha256": hashlib.sha256(b"others").hexdigest()}


# the lock


def test_lock_keeps_a_second_writer_out_and_names_the_first(tmp_path: Path) -> None:
    index = tmp_path / "index"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockHeldError, match=rf"pid {holder.pid}\b.*--wait"), writing_lock(index):
            pytest.fail("two writers at once")
        holder.kill()
        holder.wait()
        # the lock died with its holder; what it wrote into the file does not matter
        with writing_lock(index):
            assert f"pid {os.getpid()}" in (index / LOCK).read_text("utf-8")


def test_lock_is_free_after_use_and_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing_lock(tmp_path / "new" / "index"):
        raise ZeroDivisionError
    for _ in range(2):
        with writing_lock(tmp_path / "new" / "index"):
            assert (tmp_path / "new" / "index").is_dir()


def test_lock_keeps_out_a_second_writer_of_the_same_process(tmp_path: Path) -> None:
    with writing_lock(tmp_path), pytest.raises(LockHeldError), writing_lock(tmp_path):
        pytest.fail("two writers at once")


def test_index_that_cannot_be_a_folder_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError, match="file") as caught, writing_lock(tmp_path / "file" / "index"):
        pytest.fail("a file has no folders")
    assert "\n" not in str(caught.value)


# making and finding the current one


def test_sealed_generation_is_whole_and_read_only(generations: Generations) -> None:
    name = make(generations)
    folder = generations.folder(name)
    assert generations.current() == name
    manifest = generations.check(name, FINGERPRINT)
    assert (manifest.generation, manifest.documents, set(manifest.files)) == (name, 2, set(FILES))
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MANIFEST} == FILES
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444}
    assert manifest == generations.manifest(name)


def test_names_count_up_and_are_never_used_again(generations: Generations) -> None:
    assert [make(generations) for _ in range(5)] == [f"g-00000{number}" for number in range(1, 6)]
    generations.drop_old()
    assert generations.names() == ["g-000003", "g-000004", "g-000005"]
    assert generations.next_name() == "g-000006"


def test_names_are_ordered_by_number_and_nothing_else_is_one(generations: Generations) -> None:
    for name in ("g-1000000", "g-999999", "g-000010", "g-1", "x-000001", "g-000002.old", "tmp-7", "lock"):
        (generations.index / name).mkdir()
    assert generations.names() == ["g-000010", "g-999999", "g-1000000"]
    assert generations.next_name() == "g-1000001"


def test_folder_that_is_not_there_has_no_generations(tmp_path: Path) -> None:
    nowhere = Generations(tmp_path / "nowhere")
    assert nowhere.names() == []
    with pytest.raises(NoIndexError, match="mandate-search index"):
        nowhere.current()


def test_making_an_older_one_current_brings_it_back(generations: Generations) -> None:
    first, second = make(generations), make(generations)
    assert generations.current() == second
    generations.activate(first)
    assert generations.current() == first
    assert generations.next_name() == "g-000003"


def test_generation_that_was_not_made_current_is_not(generations: Generations) -> None:
    first = make(generations)
    make(generations, current=False)
    assert generations.current() == first


def test_without_pointer_nothing_is_current(generations: Generations) -> None:
    make(generations, current=False)
    with pytest.raises(NoIndexError, match="mandate-search index"):
        generations.current()


@pytest.mark.parametrize(
    "pointer",
    [
        b"",
        b"g-000001",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"g-000001"',
        b"{}",
        b'{"generation": "g-000001"}',
        b'{"manifest_sha256": "0"}',
        b'{"generation": "g-000001", "manifest_sha256": "0"}',
        b'{"generation": "g-000002", "manifest_sha256": "0"}',
        b'{"generation": "../index", "manifest_sha256": "0"}',
        b'{"generation": "CURRENT", "manifest_sha256": "0"}',
        b'{"generation": "", "manifest_sha256": "0"}',
        b'{"generation": null, "manifest_sha256": null}',
        b'{"generation": "g\\u0000", "manifest_sha256": "0"}',
        b'{"generation": "' + b"g" * 300 + b'", "manifest_sha256": "0"}',
        b"\xff\xfe\x00",
    ],
    ids=lambda pointer: repr(pointer[:60]),
)
def test_pointer_that_says_nothing_is_no_index(generations: Generations, pointer: bytes) -> None:
    make(generations)
    (generations.index / CURRENT).write_bytes(pointer)
    with pytest.raises(NoIndexError, match="mandate-search index"):
        generations.current()


def test_any_flipped_bit_of_the_pointer_is_no_index_or_changes_nothing(generations: Generations) -> None:
    name = make(generations)
    pointer = (generations.index / CURRENT).read_bytes()
    for place in range(len(pointer) * 8):
        flipped = bytearray(pointer)
        flipped[place // 8] ^= 1 << place % 8
        (generations.index / CURRENT).write_bytes(flipped)
        try:
            assert generations.current() == name
        except NoIndexError:
            continue


@given(st.binary())
def test_any_bytes_may_stand_in_the_pointer(tmp_path_factory: pytest.TempPathFactory, pointer: bytes) -> None:
    generations = Generations(tmp_path_factory.getbasetemp())
    (generations.index / CURRENT).write_bytes(pointer)
    with pytest.raises(NoIndexError):
        generations.current()


def test_candidates_are_the_current_one_and_then_the_newest(generations: Generations) -> None:
    first, second, third = make(generations), make(generations), make(generations)
    assert generations.candidates() == ([third, second, first], "")
    generations.activate(second)
    assert generations.candidates() == ([second, third, first], "")
    (generations.index / CURRENT).write_text("x")
    names, fault = generations.candidates()
    assert names == [third, second, first]
    assert "mandate-search index" in fault


def test_without_generations_there_are_no_candidates(generations: Generations) -> None:
    with pytest.raises(NoIndexError):
        generations.candidates()


# what is noticed


@pytest.mark.parametrize("file", [*FILES, MANIFEST])
def test_change_of_one_byte_is_noticed(generations: Generations, file: str) -> None:
    name = make(generations)
    path = generations.folder(name) / file
    content = bytearray(path.read_bytes() or b"\0")
    content[len(content) // 2] ^= 1
    overwrite(path, bytes(content))
    with pytest.raises(NoIndexError, match=file):
        generations.check(generations.current(), FINGERPRINT)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: overwrite(path, path.read_bytes()[:-1]),
        lambda path: overwrite(path, path.read_bytes() + b"\0"),
        lambda path: overwrite(path, b""),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["missing", "cut", "longer", "emptied", "a folder"],
)
def test_damaged_file_is_named(generations: Generations, damage: Callable[[Path], object]) -> None:
    name = make(generations)
    damage(generations.folder(name) / "words")
    with pytest.raises(NoIndexError, match=r"words.*mandate-search index"):
        generations.check(name, FINGERPRINT)


def test_other_fingerprint_is_another_version(generations: Generations) -> None:
    name = make(generations)
    with pytest.raises(IncompatibleIndexError, match=f"{name}.*mandate-search index"):
        generations.check(name, "fedcba9876543210")


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", "null", '"x"', "3", '{"format": 1}', '{"format": 1, "odd": 2}'])
def test_manifest_that_says_nothing_is_no_index(generations: Generations, text: str) -> None:
    name = make(generations)
    overwrite(generations.folder(name) / MANIFEST, text.encode())
    with pytest.raises(NoIndexError, match="mandate-search index"):
        generations.check(name, FINGERPRINT)


def test_manifest_of_another_format_is_another_version(generations: Generations) -> None:
    name = make(generations)
    path = generations.folder(name) / MANIFEST
    overwrite(path, json.dumps(json.loads(path.read_bytes()) | {"format": 2}).encode())
    with pytest.raises(IncompatibleIndexError):
        generations.check(name, FINGERPRINT)


def test_generation_that_is_not_there_is_no_index(generations: Generations) -> None:
    make(generations)
    with pytest.raises(NoIndexError):
        generations.check("g-000002", FINGERPRINT)


@pytest.mark.parametrize("part", [".", "words", MANIFEST])
@pytest.mark.parametrize("mode", [0o020, 0o002], ids=["group", "others"])
def test_generation_that_others_may_write_is_not_read(generations: Generations, part: str, mode: int) -> None:
    name = make(generations)
    path = generations.folder(name) / part
    path.chmod(path.stat().st_mode | mode)
    with pytest.raises(NoIndexError, match=r"others than the owner.*mandate-search index"):
        generations.check(name, FINGERPRINT)


def test_generation_of_another_owner_is_not_read(generations: Generations, monkeypatch: pytest.MonkeyPatch) -> None:
    name = make(generations)
    lstat = Path.lstat

    def of_a_stranger(self: Path) -> os.stat_result:
        found = list(lstat(self))
        found[stat.ST_UID] = 65_533
        return os.stat_result(found)

    monkeypatch.setattr(Path, "lstat", of_a_stranger)
    with pytest.raises(NoIndexError, match="others than the owner"):
        generations.check(name, FINGERPRINT)


def test_build_is_not_begun_where_the_disk_is_nearly_full(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = make(generations)
    size = sum(path.stat().st_size for path in generations.folder(name).iterdir())
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(size, 0, size))
    generations.check_space(name)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(size, 1, size - 1))
    with pytest.raises(StorageError, match=rf"disk nearly full.*kept {name}"):
        generations.check_space(name)


# what goes


def test_three_are_kept(generations: Generations) -> None:
    names = [make(generations) for _ in range(6)]
    assert KEPT == 3
    generations.drop_old()
    assert generations.names() == names[-3:]
    assert generations.check(names[-1], FINGERPRINT).generation == names[-1]


def test_generation_that_someone_reads_is_not_dropped(generations: Generations) -> None:
    names = [make(generations) for _ in range(5)]
    with (generations.folder(names[0]) / MANIFEST).open("rb") as reader:
        fcntl.flock(reader, fcntl.LOCK_SH)
        generations.drop_old()
        assert generations.names() == [names[0], *names[-3:]]
        assert generations.check(names[0], FINGERPRINT).generation == names[0]
    generations.drop_old()
    assert generations.names() == names[-3:]


def test_current_generation_is_not_dropped_however_old(generations: Generations) -> None:
    names = [make(generations) for _ in range(5)]
    generations.activate(names[0])
    generations.drop_old()
    assert generations.names() == [names[0], *names[-3:]]
    assert generations.current() == names[0]


def test_what_earlier_builds_left_behind_is_swept_away(generations: Generations) -> None:
    left = generations.index / "tmp-1"
    (left / "deeper").mkdir(parents=True)
    (left / "file").write_text("half a segment")
    generations.sweep()
    assert list(generations.index.glob("tmp-*")) == []


def test_a_build_begins_in_an_empty_folder_that_goes_with_it(generations: Generations) -> None:
    with generations.building() as folder:
        assert list(folder.iterdir()) == []
    assert list(generations.index.glob("tmp-*")) == []


def test_build_that_fails_leaves_nothing(generations: Generations) -> None:
    name = make(generations)

    def build() -> None:
        with generations.building() as folder:
            (folder / "file").write_text("half a segment")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert list(generations.index.glob("tmp-*")) == []
    assert (generations.names(), generations.current()) == ([name], name)


def test_build_that_is_not_activated_changes_nothing_for_readers(generations: Generations) -> None:
    name = make(generations)
    before = (generations.index / CURRENT).read_bytes()
    make(generations, current=False)
    assert (generations.index / CURRENT).read_bytes() == before
    assert generations.check(generations.current(), FINGERPRINT).generation == name


# what reaches the disk, and in which order


def test_everything_is_synced_before_it_is_named(generations: Generations, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut only what was synced is there: files before the manifest's rename, that before `CURRENT`."""
    events: list[str] = []
    rename, fsync = Path.rename, os.fsync

    def synced(descriptor: int) -> None:
        inode = os.fstat(descriptor).st_ino
        paths = (generations.index, *generations.index.rglob("*"))
        events.append("sync " + next(path.name for path in paths if path.stat().st_ino == inode))
        fsync(descriptor)

    def renamed(self: Path, target: Path) -> Path:
        events.append(f"rename {self.name} {Path(target).name}")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    make(generations)
    folder = f"tmp-{os.getpid()}"
    assert events == [
        *(f"sync {name}" for name in sorted(FILES)),
        "sync manifest.json.part",
        "rename manifest.json.part manifest.json",
        f"sync {folder}",
        f"rename {folder} g-000001",
        "sync index",
        "sync CURRENT.part",
        "rename CURRENT.part CURRENT",
        "sync index",
    ]


def test_failing_sync_seals_nothing(generations: Generations, monkeypatch: pytest.MonkeyPatch) -> None:
    name = make(generations)

    def failing(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StorageError, match="Input/output error"):
        make(generations)
    assert (generations.names(), generations.current()) == ([name], name)
    assert list(generations.index.glob("tmp-*")) == []


def test_error_of_the_disk_is_one_line_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"No space left on device \(.*words\)") as caught, storage_errors(tmp_path):
        raise OSError(28, "No space left on device", str(tmp_path / "words"))
    assert "\n" not in str(caught.value)


def test_manifest_says_size_and_checksum_of_every_file(generations: Generations) -> None:
    name = make(generations)
    facts = generations.manifest(name).files
    assert {file: one["size"] for file, one in facts.items()} == {file: len(data) for file, data in FILES.items()}
    # the digest of nothing, as every table of SHA-256 gives it
    assert facts["empty"]["sha256"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert len({one["sha256"] for one in facts.values()}) == 3


def test_manifest_reads_back_as_it_was(generations: Generations) -> None:
    name = make(generations)
    manifest = generations.manifest(name)
    assert replace(manifest, documents=3) != manifest
    assert json.loads((generations.folder(name) / MANIFEST).read_text("utf-8")) == {"format": 1} | vars(manifest)
