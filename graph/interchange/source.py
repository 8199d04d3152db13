"""The statements of a store that a network is made of."""

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Triple

from graph.storage.dump import graph_name
from graph.storage.open_store import OpenStore

CONTENT = "content"
ALL = "all"


def store_triples(store: OpenStore, which: str = CONTENT) -> Iterator[Triple]:
    """Yield the statements of one graph, of all, or of those with content.

    The content is what the texts say (`graph/doc/...`) and what the lexicons know of the things in
    them (`graph/authority`), without the evidence, the ontology and the code lists. A statement in
    several of them comes several times. Raises UnknownGraph, before the first, if `which` is
    neither content nor all nor a graph of the store.
    """
    if which == CONTENT:
        names = content_graphs(store)
    else:
        names = [DefaultGraph() if which == ALL else graph_name(store, which) or DefaultGraph()]
    quads = store.quads
    return (
        quad.triple for name in names for quad in quads.quads_for_pattern(None, None, None, name)
    )


def content_graphs(store: OpenStore) -> list[NamedNode | DefaultGraph]:
    """Return the names of the graphs with content, in order."""
    documents, authority = store.base.graph("doc/"), store.base.graph("authority")
    names = (name for name in store.quads.named_graphs() if isinstance(name, NamedNode))
    found = (n for n in names if n.value == authority or n.value.startswith(documents))
    return [*sorted(found, key=str)]
