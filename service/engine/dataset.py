"""Reads the graph for people: labels, facts, incoming links, evidence and counts.

Knows the store but not Flask. IRIs go in and come out as strings; lists are sorted, so that one
version of the data gives one page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
)

from graph.iris import CODE, ONTOLOGY
from graph.store import GraphStore
from service.engine.quads import Quads
from service.prefixes import DCTERMS, OA, RDF, RDFS, SKOS

Term = NamedNode | BlankNode | Literal | Triple

DEFAULT = DefaultGraph()
LABELS = (NamedNode(f"{SKOS}prefLabel"), NamedNode(f"{RDFS}label"))
"""Properties that name a thing, best first."""
STAND_INS = (NamedNode(f"{DCTERMS}title"), NamedNode(f"{ONTOLOGY}actionText"))
"""Properties that show what a thing without a name is, best first."""
LANGUAGES = ("kk", "ru", "en")
"""Languages of labels, in the order in which one stands in for another."""

REMEMBERED_LABELS = 20_000
"""Labels kept in memory: each takes several calls of the engine, and a page shows many."""

REMEMBERED_VALUES = 100_000
"""Things and properties whose values are kept because they were read ahead."""
TOGETHER = 1_000
"""Things that are read ahead by one query."""

REMEMBERED_NUMBERS = 10_000
"""Numbers of solutions kept in memory: who reads one page of many reads the next."""

BODY = NamedNode(f"{OA}hasBody")
TARGET = NamedNode(f"{OA}hasTarget")
EXACT = NamedNode(f"{OA}exact")
START = NamedNode(f"{ONTOLOGY}start")
END = NamedNode(f"{ONTOLOGY}end")
RULE = NamedNode(f"{ONTOLOGY}extractionRule")
CONFIDENCE = NamedNode(f"{ONTOLOGY}confidence")
READING = NamedNode(f"{ONTOLOGY}reading")
EVIDENCED_BY = NamedNode(f"{ONTOLOGY}evidencedBy")


@dataclass(frozen=True)
class Label:
    """The name of a thing in one language."""

    text: str
    language: str
    """Language tag; "" if the name is only the end of its IRI."""


@dataclass(frozen=True)
class Quote:
    """One contiguous range of a source text."""

    span: str
    """IRI of the span: the source text's IRI with `#char=start,end`."""
    start: int
    """First code point, 0-based."""
    end: int
    """One past the last code point."""
    exact: str
    """The characters of the range."""


@dataclass(frozen=True)
class Evidence:
    """One mention of a thing, with its ranges in the order of the text."""

    mention: str
    quotes: tuple[Quote, ...]
    rule: Term | None
    confidence: str
    reading: str
    """The mention as repaired and normalised; "" if it has none of its own."""


