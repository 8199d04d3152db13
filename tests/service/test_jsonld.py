"""Compact JSON-LD: two processors read the same triples from it as from N-Triples."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Triple,
    parse,
    serialize,
)
from pyoxigraph import RdfFormat as Format
from rdflib import Graph
from rdflib.compare import isomorphic

from graph.store import GraphStore
from service.engine.dataset import Dataset as Data
from service.linked.context import context, terms
from service.linked.describing import describe
from service.linked.jsonld import write_jsonld, write_script
from service.prefixes import PREFIXES

# The parser of rdflib warns of its own parts.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

XSD = PREFIXES["xsd"]
KZOP = PREFIXES["kzop"]


def n_triples(triples: list[Triple]) -> str:
    return (serialize(triples, format=Format.N_TRIPLES) or b"").decode()


def read(text: str) -> Dataset:
    """Read N-Triples to the letter; how blank nodes are called does not matter."""
    found = Dataset(parse(text, Format.N_QUADS))
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


def no_fetching(url: str, options: object) -> dict[str, object]:
    raise AssertionError(f"{url} would be fetched")


def read_by_pyld(document: bytes) -> str:
    options = {"format": "application/n-quads", "documentLoader": no_fetching}
    return str(jsonld.to_rdf(json.loads(document), options))


def read_by_rdflib(document: bytes) -> Graph:
    return Graph().parse(data=document.decode(), format="json-ld")


def check(triples: list[Triple], topic: NamedNode | None) -> bytes:
    document = write_jsonld(triples, topic)
    expected = n_triples(triples)
    assert read(read_by_pyld(document)) == read(expected)
    assert isomorphic(read_by_rdflib(document), Graph().parse(data=expected, format="nt"))
    return document


@pytest.fixture(scope="module")
def opened(sample_folder: Path) -> Iterator[GraphStore]:
    with GraphStore.open(sample_folder, read_only=True) as store:
        yield store


def described(store: GraphStore, iri: str) -> list[Triple]:
    return list(describe(Data(store), NamedNode(iri), 1).triples)


THINGS = (
    "id/eli/kz/law/2002-08-08/345-II",
    "id/eli/kz/resolution/2005-10-15/1033/annex_1",
    "id/org/mfa",
    "id/penalty/code-criminal.art_162__para_1.1",
    "code/rule/act-chain",
    "code/docType",
    "ontology#Law",
)


@pytest.mark.parametrize("path", THINGS)
def test_a_description_says_the_same_as_its_triples(opened: GraphStore, path: str) -> None:
    iri = f"https://w3id.org/kzop/{path}"
    triples = described(opened, iri)
    assert triples
    document = json.loads(check(triples, NamedNode(iri)))
    assert document["id"] == iri
    assert set(document["label"]) <= {"kk", "ru", "en"}


def test_the_whole_sample_says_the_same_as_a_list(opened: GraphStore) -> None:
    quads = opened.quads.quads_for_pattern(None, None, None, DefaultGraph())
    triples = [quad.triple for quad in quads]
    document = write_jsonld(triples)
    assert read(read_by_pyld(document)) == read(n_triples(triples))


def test_a_programmer_finds_what_he_expects(opened: GraphStore) -> None:
    iri = "https://w3id.org/kzop/id/eli/kz/law/2002-08-08/345-II"
    document = json.loads(write_jsonld(described(opened, iri), NamedNode(iri)))
    assert "Law" in document["type"]
    assert document["date_document"] == "2002-08-08"
    assert document["number"] == "345-II"
    mention = document["evidencedBy"][0]
    target = mention["hasTarget"][0]
    assert isinstance(target["start"], int)
    assert len(target["exact"]) == target["end"] - target["start"]
    assert isinstance(mention["confidence"], str), "a decimal is no float"
    assert {"id", "type"} <= set(document["@context"])


def iris() -> st.SearchStrategy[NamedNode]:
    known = [*terms(), f"{XSD}date", "urn:a", "https://example.org/ә", "schema:odd", "id:odd"]
    return st.sampled_from(known).map(NamedNode)


def literals() -> st.SearchStrategy[Literal]:
    words = st.sampled_from(["", "заң", "<b>", "true", "7", "007", "-0", "1.50", "9" * 20, "@id"])
    types = st.sampled_from(["string", "integer", "decimal", "boolean", "date", "anyURI"])
    typed = st.builds(lambda w, t: Literal(w, datatype=NamedNode(XSD + t)), words, types)
    spoken = st.builds(lambda w, t: Literal(w, language=t), words, st.sampled_from(["kk", "en-gb"]))
    return typed | spoken


NODES = st.sampled_from([NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c")])
BLANKS = st.sampled_from([BlankNode("x"), BlankNode("y")])
TRIPLES = st.builds(Triple, NODES | BLANKS, iris(), NODES | BLANKS | iris() | literals())


@given(st.lists(TRIPLES, max_size=12))
def test_any_triples_say_the_same(triples: list[Triple]) -> None:
    for topic in (None, NamedNode("urn:a")):
        document = write_jsonld(triples, topic)
        assert read(read_by_pyld(document)) == read(n_triples(triples))


def test_a_chain_of_things_is_no_deep_tree() -> None:
    links = range(3000)
    step = NamedNode(f"{KZOP}statedIn")
    triples = [Triple(NamedNode(f"urn:n{i}"), step, NamedNode(f"urn:n{i + 1}")) for i in links]
    document = write_jsonld(triples, NamedNode("urn:n0"))
    assert read(read_by_pyld(document)) == read(n_triples(triples))


def test_a_script_cannot_be_ended_from_within() -> None:
    hostile = Literal("</script><script>alert(1)</script><!--", language="kk")
    triples = [Triple(NamedNode("urn:a"), NamedNode(f"{PREFIXES['rdfs']}label"), hostile)]
    script = write_script(triples, NamedNode("urn:a"))
    assert "<" not in script
    assert json.loads(script)["label"]["kk"] == hostile.value


def test_the_context_names_every_term_of_the_ontology_and_no_name_is_a_prefix() -> None:
    whole = context()
    names = {term.name for term in terms().values()}
    assert names.isdisjoint(PREFIXES)
    assert {"statedIn", "evidencedBy", "Law", "label", "cites"} <= names <= set(whole)
    assert whole["label"] == {"@id": "rdfs:label", "@container": "@language"}
    assert whole["statedIn"] == {"@id": "kzop:statedIn", "@type": "@id"}
    assert whole["start"] == {"@id": "kzop:start", "@type": "xsd:integer"}


def test_every_reused_term_of_the_sample_has_a_short_name(opened: GraphStore) -> None:
    # What is stated of the vocabulary, of queries and of the data as a whole is for programs.
    aside = tuple(opened.base.graph(name) for name in ("ontology", "queries", "void"))
    used = {
        quad.predicate.value
        for quad in opened.quads.quads_for_pattern(None, None, None, None)
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value not in aside
    }
    assert used - set(terms()) <= {f"{PREFIXES['rdf']}type"}
