"""The summary of an RDF graph in the form of Amazon Neptune, which AWS graph-explorer asks for."""

from flask import Blueprint, Response, jsonify, request

from service import web
from service.engine.statistics import PATIENCE
from service.http.problem import Problem, bad_request

MODES = ("basic", "detailed")
"""Of Neptune; the structures of subjects, which the second adds there, are not counted here."""

blueprint = Blueprint("summary", __name__)


@blueprint.get("/rdf/statistics/summary")
def summary() -> Response:
    """Tell the classes and properties of the default graph, with counts; 503 until counted."""
    mode = request.args.get("mode", MODES[0]).lower()
    if mode not in MODES:
        raise bad_request(f"mode= is {mode!r}: write {' or '.join(MODES)}")
    counts = web.engine().statistics.current(wait=PATIENCE)
    if counts is None:
        raise Problem(
            503,
            "not-counted",
            "Not counted yet",
            "the data is being counted: ask again in some seconds",
            headers={"Retry-After": "5"},
        )
    graph = {
        "numDistinctSubjects": counts.subjects,
        "numDistinctPredicates": len(counts.properties),
        "numQuads": counts.triples,
        "numClasses": len(counts.classes),
        "classes": [iri for iri, _ in counts.classes],
        "predicates": [{one.iri: one.triples} for one in counts.properties],
    }
    response = jsonify(status="200 OK", payload={"version": "v1", "graphSummary": graph})
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(counts.version)
    response.make_conditional(request)
    return response
