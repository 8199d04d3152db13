"""A query is answered by the front or, as a part of the pages, by Flask: both say the same."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from server import request, running
from steady import steadily

FORM = "application/x-www-form-urlencoded"
TOLD = ("Content-Type", "Vary", "ETag", "Cache-Control", "Allow", "Accept-Post", "Location")
HOST = {"Host": "law.example"}

LAWS = "SELECT ?law { ?law a <https://w3id.org/kzop/ontology#Law> }"
QUERIES = [
    LAWS,
    "SELECT * { ?s ?p ?o } LIMIT 400",
    "SELECT (NOW() AS ?n) { FILTER(false) }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g FROM <https://w3id.org/kzop/graph/codes> { GRAPH ?g {} }",
    "PREFIX ex: <http://example.org/> # a comment\nASK { ex:a ?p 'құқық' }",
    "CONSTRUCT { ?s a <http://example.org/T> } WHERE { ?s a ?t } LIMIT 3",
    "CONSTRUCT { [] a ?t } WHERE { ?s a ?t FILTER(false) }",
    "DESCRIBE <http://example.org/none>",
    "SELECT * {",
    "SELECT (<http://example.org/f>(1) AS ?x) {}",
    "SELECT * { SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { SERVICE",
    "CLEAR ALL",
    "",
]
GRAPHS = ["https://w3id.org/kzop/graph/codes", "http://example.org/none", "relative", ""]
PARAMETERS = st.one_of(
    st.tuples(st.just("query"), st.sampled_from(QUERIES)),
    st.tuples(st.sampled_from(["default-graph-uri", "named-graph-uri"]), st.sampled_from(GRAPHS)),
    st.tuples(
        st.sampled_from(["format", "output"]), st.sampled_from(["csv", "rdf", "html", "none", ""])
    ),
    st.tuples(st.sampled_from(["timeout", "bom", "ascii", "lang"]), st.sampled_from(["1", "x"])),
    st.tuples(st.sampled_from(["using-graph-uri", "update"]), st.just("http://example.org/u")),
)
TYPES = [
    None,
    FORM,
    f"{FORM}; charset=utf-8",
    "application/sparql-query",
    "Application/SPARQL-Query;charset=UTF-8",
    "application/sparql-query; charset=utf-16",
    "application/sparql-update",
    "text/plain",
]
ACCEPTS = [
    None,
    "",
    "*/*",
    "text/csv",
    "text/*;q=0.5, application/sparql-results+xml",
    "application/n-triples, text/tab-separated-values;q=0.1",
    "application/ld+json;q=0, application/rdf+xml",
    "application/rdf+xml, txt/xml, rdf/xml",
    "application/json;charset=latin-1",
    "image/png",
    "text/html",
    "text/html;q=0.5, text/csv, text/turtle",
    "rubbish",
]
METHODS = ["GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT"]


@pytest.fixture(scope="module")
def port(store_folder: Path) -> Iterator[int]:
    with running(store_folder) as number:
        yield number


@steadily(300)
@given(
    st.sampled_from(METHODS),
    st.lists(PARAMETERS, max_size=4),
    st.sampled_from(TYPES),
    st.one_of(
        st.sampled_from(QUERIES).map(str.encode),
        st.lists(PARAMETERS, max_size=3).map(urlencode).map(str.encode),
        st.sampled_from([b"\xff", b"query=%FF", b"ASK {} # \xd2"]),
    ),
    st.sampled_from(ACCEPTS),
    st.sampled_from([None, "*", '"other"', "https://page.example"]),
)
@example("GET", [("query", LAWS)], None, b"", None, None)
@example("POST", [], FORM, urlencode({"query": LAWS}).encode(), "text/csv", "*")
@example("POST", [], "application/sparql-query", LAWS.encode(), None, None)
@example("POST", [], FORM, b"update=CLEAR+ALL", None, None)
@example("GET", [("query", "SELECT * {"), ("format", "rdf")], None, b"", None, None)
def test_both_ways_agree(
    app: Flask,
    port: int,
    method: str,
    parameters: list[tuple[str, str]],
    content_type: str | None,
    body: bytes,
    accept: str | None,
    condition: str | None,
) -> None:
    target = "/sparql?" + urlencode(parameters) if parameters else "/sparql"
    headers = {**HOST, "If-None-Match": condition, "Accept": accept, "Content-Type": content_type}
    sent = {name: value for name, value in headers.items() if value is not None}
    data = body if method in ("POST", "PUT") else None
    status, fields, answered = request(port, method, target, data, **sent)
    flask = app.test_client().open(target, method=method, data=data, headers=sent)
    assert status == flask.status_code
    for name in TOLD:
        assert fields.get(name.lower()) == flask.headers.get(name), name
    assert answered == flask.data
