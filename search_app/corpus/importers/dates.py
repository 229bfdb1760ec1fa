"""Dates and periods as people print them.

Day first, always, unless that is impossible; dots, slashes or hyphens; month names in English, French and Albanian (the
three in which the pages print them); months or years alone; lengths. Promise: what is not certain stays empty, and a
warning says so. Knows nothing of lines and pages.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal

from babel import Locale
from unidecode import unidecode

from search_app.analysis.fold import fold

_MONTH_LOCALES: Final = ("en", "fr", "sq")
_FURTHER_MONTHS: Final = {"sept": 9}
_YEARS: Final = range(1900, 2101)
_NUMERIC_MONTH: Final = r"\d{1,2}/\d{4}"
_NUMERIC: Final = r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})\.?"
_ISO: Final = r"\d{4}-\d{1,2}-\d{1,2}"
_YEAR: Final = r"(?:19|20)\d\d"
_ORDINAL: Final = r"(?:er|st|nd|rd|th|\.)?"
_ONGOING: Final = r"on-?going|en\s+cours|present|now|today|to\s+date|aujourd['’]hui|à\s+ce\s+jour"
_LENGTH: Final = r"\d{1,3}\s*(?:years?|ans?|années?|months?|mois|weeks?|semaines?|days?|jours?)"
_DASH: Final = r"\s*[-–—→]+\s*"
_WORD_BETWEEN: Final = r"\s+(?:to|until|till|au|jusqu['’]au)\s+"

Order = Literal["day", "month", "either"]


@dataclass(frozen=True)
class Period:
    """Two days as far as they are certain.

    raw        as printed
    warnings   codes of RECORD_WARNINGS
    """

    start: date | None = None
    end: date | None = None
    raw: str = ""
    warnings: tuple[str, ...] = ()


MISSING: Final = Period(warnings=("dates-missing",))


@dataclass(frozen=True)
class FoundPeriod:
    """A period at the end of a line, and the text before it.

    sure   two dates (or "ongoing") joined by a dash: sentences do not end like that
    """

    before: str
    period: Period
    sure: bool


@dataclass(frozen=True)
class _Reading:
    """One way to read a printed date: the first and the last day it stands for."""

    first: date
    last: date
    order: Order = "either"
    warnings: tuple[str, ...] = ()


def find_period(line: str) -> FoundPeriod | None:
    """The period at the end of a line; None where the line does not end in a date."""
    found = _period_pattern().search(line)
    if not found:
        return None
    start, between, end = found.group("start", "between", "end")
    sure = bool(end) and re.fullmatch(_DASH, between) is not None
    raw = line[found.start("start") :].strip(" ()")
    return FoundPeriod(line[: found.start()].rstrip(), _period(start, end or "", raw=raw), sure)


def parse_period(text: str) -> Period | None:
    """A text that is a period and nothing else; None if it is more or less than that."""
    found = find_period(text.strip())
    return found.period if found and not found.before else None


def is_date(text: str) -> bool:
    """Whether a text is one date and nothing else."""
    return re.fullmatch(f"(?:{_day_template()})", text.strip(), re.IGNORECASE) is not None


def join_period(*, start: str, end: str, length: str) -> Period:
    """A period whose parts stand in places of their own; an empty text means that nothing is printed there."""
    if not (start or end):
        return MISSING
    end = "" if re.fullmatch(_ONGOING, end, re.IGNORECASE) and not start else end
    return _period(start, end or length, raw=" - ".join(filter(None, (start, end or length))))


def _period(start: str, end: str, *, raw: str) -> Period:
    if re.fullmatch(r"\d{1,2}(?:er)?(?:\s+[^\W\d]+)?", start):
        start = _completed(start, end)
    if re.fullmatch(_LENGTH, end, re.IGNORECASE):
        return _with_length(_readings(start), end, raw)
    ongoing = re.fullmatch(_ONGOING, end, re.IGNORECASE) is not None
    first, last = _choose(_readings(start), [] if ongoing else _readings(end))
    warnings: list[str] = []
    for printed, reading in ((start, first), (end, None if ongoing else last)):
        if printed and not reading and not (ongoing and printed == end):
            warnings.append("date-invalid")
        if reading:
            warnings += reading.warnings
            warnings += ["date-order-inferred"] if reading.order == "month" else []
    begins, ends = first.first if first else None, last.last if last else None
    if not end and first:
        ends = first.last if first.last != first.first else None
        warnings += [] if ends else ["end-date-missing"]
    if first and last and begins and ends and ends < begins:
        begins, ends = last.first, first.last
        warnings.append("dates-reversed")
    return Period(begins, ends, raw, tuple(dict.fromkeys(warnings)))


def _completed(start: str, end: str) -> str:
    """A start that lacks its month or year (`5 - 7 March 2019`) with those of the end."""
    found = re.search(r"([^\W\d]+\.?)\s+(\d{4})", end)
    if not found:
        return start
    month, year = found.groups()
    return f"{start} {year}" if re.search(r"[^\W\d]{3}", start) else f"{start} {month} {year}"


def _with_length(starts: Sequence[_Reading], length: str, raw: str) -> Period:
    if not starts:
        return Period(None, None, raw, ("date-invalid",))
    reading = starts[0]
    warnings = (*reading.warnings, "end-date-computed")
    return Period(reading.first, _after(reading.first, length) - timedelta(days=1), raw, warnings)


def _after(start: date, length: str) -> date:
    number = int(re.match(r"\d+", length)[0])  # type: ignore[index]  # the pattern begins with digits
    unit = fold(length)[len(str(number)) :]
    if unit[0] in "ym" or unit.startswith("an"):
        months = start.year * 12 + start.month - 1 + number * (1 if unit[0] == "m" else 12)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
    return start + timedelta(days=number * (7 if unit[0] in "ws" else 1))


def _choose(starts: Sequence[_Reading], ends: Sequence[_Reading]) -> tuple[_Reading | None, _Reading | None]:
    """The readings of a pair: both in one order where that is possible, day first before month first."""
    for order in ("day", "month"):
        pair = [[r for r in readings if r.order in (order, "either")] for readings in (starts, ends)]
        if pair[0] and pair[1]:
            return pair[0][0], pair[1][0]
    return (starts[0] if starts else None), (ends[0] if ends else None)


def _readings(text: str) -> list[_Reading]:
    """Every way in which a printed date is a day of the calendar, day first before month first."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if re.fullmatch(_ISO, text):
        return list(_day(*numbers, order="either"))
    if re.fullmatch(_NUMERIC, text):
        day, month, year = numbers
        month_first = _day(year, day, month, order="month") if day != month else ()
        return [*_day(year, month, day, order="day"), *month_first]
    if re.fullmatch(_YEAR, text):
        return [_Reading(date(numbers[0], 1, 1), date(numbers[0], 12, 31), "either", ("date-precision-year",))]
    month_name = re.search(r"[^\W\d_]{3,}", text)
    if re.fullmatch(_NUMERIC_MONTH, text):
        return _month(numbers[1], numbers[0])
    number_of_month = _months().get(fold(month_name[0])) if month_name else None
    if not number_of_month:
        return []
    if len(numbers) == 1:
        return _month(numbers[0], number_of_month)
    return list(_day(numbers[1], number_of_month, numbers[0], order="either"))


