"""GEXF 1.3: a network in, the XML that Gephi, sigma.js and graphology read out."""

from collections.abc import Iterator

from graph.interchange.network import Network
from graph.interchange.text import comment, xml

FIXED = ("uri", "type", "types")


def gexf(network: Network) -> Iterator[str]:
    """Yield the parts of the document.

    `kind` tells parallel edges apart: without it Gephi makes one edge of several statements between
    the same two nodes.
    """
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
        f"<meta>\n<creator>kzop</creator>\n<description>{description(network)}</description>\n"
        '</meta>\n<graph defaultedgetype="directed" mode="static" idtype="string">\n'
        '<attributes class="node">\n'
    )
    for name in FIXED:
        yield f'<attribute id="{name}" title="{name}" type="string"/>\n'
    ids = {}
    for place, column in enumerate(network.columns):
        ids[column.name] = f"a{place}"
        yield f'<attribute id="a{place}" title="{column.name}" type="{column.type}"/>\n'
    yield (
        '</attributes>\n<attributes class="edge">\n'
        '<attribute id="uri" title="uri" type="string"/>\n'
        f'</attributes>\n<nodes count="{network.node_count}">\n'
    )
    for node in network.nodes():
        parts = [
            f'<node id="{node.id}" label="{xml(node.label)}"><attvalues>'
            f'<attvalue for="uri" value="{xml(node.uri)}"/>'
        ]
        if node.types:
            parts.append(
                f'<attvalue for="type" value="{xml(node.type)}"/>'
                f'<attvalue for="types" value="{xml(" ".join(node.types))}"/>'
            )
        for column, values in node.values:
            value = xml(column.written(values))
            parts.append(f'<attvalue for="{ids[column.name]}" value="{value}"/>')
        parts.append("</attvalues></node>\n")
        yield "".join(parts)
    yield f'</nodes>\n<edges count="{network.edge_count}">\n'
    for edge in network.edges():
        yield (
            f'<edge id="{edge.id}" source="{edge.source}" target="{edge.target}" '
            f'kind="{xml(edge.name)}" label="{xml(edge.label)}">'
            f'<attvalues><attvalue for="uri" value="{xml(edge.uri)}"/></attvalues></edge>\n'
        )
    yield "</edges>\n</graph>\n</gexf>\n"


def description(network: Network) -> str:
    """Return what the file says of itself: what it holds, and what each column is."""
    lines = [comment(line) for line in (network.title, network.note) if line]
    return xml("\n".join([*lines, *legend(network)])).replace("&#10;", "\n")


def legend(network: Network) -> list[str]:
    """Return a line for each column: its name, its predicate, its language or datatypes."""
    return [
        f"{column.name} = {comment(f'{column.predicate} {column.kind}')}"
        for column in network.columns
    ]
