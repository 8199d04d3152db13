"""Places for the nodes of a small network: columns by distance from the topic, rows as in a tree.

The first column holds the topic, the next what is one statement away, and so on: a statement
leads to the same or the next column only, so that no line crosses a label. Each node stands beside
the middle of those that were first reached from it. What is not connected with the topic stands
below, laid out in the same way. Nothing is random: equal networks are laid out equally.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.interchange.network import Edge, Node


@dataclass
class Place:
    """Where a node stands."""

    column: int
    row: float = 0.0
    """Rows of one column are at least 1 apart."""
    parent: str = ""
    """Id of the node that it was first reached from; "" if it was none."""


def places(nodes: Sequence[Node], edges: Sequence[Edge], topic: str = "") -> dict[str, Place]:
    """Return the place of every node by its id; `topic` is the `uri` of the first one."""
    beside: dict[str, dict[str, None]] = {node.id: {} for node in nodes}
    for edge in edges:
        if edge.source != edge.target:
            beside[edge.source][edge.target] = None
            beside[edge.target][edge.source] = None
    labels = {node.id: (node.type, node.label, node.uri) for node in nodes}
    # The topic first, then those with most neighbours.
    roots = sorted(nodes, key=lambda node: (node.uri != topic, -len(beside[node.id]), node.uri))
    found: dict[str, Place] = {}
    row = 0.0
    for root in roots:
        if root.id not in found:
            children = reach(root.id, beside, labels, found)
            row = put_in_rows(root.id, children, found, row)
    return found


def reach(
    root: str,
    beside: dict[str, dict[str, None]],
    labels: dict[str, tuple[str, str, str]],
    found: dict[str, Place],
) -> dict[str, list[str]]:
    """Give a column to all that is connected with `root`; return what was reached from what."""
    children: dict[str, list[str]] = {root: []}
    found[root] = Place(0)
    front = [root]
    while front:
        further: list[str] = []
        for name in front:
            for other in sorted(beside[name], key=labels.__getitem__):
                if other not in found:
                    found[other] = Place(found[name].column + 1, parent=name)
                    children[name].append(other)
                    children[other] = []
                    further.append(other)
        front = further
    return children


def put_in_rows(
    root: str, children: dict[str, list[str]], found: dict[str, Place], row: float
) -> float:
    """Give a row to `root` and all below it, from `row` on; return the first row that is free."""
    for name in leaves_first(root, children):
        below = children[name]
        if below:
            found[name].row = (found[below[0]].row + found[below[-1]].row) / 2
        else:
            found[name].row, row = row, row + 1
    return row


def leaves_first(root: str, children: dict[str, list[str]]) -> Iterator[str]:
    """Yield the nodes of a tree, each after all that is below it."""
    waiting = [(root, False)]
    while waiting:
        name, is_open = waiting.pop()
        if is_open:
            yield name
        else:
            waiting.append((name, True))
            waiting += [(child, False) for child in reversed(children[name])]
