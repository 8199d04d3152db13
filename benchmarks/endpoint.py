"""Speed of the endpoint against the Rust server of oxigraph and rdflib-endpoint, on the same data.

Run: python -m benchmarks.endpoint [--seconds S] [--rounds N], after `pip install -e '.[bench]'`.
The servers are asked in turns within each round, since machines are noisy; the table has the median
of the ratios of the rounds, kzop to the other, with the least and the largest. Every client is a
process of its own on this machine. Answers that kzop keeps are measured apart (`tiny, kept`): all
other rows are taken with `KZOP_KEPT_ANSWERS=0`, or with a query that is new each time.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat

from benchmarks.load import ask, connect, get, hammer, post
from benchmarks.synthetic import write
from graph.store import GraphStore

ACTS = 400
"""Invented acts in the data, about 280,000 triples."""
PATIENCE = 180.0
"""Seconds that a server may take to load its data and start."""
TOKEN = "token"
JSON = "application/sparql-results+json"
PREFIXES = (
    "PREFIX kzop: <https://w3id.org/kzop/ontology#> "
    "PREFIX eli: <http://data.europa.eu/eli/ontology#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
ROWS = "SELECT * { ?s ?p ?o } LIMIT 10000"
AGGREGATE = PREFIXES + "SELECT ?type (COUNT(*) AS ?n) { ?x a ?type } GROUP BY ?type"
PATH = PREFIXES + "SELECT (COUNT(*) AS ?n) { ?p eli:is_part_of+ ?act . ?act a kzop:LegalDocument }"
TEXT = (
    PREFIXES
    + 'SELECT ?x ?l { ?x skos:prefLabel ?l FILTER(CONTAINS(LCASE(?l), "министр")) } LIMIT 20'
)
FOUND = (
    PREFIXES
    + """
