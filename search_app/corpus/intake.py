"""One import run: files → importers → merged mandates → the corpus.

Identity and merging decide what is new (`identity`, `merge`); ids are given once and never move. A record whose
digest is not the one its import wrote is a person's: it gains sources and nothing else, unless the run overwrites.
Promise: the order of the files changes nothing; running twice changes nothing; a refused file never stops the others; a
record that was withdrawn stays withdrawn. Knows nothing of formats or of the index.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.drafts import to_imported, to_record
from search_app.corpus.files import read_regular, write_atomic
from search_app.corpus.identity import IdMaker, digest, place_ids, requester_ids
from search_app.corpus.importers.base import (
    FILE_WARNINGS,
    FileWarning,
    Finding,
    ImportedMandate,
    Importer,
    InputFile,
    Page,
    Rejection,
    Skipped,
    in_order,
)
from search_app.corpus.known import KnownRecords
from search_app.corpus.mandate import Imported, Mandate, Source
from search_app.corpus.merge import group, merge, unite_sources
from search_app.corpus.names import Names
from search_app.corpus.report import Fate, FileReport, ImportedFile, IntakeReport
from search_app.corpus.schema import ID
from search_app.corpus.store import StoredRecord, encode_record, encode_sources, record_path
from search_app.errors import FileFaultsError

# Is told how much of a file has been read, 0 to 1.
Watch = Callable[[float], None]

LARGEST_INPUT: Final = 50 << 20  # bytes
_HEAD: Final = 64 << 10  # bytes by which a format is recognised


def read_input(
    path: Path, importers: Sequence[Importer], names: Names, *, watch: Watch = lambda share: None
) -> ImportedFile:
    """Read one file with the importer of its format; whatever is wrong with it is told in `rejections`."""
    try:
        data = read_regular(path, limit=LARGEST_INPUT)
    except FileFaultsError as error:
        return ImportedFile(name=path.name, path=path, rejections=(Rejection("unreadable", error.faults[0].message),))
    return replace(parse_input(InputFile(path.name, data), importers, names, watch=watch), path=path)


def parse_input(
    file: InputFile, importers: Sequence[Importer], names: Names, *, watch: Watch = lambda share: None
) -> ImportedFile:
    """Parse bytes with the importer of their format, and merge what stands there more than once."""
    importer = next((one for one in importers if one.recognises(file.data[:_HEAD])), None)
    if importer is None:
        reason = "neither text nor any other format that is known; export it as text or CSV"
        return ImportedFile(name=file.name, rejections=(Rejection("format-unknown", reason),))
    found = tuple(_watched(importer.records(file), file, watch))
    rejections = tuple(finding for finding in found if isinstance(finding, Rejection))
    if refused := tuple(rejection for rejection in rejections if rejection.refuses_file):
        digest_ = hashlib.sha256(file.data).hexdigest()
        return ImportedFile(name=file.name, digest=digest_, format=importer.format, rejections=refused[:1])
    page = next((finding for finding in found if isinstance(finding, Page)), Page())
    records = [_with_source(finding, file, page) for finding in found if isinstance(finding, ImportedMandate)]
    merged = tuple(merge([records[at] for at in together]) for together in group(records, names))
    skipped = tuple(finding for finding in found if isinstance(finding, Skipped))
    warnings = [finding.code for finding in found if isinstance(finding, FileWarning)]
    warnings += ["duplicate-merged"] if len(merged) < len(records) else []
    warnings += ["sections-skipped"] if skipped else []
    return ImportedFile(
        name=file.name,
        digest=hashlib.sha256(file.data).hexdigest(),
        format=importer.format,
        page=page,
        records=tuple(_with_occurrences(record, file) for record in merged),
        skipped=skipped,
        warnings=in_order(warnings, FILE_WARNINGS),
        rejections=rejections,
    )


def _watched(findings: Iterable[Finding], file: InputFile, watch: Watch) -> Iterator[Finding]:
    lines = file.data.count(b"\n") + 1
    for finding in findings:
        watch(min(getattr(finding, "line", 0) / lines, 1.0))
        yield finding
    watch(1.0)


def _with_source(record: ImportedMandate, file: InputFile, page: Page) -> ImportedMandate:
    if record.original:
        return record  # one of ours says itself where it comes from
    told = f"{file.name}, page {page.title}" if page.title else file.name
    source = Source(file.name, file.locale, file.captured or _day_of(record.updated))
    return replace(record, source=record.source or told, sources=(source,))


def _day_of(updated: str) -> date | None:
    """The day of a moment in ISO 8601; None where it is none."""
    try:
        return date.fromisoformat(updated[:10])
    except ValueError:
        return None


def _with_occurrences(record: ImportedMandate, file: InputFile) -> ImportedMandate:
    if record.original:
        return record
    captured = max((source.captured for source in record.sources if source.captured), default=None)
    return replace(record, sources=(Source(file.name, file.locale, captured, record.occurrences),))


class Intake:
    """Takes imported files into a corpus.

    folder     the corpus
    importers  in the order in which they are asked
    today      stored as the day of the import
    overwrite  take the import's word also for records that a person edited
    dry_run    decide everything, write nothing
    """

    def __init__(
        self,
        folder: Path,
        names: Names,
        *,
        importers: Sequence[Importer],
        today: date,
        overwrite: bool = False,
        dry_run: bool = False,
    ) -> None:
        self._folder = folder
        self._names = names
        self._importers = importers
        self._today = today
        self._overwrite = overwrite
        self._dry_run = dry_run
        self._ids = IdMaker(names)

    def read(self, path: Path, watch: Watch = lambda share: None) -> ImportedFile:
        """Read one file."""
        return read_input(path, self._importers, self._names, watch=watch)

    def parse(self, file: InputFile) -> ImportedFile:
        """Read bytes that are at hand."""
        return parse_input(file, self._importers, self._names)

    def run(self, paths: Iterable[Path]) -> IntakeReport:
        """Import files.

        raises   StorageError where the disk refuses; what was written until then is whole
        """
        return self.take([self.read(path) for path in paths])

    def take(self, files: Sequence[ImportedFile]) -> IntakeReport:
        """Import what files gave."""
        corpus = KnownRecords(self._folder, self._names)
        cases = _find_cases(files, corpus, self._ids, self._names)
        fates: dict[_Place, Fate] = {}
        for case in cases:
            fate = self._decide(case, corpus)
            first, *further = case.places
            fates[first] = fate
            fates.update((place, Fate("repeated", fate.id)) for place in further)
        reports = [
            FileReport(file, tuple(fates[_Place(file_at, at)] for at in range(len(file.records))))
            for file_at, file in enumerate(files)
        ]
        return IntakeReport(tuple(reports), self._dry_run, corpus.faults)

    def _decide(self, case: _Case, corpus: KnownRecords) -> Fate:
        """Settle one mandate of the run, and write what follows from it."""
        try:
            if case.withdrawn:
                return Fate("withdrawn", case.withdrawn.mandate.id)
            if case.stored is None:
                return self._add(case, corpus)
            if _is_edited(case.stored.mandate) and not self._overwrite:
                return self._add_sources(case, case.stored)
            return self._update(case, case.stored)
        except FileFaultsError as error:
            return Fate("refused", reason=error.faults[0].message)

    def _add(self, case: _Case, corpus: KnownRecords) -> Fate:
        merged = merge(case.records)
        own = merged.id if ID.fullmatch(merged.id) and merged.id not in corpus.taken else ""
        if own and (word := _word_of_a_person(case.records)):
            mandate = word  # one of ours comes back word for word, and to whom it belonged
            corpus.taken.update(mandate.former_ids)
        else:
            draft = replace(to_record(merged, mandate_id=""), former_ids=_former_ids(case.records, corpus.taken))
            mandate = self._signed(replace(draft, id=own or self._ids.make_unique(draft, corpus.taken)), case)
        corpus.taken.add(mandate.id)
        path = record_path(self._folder, mandate)
        self._write(path, encode_record(mandate, path=path))
        return Fate("new", mandate.id, written=True)

    def _update(self, case: _Case, stored: StoredRecord) -> Fate:
        old = stored.mandate
        word = _word_of_a_person(case.records)
        if word and word.id == old.id and (self._overwrite or _is_edited(word)):
            mandate = replace(word, sources=_with_more(old.sources, word.sources))
        else:
            merged = merge(case.records if self._overwrite else [to_imported(old), *case.records])
            sources = unite_sources((*old.sources, *merged.sources))
            draft = replace(to_record(merged, mandate_id=old.id), former_ids=old.former_ids, sources=sources)
            mandate = self._signed(draft, case)
        if replace(mandate, imported=old.imported) == old:
            return Fate("known", old.id)
        self._write(stored.path, encode_record(mandate, path=stored.path))
        only_sources = replace(old, sources=(), imported=None) == replace(mandate, sources=(), imported=None)
        return Fate("known" if only_sources else "updated", old.id, written=True)

    def _add_sources(self, case: _Case, stored: StoredRecord) -> Fate:
        old = stored.mandate
        sources = _with_more(old.sources, [source for record in case.records for source in record.sources])
        differences = _differences(old, to_record(merge(case.records), mandate_id=old.id), self._names)
        if sources == old.sources:
            return Fate("known", old.id, differences)
        self._write(stored.path, encode_sources(stored, sources))
        return Fate("known", old.id, differences, written=True)

    def _signed(self, mandate: Mandate, case: _Case) -> Mandate:
        return replace(mandate, imported=Imported(case.format, self._today, digest(mandate)))

    def _write(self, path: Path, data: bytes) -> None:
        if not self._dry_run:
            write_atomic(path, data)


@dataclass(frozen=True)
class _Place:
    """Position of a record among the files of a run."""

    file_at: int
    record_at: int


@dataclass
class _Case:
    """One mandate of a run: where it was met, as what, and the record that it is."""

    format: str
    places: list[_Place]
    records: list[ImportedMandate]
    stored: StoredRecord | None = None
    withdrawn: StoredRecord | None = None


def _find_cases(files: Sequence[ImportedFile], corpus: KnownRecords, ids: IdMaker, names: Names) -> list[_Case]:
    """The mandates of a run with the records that they are; those that are one record make one case."""
    order = sorted(range(len(files)), key=lambda at: (files[at].name, files[at].digest))
    places = [_Place(file_at, at) for file_at in order for at in range(len(files[file_at].records))]
    records = [files[place.file_at].records[place.record_at] for place in places]
    cases: list[_Case] = []
    by_record: dict[str, _Case] = {}
    for together in group(records, names):
        members = [records[at] for at in together]
        case = _Case(files[places[together[0]].file_at].format, [places[at] for at in together], members)
        merged = merge(members)
        case.stored = corpus.by_id.get(merged.id) or corpus.find(merged)
        case.withdrawn = None if case.stored else corpus.find_withdrawn(merged)
        if case.stored and (other := by_record.get(case.stored.mandate.id)):
            other.places += case.places
            other.records += case.records
            continue
        if case.stored:
            by_record[case.stored.mandate.id] = case
        cases.append(case)
    _match_edited(cases, corpus, ids)
    return cases


def _match_edited(cases: Iterable[_Case], corpus: KnownRecords, ids: IdMaker) -> None:
    """Find records whose title, place or start a person edited: by the id they had got, and the file they come from."""
    matched = {case.stored.mandate.id for case in cases if case.stored}
    claims: dict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        if not (case.stored or case.withdrawn):
            claims[ids.make(to_record(merge(case.records), mandate_id=""))].append(case)
    for mandate_id, claimants in claims.items():
        stored = corpus.by_id.get(mandate_id) or corpus.withdrawn_by_id.get(mandate_id)
        if not stored or stored.mandate.imported is None or mandate_id in matched or len(claimants) > 1:
            continue
        known = {source.file for source in stored.mandate.sources}
        if known & {source.file for record in claimants[0].records for source in record.sources}:
            if stored.mandate.withdrawn:
                claimants[0].withdrawn = stored
            else:
                claimants[0].stored = stored


def _word_of_a_person(records: Sequence[ImportedMandate]) -> Mandate | None:
    """The record of ours among inputs of one mandate, to be taken word for word: alone, or because a person wrote it.

    Inputs beside it only add to its sources. None where there is no such record, or several that differ.
    """
    own = [record.original for record in records if record.original]
    if not own or any(one != own[0] for one in own):
        return None
    others = [source for record in records if not record.original for source in record.sources]
    if len(own) < len(records) and not _is_edited(own[0]):
        return None
    return replace(own[0], sources=unite_sources((*own[0].sources, *others))) if others else own[0]


def _with_more(known: tuple[Source, ...], more: Iterable[Source]) -> tuple[Source, ...]:
    """Sources with further ones; as they were where none is new."""
    united = unite_sources((*known, *more))
    return known if set(united) <= set(known) else united


def _former_ids(records: Iterable[ImportedMandate], taken: Collection[str]) -> tuple[str, ...]:
    found = (former for record in records if record.original for former in record.original.former_ids)
    return tuple(dict.fromkeys(former for former in found if former not in taken))


def _is_edited(mandate: Mandate) -> bool:
    """Whether a person wrote or changed a record."""
    return mandate.imported is None or mandate.imported.digest != digest(mandate)


def _differences(old: Mandate, new: Mandate, names: Names) -> tuple[str, ...]:
    """Keys in which an import says something else than the record, small differences of typography aside."""
    texts = {"title": (old.title, new.title), "description": (old.description, new.description)}
    found = [
        f"{key}.{language}"
        for key, (ours, theirs) in texts.items()
        for language, text in theirs.items()
        if fold(text) != fold(ours.get(language, ""))
    ]
    if requester_ids(old.requesters, names) != requester_ids(new.requesters, names):
        found.append("requesters")
    if place_ids(old.places, names) != place_ids(new.places, names):
        found.append("places")
    return (*found, *(key for key in ("start", "end") if getattr(old, key) != getattr(new, key)))
