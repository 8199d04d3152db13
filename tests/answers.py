"""Expected answers of the named queries: `tests/queries/<name>.tsv` in, differences out.

A file is a header line of column names and one line per row, cells parted by tabs:

- an IRI of the data is written without `{base}id/` and, after that, without `eli/`;
- an empty cell is an unbound variable, and `*` is any value, unbound too;
- a cell of several values joins them by " | ", in any order.

Rows are compared as sets over the columns that carry no `*`; further columns of a query are not
looked at. In a file that has the columns `start` and `end`, ranges need not be equal: they must
share at least half of the expected characters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from graph.iris import Base

ANY = "*"
JOINT = " | "

Cell = frozenset[str]
"""The values of one cell; empty for an unbound variable."""
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Answer:
    """The expected rows of one query, with the columns that are compared."""

    columns: tuple[str, ...]
    """Every column that the query must have."""
    compared: tuple[str, ...]
    rows: tuple[Row, ...]
    """Cells in the order of `compared`."""


def read(path: Path) -> Answer:
    """Read one expected answer."""
    header, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    columns = tuple(header.split("\t"))
    table = [line.split("\t") for line in lines]
    for number, cells in enumerate(table, start=2):
        if len(cells) != len(columns):
            raise ValueError(
                f"{path.name}:{number}: {len(cells)} cells, but {len(columns)} columns"
            )
    compared = tuple(
        column for i, column in enumerate(columns) if not any(cells[i] == ANY for cells in table)
    )
    where = [columns.index(column) for column in compared]
    return Answer(
        columns, compared, tuple(tuple(_cell(cells[i]) for i in where) for cells in table)
    )


def rows(
    solutions: Iterable[pyoxigraph.QuerySolution], columns: Iterable[str], base: Base
) -> list[Row]:
    """Cut the solutions of a query to `columns` and write their cells as the files do."""
    names = tuple(columns)
    return [
        tuple(_cell(_written(solution[name], base)) for name in names) for solution in solutions
    ]


def differences(answer: Answer, found: Iterable[Row]) -> list[str]:
    """Return one line per expected row that is missing and per row that nobody expected."""
    expected, actual = set(answer.rows), set(found)
    if {"start", "end"} <= set(answer.compared):
        missing, surplus = _unpaired(answer.compared, expected, actual)
    else:
        missing, surplus = expected - actual, actual - expected
    lines = [f"missing: {_shown(row)}" for row in sorted(missing, key=_shown)]
    return lines + [f"not expected: {_shown(row)}" for row in sorted(surplus, key=_shown)]


def _written(term: object, base: Base) -> str:
    if term is None:
        return ""
    if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal):
        return JOINT.join(_short(part, base) for part in term.value.split(JOINT))
    raise TypeError(f"{term}: a named query must answer with IRIs and literals only")


def _short(value: str, base: Base) -> str:
    start = base.id("")
    return value.removeprefix(start).removeprefix("eli/") if value.startswith(start) else value


def _cell(text: str) -> Cell:
    return frozenset(text.split(JOINT)) if text else frozenset()


def _shown(row: Row) -> str:
    return "\t".join(JOINT.join(sorted(cell)) for cell in row)


def _unpaired(
    columns: tuple[str, ...], expected: set[Row], actual: set[Row]
) -> tuple[set[Row], set[Row]]:
    """Pair rows one to one by their ranges; the other compared columns must be equal."""
    start, end = columns.index("start"), columns.index("end")

    def offset(row: Row, column: int) -> int:
        return int("".join(row[column]) or -1)

    def agree(wanted: Row, row: Row) -> bool:
        shared = min(offset(wanted, end), offset(row, end))
        shared -= max(offset(wanted, start), offset(row, start))
        length = offset(wanted, end) - offset(wanted, start)
        rest = [i for i in range(len(columns)) if i not in (start, end)]
        return 2 * shared >= length and all(wanted[i] == row[i] for i in rest)

    missing, surplus = set(), set(actual)
    for wanted in sorted(expected, key=lambda row: offset(row, start)):
        partners = [row for row in surplus if agree(wanted, row)]
        if partners:
            surplus.remove(min(partners, key=_shown))
        else:
            missing.add(wanted)
    return missing, surplus
