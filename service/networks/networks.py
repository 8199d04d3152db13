"""Graphs for graph programs over HTTP: triples of a store in, a file of `graph.interchange` out."""

import re
from collections.abc import Iterable

from pyoxigraph import Triple

from graph.interchange.formats import FORMATS, Output, write
from graph.interchange.network import Network, in_order
from graph.interchange.svg import TooLarge
from graph.iris import Base
from service.engine.quads import Quads
from service.http.language import LANGUAGES
from service.http.negotiate import NETWORK_OFFERS, Offer, by_name, choose
from service.http.problem import Problem, bad_request
from service.networks.networknames import NetworkNames


def is_network(offer: Offer) -> bool:
    """Tell whether an offer is a format of `graph.interchange`."""
    return offer in NETWORK_OFFERS


def language_of(asked: str | None) -> str:
    """Return the language of names that `lang=` asks for. Raises the 400 for one there is not."""
    if not asked:
        return LANGUAGES[0]
    if asked not in LANGUAGES:
        raise bad_request(f"lang={asked}: names are in {', '.join(LANGUAGES)}: ask for one of them")
    return asked


def disposition(offer: Offer, name: str) -> dict[str, str]:
    """Return the header that names the file; a picture is shown, other files are kept."""
    form = FORMATS[offer.names[0]]
    safe = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "graph"
    kind = "inline" if form.name == "svg" else "attachment"
    return {"Content-Disposition": f'{kind}; filename="{safe}.{form.extension}"'}


def write_network(
    triples: Iterable[Triple],
    quads: Quads,
    base: str,
    offer: str,
    language: str,
    output: Output,
    *,
    title: str = "",
    note: str = "",
    topic: str = "",
) -> None:
    """Write triples in the format `offer`, with names from `quads`. Raises the 400 for too many.

    `base` is the base IRI of the data; the others are those of a Network.
    """
    names = NetworkNames(quads, Base(base), language)
    try:
        with Network(in_order(triples), names, title, note, topic) as network:
            write(network, FORMATS[offer], output)
    except TooLarge as error:
        raise bad_request(str(error)) from error


def explained(problem: Problem, accept: str | None, name: str | None) -> Problem:
    """Return the 406 for a table that was asked for as a network, saying what to ask instead."""
    wanted = by_name(name, NETWORK_OFFERS) if name else choose(accept or "", NETWORK_OFFERS)
    if wanted is None or not (name or accept):
        return problem
    return Problem(
        problem.status,
        problem.slug,
        problem.title,
        f"{wanted.names[0]} is a form of graphs: ask with CONSTRUCT or DESCRIBE; {problem.detail}",
        members=problem.members,
    )
