"""Runs queries on an open store: a job in, its answer written out piece by piece.

The engine wants a result made, read and serialised in one thread, so a caller must do all three.
Knows neither Flask nor HTTP; what goes wrong is a Problem.
"""

import json
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import IO, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
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

from graph.interchange.formats import FORMATS as NETWORKS
from graph.querying.queryevidence import Elsewhere, quoted_rows, with_evidence
from service.engine.failures import run_time_problem, syntax_problem
from service.engine.quads import Quads
from service.http import negotiate
from service.http.negotiate import ALL_OFFERS
from service.http.problem import Problem, bad_request
from service.networks.networks import write_network
from service.prefixes import PREFIXES
from service.processes.frames import Job

Functions = dict[NamedNode, Callable[..., NamedNode | BlankNode | Literal | Triple | None]]
"""Functions of kzop by their IRI."""
Answer = QuerySolutions | QueryBoolean | QueryTriples
Rows = QuerySolutions | QueryBoolean | QueryTriples | Iterator[Triple]
"""An answer, or the triples of one."""

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
MOST_QUOTES = 20
"""Quotes of a row that a page shows."""
FORMATS = {offer.media_type: offer for offer in ALL_OFFERS}


class Output:
    """Where an answer is written to: any object with `write(bytes)`."""

    def write(self, data: bytes) -> int:
        """Take the next bytes, and return how many they are."""
        raise NotImplementedError

    def flush(self) -> None:
        """Do nothing: the engine calls it at its own pace."""


def perform(store: Store, job: Job, output: Output, functions: Functions) -> None:
    """Do a job on an open store, and write its answer to `output`. Raises Problem."""
    with engine_failures(job.query):
        match job.kind:
            case "query":
                write_answer(evaluate(store, job, functions), job, output, store)
            case "table":
                if job.evidence:
                    values = read_quoted(store, job, asking(store, job, functions))
                else:
                    values = read_table(evaluate(store, job, functions), job.rows)
                output.write(json.dumps(values).encode())
            case "check":
                read_dataset(job)
                Store().query(job.query, base_iri=job.base)
            case "parse":
                with suppress(RuntimeError, ValueError, OSError):
                    Store().query(job.query, base_iri=job.base)
            case "parse update":
                with suppress(RuntimeError, ValueError, OSError):
                    Store().update(job.query, base_iri=job.base)
            case "graph":
                write_graph(named_graph(store, job.graph), job, output, store)


@contextmanager
def engine_failures(query: str) -> Iterator[None]:
    """Turn what the engine raises about a query into Problems."""
    try:
        yield
    except SyntaxError as error:
        raise syntax_problem(query, str(error)) from error
    except (RuntimeError, ValueError, OSError) as error:
        raise run_time_problem(error) from error


def evaluate(store: Store, job: Job, functions: Functions) -> Answer:
    """Start the evaluation of a query; the answer must be read in this thread."""
    run = asking(store, job, functions)
    return with_evidence(store, job.query, job.evidence, run) if job.evidence else run(job.query)


def asking(store: Store, job: Job, functions: Functions) -> Callable[[str], Answer]:
    """Return how a query of a job is asked."""
    default, named = read_dataset(job)
    return partial(
        store.query,
        base_iri=job.base,
        default_graph=default,
        named_graphs=named,
        custom_functions=functions,
    )


def read_dataset(
    job: Job,
) -> tuple[list[NamedNode | BlankNode | DefaultGraph] | None, list[NamedNode | BlankNode] | None]:
    """Return the default and the named graphs that a request names; None leaves it to the query.

    Where a request names only graphs of one kind, there are none of the other.
    """
    if job.default_graphs is None or job.named_graphs is None:
        return None, None
    return (
        [*read_iris(job.default_graphs, "default-graph-uri")],
        [*read_iris(job.named_graphs, "named-graph-uri")],
    )


def read_iris(iris: tuple[str, ...], parameter: str) -> list[NamedNode]:
    """Return the graph names that a request gives."""
    names = []
    for iri in iris:
        try:
            names.append(NamedNode(iri))
        except ValueError as error:
            raise bad_request(f"{parameter} is {iri!r}: write an absolute IRI") from error
    return names


