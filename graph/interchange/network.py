"""Triples as nodes with attributes and edges: what graph programs call a network.

| in the triples | in the network |
|---|---|
| subject, object that is no literal | node |
| statement between two of them | edge, labelled with the predicate |
| statement with a literal | value in a column of the node |
| `rdf:type` with an IRI | type of the node |

A blank node is a node like others; a triple term is one too, with its text as its `uri`.

The triples are read once, into a temporary database of SQLite, which keeps what is large on the
disk, tells each statement once and gives those about one node together. In memory are only the
names of the nodes.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.closing import Closing
from graph.interchange.columns import Column, Columns

Term = NamedNode | BlankNode | Literal | Triple

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABELS = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
)
"""Predicates whose literals name a node, best first."""


TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE texts (node INTEGER, place INTEGER, value TEXT, PRIMARY KEY (node, place, value))
    WITHOUT ROWID;
CREATE TABLE lines (source INTEGER, predicate INTEGER, target INTEGER,
    PRIMARY KEY (source, predicate, target)) WITHOUT ROWID;
"""
TYPE_PLACE = -1
"""The place of types among the columns."""
BATCH = 20_000
"""Statements that are written to the database at once."""


class Names(Protocol):
    """What is known of things besides the statements of a network, in the language of its reader.

    Things are given by their IRIs.
    """

    language: str

    def label(self, iri: str) -> str | None:
        """Return the name of a thing; None where only its IRI is known."""

    def short(self, iri: str) -> str:
        """Return `iri` as prefix:name where a prefix is known, else as it is."""

    def tail(self, iri: str) -> str:
        """Return the telling end of an IRI, for a thing without a name."""

    def types(self, iri: str) -> tuple[str, ...]:
        """Return the classes that a thing has."""

    def in_order(self, types: Iterable[str]) -> tuple[str, ...]:
        """Return classes, the one that tells most first."""


class Node(NamedTuple):
    """A thing."""

    id: str
    """`n0`, `n1` and so on, in the order in which nodes are written."""
    uri: str
    """IRI; `_:name` of a blank node; N-Triples of a triple term."""
    label: str
    type: str
    """Name of its first class, "" if it has none."""
    types: tuple[str, ...]
    """IRIs of its classes, the one that tells most first."""
    values: list[tuple[Column, list[str]]]
    """Its literals, in the order of the columns; never without a value."""


class Edge(NamedTuple):
    """A statement between two nodes."""

    id: str
    """`e0`, `e1` and so on."""
    source: str
    target: str
    label: str
    uri: str
    """IRI of the predicate."""
    name: str
    """The predicate as prefix:name."""


