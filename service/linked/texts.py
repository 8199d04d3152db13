"""Source texts over HTTP: the text for programs, the reader for browsers, any range of it.

An address is that of the text's IRI. `?char=a,b` is a range of code points as in RFC 5147, counted
as in the spans of the graph; `Range` counts bytes.
"""

import re

from flask import Response, redirect, request

from service import web
from service.documents.documents import find_work, work_path
from service.http.linkheader import link
from service.http.negotiate import GRAPH_OFFERS, HTML, Offer, may_want_page
from service.http.problem import bad_request, not_found
from service.things.terms import local_path

TEXT = Offer("text/plain", ("txt", "text"))
OFFERS = (TEXT, HTML, *GRAPH_OFFERS)

RANGE = re.compile(r"([0-9]{1,9}),([0-9]{1,9})")


def source_text(iri: str, text: str) -> Response:
    """Answer for the source text `iri`: as text, as a way to its reader, or to its description."""
    described = local_path(iri, web.dataset().base.iri)
    offer = web.negotiate(OFFERS, web.asked_format())
    if offer is HTML and may_want_page(request.headers.get("Accept"), web.asked_format()):
        reader = reader_of(iri)
        if reader:
            return see_other(reader)
    elif offer not in (TEXT, HTML):
        return see_other(f"{described}.{offer.names[0]}")
    links = [
        link(described, "describedby"),
        link(web.site().settings.license, "license"),
    ]
    asked = request.args.get("char")
    if asked is not None:
        text = cut(text, asked)
        links.append(link(request.path, "up", type=TEXT.media_type))
    tag = web.entity_tag("text", iri, asked or "")
    if web.is_current(tag):
        return web.not_modified(tag)
    response = web.data(text.encode("utf-8"), TEXT, tag)
    response.headers["Link"] = ", ".join(links)
    return response.make_conditional(  # type: ignore[return-value]
        request, accept_ranges=True, complete_length=response.content_length
    )


def cut(text: str, asked: str) -> str:
    """Return the range of `text` that `char=` asks for. Raises the 400 and the 404."""
    found = RANGE.fullmatch(asked)
    if not found or int(found[1]) > int(found[2]):
        raise bad_request(
            f"char={asked} is no range: write char=start,end in code points, as char=120,135"
        )
    if int(found[2]) > len(text):
        raise not_found(f"char={asked} ends after the text, which has {len(text)} code points")
    return text[int(found[1]) : int(found[2])]


def reader_of(iri: str) -> str:
    """Return the address of the reader of a source text at the range asked for, "" if none."""
    dataset = web.dataset()
    for record in dataset.store.records.of_text(iri):
        path = work_path(dataset, record.work)
        if find_work(dataset, path):
            asked = request.args.get("char", "")
            several = len(dataset.store.records.of_work(record.work)) > 1
            query = [f"text={record.sha256[:12]}"] if several else []
            place = ""
            if RANGE.fullmatch(asked):
                query.append(f"char={asked}")
                place = f"#char={asked}"
            return f"/documents/{path}{'?' if query else ''}{'&'.join(query)}{place}"
    return ""


def see_other(address: str) -> Response:
    """Lead to another address, which hangs on what the client likes."""
    response = redirect(address, 303)
    response.headers["Vary"] = "Accept"
    return response  # type: ignore[return-value]
