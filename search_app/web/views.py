"""The result page as plain values for its template: facets, chips, pager, orders, ways out of an empty answer.

Everything that needs a decision is decided here, so that the template only lays out. Knows addresses and words, not
HTTP.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from search_app.analysis.language import LANGUAGES, Language
from search_app.index.query import Filters, Sort, Status
from search_app.search.results import (
    Remedy,
    ResultPage,
    SearchRequest,
)
from search_app.web import notes, params
from search_app.web.addresses import Addresses
from search_app.web.hits import STATUSES, Hit, hit_view
from search_app.web.wording import Words, capitalised, message

SHOWN_VALUES: Final = 8
TICKED_VALUES: Final = 30
SHOWN_NAMES: Final = 3

FACET_TITLES: Final[Mapping[params.ListFilter, str]] = {
    "country": message("Country or region"),
    "requester": message("Requester"),
    "concept": message("Topic"),
    "lang": message("Language of the text"),
    "status": message("Status"),
}
SORTS: Final[Mapping[Sort, str]] = {
    "relevance": message("Relevance"),
    "newest": message("Newest first"),
    "oldest": message("Oldest first"),
}


@dataclass(frozen=True)
class Link:
    """A link, or where `current` the place one is at."""

    label: str
    address: str
    current: bool = False


class FacetLine(NamedTuple):
    """One value of a facet; `address` leads to it alone, or, where selected, to the search without it.

    A page has hundreds of these: named tuples are made, and taken apart by the template, several times as fast.
    """

    value: str
    label: str
    number: str
    address: str
    selected: bool


@dataclass(frozen=True)
class Facet:
    """One facet.

    first     shown at once
    rest      shown after "show all"
    more      shown behind these as links alone, so that a page with hundreds of values stays light
    several   has check boxes; the two languages have none, as both together narrow nothing
    """

    name: str
    title: str
    several: bool
    first: tuple[FacetLine, ...]
    rest: tuple[FacetLine, ...]
    more: tuple[FacetLine, ...]

    @property
    def hidden(self) -> int:
        """How many values are not shown at once."""
        return len(self.rest) + len(self.more)


@dataclass(frozen=True)
class Pager:
    """Links to other pages of the list; an entry without address is a gap."""

    previous: str
    following: str
    pages: tuple[Link, ...]
    number: str
    count: str


@dataclass(frozen=True)
class ResultView:
    """The result page.

    first     the rank of the first hit shown
    literal   the same search without other names, where some were searched
    also      the first other names that were searched; `all_names` has all of them
    remedies  where nothing was found: what to leave out, and how many mandates that leads to
    expanded  the same search with them, where they are switched off
    fields    hidden fields of the filter form: all that it does not show itself
    years     the years in which mandates were active, the latest first; each sets "active during"
    more_on   pages on what was searched or chosen
    """

    count: str
    hits: tuple[Hit, ...]
    first: int
    facets: tuple[Facet, ...]
    years: tuple[FacetLine, ...]
    more_on: tuple[Link, ...]
    chips: tuple[Link, ...]
    clear: str
    sorts: tuple[Link, ...]
    pager: Pager
    notes: tuple[str, ...]
    also: str
    all_names: str
    literal: str
    expanded: str
    fields: tuple[tuple[str, str], ...]
    start: str
    end: str
    all_words: Link | None
    remedies: tuple[tuple[Link, str], ...]


def result_view(page: ResultPage, words: Words, at: Addresses) -> ResultView:
    """Lay an answer out for its page."""
    request = page.request
    query = params.write(request)
    facets = _facets(page, words, at)
    return ResultView(
        count=_count(page, words),
        hits=tuple(hit_view(result, query, words, at) for result in page.results),
        first=(request.page - 1) * request.size + 1,
        facets=facets,
        years=tuple(_years(page, words, at)),
        more_on=tuple(_more_on(page, words, at)),
        chips=_chips(page, words, at),
        clear=at.search(params.write(dataclasses.replace(request, filters=Filters(), page=1))),
        sorts=_sorts(page, words, at),
        pager=_pager(page, words, at),
        notes=tuple(notes.sentence(note, words) for note in page.notes),
        also=_names_searched(page, words, most=SHOWN_NAMES),
        all_names=_names_searched(page, words),
        literal=at.search(params.variants(request, "expand")("0")) if page.expanded else "",
        expanded="" if request.expand else at.search(params.variants(request, "expand")("")),
        fields=_hidden_fields(request, facets),
        start=params.write_start(request),
        end=params.write_end(request),
        all_words=_all_words(page, words, at),
        remedies=tuple(_remedy(remedy, request, words, at) for remedy in page.remedies),
    )


def _count(page: ResultPage, words: Words) -> str:
    if not page.request.text:
        return words.ngettext("%(n)s mandate", "%(n)s mandates", page.total)
    text = page.request.text
    if page.total == 0:
        return words.gettext("No mandate for “%(text)s”", text=text)
    return words.ngettext("%(n)s mandate for “%(text)s”", "%(n)s mandates for “%(text)s”", page.total, text=text)


def _all_words(page: ResultPage, words: Words, at: Addresses) -> Link | None:
    if page.all_words is None or not page.total:
        return None
    label = words.ngettext(
        "%(n)s of them holds all the words", "%(n)s of them hold all the words", page.all_words.count
    )
    address = at.search(params.variants(page.request, "q")(page.all_words.text)) if page.all_words.count else ""
    return Link(label, address)


def _remedy(remedy: Remedy, request: SearchRequest, words: Words, at: Addresses) -> tuple[Link, str]:
    """A way out of an empty answer, and how many mandates it leads to."""
    filters = request.filters
    if remedy.kind == "word":
        label = words.gettext("Without the word %(word)s", word=words.quoted(remedy.dropped))
    elif remedy.kind == "quotes":
        label = words.gettext("Without the quotation marks: %(words)s", words=remedy.dropped)
    elif remedy.dropped == "start" and filters.start:
        label = words.gettext("Without “active from %(day)s”", day=words.day(filters.start))
    elif remedy.dropped == "end" and filters.end:
        label = words.gettext("Without “active until %(day)s”", day=words.day(filters.end))
    else:
        facet = words.gettext(FACET_TITLES[cast(params.ListFilter, remedy.dropped)])
        label = words.gettext("Without the filter %(facet)s", facet=words.quoted(facet))
    count = words.ngettext("%(n)s mandate", "%(n)s mandates", remedy.count)
    return Link(label, at.search(params.write(remedy.request))), count


def _names_searched(page: ResultPage, words: Words, *, most: int | None = None) -> str:
    """The other names that were searched, at most so many for each concept."""
    lines = []
    for expansion in page.expanded:
        names = [words.quoted(label) for label in expansion.labels[:most]]
        if len(names) < len(expansion.labels):
            names.append("…")
        lines.append(words.gettext("%(names)s for “%(typed)s”", names=", ".join(names), typed=expansion.typed))
    return words.series(lines)


def _facets(page: ResultPage, words: Words, at: Addresses) -> tuple[Facet, ...]:
    """The facets in the order of their parameters; countries stand apart from the regions that contain them."""
    facets = []
    for name in params.LIST_FILTERS:
        lines = _facet_lines(name, page, words, at)
        if name == "country":
            countries = [line for line in lines if params.is_country(line.value)]
            regions = [line for line in lines if not params.is_country(line.value)]
            facets.append(_facet(name, words.gettext("Country"), countries))
            facets.append(_facet(name, words.gettext("Region"), regions))
        else:
            facets.append(_facet(name, words.gettext(FACET_TITLES[name]), lines))
    return tuple(facet for facet in facets if facet.first)


def _facet(name: params.ListFilter, title: str, lines: Sequence[FacetLine]) -> Facet:
    return Facet(
        name=name,
        title=title,
        several=name != "lang",
        first=tuple(line for rank, line in enumerate(lines) if rank < SHOWN_VALUES or line.selected),
        rest=tuple(line for line in lines[SHOWN_VALUES:TICKED_VALUES] if not line.selected),
        more=tuple(line for line in lines[TICKED_VALUES:] if not line.selected),
    )


def _facet_lines(name: params.ListFilter, page: ResultPage, words: Words, at: Addresses) -> list[FacetLine]:
    variant = params.variants(page.request, name)
    chosen = params.filter_values(page.request.filters, name)
    lines = []
    for value in page.facets.get(name, ()):
        target = ",".join(other for other in chosen if other != value.value) if value.selected else value.value
        label = _value_label(name, value.value, value.name, words)
        lines.append(
            FacetLine(value.value, label, words.number(value.count), at.search(variant(target)), value.selected)
        )
    return lines


def _years(page: ResultPage, words: Words, at: Addresses) -> Iterator[FacetLine]:
    variant = params.variants(page.request, "from", "to")
    for value in reversed(page.facets.get("year", ())):
        year = "" if value.selected else value.value.zfill(4)
        address = at.search(variant(year, year))
        yield FacetLine(value.value, value.value, words.number(value.count), address, value.selected)


def _more_on(page: ResultPage, words: Words, at: Addresses) -> Iterator[Link]:
    """The pages on the places and topics of this search, each once."""
    names = {(name, value.value): value.name for name, values in page.facets.items() for value in values}
    found: dict[str, str] = {at.subject(one.concept, "concept"): words.named(one.concept.name) for one in page.expanded}
    filters = page.request.filters
    for name, chosen, address in (("country", filters.country, at.place), ("concept", filters.concept, at.concept)):
        known = ((value, names.get((name, value), {})) for value in chosen)
        found |= {address(value): words.named(label) for value, label in known if label}
    return (Link(capitalised(label), address) for address, label in found.items())


def _value_label(name: params.ListFilter, value: str, known: Mapping[Language, str], words: Words) -> str:
    """The name of a filter's value: ours for languages and states, else the known one, at worst the value itself."""
    if name == "lang" and value in LANGUAGES:
        return capitalised(words.languages[value])
    if name == "status" and value in STATUSES:
        return words.gettext(STATUSES[cast(Status, value)])
    return capitalised(words.named(known)) or words.countries.get(value, value)


