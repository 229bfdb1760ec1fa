"""Put the parts of a search together: settings → open generation → service."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from search_app.analysis.tools import Tools
from search_app.index.engines import fingerprint, open_engine
from search_app.index.generations import Generations
from search_app.index.gone import Gone
from search_app.index.indexer import generation_names
from search_app.index.opensearch_engine.cluster import ClusterAddress
from search_app.index.schedule import last_run
from search_app.index.sources import Sources
from search_app.search.lookup import Lookup
from search_app.search.results import ResultPage
from search_app.search.searcher import Searcher
from search_app.search.service import SearchService

# A question of more words than this is cut, with a note; only where strangers ask.
MAX_TERMS: Final = 32
# Answers that are kept, about 25 kB each; only where strangers ask, many of them the same.
REMEMBERED: Final = 64
# Seconds; a search that takes longer is given up, so that it does not keep others waiting.
TIME_LIMIT: Final = 1.0


class Lookups:
    """The look-up of the tables of names that were opened last: most generations have those of the one before."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._last: tuple[str, Lookup] | None = None

    def get(self, folder: Path, tables: str) -> Lookup:
        """The look-up of a generation.

        tables   digest of its tables
        """
        if self._last is None or self._last[0] != tables:
            self._last = (tables, Lookup(generation_names(folder), self._tools.analyzer))
        return self._last[1]


def open_searcher(
    index: Path,
    generation: str,
    *,
    tools: Tools,
    lookups: Lookups | None = None,
    max_terms: int | None = None,
    time_limit: float = math.inf,
    remember: int = 0,
    cluster: ClusterAddress | None = None,
) -> Searcher:
    """Open a generation after seeing that it is whole; it cannot be dropped while it is open.

    cluster  where the index lies; None = in the folder
    raises   NoIndexError, IncompatibleIndexError, StorageError
    """
    generations = Generations(index)
    folder = generations.folder(generation)
    with ExitStack() as stack:
        # held before it is looked at: an indexer drops only what nobody holds
        held = stack.enter_context(generations.hold(generation))
        manifest = generations.check(generation, fingerprint(tools.analyzer, cluster))
        lookup = (lookups or Lookups(tools)).get(folder, manifest.tables)
        engine = open_engine(folder, generation, tools.stems, cluster=cluster)
        stack.callback(engine.close)
        searcher = Searcher(
            engine,
            lookup.names,
            lookup=lookup,
            analyzer=tools.analyzer,
            stems=tools.stems,
            built=manifest.created,
            max_terms=max_terms,
            time_limit=time_limit,
            remember=remember,
            warms=cluster is None,
            changed=lambda: Sources.read(folder).seen(),
            gone=lambda: Gone.read(folder),
            release=held.close,
        )
        stack.pop_all()
        return searcher


def open_service(
    index: Path,
    zone: ZoneInfo,
    *,
    max_terms: int | None = MAX_TERMS,
    time_limit: float = TIME_LIMIT,
    heard: Callable[[ResultPage], None] = lambda page: None,
    settled: Callable[[], None] = lambda: None,
    cluster: ClusterAddress | None = None,
) -> SearchService:
    """A service over an index folder; nothing is opened before the first question.

    time_limit   seconds after which a search is given up
    heard        is told of every answer
    settled      is told when a generation has been opened and prepared
    cluster      where the index lies; None = in the folder
    """
    tools = Tools.make()
    lookups = Lookups(tools)

    def today() -> date:
        return datetime.now(zone).date()

    return SearchService(
        candidates=Generations(index).candidates,
        open_=lambda name: open_searcher(
            index,
            name,
            tools=tools,
            lookups=lookups,
            max_terms=max_terms,
            time_limit=time_limit,
            remember=REMEMBERED,
            cluster=cluster,
        ),
        today=today,
        clock=time.monotonic,
        heard=heard,
        settled=settled,
        last_run=lambda: asdict(last) if (last := last_run(index)) else None,
    )
