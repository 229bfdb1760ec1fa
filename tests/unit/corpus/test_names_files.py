"""The names that a generation keeps are those that were read."""

from __future__ import annotations

from pathlib import Path

from search_app.corpus.names_files import decode_names, encode_names, read_names
from search_app.settings import shipped_corpus

THESAURUS = """\
version: 1
concepts:
- id: un
  group: organisation
  en: United Nations
  fr: Nations Unies
  alt_fr: [ONU]
  acronyms_en: [UN]
  acronyms_fr: [UN, NU]
  capitals_only: [UN]
  ambiguous: [NU]
  broader: [none]
...
"""
PLACES = """\
version: 1
countries:
- code: ML
  en: Mali
  fr: Mali
  demonyms_en: [Malian]
  aliases: [Republic of Mali]
  asks_as: [MLI]
regions:
- id: sahel
  en: Sahel
  fr: Sahel
  countries: [ML]
...
"""


def test_kept_names_are_those_that_were_read(tmp_path: Path) -> None:
    for name, text in (("thesaurus.yaml", THESAURUS), ("places.yaml", PLACES)):
        (tmp_path / name).write_text(text, "utf-8")
    read = read_names(tmp_path / "thesaurus.yaml", tmp_path / "places.yaml")
    kept = decode_names(encode_names(read))
    assert kept.concepts == read.concepts
    assert [concept.id for concept in kept] == ["un", "country-ml", "sahel"]
    assert kept.concepts["un"].capitals_only == frozenset({"UN"})
    assert kept.concepts["country-ml"].demonyms == {"en": ("Malian",), "fr": ()}
    assert kept.regions_of("ML") == ("sahel",)


def test_kept_names_of_the_shipped_corpus_are_those_that_were_read() -> None:
    read = read_names(shipped_corpus() / "thesaurus.yaml", shipped_corpus() / "places.yaml")
    assert list(decode_names(encode_names(read))) == list(read)


def test_names_give_the_same_bytes_whenever_they_are_kept() -> None:
    read = read_names(shipped_corpus() / "thesaurus.yaml", shipped_corpus() / "places.yaml")
    assert encode_names(decode_names(encode_names(read))) == encode_names(read)
