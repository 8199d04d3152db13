"""The Link header (RFC 8288) of answers about things. Knows neither Flask nor the store."""

from collections.abc import Iterable
from urllib.parse import quote

from pyoxigraph import NamedNode

from service.http.negotiate import JSON_LD, Offer

IRI_SAFE = "!#$%&'()*+,/:;=?@[]~"
"""Characters of an IRI that a header takes as they are."""
CONTEXT = "http://www.w3.org/ns/json-ld#context"
DESCRIPTION = "/.well-known/void"
"""Where the data is described."""


def link(target: str, rel: str, **attributes: str) -> str:
    """Return one link; `target` is an address or an IRI of any letters."""
    said = "".join(f'; {name}="{value}"' for name, value in attributes.items())
    return f'<{quote(target, safe=IRI_SAFE)}>; rel="{rel}"{said}'


def alternates(path: str, query: str, offers: Iterable[Offer], chosen: Offer) -> list[str]:
    """Return links to the document at `path` in every other form than the chosen one."""
    return [
        link(f"{path}.{o.names[0]}{query}", "alternate", type=o.media_type)
        for o in offers
        if o is not chosen
    ]


def document_links(
    path: str, offers: Iterable[Offer], chosen: Offer, licence: str, *, query: str = ""
) -> list[str]:
    """Return the links of a document that comes in several forms; `path` is without extension."""
    links = [
        link(path + query, "canonical"),
        *alternates(path, query, offers, chosen),
        link(DESCRIPTION, "describedby"),
        link(licence, "license"),
    ]
    if chosen is JSON_LD:
        links.append(link("/context.jsonld", CONTEXT, type=JSON_LD.media_type))
    return links


def page_links(path: str, page: int, pages: int) -> list[str]:
    """Return the links of one page of several to the others; none if it is the only one."""
    if pages == 1:
        return []
    places = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    return [
        link(f"{path}?page={number}", rel) for rel, number in places.items() if 1 <= number <= pages
    ]


def topic_links(node: NamedNode, classes: Iterable[str]) -> list[str]:
    """Return the links of a description to its topic and to the classes of that."""
    return [
        link(node.value, "describes"),
        *(link(iri, "type", anchor=quote(node.value, safe=IRI_SAFE)) for iri in sorted(classes)),
    ]
