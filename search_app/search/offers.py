"""What else a reader may ask: all words as musts, and ways out of an empty answer, each with its true count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

from search_app.analysis.language import Language
from search_app.index.query import Filters, Query
from search_app.search.expand import Operand
from search_app.search.grammar import AND, as_typed
from search_app.search.results import Remedy, SearchRequest


@dataclass(frozen=True)
class Texts:
    """A query in pieces that can be put together anew.

    filters   those typed in the text, as the grammar reads them
    """

    operands: tuple[Operand, ...]
    filters: tuple[str, ...]

    def joined(self, words: str) -> str:
        """Some words with what the query takes out and the filters typed in it."""
        excluded = (operand.text for operand in self.operands if operand.excluded)
        return " ".join(filter(None, (words, *excluded, *self.filters)))

    def with_all_words(self, language: Language) -> str:
        """The query with every word a must."""
        return self.joined(f" {AND[language]} ".join(operand.text for operand in self.searched))

    @property
    def searched(self) -> list[Operand]:
        """The operands that find something."""
        return [operand for operand in self.operands if not operand.excluded]


def strict(query: Query) -> Query | None:
    """The same query with every part a must, where that is another query."""
    if len(query.parts) < 2 or all(part.required for part in query.parts):
        return None
    return replace(query, parts=tuple(replace(part, required=True) for part in query.parts))


def remedies(texts: Texts, request: SearchRequest, count: Callable[[SearchRequest], int]) -> tuple[Remedy, ...]:
    """Ways out of an empty answer that do lead somewhere, the widest first."""
    offers = [*_without_filters(request), *_without_words(texts, request)]
    counted = (replace(offer, count=count(offer.request)) for offer in offers)
    return tuple(sorted((offer for offer in counted if offer.count), key=lambda offer: -offer.count))


def _without_filters(request: SearchRequest) -> Iterator[Remedy]:
    nothing = Filters()
    for one in fields(Filters):
        if getattr(request.filters, one.name) != getattr(nothing, one.name):
            without = replace(request.filters, **{one.name: getattr(nothing, one.name)})
            yield Remedy("filter", one.name, replace(request, filters=without, page=1), 0)


def _without_words(texts: Texts, request: SearchRequest) -> Iterator[Remedy]:
    for left_out in texts.searched:
        others = " ".join(operand.text for operand in texts.searched if operand is not left_out)
        if others:
            yield Remedy("word", left_out.text, replace(request, text=texts.joined(others), page=1), 0)
        for item in left_out.items:
            if item.kind == "phrase" and len(item.tokens) > 1:
                loose = " ".join(item.typed if one is left_out else one.text for one in texts.searched)
                yield Remedy("quotes", as_typed(item), replace(request, text=texts.joined(loose), page=1), 0)
