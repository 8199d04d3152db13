"""The tools themselves against a server process: Comunica, Reactodia, Sparnatural, rdflib."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from tools.browsing import result_of
from tools.exchange import CONSTRUCT, KZOP, LABEL, LAW, NAME, PATH, SELECT

SHAPES = "https://w3id.org/kzop/shapes/sparnatural#"


def comunica(tools: Path, query: str, *sources: str) -> Any:
    command = ["node", str(tools / "comunica.mjs"), query, *sources]
    done = subprocess.run(command, cwd=tools, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_comunica_finds_out_what_the_endpoint_is(port: int, tools: Path) -> None:
    """Comunica 5.4.1: an address without a type, known by its service description."""
    endpoint = f"http://127.0.0.1:{port}/sparql"
    assert {"law": LAW, "name": NAME} in comunica(tools, SELECT, endpoint)
    assert [LAW, LABEL, NAME] in comunica(tools, CONSTRUCT, endpoint)
    assert comunica(tools, f"ASK {{ <{LAW}> a <{KZOP}Treaty> }}", endpoint) == [False]


@pytest.mark.parametrize("extension", ["", ".ttl", ".jsonld"])
def test_comunica_reads_the_document_about_a_thing(port: int, tools: Path, extension: str) -> None:
    """Comunica 5.4.1: a source that is a document, negotiated, Turtle or JSON-LD."""
    address = f"http://127.0.0.1:{port}/doc/{PATH}{extension}"
    query = f"SELECT ?name {{ <{LAW}> <{LABEL}> ?name }}"
    assert {"name": NAME} in comunica(tools, query, address)


def test_comunica_joins_the_endpoint_with_a_document(port: int, tools: Path) -> None:
    """Comunica 5.4.1: two sources, one query."""
    endpoint, address = f"http://127.0.0.1:{port}/sparql", f"http://127.0.0.1:{port}/ontology.ttl"
    query = f"""SELECT ?name {{ <{LAW}> a ?class . ?class <{LABEL}> ?name
      FILTER(LANG(?name) = "kk") }}"""
    assert {"name": "Заң"} in comunica(tools, query, endpoint, address)


@pytest.mark.parametrize(("method", "settings"), [("GET", "stats"), ("POST", "rdfs")])
def test_reactodia(port: int, tools: Path, tmp_path: Path, method: str, settings: str) -> None:
    """Reactodia 0.32.0, its SparqlDataProvider in Chromium on a page of another origin."""
    arguments = {
        "endpoint": f"http://127.0.0.1:{port}/sparql",
        "method": method,
        "settings": settings,
        "iri": LAW,
        "text": "345-II",
        "type": f"{KZOP}Law",
    }
    found = result_of(tools, "reactodia.js", tmp_path, arguments)
    classes = {one["id"]: one for one in found["classes"]}
    law = classes[f"{KZOP}Law"]
    assert ["Заң", "kk"] in law["label"]
    if settings == "stats":
        assert law["count"] == len(laws_of(port))
    assert [f"{KZOP}Law", f"{KZOP}LegalDocument"] in found["edges"]
    assert f"{KZOP}statedIn" in found["linkTypes"]
    assert f"{KZOP}Law" in found["element"]["types"]
    assert [NAME, "kk"] in found["element"]["label"]
    assert any(one["inCount"] for one in found["connected"])
    assert any(LAW in (source, target) for source, _, target in found["links"])
    assert set(found["typed"]) == set(laws_of(port))
    assert LAW in found["named"]
    assert found["found"] == [LAW]


def laws_of(port: int) -> list[str]:
    """The laws, by rdflib: two tools must agree."""
    graph = Graph(SPARQLStore(f"http://127.0.0.1:{port}/sparql", returnFormat="json"))
    return [str(row[0]) for row in graph.query(f"SELECT ?law {{ ?law a <{KZOP}Law> }}")]  # type: ignore[index]


def test_sparnatural(port: int, tools: Path, tmp_path: Path) -> None:
    """Sparnatural 11.1.1 in Chromium on a page of another origin, with sparnatural.ttl."""
    shutil.copy(tools / "node_modules/sparnatural/dist/browser/sparnatural.js", tmp_path)
    shutil.copy(tools / "sparnatural.ttl", tmp_path)
    line = {
        "s": "article",
        "p": f"{SHAPES}Article-law",
        "o": "law",
        "sType": f"{SHAPES}Article",
        "oType": f"{SHAPES}Law",
        "criterias": [],
        "values": [],
    }
    variables = [{"termType": "Variable", "value": name} for name in ("article", "law")]
    arguments = {
        "endpoint": f"http://127.0.0.1:{port}/sparql",
        "config": "sparnatural.ttl",
        "query": {
            "distinct": True,
            "variables": variables,
            "order": None,
            "branches": [{"line": line, "children": []}],
        },
    }
    found = result_of(tools, "sparnatural.js", tmp_path, arguments, loaded=("sparnatural.js",))
    assert "is_part_of" in found["sparql"]
    rows = found["rows"]["results"]["bindings"]
    laws = {row["law"]["value"]: row["law_label"]["value"] for row in rows}
    assert laws.get(LAW)
    assert all(row["article"]["value"].startswith("https://w3id.org/kzop/id/") for row in rows)


def test_jsonp_in_a_page(port: int, tools: Path, tmp_path: Path) -> None:
    """LodLive's way in Chromium: the script runs, and that of a failure does not."""
    endpoint = f"http://127.0.0.1:{port}/sparql"
    usual = {"output": "json", "format": "application/json", "callback": "lodlive"}
    queries = (SELECT, "SELECT * {")
    addresses = [f"{endpoint}?{urlencode({**usual, 'query': query})}" for query in queries]
    good, bad = result_of(tools, "jsonp.js", tmp_path, {"addresses": addresses})
    assert NAME in [row["name"]["value"] for row in good["results"]["bindings"]]
    assert bad == "failed"


@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib(port: int, form: str, method: str) -> None:
    """rdflib's SPARQLStore, of the version in constraints.txt."""
    store = SPARQLStore(f"http://127.0.0.1:{port}/sparql", returnFormat=form, method=method)
    found = {str(row[1]) for row in Graph(store).query(SELECT)}  # type: ignore[index]
    assert NAME in found
    if form != "csv":  # which does not tell a IRI from a text
        laws = set(Graph(store).subjects(None, URIRef(f"{KZOP}Law")))
        assert URIRef(LAW) in laws
