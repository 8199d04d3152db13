"""Clients that leave: what they asked for ends, and what they sent half is not taken."""

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from server import request, running

from graph.store import GraphStore

ENDLESS = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }")
ROWS = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("gone") / "store"
    with GraphStore.open(folder, create=True) as store:
        store.load_vocabulary()
    with running(folder, KZOP_TOKEN="t", KZOP_QUERY_WORKERS="1", KZOP_QUERY_TIMEOUT="60") as number:
        yield number


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize("query", [ENDLESS, ROWS])
def test_a_query_ends_with_its_client(port: int, accept: str, query: str) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        head = f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\n\r\n"
        client.sendall(head.encode())
        time.sleep(0.5)
    # The only worker is free long before the limit of a minute.
    began = time.monotonic()
    assert request(port, "GET", "/sparql?query=ASK%7B%7D")[0] == 200
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("framing", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_a_body_that_breaks_off_is_not_taken(port: int, framing: str) -> None:
    data = b"<urn:a> <urn:b> <urn:c> .\n"
    piece = b"%x\r\n%s\r\n" % (len(data), data) if "chunked" in framing else data
    with socket.create_connection(("127.0.0.1", port)) as client:
        head = (
            "PUT /store?graph=urn:half HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer t\r\n"
            f"Content-Type: text/turtle\r\n{framing}\r\n\r\n"
        )
        client.sendall(head.encode() + piece)
        time.sleep(0.3)
    time.sleep(0.3)
    assert request(port, "GET", "/store?graph=urn:half")[0] == 404


def test_a_body_without_a_length_is_taken_whole(port: int) -> None:
    data = b"<urn:a> <urn:b> <urn:c> .\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        head = (
            "PUT /store?graph=urn:whole HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer t\r\n"
            "Content-Type: text/turtle\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        client.sendall(head.encode() + b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data))
        assert client.recv(100).startswith(b"HTTP/1.1 201")
    ask = quote("ASK { GRAPH <urn:whole> { <urn:a> <urn:b> <urn:c> } }")
    assert json.loads(request(port, "GET", f"/sparql?query={ask}")[2])["boolean"]
