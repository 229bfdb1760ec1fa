"""One importer per format, found by a file's content and not by its name."""

from __future__ import annotations

from search_app.corpus.importers.base import Importer
from search_app.corpus.importers.csv_file import CsvFile
from search_app.corpus.importers.feed import Feed
from search_app.corpus.importers.iati import Iati
from search_app.corpus.importers.json_ld import JsonLd
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.other_xml import OtherXml
from search_app.corpus.importers.own_records import OwnJsonLines, OwnYaml
from search_app.corpus.importers.page_html import PageHtml
from search_app.corpus.importers.page_text import PageText
from search_app.corpus.importers.reliefweb import ReliefWeb
from search_app.corpus.importers.workbook import Workbook
from search_app.corpus.names import Names


def all_importers(names: Names, guesser: Guesser) -> tuple[Importer, ...]:
    """Every importer, in the order in which they are asked whether a file is theirs."""
    kinds = (OwnYaml, OwnJsonLines, Workbook, Iati, Feed, ReliefWeb, JsonLd, PageHtml, OtherXml, CsvFile, PageText)
    return tuple(kind(names, guesser) for kind in kinds)
