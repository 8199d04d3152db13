"""Treats the service badly, and measures what is left of it: `python -m benchmarks.soak`.

Prints one table with a row for each part:

    late      queries that run for ever, 1,000 of them: how long after the deadline each ends, and
              what the whole tree of processes holds before and after
    hostile   queries, updates and bodies that mean harm: how each ends, and how long the next
              harmless query takes
    mix       64 clients at once that ask well, slowly, badly, or leave in the middle
    large     two million rows: time to the first byte, memory of the tree, and the same for a
              client that reads slowly

`--parts`, `--number`, `--clients`, `--seconds` and `--rows` make it smaller.
"""

import argparse
import http.client
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from benchmarks import hostile
from benchmarks.hostile import ENDLESS, FOREVER, Hostile
from benchmarks.served import TOKEN, Answer, Served, Tree, print_table, serving, wait_for
from graph.store import GraphStore

Rows = list[tuple[object, ...]]
LIMIT = 0.3
"""Seconds that a query without end is given."""
ANNOUNCED = {"query-timeout", "query-too-large", "too-many-requests", "write-failed"}
"""Problems of the 5xx and 429 kind that a client may be told."""
PROBE = "SELECT ?o { <urn:s7> <urn:p> ?o }"
FILES = 60
"""Files that the engine may add to a store as it merges its own."""


def fill(served: Served, number: int = 400) -> None:
    """Write some statements to compare with each other."""
    statements = " . ".join(f"<urn:s{i}> <urn:p> {i}" for i in range(number))
    assert served.update(f"INSERT DATA {{ {statements} }}").status == 204


def late(served: Served, number: int) -> Iterator[tuple[str, float]]:
    """Send queries that never end; yield what is wrong with each, "" if nothing, and how late."""
    mixed = cycle([*FOREVER.items(), *ENDLESS.items()])
    for name, text in islice(mixed, number):
        accept = "text/turtle" if text.startswith(("CONSTRUCT", "DESCRIBE")) else "*/*"
        answer = served.query(text, LIMIT, accept)
        if name in ENDLESS:
            right = answer.status == 200 and not answer.whole
        else:
            right = (answer.status, answer.slug) == (503, "query-timeout")
        fault = "" if right else f"{name}: {answer.status} {answer.slug} {answer.whole}"
        yield fault, answer.seconds - LIMIT


def send(served: Served, request: Hostile, limit: float = LIMIT) -> Answer | None:
    """Send a request that means harm, a query with a limit; None if there is no answer."""
    secret = f"Bearer {TOKEN}"
    with suppress(OSError, http.client.HTTPException):
        if request.kind == "application/sparql-query":
            target = f"/sparql?timeout={limit}"
            return served.request("POST", target, request.body, Content_Type=request.kind)
        is_update = request.kind == "application/sparql-update"
        method, target = ("POST", "/sparql") if is_update else ("PUT", "/store?graph=urn:hostile")
        return served.request(
            method, target, request.body, Content_Type=request.kind, Authorization=secret
        )
    return None


def harm(
    served: Served, requests: list[Hostile], limit: float = LIMIT
) -> Iterator[tuple[str, str, float]]:
    """Send requests that mean harm; yield how each ended, its fault, and the time of the next."""
    for number, request in enumerate(requests):
        answer = send(served, request, limit)
        if answer is None:
            ending, fault = "closed", f"{request.name}: no answer"
        else:
            ending = answer.slug or ("broken" if not answer.whole else str(answer.status))
            is_known = answer.status < 500 or answer.slug in ANNOUNCED
            fault = "" if is_known else f"{request.name}: {answer.status} {answer.slug}"
        after = served.query(f"{PROBE} # {number}")
        if after.status != 200:
            fault += f" {request.name}: then {after.status} {after.slug}"
        yield ending, fault, after.seconds


def client(served: Served, seed: int, until: float, told: "Counter[str]") -> None:
    """Ask well, slowly, badly, or leave in the middle, until it is time; count how that ended."""
    dice = random.Random(seed)
    bad = [h for h in hostile.queries(20_000) if h.name not in ("growing text", "cross order")]
    while time.monotonic() < until:
        what = dice.choice(("good", "good", "good", "slow", "bad", "leave", "update"))
        with suppress(OSError, http.client.HTTPException):
            answer: Answer | None = None
            match what:
                case "good":
                    answer = served.query(f"{PROBE} # {dice.random()}")
                case "slow":
                    answer = served.query(dice.choice([*FOREVER.values()]), LIMIT)
                case "bad":
                    answer = send(served, dice.choice(bad))
                case "update":
                    number = dice.randrange(1000)
                    answer = served.update(f"INSERT DATA {{ <urn:x{number}> <urn:q> {number} }}")
                case "leave":
                    with served.open(ENDLESS["rows"]) as connection:
                        connection.recv(1000)
            if answer:
                told[answer.slug if answer.status >= 429 else "answered"] += 1
            else:
                told["left"] += 1
            continue
        told["no answer"] += 1


