"""The evidence beside each row of a named query: a bound query and the store in, an answer out.

The header of a query says on what its rows rest, in one entry for each such thing:

    #+ evidence:
    #+   - {of: penalty, provision: where}

`of` is the variable of a thing whose mentions count. `provision` is the variable of the provision
that states it: only what stands there counts. `mention` and `span` name variables for one mention
or one piece of its text, where a row is about no more than that.

The answer has the columns of the plain one, then those of `COLUMNS`. A row that rests on several
pieces of text is repeated for each of them, in the order of the text. The row of a count stands
with the evidence of everything that was counted.

The engine answers the query with the variables of the entries as further columns; what they hold
is looked up here, row by row (`Quotes`), since the engine would rather read all mentions of the
store than look up those of a few things. Rows go out as they come in. Of quads that are elsewhere
(`Elsewhere`) the part that quotes are looked up in is brought here first, for many rows at once.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby, islice
from typing import Protocol

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    parse_query_results,
)

from graph.querying.queries import BadQueryFile, Resting
from graph.querying.quotations import Lookup, Quotation, Quotes

Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Term | None, ...]
Run = Callable[[str], QuerySolutions | QueryBoolean | QueryTriples]
"""Asks the engine."""
Wanted = Callable[[], Iterator[Lookup]]
"""Tells what is to be looked up for a row."""

COLUMNS = (
    "evidenceDocument",
    "evidenceProvision",
    "evidenceQuote",
    "evidenceStart",
    "evidenceEnd",
    "evidence",
)
"""The document whose text is quoted; the provision that states it; the words; their first code
point and the one after their last, in the source text; the IRI of this range."""

AT_ONCE = 200
"""Rows for whose quotes statements are brought from elsewhere at once."""

_SHAPE = re.compile(
    r"(?P<head>.*?)^SELECT (?:DISTINCT )?(?P<columns>.*?)^WHERE \{\n(?P<where>.*?)^\}\n"
    r"(?:GROUP BY (?P<group>[^\n]*)\n)?(?:#[^\n]*\n)*ORDER BY (?P<order>[^\n]*)\n*",
    re.DOTALL | re.MULTILINE,
)
"""What the files of queries/ look like: these parts, each at the beginning of a line."""
_COLUMN = re.compile(r"\(.*? AS \?(\w+)\)|\?(\w+)", re.DOTALL)
_KEY = re.compile(r"(?<!\S)(?:(?:ASC|DESC)\()?\?(\w+)")
"""A variable that is a key of an order by itself."""


@dataclass(frozen=True)
class Parts:
    """The parts of a query."""

    head: str
    columns: str
    where: str
    group: str
    order: str

    @property
    def names(self) -> list[str]:
        """The columns."""
        return [renamed or plain for renamed, plain in _COLUMN.findall(self.columns)]

    @property
    def ordered(self) -> str:
        """The order of the rows, in which equal ones stand together."""
        # No variable twice: Virtuoso 7 crashes of some that are.
        told = _KEY.findall(self.order)
        return f"{self.order} {variables(name for name in self.names if name not in told)}"


class Elsewhere(Protocol):
    """Quads that are too far away to be looked up one by one."""

    def gather(self, lookups: Iterable[Lookup], /) -> Store:
        """Return a store in memory, in which `Quotes` finds what it finds in all quads."""


def with_evidence(
    store: Store | Elsewhere, text: str, resting: Sequence[Resting], run: Run
) -> QuerySolutions:
    """Answer `text`, a named query with its parameters bound, with the columns of evidence.

    `run` is how the engine is asked; `resting` is what the header of the query says. Raises
    `BadQueryFile` for a text that has another shape than the files of queries/, and what `run`
    raises. The answer is to be read in the thread that calls.
    """
    columns, quoted = quoted_rows(store, text, resting, run)

    def lines() -> Iterator[bytes]:
        yield line(f"?{name}" for name in (*columns, *COLUMNS))
        for row, quotations in quoted:
            cells = [written(term) for term in row]
            for quotation in quotations() or [Quotation()]:
                yield line((*cells, *map(written, quotation.cells)))

    # The engine writes every format of the rows that it reads again.
    stream = io.BufferedReader(Lines(lines()), 65_536)
    return rows(parse_query_results(stream, format=QueryResultsFormat.TSV))


def quoted_rows(
    store: Store | Elsewhere, text: str, resting: Sequence[Resting], run: Run
) -> tuple[list[str], Iterator[tuple[Row, Callable[[], list[Quotation]]]]]:
    """Do what `with_evidence` does, and return the columns of the plain answer and its rows.

    Each row comes once, with what looks up its quotes: call it before the next row is asked for.
    """
    parts = parts_of(text)
    held = list(dict.fromkeys(name for entry in resting for name in entry.variables))
    found = grouped(parts, held, run) if parts.group else plain(parts, held, run)
    wanted = ((row, partial(lookups, bindings, held, resting)) for row, bindings in found)
    if isinstance(store, Store):
        quotes = Quotes(store)
        return parts.names, (
            (row, partial(quotations, each, lambda: quotes)) for row, each in wanted
        )
    return parts.names, gathered(store, wanted)


def gathered(
    store: Elsewhere, wanted: Iterator[tuple[Row, Wanted]]
) -> Iterator[tuple[Row, Callable[[], list[Quotation]]]]:
    """Yield rows with what looks up their quotes; the first of many rows brings those of all."""
    while batch := list(islice(wanted, AT_ONCE)):
        quotes = cache(partial(bring, store, [each for _, each in batch]))
        for row, each in batch:
            yield row, partial(quotations, each, quotes)


def bring(store: Elsewhere, wanted: Iterable[Wanted]) -> Quotes:
    """Return what looks up the quotes of some rows."""
    return Quotes(store.gather(lookup for each in wanted for lookup in each()))


def rows(answer: QuerySolutions | QueryBoolean | QueryTriples) -> QuerySolutions:
    """Return the answer to a SELECT, which the named queries are."""
    if not isinstance(answer, QuerySolutions):
        raise BadQueryFile("evidence stands beside the rows of a SELECT, and this is none")
    return answer


def parts_of(text: str) -> Parts:
    """Take a query apart. Raises `BadQueryFile`."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise BadQueryFile(
            "evidence: SELECT, WHERE {, the last }, GROUP BY and ORDER BY must begin a line, but "
            f"do not in: {text[:60]!r}"
        )
    return Parts(**{name: part or "" for name, part in found.groupdict().items()})


