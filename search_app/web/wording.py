"""The interface's words in one language: catalogue, plurals, dates, numbers, names of languages and lists.

English sentences are the message ids, so only French has a catalogue. Month and language names come from CLDR through
Babel and are read once, when the site starts. Knows nothing of HTTP or HTML.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from search_app.analysis.language import LANGUAGES, Language

LOCALES: Final[Mapping[Language, Locale]] = {"en": Locale("en", "GB"), "fr": Locale("fr")}
CATALOGUES: Final = Path(__file__).parent / "locale"


def message(text: str) -> str:
    """Mark a sentence of a table for the catalogue; it is translated where it is used."""
    return text


def capitalised(name: str) -> str:
    """A name as it begins a line."""
    return name[:1].upper() + name[1:]


@dataclass(frozen=True)
class Words:
    """One language's words.

    months      twelve full names
    languages   names of the product's languages, in this one
    countries   names of countries by ISO alpha-2 code, for codes that no mandate names
    """

    language: Language
    translations: NullTranslations
    months: tuple[str, ...]
    languages: Mapping[Language, str]
    countries: Mapping[str, str]

    def gettext(self, text: str, /, **values: object) -> str:
        """Translate a sentence and fill its gaps; plain text, not HTML."""
        return self.translations.gettext(text) % values

    def ngettext(self, singular: str, plural: str, number: int, /, **values: object) -> str:
        """Translate a sentence that counts; its gap `n` takes the number as people write it."""
        return self.translations.ngettext(singular, plural, number) % {"n": self.number(number), **values}

    def number(self, number: int) -> str:
        """Write a whole number with the language's grouping."""
        return str(number) if 0 <= number < 1000 else format_decimal(number, locale=LOCALES[self.language])

    def day(self, day: date, *, year: bool = True) -> str:
        """Write a day as people do: "1 March 2019", "1er mars 2019"."""
        number = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{number} {self.months[day.month - 1]}{f' {day.year}' if year else ''}"

    def listed(self, names: Sequence[str]) -> str:
        """Join names as in a sentence: "a, b and c"."""
        if len(names) < 2:
            return "".join(names)
        return self.gettext("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])

    def series(self, parts: Sequence[str]) -> str:
        """Join parts that have commas of their own by semicolons."""
        return ("\u202f; " if self.language == "fr" else "; ").join(parts)

    def quoted(self, text: str) -> str:
        """Put a text in the language's quotation marks."""
        return f"«\u202f{text}\u202f»" if self.language == "fr" else f"“{text}”"

    def named(self, name: Mapping[Language, str]) -> str:
        """Choose this language's name, else the one there is."""
        return name.get(self.language) or next(iter(name.values()), "")


def load(language: Language) -> Words:
    """Read one language's catalogue and CLDR names."""
    locale = LOCALES[language]
    names = locale.languages
    return Words(
        language=language,
        translations=_translations(language),
        months=tuple(locale.months["format"]["wide"][number] for number in range(1, 13)),
        languages={other: names[other] for other in LANGUAGES},
        countries={code: name for code, name in locale.territories.items() if len(code) == 2},
    )


def _translations(language: Language) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
