"""An indexer that is killed, or whose disk is full, loses nothing: the old generation or the new one answers, whole.

The command runs in a process of its own, which kills itself with SIGKILL when it touches the index for the n-th time
(opens, renames, links, removes … a file of it): so any point of a run can be met, and is met whenever the tests run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Final, Literal

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.errors import NoIndexError
from search_app.index.engines import fingerprint, open_engine
from search_app.index.generations import CURRENT, LOCK, Generations
from search_app.index.indexer import CorpusFolder, build_index
from search_app.index.query import Filters, Part, Query, Window, Word
from search_app.index.schedule import LAST_RUN
from tests.searching import TODAY
from tests.support import mandate, write_corpus

Kind = Literal["first", "grown", "full"]
RECORDS: Final = 24

# Read by Python when it starts: counts what happens to files of the index and dies at the moment asked for.
HOOK: Final = """
import atexit, os, resource, sys

index, moment, death, limit = (os.environ["TEST_" + name] for name in ("INDEX", "MOMENT", "DEATH", "LIMIT"))
touches = 0

def watch(event, arguments):
    global touches
    if event not in {"open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod"}:
        return
    if not str(arguments[0]).startswith(index):
        return
    touches += 1
    if moment in (str(touches), f"{event} {os.path.basename(arguments[0])}"):
        os.kill(os.getpid(), int(death))

def tell():
    with open(os.environ["TEST_COUNT"], "w") as file:
        file.write(str(touches))

atexit.register(tell)
sys.addaudithook(watch)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
"""


@dataclass
class Site:
    """A corpus and its index in a folder of their own."""

    folder: Path
    tools: Tools
    says: dict[str, str] = field(default_factory=dict)

    @property
    def index(self) -> Path:
        """The index folder."""
        return self.folder / "index"

    def write(self, ids: range, word: str) -> None:
        """Let some records say a word."""
        write_corpus(self.folder / "corpus", [self._record(number, word) for number in ids])
        self.says = self.says | {f"m-{number}": word for number in ids}

    @staticmethod
    def _record(number: int, word: str) -> Mandate:
        return mandate(f"m-{number}", title_en=f"Mandate {number}", en=f"{word} and what all of them say")

    def build(self) -> None:
        """Index in this process."""
        corpus = self.folder / "corpus"
        source = CorpusFolder(folder=corpus, thesaurus=corpus / "thesaurus.yaml", places=corpus / "places.yaml")
        build_index(source, self.index, tools=self.tools, clock=time.monotonic)

    def run(
        self, *, moment: str = "", death: signal.Signals = signal.SIGKILL, limit: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Index in a process of its own.

        moment   when it is killed: the number of a touch, or an event and a file's name; "" = never
        death    the signal that it gets then
        limit    the largest file it may write, in bytes
        """
        hook = self.folder / "hook"
        hook.mkdir(exist_ok=True)
        (hook / "sitecustomize.py").write_text(HOOK)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MANDATE_SEARCH_")}
        environment |= {
            "PYTHONPATH": os.pathsep.join((str(hook), str(Path(__file__).parents[2]))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TEST_INDEX": str(self.index),
            "TEST_MOMENT": moment,
            "TEST_DEATH": str(int(death)),
            "TEST_LIMIT": limit,
            "TEST_COUNT": str(self.folder / "count"),
        }
        command = [sys.executable, "-m", "search_app", "index", "--corpus", "corpus", "--index", str(self.index)]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def answers(self) -> dict[str, str]:
        """What each record says, as the current generation has it; seen to be whole."""
        generations = Generations(self.index)
        name = generations.current()
        manifest = generations.check(name, fingerprint(self.tools.analyzer))
        engine = open_engine(generations.folder(name), name, self.tools.stems)
        try:
            hits = [hit for id_ in engine.ids() if (hit := engine.hit(id_)) is not None]
            says = {hit.mandate.id: hit.mandate.description["en"].split()[0] for hit in hits}
            assert manifest.documents == len(says)
            for word in set(says.values()):
                ranked = engine.rank(Query((Part(Word(word)),)), Filters(), Window(size=RECORDS, today=TODAY)).ranked
                assert {id_ for id_, _ in ranked} == {id_ for id_, said in says.items() if said == word}
        finally:
            engine.close()
        return says

    def left_over(self) -> list[str]:
        """What no finished run leaves in the index folder."""
        known = {CURRENT, LOCK, LAST_RUN, *Generations(self.index).names()}
        return sorted(path.name for path in self.index.iterdir() if path.name not in known)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Site:
    """A corpus that has been indexed several times, so that old generations are to go."""
    site = Site(tmp_path_factory.mktemp("built"), tools)
    for word in ("alpha", "beta", "gamma"):
        site.write(range(RECORDS), word)
        site.build()
    return site


def prepared(built: Site, folder: Path, kind: Kind) -> Site:
    """A site of its own in which the next run has something to do."""
    shutil.copytree(built.folder, folder, dirs_exist_ok=True)
    site = Site(folder, built.tools, dict(built.says))
    if kind == "first":
        shutil.rmtree(site.index)
    site.write(range(1) if kind == "grown" else range(RECORDS), "delta")
    return site


@pytest.fixture
def prepare(built: Site, tmp_path: Path) -> Callable[[Kind], Site]:
    """Makes such a site in the folder of the test."""
    return partial(prepared, built, tmp_path)


@pytest.fixture(scope="module")
def touches(built: Site, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Kind], int]:
    """How often a run of a kind touches its index, from a run that is not killed."""

    @cache
    def count(kind: Kind) -> int:
        site = prepared(built, tmp_path_factory.mktemp(kind), kind)
        assert site.run().returncode == 0
        assert (site.answers(), site.left_over()) == (site.says, [])
        return int((site.folder / "count").read_text())

    return count