def _chips(page: ResultPage, words: Words, at: Addresses) -> tuple[Link, ...]:
    """One link for each filter, leading to the search without it."""
    request, filters = page.request, page.request.filters
    chips = []
    for name in params.LIST_FILTERS:
        if not (chosen := params.filter_values(filters, name)):
            continue
        known = {value.value: value.name for value in page.facets.get(name, ())}
        for value in chosen:
            label = words.gettext(
                "%(facet)s: %(value)s",
                facet=words.gettext(FACET_TITLES[name]),
                value=_value_label(name, value, known.get(value, {}), words),
            )
            rest = ",".join(other for other in chosen if other != value)
            chips.append(Link(label, at.search(params.variants(request, name)(rest))))
    if year := next((value.value for value in page.facets.get("year", ()) if value.selected), ""):
        filters = dataclasses.replace(filters, start=None, end=None)
        label = words.gettext("Active in %(year)s", year=year)
        chips.append(Link(label, at.search(params.write(dataclasses.replace(request, filters=filters, page=1)))))
    if filters.start:
        label = words.gettext("Active from %(day)s", day=words.day(filters.start))
        chips.append(Link(label, at.search(params.variants(request, "from")(""))))
    if filters.end:
        label = words.gettext("Active until %(day)s", day=words.day(filters.end))
        chips.append(Link(label, at.search(params.variants(request, "to")(""))))
    return tuple(chips)


