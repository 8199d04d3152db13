"""What a user typed in, terms to look for out; and where a text holds them all.

A query has no syntax that could be wrong. Words in quotation marks stand as they are, one after
the other; words or numbers joined by a hyphen, point or slash (`345-II`, `8-бабы`, `15.10.2005`)
one after the other in any inflection; all others anywhere in any inflection.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from graph.search.searchwords import Word, key, stems_of, words_in

LONGEST_QUERY = 1000
"""Characters of a query that are read."""
MOST_TERMS = 16
"""Terms of a query that are looked for; the first ones."""

_QUOTED = re.compile(r"\"([^\"]*)\"|«([^«»]*)»|“([^“”]*)”")
_JOINED = re.compile(r"[-‐‑–—./]?")


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand one after the other."""

    words: tuple[str, ...]
    exact: bool
    """Whether only these forms are meant, not other inflections."""
    unfinished: bool = False
    """Whether the last word may go on: somebody is typing it."""

    def allows(self, place: int, word: str) -> bool:
        """Tell whether a folded word of a text is the word of that place."""
        wanted = self.words[place]
        if word == wanted:
            return True
        if self.unfinished and place == len(self.words) - 1 and word.startswith(wanted):
            return True
        if self.exact or word[:2] != wanted[:2]:  # a stem has three letters, the last may change
            return False
        return not stems_of(wanted).isdisjoint(stems_of(word))


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its terms, all of which must be found, and the key of the whole of it."""

    terms: tuple[Term, ...]
    key: str

    def unfinished(self) -> "Query":
        """Return the same query with a last word that may go on."""
        *others, last = self.terms
        return Query((*others, replace(last, unfinished=True)), self.key)

    def find(self, text: str) -> list[tuple[int, int]] | None:
        """Return where the terms stand in a text, like `marks`; None if one of them does not."""
        found = self._spans(text)
        return _merged(found) if all(found) else None

    def marks(self, text: str) -> list[tuple[int, int]]:
        """Return where any of the terms stand in a text: start and end in code points.

        In order; spans that overlap are one.
        """
        return _merged(self._spans(text))

    def _spans(self, text: str) -> list[list[tuple[int, int]]]:
        words = words_in(text)
        return [list(_places(term, words)) for term in self.terms]


@lru_cache(maxsize=256)
def read_query(text: str) -> Query:
    """Read a query; one without any word has no terms."""
    text = text[:LONGEST_QUERY]
    terms: dict[Term, None] = {}
    at = 0
    for quoted in _QUOTED.finditer(text):
        terms.update(dict.fromkeys(_loose(text[at : quoted.start()])))
        words = tuple(word.folded for word in words_in(quoted[quoted.lastindex or 0]))
        if words:
            terms[Term(words, exact=True)] = None
        at = quoted.end()
    terms.update(dict.fromkeys(_loose(text[at:])))
    return Query(tuple(terms)[:MOST_TERMS], key(text))


def _loose(text: str) -> Iterator[Term]:
    """The terms of a text without quotation marks."""
    joined: list[Word] = []
    for word in words_in(text):
        if joined and not _JOINED.fullmatch(text, joined[-1].end, word.start):
            yield _term(joined)
            joined = []
        joined.append(word)
    if joined:
        yield _term(joined)


def _term(words: Sequence[Word]) -> Term:
    return Term(tuple(word.folded for word in words), exact=False)


def _places(term: Term, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where a term stands, from the start of its first word to the end of its last."""
    size = len(term.words)
    for first in range(len(words) - size + 1):
        if all(term.allows(place, words[first + place].folded) for place in range(size)):
            yield words[first].start, words[first + size - 1].end


def _merged(spans: Iterable[Iterable[tuple[int, int]]]) -> list[tuple[int, int]]:
    """All spans in order, one for those that overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(chain.from_iterable(spans)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
