"""The search: words in, the things whose labels or texts hold them out, as a page or as JSON.

`q=` are the words; `kind=`, `act=`, `body=` and `year=` narrow what is found, or list things where
there are no words; `in=` chooses labels, texts or evidence; `prefix=` completes what is typed.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request
from pyoxigraph import NamedNode

from graph.search.reconcile import Wanted
from graph.search.textindex import Hit, Hits
from service import web
from service.http.language import messages
from service.http.negotiate import HTML, Offer
from service.http.problem import bad_request
from service.search.candidates import DEFAULT_TYPES, Candidates
from service.search.facets import FACETS, LISTED, MOST, Choice, Facets, in_order
from service.search.snippets import Piece, pieces
from service.things.kinds import KINDS
from service.things.quotes import Quotes
from service.things.relations import Item, Relations
from service.things.terms import Shown, local_path

blueprint = Blueprint("search", __name__)

JSON = Offer("application/json", ("json",))
PAGE = 20
"""Hits on a page."""
MOST_IN_ANSWER = 100
"""Most hits in one answer with JSON."""
CHOICES = 12
"""Values of a facet that a page offers."""
PLACES = ("label", "text", "evidence")
"""What `in=` can be."""
MOST_ALONE = 6
"""Words of a search without hits that are tried alone."""
LONGEST_NAME = 300
"""Characters of the longest search that may be a name."""
MOST_CALLED = 3
"""Things that a search names which are shown before what it finds."""
LIKELY = 85
"""Score, of 100, from which a search is taken for the name of a thing."""
EXAMPLES = ("бала құқықтары", "өлім жазасы", "345-II")
"""Searches that an empty page offers."""


@dataclass(frozen=True)
class Found:
    """A hit as a page shows it."""

    item: Item
    way: list[Shown]
    """What it stands in, from the act down."""
    name: list[Piece]
    """Its name, with marks if that is what was found."""
    pieces: list[Piece]
    """The text that was found, with marks; none if it is the name."""
    language: str


@dataclass(frozen=True)
class Offered:
    """A value of a facet as a page offers it."""

    shown: Shown
    count: int
    chosen: bool
    href: str
    """The same search with the value, or without it if it is chosen."""


@blueprint.get("/search")
def search() -> Response:
    """Find things by words and facets, from `offset=`, or complete what is being typed."""
    offer = web.negotiate((HTML, JSON), web.asked_format())
    limit = read_number("limit", PAGE, 1, MOST_IN_ANSWER)
    offset = read_number("offset", 0, 0, 10_000)
    place, chosen = read_choice()
    if request.args.get("prefix"):
        return complete(request.args["prefix"])
    words = request.args.get("q", "")
    facets = Facets(web.dataset(), chosen)
    if words.strip():
        index = web.text_index()
        hits = index.search(words, kind=place, limit=limit, offset=offset, choose=facets.choose)
    else:
        hits = browse(facets, limit, offset) if facets.chosen else Hits(0, [])
    if offer is not HTML:
        return as_json(hits, facets, offset)
    return web.page(
        "search.html",
        asked=words,
        chosen=chosen,
        place=place,
        hits=hits,
        searched=bool(words.strip()) or bool(facets.chosen),
        called=called(words) if not (offset or place or facets.chosen) else [],
        alone=[] if hits.total else alone(words),
        found=show(hits.hits),
        facets=[(name, offered(name, facets)) for name in FACETS],
        most=MOST,
        partial=not hits.complete or hits.total > MOST,
        offset=offset,
        limit=limit,
        here=here,
        kinds=KINDS,
        examples=EXAMPLES,
    )


def called(words: str) -> list[str]:
    """Return the acts and bodies that `words` as a whole name, however short: ІІМ, ҚК, 345-II."""
    if not words.strip() or len(words) > LONGEST_NAME:
        return []
    bare = words.strip()
    candidates = Candidates(web.dataset())
    ranked = candidates.rank(
        web.text_index(), Wanted(bare, codes=frozenset({bare})), DEFAULT_TYPES, MOST_CALLED
    )
    return [
        one.thing.iri for one in ranked if one.thing.known and (one.certain or one.score >= LIKELY)
    ]


def alone(words: str) -> list[tuple[str, int]]:
    """Return those words of a search without hits that have hits alone, and how many."""
    parts = list(dict.fromkeys(words.split()))[:MOST_ALONE]
    if len(parts) < 2:
        return []
    index = web.text_index()
    totals = [(word, index.search(word, limit=1).total) for word in parts]
    return [(word, total) for word, total in totals if total]


def read_choice() -> tuple[str | None, dict[str, str]]:
    """Return where to look for words, and the chosen value of each facet. Raises the 400.

    `kind=` may be label, text or evidence too, as it could before there was `in=`.
    """
    place = request.args.get("in") or None
    chosen = {name: request.args.get(name, "") for name in FACETS}
    if place not in (None, *PLACES):
        raise bad_request(f"in={place}: write label, text or evidence, or leave it out")
    if chosen["kind"] in PLACES:
        place, chosen["kind"] = place or chosen["kind"], ""
    if chosen["kind"] and chosen["kind"] not in (*KINDS, "other"):
        raise bad_request(f"kind={chosen['kind']}: write one of {', '.join(KINDS)}")
    year = chosen["year"]
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise bad_request(f"year={year}: write a year with four digits")
    for name in ("act", "body"):
        try:
            NamedNode(chosen[name] or "a:b")
        except ValueError as error:
            raise bad_request(f"{name}={chosen[name]}: write an absolute IRI") from error
    return place, chosen


def browse(facets: Facets, limit: int, offset: int) -> Hits:
    """Return things by facets alone, as hits by their names."""
    every = facets.browse()
    kept = facets.choose(every)
    only_kind = set(facets.chosen) == {"kind"} and facets.chosen["kind"] != "other"
    listed = every if only_kind else kept
    total, complete, shown = len(listed), len(every) <= MOST, listed[offset : offset + limit]
    if only_kind and not complete:
        number, shown = facets.of_kind(offset, limit)
        total, complete = min(number, LISTED), number <= LISTED
    names = web.presenter().names
    hits = []
    for iri in shown:
        name = names(NamedNode(iri))
        hits.append(Hit(iri, "", name.text, name.language, 1.0, ()))
    return Hits(total, hits, complete)


def complete(prefix: str) -> Response:
    """Answer with labels that begin as the client has typed."""
    language = request.args.get("lang") or None
    limit = read_number("limit", 10, 1, MOST_IN_ANSWER)
    hits = web.text_index().complete(prefix, limit)
    if language:
        hits = sorted(hits, key=lambda hit: hit.language != language)
    return answer(hits=[hit_values(hit) for hit in hits])


def answer(**values: object) -> Response:
    """Answer with JSON that must be asked for again: the index follows the data by itself."""
    response = jsonify(values)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = web.DATA_VARY
    return response


def as_json(hits: Hits, facets: Facets, offset: int) -> Response:
    """Answer with hits and the values of the facets."""
    names = web.presenter().names

    def values(name: str, choice: Choice) -> dict[str, object]:
        said: dict[str, object] = {"value": choice.value, "count": choice.count}
        if name in ("act", "body"):
            said["label"] = names(NamedNode(choice.value)).text
        return said

    return answer(
        total=hits.total,
        complete=hits.complete,
        offset=offset,
        hits=[hit_values(hit) for hit in hits.hits],
        facets={
            name: [values(name, choice) for choice in facets.choices[name][:MOST_IN_ANSWER]]
            for name in FACETS
        },
        facets_complete=hits.complete and hits.total <= MOST,
    )


def hit_values(hit: Hit) -> dict[str, object]:
    """Return a hit as JSON values."""
    dataset = web.dataset()
    return {
        "iri": hit.iri,
        "page": local_path(hit.iri, dataset.base.iri),
        "kind": next(iter(Facets(dataset, {}).values(hit.iri)["kind"])),
        "property": hit.property,
        "text": hit.text,
        "language": hit.language,
        "score": round(hit.score, 4),
        "highlights": hit.highlights,
    }


def show(hits: list[Hit]) -> list[Found]:
    """Return hits as a page shows them: name, kind, place, the words in their text, evidence."""
    presenter = web.presenter()
    relations = Relations(presenter, messages()[web.language()], Quotes(presenter))
    found = []
    for hit in hits:
        node = NamedNode(hit.iri)
        item = relations.item(node, "")
        cut = pieces(hit)
        named = hit.text == item.shown.text
        name = cut if named else [Piece(item.shown.text, False)]
        way = [presenter(one) for one in acts(node)]
        found.append(Found(item, way, name, [] if named else cut, hit.language))
    return found


def acts(node: NamedNode) -> list[NamedNode]:
    """Return what a provision or a statement stands in: not the thing itself."""
    names = web.presenter().names
    values = Facets(web.dataset(), {}).values(node.value)
    if values["kind"] == {"citation"}:
        return []
    stated = names.place(node)
    return [stated] if stated else names.way(node)[:1]


def offered(name: str, facets: Facets) -> list[Offered]:
    """Return the values of a facet that a page offers: the chosen one and the most frequent."""
    choices = facets.choices[name]
    choices = in_order(choices) if name == "kind" else choices
    shown = [c for place, c in enumerate(choices) if place < CHOICES or c.chosen]
    return [
        Offered(
            naming(name, choice.value),
            choice.count,
            choice.chosen,
            here(**{name: "" if choice.chosen else choice.value, "offset": ""}),
        )
        for choice in shown
        if len(choices) > 1 or choice.chosen or name == "kind"
    ]


def naming(facet: str, value: str) -> Shown:
    """Return the value of a facet in words."""
    if facet == "kind":
        return Shown(messages()[web.language()][f"many_{value}"], web.language(), "", "")
    return web.presenter()(value) if facet in ("act", "body") else Shown(value, "", "", "")


def here(**changed: str) -> str:
    """Return the address of this search with changed parameters; "" takes one away."""
    values = {k: v for k, v in request.args.items() if v and k not in ("lang", "format", "output")}
    values |= {k: str(v) for k, v in changed.items()}
    return f"/search?{urlencode({k: v for k, v in values.items() if v})}"


def read_number(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number of the request. Raises the 400."""
    value = request.args.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 7):
        raise bad_request(f"{name}={value}: write a whole number from {least} to {most}")
    return min(max(int(value), least), most)
