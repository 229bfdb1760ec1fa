"""The query language, construct by construct."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.analysis.analyzer import Analyzer
from search_app.search.grammar import Grammar, Item, Parsed, read_back
from search_app.search.results import Note

ACRONYMS = {"un", "au", "ssr", "onu", "us", "sea", "rol"}
COUNTRIES = {"ml", "mali", "burkina faso", "côte d’ivoire", "sahel"}
REQUESTERS = {"un", "au", "african union", "folke-bernadotte-academy"}
SIGNS = ['"', "“", "”", "«", "»", "-", "*", ":", "(", ")", " ", "'", "’", ",", "\n", "\u00a0", "\u202f", "&", "."]
WORDS = """
AND ET OR OU NOT SAUF title: titre: country: pays: requester: demandeur: UN un AU SSR de the sécurité re\u0301forme
l’état Guinea-Bissau M&E ML police
"""
PIECES = st.sampled_from([*SIGNS, *WORDS.split()])
TYPED = st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join) | st.lists(PIECES, max_size=9).map(" ".join)


@pytest.fixture(scope="module")
def grammar(analyzer: Analyzer) -> Grammar:
    """A grammar that knows a handful of acronyms and filters, over an index that holds IT."""
    known = {"country": COUNTRIES, "requester": REQUESTERS}
    return Grammar(
        analyzer,
        is_acronym=ACRONYMS.__contains__,
        is_term={"IT"}.__contains__,
        is_filter=lambda field, value: value.casefold() in known[field],
    )


def terms(parsed: Parsed) -> list[str]:
    """The terms of all operands, an operand's own joined by +."""
    return ["+".join(token.term for token in item.tokens) for item in parsed.items]


def flags(item: Item) -> str:
    """What an operand is, in one word."""
    named = {"must": item.required, "not": item.excluded, "title": item.in_title}
    return " ".join([item.kind, *(name for name, held in named.items() if held)])


def shape(parsed: Parsed) -> list[tuple[str, str]]:
    """Terms and flags of all operands."""
    return list(zip(terms(parsed), map(flags, parsed.items), strict=True))


def codes(parsed: Parsed) -> list[str]:
    return [note.code for note in parsed.notes]


# words and quotes


def test_words_are_folded_and_optional(grammar: Grammar) -> None:
    assert shape(grammar.parse("Sécurité MALI œuvre")) == [
        ("securite", "word"),
        ("mali", "word"),
        ("oeuvre", "word"),
    ]


def test_composed_and_decomposed_text_are_read_alike(grammar: Grammar) -> None:
    assert grammar.parse("re\u0301forme du secteur") == grammar.parse("r\u00e9forme du secteur")


@pytest.mark.parametrize("text", ['"état de droit"', "“état de droit”", "«état de droit»", "« état de droit »"])
def test_each_kind_of_quotes_makes_one_phrase(grammar: Grammar, text: str) -> None:
    parsed = grammar.parse(text)
    assert shape(parsed) == [("etat+!de+droit", "phrase")]
    assert parsed.items[0].typed == "état de droit"
    assert parsed.notes == ()


def test_a_quoted_word_is_a_phrase_of_one(grammar: Grammar) -> None:
    assert shape(grammar.parse('"police"')) == [("police", "phrase")]


def test_words_beside_quotes_are_their_own_operands(grammar: Grammar) -> None:
    parsed = grammar.parse('mali"état de droit"police')
    assert shape(parsed) == [("mali", "word"), ("etat+!de+droit", "phrase"), ("police", "word")]


@pytest.mark.parametrize("quote", ['"', "“", "«"])
def test_an_unclosed_quote_is_said_to_be_ignored(grammar: Grammar, quote: str) -> None:
    parsed = grammar.parse(f"mali {quote}état de droit")
    assert shape(parsed) == [("mali", "word"), ("etat", "word"), ("!de", "word"), ("droit", "word")]
    assert parsed.notes == (Note("ignored", {"words": quote}),)


def test_a_closing_quote_alone_does_no_harm(grammar: Grammar) -> None:
    assert terms(grammar.parse("mali” police»")) == ["mali", "police"]


@pytest.mark.parametrize("text", ['""', "«»", '" "', '"..."'])
def test_quotes_around_nothing_are_never_told_as_an_empty_note(grammar: Grammar, text: str) -> None:
    parsed = grammar.parse(f"mali {text}")
    assert terms(parsed) == ["mali"]
    assert all(note.values.get("words", "").strip() for note in parsed.notes)


