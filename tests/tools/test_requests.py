"""What tools send, byte by byte, and that they get what they can read.

The requests are those of the source of each tool, in the version that the docstring names.
"""

import csv
import io
import json
import re

import pytest
from lxml import etree
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from tools.exchange import CONSTRUCT, KZOP, LABEL, LAW, NAME, PATH, SELECT, get, post_form, send

from service.http import jsonp
from service.http.negotiate import JAVA
from service.http.problem import Problem

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JENA_SELECT = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5,application/json;q=0.2,"
    "application/xml;q=0.2,*/*;q=0.1"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
    "application/rdf+xml;q=0.7,*/*;q=0.5"
)
RDF4J_SELECT = (
    "application/x-binary-rdf-results-table;q=0.8, application/sparql-results+json;q=0.8, "
    "application/json;q=0.8, application/sparql-results+xml;q=0.8, application/xml;q=0.8, "
    "application/x-sparqlstar-results+json;q=0.8, text/csv;q=0.8, "
    "text/tab-separated-values;q=0.8, text/x-tab-separated-values-star;q=0.8"
)
RDF4J_LINES = (
    "application/rdf+xml;q=0.1",
    "application/xml;q=0.1",
    "text/xml;q=0.1",
    "application/n-triples;q=0.4",
    "text/plain;q=0.4",
    "application/x-ld+ndjson",
    "application/trig",
    "text/turtle;q=0.5",
)
OWLAPI = (
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
)
SPARQL_JSON = "application/sparql-results+json"


def names(body: bytes) -> list[str]:
    """The names in a SPARQL JSON result."""
    return [row["name"]["value"] for row in json.loads(body)["results"]["bindings"]]


def labels(body: bytes, form: RdfFormat) -> set[str]:
    """The labels in RDF."""
    quads = parse(body, form)
    found = (q.object for q in quads if q.predicate == NamedNode(LABEL))
    return {value.value for value in found if isinstance(value, Literal)}


def test_gephi(port: int) -> None:
    """Gephi SemanticWebImport, driver for remote endpoints (SparqlRestEndPointDriver)."""
    accept = [("Accept", "application/rdf+xml, txt/xml, rdf/xml")]
    answer = post_form(port, "/sparql", accept, query=CONSTRUCT)
    assert (answer.status, answer.media_type) == (200, "application/rdf+xml")
    # It reads the bytes in the charset of its platform, line by line.
    assert answer.body.isascii()
    assert NAME in labels(answer.body.decode("latin-1").encode("cp1251"), RdfFormat.RDF_XML)


def test_graph_explorer(port: int) -> None:
    """AWS graph-explorer 2: its client, its proxy with an id of the query, its summary."""
    headers = [("accept", SPARQL_JSON), ("queryId", "a-b"), ("Origin", "http://other.example")]
    answer = post_form(port, "/sparql", headers, query=SELECT)
    assert NAME in names(answer.body)
    assert answer.headers["access-control-allow-origin"] == "*"
    proxied = post_form(port, "/sparql", [("Accept", SPARQL_JSON)], query=SELECT, queryId="a-b")
    assert proxied.body == answer.body
    cancelled = post_form(
        port, "/sparql/status", [("Accept", "application/json")], cancelQuery="", queryId="a-b"
    )
    assert cancelled.status == 404  # it takes that for done


@pytest.mark.parametrize("mode", ["?mode=basic", "?mode=detailed", ""])
def test_the_summary_that_graph_explorer_reads(port: int, mode: str) -> None:
    """AWS graph-explorer 2, `fetchSchema`: `payload.graphSummary` of Neptune."""
    answer = get(port, f"/rdf/statistics/summary{mode}")
    assert (answer.status, answer.media_type) == (200, "application/json")
    values = json.loads(answer.body)
    assert values["status"] == "200 OK"
    assert values["payload"]["version"] == "v1"
    summary = values["payload"]["graphSummary"]
    counted = {}
    for one in summary["predicates"]:
        ((iri, number),) = one.items()
        counted[iri] = number
    query = "SELECT (COUNT(*) AS ?name) { ?s ?p ?o }"
    total = names(get(port, "/sparql", query=query).body)
    assert [str(summary["numQuads"])] == total == [str(sum(counted.values()))]
    query = "SELECT (COUNT(DISTINCT ?s) AS ?name) { ?s ?p ?o }"
    assert [str(summary["numDistinctSubjects"])] == names(get(port, "/sparql", query=query).body)
    assert summary["numDistinctPredicates"] == len(counted)
    assert summary["numClasses"] == len(summary["classes"]) > 20
    assert f"{KZOP}Law" in summary["classes"]


