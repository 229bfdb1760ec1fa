"""One hit as plain values for its template: title and snippet with marks, facts in words, the reason.

Also the words for dates, states and languages that a mandate's own page shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from search_app.analysis.language import Language
from search_app.corpus.mandate import Mandate
from search_app.index.query import Status
from search_app.search.results import Result, Snippet
from search_app.web import reasons
from search_app.web.addresses import Addresses
from search_app.web.texts import Highlight, marked
from search_app.web.wording import Words, message

STATUSES: Final[Mapping[Status, str]] = {
    "planned": message("Planned"),
    "active": message("Active"),
    "ended": message("Ended"),
    "unknown": message("No dates"),
}


@dataclass(frozen=True)
class Hit:
    """One hit as it is listed.

    language, snippet_language   those of the texts shown
    badge                        the languages of the text in words, "" where it is in the reader's alone
    foreign                      the text is not in the reader's language
    """

    address: str
    title: Markup
    language: Language
    badge: str
    foreign: bool
    requesters: str
    places: str
    period: Markup
    status: str
    snippet: Markup
    snippet_language: Language
    why: str


def period(start: date | None, end: date | None, words: Words) -> Markup:
    """Write a period, leaving out of the first day what the last one says again."""
    if start and end and start != end:
        if (start.year, start.month) == (end.year, end.month):
            first = words.day(start, year=False).split()[0]
        else:
            first = words.day(start, year=start.year != end.year)
        text = f"{_time(start, first)} – {_time(end, words.day(end))}"
    elif start and end:
        text = _time(start, words.day(start))
    elif start:
        text = words.gettext("from %(day)s (no end date given)", day=_time(start, words.day(start)))
    elif end:
        text = words.gettext("until %(day)s (no start date given)", day=_time(end, words.day(end)))
    else:
        text = words.gettext("no dates given")
    return Markup(text)  # noqa: S704 made of dates, our words and our tags only


def _time(day: date, text: str) -> str:
    return f'<time datetime="{day.isoformat()}">{text}</time>'


def status_word(status: Status, words: Words) -> str:
    """Say whether a mandate is planned, active or ended; "" where its dates, shown beside it, say it all."""
    return "" if status == "unknown" else words.gettext(STATUSES[status])


def language_badge(languages: Sequence[Language], words: Words) -> str:
    """Say in which languages a mandate's text is."""
    names = [words.languages[language] for language in languages]
    return words.gettext("Text in %(languages)s", languages=words.listed(names))


def title_language(mandate: Mandate, language: Language) -> Language:
    """The language of the title to show: the reader's where there is one."""
    return language if language in mandate.title else next(iter(mandate.title))


def hit_view(result: Result, query: str, words: Words, at: Addresses) -> Hit:
    """A hit as a list of results shows it; its link carries the query, so that the mandate's page marks it too."""
    mandate = result.mandate
    language = title_language(mandate, words.language)
    snippet, snippet_language = _snippet(result, words)
    return Hit(
        address=at.mandate(mandate.id, query),
        title=marked(mandate.title[language], reasons.highlights(result.why, reasons.TITLES[language], words)),
        language=language,
        badge="" if result.languages == (words.language,) else language_badge(result.languages, words),
        foreign=words.language not in result.languages,
        requesters=words.listed([words.named(requester.name) for requester in result.requesters]),
        places=words.listed([words.named(place.name) for place in result.places]),
        period=period(mandate.start, mandate.end, words),
        status=status_word(result.status, words),
        snippet=snippet,
        snippet_language=snippet_language,
        why=reasons.sentence(result.why, words, languages=tuple(mandate.title)),
    )


def _snippet(result: Result, words: Words) -> tuple[Markup, Language]:
    """The passages to show: the reader's language first, unless only the other one answers the query."""
    order = sorted(result.snippets, key=lambda language: language != words.language)
    with_marks = [language for language in order if any(snippet.marks for snippet in result.snippets[language])]
    chosen = [*with_marks, *order]
    if not chosen or not result.snippets[chosen[0]]:
        return Markup(""), words.language
    language = chosen[0]
    snippets = result.snippets[language]
    whole = reasons.highlights(result.why, reasons.DESCRIPTIONS[language], words)
    titles = {(mark.start, mark.end): mark.title for mark in whole}
    passages = " … ".join([_passage(snippet, titles) for snippet in snippets])
    last = snippets[-1]
    cut = last.start + len(last.text) < len(result.mandate.description.get(language, ""))
    shown = f"{'… ' if snippets[0].start else ''}{passages}{' …' if cut else ''}"
    return Markup(shown), language  # noqa: S704 passages are escaped


def _passage(snippet: Snippet, titles: Mapping[tuple[int, int], str]) -> Markup:
    at = snippet.start
    return marked(
        snippet.text,
        [Highlight(mark.start, mark.end, titles.get((at + mark.start, at + mark.end), "")) for mark in snippet.marks],
    )
