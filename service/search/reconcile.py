"""The Reconciliation Service API 0.2, which OpenRefine speaks: names in, acts and bodies out."""

import json
import re
import time
from collections.abc import Mapping
from importlib.metadata import version
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from pyoxigraph import NamedNode

from graph.iris import ONTOLOGY
from graph.search.namewords import LONGEST_NAME
from graph.search.reconcile import Judged, Wanted
from service import web
from service.http.headers import SECURITY_HEADERS
from service.http.language import LANGUAGES
from service.http.problem import Problem, bad_request, not_found
from service.search.candidates import DEFAULT_TYPES, MOST, TYPES, Candidates
from service.search.reconcile_properties import Property, of_type, properties, service_name, values
from service.search.reconcile_query import (
    MOST_BYTES,
    Question,
    known_types,
    read_extension,
    read_queries,
)
from service.sparql.protocol import FORM, read_content_type, read_parameters
from service.things.terms import local_path

blueprint = Blueprint("reconcile", __name__, url_prefix="/reconcile")

CALLBACK = re.compile(r"[\w$.]{1,64}", re.ASCII)
"""Names of functions that an answer may be handed to (JSONP)."""
SUGGESTIONS = 20
"""Suggestions in one answer."""
PREVIEW = (430, 300)
"""Width and height of a preview, in pixels."""
PREVIEW_FACTS = ("title", "kind", "number", "date", "passed-by", "classification", "adilet")
ANYONE = SECURITY_HEADERS["Content-Security-Policy"].replace(
    "frame-ancestors 'none'", "frame-ancestors *"
)
"""The policy of a page that OpenRefine shows in a frame."""


@blueprint.route("", methods=["GET", "POST"])
def service() -> Response:
    """Answer queries (`queries=`), extend data (`extend=`), or say what the service can do."""
    given = read_given()
    if "queries" in given and "extend" in given:
        raise bad_request("send queries= or extend=, not both")
    if "queries" in given:
        return answer(do_queries(read_queries(given["queries"])), given)
    if "extend" in given:
        return answer(extend(*read_extension(given["extend"])), given)
    if request.method == "POST":
        raise bad_request("there is nothing to do: send the form parameter queries= or extend=")
    return answer(manifest(), given)


@blueprint.get("/suggest/<any(entity, property, type):what>")
def suggest(what: str) -> Response:
    """Complete what is being typed (`prefix=`), from the suggestion number `cursor=`."""
    prefix = request.args.get("prefix", "")
    if not prefix.strip():
        raise bad_request("prefix= is empty: send what has been typed")
    if len(prefix) > LONGEST_NAME:
        raise bad_request(f"prefix= is too long: send at most {LONGEST_NAME} characters")
    cursor = request.args.get("cursor") or "0"
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 7):
        raise bad_request(f"cursor={cursor}: write a whole number from 0")
    if what == "entity":
        found = suggested_entities(prefix)
    elif what == "property":
        found = begun([described(one) for one in properties().values()], prefix)
    else:
        found = begun([type_values(kind, deep=True) for kind in TYPES], prefix)
    start = int(cursor)
    return answer({"result": found[start : start + SUGGESTIONS]}, request.args)


@blueprint.get("/properties")
def propose() -> Response:
    """Say which properties the things of a class (`type=`) have, at most `limit=`."""
    kind, limit = request.args.get("type", ""), request.args.get("limit") or "1000"
    if not (limit.isascii() and limit.isdigit() and len(limit) < 10 and int(limit) > 0):
        raise bad_request(f"limit={limit}: write a whole number from 1")
    found = [
        {"id": one.id, "name": one.names[web.language()]} for one in of_type(kind)[: int(limit)]
    ]
    return answer({"type": kind, "limit": int(limit), "properties": found}, request.args)


@blueprint.get("/view")
def view() -> Response:
    """Lead to the page about a thing (`id=`)."""
    iri = asked_thing()
    path = local_path(iri, web.dataset().base.iri)
    if not path:
        raise not_found(f"this service has no page about {iri}")
    response = redirect(path, 303)
    return response  # type: ignore[return-value]