def test_parentheses_are_text(grammar: Grammar) -> None:
    assert shape(grammar.parse("(mali) (police OR justice)")) == [
        ("mali", "word"),
        ("police", "word"),
        ("justice", "word"),
    ]


def test_hyphens_part_words_that_stay_together(grammar: Grammar) -> None:
    first, second = grammar.parse("Guinea-Bissau").items
    assert (first.tokens[0].term, second.tokens[0].term) == ("guinea", "bissau")
    assert first.chunk == second.chunk
    assert second.joined


def test_elided_articles_are_not_part_of_what_was_typed(grammar: Grammar) -> None:
    (item,) = grammar.parse("l’état").items
    assert (item.tokens[0].term, item.typed) == ("etat", "état")


def test_nothing_but_signs_gives_no_operand_and_a_note(grammar: Grammar) -> None:
    parsed = grammar.parse("?! … ()")
    assert parsed.items == ()
    assert parsed.notes == (Note("ignored", {"words": "?! … ()"}),)


def test_an_empty_query_is_empty(grammar: Grammar) -> None:
    assert grammar.parse(" \n ") == Parsed(case="none")


# minus and prefix


def test_minus_takes_out_a_word_a_phrase_or_all_words_of_a_piece(grammar: Grammar) -> None:
    assert shape(grammar.parse('mali -police -"état de droit" -Guinea-Bissau')) == [
        ("mali", "word"),
        ("police", "word not"),
        ("etat+!de+droit", "phrase not"),
        ("guinea", "word not"),
        ("bissau", "word not"),
    ]


@pytest.mark.parametrize("text", ["- police", "mali - police", "mali-police", "--police", "–police"])
def test_a_dash_that_is_no_minus_takes_nothing_out(grammar: Grammar, text: str) -> None:
    assert not any(item.excluded for item in grammar.parse(text).items)


def test_minus_acts_on_a_title_word_and_a_prefix(grammar: Grammar) -> None:
    assert shape(grammar.parse("-title:budget -reform*")) == [("budget", "word not title"), ("reform", "prefix not")]


@pytest.mark.parametrize(("text", "term"), [("reform*", "reform"), ("éta*", "eta"), ("œuv*", "oeuv"), ("DDR*", "ddr")])
def test_three_letters_and_a_star_are_a_prefix(grammar: Grammar, text: str, term: str) -> None:
    parsed = grammar.parse(text)
    assert shape(parsed) == [(term, "prefix")]
    assert parsed.items[0].typed == text
    assert parsed.notes == ()


@pytest.mark.parametrize(("text", "term"), [("par*", "par"), ("des*", "des"), ("sur*", "sur"), ("for*", "for")])
def test_the_letters_of_a_prefix_may_spell_a_stop_word(grammar: Grammar, text: str, term: str) -> None:
    parsed = grammar.parse(text)
    assert shape(parsed) == [(term, "prefix")]
    assert parsed.notes == ()


@pytest.mark.parametrize(("text", "kept"), [("po*", "po"), ("x*", "x"), ("l’é*", "e")])
def test_a_prefix_of_fewer_letters_is_the_plain_word_with_a_note(grammar: Grammar, text: str, kept: str) -> None:
    parsed = grammar.parse(text)
    assert shape(parsed) == [(kept, "word")]
    assert codes(parsed) == ["prefix-too-short"]


@pytest.mark.parametrize("text", ["*reform", "re*form"])
def test_a_star_elsewhere_is_said_to_be_ignored(grammar: Grammar, text: str) -> None:
    parsed = grammar.parse(text)
    assert {item.kind for item in parsed.items} == {"word"}
    assert parsed.notes == (Note("ignored", {"words": "*"}),)


# operators


@pytest.mark.parametrize("operator", ["AND", "ET"])
def test_and_makes_its_two_neighbours_a_must(grammar: Grammar, operator: str) -> None:
    assert shape(grammar.parse(f"kenya police {operator} mali justice")) == [
        ("kenya", "word"),
        ("police", "word must"),
        ("mali", "word must"),
        ("justice", "word"),
    ]


def test_and_acts_on_all_words_written_as_one(grammar: Grammar) -> None:
    assert shape(grammar.parse("Guinea-Bissau AND sous-officiers")) == [
        ("guinea", "word must"),
        ("bissau", "word must"),
        ("sous", "word must"),
        ("officiers", "word must"),
    ]