def test_a_summary_of_an_unknown_mode(port: int) -> None:
    assert get(port, "/rdf/statistics/summary?mode=full").status == 400


def test_reactodia_asks_first(port: int) -> None:
    """Reactodia 0.32.0, SparqlDataProvider that POSTs, after the preflight of the browser."""
    origin = ("Origin", "https://app.example")
    preflight = send(
        port,
        "OPTIONS",
        "/sparql",
        [
            origin,
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type"),
        ],
    )
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "content-type" in preflight.headers["access-control-allow-headers"]
    direct = ("Content-Type", "application/sparql-query; charset=UTF-8")
    answer = send(port, "POST", "/sparql", [origin, direct, ("Accept", SPARQL_JSON)], SELECT)
    assert NAME in names(answer.body)
    answer = send(port, "POST", "/sparql", [origin, direct, ("Accept", "text/turtle")], CONSTRUCT)
    assert NAME in labels(answer.body, RdfFormat.TURTLE)


def test_sparnatural(port: int) -> None:
    """Sparnatural 11.1.1, EndpointSparqlHandler: GET for short queries, POST for long ones."""
    accept = [("Accept", "application/sparql-results+json, application/json, */*;q=0.01")]
    short = get(port, "/sparql", accept, query=SELECT, format="json")
    accept = [("Accept", "application/sparql-results+json,*/*;q=0.9")]
    long = post_form(port, "/sparql", accept, query=SELECT + " " * 1024, format="json")
    assert NAME in names(short.body)
    assert names(long.body) == names(short.body)


@pytest.mark.parametrize(
    ("accept", "query"),
    [
        ("application/sparql-results+json,*/*;q=0.9", SELECT),
        ("text/turtle,*/*;q=0.9", CONSTRUCT),
    ],
)
def test_yasgui(port: int, accept: str, query: str) -> None:
    """YASGUI 4.2.28 and Zazuko's 4.5 (Yasqe's defaults): POST form."""
    answer = post_form(port, "/sparql", [("Accept", accept)], query=query)
    assert answer.media_type == accept.partition(",")[0]
    assert NAME in answer.body.decode()


# JSONP

LODLIVE = {"output": "json", "format": "application/json", "timeout": "0", "callback": "lodlive"}


def test_lodlive(port: int) -> None:
    """LodLive (master) with jquery.jsonp 2.3.0: a script element, so any Accept."""
    query = f"SELECT DISTINCT * WHERE {{<{LAW}> ?property ?object}} ORDER BY ?property"
    answer = get(port, "/sparql", [("Accept", "*/*")], query=query, **LODLIVE)
    assert answer.headers["content-type"] == "application/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    found = re.fullmatch(r"/\*\*/lodlive\((.*)\);\n", answer.body.decode(), re.DOTALL)
    assert found
    objects = [row["object"]["value"] for row in json.loads(found[1])["results"]["bindings"]]
    assert NAME in objects


@pytest.mark.parametrize(
    "callback", ["", "a b", "alert(1)//", "a;b", "a" * 65, "<script>", "ә", "a-b", "a\n"]
)
def test_a_callback_that_is_no_name_is_refused(port: int, callback: str) -> None:
    answer = get(port, "/sparql", query=SELECT, callback=callback)
    assert (answer.status, answer.media_type) == (400, "application/problem+json")


@pytest.mark.parametrize("callback", ["a", "jQuery1.cb_2$", "a" * 64])
def test_a_callback_that_is_a_name_is_called(port: int, callback: str) -> None:
    answer = get(port, "/sparql", query="ASK {}", callback=callback)
    assert answer.body.startswith(f"/**/{callback}({{".encode())


