"""The service under granian, over a real socket."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from server import request, running

QUERY = "SELECT ?law { ?law a <https://w3id.org/kzop/ontology#Law> }"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def port(store_folder: Path) -> Iterator[int]:
    with running(store_folder) as number:
        yield number


def test_get_and_both_posts_agree(port: int) -> None:
    encoded = urlencode({"query": QUERY})
    answers = [
        request(port, "GET", f"/sparql?{encoded}"),
        request(port, "POST", "/sparql", encoded.encode(), Content_Type=FORM),
        request(port, "POST", "/sparql", QUERY.encode(), Content_Type="application/sparql-query"),
    ]
    assert [status for status, _, _ in answers] == [200, 200, 200]
    assert len({body for _, _, body in answers}) == 1
    assert len(json.loads(answers[0][2])["results"]["bindings"]) == 1


def test_chunked_post(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    pieces = iter([QUERY[:10].encode(), QUERY[10:].encode()])
    headers = {"Content-Type": "application/sparql-query"}
    connection.request("POST", "/sparql", pieces, headers, encode_chunked=True)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == 200, body
    assert len(json.loads(body)["results"]["bindings"]) == 1


def test_head_has_no_body(port: int) -> None:
    status, fields, body = request(port, "HEAD", f"/sparql?{urlencode({'query': QUERY})}")
    assert (status, body) == (200, b"")
    assert fields["content-type"] == "application/sparql-results+json"


def test_not_modified(port: int) -> None:
    target = f"/sparql?{urlencode({'query': QUERY})}"
    tag = request(port, "GET", target)[1]["etag"]
    status, _, body = request(port, "GET", target, If_None_Match=tag)
    assert (status, body) == (304, b"")


def test_things_lead_to_documents(port: int) -> None:
    path = "eli/kz/law/2002-08-08/345-II/art_47"
    status, fields, _ = request(port, "GET", f"/id/{path}")
    assert (status, fields["location"]) == (303, f"/doc/{path}")
    status, fields, body = request(port, "GET", f"/doc/{path}", Accept="text/html")
    assert status == 200
    assert "Қарулы жанжалдар".encode() in body


def test_errors_are_problems(port: int) -> None:
    for target, expected in (("/sparql?query=SELECT", 400), ("/none", 404)):
        status, fields, body = request(port, "GET", target)
        assert status == expected
        assert fields["content-type"] == "application/problem+json"
        assert json.loads(body)["status"] == expected


def test_long_body_is_refused(port: int) -> None:
    body = b" " * 2_000_000
    try:
        status = request(port, "POST", "/sparql", body, Content_Type="application/sparql-query")[0]
    except (BrokenPipeError, ConnectionResetError):
        status = 413
    assert status == 413
    assert request(port, "GET", "/health")[0] == 200


@pytest.mark.parametrize("path", ["/search", "/documents", "/reconcile/suggest/entity", "/sparql"])
def test_letters_may_stand_as_they_are_in_a_query_string(port: int, path: str) -> None:
    """Clients such as curl send them as they were typed; http.client would not."""
    asked = f"{path}?q=бала&prefix=бала&query=ASK{{?s?p'бала'}}"
    answers = []
    for target in (asked, quote(asked, safe="/?&=")):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            head = f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            client.sendall(head.encode())
            with client.makefile("rb") as reader:
                answer = reader.read()
        answers.append((answer[:12], answer.partition(b"\r\n\r\n")[2]))
    assert answers[0] == answers[1]
    assert answers[0][0] in (b"HTTP/1.1 200", b"HTTP/1.1 503")  # 503: no text index yet
