"""Build a new generation from the corpus and make it current.

Only what has changed is indexed anew: unchanged segments are linked into the new generation, one segment is added, and
small ones are put together with it when there are many. A full build comes where there is nothing to build on, where
the code has changed, or where too much is dead.

Promise: until `CURRENT` is renamed nothing that a reader sees has changed; a record that cannot be read is left out and
told, never guessed; a corpus that is missing, empty or suspiciously small replaces nothing.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from search_app.analysis.tools import Tools
from search_app.corpus.files import read_regular
from search_app.corpus.names import Names
from search_app.corpus.names_files import NAMES, decode_names, encode_names, read_names
from search_app.corpus.store import read_record
from search_app.corpus.yaml_reader import TABLE_LIMITS
from search_app.errors import Fault, FileFaultsError, GuardError, NoIndexError
from search_app.index.concepts import ConceptFinder
from search_app.index.document import Document, make_document
from search_app.index.engine import Builder
from search_app.index.engines import engine_name, fingerprint, make_builder, open_engine, settle
from search_app.index.generations import Generations, Manifest, storage_errors, writing_lock
from search_app.index.gone import find_moved, find_withdrawn
from search_app.index.opensearch_engine.cluster import ClusterAddress
from search_app.index.sources import SourceFile, Sources, scan

MOST_DEAD: Final = 0.10
# A corpus that lost more than this share of its records is not believed.
LEAST_LEFT: Final = 0.80
MOST_SKIPPED: Final = 10
MOST_SKIPPED_SHARE: Final = 0.01
# One document in this many is looked up by its id before a generation goes live.
_SAMPLE: Final = 97

Progress = Callable[[Sequence[SourceFile]], Iterable[SourceFile]]


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What a run did.

    generation   the current one after the run
    changed      False: nothing in the corpus had changed, no generation was made
    indexed      documents that were analysed and written anew
    skipped      what was wrong with each record that was left out
    seconds      of wall time
    """

    generation: str
    documents: int
    changed: bool
    indexed: int
    skipped: tuple[FileFaultsError, ...]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class CorpusFolder:
    """Where the records lie, and the two tables of names (of the corpus, or the shipped ones)."""

    folder: Path
    thesaurus: Path
    places: Path


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What whoever starts a run may ask for.

    full          build from nothing, even where nothing has changed
    allow_shrink  believe a corpus that has become much smaller, has many faulty files or lies on another device
    """

    full: bool = False
    allow_shrink: bool = False


@dataclass(frozen=True)
class _Base:
    """The current generation, as far as a new one may build on it."""

    manifest: Manifest
    folder: Path
    sources: Sources


def build_index(
    corpus: CorpusFolder,
    index: Path,
    *,
    tools: Tools,
    clock: Callable[[], float],
    progress: Progress = lambda files: files,
    choices: Choices = Choices(),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    cluster: ClusterAddress | None = None,
) -> IndexReport:
    """Index a corpus.

    progress   wraps the files as they are read, to show how far it is
    cluster    where the index is to be; None = in the folder
    raises     LockHeldError, GuardError, StorageError; FileFaultsError for the tables of names
    """
    started = clock()
    with writing_lock(index), _collector_paused():
        run = _Run(corpus, Generations(index), tools, progress, choices, now, cluster)
        return replace(run.run(), seconds=clock() - started)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Leave the garbage collector out: what a run makes holds no cycles, and looking takes a tenth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Run:
    """One run, under the lock."""

    def __init__(
        self,
        corpus: CorpusFolder,
        generations: Generations,
        tools: Tools,
        progress: Progress,
        choices: Choices,
        now: Callable[[], datetime],
        cluster: ClusterAddress | None,
    ) -> None:
        self._corpus = corpus
        self._generations = generations
        self._tools = tools
        self._progress = progress
        self._choices = choices
        self._now = now
        self._cluster = cluster
        self._fingerprint = fingerprint(tools.analyzer, cluster)
        self._documents: dict[str, str] = {}
        self._faults: dict[str, tuple[Fault, ...]] = {}
        self._former: dict[str, tuple[str, ...]] = {}
        self._indexed = 0

    def run(self) -> IndexReport:
        self._generations.sweep()
        self._settle()
        base = self._base()
        tables = self._tables()
        same_names = base is not None and base.manifest.tables == _digest(tables)
        if base and same_names:
            names = generation_names(base.folder)
        else:
            names = read_names(self._corpus.thesaurus, self._corpus.places)
        sources = self._scan(base)
        gone, self._faults = find_withdrawn(self._corpus.folder)
        digest = sources.digest(*tables, gone.as_bytes())
        if base and base.manifest.corpus_digest == digest and not self._choices.full:
            seen = replace(base.sources, faults={**base.sources.faults, **self._faults})
            return self._report(base.manifest, seen, changed=False)
        if base:
            self._generations.check_space(base.manifest.generation)
        with self._generations.building() as folder:
            builder, base = self._fill(folder, sources, names, base=base, same_names=same_names)
            moment, before = self._moment(), base.sources if base else self._sources_before()
            sources = self._finish_sources(sources).dated(before, moment)
            self._guard(base, len(self._documents))
            manifest = Manifest(
                generation=self._generations.next_name(),
                documents=len(self._documents),
                created=moment,
                fingerprint=self._fingerprint,
                engine=engine_name(self._cluster),
                corpus_digest=digest,
                tables=_digest(tables),
                device=self._corpus.folder.stat().st_dev,
                segments=builder.segments,
                dead=builder.dead,
                files={},
            )
            gone = replace(gone, moved=find_moved(sources.files.values()))
            with storage_errors(folder):
                # A generation answers from itself alone, so it holds the names it was built with.
                if base and same_names:
                    (folder / NAMES).hardlink_to(base.folder / NAMES)
                else:
                    (folder / NAMES).write_bytes(encode_names(names))
                sources.write(folder)
                gone.write(folder)
            self._complete(folder, manifest, sources, base)
        self._generations.activate(manifest.generation)
        self._generations.drop_old()
        self._settle()
        return self._report(manifest, sources, changed=True)

    def _base(self) -> _Base | None:
        """The current generation, if it is whole and of this version."""
        try:
            manifest = self._generations.check(self._generations.current(), self._fingerprint)
            folder = self._generations.folder(manifest.generation)
            if self._cluster is not None:  # what lies outside the folder may be gone
                open_engine(folder, manifest.generation, self._tools.stems, cluster=self._cluster).close()
            return _Base(manifest, folder, Sources.read(folder))
        except NoIndexError:
            return None

    def _tables(self) -> list[bytes]:
        """The bytes of thesaurus and places, read before the names are: a change between is seen by the next run."""
        paths = (self._corpus.thesaurus, self._corpus.places)
        try:
            return [read_regular(path, limit=TABLE_LIMITS.size) for path in paths]
        except FileFaultsError:
            read_names(*paths)  # tells the faults of both
            raise

    def _settle(self) -> None:
        """Make what lies outside the folder agree with it: now, and again after whatever ended an earlier run."""
        try:
            current: str | None = self._generations.current()
        except NoIndexError:
            current = None
        settle(self._generations.index, self._generations.names(), current, self._cluster)

    def _sources_before(self) -> Sources:
        """What the current generation was made of, also where another version of the product built it."""
        try:
            return Sources.read(self._generations.folder(self._generations.current()))
        except (NoIndexError, OSError, ValueError, LookupError, TypeError):
            return Sources()

    def _moment(self) -> str:
        """The time of the new generation, UTC, ISO 8601: never before that of the current one, whatever the clock."""
        now = self._now().astimezone(UTC).isoformat(timespec="seconds")
        try:
            return max(now, self._generations.manifest(self._generations.current()).created)
        except NoIndexError:
            return now

    def _scan(self, base: _Base | None) -> Sources:
        folder = self._corpus.folder
        if not folder.is_dir():
            raise GuardError(f"{folder}: no such folder; the index was left as it is")
        if base and base.manifest.device != folder.stat().st_dev and not self._choices.allow_shrink:
            raise GuardError(f"{folder}: lies on another device than last time; --allow-shrink if that is right")
        before = base.sources if base else Sources()
        sources = scan(folder, before, now_ns=int(self._now().timestamp() * 1e9))
        if not sources.files:
            raise GuardError(f"{folder}: holds no records; the index was left as it is")
        return sources

    def _fill(
        self, folder: Path, sources: Sources, names: Names, *, base: _Base | None, same_names: bool
    ) -> tuple[Builder, _Base | None]:
        """Write the documents: what has changed onto the base, or everything where that is not worth while."""
        if base and not same_names:
            changed = self._changed_by_names(sources, names)
        else:
            changed = [one for one in sources.files.values() if not one.document]
        changed += [one for path, one in sources.files.items() if path in sources.doubles and one not in changed]
        gone = [one for path, one in base.sources.files.items() if path not in sources.files] if base else []
        grow = base is not None and not self._choices.full and self._worth_growing(base, changed, gone)
        with storage_errors(folder):
            builder = make_builder(
                folder,
                self._tools.stems,
                base=base.folder if base and grow else None,
                cluster=self._cluster,
                generation=self._generations.next_name(),
            )
            try:
                if base and grow:
                    self._grow(builder, base, sources, names, changed=changed, gone=gone)
                else:
                    self._build_all(builder, sources, names)
                builder.commit()
            except BaseException:
                builder.discard()
                raise
        return builder, base

    def _changed_by_names(self, sources: Sources, names: Names) -> list[SourceFile]:
        """The files whose documents other names change: few, though every document must be looked at."""
        made = self._made(list(sources.files.values()), sources, names)
        return [one for one, document in made if document is None or document.digest != one.document]

    @staticmethod
    def _worth_growing(base: _Base, changed: Sequence[SourceFile], gone: Sequence[SourceFile]) -> bool:
        replaced = [one for one in changed if one.path in base.sources.files]
        dead = base.manifest.dead + len(replaced) + len(gone)
        total = base.manifest.dead + base.manifest.documents
        return dead <= MOST_DEAD * total

    def _build_all(self, builder: Builder, sources: Sources, names: Names) -> None:
        for one, document in self._made(list(sources.files.values()), sources, names):
            if document is not None:
                self._add(builder, one, document)

    def _grow(
        self,
        builder: Builder,
        base: _Base,
        sources: Sources,
        names: Names,
        *,
        changed: Sequence[SourceFile],
        gone: Sequence[SourceFile],
    ) -> None:
        """Put what has changed on top of the base."""
        self._documents = {one.path: one.document for one in sources.files.values() if one.document}
        indexed = {path: one.document for path, one in base.sources.files.items() if one.document}
        repeated = [one for one in changed if one.path in sources.doubles]
        # what goes, goes first: a file that takes over an id may stand before the one that had it
        for one in (*gone, *repeated):
            if indexed.pop(one.path, ""):
                builder.remove(one.id)
        scattered = builder.scattered()
        others = set(indexed).difference(one.path for one in changed)
        moved = [one for one in sources.files.values() if one.id in scattered and one.path in others]
        for one, document in self._made([*changed, *moved], sources, names):
            known = indexed.get(one.path, "")
            if document is not None and document.digest == known and one.id not in scattered:
                self._documents[one.path] = known
                continue
            self._documents.pop(one.path, None)
            if known:
                builder.remove(one.id)
            if document is not None:
                self._add(builder, one, document)

    def _add(self, builder: Builder, one: SourceFile, document: Document) -> None:
        builder.add(document)
        self._documents[one.path] = document.digest
        self._indexed += 1

    def _made(
        self, files: Sequence[SourceFile], sources: Sources, names: Names
    ) -> Iterator[tuple[SourceFile, Document | None]]:
        """The documents of files; None where a file cannot be used, with its faults kept."""
        finder = ConceptFinder(names, self._tools.analyzer, self._tools.stems)
        for one in self._progress(files):
            path = self._corpus.folder / one.path
            try:
                if other := sources.doubles.get(one.path):
                    message = f'id "{one.id}" is that of {self._corpus.folder / other} too; give one another id'
                    raise FileFaultsError([Fault(path, 0, 0, message)])
                mandate = read_record(path)
                self._former[one.path] = mandate.former_ids
                yield one, make_document(mandate, self._tools.analyzer, names, finder=finder)
            except FileFaultsError as error:
                self._faults[one.path] = error.faults
                yield one, None

    def _finish_sources(self, sources: Sources) -> Sources:
        files = dict(sources.files)
        for path, one in files.items():
            document, former = self._documents.get(path, ""), self._former.get(path, one.former_ids)
            if (document, former) != (one.document, one.former_ids):
                files[path] = one._replace(document=document, former_ids=former)
        return Sources(sources.scanned_ns, files, self._faults)

    def _guard(self, base: _Base | None, documents: int) -> None:
        """Refuse a generation that looks wrong."""
        kept = f"kept {base.manifest.generation}" if base else "no index was made"
        if not documents:
            raise GuardError(f"{self._corpus.folder}: no record can be read; {kept}")
        if self._choices.allow_shrink:
            return
        if base and documents < LEAST_LEFT * base.manifest.documents:
            raise GuardError(
                f"shrink guard: {documents} documents, the live index has {base.manifest.documents}; {kept} "
                "(--allow-shrink to force)"
            )
        if base and len(self._faults) > max(MOST_SKIPPED, MOST_SKIPPED_SHARE * documents):
            raise GuardError(
                f"{len(self._faults)} files cannot be read, the first: {next(iter(self._faults.values()))[0]}; {kept} "
                "(--allow-shrink to force)"
            )

    def _complete(self, folder: Path, manifest: Manifest, sources: Sources, base: _Base | None) -> None:
        """See that a generation answers, and seal it."""
        with storage_errors(folder):
            self._verify(folder, manifest.generation, {one.id for one in sources.files.values() if one.document})
            files = self._generations.describe(folder, base.manifest if base else None)
            self._generations.seal(folder, replace(manifest, files=files))

    def _verify(self, folder: Path, generation: str, wanted: set[str]) -> None:
        """Open what was built and see that every document is there."""
        engine = open_engine(folder, generation, self._tools.stems, cluster=self._cluster)
        try:
            found = set(engine.ids())
            if found != wanted:
                odd = sorted(found ^ wanted)[0]
                raise GuardError(f"{generation}: holds {len(found)} of {len(wanted)} documents, see {odd}; not used")
            for mandate_id in sorted(wanted)[::_SAMPLE]:
                hit = engine.hit(mandate_id)
                if hit is None or hit.mandate.id != mandate_id:
                    raise GuardError(f"{generation}: {mandate_id} cannot be read back; not used")
        finally:
            engine.close()

    def _report(self, manifest: Manifest, sources: Sources, *, changed: bool) -> IndexReport:
        return IndexReport(
            generation=manifest.generation,
            documents=manifest.documents,
            changed=changed,
            indexed=self._indexed,
            skipped=sources.errors(),
            seconds=0.0,
        )


def _digest(tables: Sequence[bytes]) -> str:
    return hashlib.sha256(b"\0".join(hashlib.sha256(table).digest() for table in tables)).hexdigest()


def generation_names(folder: Path) -> Names:
    """The names that a generation was built with."""
    return decode_names((folder / NAMES).read_bytes())
