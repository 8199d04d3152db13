"""Cytoscape JSON: a network in, what Cytoscape and cytoscape.js read out.

`name` is what Cytoscape shows of a node, `interaction` what it shows of an edge. Where a column has
several values for some node, it holds lists.
"""

import json
from collections.abc import Iterator

from graph.interchange.columns import Column
from graph.interchange.network import Network


def cyjs(network: Network) -> Iterator[str]:
    """Yield the parts of the document."""
    about = {
        "name": network.title or "kzop",
        "note": network.note,
        "columns": {
            column.name: {
                "uri": column.predicate,
                "language": column.language,
                "datatypes": column.datatypes,
            }
            for column in network.columns
        },
    }
    yield '{"format_version": "1.0", "generated_by": "kzop",\n'
    yield f'"target_cytoscapejs_version": "~3.0",\n"data": {text(about)},\n"elements": {{"nodes": ['
    between = "\n"
    for node in network.nodes():
        data: dict[str, object] = {
            "id": node.id,
            "name": node.label,
            "label": node.label,
            "uri": node.uri,
            "type": node.type,
            "types": node.types,
        }
        for column, values in node.values:
            data[column.name] = value_of(column, values)
        yield f'{between}{{"data": {text(data)}}}'
        between = ",\n"
    yield '\n], "edges": ['
    between = "\n"
    for edge in network.edges():
        data = {
            "id": edge.id,
            "source": edge.source,
            "target": edge.target,
            "name": edge.label,
            "label": edge.label,
            "interaction": edge.name,
            "uri": edge.uri,
        }
        yield f'{between}{{"data": {text(data)}}}'
        between = ",\n"
    yield "\n]}}\n"


def value_of(column: Column, values: list[str]) -> object:
    """Return the value of a node in a column as JSON has it."""
    if column.several:
        return values
    if column.type == "string":
        return values[0]
    number: object = json.loads(column.written(values))
    return number


def text(value: object) -> str:
    """Return a value as JSON, Kazakh as it is written."""
    return json.dumps(value, ensure_ascii=False)
