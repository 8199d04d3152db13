"""Answers that are kept until the data changes: the same query again costs no worker.

A snapshot never changes, so an answer with an ETag is right as long as its tag is asked for; the
tag has the version of the data in it. The least used go first when there are too many.
"""

from collections import OrderedDict

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
