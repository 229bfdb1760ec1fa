"""What an engine is given of a mandate: positions, lengths, derived names, values of filters, the digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from search_app.analysis.analyzer import Analyzer, Token
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.index.document import GAP, PARTS, Document, make_document, part_text
from tests.contract.invention import dice, random_mandate
from tests.support import WORLD, country, mandate


def made(analyzer: Analyzer, one: Mandate) -> Document:
    """The document of a mandate."""
    return make_document(one, analyzer, WORLD)


def test_positions_count_every_word_and_leave_a_gap_between_passages(analyzer: Analyzer) -> None:
    document = made(analyzer, mandate("m-1", title_en="Reform of police", title_fr="Police", en="The police", fr="fin"))
    # title.en 0-2, title.fr from 3 + 100, description.en from 104 + 100, description.fr from 206 + 100
    assert GAP == 100
    assert document.body == {"reform": [0], "!of": [1], "police": [2, 103, 205], "!the": [204], "fin": [306]}
    assert document.title == {"reform": 1, "!of": 1, "police": 2}
    assert document.title_end == 204


def test_lengths_count_words_without_stop_words(analyzer: Analyzer) -> None:
    document = made(
        analyzer, mandate("m-1", title_en="Reform of the police", en="The police of Mali", places=("Mali",))
    )
    assert document.title_length == 2
    assert document.length == 5  # reform police | police mali | mali


def test_each_printed_name_is_a_passage_of_its_own(analyzer: Analyzer) -> None:
    one = mandate("m-1", title_en="a", requesters=("Alpha Beta", "Gamma"), places=("Delta",))
    document = made(analyzer, one)
    assert [document.body[term] for term in ("alpha", "beta", "gamma", "delta")] == [[101], [102], [203], [304]]
    assert document.parts[PARTS.index("requesters")] == (
        Token("alpha", 0, 5),
        Token("beta", 6, 10),
        Token("gamma", 11, 16),
    )
    assert part_text(one, "requesters") == "Alpha Beta\nGamma"


def test_tokens_cut_their_words_out_of_the_stored_text(analyzer: Analyzer) -> None:
    rng = dice(3)
    for number in range(60):
        one = random_mandate(rng, f"m-{number}")
        document = made(analyzer, one)
        for name, tokens in zip(PARTS, document.parts, strict=True):
            text = part_text(one, name)
            assert all(0 <= token.start < token.end <= len(text) for token in tokens)
            words = [token.term.removeprefix("!").casefold() for token in tokens]
            assert words == [
                analyzer.terms(text[token.start : token.end])[0].removeprefix("!").casefold() for token in tokens
            ]


def test_body_holds_all_tokens_and_the_derived_names_and_nothing_else(analyzer: Analyzer) -> None:
    rng = dice(4)
    for number in range(60):
        document = made(analyzer, random_mandate(rng, f"m-{number}"))
        terms = [token.term for part in document.parts for token in part] + list(document.derived)
        assert sorted(terms) == sorted(term for term, places in document.body.items() for _ in places)
        positions = sorted(place for places in document.body.values() for place in places)
        assert len(set(positions)) == len(positions)
        assert all(places == sorted(places) for places in document.body.values())
        assert document.length == sum(not term.startswith("!") for term in terms)
        titles = [token.term for part in document.parts[:2] for token in part]
        assert sorted(titles) == sorted(term for term, count in document.title.items() for _ in range(count))


# derived names


@pytest.mark.parametrize(
    ("requesters", "places", "derived"),
    [
        ((), ("Mali",), ""),
        ((), ("Soudan",), "sudan"),
        ((), ("Congo-Brazzaville",), "republic !of !the congo republique !du congo"),
        ((), ("Soudan", "Sudan"), ""),
        ((), ("Soudan", "Soudan du Sud"), "sudan south sudan"),
        (("Nations unies",), (), "united nations"),
        (("UN",), (), "united nations nations unies"),
        (("Nations unies",), ("Nations unies",), "united nations"),
        (("Nobody",), ("Nowhere",), ""),
        (("Soudan",), ("Soudan",), "sudan"),
    ],
)
def test_names_in_both_languages_are_derived_once(
    analyzer: Analyzer, requesters: tuple[str, ...], places: tuple[str, ...], derived: str
) -> None:
    document = made(analyzer, mandate("m-1", requesters=requesters, places=places))
    assert " ".join(document.derived) == derived


def test_acronyms_are_not_derived(analyzer: Analyzer) -> None:
    document = made(analyzer, mandate("m-1", requesters=("Nations unies",)))
    assert "UN" not in document.body
    assert "onu" not in document.body


# filters


def test_place_of_a_country_counts_for_the_regions_around_it(analyzer: Analyzer) -> None:
    document = made(analyzer, mandate("m-1", places=("Mali", "Soudan", "Niger", "Bamako", "Mali")))
    assert document.places == ("ML", "sahel", "SD", "NE")
    assert document.holds == ("country-ml", "country-sd", "country-ne")


def test_region_and_organisation_are_places_by_their_ids(analyzer: Analyzer) -> None:
    document = made(analyzer, mandate("m-1", places=("Sahel", "African Union")))
    assert document.places == ("sahel", "au")


def test_requester_is_a_concept_or_a_slug_of_its_name(analyzer: Analyzer) -> None:
    printed = ("Union africaine", "Ministère de l’Intérieur", "Mali", "African Union", "…")
    document = made(analyzer, mandate("m-1", requesters=printed))
    assert document.requesters == ("au", "ministere-de-linterieur", "country-ml", "unnamed")
    assert document.labels == {"ministere-de-linterieur": "Ministère de l’Intérieur", "unnamed": "…"}


@pytest.mark.parametrize(
    ("texts", "languages"),
    [
        ({"en": "a", "title_fr": "b"}, ("en",)),
        ({"fr": "a", "title_en": "b"}, ("fr",)),
        ({"en": "a", "fr": "b"}, ("en", "fr")),
        ({"title_fr": "b"}, ("fr",)),
        ({"title_en": "a", "title_fr": "b"}, ("en", "fr")),
    ],
)
def test_languages_are_those_of_the_description_else_of_the_title(
    analyzer: Analyzer, texts: dict[str, str], languages: tuple[str, ...]
) -> None:
    assert made(analyzer, mandate("m-1", **texts)).languages == languages


def test_open_sides_are_the_first_and_last_day_there_is(analyzer: Analyzer) -> None:
    day = date(2019, 2, 1)
    document = made(analyzer, mandate("m-1", start=day))
    assert (document.first, document.last) == (day.toordinal(), date.max.toordinal())
    document = made(analyzer, mandate("m-1", end=day))
    assert (document.first, document.last) == (date.min.toordinal(), day.toordinal())


# the digest


BASE = mandate("m-1", title_en="Police", en="reform", requesters=("UN",), places=("Mali",), start=date(2019, 2, 1))


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, id="m-2"),
        replace(BASE, title={"en": "Police!"}),
        replace(BASE, title={"fr": "Police"}),
        replace(BASE, description={"en": "reforms"}),
        replace(BASE, requesters=("UN", "AU")),
        replace(BASE, places=()),
        replace(BASE, start=date(2019, 2, 2)),
        replace(BASE, end=date(2019, 2, 2)),
        replace(BASE, note="seen"),
        replace(BASE, url="https://example.org/"),
    ],
)
def test_digest_tells_any_change_of_the_record(analyzer: Analyzer, other: Mandate) -> None:
    assert made(analyzer, other).digest != made(analyzer, BASE).digest


def test_digest_tells_other_names_where_they_matter(analyzer: Analyzer) -> None:
    def with_mali(concept_names: Names) -> str:
        return make_document(BASE, analyzer, concept_names).digest

    mali, renamed = country("ML", "Mali", "Mali"), country("ML", "Mali", "République du Mali")
    assert with_mali(Names([mali])) == with_mali(Names([mali, country("SD", "Sudan", "Soudan")]))
    assert len({with_mali(Names([mali])), with_mali(Names([renamed])), with_mali(Names([]))}) == 3


def test_digest_tells_where_one_derived_name_ends_and_the_next_begins(analyzer: Analyzer) -> None:
    labels = (("Sudan West", "Mali"), ("Sudan", "West Mali"))
    one = mandate("m-1", places=("Sahelia",))
    worlds = (Names([country("ML", en, fr, "Sahelia")]) for en, fr in labels)
    first, second = (make_document(one, analyzer, world) for world in worlds)
    assert first.derived == second.derived == ("sudan", "west", "mali")
    assert first.digest != second.digest


def test_same_mandate_gives_the_same_document(analyzer: Analyzer) -> None:
    one = random_mandate(dice(6), "m-1")
    assert made(Analyzer(), one) == made(analyzer, one)
    assert made(Analyzer(), one).digest == made(analyzer, one).digest
