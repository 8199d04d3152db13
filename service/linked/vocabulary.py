"""The vocabulary over HTTP: the ontology, all code lists, and the JSON-LD context.

What people put into tools, so pages of any origin may read it.
"""

import json
from hashlib import sha256

from flask import Blueprint, Response
from pyoxigraph import NamedNode

from graph.iris import CODE, ONTOLOGY
from service import web
from service.http.linkheader import document_links, topic_links
from service.http.negotiate import HTML, JSON_LD, Offer
from service.linked.context import context
from service.linked.resource import OFFERS, formats, in_order, unknown
from service.linked.serialise import write_triples
from service.prefixes import OWL, SKOS
from service.things.glossary import Glossary

blueprint = Blueprint("vocabulary", __name__)

DAY = "public, max-age=86400"
"""How long the context may be kept: it changes with kzop, not with the data."""


@blueprint.get("/ontology")
@blueprint.get("/ontology.<extension>")
def ontology(extension: str = "") -> Response:
    """Answer with the ontology, as a page or as RDF."""
    offer = web.negotiate(OFFERS, web.known_form(extension, OFFERS) or web.asked_format())
    response = ontology_page() if offer is HTML else vocabulary("ontology", offer)
    return linked(response, "/ontology", NamedNode(ONTOLOGY.rstrip("#")), f"{OWL}Ontology", offer)


@blueprint.get("/code")
@blueprint.get("/code.<extension>")
def codes(extension: str = "") -> Response:
    """Answer with the code lists: a page that names them, or all of them as RDF."""
    offer = web.negotiate(OFFERS, web.known_form(extension, OFFERS) or web.asked_format())
    if offer is HTML:
        glossary = Glossary(web.presenter(), None)
        response = web.page("codes.html", schemes=glossary.schemes(), formats=formats("/code"))
    else:
        response = vocabulary("codes", offer)
    return linked(response, "/code", NamedNode(CODE.rstrip("/")), f"{SKOS}ConceptScheme", offer)


@blueprint.get("/context.jsonld")
def context_file() -> Response:
    """Answer with the JSON-LD context: all short names."""
    body = json.dumps({"@context": context()}, ensure_ascii=False, indent=1).encode()
    tag = sha256(body).hexdigest()[:32]
    if web.is_current(tag):
        return open_to_all(web.not_modified(tag))
    response = open_to_all(web.data(body, JSON_LD, tag))
    response.headers["Cache-Control"] = DAY
    return response


def vocabulary(name: str, offer: Offer) -> Response:
    """Answer with the ontology or the code lists in RDF."""
    dataset = web.dataset()
    iri = dataset.base.graph(name)
    tag = web.entity_tag("vocabulary", iri, offer.media_type)
    if web.is_current(tag):
        return web.not_modified(tag)
    triples = dataset.named_graph(iri)
    if triples is None:
        raise unknown(iri)
    return web.data(write_triples(in_order(triples), offer), offer, tag)


def linked(response: Response, path: str, node: NamedNode, kind: str, offer: Offer) -> Response:
    """Give an answer its headers; pages of any origin may read it."""
    links = document_links(path, OFFERS, offer, web.site().settings.license)
    links += topic_links(node, [kind])
    return open_to_all(web.with_links(response, links, f"{path}.{offer.names[0]}"))


def open_to_all(response: Response) -> Response:
    """Let pages of any origin read an answer, whatever the settings say of the data."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def ontology_page() -> Response:
    """Return the page with every class and property of the ontology."""
    glossary = Glossary(web.presenter(), web.engine().statistics.current())
    return web.page(
        "ontology.html",
        classes=glossary.class_tree(),
        properties=glossary.property_groups(),
        namespace=ONTOLOGY,
        formats=formats("/ontology"),
    )
