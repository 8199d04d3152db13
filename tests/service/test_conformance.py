"""The service by the letter: the requests of conformance.toml and contract.toml to a real server.

Every case begins with an empty store, the graphs that it names in `load`, and the Turtle of
`default` in the default graph. A step has, besides its `request`:

    type, accept, headers   of the request; body in `encoding`, UTF-8 if it names none
    token                   for Authorization; without it that of the service, "" sends none
    status, media           of the answer; 200 if nothing is said, and the whole Content-Type
    has, lacks              headers as regular expressions, and headers that must not be there
    save                    a header that a later step can use as {NAME}
    answer, json            the truth that an ASK found; the body as JSON
    text, contains, lines   the whole body, a part of it, its lines in any order
    triples, holds          the body as RDF: equal to this Turtle; patterns that it satisfies
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Quad,
    QueryBoolean,
    RdfFormat,
    Store,
    parse,
)
from server import request, running

from graph.store import GraphStore

HERE = Path(__file__).parent
TABLES = [
    tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    for name in ("conformance.toml", "contract.toml")
]
GRAPHS = TABLES[0]["graphs"]
CASES = {case["name"]: case for table in TABLES for case in table["case"]}
TOKEN = "a token"
SD = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>"
FIELDS = {
    *("request", "type", "accept", "headers", "body", "encoding", "token", "status", "media"),
    *("has", "lacks", "save", "answer", "json", "text", "contains", "lines", "triples", "holds"),
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    store = tmp_path_factory.mktemp("conformance") / "store"
    GraphStore.open(store, create=True).close()
    with running(store, KZOP_TOKEN=TOKEN) as number:
        yield number


def test_every_case_is_told_once() -> None:
    assert len(CASES) == sum(len(table["case"]) for table in TABLES)
    for case in CASES.values():
        for step in case["steps"]:
            assert step.keys() <= FIELDS, case["name"]


@pytest.mark.parametrize("name", CASES)
def test_case(port: int, name: str) -> None:
    case = CASES[name]
    prepare(port, case)
    saved = {"port": str(port)}
    for step in case["steps"]:
        method, _, target = filled(step["request"], saved).partition(" ")
        status, fields, body = request(
            port, method, target, content_of(step), **headers_of(step, saved)
        )
        said = f"{step['request']}: {status} {body[:500]!r}"
        assert status == step.get("status", 200), said
        check_headers(step, fields, said)
        check_body(step, fields, body, saved, said)
        if "save" in step:
            saved[step["save"]] = fields[step["save"].lower()]


def prepare(port: int, case: Mapping[str, Any]) -> None:
    writer = {"Authorization": f"Bearer {TOKEN}"}
    update = {"Content-Type": "application/sparql-update", **writer}
    assert request(port, "POST", "/sparql", b"DROP ALL", **update)[0] == 204
    turtle = {"Content-Type": "text/turtle", **writer}
    for name in case.get("load", ()):
        graph = GRAPHS[name]
        target = f"/store?graph={graph['iri']}"
        assert request(port, "PUT", target, graph["turtle"].encode(), **turtle)[0] == 201
    if "default" in case:
        assert request(port, "PUT", "/store?default", case["default"].encode(), **turtle)[0] == 201


def filled(text: str, saved: Mapping[str, str]) -> str:
    for name, value in saved.items():
        text = text.replace("{" + name + "}", value)
    return text


def headers_of(step: Mapping[str, Any], saved: Mapping[str, str]) -> dict[str, str]:
    headers = {name: filled(value, saved) for name, value in step.get("headers", {}).items()}
    for field, name in (("type", "Content-Type"), ("accept", "Accept")):
        if field in step:
            headers[name] = step[field]
    token = step.get("token", f"Bearer {TOKEN}")
    return headers | ({"Authorization": token} if token else {})


def content_of(step: Mapping[str, Any]) -> bytes | None:
    if "body" not in step:
        return None
    body: bytes = step["body"].encode(step.get("encoding", "utf-8"))
    return body


def check_headers(step: Mapping[str, Any], fields: Mapping[str, str], said: str) -> None:
    if "media" in step:
        assert fields.get("content-type") == step["media"], said
    for name, pattern in step.get("has", {}).items():
        assert re.search(pattern, fields.get(name.lower(), "")), f"{name} of {said}: {fields}"
    for name in step.get("lacks", ()):
        assert name.lower() not in fields, said


def check_body(
    step: Mapping[str, Any],
    fields: Mapping[str, str],
    body: bytes,
    saved: Mapping[str, str],
    said: str,
) -> None:
    text = body.decode("utf-8")
    if "answer" in step:
        assert json.loads(text)["boolean"] is step["answer"], said
    if "json" in step:
        assert json.loads(text) == json.loads(step["json"]), said
    if "text" in step:
        assert text == step["text"], said
    if "contains" in step:
        assert step["contains"] in text, said
    if "lines" in step:
        assert sorted(text.splitlines()) == sorted(filled(line, saved) for line in step["lines"]), (
            said
        )
    if "triples" in step:
        expected = canonical(filled(step["triples"], saved).encode(), RdfFormat.TURTLE)
        assert canonical(body, form_of(fields)) == expected, said
    for pattern in step.get("holds", ()):
        store = Store()
        store.load(body, form_of(fields))
        found = store.query(f"{SD} ASK {{ {filled(pattern, saved)} }}")
        assert isinstance(found, QueryBoolean)
        assert found, f"{pattern}: {said}"


def form_of(fields: Mapping[str, str]) -> RdfFormat:
    form = RdfFormat.from_media_type(fields["content-type"])
    assert form is not None
    return form


def canonical(data: bytes, form: RdfFormat) -> list[str]:
    quads = Dataset()
    for quad in parse(data, form):
        quads.add(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
    quads.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, quads))


def test_an_update_by_form_may_be_longer_than_a_query(port: int) -> None:
    prepare(port, {})
    form = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"Bearer {TOKEN}",
    }
    body = b"update=INSERT+DATA+%7B+%3Ca:a%3E+%3Ca:b%3E+%22" + b"x" * 2_000_000 + b"%22+%7D"
    assert request(port, "POST", "/sparql", body, **form)[0] == 204
    length = b"SELECT (STRLEN(?o) AS ?n) { ?s ?p ?o }"
    asked = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    assert request(port, "POST", "/sparql", length, **asked)[2] == b"n\r\n2000000\r\n"
