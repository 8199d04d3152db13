"""SVG: a small network in, a picture of it out.

A picture stands by itself: it has a light ground of its own, so that it can be read on a dark page,
no style sheet and no script, which the pages of the service would not allow, and no font.
"""

from collections.abc import Iterator
from unicodedata import east_asian_width

from graph.interchange.layout import Place, places
from graph.interchange.network import Edge, Network, Node
from graph.interchange.text import xml

MOST = 300
"""Nodes of the largest picture: with more nobody finds anything in it."""
LONGEST = 56
"""Letters of a label; the whole stands in the title that a browser shows under the mouse."""
LONGEST_EDGE = 34
WIDE, NARROW = 8.2, 6.6
"""Units that a letter of a label or of the line below it is wide, at most on the average."""
ROW, MARGIN, GAP = 42, 24, 46
COLOURS = ("#1f5fa8", "#a34a00", "#1b7a43", "#8a2f7f", "#7a6200", "#a82a3a", "#0f7280", "#5b4bb0")
"""Colours of types, each readable on white."""
INK, FAINT, GROUND, LINE = "#1c2430", "#5a6472", "#ffffff", "#9aa5b3"
FONT = "'Noto Sans', 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif"


class TooLarge(ValueError):
    """The network has more nodes than a picture can show."""


def svg(network: Network) -> Iterator[str]:
    """Yield the parts of the document. Raises TooLarge before the first."""
    if network.node_count > MOST:
        raise TooLarge(
            f"{network.node_count} nodes are too many for a picture, which holds at most {MOST}: "
            "ask for less, or take gexf, graphml or cyjs into a graph program"
        )
    nodes, edges = list(network.nodes()), list(network.edges())
    where = places(nodes, edges, network.topic)
    drawing = Drawing(nodes, edges, where)
    said = [text for text in (network.title, network.note) if text]
    width, height = drawing.width, drawing.height + (22 if network.note else 0)
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" font-family="{FONT}">\n'
        f"<title>{xml(said[0] if said else 'kzop')}</title>\n"
        f'<rect width="{width:g}" height="{height:g}" rx="8" fill="{GROUND}"/>\n'
        '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="{FAINT}"/></marker></defs>\n'
    )
    yield from drawing.lines()
    yield from drawing.texts()
    if network.note:
        yield (
            f'<text x="{MARGIN}" y="{height - 14:g}" font-size="11" fill="{FAINT}">'
            f"{xml(network.note)}</text>\n"
        )
    yield "</svg>\n"