@blueprint.get("/preview")
def preview() -> Response:
    """Show a thing (`id=`) in a frame of OpenRefine."""
    node = NamedNode(asked_thing())
    show = web.presenter()
    facts = [
        (one.names[web.language()], [value.get("name") or text(value) for value in found])
        for id in PREVIEW_FACTS
        if (found := values(show, node, one := properties()[id]))
    ]
    labels = [
        (language, value["str"])
        for language in LANGUAGES
        if language != web.language()
        for value in values(show, node, properties()[f"label-{language}"])
    ]
    response = web.page("preview.html", thing=show(node), labels=labels, facts=facts)
    response.headers["Content-Security-Policy"] = ANYONE
    return response


def text(value: dict[str, str]) -> str:
    """Return a value as a reader sees it: a date without the time."""
    return value.get("str") or value.get("date", "")[:10]


def manifest() -> dict[str, object]:
    """Return what the service can do and where."""
    address = f"{web.public_url()}reconcile"
    chosen = request.args.get("lang") if request.args.get("lang") in LANGUAGES else None
    more = f"&{urlencode({'lang': chosen})}" if chosen else ""
    alone = f"?{more[1:]}" if more else ""
    width, height = PREVIEW
    return {
        "versions": ["0.1", "0.2"],
        "name": service_name(web.language()),
        "identifierSpace": web.dataset().base.id(""),
        "schemaSpace": ONTOLOGY,
        "documentation": f"{web.public_url()}api#reconcile",
        "serviceVersion": version("kzop"),
        "logo": f"{web.public_url()}static/icon.svg",
        "view": {"url": f"{address}/view?id={{{{id}}}}{more}"},
        "preview": {
            "url": f"{address}/preview?id={{{{id}}}}{more}",
            "width": width,
            "height": height,
        },
        "defaultTypes": [type_values(kind) for kind in DEFAULT_TYPES],
        "suggest": {
            what: {"service_url": address, "service_path": f"/suggest/{what}{alone}"}
            for what in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": address, "service_path": f"/properties{alone}"},
            "property_settings": [],
        },
    }


def do_queries(batch: dict[str, Question]) -> dict[str, object]:
    """Answer a batch of queries."""
    deadline = time.monotonic() + web.site().settings.query_timeout
    results: dict[str, object] = {}
    candidates, index = Candidates(web.dataset()), web.text_index()
    for key, asked in batch.items():
        if time.monotonic() > deadline:
            raise Problem(
                503,
                "query-timeout",
                "Query timeout",
                f"{len(results)} of {len(batch)} queries were done in time: send fewer at a time",
            )
        found = candidates.rank(index, asked.wanted, asked.types, asked.limit)
        results[key] = {"result": [candidate(candidates, one) for one in found]}
    return results


def candidate(candidates: Candidates, judged: Judged) -> dict[str, object]:
    """Return a candidate as OpenRefine takes it."""
    iri = judged.thing.iri
    features = [{"id": name, "value": value} for name, value in judged.features.items()]
    return {
        **named(iri),
        "score": judged.score,
        "match": judged.certain,
        "type": [type_values(kind) for kind in candidates.types(iri)],
        "features": features,
    }


def named(iri: str) -> dict[str, object]:
    """Return a thing with its name in the language of the request, and what tells it from others.

    An act is called by its title where it has one: its label is its number and date.
    """
    show = web.presenter()
    node = NamedNode(iri)
    label = show.label(node)
    titles = values(show, node, properties()["title"])
    if not titles or label.language != "kk":
        return {"id": iri, "name": label.text}
    return {"id": iri, "name": titles[0]["str"], "description": label.text}


