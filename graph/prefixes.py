"""The namespaces under their usual prefixes, for whoever writes RDF or names a term."""

import re
from hashlib import sha256

from graph.iris import CODE, ONTOLOGY

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
ELI = "http://data.europa.eu/eli/ontology#"
OA = "http://www.w3.org/ns/oa#"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
SCHEMA = "https://schema.org/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
PROV = "http://www.w3.org/ns/prov#"

PREFIXES = {
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "eli": ELI,
    "foaf": FOAF,
    "hydra": HYDRA,
    "kzc": CODE,
    "kzop": ONTOLOGY,
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sd": SD,
    "sh": SH,
    "skos": SKOS,
    "void": VOID,
    "xsd": XSD,
}
"""Prefix -> namespace, for Turtle, TriG and RDF/XML."""

_LOCAL = re.compile(r"[A-Za-z0-9_-]+")


def abbreviate(iri: str) -> str:
    """Return `iri` as prefix:name where a prefix fits, else as it is."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def fragment(iri: str) -> str:
    """Return a name for a term that may stand in a fragment: "kzop.Law", else a hash."""
    prefix, _, local = abbreviate(iri).partition(":")
    if prefix in PREFIXES and _LOCAL.fullmatch(local):
        return f"{prefix}.{local}"
    return f"term.{sha256(iri.encode()).hexdigest()[:16]}"
