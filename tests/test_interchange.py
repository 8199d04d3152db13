"""The sample in every format for graph programs, read back by readers that are not ours."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import igraph
import networkx
import pydot
import pyoxigraph
import pytest
from lxml import etree

from graph.interchange.formats import FORMATS, write
from graph.interchange.network import Network
from graph.interchange.source import store_triples
from graph.iris import Base
from graph.store import GraphStore
from service.networks.networknames import NetworkNames

CONTENT = """
  FILTER(STRSTARTS(STR(?g), "https://w3id.org/kzop/graph/doc/")
    || ?g = <https://w3id.org/kzop/graph/authority>)
"""
LINKS = f"""
  GRAPH ?g {{ ?s ?p ?o }} {CONTENT}
  FILTER(!isLiteral(?o) && ?p != <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>)
"""
LAW = "https://w3id.org/kzop/id/eli/kz/law/2002-08-08/345-II"


def rows(store: pyoxigraph.Store, query: str) -> list[list[Any]]:
    answer = store.query(query)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return [list(row) for row in answer]


@pytest.fixture(scope="module")
def counts(sample_store: pyoxigraph.Store) -> tuple[int, int]:
    """The nodes and edges of the sample's content, as SPARQL counts them."""
    edges = rows(
        sample_store,
        f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT ?s ?p ?o WHERE {{ {LINKS} }} }}",
    )
    nodes = rows(
        sample_store,
        "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {"
        f"{{ GRAPH ?g {{ ?x ?p ?o }} {CONTENT} }} UNION {{ {LINKS} BIND(?o AS ?x) }} }}",
    )
    found = int(nodes[0][0].value), int(edges[0][0].value)
    assert min(found) > 300
    return found


@pytest.fixture(scope="module")
def labels(sample_store: pyoxigraph.Store) -> dict[str, str]:
    """The Kazakh names of the things in the content: IRI -> name."""
    found = rows(
        sample_store,
        "SELECT ?x ?label WHERE { GRAPH ?g { ?x "
        f"<http://www.w3.org/2004/02/skos/core#prefLabel> ?label }} {CONTENT} "
        "FILTER(LANG(?label) = 'kk') }",
    )
    assert len(found) > 250
    return {iri.value: label.value for iri, label in found}


@pytest.fixture(scope="module")
def network(sample_folder: Path) -> Iterator[Network]:
    with GraphStore.open(sample_folder, read_only=True) as store:
        names = NetworkNames(store.quads, store.base, "kk")
        with Network(store_triples(store), names, "сынақ", "--> note") as found:
            yield found


def exported(network: Network, name: str) -> bytes:
    output = io.BytesIO()
    write(network, FORMATS[name], output)
    return output.getvalue()


def same_labels(found: dict[str, str], labels: dict[str, str]) -> None:
    assert {iri: found.get(iri) for iri in labels} == labels


def test_networkx_reads_gexf(
    network: Network, counts: tuple[int, int], labels: dict[str, str]
) -> None:
    graph = networkx.read_gexf(io.BytesIO(exported(network, "gexf")))
    assert (graph.number_of_nodes(), graph.number_of_edges()) == counts
    nodes = [data for _, data in graph.nodes(data=True)]
    same_labels({data["uri"]: data["label"] for data in nodes}, labels)
    law = next(data for data in nodes if data["uri"] == LAW)
    assert (law["type"], law["eli_number"]) == ("Заң", "345-II")
    ages = {data["kzop_minAge"] for data in nodes if "kzop_minAge" in data}
    assert 18 in ages
    ways = {(data["uri"], data["label"]) for _, _, data in graph.edges(data=True)}
    assert ("http://data.europa.eu/eli/ontology#cites", "сілтеме жасайды") in ways


def test_networkx_reads_graphml(
    network: Network, counts: tuple[int, int], labels: dict[str, str]
) -> None:
    graph = networkx.read_graphml(io.BytesIO(exported(network, "graphml")))
    assert (graph.number_of_nodes(), graph.number_of_edges()) == counts
    same_labels({data["uri"]: data["label"] for _, data in graph.nodes(data=True)}, labels)
    assert {key for _, _, key in graph.edges(keys=True)} == {f"e{i}" for i in range(counts[1])}


