"""From a job to the read that an engine understands, and whether its answer can pass as it is.

Also what one engine answers otherwise than the others.
"""

import json
import re
from dataclasses import dataclass
from typing import cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results

from graph.remote.endpoint import Endpoint
from service.http import negotiate
from service.http.negotiate import GRAPH_OFFERS, JSON, N_TRIPLES, SELECT_OFFERS, XML, Offer
from service.processes.frames import Job
from service.remote.client import Read
from service.sparql.protocol import read_form

FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
BASE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\s]*>")
"""An IRI that is relative, or what looks like one."""
GRAPH = re.compile(r"\bGRAPH\s*(?:<([^<>\s]*)>|([\w.-]*:[\w./-]*)|([?$]))", re.IGNORECASE)
"""What stands behind GRAPH: an IRI, a short name, or a variable."""
PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
SAME = (negotiate.TURTLE, negotiate.TRIG, negotiate.N_QUADS)
"""Formats of which N-Triples are a part."""


@dataclass(frozen=True)
class Planned:
    """What to ask, and what to make of the answer."""

    read: Read
    form: str
    """SELECT, ASK, CONSTRUCT or DESCRIBE."""
    source: Offer
    """The format that the engine is asked for."""
    passes: bool
    """Whether its bytes are the answer, whatever they say."""


def plan_read(job: Job, endpoint: Endpoint) -> Planned:
    """Return the read that does a job of the kind `query`, `table` or `graph`."""
    query = job.query
    if job.kind == "graph":
        where = "?s ?p ?o" if job.graph is None else f"GRAPH <{job.graph}> {{ ?s ?p ?o }}"
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}"
    form = read_form(query)
    if form == "ASK":  # some engines answer with a table: the truth of one is few bytes
        source, passes = JSON, False
    elif form in ("CONSTRUCT", "DESCRIBE"):
        source, passes = graph_source(job, endpoint)
    else:
        source, passes = table_source(job, endpoint)
    default, named = job.default_graphs or (), job.named_graphs or ()
    if job.default_graphs is None:
        default, named = dataset_of(query, endpoint)
    if BASE.search(query) and job.base:
        query = f"BASE <{job.base}> {query}"
    row = b"<result>" if source is XML else b"\n"
    read = Read(query, source.media_type, default, named, row)
    return Planned(read, form, source, passes)


def dataset_of(query: str, endpoint: Endpoint) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the default and the named graphs to send with a query that leaves them to us.

    Where the engine's default graph is a named one, the graphs that a query names must be sent too,
    else it finds them empty. One that also asks for any graph cannot have both.
    """
    if not endpoint.default_graph or FROM.search(query):
        return (), ()
    prefixes = dict(PREFIX.findall(query))
    named, is_any = [], False
    for iri, short, variable in GRAPH.findall(query):
        prefix, _, local = short.partition(":")
        is_any = is_any or bool(variable)
        if iri or prefix in prefixes:
            named.append(iri or prefixes[prefix] + local)
    return (endpoint.default_graph,), () if is_any else tuple(dict.fromkeys(named))


def table_source(job: Job, endpoint: Endpoint) -> tuple[Offer, bool]:
    """Return the format to ask a table in, and whether it passes as it is."""
    if job.kind == "table":
        return JSON, False
    wanted = next(offer for offer in SELECT_OFFERS if offer.media_type == job.media_type)
    if wanted.names[0] in endpoint.result_formats and not job.variant:
        return wanted, True
    return JSON, False


def graph_source(job: Job, endpoint: Endpoint) -> tuple[Offer, bool]:
    """Return the format to ask a graph in, and whether it passes as it is."""
    if job.kind == "table" or job.variant:
        return N_TRIPLES, False
    wanted = next((o for o in GRAPH_OFFERS if o.media_type == job.media_type), None)
    if wanted is not None and wanted.names[0] in endpoint.graph_formats:
        return wanted, True
    return N_TRIPLES, wanted in SAME or wanted is N_TRIPLES


def read_truth(payload: bytes) -> QueryBoolean:
    """Return the answer to an ASK; Virtuoso gives a table with one row or none."""
    values = json.loads(payload)
    truth = values["boolean"] if "boolean" in values else bool(values["results"]["bindings"])
    text = json.dumps({"head": {}, "boolean": truth})
    return cast(QueryBoolean, parse_query_results(text, QueryResultsFormat.JSON))
