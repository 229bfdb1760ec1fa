"""What an import run did, for people (a few lines) and for machines (JSON).

The JSON of one file has the parse (`records`, `skipped`, `warnings`, `error`) in the form that the project's own
examples in tests/data/inputs have, and beside it what became of the records. Knows nothing of how it came about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from search_app.corpus.importers.base import ImportedMandate, Page, Rejection, Skipped, block_form
from search_app.corpus.importers.printed_names import country_codes, region_names, unknown_places
from search_app.corpus.names import Names

Outcome = Literal["new", "updated", "known", "repeated", "withdrawn", "refused"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("new", "updated", "known", "repeated", "withdrawn", "refused")
_MOST_LINES: Final = 20  # refusals or differences listed for people before only their number is told


@dataclass(frozen=True, kw_only=True)
class ImportedFile:
    """What one file gave, its own repeats merged.

    path     as it was given, for messages
    digest   of its bytes: decides between files of one name
    """

    name: str
    path: Path | None = None
    digest: str = ""
    format: str = ""
    page: Page = field(default_factory=Page)
    records: tuple[ImportedMandate, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True)
class Fate:
    """What became of one record of a file.

    id            of the record in the corpus; "" if it was refused
    differences   keys in which a record that a person wrote says something else
    written       whether a file of the corpus was or would be written for it
    reason        why it was refused
    """

    outcome: Outcome
    id: str = ""
    differences: tuple[str, ...] = ()
    written: bool = False
    reason: str = ""


@dataclass(frozen=True)
class FileReport:
    """One file and the fates of its records, in the same order."""

    file: ImportedFile
    fates: tuple[Fate, ...]

    def count(self, outcome: Outcome) -> int:
        """How many records had this fate; "repeated" counts every further time a mandate was met, in this file too."""
        count = sum(fate.outcome == outcome for fate in self.fates)
        again = sum(record.occurrences - 1 for record in self.file.records) if outcome == "repeated" else 0
        refused = len(self.file.rejections) if outcome == "refused" else 0
        return count + again + refused


@dataclass(frozen=True)
class IntakeReport:
    """One run.

    faults   files of the corpus that could not be read, told by their faults
    """

    files: tuple[FileReport, ...]
    dry_run: bool = False
    faults: tuple[str, ...] = ()

    @property
    def totals(self) -> dict[Outcome, int]:
        """How many records had which fate."""
        return {outcome: sum(file.count(outcome) for file in self.files) for outcome in OUTCOMES}

    @property
    def written(self) -> int:
        """Files of the corpus that the run wrote, or would have written."""
        return len({fate.id for file in self.files for fate in file.fates if fate.written})

    def as_json(self, names: Names) -> dict[str, object]:
        """The whole report; a dry run holds the records as they were parsed."""
        return {
            "dry_run": self.dry_run,
            "totals": dict(self.totals),
            "written": self.written,
            "faults": list(self.faults),
            "files": [_file_form(file, names, records=self.dry_run) for file in self.files],
        }

    def lines(self) -> Iterator[str]:
        """The report for people."""
        for report in self.files:
            yield from _file_lines(report)
        refused = self.refusals()
        yield from refused[:_MOST_LINES]
        if len(refused) > _MOST_LINES:
            yield f"… and {len(refused) - _MOST_LINES} more refusals"
        yield from self.faults
        yield self._summary()

    def refusals(self) -> list[str]:
        """What was refused, a line each."""
        return [line for report in self.files for line in _refusals(report)]

    def _summary(self) -> str:
        told = ", ".join(f"{count} {outcome}" for outcome, count in self.totals.items() if count) or "no mandates"
        if self.dry_run:
            return f"dry run: {told}; {self.written} records would be written"
        return f"{told}; {f'{self.written} records written' if self.written else 'nothing changed'}"


def _file_lines(report: FileReport) -> Iterator[str]:
    file = report.file
    counts = [f"{count} {outcome}" for outcome in OUTCOMES if (count := report.count(outcome))]
    counts += [f"{number} {kind} skipped" for kind, number in Counter(entry.kind for entry in file.skipped).items()]
    yield f"{file.name}: {', '.join(counts) or 'no mandates'}"
    if file.warnings:
        yield f"  {', '.join(file.warnings)}"
    for record, fate in zip(file.records, report.fates, strict=True):
        told = [*record.warnings, *(f"{key} differs from the record" for key in fate.differences)]
        if told:
            yield f"  {fate.id or record.title}: {', '.join(told)}"


def _refusals(report: FileReport) -> Iterator[str]:
    where = report.file.path or report.file.name
    for rejection in report.file.rejections:
        yield f"{where}:{rejection.line}: {rejection.message}" if rejection.line else f"{where}: {rejection.message}"
    for record, fate in zip(report.file.records, report.fates, strict=True):
        if fate.outcome == "refused":
            yield f"{where}:{record.line}: {fate.reason}"


def _file_form(report: FileReport, names: Names, *, records: bool) -> dict[str, object]:
    file = report.file
    form: dict[str, object] = {"input": file.name, "format": file.format}
    if file.page.title:
        form["page_title"] = file.page.title
    if file.page.layout:
        form["layout"] = file.page.layout
    for rejection in file.rejections:
        if rejection.refuses_file:
            form["error"] = rejection.code
    if records:
        form["records"] = [record_form(record, names) for record in file.records]
    form["skipped"] = [{"kind": entry.kind, "title": entry.title} for entry in file.skipped]
    form["warnings"] = list(file.warnings)
    if unknown := unknown_places(_unsure_places(file), names):
        form["unknown_places"] = list(unknown)
    form["counts"] = {outcome: report.count(outcome) for outcome in OUTCOMES}
    form["outcomes"] = [_fate_form(fate) for fate in report.fates]
    form["refused"] = list(_refusals(report))
    return form


def _unsure_places(file: ImportedFile) -> Iterator[str]:
    for record in file.records:
        yield from (place for place in record.places if place not in record.told_regions)


def _fate_form(fate: Fate) -> dict[str, object]:
    form: dict[str, object] = {"id": fate.id, "outcome": fate.outcome}
    return form | ({"differences": list(fate.differences)} if fate.differences else {})


def record_form(record: ImportedMandate, names: Names) -> dict[str, object]:
    """A parsed mandate in the form of the project's examples; a key that does not apply is left out."""
    form: dict[str, object] = {
        "title": record.title,
        "requesters": list(record.requesters),
        "countries": list(country_codes(record.places, names)),
        "regions": list(region_names(record.places, names, told=record.told_regions)),
        "start": record.start.isoformat() if record.start else None,
        "end": record.end.isoformat() if record.end else None,
        "language": record.language,
        "body": [block_form(block) for block in record.body],
        "occurrences": record.occurrences,
        "warnings": list(record.warnings),
    }
    translations = {
        language: {"title": text.title, "body": [block_form(block) for block in text.body]}
        for language, text in record.translations.items()
    }
    sections = {name: [block_form(block) for block in blocks] for name, blocks in record.sections.items() if blocks}
    optional: dict[str, object] = {
        "title_language": record.title_language,
        "kind": record.kind,
        "date_kinds": dict(record.date_kinds),
        "identifier": record.identifier,
        "url": record.url,
        "published": record.published.isoformat() if record.published else "",
        "parent": record.parent,
        "translations": translations,
        "sections": sections,
    }
    form.update({key: value for key, value in optional.items() if value})
    if record.implementers is not None:
        form["implementers"] = list(record.implementers)
    return form