def mix(served: Served, clients: int, seconds: float) -> "Counter[str]":
    """Let many clients loose, and return how their requests ended."""
    told: Counter[str] = Counter()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=client, args=(served, seed, until, told)) for seed in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def grown(before: Tree, after: Tree) -> str:
    """Say what a tree has more of than before."""
    old, new = before.figures(), after.figures()
    parts = [f"{name} {old[name]} -> {new[name]}" for name in old]
    return ", ".join([*parts, f"MB {before.megabytes:.0f} -> {after.megabytes:.0f}"])


def milliseconds(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds) * 1000:.0f} ms, longest {max(seconds) * 1000:.0f}"


def late_part(served: Served, number: int) -> Rows:
    list(late(served, 28))  # until memory is what it always will be
    served.rest()
    before = served.tree()
    found = list(late(served, number))
    faults = Counter(fault for fault, _ in found if fault)
    at_rest = served.rest(seconds=1.5)
    wait_for(lambda: served.tree().count("worker") == before.count("worker"))
    return [
        ("late: queries", f"{number}, faults {dict(faults) or 'none'}"),
        ("late: after the deadline", milliseconds([seconds for _, seconds in found])),
        ("late: no processor used soon after", at_rest),
        ("late: before -> after", grown(before, served.tree())),
    ]


def hostile_part(served: Served, size: int, body: int) -> Rows:
    requests = [*hostile.queries(size), *hostile.updates(size // 10), *hostile.bodies(body)]
    found = list(harm(served, requests, 3))
    faults = [fault for _, fault, _ in found if fault]
    queries = sum(request.kind == "application/sparql-query" for request in requests)
    return [
        ("hostile: endings", dict(Counter(ending for ending, _, _ in found))),
        ("hostile: faults", faults or "none"),
        ("hostile: next after a query", milliseconds([s for _, _, s in found[:queries]])),
        ("hostile: next after a write", milliseconds([s for _, _, s in found[queries:]])),
    ]


def mix_part(served: Served, clients: int, seconds: float) -> Rows:
    mix(served, clients, min(5.0, seconds))
    served.rest()
    before = served.tree()
    told = mix(served, clients, seconds)
    at_rest = served.rest(seconds=5)
    faults = [name for name in told if name not in ANNOUNCED | {"answered", "left"}]
    return [
        ("mix: endings", dict(told)),
        ("mix: faults", faults or "none"),
        ("mix: at rest soon after", at_rest),
        ("mix: before -> after", grown(before, served.tree())),
    ]


def large_part(folder: Path, rows: int) -> Rows:
    store = folder / "large"
    write_large(store, rows)
    query = "SELECT ?s ?o { ?s <urn:large> ?o }"
    with serving(store, query_workers=2, query_timeout=300) as served:
        served.query("ASK {}")
        started = time.monotonic()
        most, total, first = 0.0, 0, 0.0
        with served.open(query, "text/csv") as connection:
            look = 0.0
            while piece := connection.recv(1 << 20):
                first = first or time.monotonic() - started
                total += len(piece)
                if time.monotonic() > look:
                    most, look = max(most, served.tree().megabytes), time.monotonic() + 0.5
                if piece.endswith(b"\r\n0\r\n\r\n"):
                    break
        seconds = time.monotonic() - started
        with served.open(query, "text/csv") as connection:
            slow = slowest(served, connection.recv)
    return [
        ("large: first byte", f"{first * 1000:.0f} ms"),
        ("large: all", f"{rows} rows, {total / 1e6:.0f} MB in {seconds:.1f} s"),
        ("large: memory of the tree", f"{most:.0f} MB"),
        ("large: memory with a slow reader", f"{slow:.0f} MB"),
    ]


def slowest(served: Served, receive: "object") -> float:
    """Read a little now and then, and return the most memory that the tree took meanwhile."""
    assert callable(receive)
    most = 0.0
    for _ in range(10):
        receive(10_000)
        time.sleep(0.5)
        most = max(most, served.tree().megabytes)
    return most


def write_large(folder: Path, rows: int) -> None:
    """Make a store with many statements."""
    GraphStore.open(folder, create=True).close()
    lines = (f"<urn:thing:{number}> <urn:large> {number} .\n".encode() for number in range(rows))
    Store(str(folder / "quads")).bulk_load(b"".join(lines), RdfFormat.TURTLE)
    with GraphStore.open(folder) as store:
        store.update("INSERT DATA { <urn:s7> <urn:p> 7 }")  # and so a snapshot of it all


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parts", nargs="+", default=["late", "hostile", "mix", "large"])
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rows", type=int, default=2_000_000)
    arguments = parser.parse_args()
    rows: Rows = []
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "store"
        GraphStore.open(store, create=True).close()
        with serving(store, query_workers=2, query_timeout=3) as served:
            fill(served)
            if "late" in arguments.parts:
                rows += late_part(served, arguments.number)
            if "hostile" in arguments.parts:
                rows += hostile_part(served, 262_000, 1_000_000)
            if "mix" in arguments.parts:
                served.update("DROP SILENT GRAPH <urn:hostile>")
                rows += mix_part(served, arguments.clients, arguments.seconds)
        if "large" in arguments.parts:
            rows += large_part(Path(name), arguments.rows)
    print_table(("what", "figure"), rows)


if __name__ == "__main__":
    main()
