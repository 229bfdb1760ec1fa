"""What people would use instead, each in the way its documentation shows, over the same texts and questions.

A program that is not installed is left out of the table. None of them stems, knows names or counts facets; all mark
the words found in a snippet of each of the ten best hits.
"""

from __future__ import annotations

import gc
import re
import sqlite3
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from benchmarks.ours import TODAY, Ours
from benchmarks.questions import Question
from search_app.analysis.fold import fold
from search_app.corpus.mandate import Mandate

SIZE = 10


class Peer(Protocol):
    """A program that indexes and answers."""

    def build(self, folder: Path, documents: Iterable[Mandate]) -> None:
        """Index into an empty folder."""

    def open(self, folder: Path) -> None:
        """Make ready to answer."""

    def ask(self, question: Question) -> Sequence[object]:
        """The ten best hits with snippets."""

    def update(self, folder: Path, documents: Sequence[Mandate]) -> None:
        """Index anew some documents that are there already."""


def any_of(words: Iterable[str]) -> str:
    """A question to FTS5: any of the words, which it takes as they are."""
    return " OR ".join(f'"{one}"' for several in words for one in several.split())


def _title(document: Mandate) -> str:
    return " / ".join(document.title.values())


def _body(document: Mandate) -> str:
    return "\n\n".join(document.description.values())


def _year(document: Mandate) -> int:
    return document.start.year if document.start else 0


class OurSearch:
    """This project with everything on: names in both languages, facets, reasons."""

    def __init__(self) -> None:
        self._ours = Ours.make()
        self._expand = True

    def build(self, folder: Path, documents: Iterable[Mandate]) -> None:
        self._ours.build(folder, documents)

    def open(self, folder: Path) -> None:
        self._searcher = self._ours.open(folder)

    def ask(self, question: Question) -> Sequence[object]:
        return self._searcher.search(question.request(expand=self._expand), TODAY, facets=self._expand).results

    def warm(self) -> None:
        """What a server does with a new generation."""
        self._searcher.warm()
        gc.collect()
        gc.freeze()

    def update(self, folder: Path, documents: Sequence[Mandate]) -> None:
        updated = folder.with_name(folder.name + "-updated")
        updated.mkdir()
        self._ours.update(updated, folder, documents)


class OurPlainSearch(OurSearch):
    """This project without thesaurus and facets."""

    def __init__(self) -> None:
        super().__init__()
        self._expand = False


class PlainWhoosh:
    """Whoosh with one analyzer and two fields, words joined by OR, its own highlighter."""

    def _schema(self) -> Any:
        from whoosh.analysis import CharsetFilter, LowercaseFilter, RegexTokenizer
        from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
        from whoosh.support.charset import accent_map

        analyzer = RegexTokenizer(r"\w+") | LowercaseFilter() | CharsetFilter(accent_map)
        return Schema(
            id=ID(stored=True, unique=True),
            title=TEXT(analyzer, stored=True),
            body=TEXT(analyzer, stored=True),
            places=KEYWORD(stored=True, commas=True),
            year=NUMERIC(stored=True),
            start=STORED,
        )

    @staticmethod
    def _row(document: Mandate) -> dict[str, object]:
        return {
            "id": document.id,
            "title": _title(document),
            "body": _body(document),
            "places": ",".join(document.places),
            "year": _year(document),
            "start": str(document.start),
        }

    def build(self, folder: Path, documents: Iterable[Mandate]) -> None:
        from whoosh import index

        writer = index.create_in(str(folder), self._schema()).writer(limitmb=256)
        for document in documents:
            writer.add_document(**self._row(document))
        writer.commit()

    def open(self, folder: Path) -> None:
        from whoosh import index
        from whoosh.qparser import MultifieldParser, OrGroup

        opened = index.open_dir(str(folder))
        self._searcher = opened.searcher()
        self._parser = MultifieldParser(["title", "body"], opened.schema, group=OrGroup)

    def ask(self, question: Question) -> Sequence[object]:
        from whoosh.query import And, NumericRange, Term

        narrowed = None
        if question.country:
            year = NumericRange("year", question.year, question.year)
            narrowed = And([Term("places", question.country[1]), year])
        hits = self._searcher.search(self._parser.parse(question.text), limit=SIZE, filter=narrowed)
        return [(hit["id"], hit.highlights("title") or hit["title"], hit.highlights("body", top=1)) for hit in hits]

    def update(self, folder: Path, documents: Sequence[Mandate]) -> None:
        from whoosh import index

        writer = index.open_dir(str(folder)).writer(limitmb=256)
        for document in documents:
            writer.update_document(**self._row(document))
        writer.commit()