def test_a_callback_takes_json_only(port: int) -> None:
    answer = get(port, "/sparql", query=CONSTRUCT, callback="f")
    body = answer.body.decode().removeprefix("/**/f(").removesuffix(");\n")
    assert NAME in labels(body.encode(), RdfFormat.JSON_LD)
    assert get(port, "/sparql", query=SELECT, callback="f", format="csv").status == 406


@pytest.mark.parametrize("query", ["SELECT", "SELECT * { SERVICE <http://a.example/> { } }"])
def test_a_query_that_fails_is_no_script(port: int, query: str) -> None:
    answer = get(port, "/sparql", query=query, callback="f")
    assert answer.status >= 400
    assert answer.media_type == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_callback_is_for_other_sites_and_only_where_all_may_read(port: int) -> None:
    same = [("Sec-Fetch-Site", "same-origin")]
    assert get(port, "/sparql", same, query="ASK {}", callback="f").status == 400
    cross = [("Sec-Fetch-Site", "cross-site")]
    assert get(port, "/sparql", cross, query="ASK {}", callback="f").status == 200
    with pytest.raises(Problem, match="CORS"):
        jsonp.read_callback("f", ("https://app.example",))


def test_a_named_query_can_be_a_script(port: int) -> None:
    answer = get(port, "/queries/conscription-age", callback="f")
    assert answer.body.startswith(b"/**/f({")


# programs in Java


@pytest.mark.parametrize("accept", JAVA)
@pytest.mark.parametrize("target", [f"/doc/{PATH}", "/ontology", "/graph/codes"])
def test_neo4j(port: int, accept: str, target: str) -> None:
    """neosemantics 5 (`n10s.rdf.import.fetch`) without headerParams: what Java sends by itself."""
    answer = get(port, target, [("User-Agent", "Java/17.0.15"), ("Accept", accept)])
    assert (answer.status, answer.media_type) == (200, "text/turtle")
    assert list(parse(answer.body, RdfFormat.TURTLE))


@pytest.mark.parametrize("accept", JAVA)
def test_neo4j_queries(port: int, accept: str) -> None:
    """neosemantics 5: an address with a query in it, and headerParams with a payload."""
    answer = get(port, "/sparql", [("Accept", accept)], query=CONSTRUCT)
    assert NAME in labels(answer.body, RdfFormat.TURTLE)
    answer = post_form(port, "/sparql", [("Accept", "application/n-triples")], query=CONSTRUCT)
    assert NAME in labels(answer.body, RdfFormat.N_TRIPLES)


def test_java_is_not_taken_for_a_browser_nor_a_browser_for_java(port: int) -> None:
    page = get(port, f"/doc/{PATH}", [("Accept", BROWSER)])
    assert page.media_type == "text/html"
    assert get(port, "/nothing", [("Accept", JAVA[1])]).media_type == "application/problem+json"


@pytest.mark.parametrize("target", ["/ontology", f"/doc/{PATH}"])
def test_protege(port: int, target: str) -> None:
    """Protégé 5.6 and OWL2VOWL: the Accept line of OWLAPI 4."""
    answer = get(port, target, [("Accept", OWLAPI)])
    assert (answer.status, answer.media_type) == (200, "application/rdf+xml")
    assert labels(answer.body, RdfFormat.RDF_XML)


def test_webvowl(port: int) -> None:
    """WebVOWL 1.1.7, `#url=.../ontology.ttl`: from a page of another site."""
    headers = [("Origin", "https://service.tib.eu"), ("Accept", "*/*")]
    answer = get(port, "/ontology.ttl", headers)
    assert (answer.status, answer.media_type) == (200, "text/turtle")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Міндеттеме" in labels(answer.body, RdfFormat.TURTLE)


