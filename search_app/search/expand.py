"""From what was read to what is searched: names, concepts, acronyms, spellings.

Nothing is dropped or replaced in silence: what was searched besides the words typed is told in `Expansion`, what was
read otherwise in a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

from search_app.analysis.analyzer import without_stop_words
from search_app.index.engine import Engine
from search_app.index.query import Clause, Concept, Exact, Filters, Label, Name, Part, Prefix, Query, Spelling, Word
from search_app.index.weights import PREFIX_WORDS
from search_app.search.grammar import Case, Item, Parsed, as_typed
from search_app.search.lookup import Form, Lookup, tells
from search_app.search.results import Expansion, Named, Note
from search_app.search.spelling import Spellings

SHORTEST_LOWER_CASE_ACRONYM: Final = 3
# Ways of naming concepts that are kept with what they are searched as.
KEPT: Final = 4_096


@dataclass(frozen=True)
class Operand:
    """A part of the query with the words it was made of: one, or several that name one thing."""

    part: Part
    items: tuple[Item, ...]

    @property
    def excluded(self) -> bool:
        """Whether what it finds is taken out."""
        return self.items[0].excluded

    @property
    def text(self) -> str:
        """The words as the grammar reads them."""
        return " ".join(map(as_typed, self.items))


@dataclass
class Expanded:
    """A query ready for the engine, and what the reader is told of it."""

    operands: list[Operand] = field(default_factory=list)
    expansions: list[Expansion] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def searched(self) -> list[Operand]:
        """The operands that find something."""
        return [operand for operand in self.operands if not operand.excluded]

    @property
    def items(self) -> list[Item]:
        """The words as they were read, stop words left out."""
        return [item for operand in self.operands for item in operand.items]

    def query(self) -> Query:
        """The tree, filters not yet in it."""
        excluded = tuple(operand.part for operand in self.operands if operand.excluded)
        return Query(tuple(operand.part for operand in self.searched), excluded)


@dataclass(frozen=True)
class _Meaning:
    """What words that name concepts are searched as.

    expansions   each concept with those of its names that were not typed
    found        whether any document answers
    """

    clause: Concept
    expansions: tuple[tuple[Named, tuple[str, ...]], ...]
    found: bool


class Expander:
    """Turns parsed queries into query trees for one generation."""

    def __init__(self, lookup: Lookup, engine: Engine) -> None:
        self._lookup = lookup
        self._engine = engine
        self._meaning = lru_cache(maxsize=KEPT)(self._make_meaning)

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self._engine.plain_words())

    def expand(self, parsed: Parsed, *, concepts: bool) -> Expanded:
        """Make the tree of a query.

        concepts   False: only what was typed is searched, no other names and no other spellings
        """
        result = Expanded()
        items = list(parsed.items)
        wanted = [item for item in items if not item.excluded]
        if wanted and all(item.kind == "word" and item.is_stop_word for item in wanted):
            result.notes.append(Note("stop-words-only", {"words": " ".join(item.typed for item in wanted)}))
            items = [replace(item, kind="phrase") if not item.excluded else item for item in items]
        position = 0
        while position < len(items):
            taken = self._span(items, position, result, parsed.case) if concepts else 0
            if not taken:
                item = items[position]
                if item.kind != "word" or not item.is_stop_word:
                    self._single(item, result, parsed.case if concepts else None)
                taken = 1
            position += taken
        return result

    def _span(self, items: Sequence[Item], position: int, result: Expanded, case: Case) -> int:
        """Take the longest run of words from a position that names something; returns how many words that is."""
        first = items[position]
        if first.kind != "word" or first.excluded or first.in_title:
            return 0
        run = [first]
        for item in items[position + 1 : position + self._lookup.longest]:
            if not item.joined or item.kind != "word" or item.excluded:
                break
            run.append(item)
        for length in range(len(run), 0, -1):
            span = run[:length]
            terms = tuple(item.tokens[0].term for item in span)
            if not (tells(terms[0]) and tells(terms[-1])):
                continue
            concepts = list(self._lookup.by_words(terms))
            acronym = None
            if length == 1 and (acronyms := self._acronyms(first, case)):
                acronym = terms
                concepts += [name for name in acronyms if name not in concepts]
            if concepts:
                self._add_concepts(span, concepts, acronym, result)
                return length
        return 0

    def _acronyms(self, item: Item, case: Case) -> list[str]:
        folded = item.tokens[0].term.casefold()
        if case == "capitals":
            return self._lookup.by_acronym(folded, capitals=True) if _has_two_capitals(item) else []
        if len(folded) >= SHORTEST_LOWER_CASE_ACRONYM:
            return self._lookup.by_acronym(folded, capitals=False)
        return []

    def _add_concepts(
        self, span: Sequence[Item], concepts: Sequence[str], acronym: tuple[str, ...] | None, result: Expanded
    ) -> None:
        terms = tuple(item.tokens[0].term for item in span)
        typed = " ".join(item.typed for item in span)
        meant = self._meaning(terms, tuple(concepts), acronym is not None)
        result.expansions += (Expansion(typed, named, labels) for named, labels in meant.expansions)
        part = Part(meant.clause, typed, any(item.required for item in span))
        result.operands.append(Operand(part, tuple(item for item in span if tells(item.tokens[0].term))))
        if not meant.found:
            result.notes.append(Note("no-document", {"word": typed}))

    def _make_meaning(self, terms: tuple[str, ...], concepts: tuple[str, ...], acronym: bool) -> _Meaning:
        """What some words that name concepts are searched as."""
        # the East is spelt like a stop word
        own: tuple[Word | Name, ...] = tuple(map(Word, without_stop_words(terms) or terms))
        labels: dict[Label | Name, None] = {}
        expansions = []
        for concept in concepts:
            typed_form = None if acronym else self._lookup.form_named(concept, terms)
            if typed_form and isinstance(clause := self._lookup.clause(concepts, typed_form), Name):
                own = (clause,)
            others = self._other_labels(concept, typed_form, terms)
            labels.update(dict.fromkeys(clause for _, clause in others))
            if others:
                known = self._lookup.names.concepts[concept]
                named = Named(concept, known.name, known.kind)
                expansions.append((named, tuple(form.text for form, _ in others)))
        searched = Concept(concepts, own, tuple(labels))
        found = self._engine.count(Query((Part(searched),)), Filters(), date.min) > 0
        return _Meaning(searched, tuple(expansions), found)

    def _other_labels(
        self, concept: str, typed_form: Form | None, terms: tuple[str, ...]
    ) -> list[tuple[Form, Label | Name]]:
        """The forms of a concept that are searched besides the one typed."""
        found = []
        for form in self._lookup.forms[concept]:
            if not form.searched or form is typed_form or form.terms == terms:
                continue
            if (clause := self._lookup.clause((concept,), form)) is not None:
                found.append((form, clause))
        return found

    def _single(self, item: Item, result: Expanded, case: Case | None) -> None:
        """Take one word, phrase or prefix as it stands; a word nobody holds may be corrected unless `case` is None."""
        clause = self._literal(item, result)
        if isinstance(clause, Word) and not item.excluded and not self._engine.knows_word(clause.term):
            clause = self._corrected(item, clause, result, case)
        result.operands.append(Operand(Part(clause, item.typed, item.required, item.in_title), (item,)))

    def _literal(self, item: Item, result: Expanded) -> Clause:
        if item.kind == "phrase":
            return Exact(tuple(token.term for token in item.tokens))
        term = item.tokens[0].term
        if item.kind == "prefix":
            if (count := self._engine.count_beginning(term)) > PREFIX_WORDS:
                result.notes.append(Note("prefix-limited", {"word": item.typed, "count": str(count)}))
            return Prefix(term)
        return Word(term)

    def _corrected(self, item: Item, word: Word, result: Expanded, case: Case | None) -> Clause:
        """The nearest words of the index in place of one that no mandate holds; said in a note either way."""
        keep = case is None or (case == "capitals" and _has_two_capitals(item))
        known = [] if keep else self._spellings.nearest(word.term)
        if not known:
            result.notes.append(Note("no-document", {"word": item.typed}))
            return word
        used = ", ".join(spelling for spelling, _ in known)
        result.notes.append(Note("spelling", {"typed": item.typed, "used": used}))
        return Spelling(word.term, tuple(known))


def _has_two_capitals(item: Item) -> bool:
    """Whether a word has the two capitals that make an acronym of any letters (RoL as well as ROL)."""
    return sum(map(str.isupper, item.typed)) > 1
