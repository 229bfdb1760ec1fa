"""What else stands on a page of mandates: vacancies, notes, documents. It is skipped, and counted.

Promise: the text of a section never ends up in the mandate before it. Knows nothing of headers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.importers.base import Skipped
from search_app.corpus.importers.dates import is_date
from search_app.corpus.importers.lines import PageLine, ends_sentence

# Headings of lists on organisation pages, folded, and the kind of what stands below; "" for the mandates themselves.
_HEADINGS: Final = {
    fold(heading): kind
    for kind, headings in {
        "": ("Mandates", "Programmes", "Mandats", "ISSAT Mandates"),
        "vacancy": ("Vacancies", "Job vacancies", "Jobs", "Postes vacants", "Offres d’emploi"),
        "guidance-note": (
            "Operational Guidance Notes",
            "Operational Guidance Note",
            "Guidance Notes",
            "Notes d’orientation opérationnelle",
        ),
        "paper": ("Policy and Research Papers", "Research Papers", "Papers", "Documents de politique et de recherche"),
        "document": ("Other Documents", "Documents", "Related Documents", "Autres documents"),
        "video": ("Videos", "Video", "Vidéos"),
        "podcast": ("Podcasts", "Podcast"),
        "book": ("Books", "Livres"),
        "case-study": ("Case Studies", "Études de cas"),
        "tool": ("Tools", "Outils"),
        "event": ("Events", "Événements"),
        "course": ("Courses", "Training Courses", "Formations"),
        "news": ("News", "Latest News", "Actualités"),
    }.items()
    for heading in headings
}
_NOTHING_YET: Final = re.compile(
    r"(?:No\b.+\b(?:has|have) been added yet|Aucune?\b.+\bajoutée?s?\b.*)\.?", re.IGNORECASE
)
_OF_VACANCY: Final = re.compile(
    r"(?:Location|Duty station|Lieu(?: d’affectation)?|Application \w+)\s*:.*", re.IGNORECASE
)
_APPLICATION: Final = re.compile(r"(?:Application|Candidature|Date limite)\b.*:.*", re.IGNORECASE)
_LINES_OF_VACANCY: Final = 5  # below a vacancy's title, among which it says how to apply


def starts_section(lines: Sequence[PageLine], at: int) -> bool:
    """Whether something that is no part of a mandate's text begins at a line."""
    return (
        lines[at].key in _HEADINGS or _NOTHING_YET.fullmatch(lines[at].text) is not None or _entry_kind(lines, at) != ""
    )


def is_junk(line: PageLine) -> bool:
    """Whether a line says nothing: a heading, or that a list is empty."""
    return line.key in _HEADINGS or _NOTHING_YET.fullmatch(line.text) is not None


def find_sections(lines: Sequence[PageLine]) -> list[Skipped]:
    """The entries of all sections in a stretch of a page; lines before the first section are none."""
    skipped: list[Skipped] = []
    kind = ""
    for at, line in enumerate(lines):
        if is_junk(line):
            kind = _HEADINGS.get(line.key, "")
        elif own_kind := _entry_kind(lines, at):
            skipped.append(Skipped(own_kind if own_kind == "vacancy" else kind or own_kind, line.text))
            kind = "" if own_kind == "vacancy" else kind
        elif kind and not (line.marker or ends_sentence(line.text) or is_date(line.text)):
            skipped.append(Skipped(kind, line.text))
    return skipped


def _entry_kind(lines: Sequence[PageLine], at: int) -> str:
    """The kind of an entry that shows it by the line after its title; "" for none."""
    line = lines[at]
    if at + 1 >= len(lines) or line.marker or ends_sentence(line.text) or is_date(line.text):
        return ""
    after = lines[at + 1].text
    if _OF_VACANCY.fullmatch(after) and not _OF_VACANCY.fullmatch(line.text):
        below = lines[at + 1 : at + 1 + _LINES_OF_VACANCY]
        return "vacancy" if any(_APPLICATION.fullmatch(one.text) for one in below) else ""
    return "note" if is_date(after) and not after.isdecimal() else ""
