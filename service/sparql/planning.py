"""From a query to the job that answers it and the headers of its answer. Knows no framework."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from service.http import negotiate
from service.http.negotiate import (
    ASK_OFFERS,
    GRAPH_OFFERS,
    HTML,
    NETWORK_OFFERS,
    SELECT_OFFERS,
    Offer,
    content_type,
)
from service.http.problem import Problem
from service.networks.networks import disposition, explained, is_network, language_of
from service.processes.frames import Job
from service.sparql.federation import SERVICE, calls_only, refuse_calls, without_calls
from service.sparql.protocol import Operation, read_form

GEPHI_ACCEPT = "application/rdf+xml, txt/xml, rdf/xml"
"""The Accept header of Gephi's plugin, which reads RDF/XML in the charset of its platform."""

VARY = "Accept, Accept-Encoding, Origin"
"""What an answer with data depends on."""

# With one of these words a query may give another answer each time.
CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)
# And so may the new blank nodes of a CONSTRUCT.
BLANK = re.compile(r"_:|\[")


@dataclass(frozen=True)
class Plan:
    """How a query will be answered."""

    job: Job
    seconds: float
    """The time that it may take."""
    offer: Offer
    headers: dict[str, str] = field(default_factory=dict)
    tag: str | None = None
    """ETag of the answer, None where it may change on the same data."""
    refusal: Problem | None = None
    """What to answer if the query is well-formed: it calls other hosts, or no form of its result is
    acceptable."""

    def is_current(self, asked: "Asked") -> bool:
        """Tell whether the client has the answer already."""
        if self.tag is None or asked.method not in ("GET", "HEAD"):
            return False
        return matches(asked.if_none_match, self.tag)


def offers_of(query: str) -> tuple[Offer, ...]:
    """Return the forms that the result of a query can have."""
    form = read_form(query)
    if form == "ASK":
        return ASK_OFFERS
    return GRAPH_OFFERS if form in ("CONSTRUCT", "DESCRIBE") else SELECT_OFFERS


@dataclass(frozen=True)
class Asked:
    """What of a request, besides its operation, decides on the answer."""

    method: str
    accept: str | None
    if_none_match: str
    """The header as sent, "" if there is none."""
    bom: bool = False
    ascii: bool = False


def plan(
    operation: Operation,
    asked: Asked,
    *,
    version: str,
    base: str,
    limit: float,
    hosts: tuple[str, ...] = (),
    pages: bool = False,
) -> Plan:
    """Plan the answer to `operation` from the data of `version`. Raises Problem.

    `limit` is the most seconds that it may take, `hosts` are those that SERVICE may name; with
    `pages` an HTML page is among the offers.
    """
    seconds = min(limit, operation.timeout or limit)
    offers = offers_of(operation.query)
    try:
        refuse_calls(operation.query, (SERVICE,), hosts)
    except Problem as problem:
        text = without_calls(operation.query, SERVICE, ())
        if not calls_only(text, SERVICE, ()):
            raise
        return Plan(Job("parse", base, text), seconds, offers[0], refusal=problem)
    job = Job(
        "query",
        base,
        operation.query,
        default_graphs=operation.default_graphs if operation.has_dataset else None,
        named_graphs=operation.named_graphs if operation.has_dataset else None,
        evidence=operation.evidence,
    )
    available = (*offers, HTML) if pages else offers
    if offers is GRAPH_OFFERS:
        available = (*available, *NETWORK_OFFERS)
    try:
        offer = negotiate.negotiate(available, asked.accept, operation.format)
    except Problem as problem:
        if offers is not GRAPH_OFFERS:
            problem = explained(problem, asked.accept, operation.format)
        return Plan(replace(job, kind="check"), seconds, offers[0], refusal=problem)
    graphs = (*operation.default_graphs, "named", *operation.named_graphs)
    told = (*graphs, f"{job.evidence or ''}")
    changes = may_change(operation.query, offers)
    if offer is HTML:
        # Names the rows of the page, which are kept, not the page, which has an ETag of its own.
        rows = None if changes else tag_of(version, operation.query, *told, "table")
        return Plan(replace(job, kind="table"), seconds, offer, tag=rows)
    variant = variant_of(offer, asked)
    headers = {"Content-Type": content_type(offer), "Vary": VARY}
    if is_network(offer):
        job = replace(job, language=language_of(operation.language), title=operation.name)
        headers |= disposition(offer, operation.name)
    tag = None
    if changes:
        headers["Cache-Control"] = "no-store"
    else:
        form = (offer.media_type, variant, job.language, job.title)
        tag = tag_of(version, operation.query, *told, *form)
        headers |= {"Cache-Control": "no-cache", "ETag": f'"{tag}"'}
    kind = "check" if asked.method == "HEAD" else "query"
    job = replace(job, kind=kind, media_type=offer.media_type, variant=variant)
    return Plan(job, seconds, offer, headers, tag)


def tag_of(*parts: str) -> str:
    """Return a strong ETag, without its quotation marks, for an answer that `parts` decide on."""
    # Lengths keep ("ab", "c") and ("a", "bc") apart.
    key = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def matches(if_none_match: str, tag: str) -> bool:
    """Tell whether an If-None-Match header names an ETag, weakly compared."""
    if not if_none_match:
        return False
    named = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return "*" in named or f'"{tag}"' in named


def may_change(query: str, offers: tuple[Offer, ...]) -> bool:
    """Tell whether `query` may give another answer on the same data: it then has no ETag."""
    if CHANGING.search(query):
        return True
    return offers is GRAPH_OFFERS and BLANK.search(query) is not None


def variant_of(offer: Offer, asked: Asked) -> str:
    """Return the name of the variant of an offer that the client asks for, "" for the usual one."""
    if offer is negotiate.CSV and asked.bom:
        return "bom"
    if offer is negotiate.RDF_XML and (asked.ascii or asked.accept == GEPHI_ACCEPT):
        return "ascii"
    return offer.names[0] if is_network(offer) else ""


def asked_of(method: str, headers: Mapping[str, str], query_string: str) -> Asked:
    """Read an `Asked` from a request whose header names are in lower case."""
    pairs = query_string.split("&") if query_string else ()
    return Asked(
        method,
        headers.get("accept"),
        headers.get("if-none-match", ""),
        bom="bom=1" in pairs,
        ascii="ascii=1" in pairs,
    )
