"""Lists of requesters and places, as printed."""

from __future__ import annotations

import pytest

from search_app.corpus.importers.printed_names import (
    country_codes,
    region_names,
    split_places,
    split_requesters,
    unknown_places,
)
from search_app.corpus.names import Names


@pytest.mark.parametrize(
    ("text", "codes", "regions", "unknown"),
    [
        ("Burkina Faso, Mali , Niger", "BF ML NE", (), ()),
        ("DRC, CAR, FYROM, oPt, Guinea-Conakry, Cote d'Ivoire", "CD CF MK PS GN CI", (), ()),
        ("Congo, Democratic Republic of, Burundi", "CD BI", (), ()),
        ("Congo, République démocratique du, Burundi", "CD BI", (), ()),
        ("Congo, Burundi", "CG BI", (), ()),
        ("Macedonia, The former Yugoslav Republic of", "MK", (), ()),
        ("Gambia, The, Mali", "GM ML", (), ()),
        ("Ruritania, Republic of, Mali", "ML", (), ("Ruritania, Republic of",)),
        ("Norway, United Kingdom, Haiti, Dominican Republic", "NO GB HT DO", (), ()),
        ("Mali, au Niger et au Tchad", "ML NE TD", (), ()),
        ("en Guinée et en Côte d’Ivoire", "GN CI", (), ()),
        ("aux Comores", "KM", (), ()),
        ("Bosnia and Herzegovina and Serbia", "BA RS", (), ()),
        ("Bosnia and Herzegovina", "BA", (), ()),
        ("Israel/oPt", "IL PS", (), ()),
        ("Mali and Atlantis", "ML", (), ("Atlantis",)),
        ("Djibuti, Atlantis", "", (), ("Djibuti", "Atlantis")),
        ("Nigerr", "", (), ("Nigerr",)),
        ("Central America, SOUTH AMERICA", "", ("Central America", "South America"), ()),
        ("UN, EU", "", ("United Nations", "European Union"), ()),
        ("African Union (AU), Benin", "BJ", ("African Union",), ()),
        ("Burundi (BI), Congo (DRC)", "BI CD", (), ()),
        ("Mali (Mopti)", "", (), ("Mali (Mopti)",)),
        ("Mali, MALI, mali", "ML", (), ()),
        ("", "", (), ()),
        (" , ", "", (), ()),
    ],
)
def test_places_are_taken_apart_and_never_guessed(
    names: Names, text: str, codes: str, regions: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    places = split_places(text, names)
    assert country_codes(places, names) == tuple(codes.split())
    assert region_names(places, names) == regions
    assert unknown_places(places, names) == unknown


@pytest.mark.parametrize(
    ("text", "requesters"),
    [
        ("Denmark, Finland , UK", ("Denmark", "Finland", "UK")),
        ("UN, World Bank", ("UN", "World Bank")),
        ("Belgique et Luxembourg", ("Belgique", "Luxembourg")),
        ("Ministry of Justice and Public Security", ("Ministry of Justice and Public Security",)),
        ("Congo, Democratic Republic of, UN", ("Congo, Democratic Republic of", "UN")),
        ("Federal Ministry (BMZ, GIZ), UN", ("Federal Ministry (BMZ, GIZ)", "UN")),
        ("DRC", ("DRC",)),
        ("EU, eu", ("EU",)),
        ("", ()),
    ],
)
def test_requesters_stay_as_printed(names: Names, text: str, requesters: tuple[str, ...]) -> None:
    assert split_requesters(text, names) == requesters