def _sorts(page: ResultPage, words: Words, at: Addresses) -> tuple[Link, ...]:
    request = page.request
    default = page.sort if request.sort is None else "relevance" if request.text else "newest"
    variant = params.variants(request, "sort")
    return tuple(
        Link(
            words.gettext(label),
            at.search(variant("" if sort == default else sort)),
            current=sort == page.sort,
        )
        for sort, label in SORTS.items()
        if sort != "relevance" or default == "relevance"
    )


def _pager(page: ResultPage, words: Words, at: Addresses) -> Pager:
    request = page.request
    last = min(-(-page.total // request.size), params.DEEPEST_WINDOW // request.size)
    here = request.page
    variant = params.variants(request, "page")

    def address(number: int) -> str:
        return at.search(variant(str(number) if number > 1 else ""))

    links: list[Link] = []
    shown = sorted({1, here - 1, here, here + 1, last} & set(range(1, last + 1)))
    for number in shown:
        if links and number - 1 not in shown:
            links.append(Link("…", ""))
        links.append(Link(words.number(number), address(number), current=number == here))
    return Pager(
        previous=address(min(here - 1, last)) if here > 1 and last else "",
        following=address(here + 1) if here < last else "",
        pages=tuple(links) if last > 1 or here > last else (),
        number=words.number(here),
        count=words.number(last),
    )


def _hidden_fields(request: SearchRequest, facets: Sequence[Facet]) -> tuple[tuple[str, str], ...]:
    """What the filter form carries on: all but the page, its own two days, and the filters it has check boxes for."""
    boxes = {(facet.name, line.value) for facet in facets if facet.several for line in (*facet.first, *facet.rest)}
    kept = []
    for name, text in params.fields(request):
        if name in ("page", "from", "to"):
            continue
        if name in params.LIST_FILTERS:
            text = ",".join(value for value in text.split(",") if (name, value) not in boxes)
        if text:
            kept.append((name, text))
    return tuple(kept)