def test_igraph_reads_graphml(
    network: Network, counts: tuple[int, int], labels: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "sample.graphml"
    path.write_bytes(exported(network, "graphml"))
    graph = igraph.Graph.Read_GraphML(str(path))
    assert (graph.vcount(), graph.ecount()) == counts
    same_labels(dict(zip(graph.vs["uri"], graph.vs["label"], strict=True)), labels)
    assert graph.is_directed()


def test_cytoscape_json_has_all(
    network: Network, counts: tuple[int, int], labels: dict[str, str]
) -> None:
    read = json.loads(exported(network, "cyjs"))
    nodes = [node["data"] for node in read["elements"]["nodes"]]
    edges = [edge["data"] for edge in read["elements"]["edges"]]
    assert (len(nodes), len(edges)) == counts
    same_labels({node["uri"]: node["label"] for node in nodes}, labels)
    ids = {node["id"] for node in nodes}
    assert len(ids) == len(nodes)
    assert all(edge["source"] in ids and edge["target"] in ids for edge in edges)
    column = read["data"]["columns"]["skos_prefLabel_kk"]
    assert column["uri"] == "http://www.w3.org/2004/02/skos/core#prefLabel"


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # pydot calls old names
def test_pydot_reads_dot(network: Network, counts: tuple[int, int], labels: dict[str, str]) -> None:
    graph = (pydot.graph_from_dot_data(exported(network, "dot").decode()) or [])[0]
    nodes = [n for n in graph.get_nodes() if n.get_name() not in ("graph", "node", "edge")]
    assert (len(nodes), len(graph.get_edges())) == counts
    found = {node.get("uri").strip('"'): node.get("label")[1:-1] for node in nodes}
    same_labels({uri: text.replace('\\"', '"') for uri, text in found.items()}, labels)


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("gephi", (["Id", "Label", "Type"], ["Source", "Target", "Type", "Label"])),
        ("neo4j", ([":ID", ":LABEL"], [":START_ID", ":END_ID", ":TYPE"])),
    ],
)
def test_tables_have_the_heads_that_importers_want(
    network: Network, counts: tuple[int, int], name: str, heads: tuple[list[str], list[str]]
) -> None:
    archive = zipfile.ZipFile(io.BytesIO(exported(network, name)))
    assert archive.testzip() is None
    tables = []
    for file, head in zip(("nodes.csv", "edges.csv"), heads, strict=True):
        text = archive.read(file).decode("utf-8")
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert table[0][: len(head)] == head
        assert {len(row) for row in table} == {len(table[0])}
        tables.append(table)
    nodes, edges = tables
    assert (len(nodes) - 1, len(edges) - 1) == counts
    ids = {row[0] for row in nodes[1:]}
    assert all(row[0] in ids and row[1] in ids for row in edges[1:])
    assert b"kzop_minAge = https://w3id.org/kzop/ontology#minAge" in archive.read("README.txt")
    if name == "neo4j":
        law = next(row for row in nodes if LAW in row)
        assert law[1] == "Resource;Law;LegalDocument;LegalResource"
        assert "kzop_minAge:long" in nodes[0]


def test_every_literal_is_in_the_file(network: Network, sample_store: pyoxigraph.Store) -> None:
    found = rows(
        sample_store,
        "SELECT DISTINCT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } "
        f"{CONTENT} FILTER(isLiteral(?o)) }}",
    )
    wanted = {(s.value, p.value, o.value, o.language or "") for s, p, o in found}
    read = json.loads(exported(network, "cyjs"))
    columns = read["data"]["columns"]
    kept = set()
    for node in (node["data"] for node in read["elements"]["nodes"]):
        for name in columns.keys() & node.keys():
            values = node[name] if isinstance(node[name], list) else [node[name]]
            for value in values:
                text = value if isinstance(value, str) else json.dumps(value)
                kept.add((node["uri"], columns[name]["uri"], text, columns[name]["language"]))

    def plain(facts: set[tuple[str, str, str, str]]) -> set[tuple[str, str, str, str]]:
        """Decimal numbers without a fraction are written in two ways."""
        return {(s, p, text.removesuffix(".0"), tag) for s, p, text, tag in facts}

    assert plain(kept) == plain(wanted)


def test_names_come_in_the_asked_language(sample_folder: Path) -> None:
    found = {}
    with GraphStore.open(sample_folder, read_only=True) as store:
        for language in ("kk", "ru", "en"):
            names = NetworkNames(store.quads, Base(), language)
            with Network(store_triples(store), names) as network:
                nodes = {node.uri: node for node in network.nodes()}
                ways = {edge.uri: edge.label for edge in network.edges()}
            party = nodes["https://w3id.org/kzop/id/party/every-citizen"]
            found[language] = (
                party.label,
                nodes[LAW].type,
                ways["http://data.europa.eu/eli/ontology#cites"],
            )
    assert found["kk"] == ("әрбір азамат", "Заң", "сілтеме жасайды")
    assert found["ru"][:2] == ("каждый гражданин", "Закон")
    assert found["en"][:2] == ("every citizen", "Law")
    assert len(set(found.values())) == 3


def test_equal_data_gives_equal_bytes(network: Network) -> None:
    for name in FORMATS.keys() - {"svg"}:
        assert exported(network, name) == exported(network, name)


def test_all_holds_evidence_and_a_graph_only_itself(sample_folder: Path) -> None:
    with GraphStore.open(sample_folder, read_only=True) as store:
        names = NetworkNames(store.quads, store.base, "kk")
        for which in ("all", store.base.graph("authority")):
            with Network(store_triples(store, which), names) as network:
                uris = {node.uri for node in network.nodes()}
            assert any("/id/mention/" in uri for uri in uris) == (which == "all")
            assert ("https://w3id.org/kzop/ontology#Law" in uris) == (which == "all")


def test_a_picture_is_xml_with_every_label(sample_folder: Path) -> None:
    with GraphStore.open(sample_folder, read_only=True) as store:
        names = NetworkNames(store.quads, store.base, "kk")
        triples = store_triples(store, store.base.graph("authority"))
        with Network(triples, names, note="a < b") as network:
            picture = etree.fromstring(exported(network, "svg"))
            titles = {title.text or "" for title in picture.iter("{*}title")}
            for node in network.nodes():
                assert f"{node.label}\n{node.uri}" in titles
    assert "style" not in {name for element in picture.iter() for name in element.attrib}
