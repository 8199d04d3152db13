"""Dereferencing: things (/id), documents about them (/doc), vocabulary, codes, named graphs."""

from flask import Blueprint, Response, redirect
from pyoxigraph import Literal, NamedNode, Triple

from graph.iris import CODE, DEFAULT_BASE, ONTOLOGY
from service import web
from service.entity import entity_page
from service.negotiate import GRAPH_OFFERS, HTML, Offer
from service.prefixes import FOAF, OWL, RDF, RDFS, SKOS
from service.problem import Problem, not_found
from service.serialise import write_triples
from service.terms import local_path

blueprint = Blueprint("resource", __name__)

OFFERS = (*GRAPH_OFFERS, HTML)
EXTENSIONS = {offer.names[0]: offer for offer in OFFERS}
"""File extension -> the form it asks for."""

DATA_LIMIT = 1000
"""Most incoming links in a description; one with more says so in an rdfs:comment."""


@blueprint.get("/id/<path:path>")
def thing(path: str) -> Response:
    """Lead from a thing to the document about it; a source text is answered itself."""
    iri = web.dataset().base.id(path)
    text = web.dataset().store.source_text(iri)
    if text is not None:
        return source_text(iri, text)
    bare, extension = split_extension(iri)
    if not web.dataset().knows(bare):
        raise unknown(bare)
    response = redirect(local_path(bare, web.dataset().base.iri) + extension, 303)
    response.headers["Vary"] = "Accept"
    return response  # type: ignore[return-value]


def source_text(iri: str, text: str) -> Response:
    """Return a source text exactly as it was read."""
    tag = web.entity_tag("text", iri)
    if web.is_current(tag):
        return web.not_modified(tag)
    return web.data(text.encode("utf-8"), Offer("text/plain", ("txt",)), tag)


@blueprint.get("/doc/<path:path>")
def document(path: str) -> Response:
    """Describe a thing, in the form of the extension or else the Accept header."""
    return describe(web.dataset().base.id(path))


@blueprint.get("/code/<path:path>")
def code(path: str) -> Response:
    """Describe a code or a code list."""
    return describe(CODE + path)


def describe(asked: str) -> Response:
    """Answer with the description of the thing that `asked`, perhaps with an extension, names."""
    dataset = web.dataset()
    iri, extension = split_extension(asked)
    if not dataset.knows(iri):
        raise unknown(iri)
    offer = web.negotiate(OFFERS, extension.removeprefix(".") or web.asked_format())
    if offer is HTML:
        return entity_page(NamedNode(iri), formats(local_path(iri, dataset.base.iri)))
    tag = web.entity_tag("describe", iri, offer.media_type, web.public_url())
    if web.is_current(tag):
        return web.not_modified(tag)
    triples, total = dataset.describe(NamedNode(iri), DATA_LIMIT)
    triples |= about_description(NamedNode(iri), total)
    return web.data(write_triples(in_order(triples), offer), offer, tag)


def about_description(node: NamedNode, total: int) -> set[Triple]:
    """Return what the document about `node` says of itself: its topic, and what it leaves out."""
    path = local_path(node.value, web.dataset().base.iri).removeprefix("/")
    page = NamedNode(web.public_url() + path)
    triples = {Triple(page, NamedNode(f"{FOAF}primaryTopic"), node)}
    if total > DATA_LIMIT:
        comment = f"Holds {DATA_LIMIT} of the {total} statements that point at its topic."
        triples.add(Triple(page, NamedNode(f"{RDFS}comment"), Literal(comment, language="en")))
    return triples


@blueprint.get("/ontology")
@blueprint.get("/ontology.<extension>")
def ontology(extension: str = "") -> Response:
    """Answer with the ontology, as a page or as RDF."""
    iri = web.dataset().base.graph("ontology")
    if extension and extension not in EXTENSIONS:
        raise not_found(f"the ontology has no form .{extension}: use one of {extensions()}")
    offer = web.negotiate(OFFERS, extension or web.asked_format())
    return ontology_page() if offer is HTML else graph_data(iri, offer)


