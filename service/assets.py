"""The files of static/: the address of each changes with its content, so that browsers keep it."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from flask import Response, request, url_for

YEAR = 31_536_000
"""Seconds that a browser may keep a file whose address names its content."""


@cache
def version(name: str) -> str:
    """Return the version of a static file: eight digits of its hash."""
    content = files("service").joinpath("static", *name.split("/")).read_bytes()
    return sha256(content).hexdigest()[:8]


def asset(name: str) -> str:
    """Return the address of the static file `name`, such as "css/base.css"."""
    return url_for("static", filename=name, v=version(name))


def keep(response: Response) -> Response:
    """Let browsers keep a static file that was asked for by the address of its content."""
    if request.endpoint == "static" and request.args.get("v"):
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
