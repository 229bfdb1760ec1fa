"""How a query was read and scored, for people who tune: tokens, terms, tree, scores of each part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from search_app.analysis.analyzer import Analyzer
from search_app.index.engine import Engine
from search_app.index.query import Concept, Filters, Part, Query, Window


def explain(text: str, query: Query, *, engine: Engine, analyzer: Analyzer, today: date) -> Iterator[str]:
    """The lines of an explanation: what became of the text, then the best mandates with what each part gave them."""
    yield "tokens: " + " ".join(f"{one.term}[{one.start}:{one.end}]" for one in analyzer.tokens(text))
    for part in query.parts:
        yield from _tree(part, "part")
    for part in query.excluded:
        yield from _tree(part, "excluded")
    if query.within != Filters():
        yield f"within: {query.within}"
    window = Window(size=10, today=today)
    given = [
        dict(engine.rank(Query((part,), within=query.within), Filters(), Window(size=1_000, today=today)).ranked)
        for part in query.parts
    ]
    for mandate_id, score in engine.rank(query, Filters(), window).ranked:
        shares = " + ".join(f"{one.get(mandate_id, 0.0):g}" for one in given)
        yield f"{score:g} = {shares or 'no words'}  {mandate_id}"


def _tree(part: Part, name: str) -> Iterator[str]:
    flags = " required" * part.required + " in title" * part.in_title
    clause = part.clause
    if not isinstance(clause, Concept):
        yield f"{name}{flags}: {clause}"
        return
    yield f"{name}{flags}: the better of"
    for own in clause.own:
        yield f"    {own}"
    yield f"  and {clause.weight} times the best of"
    for label in clause.labels:
        yield f"    {label}"
