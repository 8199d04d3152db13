"""Writes to one graph as SPARQL updates: the engine makes each of them one transaction.

The name of a graph is its IRI, or None for the default graph.
"""

from collections.abc import Sequence
from io import BytesIO

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from service.engine.evaluation import FORMATS, GRAPH_FORMATS
from service.http.problem import Problem

READABLE = {offer.media_type for offer in GRAPH_FORMATS if offer.media_type in FORMATS}
"""Media types that a graph can be read from."""
DATASETS = (RdfFormat.TRIG, RdfFormat.N_QUADS)
"""Formats that hold several graphs, and so are no content for one of them."""


def exists(quads: Store, name: str | None) -> bool:
    """Tell whether the store has a graph; the default graph is always there."""
    return name is None or quads.contains_named_graph(NamedNode(name))


def is_empty(quads: Store, name: str | None) -> bool:
    """Tell whether a graph has no statements."""
    graph = DefaultGraph() if name is None else NamedNode(name)
    return next(quads.quads_for_pattern(None, None, None, graph), None) is None


def read(parts: Sequence[tuple[str, int]], data: bytes, base: str) -> list[str]:
    """Parse statements, and return each as "S P O" in N-Triples. Raises the 400 for bad data.

    `parts` are the media type and the length of each document in `data`. A blank node belongs to
    one document, whatever its label.
    """
    found: list[str] = []
    for media_type, length in parts:
        found += read_one(data[:length], media_type, base, rename=len(parts) > 1)
        data = data[length:]
    return found


def read_one(data: bytes, media_type: str, base: str, *, rename: bool) -> list[str]:
    """Parse the statements of one document; `rename` gives its blank nodes new labels."""
    form = GRAPH_FORMATS[FORMATS[media_type]]
    lines = Lines(data)
    # The parser of RDF/XML does not say where it was, but takes what it needs line by line.
    source = lines if form == RdfFormat.RDF_XML else data
    try:
        found = []
        for quad in pyoxigraph.parse(source, form, base_iri=base, rename_blank_nodes=rename):
            if not isinstance(quad.graph_name, DefaultGraph):
                raise bad_data("it names graphs of its own")
            found.append(str(quad.triple))
        return found
    except SyntaxError as error:
        number = error.lineno or lines.given
        raise bad_data(f"{f'line {number}: ' if number else ''}{error.msg}") from error
    except ValueError as error:
        raise bad_data(str(error)) from error


class Lines(BytesIO):
    """Bytes that are given line by line."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next line, or what of it fits."""
        return self.readline(-1 if size is None else size)

    @property
    def given(self) -> int:
        """The number of the line that was given last, from 1; 0 before the first."""
        return len(self.getvalue()[: self.tell()].splitlines())


def write(name: str | None, triples: list[str], *, merge: bool) -> str:
    """Return the update that gives a graph these statements; `merge` keeps those it has."""
    parts = [] if merge else [f"CLEAR SILENT {target(name)}"]
    if name is not None:
        parts.append(f"CREATE SILENT GRAPH {NamedNode(name)}")
    statements = " .\n".join(triples)
    if triples and name is not None:
        parts.append(f"INSERT DATA {{ GRAPH {NamedNode(name)} {{\n{statements}\n}} }}")
    elif triples:
        parts.append(f"INSERT DATA {{\n{statements}\n}}")
    return " ;\n".join(parts)


def drop(name: str | None) -> str:
    """Return the update that deletes a graph."""
    return f"DROP SILENT {target(name)}"


def target(name: str | None) -> str:
    """Return a graph as an update names it."""
    return "DEFAULT" if name is None else f"GRAPH {NamedNode(name)}"


def bad_data(what: str) -> Problem:
    """Return the 400 for a body that is not what its Content-Type says."""
    line = " ".join(what.split())
    return Problem(400, "bad-data", "Bad data", f"the data cannot be read: {line}")
