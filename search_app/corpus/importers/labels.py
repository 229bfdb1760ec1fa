"""Labels that pages print beside, above or below a value, and what each stands for.

A role is a key of `Fields` in page_fields, "body" for headings of a mandate's text, or "other" for what is not kept.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.importers.lines import PageLine

_LABELS: Final[Mapping[str, str]] = {
    "title": """
        Title; Project title; Project name; Titre; Titre du projet; Intitulé; Intitulé du projet; Nom du projet
        """,
    "identifier": """
        ID; Identifier; IATI identifier; Project number; Project ID; Reference number; Identifiant; Numéro du projet;
        Numéro de projet; Code projet
        """,
    "requesters": """
        Mandator; Mandators; Mandating organisation; Mandating organisation / agency / department / ministry; Actor;
        Commissioned by; Requested by; Client; Donor; Donors; Funded by; Financed by; Funding organisation; Mandant;
        Mandants; Commanditaire; Commandité par; Demandeur; Demandé par; Bailleur; Bailleurs; Financé par;
        Acteur; Organisation mandante; Organisation mandante / agence / département / ministère; Client / Commanditaire
        """,
    "places": """
        Target country; Target countries; Target country(ies); Country; Countries; Country/region; Country or region;
        Region; Location; Pays; Pays cible; Pays cibles; Pays cible(s); Pays concernés; Pays d’intervention;
        Zone d’intervention; Lieu d’intervention; Pays/Région; Région; Localisation
        """,
    "start": """
        Start; Start date; Start of project; Project start; Starting date; Date de début; Début; Début du projet;
        Date de démarrage; Démarrage; Démarrage du projet; Date de lancement; Lancement
        """,
    "end": """
        End; End date; End of project; Project end; Closing date; Completion date; Date de fin; Fin; Fin du projet;
        Date de clôture; Clôture; Date d’achèvement; Achèvement
        """,
    "period": """
        Overall term; Term; Project term; Period; Project period; Dates; Implementation period; Période;
        Période de mise en œuvre; Calendrier
        """,
    "length": "Duration; Project duration; Length; Durée; Durée du projet",
    "outputs": """
        Outputs; Mandate outputs; Mandate outputs / products; Products; Produits; Produits du mandat;
        Produits / résultats du mandat
        """,
    "objectives": """
        Objectives; Outcome objectives; Outcome objectives of mandate; Objectifs; Objectifs du mandat;
        Objectifs de résultat du mandat
        """,
    "results": "Results; Results achieved; Results achieved so far; Résultats; Résultats obtenus",
    "lessons": """
        Specific Lessons Identified; Lessons identified; Lessons learned; Cours Spécifiques Identifiées; Leçons tirées;
        Leçons identifiées
        """,
    "body": """
        Body; General; General information; Context; Background; Description; Project description; Objective; Approach;
        Summary; Overview; Contexte; Objectif; Présentation; Présentation du projet; Description du projet; Résumé;
        Informations générales; Approche
        """,
    "other": """
        Target organisation type(s); Target organisation types; Type(s) d’organisation cible; Related activities;
        Activités liées; Activities; Activity status; Status; Project status; Statut; État du projet; Budget;
        Total budget; Montant; Montant total; Financing; Financement; Cofinancing; Sector; Sectors; Secteur; Secteurs;
        Theme; Thème; Topic; Lead executing agency; Implementing agency; Implementing organisation; Implemented by;
        Agence d’exécution; Mise en œuvre; Maître d’ouvrage; Chef de file; Opérateur; Partner; Partners; Partenaire;
        Partenaires; Beneficiaries; Beneficiary; Bénéficiaire; Bénéficiaires; Last update; Last updated;
        Dernière mise à jour; Contact; Contacts
        """,
}
_ROLES: Final = {fold(label): role for role, labels in _LABELS.items() for label in labels.split(";")}
_MISSPELT_FROM: Final = 8  # letters that a label must have before a misspelling of it is believed
_MISSPELT: Final = 0.9
_LONGEST_LABEL: Final = 60  # characters


def find_role(label: str) -> str:
    """The role of a label that stands by itself, such as the heading of a column; "" for none."""
    return _ROLES.get(fold(label), "")


def find_label(line: PageLine) -> tuple[str, str] | None:
    """The role of the label that a line is or begins with, and the value beside it ("" for none).

    A label with a colon and a value may be misspelt; one that stands alone may not.
    """
    if role := _ROLES.get(line.key):
        return role, ""
    printed, _, value = (part.strip() for part in line.text.partition(":"))
    if not value or len(printed) > _LONGEST_LABEL:
        return None
    key = fold(printed)
    if key not in _ROLES and len(key) >= _MISSPELT_FROM:
        key = next(iter(difflib.get_close_matches(key, _ROLES, n=1, cutoff=_MISSPELT)), key)
    return (_ROLES[key], value) if key in _ROLES else None
