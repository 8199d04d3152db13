"""An engine that dies, hangs, cuts its answers or refuses: what clients and publishers see."""

import http.client
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from contract.conftest import SECRETS, Served, bring, started
from server import request, running

from benchmarks import engines
from benchmarks.engines import Engine
from graph.remote.endpoint import read_endpoint
from graph.remote.publish import publish
from graph.remote.remote_graphs import RemoteError, RemoteGraphs
from graph.store import GraphStore

LARGE = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }")
SMALL = quote("SELECT ?s WHERE { ?s a ?t } LIMIT 5")
LIMIT = 4.0


@pytest.fixture(scope="module")
def engine(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with started("oxigraph", tmp_path_factory.mktemp("failing")) as engine:
        bring(folder, engine.config())
        yield engine


@pytest.fixture(scope="module")
def port(engine: Engine, folder: Path) -> Iterator[int]:
    """The service with two connections, over an engine that is killed."""
    config = engine.config(connections=2)
    with running(folder, KZOP_REMOTE=str(config), KZOP_QUERY_TIMEOUT=str(LIMIT)) as port:
        yield port


def problem(answer: tuple[int, dict[str, str], bytes]) -> str:
    """Return the slug of a problem document."""
    assert answer[1]["content-type"] == "application/problem+json"
    slug: str = json.loads(answer[2])["type"].rsplit("/", 1)[1]
    return slug


@contextmanager
def reading(port: int) -> Iterator[http.client.HTTPResponse]:
    """Begin to read a large answer; leave at the end of the block."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", f"/sparql?query={LARGE}", headers={"Accept": "text/csv"})
    with closing(connection), connection.getresponse() as response:
        assert response.status == 200
        assert response.read(1000)
        yield response


def test_an_engine_that_is_killed_and_comes_back(engine: Engine, port: int) -> None:
    with reading(port) as under_way:
        engine.kill()
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            under_way.read()
    for place in range(8):
        start = time.monotonic()
        answer = request(port, "GET", f"/sparql?query={SMALL}%20OFFSET%20{place}")
        assert (answer[0], problem(answer)) == (503, "engine-down")
        assert answer[1]["retry-after"]
        assert time.monotonic() - start < 2
    page = request(port, "GET", "/doc/citation/01ba9d0cc96eb797", Accept="text/html")
    assert page[0] == 503
    assert b"<html" in page[2]
    engine.start()
    assert request(port, "GET", f"/sparql?query={SMALL}")[0] == 200
    assert request(port, "GET", "/doc/citation/01ba9d0cc96eb797", Accept="text/html")[0] == 200


def test_a_client_that_leaves_frees_its_connection(engine: Engine, port: int) -> None:
    for _ in range(3):
        with reading(port):
            pass
    time.sleep(0.5)
    start = time.monotonic()
    assert request(port, "GET", f"/sparql?query={SMALL}%20OFFSET%2040")[0] == 200
    assert time.monotonic() - start < 2


def test_a_query_ends_at_its_limit(engine: Engine, port: int) -> None:
    endless = quote("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    start = time.monotonic()
    answer = request(port, "GET", f"/sparql?query={endless}&timeout=1")
    assert (answer[0], problem(answer)) == (503, "query-timeout")
    assert time.monotonic() - start < 2.5


def test_an_answer_that_reaches_the_cap_is_not_whole(engine: Engine, folder: Path) -> None:
    config = engine.config(row_cap=2000)
    with running(folder, KZOP_REMOTE=str(config)) as port:
        ask = "SELECT * WHERE { ?s ?p ?o } LIMIT "
        assert request(port, "GET", f"/sparql?query={quote(ask)}100")[0] == 200
        target = f"/sparql?query={quote(ask)}2000"
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            request(port, "GET", target, Accept="text/csv")
        answer = request(
            port,
            "GET",
            f"/sparql?query={quote('SELECT (1 AS ?n) WHERE { ?s ?p ?o } LIMIT 2000')}&format=csv",
        )
        assert (answer[0], problem(answer)) == (503, "answer-incomplete")


def test_rows_that_an_engine_says_to_have_cut(remote: Served) -> None:
    if remote.engine.name != "virtuoso":
        return
    ask = f"SELECT ?a ?d WHERE {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {engines.ROWS + 5}"
    answer = request(remote.port, "GET", f"/sparql?query={quote(ask)}", Accept="text/csv")
    assert (answer[0], problem(answer)) == (503, "answer-incomplete")


def test_an_engine_that_hangs(folder: Path, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        config = tmp_path / "remote.toml"
        config.write_text(f'query_url = "http://127.0.0.1:{silent.getsockname()[1]}/"\n')
        with running(folder, KZOP_REMOTE=str(config), KZOP_QUERY_TIMEOUT="0.5") as port:
            times = []
            for place in range(12):
                start = time.monotonic()
                answer = request(port, "GET", f"/sparql?query={SMALL}%20OFFSET%20{place}")
                times.append(time.monotonic() - start)
                assert answer[0] == 503
            assert max(times) < 2
            assert times[-1] < 0.3  # the circuit is open


def test_credentials_are_in_no_message(remote: Served, tmp_path: Path) -> None:
    if remote.engine.name != "virtuoso":
        return
    wrong = {"KZOP_REMOTE_USER": "dba", "KZOP_REMOTE_PASSWORD": "very-secret"}
    endpoint = read_endpoint(remote.config, wrong)
    assert "very-secret" not in repr(endpoint)
    with RemoteGraphs(endpoint) as graphs, pytest.raises(RemoteError) as error:
        graphs.update("CLEAR GRAPH <urn:x>")
    assert "KZOP_REMOTE_PASSWORD" in str(error.value)
    assert "very-secret" not in str(error.value)
    log = (remote.engine.folder / "service.log").read_text(encoding="utf-8")
    assert SECRETS["KZOP_REMOTE_PASSWORD"] not in log.replace("/dba", "")


def test_a_publication_that_breaks_off_goes_on(folder: Path, tmp_path: Path) -> None:
    with started("oxigraph", tmp_path / "engine") as engine:
        config = engine.config()
        with RemoteGraphs(read_endpoint(config, os.environ)) as graphs:
            sent: list[str] = []

            def stop(line: str) -> None:
                sent.append(line)
                if len(sent) == 3:
                    raise InterruptedError

            with GraphStore.open(folder, read_only=True) as store:
                with pytest.raises(InterruptedError):
                    publish(store, graphs, stop)
                assert graphs.count("") == 0  # nothing that plain queries see
                done = publish(store, graphs, sent.append)
                assert done.sent == 8 - 2
            assert done.kept == 2
