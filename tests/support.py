"""Small things that tests of several wings need: tables, invented names and mandates, a corpus on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from search_app.corpus.mandate import Mandate, Narrative
from search_app.corpus.names import Concept, Forms, Names
from search_app.corpus.store import record_path
from search_app.corpus.writer import write_record

DATA: Final = Path(__file__).parent / "data"


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of tests/data, by column; nothing in it is quoted."""
    head, *lines = (DATA / name).read_text("utf-8").removesuffix("\n").split("\n")
    columns = head.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


def country(code: str, en: str, fr: str, *others: str, **more: Any) -> Concept:
    """A country with its names; `others` are further English ones."""
    labels: Forms = {"en": (en, *others), "fr": (fr,)}
    return Concept(
        id=f"country-{code.lower()}", kind="country", name={"en": en, "fr": fr}, labels=labels, code=code, **more
    )


def organisation(
    id_: str, en: str, fr: str, *, acronyms_en: tuple[str, ...] = (), acronyms_fr: tuple[str, ...] = ()
) -> Concept:
    """An organisation with its names and acronyms."""
    return Concept(
        id=id_,
        kind="organisation",
        name={"en": en, "fr": fr},
        labels={"en": (en,), "fr": (fr,)},
        acronyms={"en": acronyms_en, "fr": acronyms_fr},
    )


def region(id_: str, en: str, fr: str, *countries: str) -> Concept:
    """A region and the codes of the countries in it."""
    return Concept(
        id=id_, kind="region", name={"en": en, "fr": fr}, labels={"en": (en,), "fr": (fr,)}, countries=countries
    )


WORLD: Final = Names(
    [
        country("CG", "Republic of the Congo", "République du Congo", "Congo-Brazzaville"),
        country("CD", "Democratic Republic of the Congo", "République démocratique du Congo", "Congo-Kinshasa"),
        country("GN", "Guinea", "Guinée"),
        country("GW", "Guinea-Bissau", "Guinée-Bissau"),
        country("NE", "Niger", "Niger"),
        country("NG", "Nigeria", "Nigéria"),
        country("SD", "Sudan", "Soudan"),
        country("SS", "South Sudan", "Soudan du Sud"),
        country("ML", "Mali", "Mali"),
        country("CI", "Côte d’Ivoire", "Côte d’Ivoire", "Ivory Coast"),
        region("sahel", "Sahel", "Sahel", "ML", "NE"),
        organisation("au", "African Union", "Union africaine", acronyms_en=("AU",), acronyms_fr=("UA",)),
        organisation("un", "United Nations", "Nations unies", acronyms_en=("UN",), acronyms_fr=("ONU",)),
    ]
)


def mandate(id_: str, *, en: str = "", fr: str = "", title_en: str = "", title_fr: str = "", **rest: Any) -> Mandate:
    """A mandate; `en` and `fr` are its descriptions. What is empty is absent; a record needs a title, so "…" is one."""
    return Mandate(id=id_, title=_narrative(title_en, title_fr) or {"en": "…"}, description=_narrative(en, fr), **rest)


def _narrative(en: str, fr: str) -> Narrative:
    texts: Narrative = {"en": en, "fr": fr}
    return {language: text for language, text in texts.items() if text}


# The smallest tables of names that can be read: what a corpus of these tests brings itself.
THESAURUS_TEXT: Final = """\
version: 1
concepts:
- id: ssr
  group: ssr
  en: security sector reform
  fr: réforme du secteur de la sécurité
  acronyms_en: [SSR]
  acronyms_fr: [RSS]
...
"""
PLACES_TEXT: Final = """\
version: 1
countries:
- code: ML
  en: Mali
  fr: Mali
regions:
- id: sahel
  en: Sahel
  fr: Sahel
  countries: [ML]
...
"""


def write_corpus(folder: Path, mandates: Iterable[Mandate]) -> None:
    """Write records into a corpus, over those of the same id; the two tables are written where there are none."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("thesaurus.yaml", THESAURUS_TEXT), ("places.yaml", PLACES_TEXT)):
        if not (folder / name).exists():
            (folder / name).write_text(text, "utf-8")
    for one in mandates:
        path = record_path(folder, one)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_record(one), "utf-8")