class Drawing:
    """The shapes of a picture."""

    def __init__(self, nodes: list[Node], edges: list[Edge], where: dict[str, Place]) -> None:
        """Work out the size of every column."""
        self._nodes = nodes
        self._where = where
        types = sorted({node.type for node in nodes if node.type})
        self._colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(types)}
        self._between: dict[tuple[str, str], list[Edge]] = {}
        for edge in edges:
            self._between.setdefault((edge.source, edge.target), []).append(edge)
        self._labels = {node.id: cut(node.label, LONGEST) for node in nodes}
        self._widths = {node.id: self._width(node) for node in nodes}
        self._ways = {node.id: self._way(node.id) for node in nodes}
        count = 1 + max((place.column for place in where.values()), default=0)
        self._left: list[float] = []
        self._before: list[float] = []
        x = float(MARGIN)
        for column in range(count):
            inside = [node.id for node in nodes if where[node.id].column == column]
            self._before.append(x)
            x += max((wide(self._ways[name], NARROW) for name in inside), default=0.0)
            self._left.append(x)
            x += max((self._widths[name] for name in inside), default=0.0) + GAP
        self.width = round(max(x - GAP + MARGIN, 240))
        rows = 1 + max((place.row for place in where.values()), default=0.0)
        self.height = round(2 * MARGIN + rows * ROW)

    def _width(self, node: Node) -> float:
        """Return how far the texts of a node reach to the right of its dot."""
        return 14 + max(wide(self._labels[node.id], WIDE), wide(cut(node.type, LONGEST), NARROW))

    def _way(self, name: str) -> str:
        """Return what the line to a node from the column before says: the predicates, in order."""
        parent = self._where[name].parent
        there = [edge.label for edge in self._between.get((parent, name), ())]
        back = [edge.label for edge in self._between.get((name, parent), ())]
        words = [f"{', '.join(there)} →"] if there else []
        words += [f"← {', '.join(back)}"] if back else []
        return cut("  ".join(words), LONGEST_EDGE) if parent else ""

    def _at(self, name: str) -> tuple[float, float]:
        place = self._where[name]
        return self._left[place.column], MARGIN + (place.row + 0.5) * ROW

    def lines(self) -> Iterator[str]:
        """Yield the statements."""
        for (source, target), edges in self._between.items():
            first, second = self._where[source], self._where[target]
            is_first_way = source == second.parent or target == first.parent
            colour = FAINT if is_first_way else LINE
            path = self._path(source, target)
            title = ", ".join(edge.label for edge in edges)
            yield (
                f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1" '
                f'marker-end="url(#to)"><title>{xml(title)}</title></path>\n'
            )

    def _path(self, source: str, target: str) -> str:
        """Return the line of a statement."""
        (x1, y1), (x2, y2) = self._at(source), self._at(target)
        if source == target:
            return f"M{x1 - 5:g} {y1:g}c-26 -22 -26 22 0 3"
        if x1 == x2:
            return f"M{x1 - 6:g} {y1:g}C{x1 - 34:g} {y1:g} {x1 - 34:g} {y2:g} {x2 - 6:g} {y2:g}"
        if x1 < x2:
            begin, turn, end, last = self._steps(source, target)
            middle = (turn + end) / 2
            return (
                f"M{begin:g} {y1:g}H{turn:g}C{middle:g} {y1:g} {middle:g} {y2:g} {end:g} {y2:g}"
                f"H{last:g}"
            )
        begin, turn, end, last = self._steps(target, source)
        middle = (turn + end) / 2
        return (
            f"M{last:g} {y1:g}H{end:g}C{middle:g} {y1:g} {middle:g} {y2:g} {turn:g} {y2:g}"
            f"H{begin:g}"
        )

    def _steps(self, left: str, right: str) -> tuple[float, float, float, float]:
        """Return where a line to the next column begins, bends, is level again, and ends.

        It begins after the label, and bends in the gap; over its end stands what it says.
        """
        (x1, _), (x2, _) = self._at(left), self._at(right)
        end = self._before[self._where[right].column]
        return x1 + self._widths[left] + 4, end - GAP + 4, end, x2 - 6

    def texts(self) -> Iterator[str]:
        """Yield the nodes, and over the lines to them what they say."""
        for node in self._nodes:
            x, y = self._at(node.id)
            way = self._ways[node.id]
            if way:
                yield (
                    f'<text x="{x - 12:g}" y="{y - 5:g}" font-size="11" text-anchor="end" '
                    f'fill="{FAINT}" stroke="{GROUND}" stroke-width="3" paint-order="stroke">'
                    f"{xml(way)}</text>\n"
                )
            yield from self._node(node, x, y)

    def _node(self, node: Node, x: float, y: float) -> Iterator[str]:
        colour = self._colours.get(node.type, FAINT)
        is_link = node.uri.startswith(("https://", "http://"))
        yield f'<a href="{xml(node.uri)}">' if is_link else "<g>"
        yield (
            f"<title>{xml(node.label)}\n{xml(node.uri)}</title>"
            f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{colour}"/>'
            f'<text x="{x + 10:g}" y="{y + 4.5:g}" font-size="13" fill="{INK}">'
            f"{xml(self._labels[node.id])}</text>"
        )
        if node.type:
            yield (
                f'<text x="{x + 10:g}" y="{y + 18:g}" font-size="11" fill="{colour}">'
                f"{xml(cut(node.type, LONGEST))}</text>"
            )
        yield "</a>\n" if is_link else "</g>\n"


def cut(text: str, most: int) -> str:
    """Return a text in one line, of at most `most` letters.

    The middle is left out: names of provisions differ at their end.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    tail = most // 3
    return f"{line[: most - 1 - tail].rstrip()}…{line[-tail:].lstrip()}"


def wide(text: str, letter: float) -> float:
    """Return how wide a text is at most."""
    return sum(letter * (2 if east_asian_width(sign) in "WF" else 1) for sign in text) + (
        16 if text else 0
    )
