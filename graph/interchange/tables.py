"""Two tables of CSV, nodes and edges, as Gephi and as Neo4j import them, and how to do it.

CSV is that of RFC 4180. The tables for Gephi are opened in spreadsheets too: a text in them that a
spreadsheet would compute has `'` before it. Those for Neo4j hold every text as it is.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from graph.interchange.columns import Column
from graph.interchange.gexf import legend
from graph.interchange.network import Network
from graph.interchange.text import comment, guarded, plain

GEPHI_HELP = """\
Gephi: File > Import spreadsheet > nodes.csv (as nodes table), then edges.csv (as edges table),
each with "Append to existing workspace"; leave "Edges merge strategy" at "Don't merge".
Texts that a spreadsheet would take for formulas have ' before them.
"""
NEO4J_HELP = """\
neo4j-admin database import full --nodes=nodes.csv --relationships=edges.csv \\
  --multiline-fields=true --overwrite-destination neo4j
With LOAD CSV, in a database that runs: see docs/interchange.md of kzop.
"""


def gephi(network: Network) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the names of the files for Gephi, each with its parts."""
    yield "nodes.csv", written(gephi_nodes(network))
    yield "edges.csv", written(gephi_edges(network))
    yield "README.txt", about(network, GEPHI_HELP)


def gephi_nodes(network: Network) -> Iterator[list[str]]:
    """Yield the rows of the table of nodes, first its head."""
    columns = network.columns
    yield ["Id", "Label", "Type", "uri", "types", *(column.name for column in columns)]
    for node in network.nodes():
        fixed = [node.id, guarded(node.label), guarded(node.type), node.uri, " ".join(node.types)]
        yield [*fixed, *cells(columns, node.values, guard=True)]


def gephi_edges(network: Network) -> Iterator[list[str]]:
    """Yield the rows of the table of edges, first its head."""
    yield ["Source", "Target", "Type", "Label", "Id", "Kind", "uri"]
    for edge in network.edges():
        label = guarded(edge.label)
        yield [edge.source, edge.target, "Directed", label, edge.id, edge.name, edge.uri]


def neo4j(network: Network) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the names of the files for Neo4j, each with its parts."""
    yield "nodes.csv", written(neo4j_nodes(network))
    yield "edges.csv", written(neo4j_edges(network))
    yield "README.txt", about(network, NEO4J_HELP)


def neo4j_nodes(network: Network) -> Iterator[list[str]]:
    """Yield the rows of the table of nodes, first its head.

    The labels of a node are the names of its classes without their prefix: `:Law`.
    """
    columns = network.columns
    names = (
        column.name if column.type == "string" else f"{column.name}:{column.type}"
        for column in columns
    )
    yield [":ID", ":LABEL", "label", "uri", "type", *names]
    known: dict[tuple[str, ...], str] = {}
    for node in network.nodes():
        if node.types not in known:
            local = [identifier(network.names.short(iri)) for iri in node.types]
            known[node.types] = ";".join(dict.fromkeys(["Resource", *local]))
        fixed = [node.id, known[node.types], node.label, node.uri, node.type]
        yield [*fixed, *cells(columns, node.values)]


def neo4j_edges(network: Network) -> Iterator[list[str]]:
    """Yield the rows of the table of edges, first its head."""
    yield [":START_ID", ":END_ID", ":TYPE", "id", "label", "uri"]
    for edge in network.edges():
        yield [edge.source, edge.target, identifier(edge.name), edge.id, edge.label, edge.uri]


def identifier(short: str) -> str:
    """Return the local name of prefix:name or of an IRI, as Cypher takes it without quotes."""
    local = re.split(r"[/#:]", short.rstrip("/#:"))[-1]
    name = re.sub(r"\W", "_", local)
    return f"_{name}" if not name or name[0].isdigit() else name


def cells(
    columns: list[Column], values: list[tuple[Column, list[str]]], guard: bool = False
) -> list[str]:
    """Return the cells of one node, "" where it has no value."""
    row = dict.fromkeys((column.name for column in columns), "")
    for column, found in values:
        text = column.written(found)
        row[column.name] = guarded(text) if guard and column.type == "string" else text
    return list(row.values())


def written(rows: Iterable[list[str]]) -> Iterator[str]:
    """Yield rows as CSV."""
    line = io.StringIO()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow(row)
        yield plain(line.getvalue())
        line.seek(0)
        line.truncate()


def about(network: Network, how: str) -> Iterator[str]:
    """Yield what the file beside the tables says."""
    for line in (network.title, network.note):
        if line:
            yield f"{comment(line)}\n"
    yield f"\n{how}\nColumns:\n"
    for line in legend(network):
        yield f"{line}\n"
