"""What `check` counts is what readers see: its numbers are those of the facets and of the lists."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.checks import check
from search_app.corpus.mandate import Mandate
from search_app.corpus.names_files import PLACES, THESAURUS, read_names
from search_app.corpus.store import read_corpus, save
from search_app.index.query import Filters
from search_app.search.results import Result
from search_app.search.searcher import Searcher
from tests.searching import SHIPPED, ask, index_folder, opened

ALL = Filters()
ODD = {
    "no-dates": {"start": None, "end": None},
    "no-dates-2": {"start": None, "end": None, "description": {}},
    "no-end": {"end": None},
    "no-requester": {"requesters": ()},
    "no-place": {"places": ()},
    "unknown-place": {"places": ("Atlantis",)},
    "half-known": {"places": ("Mali", "Atlantis")},
    "nothing": {"requesters": (), "places": (), "description": {}, "end": None},
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped records, and a few of which something is missing."""
    folder = tmp_path_factory.mktemp("counts") / "corpus"
    for one in read_corpus(SHIPPED):
        assert isinstance(one, Mandate)
        save(folder, one)
    plain = {
        "requesters": ("UN",),
        "places": ("Mali",),
        "start": date(2018, 1, 2),
        "end": date(2018, 3, 4),
        "description": {"en": "A text."},
    }
    for name, missing in ODD.items():
        save(folder, Mandate(id=name, title={"en": f"Study {name}"}, **plain | missing))  # type: ignore[arg-type]
    return folder


def everything(searcher: Searcher, filters: Filters = ALL) -> list[Result]:
    first = ask(searcher, "", filters=filters)
    pages = range(1, -(-first.total // 100) + 1)
    return [result for page in pages for result in ask(searcher, "", filters=filters, page=page).results]


def test_numbers_of_check_are_those_of_the_index(corpus: Path, tmp_path: Path, tools: Tools) -> None:
    names = read_names(SHIPPED / THESAURUS, SHIPPED / PLACES)
    findings = list(check(corpus, names=names))
    codes = Counter({(one.code, one.fault.path) for one in findings})
    counted = Counter(code for code, _ in codes)
    index_folder(corpus, tmp_path, tools)
    with opened(tmp_path, tools) as searcher:
        page = ask(searcher, "")
        facets = {
            facet: {value.value: value.count for value in values if value.count}
            for facet, values in page.facets.items()
        }
        results = everything(searcher)
        assert counted["dates-missing"] == facets["status"]["unknown"] == 2
        open_ended = [one for one in everything(searcher, Filters(status=("planned", "active"))) if not one.mandate.end]
        assert counted["end-date-missing"] == len(open_ended) == 2
        assert page.total - counted["requester-missing"] == sum(bool(one.requesters) for one in results)
        asked = {one for value in facets["requester"] for one in ids_of(searcher, Filters(requester=(value,)))}
        assert page.total - counted["requester-missing"] == len(asked)
        # a place that nobody knows is in no facet
        placed = {one for value in facets["country"] for one in ids_of(searcher, Filters(country=(value,)))}
        unknown = {one.fault.path.stem for one in findings if one.code in ("places-missing", "country-unknown")}
        assert {one.mandate.id for one in results} - placed == unknown - {"half-known"}
        assert unknown == {"no-place", "unknown-place", "half-known", "nothing"}
        assert counted["body-missing"] == sum(not one.mandate.description for one in results) == 2


def ids_of(searcher: Searcher, filters: Filters) -> list[str]:
    return [one.mandate.id for one in everything(searcher, filters)]
