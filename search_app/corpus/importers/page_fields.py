"""Pages of one mandate: text under labels, and values beside, below or above their labels.

Two layouts: the detail page (title and a line of dates, in either order, then labels whose linked values were lost) and
the sheet of another site (`Title: …`, or label and value on lines of their own). Labels are known names or come very
close to one; a paragraph below an empty label is text of the mandate, not the label's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from search_app.corpus.importers.dates import MISSING, Period, join_period, parse_period
from search_app.corpus.importers.headers import are_names
from search_app.corpus.importers.labels import find_label
from search_app.corpus.importers.lines import PageLine, ends_sentence, join_lines, make_blocks, title_from
from search_app.corpus.importers.printed_names import split_places, split_requesters, unknown_places
from search_app.corpus.names import Names
from search_app.corpus.schema import SECTIONS
from search_app.corpus.textform import Block

_FIELDS: Final = frozenset(("title", "identifier", "requesters", "places", "start", "end", "period", "length"))
_FIELDS_OF_SHEET: Final = 2  # a page with fewer different fields is no sheet
_DATE_LINE_WITHIN: Final = 3  # first lines of a page in which a detail page has its dates


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What a page says of one mandate."""

    title: str
    page_title: str = ""
    layout: str = ""
    requesters: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    period: Period = MISSING
    body: tuple[Block, ...] = ()
    sections: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    identifier: str = ""
    kind: str = ""
    line: int = 0


def read_detail(lines: Sequence[PageLine], names: Names) -> Fields | None:
    """The page of one mandate; None if this is none."""
    for at, line in enumerate(lines[:_DATE_LINE_WITHIN]):
        period = None if line.text.isdecimal() or line.marker else parse_period(line.text)
        if period is None:
            continue
        title_at = at - 1 if at else 1
        rest = lines[max(at, title_at) + 1 :]
        if title_at >= len(lines) or find_label(lines[title_at]) or (rest and _is_below(rest[0])):
            return None
        if "end-date-missing" in period.warnings and not any(find_label(line) for line in rest):
            return None  # a note: title and the day it was written
        first = title_from(lines, title_at, 0 if at else 1)
        page = _Page(names)
        page.read(rest)
        return page.fields(
            title=join_lines([line.text for line in lines[first : title_at + 1]]),
            page_title=lines[0].text if at and first else "",
            layout="detail",
            period=period,
            line=lines[first].number,
        )
    return None


def _is_below(line: PageLine) -> bool:
    """Whether a line is a label that stands directly below its value."""
    return not line.after_blank and find_label(line) is not None


def read_sheet(lines: Sequence[PageLine], names: Names) -> Fields | None:
    """A sheet of labels and values; None if this is none."""
    page = _Page(names)
    page.read(page.take_values_above(lines), preamble=True)
    if len(page.found & _FIELDS) < _FIELDS_OF_SHEET:
        return None
    titles = page.values.get("title", [])
    heading = [line.text for line in page.heading]
    if not (titles or heading):
        return None
    return page.fields(
        title=titles[0] if titles else " – ".join(heading),
        page_title=heading[0] if titles and heading else "",
        layout="label-value",
        period=page.period(),
        line=lines[0].number,
    )


class _Page:
    """Gathers values, body and sections while the lines go by.

    found     roles whose label stands on the page
    heading   the lines above everything else
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._body: list[PageLine] = []
        self._sections: dict[str, list[PageLine]] = {}
        self.values: dict[str, list[str]] = {}
        self.found: set[str] = set()
        self.heading: list[PageLine] = []

    def take_values_above(self, lines: Sequence[PageLine]) -> list[PageLine]:
        """Read the values that stand above their labels; returns the other lines."""
        rest: list[PageLine] = []
        for group in _adjacent(lines):
            last, first = find_label(group[-1]), find_label(group[0])
            if first or not last or last[1]:
                rest += group
                continue
            kept: list[PageLine] = []
            for line in group:
                label = find_label(line)
                if kept and (label or (kept[-1].marker and not line.marker and line.text.isupper())):
                    role = label[0] if label else "other"
                    self.found.add(role)
                    self.values.setdefault(role, []).append(kept.pop().content)
                else:
                    kept.append(line)
            rest += kept
        return rest

    def read(self, lines: Sequence[PageLine], *, preamble: bool = False) -> None:
        """Read labels with the values beside or below them, and text.

        preamble   whether the lines before the first label are the page's heading
        """
        role = "heading" if preamble else "body"
        after_label = False
        for line in lines:
            label = None if line.marker else find_label(line)
            if label:
                role, value = label
                self.found.add(role)
                after_label = not value
                if value:
                    self._take(role, replace(line, text=value, content=value))
                    role = role if role in SECTIONS else "body"
            else:
                role = self._take_line(role, line, after_label=after_label)
                after_label = False

    def _take_line(self, role: str, line: PageLine, *, after_label: bool) -> str:
        """Give a line to the label above it, or to the body; returns the role for the next line."""
        if role == "heading" and self.heading and line.after_blank:
            role = "body"
        is_field = role in _FIELDS or role == "other"
        if is_field and not self._is_value(role, line, after_label=after_label):
            role = "body"
        self._take(role, line)
        return role

    def _is_value(self, role: str, line: PageLine, *, after_label: bool) -> bool:
        if role == "places" and not unknown_places(split_places(line.text, self._names), self._names):
            return True
        if line.after_blank and ends_sentence(line.text):
            return False
        if not after_label:
            return role == "other" and not line.after_blank
        if not line.after_blank:
            return True
        if role in ("start", "end", "period"):
            return parse_period(line.text) is not None
        return role == "other" or (not line.marker and are_names(split_requesters(line.text, self._names)))

    def _take(self, role: str, line: PageLine) -> None:
        if role == "heading":
            self.heading.append(line)
        elif role == "body":
            self._body.append(line)
        elif role in SECTIONS:
            self._sections.setdefault(role, []).append(line)
        else:
            self.values.setdefault(role, []).append(line.content)

    def period(self) -> Period:
        """The period of a sheet."""
        if printed := self._first("period"):
            return parse_period(printed) or Period(raw=printed, warnings=("date-invalid",))
        if found := parse_period(self._first("length")):
            return found
        return join_period(start=self._first("start"), end=self._first("end"), length=self._first("length"))

    def fields(self, *, title: str, page_title: str, layout: str, period: Period, line: int) -> Fields:
        """Everything together."""
        return Fields(
            title=title,
            page_title=page_title,
            layout=layout,
            requesters=split_requesters(", ".join(self.values.get("requesters", [])), self._names),
            places=split_places(", ".join(self.values.get("places", [])), self._names),
            period=period,
            body=make_blocks(self._body),
            sections={role: make_blocks(lines) for role, lines in self._sections.items()},
            identifier=self._first("identifier"),
            line=line,
        )

    def _first(self, role: str) -> str:
        return next(iter(self.values.get(role, [])), "")


def _adjacent(lines: Sequence[PageLine]) -> Iterator[list[PageLine]]:
    """Lines with no blank line between them."""
    group: list[PageLine] = []
    for line in lines:
        if group and line.after_blank:
            yield group
            group = []
        group.append(line)
    if group:
        yield group
