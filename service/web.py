"""What the route modules share: the open dataset, the language, pages, and answers with an ETag.

Everything here needs a request of an app that `service.app.create_app` made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, urlencode

from flask import Response, current_app, g, render_template, request

from graph.iris import is_web_address
from graph.search.textindex import TextIndex
from service.config import Settings
from service.engine.dataset import Dataset
from service.engine.engine import Engine, ReplyNow
from service.http import negotiate as negotiation
from service.http.call import WHEN_GONE
from service.http.compression import compress
from service.http.language import LANGUAGES, choose_language, messages
from service.http.negotiate import Offer, content_type
from service.http.observe import Observer
from service.http.problem import Problem, bad_request, not_found
from service.processes.frames import Job
from service.sparql.planning import matches, tag_of
from service.things.terms import Presenter

EXTENSION = "kzop"

SAFE_LOCATION = "!#$%&'()*+,/:;=?@[]~"
"""Characters of an address that a header takes as they are."""
PAGE_VARY = "Accept, Accept-Encoding, Accept-Language, Cookie"
"""What the content of a page depends on."""
DATA_VARY = "Accept, Accept-Encoding, Origin"
"""What the content of an answer with data depends on."""


@dataclass(frozen=True)
class Site:
    """What an app serves."""

    settings: Settings
    engine: Engine
    observer: Observer


def site() -> Site:
    """Return what the current app serves."""
    found: Site = current_app.extensions[EXTENSION]
    return found


def engine() -> Engine:
    """Return the engine of the current app."""
    return site().engine


def dataset() -> Dataset:
    """Return the data that the current request reads, all of it from one version."""
    if "dataset" not in g:
        g.dataset = engine().dataset()
    found: Dataset = g.dataset
    return found


def answer(job: Job, seconds: float, tag: str | None = None) -> ReplyNow:
    """Do a job on the data of the current request; it ends when its client leaves."""
    when_gone = request.environ.get("asgi.scope", {}).get(WHEN_GONE)
    snapshot = engine().snapshot_of(dataset())
    return engine().answer_now(job, seconds, tag, when_gone, snapshot)


def text_index() -> TextIndex:
    """Return the text index of the data of the current request. Raises the 503 for none."""
    return engine().indexing.index(dataset().store.path)


def read_body() -> bytes:
    """Return the body of the current request. Raises the 413 for one that is too long."""
    limit = site().settings.max_body_bytes
    length = request.content_length
    has_end = length is not None or request.environ.get("wsgi.input_terminated")
    if not has_end and "Transfer-Encoding" in request.headers:
        raise Problem(
            411,
            "length-required",
            "Length required",
            "this server cannot read a body in chunks: send Content-Length",
        )
    body = b"" if length is not None and length > limit else request.stream.read(limit + 1)
    if len(body) > limit or (length or 0) > limit:
        raise Problem(
            413,
            "body-too-long",
            "Body too long",
            f"the body is longer than the {limit} bytes that this service accepts: send less",
        )
    return body


def public_url() -> str:
    """Return the address of this service, ending in "/": the setting, or as the client wrote it."""
    address = site().settings.public_url or request.host_url
    if not is_web_address(address):
        raise bad_request("the Host header is missing or is no host name: send one that is")
    return address


def root_url() -> str:
    """Return the address that data gives for documents, ending in "/": the setting, or the base.

    Not what the Host header says: data must not hang on what a client writes there.
    """
    return site().settings.public_url or dataset().base.iri


def language() -> str:
    """Return the language of the current request's pages."""
    if "language" not in g:
        g.language = choose_language(
            request.args.get("lang"), request.cookies.get("lang"), request.accept_languages
        )
    chosen: str = g.language
    return chosen


def asked_format() -> str | None:
    """Return the value of `format=` or `output=` in the URL, or None."""
    return request.args.get("format") or request.args.get("output") or None


