"""The processes of the service: none calls a host, and they work under servers without a loop."""

import asyncio
import mmap
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks.hostile import ENDLESS, FOREVER
from benchmarks.served import TOKEN, Served, is_up, living, serving, wait_for
from benchmarks.soak import PROBE, fill
from graph.store import GraphStore
from service.http.problem import Problem
from service.processes.frames import Job
from service.processes.pool import Pool

HOST = {"http": "http://127.0.0.1:%d/x", "name": "http://localhost:%d/x?y#z"}
QUERIES = [
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { service silent<%s>{ ?s ?p ?o } }",
    "SELECT * { BIND(<%s> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "SELECT * FROM <%s> { ?s ?p ?o }",
    "SELECT * FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }",
    "DESCRIBE <%s>",
    "BASE <%s> SELECT * { <a> ?p ?o }",
    "PREFIX x: <%s> SELECT * { x:a ?p ?o }",
    "ASK { GRAPH <%s> { ?s ?p ?o } }",
]
UPDATES = [
    "LOAD <%s>",
    "load silent <%s> INTO GRAPH <urn:g>",
    "INSERT DATA { <urn:a> <urn:b> 1 } ;LOAD<%s>",
    "PREFIX x: <%s> LOAD x:a",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
    "INSERT { ?s ?p ?o } USING <%s> WHERE { ?s ?p ?o }",
    "COPY <%s> TO <urn:g>",
    "CREATE SILENT GRAPH <%s>",
]
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
BODIES = [
    ("application/ld+json", '{"@context": "%s", "name": "x"}'),
    ("application/ld+json", '{"@context": {"@import": "%s", "@version": 1.1}, "urn:a:b": 1}'),
    ("application/rdf+xml", f'<!DOCTYPE a SYSTEM "%s"><rdf:RDF {RDF}/>'),
    (
        "application/rdf+xml",
        f'<!DOCTYPE a [<!ENTITY e SYSTEM "%s">]><rdf:RDF {RDF} xmlns:e="urn:e:">'
        "<e:a><e:b>&e;</e:b></e:a></rdf:RDF>",
    ),
    ("application/rdf+xml", f'<rdf:RDF {RDF} xml:base="%s"><rdf:Bag rdf:about=""/></rdf:RDF>'),
    ("text/turtle", "@base <%s> . <a> <b> <c> ."),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    store = tmp_path_factory.mktemp("processes") / "store"
    GraphStore.open(store, create=True).close()
    with serving(store, query_workers=2) as served:
        fill(served)
        yield served


@pytest.mark.parametrize("kind", HOST)
def test_no_request_makes_the_service_call_a_host(served: Served, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        address = HOST[kind] % listening.getsockname()[1]
        for query in QUERIES:
            assert served.query(query % address, accept="*/*").status < 500, query
        for update in UPDATES:
            assert served.update(update % address).status < 600
        for media_type, body in BODIES:
            served.request(
                "PUT",
                "/store?graph=urn:g",
                (body % address).encode(),
                Content_Type=media_type,
                Authorization=f"Bearer {TOKEN}",
            )
        named = urlencode({"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": address})
        assert served.request("GET", f"/sparql?{named}").status == 200
        assert served.query(PROBE).status == 200
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_workers_and_the_writer_have_the_filter(served: Served) -> None:
    assert served.update("INSERT DATA { <urn:a> <urn:b> 1 }").status == 204
    pids = served.pids("worker") + served.pids("writer")
    assert len(pids) == 3
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            assert "\nSeccomp:\t2\n" in (thread / "status").read_text(), thread


def test_the_filter_refuses_sockets_in_every_thread() -> None:
    program = """
import socket, threading
from service.processes.sandbox import forbid_network
refused = []
def attempt():
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        try:
            socket.socket(family).close()
        except PermissionError:
            refused.append(family)
attempt()
assert forbid_network()
attempt()
thread = threading.Thread(target=attempt)
thread.start()
thread.join()
socket.socketpair()[0].close()
print(len(refused))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "6\n", done.stderr


# the pool alone


async def closed(pool: Pool) -> None:
    """Close a pool, and wait until its connections know it."""
    pool.close()
    while any(not worker.connection.closed for worker in pool._idle):
        await asyncio.sleep(0.01)


def test_a_worker_is_not_lost_to_who_stopped_waiting(tmp_path: Path) -> None:
    GraphStore.open(tmp_path / "store", create=True).close()
    shelf = tmp_path / "store" / "snapshots"
    snapshot = str(shelf / (shelf / "current").read_text())
    job = Job("query", "urn:base:", "ASK {}", "application/sparql-results+json")

    async def crowd() -> None:
        pool = Pool(1, 50, 512)
        try:
            await pool.run(job, snapshot, 30)
            for pause in range(40):
                tasks = [asyncio.create_task(pool.run(job, snapshot, 30)) for _ in range(3)]
                for _ in range(pause):
                    await asyncio.sleep(0)
                tasks[1].cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            assert (pool.waiting, pool.busy) == (0, 0)
            assert b"true" in (await pool.run(job, snapshot, 30)).first
            with pytest.raises(Problem, match="limit of 0 seconds"):
                await asyncio.gather(*(pool.run(job, snapshot, 0) for _ in range(2)))
            assert b"true" in (await pool.run(job, snapshot, 30)).first
        finally:
            await closed(pool)

    asyncio.run(crowd())


def snapshot_of(store: Path) -> str:
    with GraphStore.open(store, create=True) as made:
        made.load_vocabulary()
    shelf = store / "snapshots"
    return str(shelf / (shelf / "current").read_text())


def test_a_query_is_not_blamed_for_the_end_of_its_worker(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path / "store")
    job = Job("query", "urn:base:", "ASK {}", "application/sparql-results+json")

    async def lose() -> None:
        pool = Pool(1, 50, 512)
        try:
            await pool.run(job, snapshot, 60)
            pid = pool._idle[0].pid
            os.kill(pid, signal.SIGSTOP)  # so that it cannot answer before it ends
            asked = asyncio.create_task(pool.run(job, snapshot, 60))
            while not pool.busy:
                await asyncio.sleep(0)
            os.kill(pid, signal.SIGKILL)
            assert b"true" in (await asked).first
            assert pool._idle[0].pid != pid
        finally:
            await closed(pool)

    asyncio.run(lose())


def test_a_query_is_blamed_when_two_workers_end_on_it(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path / "store")
    job = Job("query", "urn:base:", FOREVER["aggregate"], "application/sparql-results+json")

    async def lose() -> None:
        pool = Pool(1, 50, 512)
        try:
            pool.warm(snapshot)
            while not pool._idle:
                await asyncio.sleep(0.01)
            asked = asyncio.create_task(pool.run(job, snapshot, 60))
            while not asked.done():
                await asyncio.sleep(0.05)
                zygote = pool._zygote._process
                assert zygote
                for pid, parent in living():
                    if parent == zygote.pid:
                        os.kill(pid, signal.SIGKILL)
            with pytest.raises(Problem, match="more than 512 MB"):
                await asked
            while not pool._idle:  # those that were killed have another in their place
                await asyncio.sleep(0.01)
        finally:
            await closed(pool)

    asyncio.run(lose())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_every_query_has_all_the_memory_that_is_promised(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path / "store")
    job = Job("query", "urn:base:", "ASK {}", "application/sparql-results+json")

    async def room() -> int:
        pool = Pool(1, 50, 128)
        try:
            for _ in range(2):
                await pool.run(job, snapshot, 60)
            worker = Path(f"/proc/{pool._idle[0].pid}")
            pages = int((worker / "statm").read_text().split()[0])
            limits = (worker / "limits").read_text().splitlines()
            limit = next(line.split()[3] for line in limits if line.startswith("Max address"))
            return int(limit) - pages * mmap.PAGESIZE
        finally:
            await closed(pool)

    # Less than what opening the store took of the address space, which is no query's.
    assert asyncio.run(room()) > 120_000_000


# a server without an event loop


@contextmanager
def under_wsgi(store: Path) -> Iterator[Served]:
    """Serve a store by the Flask application alone, in threads of granian."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "8"]
    environment = {**os.environ, "KZOP_STORE": str(store), "KZOP_TOKEN": TOKEN}
    main = subprocess.Popen(
        [*command, "service.app:create_app"],
        env={**environment, "KZOP_QUERY_WORKERS": "2", "KZOP_QUERY_TIMEOUT": "5"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    served = Served(store, port, main)
    try:
        assert wait_for(lambda: is_up(served))
        yield served
    finally:
        main.terminate()
        main.wait(timeout=60)


def test_it_works_under_a_server_without_a_loop(tmp_path: Path) -> None:
    GraphStore.open(tmp_path / "store", create=True).close()
    with under_wsgi(tmp_path / "store") as served:
        fill(served)
        assert served.rows(PROBE) == [{"o": "7"}]
        answer = served.query(FOREVER["aggregate"], 0.3)
        assert (answer.status, answer.slug) == (503, "query-timeout")
        answer = served.query(ENDLESS["rows"], 0.3)
        assert answer.status == 200
        assert b'"bindings":[' in answer.body or not answer.whole
        put = served.request(
            "PUT",
            "/store?graph=urn:g",
            b"<urn:a> <urn:b> 1 .",
            Content_Type="text/turtle",
            Authorization=f"Bearer {TOKEN}",
        )
        assert put.status == 201
        assert served.rows("SELECT ?o { GRAPH <urn:g> { ?s ?p ?o } }") == [{"o": "1"}]
        assert served.request("GET", "/", Accept="text/html").status == 200
        assert served.rest()
        pids = [process.pid for process in served.tree().processes]
        assert len(pids) >= 5
    assert wait_for(lambda: not {pid for pid, _ in living()} & set(pids), 30)
