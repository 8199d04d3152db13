"""The SPARQL endpoint under Flask: queries, updates, the description of the service, the form."""

from dataclasses import replace

from flask import Blueprint, Response, request
from werkzeug.wsgi import ClosingIterator

from service import web
from service.engine.statistics import PATIENCE
from service.http import jsonp
from service.http.negotiate import (
    GRAPH_OFFERS,
    HTML,
    NETWORK_OFFERS,
    SELECT_OFFERS,
    may_want_page,
    prefers_page,
)
from service.http.problem import Problem, bad_request
from service.linked.about import publication
from service.linked.description import service_description
from service.linked.serialise import write_triples
from service.processes.frames import Job
from service.processes.pool import TOO_MUCH
from service.sparql.cells import cells
from service.sparql.editor import page_values
from service.sparql.federation import LOAD, SERVICE, calls_only, refuse_calls, without_calls
from service.sparql.planning import Asked, asked_of, offers_of, plan
from service.sparql.protocol import METHODS, Operation, Update, read_operation
from service.sparql.searching import with_hits
from service.sparql.table import PAGE_ROWS, QUOTED_ROWS, Table, read_table
from service.sparql.tokens import require_writer
from service.sparql.using import with_using

blueprint = Blueprint("sparql", __name__)

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


# The protocol decides on methods, so that all of them reach it.
ALL_METHODS = [*METHODS, "PUT", "DELETE", "PATCH", "TRACE"]


@blueprint.route("/sparql", methods=ALL_METHODS, provide_automatic_options=False)
def endpoint() -> Response:
    """Answer a request of the SPARQL Protocol."""
    if request.method == "OPTIONS":
        return web.empty(204, {"Allow": ", ".join(METHODS)})
    operation = read_operation(
        request.method,
        request.query_string,
        request.headers.get("Content-Type"),
        web.read_body() if request.method == "POST" else b"",
        max_query_bytes=web.site().settings.max_query_bytes,
    )
    if operation is None:
        return service_page()
    if isinstance(operation, Update):
        return do_update(operation)
    try:
        return respond(operation)
    except Problem as problem:
        accept = request.headers.get("Accept")
        if not prefers_page(accept, operation.format, offers_of(operation.query)):
            raise
        return failed_page(operation.query, problem)


def failed_page(query: str, problem: Problem) -> Response:
    """Answer a browser with its query and what was wrong with it."""
    names = download_names(query)
    page = web.page(
        "sparql.html", query=query, table=None, names=names, problem=problem, **page_values()
    )
    page.status_code = problem.status
    page.headers.update(problem.headers)
    page.headers["Cache-Control"] = "no-store"
    return page


def download_names(query: str) -> list[str]:
    """Return the forms in which the answer to a query can be taken away, by their names."""
    offers = offers_of(query)
    networks = NETWORK_OFFERS if offers is GRAPH_OFFERS else ()
    return [offer.names[0] for offer in (*offers, *networks)]


def service_page() -> Response:
    """Answer a GET without a query: the form for a browser, else the service description."""
    offer = web.negotiate((*GRAPH_OFFERS, HTML), web.asked_format())
    if offer is HTML:
        names = [offer.names[0] for offer in SELECT_OFFERS]
        return web.page("sparql.html", query=EXAMPLE, table=None, names=names, **page_values())
    counts, about = web.engine().statistics.current(wait=PATIENCE), publication()
    counted = counts.version if counts else ""
    tag = web.entity_tag("description", counted, about.root, about.address, offer.media_type)
    if web.is_current(tag):
        return web.not_modified(tag)
    writes = web.site().settings.may_write
    triples = service_description(web.dataset(), counts, about, writes=writes)
    return web.data(write_triples(triples, offer), offer, tag)


