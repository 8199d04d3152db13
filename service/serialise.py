"""Triples of our own as RDF, with the usual prefixes."""

from collections.abc import Iterable

from pyoxigraph import Triple, serialize

from service.evaluation import GRAPH_FORMATS
from service.negotiate import Offer
from service.prefixes import PREFIXES


def write_triples(triples: Iterable[Triple], offer: Offer) -> bytes:
    """Return triples in the form of `offer`."""
    return serialize(list(triples), format=GRAPH_FORMATS[offer], prefixes=PREFIXES) or b""
