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


class Kept:
    """Answers by tag, up to a number of bytes. One thread uses it."""

    def __init__(self, most: int) -> None:
        """Keep `most` bytes; 0 keeps nothing."""
        self._most = most
        self._size = 0
        self._answers: OrderedDict[str, bytes] = OrderedDict()

    def get(self, tag: str) -> bytes | None:
        """Return the answer with a tag, if it is kept."""
        answer = self._answers.get(tag)
        if answer is not None:
            self._answers.move_to_end(tag)
        return answer

    def put(self, tag: str, answer: bytes) -> None:
        """Keep an answer."""
        if len(answer) > min(LARGEST, self._most) or tag in self._answers:
            return
        self._answers[tag] = answer
        self._size += len(answer) + len(tag)
        while self._size > self._most:
            old, gone = self._answers.popitem(last=False)
            self._size -= len(gone) + len(old)


class Texts(Generic[Thing]):
    """Things that are made of texts, up to a number of characters. Threads may share it."""

    def __init__(self, most: int) -> None:
        """Keep texts of `most` characters together; one that is longer is kept alone."""
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

    def put(self, key: str, thing: Thing, characters: int) -> None:
        """Keep a thing that was made of so many characters."""
        with self._lock:
            _, before = self._things.pop(key, (None, 0))
            self._things[key] = thing, characters
            self._size += characters - before
            while self._size > self._most and len(self._things) > 1:
                _, (_, gone) = self._things.popitem(last=False)
                self._size -= gone
