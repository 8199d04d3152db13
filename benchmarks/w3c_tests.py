"""Reads the manifests of the W3C test suites for SPARQL, and what their tests expect.

A file of a suite has an IRI below BASE in place of its address on the web.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urljoin

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

BASE = "http://suite.example/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
DAWG = "http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

TABLES = {
    ".srx": QueryResultsFormat.XML,
    ".srj": QueryResultsFormat.JSON,
    ".tsv": QueryResultsFormat.TSV,
}
GRAPHS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}

Answer = QuerySolutions | QueryBoolean | QueryTriples
Result = tuple[object, ...]
"""An answer in a form that is equal for equal answers: any order, any blank nodes, any zeros."""


@dataclass(frozen=True)
class Test:
    """One test of a suite."""

    suite: str
    name: str
    kind: str
    """`query`, `update`, `good query`, `bad query`, `good update`, `bad update`, or "" for none
    of these."""
    text: str = ""
    """IRI of the query or update."""
    default: tuple[str, ...] = ()
    """IRIs of the files in the default graph."""
    named: Mapping[str, str] = field(default_factory=dict)
    """IRIs of files by the graphs that they make."""
    result: str = ""
    """IRI of the expected answer."""
    default_after: tuple[str, ...] = ()
    named_after: Mapping[str, str] = field(default_factory=dict)
    """What an update must leave."""
    calls_out: bool = False
    """Whether it needs other endpoints."""
    any_count: bool = False
    """Whether rows that are equal may be fewer."""


class Suites:
    """The suites in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, iri: str) -> Path:
        return self.folder / iri.removeprefix(BASE)

    def text(self, iri: str) -> str:
        return self.path(iri).read_text(encoding="utf-8")

    def triples(self, iri: str) -> list[Triple]:
        path = self.path(iri)
        form = GRAPHS[path.suffix]
        return [q.triple for q in parse(path.read_bytes(), form, base_iri=iri, lenient=True)]

    def tests(self) -> Iterator[Test]:
        """Yield all tests of all manifests, without those that were withdrawn."""
        for path in sorted(self.folder.rglob("manifest.ttl")):
            suite = path.parent.relative_to(self.folder).as_posix()
            manifest = Manifest(self.triples(f"{BASE}{suite}/manifest.ttl"))
            for entry in manifest.entries():
                approval = manifest.one(entry, f"{DAWG}approval")
                if approval is None or "Withdrawn" not in str(approval):
                    yield self.read(manifest, suite, entry)

    def read(self, manifest: "Manifest", suite: str, entry: object) -> Test:
        name = str(getattr(entry, "value", entry)).rpartition("#")[2]
        kinds = " ".join(str(kind) for kind in manifest.all(entry, f"{RDF}type"))
        action = manifest.one(entry, f"{MF}action")
        result = manifest.one(entry, f"{MF}result")
        if "SyntaxTest" in kinds:
            goodness = "good" if "Positive" in kinds else "bad"
            what = "update" if "Update" in kinds else "query"
            return Test(suite, name, f"{goodness} {what}", manifest.value(action))
        if "UpdateEvaluationTest" in kinds:
            before, after = manifest.data(action, UT), manifest.data(result, UT)
            text = manifest.value(manifest.one(action, f"{UT}request"))
            return Test(suite, name, "update", text, *before, "", *after)
        if "QueryEvaluationTest" not in kinds and "ResultFormatTest" not in kinds:
            return Test(suite, name, "")
        text = manifest.value(manifest.one(action, f"{QT}query"))
        default, named = manifest.data(action, QT)
        if not default and not named:
            named = self.graphs_in(text)
        return Test(
            *(suite, name, "query", text, default, named, manifest.value(result)),
            calls_out=bool(manifest.all(action, f"{QT}serviceData")),
            any_count=bool(manifest.all(entry, f"{MF}resultCardinality")),
        )

    def graphs_in(self, query: str) -> dict[str, str]:
        """Return the files that a query names as its dataset."""
        found = re.findall(r"FROM\s+(?:NAMED\s+)?<([^>]*)>", self.text(query))
        iris = [urljoin(query, iri) for iri in found]
        return {iri: iri for iri in iris if self.path(iri).exists()}

    def expected(self, test: Test) -> Result:
        """Return the answer that a query must have."""
        path = self.path(test.result)
        if path.suffix == ".csv":
            return table(path.read_text(encoding="utf-8"))
        if path.suffix in TABLES:
            answer = parse_query_results(path.read_bytes(), format=TABLES[path.suffix])
            return told(answer, test.any_count)
        triples = self.triples(test.result)
        return Manifest(triples).table(test.any_count) or graph(triples)

    def expected_data(self, test: Test) -> Result:
        """Return the data that an update must leave."""
        default = [t for iri in test.default_after for t in self.triples(iri)]
        return graph(default, {g: self.triples(iri) for g, iri in test.named_after.items()})


