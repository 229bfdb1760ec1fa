"""A small world for the tests of the search wing: a few concepts that lie close together, and a few mandates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Concept, Kind, Names
from search_app.search.searcher import Searcher
from tests.searching import small_searcher
from tests.support import mandate


def concept(
    id_: str,
    en: str | tuple[str, ...],
    fr: str | tuple[str, ...],
    *,
    kind: Kind = "concept",
    acronyms: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    demonyms: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    code: str = "",
    **more: frozenset[str] | tuple[str, ...],
) -> Concept:
    """A concept; of several labels the first is its name, `acronyms` and `demonyms` are English and French ones."""
    labels = {"en": (en,) if isinstance(en, str) else en, "fr": (fr,) if isinstance(fr, str) else fr}
    return Concept(
        id=id_,
        kind=kind,
        name={"en": labels["en"][0], "fr": labels["fr"][0]},
        labels=labels,  # type: ignore[arg-type]
        acronyms={"en": acronyms[0], "fr": acronyms[1]},
        demonyms={"en": demonyms[0], "fr": demonyms[1]},
        code=code,
        **more,  # type: ignore[arg-type]
    )


def _country(code: str, en: str | tuple[str, ...], fr: str | tuple[str, ...], **more: object) -> Concept:
    return concept(f"country-{code.lower()}", en, fr, kind="country", code=code, **more)  # type: ignore[arg-type]


NAMES = Names(
    [
        concept(
            "ssr",
            ("security sector reform", "security reform"),
            ("réforme du secteur de la sécurité", "réforme de la sécurité"),
            acronyms=(("SSR",), ("RSS",)),
        ),
        concept("security-sector", "security sector", "secteur de la sécurité"),
        concept(
            "ddr",
            "disarmament, demobilisation and reintegration",
            "désarmement, démobilisation et réintégration",
            acronyms=(("DDR",), ("DDR",)),
        ),
        concept("rule-of-law", "rule of law", "état de droit", acronyms=(("RoL",), ())),
        concept(
            "sea",
            "sexual exploitation and abuse",
            "exploitation et atteintes sexuelles",
            acronyms=(("SEA",), ()),
            capitals_only=frozenset({"SEA"}),
        ),
        concept(
            "violence-reduction",
            "community violence reduction",
            "réduction de la violence communautaire",
            acronyms=(("CVR",), ()),
            ambiguous=frozenset({"CVR"}),
        ),
        concept(
            "truth-commission",
            "truth and reconciliation commission",
            "commission vérité et réconciliation",
            acronyms=(("TRC",), ("CVR",)),
            ambiguous=frozenset({"CVR"}),
        ),
        concept("un", "United Nations", "Nations unies", kind="organisation", acronyms=(("UN",), ("ONU",))),
        concept("au", "African Union", "Union africaine", kind="organisation", acronyms=(("AU",), ("UA",))),
        concept(
            "minusma",
            "United Nations Mission in Mali",
            "Mission des Nations unies au Mali",
            kind="organisation",
            acronyms=(("MINUSMA",), ("MINUSMA",)),
        ),
        concept("sahel", "Sahel", "Sahel", kind="region", countries=("ML", "NE")),
        _country("ML", "Mali", "Mali", demonyms=(("Malian",), ("malien", "malienne"))),
        _country("NE", "Niger", "Niger", demonyms=(("Nigerien",), ("nigérien", "nigérienne"))),
        _country("NG", "Nigeria", "Nigéria", demonyms=(("Nigerian",), ("nigérian", "nigériane"))),
        _country("GN", ("Guinea", "Guinea-Conakry"), ("Guinée", "Guinée-Conakry")),
        _country("GW", "Guinea-Bissau", "Guinée-Bissau"),
        _country("SD", "Sudan", "Soudan"),
        _country("SS", "South Sudan", "Soudan du Sud"),
        _country(
            "CD",
            ("Democratic Republic of the Congo", "Congo-Kinshasa"),
            ("République démocratique du Congo", "Congo-Kinshasa"),
            acronyms=(("DRC",), ("RDC",)),
            demonyms=((), ("congolais",)),
            ambiguous=frozenset({"congolais"}),
        ),
        _country(
            "CG",
            ("Republic of the Congo", "Congo-Brazzaville"),
            ("République du Congo", "Congo-Brazzaville"),
            demonyms=((), ("congolais",)),
            ambiguous=frozenset({"congolais"}),
        ),
        _country("CI", ("Côte d’Ivoire", "Ivory Coast"), "Côte d’Ivoire"),
        _country("SE", "Sweden", "Suède", demonyms=(("Swedish",), ("suédois",))),
    ]
)

MANDATES: tuple[Mandate, ...] = (
    mandate(
        "mali-reform",
        title_en="Police reform in Mali",
        title_fr="Réforme de la police au Mali",
        en="The police and the gendarmerie of Mali asked for advice on the reform of the security sector.",
        fr="La police et la gendarmerie ont demandé conseil sur l’état de droit et la réforme.",
        requesters=("African Union",),
        places=("Mali",),
        start=date(2019, 2, 1),
        end=date(2019, 3, 31),
    ),
    mandate(
        "drc-rss",
        title_fr="Projets exemplaires en matière de RSS",
        fr="La RSS dans l’espace francophone. Un conflit a laissé des besoins de réforme de la sécurité.",
        places=("DRC", "Cote d'Ivoire"),
        start=date(2016, 10, 3),
        end=date(2017, 1, 9),
    ),
    mandate(
        "south-sudan-training",
        title_en="Training for officers",
        en="UN staff trained officers in South Sudan. Security was poor; the sector needed surveillance.",
        requesters=("UN", "Folke Bernadotte Academy"),
        places=("South Sudan",),
        start=date(2012, 5, 1),
    ),
    mandate(
        "guinea-bissau-review",
        title_en="Review of governance",
        en="A review of parliament and its parliamentary committees in Guinea-Bissau.",
        requesters=("United Nations", "Sweden"),
        places=("Guinea-Bissau",),
        end=date(2010, 6, 30),
    ),
    mandate("undated", title_fr="Atelier sur le genre", fr="Un atelier sur le genre, sans plus."),
)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[Searcher]:
    """A searcher over MANDATES with NAMES."""
    with small_searcher(tmp_path_factory.mktemp("world"), MANDATES, NAMES, tools) as searcher:
        yield searcher
