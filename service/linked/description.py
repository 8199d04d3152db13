"""What the service says about itself in RDF: the SPARQL service description, VoID and DCAT.

Knows the store but not Flask. There are no blank nodes: parts are named by fragments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from graph.iris import ONTOLOGY
from service.engine.dataset import Dataset
from service.engine.statistics import Statistics
from service.http.language import LANGUAGES, messages
from service.http.negotiate import GRAPH_OFFERS
from service.prefixes import (
    DCAT,
    DCTERMS,
    ELI,
    FOAF,
    OA,
    PROV,
    RDF,
    SD,
    SKOS,
    VOID,
    XSD,
    abbreviate,
)

TYPE = NamedNode(f"{RDF}type")

IN_FRAGMENT = re.compile(r"[^A-Za-z0-9._~-]")
"""What is written with a percent sign in the fragment that names a part after an IRI."""
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

VOCABULARIES = (ONTOLOGY, ELI, SKOS, OA, PROV, "http://www.w3.org/ns/org#", "https://schema.org/")

AUTHORITY = "http://publications.europa.eu/resource/authority/"
"""Namespace of the code lists that catalogues of data in Europe and beyond know."""


@dataclass(frozen=True)
class Publication:
    """How the data is published."""

    root: str
    """What the IRIs of documents begin with; ends in "/"."""
    address: str
    """Where the service is asked; ends in "/"."""
    license: str
    publisher: str
    """Web address of the publisher; "" if nobody is named."""
    modified: str
    """When the data was last published, as an xsd:dateTime."""

    @property
    def data(self) -> NamedNode:
        """The dataset."""
        return self.part("dataset")

    def part(self, fragment: str) -> NamedNode:
        """Return the name of a part of the description."""
        return NamedNode(f"{self.root}.well-known/void#{fragment}")


def service_description(
    dataset: Dataset, counts: Statistics | None, about: Publication, *, writes: bool
) -> list[Triple]:
    """Return the description of the endpoint.

    `counts` are those of the data, if there are any; `writes` says that it accepts updates.
    """
    endpoint = NamedNode(f"{about.address}sparql")
    default = about.part("default-graph")
    triples = [
        Triple(endpoint, TYPE, NamedNode(f"{SD}Service")),
        Triple(endpoint, NamedNode(f"{SD}endpoint"), endpoint),
        Triple(endpoint, NamedNode(f"{SD}supportedLanguage"), NamedNode(f"{SD}SPARQL11Query")),
        Triple(endpoint, NamedNode(f"{SD}defaultDataset"), about.data),
        Triple(about.data, TYPE, NamedNode(f"{SD}Dataset")),
        Triple(about.data, NamedNode(f"{SD}defaultGraph"), default),
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
        description = about.part(NO_FRAGMENT.sub(percent, iri.removeprefix(dataset.base.iri)))
        triples += [
            Triple(about.data, NamedNode(f"{SD}namedGraph"), description),
            Triple(description, TYPE, NamedNode(f"{SD}NamedGraph")),
            Triple(description, NamedNode(f"{SD}name"), NamedNode(iri)),
        ]
    return sorted(triples, key=str)


def void_description(
    dataset: Dataset, counts: Statistics | None, about: Publication
) -> list[Triple]:
    """Return the description of the data as a void:Dataset and dcat:Dataset, and of its service."""
    found = {*data_itself(dataset, about), *access(about)}
    if counts:
        found |= {*figures(counts, about)}
    return sorted(found, key=str)


def data_itself(dataset: Dataset, about: Publication) -> Iterator[Triple]:
    """Yield what the data is, whose, and in which terms."""
    data, document = about.data, NamedNode(f"{about.root}.well-known/void")
    yield Triple(document, TYPE, NamedNode(f"{VOID}DatasetDescription"))
    yield Triple(document, NamedNode(f"{FOAF}primaryTopic"), data)
    yield Triple(data, TYPE, NamedNode(f"{VOID}Dataset"))
    yield Triple(data, TYPE, NamedNode(f"{DCAT}Dataset"))
    for language in LANGUAGES:
        words = messages()[language]
        name = Literal(words["dataset_name"], language=language)
        says = Literal(words["dataset_says"], language=language)
        yield Triple(data, NamedNode(f"{DCTERMS}title"), name)
        yield Triple(data, NamedNode(f"{DCTERMS}description"), says)
        for keyword in words["dataset_keywords"].split(", "):
            yield Triple(data, NamedNode(f"{DCAT}keyword"), Literal(keyword, language=language))
    yield Triple(data, NamedNode(f"{DCTERMS}license"), NamedNode(about.license))
    if about.publisher:
        yield Triple(data, NamedNode(f"{DCTERMS}publisher"), NamedNode(about.publisher))
    for tag in ("KAZ", "RUS", "ENG"):
        yield Triple(data, NamedNode(f"{DCTERMS}language"), NamedNode(f"{AUTHORITY}language/{tag}"))
    country, theme = NamedNode(f"{AUTHORITY}country/KAZ"), NamedNode(f"{AUTHORITY}data-theme/JUST")
    yield Triple(data, NamedNode(f"{DCTERMS}spatial"), country)
    yield Triple(data, NamedNode(f"{DCAT}theme"), theme)
    yield Triple(data, NamedNode(f"{DCAT}version"), Literal(dataset.version))
    moment = Literal(about.modified, datatype=NamedNode(f"{XSD}dateTime"))
    yield Triple(data, NamedNode(f"{DCTERMS}modified"), moment)
    yield Triple(data, NamedNode(f"{VOID}uriSpace"), Literal(dataset.base.id("")))
    yield Triple(data, NamedNode(f"{VOID}documents"), whole(dataset.store.records.count()))
    for record in dataset.store.records.some(0, 3):
        yield Triple(data, NamedNode(f"{VOID}exampleResource"), NamedNode(record.work))
    for vocabulary in VOCABULARIES:
        yield Triple(data, NamedNode(f"{VOID}vocabulary"), NamedNode(vocabulary))


def access(about: Publication) -> Iterator[Triple]:
    """Yield how the data is got: addresses, forms, the service."""
    data, service, way = about.data, about.part("sparql-service"), about.part("sparql")
    home, endpoint = NamedNode(about.address), NamedNode(f"{about.address}sparql")
    yield Triple(data, NamedNode(f"{FOAF}homepage"), home)
    yield Triple(data, NamedNode(f"{DCAT}landingPage"), home)
    yield Triple(data, NamedNode(f"{VOID}sparqlEndpoint"), endpoint)
    yield Triple(data, NamedNode(f"{DCAT}distribution"), way)
    yield Triple(way, TYPE, NamedNode(f"{DCAT}Distribution"))
    yield Triple(way, NamedNode(f"{DCTERMS}title"), Literal("SPARQL 1.1", language="en"))
    yield Triple(way, NamedNode(f"{DCTERMS}license"), NamedNode(about.license))
    yield Triple(way, NamedNode(f"{DCAT}accessURL"), endpoint)
    yield Triple(way, NamedNode(f"{DCAT}accessService"), service)
    yield Triple(service, TYPE, NamedNode(f"{DCAT}DataService"))
    yield Triple(service, NamedNode(f"{DCTERMS}title"), Literal("kzop", language="en"))
    yield Triple(service, NamedNode(f"{DCAT}endpointURL"), endpoint)
    for description in (endpoint, NamedNode(f"{about.address}openapi.json")):
        yield Triple(service, NamedNode(f"{DCAT}endpointDescription"), description)
    yield Triple(service, NamedNode(f"{DCAT}servesDataset"), data)
    protocol = NamedNode("http://www.w3.org/TR/sparql11-protocol/")
    yield Triple(service, NamedNode(f"{DCTERMS}conformsTo"), protocol)
    for offer in GRAPH_OFFERS:
        media_type = NamedNode(f"https://www.iana.org/assignments/media-types/{offer.media_type}")
        yield Triple(way, NamedNode(f"{DCAT}mediaType"), media_type)
    for name in RESULT_FORMATS[4:]:
        feature = NamedNode(f"http://www.w3.org/ns/formats/{name}")
        yield Triple(data, NamedNode(f"{VOID}feature"), feature)


def figures(counts: Statistics, about: Publication) -> Iterator[Triple]:
    """Yield how much there is, by class and by property."""
    data = about.data
    yield Triple(data, NamedNode(f"{VOID}triples"), whole(counts.triples))
    yield Triple(data, NamedNode(f"{VOID}distinctSubjects"), whole(counts.subjects))
    yield Triple(data, NamedNode(f"{VOID}classes"), whole(len(counts.classes)))
    yield Triple(data, NamedNode(f"{VOID}properties"), whole(len(counts.properties)))
    if counts.dates:
        period = about.part("period")
        yield Triple(data, NamedNode(f"{DCTERMS}temporal"), period)
        yield Triple(period, TYPE, NamedNode(f"{DCTERMS}PeriodOfTime"))
        for name, day in zip(("startDate", "endDate"), counts.dates, strict=True):
            date = Literal(day, datatype=NamedNode(f"{XSD}date"))
            yield Triple(period, NamedNode(f"{DCAT}{name}"), date)
    for iri, things in counts.classes:
        part = about.part(f"class-{fragment(iri)}")
        yield Triple(data, NamedNode(f"{VOID}classPartition"), part)
        yield Triple(part, NamedNode(f"{VOID}class"), NamedNode(iri))
        yield Triple(part, NamedNode(f"{VOID}entities"), whole(things))
    for used in counts.properties:
        part = about.part(f"property-{fragment(used.iri)}")
        yield Triple(data, NamedNode(f"{VOID}propertyPartition"), part)
        yield Triple(part, NamedNode(f"{VOID}property"), NamedNode(used.iri))
        yield Triple(part, NamedNode(f"{VOID}triples"), whole(used.triples))
        yield Triple(part, NamedNode(f"{VOID}distinctSubjects"), whole(used.subjects))


def fragment(iri: str) -> str:
    """Return a fragment that stands for an IRI: kzop:Law gives `kzop-Law`."""
    encoded = "".join(percent(c) if IN_FRAGMENT.match(c) else c for c in iri)
    short = abbreviate(iri).replace(":", "-", 1)
    return encoded if short == iri.replace(":", "-", 1) or IN_FRAGMENT.search(short) else short


def percent(found: re.Match[str] | str) -> str:
    """Return a character percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def whole(number: int) -> Literal:
    """Return `number` as an xsd:integer."""
    return Literal(str(number), datatype=NamedNode(f"{XSD}integer"))
