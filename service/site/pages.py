"""The pages that are neither things nor queries: health, readiness, metrics."""

from flask import Blueprint, Response, jsonify

from service import web
from service.http.negotiate import JSON
from service.processes.frames import Job

READY = 5.0
"""Seconds in which a service that is ready answers a query."""

blueprint = Blueprint("pages", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Say that the service runs and which data it serves."""
    dataset = web.dataset()
    response = jsonify(
        status="ok", version=dataset.version, documents=dataset.store.records.count()
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/ready")
def ready() -> Response:
    """Say whether a query would be answered now: one is."""
    job = Job("query", base=web.engine().base.iri, query="ASK {}", media_type=JSON.media_type)
    web.engine().answer_now(job, min(READY, web.site().settings.query_timeout)).read()
    response = jsonify(status="ready", version=web.engine().snapshot().version)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give the numbers of this process to Prometheus."""
    pool = web.engine().pool
    gauges = {
        "query_workers": pool.size,
        "query_workers_busy": pool.busy,
        "queries_waiting": pool.waiting,
        "documents": web.dataset().store.records.count(),
    }
    body = web.site().observer.metrics(gauges, web.dataset().version)
    response = Response(body, content_type="text/plain; version=0.0.4; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
