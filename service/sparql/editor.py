"""What the SPARQL editor of the pages needs: the vocabulary with its labels, as one JSON."""

import json
from collections.abc import Iterator
from functools import lru_cache

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode

from graph.iris import CODE, ONTOLOGY
from graph.querying.queries import catalogue
from service import web
from service.engine.dataset import LABELS, LANGUAGES, Dataset
from service.http.assets import YEAR, asset
from service.http.negotiate import JSON_LD, NETWORK_OFFERS
from service.prefixes import PREFIXES, RDF, SKOS
from service.sparql.planning import offers_of
from service.things.kinds import KIND_OF
from service.things.terms import reused_labels

blueprint = Blueprint("editor", __name__)

KINDS = {
    "class": "http://www.w3.org/2002/07/owl#Class",
    "property": "http://www.w3.org/2002/07/owl#",
    "code": f"{SKOS}Concept",
}
"""What a term of the vocabulary is -> the beginning of the class that says so."""
SHARED_WORDS = (
    *("query_text", "results", "yes", "no", "nothing", "previous", "next", "downloads"),
    *("graph_canvas", "graph_closer", "graph_farther", "graph_fit", "graph_save"),
)
"""Words of the interface that the script of the editor shares with other pages."""
MOST_DRAWN = 300
"""Things of an answer that the editor draws."""
EXCLUDED = f"{CODE}rule/"
"""Rules of extraction: as many as all other codes, and asked for by no label."""


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """Give classes, properties and codes with their labels; `v=` names the version of the data."""
    dataset = web.dataset()
    version = dataset.version
    tag = web.entity_tag("editor terms")
    if web.is_current(tag):
        return web.not_modified(tag)
    response = Response(vocabulary(dataset, version), mimetype="application/json")
    response.set_etag(tag)
    response.headers["Vary"] = web.DATA_VARY
    is_named = request.args.get("v") == version
    response.headers["Cache-Control"] = f"max-age={YEAR}, immutable" if is_named else "no-cache"
    return response


@lru_cache(maxsize=2)
def vocabulary(dataset: Dataset, _version: str) -> bytes:
    """Return the JSON: `terms` are [prefixed name, kind, {language: label}]."""
    prefixes = {**PREFIXES, **schemes(dataset)}
    found = {}
    for graph in ("ontology", "codes"):
        for node, kind in typed(dataset, graph):
            name = prefixed(node.value, prefixes)
            if name and not node.value.startswith(EXCLUDED):
                found[name] = [name, kind, labels(dataset, node)]
    for name, texts in reused_labels().items():
        local = name.partition(":")[2]
        found.setdefault(name, [name, "class" if local[:1].isupper() else "property", {**texts}])
    values = {
        "base": dataset.base.iri,
        "ontology": ONTOLOGY,
        "code": CODE,
        "prefixes": prefixes,
        "terms": [found[name] for name in sorted(found)],
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def schemes(dataset: Dataset) -> dict[str, str]:
    """Return a prefix for each code list, as the named queries write them: its own name."""
    lists = dataset.subjects(NamedNode(f"{RDF}type"), NamedNode(f"{SKOS}ConceptScheme"))
    names = sorted(node.value.removeprefix(CODE) for node in lists)
    return {name: f"{CODE}{name}/" for name in names}


def typed(dataset: Dataset, graph: str) -> Iterator[tuple[NamedNode, str]]:
    """Yield the terms of a graph of the vocabulary, each with its kind."""
    name = NamedNode(dataset.base.graph(graph))
    for quad in dataset.quads.quads_for_pattern(None, NamedNode(f"{RDF}type"), None, name):
        value = quad.object.value if isinstance(quad.object, NamedNode) else ""
        kind = next((kind for kind, start in KINDS.items() if value.startswith(start)), None)
        if kind and isinstance(quad.subject, NamedNode) and not value.endswith("#Ontology"):
            yield quad.subject, kind


def prefixed(iri: str, prefixes: dict[str, str]) -> str:
    """Return `iri` as prefix:name by the longest namespace that fits, "" if none does."""
    fitting = [(len(start), prefix) for prefix, start in prefixes.items() if iri.startswith(start)]
    if not fitting:
        return ""
    length, prefix = max(fitting)
    local = iri[length:]
    return f"{prefix}:{local}" if local and "/" not in local else ""


def labels(dataset: Dataset, node: NamedNode) -> dict[str, str]:
    """Return the labels of a term by language."""
    found: dict[str, str] = {}
    for predicate in LABELS:
        for value in sorted(dataset.values(node, predicate), key=str):
            if isinstance(value, Literal) and value.language in LANGUAGES:
                found.setdefault(value.language, value.value)
    return found


def page_values() -> dict[str, object]:
    """Return what the template of the editor needs besides a query and its answer."""
    return {"settings": script_settings(), "prefixes": PREFIXES}


def script_settings() -> dict[str, object]:
    """Return what the script of the page is told: words, formats, limits, examples."""
    language = web.language()
    words = web.words()
    named = catalogue(web.dataset().base).values()
    return {
        "terms": f"/sparql/terms.json?v={web.dataset().version}",
        "timeout": f"{web.site().settings.query_timeout:g}",
        "drawn": asset("js/drawn.js"),
        "most": MOST_DRAWN,
        "kinds": KIND_OF,
        "formats": {
            "select": [offer.names[0] for offer in offers_of("SELECT")],
            "ask": [offer.names[0] for offer in offers_of("ASK")],
            "graph": [
                "jsonld" if offer is JSON_LD else offer.names[0] for offer in offers_of("CONSTRUCT")
            ],
            "network": [offer.names[0] for offer in NETWORK_OFFERS],
        },
        "examples": [
            {"name": query.name, "title": query.titles.get(language, query.summary)}
            for query in sorted(named, key=lambda query: query.titles.get(language, ""))
        ],
        "words": {
            key: text
            for key, text in words.items()
            if key.startswith(("editor_", "kind_")) or key in SHARED_WORDS
        },
    }
