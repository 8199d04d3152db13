"""The words that a thing rests on, looked up in the store: a thing and a provision in, quotes out.

Single lookups, some 0.1 ms a quote; what is asked often is kept for as long as `Quotes` lives.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Store,
    Triple,
)

from graph import vocab
from graph.iris import ONTOLOGY
from graph.rdf import ELI, OA

EMBODIES = NamedNode(f"{ELI}embodies")
REALIZES = NamedNode(f"{ELI}realizes")
TARGET = NamedNode(f"{OA}hasTarget")
EXACT = NamedNode(f"{OA}exact")
EVIDENCED_BY = NamedNode(vocab.evidencedBy)
RULE = NamedNode(vocab.extractionRule)
RANGE = re.compile(r"#char=(\d+),(\d+)")
HEADING = "/rule/structure"
"""In the IRI of a rule that finds the headings of provisions."""
DEFAULT = DefaultGraph()
KEPT = 20_000
"""Provisions, texts and graphs that are remembered."""

Node = NamedNode | BlankNode
Graph = NamedNode | BlankNode | DefaultGraph
Term = NamedNode | BlankNode | Literal | Triple
Heading = tuple[int, Term]
"""Where the heading of a provision begins, and the provision."""


class Lookup(NamedTuple):
    """What `Quotes.of` is asked: the quotes of a thing, and which of them count."""

    thing: NamedNode
    by: str
    provision: NamedNode | None = None
    mention: NamedNode | None = None
    span: NamedNode | None = None


@dataclass(frozen=True)
class Quotation:
    """A piece of a source text that says something; what is not known is None."""

    document: Term | None = None
    provision: Term | None = None
    quote: Term | None = None
    start: int | None = None
    """The first code point of the quote in the source text, as the IRI of the range has it."""
    end: int | None = None
    """The one after its last."""
    span: NamedNode | None = None

    @property
    def cells(self) -> tuple[Term | None, ...]:
        """The parts in their order, as terms."""
        start, end = (None if at is None else Literal(at) for at in (self.start, self.end))
        return self.document, self.provision, self.quote, start, end, self.span

    @property
    def place(self) -> tuple[str, int, int, str]:
        """What sorts quotations in the order of the text."""
        start, end = (-1 if at is None else at for at in (self.start, self.end))
        return str(self.document), start, end, str(self.provision)


class Quotes:
    """Looks quotations up in one store that does not change meanwhile."""

    def __init__(self, store: Store) -> None:
        """Read `store`."""
        self._store = store
        self._named = lru_cache(1)(self._read_named)
        self._stated = lru_cache(1_000)(self._read_stated)
        self._texts = lru_cache(KEPT)(self._read_texts)
        self._document = lru_cache(KEPT)(self._read_document)
        self._headings = lru_cache(KEPT)(self._read_headings)

    def of(
        self,
        thing: NamedNode,
        by: str,
        provision: NamedNode | None = None,
        mention: NamedNode | None = None,
        span: NamedNode | None = None,
    ) -> Iterator[Quotation]:
        """Yield the quotes that `thing` rests on, in no order; one may come twice.

        `by` is the name of the property that leads to the provision which states it. With
        `provision` only what stands there counts, with `mention` or `span` only this. A provision
        that is its own `provision` rests on all that names it.
        """
        only = {span} if span else set(self._spans(mention)) if mention else None
        if provision == thing:
            quotes: Iterable[Quotation] = self._named(thing)
        else:
            stated = self._stated(thing, by)
            quotes = stated.get(provision, []) if provision else chain(*stated.values())
        return (quote for quote in quotes if only is None or quote.span in only)

    def _read_named(self, thing: NamedNode) -> list[Quotation]:
        """Return all quotes that name `thing`."""
        mentions = self._values(thing, EVIDENCED_BY)
        return [self._quotation(span, thing) for node in mentions for span in self._spans(node)]

    def _read_stated(self, thing: NamedNode, by: str) -> dict[Term, list[Quotation]]:
        """Return the quotes that say `thing`, by the provision that states it."""
        # Each text has a graph of its own, which says where it states the thing.
        stating: dict[str, list[Term]] = {}
        for graph, where in self._stating(thing, NamedNode(ONTOLOGY + by)):
            for text in self._texts(graph):
                if where not in stating.setdefault(text, []):
                    stating[text].append(where)
        found: dict[Term, list[Quotation]] = {}
        headings = {text: self._in_order(where, text) for text, where in stating.items()}
        for node in self._values(thing, EVIDENCED_BY):
            for span in self._spans(node):
                text = text_of(span)
                for where in nearest(headings.get(text, []), start_of(span)) or stating.get(
                    text, []
                ):
                    found.setdefault(where, []).append(self._quotation(span, where))
        return found

    def _stating(self, thing: NamedNode, by: NamedNode) -> Iterator[tuple[NamedNode, Term]]:
        """Yield the provisions that state a thing, each with the graph that says so."""
        # Some times as fast as a query, and it has many.
        for quad in self._store.quads_for_pattern(thing, by, None, None):
            if isinstance(quad.graph_name, NamedNode):
                yield quad.graph_name, quad.object

    def _in_order(self, provisions: list[Term], text: str) -> list[Heading]:
        """Return the headings of some provisions in the order of the text."""
        if len(provisions) < 2:
            return []
        found = [(at, where) for where in provisions for at in self._headings(where, text)]
        return sorted(found, key=itemgetter(0))

    def _read_headings(self, provision: Term, text: str) -> list[int]:
        """Return where the headings of a provision begin in a text."""
        return sorted(
            start_of(span)
            for mention in self._values(provision, EVIDENCED_BY)
            if any(HEADING in str(rule) for rule in self._values(mention, RULE))
            for span in self._spans(mention)
            if text_of(span) == text
        )

    def _read_texts(self, graph: Graph) -> frozenset[str]:
        """Return the IRIs of the texts whose content is in a graph."""
        return frozenset(
            quad.subject.value
            for quad in self._quads(None, EMBODIES, graph)
            if isinstance(quad.subject, NamedNode)
        )

    def _read_document(self, text: str) -> Term | None:
        """Return the document of a text."""
        for expression in self._values(NamedNode(text), EMBODIES):
            for document in self._values(expression, REALIZES):
                return document
        return None

    def _spans(self, mention: Term) -> list[NamedNode]:
        """Return the pieces of text of a mention."""
        return [span for span in self._values(mention, TARGET) if isinstance(span, NamedNode)]

    def _quotation(self, span: NamedNode, provision: Term) -> Quotation:
        exact = next(self._values(span, EXACT), None)
        place = RANGE.search(span.value)
        start, end = map(int, place.groups()) if place else (None, None)
        return Quotation(self._document(text_of(span)), provision, exact, start, end, span)

    def _values(self, subject: Term, predicate: NamedNode) -> Iterator[Term]:
        if isinstance(subject, NamedNode):
            for quad in self._quads(subject, predicate, DEFAULT):
                yield quad.object

    def _quads(self, subject: Node | None, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
        return self._store.quads_for_pattern(subject, predicate, None, graph)


def nearest(headings: list[Heading], place: int) -> list[Term]:
    """Return the provisions whose headings stand nearest before a place, none if none does.

    It is mostly one: what is stated in several provisions belongs to the one that it stands in.
    """
    starts = itemgetter(0)
    count = bisect_right(headings, place, key=starts)
    first = bisect_left(headings, headings[count - 1][0], key=starts) if count else 0
    return [where for _, where in headings[first:count]]


def text_of(span: NamedNode) -> str:
    """Return the IRI of the text that a span is a range of."""
    return span.value.partition("#")[0]


def start_of(span: NamedNode) -> int:
    """Return the first code point of a range, -1 if its IRI does not tell."""
    found = RANGE.search(span.value)
    return int(found[1]) if found else -1
