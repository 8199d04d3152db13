"""The result of a query as a page shows it: JSON of a worker in, rows of terms out."""

import json
from dataclasses import dataclass, field

from pyoxigraph import RdfFormat, parse

from service.engine.dataset import Term

PAGE_ROWS = 1000
"""Most rows of a result that a page shows; it says how many there are."""

QUOTED_ROWS = 300
"""The same of one with quotes, which are long."""


@dataclass(frozen=True)
class Table:
    """The result of a query."""

    columns: list[str]
    rows: list[list[Term | None]]
    total: int
    """Number of rows that there are; `rows` may hold fewer."""
    truth: bool | None = None
    """The answer to an ASK, None for others."""
    quotes: list[list[list[Term | None]]] | None = None
    """Of each row the quotes that it rests on, with the cells of `queryevidence.COLUMNS`;
    None if they were not asked for."""
    quoted: list[int] = field(default_factory=list)
    """How many quotes each row has; `quotes` may hold fewer."""


def read_table(payload: bytes) -> Table:
    """Read the answer to a job of the kind `table`."""
    values = json.loads(payload)
    quotes = values.get("quotes")
    cells = [cell for part in (values["rows"], *(quotes or ())) for row in part for cell in row]
    terms = iter(read_terms([cell for cell in cells if cell is not None]))

    def read(rows: list[list[str | None]]) -> list[list[Term | None]]:
        return [[None if cell is None else next(terms) for cell in row] for row in rows]

    rows = read(values["rows"])
    quotes = None if quotes is None else [read(part) for part in quotes]
    return Table(
        values["columns"], rows, values["total"], values["truth"], quotes, values.get("quoted", [])
    )


def read_terms(written: list[str]) -> list[Term]:
    """Read terms in N-Triples."""
    lines = "".join(f"<a:a> <a:a> {term} .\n" for term in written)
    return [quad.object for quad in parse(lines, RdfFormat.N_TRIPLES)]
