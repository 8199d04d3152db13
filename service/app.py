"""The Flask application: settings in, a WSGI application over one open store out."""

from flask import Flask, Response, request

from graph.store import GraphStore
from service import errors, named, pages, resource, sparql, web
from service.config import Settings
from service.dataset import Dataset
from service.language import COOKIE, LANGUAGES

BODY_FACTOR = 4
"""A form body may be this many times as long as a query: percent-encoding makes it longer."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Allow",
}
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS, POST",
    "Access-Control-Max-Age": "86400",
}


def create_app(settings: Settings | None = None) -> Flask:
    """Return the service over the store folder of `settings` (default: from the environment).

    The store stays open for reading as long as the app lives. Raises SettingsError or a
    StoreError, each with a one-line message.
    """
    settings = settings or Settings.from_environment()
    store = GraphStore.open(settings.store, read_only=True, base=settings.base)
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = BODY_FACTOR * settings.max_query_bytes
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[web.EXTENSION] = web.Site(settings, Dataset(store))
    app.context_processor(web.template_values)
    for module in (sparql, resource, named, pages):
        app.register_blueprint(module.blueprint)
    errors.register(app)
    app.after_request(add_headers)
    app.after_request(remember_language)
    return app


def add_headers(response: Response) -> Response:
    """Add the headers that every answer has."""
    for name, value in (SECURITY_HEADERS | CORS_HEADERS).items():
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS":
        for name, value in PREFLIGHT_HEADERS.items():
            response.headers.setdefault(name, value)
        asked = request.headers.get("Access-Control-Request-Headers", "Accept, Content-Type")
        response.headers["Access-Control-Allow-Headers"] = asked
    return response


def remember_language(response: Response) -> Response:
    """Keep the language that `?lang=` chose for the next pages."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and response.mimetype == "text/html":
        response.set_cookie(COOKIE, asked, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
