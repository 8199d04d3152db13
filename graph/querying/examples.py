"""The named queries and the prefixes as RDF, for editors that ask the endpoint for them.

In: the catalogue of `queries.py` and the prefixes. Out: sorted N-Triples statements of the graph
`graph/queries`, as SHACL writes them: each query is a `sh:SPARQLExecutable` with the question in
three languages as its comment. All nodes are fragments of that graph.
"""

from graph.iris import ONTOLOGY, Base
from graph.prefixes import PREFIXES, RDF, RDFS, SCHEMA, SH, XSD
from graph.querying.queries import catalogue

KEYWORDS = f"<{SCHEMA}keywords>"


def statements(base: Base) -> tuple[str, ...]:
    """Statements "S P O" (N-Triples terms, no final dot, sorted, unique) of `graph/queries`."""
    from pyoxigraph import Literal, NamedNode

    graph = base.graph("queries")
    ontology = f"<{ONTOLOGY.rstrip('#')}>"
    lines = []
    for prefix, namespace in PREFIXES.items():
        node = f"<{graph}#prefix.{prefix}>"
        value = Literal(namespace, datatype=NamedNode(f"{XSD}anyURI"))
        lines += [
            f"{ontology} <{SH}declare> {node}",
            f"{node} <{SH}prefix> {Literal(prefix)}",
            f"{node} <{SH}namespace> {value}",
        ]
    for name, query in catalogue(base).items():
        node = f"<{graph}#{name}>"
        lines += [
            f"{node} <{RDF}type> <{SH}SPARQLExecutable>",
            f"{node} <{RDF}type> <{SH}SPARQLSelectExecutable>",
            f"{node} <{SH}select> {Literal(_without_header(query.text))}",
            f"{node} <{SH}prefixes> {ontology}",
            f"{node} <{SCHEMA}target> <{base.iri}sparql>",
        ]
        for language, title in query.titles.items():
            lines.append(f"{node} <{RDFS}comment> {Literal(title, language=language)}")
        lines += [f"{node} {KEYWORDS} {Literal(tag)}" for tag in query.tags]
    return tuple(sorted(lines))


def _without_header(text: str) -> str:
    """The query without the `#+` lines above it."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("#+"))
