"""The Flask application: settings in, a WSGI application over one open store out."""

import atexit

from flask import Flask, Response, request

from service import errors, web
from service.config import Settings
from service.documents import reader
from service.engine.engine import Engine
from service.http import assets
from service.http.headers import PREFLIGHT_HEADERS, SECURITY_HEADERS, cors_headers
from service.http.language import COOKIE, LANGUAGES
from service.http.observe import Observer
from service.linked import about, graphs, resource, sitemap, summary, vocabulary
from service.networks import explore
from service.search import reconcile, search
from service.site import api, home, pages
from service.sparql import editor, graphstore, named, sparql

ROUTES = (
    assets,
    home,
    sparql,
    graphstore,
    resource,
    vocabulary,
    graphs,
    about,
    sitemap,
    named,
    editor,
    search,
    explore,
    reconcile,
    summary,
    api,
    reader,
    pages,
)
"""The modules with routes."""


def create_app(settings: Settings | None = None) -> Flask:
    """Return the service over the store folder of `settings` (default: from the environment).

    Query workers and the writer run as processes of its own, which end with this one. Raises
    SettingsError or a StoreError, each with a one-line message.
    """
    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=None, template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1_000_000
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    engine = open_engine(settings)
    app.before_request(engine.begin_request)
    atexit.register(engine.close)
    app.extensions[web.EXTENSION] = web.Site(
        settings, engine, Observer(log_queries=settings.log_queries)
    )
    app.context_processor(web.template_values)
    app.jinja_env.globals["asset"] = assets.asset
    for module in ROUTES:
        app.register_blueprint(module.blueprint)
    errors.register(app)
    app.after_request(add_headers)
    app.after_request(remember_language)
    return app


def open_engine(settings: Settings) -> Engine:
    """Return the engine that `settings` ask for. Raises SettingsError or a StoreError."""
    if settings.remote is None:
        return Engine(settings)
    from service.remote.engine import RemoteEngine  # its HTTP client is for those who use it

    return RemoteEngine(settings)


def add_headers(response: Response) -> Response:
    """Add the headers that every answer has."""
    settings = web.site().settings
    cors = cors_headers(settings.cors_origins, request.headers.get("Origin"))
    for name, value in (*SECURITY_HEADERS.items(), *cors.items()):
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS":
        for name, value in PREFLIGHT_HEADERS.items():
            response.headers.setdefault(name, value)
        asked = request.headers.get("Access-Control-Request-Headers")
        response.headers["Access-Control-Allow-Headers"] = asked or "Accept, Content-Type"
    return response


def remember_language(response: Response) -> Response:
    """Keep the language that `?lang=` chose for the next pages."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and response.mimetype == "text/html":
        response.set_cookie(COOKIE, asked, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
