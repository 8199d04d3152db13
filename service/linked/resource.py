"""Dereferencing: things (/id), the documents about them (/doc), codes and code lists (/code/)."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode, Triple

from graph.iris import CODE, DEFAULT_BASE
from service import web
from service.http.linkheader import DESCRIPTION, document_links, link, page_links, topic_links
from service.http.negotiate import GRAPH_OFFERS, HTML, NETWORK_OFFERS
from service.http.problem import Problem, bad_request, not_found
from service.linked.describing import Description, describe
from service.linked.serialise import write_triples
from service.linked.texts import see_other, source_text
from service.networks.networkdata import network_around
from service.networks.networks import is_network
from service.prefixes import DCTERMS, FOAF, HYDRA, RDF, VOID, XSD
from service.things.entity import entity_page
from service.things.terms import local_path

blueprint = Blueprint("resource", __name__)

OFFERS = (*GRAPH_OFFERS, HTML)
WITH_NETWORKS = (*OFFERS, *NETWORK_OFFERS)
EXTENSIONS = {offer.names[0]: offer for offer in WITH_NETWORKS}
"""File extension -> the form it asks for."""


TYPE = NamedNode(f"{RDF}type")


@blueprint.get("/id/<path:path>")
def thing(path: str) -> Response:
    """Lead from a thing to the document about it; a source text is answered itself."""
    dataset = web.dataset()
    iri = dataset.base.id(path)
    text = dataset.store.source_text(iri)
    if text is not None:
        return source_text(iri, text)
    bare, extension = split_extension(iri)
    if not dataset.knows(bare):
        raise unknown(bare)
    address = local_path(bare, dataset.base.iri) + extension
    asked = urlencode(list(request.args.items(multi=True)))
    response = see_other(f"{address}?{asked}" if asked else address)
    response.headers["Link"] = ", ".join([link(address, "describedby"), link(DESCRIPTION, "index")])
    return response


@blueprint.get("/doc/<path:path>")
def document(path: str) -> Response:
    """Describe a thing, in the form of the extension or else the Accept header."""
    return answer(web.dataset().base.id(path))


@blueprint.get("/code/<path:path>")
def code(path: str) -> Response:
    """Describe a code or a code list."""
    return answer(CODE + path)


def answer(asked: str) -> Response:
    """Answer with the description of the thing that `asked`, perhaps with an extension, names."""
    dataset = web.dataset()
    iri, extension = split_extension(asked)
    if not dataset.knows(iri):
        raise unknown(iri)
    node = NamedNode(iri)
    offer = web.negotiate(WITH_NETWORKS, extension.removeprefix(".") or web.asked_format())
    if is_network(offer):
        return network_around(node, offer)
    path = local_path(iri, dataset.base.iri)
    classes = [kind.value for kind in dataset.values(node, TYPE) if isinstance(kind, NamedNode)]
    page, pages, query = 1, 1, ""
    if offer is HTML:
        response = entity_page(node, formats(path))
    else:
        page = read_page()
        tag = web.entity_tag("describe", iri, offer.media_type, web.root_url(), str(page))
        try:
            description = describe(dataset, node, page)
        except LookupError as error:
            raise not_found(f"{path}?page={page}: {error}") from error
        pages = description.pages
        query = f"?page={page}" if pages > 1 else ""
        if web.is_current(tag):
            response = web.not_modified(tag)
        else:
            triples = description.triples | about_description(node, description)
            response = web.data(write_triples(in_order(triples), offer, node), offer, tag)
    links = document_links(path, OFFERS, offer, web.site().settings.license, query=query)
    links += page_links(path, page, pages) + topic_links(node, classes)
    return web.with_links(response, links, f"{path}.{offer.names[0]}{query}")


def about_description(node: NamedNode, description: Description) -> set[Triple]:
    """Return what the document about `node` says of itself: its topic, and its other pages."""
    path = local_path(node.value, web.dataset().base.iri).removeprefix("/")
    whole = NamedNode(web.root_url() + path)
    data = NamedNode(f"{web.root_url()}{DESCRIPTION.removeprefix('/')}#dataset")
    triples = {
        Triple(whole, TYPE, NamedNode(f"{FOAF}Document")),
        Triple(whole, NamedNode(f"{FOAF}primaryTopic"), node),
        Triple(whole, NamedNode(f"{VOID}inDataset"), data),
        Triple(whole, NamedNode(f"{DCTERMS}license"), NamedNode(web.site().settings.license)),
    }
    pages = about_pages(whole, description.page, description.pages, description.total)
    return triples | pages


def about_pages(whole: NamedNode, page: int, pages: int, total: int) -> set[Triple]:
    """Return what one page of `whole` says of the others, in Hydra; nothing if it is the only one.

    `total` is the number of entries of all pages.
    """
    if pages == 1:
        return set()

    def numbered(number: int) -> NamedNode:
        return NamedNode(f"{whole.value}?page={number}")

    size = Literal(str(total), datatype=NamedNode(f"{XSD}integer"))
    places = {"first": 1, "previous": page - 1, "next": page + 1, "last": pages}
    return {
        Triple(whole, TYPE, NamedNode(f"{HYDRA}Collection")),
        Triple(whole, NamedNode(f"{HYDRA}totalItems"), size),
        Triple(whole, NamedNode(f"{HYDRA}view"), numbered(page)),
        Triple(numbered(page), TYPE, NamedNode(f"{HYDRA}PartialCollectionView")),
        *(
            Triple(numbered(page), NamedNode(f"{HYDRA}{name}"), numbered(number))
            for name, number in places.items()
            if 1 <= number <= pages
        ),
    }


def read_page() -> int:
    """Return the number in `page=`, 1 if there is none. Raises the 400."""
    asked = request.args.get("page") or "1"
    if not asked.isascii() or not asked.isdecimal() or not 0 < len(asked) < 10 or not int(asked):
        raise bad_request(f"page={asked} is no page: write a whole number from 1 on")
    return int(asked)


def asked_page(total: int, size: int) -> tuple[int, int]:
    """Return the page that `page=` asks for and how many there are of `total` entries.

    Raises the 404 for a page after the last.
    """
    page, pages = read_page(), max(1, -(-total // size))
    if page > pages:
        raise not_found(f"{request.path} has {pages} pages, so there is no page={page}")
    return page, pages


def in_order(triples: set[Triple] | list[Triple]) -> list[Triple]:
    """Return triples sorted, so that equal data gives equal bytes."""
    return sorted(triples, key=str)


def split_extension(iri: str) -> tuple[str, str]:
    """Return the thing that `iri` names and the extension after it ("" if it has none).

    Names may have dots: an IRI that is known as it stands has no extension.
    """
    return (iri, "") if web.dataset().knows(iri) else cut_extension(iri)


def cut_extension(iri: str) -> tuple[str, str]:
    """Return `iri` without the known extension that it ends in, and that extension."""
    bare, dot, extension = iri.rpartition(".")
    return (bare, f".{extension}") if dot and extension in EXTENSIONS else (iri, "")


def formats(path: str) -> list[tuple[str, str, str]]:
    """Return the RDF forms of the document at `path`: name, media type, local address."""
    return [(o.names[0], o.media_type, f"{path}.{o.names[0]}") for o in GRAPH_OFFERS]


def unknown(iri: str) -> Problem:
    """Return the 404 for something that the graph does not know, or not in the form asked for."""
    dataset, shown = web.dataset(), iri.removeprefix(DEFAULT_BASE)
    bare, dot, extension = iri.rpartition(".")
    if dot and extension.isalnum() and (dataset.knows(bare) or dataset.has_graph(bare)):
        forms = ", ".join(f".{name}" for name in EXTENSIONS)
        return not_found(
            f"{bare.removeprefix(DEFAULT_BASE)} has no form .{extension}: use one of {forms}"
        )
    return not_found(f"the graph says nothing about {shown}")
