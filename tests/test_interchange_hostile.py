"""Whatever stands in a graph, its file is read: by programs that are not ours, and as it was."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable

import igraph
import networkx
import pydot
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.interchange.formats import FORMATS, write
from graph.interchange.layout import places
from graph.interchange.network import Network
from graph.interchange.svg import MOST, TooLarge
from graph.interchange.text import NEVER

XSD = "http://www.w3.org/2001/XMLSchema#"
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


class Bare:
    """Names of a graph that nothing is known of besides."""

    language = "kk"

    def label(self, iri: str) -> str | None:
        return None

    def short(self, iri: str) -> str:
        return iri

    def tail(self, iri: str) -> str:
        return iri[-3:]

    def types(self, iri: str) -> tuple[str, ...]:
        return ()

    def in_order(self, types: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(types))


def network(triples: Iterable[Triple]) -> Network:
    return Network(triples, Bare(), "a --> b ]]>", "\x00 & \u2028")


def exported(found: Network, name: str) -> bytes:
    output = io.BytesIO()
    write(found, FORMATS[name], output)
    return output.getvalue()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "\x00",
        "\x1b[0m",
        "\ufffe",
        "a\r\nb",
        '"',
        "\\",
        '\\"',
        "]]>",
        "&amp;",
        "=1+1",
        "-",
        "'",
    ]
)
iris = (
    st.sampled_from(["http://x/a", "http://x/a&b='c'", "urn:x:қазақ", "http://x/b%20#1", "x:--"])
    | st.text("abқ&'()-;/?.~", max_size=6).map(lambda text: f"http://x/{text}")
).map(NamedNode)
nodes = iris | st.sampled_from(["a", "b"]).map(BlankNode)
datatypes = ("string", "integer", "decimal", "double", "boolean", "date", "unheard")
literals = st.builds(
    lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["kk", "en-GB"])
) | st.builds(
    lambda text, name: Literal(text, datatype=NamedNode(XSD + name)),
    texts | st.sampled_from(["1", "+07", "1e400", "INF", "true", "0", ".5", "9" * 30, "-1.50"]),
    st.sampled_from(datatypes),
)
plain_triples = st.builds(Triple, nodes, iris | st.just(LABEL) | st.just(TYPE), nodes | literals)
triples = st.lists(plain_triples | st.builds(Triple, nodes, iris, plain_triples), max_size=12)


def kept(text: str) -> str:
    """What XML keeps of a text."""
    return NEVER.sub("\ufffd", text)


@settings(max_examples=300, deadline=None)
@given(triples)
def test_every_format_is_read_back(some: list[Triple]) -> None:
    with network(some) as found:
        all_nodes, all_edges = list(found.nodes()), list(found.edges())
        counts = len(all_nodes), len(all_edges)
        assert counts == (found.node_count, found.edge_count)
        distinct = {str(t) for t in some if not isinstance(t.object, Literal)}
        types = {str(t) for t in some if t.predicate == TYPE and isinstance(t.object, NamedNode)}
        assert len(all_edges) == len(distinct - types)
        labels = {node.uri: node.label for node in all_nodes}
        xml_labels = {kept(uri): kept(label) for uri, label in labels.items()}
        lines = sorted((edge.source, edge.target, edge.uri) for edge in all_edges)

        gexf = networkx.read_gexf(io.BytesIO(exported(found, "gexf")))
        assert (gexf.number_of_nodes(), gexf.number_of_edges()) == counts
        assert {d["uri"]: d["label"] for _, d in gexf.nodes(data=True)} == xml_labels
        assert sorted((s, t, d["uri"]) for s, t, d in gexf.edges(data=True)) == lines

        graphml = networkx.read_graphml(io.BytesIO(exported(found, "graphml")))
        assert (graphml.number_of_nodes(), graphml.number_of_edges()) == counts

        read = json.loads(exported(found, "cyjs"))
        assert {n["data"]["uri"]: n["data"]["label"] for n in read["elements"]["nodes"]} == labels
        assert len(read["elements"]["edges"]) == counts[1]

        for name in ("gephi", "neo4j"):
            archive = zipfile.ZipFile(io.BytesIO(exported(found, name)))
            for file, count in zip(("nodes.csv", "edges.csv"), counts, strict=True):
                text = archive.read(file).decode()
                table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
                assert len(table) == count + 1
                assert {len(row) for row in table} == {len(table[0])}
                heads = [cell.lower() for cell in table[0]]
                assert len(set(heads)) == len(heads)
                if name == "gephi":
                    formula = re.compile(r"[=@\t\r]|[+-](?![0-9.]+$)")
                    assert not any(formula.match(cell) for row in table[1:] for cell in row)

        etree.fromstring(exported(found, "svg"))
        where = places(all_nodes, all_edges)
        spots = [(place.column, place.row) for place in where.values()]
        assert len(set(spots)) == len(all_nodes)


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # pydot calls old names
@settings(max_examples=60, deadline=None)
@given(triples)
def test_igraph_and_pydot_read_it_too(
    tmp_path_factory: pytest.TempPathFactory, some: list[Triple]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.graphml"
    with network(some) as found:
        path.write_bytes(exported(found, "graphml"))
        graph = igraph.Graph.Read_GraphML(str(path))
        assert (graph.vcount(), graph.ecount()) == (found.node_count, found.edge_count)
        drawn = (pydot.graph_from_dot_data(exported(found, "dot").decode()) or [])[0]
        names = {node.get_name() for node in drawn.get_nodes()} - {"graph", "node", "edge"}
        assert (len(names), len(drawn.get_edges())) == (found.node_count, found.edge_count)


def test_numbers_are_numbers_where_all_of_them_are() -> None:
    a, b = NamedNode("http://x/a"), NamedNode("http://x/b")

    def column(predicate: str, *values: tuple[NamedNode, str | int | float]) -> str:
        said = [Triple(node, NamedNode(f"http://x/{predicate}"), Literal(v)) for node, v in values]
        with network(said) as found:
            (only,) = found.columns
            assert [node.id for node in found.nodes()]
            return only.type

    assert column("p", (a, 1), (b, 2)) == "long"
    assert column("p", (a, 1), (b, "2")) == "string"
    assert column("p", (a, 1), (a, 2)) == "string"
    assert column("p", (a, 1), (a, 1)) == "long"
    assert column("p", (a, 2**53)) == "string"
    assert column("p", (a, 1.5)) == "double"
    assert column("p", (a, float("inf"))) == "string"
    assert column("p", (a, True), (b, False)) == "boolean"


def test_several_values_of_a_node_are_all_there() -> None:
    a = NamedNode("http://x/a")
    said = [Triple(a, LABEL, Literal(text, language="kk")) for text in ("екі", "бір", "бір")]
    with network(said) as found:
        (node,) = json.loads(exported(found, "cyjs"))["elements"]["nodes"]
        assert node["data"]["label_kk"] == ["бір", "екі"]
        graph = networkx.read_gexf(io.BytesIO(exported(found, "gexf")))
        assert graph.nodes["n0"]["label_kk"] == "бір | екі"


def test_names_of_columns_do_not_clash() -> None:
    a = NamedNode("http://x/a")
    predicates = (
        "http://x/id",
        "http://y/id",
        "http://x/ID",
        "http://x/Label",
        "http://x/1",
        "q:ғ",
    )
    said = [Triple(a, NamedNode(iri), Literal("x")) for iri in predicates]
    with network(said) as found:
        names = [column.name for column in found.columns]
        assert len({name.lower() for name in names} - {"id", "label"}) == len(predicates)
        assert all(re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) for name in names)


def test_a_picture_of_too_many_is_refused_before_it_begins() -> None:
    a = NamedNode("http://x/a")
    said = [Triple(a, LABEL, NamedNode(f"http://x/{i}")) for i in range(MOST)]
    with network(said) as found, pytest.raises(TooLarge, match="301 nodes"):
        exported(found, "svg")
    with network(said[1:]) as found:
        assert len(etree.fromstring(exported(found, "svg")).findall(".//{*}circle")) == MOST


def test_the_topic_stands_first_and_its_neighbours_beside_it() -> None:
    a, b, c, d = (NamedNode(f"http://x/{name}") for name in "abcd")
    said = [Triple(b, LABEL, a), Triple(b, LABEL, c), Triple(d, LABEL, Literal("x"))]
    with network(said) as found:
        where = places(list(found.nodes()), list(found.edges()), "http://x/a")
        spots = {node.uri[-1]: where[node.id] for node in found.nodes()}
    assert [spots[name].column for name in "abcd"] == [0, 1, 2, 0]
    assert spots["d"].row > spots["a"].row
