"""The files of static/: the address of each changes with its content, so that browsers keep it."""

import mimetypes
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from flask import Blueprint, Response, request, url_for

from service.http.compression import compress
from service.http.problem import not_found

YEAR = 31_536_000
"""Seconds that a browser may keep a file whose address names its content."""
TYPES = {".js": "text/javascript", ".woff2": "font/woff2"}
"""Media types that the table of a machine may lack."""

blueprint = Blueprint("assets", __name__)


@cache
def contents() -> Mapping[str, bytes]:
    """Return the files of static/: path from there, such as "css/base.css" -> content."""
    found: dict[str, bytes] = {}

    def walk(folder: Traversable, prefix: str) -> None:
        for entry in folder.iterdir():
            if entry.is_dir():
                walk(entry, f"{prefix}{entry.name}/")
            else:
                found[prefix + entry.name] = entry.read_bytes()

    walk(files("service").joinpath("static"), "")
    return found


@cache
def version(name: str) -> str:
    """Return the version of a file: eight digits of its hash."""
    return sha256(contents()[name]).hexdigest()[:8]


def asset(name: str) -> str:
    """Return the address of the file `name`, such as "css/base.css"."""
    return url_for("assets.static", name=name, v=version(name))


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """Answer with a file; whoever has its address with the version may keep it for a year."""
    if name not in contents():
        raise not_found(f"there is no file static/{name}: this service has other pages")
    suffix = name[name.rfind(".") :]
    media_type = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(contents()[name], mimetype=media_type)
    response.set_etag(version(name) + compress(response))
    response.headers["Vary"] = "Accept-Encoding"
    kept = request.args.get("v") == version(name)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if kept else "no-cache"
    response.make_conditional(request)
    return response
