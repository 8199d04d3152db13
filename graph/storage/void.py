"""What the data consists of, counted: the quads of a store in, statements of `graph/void` out.

For editors that complete terms from VoID: which properties the things of a class have, and to which
classes or datatypes they lead. Counted is what is about things, not the vocabulary and not these
counts. The engine counts; where properties lead is taken from their first statements, without
counts, since to look up the classes of every object takes five times as long as all the rest. All
nodes are fragments of the graph.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from graph.iris import Base
from graph.prefixes import OWL, RDF, VOID, XSD, fragment
from graph.vocab import SUPERCLASSES

EXTENDED = "http://ldf.fi/void-ext#"
"""Namespace of the VoID extension that has partitions by datatype."""
TYPE = NamedNode(f"{RDF}type")
OTHER = ("ontology", "codes", "queries", "void")
"""Graphs about what is no data."""
LOOKED_AT = 200
"""Statements of each property that tell where it leads."""
FORM = 1
"""Raised when other statements are made of the same data."""

ENTITIES = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c"
PROPERTIES = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
OF_CLASS = "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p"

Classes = tuple[str, ...]


class Counts:
    """How often what is stated of things of which class."""

    def __init__(self) -> None:
        self.entities: Counter[str] = Counter()
        """Things by class."""
        self.properties: Counter[str] = Counter()
        """Statements by property."""
        self.of_class: Counter[tuple[str, str]] = Counter()
        """Statements by class of the subject and property."""
        self.to_class: set[tuple[str, str, str]] = set()
        """Most specific class of a subject, property, most specific class of its object."""
        self.to_datatype: set[tuple[str, str, str]] = set()
        """Most specific class of a subject, property, datatype of its object."""


def print_of(prints: Iterable[str]) -> str:
    """Return what tells whether `graph/void` is about the documents that the store now has."""
    digest = sha256(f"{FORM}\n".encode())
    for line in prints:
        digest.update(line.encode())
    return digest.hexdigest()[:16]


def described(quads: Store, base: Base) -> str:
    """Return the print of the documents that `graph/void` was made of; "" if there is none."""
    graph = NamedNode(base.graph("void"))
    version = NamedNode(f"{OWL}versionInfo")
    found = quads.quads_for_pattern(NamedNode(f"{graph.value}#dataset"), version, None, graph)
    quad = next(found, None)
    return quad.object.value if quad and isinstance(quad.object, Literal) else ""


def count(quads: Store, base: Base) -> Counts:
    """Count the statements of the default graph."""
    counts = Counts()
    counts.entities.update({row[0]: number for row, number in _grouped(quads, ENTITIES)})
    counts.properties.update({row[0]: number for row, number in _grouped(quads, PROPERTIES)})
    counts.of_class.update({(row[0], row[1]): number for row, number in _grouped(quads, OF_CLASS)})
    other = {
        quad.subject
        for name in OTHER
        for quad in quads.quads_for_pattern(None, None, None, NamedNode(base.graph(name)))
    }
    for subject in other:
        about = list(quads.quads_for_pattern(subject, None, None, DefaultGraph()))
        types = _classes(about)
        counts.entities.subtract(types)
        for quad in about:
            counts.properties[quad.predicate.value] -= 1
            counts.of_class.subtract((kind, quad.predicate.value) for kind in types)
    counts.entities, counts.properties = +counts.entities, +counts.properties
    counts.of_class = +counts.of_class
    _look_where_properties_lead(quads, counts, other)
    return counts


def _grouped(quads: Store, query: str) -> Iterator[tuple[list[str], int]]:
    """The IRIs of each row of a query, and the number that ends it."""
    answer = quads.query(query)
    assert isinstance(answer, QuerySolutions)
    for row in answer:
        *terms, number = row
        if all(isinstance(term, NamedNode) for term in terms):
            yield [term.value for term in terms], int(number.value)


def _look_where_properties_lead(quads: Store, counts: Counts, other: set[Any]) -> None:
    @lru_cache(maxsize=10 * LOOKED_AT)
    def classes_of(node: NamedNode) -> Classes:
        found = quads.quads_for_pattern(node, TYPE, None, DefaultGraph())
        return _specific(_classes(found))

    for predicate in counts.properties:
        if predicate == TYPE.value:
            continue
        found = quads.quads_for_pattern(None, NamedNode(predicate), None, DefaultGraph())
        of_data = (quad for quad in found if quad.subject not in other)
        for quad in islice(of_data, LOOKED_AT):
            value = quad.object
            kinds = classes_of(quad.subject) if isinstance(quad.subject, NamedNode) else ()
            for kind in kinds:
                if isinstance(value, Literal):
                    counts.to_datatype.add((kind, predicate, value.datatype.value))
                elif isinstance(value, NamedNode):
                    ends = classes_of(value)
                    counts.to_class.update((kind, predicate, end) for end in ends)


def statements(counts: Counts, base: Base, print_: str) -> tuple[str, ...]:
    """Statements "S P O" (N-Triples terms, no final dot, sorted, unique) of `graph/void`."""
    return tuple(sorted(_lines(counts, base, print_)))


def _lines(counts: Counts, base: Base, print_: str) -> Iterator[str]:
    def node(*terms: str) -> str:
        return f"<{base.graph('void')}#{'.'.join(terms)}>"

    def says(subject: str, term: str, number: int) -> str:
        return f'{subject} <{VOID}{term}> "{number}"^^<{XSD}integer>'

    data = node("dataset")
    yield f"{data} <{RDF}type> <{VOID}Dataset>"
    yield f"{data} <{OWL}versionInfo> {Literal(print_)}"
    yield f"{data} <{VOID}uriSpace> {Literal(base.id(''))}"
    yield says(data, "triples", counts.properties.total())
    yield says(data, "classes", len(counts.entities))
    yield says(data, "properties", len(counts.properties))
    for predicate, number in counts.properties.items():
        part = node("property", fragment(predicate))
        yield f"{data} <{VOID}propertyPartition> {part}"
        yield f"{part} <{VOID}property> <{predicate}>"
        yield says(part, "triples", number)
    for kind, number in counts.entities.items():
        part = node(fragment(kind))
        yield f"{data} <{VOID}classPartition> {part}"
        yield f"{part} <{VOID}class> <{kind}>"
        yield says(part, "entities", number)
    for (kind, predicate), number in counts.of_class.items():
        part = node(fragment(kind), fragment(predicate))
        yield f"{node(fragment(kind))} <{VOID}propertyPartition> {part}"
        yield f"{part} <{VOID}property> <{predicate}>"
        yield says(part, "triples", number)
    ends = (
        (counts.to_class, f"{VOID}classPartition", f"{VOID}class"),
        (counts.to_datatype, f"{EXTENDED}datatypePartition", f"{EXTENDED}datatype"),
    )
    for found, partition, term in ends:
        for kind, predicate, end in found:
            whole = node(fragment(kind), fragment(predicate))
            part = node(fragment(kind), fragment(predicate), fragment(end))
            yield f"{whole} <{partition}> {part}"
            yield f"{part} <{term}> <{end}>"


def _classes(quads: Iterable[Quad]) -> Classes:
    """The classes that statements give their subject, sorted."""
    types = (quad.object for quad in quads if quad.predicate == TYPE)
    return tuple(sorted({kind.value for kind in types if isinstance(kind, NamedNode)}))


def _specific(classes: Classes) -> Classes:
    """The classes of which no other is a subclass."""
    above = {name for kind in classes for name in SUPERCLASSES.get(kind, ())}
    return tuple(kind for kind in classes if kind not in above)