def suggested_entities(prefix: str) -> list[dict[str, object]]:
    """Return things that a client may mean who has typed `prefix`."""
    candidates, index = Candidates(web.dataset()), web.text_index()
    types = known_types(request.args.getlist("type"))
    accept = candidates.accepts(types)
    iris = [hit.iri for hit in index.complete(prefix, 5 * MOST) if accept(hit.iri)]
    iris += [one.thing.iri for one in candidates.rank(index, Wanted(prefix), types, MOST)]
    return [
        {**named(iri), "notable": [type_values(kind) for kind in candidates.types(iri)]}
        for iri in dict.fromkeys(iris)
    ]


def begun(values: list[dict[str, object]], prefix: str) -> list[dict[str, object]]:
    """Return values of which a word of the name, or the id, begins as typed."""
    typed = prefix.strip().lower()

    def fits(value: dict[str, object]) -> bool:
        name = str(value["name"]).lower()
        return name.startswith(typed) or f" {typed}" in name or typed in str(value["id"]).lower()

    return [value for value in values if fits(value)]


def described(one: Property) -> dict[str, object]:
    """Return a property as a suggestion."""
    return {"id": one.id, "name": one.names[web.language()], "description": one.iri}


def type_values(kind: str, deep: bool = False) -> dict[str, object]:
    """Return a class with its name; `deep` adds the class above it."""
    found: dict[str, object] = {"id": kind, "name": web.presenter().label(NamedNode(kind)).text}
    if deep and TYPES[kind]:
        found["broader"] = [type_values(TYPES[kind])]
    return found


def extend(ids: list[str], wanted: dict[str, Property]) -> dict[str, object]:
    """Return the values of properties of things."""
    show = web.presenter()
    rows = {
        id: {asked: values(show, node, one) if node else [] for asked, one in wanted.items()}
        for id in ids
        for node in [node_of(id)]
    }
    meta = [{"id": asked, "name": one.names[web.language()]} for asked, one in wanted.items()]
    return {"meta": meta, "rows": rows}


def node_of(id: str) -> NamedNode | None:
    """Return the node of an identifier, an IRI or what follows `id/` in one; None for no IRI."""
    iri = id if id.startswith(("http://", "https://")) else web.dataset().base.id(id)
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def asked_thing() -> str:
    """Return the IRI of the thing that `id=` names. Raises the 400 or 404."""
    id = request.args.get("id", "")
    if not id:
        raise bad_request("id= is missing: send the IRI of a thing")
    node = node_of(id)
    if node is None or not web.dataset().knows(node.value):
        raise not_found(f"the graph says nothing about {id}")
    return node.value


def read_given() -> dict[str, str]:
    """Return the parameters of the URL and of a form body. Raises 400, 413 and 415."""
    parameters = list(read_parameters(request.query_string, in_body=False))
    if request.method == "POST":
        media_type = read_content_type(request.headers.get("Content-Type"), FORM)
        if media_type != FORM:
            raise Problem(
                415,
                "unsupported-media-type",
                "Unsupported media type",
                f"the Content-Type of this POST is {media_type}: send {FORM}",
                headers={"Accept-Post": FORM},
            )
        body = web.read_body()
        if len(body) > 3 * MOST_BYTES:
            raise Problem(
                413,
                "body-too-long",
                "Body too long",
                f"the form has more than {3 * MOST_BYTES} bytes: send fewer queries at a time",
            )
        parameters += read_parameters(body, in_body=True)
    given: dict[str, str] = {}
    for one in parameters:
        if one.name in given and one.name in ("queries", "extend"):
            raise bad_request(f"{one.name}= is given more than once: send it once")
        given[one.name] = one.value
    return given


def answer(values: object, given: Mapping[str, str]) -> Response:
    """Answer with JSON, handed to the function `callback=` if the client names one."""
    callback = given.get("callback")
    body = json.dumps(values, ensure_ascii=False)
    if callback:
        if not CALLBACK.fullmatch(callback):
            raise bad_request("callback= is no name of a function: use letters, digits, _ $ and .")
        response = Response(f"/**/{callback}({body});", mimetype="application/javascript")
    else:
        response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language, Cookie, Origin"
    response.content_language = web.language()
    return response
