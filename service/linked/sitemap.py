"""What search engines may read: `robots.txt`, and the sitemap of the pages and things.

The index lists parts of at most 10,000 addresses. A part is read from the index of the engine when
it is asked for, and is right for one version of the data, so nothing is made before or kept.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from graph import vocab as v
from graph.querying.queries import catalogue
from service import web
from service.documents.documents import work_path
from service.http.linkheader import IRI_SAFE
from service.http.negotiate import Offer
from service.http.problem import not_found
from service.prefixes import RDF
from service.things.terms import local_path

blueprint = Blueprint("sitemap", __name__)

MOST = 10_000
"""Addresses of a part: the protocol allows five times as many, which would be slow to make."""

XML = Offer("application/xml", ("xml",))
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

ORG = "http://www.w3.org/ns/org#"
KINDS = {
    "act": v.LegalDocument,
    "provision": v.Provision,
    "norm": v.Norm,
    "penalty": v.Penalty,
    "age": v.AgeThreshold,
    "measure": v.Measure,
    "statistic": v.Statistic,
    "body": f"{ORG}Organization",
    "party": v.PartyClass,
    "place": "https://schema.org/Place",
}
"""Kinds of things with a page that people look for -> their class."""

PAGES = ("", "documents", "queries", "search", "ontology", "code", "graph", "dataset", "api")

ROBOTS = """User-agent: *
Disallow: /sparql
Disallow: /store
Disallow: /graph/
Disallow: /explore
Disallow: /reconcile
Disallow: /*.nq$
Disallow: /*.nt$
Disallow: /*.rdf$
Disallow: /*.trig$
Disallow: /*?*page=
Disallow: /*?*offset=
Allow: /

Sitemap: {address}sitemap.xml
"""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Say what robots may read: pages, not queries and downloads."""
    body = ROBOTS.format(address=web.public_url())
    response = Response(body, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """List the parts of the sitemap."""
    dataset = web.dataset()
    numbers = {"documents": dataset.store.records.count()}
    numbers |= {kind: dataset.number(pattern(kind)) for kind in KINDS}
    names = ["pages"]
    for kind, number in numbers.items():
        names += [f"{kind}-{part}" for part in range(1, -(-number // MOST) + 1)]
    body = entries("sitemapindex", "sitemap", (f"sitemap/{name}.xml" for name in names))
    return xml("index", body)


@blueprint.get("/sitemap/<kind>.xml")
@blueprint.get("/sitemap/<kind>-<int:part>.xml")
def part(kind: str, part: int = 0) -> Response:
    """List the addresses of one part."""
    if kind == "pages" and not part:
        paths = [*PAGES, *(f"queries/{name}" for name in catalogue(web.dataset().base))]
    elif part > 0 and kind == "documents":
        paths = list(documents((part - 1) * MOST))
    elif part > 0 and kind in KINDS:
        paths = list(things(kind, (part - 1) * MOST))
    else:
        paths = []
    if not paths:
        raise not_found("the sitemap has no such part: see /sitemap.xml for those it has")
    return xml(f"{kind}-{part}", entries("urlset", "url", paths))


def pattern(kind: str) -> str:
    """Return the graph pattern of the things of a kind."""
    return f"?a <{RDF}type> <{KINDS[kind]}>"


def documents(first: int) -> Iterator[str]:
    """Yield the addresses of the readers of documents."""
    dataset = web.dataset()
    for record in dataset.store.records.some(first, MOST):
        yield f"documents/{work_path(dataset, record.work)}"


def things(kind: str, first: int) -> Iterator[str]:
    """Yield the addresses of the pages of things; those of other hosts have none."""
    dataset = web.dataset()
    for thing, _ in dataset.pairs(pattern(kind), first, MOST):
        path = local_path(thing, dataset.base.iri)
        if path:
            yield path.removeprefix("/")


def entries(root: str, name: str, paths: Iterable[str]) -> bytes:
    """Return a sitemap or the index of several."""
    address = web.public_url()
    lines = [
        f"<{name}><loc>{escape(address + quote(path, safe=IRI_SAFE))}</loc></{name}>"
        for path in paths
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">'
    return "\n".join([head, *lines, f"</{root}>\n"]).encode()


def xml(name: str, body: bytes) -> Response:
    """Return a part of the sitemap."""
    tag = web.entity_tag("sitemap", name, web.public_url())
    return web.not_modified(tag) if web.is_current(tag) else web.data(body, XML, tag)
