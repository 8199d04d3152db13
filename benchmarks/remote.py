"""Measures the service over a remote engine: `python -m benchmarks.remote` prints Markdown tables.

    large   a large result from the engine itself and through the service, in turns: seconds of
            each, their ratio, the seconds that both and the client use a processor for, and the
            memory that the service grows by while it passes it on
    killed  clients that ask without pause, while the engine is killed and started again: how each
            request ends, how long it takes, and the first request after the start

`--engine`, `--rows`, `--rounds`, `--clients` and `--seconds` make it smaller or other.
"""

import argparse
import http.client
import os
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks import engines
from benchmarks.engines import Engine
from benchmarks.served import JSON, Served, print_table, serving, stat
from graph.files import data_folder
from service.cli import main as kzop

LARGE = "SELECT ?s ?p ?o ?x %s WHERE { ?s ?p ?o . ?x a ?t } LIMIT %d"
"""Rows of the usual length without end: each statement with each thing that has a class."""
LIMIT = 5.0
"""Seconds that a request may take while the engine is killed."""


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=engines.NAMES, default="oxigraph")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5.0)
    asked = parser.parse_args()
    os.environ.update(KZOP_REMOTE_USER=engines.USER, KZOP_REMOTE_PASSWORD=engines.PASSWORD)
    with tempfile.TemporaryDirectory(prefix="kzop-remote-") as name:
        folder = Path(name)
        store = folder / "store"
        assert kzop(["build", "--store", str(store), str(data_folder("sample"))]) == 0
        with engines.running(asked.engine, folder / "engine", asked.rows + 1) as engine:
            config = engine.config(connections=asked.clients // 2)
            assert kzop(["publish", "--store", str(store), "--remote", str(config)]) == 0
            # Virtuoso's own default graph is the union of all, which kzop does not ask.
            merge = f"FROM <{engines.MERGE}>" if asked.engine == "virtuoso" else ""
            with serving(store, remote=config, query_timeout=600) as served:
                large(engine, served, asked.rounds, LARGE % (merge, asked.rows))
            with serving(store, remote=config, query_timeout=LIMIT) as served:
                killed(engine, served, asked.clients, asked.seconds)


def large(engine: Engine, served: Served, rounds: int, query: str) -> None:
    """Read a large result from both, in turns."""
    fetch(served.port, "/sparql", "SELECT * WHERE { ?s ?p ?o } LIMIT 1000")
    rows: list[tuple[object, ...]] = []
    ratios = []
    path = engine.query_url.removeprefix(engine.address)
    for _ in range(rounds):
        own, length = fetch(engine.port, path, query)
        used = processor(engine, served)
        before = served.tree().megabytes
        most = [before]
        done = threading.Event()

        def look(most: list[float] = most, done: threading.Event = done) -> None:
            while not done.wait(0.2):
                most.append(served.tree().megabytes)

        watcher = threading.Thread(target=look)
        watcher.start()
        passed, other = fetch(served.port, "/sparql", query)
        done.set()
        watcher.join()
        assert other == length, "the two answers differ in length"
        spent = [now - then for now, then in zip(processor(engine, served), used, strict=True)]
        ratios.append(own / passed)
        rows.append(
            (
                f"{length / 1e6:.0f}",
                f"{own:.2f}",
                f"{passed:.2f}",
                f"{ratios[-1]:.2f}",
                *(f"{seconds:.1f}" for seconds in spent),
                f"{max(most) - before:.0f}",
            )
        )
    columns = ("engine CPU s", "service CPU s", "client CPU s", "service grows MB")
    print_table(("MB", "engine s", "through the service s", "ratio", *columns), rows)
    print(f"\nmedian ratio {median(ratios):.2f}\n", flush=True)


def processor(engine: Engine, served: Served) -> tuple[float, ...]:
    """Return the processor seconds that the engine, the service and this process have used."""
    assert engine.process is not None
    user, system = stat(engine.process.pid)[11:13]
    return (int(user) + int(system)) / 100, served.ticks() / 100, time.process_time()


def fetch(port: int, path: str, query: str) -> tuple[float, int]:
    """Read an answer to its end; return the seconds, and its length in bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    started = time.monotonic()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": JSON}
    connection.request("POST", path, urlencode({"query": query}), form)
    response = connection.getresponse()
    assert response.status == 200, response.read()
    length = 0
    while piece := response.read(1 << 20):
        length += len(piece)
    connection.close()
    return time.monotonic() - started, length


def killed(engine: Engine, served: Served, clients: int, seconds: float) -> None:
    """Kill the engine under load, and start it again."""
    ended: list[tuple[str, str, float]] = []
    phase = ["before"]
    done = threading.Event()

    def ask(number: int) -> None:
        place = 0
        while not done.is_set():
            place += 1
            now = phase[0]
            # Some are large, so that they are under way at the kill; none was asked before.
            size = 200_000 if number % 4 == 0 else 10
            query = (
                f"SELECT * WHERE {{ ?s ?p ?o FILTER(?s != <urn:{number}:{place}>) }} LIMIT {size}"
            )
            answer = served.query(query)
            how = answer.slug or ("whole" if answer.whole else "broken off")
            ended.append((now, how, answer.seconds))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    phase[0] = "down"
    engine.kill()
    time.sleep(seconds)
    engine.start()
    first = served.query("SELECT * WHERE { ?s ?p ?o } LIMIT 7")
    phase[0] = "after"
    time.sleep(seconds)
    done.set()
    for thread in threads:
        thread.join()
    rows: list[tuple[object, ...]] = []
    for now in ("before", "down", "after"):
        times = [took for when, _, took in ended if when == now]
        kinds = Counter(how for when, how, _ in ended if when == now)
        told = ", ".join(f"{number} {how}" for how, number in kinds.most_common())
        rows.append((now, told, f"{median(times):.3f}", f"{max(times):.2f}"))
    print_table(("engine", "requests", "median s", "longest s"), rows)
    print(f"\nfirst request after the start: status {first.status}, {first.seconds:.2f} s")


if __name__ == "__main__":
    main()
