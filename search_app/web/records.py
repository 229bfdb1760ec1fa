"""The page of one mandate as plain values for its template.

Knows the record and its words; decides what is shown of it and in which order, not how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.mandate import Mandate
from search_app.search.results import MandateView, Named, TextField
from search_app.web import notes, params, reasons
from search_app.web.addresses import Addresses, contact_address
from search_app.web.hits import language_badge, period, status_word, title_language
from search_app.web.texts import Highlight, blocks, marked
from search_app.web.views import Link
from search_app.web.wording import Words, capitalised

MOST_TOPICS: Final = 12


@dataclass(frozen=True)
class Narrative:
    """Title, description and named sections of a mandate in one language."""

    language: Language
    name: str
    title: Markup
    text: Markup
    sections: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class Names:
    """Requesters or places: links to their mandates, and the names as printed where these say more."""

    links: tuple[Link, ...]
    printed: tuple[Markup, ...]


@dataclass(frozen=True)
class RecordView:
    """A mandate's page; `narratives` has the reader's language first.

    report   the address that reports a mistake in this mandate, "" where nobody takes reports
    """

    mandate: Mandate
    title: Markup
    plain_title: str
    language: Language
    narratives: tuple[Narrative, ...]
    requesters: Names
    places: Names
    period: Markup
    status: str
    badge: str
    warnings: tuple[str, ...]
    web_address: str
    has_marks: bool
    citation_names: str
    citation_places: str
    topics: tuple[Link, ...]
    report: str


def record_view(view: MandateView, words: Words, at: Addresses, site_contact: str = "") -> RecordView:
    """Lay a mandate out for its page.

    site_contact   where mistakes are reported, "" for nowhere
    """
    mandate = view.mandate
    language = title_language(mandate, words.language)
    narratives = [_narrative(view, other, words) for other in _order(words.language) if _has_text(mandate, other)]
    return RecordView(
        mandate=mandate,
        title=_marked(view, reasons.TITLES[language], mandate.title[language], words),
        plain_title=mandate.title[language],
        language=language,
        narratives=tuple(narratives),
        requesters=_names(view, "requesters", "requester", words=words, at=at),
        places=_names(view, "places", "country", words=words, at=at),
        period=period(mandate.start, mandate.end, words),
        status=status_word(view.status, words),
        badge=language_badge(view.languages, words),
        warnings=tuple(notes.warning(code, words) for code in mandate.warnings),
        web_address=mandate.url if mandate.url.startswith(("http://", "https://")) else "",
        has_marks=bool(view.why),
        citation_names=words.listed([words.named(named.name) for named in view.requesters]),
        citation_places=words.listed([words.named(named.name) for named in view.places]),
        topics=tuple(Link(capitalised(words.named(topic.name)), at.concept(topic.id)) for topic in _topics(view)),
        report=_report(site_contact, mandate.id, at.absolute(at.mandate(mandate.id)), words) if site_contact else "",
    )


def _topics(view: MandateView) -> list[Named]:
    """What the texts name, the rarest first: those who asked and the places stand elsewhere on the page."""
    elsewhere = {named.id for named in (*view.requesters, *view.places)}
    return [topic for topic in view.concepts if topic.id not in elsewhere][:MOST_TOPICS]


def _report(contact: str, mandate_id: str, address: str, words: Words) -> str:
    """A letter that says which mandate it is about, or the operator's own page."""
    link = contact_address(contact)
    if not link.startswith("mailto:"):
        return link
    subject = words.gettext("A mistake in the mandate %(id)s", id=mandate_id)
    return f"{link}?subject={quote(subject)}&body={quote(address)}%0A%0A"


def _order(language: Language) -> list[Language]:
    return sorted(LANGUAGES, key=lambda other: other != language)


def _has_text(mandate: Mandate, language: Language) -> bool:
    return language in mandate.title or language in mandate.description


def _narrative(view: MandateView, language: Language, words: Words) -> Narrative:
    mandate = view.mandate
    marks = reasons.highlights(view.why, reasons.DESCRIPTIONS[language], words)
    sections = [(name, blocks(text[language])) for name, text in mandate.sections.items() if language in text]
    return Narrative(
        language=language,
        name=words.languages[language],
        title=_marked(view, reasons.TITLES[language], mandate.title.get(language, ""), words),
        text=blocks(mandate.description.get(language, ""), marks),
        sections=tuple(sections),
    )


def _marked(view: MandateView, field: TextField, text: str, words: Words) -> Markup:
    return marked(text, reasons.highlights(view.why, field, words))


def _names(view: MandateView, field: TextField, facet: params.ListFilter, *, words: Words, at: Addresses) -> Names:
    """The printed names carry the marks: as the links' labels where both are the same, else beside them."""
    if field == "requesters":
        resolved, printed = view.requesters, view.mandate.requesters
    else:
        resolved, printed = view.places, view.mandate.places
    links = [Link(words.named(named.name), at.subject(named, facet)) for named in resolved]
    marks = reasons.highlights(view.why, field, words)
    names = _marked_lines(printed, marks)
    if [link.label for link in links] == list(printed):
        return Names(tuple(Link(name, link.address) for name, link in zip(names, links, strict=True)), ())
    known = {name for named in resolved for name in named.name.values()}
    return Names(tuple(links), () if not marks and known.issuperset(printed) else tuple(names))


def _marked_lines(lines: Sequence[str], marks: Sequence[Highlight]) -> list[Markup]:
    """Mark the names of a field, whose text is its names joined by line ends."""
    text = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:rank]) for rank in range(len(lines))]
    return [marked(text, marks, start, start + len(line)) for start, line in zip(starts, lines, strict=True)]
