"""Filters, facets and totals worked out by hand from the records: no index, no arrays, nothing of the engine.

Slow and plain on purpose. Only the analysis of text and the table of names are the product's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES
from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.index.query import Filters

FACETS = ("country", "requester", "lang", "status")


@dataclass(frozen=True)
class Facts:
    """What can be filtered by, of one record."""

    country: frozenset[str]
    requester: frozenset[str]
    lang: frozenset[str]
    status: frozenset[str]
    start: date | None
    end: date | None

    def passes(self, filters: Filters) -> bool:
        """Whether a record is let through."""
        chosen = (set(getattr(filters, name)) for name in FACETS)
        if any(values and not values & getattr(self, name) for name, values in zip(FACETS, chosen, strict=True)):
            return False
        if filters.start is None and filters.end is None:
            return True
        if self.start is None and self.end is None:
            return False
        too_late = filters.end is not None and self.start is not None and self.start > filters.end
        too_early = filters.start is not None and self.end is not None and self.end < filters.start
        return not (too_late or too_early)


def facts(record: Mandate, names: Names, today: date) -> Facts:
    """Work them out from the printed record."""
    country: set[str] = set()
    for printed in record.places:
        concept = names.place(printed)
        if concept is not None and concept.kind == "country":
            country |= {concept.code} | {one.id for one in names if concept.code in one.countries}
        elif concept is not None:
            country.add(concept.id)
    requester = set()
    for printed in record.requesters:
        concept = names.requester(printed)
        requester.add(concept.id if concept else "-".join(filter(None, map(fold, printed.split()))))
    if record.start is None and record.end is None:
        status = "unknown"
    elif record.start is not None and today < record.start:
        status = "planned"
    else:
        status = "ended" if record.end is not None and record.end < today else "active"
    written = record.description or record.title
    return Facts(
        frozenset(country),
        frozenset(requester),
        frozenset(language for language, text in written.items() if text),
        frozenset({status}),
        record.start,
        record.end,
    )


def facet_counts(found: Iterable[str], known: dict[str, Facts], filters: Filters, name: str) -> dict[str, int]:
    """How many of the records found hold each value, under all filters but that of the facet itself."""
    others = Filters(**(vars(filters) | {name: ()}))
    passing = [known[mandate] for mandate in found if known[mandate].passes(others)]
    return dict(Counter(value for one in passing for value in getattr(one, name)))


def year_counts(found: Iterable[str], known: dict[str, Facts], filters: Filters, today: date) -> dict[str, int]:
    """How many records were active in each year, under all filters but the period; years that dates reach only.

    An open end reaches to this year; an open start tells of the end's year alone.
    """
    others = replace(filters, start=None, end=None)
    passing = [known[mandate] for mandate in found if known[mandate].passes(others)]
    reached: set[int] = set()
    for one in passing:
        if first := one.start or one.end:
            last = one.end.year if one.end else max(first.year, today.year)
            reached |= set(range(first.year, last + 1))
    during = {year: Filters(start=date(year, 1, 1), end=date(year, 12, 31)) for year in sorted(reached)}
    return {f"{year:04d}": sum(one.passes(period) for one in passing) for year, period in during.items()}


# words


class Texts:
    """Every passage of a record as terms, the names derived from its printed names among them."""

    def __init__(self, record: Mandate, names: Names, tools: Tools) -> None:
        self._tools = tools
        printed = [*record.requesters, *record.places]
        derived: list[str] = []
        for find, forms in ((names.requester, record.requesters), (names.place, record.places)):
            derived += [label for form in forms if (concept := find(form)) for label in concept.name.values()]
        passages = [*record.title.values(), *record.description.values(), *printed, *derived]
        self.passages = [tools.analyzer.terms(passage) for passage in passages]
        words = {term for passage in self.passages for term in passage if not term.startswith(STOP_MARK)}
        self._forms = {language: set(tools.stems.stem_all(sorted(words), language)) for language in LANGUAGES}

    def has_word(self, term: str) -> bool:
        """Whether a word of one of its stems is there."""
        return any(self._tools.stems.stem(term, language) in forms for language, forms in self._forms.items())

    def has_phrase(self, terms: tuple[str, ...]) -> bool:
        """Whether terms stand side by side in one passage."""
        size = len(terms)
        return any(
            passage[start : start + size] == terms
            for passage in self.passages
            for start in range(len(passage) - size + 1)
        )

    def has_prefix(self, letters: str) -> bool:
        """Whether a word begins so."""
        words = (term for passage in self.passages for term in passage)
        return any(word.startswith(letters) for word in words)


@dataclass(frozen=True)
class Asked:
    """One operand as it is typed, and what it means."""

    typed: str
    kind: str
    terms: tuple[str, ...]
    must: bool = False
    out: bool = False

    def holds(self, texts: Texts) -> bool:
        """Whether a record has it."""
        if self.kind == "phrase":
            return texts.has_phrase(self.terms)
        if self.kind == "prefix":
            return texts.has_prefix(self.terms[0])
        return texts.has_word(self.terms[0])


def matching(operands: list[Asked], texts: dict[str, Texts]) -> set[str]:
    """The records that answer: every must, at least one of the rest, nothing of what is out."""
    wanted = [one for one in operands if not one.out]
    found = set()
    for mandate, text in texts.items():
        held = [one.holds(text) for one in wanted]
        musts = all(has for one, has in zip(wanted, held, strict=True) if one.must)
        if (any(held) or not wanted) and musts and not any(one.holds(text) for one in operands if one.out):
            found.add(mandate)
    return found


# what readers might ask


class Asking:
    """Random operands and filters over the words and values of a corpus."""

    def __init__(self, texts: dict[str, Texts], known: dict[str, Facts], random: Random) -> None:
        self._random = random
        self._passages = [passage for text in texts.values() for passage in text.passages if len(passage) > 3]
        self._values = {name: sorted({v for one in known.values() for v in getattr(one, name)}) for name in FACETS}
        self._days = sorted({day for one in known.values() for day in (one.start, one.end) if day})

    def operands(self) -> list[Asked]:
        """One to four operands."""
        found = [self._operand() for _ in range(self._random.randint(1, 4))]
        return [one for one in found if one is not None]

    def _operand(self) -> Asked | None:
        passage = self._random.choice(self._passages)
        kind = self._random.choices(["word", "phrase", "prefix"], [6, 2, 1])[0]
        if kind == "phrase":
            start = self._random.randrange(len(passage) - 1)
            terms = passage[start : start + self._random.randint(1, 3)]
            typed = '"' + " ".join(term.removeprefix(STOP_MARK) for term in terms) + '"'
            return Asked(typed, kind, terms)
        word = self._random.choice(passage)
        if word.startswith(STOP_MARK) or not word.isascii() or not word.islower() or not word.isalpha():
            return None
        out = self._random.random() < 0.15
        if kind == "prefix" and len(word) >= 4:
            letters = word[: self._random.randint(3, len(word) - 1)]
            return Asked("-" * out + letters + "*", kind, (letters,), out=out)
        return Asked("-" * out + word, "word", (word,), out=out)

    def filters(self) -> Filters:
        """None to three filters, open dates included."""
        chosen: dict[str, object] = {}
        for name in self._random.sample([*FACETS, "days"], self._random.choice([0, 1, 1, 2, 3])):
            if name == "days":
                chosen |= self._period()
            else:
                values = self._values[name]
                chosen[name] = tuple(self._random.sample(values, min(len(values), self._random.randint(1, 2))))
        return Filters(**chosen)  # type: ignore[arg-type]

    def _period(self) -> dict[str, date | None]:
        start, end = sorted(self._random.choices(self._days, k=2))
        moved = [date.fromordinal(day.toordinal() + self._random.randint(-1, 1)) for day in (start, end)]
        start, end = sorted(moved)
        return self._random.choice([{"start": start, "end": end}, {"start": start}, {"end": end}])

    def musts(self, operands: list[Asked]) -> Iterator[Asked]:
        """Make two neighbours a must, now and then."""
        if len(operands) > 1 and self._random.random() < 0.3 and not any(one.out for one in operands[:2]):
            yield from (replace(one, must=True) for one in operands[:2])
            operands = operands[2:]
        yield from operands


def typed(operands: list[Asked]) -> str:
    """The query that asks for some operands; musts stand first."""
    text = " AND ".join(one.typed for one in operands if one.must)
    return " ".join([text, *(one.typed for one in operands if not one.must)]).strip()
