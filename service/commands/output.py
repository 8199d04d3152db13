"""Writes what the command line answers with: RDF of documents, query results, tables, files."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graph.iris import Base
from graph.model import DocumentGraphs

if TYPE_CHECKING:  # pyoxigraph stays out of the start of `kzop extract`
    from pyoxigraph import QuerySolutions

EXTRACT_FORMATS = ("nquads", "trig", "turtle", "jsonld")
RESULT_FORMATS = ("table", "json", "csv", "tsv", "xml")


def serialise(documents: Sequence[DocumentGraphs], format_name: str, base: Base) -> bytes:
    """Return the facts of `documents` in one of EXTRACT_FORMATS: equal facts, equal bytes.

    Content, evidence and authority facts stand in their named graphs; Turtle, which has none,
    merges them.
    """
    # sorted before what is twice goes: the runs are in order already, a set would lose that
    lines = list(dict.fromkeys(sorted(nquads(documents, base))))
    if format_name == "nquads":
        return "".join(lines).encode("utf-8")

    from pyoxigraph import RdfFormat, parse, serialize

    from service.prefixes import PREFIXES

    quads = parse("".join(lines), RdfFormat.N_QUADS)
    formats = {"trig": RdfFormat.TRIG, "turtle": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD}
    if format_name == "turtle":
        triples = {str(quad.triple): quad.triple for quad in quads}
        merged = [triple for _, triple in sorted(triples.items())]
        return with_sorted_prefixes(serialize(merged, format=RdfFormat.TURTLE, prefixes=PREFIXES))
    ordered = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad.triple)))
    return with_sorted_prefixes(serialize(ordered, format=formats[format_name], prefixes=PREFIXES))


def with_sorted_prefixes(rdf: bytes | None) -> bytes:
    """Sort the prefix lines at the head of Turtle or TriG: the engine has no order of its own."""
    lines = (rdf or b"").splitlines(keepends=True)
    head = [line for line in lines if line.startswith(b"@prefix ")]
    return b"".join([*sorted(head), *lines[len(head) :]])


def nquads(documents: Iterable[DocumentGraphs], base: Base) -> Iterator[str]:
    """Yield each statement of `documents` as a line of N-Quads, in its named graph."""
    for document in documents:
        for name, statements in (
            (f"doc/{document.doc}", document.content),
            (f"evidence/{document.doc}", document.evidence),
            ("authority", document.authority),
        ):
            end = f" <{base.graph(name)}> .\n"
            for statement in statements:
                yield statement + end


def write_out(data: bytes) -> None:
    """Write `data` to standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_file(path: Path, data: bytes) -> None:
    """Write `data` to `path`: a regular file is replaced whole or not at all. Raises OSError."""
    target = path.resolve()
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        target.write_bytes(data)
        return
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def table(solutions: "QuerySolutions", base: Base) -> tuple[str, int]:
    """Return the rows of a SELECT as aligned columns under their names, and how many there are."""
    names = [variable.value for variable in solutions.variables]
    rows = [[cell(solution[name], base) for name in names] for solution in solutions]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in [names, rule, *rows]
    ]
    return "".join(f"{line}\n" for line in lines), len(rows)


def cell(term: object, base: Base) -> str:
    """Return a term for a reader: IRIs abbreviated, literals without tag or type, None empty."""
    from service.prefixes import abbreviate

    if term is None:
        return ""
    text = str(getattr(term, "value", term))
    return " ".join(abbreviate(text.removeprefix(base.id(""))).split())
