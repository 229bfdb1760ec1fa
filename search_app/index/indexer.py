"""Build a new generation from the corpus and make it current.

Promise: until `CURRENT` is renamed nothing that a reader sees has changed; a record that cannot be read is skipped and
told, never guessed; a corpus that is missing or empty replaces nothing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from search_app.analysis.stems import Stems
from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate, as_dict
from search_app.corpus.names import Names
from search_app.corpus.names_files import PLACES, THESAURUS, read_names
from search_app.corpus.store import read_corpus
from search_app.errors import FileFaultsError, GuardError, NoIndexError
from search_app.index.document import Document, make_document
from search_app.index.engines import ENGINE, fingerprint, make_builder, open_engine
from search_app.index.generations import Generations, Manifest, describe_files, storage_errors, writing_lock

Progress = Callable[[Iterable[Mandate]], Iterable[Mandate]]


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What a run did.

    generation   the current one after the run
    changed      False: nothing in the corpus had changed, no generation was made
    skipped      what was wrong with each record that was left out
    seconds      of wall time
    """

    generation: str
    documents: int
    changed: bool
    skipped: tuple[FileFaultsError, ...]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class CorpusFolder:
    """Where the records lie, and the two tables of names (of the corpus, or the shipped ones)."""

    folder: Path
    thesaurus: Path
    places: Path


def build_index(
    corpus: CorpusFolder,
    index: Path,
    *,
    tools: Tools,
    clock: Callable[[], float],
    progress: Progress = lambda mandates: mandates,
    full: bool = False,
) -> IndexReport:
    """Index a corpus.

    progress   wraps the records as they are indexed, to show how far it is
    full       build even where nothing has changed
    raises     LockHeldError, GuardError, StorageError; FileFaultsError for the tables of names
    """
    started = clock()
    with writing_lock(index):
        generations = Generations(index)
        names = read_names(corpus.thesaurus, corpus.places)
        mandates, skipped = _read(corpus.folder)
        digest = _corpus_digest(mandates, corpus)
        current = _usable(generations, fingerprint(tools.analyzer))
        if current and current.corpus_digest == digest and not full:
            return _report(current.generation, len(mandates), skipped, clock() - started, changed=False)
        name = generations.next_name()
        documents = (make_document(mandate, tools.analyzer, names) for mandate in progress(mandates))
        with generations.building() as folder:
            count = _build(folder, documents, tools.stems)
            _copy_tables(corpus, folder)
            manifest = Manifest(
                generation=name,
                documents=count,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                fingerprint=fingerprint(tools.analyzer),
                engine=ENGINE,
                corpus_digest=digest,
                files=describe_files(folder),
            )
            _verify(folder, name, {mandate.id for mandate in mandates}, tools)
            generations.seal(folder, manifest)
        generations.activate(name)
        generations.drop_old()
    return _report(name, count, skipped, clock() - started, changed=True)


def _report(
    generation: str, documents: int, skipped: list[FileFaultsError], seconds: float, *, changed: bool
) -> IndexReport:
    return IndexReport(
        generation=generation, documents=documents, changed=changed, skipped=tuple(skipped), seconds=seconds
    )


def _read(folder: Path) -> tuple[list[Mandate], list[FileFaultsError]]:
    """All records that can be read, and what is wrong with the others."""
    if not folder.is_dir():
        raise GuardError(f"{folder}: no such folder; the index was left as it is")
    mandates: list[Mandate] = []
    skipped: list[FileFaultsError] = []
    for one in read_corpus(folder):
        if isinstance(one, Mandate):
            mandates.append(one)
        else:
            skipped.append(one)
    if not mandates:
        raise GuardError(f"{folder}: holds no record that can be read; the index was left as it is")
    return mandates, skipped


def _corpus_digest(mandates: Iterable[Mandate], corpus: CorpusFolder) -> str:
    """A hash of everything that is indexed."""
    digest = hashlib.sha256()
    for path in (corpus.thesaurus, corpus.places):
        digest.update(path.read_bytes())
    for mandate in mandates:
        digest.update(json.dumps(as_dict(mandate), ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _usable(generations: Generations, wanted: str) -> Manifest | None:
    """The manifest of the current generation, if it is whole and of this version."""
    try:
        return generations.check(generations.current(), wanted)
    except NoIndexError:
        return None


def _build(folder: Path, documents: Iterator[Document], stems: Stems) -> int:
    builder = make_builder(folder, stems)
    try:
        with storage_errors(folder):
            for document in documents:
                builder.add(document)
            return builder.commit()
    except BaseException:
        builder.discard()
        raise


def _copy_tables(corpus: CorpusFolder, folder: Path) -> None:
    """A generation answers from itself alone, so it holds the tables of names it was built with."""
    with storage_errors(folder):
        shutil.copyfile(corpus.thesaurus, folder / THESAURUS)
        shutil.copyfile(corpus.places, folder / PLACES)


# One document in this many is looked up by its id before a generation goes live.
_SAMPLE: Final = 97


def _verify(folder: Path, name: str, wanted: set[str], tools: Tools) -> None:
    """Open what was built and see that every document is there."""
    engine = open_engine(folder, name, tools.stems)
    try:
        found = set(engine.ids())
        missing = sorted(wanted - found)
        if missing or len(found) != len(wanted):
            raise GuardError(f"{name}: {len(missing)} of {len(wanted)} documents are missing; the old index stays")
        for mandate_id in sorted(wanted)[::_SAMPLE]:
            hit = engine.hit(mandate_id)
            if hit is None or hit.mandate.id != mandate_id:
                raise GuardError(f"{name}: {mandate_id} cannot be read back; the old index stays")
    finally:
        engine.close()


def generation_names(folder: Path) -> Names:
    """The names that a generation was built with."""
    return read_names(folder / THESAURUS, folder / PLACES)
