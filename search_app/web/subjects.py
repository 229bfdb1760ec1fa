"""The page of a concept, organisation, country or region as plain values for its template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.names import Kind
from search_app.index.query import Filters
from search_app.search.naming import choosing
from search_app.search.results import Named, SearchRequest, Subject, Way
from search_app.web import params
from search_app.web.addresses import Addresses
from search_app.web.charts import Chart, Number, timeline
from search_app.web.figures import Figures
from search_app.web.hits import Hit, hit_view
from search_app.web.views import Link
from search_app.web.wording import Words, capitalised, message

MOST_LISTED: Final = 12

KINDS: Final[Mapping[Kind | Literal[""], str]] = {
    "concept": message("Topic"),
    "organisation": message("Organisation"),
    "country": message("Country"),
    "region": message("Region"),
}
WAYS: Final[Mapping[str, str]] = {
    "country": message("As the place"),
    "requester": message("As the requester"),
    "concept": message("Named in the text"),
}


@dataclass(frozen=True)
class NamesIn:
    """What a subject is called in one language."""

    language: Language
    language_name: str
    names: tuple[str, ...]
    acronyms: tuple[str, ...]


@dataclass(frozen=True)
class SubjectView:
    """The page of a subject.

    title, second          its name in the reader's language, and in the other one where that differs
    ways                   each search that finds its mandates, with what the subject is in them
    requesters and so on   numbers under the main one of these searches
    hits, all_hits         the newest mandates, and the search that has all of them
    """

    kind: str
    title: str
    second: str
    second_language: Language
    count: str
    names: tuple[NamesIn, ...]
    ways: tuple[tuple[str, Link], ...]
    years: Chart | None
    requesters: tuple[Number, ...]
    countries: tuple[Number, ...]
    topics: tuple[Number, ...]
    broader: tuple[Link, ...]
    narrower: tuple[Link, ...]
    related: tuple[Link, ...]
    hits: tuple[Hit, ...]
    all_hits: Link | None


def subject_view(subject: Subject, words: Words, at: Addresses) -> SubjectView:
    """Lay a subject out for its page."""
    main = subject.ways[0]
    within = choosing(Filters(), main.facet, main.value)
    figures = Figures(words, at, within)
    facets = subject.facets
    other: Language = "fr" if words.language == "en" else "en"
    name, second = subject.named.name[words.language], subject.named.name[other]
    years = timeline(figures.years(facets["year"]), words.gettext("Mandates active in each year"))
    return SubjectView(
        kind=words.gettext(KINDS[subject.named.kind]),
        title=capitalised(name),
        second=capitalised(second) if second != name else "",
        second_language=other,
        count=words.ngettext("%(n)s mandate", "%(n)s mandates", main.count),
        names=tuple(_names_in(subject, language, words) for language in _order(words.language)),
        ways=tuple((words.gettext(WAYS[way.facet]), _way(way, words, at)) for way in subject.ways),
        years=years if years.numbers else None,
        requesters=tuple(
            figures.values("requester", facets["requester"][:MOST_LISTED]) if main.facet != "requester" else ()
        ),
        countries=tuple(_countries(subject, words, at)),
        topics=tuple(figures.values("concept", facets["concept"][:MOST_LISTED]) if main.facet != "concept" else ()),
        broader=_links(subject.broader, words, at),
        narrower=_links(subject.narrower, words, at),
        related=_links(subject.related, words, at),
        hits=tuple(hit_view(result, "", words, at) for result in subject.page.results),
        all_hits=_way(main, words, at) if main.count > len(subject.page.results) else None,
    )


def _order(language: Language) -> list[Language]:
    return sorted(LANGUAGES, key=lambda other: other != language)


def _names_in(subject: Subject, language: Language, words: Words) -> NamesIn:
    return NamesIn(language, words.languages[language], subject.names[language], subject.acronyms[language])


def _way(way: Way, words: Words, at: Addresses) -> Link:
    request = SearchRequest(filters=choosing(Filters(), way.facet, way.value))
    count = words.ngettext("%(n)s mandate", "%(n)s mandates", way.count)
    return Link(count, at.search(params.write(request)))


def _countries(subject: Subject, words: Words, at: Addresses) -> Iterable[Number]:
    """Where its mandates are; of a region the countries in it, each with all its mandates; of a country none."""
    main = subject.ways[0]
    values = [one for one in subject.facets["country"] if params.is_country(one.value)]
    if main.facet != "country":
        within = choosing(Filters(), main.facet, main.value)
        return Figures(words, at, within).values("country", values[:MOST_LISTED])
    inside = {named.id for named in subject.narrower}
    return Figures(words, at).values("country", [one for one in values if one.value in inside])


def _links(named: Sequence[Named], words: Words, at: Addresses) -> tuple[Link, ...]:
    links = (Link(capitalised(words.named(one.name)), at.subject(one, "concept")) for one in named)
    return tuple(sorted(links, key=lambda link: link.label))