def negotiate(offers: tuple[Offer, ...], name: str | None = None) -> Offer:
    """Return the offer that `name` (a `format=`) or else the Accept header asks for, or a 406."""
    return negotiation.negotiate(offers, request.headers.get("Accept"), name)


def known_form(extension: str, offers: tuple[Offer, ...]) -> str:
    """Return the extension of an address. Raises the 404 for one that no offer has."""
    names = [offer.names[0] for offer in offers]
    if extension and extension not in names:
        forms = ", ".join(f".{name}" for name in names)
        raise not_found(f"{request.path} has no form .{extension}: use one of {forms}")
    return extension


def with_links(response: Response, links: list[str], content_location: str) -> Response:
    """Give an answer its Link and Content-Location headers."""
    response.headers["Link"] = ", ".join(links)
    response.headers["Content-Location"] = quote(content_location, safe=SAFE_LOCATION)
    return response


def template_values() -> dict[str, object]:
    """Return what every template may use: the language, its words, and how to show terms."""
    chosen = language()
    return {
        "lang": chosen,
        "words": messages()[chosen],
        "language_links": language_links(),
        "show": presenter(),
    }


def words() -> Mapping[str, str]:
    """Return the words of the interface in the language of the current request."""
    return messages()[language()]


def presenter() -> Presenter:
    """Return what shows terms in the language of the current request."""
    return Presenter(dataset(), language())


def language_links() -> list[tuple[str, str, str]]:
    """Return for each language its tag, its own name, and this page in it."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return [
        (tag, messages()[tag]["name"], f"{request.path}?{urlencode([*others, ('lang', tag)])}")
        for tag in LANGUAGES
    ]


def page(template: str, **values: object) -> Response:
    """Render an HTML page in the language of the request; 304 if the client has it."""
    response = Response(render_template(template, **values), mimetype="text/html")
    response.content_language = language()
    response.headers["Vary"] = PAGE_VARY
    tag = sha256(response.get_data()).hexdigest()[:32]
    response.set_etag(tag + compress(response))
    response.make_conditional(request)
    return response


def empty(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer that has no content, and so no media type."""
    response = Response(status=status, headers=dict(headers or {}))
    del response.headers["Content-Type"]
    return response


def entity_tag(*parts: str) -> str:
    """Return a strong ETag for an answer made of the dataset's version and `parts`."""
    return tag_of(dataset().version, *parts)


def is_current(tag: str) -> bool:
    """Tell whether the client says that it has the answer with this ETag."""
    asked = request.headers.get("If-None-Match", "")
    return request.method in ("GET", "HEAD") and matches(asked, tag)


def not_modified(tag: str, vary: str = DATA_VARY) -> Response:
    """Return the 304 for the answer with this ETag."""
    response = Response(status=304)
    response.set_etag(tag)
    response.headers["Vary"] = vary
    return response


def data(body: bytes, offer: Offer, tag: str | None, vary: str = DATA_VARY) -> Response:
    """Return an answer with data; without a tag it must not be kept."""
    response = Response(body, content_type=content_type(offer))
    response.headers["Vary"] = vary
    if tag is None:
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(tag)
    return response


def graph(iri: str | None, offer: Offer) -> Response:
    """Answer with the named graph `iri`, or the default graph, as it streams from a worker."""
    tag = tag_of(dataset().version, "graph", iri or "", offer.media_type)
    if is_current(tag):
        return not_modified(tag)
    if request.method == "HEAD":
        response = data(b"", offer, tag)
        response.automatically_set_content_length = False
        del response.content_length
        return response
    reply = answer(Job("graph", media_type=offer.media_type, graph=iri), query_timeout())
    response = data(reply.first if reply.is_whole else b"", offer, tag)
    if not reply.is_whole:
        response.response = reply
        del response.content_length
    return response


def query_timeout() -> float:
    """Return the seconds that a query may take."""
    return site().settings.query_timeout
