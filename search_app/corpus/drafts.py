"""Imported mandate ↔ record.

What an importer gives has one main language and blocks; a record has a text for each language. Promise: a record that
an import wrote comes back unchanged from `to_imported` and `to_record`. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.importers.base import ImportedMandate, Text, in_order
from search_app.corpus.mandate import Mandate, Narrative, Version
from search_app.corpus.textform import Block, from_blocks, stored, to_blocks

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+")


def to_record(imported: ImportedMandate, *, mandate_id: str) -> Mandate:
    """The record of an imported mandate.

    A text in neither language goes to `note`; an address that is none of the web is left out.
    """
    other = [from_blocks(body) for language, body in imported.bodies.items() if language not in LANGUAGES]
    title = _narrative(imported.titles)
    warnings = set(imported.warnings) | ({"language-other"} if other or not title else set())
    return Mandate(
        id=mandate_id,
        # a record needs a name; one in another language stands as printed
        title=title or {"en": imported.title},
        requesters=imported.requesters,
        places=imported.places,
        start=imported.start,
        end=imported.end,
        description=_descriptions(imported),
        source=imported.source,
        identifier=imported.identifier.strip(),
        url=imported.url if _ADDRESS.fullmatch(imported.url) else "",
        kind=imported.kind,
        implementers=imported.implementers or (),
        published=imported.published,
        parent=imported.parent,
        sections=_sections(imported),
        dates_raw=imported.dates_raw,
        note=_with_missing(imported.note, other),
        warnings=in_order(warnings),
        sources=imported.sources,
        versions=tuple(map(_version, imported.versions)),
    )


def to_imported(mandate: Mandate) -> ImportedMandate:
    """A record as if it had just been imported."""
    language = next(iter(mandate.description or mandate.title))
    title_language = language if language in mandate.title else next(iter(mandate.title))
    further = [other for other in LANGUAGES if other != language]
    return ImportedMandate(
        title=mandate.title[title_language],
        language=language,
        title_language=title_language if title_language != language else "",
        requesters=mandate.requesters,
        places=mandate.places,
        start=mandate.start,
        end=mandate.end,
        dates_raw=mandate.dates_raw,
        body=to_blocks(mandate.description.get(language, "")),
        sections={name: to_blocks(next(iter(texts.values()), "")) for name, texts in mandate.sections.items()},
        translations={
            other: Text(
                mandate.title.get(other, "") if other != title_language else "",
                to_blocks(mandate.description.get(other, "")),
            )
            for other in further
            if other in mandate.description or (other in mandate.title and other != title_language)
        },
        identifier=mandate.identifier,
        url=mandate.url,
        kind=mandate.kind,
        implementers=mandate.implementers,
        published=mandate.published,
        parent=mandate.parent,
        note=mandate.note,
        warnings=mandate.warnings,
        versions=tuple(map(_imported_version, mandate.versions)),
        sources=mandate.sources,
        source=mandate.source,
        id=mandate.id,
    )


def _narrative(texts: Mapping[str, str]) -> Narrative:
    return {language: texts[language] for language in LANGUAGES if texts.get(language)}


def _descriptions(imported: ImportedMandate) -> Narrative:
    return _narrative({language: from_blocks(body) for language, body in imported.bodies.items()})


def _sections(imported: ImportedMandate) -> dict[str, Narrative]:
    language: Language = imported.language if imported.language in LANGUAGES else LANGUAGES[0]
    texts = {name: from_blocks(blocks) for name, blocks in imported.sections.items()}
    return {name: {language: text} for name, text in texts.items() if text}


def _with_missing(note: str, texts: list[str]) -> str:
    return stored("\n\n".join(filter(None, (note, *(text for text in texts if text not in note)))))


def _version(imported: ImportedMandate) -> Version:
    return Version(
        source=imported.source,
        start=imported.start,
        end=imported.end,
        title=_narrative(imported.titles),
        description=_descriptions(imported),
    )


def _imported_version(version: Version) -> ImportedMandate:
    language: str = next(iter(version.description or version.title), LANGUAGES[0])
    title_language: str = next(iter(version.title), language)
    bodies: dict[str, tuple[Block, ...]] = {key: to_blocks(text) for key, text in version.description.items()}
    return ImportedMandate(
        title=version.title.get(cast(Language, title_language), ""),
        language=language,
        title_language=title_language if title_language != language else "",
        start=version.start,
        end=version.end,
        body=bodies.get(language, ()),
        translations={key: Text("", body) for key, body in bodies.items() if key != language},
        # an open end would have won over every other wording
        warnings=() if version.end else ("end-date-missing",),
        source=version.source,
    )