def _month(year: int, month: int) -> list[_Reading]:
    return [
        _Reading(
            reading.first,
            reading.first.replace(day=calendar.monthrange(year, month)[1]),
            "either",
            ("date-precision-month",),
        )
        for reading in _day(year, month, 1, order="either")
    ]


def _day(year: int, month: int, day: int, *, order: Order) -> Iterator[_Reading]:
    if year not in _YEARS:
        return
    try:
        found = date(year, month, day)
    except ValueError:
        return
    yield _Reading(found, found, order)


@cache
def _months() -> dict[str, int]:
    """Folded month name → number."""
    names: dict[str, int] = {}
    for locale in _MONTH_LOCALES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale(locale).months[context][width].items():
                    names.setdefault(fold(name), number)
    return names | _FURTHER_MONTHS


@cache
def _day_template() -> str:
    spelled = {
        spelling
        for locale in _MONTH_LOCALES
        for width in ("wide", "abbreviated")
        for name in Locale(locale).months["format"][width].values()
        for spelling in (name.rstrip("."), unidecode(name).rstrip("."))
    }
    names = "|".join(sorted(spelled | set(_FURTHER_MONTHS), key=len, reverse=True))
    month = rf"(?:{names})\.?"
    return (
        rf"{_ISO}|{_NUMERIC}|\d{{1,2}}{_ORDINAL}\s+{month},?\s+\d{{4}}|{month}\s+\d{{1,2}}{_ORDINAL},?\s+\d{{4}}"
        rf"|{month}\s+\d{{4}}|{_NUMERIC_MONTH}|{_YEAR}"
    )


@cache
def _period_pattern() -> re.Pattern[str]:
    day = _day_template()
    partial = r"\d{1,2}(?:er)?(?:\s+[^\W\d_]{3,})?"
    between = f"{_DASH}|{_WORD_BETWEEN}"
    return re.compile(
        rf"(?:\b(?:from|on|du|le|depuis\s+le)\s+|\()?(?<![\w/.-])(?P<start>{day}|{partial}(?={_DASH}|{_WORD_BETWEEN}))(?!\d)"
        rf"(?:(?P<between>{between}|\s*[,(]\s*(?={_LENGTH}))(?P<end>{day}|{_ONGOING}|{_LENGTH})(?!\w))?(?:{_DASH})?\)?$",
        re.IGNORECASE,
    )
