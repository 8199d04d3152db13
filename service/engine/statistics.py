"""Counts what the data holds, besides the requests and once for each of its versions.

In: the snapshots of an engine. Out: `Statistics` of the newest that has been counted. Pages show
what is known with its version, and nothing until the first counts are there. The counts are plain
queries in the query workers, one at a time, so that those of users come between them.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from service.engine.starts import STARTS, start_query
from service.http.problem import Problem
from service.prefixes import ELI, XSD
from service.processes.pool import TOO_MUCH, BrokenAnswer

LOOK = 0.5
"""Seconds between two looks for newer data."""
REST = 5.0
"""How much longer than a count took it rests until the next: data may change all the time."""
PATIENCE = 5.0
"""Seconds that a description of the data waits for the first counts after a start."""
AGAIN = 60.0
"""Seconds until a new try after one that failed."""

PROPERTIES = "SELECT ?key (COUNT(*) AS ?n) WHERE { ?s ?key ?o } GROUP BY ?key"
CLASSES = "SELECT ?key (COUNT(*) AS ?n) WHERE { ?s a ?key FILTER(isIRI(?key)) } GROUP BY ?key"
GRAPHS = "SELECT ?key (COUNT(*) AS ?n) WHERE { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key"
SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }"
DATES = f"""SELECT (MIN(?day) AS ?first) (MAX(?day) AS ?last)
WHERE {{ ?act <{ELI}date_document> ?day FILTER(DATATYPE(?day) = <{XSD}date>) }}"""
SUBJECTS_OF = """SELECT ?key (COUNT(DISTINCT ?s) AS ?n)
WHERE { VALUES ?key { %s } ?s ?key ?o } GROUP BY ?key"""
STARTING = 8
"""Things in each list of where to start."""
TOGETHER = 250_000
"""Statements whose subjects one query counts: it remembers each of them, in some 50 bytes."""


@dataclass(frozen=True)
class PropertyCount:
    """How often a property is used in the default graph."""

    iri: str
    triples: int
    subjects: int
    """Different things that have it."""


@dataclass(frozen=True)
class Statistics:
    """Counts of the default graph of one version, the largest first, equal ones by IRI."""

    version: str
    triples: int
    subjects: int
    """Different subjects."""
    classes: tuple[tuple[str, int], ...]
    """IRI of each class and the number of its things."""
    properties: tuple[PropertyCount, ...]
    graphs: Mapping[str, int] = field(default_factory=dict)
    """IRI of each named graph -> number of its triples."""
    dates: tuple[str, str] | None = None
    """The first and last day of acts, as YYYY-MM-DD; None if no act has one."""
    starts: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)
    """List of `STARTS` -> IRIs of its first things, and how often each counts."""

    @property
    def uses(self) -> list[tuple[str, int]]:
        """IRI of each property and the number of its triples."""
        return [(used.iri, used.triples) for used in self.properties]


class Counted(Protocol):
    """A snapshot, as `service.engine.engine` holds one."""

    version: str
    path: str


Ask = Callable[[str, str], Awaitable[bytes]]
"""Answers a query on the snapshot in a folder with SPARQL JSON. Raises Problem."""


class Counting:
    """The statistics of a store, kept in step with its data."""

    def __init__(self, snapshot: Callable[[], Counted], ask: Ask) -> None:
        """Count what `snapshot` gives, which lives while it is held, with the queries of `ask`."""
        self._snapshot = snapshot
        self._ask = ask
        self._current: Statistics | None = None
        self._first = threading.Event()

    def current(self, wait: float = 0.0) -> Statistics | None:
        """Return the newest counts there are, None while there are none; never counts itself.

        Waits at most `wait` seconds, and only for the first ones; call it in a thread then.
        """
        if wait:
            self._first.wait(wait)
        return self._current

    async def follow(self) -> None:
        """Count each new version of the data, for as long as the loop runs."""
        loop = asyncio.get_running_loop()
        while True:
            snapshot = self._snapshot()
            pause = LOOK
            if self._current is None or snapshot.version != self._current.version:
                started = loop.time()
                try:
                    self._current = await count(snapshot, self._ask)
                    self._first.set()
                    pause += REST * (loop.time() - started)
                except (Problem, BrokenAnswer) as error:
                    reason = error.detail if isinstance(error, Problem) else error
                    print(f"kzop: the data is not counted: {reason}", file=sys.stderr)
                    pause = AGAIN
            del snapshot  # one that is not newest must not be kept from deletion
            await asyncio.sleep(pause)


async def count(snapshot: Counted, ask: Ask) -> Statistics:
    """Count what a snapshot holds. Raises Problem."""

    async def groups(query: str) -> list[tuple[str, int]]:
        rows = read_rows(await ask(query, snapshot.path))
        found = [(row["key"]["value"], int(row["n"]["value"])) for row in rows if "key" in row]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    async def number(query: str) -> int:
        (row,) = read_rows(await ask(query, snapshot.path))
        return int(row["n"]["value"])

    async def start(key: str) -> list[tuple[str, int]]:
        try:
            return await groups(start_query(key, STARTING))
        except Problem as problem:
            if problem.slug not in TOO_MUCH:
                raise  # another try will do
            return []  # the explorer has other lists

    properties = await groups(PROPERTIES)
    subjects: dict[str, int] = {}
    for some in batches(properties):
        subjects |= await groups(SUBJECTS_OF % " ".join(f"<{iri}>" for iri in some))
    (days,) = read_rows(await ask(DATES, snapshot.path)) or [{}]
    return Statistics(
        version=snapshot.version,
        triples=sum(n for _, n in properties),
        subjects=await number(SUBJECTS),
        classes=tuple(await groups(CLASSES)),
        properties=tuple(PropertyCount(iri, n, subjects[iri]) for iri, n in properties),
        graphs=dict(await groups(GRAPHS)),
        dates=(days["first"]["value"], days["last"]["value"]) if len(days) == 2 else None,
        starts={key: await start(key) for key in STARTS},
    )


def batches(properties: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Yield the IRIs of properties in groups with at most `TOGETHER` statements, or of one."""
    batch: list[str] = []
    size = 0
    for iri, triples in properties:
        if batch and size + triples > TOGETHER:
            yield batch
            batch, size = [], 0
        batch.append(iri)
        size += triples
    if batch:
        yield batch


def read_rows(answer: bytes) -> list[dict[str, dict[str, str]]]:
    """Return the rows of a result in SPARQL JSON."""
    rows: list[dict[str, dict[str, str]]] = json.loads(answer)["results"]["bindings"]
    return rows