def write_answer(answer: Rows, job: Job, output: Output, store: Quads) -> None:
    """Write an answer in the media type of its job."""
    if not isinstance(answer, QuerySolutions | QueryBoolean):
        write_graph(answer, job, output, store)
        return
    offer = FORMATS.get(job.media_type)
    if offer in RESULT_FORMATS:
        if job.variant == "bom":
            output.write(b"\xef\xbb\xbf")
        answer.serialize(cast(IO[bytes], output), format=RESULT_FORMATS[offer])
    else:
        raise Problem(406, "not-acceptable", "Not acceptable", f"no {job.media_type} of a table")


def write_graph(
    triples: Iterator[Triple] | QueryTriples, job: Job, output: Output, store: Quads
) -> None:
    """Write triples in the media type of a job, with the usual prefixes where it has any.

    A format for graph programs takes names from `store`.
    """
    if job.variant in NETWORKS:
        found = iter(triples)
        write_network(found, store, job.base, job.variant, job.language, output, title=job.title)
        return
    if job.variant == "ascii":
        output = Ascii(output)
    offer = FORMATS[job.media_type]
    if offer not in GRAPH_FORMATS:
        raise Problem(406, "not-acceptable", "Not acceptable", f"no {offer.media_type} of a graph")
    serialize(triples, cast(IO[bytes], output), format=GRAPH_FORMATS[offer], prefixes=PREFIXES)


class Ascii(Output):
    """Makes XML in pure ASCII of XML in UTF-8, however its bytes are cut."""

    def __init__(self, output: Output) -> None:
        """Write on to `output`."""
        self._output = output
        self._decoder = getincrementaldecoder("utf-8")()

    def write(self, data: bytes) -> int:
        """Take bytes of UTF-8; a letter that is cut waits for its other half."""
        self._output.write(self._decoder.decode(data).encode("ascii", "xmlcharrefreplace"))
        return len(data)


def named_graph(store: Store, iri: str | None) -> Iterator[Triple]:
    """Yield the triples of a named graph, or of the default graph."""
    name = DefaultGraph() if iri is None else NamedNode(iri)
    return (quad.triple for quad in store.quads_for_pattern(None, None, None, name))


def read_table(answer: Rows, limit: int) -> dict[str, object]:
    """Return an answer as JSON values for a page: at most `limit` rows, and how many there are.

    Terms are in N-Triples; a cell without a value is None.
    """
    if isinstance(answer, QueryBoolean):
        return {"columns": [], "rows": [], "total": 0, "truth": bool(answer)}
    if isinstance(answer, QuerySolutions):
        columns = [variable.value for variable in answer.variables]
        rows = (list(row) for row in answer)
    else:
        columns = ["subject", "predicate", "object"]
        rows = (list(triple) for triple in answer)
    shown = [written(row) for row in islice(rows, limit)]
    total = len(shown) + sum(1 for _ in rows)
    return {"columns": columns, "rows": shown, "total": total, "truth": None}


def read_quoted(
    store: Store | Elsewhere, job: Job, run: Callable[[str], Answer]
) -> dict[str, object]:
    """Return what `read_table` does, and `quotes`: those of each row that is shown.

    They are at most `MOST_QUOTES` of a row; `quoted` is how many each has.
    """
    columns, rows = quoted_rows(store, job.query, job.evidence, run)
    shown, quotes, quoted = [], [], []
    for row, look_up in islice(rows, job.rows):
        found = look_up()
        shown.append(written(row))
        quotes.append([written(quotation.cells) for quotation in found[:MOST_QUOTES]])
        quoted.append(len(found))
    total = len(shown) + sum(1 for _ in rows)
    values = {"columns": columns, "rows": shown, "total": total, "truth": None}
    return {**values, "quotes": quotes, "quoted": quoted}


def written(row: Iterable[object]) -> list[str | None]:
    """Return terms in N-Triples."""
    return [None if term is None else str(term) for term in row]
