"""Write a generation with Whoosh: a segment, its side files, the lexicon; on top of an older generation or alone.

Everything goes into a folder that no reader knows yet; making it durable and current is `generations`' part. What an
older generation has is linked, never written: Whoosh changes no file of a finished segment, deletions stand in its
table of contents, of which the new folder gets its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from whoosh.codec.whoosh3 import W3Codec
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
# Blocks are read whole, so they may be large; the lowest compression makes them hardly larger, and is quick.
POSTINGS_A_BLOCK: Final = 1_024
COMPRESSION: Final = 1
WRITE_LOCK: Final = "MAIN_WRITELOCK"


class WhooshBuilder:
    """A build in an empty folder.

    base   folder of the generation to build on; its documents stay but for those removed
    """

    def __init__(self, folder: Path, stems: Stems, *, base: Path | None = None) -> None:
        guard()
        self._folder = folder
        self._stems = stems
        self._base = base
        self._numbers: dict[str, int] = {}
        self._linked = 0
        storage = FileStorage(str(folder), supports_mmap=False)
        if base is None:
            whoosh_index = FileIndex.create(storage, schema(), "MAIN")
        else:
            self._link(base)
            whoosh_index = FileIndex(storage, schema=schema(), indexname="MAIN")
        codec = W3Codec(blocklimit=POSTINGS_A_BLOCK, compression=COMPRESSION)
        self._writer = whoosh_index.writer(limitmb=POSTINGS_MEMORY, codec=codec)
        self._segment = str(self._writer.get_segment().segment_id())
        self._side_files = SideFileWriter(folder)
        self._added: set[str] = set()
        self._removed: list[int] = []
        self.segments = 0
        self.dead = 0

    def _link(self, base: Path) -> None:
        for path in base.iterdir():
            if path.name.startswith(("MAIN_", "_MAIN_")) and path.name != WRITE_LOCK:
                (self._folder / path.name).hardlink_to(path)
        reader = Reader(self._folder)
        try:
            self._numbers = {name: number for number, name in enumerate(reader.ids) if reader.live[number]}
            self._linked = reader.segments
        finally:
            reader.close()

    def add(self, document: Document) -> None:
        """Take in one document; one of that id must have been removed before."""
        if document.id in self._added or document.id in self._numbers:
            raise StorageError(f"the document {document.id} was added twice; every id may stand once in a build")
        self._added.add(document.id)
        self._writer.add_document(
            id=document.id,
            record=document.record,
            **{BODY: body_postings(document.body), TITLE: title_postings(document.title)},
        )
        self._side_files.add(document)

    def remove(self, mandate_id: str) -> None:
        """Take out a document of the base."""
        number = self._numbers.pop(mandate_id)
        self._writer.delete_document(number)
        self._removed.append(number)

    def commit(self) -> int:
        """Write the segment, name its side files after it, and make the lexicon from what can be read back."""
        if self._added or self._removed:
            self._writer.commit(merge=False)
        else:
            self._writer.cancel()
        if self._added:
            self._side_files.finish(self._segment)
        else:
            self._side_files.discard()
        # Whoosh's own lock on the folder has done its part; a finished generation is never written again.
        (self._folder / WRITE_LOCK).unlink(missing_ok=True)
        reader = Reader(self._folder)
        try:
            known = Lexicon.read(self._base, self._stems) if self._base else None
            before = known.counts() if known else {}
            counts = reader.word_counts(before, segments=self._linked, deleted=self._removed)
            Lexicon.build(counts, self._stems, base=known).write(self._folder)
            self.segments, self.dead = reader.segments, reader.capacity - reader.count
            return reader.count
        finally:
            reader.close()

    def discard(self) -> None:
        """Give up a build; the folder is removed by its owner."""
        self._side_files.discard()
        if not self._writer.is_closed:
            self._writer.cancel()
