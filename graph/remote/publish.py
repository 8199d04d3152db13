"""Publishes a store to a remote engine: its graphs in, the same graphs there out.

The engine keeps a graph `published` with the print of each graph that arrived, so that an unchanged
one is not sent again, and a publication that broke off goes on. The named graphs go first, then the
merge of them all, which plain queries read, and at last the version: a service notices it and asks
anew. The print of a graph is the sum of the SHA-256 of its N-Triples, which has no order.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pyoxigraph import NamedNode

from graph.prefixes import DCTERMS
from graph.remote.publication import STAGING, VERSION, version_graph
from graph.remote.remote_graphs import RemoteError, RemoteGraphs
from graph.storage.dump import dump
from graph.store import GraphStore

PRINT = f"{DCTERMS}identifier"
"""Property of a graph in the graph `published`: its print."""
MERGE = "all"
"""Name of the staging graph of the merge."""


@dataclass
class Published:
    """What a publication did."""

    version: str
    sent: int = 0
    """Graphs that were sent."""
    kept: int = 0
    """Graphs that were there already."""
    dropped: int = 0
    statements: int = 0
    """Statements that were sent."""


def publish(
    store: GraphStore,
    remote: RemoteGraphs,
    tell: Callable[[str], None] = lambda _: None,
    *,
    loaded: bool = False,
) -> Published:
    """Bring the graphs of an engine in step with a store that is open. Raises RemoteError.

    `tell` gets a line for each graph that is sent. With `loaded` nothing is sent: the graphs were
    brought by the engine's bulk loader, and are only counted.
    """
    base, done = store.base, Published(store.version)
    record = version_graph(base)
    rows = remote.select(f"SELECT ?g ?p WHERE {{ GRAPH <{record}> {{ ?g <{PRINT}> ?p }} }}")
    known = {row["g"]: row["p"] for row in rows}
    merge = remote.endpoint.default_graph
    names = sorted(n.value for n in store.quads.named_graphs() if isinstance(n, NamedNode))
    prints = {}
    with tempfile.TemporaryDirectory(prefix="kzop-publish-") as folder:
        file = Path(folder) / "graph.nt"
        for name in names:
            number, prints[name] = write_graph(store, name, file)
            staging = base.graph(f"{STAGING}{name.removeprefix(base.graph(''))}")
            graph = Sending(name, name, staging, number, prints[name])
            send(graph, file, remote, record, known, done, tell, loaded)
        everything = sha256("".join(f"{n} {p}\n" for n, p in prints.items()).encode()).hexdigest()
        label = merge or record + "#default"
        if known.get(label) == everything:
            done.kept += 1
        else:
            number, _ = write_graph(store, "", file)
            graph = Sending(label, merge, base.graph(STAGING + MERGE), number, everything)
            send(graph, file, remote, record, known, done, tell, loaded)
    for name in sorted(known.keys() - prints.keys() - {label}):
        remote.drop(name)
        forget(remote, record, name)
        done.dropped += 1
    remote.update(f"DELETE WHERE {{ GRAPH <{record}> {{ <{record}> <{VERSION}> ?v }} }}")
    note(remote, record, record, VERSION, store.version)
    return done


@dataclass(frozen=True)
class Sending:
    """A graph on its way."""

    label: str
    """What its print is kept under."""
    target: str
    """Its IRI there; "" is the default graph."""
    staging: str
    number: int
    """Statements in it."""
    print: str


def send(
    graph: Sending,
    file: Path,
    remote: RemoteGraphs,
    record: str,
    known: dict[str, str],
    done: Published,
    tell: Callable[[str], None],
    loaded: bool,
) -> None:
    """Send one graph, unless it is there already."""
    if known.get(graph.label) == graph.print:
        done.kept += 1
        return
    if loaded:
        found = remote.count(graph.target)
        if found != graph.number:
            raise RemoteError(
                f"<{graph.label}> has {found} statements there and {graph.number} here: "
                "load it again, or leave out --loaded"
            )
    else:
        # While it is moved no print stands for it: after a crash it is sent again.
        forget(remote, record, graph.label)
        remote.put(graph.target, file, graph.staging, graph.number)
        done.sent += 1
        done.statements += graph.number
        tell(f"{graph.label}: {graph.number} statements")
    note(remote, record, graph.label, PRINT, graph.print)


def note(remote: RemoteGraphs, record: str, subject: str, predicate: str, value: str) -> None:
    """Write a statement of the graph `published`."""
    remote.update(f'INSERT DATA {{ GRAPH <{record}> {{ <{subject}> <{predicate}> "{value}" }} }}')


def forget(remote: RemoteGraphs, record: str, label: str) -> None:
    """Delete the print of a graph."""
    remote.update(f"DELETE WHERE {{ GRAPH <{record}> {{ <{label}> <{PRINT}> ?p }} }}")


def write_graph(store: GraphStore, name: str, file: Path) -> tuple[int, str]:
    """Write a graph of the store into `file` as N-Triples, and return their number and print."""
    with file.open("wb") as output:
        dump(store, output, "ntriples", name)
    number, total = 0, 0
    with file.open("rb") as lines:
        for line in lines:
            number += 1
            total += int.from_bytes(sha256(line).digest())
    return number, f"{total % (1 << 256):064x}"
