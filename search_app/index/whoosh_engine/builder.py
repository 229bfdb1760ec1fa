"""Write a generation with Whoosh: a segment, its side files, the lexicon; on top of an older generation or alone.

Everything goes into a folder that no reader knows yet; making it durable and current is `generations`' part. What an
older generation has is linked, never written: Whoosh changes no file of a finished segment, deletions stand in its
table of contents, of which the new folder gets its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search_app.analysis.stems import Stems
from search_app.errors import StorageError
from search_app.index.document import Document
from search_app.index.whoosh_engine.block_writer import BlockCodec
from search_app.index.whoosh_engine.lexicon import Lexicon
from search_app.index.whoosh_engine.pool import PostingPool
from search_app.index.whoosh_engine.reader import Reader
from search_app.index.whoosh_engine.schema import BODY, TITLE, schema
from search_app.index.whoosh_engine.sidefiles import SideFileWriter
from search_app.index.whoosh_engine.unpickle import guard

# A search reads the postings of each segment by themselves. On so many, all but the largest are written anew as one.
MOST_SEGMENTS: Final = 8
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
        self._reader: Reader | None = None
        self._numbers: dict[str, int] = {}
        storage = FileStorage(str(folder), supports_mmap=False)
        if base is None:
            whoosh_index = FileIndex.create(storage, schema(), "MAIN")
        else:
            self._link(base)
            whoosh_index = FileIndex(storage, schema=schema(), indexname="MAIN")
        # Whoosh packs every file named after the segment into one at commit, so the pools' have other names.
        self._pools = {field: PostingPool(folder / f"{field}.part") for field in (BODY, TITLE)}
        self._side_files = SideFileWriter(folder)
        self._codec = BlockCodec(self._pools, self._side_files.add_postings)
        self._writer = whoosh_index.writer(codec=self._codec)
        self._segment = str(self._writer.get_segment().segment_id())
        self._added: set[str] = set()
        self._removed: list[int] = []
        self.segments = 0
        self.dead = 0

    def _link(self, base: Path) -> None:
        for path in base.iterdir():
            if path.name.startswith(("MAIN_", "_MAIN_")) and path.name != WRITE_LOCK:
                (self._folder / path.name).hardlink_to(path)
        self._reader = Reader(self._folder)
        live = self._reader.live.tolist()
        self._numbers = {name: number for number, name in enumerate(self._reader.ids) if live[number]}

    def scattered(self) -> Collection[str]:
        """The documents of the base in all segments but the largest, once there are many segments."""
        if not self._reader or self._reader.segments < MOST_SEGMENTS:
            return ()
        inside = self._reader.largest_segment()
        return {name for name, number in self._numbers.items() if number not in inside}

    def add(self, document: Document) -> None:
        """Take in one document; one of that id must have been removed before."""
        if document.id in self._added or document.id in self._numbers:
            raise StorageError(f"the document {document.id} was added twice; every id may stand once in a build")
        self._added.add(document.id)
        self._writer.add_document(id=document.id)
        words = self._side_files.add(document)
        self._pools[BODY].add(words, document.positions)
        titles = document.title_count
        self._pools[TITLE].add(words[:titles], document.positions[:titles])

    def remove(self, mandate_id: str) -> None:
        """Take out a document of the base."""
        number = self._numbers.pop(mandate_id)
        self._writer.delete_document(number)
        self._removed.append(number)

    def commit(self) -> int:
        """Write the segment, name its side files after it, make the lexicon; returns how many documents there are."""
        self._codec.words = self._side_files.words
        # a segment of which nothing lives is left behind in the base
        kept = [one for one in self._writer.segments if one.deleted_count() < one.doc_count_all()]
        self._writer.segments = kept
        self.segments = len(kept) + bool(self._added)
        self.dead = sum(one.deleted_count() for one in kept)
        if self._added or self._removed:
            self._writer.commit(merge=False)
        else:
            self._writer.cancel()
        if self._added:
            self._side_files.finish(self._segment)
        # Whoosh's own lock on the folder has done its part; a finished generation is never written again.
        (self._folder / WRITE_LOCK).unlink(missing_ok=True)
        self._lexicon().write(self._folder)
        self._discard_parts()
        return len(self._numbers) + len(self._added)

    def _lexicon(self) -> Lexicon:
        """The words of what is new, and of the base without what was removed."""
        if not self._base or not self._reader:
            return Lexicon.build(self._new_words(), self._stems)
        changes = Counter(self._new_words())
        for number in self._removed:
            changes.subtract(self._reader.words_of(number))
        return Lexicon.read(self._base, self._stems).changed(changes)

    def _new_words(self) -> dict[str, int]:
        """Every word of what was added, and how many of these documents hold it."""
        return dict(zip(self._side_files.words, self._pools[BODY].documents.tolist(), strict=True))

    def discard(self) -> None:
        """Give up a build; the folder is removed by its owner."""
        self._discard_parts()
        if not self._writer.is_closed:
            self._writer.cancel()

    def _discard_parts(self) -> None:
        self._side_files.discard()
        for pool in self._pools.values():
            pool.close()
        if self._reader:
            self._reader.close()
            self._reader = None