def test_jena(port: int) -> None:
    """Apache Jena 5 (`rsparql`, RDFConnection; OpenRefine's RDF extension 1.4 uses it)."""
    answer = get(port, "/sparql", [("Accept", JENA_SELECT)], query=SELECT)
    assert answer.media_type == SPARQL_JSON
    assert NAME in names(answer.body)
    answer = get(port, "/sparql", [("Accept", JENA_GRAPH)], query=CONSTRUCT)
    assert NAME in labels(answer.body, RdfFormat.TURTLE)


def test_openrefine_extension_searches_labels(port: int) -> None:
    """OpenRefine RDF extension 1.4: reconciliation over plain SPARQL 1.1, through Jena."""
    query = f"""SELECT DISTINCT ?entity ?label WHERE {{ ?entity a ?type . ?entity <{LABEL}> ?label .
      FILTER (?type IN (<{KZOP}Law>)) FILTER regex(str(?label), '345-II', 'i') }} LIMIT 10"""
    answer = post_form(port, "/sparql", [("Accept", JENA_SELECT)], query=query)
    rows = json.loads(answer.body)["results"]["bindings"]
    assert LAW in {row["entity"]["value"] for row in rows}


def test_rdf4j(port: int) -> None:
    """RDF4J 5: SPARQLRepository (one Accept), and `add(URL)`, which sends a line for each type."""
    charset = ("Accept-Charset", "UTF-8")
    form = [("Accept", RDF4J_SELECT), charset]
    answer = post_form(port, "/sparql", form, query=SELECT, infer="true")
    assert (answer.status, answer.media_type) == (200, SPARQL_JSON)
    assert NAME in names(answer.body)
    lines = [("Accept", line) for line in RDF4J_LINES]
    for target in (f"/doc/{PATH}", f"/sparql?query=DESCRIBE%20%3C{LAW}%3E"):
        answer = get(port, target, lines)
        assert (answer.status, answer.media_type) == (200, "application/trig"), target
        assert NAME in labels(answer.body, RdfFormat.TRIG)


# statistics, tables, scripts


@pytest.mark.parametrize(
    ("tool", "accept", "media_type"),
    [
        ("R SPARQL 1.16", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("R httr 1.4.7", "application/json, text/xml, application/xml, */*", SPARQL_JSON),
        ("curl 8", "*/*", SPARQL_JSON),
        ("D3 7, fetch", "*/*", SPARQL_JSON),
        ("no header at all", None, SPARQL_JSON),
    ],
)
def test_a_table_for_a_program(port: int, tool: str, accept: str | None, media_type: str) -> None:
    """R's SPARQL 1.16 and httr 1.4.7, curl 8, D3 7 in a page."""
    headers = [("Accept", accept)] if accept else []
    answer = get(port, "/sparql", [*headers, ("Origin", "https://a.example")], query=SELECT)
    assert (answer.status, answer.media_type) == (200, media_type)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert NAME in answer.body.decode()


def test_r_reads_the_xml(port: int) -> None:
    """R's SPARQL 1.16: `//s:result` in the namespace of the XML results."""
    accept = [("Accept", "application/sparql-results+xml")]
    answer = get(port, "/sparql", accept, query=SELECT)
    space = {"s": "http://www.w3.org/2005/sparql-results#"}
    literals = etree.fromstring(answer.body).findall(".//s:result//s:literal", space)
    assert NAME in [literal.text for literal in literals]


def test_excel(port: int) -> None:
    """Excel and Power Query (`Csv.Document(Web.Contents(...))`): CSV with a byte order mark."""
    answer = get(port, "/sparql", query=SELECT, format="csv", bom="1")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert {"law": LAW, "name": NAME} in table
    named = get(port, "/queries/conscription-age?format=csv&bom=1")
    assert named.body.startswith(b"\xef\xbb\xbfmin,max")


@pytest.mark.parametrize("target", [f"/doc/{PATH}", "/ontology", "/graph/codes", "/code/unit"])
def test_curl_gets_turtle_of_things(port: int, target: str) -> None:
    """curl 8: `Accept: */*`."""
    answer = get(port, target, [("User-Agent", "curl/8.5.0"), ("Accept", "*/*")])
    assert (answer.status, answer.media_type) == (200, "text/turtle")
