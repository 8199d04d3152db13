"""The start page: what this is, a search, questions, documents, what is in the graph, data."""

from dataclasses import dataclass

from flask import Blueprint, Response

from graph.querying.queries import catalogue
from service import web
from service.documents.documents import work_path
from service.http.linkheader import DESCRIPTION, link
from service.http.negotiate import HTML
from service.linked.about import publication
from service.linked.schemaorg import dataset_script
from service.search.search import EXAMPLES
from service.things.kinds import KINDS, ROOT_OF

blueprint = Blueprint("home", __name__)

DOCUMENTS = 10
"""Documents that the start page names."""
QUESTIONS = (
    "penalties-article-162",
    "conscription-age",
    "laws-per-protocol-article",
    "state-party-obligations",
    "competent-but-not-implementing",
)
"""Named queries that the start page asks."""


@dataclass(frozen=True)
class Card:
    """A kind of things on the start page."""

    kind: str
    count: int | None
    """How many such things there are; None while that is not known."""


@blueprint.get("/")
def home() -> Response:
    """Show what is in the graph and where to go."""
    dataset = web.dataset()
    statistics = web.engine().statistics.current()
    counts = dict(statistics.classes) if statistics else {}
    queries = catalogue(dataset.base)
    records = dataset.store.records
    about = publication()
    response = web.page(
        "home.html",
        script=dataset_script(dataset, statistics, about),
        documents=[
            (record, f"/documents/{work_path(dataset, record.work)}")
            for record in records.some(0, DOCUMENTS)
        ],
        total=records.count(),
        cards=[Card(kind, counts.get(ROOT_OF[kind], 0) if statistics else None) for kind in KINDS],
        statements=statistics.triples if statistics else None,
        queries=[queries[name] for name in QUESTIONS if name in queries],
        examples=EXAMPLES,
    )
    links = [
        link("/openapi.json", "service-desc", type="application/json"),
        link("/api", "service-doc", type=HTML.media_type),
        link(DESCRIPTION, "describedby"),
        link("/sitemap.xml", "sitemap", type="application/xml"),
        link(about.license, "license"),
    ]
    response.headers["Link"] = ", ".join(links)
    return response