class SqliteFts5:
    """SQLite's full-text index over an ordinary table."""

    _ASK = """
        select doc.id, highlight(words, 0, '<b>', '</b>'), doc.start, snippet(words, 1, '<b>', '</b>', '…', 24)
        from words join doc on doc.number = words.rowid where words match ?{narrowed} order by rank limit 10"""
    # the unary plus keeps SQLite from looking up each number of the list in the full-text index
    _NARROWED = """ and +words.rowid in (select number from place where name = ?)
        and +words.rowid in (select number from doc where year = ?)"""

    def build(self, folder: Path, documents: Iterable[Mandate]) -> None:
        base = sqlite3.connect(folder / "mandates.db")
        base.executescript("""
            create table doc(number integer primary key, id unique, title, body, start, year integer);
            create table place(name, number integer, primary key(name, number)) without rowid;
            create index year on doc(year);
            create virtual table words using fts5(title, body, content='doc', content_rowid='number',
                tokenize='unicode61 remove_diacritics 2');""")
        for number, document in enumerate(documents, 1):
            self._add(base, number, document)
        base.execute("insert into words(words) values('optimize')")
        base.commit()
        base.close()

    @staticmethod
    def _add(base: sqlite3.Connection, number: int, document: Mandate) -> None:
        title, body = _title(document), _body(document)
        row = (number, document.id, title, body, str(document.start), _year(document))
        base.execute("insert into doc values(?, ?, ?, ?, ?, ?)", row)
        base.executemany("insert or ignore into place values(?, ?)", [(name, number) for name in document.places])
        base.execute("insert into words(rowid, title, body) values(?, ?, ?)", (number, title, body))

    def open(self, folder: Path) -> None:
        self._base = sqlite3.connect(folder / "mandates.db")

    def ask(self, question: Question) -> Sequence[object]:
        quoted = [f'"{word}"' for word in question.words]
        match question.kind:
            case "phrase":
                text = '"' + " ".join(question.words) + '"'
            case "prefix":
                text = quoted[0] + " *"
            case "and" | "nothing":
                text = " AND ".join(quoted)
            case _:
                text = any_of(question.words)
        values: list[object] = [text]
        if question.country:
            values += [question.country[1], question.year]
        return self._base.execute(
            self._ASK.format(narrowed=self._NARROWED if question.country else ""), values
        ).fetchall()

    def update(self, folder: Path, documents: Sequence[Mandate]) -> None:
        base = sqlite3.connect(folder / "mandates.db")
        for document in documents:
            row = base.execute("select number, title, body from doc where id = ?", (document.id,)).fetchone()
            base.execute("insert into words(words, rowid, title, body) values('delete', ?, ?, ?)", row)
            base.execute("delete from doc where number = ?", row[:1])
            base.execute("delete from place where number = ?", row[:1])
            self._add(base, row[0], document)
        base.commit()
        base.close()


class Tantivy:
    """The Rust library behind several search servers."""

    def _index(self, folder: Path, *, new: bool) -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder()
        for name, tokenizer in (("id", "raw"), ("title", "fold"), ("body", "fold"), ("places", "raw")):
            builder.add_text_field(name, stored=True, tokenizer_name=tokenizer)
        builder.add_integer_field("year", stored=True, indexed=True, fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema, path=str(folder), reuse=not new)
        chain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        folding = chain.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
        index.register_tokenizer("fold", folding.build())
        return index

    def build(self, folder: Path, documents: Iterable[Mandate]) -> None:
        self._write(self._index(folder, new=True), documents, old=False)

    @staticmethod
    def _write(index: Any, documents: Iterable[Mandate], *, old: bool) -> None:
        import tantivy

        writer = index.writer(heap_size=256 << 20, num_threads=1)
        for document in documents:
            if old:
                writer.delete_documents("id", document.id)
            writer.add_document(
                tantivy.Document(
                    id=[document.id],
                    title=[_title(document)],
                    body=[_body(document)],
                    places=list(document.places),
                    year=_year(document),
                )
            )
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._opened = self._index(folder, new=False)
        self._opened.reload()
        self._searcher = self._opened.searcher()

    def ask(self, question: Question) -> Sequence[object]:
        import tantivy

        query = self._query(question)
        hits = self._searcher.search(query, SIZE, count=False).hits
        of_title = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "title")
        of_body = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "body")
        answers = []
        for _, address in hits:
            found = self._searcher.doc(address)
            title = of_title.snippet_from_doc(found).to_html() or found["title"][0]
            answers.append((found["id"][0], title, of_body.snippet_from_doc(found).to_html()))
        return answers

    def _query(self, question: Question) -> Any:
        import tantivy

        both = ["title", "body"]
        if question.kind == "prefix":
            pattern = fold(question.words[0]) + ".*"
            each = [(tantivy.Occur.Should, tantivy.Query.regex_query(self._schema, name, pattern)) for name in both]
            return tantivy.Query.boolean_query(each)
        joint = " AND " if question.kind in ("and", "nothing") else " "
        # apostrophes are signs of its grammar
        text = joint.join(re.findall(r"\w+", " ".join(question.words)))
        query = self._opened.parse_query(f'"{text}"' if question.kind == "phrase" else text, both)
        if not question.country:
            return query
        place = tantivy.Query.term_query(self._schema, "places", question.country[1])
        year = tantivy.Query.term_query(self._schema, "year", question.year)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in (query, place, year)])

    def update(self, folder: Path, documents: Sequence[Mandate]) -> None:
        self._write(self._index(folder, new=False), documents, old=True)


PEERS: dict[str, type[Peer]] = {
    "ours": OurSearch,
    "ours, plain": OurPlainSearch,
    "SQLite FTS5": SqliteFts5,
    "tantivy": Tantivy,
    "Whoosh": PlainWhoosh,
}


def installed() -> list[str]:
    """The programs that can be run here."""
    return [name for name in PEERS if name != "tantivy" or find_spec("tantivy")]