def test_and_acts_on_phrases_and_prefixes(grammar: Grammar) -> None:
    assert shape(grammar.parse('"état de droit" ET reform*')) == [
        ("etat+!de+droit", "phrase must"),
        ("reform", "prefix must"),
    ]


@pytest.mark.parametrize("operator", ["OR", "OU"])
def test_or_is_what_stands_between_words_anyway(grammar: Grammar, operator: str) -> None:
    assert shape(grammar.parse(f"mali {operator} kenya")) == [("mali", "word"), ("kenya", "word")]


@pytest.mark.parametrize("operator", ["NOT", "SAUF", "AND NOT", "ET SAUF", "OR NOT"])
def test_not_takes_the_next_operand_out(grammar: Grammar, operator: str) -> None:
    assert shape(grammar.parse(f"mali {operator} police"))[-1] == ("police", "word not")


def test_not_takes_a_whole_phrase_out(grammar: Grammar) -> None:
    assert shape(grammar.parse('mali SAUF "état de droit"')) == [("mali", "word"), ("etat+!de+droit", "phrase not")]


@pytest.mark.parametrize("operator", ["AND", "ET", "OR", "OU", "NOT", "SAUF"])
@pytest.mark.parametrize("text", ["{} police", "police {}", "police {} ...", "... {} police", "{}"])
def test_an_operator_without_two_operands_is_a_word(grammar: Grammar, operator: str, text: str) -> None:
    parsed = grammar.parse(text.format(operator))
    assert not any(item.required or item.excluded for item in parsed.items)
    assert operator in [item.typed for item in parsed.items]


@pytest.mark.parametrize(
    "text", ["mali and police", "mali et police", "mali or police", "mali not police", "mali Sauf police"]
)
def test_operators_in_small_letters_are_words(grammar: Grammar, text: str) -> None:
    parsed = grammar.parse(text)
    assert len(parsed.items) == 3
    assert not any(item.required or item.excluded for item in parsed.items)


def test_quoted_operators_are_words(grammar: Grammar) -> None:
    assert terms(grammar.parse('mali "AND" police')) == ["mali", "!and", "police"]


def test_words_on_both_sides_of_an_operator_name_nothing_together(grammar: Grammar) -> None:
    items = grammar.parse("security OR sector reform").items
    assert [item.joined for item in items] == [False, False, True]


# fields


@pytest.mark.parametrize("field", ["title:", "titre:", "TITLE:", "Titre:"])
def test_title_takes_the_next_word_or_phrase(grammar: Grammar, field: str) -> None:
    assert shape(grammar.parse(f'{field}budget mali {field}"état de droit" {field}reform*')) == [
        ("budget", "word title"),
        ("mali", "word"),
        ("etat+!de+droit", "phrase title"),
        ("reform", "prefix title"),
    ]


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("country:ML", [("country", "ML")]),
        ("country:mali", [("country", "mali")]),
        ("pays:Mali", [("country", "Mali")]),
        ('country:"Burkina Faso"', [("country", "Burkina Faso")]),
        ("pays:«Burkina Faso»", [("country", "Burkina Faso")]),
        ("country:sahel", [("country", "sahel")]),
        ("requester:UN", [("requester", "UN")]),
        ('demandeur:"African Union"', [("requester", "African Union")]),
        ("requester:folke-bernadotte-academy", [("requester", "folke-bernadotte-academy")]),
        ("country:ML requester:au country:Mali", [("country", "ML"), ("requester", "au"), ("country", "Mali")]),
    ],
)
def test_country_and_requester_are_filters(grammar: Grammar, text: str, filters: list[tuple[str, str]]) -> None:
    parsed = grammar.parse(text)
    assert [(one.field, one.value) for one in parsed.filters] == filters
    assert not any(one.excluded for one in parsed.filters)
    assert parsed.items == ()
    assert parsed.notes == ()


def test_a_filter_stands_anywhere_in_a_query(grammar: Grammar) -> None:
    parsed = grammar.parse("police country:ML, reform")
    assert terms(parsed) == ["police", "reform"]
    assert list(map(str, parsed.filters)) == ["country:ML"]


@pytest.mark.parametrize("text", ["police -country:ML", 'police -pays:"Burkina Faso"'])
def test_a_filter_may_be_taken_out(grammar: Grammar, text: str) -> None:
    parsed = grammar.parse(text)
    assert shape(parsed) == [("police", "word")]
    assert [one.excluded for one in parsed.filters] == [True]
    assert parsed.notes == ()


