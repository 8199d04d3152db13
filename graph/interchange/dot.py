r"""DOT: a network in, what Graphviz draws out.

In a quoted text `\` begins an escape, so each is doubled, and a line feed is `\n`; what looks like
an entity (`&amp;`) would be read as one in a label, so its `&` is written as an entity itself.
"""

import re
from collections.abc import Iterator

from graph.interchange.columns import BETWEEN
from graph.interchange.gexf import legend
from graph.interchange.network import Network
from graph.interchange.text import comment, plain

ENTITY = re.compile(r"&(?=#?\w+;)")


def dot(network: Network) -> Iterator[str]:
    """Yield the parts of the document."""
    for line in (network.title, network.note, *legend(network)):
        if line:
            yield f"// {comment(line)}\n"
    yield (
        "digraph kzop {\n"
        'graph [charset="UTF-8", rankdir="LR"]\n'
        'node [shape="box", style="rounded", fontname="sans-serif"]\n'
        'edge [fontname="sans-serif", fontsize="10"]\n'
    )
    for node in network.nodes():
        values = {"label": label(node.label), "uri": quoted(node.uri), "URL": quoted(node.uri)}
        if node.types:
            values |= {"type": quoted(node.type), "types": quoted(" ".join(node.types))}
        for column, found in node.values:
            values[column.name] = quoted(BETWEEN.join(found))
        yield f"{node.id} [{', '.join(f'{name}={value}' for name, value in values.items())}]\n"
    for edge in network.edges():
        yield (
            f'{edge.source} -> {edge.target} [id="{edge.id}", label={label(edge.label)}, '
            f"uri={quoted(edge.uri)}, name={quoted(edge.name)}]\n"
        )
    yield "}\n"


def quoted(text: str) -> str:
    """Return a text between quotation marks."""
    escaped = plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n") + '"'


def label(text: str) -> str:
    """Return a text between quotation marks that Graphviz shows as it is."""
    return quoted(ENTITY.sub("&amp;", text))
