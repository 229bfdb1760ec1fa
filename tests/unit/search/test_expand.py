"""From words to names and concepts: what is searched, and what the reader is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.names import Names
from search_app.index.query import Clause, Concept, Exact, Label, Longer, Name, Part, Prefix, Spelling, Word
from search_app.search.results import Note, SearchRequest
from search_app.search.searcher import Searcher
from tests.searching import ask, codes, ids, small_searcher
from tests.support import mandate
from tests.unit.search.conftest import concept


def parts(world: Searcher, text: str, *, expand: bool = True) -> tuple[Part, ...]:
    return world.read(SearchRequest(text=text, expand=expand)).parts


def clauses(world: Searcher, text: str, *, expand: bool = True) -> list[Clause]:
    return [part.clause for part in parts(world, text, expand=expand)]


def named(world: Searcher, text: str) -> list[str]:
    """The ids of the concepts that a query was read as, in order; a plain word stands as it is."""
    return [
        " ".join(one.concepts) if isinstance(one, Concept) else getattr(one, "term", "") for one in clauses(world, text)
    ]


def labels(world: Searcher, text: str) -> set[tuple[str, ...]]:
    """The words of all labels that are searched besides what was typed."""
    found: set[tuple[str, ...]] = set()
    for clause in clauses(world, text):
        if isinstance(clause, Concept):
            found |= {label.terms if isinstance(label, Name) else label.words for label in clause.labels}
    return found


# longest match


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("security sector reform", ["ssr"]),
        ("security sector", ["security-sector"]),
        ("security sector Mali", ["security-sector", "country-ml"]),
        ("police security sector reform Mali", ["police", "ssr", "country-ml"]),
        ("réforme des secteurs de sécurité", ["ssr"]),
        ("reforme du secteur de la securite", ["ssr"]),
        ("SECURITY SECTOR REFORM", ["ssr"]),
        ("security", ["security"]),
        ("reform of security sector", ["reform", "security-sector"]),
        ("Sudan", ["country-sd"]),
        ("South Sudan", ["country-ss"]),
        ("Guinea", ["country-gn"]),
        ("Guinea-Bissau", ["country-gw"]),
        ("Guinée Bissau", ["country-gw"]),
        ("Guinea-Conakry", ["country-gn"]),
        ("la Guinée", ["country-gn"]),
    ],
)
def test_the_longest_name_of_a_concept_wins(world: Searcher, text: str, expected: list[str]) -> None:
    assert named(world, text) == expected


@pytest.mark.parametrize(
    "text", ["security OR sector reform", "security -police sector reform", 'security "sector" reform']
)
def test_words_parted_by_an_operator_name_nothing_together(world: Searcher, text: str) -> None:
    assert "ssr" not in named(world, text)
    assert "security-sector" not in named(world, text)


@pytest.mark.parametrize("text", ['"security sector reform"', "title:Mali", "SSR* -SSR -Mali"])
def test_quoted_title_prefix_and_excluded_words_are_never_concepts(world: Searcher, text: str) -> None:
    query = world.read(SearchRequest(text=text))
    assert not any(isinstance(part.clause, Concept) for part in (*query.parts, *query.excluded))


def test_an_excluded_word_keeps_its_stems(world: Searcher) -> None:
    query = world.read(SearchRequest(text="police -reforms"))
    assert [part.clause for part in query.excluded] == [Word("reforms")]
    assert "mali-reform" not in ids(ask(world, "police -reforms"))


# acronyms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SSR", ["ssr"]),
        ("RSS", ["ssr"]),
        ("ssr", ["ssr"]),
        ("rss police", ["ssr", "police"]),
        ("police RSS", ["police", "ssr"]),
        ("Police rss", ["police", "rss"]),
        ("UN", ["un"]),
        ("ONU", ["un"]),
        ("onu", ["un"]),
        ("UN SSR", ["un", "ssr"]),
        ("UN AU", ["un", "au"]),
        ("UA", ["au"]),
        ("ua", ["ua"]),
        ("RoL", ["rule-of-law"]),
        ("ROL", ["rule-of-law"]),
        ("rol", ["rule-of-law"]),
        ("Rol Mali", ["rol", "country-ml"]),
        ("D.D.R.", ["ddr"]),
        ("SEA", ["sea"]),
        ("sea", ["sea"]),
        ("DRC", ["country-cd"]),
        ("rdc", ["country-cd"]),
        ("APPUI AU MALI", ["appui", "country-ml"]),
    ],
)
def test_acronyms_are_told_by_their_letters_and_case(world: Searcher, text: str, expected: list[str]) -> None:
    assert named(world, text) == expected


def test_an_everyday_word_in_small_letters_is_no_acronym(world: Searcher) -> None:
    assert isinstance(clauses(world, "SEA")[0], Concept)
    assert clauses(world, "sea") == [Word("sea")]


def test_an_everyday_word_is_never_searched_as_a_label(world: Searcher) -> None:
    assert labels(world, "sexual exploitation and abuse") == {("exploitation", "atteintes", "sexuelles")}


def test_labels_are_searched_without_their_stop_words(world: Searcher) -> None:
    assert labels(world, "SSR") == {
        ("security", "sector", "reform"),
        ("security", "reform"),
        ("reforme", "secteur", "securite"),
        ("reforme", "securite"),
        ("rss",),
    }


def test_what_was_typed_is_no_label_of_itself(world: Searcher) -> None:
    assert ("reform", "security") not in labels(world, "security reform")
    assert ("security", "reform") not in labels(world, "security reform")
    assert ("ssr",) in labels(world, "security reform")


# ambiguous forms


def test_an_ambiguous_acronym_leads_to_every_concept(world: Searcher) -> None:
    (clause,) = clauses(world, "CVR")
    assert isinstance(clause, Concept)
    assert clause.own == (Word("cvr"),)
    assert labels(world, "CVR") == {
        ("community", "violence", "reduction"),
        ("reduction", "violence", "communautaire"),
        ("truth", "reconciliation", "commission"),
        ("commission", "verite", "reconciliation"),
        ("trc",),
    }
    assert [one.concept.id for one in ask(world, "CVR").expanded] == ["violence-reduction", "truth-commission"]


def test_an_ambiguous_form_is_no_label_to_expand_into(world: Searcher) -> None:
    assert ("cvr",) not in labels(world, "community violence reduction")
    assert ("congolais",) not in labels(world, "Congo-Kinshasa") | labels(world, "Congo-Brazzaville")


def test_an_ambiguous_demonym_leads_to_both_countries(world: Searcher) -> None:
    assert {("congo", "kinshasa"), ("congo", "brazzaville"), ("rdc",), ("drc",)} <= labels(world, "congolais")


# names


def test_a_demonym_is_a_label_like_any_other(world: Searcher) -> None:
    assert named(world, "malienne") == ["country-ml"]
    assert {("mali",), ("malian",), ("malien",)} <= labels(world, "malienne")
    assert ids(ask(world, "malienne")) == ["mali-reform"]


def test_a_name_of_several_words_is_one_word(world: Searcher) -> None:
    (clause,) = clauses(world, "South Sudan")
    assert isinstance(clause, Concept)
    assert clause.own == (Name(("south", "sudan"), (), ("country-ss",)),)


def test_stop_words_belong_to_a_name(world: Searcher) -> None:
    (clause,) = clauses(world, "République démocratique du Congo")
    assert isinstance(clause, Concept)
    assert clause.own == (Name(("republique", "democratique", "!du", "congo"), (), ("country-cd",)),)


@pytest.mark.parametrize("text", ["South Sudan", "Congo-Brazzaville", "Guinea-Bissau", "United Nations", "Ivory Coast"])
def test_the_single_words_of_a_name_are_not_searched(world: Searcher, text: str) -> None:
    (clause,) = clauses(world, text)
    assert isinstance(clause, Concept)
    singles = set(text.lower().replace("-", " ").split())
    assert not any(isinstance(one, Word) for one in clause.own)
    assert not any(isinstance(one, Label) and set(one.words) <= singles for one in clause.labels)


def test_a_name_inside_longer_names_of_others_is_told_apart_from_them(world: Searcher) -> None:
    (clause,) = clauses(world, "Guinea")
    assert isinstance(clause, Concept)
    (own,) = clause.own
    assert isinstance(own, Name)
    assert Longer(("guinea", "bissau"), 0) in own.longer
    assert Longer(("guinea", "conakry"), 0) not in own.longer


def test_the_place_of_a_shorter_name_in_a_longer_one_is_known(world: Searcher) -> None:
    (clause,) = clauses(world, "Sudan")
    assert isinstance(clause, Concept)
    assert clause.own == (Name(("sudan",), (Longer(("south", "sudan"), 1),), ("country-sd",)),)
    (clause,) = clauses(world, "Republic of the Congo")
    assert isinstance(clause, Concept)
    assert clause.own == (
        Name(
            ("republic", "!of", "!the", "congo"),
            (Longer(("democratic", "republic", "!of", "!the", "congo"), 1),),
            ("country-cg",),
        ),
    )


def test_an_organisation_named_after_a_country_still_speaks_of_it(world: Searcher) -> None:
    (clause,) = clauses(world, "Mali")
    assert isinstance(clause, Concept)
    assert not any(isinstance(one, Name) and one.longer for one in clause.own)


# what the reader is told


def test_other_names_that_were_searched_are_told(world: Searcher) -> None:
    (told,) = ask(world, "police RSS").expanded
    assert (told.typed, told.concept.id) == ("RSS", "ssr")
    assert told.concept.name == {"en": "security sector reform", "fr": "réforme du secteur de la sécurité"}
    assert set(told.labels) == {
        "security sector reform",
        "security reform",
        "réforme du secteur de la sécurité",
        "réforme de la sécurité",
        "SSR",
    }


def test_the_words_typed_are_told_as_typed(world: Searcher) -> None:
    (told,) = ask(world, "Réforme du secteur de la Sécurité").expanded
    assert told.typed == "Réforme du secteur de la Sécurité"


def test_nothing_is_told_where_nothing_was_added(world: Searcher) -> None:
    assert ask(world, "police").expanded == ()


def test_a_name_that_no_mandate_holds_is_told(world: Searcher) -> None:
    page = ask(world, "Sudan")
    assert page.total == 0
    assert Note("no-document", {"word": "Sudan"}) in page.notes


# expansion off


def test_without_expansion_only_the_words_typed_are_searched(world: Searcher) -> None:
    page = ask(world, "South Sudan SSR", expand=False)
    assert clauses(world, "South Sudan SSR", expand=False) == [Word("south"), Word("sudan"), Word("ssr")]
    assert page.expanded == ()
    assert codes(page)[0] == "expanded-off"


def test_without_expansion_nothing_is_corrected(world: Searcher) -> None:
    page = ask(world, "gendarmerei", expand=False)
    assert (page.total, codes(page)) == (0, ["expanded-off", "no-document"])


def test_without_expansion_acronyms_keep_their_case(world: Searcher) -> None:
    assert clauses(world, "UN", expand=False) == [Word("UN")]
    assert ids(ask(world, "UN", expand=False)) == ["south-sudan-training"]


# stop words


def test_stop_words_are_not_searched_beside_words(world: Searcher) -> None:
    assert clauses(world, "the police of the sea") == [Word("police"), Word("sea")]


@pytest.mark.parametrize("text", ["un", "the of", "le de"])
def test_stop_words_alone_are_searched_as_they_stand(world: Searcher, text: str) -> None:
    page = ask(world, text)
    assert clauses(world, text) == [Exact((f"!{word}",)) for word in text.split()]
    assert codes(page) == ["stop-words-only"]


def test_a_stop_word_alone_finds_that_word_and_no_acronym(world: Searcher) -> None:
    assert set(ids(ask(world, "un"))) == {"drc-rss", "undated"}


def test_a_name_that_is_spelt_like_a_stop_word_is_searched_as_it_stands_beside_others(
    tmp_path: Path, tools: Tools
) -> None:
    """The East, in French: the one name that is."""
    mandates = [mandate("there", title_fr="La police de l'Est"), mandate("elsewhere", title_fr="La police du Nord")]
    with small_searcher(tmp_path, mandates, Names([concept("east", "East", "Est", kind="region")]), tools) as searcher:
        assert named(searcher, "police Est") == ["police", "east"]
        assert ids(ask(searcher, "police Est")) == ["there", "elsewhere"]


def test_stop_words_in_quotes_count(world: Searcher) -> None:
    assert clauses(world, 'police "de la"') == [Word("police"), Exact(("!de", "!la"))]


def test_capitals_that_nobody_knows_are_the_small_word(world: Searcher) -> None:
    page = ask(world, "police IT")
    assert clauses(world, "police IT") == [Word("police")]
    assert Note("small-word", {"word": "IT"}) in page.notes


def test_only_excluded_words_are_answered_from_everything(world: Searcher) -> None:
    assert set(ids(ask(world, "-police"))) == {"drc-rss", "south-sudan-training", "guinea-bissau-review", "undated"}


# musts


def test_a_concept_beside_and_is_a_must_as_a_whole(world: Searcher) -> None:
    police, ssr = parts(world, "police AND security sector reform")
    assert police.required
    assert ssr.required
    assert isinstance(ssr.clause, Concept)
    # "security" alone stands in south-sudan-training, but not all words of a label
    assert ids(ask(world, "police AND security sector reform")) == ["mali-reform"]
    assert ids(ask(world, "officers AND security sector reform")) == []


# prefixes and spelling


def test_a_prefix_is_one_group_of_words(world: Searcher) -> None:
    assert clauses(world, "parliam*") == [Prefix("parliam")]
    assert ids(ask(world, "parliam*")) == ["guinea-bissau-review"]
    assert ids(ask(world, "sur*")) == ["south-sudan-training"]


def test_a_word_that_no_mandate_holds_is_corrected_and_told(world: Searcher) -> None:
    page = ask(world, "gendarmerei")
    assert clauses(world, "gendarmerei") == [Spelling("gendarmerei", (("gendarmerie", 0.8),))]
    assert page.notes == (Note("spelling", {"typed": "gendarmerei", "used": "gendarmerie"}),)
    assert ids(page) == ["mali-reform"]


def test_a_word_of_which_a_stem_is_held_is_not_corrected(world: Searcher) -> None:
    assert clauses(world, "committee") == [Word("committee")]
    assert ask(world, "committee").notes == ()


def test_a_word_in_capitals_is_an_acronym_and_never_corrected(world: Searcher) -> None:
    assert clauses(world, "GENDARMARIE and police") == [Word("gendarmarie"), Word("police")]
    assert clauses(world, "Gendarmarie and police")[0] == Spelling("gendarmarie", (("gendarmerie", 0.8),))


def test_an_acronym_or_place_that_no_mandate_holds_is_never_corrected(world: Searcher) -> None:
    for text in ("MINUSMA", "Nigeria", "Niger", "nigeria", "Sudan"):
        page = ask(world, text)
        assert not any(isinstance(one, Spelling) for one in clauses(world, text)), text
        assert page.total == 0, text
        assert codes(page) == ["no-document"], text


def test_excluded_and_quoted_words_are_not_corrected(world: Searcher) -> None:
    query = world.read(SearchRequest(text='police -gendarmerei "gendarmerei"'))
    assert [part.clause for part in query.excluded] == [Word("gendarmerei")]
    assert query.parts[1].clause == Exact(("gendarmerei",))
