"""Words and punctuation of a text with their offsets, as parallel lists."""

import re
from bisect import bisect_left
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+(?:[-’']\w+)*|[^\w\s]")


def words_of(text: str) -> tuple[str, ...]:
    """The tokens of a short text."""
    return tuple(_TOKEN.findall(text))


@dataclass(frozen=True)
class Tokens:
    """The tokens of a text: `words` in lower case, `starts` and `ends` in its offsets."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]

    def index(self, offset: int) -> int:
        """Index of the first token that starts at or after the offset."""
        return bisect_left(self.starts, offset)


def tokenise(text: str, low: str) -> Tokens:
    """Cut `low`, the lower-cased `text`, into tokens."""
    words, starts, ends = [], [], []
    for match in _TOKEN.finditer(low):
        words.append(match.group())
        starts.append(match.start())
        ends.append(match.end())
    return Tokens(text, words, starts, ends)
