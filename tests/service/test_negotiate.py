"""Content negotiation as tables: an Accept header, and the media type that it gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steady import steadily

from service.http.negotiate import (
    ASK_OFFERS,
    GRAPH_OFFERS,
    HTML,
    SELECT_OFFERS,
    Offer,
    by_name,
    choose,
)

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

SELECT_CASES = [
    (None, JSON),
    ("", JSON),
    (" ", JSON),
    ("*/*", JSON),
    ("*", JSON),
    ("application/json", JSON),
    ("application/xml", XML),
    ("text/xml", XML),
    ("text/csv", "text/csv"),
    ("TEXT/CSV", "text/csv"),
    ("text/*", "text/csv"),
    ("text/*, text/csv;q=0.1", "text/tab-separated-values"),
    ("text/tab-separated-values", "text/tab-separated-values"),
    ("text/csv;q=0.5, application/sparql-results+xml", XML),
    ("text/csv;q=0.5, application/sparql-results+xml;q=0.4", "text/csv"),
    ("text/csv; q = 0.5 , */*;q=0.1", "text/csv"),
    (f"{JSON};q=0, */*", XML),
    (f"{JSON};q=0", None),
    ("*/*;q=0", None),
    ("image/png", None),
    ("text/turtle", None),
    ("image/png, */*;q=0.1", JSON),
    ("text/csv;charset=utf-8", "text/csv"),
    ('text/csv;charset="UTF-8"', "text/csv"),
    ("text/csv;charset=utf-16, application/xml;q=0.1", XML),
    ("text/csv;header=present", "text/csv"),
    ("text/csv;q=nonsense", "text/csv"),
    ("text/csv;q=7, application/json;q=1", JSON),
    ('text/csv;note="a,b;q=0"', "text/csv"),
    ("nonsense", JSON),
    ("text/csv,,", "text/csv"),
    ("application/xml;q=0.1, text/xml;q=0.9, text/csv;q=0.5", XML),
    ("application/json;q=0.2, application/sparql-results+json;q=0.1, text/csv;q=0.15", "text/csv"),
]

GRAPH_CASES = [
    (None, "text/turtle"),
    ("*/*", "text/turtle"),
    ("application/rdf+xml, txt/xml, rdf/xml", "application/rdf+xml"),
    ("text/plain", "application/n-triples"),
    ("application/json", "application/ld+json"),
    ("application/xml", "application/rdf+xml"),
    ("application/ld+json;profile=http://www.w3.org/ns/json-ld#compacted", "application/ld+json"),
    ("application/*", "application/n-triples"),
    ("application/trig", "application/trig"),
    ("application/n-quads", "application/n-quads"),
    (f"{JSON}, text/csv", None),
]


@pytest.mark.parametrize(("accept", "expected"), SELECT_CASES)
def test_select(accept: str | None, expected: str | None) -> None:
    found = choose(accept, SELECT_OFFERS)
    assert (found and found.media_type) == expected


@pytest.mark.parametrize(("accept", "expected"), GRAPH_CASES)
def test_graph(accept: str | None, expected: str | None) -> None:
    found = choose(accept, GRAPH_OFFERS)
    assert (found and found.media_type) == expected


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values"])
def test_ask_has_no_tables(accept: str) -> None:
    assert choose(accept, ASK_OFFERS) is None


def test_a_browser_gets_a_page_where_there_is_one() -> None:
    assert choose(FIREFOX, (*SELECT_OFFERS, HTML)) is HTML
    found = choose(FIREFOX, SELECT_OFFERS)
    assert found is not None
    assert found.media_type == XML


@pytest.mark.parametrize(
    ("name", "offers", "expected"),
    [
        ("json", SELECT_OFFERS, JSON),
        ("JSON", SELECT_OFFERS, JSON),
        ("json", GRAPH_OFFERS, "application/ld+json"),
        ("jsonld", GRAPH_OFFERS, "application/ld+json"),
        ("xml", GRAPH_OFFERS, "application/rdf+xml"),
        ("rdfxml", GRAPH_OFFERS, "application/rdf+xml"),
        ("turtle", GRAPH_OFFERS, "text/turtle"),
        ("nq", GRAPH_OFFERS, "application/n-quads"),
        ("text/csv", SELECT_OFFERS, "text/csv"),
        ("application/json", SELECT_OFFERS, JSON),
        ("ttl", SELECT_OFFERS, None),
        ("", SELECT_OFFERS, None),
    ],
)
def test_by_name(name: str, offers: tuple[Offer, ...], expected: str | None) -> None:
    found = by_name(name, offers)
    assert (found and found.media_type) == expected


@steadily(200)
@given(st.text())
def test_any_header_is_read(accept: str) -> None:
    assert choose(accept, SELECT_OFFERS) in (None, *SELECT_OFFERS)
