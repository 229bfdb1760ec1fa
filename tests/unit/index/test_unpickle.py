"""No file of an index can run code: what is planted where Whoosh unpickles is refused and does nothing."""

from __future__ import annotations

import gc
import io
import pickle
import re
import struct
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from whoosh import columns, formats, index
from whoosh.codec import whoosh3
from whoosh.filedb import structfile
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search_app.analysis.tools import Tools
from search_app.errors import StorageError
from search_app.index.document import make_document
from search_app.index.engines import make_builder, open_engine
from search_app.index.query import Exact, Filters, Part, Query, Word
from search_app.index.whoosh_engine import block_writer, blocks, unpickle
from search_app.index.whoosh_engine import builder as builder_module
from search_app.index.whoosh_engine import engine as engine_module
from search_app.index.whoosh_engine.schema import schema
from tests.contract.asking import window
from tests.support import WORLD, mandate

pytestmark = pytest.mark.engine

# Makes the folder `ran` in the working directory when a careless reader meets it: os.mkdir("ran").
PLANTED = b"cos\nmkdir\n(Vran\ntR."


@pytest.fixture
def folder(tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A generation of a few documents; the working directory is the folder above it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "generation"
    build(folder, tools)
    return folder


def build(folder: Path, tools: Tools) -> None:
    """Build a small generation."""
    folder.mkdir()
    builder = make_builder(folder, tools.stems)
    for number in range(5):
        one = mandate(f"m-{number}", title_en="police reform", fr=f"réforme numéro{number} " * 3)
        builder.add(make_document(one, tools.analyzer, WORLD))
    builder.commit()


def use(folder: Path, tools: Tools) -> list[str]:
    """Open a generation and read of it whatever can be read; returns what went wrong, causes too."""
    with warnings.catch_warnings():
        # Whoosh leaves its files open where it fails: let them go here, where it is no surprise
        warnings.simplefilter("ignore", ResourceWarning)
        told = [
            f"{one!r}"
            for error in _errors_of_use(folder, tools)
            for one in (error, error.__cause__, error.__context__)
            if one is not None
        ]
        gc.collect()
    return told


def _errors_of_use(folder: Path, tools: Tools) -> Iterator[Exception]:
    try:
        engine = open_engine(folder, folder.name, tools.stems)
    except Exception as error:  # any kind, as each release reports it differently
        yield error
        return
    for clause in (Word("police"), Word("numero3"), Exact(("police", "reform"))):
        try:
            engine.search(Query((Part(clause),)), Filters(), window())
        except Exception as error:
            yield error
    for id_ in engine.ids():
        try:
            engine.hit(id_)
        except Exception as error:
            yield error
    engine.close()


def put(path: Path, place: int) -> None:
    """Plant the pickle at a place of a file."""
    content = bytearray(path.read_bytes())
    content[place : place + len(PLANTED)] = PLANTED
    path.write_bytes(content)


def the(folder: Path, pattern: str) -> Path:
    """The one file of this form."""
    (found,) = folder.glob(pattern)
    return found


def plant_in_segment_list(folder: Path) -> None:
    toc = the(folder, "*.toc")
    put(toc, toc.read_bytes().rindex(bytes((0x80, pickle.HIGHEST_PROTOCOL))))


def plant_in_directory_of_segment(folder: Path) -> None:
    segment = the(folder, "*.seg")
    (place,) = struct.unpack(">q", segment.read_bytes()[:8])
    put(segment, place)


def plant_in_term_table(folder: Path) -> None:
    segment = the(folder, "*.seg")
    content = segment.read_bytes()
    put(segment, content.rindex(b"\x80", 0, content.index(b"fieldmap")))


def plant_in_posting_blocks(folder: Path) -> None:
    segment = the(folder, "*.seg")
    places = [match.end() for match in re.finditer(rb"W3Bl.{4}(?=\x80)", segment.read_bytes(), re.DOTALL)]
    assert len(places) > 5
    for place in places:
        put(segment, place)


PLACES: dict[str, Callable[[Path], None]] = {
    "segment list": plant_in_segment_list,
    "directory of the segment": plant_in_directory_of_segment,
    "term table": plant_in_term_table,
    "posting blocks": plant_in_posting_blocks,
}


@pytest.fixture(params=[*PLACES, "postings"])
def planted(request: pytest.FixtureRequest, folder: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A generation with the pickle in one place."""
    if request.param in PLACES:
        PLACES[request.param](folder)
        return folder
    # these are packed, so they are written so from the start
    usual = block_writer.dumps

    def planting(value: object, protocol: int) -> bytes:
        header = isinstance(value, tuple) and len(value) != 3
        return bytes(usual(value, protocol)) if header else PLANTED

    with monkeypatch.context() as patched:
        patched.setattr(block_writer, "dumps", planting)
        build(folder.with_name("other"), tools)
    return folder.with_name("other")


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoosh as it comes, and our own reader of blocks as if it trusted them."""
    monkeypatch.setattr(blocks, "IndexUnpickler", pickle.Unpickler)
    monkeypatch.setattr(blocks, "loads", pickle.loads)
    for module in (engine_module, builder_module):
        monkeypatch.setattr(module, "guard", lambda: None)
    for module in (whoosh3, columns, formats):
        monkeypatch.setattr(module, "loads", pickle.loads)
    for name in ("load", "load_pickle"):
        if hasattr(structfile, name):
            monkeypatch.setattr(structfile, name, pickle.load)
    monkeypatch.setattr(index, "pickle", pickle)


def test_planted_pickle_does_not_run(planted: Path, tools: Tools) -> None:
    told = use(planted, tools)
    assert not Path("ran").exists()
    assert "an index may not ask for os.mkdir" in " ".join(told)


@pytest.mark.usefixtures("unguarded")
def test_the_same_pickle_runs_where_nothing_guards(planted: Path, tools: Tools) -> None:
    """Or else the plants would prove nothing."""
    assert use(planted, tools)
    assert Path("ran").is_dir()


def test_nothing_lies_in_the_column_that_is_one_pickle_a_document(folder: Path, tools: Tools) -> None:
    """Records lie in a file of ours, as they are."""
    with closing(FileIndex(FileStorage(str(folder), supports_mmap=False), schema=schema()).reader()) as reader:
        assert [reader.stored_fields(number) for number in range(5)] == [{}] * 5


def test_schema_of_an_index_is_never_read(folder: Path, tools: Tools) -> None:
    toc = the(folder, "*.toc")
    put(toc, toc.read_bytes().index(b"\x80"))
    assert use(folder, tools) == []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        with pytest.raises(pickle.UnpicklingError, match=r"may not ask for os\.mkdir"):
            FileIndex(FileStorage(str(folder), supports_mmap=False), indexname="MAIN")
        gc.collect()
    assert not Path("ran").exists()


def test_sound_index_has_nothing_to_refuse(folder: Path, tools: Tools) -> None:
    assert use(folder, tools) == []


@pytest.mark.parametrize(
    "data",
    [
        PLANTED,
        b"cposix\nsystem\n(Vtouch ran\ntR.",
        b"c__builtin__\neval\n(V1\ntR.",
        b"cbuiltins\nexec\n(V1\ntR.",
        b"ccollections\nOrderedDict\n.",
        b"cwhoosh.codec.whoosh3\nW3Segment.__init__\n.",
        pickle.dumps(Path("x")),
        pickle.dumps(suppress, protocol=4),
    ],
)
def test_unknown_names_are_refused(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for read in (unpickle.loads, lambda data: unpickle.load(io.BytesIO(data))):
        with pytest.raises(pickle.UnpicklingError, match="an index may not ask for"):
            read(data)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_an_index_is_made_of_is_read(protocol: int) -> None:
    values: list[object] = [(1, 2, 3), b"\x00\xff", "Mali", None, True, 1.5, {"x": [0, 1]}]
    if protocol > 2:  # before that, protocols call the type of numbers by names of Python 2
        values.append(defaultdict(int, {"x": 2}))
    assert unpickle.loads(pickle.dumps(values, protocol)) == values
    assert unpickle.load(io.BytesIO(pickle.dumps(values, protocol))) == values


def test_bytes_are_decoded_in_one_way_only() -> None:
    """Protocol 2 writes bytes as a call of `_codecs.encode`, which could do much else."""
    with pytest.raises(pickle.UnpicklingError, match="encoding"):
        unpickle.loads(b"c_codecs\nencode\n(Vx\nVrot13\ntR.")


ENTRY_POINTS = [
    (structfile, "load" if hasattr(structfile, "load") else "load_pickle"),
    (whoosh3, "loads"),
    (columns, "loads"),
    (formats, "loads"),
    (index, "pickle"),
]


@pytest.mark.parametrize(("module", "name"), ENTRY_POINTS, ids=lambda value: str(getattr(value, "__name__", value)))
def test_release_of_whoosh_without_an_entry_point_is_not_used(
    module: object, name: str, tools: Tools, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(module, name)
    with pytest.raises(StorageError, match=r"install the release"):
        unpickle.guard()
    with pytest.raises(StorageError):
        open_engine(folder, folder.name, tools.stems)
    with pytest.raises(StorageError):
        make_builder(folder.with_name("new"), tools.stems)
    assert not folder.with_name("new").exists()


def test_guard_may_be_put_up_again_and_again() -> None:
    unpickle.guard()
    guarded = [getattr(module, name) for module, name in ENTRY_POINTS]
    unpickle.guard()
    assert [getattr(module, name) for module, name in ENTRY_POINTS] == guarded


# Modules of Whoosh that can unpickle and are never used to read an index, and why.
HARMLESS = {
    "whoosh.codec.plaintext": "another codec: a segment of ours cannot name it",
    "whoosh.codec.whoosh2": "another codec: a segment of ours cannot name it",
    "whoosh.compat": "where other modules take their functions from",
    "whoosh.externalsort": "the writer's own temporary files",
    "whoosh.legacy": "schemas of old versions, read only where none is given",
    "whoosh.filedb.fileindex": "an older form of index",
    "whoosh.filedb.misc": "helpers of older forms",
    "whoosh.filedb.pools": "the writer's own temporary files",
    "whoosh.multiproc": "writing in several processes, which we do not",
    "whoosh.util.loading": "schemas of old versions, read only where none is given",
}
CAN_UNPICKLE = (pickle, pickle.load, pickle.loads, pickle.Unpickler, pickle._Unpickler)


def test_no_other_module_of_whoosh_can_unpickle() -> None:
    """Fails when a new release reads pickles in a new place."""
    unpickle.guard()
    found = {
        name
        for name, module in list(sys.modules.items())
        if name.split(".")[0] == "whoosh"
        for value in vars(module).values()
        if any(value is one for one in CAN_UNPICKLE)
        or (isinstance(value, type) and issubclass(value, pickle.Unpickler))
    }
    assert found <= set(HARMLESS)
