"""Checks extracted graphs against ontology/shapes.ttl: statements in, a report out.

The data under test is what the caller gives (content and evidence of documents, authority facts)
merged with the classes and codes of the ontology, so that both are known. No inference.
This module loads rdflib and pyshacl: import it only where a graph is to be validated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pyshacl
from rdflib import RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.term import Node

from graph.files import data_folder
from graph.ontology import statements

SHAPES = "https://w3id.org/kzop/shapes#"


@dataclass(frozen=True, order=True)
class Violation:
    """One place where a graph breaks a shape."""

    shape: str
    """Name of the shape in shapes.ttl without its namespace, such as "Norm-bearer"."""
    focus: str
    """IRI of the node that the shape was applied to."""
    path: str
    """IRI of the property; empty for a rule about the whole node or about several properties."""
    value: str
    """The offending value, or the node itself; empty where the fault is an absence."""
    message: str
    """What is wrong, in English, one line."""

    def __str__(self) -> str:
        """One line for a terminal: focus, shape, message, value."""
        value = f" ({self.value})" if self.value not in ("", self.focus) else ""
        return f"{self.focus}: {self.shape}: {self.message}{value}"


@dataclass(frozen=True)
class Report:
    """The outcome of a validation; `violations` is sorted and free of repeats."""

    conforms: bool
    violations: tuple[Violation, ...]


def validate(data: Iterable[str]) -> Report:
    """Validate statements "S P O" (N-Triples terms without the final dot)."""
    return validate_rdf("".join(f"{statement} .\n" for statement in data).encode())


def validate_rdf(data: bytes, media_type: str = "application/n-triples") -> Report:
    """Validate a serialised graph in UTF-8, of any media type that rdflib reads.

    A syntax error raises the exception of rdflib's parser.
    """
    merged = Graph()
    merged.parse(data=_vocabulary(), format="application/n-triples")
    merged.parse(data=data, format=media_type)
    conforms, results, text = pyshacl.validate(
        merged, shacl_graph=_shapes(), advanced=True, inference="none", inplace=True
    )
    if not isinstance(results, Graph):
        raise RuntimeError(f"pyshacl could not apply ontology/shapes.ttl: {text}")
    return Report(conforms, tuple(sorted(_violations(results))))


def _violations(results: Graph) -> set[Violation]:
    return {
        Violation(
            shape=str(
                results.value(result, SH.sourceConstraint) or results.value(result, SH.sourceShape)
            ).removeprefix(SHAPES),
            focus=str(results.value(result, SH.focusNode)),
            path=_iri(results.value(result, SH.resultPath)),
            value=str(results.value(result, SH.value) or ""),
            message=str(results.value(result, SH.resultMessage)),
        )
        for result in results.objects(None, SH.result)
    }


def _iri(path: Node | None) -> str:
    return str(path) if isinstance(path, URIRef) else ""


@cache
def _shapes() -> Graph:
    return Graph().parse(data_folder("ontology") / "shapes.ttl", format="turtle")


@cache
def _vocabulary() -> bytes:
    """What the shapes ask of the ontology and the code lists, as N-Triples.

    Labels and comments are left out: checking them anew would double the time of a small graph.
    """
    lines = (*statements("ontology"), *statements("codes"))
    asked = {RDF.type.n3(), RDFS.subClassOf.n3(), SKOS.inScheme.n3()}
    return "".join(f"{line} .\n" for line in lines if line.split(" ", 2)[1] in asked).encode()
