"""One IATI activity as an element, and what it says: the same questions for 1.0x and 2.0x.

In 2.0x texts are narratives and kinds are numbers, in 1.0x texts are the elements themselves and kinds are words; files
mix both. Promise: only what the element says, first word first. Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from search_app.corpus.importers.dates import MISSING, Period
from search_app.corpus.importers.facts import days, language_of, read_codes
from search_app.corpus.importers.markup import plain_line
from search_app.corpus.importers.printed_names import country_codes
from search_app.corpus.importers.xml_stream import inner_text, language_tag
from search_app.corpus.names import Names

NEEDED: Final = frozenset(
    """
    iati-identifier title description reporting-org participating-org activity-date activity-website recipient-country
    recipient-region related-activity narrative
    """.split()  # noqa: SIM905 - a list of strings would be four times as long
)
FUNDING: Final = ("1", "funding")
IMPLEMENTING: Final = ("4", "implementing")
_PARENT: Final = "1"
_CHILD: Final = "2"
_DATE_TYPES: Final = {"1": "start-planned", "2": "start-actual", "3": "end-planned", "4": "end-actual"}
# Regions of the OECD's list, which files often give by code alone.
_REGIONS: Final = {
    "88": "States Ex-Yugoslavia, unspecified",
    "89": "Europe, regional",
    "189": "North of Sahara, regional",
    "289": "South of Sahara, regional",
    "298": "Africa, regional",
    "380": "West Indies, regional",
    "389": "North & Central America, regional",
    "489": "South America, regional",
    "498": "America, regional",
    "589": "Middle East, regional",
    "619": "Central Asia, regional",
    "679": "South Asia, regional",
    "689": "South & Central Asia, regional",
    "789": "Far East Asia, regional",
    "798": "Asia, regional",
    "889": "Oceania, regional",
    "998": "Developing countries, unspecified",
    "1027": "Eastern Africa, regional",
    "1028": "Middle Africa, regional",
    "1029": "Southern Africa, regional",
    "1030": "Western Africa, regional",
    "1031": "Caribbean, regional",
    "1032": "Central America, regional",
    "1033": "Melanesia, regional",
    "1034": "Micronesia, regional",
    "1035": "Polynesia, regional",
}
_OECD: Final = ("", "1", "dac", "oecd dac")  # names of that list


class Told(NamedTuple):
    """A text and the tag of its language, its own or that of what stands around it."""

    tag: str
    raw: str


class Places(NamedTuple):
    """Where an activity takes place; the fields are those of Facts."""

    places: tuple[str, ...]
    told_regions: tuple[str, ...]
    repaired: bool


class Dates(NamedTuple):
    """When it does, and which of the two days are actual, which planned."""

    period: Period
    kinds: dict[str, str]


class Activity:
    """What one activity says."""

    def __init__(self, element: Any) -> None:
        self._element = element
        self.line = int(element.sourceline or 1)
        self.language = language_tag(element)
        self.identifier = next((plain_line(told.raw) for told in self.texts("iati-identifier")), "")
        self.updated = str(element.get("last-updated-datetime") or "").strip()

    @property
    def url(self) -> str:
        """Its page, which only 1.0x names."""
        return next((plain_line(told.raw) for told in self.texts("activity-website")), "")

    @property
    def parent(self) -> str:
        """The identifier of the activity that it is part of."""
        return next(self._related(_PARENT), "")

    @property
    def children(self) -> tuple[str, ...]:
        """The identifiers of the activities that it says are parts of it."""
        return tuple(self._related(_CHILD))

    def _related(self, kind: str) -> Iterator[str]:
        for element in self._element.iterfind("{*}related-activity"):
            if _value(element, "type") == kind and _value(element, "ref"):
                yield _value(element, "ref")

    def texts(self, name: str) -> list[Told]:
        """The texts of the elements of a name that are not empty."""
        return [told for element in self._element.iterfind(f"{{*}}{name}") for told in _texts(element)]

    def organisations(self, roles: Sequence[str]) -> tuple[str, ...]:
        """The names of the organisations that take part in a role, each once."""
        elements = self._element.iterfind("{*}participating-org")
        return self._names_of([element for element in elements if _value(element, "role").lower() in roles])

    @property
    def requesters(self) -> tuple[str, ...]:
        """Who pays; where nobody is named, who reports."""
        return self.organisations(FUNDING) or self._names_of(self._element.findall("{*}reporting-org"))[:1]

    def _names_of(self, elements: Sequence[Any]) -> tuple[str, ...]:
        """A name for each organisation, that of its code where it has no other; 1.0x repeats one for each language."""
        groups: list[tuple[str, list[Told]]] = []
        for element in elements:
            ref, texts = _value(element, "ref"), _texts(element)
            tags = {told.tag for told in texts}
            same = (group for known, group in groups if ref == known and not tags & {told.tag for told in group})
            group = next(same, None) if ref else None
            if group is None:
                groups.append((ref, texts))
            else:
                group += texts
        found = (self._best(texts) or self._names_by_ref.get(ref, ref) for ref, texts in groups)
        return tuple(dict.fromkeys(filter(None, found)))

    @cached_property
    def _names_by_ref(self) -> dict[str, str]:
        """Names of organisations by code: files give a name once and the code alone elsewhere."""
        names: dict[str, str] = {}
        for kind in ("reporting-org", "participating-org"):
            for element in self._element.iterfind(f"{{*}}{kind}"):
                if name := self._best(_texts(element)):
                    names.setdefault(_value(element, "ref"), name)
        return names

    def _best(self, texts: Sequence[Told]) -> str:
        """A name in the activity's language, else the first."""
        language = language_of(self.language)
        ranked = sorted(texts, key=lambda told: language_of(told.tag) != language)
        return next(filter(None, (plain_line(told.raw) for told in ranked)), "")

    @property
    def dates(self) -> Dates:
        """Its period: actual days before planned ones, readable ones before others."""
        start, start_kind = self._date("start")
        end, end_kind = self._date("end")
        period = days(start, end) if start or end else MISSING
        if "dates-reversed" in period.warnings:
            start_kind, end_kind = end_kind, start_kind
        kinds = {"start": start_kind if period.start else "", "end": end_kind if period.end else ""}
        return Dates(period, {side: kind for side, kind in kinds.items() if kind})

    def _date(self, side: str) -> tuple[str, str]:
        """A day as printed, and its kind."""
        found = [(printed, kind) for kind in ("actual", "planned") for printed in self._printed(f"{side}-{kind}")]
        readable = (one for one in found if "date-invalid" not in days(one[0], "").warnings)
        return next(readable, found[0] if found else ("", ""))

    def _printed(self, kind: str) -> Iterator[str]:
        for element in self._element.iterfind("{*}activity-date"):
            told = _value(element, "type").lower()
            if _DATE_TYPES.get(told, told) == kind:
                printed = [_value(element, "iso-date"), *(plain_line(one.raw) for one in _texts(element))]
                yield from filter(None, printed)

    def places(self, names: Names) -> Places:
        """Its countries and regions; where it names none, those of its transactions."""
        for path in ("{*}", "{*}transaction/{*}"):
            countries = [
                self._country(element, names) for element in self._element.iterfind(f"{path}recipient-country")
            ]
            regions = [self._region(element) for element in self._element.iterfind(f"{path}recipient-region")]
            found = [*(place for places, _ in countries for place in places), *(region for region, _ in regions)]
            if any(found):
                places = tuple(dict.fromkeys(filter(None, found)))
                told = tuple(dict.fromkeys(region for region, known in regions if known))
                return Places(places, told, any(repaired for _, repaired in countries))
        return Places((), (), False)

    def _country(self, element: Any, names: Names) -> tuple[tuple[str, ...], bool]:
        """Countries as names, and whether their code had to be repaired, by the name beside it if need be."""
        code, name = _value(element, "code"), self._best(_texts(element))
        found, repaired = read_codes(code, names)
        if country_codes(found, names) or not name:
            return found, repaired
        return (name,), bool(country_codes((name,), names))

    def _region(self, element: Any) -> tuple[str, bool]:
        """A region as named, and whether it has a name and no more than a code of nobody's list."""
        code, name = _value(element, "code"), self._best(_texts(element))
        if not name and _value(element, "vocabulary").lower() in _OECD:
            name = _REGIONS.get(code, "")
        return (name, True) if name else (code, False)


def _value(element: Any, attribute: str) -> str:
    return " ".join(str(element.get(attribute) or "").split())


def _texts(element: Any) -> list[Told]:
    holders = element.findall("{*}narrative") or [element]
    texts = (Told(language_tag(holder), inner_text(holder)) for holder in holders)
    return [told for told in texts if told.raw.strip()]
