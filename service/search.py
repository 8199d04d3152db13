"""The search: words in, the things whose labels or texts hold them out, as a page or as JSON."""

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request
from pyoxigraph import NamedNode

from graph.iris import ONTOLOGY
from graph.textindex import Hit
from service import web
from service.negotiate import HTML, Offer
from service.prefixes import RDF
from service.problem import bad_request
from service.terms import Shown, local_path

blueprint = Blueprint("search", __name__)

TYPE = NamedNode(f"{RDF}type")
JSON = Offer("application/json", ("json",))
PAGE = 20
"""Hits on a page."""
MOST = 100
"""Most hits in one answer with JSON."""
AROUND = 80
"""Characters shown before the first word that was found in a long text."""
LENGTH = 320
"""Most characters shown of a text."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, with a mark if it was searched for."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Found:
    """A hit as a page shows it."""

    thing: Shown
    kind: Shown | None
    pieces: list[Piece]
    language: str


@blueprint.get("/search")
def search() -> Response:
    """Find things by words (`q=`), from `offset=`, or complete what is being typed (`prefix=`)."""
    offer = web.negotiate((HTML, JSON), web.asked_format())
    offset = read_number("offset", 0, 0, 10_000)
    if request.args.get("prefix"):
        return complete(request.args["prefix"])
    words = request.args.get("q", "")
    limit = read_number("limit", PAGE, 1, MOST)
    kind = request.args.get("kind") or None
    if kind not in (None, "label", "text", "evidence"):
        raise bad_request(f"kind={kind}: write label, text or evidence, or leave it out")
    if offer is HTML and not words.strip():
        return web.page("search.html", words_asked="", hits=None)
    hits = web.engine().indexing.index().search(words, kind=kind, limit=limit, offset=offset)
    if offer is HTML:
        found = [show(hit) for hit in hits.hits]
        return web.page(
            "search.html", words_asked=words, hits=hits, found=found, offset=offset, limit=limit
        )
    values = [hit_values(hit) for hit in hits.hits]
    return answer(total=hits.total, complete=hits.complete, offset=offset, hits=values)


def complete(prefix: str) -> Response:
    """Answer with labels that begin as the client has typed."""
    language = request.args.get("lang") or None
    hits = web.engine().indexing.index().complete(prefix, read_number("limit", 10, 1, MOST))
    if language:
        hits = sorted(hits, key=lambda hit: hit.language != language)
    return answer(hits=[hit_values(hit) for hit in hits])


def answer(**values: object) -> Response:
    """Answer with JSON that must be asked for again: the index follows the data by itself."""
    response = jsonify(values)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = web.DATA_VARY
    return response


def hit_values(hit: Hit) -> dict[str, object]:
    """Return a hit as JSON values."""
    return {
        "iri": hit.iri,
        "page": local_path(hit.iri, web.dataset().base.iri),
        "property": hit.property,
        "text": hit.text,
        "language": hit.language,
        "score": round(hit.score, 4),
        "highlights": hit.highlights,
    }


def show(hit: Hit) -> Found:
    """Return a hit as a page shows it: its name, its class, the words in their text."""
    presenter = web.presenter()
    dataset = web.dataset()
    node = NamedNode(hit.iri)
    kinds = [kind for kind in dataset.values(node, TYPE) if isinstance(kind, NamedNode)]
    own = sorted(kinds, key=lambda kind: (not kind.value.startswith(ONTOLOGY), kind.value))
    kind = presenter(own[0]) if own else None
    return Found(presenter(node), kind, pieces(hit), hit.language)


def pieces(hit: Hit) -> list[Piece]:
    """Cut the text of a hit into stretches with and without marks, around the first mark."""
    first = hit.highlights[0][0] if hit.highlights else 0
    begin = 0 if len(hit.text) <= LENGTH else max(0, first - AROUND)
    end = min(len(hit.text), begin + LENGTH)
    found = [Piece("…", False)] if begin else []
    done = begin
    for start, stop in hit.highlights:
        if start < done or stop > end:
            continue
        found += [Piece(hit.text[done:start], False), Piece(hit.text[start:stop], True)]
        done = stop
    found.append(Piece(hit.text[done:end], False))
    return found + ([Piece("…", False)] if end < len(hit.text) else [])


def read_number(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number of the request. Raises the 400."""
    value = request.args.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 7):
        raise bad_request(f"{name}={value}: write a whole number from {least} to {most}")
    return min(max(int(value), least), most)
