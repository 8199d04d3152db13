"""Errors as answers: problem+json (RFC 9457), or a page for a client that prefers HTML."""

import re
from http import HTTPStatus

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from service import web
from service.http.call import Gone
from service.http.language import messages
from service.http.negotiate import HTML, Offer, choose, may_want_page
from service.http.problem import Problem
from service.processes.pool import BrokenAnswer

MOST_SOUGHT = 100
"""Characters of an address that leads nowhere with which its page suggests a search."""

PROBLEM_JSON = Offer("application/problem+json", ("json",), ("application/json",))


def register(app: Flask) -> None:
    """Make `app` answer every error in this way."""
    app.register_error_handler(Problem, respond)
    app.register_error_handler(Gone, respond_to_nobody)
    app.register_error_handler(BrokenAnswer, respond_to_nobody)
    app.register_error_handler(HTTPException, respond_http)
    app.register_error_handler(Exception, respond_unexpected)


def respond(problem: Problem) -> Response:
    """Return the answer for `problem`: a page if the client likes HTML better than JSON."""
    accept = request.headers.get("Accept")
    if may_want_page(accept) and choose(accept, (PROBLEM_JSON, HTML)) is HTML:
        body, mimetype = problem_page(problem), HTML.media_type
    else:
        body, mimetype = problem.body().decode(), PROBLEM_JSON.media_type
    response = Response(body, problem.status, mimetype=mimetype)
    response.headers.update(problem.headers)
    response.headers["Vary"] = "Accept, Accept-Language, Cookie, Origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def problem_page(problem: Problem) -> str:
    """Return the page of a problem: title and advice in the reader's language, then the detail."""
    words = messages()[web.language()]
    keys = (problem.slug, str(problem.status), "400" if problem.status < 500 else "500")
    key = next(key for key in keys if f"problem_{key}" in words)
    return render_template(
        "problem.html",
        problem=problem,
        title=words[f"problem_{key}"],
        advice=words[f"advice_{key}"],
        sought=words_of(request.path) if problem.status == 404 else "",
    )


def words_of(path: str) -> str:
    """Return what a path that leads nowhere may be about: the words of its last segment."""
    segments = [segment for segment in path.split("/") if segment]
    last = segments[-1] if segments else ""
    bare = re.sub(r"\.(?:html|[a-z]{2,6})$", "", last)
    return " ".join(re.findall(r"[^\W_]+(?:-[^\W_]+)*", bare))[:MOST_SOUGHT]


def respond_to_nobody(_: Exception) -> Response:
    """Return the answer that a client will not see: it has left."""
    return respond(Problem(400, "client-gone", "Client gone", "the request was not sent whole"))


def respond_http(error: HTTPException) -> Response:
    """Return the answer for an error of the framework; redirects pass as they are."""
    if error.code is not None and error.code < 400:
        response: Response = error.get_response()  # type: ignore[assignment]
        return response
    return respond(from_http(error))


def respond_unexpected(error: Exception) -> Response:
    """Log a fault of the service and answer 500 without telling anything about it."""
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return respond(unexpected())


def from_http(error: HTTPException) -> Problem:
    """Return an error of the framework (unknown route, wrong method, long body) as a Problem."""
    status = HTTPStatus(error.code or 500)
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in ("Allow", "Retry-After", "WWW-Authenticate")
    }
    details = {
        404: f"there is nothing at {request.path}: see / for what there is",
        405: f"{request.method} is not possible here: use {headers.get('Allow', 'GET')}",
        413: "the request body is longer than this service accepts: send a shorter query",
    }
    slug = status.phrase.lower().replace(" ", "-")
    detail = details.get(status.value, error.description or status.description)
    return Problem(status.value, slug, status.phrase, detail, headers=headers)


def unexpected() -> Problem:
    """Return the 500 for a fault of the service; what happened goes to its log only."""
    return Problem(
        500,
        "internal-error",
        "Internal error",
        "the service failed to answer: the operator finds the reason in its log",
    )
