"""Brings what quotes are looked up in from an engine: lookups in, a store in memory out.

Looked up one by one, each quote would cost some ways to the engine and back. Here every step asks
for many things at once, and the store then answers what `graph.querying.quotations` asks it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolution, QuerySolutions, Store

from graph.iris import ONTOLOGY
from graph.querying.quotations import (
    EMBODIES,
    EVIDENCED_BY,
    EXACT,
    HEADING,
    REALIZES,
    RULE,
    TARGET,
    Lookup,
    text_of,
)

TOGETHER = 200
"""Things that are asked for in one query."""
Select = Callable[[str], QuerySolutions]
"""Asks the engine. Raises Problem."""


def gather(select: Select, is_public: Callable[[str], bool], lookups: Iterable[Lookup]) -> Store:
    """Return a store in which `Quotes` finds for `lookups` what it finds in all quads.

    `is_public` tells whether a named graph is one of the data.
    """
    things: dict[str, set[NamedNode]] = defaultdict(set)
    mentions = set()
    for lookup in lookups:
        things[lookup.by].add(lookup.thing)
        if lookup.mention:
            mentions.add(lookup.mention)
    store = Store()
    for by in things:
        bring_statements(store, select, is_public, things[by], NamedNode(ONTOLOGY + by))
    bring_mentions(store, select, set().union(*things.values()), mentions)
    return store


def bring_statements(
    store: Store,
    select: Select,
    is_public: Callable[[str], bool],
    things: set[NamedNode],
    by: NamedNode,
) -> None:
    """Bring where things are stated, and the texts of the graphs that say so.

    Where one is stated in several provisions, bring the headings of those too.
    """
    provisions: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    graphs = set()
    for row in rows(select, "?thing ?g ?where", f"GRAPH ?g {{ ?thing {by} ?where }}", things):
        if is_public(row["g"].value):
            store.add(Quad(row["thing"], by, row["where"], row["g"]))
            provisions[row["thing"]].add(row["where"])
            graphs.add(row["g"])
    for row in rows(select, "?g ?text ?of", f"GRAPH ?g {{ ?text {EMBODIES} ?of }}", graphs):
        store.add(Quad(row["text"], EMBODIES, row["of"], row["g"]))
    several = set().union(*(found for found in provisions.values() if len(found) > 1))
    pattern = f"?where {EVIDENCED_BY} ?mention . ?mention {RULE} ?rule ; {TARGET} ?span "
    pattern += f"FILTER(CONTAINS(STR(?rule), '{HEADING}'))"
    for row in rows(select, "?where ?mention ?rule ?span", pattern, several):
        add(store, row["where"], EVIDENCED_BY, row["mention"])
        add(store, row["mention"], RULE, row["rule"])
        add(store, row["mention"], TARGET, row["span"])


def bring_mentions(
    store: Store, select: Select, things: set[NamedNode], mentions: set[NamedNode]
) -> None:
    """Bring the mentions of things with their words and documents, and the spans of `mentions`."""
    texts = set()
    pattern = f"?thing {EVIDENCED_BY} ?mention . ?mention {TARGET} ?span "
    pattern += f"OPTIONAL {{ ?span {EXACT} ?exact }}"
    for row in rows(select, "?thing ?mention ?span ?exact", pattern, things):
        mentions.discard(row["mention"])
        texts.add(NamedNode(text_of(row["span"])))
        add(store, row["thing"], EVIDENCED_BY, row["mention"])
        add(store, row["mention"], TARGET, row["span"])
        if row["exact"] is not None:
            add(store, row["span"], EXACT, row["exact"])
    for row in rows(select, "?mention ?span", f"?mention {TARGET} ?span", mentions):
        add(store, row["mention"], TARGET, row["span"])
    pattern = f"?text {EMBODIES} ?of . ?of {REALIZES} ?document"
    for row in rows(select, "?text ?of ?document", pattern, texts):
        add(store, row["text"], EMBODIES, row["of"])
        add(store, row["of"], REALIZES, row["document"])


def rows(
    select: Select, columns: str, pattern: str, values: set[NamedNode]
) -> Iterator[QuerySolution]:
    """Yield what matches a pattern, in which the first of the columns takes the values."""
    waiting = iter(sorted(values, key=str))
    while some := " ".join(map(str, islice(waiting, TOGETHER))):
        first = columns.partition(" ")[0]
        yield from select(f"SELECT {columns} WHERE {{ VALUES {first} {{ {some} }} {pattern} }}")


def add(store: Store, subject: NamedNode, predicate: NamedNode, value: NamedNode) -> None:
    """Add a statement to the default graph, which has them all."""
    store.add(Quad(subject, predicate, value, DefaultGraph()))