def test_an_operator_beside_a_filter_is_no_word(grammar: Grammar) -> None:
    parsed = grammar.parse("country:ML AND police")
    assert terms(parsed) == ["police"]
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("text", "name", "value", "words"),
    [
        ("country:Atlantis", "country", "Atlantis", ["atlantis"]),
        (
            'requester:"Ministry of Silly Walks"',
            "requester",
            "Ministry of Silly Walks",
            ["ministry", "!of", "silly", "walks"],
        ),
        ("pays:police", "country", "police", ["police"]),
    ],
)
def test_an_unknown_filter_value_is_searched_as_words_with_a_note(
    grammar: Grammar, text: str, name: str, value: str, words: list[str]
) -> None:
    parsed = grammar.parse(text)
    assert parsed.filters == ()
    assert terms(parsed) == words
    assert parsed.notes == (Note("filter-unknown", {"filter": name, "value": value}),)


@pytest.mark.parametrize("text", ["title:", "country:", "requester: ", "colour:red"])
def test_what_only_looks_like_a_field_is_text(grammar: Grammar, text: str) -> None:
    parsed = grammar.parse(text)
    assert parsed.filters == ()
    assert parsed.items
    assert not any(item.in_title for item in parsed.items)


# capitals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UN", ["UN"]),
        ("un", ["!un"]),
        ("IT", ["IT"]),
        ("police IT", ["police", "IT"]),
        ("police WE", ["police", "!we"]),
        ("WE", ["!we"]),
        ('"WE"', ["!we"]),
        ("UN SSR", ["UN", "ssr"]),
        ("UN AU", ["UN", "AU"]),
        ("UN OR AU", ["UN", "AU"]),
        ("APPUI AU MALI", ["appui", "!au", "mali"]),
        ("UN police", ["UN", "police"]),
        ("un police", ["!un", "police"]),
        ("U.N.", ["UN"]),
        ("Appui AU Mali", ["appui", "AU", "mali"]),
        ("UN RAPPORT", ["!un", "rapport"]),
    ],
)
def test_capitals_tell_an_acronym_from_a_small_word(grammar: Grammar, text: str, expected: list[str]) -> None:
    assert terms(grammar.parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("UN SSR", "capitals"),
        ("UN", "capitals"),
        ("Mali SSR", "capitals"),
        ("ssr mali", "none"),
        ("APPUI AU MALI", "none"),
    ],
)
def test_a_query_says_whether_its_capitals_count(grammar: Grammar, text: str, case: str) -> None:
    assert grammar.parse(text).case == case


def test_a_note_says_which_acronym_was_read_as_a_small_word(grammar: Grammar) -> None:
    assert grammar.parse("APPUI AU MALI").notes == (Note("small-word", {"word": "AU"}),)


@pytest.mark.parametrize("text", ["police WE", '"police WE"', "WE"])
def test_capitals_that_nobody_knows_are_told_as_the_small_word(grammar: Grammar, text: str) -> None:
    assert grammar.parse(text).notes == (Note("small-word", {"word": "WE"}),)


# whatever is typed


@given(TYPED)
def test_no_text_is_an_error(grammar: Grammar, text: str) -> None:
    parsed = grammar.parse(text)
    assert all(item.tokens for item in parsed.items)


SINGLE = "police Sécurité l’état SSR UN Guinea-Bissau reform* title:budget -mali -title:budget -reform*"
SEVERAL = ["titre:“plan d’action”", '"état de droit"', "«Livre blanc»", '-"état de droit"']
OPERANDS = st.sampled_from([*SINGLE.split(), *SEVERAL])
BETWEEN = st.sampled_from([" ", " ", " AND ", " ET ", " OR ", " OU ", " NOT ", " SAUF ", " AND NOT "])


@st.composite
def well_formed(draw: st.DrawFn) -> str:
    """Operands with operators between them."""
    operands = draw(st.lists(OPERANDS, min_size=1, max_size=6))
    return "".join(draw(BETWEEN) * bool(number) + operand for number, operand in enumerate(operands))


@given(well_formed())
def test_what_was_read_reads_the_same_again(grammar: Grammar, text: str) -> None:
    once = grammar.parse(text)
    for language in ("en", "fr"):
        assert shape(grammar.parse(read_back(once.items, language))) == shape(once)


def test_reading_back_writes_the_operators_of_the_language(grammar: Grammar) -> None:
    items = grammar.parse('police AND "état de droit" -title:budget reform*').items
    assert read_back(items, "en") == 'police AND "état de droit" -title:budget reform*'
    assert read_back(items, "fr") == 'police ET "état de droit" -title:budget reform*'
