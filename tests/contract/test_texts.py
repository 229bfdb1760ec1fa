"""Phrases, and texts that hurt: endless, empty, in odd letters."""

from __future__ import annotations

from itertools import pairwise

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.index.document import PARTS
from search_app.index.query import Exact, Name, Part, Prefix, Query, Word
from tests.contract.asking import EVERYTHING, NO_FILTERS, Corpora, asked, documents_of, ids, ids_of, same, window
from tests.contract.invention import TODAY
from tests.contract.reference import Reference
from tests.support import mandate

pytestmark = pytest.mark.engine


def test_phrase_runs_neither_across_passages_nor_into_derived_names(open_corpus: Corpora, analyzer: Analyzer) -> None:
    one = mandate(
        "m-1",
        title_en="alpha beta",
        title_fr="gamma delta",
        en="epsilon zeta",
        fr="eta theta",
        requesters=("Nations unies", "kappa"),
        places=("lambda", "Niger"),
    )
    engine = open_corpus(documents_of(analyzer, one))
    words = [*("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "nations", "unies", "kappa")]
    words += ["lambda", "niger", "united", "nations"]
    inside = {("alpha", "beta"), ("gamma", "delta"), ("epsilon", "zeta"), ("eta", "theta"), ("nations", "unies")}
    inside.add(("united", "nations"))  # the English label of what is printed in French
    for pair in pairwise(words):
        assert bool(ids(engine, Exact(pair))) == (pair in inside), pair
    assert ids(engine, Exact(("kappa",))) == ids(engine, Word("united")) == ["m-1"]


def test_phrase_counts_stop_words_as_places(open_corpus: Corpora, analyzer: Analyzer) -> None:
    engine = open_corpus(
        documents_of(analyzer, mandate("m-1", fr="la réforme de la police"), mandate("m-2", fr="une réforme police"))
    )
    assert ids(engine, Exact(("reforme", "!de", "!la", "police"))) == ["m-1"]
    assert ids(engine, Exact(("reforme", "police"))) == ["m-2"]
    assert ids(engine, Exact(("reforme", "!de", "police"))) == []


def test_phrase_in_titles_must_stand_in_one(open_corpus: Corpora, analyzer: Analyzer) -> None:
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("m-1", title_en="Police reform", en="x"),
            mandate("m-2", title_en="Reform", en="police reform"),
            mandate("m-3", en="police reform"),
        )
    )
    in_title = Query((Part(Exact(("police", "reform")), in_title=True),))
    assert ids_of(engine, in_title) == ["m-1"]


def test_texts_of_more_than_65535_words_are_whole(open_corpus: Corpora, analyzer: Analyzer) -> None:
    filler = "mali " * 66_000
    long = mandate("m-long", title_en="endless", fr=f"{filler}police finale {filler[:5000]}dernier mot")
    title = mandate("m-title", title_fr=f"{filler}fin du titre", en="court")
    short = mandate("m-short", title_en="short", en="police mali")
    documents = documents_of(analyzer, long, title, short)
    assert documents[0].body["police"][0] > 65_535
    engine, reference = open_corpus(documents), Reference(documents)
    assert ids(engine, Exact(("police", "finale"))) == ids(engine, Exact(("dernier", "mot"))) == ["m-long"]
    assert ids(engine, Exact(("fin", "!du", "titre"))) == ["m-title"]
    assert ids(engine, Exact(("finale", "dernier"))) == []
    for clause in (Word("mali"), Word("police"), Exact(("mali", "police")), Prefix("mal"), Name(("mali", "mali"))):
        wanted = reference.answer(asked(clause), NO_FILTERS, sort="relevance", today=TODAY)
        assert same(engine.rank(asked(clause), NO_FILTERS, window()), wanted), clause
    in_title = Query((Part(Exact(("fin", "!du", "titre")), in_title=True),))
    assert engine.rank(in_title, NO_FILTERS, window()).total == 1
    for document in documents:
        hit = engine.hit(document.id)
        assert hit is not None
        assert hit.parts == document.parts


def test_endless_words_are_cut_in_the_index_and_keep_their_place_in_the_text(
    open_corpus: Corpora, analyzer: Analyzer
) -> None:
    endless = "é" * 70_000
    other = "𐌰" * 5_000
    engine = open_corpus(documents_of(analyzer, mandate("m-1", en=f"avant {endless} après {other} fin")))
    term, far = analyzer.terms(endless)[0], analyzer.terms(other)[0]
    assert len(term) == len(far) == 255
    assert ids(engine, Exact(("avant", term, "apres", far, "fin"))) == ["m-1"]
    assert ids(engine, Word("e" * 255)) == ["m-1"]
    hit = engine.hit("m-1")
    assert hit is not None
    tokens = hit.parts[PARTS.index("description.en")]
    assert [(token.start, token.end) for token in tokens[1:4]] == [(6, 70_006), (70_007, 70_012), (70_013, 75_013)]


def test_letters_beyond_the_basic_plane_are_words_and_count_as_one(open_corpus: Corpora, analyzer: Analyzer) -> None:
    text = "😀 𐌰𐌽𐌰 𝐌𝐚𝐥𝐢 𠀀 😀end"
    engine = open_corpus(documents_of(analyzer, mandate("m-1", title_en=text), mandate("m-2", en="Mali")))
    assert set(ids(engine, Word("mali"))) == {"m-1", "m-2"}
    assert ids(engine, Exact(("𐌰𐌽𐌰", "mali", "𠀀", "end"))) == ids(engine, Prefix("𐌰𐌽")) == ["m-1"]
    hit = engine.hit("m-1")
    assert hit is not None
    assert [text[start:end] for _, start, end in hit.parts[0]] == ["𐌰𐌽𐌰", "𝐌𝐚𝐥𝐢", "𠀀", "end"]
    assert hit.mandate.title == {"en": text}


def test_documents_without_any_word_are_there(open_corpus: Corpora, analyzer: Analyzer) -> None:
    empty = (mandate("m-1"), mandate("m-2", en="— …"), mandate("m-3", title_en="de la", fr="–"))
    engine = open_corpus(documents_of(analyzer, *empty))
    assert engine.rank(EVERYTHING, NO_FILTERS, window()).total == 3
    assert ids(engine, Word("mali")) == []
    assert ids(engine, Exact(("!de", "!la"))) == ["m-3"]
    assert list(engine.plain_words()) == []
    hit = engine.hit("m-1")
    assert hit is not None
    assert hit.parts == ((),) * len(PARTS)


def test_prefix_of_very_many_words_stands_for_the_most_frequent_thousand(
    open_corpus: Corpora, analyzer: Analyzer
) -> None:
    rare = [f"abc{number:04d}z" for number in range(150)]
    frequent = [f"abc{number:04d}" for number in range(1_000)]
    mandates = [
        mandate("m-1", en=" ".join(frequent + rare)),
        mandate("m-2", en=" ".join(frequent)),
        mandate("m-3", title_en=rare[7]),
    ]
    documents = documents_of(analyzer, *mandates)
    # one of the rare words stands in two documents too, and comes later by its letters: it is not among the thousand
    engine, reference = open_corpus(documents), Reference(documents)
    assert engine.count_beginning("abc") == 1_150
    assert sorted(engine.words_beginning("abc")) == reference.beginning("abc")
    assert len(engine.words_beginning("abc")) == 1_000
    wanted = reference.answer(asked(Prefix("abc")), NO_FILTERS, sort="relevance", today=TODAY)
    assert same(engine.rank(asked(Prefix("abc")), NO_FILTERS, window()), wanted)