class Manifest:
    """Statements, to be asked for."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.store = Store()
        self.store.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)

    def all(self, subject: object, predicate: str) -> list[object]:
        if not isinstance(subject, NamedNode | BlankNode):
            return []
        found = self.store.quads_for_pattern(subject, NamedNode(predicate), None, None)
        return [quad.object for quad in found]

    def one(self, subject: object, predicate: str) -> object:
        return next(iter(self.all(subject, predicate)), None)

    @staticmethod
    def value(term: object) -> str:
        return str(getattr(term, "value", ""))

    def entries(self) -> Iterator[object]:
        for quad in self.store.quads_for_pattern(None, NamedNode(f"{MF}entries"), None, None):
            rest: object = quad.object
            while self.value(rest) != f"{RDF}nil":
                yield self.one(rest, f"{RDF}first")
                rest = self.one(rest, f"{RDF}rest")

    def data(self, node: object, words: str) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return the files of the default graph, and those of the named graphs."""
        named = {}
        for found in self.all(node, f"{words}graphData"):
            file = found if isinstance(found, NamedNode) else self.one(found, f"{UT}graph")
            name = self.value(self.one(found, LABEL)) or self.value(file)
            named[name] = self.value(file)
        return tuple(self.value(file) for file in self.all(node, f"{words}data")), named

    def table(self, any_count: bool) -> Result | None:
        """Return the result that these statements tell of, None if they do not."""
        kind = NamedNode(f"{RS}ResultSet")
        for quad in self.store.quads_for_pattern(None, NamedNode(f"{RDF}type"), kind, None):
            truth = self.one(quad.subject, f"{RS}boolean")
            if truth is not None:
                return ("truth", self.value(truth) == "true")
            names = [self.value(name) for name in self.all(quad.subject, f"{RS}resultVariable")]
            return rows(names, map(self.row, self.all(quad.subject, f"{RS}solution")), any_count)
        return None

    def row(self, solution: object) -> dict[str, object]:
        return {
            self.value(self.one(binding, f"{RS}variable")): self.one(binding, f"{RS}value")
            for binding in self.all(solution, f"{RS}binding")
        }


def told(answer: Answer, any_count: bool = False) -> Result:
    """Return an answer of the engine as a result."""
    if isinstance(answer, QueryBoolean):
        return ("truth", bool(answer))
    if isinstance(answer, QueryTriples):
        return graph(answer)
    names = [variable.value for variable in answer.variables]
    return rows(names, ({name: row[name] for name in names} for row in answer), any_count)


def rows(names: list[str], found: Iterable[Mapping[str, object]], any_count: bool) -> Result:
    """Return a table as a result: each row is a node, so that blank nodes keep their rows."""
    quads = []
    for row in found:
        node = BlankNode()
        quads.append(Quad(node, NamedNode("x:row"), Literal("")))
        for name, term in row.items():
            if isinstance(term, NamedNode | BlankNode | Literal):
                quads.append(Quad(node, NamedNode(f"x:{quote(name)}"), term))
    lines = canonical(quads)
    return ("rows", tuple(sorted(names)), () if any_count else lines)


def graph(default: Iterable[Triple], named: Mapping[str, Iterable[Triple]] | None = None) -> Result:
    """Return statements as a result."""
    quads = [Quad(t.subject, t.predicate, t.object) for t in default]
    for name, triples in (named or {}).items():
        quads += [Quad(t.subject, t.predicate, t.object, NamedNode(name)) for t in triples]
    return ("graph", canonical(quads))


def canonical(quads: Iterable[Quad]) -> tuple[str, ...]:
    """Return quads as sorted lines; numbers are written as the engine stores them."""
    store = Store()
    store.extend(quads)
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return tuple(sorted(map(str, dataset)))


def table(text: str) -> Result:
    """Return CSV as a result; its columns may stand in any order."""
    found = [tuple(sorted(map("=".join, row.items()))) for row in csv.DictReader(StringIO(text))]
    return ("csv", *sorted(tuple(plain(cell) for cell in row) for row in found))


def plain(cell: str) -> str:
    """Return NAME=VALUE with numbers written alike and blank nodes without their label."""
    name, _, value = cell.partition("=")
    if value.startswith("_:"):
        return f"{name}=_:"
    try:
        return f"{name}={float(value)}"
    except ValueError:
        return cell
