"""A search that takes too long is given up, and says what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.errors import QueryTimeoutError
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher
from tests.searching import small_engine

TODAY = date(2019, 3, 15)


@pytest.mark.parametrize("text", ["police", "police justice", "pol*", '"the police"'])
def test_a_search_out_of_time_is_given_up(tmp_path: Path, tools: Tools, text: str) -> None:
    names = Names([])
    with small_engine(tmp_path, [Mandate(id="a", title={"en": "The police"})], names, tools) as engine:
        late = Searcher(engine, names, analyzer=tools.analyzer, stems=tools.stems, time_limit=-1.0)
        with pytest.raises(QueryTimeoutError, match="fewer or rarer words"):
            late.search(SearchRequest(text=text), TODAY)
        in_time = Searcher(engine, names, analyzer=tools.analyzer, stems=tools.stems, time_limit=60.0)
        assert in_time.search(SearchRequest(text=text), TODAY).total == 1
