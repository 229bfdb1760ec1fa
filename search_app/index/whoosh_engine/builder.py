"""Write a generation with Whoosh: one segment, its side files, the lexicon.

Everything goes into a folder that no reader knows yet; making it durable and current is `generations`' part.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search_app.analysis.stems import Stems
from search_app.errors import StorageError
from search_app.index.document import Document
from search_app.index.whoosh_engine.lexicon import Lexicon
from search_app.index.whoosh_engine.reader import Reader
from search_app.index.whoosh_engine.schema import BODY, TITLE, body_postings, schema, title_postings
from search_app.index.whoosh_engine.sidefiles import SideFileWriter
from search_app.index.whoosh_engine.unpickle import guard

# Megabytes of postings that Whoosh gathers before it sorts them out to disk.
POSTINGS_MEMORY: Final = 128


class WhooshBuilder:
    """A full build in an empty folder."""

    def __init__(self, folder: Path, stems: Stems) -> None:
        guard()
        self._folder = folder
        self._stems = stems
        storage = FileStorage(str(folder), supports_mmap=False)
        self._writer = FileIndex.create(storage, schema(), "MAIN").writer(limitmb=POSTINGS_MEMORY)
        self._segment = str(self._writer.get_segment().segment_id())
        self._side_files = SideFileWriter(folder)
        self._ids: set[str] = set()

    def add(self, document: Document) -> None:
        """Take in one document."""
        if document.id in self._ids:
            raise StorageError(f"the document {document.id} was added twice; every id may stand once in a build")
        self._ids.add(document.id)
        self._writer.add_document(
            id=document.id,
            record=document.record,
            **{BODY: body_postings(document.body), TITLE: title_postings(document.title)},
        )
        self._side_files.add(document)

    def commit(self) -> int:
        """Write the segment, name its side files after it, and make the lexicon from what can be read back."""
        if not self._ids:
            self._writer.cancel()
            self._side_files.discard()
            return 0
        self._writer.commit(merge=False)
        self._side_files.finish(self._segment)
        # Whoosh's own lock on the folder has done its part; a finished generation is never written again.
        (self._folder / "MAIN_WRITELOCK").unlink(missing_ok=True)
        reader = Reader(self._folder)
        try:
            Lexicon.build(reader.word_counts(), self._stems).write(self._folder)
            return reader.count
        finally:
            reader.close()

    def discard(self) -> None:
        """Give up a build."""
        self._side_files.discard()
        self._writer.cancel()
