"""The SPARQL endpoint: requests of the SPARQL 1.1 Protocol in, negotiated answers out."""

import re

from flask import Blueprint, Response, request
from pyoxigraph import QueryTriples

from service import negotiate, web
from service.description import service_description
from service.engine import (
    Answer,
    evaluate,
    offers_of,
    read_dataset,
    read_form,
    read_table,
    write,
    write_graph,
)
from service.federation import may_call_service
from service.negotiate import GRAPH_OFFERS, HTML, SELECT_OFFERS, Offer
from service.problem import Problem
from service.protocol import METHODS, Operation, read_operation

blueprint = Blueprint("sparql", __name__)

GEPHI_ACCEPT = "application/rdf+xml, txt/xml, rdf/xml"
"""The Accept header of Gephi's plugin, which reads RDF/XML in the charset of its platform."""

EXAMPLE = """\
PREFIX kzop: <https://w3id.org/kzop/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?law ?label
WHERE {
  ?law a kzop:Law ;
    skos:prefLabel ?label .
}
ORDER BY ?law
LIMIT 100
"""
"""What the form holds at first."""

# With one of these words a query may give another answer each time.
CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)
# And so may the new blank nodes of a CONSTRUCT.
BLANK = re.compile(r"_:|\[")


# The protocol decides on methods, so that all of them reach it.
ALL_METHODS = [*METHODS, "PUT", "DELETE", "PATCH"]


@blueprint.route("/sparql", methods=ALL_METHODS, provide_automatic_options=False)
def endpoint() -> Response:
    """Answer a request of the SPARQL Protocol."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join(METHODS)})
    operation = read_operation(
        request.method,
        request.query_string,
        request.headers.get("Content-Type"),
        request.get_data() if request.method == "POST" else b"",
        max_query_bytes=web.site().settings.max_query_bytes,
    )
    if operation is None:
        return service_page()
    return respond(operation)


def service_page() -> Response:
    """Answer a GET without a query: the form for a browser, else the service description."""
    offer = web.negotiate((*GRAPH_OFFERS, HTML), web.asked_format())
    if offer is HTML:
        names = [offer.names[0] for offer in SELECT_OFFERS]
        return web.page("sparql.html", query=EXAMPLE, table=None, names=names)
    tag = web.entity_tag("description", web.public_url(), offer.media_type)
    if web.is_current(tag):
        return web.not_modified(tag)
    triples = service_description(web.dataset(), web.public_url())
    return web.data(write_graph(triples, offer), offer, tag)


def respond(operation: Operation, page: str = "sparql.html", **values: object) -> Response:
    """Answer `operation` in the negotiated form; `page` with `values` is its form in HTML."""
    refuse_service(operation.query)
    form = read_form(operation.query, web.dataset().base.iri)
    read_dataset(operation)  # a bad graph name is an error even where nothing is evaluated
    offers = (*offers_of(form), HTML)
    offer = web.negotiate(offers, operation.format)
    if offer is HTML:
        unread = request.method == "HEAD"
        table = None if unread else read_table(evaluate(web.dataset(), operation))
        names = [o.names[0] for o in offers_of(form)]
        return web.page(page, query=operation.query, table=table, names=names, **values)
    tag = None
    if not may_change(operation.query, form):
        graphs = (*operation.default_graphs, "named", *operation.named_graphs)
        tag = web.entity_tag(operation.query, *graphs, offer.media_type, *variant(offer))
        if web.is_current(tag):
            return web.not_modified(tag)
    if request.method == "HEAD":
        response = web.data(b"", offer, tag)
        response.automatically_set_content_length = False
        del response.content_length  # it would be 0, which is not what GET says
        return response
    body = write(evaluate(web.dataset(), operation), offer)
    return web.data(vary_bytes(body, offer), offer, tag)


def may_change(query: str, form: type[Answer]) -> bool:
    """Tell whether `query` may give another answer on the same data: it then has no ETag."""
    if CHANGING.search(query):
        return True
    return form is QueryTriples and BLANK.search(query) is not None


def refuse_service(query: str) -> None:
    """Refuse a query that may make the engine call another host."""
    if may_call_service(query):
        raise Problem(
            403,
            "service-not-allowed",
            "SERVICE not allowed",
            "this endpoint does not call other hosts: leave out SERVICE "
            "(and do not use the word in a prefix or a relative IRI)",
        )


def variant(offer: Offer) -> tuple[str, ...]:
    """Return the parameters of the request that change the bytes of `offer`."""
    if offer is negotiate.CSV and request.args.get("bom") == "1":
        return ("bom",)
    if offer is negotiate.RDF_XML and asks_ascii():
        return ("ascii",)
    return ()


def asks_ascii() -> bool:
    """Tell whether the client wants RDF/XML in pure ASCII."""
    return request.args.get("ascii") == "1" or request.headers.get("Accept") == GEPHI_ACCEPT


def vary_bytes(body: bytes, offer: Offer) -> bytes:
    """Return `body` with the byte order mark or the ASCII form that the client asked for."""
    match variant(offer):
        case ("bom",):
            return b"\xef\xbb\xbf" + body
        case ("ascii",):
            return body.decode("utf-8").encode("ascii", "xmlcharrefreplace")
        case _:
            return body
