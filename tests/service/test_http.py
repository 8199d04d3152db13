"""The endpoint over HTTP: methods, formats, datasets, errors, headers."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse
from werkzeug.test import TestResponse

from graph.model import DocumentGraphs
from graph.store import GraphStore
from service.app import create_app
from service.config import Settings

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
KZOP = "https://w3id.org/kzop/ontology#"
PREF_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
LAWS = f"SELECT ?law ?label {{ ?law a <{KZOP}Law> ; {PREF_LABEL} ?label }}"
LAW = "https://w3id.org/kzop/id/eli/kz/law/2002-08-08/345-II"
LABEL = "2002 жылғы 8 тамыздағы N 345-II заң"
CONSTRUCT = f"CONSTRUCT WHERE {{ ?law a <{KZOP}Law> }}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
GRAPH_TYPES = [
    ("text/turtle", RdfFormat.TURTLE),
    ("application/n-triples", RdfFormat.N_TRIPLES),
    ("application/rdf+xml", RdfFormat.RDF_XML),
    ("application/ld+json", RdfFormat.JSON_LD),
    ("application/trig", RdfFormat.TRIG),
    ("application/n-quads", RdfFormat.N_QUADS),
]


def ask(client: FlaskClient, query: str, accept: str | None = None, **more: str) -> TestResponse:
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)


def number(response: TestResponse) -> int:
    assert response.status_code == 200, response.text
    return int(response.get_json(force=True)["results"]["bindings"][0]["n"]["value"])


def problem(response: TestResponse) -> dict[str, object]:
    assert response.mimetype == "application/problem+json"
    values: dict[str, object] = json.loads(response.text)
    assert values["status"] == response.status_code
    assert {"type", "title", "status", "detail"} <= set(values)
    return values


def test_get_and_both_posts_agree(client: FlaskClient) -> None:
    got = ask(client, LAWS)
    form = client.post("/sparql", data={"query": LAWS})
    direct = client.post("/sparql", data=LAWS, content_type="application/sparql-query")
    assert got.status_code == form.status_code == direct.status_code == 200
    assert got.data == form.data == direct.data
    assert got.get_json(force=True)["results"]["bindings"] == [
        {
            "law": {"type": "uri", "value": LAW},
            "label": {"type": "literal", "xml:lang": "kk", "value": LABEL},
        }
    ]


def test_select_formats_say_the_same(client: FlaskClient) -> None:
    table = ask(client, LAWS, "text/csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(table.text))) == [["law", "label"], [LAW, LABEL]]
    tabs = ask(client, LAWS, "text/tab-separated-values")
    assert tabs.text == f'?law\t?label\n<{LAW}>\t"{LABEL}"@kk\n'
    xml = ask(client, LAWS, "application/sparql-results+xml")
    assert xml.mimetype == "application/sparql-results+xml"
    names = {"s": "http://www.w3.org/2005/sparql-results#"}
    assert ElementTree.fromstring(xml.data).findtext(".//s:literal", namespaces=names) == LABEL


@pytest.mark.parametrize(("query", "truth"), [("ASK {}", True), ("ASK { ?s a <urn:no> }", False)])
def test_ask(client: FlaskClient, query: str, truth: bool) -> None:
    assert ask(client, query).get_json(force=True)["boolean"] is truth
    xml = ask(client, query, "application/xml")
    names = {"s": "http://www.w3.org/2005/sparql-results#"}
    text = ElementTree.fromstring(xml.data).findtext("s:boolean", namespaces=names)
    assert text == str(truth).lower()


@pytest.mark.parametrize(("media_type", "rdf_format"), GRAPH_TYPES)
def test_graph_formats_say_the_same(
    client: FlaskClient, media_type: str, rdf_format: RdfFormat
) -> None:
    for query in (CONSTRUCT, f"DESCRIBE <{LAW}>"):
        response = ask(client, query, media_type)
        assert response.mimetype == media_type
        expected = ask(client, query, "application/n-triples").data
        triples = {str(q.triple) for q in parse(response.data, rdf_format)}
        assert triples == {str(q.triple) for q in parse(expected, RdfFormat.N_TRIPLES)}
        assert any(LAW in triple for triple in triples)


def test_turtle_is_the_default_and_has_prefixes(client: FlaskClient) -> None:
    response = ask(client, CONSTRUCT)
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert f"@prefix kzop: <{KZOP}> ." in response.text
    assert "a kzop:Law" in response.text


@pytest.mark.parametrize("parameter", ["format", "output"])
def test_format_overrides_accept(client: FlaskClient, parameter: str) -> None:
    json_type = "application/sparql-results+json"
    assert ask(client, LAWS, "text/csv", **{parameter: "json"}).mimetype == json_type
    triples = ask(client, CONSTRUCT, "text/csv", **{parameter: "nt"})
    assert triples.mimetype == "application/n-triples"
    assert ask(client, LAWS, **{parameter: "turtle"}).status_code == 406


def test_byte_order_mark_for_spreadsheets_only_on_request(client: FlaskClient) -> None:
    assert ask(client, LAWS, "text/csv", bom="1").data.startswith(b"\xef\xbb\xbflaw")
    assert ask(client, LAWS, "text/csv").data.startswith(b"law")
    assert ask(client, LAWS, "text/tab-separated-values", bom="1").data.startswith(b"?law")


@pytest.mark.parametrize(
    ("accept", "ascii_wanted"),
    [
        ("application/rdf+xml", "1"),
        ("application/rdf+xml, txt/xml, rdf/xml", "0"),
    ],
)
def test_ascii_rdf_xml(client: FlaskClient, accept: str, ascii_wanted: str) -> None:
    query = f"DESCRIBE <{LAW}>"
    response = ask(client, query, accept, ascii=ascii_wanted)
    assert response.data.isascii()
    plain = ask(client, query, "application/rdf+xml")
    assert not plain.data.isascii()
    assert set(parse(response.data, RdfFormat.RDF_XML)) == set(parse(plain.data, RdfFormat.RDF_XML))


def test_dataset_of_the_request(client: FlaskClient, example: DocumentGraphs) -> None:
    doc = f"https://w3id.org/kzop/graph/doc/{example.doc}"
    size = len(example.content)
    everything = number(ask(client, COUNT))
    assert everything > size
    only_default = {"default-graph-uri": doc}
    assert number(ask(client, COUNT, **only_default)) == size
    assert number(ask(client, COUNT_NAMED, **only_default)) == 0
    only_named = {"named-graph-uri": doc}
    assert number(ask(client, COUNT, **only_named)) == 0
    assert number(ask(client, COUNT_NAMED, **only_named)) == size
    assert number(ask(client, COUNT, **{"default-graph-uri": "urn:absent"})) == 0


def test_dataset_of_the_request_overrides_that_of_the_query(
    client: FlaskClient, example: DocumentGraphs
) -> None:
    doc = f"https://w3id.org/kzop/graph/doc/{example.doc}"
    evidence = f"https://w3id.org/kzop/graph/evidence/{example.doc}"
    query = COUNT.replace("{ ?s", f"FROM <{evidence}> {{ ?s", 1)
    assert number(ask(client, query)) == len(example.evidence)
    assert number(ask(client, query, **{"default-graph-uri": doc})) == len(example.content)
    response = client.post(
        f"/sparql?default-graph-uri={doc}", data=query, content_type="application/sparql-query"
    )
    assert number(response) == len(example.content)


def test_the_default_graph_counts_each_fact_once(client: FlaskClient) -> None:
    query = (
        f"SELECT (COUNT(?l) AS ?n) {{ <{LAW}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }}"
    )
    assert number(ask(client, query)) == 1


def test_bad_graph_name(client: FlaskClient) -> None:
    parameters = {"query": COUNT, "default-graph-uri": "not an iri"}
    response = client.get("/sparql", query_string=parameters)
    assert response.status_code == 400
    assert "default-graph-uri" in str(problem(response)["detail"])
    assert client.head("/sparql", query_string=parameters).status_code == 400


@pytest.mark.parametrize("host", ["a b", "<script>", "x/../y z"])
def test_bad_host(client: FlaskClient, host: str) -> None:
    response = client.get("/sparql", headers={"Host": host})
    assert response.status_code == 400
    problem(response)


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * {", 1, 11),
        ("SELECT *\n{ ?s ?p ?o\n ә foo }", 3, 9),
        ("SELECT * { ?s ex:p ?o }", 1, 20),
        ("", 1, 1),
        ("INSERT DATA { <a:b> <a:b> 1 }", 1, 10),
    ],
)
def test_syntax_error(client: FlaskClient, query: str, line: int, column: int) -> None:
    response = ask(client, query)
    values = problem(response)
    assert response.status_code == 400
    assert (values["line"], values["column"]) == (line, column)
    assert str(values["detail"]).startswith(f"line {line}, column {column}: ")
    assert values["type"] == "https://w3id.org/kzop/problem/syntax-error"


def test_a_syntax_error_comes_before_negotiation(client: FlaskClient) -> None:
    assert ask(client, "SELECT", "image/png").status_code == 400


def test_not_acceptable_lists_what_there_is(client: FlaskClient) -> None:
    response = ask(client, LAWS, "image/png")
    assert response.status_code == 406
    available = problem(response)["available"]
    assert isinstance(available, list)
    assert "text/csv" in available
    assert "text/turtle" not in available


def test_a_run_time_failure_is_not_a_syntax_error(client: FlaskClient) -> None:
    response = ask(client, "SELECT (<urn:no-function>(1) AS ?x) {}")
    assert response.status_code == 500
    assert "urn:no-function" in str(problem(response)["detail"])


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_service_is_refused(client: FlaskClient, method: str) -> None:
    query = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    place = {"data": {"query": query}} if method == "POST" else {"query_string": {"query": query}}
    response = client.open("/sparql", method=method, **place)  # type: ignore[arg-type]
    assert response.status_code == 403


def test_updates_are_refused(client: FlaskClient) -> None:
    before = number(ask(client, COUNT))
    form = client.post("/sparql", data={"update": "CLEAR ALL"})
    direct = client.post("/sparql", data="CLEAR ALL", content_type="application/sparql-update")
    assert client.get("/sparql?update=CLEAR+ALL").status_code == 400
    assert form.status_code == direct.status_code == 403
    assert problem(form)["type"] == "https://w3id.org/kzop/problem/read-only"
    assert number(ask(client, COUNT)) == before


def test_wrong_method(client: FlaskClient) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        response = client.open("/sparql?query=ASK{}", method=method)
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
        problem(response)
    response = client.delete("/documents")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    problem(response)


def test_wrong_content_type(client: FlaskClient) -> None:
    response = client.post("/sparql", data="ASK {}", content_type="text/plain")
    assert response.status_code == 415
    problem(response)
    charset = "application/sparql-query; charset=utf-16"
    data = "ASK {}".encode("utf-16")
    assert client.post("/sparql", data=data, content_type=charset).status_code == 415


def test_length_limits(store_app: Flask) -> None:
    client = store_app.test_client()
    fits = "ASK {}" + " " * 94
    assert ask(client, fits).status_code == 200
    assert ask(client, fits + " ").status_code == 413
    problem(ask(client, fits + " "))
    body = client.post("/sparql", data=" " * 401, content_type="application/sparql-query")
    assert body.status_code == 413
    problem(body)


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A query that nobody lives to see the answer of."""


