"""Keep what was worked out, within a bound in bytes: the least used goes first.

Belongs to one open generation and goes with it, so nothing kept here can be out of date. Knows nothing of what it
keeps but its size.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memo(Generic[Value]):
    """Values by key, shared between threads; they must be immutable.

    limit     bytes
    size_of   how many of them a value holds, about
    """

    def __init__(self, limit: int, size_of: Callable[[Value], int]) -> None:
        self._limit = limit
        self._size_of = size_of
        self._held = 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Value | None:
        """The value of a key, None where it is not kept."""
        with self._lock:
            if (value := self._values.get(key)) is not None:
                self._values.move_to_end(key)
        return value

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key, made where it is not kept."""
        if (value := self.find(key)) is not None:
            return value
        # Made outside the lock: two threads may make the same value, and both make it alike.
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._held += self._size_of(value)
            while self._held > self._limit and len(self._values) > 1:
                _, oldest = self._values.popitem(last=False)
                self._held -= self._size_of(oldest)
        return value
