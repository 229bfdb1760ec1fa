"""What a proposed thesaurus would change, on three mandates where it can be worked out by hand."""

from __future__ import annotations

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Concept, Names
from search_app.search.evaluate import JudgedQuery
from search_app.search.preview import preview

MANDATES = (
    Mandate(id="english", title={"en": "Reform of the police"}),
    Mandate(id="french", title={"fr": "Étude des frontières"}),
    Mandate(id="other", title={"en": "Budget of the army"}),
)
BORDERS = Concept(
    id="borders",
    kind="concept",
    name={"en": "borders", "fr": "frontières"},
    labels={"en": ("borders",), "fr": ("frontières",)},
)
ASKED = (
    JudgedQuery("1", "en", "borders", "en-fr", {"french": 3}),
    JudgedQuery("2", "en", "police", "en-en", {"english": 3}),
)


def test_a_new_concept_changes_the_queries_that_name_it_and_no_other(tools: Tools) -> None:
    found = preview(MANDATES, ASKED, before=Names([]), after=Names([BORDERS]), tools=tools)
    (change,) = found.changes
    assert (change.query, change.before, change.after) == ("borders", 0.0, 1.0)
    assert (change.came, change.went) == (("french",), ())
    assert (found.before, found.after) == (0.5, 1.0)


def test_the_same_names_change_nothing(tools: Tools) -> None:
    found = preview(MANDATES, ASKED, before=Names([BORDERS]), after=Names([BORDERS]), tools=tools)
    assert found.changes == ()
    assert found.before == found.after == 1.0
