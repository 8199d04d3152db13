"""The named graphs over HTTP: a list of them, and each as RDF, which streams, or as a page."""

from dataclasses import dataclass

from flask import Blueprint, Response
from pyoxigraph import Literal, NamedNode, Triple

from graph.storage.records import DocumentRecord
from service import web
from service.documents.documents import work_path
from service.http.language import LANGUAGES, messages
from service.http.linkheader import document_links, page_links
from service.http.negotiate import HTML
from service.linked.resource import (
    OFFERS,
    WITH_NETWORKS,
    about_pages,
    asked_page,
    cut_extension,
    formats,
    unknown,
)
from service.linked.serialise import write_triples
from service.networks.networkdata import network_of_graph
from service.networks.networks import is_network
from service.prefixes import DCTERMS, FOAF, PROV, RDF, SD, VOID, XSD
from service.things.terms import local_path

blueprint = Blueprint("graphs", __name__)

PAGE = 100
"""Graphs of a page of the list."""

DESCRIBED = ("ontology", "codes", "authority", "queries", "void")
"""The graphs that every store has, which the messages describe."""
USED = NamedNode(f"{PROV}used")


@dataclass(frozen=True)
class Graph:
    """A named graph, and what is known of it besides its triples."""

    iri: str
    kind: str
    """"doc", "evidence", one of DESCRIBED, or "other"."""
    record: DocumentRecord | None
    """Of the document that it holds the facts or the evidence of."""
    run: str
    """IRI of the run that made it, "" if none did."""
    size: int | None
    """Number of triples; None while they are not counted."""


@blueprint.get("/graph")
@blueprint.get("/graph.<extension>")
def graphs(extension: str = "") -> Response:
    """List the named graphs, as a page or as RDF."""
    names = web.dataset().graph_names()
    page, pages = asked_page(len(names), PAGE)
    offer = web.negotiate(OFFERS, web.known_form(extension, OFFERS) or web.asked_format())
    shown = [read(iri) for iri in names[(page - 1) * PAGE : page * PAGE]]
    query = f"?page={page}" if pages > 1 else ""
    links = document_links("/graph", OFFERS, offer, web.site().settings.license, query=query)
    links += page_links("/graph", page, pages)
    if offer is HTML:
        response = web.page(
            "graphs.html",
            graphs=shown,
            total=len(names),
            page=page,
            pages=pages,
            path_of=document_path,
            formats=formats("/graph"),
        )
    else:
        counts = web.engine().statistics.current()
        counted = counts.version if counts else ""
        tag = web.entity_tag("graphs", counted, web.root_url(), offer.media_type, str(page))
        if web.is_current(tag):
            return web.not_modified(tag)
        listed = NamedNode(f"{web.root_url()}graph")
        triples = {triple for graph in shown for triple in describe(graph)}
        triples |= about_pages(listed, page, pages, len(names))
        response = web.data(write_triples(sorted(triples, key=str), offer), offer, tag)
    return web.with_links(response, links, f"/graph.{offer.names[0]}{query}")


@blueprint.get("/graph/<path:path>")
def named_graph(path: str) -> Response:
    """Answer with a named graph: its triples as RDF, or a page about it."""
    dataset = web.dataset()
    asked = dataset.base.graph(path)
    iri, extension = (asked, "") if dataset.has_graph(asked) else cut_extension(asked)
    if not dataset.has_graph(iri):
        raise unknown(iri)
    offer = web.negotiate(WITH_NETWORKS, extension.removeprefix(".") or web.asked_format())
    if is_network(offer):
        return network_of_graph(iri, offer)
    local = local_path(iri, dataset.base.iri)
    if offer is HTML:
        graph = read(iri)
        response = web.page(
            "graph.html",
            graph=graph,
            path_of=document_path,
            formats=formats(local),
            pages_of={
                "ontology": "/ontology",
                "codes": "/code",
                "queries": "/queries",
                "void": "/dataset",
            },
        )
    else:
        response = web.graph(iri, offer)
    links = document_links(local, OFFERS, offer, web.site().settings.license)
    return web.with_links(response, links, f"{local}.{offer.names[0]}")


def read(iri: str) -> Graph:
    """Return what is known of a graph."""
    dataset = web.dataset()
    counts = web.engine().statistics.current()
    size = counts.graphs.get(iri) if counts else None
    kind, _, doc = iri.removeprefix(dataset.base.graph("")).partition("/")
    record = dataset.store.records.document(doc) if kind in ("doc", "evidence") else None
    if record is None:
        kind = kind if kind in DESCRIBED and not doc else "other"
        return Graph(iri, kind, None, "", size)
    # The graph may have been changed over HTTP since: the count knows that, the record does not.
    runs = sorted(run.value for run in dataset.subjects(USED, NamedNode(record.text_iri)))
    known = record.content if kind == "doc" else record.evidence
    return Graph(iri, kind, record, runs[0] if runs else "", known if size is None else size)


def describe(graph: Graph) -> set[Triple]:
    """Return what the list says of a graph in RDF."""
    node = NamedNode(graph.iri)
    whole = NamedNode(f"{web.root_url()}.well-known/void#dataset")
    found = {
        Triple(whole, NamedNode(f"{VOID}subset"), node),
        Triple(node, NamedNode(f"{RDF}type"), NamedNode(f"{VOID}Dataset")),
        Triple(node, NamedNode(f"{RDF}type"), NamedNode(f"{SD}Graph")),
    }
    for language in LANGUAGES:
        words = Literal(messages()[language][f"graph_{graph.kind}"], language=language)
        found.add(Triple(node, NamedNode(f"{DCTERMS}description"), words))
    if graph.size is not None:
        size = Literal(str(graph.size), datatype=NamedNode(f"{XSD}integer"))
        found.add(Triple(node, NamedNode(f"{VOID}triples"), size))
    if graph.record:
        work, text = NamedNode(graph.record.work), NamedNode(graph.record.text_iri)
        found.add(Triple(node, NamedNode(f"{FOAF}primaryTopic"), work))
        found.add(Triple(node, NamedNode(f"{PROV}wasDerivedFrom"), text))
        found |= set(web.dataset().names(work))
    if graph.run:
        found.add(Triple(node, NamedNode(f"{PROV}wasGeneratedBy"), NamedNode(graph.run)))
    return found


def document_path(record: DocumentRecord) -> str:
    """Return the address of the reader of a document."""
    return f"/documents/{work_path(web.dataset(), record.work)}"
