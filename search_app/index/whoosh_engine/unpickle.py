"""Let Whoosh unpickle only what an index is made of.

Whoosh keeps segment lists, directories and posting blocks as pickles, and a pickle can run any code. So each of its
entry points is replaced by an unpickler that knows four names. `guard` must run before an index is opened; it fails
when an entry point is gone, as a new release may have moved it.
"""

from __future__ import annotations

import io
import pickle
from collections import defaultdict
from typing import Any, BinaryIO, Final

from whoosh import columns, formats, index
from whoosh.codec import whoosh3
from whoosh.filedb import structfile

from search_app.errors import StorageError


def _encode_latin1(text: str, encoding: str = "latin1") -> bytes:
    """Stands in for `_codecs.encode`, by which protocol 2 writes bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"an index may not ask for the encoding {encoding!r}")
    return text.encode("latin1")


ALLOWED: Final = {
    ("whoosh.codec.whoosh3", "W3Segment"): whoosh3.W3Segment,
    ("whoosh.codec.whoosh3", "W3Codec"): whoosh3.W3Codec,
    ("collections", "defaultdict"): defaultdict,
    ("builtins", "int"): int,
    ("__builtin__", "int"): int,
    ("_codecs", "encode"): _encode_latin1,
}
# module, names of its entry point in the releases we run on
ENTRY_POINTS: Final = (
    (structfile, ("load", "load_pickle")),
    (whoosh3, ("loads",)),
    (columns, ("loads",)),
    (formats, ("loads",)),
    (index, ("pickle",)),
)


class IndexUnpickler(pickle.Unpickler):
    """Reads the pickles of an index and refuses every name that an index has no need of."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"an index may not ask for {module}.{name}") from None


def load(file: BinaryIO) -> Any:
    """Read one pickle from an open file."""
    return IndexUnpickler(file).load()


def loads(data: bytes) -> Any:
    """Read one pickle from bytes."""
    return IndexUnpickler(io.BytesIO(data)).load()


class _Pickle:
    """What `whoosh.index` needs of the module `pickle`, reading guarded."""

    PicklingError = pickle.PicklingError
    dumps = staticmethod(pickle.dumps)
    loads = staticmethod(loads)


def guard() -> None:
    """Put the guarded readers in place of Whoosh's own.

    raises   StorageError where this Whoosh has no entry point that we know: then nothing may be opened
    """
    for module, names in ENTRY_POINTS:
        present = [name for name in names if hasattr(module, name)]
        if not present:
            raise StorageError(
                f"{module.__name__} has none of {', '.join(names)}: this release of Whoosh reads pickles elsewhere; "
                "install the release that constraints.txt names"
            )
        replacement = {"load": load, "load_pickle": load, "loads": loads, "pickle": _Pickle}
        for name in present:
            setattr(module, name, replacement[name])
