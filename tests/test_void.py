"""The counts in `graph/void`: right, of the data only, and in step with it."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from graph.files import data_folder
from graph.iris import ONTOLOGY, Base
from graph.model import DocumentGraphs, Source
from graph.prefixes import ELI, RDF, RDFS, VOID, fragment
from graph.querying import examples
from graph.querying.queries import catalogue
from graph.storage import void
from graph.store import GraphStore
from graph.vocab import SUPERCLASSES

TYPE = NamedNode(f"{RDF}type")
SAMPLE = data_folder("sample") / "report-2005.txt"
BASE = Base()
KINDS = ("Law", "Article", "Obligation", "Provision", "LegalDocument", "Mention")


def rows(quads: Store, query: str) -> list[tuple[str, ...]]:
    answer = quads.query(f"PREFIX void: <{VOID}> PREFIX kzop: <{ONTOLOGY}> {query}")
    assert isinstance(answer, QuerySolutions)
    return sorted(tuple(term.value for term in row) for row in answer)


def numbers(quads: Store, query: str) -> dict[str, int]:
    """The rows of a query, a name and a number in each."""
    return {name: int(number) for name, number in rows(quads, query)}


def kzop(*arguments: object) -> None:
    command = [sys.executable, "-c", "import service.cli; service.cli.main()"]
    subprocess.run([*command, *map(str, arguments)], check=True, capture_output=True)


def described(folder: Path) -> dict[str, int]:
    """Number of things by class, as `graph/void` says."""
    with GraphStore.open(folder, read_only=True) as store:
        query = "SELECT ?class ?n { ?part void:class ?class ; void:entities ?n }"
        return numbers(store.quads, query)


@pytest.mark.parametrize("kind", KINDS)
def test_the_counts_of_a_class_are_those_of_the_data(sample_store: Store, kind: str) -> None:
    wanted = ONTOLOGY + kind
    counted: Counter[str] = Counter()
    found = sample_store.quads_for_pattern(None, TYPE, NamedNode(wanted), DefaultGraph())
    things = {quad.subject for quad in found}
    for thing in things:
        about = sample_store.quads_for_pattern(thing, None, None, DefaultGraph())
        counted.update(quad.predicate.value for quad in about)
    assert len(things) > 0
    said = rows(sample_store, f"SELECT ?n {{ [] void:class <{wanted}> ; void:entities ?n }}")
    assert said == [(str(len(things)),)]
    said_of_properties = numbers(
        sample_store,
        f"""SELECT ?property ?n {{ [] void:class <{wanted}> ; void:propertyPartition ?part .
        ?part void:property ?property ; void:triples ?n }}""",
    )
    assert said_of_properties == counted


def test_links_lead_to_the_most_specific_class(sample_store: Store) -> None:
    said = rows(
        sample_store,
        f"""SELECT ?class {{ [] void:class kzop:Article ; void:propertyPartition ?part .
        ?part void:property <{ELI}is_part_of> ; void:classPartition [ void:class ?class ] }}""",
    )
    query = f"SELECT ?work {{ ?article a kzop:Article ; <{ELI}is_part_of> ?work }}"
    found = set()
    for (work,) in rows(sample_store, query):
        kinds = {kind for (kind,) in rows(sample_store, f"SELECT ?kind {{ <{work}> a ?kind }}")}
        above = {name for kind in kinds for name in SUPERCLASSES.get(kind, ())}
        found |= kinds - above
    assert {kind for (kind,) in said} == found
    assert f"{ONTOLOGY}Law" in found
    assert f"{ELI}LegalResource" not in found


def test_literals_lead_to_their_datatype(sample_store: Store) -> None:
    said = rows(
        sample_store,
        f"""SELECT ?datatype {{ [] void:class kzop:Law ; void:propertyPartition ?part .
        ?part void:property <{RDFS}label> ;
        <{void.EXTENDED}datatypePartition>/<{void.EXTENDED}datatype> ?datatype }}""",
    )
    assert said == [(f"{RDF}langString",)]


def test_nodes_are_iris_of_the_graph(sample_store: Store) -> None:
    for name in ("void", "queries"):
        graph = BASE.graph(name)
        subjects = {
            quad.subject
            for quad in sample_store.quads_for_pattern(None, None, None, NamedNode(graph))
        }
        assert len(subjects) > len(catalogue(BASE)) - 1
        outside = {s for s in subjects if not str(s).startswith(f"<{graph}#")}
        assert outside <= {NamedNode(ONTOLOGY.rstrip("#"))}


def test_the_counts_do_not_count_themselves(
    sample_graphs: DocumentGraphs, sample_source: Source, tmp_path: Path
) -> None:
    with GraphStore.open(tmp_path / "store", create=True) as store:
        store.put(sample_graphs, sample_source)
        bare = void.statements(void.count(store.quads, store.base), store.base, "x")
        assert store.load_vocabulary()
        assert store.describe()
        counts = void.count(store.quads, store.base)
        again = void.statements(counts, store.base, "x")
        # The classes of codes are known only with the vocabulary.
        assert set(bare) <= set(again)
        version = store.version
        assert not store.describe()
        assert store.version == version


def test_a_build_and_a_removal_keep_the_counts_in_step(tmp_path: Path) -> None:
    act = Path(__file__).parent / "acts" / "law.txt"
    one, both = tmp_path / "one", tmp_path / "both"
    kzop("build", "--store", one, SAMPLE)
    kzop("build", "--store", both, SAMPLE)
    before = described(both)
    kzop("build", "--store", both, act)
    after = described(both)
    mentions = f"{ONTOLOGY}Mention"
    assert after[mentions] > before[mentions] > 0
    with GraphStore.open(both, read_only=True) as store:
        (doc,) = (one.doc for one in store.documents() if one.source == str(act))
    kzop("remove", "--store", both, doc)
    assert described(both) == before
    with GraphStore.open(one, read_only=True) as store:
        expected = store.dump()
    with GraphStore.open(both, read_only=True) as store:
        assert store.dump() == expected


def test_the_named_queries_are_in_the_store_as_they_stand(sample_store: Store) -> None:
    quads = sample_store.quads_for_pattern(
        None, NamedNode("http://www.w3.org/ns/shacl#select"), None, DefaultGraph()
    )
    texts = {str(quad.subject): quad.object for quad in quads}
    queries = catalogue(BASE)
    assert set(texts) == {f"<{BASE.graph('queries')}#{name}>" for name in queries}
    for node, text in texts.items():
        assert isinstance(text, Literal)
        name = node.rpartition("#")[2].rstrip(">")
        run = sample_store.query(text.value)
        given = sample_store.query(queries[name].text)
        assert isinstance(run, QuerySolutions)
        assert isinstance(given, QuerySolutions)
        assert sorted(map(str, run)) == sorted(map(str, given))


def test_examples_follow_the_base() -> None:
    moved = Base("https://law.example/")
    lines = examples.statements(moved)
    assert any("<https://law.example/graph/queries#conscription-age>" in line for line in lines)
    assert any("<https://law.example/sparql>" in line for line in lines)
    assert not any("w3id.org/kzop/id/" in line for line in lines)
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (f"{ONTOLOGY}Law", "kzop.Law"),
        ("http://www.w3.org/ns/org#Organization", "org.Organization"),
    ],
)
def test_the_name_of_a_known_term(iri: str, name: str) -> None:
    assert fragment(iri) == name


@pytest.mark.parametrize("iri", ["https://unknown.example/Law", f"{ONTOLOGY}a/b", "urn:x"])
def test_the_name_of_another_term_is_a_hash(iri: str) -> None:
    assert fragment(iri).startswith("term.")
    assert fragment(iri) != fragment(f"{iri}x")
