"""Requests answered: what is read, filtered, counted and offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.analysis.tools import Tools
from search_app.errors import UnknownMandateError
from search_app.index.query import Filters, Query
from search_app.search.naming import choosing
from search_app.search.results import Note, SearchRequest
from search_app.search.searcher import Searcher, status_of
from tests.searching import TODAY, ask, codes, ids, small_engine, small_searcher
from tests.support import mandate
from tests.unit.search.conftest import MANDATES, NAMES

ALL = ["mali-reform", "drc-rss", "south-sudan-training", "guinea-bissau-review", "undated"]


# what is asked


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_blank_query_lists_everything_newest_start_first(world: Searcher, text: str) -> None:
    page = ask(world, text)
    # those without a start come last
    assert ids(page) == ["mali-reform", "drc-rss", "south-sudan-training", "guinea-bissau-review", "undated"]
    assert (page.total, page.sort, page.read_as, page.notes) == (5, "newest", "", ())
    assert all(result.why == () and result.score == 0 for result in page.results)


@pytest.mark.parametrize("text", ["?!", "()", "«»", "-"])
def test_a_query_in_which_nothing_can_be_searched_finds_nothing_and_says_so(world: Searcher, text: str) -> None:
    page = ask(world, text)
    assert page.total == 0
    assert codes(page)[-1] == "nothing-to-search"


def test_the_oldest_start_comes_first_when_asked(world: Searcher) -> None:
    page = ask(world, "", sort="oldest")
    assert ids(page)[:3] == ["south-sudan-training", "drc-rss", "mali-reform"]


def test_relevance_is_the_order_where_there_are_words(world: Searcher) -> None:
    page = ask(world, "police reform")
    assert page.sort == "relevance"
    assert ids(page)[0] == "mali-reform"
    assert ids(ask(world, "police reform", sort="oldest")) == sorted(ids(page), key=ALL.index, reverse=True)


def test_pages_hold_each_hit_once(world: Searcher) -> None:
    whole = ids(ask(world, "reform training governance genre"))
    pages = [ask(world, "reform training governance genre", page=number, size=2) for number in (1, 2, 3, 4)]
    assert [one for page in pages for one in ids(page)] == whole
    assert {page.total for page in pages} == {len(whole)}


def test_a_phrase_does_not_run_from_one_text_into_the_next(tmp_path: Path, tools: Tools) -> None:
    one = mandate("m", title_en="Support to police", en="Reform of the force.", places=("Mali", "Niger"))
    with small_searcher(tmp_path, [one], NAMES, tools) as searcher:
        assert ask(searcher, '"support to police"').total == 1
        assert ask(searcher, '"police reform"').total == 0
        assert ask(searcher, '"mali niger"').total == 0


def test_a_country_known_by_its_code_counts_as_named_once(tmp_path: Path, tools: Tools) -> None:
    # printed is "Guinée", added is "Guinea"; "Guinea-Conakry" stands nowhere, but the code is there
    one = mandate("m", title_fr="Titre", fr="Rien.", places=("Guinée",))
    with small_searcher(tmp_path, [one], NAMES, tools) as searcher:
        scores = {text: ask(searcher, text).results[0].score for text in ("Guinea", "Guinea-Conakry")}
    assert scores["Guinea-Conakry"] == scores["Guinea"] > 0


def test_a_word_typed_twice_counts_twice(world: Searcher) -> None:
    once, twice = (ask(world, text).results[0].score for text in ("reform", "reform reform"))
    assert twice == pytest.approx(2 * once, rel=1e-5)


def test_words_beyond_the_limit_are_not_searched_with_a_note(tmp_path: Path, tools: Tools) -> None:
    with small_engine(tmp_path, MANDATES, NAMES, tools) as engine:
        limited = Searcher(engine, NAMES, analyzer=tools.analyzer, stems=tools.stems, max_terms=2)
        page = ask(limited, "genre governance police")
        assert page.read_as == "genre governance"
        assert ids(page) == ids(ask(limited, "genre governance"))
        assert Note("terms-limited", {"count": "2"}) in page.notes


# what was read


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("the police of Mali", "police Mali"),
        ("police AND reform", "police AND reform"),
        ("“état de droit” -genre", '"état de droit" -genre'),
        ("Police country:ML", "Police country:ML"),
        ('pays:"South Sudan" police', 'police country:"South Sudan"'),
        ("un", '"un"'),
        ("country:Atlantis", "Atlantis"),
        ("police AND South Sudan AND reform", "police AND South Sudan AND reform"),
        ("police AND Guinea-Bissau", "police AND Guinea-Bissau"),
    ],
)
def test_a_query_is_told_as_it_was_read(world: Searcher, text: str, read_as: str) -> None:
    assert ask(world, text).read_as == read_as


def test_it_is_told_in_the_readers_language(world: Searcher) -> None:
    assert ask(world, "police AND reform", language="fr").read_as == "police ET reform"


WORDS = """
police Réforme UN AU SSR sea SEA Guinea-Bissau l’état parl* par* x* -genre title:police country:ML -requester:au
country:Atlantis gendarmarie
"""
SEVERAL = ["South Sudan", '"état de droit"', '"de la"', "Folke Bernadotte"]
OPERANDS = st.sampled_from([*WORDS.split(), *SEVERAL])
SMALL = st.sampled_from(["un", "de", "the", "?", '"'])
BETWEEN = st.sampled_from([" AND ", " ET ", " OR ", " NOT ", " SAUF ", " AND NOT "])


@st.composite
def questions(draw: st.DrawFn) -> str:
    """Operands, small words and signs between them now and then, operators between two operands."""
    text = draw(OPERANDS | SMALL)
    for _ in range(draw(st.integers(0, 5))):
        text += draw(BETWEEN) + draw(OPERANDS) if draw(st.booleans()) else " " + draw(OPERANDS | SMALL)
    return text


def meaning(query: Query) -> object:
    """What a query finds: notes and letters apart, musts and exclusions kept."""
    parts = [(part.clause, part.required, part.in_title) for part in query.parts]
    # of a single part it says nothing whether it is a must
    musts = parts if len(parts) > 1 else [(clause, False, in_title) for clause, _, in_title in parts]
    excluded = {(part.clause, part.in_title) for part in query.excluded}
    return musts, excluded, replace(query, parts=(), excluded=())


@given(questions(), st.sampled_from(["en", "fr"]))
def test_reading_what_was_read_finds_the_same(world: Searcher, text: str, language: str) -> None:
    page = ask(world, text, language=language)
    if page.read_as:
        again = ask(world, page.read_as, language=language)
        assert again.total == page.total
        assert ids(again) == ids(page)
        once, twice = (world.read(SearchRequest(text=one, language=language)) for one in (text, page.read_as))  # type: ignore[arg-type]
        assert meaning(once) == meaning(twice)


@given(st.text(max_size=60))
def test_no_text_is_an_error(world: Searcher, text: str) -> None:
    page = ask(world, text)
    assert page.total >= len(page.results)


# filters


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(country=("ML",)), ["mali-reform"]),
        (Filters(country=("ml",)), ["mali-reform"]),
        (Filters(country=("sahel",)), ["mali-reform"]),
        (Filters(country=("CD", "SS")), ["drc-rss", "south-sudan-training"]),
        (Filters(country=("XX",)), []),
        (Filters(requester=("un",)), ["south-sudan-training", "guinea-bissau-review"]),
        (Filters(requester=("folke-bernadotte-academy",)), ["south-sudan-training"]),
        (Filters(requester=("country-se",)), ["guinea-bissau-review"]),
        (Filters(requester=("un",), country=("SS",)), ["south-sudan-training"]),
        (Filters(lang=("fr",)), ["mali-reform", "drc-rss", "undated"]),
        (Filters(status=("active",)), ["mali-reform", "south-sudan-training"]),
        (Filters(status=("unknown", "ended")), ["drc-rss", "guinea-bissau-review", "undated"]),
        (Filters(start=date(2017, 1, 9), end=date(2017, 1, 9)), ["drc-rss", "south-sudan-training"]),
        (Filters(start=date(2017, 1, 10), end=date(2017, 1, 10)), ["south-sudan-training"]),
        (Filters(end=date(2010, 1, 1)), ["guinea-bissau-review"]),
        (Filters(start=date(2030, 1, 1)), ["south-sudan-training"]),
    ],
)
def test_filters_narrow(world: Searcher, filters: Filters, expected: list[str]) -> None:
    page = ask(world, "", filters=filters)
    assert ids(page) == expected
    assert page.total == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("country:ML", ["mali-reform"]),
        ("country:ml", ["mali-reform"]),
        ("country:Mali", ["mali-reform"]),
        ("country:country-ml", ["mali-reform"]),
        ("pays:Sahel", ["mali-reform"]),
        ("country:RDC", ["drc-rss"]),
        ('country:"République démocratique du Congo"', ["drc-rss"]),
        ("country:ML country:SS", ["mali-reform", "south-sudan-training"]),
        ("requester:UN", ["south-sudan-training", "guinea-bissau-review"]),
        ('demandeur:"Nations unies"', ["south-sudan-training", "guinea-bissau-review"]),
        ('requester:"Folke Bernadotte Academy"', ["south-sudan-training"]),
        ("requester:Suède", ["guinea-bissau-review"]),
        ("requester:UN country:SS", ["south-sudan-training"]),
        ("-country:ML", ["drc-rss", "south-sudan-training", "guinea-bissau-review", "undated"]),
    ],
)
def test_filters_may_be_typed(world: Searcher, text: str, expected: list[str]) -> None:
    page = ask(world, text)
    assert ids(page) == expected
    assert page.notes == ()


def test_a_typed_filter_narrows_words(world: Searcher) -> None:
    assert ids(ask(world, "reform country:CD")) == ["drc-rss"]


# facets


def counts(world: Searcher, facet: str, text: str = "", **filters: object) -> dict[str, int]:
    page = ask(world, text, filters=Filters(**filters))  # type: ignore[arg-type]
    return {one.value: one.count for one in page.facets[facet]}


def test_facets_count_values_and_the_regions_around_them(world: Searcher) -> None:
    assert counts(world, "country") == {"ML": 1, "sahel": 1, "CD": 1, "CI": 1, "SS": 1, "GW": 1}
    assert counts(world, "requester") == {"un": 2, "au": 1, "folke-bernadotte-academy": 1, "country-se": 1}
    assert counts(world, "lang") == {"en": 3, "fr": 3}
    assert counts(world, "status") == {"active": 2, "ended": 2, "unknown": 1}


def test_a_facet_is_not_narrowed_by_its_own_filter(world: Searcher) -> None:
    assert counts(world, "country", country=("ML",)) == counts(world, "country")
    assert counts(world, "lang", country=("ML",)) == {"en": 1, "fr": 1}


def test_a_chosen_value_without_hits_is_shown_with_zero(world: Searcher) -> None:
    page = ask(world, "genre", filters=Filters(country=("ML",)))
    (chosen,) = [one for one in page.facets["country"] if one.selected]
    assert (chosen.value, chosen.count, chosen.name["fr"]) == ("ML", 0, "Mali")


def test_facets_have_names_in_both_languages(world: Searcher) -> None:
    facets = ask(world, "").facets
    names = {one.value: one.name for facet in facets.values() for one in facet}
    assert names["CD"] == {"en": "Democratic Republic of the Congo", "fr": "République démocratique du Congo"}
    assert names["un"] == {"en": "United Nations", "fr": "Nations unies"}
    assert names["folke-bernadotte-academy"] == dict.fromkeys(("en", "fr"), "Folke Bernadotte Academy")
    assert names["fr"] == {"en": "French", "fr": "français"}


def test_every_facet_value_leads_to_its_count(world: Searcher) -> None:
    for text in ("", "reform", "police -genre", "country:sahel"):
        for facet, values in ask(world, text).facets.items():
            for one in values:
                led_to = ask(world, text, filters=choosing(Filters(), facet, one.value))
                assert led_to.total == one.count, (text, facet, one.value)


# the days

CASES = [
    ((None, None), "unknown"),
    ((date(2019, 3, 16), None), "planned"),
    ((date(2019, 3, 16), date(2019, 4, 1)), "planned"),
    ((date(2019, 3, 15), date(2019, 3, 15)), "active"),
    ((date(2019, 3, 15), None), "active"),
    ((None, date(2019, 3, 15)), "active"),
    ((date(2018, 1, 1), date(2019, 3, 14)), "ended"),
    ((None, date(2019, 3, 14)), "ended"),
]


@pytest.mark.parametrize(("days", "expected"), CASES)
def test_status_on_a_day(days: tuple[date | None, date | None], expected: str) -> None:
    assert status_of(mandate("m", title_en="T", start=days[0], end=days[1]), date(2019, 3, 15)) == expected


# what else may be asked


def test_all_words_are_offered_with_their_count(world: Searcher) -> None:
    offer = ask(world, "police genre reform").all_words
    assert offer is not None
    assert (offer.text, offer.count) == ("police AND genre AND reform", 0)
    offer = ask(world, "police réforme", language="fr").all_words
    assert offer is not None
    assert (offer.text, offer.count) == ("police ET réforme", 1)


@pytest.mark.parametrize(
    "text", ["police", "", "police AND reform", '"état de droit"', "security sector reform", "-police"]
)
def test_all_words_are_not_offered_where_it_is_the_same_question(world: Searcher, text: str) -> None:
    assert ask(world, text).all_words is None


@pytest.mark.parametrize(
    "text",
    [
        "police reform",
        "police reform -gendarmerie",
        "country:ML police reform",
        "police reform -country:ML",
        "Guinea-Bissau review",
        "South Sudan security sector reform",
        "title:police reform parl*",
        '"état de droit" police',
        "un de",
        "UN AU",
        "gendarmarie police",
    ],
)
@pytest.mark.parametrize("narrowed", [Filters(), Filters(lang=("fr",)), Filters(country=("sahel",))])
def test_all_words_lead_to_their_count(world: Searcher, text: str, narrowed: Filters) -> None:
    offer = ask(world, text, filters=narrowed).all_words
    assert offer is not None
    assert ask(world, offer.text, filters=narrowed).total == offer.count


def test_an_empty_answer_says_which_word_to_leave_out(world: Searcher) -> None:
    page = ask(world, "piracy AND Mali")
    assert page.total == 0
    assert Note("no-document", {"word": "piracy"}) in page.notes
    assert [(one.kind, one.dropped, one.request.text, one.count) for one in page.remedies] == [
        ("word", "piracy", "Mali", 1)
    ]


def test_an_empty_answer_says_which_filter_to_leave_out(world: Searcher) -> None:
    page = ask(world, "genre", filters=Filters(country=("ML",), lang=("fr",)))
    assert [(one.kind, one.dropped, one.count) for one in page.remedies] == [("filter", "country", 1)]


def test_an_empty_answer_offers_a_phrase_without_its_quotes(world: Searcher) -> None:
    page = ask(world, '"droit de police"')
    assert [(one.kind, one.request.text) for one in page.remedies] == [("quotes", "droit de police")]


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("piracy AND Mali", Filters()),
        ("police AND genre AND piracy", Filters()),
        ("piracy AND police country:ML", Filters()),
        ('"droit de police" AND mali', Filters(lang=("fr",))),
        ("genre", Filters(country=("ML",), status=("active",))),
        ("genre country:ML", Filters()),
        ("police -reform", Filters(lang=("en",))),
        ("South Sudan AND genre AND police", Filters(requester=("un",), country=("SS",))),
    ],
)
def test_every_remedy_leads_to_its_count_the_widest_first(world: Searcher, text: str, filters: Filters) -> None:
    page = ask(world, text, filters=filters)
    assert page.total == 0
    found = [one.count for one in page.remedies]
    assert found == sorted(found, reverse=True)
    assert 0 not in found
    for one in page.remedies:
        assert world.search(one.request, TODAY).total == one.count


def test_nothing_is_offered_beside_hits(world: Searcher) -> None:
    assert ask(world, "police").remedies == ()


# one mandate


def test_a_mandate_is_shown_with_the_marks_of_the_search_that_led_to_it(world: Searcher) -> None:
    view = world.mandate("drc-rss", SearchRequest(text="SSR"), TODAY)
    assert ("title.fr", "RSS") in [(why.field, why.words) for why in view.why]
    assert [named.id for named in view.countries] == ["CD", "CI"]
    assert (view.languages, view.status) == (("fr",), "ended")


def test_a_mandate_without_a_search_has_no_marks(world: Searcher) -> None:
    assert world.mandate("drc-rss", None, TODAY).why == ()


def test_an_unknown_mandate_is_an_error_that_says_what_to_do(world: Searcher) -> None:
    with pytest.raises(UnknownMandateError, match="'nowhere'"):
        world.mandate("nowhere", None, TODAY)


def test_the_overview_counts_what_is_searched(world: Searcher) -> None:
    overview = world.overview()
    assert (overview.mandates, overview.first_year, overview.last_year) == (5, 2010, 2019)
    assert overview.languages == {"en": 3, "fr": 3}


def test_an_explanation_names_terms_and_scores(world: Searcher) -> None:
    lines = world.explain(SearchRequest(text="police SSR"), TODAY)
    assert lines[0] == "tokens: police[0:6] ssr[7:10]"
    assert any("mali-reform" in line for line in lines)