def do_update(update: Update) -> Response:
    """Do an update for a client that may write."""
    require_writer()
    settings = web.site().settings
    text = without_calls(update.text, LOAD, settings.service_allow, silent=True)
    try:
        refuse_calls(text, (SERVICE, LOAD), settings.service_allow)
    except Problem:
        check_refused(text)
        raise
    update = replace(update, text=text)
    job: dict[str, object] = {"kind": "update", "update": with_using(update)}
    web.engine().write_now(job)
    return web.empty(204)


def bind_hits(operation: Operation) -> Operation:
    """Return an operation that asks the text index with its hits written into the query."""
    searching = operation.searching
    if searching is None:
        return operation
    hits = web.text_index().search(searching.words, limit=searching.limit)
    try:
        query = with_hits(operation.query, searching.variable, [hit.iri for hit in hits.hits])
    except ValueError as error:
        raise bad_request(str(error)) from error
    return replace(operation, query=query, searching=None)


def check_refused(text: str) -> None:
    """Raise the 400 for an update that is refused for its calls, and is malformed besides."""
    for keyword in (SERVICE, LOAD):
        text = without_calls(text, keyword, ())
    if all(calls_only(text, keyword, ()) for keyword in (SERVICE, LOAD)):
        job = Job("parse update", web.engine().base.iri, text)
        web.engine().answer_now(job, web.site().settings.query_timeout).read()


def asked() -> Asked:
    """Return what of the current request decides on the form of an answer."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return asked_of(request.method, headers, request.query_string.decode("latin-1"))


def read_page(job: Job, seconds: float, tag: str | None) -> Table:
    """Return the table of a page: if the evidence of its rows is late, the rows without it."""
    if job.evidence:
        is_wanted = request.values.get("evidence") == "1"
        patience = seconds if is_wanted else min(seconds, web.site().settings.evidence_patience)
        try:
            return read_table(web.answer(replace(job, rows=QUOTED_ROWS), patience, tag).read())
        except Problem as problem:
            if problem.slug not in TOO_MUCH:
                raise
        job, tag = replace(job, evidence=()), None  # the tag is that of the quotes
    return read_table(web.answer(job, seconds, tag).read())


def respond(operation: Operation, page: str = "sparql.html", **values: object) -> Response:
    """Answer `operation` in the negotiated form; `page` with `values` is its form in HTML."""
    engine = web.engine()
    settings = web.site().settings
    engine.settle_now()
    operation = bind_hits(operation)
    callback = jsonp.read_callback(
        request.args.get("callback"), settings.cors_origins, request.headers.get("Sec-Fetch-Site")
    )
    if callback:
        operation = replace(operation, format=operation.format or "json")
    told = asked()
    planned = plan(
        operation,
        told,
        version=web.dataset().version,
        base=engine.base.iri,
        limit=settings.query_timeout,
        hosts=settings.service_allow,
        pages=may_want_page(told.accept, operation.format),
    )
    if planned.offer is HTML:
        table = None
        if request.method != "HEAD":
            job = replace(planned.job, rows=PAGE_ROWS)
            table = read_page(job, planned.seconds, planned.tag)
        names = download_names(operation.query)
        if page == "sparql.html":
            values = page_values()
        values["cells"] = cells(operation.query)
        return web.page(page, query=operation.query, table=table, names=names, **values)
    if callback:
        jsonp.require_json(planned.offer)
    elif planned.is_current(told):
        headers = {k: v for k, v in planned.headers.items() if k in ("ETag", "Vary")}
        return Response(status=304, headers=headers)
    reply = web.answer(planned.job, planned.seconds, planned.tag)
    if planned.refusal:
        raise planned.refusal
    if callback:
        parts = ClosingIterator(jsonp.script(callback, reply), reply.close)
        headers = {"Vary": planned.headers["Vary"], "Cache-Control": "no-store"}
        return Response(parts, headers=headers, content_type=jsonp.CONTENT_TYPE)
    if reply.is_whole:
        response = Response(reply.first, headers=planned.headers)
        if request.method == "HEAD":
            response.automatically_set_content_length = False
            del response.content_length  # it would be 0, which is not what GET says
        return response

    return Response(reply, headers=planned.headers)
