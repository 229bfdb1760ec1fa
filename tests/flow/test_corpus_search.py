"""The shipped corpus: what readers were promised, in both languages."""

from __future__ import annotations

import re
import sys
import unicodedata
from random import Random

import pytest

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.fold import fold
from search_app.analysis.tools import Tools
from search_app.index.document import PARTS, part_text
from tests.flow.conftest import Indexed, plain
from tests.searching import M1, M2, M3, ask, ids


def whole_text(shipped: Indexed, mandate: str) -> str:
    """All that a mandate prints."""
    return "\n".join(part_text(shipped.records[mandate], part) for part in PARTS)


# spellings


def corpus_words(shipped: Indexed, tools: Tools) -> dict[str, str]:
    """Every word that the corpus prints, and its term."""
    words: dict[str, str] = {}
    for record in shipped.records.values():
        for part in PARTS:
            text = part_text(record, part)
            words |= {text[token.start : token.end]: token.term for token in tools.analyzer.tokens(text)}
    return words


def test_accents_and_unicode_form_never_matter(shipped: Indexed, tools: Tools) -> None:
    words = corpus_words(shipped, tools)
    assert len(words) > 2_000
    for word in words:
        forms = {plain(word), unicodedata.normalize("NFD", word)} - {word}
        if forms:
            expected = shipped.rank(word)
            for form in forms:
                assert shipped.rank(form) == expected, form


def test_case_never_matters_but_where_capitals_are_another_word(shipped: Indexed, tools: Tools) -> None:
    """Upper case differs only for small words and everyday words that are acronyms in capitals; all are printed."""
    everyday = {fold(form) for concept in shipped.names for form in concept.capitals_only}
    acronyms = {fold(form) for concept in shipped.names for form in concept.all_acronyms()}
    others = {}
    for word, term in corpus_words(shipped, tools).items():
        if not word.isupper() and shipped.rank(word.upper()) != shipped.rank(word):
            others[word] = term
    sys.stdout.write(f"capitals are another word: {', '.join(sorted(others))}\n")
    for word, term in others.items():
        folded = term.removeprefix(STOP_MARK)
        assert folded in acronyms, word
        assert term.startswith(STOP_MARK) or folded in everyday or len(folded) == 2, word
    assert {"un", "au"} <= set(others)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("oeuvre", "œuvre"),
        ("OEUVRE", "ŒUVRE"),
        ("Cote d'Ivoire", "Côte d’Ivoire"),
        ("reforme securite", "réforme sécurité"),
        ("RÉFORME SÉCURITÉ", "reforme securite"),
        ("l'etat", "état"),
        ("D.D.R.", "DDR"),
        ("post-conflict", "post conflict"),
    ],
)
def test_two_spellings_of_the_same_words_rank_alike(shipped: Indexed, one: str, other: str) -> None:
    assert shipped.rank(one) == shipped.rank(other) != []


# acronyms and names


def test_every_hit_of_the_un_holds_the_un(shipped: Indexed) -> None:
    found = shipped.ids("UN")
    assert M1 in found
    says = re.compile(r"\bUN\b|\bU\.N\.|\bONU\b|United Nations|Nations [Uu]nies")
    assert [mandate for mandate in found if not says.search(whole_text(shipped, mandate))] == []
    # and no mandate that says so is missed, but where it is part of another organisation's name
    said = {mandate for mandate in shipped.records if re.search(r"\bUN\b|\bONU\b", whole_text(shipped, mandate))}
    assert said <= set(found)


def test_small_letters_are_the_small_word(shipped: Indexed) -> None:
    assert M1 not in shipped.ids("un") or " un " in whole_text(shipped, M1)
    assert set(shipped.ids("un")) == {
        mandate
        for mandate in shipped.records
        if re.search(r"(?<![^\W_])(?:[Uu]n|[dlDL]’un|qu’un)(?![^\W_])", whole_text(shipped, mandate))
    }


@pytest.mark.parametrize("text", ["Sweden", "Suède", "suede", "country-se"])
def test_a_country_finds_every_mandate_it_asked_for(shipped: Indexed, text: str) -> None:
    asked = {
        record.id
        for record in shipped.records.values()
        for printed in record.requesters
        if (concept := shipped.names.requester(printed)) is not None and concept.id == "country-se"
    }
    assert len(asked) >= 10
    assert asked <= (set(shipped.ids(text)) if text != "country-se" else set(shipped.ids(f"requester:{text}")))