@pytest.fixture
def store_app(settings: Settings) -> Flask:
    return create_app(Settings(store=settings.store, max_query_bytes=100))


def test_head_answers_headers_without_evaluating(client: FlaskClient) -> None:
    head = client.head("/sparql", query_string={"query": LAWS}, headers={"Accept": "text/csv"})
    got = ask(client, LAWS, "text/csv")
    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
    assert head.headers.get("Content-Length") is None
    for query in (LAWS, "ASK {}", CONSTRUCT, ENDLESS):
        for accept in ("*/*", BROWSER):
            headers = {"Accept": accept}
            response = client.head("/sparql", query_string={"query": query}, headers=headers)
            assert response.status_code == 200
    assert client.head("/sparql", query_string={"query": "SELECT"}).status_code == 400
    wrong = client.head("/sparql", query_string={"query": LAWS}, headers={"Accept": "image/png"})
    assert wrong.status_code == 406


def test_etag(client: FlaskClient) -> None:
    first = ask(client, LAWS)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    headers = {"If-None-Match": tag}
    again = client.get("/sparql", query_string={"query": LAWS}, headers=headers)
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    assert again.headers["Vary"] == first.headers["Vary"]
    for other in (
        ask(client, LAWS, "text/csv"),
        ask(client, LAWS + " "),
        ask(client, LAWS, **{"default-graph-uri": "urn:a"}),
        ask(client, LAWS, **{"named-graph-uri": "urn:a"}),
        ask(client, LAWS, "text/csv", bom="1"),
    ):
        assert other.headers["ETag"] != tag
    posted = client.post("/sparql", data={"query": LAWS}, headers=headers)
    assert posted.status_code == 200


