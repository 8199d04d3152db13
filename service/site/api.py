"""The description of the interface: as an OpenAPI document, and as a page."""

import json

from flask import Blueprint, Response, request

from service import web
from service.search import reconcile_query
from service.site import openapi

blueprint = Blueprint("api", __name__)


@blueprint.get("/openapi.json")
def as_json() -> Response:
    """Answer with the OpenAPI document of this service as JSON."""
    document = openapi.document(web.public_url())
    return data(json.dumps(document, ensure_ascii=False, indent=1), "application/json")


@blueprint.get("/openapi.yaml")
def as_yaml() -> Response:
    """Answer with the OpenAPI document of this service as YAML."""
    return data(openapi.as_yaml(openapi.document(web.public_url())), "application/yaml")


@blueprint.get("/api")
def page() -> Response:
    """Show the interface: every operation with examples, the limits, and how to use OpenRefine."""
    address = web.public_url()
    return web.page(
        "api.html",
        groups=openapi.groups(web.language(), address),
        limits=limits(),
        address=address,
    )


def limits() -> list[tuple[str, str]]:
    """Return the limits of this service: key of the words, value."""
    settings = web.site().settings
    return [
        ("api_limit_time", f"{settings.query_timeout:g}"),
        ("api_limit_memory", str(settings.query_memory)),
        ("api_limit_workers", str(settings.query_workers)),
        ("api_limit_queue", str(settings.queue)),
        ("api_limit_query", grouped(settings.max_query_bytes)),
        ("api_limit_body", grouped(settings.max_body_bytes)),
        ("api_limit_names", grouped(reconcile_query.MOST_QUERIES)),
        ("api_limit_things", grouped(reconcile_query.MOST_IDS)),
    ]


def grouped(number: int) -> str:
    """Return a number with a space between each three digits."""
    return f"{number:,}".replace(",", "\u00a0")


def data(body: str, media_type: str) -> Response:
    """Answer with a document that changes with the service only."""
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding, Origin"
    response.add_etag()
    response.make_conditional(request)
    return response
