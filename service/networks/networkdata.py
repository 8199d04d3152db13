"""Networks at the addresses of things and of named graphs. Needs a request."""

from io import BytesIO

from flask import Response, request
from pyoxigraph import NamedNode

from service import web
from service.http.negotiate import Offer, content_type
from service.http.problem import bad_request
from service.networks.neighbourhood import DEPTHS, neighbourhood
from service.networks.networks import disposition, language_of, write_network
from service.processes.frames import Job
from service.things.terms import Presenter


def network_around(node: NamedNode, offer: Offer) -> Response:
    """Answer with what stands `depth=` steps around a thing, with `evidence=1` its mentions too."""
    dataset = web.dataset()
    form, language = offer.names[0], language_of(request.args.get("lang"))
    depth, evidence = asked_depth(), request.args.get("evidence") == "1"
    tag = web.entity_tag("around", node.value, form, language, str(depth), str(evidence))
    if web.is_current(tag):
        return web.not_modified(tag)
    found = neighbourhood(dataset, node, depth, evidence=evidence)
    name = dataset.short_name(node.value)
    output = BytesIO()
    write_network(
        found.triples,
        dataset.quads,
        dataset.base.iri,
        form,
        language,
        output,
        title=f"{Presenter(dataset, language).label(node).text} <{node.value}>",
        note=found.note,
        topic=node.value,
    )
    response = web.data(output.getvalue(), offer, tag)
    response.headers.update(disposition(offer, name))
    if found.note:
        response.headers["Kzop-Note"] = found.note
    return response


def network_of_graph(iri: str, offer: Offer) -> Response:
    """Answer with a named graph, which a query worker writes as it goes."""
    form, language = offer.names[0], language_of(request.args.get("lang"))
    tag = web.entity_tag("network", iri, form, language)
    if web.is_current(tag):
        return web.not_modified(tag)
    base = web.engine().base
    job = Job(
        "graph",
        base.iri,
        media_type=offer.media_type,
        variant=form,
        graph=iri,
        language=language,
        title=iri,
    )
    reply = web.answer(job, web.site().settings.query_timeout)
    response = Response(reply.first if reply.is_whole else reply, content_type=content_type(offer))
    response.headers["Vary"] = web.DATA_VARY
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(tag)
    response.headers.update(disposition(offer, iri.removeprefix(base.graph(""))))
    return response


def asked_depth() -> int:
    """Return `depth=`; 1 if it is absent. Raises the 400."""
    value = request.args.get("depth") or "1"
    if value not in map(str, DEPTHS):
        raise bad_request(f"depth={value}: a neighbourhood is {' or '.join(map(str, DEPTHS))} deep")
    return int(value)
