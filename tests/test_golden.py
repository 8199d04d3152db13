"""The sample's graphs: equal to the golden copies, founded in the text, sound, repeatable."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store

from graph import vocab
from graph.iris import Base
from graph.model import DocumentGraphs, Source
from graph.pipeline import to_graphs
from graph.shapes import validate

GOLDEN = Path(__file__).parent / "golden" / "report-2005"
GRAPHS = ("content", "evidence", "authority")
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
OA = "http://www.w3.org/ns/oa#"
ELI = "http://data.europa.eu/eli/ontology#"
ID = f"<{Base().id('')}"


def n_triples(statements: Iterable[str]) -> str:
    return "".join(f"{statement} .\n" for statement in statements)


def objects(statements: Iterable[str], predicate: str) -> dict[str, set[str]]:
    """Subjects of a predicate with their objects."""
    found: dict[str, set[str]] = {}
    for statement in statements:
        subject, property_, value = statement.split(" ", 2)
        if property_ == f"<{predicate}>":
            found.setdefault(subject, set()).add(value)
    return found


def only(values: set[str]) -> str:
    (value,) = values
    return value


@pytest.mark.parametrize("name", GRAPHS)
def test_the_graph_is_the_golden_copy(
    name: str, sample_graphs: DocumentGraphs, request: pytest.FixtureRequest
) -> None:
    path = GOLDEN / f"{name}.nt"
    actual = n_triples(getattr(sample_graphs, name))
    known = path.exists()
    if not known or request.config.getoption("--accept"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8")
    assert known, f"{path.name} was missing: it is written now; review it and run again"
    expected = path.read_text(encoding="utf-8").splitlines()
    missing = sorted(set(expected) - set(actual.splitlines()))
    surplus = sorted(set(actual.splitlines()) - set(expected))
    assert missing == [], "gone; accept with `pytest --accept`"
    assert surplus == [], "new; accept with `pytest --accept`"
    assert actual.splitlines() == expected


# What every extraction keeps.


@pytest.mark.parametrize("name", GRAPHS)
def test_statements_are_sorted_unique_and_free_of_blank_nodes(
    name: str, sample_graphs: DocumentGraphs
) -> None:
    statements = getattr(sample_graphs, name)
    assert statements
    assert list(statements) == sorted(set(statements))
    subjects_and_objects = {
        term for line in statements for term in (line.split(" ", 2)[0], line.split(" ", 2)[2])
    }
    assert [term for term in subjects_and_objects if term.startswith("_:")] == []


def test_every_span_holds_the_words_of_the_source(
    sample_graphs: DocumentGraphs, sample_source: Source
) -> None:
    store = Store()
    store.load(n_triples(sample_graphs.evidence), format=RdfFormat.N_TRIPLES)
    spans = 0
    for row in store.query(  # type: ignore[union-attr]
        f"""SELECT ?span ?start ?end ?exact {{ ?span a <{vocab.Span}> ;
            <{vocab.start}> ?start ; <{vocab.end}> ?end ; <{OA}exact> ?exact }}"""
    ):
        start, end = int(row["start"].value), int(row["end"].value)
        assert sample_source.text[start:end] == row["exact"].value
        assert row["span"].value == f"{sample_graphs.text_iri}#char={start},{end}"
        spans += 1
    targets = objects(sample_graphs.evidence, f"{OA}hasTarget").values()
    assert spans == len(set().union(*targets)) > 250


def test_every_node_that_the_text_speaks_of_has_evidence(sample_graphs: DocumentGraphs) -> None:
    """The text evidences its own work, expression and file by being a text of them."""
    evident = objects(sample_graphs.evidence, vocab.evidencedBy)
    nodes = objects(sample_graphs.content, RDF_TYPE.strip("<>"))
    own = {f"<{sample_graphs.work}>", f"<{sample_graphs.text_iri}>"}
    own |= set(objects(sample_graphs.content, f"{ELI}realizes"))
    assert len(nodes) > 250
    assert sorted(set(nodes) - set(evident) - own) == []
    assert sorted(set(evident) - set(nodes)) == [], "evidence for a node without a class"


def test_mentions_are_the_inverse_of_evidence(sample_graphs: DocumentGraphs) -> None:
    bodies = objects(sample_graphs.evidence, f"{OA}hasBody")
    evident = objects(sample_graphs.evidence, vocab.evidencedBy)
    assert {(only(values), mention) for mention, values in bodies.items()} == {
        (node, mention) for node, mentions in evident.items() for mention in mentions
    }
    readings = objects(sample_graphs.evidence, vocab.reading)
    assert set(readings) == set(bodies)
    assert all(re.fullmatch(r'"[^\n]+"@kk', only(reading)) for reading in readings.values())


def test_a_second_run_gives_the_same_graphs(
    sample_graphs: DocumentGraphs, sample_source: Source
) -> None:
    assert to_graphs(sample_source, Base()) == sample_graphs


def test_processes_with_other_hash_seeds_give_the_same_bytes(
    sample_graphs: DocumentGraphs, sample_source: Source
) -> None:
    program = (
        "import sys; from graph.iris import Base; from graph.pipeline import to_graphs; "
        "from graph.source import read; "
        "found = to_graphs(read(sys.argv[1]), Base()); "
        "lines = found.content + found.evidence + found.authority; "
        "sys.stdout.buffer.write(''.join(f'{line} .\\n' for line in lines).encode())"
    )
    expected = n_triples(
        (*sample_graphs.content, *sample_graphs.evidence, *sample_graphs.authority)
    ).encode()
    for seed in ("0", "4242"):
        run = subprocess.run(
            [sys.executable, "-c", program, sample_source.name],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert run.stdout == expected


# The shapes.


def statements_of(store: Store) -> set[str]:
    return {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}


def store_of(document: DocumentGraphs) -> Store:
    store = Store()
    for name in GRAPHS:
        store.load(n_triples(getattr(document, name)), format=RdfFormat.N_TRIPLES)
    return store


def test_the_sample_conforms_to_the_shapes(sample_graphs: DocumentGraphs) -> None:
    assert validate(statements_of(store_of(sample_graphs))).violations == ()


class Fault(NamedTuple):
    """A mutation of shapes/mutations.toml, worked out on the sample."""

    name: str
    shape: str
    added: set[str]
    removed: set[str]

    @property
    def nodes(self) -> set[str]:
        """The nodes of the data in the statements that change."""
        changed = [line.split(" ", 2) for line in self.added | self.removed]
        terms = {term for subject, _, value in changed for term in (subject, value)}
        return {term for term in terms if term.startswith(ID)}


def read_faults(document: DocumentGraphs) -> list[Fault]:
    path = Path(__file__).parent / "shapes" / "mutations.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    sound = statements_of(store_of(document))
    found = []
    for mutation in table["mutation"]:
        store = store_of(document)
        store.update(table["prefixes"] + mutation["update"])
        after = statements_of(store)
        found.append(Fault(mutation["name"], mutation["shape"], after - sound, sound - after))
    return found


def test_faults_put_into_the_sample_are_reported(sample_graphs: DocumentGraphs) -> None:
    """Validating takes seconds: one copy takes all faults that share neither a node nor a shape."""
    waiting = read_faults(sample_graphs)
    assert [fault.name for fault in waiting if not fault.nodes] == []
    sound = statements_of(store_of(sample_graphs))
    checked = 0
    for _ in range(2):
        chosen: list[Fault] = []
        for fault in waiting:
            if not any(fault.nodes & other.nodes or fault.shape == other.shape for other in chosen):
                chosen.append(fault)
        waiting = [fault for fault in waiting if fault not in chosen]
        removed = set().union(*(fault.removed for fault in chosen))
        added = set().union(*(fault.added for fault in chosen))
        report = validate((sound - removed) | added)
        reported = {violation.shape for violation in report.violations}
        assert [fault.name for fault in chosen if fault.shape not in reported] == []
        checked += len(chosen)
    assert checked >= 16