def plain(parts: Parts, held: list[str], run: Run) -> Iterator[tuple[Row, Iterable[Row]]]:
    """Yield the rows of a query that counts nothing, each with what `held` are bound to."""
    more = variables(name for name in held if name not in parts.names)
    text = f"{parts.head}SELECT DISTINCT {parts.columns} {more}\nWHERE {{\n{parts.where}}}\n"
    answer = rows(run(f"{text}ORDER BY {parts.ordered}\n"))
    width = len(parts.names)

    def cells(found: QuerySolution) -> Row:
        return tuple(found)[:width]

    for row, solutions in groupby(answer, cells):
        yield row, [tuple(found[name] for name in held) for found in solutions]


def grouped(parts: Parts, held: list[str], run: Run) -> Iterator[tuple[Row, Iterable[Row]]]:
    """Yield the rows of a query that counts, each with what was counted.

    The joint query is asked first: what it holds of each row is kept meanwhile.
    """
    keys = [name.removeprefix("?") for name in parts.group.split()]
    columns = variables(dict.fromkeys((*keys, *held)))
    counted: dict[Row, list[Row]] = {}
    text = f"{parts.head}SELECT DISTINCT {columns}\nWHERE {{\n{parts.where}}}\n"
    for found in rows(run(text)):
        key = tuple(found[name] for name in keys)
        counted.setdefault(key, []).append(tuple(found[name] for name in held))
    text = f"{parts.head}SELECT {parts.columns}\nWHERE {{\n{parts.where}}}\n"
    for found in rows(run(f"{text}GROUP BY {parts.group}\nORDER BY {parts.ordered}\n")):
        yield tuple(found), counted.get(tuple(found[name] for name in keys), [])


def lookups(
    bindings: Iterable[Row], held: list[str], resting: Sequence[Resting]
) -> Iterator[Lookup]:
    """Yield what is looked up for a row."""
    for values in bindings:
        bound = dict(zip(held, values, strict=True))
        for entry in resting:
            thing = bound[entry.of]
            if isinstance(thing, NamedNode):
                wanted = [
                    bound[name] if name else None
                    for name in (entry.provision, entry.mention, entry.span)
                ]
                yield Lookup(thing, entry.by, *map(named, wanted))


def quotations(wanted: Wanted, quotes: Callable[[], Quotes]) -> list[Quotation]:
    """Return what a row rests on, each piece once, in the order of the text."""
    found: dict[Quotation, None] = {}
    for lookup in wanted():
        found.update(dict.fromkeys(quotes().of(*lookup)))
    return sorted(found, key=lambda quotation: quotation.place)


def named(term: Term | None) -> NamedNode | None:
    """Return a term that has an IRI, else None."""
    return term if isinstance(term, NamedNode) else None


def variables(names: Iterable[str]) -> str:
    """Return names as variables of a query."""
    return " ".join(f"?{name}" for name in names)


def written(term: Term | None) -> str:
    """Return a cell of a table of tab-separated values."""
    return "" if term is None else str(term)


def line(cells: Iterable[str]) -> bytes:
    """Return one line of such a table."""
    return ("\t".join(cells) + "\n").encode()


class Lines(io.RawIOBase):
    """Reads lines as they are made."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        """Read `lines`."""
        self._lines = lines
        self._rest = b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """Fill the beginning of a buffer; 0 at the end."""
        self._rest = self._rest or next(self._lines, b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count
