"""The quads of a remote engine as pages read them: patterns and queries in, terms out.

A page asks many small questions, and each costs a way to the engine and back. So what is said of a
thing is fetched whole and kept; and with it what is said of the things that the same answer named,
since a page that asks for the name of one of them asks for those of the others next. One object
stands for one version of the data.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    parse_query_results,
)

from graph.iris import Base
from graph.querying.quotations import Lookup
from graph.remote.endpoint import Endpoint
from graph.remote.publication import STAGING, version_graph
from service.remote.client import Read
from service.remote.dialect import dataset_of, read_truth
from service.remote.gathering import gather
from service.sparql.protocol import read_form

Ask = Callable[[Read], bytes]
"""Asks the engine and waits. Raises Problem."""
Subject = NamedNode | BlankNode | Triple
Object = NamedNode | BlankNode | Literal | Triple
Pattern = tuple[Subject | None, NamedNode | None, Object | None, str]
Said = tuple[tuple[NamedNode, Object], ...]

TOGETHER = 50
"""Things that are fetched in one query."""
STATEMENTS = 4000
"""Statements of such a query; more are fetched as they are asked for."""
STEPS = (200, 20_000)
"""Rows asked for at first, and then, before all."""
REMEMBERED = 20_000
"""Things and patterns kept in memory, each."""
DEFAULT = DefaultGraph()
DEADLINE: ContextVar[float] = ContextVar("deadline", default=math.inf)
"""When what is being made in this thread must be done, by `time.monotonic`."""


class RemoteQuads:
    """Reads one version of the data of an engine; it is the protocol `engine.quads.Quads`."""

    def __init__(self, ask: Ask, endpoint: Endpoint, base: Base) -> None:
        """Ask with `ask`, in threads that are not the loop's; `base` is that of the data."""
        self._ask = ask
        self._endpoint = endpoint
        self._base = base
        self._lock = threading.Lock()
        self._graphs: list[NamedNode] | None = None
        self._said: OrderedDict[NamedNode, Said | None] = OrderedDict()
        """What is said of a thing; None if it is too much."""
        self._found: OrderedDict[Pattern, tuple[Quad, ...]] = OrderedDict()
        self._beside: OrderedDict[NamedNode, tuple[NamedNode, ...]] = OrderedDict()
        """The things that were named together with one."""

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: NamedNode | None,
        object: Object | None,
        graph_name: NamedNode | BlankNode | DefaultGraph | None = None,
        /,
    ) -> Iterator[Quad]:
        """Yield the quads that match. The graph None is the default graph, which has them all."""
        graph = graph_name.value if isinstance(graph_name, NamedNode) else ""
        if isinstance(subject, NamedNode) and not graph:
            said = self._statements(subject)
            if said is not None:
                for by, value in said:
                    if (predicate is None or by == predicate) and object in (None, value):
                        yield Quad(subject, by, value, DEFAULT)
                return
        yield from self._match((subject, predicate, object, graph))

    def query(self, query: str, /) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Answer a SELECT or ASK of our own. Raises Problem."""
        default, named = dataset_of(query, self._endpoint)
        payload = self._ask(Read(query, default_graphs=default, named_graphs=named))
        if read_form(query) == "ASK":
            return read_truth(payload)
        return cast(QuerySolutions, parse_query_results(payload, QueryResultsFormat.JSON))

    def gather(self, lookups: Iterable[Lookup], /) -> Store:
        """Return a store in memory with what the quotes of things are looked up in."""
        return gather(self._select, self._is_public, lookups)

    def _select(self, query: str) -> QuerySolutions:
        return cast(QuerySolutions, self.query(query))

    def contains_named_graph(self, graph_name: NamedNode | BlankNode | DefaultGraph, /) -> bool:
        """Tell whether there is a graph of that name; the service's own are none."""
        if not isinstance(graph_name, NamedNode) or not self._is_public(graph_name.value):
            return False
        return bool(self.query(f"ASK {{ GRAPH {graph_name} {{ ?s ?p ?o }} }}"))

    def named_graphs(self) -> Iterator[NamedNode | BlankNode]:
        """Yield the names of the graphs of our base, but not those of the service's own."""
        if self._graphs is None:
            rows = self._select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
            names = (row["g"] for row in rows)
            self._graphs = [
                name
                for name in names
                if isinstance(name, NamedNode) and self._is_public(name.value)
            ]
        yield from self._graphs

    def _is_public(self, iri: str) -> bool:
        """Tell whether a graph is of our base, and not there for the service only."""
        hidden = (self._endpoint.default_graph, version_graph(self._base))
        return iri.startswith(self._base.graph("")) and not (
            iri in hidden or iri.startswith(self._base.graph(STAGING))
        )

    def _statements(self, node: NamedNode) -> Said | None:
        """Return what is said of a thing, None if that is too much to keep."""
        with self._lock:
            if node in self._said:
                self._said.move_to_end(node)
                return self._said[node]
            others = [one for one in self._beside.get(node, ()) if one not in self._said]
        wanted = [node, *(one for one in others if one != node)][:TOGETHER]
        found = self._fetch(wanted)
        if found is None and len(wanted) > 1:
            wanted = [node]
            found = self._fetch(wanted)
        with self._lock:
            for one in wanted:
                self._said[one] = None if found is None else tuple(found[one])
            self._shrink(self._said)
        if found is not None:
            for one in wanted:
                self._note([value for _, value in found[one] if isinstance(value, NamedNode)])
        return None if found is None else tuple(found[node])

    def _fetch(
        self, nodes: list[NamedNode]
    ) -> dict[NamedNode, list[tuple[NamedNode, Object]]] | None:
        """Return what is said of each of some things, None if that is too much."""
        if len(nodes) == 1:
            query = f"SELECT ?p ?o WHERE {{ {nodes[0]} ?p ?o }} LIMIT {STATEMENTS + 1}"
        else:
            names = " ".join(map(str, nodes))
            query = f"SELECT ?p ?o ?s WHERE {{ VALUES ?s {{ {names} }} ?s ?p ?o }}"
            query += f" LIMIT {STATEMENTS + 1}"
        found: dict[NamedNode, list[tuple[NamedNode, Object]]] = {node: [] for node in nodes}
        number = 0
        for row in self._select(query):
            subject = nodes[0] if len(nodes) == 1 else cast(NamedNode, row["s"])
            found[subject].append((cast(NamedNode, row["p"]), cast(Object, row["o"])))
            number += 1
        return None if number > STATEMENTS else found

    def _match(self, pattern: Pattern) -> Iterator[Quad]:
        """Yield the quads of a pattern: a few at first, all if they are wanted."""
        with self._lock:
            known = self._found.get(pattern)
        if known is not None:
            yield from known
            return
        given: set[Quad] = set()
        for limit in (*STEPS, 0):
            quads = self._rows(pattern, limit)
            is_all = not limit or len(quads) < limit
            if is_all and len(quads) <= STEPS[0]:
                with self._lock:
                    self._found[pattern] = tuple(quads)
                    self._shrink(self._found)
            self._note([one.subject for one in quads[: STEPS[0]]])
            for quad in quads:
                if quad not in given:
                    yield quad
            if is_all:
                return
            given |= set(quads)

    def _rows(self, pattern: Pattern, limit: int) -> list[Quad]:
        """Return the quads of a pattern, at most `limit` unless that is 0."""
        *terms, graph = pattern
        written = [
            name if term is None else str(term) for name, term in zip(NAMES, terms, strict=True)
        ]
        names = [name for name, term in zip(NAMES, terms, strict=True) if term is None] or [
            "(1 AS ?one)"
        ]
        where = " ".join(written)
        if graph:
            where = f"GRAPH <{graph}> {{ {where} }}"
        query = f"SELECT {' '.join(names)} WHERE {{ {where} }}"
        query += f" LIMIT {limit}" if limit else ""
        place: NamedNode | DefaultGraph = NamedNode(graph) if graph else DEFAULT
        quads = []
        for row in self._select(query):
            s, p, o = (row[name] if t is None else t for name, t in zip("spo", terms, strict=True))
            quads.append(Quad(cast(NamedNode, s), cast(NamedNode, p), cast(Object, o), place))
        return quads

    def _note(self, named: list[object]) -> None:
        """Remember which things were named together."""
        nodes = tuple(dict.fromkeys(one for one in named if isinstance(one, NamedNode)))
        if len(nodes) < 2:
            return
        with self._lock:
            for at, node in enumerate(nodes):
                start = max(0, min(at, len(nodes) - TOGETHER))
                self._beside[node] = nodes[start : start + TOGETHER]
            self._shrink(self._beside)

    def _shrink(self, kept: OrderedDict[Any, Any]) -> None:
        while len(kept) > REMEMBERED:
            kept.popitem(last=False)


NAMES = ("?s", "?p", "?o")
