"""The SPARQL 1.1 Graph Store HTTP Protocol: graphs read, replaced, extended and deleted.

A graph is named by `/store?graph=IRI`, by `/store?default`, or by its own address below `/store/`.
"""

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin
from uuid import uuid4

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from service import web
from service.http.multipart import MULTIPART, read_files
from service.http.negotiate import GRAPH_OFFERS, N_QUADS, TRIG
from service.http.problem import Problem, bad_request, not_found
from service.sparql.protocol import read_content_type, read_parameters, unsupported
from service.sparql.tokens import require_writer

blueprint = Blueprint("graphstore", __name__)

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
ALLOW = ", ".join(METHODS)
# `store` itself says what is not allowed.
ALL_METHODS = [*METHODS, "PATCH", "TRACE"]

ONE_GRAPH = tuple(offer for offer in GRAPH_OFFERS if offer not in (TRIG, N_QUADS))
"""The forms of the content of one graph."""


@dataclass(frozen=True)
class Target:
    """The graph that a request is about."""

    iri: str | None
    """None is the default graph."""

    def missing(self) -> Problem:
        """Return the 404 for a graph that is not there."""
        return not_found(f"there is no graph {self.iri}: PUT makes one")


@blueprint.route("/store", methods=ALL_METHODS, provide_automatic_options=False)
@blueprint.route("/store/<path:path>", methods=ALL_METHODS, provide_automatic_options=False)
def store(path: str = "") -> Response:
    """Answer a request of the Graph Store Protocol."""
    if request.method == "OPTIONS":
        return web.empty(204, {"Allow": ALLOW, "Accept-Post": f"{accepted()}, {MULTIPART}"})
    if request.method not in METHODS:
        raise Problem(
            405,
            "method-not-allowed",
            "Method not allowed",
            f"{request.method} is not a way to use a graph: use one of {ALLOW}",
            headers={"Allow": ALLOW},
        )
    if request.method in ("GET", "HEAD"):
        target = read_target(path)
        if target is None:
            raise unnamed()
        return read(target)
    require_writer()
    target = read_target(path)
    match request.method:
        case "POST":
            return write(target or new_target(), merge=True, made=target is None)
        case "PUT" if target:
            return write(target, merge=False)
        case "DELETE" if target:
            return delete(target)
    raise unnamed()


def read_target(path: str) -> Target | None:
    """Return the graph that the request names, None if it names none. Raises the 400."""
    parameters = list(read_parameters(request.query_string, in_body=False))
    named = [p for p in parameters if p.name in ("graph", "default")]
    if len(named) > 1 or (path and named):
        raise bad_request("name one graph: ?graph=IRI, or ?default, or an address below /store/")
    if path:
        return Target(read_iri(f"{web.public_url()}store/{raw_path()}"))
    if not named:
        return None
    (parameter,) = named
    if parameter.name == "default":
        return Target(None)
    return Target(read_iri(parameter.value))


def raw_path() -> str:
    """Return what follows `/store/` in the address, just as the client wrote it."""
    scope = request.environ.get("asgi.scope")
    if scope and scope.get("raw_path"):
        raw = scope["raw_path"].decode("latin-1")
    else:
        raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
        raw = raw.partition("?")[0]
        raw = raw if raw.startswith("/") else request.path
    return str(raw.partition("/store/")[2])


def read_iri(text: str) -> str:
    """Return the IRI of a graph; the base of a relative one is the store. Raises the 400."""
    with suppress(ValueError):
        return NamedNode(text).value
    with suppress(ValueError):
        if text:
            return NamedNode(urljoin(f"{web.public_url()}store", text)).value
    raise bad_request(f"the graph name {text!r} is no IRI: write an absolute one")


def new_target() -> Target:
    """Return a new name for a graph: a POST to the store itself asks for one."""
    return Target(f"{web.public_url()}store/{uuid4()}")


def read(target: Target) -> Response:
    """Answer with the content of a graph."""
    engine = web.engine()
    engine.settle_now()
    dataset = web.dataset()
    if target.iri is not None and not dataset.has_graph(target.iri):
        raise target.missing()
    offer = web.negotiate(GRAPH_OFFERS, web.asked_format())
    return web.graph(target.iri, offer)


def write(target: Target, *, merge: bool, made: bool = False) -> Response:
    """Give a graph the statements of the body; `merge` adds them to those it has."""
    bodies = read_bodies()
    job: dict[str, object] = {
        "kind": "replace",
        "graph": target.iri,
        "merge": merge,
        "parts": [(media_type, len(data)) for media_type, data in bodies],
        "base": target.iri or web.engine().base.iri,
    }
    told = web.engine().write_now(job, b"".join(data for _, data in bodies))
    if not told["existed"]:
        return web.empty(201, {"Location": str(target.iri)} if made else {})
    return web.empty(200 if merge and told["triples"] else 204)


def delete(target: Target) -> Response:
    """Delete a graph."""
    told = web.engine().write_now({"kind": "drop", "graph": target.iri})
    if not told["existed"]:
        raise target.missing()
    return web.empty(200)


def read_bodies() -> list[tuple[str, bytes]]:
    """Return the media type and the data of the body, or of each part of a form."""
    header = request.headers.get("Content-Type")
    if (header or "").partition(";")[0].strip().lower() == MULTIPART:
        files = read_files(header or "", web.read_body())
        return [(readable(kind), data) for kind, data in files]
    return [(readable(header), web.read_body())]


def readable(header: str | None) -> str:
    """Return the media type that a Content-Type names, if it is of one graph. Raises 415, 400."""
    asked = read_content_type(header, accepted())
    offer = next((o for o in GRAPH_OFFERS if asked in (o.media_type, *o.aliases)), None)
    if asked == "text/plain" or offer is None:
        raise unsupported(f"{asked} is no form of a graph that this service reads", accepted())
    if offer not in ONE_GRAPH:
        raise bad_request(f"{asked} holds many graphs, and this request names one: send Turtle")
    return offer.media_type


def accepted() -> str:
    """Return the media types that are read, for a header."""
    return ", ".join(offer.media_type for offer in ONE_GRAPH)


def unnamed() -> Problem:
    """Return the 400 for a request that names no graph."""
    return bad_request("name a graph: ?graph=IRI, or ?default, or an address below /store/")
