"""The command that writes the graph for graph programs: export."""

import sys
from pathlib import Path

import click

from service.commands.shared import Failure, store_option

FORMATS = ("gexf", "graphml", "cyjs", "dot", "svg", "gephi", "neo4j")
LANGUAGES = ("kk", "ru", "en")


@click.command()
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="gexf",
    show_default=True,
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default="kk",
    show_default=True,
    help="Language of the names.",
)
@click.option(
    "--graph",
    metavar="content|all|IRI",
    default="content",
    show_default=True,
    help="What to write: all but evidence and vocabulary, everything, or one named graph.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Not stdout.")
@store_option
def export(format_name: str, language: str, graph: str, output: Path | None, store: Path) -> None:
    """Write the graph for Gephi, Cytoscape, yEd, Neo4j, Graphviz, igraph, networkx.

    It is written as it is read; FILE is replaced when all is written. gephi and neo4j are two
    tables: as a zip archive if FILE ends in .zip, and on standard output; else FILE is a folder,
    which must be new or empty. svg is a picture of at most 300 nodes, so of one graph.
    docs/interchange.md says what each program takes, and how to open it there.

    \b
    Examples:
      kzop export -o law.gexf
      kzop export --format graphml --lang en > law.graphml
      kzop export --format neo4j -o import/
      kzop export --format svg --graph https://w3id.org/kzop/graph/authority -o authority.svg
    """
    from graph.interchange.formats import FORMATS as KNOWN
    from graph.interchange.formats import write, write_to
    from graph.interchange.network import Network
    from graph.interchange.source import store_triples
    from graph.interchange.svg import TooLarge
    from graph.store import GraphStore, StoreError
    from service.networks.networknames import NetworkNames

    form = KNOWN[format_name]
    try:
        with GraphStore.open(store, read_only=True) as opened:
            names = NetworkNames(opened.quads, opened.base, language)
            triples = store_triples(opened, graph)
            with Network(triples, names, f"kzop export: {graph}") as network:
                if output is None:
                    write(network, form, sys.stdout.buffer)
                    sys.stdout.buffer.flush()
                else:
                    write_to(output, network, form)
    except (StoreError, TooLarge) as error:
        raise Failure(str(error)) from error
    except OSError as error:
        where = output or "standard output"
        raise Failure(f"{where}: cannot be written: {error.strerror or error}") from error
    said = f"{network.node_count} nodes, {network.edge_count} edges"
    click.echo(f"{output or 'standard output'}: {said}", err=True)
