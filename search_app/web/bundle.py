"""The whole corpus with its search as a folder that opens from disk: for people without a network.

Two pages, the style sheet, small scripts of ours, and the corpus as data: records, the words of each in their order,
stems, and every name of the thesaurus. Promise: what a judged query finds first is what the server finds first. Knows
the service and text analysis, no engine.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from markupsafe import Markup

from search_app.analysis.analyzer import read_words
from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems
from search_app.analysis.tools import Tools
from search_app.corpus.names import Concept, Names
from search_app.errors import SettingsError, StorageError
from search_app.index.document import Document, make_document
from search_app.search.lookup import Form, Lookup
from search_app.search.results import Named, Result, SearchRequest
from search_app.web.service import Service
from search_app.web.site import FOLDER, environment
from search_app.web.wording import Words, load, message

SCRIPTS: Final = FOLDER / "offline"
STYLES: Final = FOLDER / "static" / "style.css"
DATA: Final = "corpus.js"
PAGES: Final[Mapping[Language, str]] = {"en": "index.html", "fr": "fr.html"}
# What the script says; its gaps are filled there.
TEXTS: Final[Mapping[str, str]] = {
    "title": message("Mandate search"),
    "results": message("Search results"),
    "found": message("%(count)s for “%(text)s”"),
    "also": message("Also searched for “%(typed)s”: %(names)s."),
    "undated": message("no dates given"),
    "back": message("Back to the search"),
}
_GAP: Final = -1
_ACRONYM: Final = 1
_SEARCHED: Final = 2
# Endings that fewer words show are chance, and longer ones are words.
_FEWEST: Final = 2
_LONGEST_ENDING: Final = 8


@dataclass(frozen=True)
class Copy:
    """What a bundle says of itself.

    day      when it was made
    origin   the site's public address, "" where there is none
    """

    day: date
    origin: str


def write_bundle(service: Service, folder: Path, copy: Copy, tools: Tools) -> int:
    """Write the folder; returns how many mandates it holds.

    raises   SettingsError where the folder holds something else; StorageError
    """
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"{folder}: is no folder; name one that is new or empty")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DATA).is_file():
        raise SettingsError(f"{folder}: holds something else; name a folder that is new or empty")
    results, generation = _all_results(service)
    values = {"generation": generation, **corpus_values(results, Names(service.concepts().concepts), tools)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for script in sorted(SCRIPTS.glob("*.js")):
            (folder / script.name).write_bytes(script.read_bytes())
        (folder / STYLES.name).write_bytes(STYLES.read_bytes())
        for language in LANGUAGES:
            (folder / PAGES[language]).write_text(_page(load(language), copy), "utf-8")
        data = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        (folder / DATA).write_text(f"const MANDATE_CORPUS = {data};\n", "utf-8")
    except OSError as error:
        raise StorageError(f"i/o error: {error.strerror or error} ({error.filename or folder})") from error
    return len(results)


def _all_results(service: Service) -> tuple[list[Result], str]:
    with closing(service.listing(SearchRequest())) as listing:
        return [one.result for one in listing.hits], listing.generation


def _page(words: Words, copy: Copy) -> str:
    other: Language = "fr" if words.language == "en" else "en"
    texts = {name: words.translations.gettext(text) for name, text in TEXTS.items()}
    texts["one"] = words.translations.ngettext("%(n)s mandate", "%(n)s mandates", 1)
    texts["many"] = words.translations.ngettext("%(n)s mandate", "%(n)s mandates", 2)
    # in a script element only the end of the element is special
    embedded = json.dumps(texts, ensure_ascii=False).replace("</", "<\\/")
    return (
        environment(words)
        .get_template("bundle.html")
        .render(
            here=PAGES[words.language],
            there=PAGES[other],
            day=words.day(copy.day),
            origin=copy.origin,
            texts=Markup(embedded),  # noqa: S704 from our catalogue
        )
    )


def corpus_values(results: Sequence[Result], names: Names, tools: Tools) -> dict[str, object]:
    """The corpus as the scripts read it."""
    lookup = Lookup(names, tools.analyzer)
    documents = [make_document(result.mandate, tools.analyzer, names) for result in results]
    words = sorted({term for document in documents for term in document.body})
    numbers = {word: number for number, word in enumerate(words)}
    forms = {concept.id: lookup.forms[concept.id] for concept in names}
    other = sorted({term for several in forms.values() for form in several for term in form.terms} - set(words))
    return {
        "words": words,
        # of words that stand in no record, those of the names come behind
        "stems": {language: _stems([*words, *other], tools.stems, language) for language in LANGUAGES},
        "otherWords": other,
        "endings": {language: endings([*words, *other], tools.stems, language) for language in LANGUAGES},
        "stopWords": sorted(read_words("stop_words_en.txt") + read_words("stop_words_fr.txt")),
        "articles": list(read_words("french_articles.txt")),
        "records": [_record(result, doc, numbers) for result, doc in zip(results, documents, strict=True)],
        "concepts": [_concept(concept, forms[concept.id]) for concept in names],
    }


def _stems(words: Sequence[str], stems: Stems, language: Language) -> list[str]:
    """The stem of each word, "" where it is the word itself."""
    return ["" if stem == word else stem for word, stem in zip(words, stems.stem_all(words, language), strict=True)]


def endings(words: Iterable[str], stems: Stems, language: Language) -> dict[str, tuple[str, str]]:
    """How the ends of words become the ends of their stems: enough to tell the stem of a word that is none of these.

    returns  an ending → what it loses and gains; the longest that fits decides. One that says no more than a shorter
             one is left out
    """
    plain = sorted({word for word in words if word.isalpha() and word.islower()})
    seen: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for word, stem in zip(plain, stems.stem_all(plain, language), strict=True):
        change = _change(word, stem)
        for length in range(min(len(word), _LONGEST_ENDING) + 1):
            seen[word[len(word) - length :]][change] += 1
    kept: dict[str, tuple[str, str]] = {}
    for ending in sorted(seen, key=lambda one: (len(one), one)):
        change, count = max(seen[ending].items(), key=lambda one: (one[1], one[0]))
        shorter = next((ending[cut:] for cut in range(1, len(ending) + 1) if ending[cut:] in kept), "")
        if count >= _FEWEST and kept.get(shorter) != change:
            kept[ending] = change
    return kept


def _change(word: str, stem: str) -> tuple[str, str]:
    same = next((at for at, (a, b) in enumerate(zip(word, stem, strict=False)) if a != b), min(len(word), len(stem)))
    return word[same:], stem[same:]


def _record(result: Result, document: Document, numbers: Mapping[str, int]) -> dict[str, object]:
    mandate = result.mandate
    return {
        "id": mandate.id,
        "title": dict(mandate.title),
        "description": dict(mandate.description),
        "requesters": [_both(one) for one in result.requesters],
        "places": [_both(one) for one in result.places],
        "start": mandate.start.isoformat() if mandate.start else "",
        "end": mandate.end.isoformat() if mandate.end else "",
        "source": mandate.source,
        "tokens": list(_tokens(document, numbers)),
        "titleEnd": document.title_end,
        "holds": list(document.holds),
    }


def _both(named: Named) -> dict[Language, str]:
    return dict(named.name)


def _tokens(document: Document, numbers: Mapping[str, int]) -> Iterator[int]:
    """The words of a document by position, a mark for the gap between two passages."""
    placed = sorted((position, term) for term, positions in document.body.items() for position in positions)
    expected = 0
    for position, term in placed:
        if position != expected:
            yield _GAP
        yield numbers[term]
        expected = position + 1


def _concept(concept: Concept, forms: Sequence[Form]) -> list[object]:
    return [
        concept.id,
        concept.kind,
        [[form.text, " ".join(form.terms), _ACRONYM * form.acronym + _SEARCHED * form.searched] for form in forms],
        concept.code,
        list(concept.countries),
        sorted(map(fold, concept.capitals_only)),
    ]
