"""The protocol, the formats, the pages and the values, over every engine."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from contract.conftest import SECRETS, Served, bring
from contract.deviations import LISTED
from pyoxigraph import (
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)
from server import request

from graph.remote.endpoint import read_endpoint
from graph.remote.remote_graphs import RemoteGraphs

GRAPH = "https://w3id.org/kzop/graph/"
THINGS = "SELECT ?s ?t WHERE { ?s a ?t FILTER(STRSTARTS(STR(?t), 'https://w3id.org/kzop/')) }"
TRIPLES = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }"
PAGES = (
    "/documents",
    "/documents/kz/resolution/2005-10-15/1033",
    "/search?q=%D0%B6%D0%B0%D0%B7%D0%B0",
    "/doc/citation/01ba9d0cc96eb797",
    "/doc/eli/kz/code/criminal",
    "/doc/eli/kz/law/2005-07-08/74-III",
    "/explore?iri=https://w3id.org/kzop/id/eli/kz/code/criminal",
    "/queries/prohibitions",
    "/ontology",
)


def ask(port: int, query: str, accept: str, more: str = "") -> tuple[int, dict[str, str], bytes]:
    return request(port, "GET", f"/sparql?query={quote(query)}{more}", Accept=accept)


def read(body: bytes, form: QueryResultsFormat) -> QuerySolutions:
    answer = parse_query_results(body, form)
    assert isinstance(answer, QuerySolutions)
    return answer


def test_tables_in_every_format(remote: Served, embedded: int) -> None:
    for form, reader in (
        ("json", QueryResultsFormat.JSON),
        ("xml", QueryResultsFormat.XML),
        ("tsv", QueryResultsFormat.TSV),
    ):
        tables = []
        for port in (remote.port, embedded):
            status, _, body = ask(port, THINGS, "*/*", f"&format={form}")
            assert status == 200, body
            tables.append(sorted(str(list(map(str, row))) for row in read(body, reader)))
        assert tables[0] == tables[1]
        assert tables[0]
    status, headers, body = ask(remote.port, THINGS, "text/csv")
    assert (status, headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert len(body.splitlines()) == len(tables[0]) + 1


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_truth_of_an_ask(remote: Served, form: str) -> None:
    for pattern, truth in (("?s a ?t", True), ("?s a <urn:nothing>", False)):
        status, _, body = ask(remote.port, f"ASK {{ {pattern} }}", "*/*", f"&format={form}")
        reader = QueryResultsFormat.JSON if form == "json" else QueryResultsFormat.XML
        assert status == 200
        assert bool(parse_query_results(body, reader)) is truth


def test_graphs_in_every_format(remote: Served, embedded: int) -> None:
    wanted = None
    for media_type in (
        *("text/turtle", "application/n-triples", "application/rdf+xml"),
        *("application/ld+json", "application/trig", "application/n-quads"),
    ):
        status, headers, body = ask(remote.port, TRIPLES, media_type)
        assert status == 200, body
        assert headers["content-type"].partition(";")[0] == media_type
        form = RdfFormat.from_media_type(media_type)
        found = {str(quad.triple) for quad in parse(body, form)}
        wanted = wanted or {
            str(quad.triple)
            for quad in parse(ask(embedded, TRIPLES, media_type)[2], RdfFormat.TURTLE)
        }
        assert found == wanted
    assert ask(remote.port, TRIPLES, "application/gexf+xml")[2].startswith(b"<?xml")


def test_datasets(remote: Served, embedded: int) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    authority = quote(f"{GRAPH}authority")
    for query, more in (
        (count, ""),
        (count, f"&default-graph-uri={authority}"),
        (named, f"&named-graph-uri={authority}"),
        (f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}authority> WHERE {{ ?s ?p ?o }}", ""),
        (f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{GRAPH}codes> {{ ?s ?p ?o }} }}", ""),
    ):
        found = [ask(port, query, "text/csv", more)[2].split() for port in (remote.port, embedded)]
        assert found[0][1] == found[1][1], query


def test_refusals_are_those_of_the_embedded_engine(remote: Served, embedded: int) -> None:
    for target, accept in (
        ("/sparql?query=SELEC", "*/*"),
        (f"/sparql?query={quote(TRIPLES)}&format=csv", "*/*"),
        (f"/sparql?query={quote(THINGS)}", "image/png"),
        ("/queries/none-such", "*/*"),
        (
            "/sparql?query=" + quote("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"),
            "*/*",
        ),
    ):
        found = [request(port, "GET", target, Accept=accept) for port in (remote.port, embedded)]
        assert found[0][0] == found[1][0] >= 400
        assert json.loads(found[0][2]) == json.loads(found[1][2])
    status, _, _ = request(
        remote.port, "POST", "/sparql", b"CLEAR ALL", Content_Type="application/sparql-update"
    )
    assert status in (401, 403)


def test_an_answer_is_not_sent_twice(remote: Served) -> None:
    _, headers, _ = ask(remote.port, THINGS, "text/csv")
    target = f"/sparql?query={quote(THINGS)}"
    again = request(remote.port, "GET", target, Accept="text/csv", If_None_Match=headers["etag"])
    assert again[0] == 304


@pytest.mark.parametrize("target", PAGES)
def test_pages_say_the_same(remote: Served, embedded: int, target: str) -> None:
    found, wanted = (
        request(port, "GET", target, Accept="text/html", Accept_Language="kk")
        for port in (remote.port, embedded)
    )
    assert (found[0], wanted[0]) == (200, 200)
    pages = [
        body.replace(b"%d" % port, b"")
        for port, (_, _, body) in ((remote.port, found), (embedded, wanted))
    ]
    listed = LISTED.get(remote.engine.name, {}).get("pages", {})
    assert (pages[0] != pages[1]) is (target in listed)


def test_literals_come_back(remote: Served, tmp_path: Path) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    literals = (
        *('"x"', '"x"@kk', '"ә\\n\\"\\\\"', '""'),
        *(f'"{text}"^^<{xsd}integer>' for text in ("5", "-1", "123456789012345678901234567890")),
        *(f'"{text}"^^<{xsd}boolean>' for text in ("true", "false")),
        *(f'"{text}"^^<{xsd}decimal>' for text in ("1.5", "7")),
        *(f'"P1Y"^^<{xsd}duration>', f'"2005-10-15"^^<{xsd}date>', f'"2005"^^<{xsd}gYear>'),
    )
    file = tmp_path / "literals.nt"
    lines = [f"<urn:{place}> <urn:is> {one} .\n" for place, one in enumerate(literals)]
    file.write_text("".join(lines), encoding="utf-8")
    graph = "urn:literals"
    with RemoteGraphs(read_endpoint(remote.config, SECRETS)) as graphs:
        graphs.put(graph, file, f"{GRAPH}staging/literals", len(literals))
        _, _, body = ask(
            remote.port,
            "SELECT ?s ?o { ?s ?p ?o }",
            "application/sparql-results+json",
            f"&default-graph-uri={graph}",
        )
        graphs.drop(graph)
    rows = {str(row["s"]): str(row["o"]) for row in read(body, QueryResultsFormat.JSON)}
    embedded = Store()
    embedded.load(path=str(file), format=RdfFormat.N_TRIPLES)
    changed = {
        str(quad.object): rows[str(quad.subject)]
        for quad in embedded
        if str(quad.object) != rows[str(quad.subject)]
    }
    listed = LISTED.get(remote.engine.name, {}).get("literals", {})
    assert changed == {one: other for one, other in listed.items() if one != "reason"}


def test_publishing_again_sends_nothing(remote: Served, folder: Path) -> None:
    bring(folder, remote.config)
