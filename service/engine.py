"""Runs queries on the store: a query text in, an answer or its bytes out.

The engine wants a result made, read and serialised in one thread, so a caller must do all three.
Knows the store but not Flask; what goes wrong is a Problem.
"""

import re
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from service import negotiate
from service.dataset import Dataset, Term
from service.negotiate import ASK_OFFERS, GRAPH_OFFERS, SELECT_OFFERS, Offer
from service.prefixes import PREFIXES
from service.problem import Problem, bad_request
from service.protocol import Operation

Answer = QuerySolutions | QueryBoolean | QueryTriples
DefaultGraphs = list[NamedNode | BlankNode | DefaultGraph]
NamedGraphs = list[NamedNode | BlankNode]

PAGE_ROWS = 1000
"""Most rows of a result that a page shows; it says how many there are."""

RESULT_FORMATS = {
    negotiate.JSON: QueryResultsFormat.JSON,
    negotiate.XML: QueryResultsFormat.XML,
    negotiate.CSV: QueryResultsFormat.CSV,
    negotiate.TSV: QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    negotiate.TURTLE: RdfFormat.TURTLE,
    negotiate.N_TRIPLES: RdfFormat.N_TRIPLES,
    negotiate.RDF_XML: RdfFormat.RDF_XML,
    negotiate.JSON_LD: RdfFormat.JSON_LD,
    negotiate.TRIG: RdfFormat.TRIG,
    negotiate.N_QUADS: RdfFormat.N_QUADS,
}

SYNTAX_ERROR = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Table:
    """The result of a query as a page shows it."""

    columns: list[str]
    rows: list[list[Term | None]]
    total: int
    """Number of rows that there are; `rows` may hold fewer."""
    truth: bool | None = None
    """The answer to an ASK, None for others."""


def read_form(query: str, base_iri: str) -> type[Answer]:
    """Return the kind of result that `query` has, without evaluating it on the data.

    Raises the 400 for a syntax error, with line and column.
    """
    try:
        return type(Store().query(query, base_iri=base_iri))
    except SyntaxError as error:
        raise syntax_problem(query, str(error)) from error
    except (RuntimeError, ValueError, OSError) as error:
        raise run_time_problem(error) from error


def offers_of(form: type[Answer]) -> tuple[Offer, ...]:
    """Return the offers for a kind of result."""
    if form is QuerySolutions:
        return SELECT_OFFERS
    return ASK_OFFERS if form is QueryBoolean else GRAPH_OFFERS


def evaluate(dataset: Dataset, operation: Operation) -> Answer:
    """Start the evaluation of `operation`; the answer must be read in this thread."""
    default, named = read_dataset(operation)
    try:
        return dataset.quads.query(
            operation.query,
            base_iri=dataset.base.iri,
            default_graph=default,
            named_graphs=named,
        )
    except SyntaxError as error:
        raise syntax_problem(operation.query, str(error)) from error
    except (RuntimeError, ValueError, OSError) as error:
        raise run_time_problem(error) from error


def read_dataset(operation: Operation) -> tuple[DefaultGraphs | None, NamedGraphs | None]:
    """Return the default and the named graphs that a request names; None leaves it to the query.

    Where a request names only graphs of one kind, there are none of the other.
    """
    if not operation.has_dataset:
        return None, None
    return (
        [read_iri(iri, "default-graph-uri") for iri in operation.default_graphs],
        [read_iri(iri, "named-graph-uri") for iri in operation.named_graphs],
    )


def read_iri(text: str, parameter: str) -> NamedNode:
    """Return the graph name that a parameter of the request holds."""
    try:
        return NamedNode(text)
    except ValueError as error:
        raise bad_request(f"{parameter} is {text!r}: write an absolute IRI") from error


def write(answer: Answer, offer: Offer) -> bytes:
    """Return `answer` in the form of `offer`, read to its end."""
    try:
        if isinstance(answer, QueryTriples):
            return write_graph(answer, offer)
        return answer.serialize(format=RESULT_FORMATS[offer]) or b""
    except (RuntimeError, ValueError, OSError) as error:
        raise run_time_problem(error) from error


def write_graph(triples: QueryTriples | list[Triple], offer: Offer) -> bytes:
    """Return triples in the form of `offer`, with the usual prefixes where it has any."""
    return serialize(triples, format=GRAPH_FORMATS[offer], prefixes=PREFIXES) or b""


def read_table(answer: Answer) -> Table:
    """Return `answer` as a table of at most PAGE_ROWS rows, read to its end."""
    try:
        if isinstance(answer, QueryBoolean):
            return Table([], [], 0, bool(answer))
        if isinstance(answer, QueryTriples):
            columns = ["subject", "predicate", "object"]
            rows = (list(triple) for triple in answer)
        else:
            columns = [variable.value for variable in answer.variables]
            rows = (list(row) for row in answer)
        shown = list(islice(rows, PAGE_ROWS))
        return Table(columns, shown, len(shown) + sum(1 for _ in rows))
    except (RuntimeError, ValueError, OSError) as error:
        raise run_time_problem(error) from error


def syntax_problem(query: str, message: str) -> Problem:
    """Return the 400 for a syntax error in `query`, from the message of the engine."""
    found = SYNTAX_ERROR.match(message)
    if not found:
        return Problem(400, "syntax-error", "Syntax error", "the query cannot be parsed")
    line, column = int(found[1]), int(found[2])
    detail = f"line {line}, column {column}: {explain(query, line, column, found[3])}"
    position = {"line": line, "column": column}
    return Problem(400, "syntax-error", "Syntax error", detail, members=position)


def explain(query: str, line: int, column: int, expected: str) -> str:
    """Return in words what is wrong at a place of `query` where the parser `expected` something.

    The list of the parser mixes sentences, quoted words and sets of letters, which say little.
    """
    parts = [part for part in re.split(r", (?![^\[]*\])", expected) if not part.startswith("[")]
    sentences = [part for part in parts if re.match(r"[A-Z]\S* [a-z]", part)]
    if sentences:
        return f"{sentences[0]} ({nearby(query, line, column)})"
    wanted = f", expected {' or '.join(parts)}" if 0 < len(parts) <= 6 else ""
    return f"syntax error {nearby(query, line, column)}{wanted}"


def nearby(query: str, line: int, column: int) -> str:
    """Return the word of `query` at a place (line and column from 1) as words for a message."""
    lines = query.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    before = text[: column - 1].split(" ")[-1]
    after = text[column - 1 :].split(" ")[0].rstrip("\r")
    if before + after:
        return f"near {(before + after)[:40]!r}"
    return "at the end of the query" if line >= len(lines) else "at the end of the line"


def run_time_problem(error: Exception) -> Problem:
    """Return the 500 for a query that is well-formed but could not be evaluated."""
    # The messages of RuntimeError speak of the query; those of OSError may name files.
    reason = str(error) if isinstance(error, RuntimeError | ValueError) else "the store failed"
    detail = f"the query could not be answered: {reason}"
    return Problem(500, "query-failed", "Query failed", detail)
