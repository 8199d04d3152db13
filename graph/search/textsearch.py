"""Reading the text index: a query in, hits out, best first and in bounded time."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from types import TracebackType
from typing import Self

from graph.search.namewords import alike
from graph.search.searchquery import LONGEST_QUERY, MOST_TERMS, Query, Term, read_query
from graph.search.searchwords import stems_of, words_in
from graph.search.texttables import BEGINNING, EVIDENCE, LABEL, TEXT, property_of, size_of

MOST_ROWS = 10_000
"""Texts that one search looks at; what is found beyond is not counted."""
MOST_HITS = 1000
"""Hits that one search returns."""
SECONDS = 2.0
"""Time after which a search ends with what it has found."""

_MOST_FORMS = 200
_MOST_PHRASES = 200
_HIGHLIGHTS = 100
_MARKED = 20_000
_NEAR_ROWS = 300
_NEAR_COUNT = 2000
_NEAR_WORDS = 3000
_STEPS = 10_000  # of SQLite's machine between two looks at the clock
_AFTER_ALL = "\U0010ffff"

Choose = Callable[[Sequence[str]], Sequence[str]]
"""IRIs of the first things that were found, best first -> those of them that are wanted."""

_Found = tuple[int, str, str, int, str, float]
"""Entry, IRI, language, bits of the properties, kind, score of a long text found so."""


@dataclass(frozen=True)
class Hit:
    """A thing that was found, by the best of its texts."""

    iri: str
    property: str
    """IRI of the property that gives the text."""
    text: str
    language: str
    """Language tag in lower case, or ""."""
    score: float
    """More than 0, at most 1, falling: 1 an equal label, 0.8 and more a label that begins so, 0.6
    a label, 0.4 a text, 0.2 evidence."""
    highlights: tuple[tuple[int, int], ...]
    """Where the words stand in `text`: start and end in code points, in order; the first 100
    in the first 20,000 characters."""


@dataclass(frozen=True)
class Hits:
    """What a search found."""

    total: int
    """How many things were found."""
    hits: list[Hit]
    """Those from `offset`, at most `limit`."""
    complete: bool = True
    """False if the search ended before it had seen all: `total` is then the least there are."""


class Search:
    """One search over a connection, ended by its deadline; use it as a context manager."""

    def __init__(self, connection: sqlite3.Connection, seconds: float = SECONDS) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + seconds
        self._ended = False

    def __enter__(self) -> Self:
        """Begin one reading transaction, and watch the clock."""
        self._connection.execute("BEGIN")
        self._connection.set_progress_handler(self._is_late, _STEPS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the transaction."""
        self._connection.set_progress_handler(None, 0)
        self._connection.execute("ROLLBACK")

    def hits(
        self,
        text: str,
        language: str | None,
        kind: str | None,
        limit: int,
        offset: int,
        choose: Choose | None = None,
    ) -> Hits:
        """Return the hits from `offset`; see `TextIndex.search`."""
        query = read_query(text)
        things = self._things(query, language, kind, MOST_ROWS)
        total, found = len(things), list(things.values())
        if choose is not None:
            first = list(things)[:MOST_HITS]
            chosen = choose(first)
            if len(chosen) < len(first):
                found = [things[iri] for iri in chosen]
                self._ended = self._ended or total > MOST_HITS
                total = len(chosen)
        page = found[offset : offset + min(limit, MOST_HITS)]
        return Hits(total, self._read(page, query), not self._ended)

    def things(self, text: str, most: int) -> frozenset[str] | None:
        """Return the IRIs of everything found, or None if that is not all or more than `most`."""
        found = frozenset(self._things(read_query(text), None, None, most + 1))
        return None if self._ended or len(found) > most else found

    def completions(self, prefix: str, language: str | None, limit: int) -> list[Hit]:
        """Return labels for what is being typed; see `TextIndex.complete`."""
        query = read_query(prefix)
        limit = min(limit, MOST_HITS)
        if not query.terms:
            return []
        found: dict[str, _Found] = {}
        for one in self._rows_to_end(self._completing(query, language)):
            found.setdefault(one[1], one)
            if len(found) >= limit:
                break
        return self._read(list(found.values())[:limit], query.unfinished())

    def near(self, text: str, accept: Callable[[str], bool], most: int) -> list[str]:
        """Return things whose labels share words with a text; see `TextIndex.near`."""
        words = list(dict.fromkeys(word.folded for word in words_in(text[:LONGEST_QUERY])))
        counted = [(self._count(one), one) for one in map(self._near_forms, words[:MOST_TERMS])]
        rare = [expression for count, expression in sorted(counted) if count > 0]
        asked = [rare, *(rare[:i] + rare[i + 1 :] for i in reversed(range(len(rare))))]
        asked += [[expression] for expression in rare]
        found: dict[str, None] = {}
        for expressions in asked if rare else ():
            if len(found) >= most or not expressions:
                continue
            rows = self._matches(LABEL, " AND ".join(expressions), None, 0)
            for row in self._rows_to_end(islice(rows, _NEAR_ROWS)):
                if row[1] not in found and accept(row[1]):
                    found[row[1]] = None
        return list(found)[:most]

    def _near_forms(self, word: str) -> str:
        """The expression of a word in any inflection, or else of words that differ by a slip."""
        forms = _any_of(self._forms(word))
        if len(word) < 4 or word.isdigit() or self._count(forms):
            return forms
        rows = self._connection.execute(
            f"SELECT DISTINCT word FROM form WHERE stem >= ? AND stem < ? LIMIT {_NEAR_WORDS}",
            (word[:2], word[:2] + _AFTER_ALL),
        )
        like = [other for (other,) in rows if alike(word, other)]
        return _any_of(like[:_MOST_FORMS]) if like else forms

    def _count(self, expression: str) -> int:
        """How many labels match, as far as it matters."""
        ((count,),) = self._connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM label_words WHERE label_words MATCH ? "
            f"LIMIT {_NEAR_COUNT})",
            (expression,),
        )
        return int(count)

    def _things(
        self, query: Query, language: str | None, kind: str | None, most: int
    ) -> dict[str, _Found]:
        """The best row of each thing, best first."""
        found: dict[str, _Found] = {}
        rows = self._rows_to_end(self._ranked(query, language, kind))
        for one in islice(rows, most):
            found.setdefault(one[1], one)
        self._ended = self._ended or next(rows, None) is not None
        return found

    def _rows_to_end(self, rows: Iterator[_Found]) -> Iterator[_Found]:
        """The rows until the deadline."""
        try:
            yield from rows
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            self._ended = True

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline

    def _ranked(self, query: Query, language: str | None, kind: str | None) -> Iterator[_Found]:
        """Rows that match, best first; a row may come twice."""
        if not query.terms:
            return
        expression = " AND ".join(map(self._expression, query.terms))
        if kind in (None, LABEL):
            yield from self._beginning(query, language)
            yield from self._matches(LABEL, expression, language, 0.6)
        if kind in (None, TEXT):
            yield from self._matches(TEXT, expression, language, 0.4)
        if kind == EVIDENCE:
            yield from self._matches(EVIDENCE, expression, language, 0.2)

    def _completing(self, query: Query, language: str | None) -> Iterator[_Found]:
        """Labels that begin so; then those with the words, the last of which may go on."""
        words = query.key.split()
        begun = _begun(words) if len(words) > 1 else BEGINNING + words[0]
        yield from self._matches(LABEL, f'"{begun}" *', language, 0.8)
        *whole, last = query.terms
        forms = self._connection.execute(
            "SELECT DISTINCT word FROM form WHERE stem >= ? AND stem < ? LIMIT ?",
            (last.words[-1], last.words[-1] + _AFTER_ALL, _MOST_FORMS),
        )
        phrases = [" ".join((*last.words[:-1], word)) for (word,) in forms]
        if phrases:
            expression = " AND ".join([*map(self._expression, whole), _any_of(phrases)])
            yield from self._matches(LABEL, expression, language, 0.6)

    def _beginning(self, query: Query, language: str | None) -> Iterator[_Found]:
        """Labels that are the words of the query, or begin with them."""
        words = query.key.split()
        for row in self._matches(LABEL, _any_of([_begun(words)]), language, 0.8):
            yield (*row[:-1], 1.0) if size_of(row[0]) == len(words) else row

    def _matches(
        self, kind: str, expression: str, language: str | None, score: float
    ) -> Iterator[_Found]:
        """Rows of one kind that match an FTS5 expression, the shortest first."""
        table = f"{kind}_words"
        rows = self._connection.execute(
            "SELECT e.id, e.iri, e.language, e.properties, :kind, :score "
            f"FROM {table} w CROSS JOIN entry e ON e.id = w.rowid WHERE {table} MATCH :words "
            "AND (:language IS NULL OR e.language = lower(:language)) ORDER BY w.rowid",
            {"kind": kind, "score": score, "words": expression, "language": language},
        )
        yield from rows

    def _expression(self, term: Term) -> str:
        """The FTS5 expression of a term: any form of each of its words, one after the other.

        Words are letters and digits only, so nothing in a query is an operator.
        """
        choices = [[word] if term.exact else self._forms(word) for word in term.words]
        phrases = list(islice(product(*choices), _MOST_PHRASES + 1))
        if len(phrases) > _MOST_PHRASES:  # side by side, if not one after the other
            return "(" + " AND ".join(map(_any_of, choices)) + ")"
        return _any_of([" ".join(phrase) for phrase in phrases])

    def _forms(self, word: str) -> list[str]:
        """The word, then words of the index that share a stem with it."""
        stems = sorted(stems_of(word))
        marks = ", ".join("?" * len(stems))
        rows = self._connection.execute(
            f"SELECT DISTINCT word FROM form WHERE stem IN ({marks}) LIMIT {_MOST_FORMS}", stems
        )
        return list(dict.fromkeys([word, *(form for (form,) in rows)]))

    def _read(self, found: Sequence[_Found], query: Query) -> list[Hit]:
        """Read the texts of rows, and mark the words in them."""
        hits = []
        for one in found:
            entry, iri, language, bits, kind, least = one
            ((text,),) = self._connection.execute("SELECT text FROM entry WHERE id = ?", (entry,))
            spans = tuple(query.marks(text[:_MARKED])[:_HIGHLIGHTS])
            score = min(1.0, least + 0.1 / (1 + size_of(entry)))
            hits.append(Hit(iri, property_of(bits, kind), text, language, score, spans))
        return hits


def _begun(words: Sequence[str]) -> str:
    """The words with which a label begins, as the index holds them."""
    return " ".join([BEGINNING + words[0], *words])


def _any_of(phrases: Sequence[str]) -> str:
    return "(" + " OR ".join(f'"{phrase}"' for phrase in phrases) + ")"