SELECT ?hit ?l {
  VALUES ?hit { UNDEF }
  ?hit skos:prefLabel ?l
} LIMIT 20"""
)


@dataclass
class Server:
    """One of the servers, running."""

    name: str
    port: int
    query: str
    update: str
    store: str
    process: "subprocess.Popen[bytes]"
    started: float
    """Seconds from its start to its first answer."""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subjects = prepare(folder)
        with (
            kzop(folder, kept="0") as ours,
            kzop(folder, kept="64") as keeping,
            oxigraph(folder) as rust,
            rdflib_endpoint(folder) as rdflib,
        ):
            servers = [ours, rust, rdflib]
            print(f"{'':<22}" + "".join(f"{s.name:>18}" for s in servers) + ratio_heads())
            for title, queries, clients in workloads(subjects):
                compare(title, servers, queries, clients, options.rounds, options.seconds)
            words(servers, options.rounds, options.seconds)
            same = [tiny(subjects[0])]
            compare("tiny, kept", [keeping, rust, rdflib], same, 8, options.rounds, options.seconds)
            timed("update, one client", servers[:2], update, options.rounds)
            timed("load of 20,000", servers[:2], load, options.rounds)
            print(f"{'start-up, s':<22}" + "".join(f"{s.started:>18.2f}" for s in servers))
            print(f"{'memory, MB (PSS)':<22}" + "".join(f"{memory(s):>18.0f}" for s in servers))


def ratio_heads() -> str:
    """Return the heads of the columns of ratios."""
    return f"{'to oxigraph':>26}{'to rdflib-endpoint':>26}"


def workloads(subjects: list[str]) -> Iterator[tuple[str, list[str], int]]:
    """Yield the titles, the queries and the numbers of clients."""
    mix = [tiny(subject) for subject in subjects[:20]] * 3 + [ROWS, AGGREGATE]
    yield "tiny, ever another", [tiny(subject) for subject in subjects], 8
    yield "10,000 rows", [ROWS], 2
    yield "aggregate", [AGGREGATE], 2
    yield "path", [PATH], 2
    yield "text, by FILTER", [TEXT], 2
    yield "mix, 16 clients", mix, 16


def tiny(subject: str) -> str:
    """Return a look-up of one thing."""
    return f"SELECT ?p ?o {{ <{subject}> ?p ?o }} LIMIT 10"


def prepare(folder: Path) -> list[str]:
    """Build the store, the same data for the others, and return some subjects."""
    write(folder / "acts", ACTS)
    kzop_command = str(Path(sys.executable).with_name("kzop"))
    store = folder / "store"
    subprocess.run(
        [kzop_command, "build", "--store", str(store), str(folder / "acts")],
        check=True,
        capture_output=True,
    )
    with GraphStore.open(store, read_only=True) as opened:
        data = folder / "data.nt"
        with data.open("wb") as file:
            opened.quads.dump(file, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        shutil.copytree(store / "snapshots" / opened.version / "quads", folder / "oxigraph")
    shutil.copytree(store, folder / "store-kept")
    with data.open(encoding="utf-8") as lines:
        named = {line.split(" ", 1)[0][1:-1] for line in lines if "/id/" in line.split(" ", 1)[0]}
    return sorted(named)[::50][:2000]


@contextmanager
def running(
    name: str,
    command: list[str],
    port: int,
    paths: tuple[str, str, str],
    environment: dict[str, str],
) -> Iterator[Server]:
    """Run a server until the block ends."""
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                with connect(port) as connection:
                    if ask(connection, get(paths[0], "ASK {}", JSON))[0] == 200:
                        break
            except OSError:
                assert process.poll() is None, f"{name} ended"
            assert time.monotonic() < began + PATIENCE, f"{name} does not answer"
            time.sleep(0.01)
        yield Server(name, port, *paths, process, time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(timeout=30)


def kzop(folder: Path, kept: str) -> AbstractContextManager[Server]:
    """Run kzop."""
    port = free_port()
    store = folder / ("store" if kept == "0" else "store-kept")
    command = [str(Path(sys.executable).with_name("kzop")), "serve", "--port", str(port)]
    environment = {"KZOP_STORE": str(store), "KZOP_TOKEN": TOKEN, "KZOP_KEPT_ANSWERS": kept}
    return running("kzop", command, port, ("/sparql", "/sparql", "/store"), environment)


def oxigraph(folder: Path) -> AbstractContextManager[Server]:
    """Run the server of oxigraph (PyPI: oxigraph)."""
    port = free_port()
    program = str(Path(sys.executable).with_name("oxigraph"))
    command = [program, "serve", "--location", str(folder / "oxigraph")]
    command += ["--bind", f"127.0.0.1:{port}"]
    return running("oxigraph", command, port, ("/query", "/update", "/store"), {})


def rdflib_endpoint(folder: Path) -> AbstractContextManager[Server]:
    """Run rdflib-endpoint, with its data in memory."""
    port = free_port()
    program = str(Path(sys.executable).with_name("rdflib-endpoint"))
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port)]
    command.append(str(folder / "data.nt"))
    return running("rdflib-endpoint", command, port, ("/", "/", ""), {})


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def compare(
    title: str, servers: list[Server], queries: list[str], clients: int, rounds: int, seconds: float
) -> None:
    """Ask all servers in turns, and print a row of the table."""
    rates: list[list[float]] = []
    for _ in range(rounds):
        row = []
        for server in servers:
            requests = [get(server.query, query, JSON) for query in queries]
            result = hammer(server.port, requests, clients, seconds)
            row.append(result.rate if not result.failures else float("nan"))
        rates.append(row)
    show(title, rates, "/s")


def words(servers: list[Server], rounds: int, seconds: float) -> None:
    """Let kzop search words by its text index, and the others by FILTER; print a row."""
    wait_for_index(servers[0])
    indexed = get(servers[0].query, FOUND, JSON, search="министрліктің")
    rates = []
    for _ in range(rounds):
        row = []
        for server in servers:
            request = indexed if server is servers[0] else get(server.query, TEXT, JSON)
            result = hammer(server.port, [request], 2, seconds)
            row.append(result.rate if not result.failures else float("nan"))
        rates.append(row)
    show("text, by index", rates, "/s")


def wait_for_index(server: Server) -> None:
    """Wait until kzop has made its text index."""
    until = time.monotonic() + PATIENCE
    with connect(server.port) as connection:
        while ask(connection, get(server.query, FOUND, JSON, search="a"))[0] != 200:
            assert time.monotonic() < until, "no text index"
            time.sleep(0.2)


def timed(
    title: str, servers: list[Server], work: Callable[[Server, int], float], rounds: int
) -> None:
    """Let the servers do some work in turns, and print a row of the table."""
    show(title, [[work(server, number) for server in servers] for number in range(rounds)], "/s")


def update(server: Server, number: int) -> float:
    """Return the updates a second that one client gets acknowledged."""
    began, count = time.monotonic(), 300
    with connect(server.port) as connection:
        for place in range(count):
            text = f"INSERT DATA {{ <urn:a:{number}> <urn:b> {place} }}"
            body = post(server.update, text.encode(), "application/sparql-update", TOKEN)
            assert ask(connection, body)[0] in (200, 204)
    return count / (time.monotonic() - began)


def load(server: Server, number: int) -> float:
    """Return the triples a second of one PUT of 20,000."""
    lines = "".join(f'<urn:{number}:{n}> <urn:p> "{n}" .\n' for n in range(20_000))
    path = f"{server.store}?graph=urn:g{number}"
    request = post(path, lines.encode(), "application/n-triples", TOKEN, "PUT")
    began = time.monotonic()
    with connect(server.port) as connection:
        status, _ = ask(connection, request)
    assert status in (200, 201, 204), status
    return 20_000 / (time.monotonic() - began)


def show(title: str, rates: list[list[float]], unit: str) -> None:
    """Print the medians, and the ratios with their spread."""
    columns = list(zip(*rates, strict=True))
    cells = [f"{statistics.median(column):>16,.1f}{unit}" for column in columns]
    ratios = []
    for other in range(1, len(columns)):
        found = sorted(row[0] / row[other] for row in rates)
        middle = statistics.median(found)
        ratios.append(f"{middle:>10.2f} ({found[0]:.2f} to {found[-1]:.2f})".rjust(26))
    print(f"{title:<22}" + "".join(cells) + "".join(ratios), flush=True)


def memory(server: Server) -> float:
    """Return the megabytes that a server and its children hold, shared pages by their share."""
    return sum(pss(pid) for pid in tree(server.process.pid)) / 1000


def tree(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from tree(int(child))


def pss(pid: int) -> int:
    """Return the kilobytes that a process holds."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("Pss:")))


if __name__ == "__main__":
    main()