class Network(Closing):
    """The nodes, edges and columns of some triples. Close it, or use it in a `with`."""

    def __init__(
        self,
        triples: Iterable[Triple],
        names: Names,
        title: str = "",
        note: str = "",
        topic: str = "",
    ) -> None:
        """Read `triples`, in which one may come twice.

        `title` and `note` say in the file what it holds and leaves out; `topic` is the IRI of the
        thing that a picture begins with.
        """
        self.names, self.title, self.note, self.topic = names, title, note, topic
        self._numbers: dict[str, int] = {}
        self._predicates: dict[str, int] = {}
        self._found = Columns()
        self._database = sqlite3.connect("")
        self._database.executescript(TABLES)
        self._gather(triples)
        self.edge_count: int = self._database.execute("SELECT count(*) FROM lines").fetchone()[0]
        several = self._database.execute(
            "SELECT DISTINCT place FROM texts GROUP BY node, place HAVING count(*) > 1"
        )
        self.columns = self._found.named(names.short, [place for (place,) in several])
        self._class_names: dict[tuple[str, ...], tuple[tuple[str, ...], str]] = {}

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    @property
    def node_count(self) -> int:
        """The number of nodes."""
        return len(self._numbers)

    def _gather(self, triples: Iterable[Triple]) -> None:
        """Number the nodes in the order in which they come, and put down what is said of them."""
        numbers, predicates, add = self._numbers, self._predicates, self._found.add
        texts: list[tuple[int, int, str]] = []
        lines: list[tuple[int, int, int]] = []
        for triple in triples:
            value = triple.object
            predicate = triple.predicate.value
            node = numbers.setdefault(key(triple.subject), len(numbers))
            if isinstance(value, Literal):
                texts.append((node, add(predicate, value), value.value))
            elif predicate == RDF_TYPE and isinstance(value, NamedNode):
                texts.append((node, TYPE_PLACE, value.value))
            else:
                way = predicates.setdefault(predicate, len(predicates))
                lines.append((node, way, numbers.setdefault(key(value), len(numbers))))
            if len(texts) + len(lines) >= BATCH:
                self._put(texts, lines)
        self._put(texts, lines)

    def _put(self, texts: list[tuple[int, int, str]], lines: list[tuple[int, int, int]]) -> None:
        """Write statements to the database."""
        self._database.executemany("INSERT OR IGNORE INTO texts VALUES (?, ?, ?)", texts)
        self._database.executemany("INSERT OR IGNORE INTO lines VALUES (?, ?, ?)", lines)
        texts.clear()
        lines.clear()

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes in the order of their ids."""
        rows = self._database.execute(
            "SELECT node, place, value FROM texts ORDER BY node, place, value"
        )
        groups = groupby(rows, itemgetter(0))
        said = next(groups, None)
        for number, uri in enumerate(self._numbers):
            found: dict[int, list[str]] = {}
            if said and said[0] == number:
                for _, place, value in said[1]:
                    found.setdefault(place, []).append(value)
                said = next(groups, None)
            yield self._node(number, uri, found)

    def _node(self, number: int, uri: str, found: dict[int, list[str]]) -> Node:
        is_named = not uri.startswith(("_:", "<<"))
        types = tuple(found.pop(TYPE_PLACE, ())) or (self.names.types(uri) if is_named else ())
        ordered, type_name = self._type_of(types)
        values = [(self._found[place], texts) for place, texts in found.items()]
        label = self._label(uri, is_named, values)
        return Node(f"n{number}", uri, label, type_name, ordered, values)

    def _label(self, uri: str, is_named: bool, values: list[tuple[Column, list[str]]]) -> str:
        """Return the name of a node: what the triples say, else what is known besides."""
        labels = [(column, texts) for column, texts in values if column.predicate in LABELS]
        labels.sort(key=lambda label: (LABELS.index(label[0].predicate), label[0].language))
        for column, texts in labels:
            if column.language == self.names.language:
                return texts[0]
        known = self.names.label(uri) if is_named else None
        if known is not None:
            return known
        if labels:
            return labels[0][1][0]
        return self.names.tail(uri) if is_named else uri

    def _type_of(self, types: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """Return classes in order, and the name of the first."""
        known = self._class_names.get(types)
        if known is None:
            ordered = self.names.in_order(types)
            name = self._name(ordered[0]) if ordered else ""
            known = self._class_names[types] = (ordered, name)
        return known

    def _name(self, iri: str) -> str:
        return self.names.label(iri) or self.names.tail(iri)

    def edges(self) -> Iterator[Edge]:
        """Yield the edges in the order of their ids: those from one node in one go."""
        known = [(self._name(iri), iri, self.names.short(iri)) for iri in self._predicates]
        rows = self._database.execute(
            "SELECT source, predicate, target FROM lines ORDER BY source, predicate, target"
        )
        for number, (source, predicate, target) in enumerate(rows):
            yield Edge(f"e{number}", f"n{source}", f"n{target}", *known[predicate])


def key(term: Term) -> str:
    """Return what a node is known by: equal for equal terms, different for different ones."""
    if isinstance(term, NamedNode):
        return term.value
    return quoted(term)


def quoted(term: Term) -> str:
    """Return a term in N-Triples."""
    if isinstance(term, Triple):
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(map(quoted, parts))} )>>"
    return str(term)


def in_order(triples: Iterable[Triple]) -> list[Triple]:
    """Return triples in an order that only they decide, so that equal data gives equal files."""
    return sorted(set(triples), key=str)
