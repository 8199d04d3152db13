"""What a remote engine is told of the data in it: the graph `published`, and its version."""

from graph.iris import Base
from graph.prefixes import DCAT

VERSION = f"{DCAT}version"
"""Property of the graph `published`: the version of the store that was published last."""
STAGING = "staging/"
"""What the names of graphs that are being published begin with."""


def version_graph(base: Base) -> str:
    """Return the IRI of the graph that tells what was published."""
    return base.graph("published")
