"""The graph explorer: a thing in, the page of its surroundings out; more of them as JSON.

What the page shows needs no script: a table of the links with links to go on. The script draws the
same links and asks `/explore/neighbours` for more, `/explore/thing` and `/explore/statement` for
what the panel beside the drawing shows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from pyoxigraph import NamedNode

from service import web
from service.engine.statistics import PATIENCE
from service.http.language import messages
from service.http.problem import bad_request, not_found
from service.networks import neighbours
from service.networks.neighbours import Direction, Group
from service.things.terms import Presenter, Shown, local_path

blueprint = Blueprint("explore", __name__)

MOST_NODES = 300
"""Things in one drawing, and in one answer."""
MOST_THINGS = 20
"""Things whose surroundings one page shows."""
STEP = 12
"""Neighbours by one property that are shown at first, and added at a time."""
MOST_STEP = 100
QUOTES = 5
"""Mentions in the panel."""
FACTS = 40
"""Values in the panel."""
HITS = 20
"""Things that a search by name finds without script."""


@dataclass(frozen=True)
class Part:
    """Which links of a thing a request asks for."""

    property: str
    """"" for those by all properties."""
    direction: Direction
    """That of the property."""
    offset: int
    limit: int
    """Of each group."""
    details: bool
    """Classes, mentions and spans too."""


@dataclass
class Gathered:
    """Links that are shown, and of which groups they are a part."""

    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    """IRI -> a node of the JSON."""
    edges: dict[str, dict[str, str]] = field(default_factory=dict)
    """Id -> an edge of the JSON."""
    groups: list[dict[str, object]] = field(default_factory=list)


@blueprint.get("/explore")
def explore() -> Response:
    """Show the surroundings of things (`iri=`, repeatable), or where to start."""
    part = read_part()
    things = [read_thing(iri) for iri in dict.fromkeys(request.args.getlist("iri"))]
    if not things:
        return start()
    if len(things) > MOST_THINGS:
        raise bad_request(f"iri= is given {len(things)} times: give at most {MOST_THINGS} things")
    words = messages()[web.language()]
    gathered = Gathered()
    for thing in things:
        gather(gathered, thing, part, MOST_NODES // len(things))
    return web.page(
        "explore.html",
        things=things,
        shown=gathered,
        paged=bool(part.property),
        script_words={k: w for k, w in words.items() if k.startswith(("graph_", "kind_"))},
        most=MOST_NODES,
        most_things=MOST_THINGS,
        step=STEP,
        explore_link=explore_link,
    )


@blueprint.get("/explore/neighbours")
def neighbours_of() -> Response:
    """Answer with the neighbours of the thing `iri=`, as JSON.

    Without `property=` (and `direction=`, out or in) the first of each group; with them, those of
    one group from `offset=` on. `limit=` is for each group, and an answer has at most 300 nodes.

        {"iri", "version",
         "nodes": [{"id", "iri", "label", "language", "kind", "page"}],
         "edges": [{"id", "source", "target", "property", "label"}],
         "groups": [{"iri", "property", "label", "direction", "total", "exact", "offset", "shown",
                     "next"}]}

    The first node is the thing. `language` is "" where a node has no name and its label is the end
    of its IRI; `page` is "" where this service has none. `total` is the least there are where
    `exact` is false; `next` is the next offset or null.
    """
    thing = read_thing(request.args.get("iri", ""))
    part = read_part()
    tag = web.entity_tag("neighbours", web.language(), thing.value, str(part))
    if web.is_current(tag):
        return web.not_modified(tag, web.PAGE_VARY)
    found = Gathered()
    gather(found, thing, part, MOST_NODES - 1)
    response = jsonify(
        iri=thing.value,
        version=web.dataset().version,
        nodes=list(found.nodes.values()),
        edges=list(found.edges.values()),
        groups=found.groups,
    )
    return kept(response, tag)


@blueprint.get("/explore/thing")
def thing_panel() -> Response:
    """Answer with facts and evidence of the thing `iri=` for the panel, as a piece of HTML."""
    thing = read_thing(request.args.get("iri", ""))
    found, complete = neighbours.evidence(web.dataset(), thing, QUOTES)
    path = local_path(thing.value, web.dataset().base.iri)
    return web.page(
        "explore_thing.html",
        thing=thing,
        kind=neighbours.kind(web.dataset(), thing),
        page_path=path,
        downloads=("gexf", "graphml", "cyjs") if path.startswith("/doc/") else (),
        facts=neighbours.facts(web.dataset(), thing, FACTS),
        evidence=found,
        complete=complete,
    )


@blueprint.get("/explore/statement")
def statement_panel() -> Response:
    """Answer with what the panel shows about a statement (`subject=`, `property=`, `object=`)."""
    subject, by, other = (read_iri(name) for name in ("subject", "property", "object"))
    if not neighbours.says(web.dataset(), subject, by, other):
        raise not_found(
            "the graph does not hold this statement: it may have changed, load it again"
        )
    told = neighbours.statement_evidence(web.dataset(), subject, by, other, QUOTES)
    return web.page("explore_statement.html", subject=subject, by=by, object=other, told=told)


def gather(into: Gathered, thing: NamedNode, part: Part, most: int) -> None:
    """Add the links of a thing to those that are shown, `most` of them. Raises the 404."""
    dataset, show = web.dataset(), web.presenter()
    counted = web.engine().statistics.current()
    properties = [each.iri for each in counted.properties] if counted else [part.property]
    groups = neighbours.groups(
        dataset,
        thing,
        # Who asks for one property by name wants it.
        details=part.details or bool(part.property),
        properties=[iri for iri in properties if iri],
    )
    if part.property:
        asked = (part.property, part.direction)
        groups = [group for group in groups if (group.property, group.direction) == asked]
        if not groups:
            ends = "from" if part.direction == "out" else "to"
            raise not_found(
                f"no link by {part.property} leads {ends} {thing.value}: see direction="
            )
    add_node(into, show, thing)
    shares = neighbours.shares(groups, part.limit, most)
    for group, share in zip(groups, shares, strict=True):
        others = neighbours.part(dataset, thing, group, part.offset, share)
        name = show(group.property)
        for other in others:
            add_node(into, show, other)
            add_edge(into, thing, group, other, name)
        following = part.offset + share
        more = following < (group.total if group.exact else neighbours.COUNTED)
        into.groups.append(
            {
                "iri": thing.value,
                "property": group.property,
                "label": name.text,
                "language": name.language,
                "direction": group.direction,
                "total": group.total,
                "exact": group.exact,
                "offset": part.offset,
                "shown": len(others),
                "next": following if more else None,
            }
        )


def add_node(into: Gathered, show: Presenter, node: NamedNode) -> None:
    """Add a thing to those that are shown."""
    if node.value not in into.nodes:
        label = show(node)
        into.nodes[node.value] = {
            "id": node.value,
            "iri": node.value,
            "label": label.text,
            "language": label.language,
            "kind": neighbours.kind(show.dataset, node),
            "page": label.href,
        }


def add_edge(into: Gathered, thing: NamedNode, group: Group, other: NamedNode, name: Shown) -> None:
    """Add a link of `thing` to those that are shown."""
    ends = (thing, other) if group.direction == "out" else (other, thing)
    source, target = (end.value for end in ends)
    # No IRI has a space in it.
    key = f"{source} {group.property} {target}"
    into.edges[key] = {
        "id": key,
        "source": source,
        "target": target,
        "property": group.property,
        "label": name.text,
        "language": name.language,
    }


def start() -> Response:
    """Show where to start: a search by name, and things with many links."""
    words = request.args.get("q", "").strip()
    found: list[NamedNode] = []
    if words:
        hits = web.text_index().search(words, kind="label", limit=HITS)
        found = [NamedNode(iri) for iri in dict.fromkeys(hit.iri for hit in hits.hits)]
    statistics = web.engine().statistics.current(PATIENCE)
    lists = statistics.starts if statistics else {}
    return web.page(
        "explore_start.html",
        words_asked=words,
        found=[(node, neighbours.kind(web.dataset(), node)) for node in found],
        lists={key: [starting(iri, n) for iri, n in rows] for key, rows in lists.items() if rows},
        explore_link=explore_link,
    )


def starting(iri: str, number: int) -> tuple[NamedNode, str, int]:
    """Return a thing of a list of the start page with its kind and its number."""
    node = NamedNode(iri)
    return node, neighbours.kind(web.dataset(), node), number


def explore_link(iris: Iterable[str] | str, **parameters: Any) -> str:
    """Return the address of the explorer on a thing."""
    return url_for("explore.explore", iri=iris, **parameters)


def kept(response: Response, tag: str) -> Response:
    """Let clients keep an answer for as long as its ETag is right."""
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = web.PAGE_VARY
    response.set_etag(tag)
    return response


def read_part() -> Part:
    """Return which links a request asks for. Raises the 400."""
    property_ = read_iri("property").value if "property" in request.args else ""
    direction = request.args.get("direction", "out")
    if direction not in ("out", "in"):
        raise bad_request(f"direction={direction}: write out or in")
    offset = read_number("offset", 0, 0, neighbours.COUNTED)
    if offset and not property_:
        raise bad_request("offset= goes with property= and direction=: add them or leave it out")
    details = request.args.get("details", "")
    if details not in ("", "0", "1"):
        raise bad_request(f"details={details}: write 1 for classes and mentions, or leave it out")
    limit = read_number("limit", STEP, 1, MOST_STEP)
    return Part(property_, "in" if direction == "in" else "out", offset, limit, details == "1")


def read_iri(name: str) -> NamedNode:
    """Return the IRI of a parameter. Raises the 400."""
    value = request.args.get(name, "")
    return as_node(value, f"{name}=")


def read_thing(iri: str) -> NamedNode:
    """Return a thing of the graph. Raises the 400 for no IRI, the 404 for an unknown one."""
    node = as_node(iri, "iri=")
    if not web.dataset().knows(iri):
        raise not_found(f"the graph says nothing about {iri}: search for it at /explore")
    return node


def as_node(iri: str, name: str) -> NamedNode:
    """Return an IRI as a term. Raises the 400, which names the parameter."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise bad_request(f"{name} is no absolute IRI: {iri!r}; write one") from error


def read_number(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number of the request. Raises the 400."""
    value = request.args.get(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value[:9]) <= most):
        raise bad_request(f"{name}={value}: write a whole number from {least} to {most}")
    return int(value)