class Dataset:
    """The graph of one open store, as the pages read it."""

    def __init__(
        self, store: GraphStore, quads: Quads | None = None, version: str | None = None
    ) -> None:
        """Read from `store`, which must stay open.

        `quads` stand in for those of the store, and `version` for that of what is in it.
        """
        self.store = store
        self.base = store.base
        self._elsewhere = quads
        self._version = version
        # The store is open for reading only, so a label once read stays right.
        self._labels = lru_cache(maxsize=REMEMBERED_LABELS)(self._read_label)
        self._ahead: dict[tuple[NamedNode, NamedNode], tuple[Term, ...]] = {}
        self.known_names: dict[tuple[NamedNode, str], Label] = {}
        self.known_facets: dict[str, Mapping[str, frozenset[str]]] = {}
        self.known_lists: dict[str, list[str]] = {}
        self.known_years: dict[str, str] = {}
        self.known_parts: dict[str, tuple[list[NamedNode], list[NamedNode]]] = {}
        self.known_places: dict[str, tuple[int, list[int], list[NamedNode]]] = {}
        self._numbers = lru_cache(maxsize=REMEMBERED_NUMBERS)(self._count)

    @property
    def quads(self) -> Quads:
        """The quads, for queries."""
        return self._elsewhere or self.store.quads

    @property
    def version(self) -> str:
        """The version of the data."""
        return self._version or self.store.version

    def knows(self, iri: str) -> bool:
        """Tell whether any statement is about `iri` or points at it; none is about no IRI."""
        try:
            node = NamedNode(iri)
        except ValueError:
            return False
        found = self.quads.quads_for_pattern(node, None, None, DEFAULT)
        if next(found, None) is not None:
            return True
        return next(self.quads.quads_for_pattern(None, None, node, DEFAULT), None) is not None

    def value(self, subject: NamedNode, predicate: NamedNode) -> Term | None:
        """Return one value of a property, the first in sorted order, or None."""
        return min(self.values(subject, predicate), key=str, default=None)

    def values(self, subject: NamedNode, predicate: NamedNode) -> Iterator[Term]:
        """Yield the values of a property."""
        known = self._ahead.get((subject, predicate))
        if known is not None:
            yield from known
            return
        for quad in self.quads.quads_for_pattern(subject, predicate, None, DEFAULT):
            yield quad.object

    def read_ahead(self, things: Iterable[NamedNode], properties: Sequence[NamedNode]) -> None:
        """Read the values of some properties of many things, for who is about to ask for each.

        That takes a third of the time: the engine looks up each thing once.
        """
        wanted = [
            thing
            for thing in dict.fromkeys(things)
            if any((thing, name) not in self._ahead for name in properties)
        ]
        names = ", ".join(map(str, properties))
        for start in range(0, len(wanted), TOGETHER):
            some = wanted[start : start + TOGETHER]
            values = f"VALUES ?s {{ {' '.join(map(str, some))} }}"
            query = f"SELECT ?s ?a ?b {{ {values} ?s ?a ?b FILTER(?a IN ({names})) }}"
            found: dict[tuple[NamedNode, NamedNode], list[Term]] = {
                (thing, name): [] for thing in some for name in properties
            }
            for thing, name, value in self._select(query):
                found[thing, name].append(value)
            if len(self._ahead) + len(found) > REMEMBERED_VALUES:
                self._ahead.clear()
            self._ahead.update((place, tuple(values)) for place, values in found.items())

    def subjects(self, predicate: NamedNode, value: NamedNode | Literal) -> Iterator[NamedNode]:
        """Yield the named subjects whose property `predicate` is `value`."""
        for quad in self.quads.quads_for_pattern(None, predicate, value, DEFAULT):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject

    def label(self, node: NamedNode, language: str) -> Label:
        """Return the name of `node` in `language`, else in another, else the end of its IRI."""
        return self._labels(node, language)

    def _read_label(self, node: NamedNode, language: str) -> Label:
        for predicate in (*LABELS, *STAND_INS):
            texts = {
                value.language or "": value.value
                for value in sorted(self.values(node, predicate), key=str)
                if isinstance(value, Literal)
            }
            for tag in (language, *LANGUAGES, *sorted(texts)):
                if tag in texts:
                    return Label(texts[tag], tag)
        return Label(self.short_name(node.value), "")

    def short_name(self, iri: str) -> str:
        """Return the telling end of an IRI: after `id/`, after `#`, or the last segment."""
        own = self.base.id("")
        if iri.startswith(own):
            return iri.removeprefix(own).removeprefix("eli/")
        if iri.startswith(CODE):
            return iri.removeprefix(CODE)
        return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri

    def facts(self, node: NamedNode) -> dict[NamedNode, list[Term]]:
        """Return what is said about `node`, sorted: property -> values. Evidence is left out."""
        found: dict[NamedNode, list[Term]] = {}
        # A hub has thousands of mentions: the engine passes them over without reading their names.
        told = self._select(f"SELECT ?a ?b {{ {node} ?a ?b FILTER(?a != {EVIDENCED_BY}) }}")
        for predicate, value in sorted(told, key=str):
            found.setdefault(predicate, []).append(value)
        return found

    def evidence(self, node: NamedNode) -> list[Evidence]:
        """Return the mentions of `node` in the order of the text."""
        found = [self.read_mention(mention) for mention in self.subjects(BODY, node)]
        return sorted(found, key=lambda e: (e.quotes[0].start if e.quotes else 0, e.mention))

    def read_mention(self, mention: NamedNode) -> Evidence:
        """Return a mention with its ranges."""
        spans = (t for t in self.values(mention, TARGET) if isinstance(t, NamedNode))
        quotes = sorted((self.read_span(span) for span in spans), key=lambda q: (q.start, q.end))
        return Evidence(
            mention.value,
            tuple(quotes),
            self.value(mention, RULE),
            lexical(self.value(mention, CONFIDENCE)),
            lexical(self.value(mention, READING)),
        )

    def read_span(self, span: NamedNode) -> Quote:
        """Return one range of a source text."""
        return Quote(
            span.value,
            int(lexical(self.value(span, START)) or 0),
            int(lexical(self.value(span, END)) or 0),
            lexical(self.value(span, EXACT)),
        )

    def number(self, pattern: str) -> int:
        """Return how many solutions a graph pattern of our own has; known ones cost nothing."""
        return self._numbers(pattern)

    def _count(self, pattern: str) -> int:
        ((number,),) = self._select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        return int(number.value)

    def rows(self, pattern: str, skip: int = 0, limit: int | None = None) -> Iterator[list[Any]]:
        """Yield solutions of a graph pattern of our own, as the values of ?a and ?b."""
        yield from self._select(f"SELECT ?a ?b WHERE {{ {pattern} }} {window(skip, limit)}")

    def pairs(
        self, pattern: str, skip: int = 0, limit: int | None = None
    ) -> Iterator[tuple[str, str]]:
        """Yield the IRIs that ?a and ?b of a graph pattern of our own stand for, "" for a lack."""
        query = f"SELECT ?a ?b WHERE {{ {pattern} }} {window(skip, limit)}"
        for first, last in self.table(query):
            if first[:1] in ("<", "") and last[:1] in ("<", ""):
                yield first[1:-1], last[1:-1]

    def table(self, query: str) -> Iterator[list[str]]:
        """Yield the rows of a SELECT of our own, each term as SPARQL writes it, "" for a lack.

        For many rows that is several times as fast as terms.
        """
        found = self.quads.query(query)
        assert isinstance(found, QuerySolutions)
        table = found.serialize(format=QueryResultsFormat.TSV)
        assert table is not None
        for row in table.decode().split("\n")[1:-1]:
            yield row.split("\t")

    def _select(self, query: str) -> Iterator[list[Any]]:
        answer = self.quads.query(query)
        assert isinstance(answer, QuerySolutions)
        for row in answer:
            yield list(row)

    def about(self, node: Term) -> Iterator[Triple]:
        """Yield the triples with `node` as their subject."""
        if isinstance(node, NamedNode | BlankNode):
            yield from as_triples(self.quads.quads_for_pattern(node, None, None, DEFAULT))

    def names(self, node: Term) -> Iterator[Triple]:
        """Yield the triples that name `node`."""
        if isinstance(node, NamedNode):
            for predicate in LABELS:
                yield from as_triples(self.quads.quads_for_pattern(node, predicate, None, DEFAULT))

    def named_graph(self, iri: str) -> list[Triple] | None:
        """Return the triples of a named graph, or None if there is no such graph."""
        name = NamedNode(iri)
        if not self.quads.contains_named_graph(name):
            return None
        return list(as_triples(self.quads.quads_for_pattern(None, None, None, name)))

    def has_graph(self, iri: str) -> bool:
        """Tell whether there is a named graph `iri`; nothing that is no IRI names one."""
        try:
            return self.quads.contains_named_graph(NamedNode(iri))
        except ValueError:
            return False

    def graph_names(self) -> list[str]:
        """Return the IRIs of the named graphs, sorted."""
        names = self.quads.named_graphs()
        return sorted(name.value for name in names if isinstance(name, NamedNode))

    def instances(self, of: str) -> list[NamedNode]:
        """Return the things whose type is the class `of`, sorted by IRI."""
        found = self.subjects(NamedNode(f"{RDF}type"), NamedNode(of))
        return sorted(set(found), key=str)


def window(skip: int, limit: int | None) -> str:
    """Return the end of a query that wants at most `limit` solutions after the first `skip`."""
    return f"OFFSET {skip}" if limit is None else f"OFFSET {skip} LIMIT {limit}"


def lexical(term: Term | None) -> str:
    """Return the characters of a literal, and "" for anything else."""
    return term.value if isinstance(term, Literal) else ""


def as_triples(quads: Iterable[Quad]) -> Iterator[Triple]:
    """Yield quads as triples."""
    for quad in quads:
        yield quad.triple