def see_that_nothing_is_lost(site: Site, before: dict[str, str]) -> None:
    """The old or the new generation answers; the next run makes the new one and tidies up."""
    try:
        assert site.answers() in (before, site.says)
    except NoIndexError:
        assert not before
    site.build()
    assert (site.answers(), site.left_over()) == (site.says, [])


POINTS: Final = [
    *(("first", part, 4) for part in range(4)),
    *(("grown", part, 8) for part in range(8)),
    *(("full", part, 8) for part in range(8)),
]


@pytest.mark.parametrize(("kind", "part", "parts"), POINTS)
def test_run_killed_at_any_point_loses_nothing(
    prepare: Callable[[Kind], Site], touches: Callable[[Kind], int], kind: Kind, part: int, parts: int
) -> None:
    site = prepare(kind)
    before = {} if kind == "first" else site.answers()
    moment = 1 + touches(kind) * (2 * part + 1) // (2 * parts)
    assert site.run(moment=str(moment)).returncode == -signal.SIGKILL
    see_that_nothing_is_lost(site, before)


@pytest.mark.parametrize("kind", ["first", "grown"])
@pytest.mark.parametrize("moment", ["os.rename manifest.json.part", "os.chmod manifest.json", "os.rename CURRENT.part"])
def test_run_killed_before_the_new_generation_is_current_leaves_the_old_one(
    prepare: Callable[[Kind], Site], kind: Kind, moment: str
) -> None:
    site = prepare(kind)
    before = {} if kind == "first" else site.answers()
    assert site.run(moment=moment).returncode == -signal.SIGKILL
    if kind == "first":
        with pytest.raises(NoIndexError):
            site.answers()
    else:
        assert site.answers() == before
    see_that_nothing_is_lost(site, before)


def test_run_killed_while_it_drops_an_old_generation_has_made_the_new_one(prepare: Callable[[Kind], Site]) -> None:
    site = prepare("full")
    assert site.run(moment="os.rmdir g-000001").returncode == -signal.SIGKILL
    assert site.answers() == site.says
    site.write(range(RECORDS), "epsilon")
    site.build()
    assert (site.answers(), site.left_over()) == (site.says, [])
    assert len(Generations(site.index).names()) == 3


@pytest.mark.parametrize("limit", ["100", "1500", "4000"])
def test_full_disk_keeps_the_old_generation_and_says_so_in_one_line(
    prepare: Callable[[Kind], Site], limit: str
) -> None:
    """A limit on the size of files stands for the disk: the system refuses to write on in the same way."""
    site = prepare("full")
    before = site.answers()
    result = site.run(limit=limit)
    assert (result.returncode, result.stdout) == (6, "")
    assert len(result.stderr.splitlines()) == 1
    assert (site.answers(), site.left_over()) == (before, [])
    see_that_nothing_is_lost(site, before)


@pytest.fixture
def heeding_interrupts() -> Iterator[None]:
    """Whoever started the tests may ignore SIGINT (a job in the background does), and programs inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding_interrupts")
@pytest.mark.parametrize("death", [signal.SIGTERM, signal.SIGINT])
def test_run_that_is_asked_to_stop_tidies_up_and_says_so(
    prepare: Callable[[Kind], Site], death: signal.Signals
) -> None:
    site = prepare("full")
    before = site.answers()
    result = site.run(moment="open lexicon.npz", death=death)
    assert (result.returncode, result.stdout) == (128 + death, "")
    assert len(result.stderr.strip().splitlines()) == 1  # an empty line may part it from the ^C of a terminal
    assert (site.answers(), site.left_over()) == (before, [])
    see_that_nothing_is_lost(site, before)
