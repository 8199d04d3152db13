"""Descriptions of things as triples, in pages: nothing is cut, and a page costs what it holds.

Knows the store but not Flask. A description is a row of entries: what is said about the thing, what
points at it, its evidence (each with the mention and its ranges), and for a source text its ranges.
A page is some of them with the names of all things in it. The order is that of the engine's
indexes, which hangs on the terms alone, so it is the same on every page.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Triple

from graph.iris import ONTOLOGY
from service.engine.dataset import BODY, EVIDENCED_BY, TARGET, Dataset, Term
from service.prefixes import RDF

PAGE = 500
"""Entries of a page."""

SPAN = NamedNode(f"{ONTOLOGY}Span")
TYPE = NamedNode(f"{RDF}type")


@dataclass(frozen=True)
class Description:
    """One page of the description of a thing."""

    triples: set[Triple]
    page: int
    """Number of the page, from 1."""
    pages: int
    total: int
    """Entries of all pages."""


@dataclass(frozen=True)
class Section:
    """Entries of one kind: a pattern that has a solution for each, and what to say of it."""

    pattern: str
    say: Callable[[list[Any]], Iterable[Triple]]
    """The triples of one solution: the values of ?a and ?b."""


def describe(dataset: Dataset, node: NamedNode, page: int, size: int = PAGE) -> Description:
    """Return page number `page` of the description of `node`; LookupError if there is none."""
    sections = sections_of(dataset, node)
    counts = [dataset.number(section.pattern) for section in sections]
    total = sum(counts)
    pages = max(1, -(-total // size))
    if not 1 <= page <= pages:
        raise LookupError(f"the description has {pages} pages")
    triples: set[Triple] = set()
    skip, left = (page - 1) * size, size
    for section, count in zip(sections, counts, strict=True):
        taken = max(0, min(left, count - skip))
        if taken:
            for row in dataset.rows(section.pattern, skip, taken):
                triples.update(section.say(row))
        skip, left = max(0, skip - count), left - taken
    for term in neighbours(triples, node):
        triples.update(dataset.names(term))
    triples.update(dataset.names(node))
    return Description(triples, page, pages, total)


def sections_of(dataset: Dataset, node: NamedNode) -> list[Section]:
    """Return the sections of the description of `node`."""

    def facts(row: list[Any]) -> Iterator[Triple]:
        yield Triple(node, row[0], row[1])
        yield from inside(dataset, row[1], set())

    def links(row: list[Any]) -> Iterator[Triple]:
        yield Triple(row[0], row[1], node)

    def evidence(row: list[Any]) -> Iterator[Triple]:
        yield Triple(node, EVIDENCED_BY, row[0])
        yield from dataset.about(row[0])
        for span in dataset.values(row[0], TARGET) if isinstance(row[0], NamedNode) else ():
            yield from dataset.about(span)

    def ranges(row: list[Any]) -> Iterator[Triple]:
        yield from dataset.about(row[0])

    sections = [
        Section(f"{node} ?a ?b FILTER(?a != {EVIDENCED_BY})", facts),
        Section(
            f"?a ?b {node} FILTER(?b != {BODY} || NOT EXISTS {{ {node} {EVIDENCED_BY} ?a }})", links
        ),
        Section(f"{node} {EVIDENCED_BY} ?a", evidence),
    ]
    for record in dataset.store.records.of_text(node.value):
        graph = NamedNode(dataset.base.graph(f"evidence/{record.doc}"))
        sections.append(Section(f"GRAPH {graph} {{ ?a {TYPE} {SPAN} }}", ranges))
    return sections


def inside(dataset: Dataset, value: Term, seen: set[Term]) -> Iterator[Triple]:
    """Yield what is said about a blank node and those in it: nobody could ask for them."""
    if isinstance(value, BlankNode) and value not in seen:
        seen.add(value)
        for triple in dataset.about(value):
            yield triple
            yield from inside(dataset, triple.object, seen)


def neighbours(triples: Iterable[Triple], node: NamedNode) -> set[Term]:
    """Return what the triples about `node`, and those that point at it, name besides."""
    found: set[Term] = set()
    for triple in triples:
        if triple.subject == node:
            found |= {triple.predicate, triple.object}
        elif triple.object == node:
            found |= {triple.subject, triple.predicate}
    return found
