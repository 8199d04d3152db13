"""Words and punctuation of a text with their offsets, as parallel lists."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

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

    @cached_property
    def index_of_words(self) -> dict[str, list[int]]:
        """Where each distinct word stands: indices of tokens, in order."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for i, word in enumerate(self.words):
            found[word].append(i)
        return dict(found)

    def where(self, test: Callable[[str], bool]) -> list[int]:
        """Indices of all tokens whose word passes a test, in order; each word is tested once."""
        index = self.index_of_words
        return sorted(chain.from_iterable(index[word] for word in index if test(word)))

    def spots(self, words: Set[str]) -> list[int]:
        """Indices of all tokens that are one of the words, in order."""
        index = self.index_of_words
        return sorted(chain.from_iterable(index[word] for word in index.keys() & words))


def tokenise(text: str, low: str) -> Tokens:
    """Cut `low`, the lower-cased `text`, into tokens."""
    spans = [match.span() for match in _TOKEN.finditer(low)]
    words = [low[start:end] for start, end in spans]
    return Tokens(text, words, [start for start, _ in spans], [end for _, end in spans])
