"""Triples of our own as RDF, with the usual prefixes."""

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Triple, serialize

from service.engine.evaluation import GRAPH_FORMATS
from service.http.negotiate import JSON_LD, Offer
from service.linked.jsonld import write_jsonld
from service.prefixes import PREFIXES


def write_triples(
    triples: Iterable[Triple], offer: Offer, topic: NamedNode | BlankNode | None = None
) -> bytes:
    """Return triples in the form of `offer`; JSON-LD is compact, with `topic` as its root."""
    if offer is JSON_LD:
        return write_jsonld(triples, topic)
    return serialize(list(triples), format=GRAPH_FORMATS[offer], prefixes=PREFIXES) or b""