@pytest.mark.parametrize("text", ["SSR", "RSS"])
def test_one_acronym_finds_the_other_and_nothing_else(shipped: Indexed, text: str) -> None:
    found = shipped.ids(text)
    assert {M2, M3} <= set(found)
    assert M1 not in found
    assert set(found) == set(shipped.ids("SSR"))


@pytest.mark.parametrize("text", ["security sector reform", "réforme du secteur de la sécurité"])
def test_a_concept_in_full_ranks_what_holds_it_above_what_holds_its_words(shipped: Indexed, text: str) -> None:
    found = shipped.ids(text)
    assert found.index(M2) < found.index(M1)
    assert found.index(M3) < found.index(M1)


def test_without_expansion_hits_are_literal(shipped: Indexed) -> None:
    for text in ("SSR", "RSS", "ONU", "DRC"):
        found = shipped.ids(text, expand=False)
        word = re.compile(rf"\b{text}\b")
        assert set(found) == {mandate for mandate in shipped.records if word.search(whole_text(shipped, mandate))}, text


@pytest.mark.parametrize(
    "text", ["RDC", "DRC", "rdc", "Congo-Kinshasa", "RD Congo", "République démocratique du Congo"]
)
def test_every_name_of_a_country_finds_the_same_mandates(shipped: Indexed, text: str) -> None:
    found = set(shipped.ids(text))
    assert M3 in found
    assert found == set(shipped.ids("Democratic Republic of the Congo"))


def test_two_languages_names_of_a_country_find_the_same_mandates(shipped: Indexed) -> None:
    assert set(shipped.ids("Pays-Bas")) == set(shipped.ids("Netherlands")) != set()
    for code in ("ML", "CD", "SE", "NO", "BI", "MD", "SS", "GW", "CI", "CH", "DE", "GB"):
        country = shipped.names.country(code)
        assert country is not None
        assert set(shipped.ids(country.name["en"])) == set(shipped.ids(country.name["fr"])) != set(), code


@pytest.mark.parametrize(
    ("text", "code"),
    [("Guinea-Bissau", "GW"), ("Nigeria", "NG"), ("Niger", "NE"), ("Guinea", "GN"), ("Guinea-Conakry", "GN")],
)
def test_a_country_is_never_found_by_the_name_of_another(shipped: Indexed, text: str, code: str) -> None:
    """Whoever is found is there, or says the name itself."""
    for mandate in shipped.ids(text):
        record = shipped.records[mandate]
        codes = {concept.code for printed in record.places if (concept := shipped.names.place(printed))}
        if code not in codes:
            country = shipped.names.country(code)
            assert country is not None
            forms = [*country.full_names(), *(form for forms in country.demonyms.values() for form in forms)]
            assert any(re.search(rf"\b{re.escape(form)}\b", whole_text(shipped, mandate), re.I) for form in forms)


@pytest.mark.parametrize("text", ["Sudan", "Soudan", "Congo-Brazzaville", "République du Congo", "Equatorial Guinea"])
def test_a_country_where_nobody_worked_finds_nothing_and_says_so(shipped: Indexed, text: str) -> None:
    page = ask(shipped.searcher, text)
    assert page.total == 0
    assert [note.code for note in page.notes] == ["no-document"]


# pages and phrases


def test_pages_joined_hold_every_hit_once(shipped: Indexed) -> None:
    for text in ("", "police reform", "SSR -police", "“security sector”"):
        whole = ask(shipped.searcher, text)
        pages = [ask(shipped.searcher, text, page=number, size=7) for number in range(1, whole.total // 7 + 3)]
        joined = [mandate for page in pages for mandate in ids(page)]
        assert joined == ids(whole), text
        assert len(set(joined)) == len(joined) == whole.total
        assert {page.total for page in pages} == {whole.total}


def test_a_quoted_phrase_is_always_one_mark(shipped: Indexed, tools: Tools) -> None:
    random = Random("phrases")  # the same phrases in each run
    texts = [text for record in shipped.records.values() for text in record.description.values()]
    for _ in range(100):
        text = random.choice(texts)
        tokens = tools.analyzer.tokens(text)
        first = random.randrange(len(tokens) - 3)
        phrase = re.sub('["“”«»]', " ", text[tokens[first].start : tokens[first + random.randint(1, 3)].end])
        page = ask(shipped.searcher, f'"{phrase}"')
        assert page.total >= 1, phrase
        folded = [fold(token) for token in re.findall(r"[^\W_]+", phrase)]
        for result in page.results:
            assert result.why
            for why in result.why:
                assert [fold(token) for token in re.findall(r"[^\W_]+", why.words)] == folded
