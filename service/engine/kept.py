"""What was made once and is kept, up to a size: the least used go first when there is too much.

Answers are kept until the data changes: the same query again costs no worker. A snapshot never
changes, so an answer with an ETag is right as long as its tag is asked for; the tag has the version
of the data in it.
"""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

LARGEST = 4_000_000
"""Bytes of the largest answer that is kept."""


class Recent(Generic[Thing]):
    """Things of some size each, up to a size together. Threads may share it."""

    def __init__(self, most: int) -> None:
        """Keep a size of `most` together; one that is larger is kept alone."""
        self._most = most
        self._size = 0
        self._things: OrderedDict[str, tuple[Thing, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Thing | None:
        """Return the thing with a key, if it is kept."""
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key][0]

    def put(self, key: str, thing: Thing, size: int) -> None:
        """Keep a thing of that size in place of the one with its key."""
        with self._lock:
            _, before = self._things.pop(key, (None, 0))
            self._things[key] = thing, size
            self._size += size - before
            while self._size > self._most and len(self._things) > 1:
                _, (_, gone) = self._things.popitem(last=False)
                self._size -= gone


class Kept:
    """Answers by tag, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        """Keep `most` bytes; 0 keeps nothing."""
        self._most = most
        self._answers = Recent[bytes](most)

    def get(self, tag: str) -> bytes | None:
        """Return the answer with a tag, if it is kept."""
        return self._answers.get(tag)

    def put(self, tag: str, answer: bytes) -> None:
        """Keep an answer, unless it is too large for it."""
        size = len(answer) + len(tag)
        if len(answer) <= LARGEST and size <= self._most:
            self._answers.put(tag, answer, size)
