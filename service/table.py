"""The result of a query as a page shows it: JSON of a worker in, rows of terms out."""

import json
from dataclasses import dataclass

from pyoxigraph import RdfFormat, parse

from service.dataset import Term

PAGE_ROWS = 1000
"""Most rows of a result that a page shows; it says how many there are."""


@dataclass(frozen=True)
class Table:
    """The result of a query."""

    columns: list[str]
    rows: list[list[Term | None]]
    total: int
    """Number of rows that there are; `rows` may hold fewer."""
    truth: bool | None = None
    """The answer to an ASK, None for others."""


def read_table(payload: bytes) -> Table:
    """Read the answer to a job of the kind `table`."""
    values = json.loads(payload)
    written = [term for row in values["rows"] for term in row if term is not None]
    terms = iter(read_terms(written))
    rows = [[None if term is None else next(terms) for term in row] for row in values["rows"]]
    return Table(values["columns"], rows, values["total"], values["truth"])


def read_terms(written: list[str]) -> list[Term]:
    """Read terms in N-Triples."""
    lines = "".join(f"<a:a> <a:a> {term} .\n" for term in written)
    return [quad.object for quad in parse(lines, RdfFormat.N_TRIPLES)]
