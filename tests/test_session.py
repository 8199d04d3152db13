"""How an engine is told who asks, over a socket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import parse_http_list, parse_keqv_list

import pytest

from graph.remote.endpoint import Endpoint
from graph.remote.remote_graphs import RemoteError, RemoteGraphs

TABLE = b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"value": "1"}}]}}'
CHALLENGE = 'Digest realm="engine", nonce="once", qop="auth", algorithm=MD5'


@contextmanager
def engine(challenge: str = "", place: str = "") -> Iterator[tuple[str, list[str]]]:
    """Run an engine that notes who asks; it challenges who does not say, or sends to `place`."""
    said: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            said.append(self.headers.get("Authorization", ""))
            is_stranger = bool(challenge) and not said[-1]
            self.send_response(401 if is_stranger else 307 if place else 200)
            if is_stranger:
                self.send_header("WWW-Authenticate", challenge)
            if place:
                self.send_header("Location", place)
            self.send_header("Content-Length", str(len(TABLE)))
            self.end_headers()
            self.wfile.write(TABLE)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/sparql", said
        finally:
            server.shutdown()
            thread.join()


def count(address: str, times: int = 1, **fields: str) -> None:
    endpoint = Endpoint(address, update_url=address, gsp_url=address, **fields)  # type: ignore[arg-type]
    with RemoteGraphs(endpoint) as graphs:
        for _ in range(times):
            assert graphs.count("") == 1


def test_who_asks_is_told_in_the_first_request() -> None:
    with engine() as (address, said):
        count(address)
        count(address, auth="basic", user="әйел", password="құпия")
        count(address, auth="bearer", token="t0ken")
    assert said == ["", "Basic 05nQudC10Ls60pvSsdC/0LjRjw==", "Bearer t0ken"]


def test_digest_answers_a_challenge_once() -> None:
    with engine(CHALLENGE) as (address, said):
        count(address, times=3, auth="digest", user="dba", password="secret")
    assert said[0] == ""
    signed = [parse_keqv_list(parse_http_list(one.removeprefix("Digest "))) for one in said[1:]]
    assert [one["nc"] for one in signed] == ["00000001", "00000002", "00000003"]
    assert {(one["username"], one["uri"], one["nonce"]) for one in signed} == {
        ("dba", "/sparql", "once")
    }
    assert "secret" not in "".join(said)


def test_each_origin_is_signed_for() -> None:
    with engine(CHALLENGE) as (queries, _), engine(CHALLENGE) as (updates, said):
        endpoint = Endpoint(queries, updates, updates, auth="digest", user="dba", password="x")
        with RemoteGraphs(endpoint) as graphs:
            assert graphs.count("") == 1
            graphs.update("CLEAR GRAPH <urn:x>")
    assert said[0] == ""
    assert said[1].startswith("Digest ")


def test_credentials_do_not_follow_a_redirection() -> None:
    with (
        engine() as (elsewhere, said),
        engine(place=elsewhere) as (address, _),
        pytest.raises(RemoteError, match="307"),
    ):
        count(address, auth="bearer", token="t0ken")
    assert said == []
