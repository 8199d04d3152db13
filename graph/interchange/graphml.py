"""GraphML: a network in, the XML that igraph, networkx, yEd and Cytoscape read out.

A key has an id of its own (`d0`) and not the name of its attribute, and edges have ids (`e0`) and
not their predicate: readers that take a name for an id would else merge what is not the same.
"""

from collections.abc import Iterator

from graph.interchange.network import Network
from graph.interchange.text import comment, xml

NODE_KEYS = ("label", "uri", "type", "types")
EDGE_KEYS = ("label", "uri", "name")


def graphml(network: Network) -> Iterator[str]:
    """Yield the parts of the document."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    said = [comment(line) for line in (network.title, network.note) if line]
    if said:
        yield f"<desc>{xml(' '.join(said))}</desc>\n"
    for name in NODE_KEYS:
        yield f'<key id="n_{name}" for="node" attr.name="{name}" attr.type="string"/>\n'
    for name in EDGE_KEYS:
        yield f'<key id="e_{name}" for="edge" attr.name="{name}" attr.type="string"/>\n'
    ids = {}
    for place, column in enumerate(network.columns):
        ids[column.name] = f"d{place}"
        yield (
            f'<key id="d{place}" for="node" attr.name="{column.name}" attr.type="{column.type}">'
            f"<desc>{xml(f'{column.predicate} {column.kind}')}</desc></key>\n"
        )
    yield '<graph id="kzop" edgedefault="directed">\n'
    for node in network.nodes():
        parts = [
            f'<node id="{node.id}"><data key="n_label">{xml(node.label)}</data>'
            f'<data key="n_uri">{xml(node.uri)}</data>'
        ]
        if node.types:
            parts.append(
                f'<data key="n_type">{xml(node.type)}</data>'
                f'<data key="n_types">{xml(" ".join(node.types))}</data>'
            )
        for column, values in node.values:
            value = xml(column.written(values))
            parts.append(f'<data key="{ids[column.name]}">{value}</data>')
        parts.append("</node>\n")
        yield "".join(parts)
    for edge in network.edges():
        yield (
            f'<edge id="{edge.id}" source="{edge.source}" target="{edge.target}">'
            f'<data key="e_label">{xml(edge.label)}</data><data key="e_uri">{xml(edge.uri)}</data>'
            f'<data key="e_name">{xml(edge.name)}</data></edge>\n'
        )
    yield "</graph>\n</graphml>\n"