def ontology_page() -> Response:
    """Return the page with every class and property of the ontology."""
    dataset = web.dataset()

    def terms(kinds: list[str]) -> list[NamedNode]:
        found = {node for kind in kinds for node in dataset.instances(f"{OWL}{kind}")}
        return sorted((n for n in found if n.value.startswith(ONTOLOGY)), key=str)

    properties = terms(["ObjectProperty", "DatatypeProperty", "AnnotationProperty"])
    more = [
        node
        for node in dataset.instances(f"{RDF}Property")
        if node.value.startswith(ONTOLOGY) and node not in properties
    ]
    groups = [("classes", terms(["Class"])), ("properties", sorted(properties + more, key=str))]
    return web.page(
        "ontology.html",
        groups=[
            (title, [(node, dataset.facts(node)) for node in nodes]) for title, nodes in groups
        ],
        namespace=ONTOLOGY,
        formats=formats("/ontology"),
    )


@blueprint.get("/code")
@blueprint.get("/code.<extension>")
def codes(extension: str = "") -> Response:
    """Answer with the code lists: a page that names them, or all of them as RDF."""
    dataset = web.dataset()
    if extension and extension not in EXTENSIONS:
        raise not_found(f"the code lists have no form .{extension}: use one of {extensions()}")
    offer = web.negotiate(OFFERS, extension or web.asked_format())
    if offer is not HTML:
        return graph_data(dataset.base.graph("codes"), offer)
    schemes = dataset.instances(f"{SKOS}ConceptScheme")
    return web.page("codes.html", schemes=schemes, formats=formats("/code"))


@blueprint.get("/graph/<path:path>")
def named_graph(path: str) -> Response:
    """Answer with a named graph: its triples as RDF, or a page with their number."""
    dataset = web.dataset()
    asked = dataset.base.graph(path)
    names = dataset.graph_names()
    iri, extension = (asked, "") if asked in names else cut_extension(asked)
    if iri not in names:
        raise unknown(iri)
    offer = web.negotiate(OFFERS, extension.removeprefix(".") or web.asked_format())
    if offer is not HTML:
        return graph_data(iri, offer)
    size = len(dataset.named_graph(iri) or ())
    local = local_path(iri, dataset.base.iri)
    return web.page("graph.html", iri=iri, size=size, formats=formats(local))


def graph_data(iri: str, offer: Offer) -> Response:
    """Answer with the triples of the named graph `iri`."""
    tag = web.entity_tag("graph", iri, offer.media_type)
    if web.is_current(tag):
        return web.not_modified(tag)
    triples = web.dataset().named_graph(iri)
    if triples is None:
        raise unknown(iri)
    return web.data(write_triples(in_order(triples), offer), offer, tag)


def in_order(triples: set[Triple] | list[Triple]) -> list[Triple]:
    """Return triples sorted, so that equal data gives equal bytes."""
    return sorted(triples, key=str)


def split_extension(iri: str) -> tuple[str, str]:
    """Return the thing that `iri` names and the extension after it ("" if it has none).

    Names may have dots: an IRI that is known as it stands has no extension.
    """
    try:
        known = web.dataset().knows(iri)
    except ValueError as error:
        raise unknown(iri) from error
    return (iri, "") if known else cut_extension(iri)


def cut_extension(iri: str) -> tuple[str, str]:
    """Return `iri` without the known extension that it ends in, and that extension."""
    bare, dot, extension = iri.rpartition(".")
    return (bare, f".{extension}") if dot and extension in EXTENSIONS else (iri, "")


def extensions() -> str:
    """Return the known extensions for a message."""
    return ", ".join(f".{name}" for name in EXTENSIONS)


def formats(path: str) -> list[tuple[str, str, str]]:
    """Return the RDF forms of the document at `path`: name, media type, local address."""
    return [(o.names[0], o.media_type, f"{path}.{o.names[0]}") for o in GRAPH_OFFERS]


def unknown(iri: str) -> Problem:
    """Return the 404 for something that the graph does not know."""
    shown = iri.removeprefix(DEFAULT_BASE)
    return not_found(f"the graph says nothing about {shown}")
