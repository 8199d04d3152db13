"""Queries without end, requests that mean harm, clients that leave or do not read."""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks import hostile
from benchmarks.hostile import ENDLESS, EXPLODING, FOREVER, Hostile
from benchmarks.served import TOKEN, Served, serving, wait_for
from benchmarks.soak import ANNOUNCED, PROBE, fill, harm, late, mix
from graph.store import GraphStore

LIMIT = 2.0
BUSY = 5.0
"""Seconds by which all may be late on a machine that is busy with other things."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    store = tmp_path_factory.mktemp("limits") / "store"
    GraphStore.open(store, create=True).close()
    with serving(store, query_workers=2, query_timeout=LIMIT, queue=16) as served:
        # The writer starts with the first write, on a busy machine longer than that may take.
        assert wait_for(lambda: served.update("INSERT DATA {}").status == 204)
        fill(served)
        yield served


def test_a_late_query_ends_in_time_and_leaves_nothing(served: Served) -> None:
    list(late(served, 4))
    assert served.rest()
    before = served.tree()
    found = list(late(served, len(FOREVER) + len(ENDLESS)))
    assert [fault for fault, _ in found if fault] == []
    assert max(seconds for _, seconds in found) < BUSY
    assert served.rest()
    assert wait_for(lambda: served.tree().figures() == before.figures(), 20), (
        before.figures(),
        served.tree().figures(),
    )
    assert served.tree().megabytes < before.megabytes + 60


@pytest.mark.parametrize(
    "target",
    [
        "/sparql?" + urlencode({"query": FOREVER["aggregate"], "format": "html", "timeout": 0.2}),
        "/sparql?" + urlencode({"query": FOREVER["construct"], "timeout": 0.2}),
    ],
)
def test_a_page_ends_in_time_too(served: Served, target: str) -> None:
    answer = served.request("GET", target, Accept="text/html")
    assert (answer.status, answer.seconds < LIMIT + BUSY) == (503, True)


def test_a_late_update_changes_nothing(served: Served) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?o }"
    before = served.rows(count)
    answer = served.update(EXPLODING)
    assert (answer.status, answer.slug) == (503, "query-timeout")
    assert served.rows(count) == before
    assert served.update("INSERT DATA { <urn:x> <urn:y> 1 }").status == 204
    assert served.rows(count) == before


@pytest.mark.parametrize("kind", ["queries", "updates", "bodies"])
def test_who_means_harm_is_answered_and_so_is_the_next(served: Served, kind: str) -> None:
    makers = {
        "queries": lambda: hostile.queries(24_000),
        "updates": lambda: hostile.updates(30_000),
        "bodies": lambda: hostile.bodies(30_000),
    }
    requests: list[Hostile] = list(makers[kind]())
    found = list(harm(served, requests, 0.15))
    assert [fault for _, fault, _ in found if fault] == []
    assert max(seconds for _, _, seconds in found) < BUSY


def test_a_worker_that_grew_is_not_given_another_query(served: Served) -> None:
    growing = " ".join(f"BIND(CONCAT(?s{i},?s{i}) AS ?s{i + 1})" for i in range(25))
    query = f'SELECT (STRLEN(?s25) AS ?n) {{ BIND("xxxxxxxx" AS ?s0) {growing} }}'
    for number in range(2):
        assert served.query(f"{query} # {number}", 30).status in (200, 503)
        assert served.query(f"{PROBE} # grown {number}").status == 200


def test_who_leaves_frees_the_worker(served: Served) -> None:
    assert served.rest()
    for text in (FOREVER["order"], ENDLESS["rows"]) * 4:
        connection = served.open(text)
        time.sleep(0.05)
        connection.close()
    started = time.monotonic()
    assert served.query(f"{PROBE} # after those who left").status == 200
    assert time.monotonic() - started < BUSY
    assert served.rest(seconds=LIMIT + BUSY)


def test_who_does_not_read_holds_nothing_for_long(served: Served) -> None:
    assert served.rest()
    before = served.tree()
    connections = [served.open(ENDLESS["rows"]) for _ in range(6)]
    time.sleep(LIMIT / 2)
    assert served.tree().megabytes < before.megabytes + 100
    assert wait_for(lambda: served.query(f"{PROBE} # {time.monotonic()}").status == 200, 20)
    assert served.rest(seconds=LIMIT + BUSY)
    for connection in connections:
        connection.close()
    assert wait_for(lambda: served.tree().figures() == before.figures(), 20), (
        before.figures(),
        served.tree().figures(),
    )


def test_a_body_in_pieces_is_done_whole(served: Served) -> None:
    fields = {"Authorization": f"Bearer {TOKEN}"}
    for method, target, kind, pieces in (
        ("POST", "/sparql", "sparql-update", [b"INSERT DATA { <urn:in> ", b"<urn:pieces> 1 }"]),
        ("POST", "/store?default", "n-triples", [b"<urn:in> <urn:pieces>", b" <urn:x> ."]),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        fields["Content-Type"] = f"application/{kind}"
        connection.request(method, target, iter(pieces), fields, encode_chunked=True)
        status = connection.getresponse().status
        connection.close()
        assert status in (200, 204)
    found = [row["o"] for row in served.rows("SELECT ?o { <urn:in> <urn:pieces> ?o }")]
    assert sorted(found) == ["1", "urn:x"]


@pytest.mark.parametrize("is_chunked", [True, False])
def test_half_an_update_is_not_done(served: Served, is_chunked: bool) -> None:
    half = b"INSERT DATA { <urn:half> <urn:of> 1 } ;"
    length = "Transfer-Encoding: chunked" if is_chunked else "Content-Length: 1000"
    head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += f"Content-Type: application/sparql-update\r\n{length}\r\n\r\n"
    body = b"%x\r\n%s\r\n" % (len(half), half) if is_chunked else half
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(head.encode() + body)
        time.sleep(0.2)
    time.sleep(0.3)
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        assert connection.recv(1000)[9:12] in (b"400", b"")  # after it was waited for in vain
    assert served.rows("SELECT ?o { <urn:half> <urn:of> ?o }") == []


def test_a_crowd_gets_what_is_announced(served: Served) -> None:
    told = mix(served, 24, 3)
    assert set(told) <= ANNOUNCED | {"answered", "left"}
    assert told["answered"] > 10
    assert served.rest()
    assert served.query(PROBE).status == 200


def test_no_core_file_and_no_file_beside_the_store(served: Served) -> None:
    names = {path.name for path in served.store.iterdir()}
    assert names <= {
        "quads",
        "records.db",
        "texts",
        "manifest.json",
        "snapshots",
        "unpublished",
    } | {name for name in names if name.startswith("text.db")}
    assert (
        TOKEN
        not in subprocess.run(
            ["ps", "-o", "args=", "-p", str(served.main.pid)], capture_output=True, text=True
        ).stdout
    )
    assert not list(Path().glob("core*"))
