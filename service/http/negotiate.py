"""Content negotiation: an Accept header and a list of offers in, the chosen offer out.

Knows neither Flask nor the store. Offers stand in the order of the server's preference, which
decides between equal q-values; the first is the default.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from service.http.problem import Problem


@dataclass(frozen=True)
class Offer:
    """One form that an answer can have."""

    media_type: str
    """What Content-Type will say, without charset."""
    names: tuple[str, ...]
    """Values of `format=` that ask for it, and file extensions; the first is the usual one."""
    aliases: tuple[str, ...] = ()
    """Other media types that clients send for it."""


JSON = Offer("application/sparql-results+json", ("json", "srj"), ("application/json",))
XML = Offer("application/sparql-results+xml", ("xml", "srx"), ("application/xml", "text/xml"))
CSV = Offer("text/csv", ("csv",))
TSV = Offer("text/tab-separated-values", ("tsv",))
TURTLE = Offer("text/turtle", ("ttl", "turtle"), ("application/x-turtle",))
N_TRIPLES = Offer("application/n-triples", ("nt", "ntriples"), ("text/plain",))
RDF_XML = Offer("application/rdf+xml", ("rdf", "rdfxml", "xml"), ("application/xml", "text/xml"))
JSON_LD = Offer("application/ld+json", ("jsonld", "json"), ("application/json",))
TRIG = Offer("application/trig", ("trig",), ("application/x-trig",))
N_QUADS = Offer("application/n-quads", ("nq", "nquads"), ("text/x-nquads",))
HTML = Offer("text/html", ("html",), ("application/xhtml+xml",))

SELECT_OFFERS = (JSON, XML, CSV, TSV)
ASK_OFFERS = (JSON, XML)
GRAPH_OFFERS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)
NETWORK_OFFERS = (
    Offer("application/gexf+xml", ("gexf",)),
    Offer("application/graphml+xml", ("graphml",)),
    Offer("application/vnd.cytoscape+json", ("cyjs",)),
    Offer("text/vnd.graphviz", ("dot", "gv"), ("text/x-graphviz",)),
    Offer("image/svg+xml", ("svg",)),
    Offer("application/zip", ("gephi",)),
    Offer("application/zip", ("neo4j",)),
)
"""Forms of a graph for graph programs; the first name is that of `graph.interchange.formats`.

They stand after all others, HTML too: browsers ask for SVG as much as for a page."""

JAVA = (
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "text/html, image/gif, image/jpeg, */*; q=0.2",
)
"""What Java sends where a program asks for no type (before Java 21): it wants data, not a page."""

ALL_OFFERS = (*SELECT_OFFERS, *GRAPH_OFFERS, HTML)


@dataclass(frozen=True)
class Range:
    """One media range of an Accept header."""

    kind: str
    """Type, lower case: "text", or "*"."""
    subtype: str
    """Subtype, lower case: "turtle", or "*"."""
    q: float
    """Weight from 0 (refused) to 1."""

    def specificity(self, media_type: str) -> int:
        """How exactly the range names `media_type`: 3 fully, 2 `type/*`, 1 `*/*`, 0 not at all."""
        kind, _, subtype = media_type.partition("/")
        if self.kind == "*":
            return 1 if self.subtype == "*" else 0
        if self.kind != kind:
            return 0
        if self.subtype == "*":
            return 2
        return 3 if self.subtype == subtype else 0


def choose(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that `accept` likes best, or None if it takes none of them.

    A header that is absent, empty, unreadable or of JAVA takes the first offer. The most specific
    range that names an offer gives its q-value; aliases count where no range names the type itself.
    """
    ranges = [] if accept in JAVA else read_accept(accept or "")
    if not ranges:
        return offers[0]
    weights = [(weight(offer, ranges), -place) for place, offer in enumerate(offers)]
    best, place = max(weights)
    return offers[-place] if best > 0 else None


def negotiate(offers: Sequence[Offer], accept: str | None, name: str | None = None) -> Offer:
    """Return the offer that `name` (a `format=`) or else `accept` asks for. Raises the 406."""
    found = by_name(name, offers) if name else choose(accept, offers)
    if found is None:
        asked = f"format={name}" if name else f"Accept: {accept}"
        available = [offer.media_type for offer in offers]
        raise Problem(
            406,
            "not-acceptable",
            "Not acceptable",
            f"{asked} names none of the available media types: {', '.join(available)}",
            members={"available": available},
        )
    return found


def content_type(offer: Offer) -> str:
    """Return the Content-Type of an offer: text types say their charset, which is UTF-8."""
    is_text = offer.media_type.startswith("text/")
    return f"{offer.media_type}; charset=utf-8" if is_text else offer.media_type


def weight(offer: Offer, ranges: Sequence[Range]) -> float:
    """Return the q-value that `ranges` give to `offer`; 0 if they refuse or do not name it."""
    own = [(r.specificity(offer.media_type), r.q) for r in ranges]
    depth, q = max(own)
    if depth == 3:
        return q
    named = [r.q for alias in offer.aliases for r in ranges if r.specificity(alias) == 3]
    if named:
        return max(named)
    return q if depth else 0.0


def by_name(name: str, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that `format=` means by `name`: a short name or a media type."""
    wanted = name.strip().lower()
    for offer in offers:
        if wanted in offer.names or wanted == offer.media_type:
            return offer
    return next((offer for offer in offers if wanted in offer.aliases), None)


def may_want_page(accept: str | None, name: str | None = None) -> bool:
    """Tell whether a client may want an HTML page: only one that names HTML does.

    A program that takes `text/*` does not.
    """
    if name:
        return by_name(name, (HTML,)) is not None
    return accept not in JAVA and "html" in (accept or "").lower()


def prefers_page(accept: str | None, name: str | None, offers: Sequence[Offer]) -> bool:
    """Tell whether a page is what a client gets that may have it or one of `offers`."""
    if name or not may_want_page(accept):
        return may_want_page(accept, name)
    return choose(accept, (*offers, HTML)) is HTML


def read_accept(header: str) -> list[Range]:
    """Return the media ranges of an Accept header; what cannot be read is left out.

    A range that asks for another charset than UTF-8 is left out too: everything here is UTF-8.
    """
    ranges = (read_range(part) for part in split_outside_quotes(header, ","))
    return [found for found in ranges if found]


def read_range(text: str) -> Range | None:
    """Return one media range with its parameters, or None if it is malformed."""
    media_type, *settings = (part.strip() for part in split_outside_quotes(text, ";"))
    kind, slash, subtype = media_type.lower().partition("/")
    if media_type == "*":
        kind, slash, subtype = "*", "/", "*"
    if not (kind and slash and subtype):
        return None
    q = 1.0
    for setting in settings:
        name, _, value = (part.strip().lower() for part in setting.partition("="))
        if name == "q":
            q = read_weight(value)
        elif name == "charset" and value.strip('"') not in ("utf-8", "utf8", "*"):
            return None
    return Range(kind, subtype, q)


def read_weight(value: str) -> float:
    """Return a q-value between 0 and 1; one that is no number counts as absent."""
    try:
        q = float(value)
    except ValueError:
        return 1.0
    return min(max(q, 0.0), 1.0) if q == q else 1.0


def split_outside_quotes(text: str, separator: str) -> list[str]:
    """Split `text` at `separator`, but not inside "quoted strings"."""
    parts, quoted = [""], False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        if letter == separator and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
