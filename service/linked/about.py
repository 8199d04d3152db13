"""The data as a whole over HTTP: its description in RDF and as a page."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response

from service import web
from service.engine.statistics import PATIENCE
from service.http.linkheader import document_links
from service.http.negotiate import GRAPH_OFFERS, HTML
from service.linked.description import Publication, void_description
from service.linked.resource import OFFERS, formats
from service.linked.schemaorg import dataset_script
from service.linked.serialise import write_triples

blueprint = Blueprint("about", __name__)


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Describe the data (VoID and DCAT)."""
    return described(web.asked_format() or "", pages=False)


@blueprint.get("/dataset")
@blueprint.get("/dataset.<extension>")
def dataset(extension: str = "") -> Response:
    """Describe the data, as a page or in RDF."""
    return described(web.known_form(extension, OFFERS) or web.asked_format() or "", pages=True)


def described(form: str, *, pages: bool) -> Response:
    """Answer with the description of the data; with `pages` perhaps as a page."""
    offers = OFFERS if pages else GRAPH_OFFERS
    offer = web.negotiate(offers, form)
    about = publication()
    links = document_links("/dataset", OFFERS, offer, about.license)
    if offer is HTML:
        counts = web.engine().statistics.current()
        response = web.page(
            "dataset.html",
            counts=counts,
            about=about,
            documents=web.dataset().store.records.count(),
            version=web.dataset().version,
            script=dataset_script(web.dataset(), counts, about),
            formats=formats("/dataset"),
        )
        return web.with_links(response, links, "/dataset.html")
    counts = web.engine().statistics.current(wait=PATIENCE)
    counted = counts.version if counts else ""
    tag = web.entity_tag("void", counted, about.root, about.address, offer.media_type)
    if web.is_current(tag):
        response = web.not_modified(tag)
    else:
        triples = void_description(web.dataset(), counts, about)
        response = web.data(write_triples(triples, offer, about.data), offer, tag)
    return web.with_links(response, links, f"/dataset.{offer.names[0]}")


def publication() -> Publication:
    """Return how the data is published, as the settings and the request tell."""
    settings = web.site().settings
    return Publication(
        root=web.root_url(),
        address=web.public_url(),
        license=settings.license,
        publisher=settings.publisher,
        modified=modified(),
    )


def modified() -> str:
    """Return when the newest data was published."""
    seconds = int(Path(web.engine().snapshot().path).stat().st_mtime)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