def test_etag_tells_versions_of_the_data_apart(client: FlaskClient, tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "store", create=True) as store:
        store.load_vocabulary()
    app = create_app(Settings(store=tmp_path / "store"))
    for path in (
        "/sparql?query=ASK{}",
        "/code/docType/law.ttl",
        "/graph/codes",
        "/.well-known/void",
    ):
        tags = [c.get(path).headers["ETag"] for c in (client, app.test_client())]
        assert tags[0] != tags[1]
    app.extensions["kzop"].engine.close()


@pytest.mark.parametrize(
    "query",
    [
        *(f"SELECT ({call} AS ?x) {{}}" for call in ("NOW()", "RAND()", "uuid()", "STRUUID()")),
        "CONSTRUCT { _:b ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_no_etag_for_an_answer_that_changes(client: FlaskClient, query: str) -> None:
    response = ask(client, query)
    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_headers_of_every_answer(client: FlaskClient) -> None:
    answers = [ask(client, LAWS), ask(client, "SELECT"), client.get("/"), client.get("/nothing")]
    for response in answers:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert "Accept" in response.headers["Vary"]
    again = ask(client, LAWS)
    assert again.headers["Vary"] == "Accept, Accept-Encoding, Origin", again.data


def test_preflight(client: FlaskClient) -> None:
    response = client.options(
        "/sparql",
        headers={
            "Origin": "http://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert response.status_code == 204
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "content-type"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_service_description(client: FlaskClient) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    for accept in (None, "text/turtle", "application/rdf+xml"):
        response = client.get("/sparql", headers={"Accept": accept} if accept else {})
        assert response.status_code == 200
        form = RdfFormat.from_media_type(str(response.mimetype))
        assert form is not None
        triples = {q.triple for q in parse(response.data, form)}
        endpoint = NamedNode("http://localhost/sparql")
        assert (endpoint, NamedNode(f"{sd}endpoint"), endpoint) in {tuple(t) for t in triples}
        named = [t.object for t in triples if t.predicate == NamedNode(f"{sd}name")]
        assert NamedNode("https://w3id.org/kzop/graph/codes") in named


def test_the_public_url_is_a_setting(settings: Settings) -> None:
    app = create_app(Settings(store=settings.store, public_url="https://law.example.kz/"))
    text = app.test_client().get("/sparql").text
    assert "<https://law.example.kz/sparql> a sd:Service" in text
    assert "localhost" not in text


def test_unknown_route(client: FlaskClient) -> None:
    response = client.get("/no/such/page")
    assert response.status_code == 404
    assert problem(response)["type"] == "https://w3id.org/kzop/problem/not-found"
    page = client.get("/no/such/page", headers={"Accept": BROWSER})
    assert page.status_code == 404
    assert page.mimetype == "text/html"


def test_a_fault_of_the_service_tells_nothing(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("/secret/path")

    monkeypatch.setattr("service.documents.reader.find_work", fail)
    monkeypatch.setattr(app.logger, "error", lambda *_, **__: None)
    response = client.get("/documents/kz/law")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    problem(response)
