"""What the service says about itself in RDF: the SPARQL service description and VoID.

Knows the store but not Flask. There are no blank nodes: parts are named by fragments.
"""

import re

from pyoxigraph import Literal, NamedNode, Triple

from graph.iris import ONTOLOGY
from service.dataset import Dataset
from service.prefixes import DCAT, DCTERMS, ELI, FOAF, RDF, SD, SKOS, VOID, XSD
from service.statistics import Statistics

TYPE = NamedNode(f"{RDF}type")

NO_FRAGMENT = re.compile(r"[#%\[\]]")
"""What may stand in an IRI but not in its fragment, and the sign that stands for it."""

RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
)
"""Names in http://www.w3.org/ns/formats/ of what the endpoint can answer."""

INPUT_FORMATS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
"""Names of what the graph store reads."""

VOCABULARIES = (ONTOLOGY, ELI, SKOS, "http://www.w3.org/ns/oa#", "http://www.w3.org/ns/prov#")


def service_description(
    dataset: Dataset, counts: Statistics | None, public_url: str, *, writes: bool
) -> list[Triple]:
    """Return the description of the endpoint at `public_url`, which ends in "/".

    `counts` are those of the data, if there are any; `writes` says that it accepts updates.
    """
    endpoint = NamedNode(f"{public_url}sparql")
    data = NamedNode(f"{public_url}.well-known/void#dataset")
    default = NamedNode(f"{public_url}.well-known/void#default-graph")
    triples = [
        Triple(endpoint, TYPE, NamedNode(f"{SD}Service")),
        Triple(endpoint, NamedNode(f"{SD}endpoint"), endpoint),
        Triple(endpoint, NamedNode(f"{SD}supportedLanguage"), NamedNode(f"{SD}SPARQL11Query")),
        Triple(endpoint, NamedNode(f"{SD}defaultDataset"), data),
        Triple(data, TYPE, NamedNode(f"{SD}Dataset")),
        Triple(data, NamedNode(f"{SD}defaultGraph"), default),
        Triple(default, TYPE, NamedNode(f"{SD}Graph")),
    ]
    if counts:
        triples.append(Triple(default, NamedNode(f"{VOID}triples"), whole(counts.triples)))
    if writes:
        update = NamedNode(f"{SD}SPARQL11Update")
        triples.append(Triple(endpoint, NamedNode(f"{SD}supportedLanguage"), update))
    for name in INPUT_FORMATS:
        shape = NamedNode(f"http://www.w3.org/ns/formats/{name}")
        triples.append(Triple(endpoint, NamedNode(f"{SD}inputFormat"), shape))
    for name in RESULT_FORMATS:
        shape = NamedNode(f"http://www.w3.org/ns/formats/{name}")
        triples.append(Triple(endpoint, NamedNode(f"{SD}resultFormat"), shape))
    for iri in dataset.graph_names():
        # The description of a graph is named apart from the graph, whose IRI is sd:name.
        path = NO_FRAGMENT.sub(percent, iri.removeprefix(dataset.base.iri))
        description = NamedNode(f"{public_url}.well-known/void#{path}")
        triples += [
            Triple(data, NamedNode(f"{SD}namedGraph"), description),
            Triple(description, TYPE, NamedNode(f"{SD}NamedGraph")),
            Triple(description, NamedNode(f"{SD}name"), NamedNode(iri)),
        ]
    return sorted(triples, key=str)


def void_description(dataset: Dataset, counts: Statistics | None, public_url: str) -> list[Triple]:
    """Return the description of the data as a void:Dataset and dcat:Dataset."""
    data = NamedNode(f"{public_url}.well-known/void#dataset")
    base = dataset.base
    triples = [
        Triple(data, TYPE, NamedNode(f"{VOID}Dataset")),
        Triple(data, TYPE, NamedNode(f"{DCAT}Dataset")),
        Triple(data, NamedNode(f"{DCTERMS}title"), Literal("Kazakhstan's law", language="en")),
        Triple(data, NamedNode(f"{DCTERMS}title"), Literal("Қазақстан құқығы", language="kk")),
        Triple(data, NamedNode(f"{DCTERMS}title"), Literal("Право Казахстана", language="ru")),
        Triple(data, NamedNode(f"{FOAF}homepage"), NamedNode(public_url)),
        Triple(data, NamedNode(f"{VOID}sparqlEndpoint"), NamedNode(f"{public_url}sparql")),
        Triple(data, NamedNode(f"{VOID}uriSpace"), Literal(base.id(""))),
        Triple(data, NamedNode(f"{VOID}documents"), whole(dataset.store.records.count())),
    ]
    for vocabulary in VOCABULARIES:
        triples.append(Triple(data, NamedNode(f"{VOID}vocabulary"), NamedNode(vocabulary)))
    if counts:
        triples.append(Triple(data, NamedNode(f"{VOID}triples"), whole(counts.triples)))
    for place, (kind, count) in enumerate(counts.classes if counts else ()):
        partition = NamedNode(f"{public_url}.well-known/void#class-{place + 1}")
        triples += [
            Triple(data, NamedNode(f"{VOID}classPartition"), partition),
            Triple(partition, NamedNode(f"{VOID}class"), NamedNode(kind)),
            Triple(partition, NamedNode(f"{VOID}entities"), whole(count)),
        ]
    return sorted(triples, key=str)


def percent(found: re.Match[str]) -> str:
    """Return a character of ASCII percent-encoded."""
    return f"%{ord(found[0]):02X}"


def whole(number: int) -> Literal:
    """Return `number` as an xsd:integer."""
    return Literal(str(number), datatype=NamedNode(f"{XSD}integer"))
